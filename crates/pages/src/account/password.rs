//! Another password.

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::ChangePassword;
use ferroboard_web::forms::ChangePasswordBody;
use ferroboard_web::{Client, Fault, Panel};

use crate::failure::PageResult;
use crate::flash::Flash;
use crate::form::Form;
use crate::page::{Page, show as answer, show_as};
use crate::visitor::{Customer, MainCustomer, Visitor};

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    page: Page,
    form: Form,
}

impl PasswordPage {
    fn of(visitor: &Visitor, form: Form) -> Result<Self, crate::failure::Failure> {
        let page = Page::new(visitor, "/my/profile", "account.change_password")?;
        Ok(Self { page, form })
    }
}

/// The form.
pub(super) async fn show(customer: MainCustomer, form: Form) -> PageResult {
    answer(&PasswordPage::of(&customer.0.visitor, form)?)
}

/// Sets the password, and ends every other session.
pub(super) async fn change(
    customer: MainCustomer,
    mut form: Form,
    client: Client,
    panel: Data<Panel>,
) -> PageResult {
    let MainCustomer(customer) = customer;
    match try_to_change(&customer, &form, client, &panel).await {
        Ok(()) => {
            let done = Flash::done("account.password_changed");
            Ok(done.and_go(&customer.visitor, "/my/profile"))
        }
        Err(fault) => {
            let status = form.refused(&customer.visitor, fault)?;
            show_as(status, &PasswordPage::of(&customer.visitor, form)?)
        }
    }
}

async fn try_to_change(
    customer: &Customer,
    form: &Form,
    client: Client,
    panel: &Panel,
) -> Result<(), Fault> {
    let ChangePasswordBody {
        old_password,
        new_password,
    } = form.read()?;
    let command = ChangePassword {
        user: customer.session.account.id,
        session: customer.session.name.clone(),
        old: old_password,
        new: new_password,
        client: client.0,
    };
    let run = panel.run(|app| async move { app.accounts.change_password(command).await });
    run.await
}
