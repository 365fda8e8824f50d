//! A new password for who holds a mailed code.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use ferroboard_auth::ClientInfo;
use ferroboard_web::forms::ForgetBody;
use ferroboard_web::{Client, Fault, Panel};

use super::captcha::Captcha;
use super::register::with_code;
use crate::failure::PageResult;
use crate::flash::Flash;
use crate::form::Form;
use crate::page::{Page, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "account/recover.html")]
struct RecoverPage {
    page: Page,
    form: Form,
    captcha: Option<Captcha>,
    /// What was just done.
    note: Option<String>,
}

fn answer(visitor: &Visitor, form: Form, status: StatusCode, note: Option<String>) -> PageResult {
    let page = RecoverPage {
        page: Page::new(visitor, "", "account.recover")?,
        form,
        captcha: Captcha::of(visitor.site()),
        note,
    };
    let response = show_as(status, &page)?;
    Ok(Captcha::allow(page.captcha.as_ref(), response))
}

/// The form.
pub(super) async fn show(visitor: Visitor, form: Form) -> PageResult {
    answer(&visitor, form, StatusCode::OK, None)
}

/// Mails a code to the address that was typed, and shows the form again.
pub(super) async fn send_code(
    visitor: Visitor,
    form: Form,
    client: Client,
    panel: Data<Panel>,
) -> PageResult {
    let (form, status, note) = with_code(&visitor, form, client.0, &panel).await?;
    answer(&visitor, form, status, note)
}

/// Sets the password, and leads to the login: every session has ended.
pub(super) async fn recover(
    visitor: Visitor,
    mut form: Form,
    client: Client,
    panel: Data<Panel>,
) -> PageResult {
    match try_to_recover(&form, client.0, &panel).await {
        Ok(()) => Ok(Flash::done("account.recovered").and_go(&visitor, "/my/login")),
        Err(fault) => {
            let status = form.refused(&visitor, fault)?;
            answer(&visitor, form, status, None)
        }
    }
}

async fn try_to_recover(form: &Form, client: ClientInfo, panel: &Panel) -> Result<(), Fault> {
    let command = form.read::<ForgetBody>()?.into_command(client);
    panel.admit_account(&command.email)?;
    let run = panel.run(|app| async move { app.recovery.reset_password(command).await });
    run.await
}
