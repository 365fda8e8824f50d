//! New accounts.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use ferroboard_application::AuthData;
use ferroboard_auth::ClientInfo;
use ferroboard_web::forms::{RegisterBody, SendBody};
use ferroboard_web::{Client, Fault, Panel};

use super::captcha::{self, Captcha};
use crate::failure::{Failure, PageResult};
use crate::flash::{Flash, go};
use crate::form::Form;
use crate::page::{Page, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "account/register.html")]
struct RegisterPage {
    page: Page,
    form: Form,
    captcha: Option<Captcha>,
    needs_code: bool,
    needs_invitation: bool,
    /// What only addresses of some domains may do, in words.
    domains: Option<String>,
    terms: Option<String>,
    /// What was just done.
    note: Option<String>,
}

#[derive(Template)]
#[template(path = "account/closed.html")]
struct ClosedPage {
    page: Page,
}

fn answer(visitor: &Visitor, form: Form, status: StatusCode, note: Option<String>) -> PageResult {
    let site = visitor.site();
    if site.site.stop_register {
        let page = Page::new(visitor, "", "account.closed")?;
        return show_as(StatusCode::FORBIDDEN, &ClosedPage { page });
    }
    let captcha = Captcha::of(site);
    let suffixes = &site.safe.email_whitelist_suffix;
    let domains = (site.safe.email_whitelist_enable).then(|| suffixes.join(", "));
    let page = RegisterPage {
        page: Page::new(visitor, "", "account.register")?,
        form,
        needs_code: site.safe.email_verify,
        needs_invitation: site.invite.invite_force,
        domains,
        terms: site.site.tos_url.clone(),
        captcha,
        note,
    };
    let response = show_as(status, &page)?;
    Ok(Captcha::allow(page.captcha.as_ref(), response))
}

/// The form. Whoever came by an invitation brings its code, which is counted once.
pub(super) async fn show(
    visitor: Visitor,
    mut form: Form,
    client: Client,
    panel: Data<Panel>,
) -> PageResult {
    if visitor.session().is_some() {
        return Ok(go("/"));
    }
    if let Some(code) = form.given("code") {
        let (counted, ip) = (code.clone(), client.0.ip);
        let run = panel
            .run(move |app| async move { app.invitations.count_view(Some(&counted), &ip).await });
        run.await?;
        form.fill("invite_code", code);
    }
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

/// Mails a code to the address of the form; the form with what is wrong with it, the status to answer with, and what
/// is said of the code.
pub(super) async fn with_code(
    visitor: &Visitor,
    mut form: Form,
    client: ClientInfo,
    panel: &Panel,
) -> Result<(Form, StatusCode, Option<String>), Failure> {
    match mail_code(&form, client, panel).await {
        Ok(code) => Ok((form, StatusCode::OK, Some(sent(visitor, code)))),
        Err(fault) => {
            let status = form.refused(visitor, fault)?;
            Ok((form, status, None))
        }
    }
}

/// Mails a code to the address of the form; the code itself in the development profile.
async fn mail_code(
    form: &Form,
    client: ClientInfo,
    panel: &Panel,
) -> Result<Option<String>, Fault> {
    let SendBody { email, .. } = form.read()?;
    panel.admit_account(&email)?;
    let (captcha, ip) = (captcha::answers(form), client.ip);
    let run = panel.run(|app| async move { app.email_codes.send(email, captcha, &ip).await });
    Ok(run.await?.debug_code)
}

/// What is said of a code that was mailed.
fn sent(visitor: &Visitor, code: Option<String>) -> String {
    let said = crate::catalogue::text(visitor.lang(), "account.code_sent");
    match code {
        Some(code) => format!("{said} ({code})"),
        None => said.to_owned(),
    }
}

/// Creates the account and logs it in.
pub(super) async fn register(
    visitor: Visitor,
    mut form: Form,
    client: Client,
    panel: Data<Panel>,
) -> PageResult {
    match try_to_register(&form, client.0, &panel).await {
        Ok(made) => Ok(welcome(&visitor, &made)),
        Err(fault) => {
            let status = form.refused(&visitor, fault)?;
            answer(&visitor, form, status, None)
        }
    }
}

async fn try_to_register(
    form: &Form,
    client: ClientInfo,
    panel: &Panel,
) -> Result<AuthData, Fault> {
    let mut command = form.read::<RegisterBody>()?.into_command(client);
    command.captcha = captcha::answers(form);
    panel.admit_account(&command.email)?;
    let run = panel.run(|app| async move { app.registration.register(command).await });
    run.await
}

fn welcome(visitor: &Visitor, made: &AuthData) -> HttpResponse {
    let mut response = Flash::done("account.registered").and_go(visitor, "/");
    visitor.log_in(&mut response, &made.token);
    response
}
