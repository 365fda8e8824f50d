//! Between which bounds numbers make sense, and which texts may not be empty.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::{Config, ConfigError};

fn within<T: Copy + PartialOrd + Display>(
    key: &str,
    value: T,
    bounds: RangeInclusive<T>,
) -> Result<(), ConfigError> {
    if bounds.contains(&value) {
        return Ok(());
    }
    let (least, most) = bounds.into_inner();
    let reason = format!("{value} is not between {least} and {most}");
    Err(ConfigError::key(key, &reason))
}

impl Config {
    /// What would only be noticed when a thread, a pool or a counter is made of it, or not even then.
    pub(super) fn check_bounds(&self) -> Result<(), ConfigError> {
        let http = &self.http;
        within("http.workers", http.workers, 0..=512)?;
        within("http.max_body_bytes", http.max_body_bytes, 1024..=1 << 30)?;
        within("http.shutdown_seconds", http.shutdown_seconds, 0..=3600)?;
        within(
            "database.max_connections",
            self.database.max_connections,
            1..=1000,
        )?;
        for (key, limit) in [
            (
                "limits.email_codes_per_address_per_hour",
                self.limits.email_codes_per_address_per_hour,
            ),
            (
                "limits.registrations_per_address_per_hour",
                self.limits.registrations_per_address_per_hour,
            ),
            ("limits.write_allowance", self.limits.write_allowance),
            (
                "limits.failed_logins_per_address",
                self.limits.failed_logins_per_address,
            ),
        ] {
            within(key, limit.unwrap_or(1), 1..=1_000_000_000)?;
        }
        if let Some(token) = &http.metrics_token
            && (token.is_empty() || !token.bytes().all(|sign| sign.is_ascii_graphic()))
        {
            let reason = "a token has letters, digits and signs, and no spaces";
            return Err(ConfigError::key("http.metrics_token", reason));
        }
        let is_blank = |key: &String| key.trim().is_empty();
        if self.secrets.signing_key.as_ref().is_some_and(is_blank) {
            let reason = "an empty key signs nothing; without the entry a random one is drawn";
            return Err(ConfigError::key("secrets.signing_key", reason));
        }
        if self.secrets.earlier_signing_keys.iter().any(is_blank) {
            let reason = "an empty key encrypted nothing";
            return Err(ConfigError::key("secrets.earlier_signing_keys", reason));
        }
        let themes = self.web.themes.as_os_str().to_string_lossy();
        if themes.trim().is_empty() {
            let reason = "the themes need a folder";
            return Err(ConfigError::key("web.themes", reason));
        }
        let admin_app = self.web.admin_app.as_ref();
        if admin_app.is_some_and(|path| path.to_string_lossy().trim().is_empty()) {
            let reason = "no folder is named; without the entry there is no admin app";
            return Err(ConfigError::key("web.admin_app", reason));
        }
        Ok(())
    }
}
