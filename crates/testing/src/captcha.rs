use async_trait::async_trait;
use ferroboard_auth::{CaptchaKind, CaptchaVerifier};

/// Knows one right answer. A captcha of unknown kind has none.
#[derive(Debug, Clone)]
pub struct FixedCaptcha {
    answer: String,
}

impl FixedCaptcha {
    /// A captcha that this answer solves.
    pub fn solved_by(answer: &str) -> Self {
        Self {
            answer: answer.to_owned(),
        }
    }
}

impl Default for FixedCaptcha {
    /// A captcha that the answer `human` solves.
    fn default() -> Self {
        Self::solved_by("human")
    }
}

#[async_trait]
impl CaptchaVerifier for FixedCaptcha {
    async fn solved(&self, kind: &CaptchaKind, answer: &str, _client_ip: &str) -> bool {
        *kind != CaptchaKind::Unknown && answer == self.answer
    }
}
