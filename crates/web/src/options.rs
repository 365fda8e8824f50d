use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

use crate::request::hosts::AllowedHosts;

/// What the operator decides about the HTTP server when the program starts.
#[derive(Debug, Clone)]
pub struct WebOptions {
    /// How many threads answer requests; `None` is one per processor.
    pub workers: Option<usize>,
    /// The largest request body in bytes; a larger one is answered 413.
    pub max_body_bytes: usize,
    /// How long requests in flight may take to finish when the server stops.
    pub shutdown_timeout: Duration,
    /// From which peers `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How often the passport routes and the address of payment notices may be asked.
    pub limits: RateLimits,
    /// Which hosts are the panel's own: where what leaves it may lead to.
    pub hosts: AllowedHosts,
    /// Who may see `GET /metrics`.
    pub metrics: MetricsAccess,
    /// Whether `/docs` and `/openapi.json` are there.
    pub docs: bool,
    /// How long agents are waited for at their sockets.
    pub sockets: SocketOptions,
    /// How many lines of the log were lost, for `GET /metrics`.
    pub lost_log_lines: LostLines,
    /// What stands before the MD5 of the address in `avatar_url`.
    pub avatar_base: String,
    /// The folder in which each theme has one of its own; without it there are no files of themes.
    pub themes: Option<PathBuf>,
    /// The folder of the built admin app; without it there is none.
    pub admin_app: Option<PathBuf>,
}

/// Who may see the counters.
#[derive(Clone, PartialEq, Eq)]
pub enum MetricsAccess {
    /// Nobody: the address is as unknown as any other.
    Closed,
    /// Whoever presents this token as `Authorization: Bearer`.
    Token(String),
    /// Whoever reaches the port.
    Open,
}

impl fmt::Debug for MetricsAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "Closed",
            Self::Token(_) => "Token",
            Self::Open => "Open",
        })
    }
}

/// Tells how many lines of the log were lost so far.
#[derive(Clone)]
pub struct LostLines(Arc<dyn Fn() -> u64 + Send + Sync>);

impl LostLines {
    /// As this function counts them.
    pub fn counted_by(count: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(count))
    }

    pub(crate) fn count(&self) -> u64 {
        (self.0)()
    }
}

impl Default for LostLines {
    fn default() -> Self {
        Self::counted_by(|| 0)
    }
}

impl fmt::Debug for LostLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LostLines").field(&self.count()).finish()
    }
}

/// Token buckets before the passport routes, payment notices and subscription links, in requests per
/// minute; a bucket starts full. 0 switches a limit off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// For each client address (IPv6: each /64).
    pub per_address_per_minute: u32,
    /// For each account that a request names, whether or not it exists.
    pub per_account_per_minute: u32,
    /// Payment notices from each client address (IPv6: each /64) that are not believed. Those that are
    /// believed are taken however many there are.
    pub notices_per_address_per_minute: u32,
    /// For each client address that presents subscription tokens which nobody has.
    pub unknown_tokens_per_address_per_minute: u32,
}

/// How long agents are waited for at their sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketOptions {
    /// How often an agent is asked whether it is there.
    pub ping: Duration,
    /// How long nothing may be heard of an agent.
    pub silence: Duration,
    /// How long an agent may take to take what it is sent.
    pub patience: Duration,
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self {
            ping: Duration::from_secs(55),
            silence: Duration::from_secs(120),
            patience: Duration::from_secs(30),
        }
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            per_address_per_minute: 600,
            per_account_per_minute: 300,
            notices_per_address_per_minute: 600,
            unknown_tokens_per_address_per_minute: 60,
        }
    }
}

impl Default for WebOptions {
    fn default() -> Self {
        Self {
            workers: None,
            max_body_bytes: 1024 * 1024,
            shutdown_timeout: Duration::from_secs(30),
            trusted_proxies: Self::default_trusted_proxies(),
            limits: RateLimits::default(),
            hosts: AllowedHosts::default(),
            metrics: MetricsAccess::Open,
            docs: true,
            sockets: SocketOptions::default(),
            lost_log_lines: LostLines::default(),
            avatar_base: "https://cdn.v2ex.com/gravatar/".to_owned(),
            themes: None,
            admin_app: None,
        }
    }
}

impl WebOptions {
    /// The machine itself: a proxy anywhere else is named by the operator.
    pub fn default_trusted_proxies() -> Vec<IpNet> {
        let loopback = ["127.0.0.0/8", "::1/128"].into_iter();
        loopback.filter_map(|range| range.parse().ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_range_is_one_of_the_machine_itself() {
        let ranges = WebOptions::default_trusted_proxies();
        assert_eq!(ranges.len(), 2);
        assert!(ranges.iter().all(|range| range.addr().is_loopback()));
    }
}
