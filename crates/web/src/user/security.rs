use actix_web::Responder;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use ferroboard_application::ChangePassword;
use ferroboard_auth::Password;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::guards::session::Session;
use crate::request::client_address::{Client, Root};
use crate::request::field::Field;
use crate::request::valid::{self, Valid};

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
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct ChangePasswordBody {
    #[validate(custom(function = valid::old_password))]
    #[schema(value_type = String)]
    old_password: Field,
    #[validate(custom(function = valid::new_password))]
    #[schema(value_type = String, min_length = 8, max_length = 128)]
    new_password: Field,
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
    Valid(body): Valid<ChangePasswordBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let command = ChangePassword {
        user: session.0.account.id,
        session: session.0.name,
        old: Password::typed(body.old_password.text().unwrap_or_default()),
        new: body.new_password.to_password()?,
        client: client.0,
    };
    let run = panel.run(|app| async move { app.accounts.change_password(command).await });
    run.await?;
    Ok(DONE)
}
