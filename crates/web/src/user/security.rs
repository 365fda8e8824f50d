use actix_web::Responder;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use ferroboard_application::ChangePassword;
use ferroboard_auth::Password;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::client_address::{Client, Root};
use crate::request::reader::{Reader, Refused};

/// Replaces UUID and subscription token: the old subscription address dies at once. It changes
/// something although it is a GET, because clients ask for it so.
#[utoipa::path(
    method(get, post),
    path = "/api/v1/user/resetSecurity",
    responses(
        (status = 200, description = "The new subscription address", body = SuccessBody<String>),
        (status = 429, description = "Too many from this account; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn reset(
    session: Session,
    root: Root,
    panel: Data<Panel>,
) -> Result<impl Responder, Fault> {
    let user = session.0.account.id;
    let run = panel
        .run(move |app| async move { app.accounts.reset_security(user, root.0.for_asker()).await });
    let address = Success(run.await?);
    Ok(address
        .customize()
        .insert_header((CACHE_CONTROL, "no-store")))
}

/// A change of password.
#[derive(ToSchema)]
pub struct ChangePasswordBody {
    /// The one until now.
    #[schema(value_type = String)]
    pub old_password: Password,
    /// The one from now on.
    #[schema(value_type = String, min_length = 8, max_length = 128)]
    pub new_password: Password,
}

impl Body for ChangePasswordBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let old = read.required("old_password");
        let old = old.says(Message::OldPasswordRequired);
        // It may be older than today's rules.
        let old = old.map(|old| Password::typed(&old.text().unwrap_or_default()));
        let old = old.get();
        let new = read.required("new_password");
        let new = new.says(Message::NewPasswordRequired).password().get();
        Ok(Self {
            old_password: old?,
            new_password: new?,
        })
    }
}

/// Sets a new password and ends all other sessions.
#[utoipa::path(
    post,
    path = "/api/v1/user/changePassword",
    request_body = ChangePasswordBody,
    responses(
        (status = 200, description = "The password is set", body = SuccessBody<bool>),
        (status = 400, description = "The old password is wrong", body = FailureBody),
        (status = 422, description = "A field is missing or malformed", body = FailureBody),
        (status = 429, description = "Too many wrong old passwords; see `Retry-After`", body = FailureBody),
        (status = 503, description = "Too many are logging in, or the panel is overloaded or without its database; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn change_password(
    session: Session,
    client: Client,
    Read(body): Read<ChangePasswordBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let command = ChangePassword {
        user: session.0.account.id,
        session: session.0.name,
        old: body.old_password,
        new: body.new_password,
        client: client.0,
    };
    let run = panel.run(|app| async move { app.accounts.change_password(command).await });
    run.await?;
    Ok(DONE)
}
