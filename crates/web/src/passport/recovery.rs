use actix_web::web::Data;
use ferroboard_application::ResetPassword;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::client_address::Client;
use crate::request::field::Field;
use crate::request::valid::{self, Valid};

/// Who forgot the password.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct ForgetBody {
    #[validate(custom(function = valid::email))]
    #[schema(value_type = String, format = Email, max_length = 64)]
    email: Field,
    #[validate(custom(function = valid::password))]
    #[schema(value_type = String, min_length = 8, max_length = 128)]
    password: Field,
    /// The code that `sendEmailVerify` mailed.
    #[validate(custom(function = valid::email_code))]
    #[schema(value_type = String)]
    email_code: Field,
}

/// Sets a new password for who holds a mailed code, and ends all sessions.
#[utoipa::path(
    post,
    path = "/api/v1/passport/auth/forget",
    request_body = ForgetBody,
    responses(
        (status = 200, description = "The password is set", body = SuccessBody<bool>),
        (status = 400, description = "Wrong code, or no such account", body = FailureBody),
        (status = 422, description = "A field is missing or malformed", body = FailureBody),
        (status = 429, description = "Too many wrong codes; see `Retry-After`", body = FailureBody),
        (status = 503, description = "Too many are logging in, or the panel is overloaded or without its database; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn reset_password(
    client: Client,
    Valid(body): Valid<ForgetBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let command = ResetPassword {
        email: body.email.to_email()?,
        // A list or a switch is no code, and neither is an empty text.
        email_code: body.email_code.into_text().unwrap_or_default(),
        password: body.password.to_password()?,
        client: client.0,
    };
    panel.limits.admit_account(&command.email)?;
    let run = panel.run(|app| async move { app.recovery.reset_password(command).await });
    run.await?;
    Ok(DONE)
}
