use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

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
    /// What `GET /metrics` asks for as `Authorization: Bearer`; `None` leaves it open.
    pub metrics_token: Option<String>,
    /// How long agents are waited for at their sockets.
    pub sockets: SocketOptions,
    /// How many lines of the log were lost, for `GET /metrics`.
    pub lost_log_lines: LostLines,
    /// What stands before the MD5 of the address in `avatar_url`.
    pub avatar_base: String,
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
            metrics_token: None,
            sockets: SocketOptions::default(),
            lost_log_lines: LostLines::default(),
            avatar_base: "https://cdn.v2ex.com/gravatar/".to_owned(),
        }
    }
}

impl WebOptions {
    /// Loopback, private and link-local networks, and the IPv4 ranges of Cloudflare.
    pub fn default_trusted_proxies() -> Vec<IpNet> {
        TRUSTED_BY_DEFAULT
            .iter()
            .filter_map(|range| range.parse().ok())
            .collect()
    }
}

const TRUSTED_BY_DEFAULT: [&str; 23] = [
    "127.0.0.0/8",
    "::1/128",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fc00::/7",
    "169.254.0.0/16",
    "fe80::/10",
    "173.245.48.0/20",
    "103.21.244.0/22",
    "103.22.200.0/22",
    "103.31.4.0/22",
    "141.101.64.0/18",
    "108.162.192.0/18",
    "190.93.240.0/20",
    "188.114.96.0/20",
    "197.234.240.0/22",
    "198.41.128.0/17",
    "162.158.0.0/15",
    "104.16.0.0/13",
    "104.24.0.0/14",
    "172.64.0.0/13",
    "131.0.72.0/22",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_range_is_one() {
        assert_eq!(
            WebOptions::default_trusted_proxies().len(),
            TRUSTED_BY_DEFAULT.len()
        );
    }
}
