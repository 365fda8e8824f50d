//! A configuration, ready to be sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{Site, Subscriber, uri};

/// What a client downloads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// Further headers, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The configuration.
    pub body: String,
}

impl Document {
    pub(crate) fn new(content_type: &'static str, body: String) -> Self {
        Self {
            content_type,
            headers: Vec::new(),
            body,
        }
    }

    /// A document that is the base64 form of `text`.
    pub(crate) fn base64(content_type: &'static str, text: &str) -> Self {
        Self::new(content_type, STANDARD.encode(text))
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds what clients show of the account.
    pub(crate) fn with_account(self, subscriber: &Subscriber) -> Self {
        let expire = subscriber
            .expired_at
            .map(|at| at.get().to_string())
            .unwrap_or_default();
        let value = format!(
            "upload={}; download={}; total={}; expire={expire}",
            subscriber.upload, subscriber.download, subscriber.transfer_enable
        );
        self.with("subscription-userinfo", value)
    }

    /// Names the file after the site.
    pub(crate) fn with_file_name(self, site: &Site, extension: &str) -> Self {
        let name = uri::raw(&site.name);
        self.with(
            "content-disposition",
            format!("attachment;filename*=UTF-8''{name}{extension}"),
        )
    }
}
