//! Proof that a person is asking.

use ferroboard_auth::{AuthError, CaptchaKind};

use crate::Error;
use crate::process::Core;

/// What a client may send for each captcha service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaptchaAnswers {
    /// `recaptcha_data`.
    pub recaptcha: Option<String>,
    /// `recaptcha_v3_token`.
    pub recaptcha_v3: Option<String>,
    /// `turnstile_token`.
    pub turnstile: Option<String>,
}

impl Core {
    /// Refuses unless no captcha is asked for or the service says that it was solved. Asks the
    /// service, so never while a transaction is open.
    pub(crate) async fn check_captcha(
        &self,
        kind: Option<&CaptchaKind>,
        answers: &CaptchaAnswers,
        client_ip: &str,
    ) -> Result<(), Error> {
        let Some(kind) = kind else { return Ok(()) };
        let answer = match kind {
            CaptchaKind::Recaptcha { .. } => &answers.recaptcha,
            CaptchaKind::RecaptchaV3 { .. } => &answers.recaptcha_v3,
            CaptchaKind::Turnstile { .. } => &answers.turnstile,
            CaptchaKind::Unknown => return Err(AuthError::CaptchaUnknown.into()),
        };
        match answer {
            Some(answer) if self.ports.captcha.solved(kind, answer, client_ip).await => Ok(()),
            _ => Err(AuthError::CaptchaRefused.into()),
        }
    }
}
