//! Who a customer is, where the site wants to know.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use ferroboard_application::{CannotSubmit, RealNameStatus};
use ferroboard_realname::{Status, Typed};
use ferroboard_web::forms::SubmitRealNameBody;
use ferroboard_web::{Fault, Panel};

use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::list::Tone;
use crate::page::{Page, show_as};
use crate::visitor::{Customer, MainCustomer};

#[derive(Template)]
#[template(path = "account/real_name.html")]
struct RealNamePage {
    page: Page,
    form: Form,
    view: RealNameStatus,
}

impl RealNamePage {
    /// Where it stands: how it looks, and the name of the text that says so.
    fn standing(&self) -> (Tone, &'static str) {
        match self.view.status() {
            Status::Unsubmitted => (Tone::Plain, "account.real_name_unsubmitted"),
            Status::Pending => (Tone::Warn, "account.real_name_pending"),
            Status::Approved => (Tone::Good, "account.real_name_approved"),
            Status::Rejected => (Tone::Bad, "account.real_name_rejected"),
        }
    }

    /// Why nothing can be submitted now, where that is not said by where it stands.
    fn obstacle(&self) -> Option<&'static str> {
        match self.view.cannot_submit? {
            CannotSubmit::Closed => Some("account.real_name_closed"),
            CannotSubmit::Throttled => Some("account.real_name_throttled"),
            CannotSubmit::Pending | CannotSubmit::Approved => None,
        }
    }
}

/// Where the verification stands, and the form where one may be sent.
pub(super) async fn show(customer: Customer, form: Form, panel: Data<Panel>) -> PageResult {
    answer(&customer, form, &panel, StatusCode::OK).await
}

async fn answer(customer: &Customer, form: Form, panel: &Panel, status: StatusCode) -> PageResult {
    if !panel.plugins().real_name.enabled {
        return Err(Failure::Unknown);
    }
    let account = customer.session.account.clone();
    let run = panel.run(move |app| async move { app.real_names.status(&account).await });
    let view = run.await?;
    let page = Page::new(&customer.visitor, "/my/profile", "account.real_name")?;
    show_as(status, &RealNamePage { page, form, view })
}

/// Submits a name and an identity number. They are kept encrypted, and never shown again but masked.
pub(super) async fn submit(
    customer: MainCustomer,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let MainCustomer(customer) = customer;
    match try_to_submit(&customer, &form, &panel).await {
        Ok(()) => {
            let done = Flash::done("account.real_name_sent");
            Ok(done.and_go(&customer.visitor, "/my/profile/real-name"))
        }
        Err(fault) => {
            let status = form.refused(&customer.visitor, fault)?;
            answer(&customer, form, &panel, status).await
        }
    }
}

async fn try_to_submit(customer: &Customer, form: &Form, panel: &Panel) -> Result<(), Fault> {
    let SubmitRealNameBody {
        real_name,
        identity_no,
    } = form.read()?;
    let account = customer.session.account.clone();
    let typed = Typed::new(real_name, identity_no);
    let run = panel.run(move |app| async move { app.real_names.submit(&account, &typed).await });
    run.await.map(drop)
}
