//! Events over HTTP, to nobody but whom the rule allows.
//!
//! A name is resolved here, each address is judged, and the connection is made to exactly the addresses that
//! passed: an answer of the DNS that changes after the judgement changes nothing. Addresses that stand in the URL
//! never reach the resolver, so these are judged before. Redirects are not followed.

use std::error::Error as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ferroboard_events::{ATTEMPT_LIMIT, EndpointRule, WebhookCall, WebhookFailed, WebhookSender};
use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::{Host, Url};

/// How much of an answer is read before its connection is given up; nobody looks at it.
const LARGEST_ANSWER: usize = 64 * 1024;
/// How much of what went wrong is kept.
const LONGEST_REASON: usize = 200;

/// The HTTP client of events could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the client of webhooks did not start: {0}")]
pub struct WebhooksUnavailable(#[from] reqwest::Error);

/// Why a name leads nowhere.
#[derive(Debug, thiserror::Error)]
#[error("the name has no address that events may be sent to")]
struct NoAllowedAddress;

/// Where names lead.
#[async_trait]
pub(crate) trait LookUp: Send + Sync {
    /// The addresses of a name.
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The resolver of the operating system.
struct SystemLookUp;

#[async_trait]
impl LookUp for SystemLookUp {
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// The resolver of the client: it answers with allowed addresses alone.
struct JudgingResolver {
    rule: EndpointRule,
    names: Arc<dyn LookUp>,
}

impl Resolve for JudgingResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (rule, names) = (self.rule, Arc::clone(&self.names));
        Box::pin(async move {
            let mut found = names.addresses(name.as_str()).await?;
            found.retain(|address| rule.allows(*address));
            if found.is_empty() {
                return Err(NoAllowedAddress.into());
            }
            // The port is the URL's.
            let found = found.into_iter().map(|address| SocketAddr::new(address, 0));
            let found: Addrs = Box::new(found);
            Ok(found)
        })
    }
}

/// Sends events to endpoints.
pub struct HttpWebhookSender {
    client: Client,
    rule: EndpointRule,
}

impl HttpWebhookSender {
    /// A sender to whom the rule allows.
    pub fn new(rule: EndpointRule) -> Result<Self, WebhooksUnavailable> {
        let limit = u64::try_from(ATTEMPT_LIMIT.get()).unwrap_or_default();
        Self::with(rule, Arc::new(SystemLookUp), Duration::from_secs(limit))
    }

    fn with(
        rule: EndpointRule,
        names: Arc<dyn LookUp>,
        timeout: Duration,
    ) -> Result<Self, WebhooksUnavailable> {
        let client = Client::builder()
            .timeout(timeout)
            .redirect(Policy::none())
            // Only the program's configuration may change where requests go.
            .no_proxy()
            .user_agent(concat!("Ferroboard/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(JudgingResolver { rule, names }))
            .build()?;
        Ok(Self { client, rule })
    }

    /// Judges what the resolver is not asked about: an address that stands in the URL, and plain `http`, which
    /// leads to this machine or to an address that is written out.
    fn may_ask(&self, url: &Url) -> bool {
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain("localhost")) => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            Some(Host::Domain(_)) => None,
            None => return false,
        };
        match (url.scheme(), literal) {
            ("https", None) => true,
            ("https" | "http", Some(address)) => self.rule.allows(address),
            _ => false,
        }
    }
}

#[async_trait]
impl WebhookSender for HttpWebhookSender {
    async fn send(&self, call: &WebhookCall) -> Result<u16, WebhookFailed> {
        let url = Url::parse(call.url.as_str()).ok();
        let Some(url) = url.filter(|url| self.may_ask(url)) else {
            return Err(failed(None, "the address is not allowed"));
        };
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("ferroboard-signature", &call.signature)
            .header("ferroboard-event", call.kind.as_str())
            .header("ferroboard-event-id", call.event.to_string())
            .header("ferroboard-delivery", call.delivery.to_string())
            .body(call.body.clone());
        let mut response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        // Read to its end, within reason, so that the connection can be used again.
        let mut length = 0;
        while let Ok(Some(chunk)) = response.chunk().await {
            length += chunk.len();
            if length > LARGEST_ANSWER {
                break;
            }
        }
        if status.is_success() {
            Ok(status.as_u16())
        } else {
            let number = status.as_u16();
            let told = if status.is_redirection() {
                format!("status {number}: redirects are not followed")
            } else {
                format!("status {number}")
            };
            Err(failed(Some(number), &told))
        }
    }
}

fn failed(status: Option<u16>, reason: &str) -> WebhookFailed {
    let printable = reason.chars().filter(|sign| !sign.is_control());
    WebhookFailed {
        status,
        reason: printable.take(LONGEST_REASON).collect(),
    }
}

/// The error with its causes, but without the address: it may hold a key.
fn unreachable(error: reqwest::Error) -> WebhookFailed {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    failed(None, &text)
}

#[cfg(test)]
mod tests;
