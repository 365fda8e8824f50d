//! In and out.

use actix_web::web::Data;
use askama::Template;
use ferroboard_auth::{Credential, SessionKey};
use ferroboard_web::forms::LoginBody;
use ferroboard_web::{Client, Fault, Panel};

use crate::failure::{Failure, PageResult};
use crate::flash::{Flash, go};
use crate::form::Form;
use crate::local::local;
use crate::page::{Page, show as answer, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "account/login.html")]
struct LoginPage {
    page: Page,
    form: Form,
    /// Where to go on.
    back: String,
    /// Whether people may register.
    is_open: bool,
    /// Whether the site mails links.
    has_links: bool,
}

impl LoginPage {
    fn of(visitor: &Visitor, form: Form) -> Result<Self, Failure> {
        Ok(Self {
            page: Page::new(visitor, "", "account.log_in")?,
            back: local(form.text("back")).to_owned(),
            is_open: !visitor.site().site.stop_register,
            has_links: visitor.site().safe.login_with_mail_link_enable,
            form,
        })
    }
}

/// The form; whoever is logged in goes on.
pub(super) async fn show(visitor: Visitor, form: Form) -> PageResult {
    if visitor.session().is_some() {
        return Ok(go(form.text("back")));
    }
    answer(&LoginPage::of(&visitor, form)?)
}

/// Logs in with a password, and leads on to where the visitor wanted to go.
pub(super) async fn log_in(
    visitor: Visitor,
    mut form: Form,
    client: Client,
    panel: Data<Panel>,
) -> PageResult {
    match try_to_log_in(&form, client, &panel).await {
        Ok(token) => {
            let mut response = go(form.text("back"));
            visitor.log_in(&mut response, &token);
            Ok(response)
        }
        Err(fault) => {
            let status = form.refused(&visitor, fault)?;
            show_as(status, &LoginPage::of(&visitor, form)?)
        }
    }
}

async fn try_to_log_in(form: &Form, client: Client, panel: &Panel) -> Result<String, Fault> {
    let command = form.read::<LoginBody>()?.into_command(client.0);
    panel.admit_account(&command.email)?;
    let run = panel.run(|app| async move { app.login.login(command).await });
    Ok(run.await?.token)
}

/// Ends the session, and has the browser forget it. Of an operator who looked at the pages as somebody else the
/// own session ends as well: whoever logs out leaves nothing open behind.
pub(super) async fn log_out(visitor: Visitor, panel: Data<Panel>) -> PageResult {
    let own = visitor.session().cloned();
    let waiting = visitor.waiting_token().and_then(Credential::parse);
    let run = panel.run(move |app| async move {
        let waiting = match waiting {
            Some(credential) => app.sessions.authenticate(&credential).await.ok(),
            None => None,
        };
        for session in own.into_iter().chain(waiting) {
            let key = SessionKey::Number(session.number);
            app.sessions.remove(session.account.id, &key).await?;
        }
        Ok(())
    });
    run.await?;
    let mut response = Flash::done("account.logged_out").and_go(&visitor, "/my/login");
    visitor.log_out(&mut response);
    Ok(response)
}
