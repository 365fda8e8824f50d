//! A configuration, ready to be sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{Export, Site, Subscriber, uri};

/// How many characters of an announcement clients show.
const LONGEST_ANNOUNCEMENT: usize = 200;

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
        self.with("subscription-userinfo", account(subscriber))
    }

    /// Adds, under the names that several clients read, what the format has not said already: the name
    /// of the site and of the file, where to get help, and what is new.
    pub(crate) fn for_clients(mut self, export: &Export<'_>) -> Self {
        let site = export.site;
        let encoded = |text: &str| format!("base64:{}", STANDARD.encode(text));
        if !self.has("subscription-userinfo") {
            self = self.with_account(export.subscriber);
        }
        // Whoever opens a list of links wants to see it.
        if !self.has("content-disposition") && !self.content_type.starts_with("text/plain") {
            self = self.with_file_name(site, "");
        }
        let link = |link: &Option<String>| link.clone().filter(|link| !link.trim().is_empty());
        let announcement = site.announcement.as_deref().map(shortened);
        for (name, value) in [
            ("profile-title", Some(encoded(&site.name))),
            ("profile-update-interval", Some("24".to_owned())),
            ("profile-web-page-url", link(&site.url)),
            ("support-url", link(&site.support_url)),
            ("announce", announcement.as_deref().map(encoded)),
        ] {
            match value {
                Some(value) if !self.has(name) => self = self.with(name, value),
                _ => {}
            }
        }
        self
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| *known == name)
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

/// What clients show of the account.
pub(crate) fn account(subscriber: &Subscriber) -> String {
    let expire = subscriber
        .expired_at
        .map(|at| at.get().to_string())
        .unwrap_or_default();
    format!(
        "upload={}; download={}; total={}; expire={expire}",
        subscriber.upload, subscriber.download, subscriber.transfer_enable
    )
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(LONGEST_ANNOUNCEMENT).collect()
}
