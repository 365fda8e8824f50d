//! Logging in by a link: asking for one by mail, and following one.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use ferroboard_web::forms::MailLinkBody;
use ferroboard_web::{Client, Fault, Panel, Root};

use crate::failure::{Failure, PageResult};
use crate::flash::{Flash, go};
use crate::form::Form;
use crate::local::{local, page_named};
use crate::page::{Page, show as answer, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "account/link.html")]
struct LinkPage {
    page: Page,
    form: Form,
}

/// The form that asks for a link, where the site mails any.
pub(super) async fn show(visitor: Visitor, form: Form) -> PageResult {
    if !visitor.site().safe.login_with_mail_link_enable {
        return Err(Failure::Unknown);
    }
    let page = Page::new(&visitor, "", "account.mail_link")?;
    answer(&LinkPage { page, form })
}

/// Mails a link. Whether the address has an account is not told.
pub(super) async fn mail(
    visitor: Visitor,
    mut form: Form,
    client: Client,
    root: Root,
    panel: Data<Panel>,
) -> PageResult {
    match try_to_mail(&form, client, root, &panel).await {
        Ok(()) => Ok(Flash::done("account.link_sent").and_go(&visitor, "/my/login")),
        Err(fault) => {
            let status = form.refused(&visitor, fault)?;
            let page = Page::new(&visitor, "", "account.mail_link")?;
            show_as(status, &LinkPage { page, form })
        }
    }
}

async fn try_to_mail(form: &Form, client: Client, root: Root, panel: &Panel) -> Result<(), Fault> {
    let MailLinkBody { email, redirect } = form.read()?;
    panel.admit_account(&email)?;
    let run = panel.run(|app| async move {
        app.login_links
            .mail(email, redirect.as_deref(), &root.0, &client.0.ip)
            .await
    });
    run.await
}

#[derive(Template)]
#[template(path = "account/enter.html")]
struct EnterPage {
    page: Page,
    form: Form,
    /// The token of the link; empty where it was not good.
    verify: String,
    /// Where to go on.
    back: String,
    /// Whether the script may press the button: nobody is logged in who would become somebody else.
    is_at_once: bool,
}

impl EnterPage {
    fn of(visitor: &Visitor, form: Form, verify: String) -> Result<Self, Failure> {
        let back = match form.given("redirect") {
            Some(name) => page_named(&name),
            None => local(form.text("back")).to_owned(),
        };
        Ok(Self {
            page: Page::new(visitor, "", "account.enter")?,
            is_at_once: visitor.session().is_none() && !verify.is_empty(),
            form,
            verify,
            back,
        })
    }
}

/// Where a link leads: to a button. A link that is only looked at, as programs do that scan mails, is not used
/// up, and nobody is logged in as somebody else by a picture's address.
pub(super) async fn confirm(visitor: Visitor, form: Form) -> PageResult {
    let verify = form.text("verify").to_owned();
    if verify.is_empty() {
        return Ok(go("/my/login"));
    }
    answer(&EnterPage::of(&visitor, form, verify)?)
}

/// Logs in with the token of a link, which is then used up.
pub(super) async fn enter(
    visitor: Visitor,
    mut form: Form,
    client: Client,
    panel: Data<Panel>,
) -> PageResult {
    let verify = form.text("verify").to_owned();
    let run = panel.run(|app| async move { app.login_links.redeem(&verify, client.0).await });
    match run.await {
        Ok(made) => {
            let mut response = go(form.text("back"));
            visitor.log_in(&mut response, &made.token);
            Ok(response)
        }
        Err(fault) => {
            let status: StatusCode = form.refused(&visitor, fault)?;
            show_as(status, &EnterPage::of(&visitor, form, String::new())?)
        }
    }
}
