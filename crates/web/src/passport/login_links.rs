use actix_web::http::Method;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use actix_web::web::Data;
use actix_web::{Either, HttpRequest, HttpResponse, Responder};
use ferroboard_auth::Credential;
use ferroboard_kernel::Email;
use utoipa::{IntoParams, ToSchema};

use super::AuthBody;
use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session;
use crate::request::body::{Body, Read};
use crate::request::client_address::{Client, Root};
use crate::request::reader::{Reader, Refused};

/// A one-time login token: as `token` on the way to the login page, as `verify` to be redeemed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TokenQuery {
    /// Leads to the login page.
    token: Option<String>,
    /// The page to go on to.
    redirect: Option<String>,
    /// Logs in.
    verify: Option<String>,
}

impl Body for TokenQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            token: read.given("token").owned_text(),
            redirect: read.given("redirect").owned_text(),
            verify: read.given("verify").owned_text(),
        })
    }
}

/// Leads a browser to the login page (`token`), or logs in (`verify`). A token is used up by a GET
/// only: programs that look at links ask with HEAD.
#[utoipa::path(
    get,
    path = "/api/v1/passport/auth/token2Login",
    params(TokenQuery),
    responses(
        (status = 200, description = "Logged in", body = SuccessBody<AuthBody>),
        (status = 302, description = "The login page"),
        (status = 400, description = "The token is unknown, used or expired", body = FailureBody),
        (status = 405, description = "HEAD with `verify`", body = FailureBody),
    )
)]
pub(crate) async fn redeem(
    request: HttpRequest,
    client: Client,
    root: Root,
    Read(query): Read<TokenQuery>,
    panel: Data<Panel>,
) -> Result<impl Responder, Fault> {
    if let Some(token) = query.token {
        let redirect = query.redirect;
        let run = panel.run(|app| async move {
            Ok(app
                .login_links
                .landing_address(&token, redirect.as_deref(), root.0.for_asker()))
        });
        let page = HttpResponse::Found()
            .insert_header((LOCATION, run.await?))
            .insert_header((CACHE_CONTROL, "no-cache, private"))
            .finish();
        return Ok(Either::Left(page));
    }
    let Some(verify) = query.verify else {
        return Err(Fault::refused(Message::RequestInvalid));
    };
    if request.method() == Method::HEAD {
        return Err(Fault::method_refused(HeaderValue::from_static("GET")));
    }
    let run = panel.run(|app| async move { app.login_links.redeem(&verify, client.0).await });
    Ok(Either::Right(Success(AuthBody::from(run.await?))))
}

/// Who wants a login address.
#[derive(ToSchema)]
pub(crate) struct QuickLoginBody {
    /// A session's token; the `Authorization` header where it is left out.
    auth_data: Option<String>,
    /// The page to go on to after the login.
    redirect: Option<String>,
}

impl Body for QuickLoginBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            auth_data: read.given("auth_data").owned_text(),
            redirect: read.given("redirect").owned_text(),
        })
    }
}

/// An address that logs the session's user in once, within a minute.
#[utoipa::path(
    post,
    path = "/api/v1/passport/auth/getQuickLoginUrl",
    request_body = QuickLoginBody,
    responses(
        (status = 200, description = "The address", body = SuccessBody<String>),
        (status = 401, description = "No live session", body = FailureBody),
        (status = 429, description = "Too many from this account; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn quick_login_url(
    request: HttpRequest,
    root: Root,
    Read(body): Read<QuickLoginBody>,
    panel: Data<Panel>,
) -> Result<Success<String>, Fault> {
    let unknown = || Fault::new(StatusCode::UNAUTHORIZED, Message::LoginFirst);
    let credential = match body.auth_data {
        Some(text) => Credential::parse(&text),
        None => session::credential(request.headers()),
    };
    let credential = credential.ok_or_else(unknown)?;
    let found = panel.run(|app| session::find(app, credential)).await?;
    let session = found.map_err(|_| unknown())?;
    let redirect = body.redirect;
    let run = panel.run(move |app| async move {
        app.login_links
            .quick_login_url(&session, redirect.as_deref(), root.0.for_asker())
            .await
    });
    Ok(Success(run.await?))
}

/// Where a login link is to be mailed.
#[derive(ToSchema)]
pub struct MailLinkBody {
    /// The address of the account.
    #[schema(value_type = String, format = Email, max_length = 64)]
    pub email: Email,
    /// The page to go on to after the login.
    pub redirect: Option<String>,
}

impl Body for MailLinkBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            email: super::email(read)?,
            redirect: read.given("redirect").owned_text(),
        })
    }
}

/// Mails a login link. Whether the address has an account is not told.
#[utoipa::path(
    post,
    path = "/api/v1/passport/auth/loginWithMailLink",
    request_body = MailLinkBody,
    responses(
        (status = 200, description = "A link is on its way, if there is such an account", body = SuccessBody<bool>),
        (status = 400, description = "The panel does not know the address that a mailed link would lead to", body = FailureBody),
        (status = 404, description = "Login links by mail are switched off", body = FailureBody),
        (status = 422, description = "A field is missing or malformed", body = FailureBody),
        (status = 429, description = "One was sent a moment ago; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn mail(
    root: Root,
    client: Client,
    Read(body): Read<MailLinkBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let MailLinkBody { email, redirect } = body;
    panel.limits.admit_account(&email)?;
    let run = panel.run(|app| async move {
        app.login_links
            .mail(email, redirect.as_deref(), &root.0, &client.0.ip)
            .await
    });
    run.await?;
    Ok(DONE)
}
