use actix_web::http::Method;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use actix_web::web::Data;
use actix_web::{Either, HttpRequest, HttpResponse, Responder};
use ferroboard_auth::Credential;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::AuthBody;
use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session;
use crate::request::client_address::{Client, Root};
use crate::request::field::Field;
use crate::request::valid::{self, Valid};

/// A one-time login token: as `token` on the way to the login page, as `verify` to be redeemed.
#[derive(Deserialize, Default, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct TokenQuery {
    /// Leads to the login page.
    #[param(value_type = Option<String>, required = false)]
    token: Field,
    /// The page to go on to.
    #[param(value_type = Option<String>, required = false)]
    redirect: Field,
    /// Logs in.
    #[param(value_type = Option<String>, required = false)]
    verify: Field,
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
    Valid(query): Valid<TokenQuery>,
    panel: Data<Panel>,
) -> Result<impl Responder, Fault> {
    if let Some(token) = query.token.into_text() {
        let redirect = query.redirect.into_text();
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
    let Some(verify) = query.verify.into_text() else {
        return Err(Fault::refused(Message::RequestInvalid));
    };
    if request.method() == Method::HEAD {
        return Err(Fault::method_refused(HeaderValue::from_static("GET")));
    }
    let run = panel.run(|app| async move { app.login_links.redeem(&verify, client.0).await });
    Ok(Either::Right(Success(AuthBody::from(run.await?))))
}

/// Who wants a login address.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct QuickLoginBody {
    /// A session's token; the `Authorization` header where it is left out.
    #[schema(value_type = Option<String>, required = false)]
    auth_data: Field,
    /// The page to go on to after the login.
    #[schema(value_type = Option<String>, required = false)]
    redirect: Field,
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
    Valid(body): Valid<QuickLoginBody>,
    panel: Data<Panel>,
) -> Result<Success<String>, Fault> {
    let unknown = || Fault::new(StatusCode::UNAUTHORIZED, Message::LoginFirst);
    let credential = match body.auth_data.text() {
        Some(text) => Credential::parse(text),
        None => session::credential(request.headers()),
    };
    let credential = credential.ok_or_else(unknown)?;
    let found = panel.run(|app| session::find(app, credential)).await?;
    let session = found.map_err(|_| unknown())?;
    let redirect = body.redirect.into_text();
    let run = panel.run(move |app| async move {
        app.login_links
            .quick_login_url(&session, redirect.as_deref(), root.0.for_asker())
            .await
    });
    Ok(Success(run.await?))
}

/// Where a login link is to be mailed.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct MailLinkBody {
    #[validate(custom(function = valid::email))]
    #[schema(value_type = String, format = Email, max_length = 64)]
    email: Field,
    /// The page to go on to after the login.
    #[schema(value_type = Option<String>, required = false)]
    redirect: Field,
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
    Valid(body): Valid<MailLinkBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let email = body.email.to_email()?;
    panel.limits.admit_account(&email)?;
    let redirect = body.redirect.into_text();
    let run = panel.run(|app| async move {
        app.login_links
            .mail(email, redirect.as_deref(), &root.0, &client.0.ip)
            .await
    });
    run.await?;
    Ok(DONE)
}
