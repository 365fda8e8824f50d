use actix_web::web::Data;
use ferroboard_application::{CaptchaAnswers, Register};
use ferroboard_auth::{ClientInfo, Password};
use ferroboard_kernel::Email;
use utoipa::ToSchema;

use super::AuthBody;
use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::client_address::Client;
use crate::request::reader::{Reader, Refused};

/// Who wants to register.
#[derive(ToSchema)]
pub struct RegisterBody {
    #[schema(value_type = String, format = Email, max_length = 64)]
    email: Email,
    #[schema(value_type = String, min_length = 8, max_length = 128)]
    password: Password,
    /// Needed where `is_invite_force` of the public settings is 1.
    invite_code: Option<String>,
    /// Needed where `is_email_verify` of the public settings is 1.
    email_code: Option<String>,
    /// Answer for reCAPTCHA v2.
    recaptcha_data: Option<String>,
    /// Answer for reCAPTCHA v3.
    recaptcha_v3_token: Option<String>,
    /// Answer for Turnstile.
    turnstile_token: Option<String>,
}

impl Body for RegisterBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let (email, password) = (super::email(read), super::password(read));
        Ok(Self {
            email: email?,
            password: password?,
            invite_code: read.given("invite_code").owned_text(),
            email_code: read.given("email_code").owned_text(),
            recaptcha_data: read.given("recaptcha_data").owned_text(),
            recaptcha_v3_token: read.given("recaptcha_v3_token").owned_text(),
            turnstile_token: read.given("turnstile_token").owned_text(),
        })
    }
}

impl RegisterBody {
    /// What it asks, from this client.
    pub fn into_command(self, client: ClientInfo) -> Register {
        Register {
            email: self.email,
            password: self.password,
            invite_code: self.invite_code,
            email_code: self.email_code,
            captcha: CaptchaAnswers {
                recaptcha: self.recaptcha_data,
                recaptcha_v3: self.recaptcha_v3_token,
                turnstile: self.turnstile_token,
            },
            client,
        }
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
    Read(body): Read<RegisterBody>,
    panel: Data<Panel>,
) -> Result<Success<AuthBody>, Fault> {
    let command = body.into_command(client.0);
    panel.limits.admit_account(&command.email)?;
    let run = panel.run(|app| async move { app.registration.register(command).await });
    Ok(Success(run.await?.into()))
}
