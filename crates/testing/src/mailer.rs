use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use ferroboard_mail::{MailFailed, Mailer, RenderedMail, SmtpSettings};

/// Keeps what it is given instead of sending it.
#[derive(Debug, Default)]
pub struct RecordingMailer {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    sent: Vec<RenderedMail>,
    servers: Vec<Option<SmtpSettings>>,
    failures_to_come: u32,
}

impl RecordingMailer {
    /// What was accepted so far, oldest first.
    pub fn sent(&self) -> Vec<RenderedMail> {
        self.with(|state| state.sent.clone())
    }

    /// The mail server of each message so far, oldest first; also of those that it refused.
    pub fn servers(&self) -> Vec<Option<SmtpSettings>> {
        self.with(|state| state.servers.clone())
    }

    /// Refuses the next `times` messages.
    pub fn fail_next(&self, times: u32) {
        self.with(|state| state.failures_to_come = times);
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Mailer for RecordingMailer {
    async fn send(
        &self,
        smtp: Option<&SmtpSettings>,
        mail: &RenderedMail,
    ) -> Result<(), MailFailed> {
        self.with(|state| {
            state.servers.push(smtp.cloned());
            if let Some(left) = state.failures_to_come.checked_sub(1) {
                state.failures_to_come = left;
                return Err(MailFailed("the mail server refused the message".to_owned()));
            }
            state.sent.push(mail.clone());
            Ok(())
        })
    }
}
