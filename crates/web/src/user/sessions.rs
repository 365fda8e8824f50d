use actix_web::web::Data;
use ferroboard_application::SessionView;
use ferroboard_auth::{SessionKey, SessionRecord};
use ferroboard_kernel::{SessionNumber, UnixSeconds};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::instant::iso;
use crate::answer::messages::Message;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::client_address::Root;
use crate::request::reader::{Reader, Refused};

/// One login session of the user.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionItem {
    /// A UUID, or for a session that Xboard opened its name there.
    id: String,
    /// The same; what `removeActiveSession` takes.
    session_id: String,
    name: String,
    /// Unknown for sessions that Xboard opened.
    ip: Option<String>,
    user_agent: Option<String>,
    /// The same as `user_agent`.
    ua: Option<String>,
    /// Whether it is the session that asks.
    current: bool,
    /// Unix seconds.
    login_at: Option<i64>,
    /// ISO 8601.
    created_at: Option<String>,
    last_used_at: Option<String>,
    /// Null never ends by itself.
    expires_at: Option<String>,
    /// Always `["*"]`.
    #[schema(value_type = Vec<String>)]
    abilities: [&'static str; 1],
}

impl SessionItem {
    fn new(record: SessionRecord, current: SessionNumber) -> Self {
        let name = record.name.as_str().to_owned();
        let (ip, user_agent) = match record.client {
            Some(client) => (Some(client.ip), client.user_agent),
            None => (None, None),
        };
        Self {
            id: name.clone(),
            session_id: name.clone(),
            name,
            ip,
            ua: user_agent.clone(),
            user_agent,
            current: record.number == current,
            login_at: record.created_at.map(UnixSeconds::get),
            created_at: record.created_at.and_then(iso),
            last_used_at: record.last_used_at.and_then(iso),
            expires_at: record.expires_at.and_then(iso),
            abilities: ["*"],
        }
    }
}

/// The live sessions of the user, the latest activity first.
#[utoipa::path(
    get,
    path = "/api/v1/user/getActiveSession",
    responses((status = 200, description = "The sessions", body = SuccessBody<Vec<SessionItem>>))
)]
pub(crate) async fn list(
    session: Session,
    panel: Data<Panel>,
) -> Result<Success<Vec<SessionItem>>, Fault> {
    let current = session.0.number;
    let run = panel.run(move |app| async move { app.sessions.list(&session.0).await });
    let records = run.await?.into_iter();
    let items = records.map(|record| SessionItem::new(record, current));
    Ok(Success(items.collect()))
}

/// Which session is to end.
#[derive(ToSchema)]
pub(crate) struct RemoveBody {
    #[schema(value_type = String)]
    session_id: SessionKey,
}

impl Body for RemoveBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let session = read.any("session_id");
        let session = session.parse(Message::SessionRequired, |name| {
            Some(SessionKey::parse(&name.text()?))
        });
        Ok(Self {
            session_id: session.get()?,
        })
    }
}

/// Ends one of the user's sessions; one that is not there is already ended.
#[utoipa::path(
    post,
    path = "/api/v1/user/removeActiveSession",
    request_body = RemoveBody,
    responses(
        (status = 200, description = "Ended", body = SuccessBody<bool>),
        (status = 422, description = "A field is missing or malformed", body = FailureBody),
    )
)]
pub(crate) async fn remove(
    session: Session,
    Read(body): Read<RemoveBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let key = body.session_id;
    let run = panel.run(move |app| async move { app.sessions.remove(user, &key).await });
    run.await?;
    Ok(DONE)
}

/// Ends the session that the request comes with.
#[utoipa::path(
    method(get, post),
    path = "/api/v1/user/logout",
    responses((status = 200, description = "Ended", body = SuccessBody<bool>))
)]
pub(crate) async fn log_out(session: Session, panel: Data<Panel>) -> Result<Success<bool>, Fault> {
    end(session.0, &panel).await
}

pub(crate) async fn end(session: SessionView, panel: &Panel) -> Result<Success<bool>, Fault> {
    let (user, key) = (session.account.id, SessionKey::Number(session.number));
    let run = panel.run(move |app| async move { app.sessions.remove(user, &key).await });
    run.await?;
    Ok(DONE)
}

/// Where a login address is to lead.
#[derive(ToSchema)]
pub(crate) struct LoginAddressBody {
    /// The page to go on to after the login.
    redirect: Option<String>,
}

impl Body for LoginAddressBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let redirect = read.given("redirect").owned_text();
        Ok(Self { redirect })
    }
}

/// An address that logs the user in once more, within a minute.
#[utoipa::path(
    post,
    path = "/api/v1/user/getQuickLoginUrl",
    request_body = LoginAddressBody,
    responses(
        (status = 200, description = "The address", body = SuccessBody<String>),
        (status = 429, description = "Too many from this account; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn quick_login_url(
    session: Session,
    root: Root,
    Read(body): Read<LoginAddressBody>,
    panel: Data<Panel>,
) -> Result<Success<String>, Fault> {
    let redirect = body.redirect;
    let run = panel.run(move |app| async move {
        app.login_links
            .quick_login_url(&session.0, redirect.as_deref(), root.0.for_asker())
            .await
    });
    Ok(Success(run.await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_six_decimals_and_end_in_z() {
        let shown = iso(UnixSeconds::new(1_767_225_600));
        assert_eq!(shown.as_deref(), Some("2026-01-01T00:00:00.000000Z"));
        assert_eq!(iso(UnixSeconds::new(i64::MAX)), None);
    }
}
