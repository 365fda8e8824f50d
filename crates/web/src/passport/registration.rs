use actix_web::web::Data;
use ferroboard_application::{CaptchaAnswers, Register};
use ferroboard_auth::ClientInfo;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::AuthBody;
use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::client_address::Client;
use crate::request::field::Field;
use crate::request::valid::{self, Valid};

/// Who wants to register.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct RegisterBody {
    #[validate(custom(function = valid::email))]
    #[schema(value_type = String, format = Email, max_length = 64)]
    email: Field,
    #[validate(custom(function = valid::password))]
    #[schema(value_type = String, min_length = 8, max_length = 128)]
    password: Field,
    /// Needed where `is_invite_force` of the public settings is 1.
    #[schema(value_type = Option<String>, required = false)]
    invite_code: Field,
    /// Needed where `is_email_verify` of the public settings is 1.
    #[schema(value_type = Option<String>, required = false)]
    email_code: Field,
    /// Answer for reCAPTCHA v2.
    #[schema(value_type = Option<String>, required = false)]
    recaptcha_data: Field,
    /// Answer for reCAPTCHA v3.
    #[schema(value_type = Option<String>, required = false)]
    recaptcha_v3_token: Field,
    /// Answer for Turnstile.
    #[schema(value_type = Option<String>, required = false)]
    turnstile_token: Field,
}

impl RegisterBody {
    fn into_command(self, client: ClientInfo) -> Result<Register, Fault> {
        Ok(Register {
            email: self.email.to_email()?,
            password: self.password.to_password()?,
            invite_code: self.invite_code.into_text(),
            email_code: self.email_code.into_text(),
            captcha: CaptchaAnswers {
                recaptcha: self.recaptcha_data.into_text(),
                recaptcha_v3: self.recaptcha_v3_token.into_text(),
                turnstile: self.turnstile_token.into_text(),
            },
            client,
        })
    }
}

/// Creates an account and logs it in.
#[utoipa::path(
    post,
    path = "/api/v1/passport/auth/register",
    request_body = RegisterBody,
    responses(
        (status = 200, description = "Registered and logged in", body = SuccessBody<AuthBody>),
        (status = 400, description = "Refused: address taken, code wrong, registration closed, …", body = FailureBody),
        (status = 422, description = "A field is missing or malformed", body = FailureBody),
        (status = 429, description = "Too many; see `Retry-After`", body = FailureBody),
        (status = 503, description = "Too many are logging in, or the panel is overloaded or without its database; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn register(
    client: Client,
    Valid(body): Valid<RegisterBody>,
    panel: Data<Panel>,
) -> Result<Success<AuthBody>, Fault> {
    let command = body.into_command(client.0)?;
    panel.limits.admit_account(&command.email)?;
    let run = panel.run(|app| async move { app.registration.register(command).await });
    Ok(Success(run.await?.into()))
}
