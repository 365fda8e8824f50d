//! The guard of the routes that need a login.

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest};
use ferroboard_application::{Application, Error as Refusal, SessionView};
use ferroboard_auth::{AuthError, Credential};

use crate::Panel;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;

/// The login that a request came with, and its account as read a moment ago.
pub(crate) struct Session(pub(crate) SessionView);

/// Lets a request through when it carries a live session. It stands before the body is read, so that
/// nobody learns what a route expects without a login.
pub(crate) async fn require<B: MessageBody>(
    panel: Data<Panel>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    admit(&panel, request, next, |_| true).await
}

/// The same for what a second account may not do.
pub(crate) async fn require_main<B: MessageBody>(
    panel: Data<Panel>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    admit(&panel, request, next, |session| {
        session.account.shadow_of.is_none()
    })
    .await
}

async fn admit<B: MessageBody>(
    panel: &Panel,
    request: ServiceRequest,
    next: Next<B>,
    may_pass: fn(&SessionView) -> bool,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    match authenticate(panel, credential(request.headers())).await {
        Ok(session) if may_pass(&session) => {
            request.extensions_mut().insert(session);
            Ok(next.call(request).await?.map_into_left_body())
        }
        Ok(_) => Ok(Fault::of_shadow().refuse(request.into_parts().0)),
        Err(fault) => Ok(fault.refuse(request.into_parts().0)),
    }
}

/// What the `Authorization` header presents.
pub(crate) fn credential(headers: &HeaderMap) -> Option<Credential> {
    let value = headers.get(AUTHORIZATION)?;
    Credential::parse(value.to_str().ok()?)
}

/// The session of this credential; 403 when there is none, also for a suspended account: clients take
/// that status as "log out".
async fn authenticate(panel: &Panel, credential: Option<Credential>) -> Result<SessionView, Fault> {
    let Some(credential) = credential else {
        return Err(Refusal::Auth(AuthError::Unauthenticated).into());
    };
    let found = panel.run(move |app| find(app, credential)).await?;
    found.map_err(|refusal| match refusal {
        AuthError::AccountSuspended => Fault::new(StatusCode::FORBIDDEN, Message::AccountSuspended),
        refusal => Refusal::Auth(refusal).into(),
    })
}

/// The session of this credential, or why there is none; an error when the store failed.
pub(crate) async fn find(
    app: std::sync::Arc<Application>,
    credential: Credential,
) -> Result<Result<SessionView, AuthError>, Refusal> {
    match app.sessions.authenticate(&credential).await {
        Ok(session) => Ok(Ok(session)),
        Err(Refusal::Auth(refusal)) => Ok(Err(refusal)),
        Err(error) => Err(error),
    }
}

impl FromRequest for Session {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let session = request.extensions_mut().remove::<SessionView>();
        let unguarded = || Fault::internal("the route lacks its session guard".to_owned());
        ready(session.map(Self).ok_or_else(unguarded))
    }
}
