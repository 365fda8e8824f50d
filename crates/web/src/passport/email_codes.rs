use actix_web::web::Data;
use actix_web::{Either, Responder};
use ferroboard_application::CaptchaAnswers;
use ferroboard_kernel::Email;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{CodeSent, DebugCode, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::client_address::Client;
use crate::request::reader::{Reader, Refused};

/// Who wants a code.
#[derive(ToSchema)]
pub struct SendBody {
    /// Where the code goes.
    #[schema(value_type = String, format = Email, max_length = 64)]
    pub email: Email,
    /// Answer for reCAPTCHA v2.
    recaptcha_data: Option<String>,
    /// Answer for reCAPTCHA v3.
    recaptcha_v3_token: Option<String>,
    /// Answer for Turnstile.
    turnstile_token: Option<String>,
}

impl Body for SendBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let email = super::email(read);
        Ok(Self {
            email: email?,
            recaptcha_data: read.given("recaptcha_data").owned_text(),
            recaptcha_v3_token: read.given("recaptcha_v3_token").owned_text(),
            turnstile_token: read.given("turnstile_token").owned_text(),
        })
    }
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
    Read(body): Read<SendBody>,
    panel: Data<Panel>,
) -> Result<impl Responder, Fault> {
    let email = body.email;
    panel.limits.admit_account(&email)?;
    let captcha = CaptchaAnswers {
        recaptcha: body.recaptcha_data,
        recaptcha_v3: body.recaptcha_v3_token,
        turnstile: body.turnstile_token,
    };
    let ip = client.0.ip;
    let run = panel.run(|app| async move { app.email_codes.send(email, captcha, &ip).await });
    Ok(match run.await?.debug_code {
        Some(code) => Either::Left(DebugCode(code)),
        None => Either::Right(Success(CodeSent::Mailed(true))),
    })
}
