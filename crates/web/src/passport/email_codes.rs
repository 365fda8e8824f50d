use actix_web::web::Data;
use actix_web::{Either, Responder};
use ferroboard_application::CaptchaAnswers;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::Panel;
use crate::answer::envelope::{CodeSent, DebugCode, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::client_address::Client;
use crate::request::field::Field;
use crate::request::valid::{self, Valid};

/// Who wants a code.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct SendBody {
    #[validate(custom(function = valid::email))]
    #[schema(value_type = String, format = Email, max_length = 64)]
    email: Field,
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

/// Mails a code that proves that a mailbox is one's own. The development profile answers with the
/// code itself, as `data.debug_code`.
#[utoipa::path(
    post,
    path = "/api/v1/passport/comm/sendEmailVerify",
    request_body = SendBody,
    responses(
        (status = 200, description = "The code is on its way", body = SuccessBody<CodeSent>),
        (status = 400, description = "Refused: captcha, domain, or one was sent a moment ago", body = FailureBody),
        (status = 422, description = "A field is missing or malformed", body = FailureBody),
        (status = 429, description = "Too many; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn send(
    client: Client,
    Valid(body): Valid<SendBody>,
    panel: Data<Panel>,
) -> Result<impl Responder, Fault> {
    let email = body.email.to_email()?;
    panel.limits.admit_account(&email)?;
    let captcha = CaptchaAnswers {
        recaptcha: body.recaptcha_data.into_text(),
        recaptcha_v3: body.recaptcha_v3_token.into_text(),
        turnstile: body.turnstile_token.into_text(),
    };
    let ip = client.0.ip;
    let run = panel.run(|app| async move { app.email_codes.send(email, captcha, &ip).await });
    Ok(match run.await?.debug_code {
        Some(code) => Either::Left(DebugCode(code)),
        None => Either::Right(Success(CodeSent::Mailed(true))),
    })
}
