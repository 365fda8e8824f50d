use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ferroboard_events::{WebhookCall, WebhookFailed, WebhookSender};

/// Keeps what endpoints are sent. It answers 200 until it is told otherwise.
#[derive(Debug, Clone, Default)]
pub struct RecordingWebhooks(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    calls: Vec<WebhookCall>,
    status: Option<u16>,
}

impl RecordingWebhooks {
    fn with<T>(&self, look: impl FnOnce(&mut Recorded) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was sent since this was last asked.
    pub fn take(&self) -> Vec<WebhookCall> {
        self.with(|recorded| std::mem::take(&mut recorded.calls))
    }

    /// Lets every endpoint refuse with this status from now on, or take everything again.
    pub fn refuse_with(&self, status: Option<u16>) {
        self.with(|recorded| recorded.status = status);
    }
}

#[async_trait]
impl WebhookSender for RecordingWebhooks {
    async fn send(&self, call: &WebhookCall) -> Result<u16, WebhookFailed> {
        self.with(|recorded| {
            recorded.calls.push(call.clone());
            match recorded.status {
                None => Ok(200),
                Some(status) => Err(WebhookFailed {
                    status: Some(status),
                    reason: format!("status {status}"),
                }),
            }
        })
    }
}
