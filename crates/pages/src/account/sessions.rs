//! Where a customer is logged in.

use actix_web::web::Data;
use askama::Template;
use ferroboard_auth::{SessionKey, SessionRecord};
use ferroboard_kernel::SessionNumber;
use ferroboard_web::Panel;

use crate::failure::PageResult;
use crate::flash::Flash;
use crate::form::Form;
use crate::page::{Page, show as answer};
use crate::visitor::Customer;

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct SessionsPage {
    page: Page,
    sessions: Vec<SessionRecord>,
    current: SessionNumber,
}

impl SessionsPage {
    /// What the session was opened with.
    fn agent<'a>(&self, session: &'a SessionRecord) -> &'a str {
        let client = session.client.as_ref();
        let agent = client.and_then(|client| client.user_agent.as_deref());
        agent.unwrap_or_else(|| session.name.as_str())
    }

    /// From where it was opened.
    fn address<'a>(&self, session: &'a SessionRecord) -> &'a str {
        let client = session.client.as_ref();
        client.map_or("–", |client| client.ip.as_str())
    }
}

/// The live sessions, the latest activity first.
pub(super) async fn show(customer: Customer, panel: Data<Panel>) -> PageResult {
    let Customer { visitor, session } = customer;
    let current = session.number;
    let run = panel.run(move |app| async move { app.sessions.list(&session).await });
    let sessions = run.await?;
    answer(&SessionsPage {
        page: Page::new(&visitor, "/my/profile", "account.sessions")?,
        sessions,
        current,
    })
}

/// Ends one of them; one that is not there is already ended.
pub(super) async fn end(customer: Customer, form: Form, panel: Data<Panel>) -> PageResult {
    let Customer { visitor, session } = customer;
    let user = session.account.id;
    let key = SessionKey::parse(form.text("session"));
    let run = panel.run(move |app| async move { app.sessions.remove(user, &key).await });
    run.await?;
    Ok(Flash::done("account.session_ended").and_go(&visitor, "/my/profile/sessions"))
}
