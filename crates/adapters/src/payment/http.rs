use std::error::Error as _;
use std::time::Duration;

use ferroboard_billing::GatewayError;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value;

/// How long a gateway may take to answer.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How much of an answer is read. The longest real ones are a few kilobytes.
const LARGEST_ANSWER: usize = 1024 * 1024;
/// How often a gateway may send a request on to another of its own addresses.
const MOST_REDIRECTS: usize = 3;
/// How much of a gateway's own words an error repeats.
const LONGEST_REASON: usize = 200;

/// How much is kept of the number that a gateway gives a refund.
pub(super) const LONGEST_NUMBER: usize = 255;

/// The HTTP client of the gateways could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the client of the payment gateways did not start: {0}")]
pub struct GatewaysUnavailable(#[from] reqwest::Error);

/// The client that all gateways share: certificates are verified, an answer comes within 15
/// seconds, and a redirect to another origin is not followed, because the request carries keys.
#[derive(Debug, Clone)]
pub(super) struct GatewayHttp {
    client: Client,
}

/// What a gateway answered, whatever its status.
pub(super) struct Answer {
    status: StatusCode,
    body: Vec<u8>,
}

impl GatewayHttp {
    pub(super) fn new() -> Result<Self, GatewaysUnavailable> {
        Self::with_timeout(TIMEOUT)
    }

    fn with_timeout(timeout: Duration) -> Result<Self, GatewaysUnavailable> {
        let client = Client::builder()
            .timeout(timeout)
            .redirect(Policy::custom(|attempt| {
                if stays_home(&attempt) {
                    attempt.follow()
                } else {
                    attempt.stop()
                }
            }))
            // Only the program's configuration may change where requests go.
            .no_proxy()
            .build()?;
        Ok(Self { client })
    }

    pub(super) fn get(&self, url: &str) -> RequestBuilder {
        self.client.get(url)
    }

    pub(super) fn post(&self, url: &str) -> RequestBuilder {
        self.client.post(url)
    }

    /// A POST whose body is this encoded form.
    pub(super) fn post_form(&self, url: &str, form: String) -> RequestBuilder {
        let form_type = "application/x-www-form-urlencoded";
        self.post(url).header("content-type", form_type).body(form)
    }
}

/// Sends the request and reads the whole answer.
pub(super) async fn send(request: RequestBuilder) -> Result<Answer, GatewayError> {
    let mut response = request.send().await.map_err(unreachable)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(GatewayError::Unreachable(
                "the answer is too long".to_owned(),
            ));
        }
        body.extend_from_slice(&chunk);
    }
    let status = response.status();
    Ok(Answer { status, body })
}

impl Answer {
    /// The JSON of a successful answer. Another one is the error that `reason` finds in its body.
    pub(super) fn json(
        &self,
        reason: impl FnOnce(&Value) -> Option<&str>,
    ) -> Result<Value, GatewayError> {
        let body: Option<Value> = serde_json::from_slice(&self.body).ok();
        if self.status.is_success() {
            let no_json = || GatewayError::Unreachable("the answer is not JSON".to_owned());
            return body.ok_or_else(no_json);
        }
        if self.status.is_server_error() || is_for_now(self.status) {
            let status = self.status.as_u16();
            return Err(GatewayError::Unreachable(format!("status {status}")));
        }
        Err(match body.as_ref().and_then(reason) {
            Some(text) => refused(text),
            None => GatewayError::Refused(format!("status {}", self.status.as_u16())),
        })
    }
}

/// Whether the request may succeed later as it is: too many came at once, or the same is being handled.
fn is_for_now(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS
    )
}

/// A refusal in the gateway's words, shortened and on one line.
pub(super) fn refused(reason: &str) -> GatewayError {
    let printable = reason.chars().filter(|sign| !sign.is_control());
    GatewayError::Refused(printable.take(LONGEST_REASON).collect())
}

/// A question that was not answered, for whatever reason: what it was about is not known.
pub(super) fn not_told(error: GatewayError) -> GatewayError {
    match error {
        GatewayError::Unreachable(_) => error,
        GatewayError::Unconfigured(_) | GatewayError::Refused(_) => unclear(&error.to_string()),
    }
}

/// An answer that does not say what became of a request.
pub(super) fn unclear(reason: &str) -> GatewayError {
    GatewayError::Unreachable(reason.to_owned())
}

fn stays_home(attempt: &Attempt<'_>) -> bool {
    let previous = attempt.previous();
    let from = previous.last();
    previous.len() <= MOST_REDIRECTS
        && from.is_some_and(|from| from.origin() == attempt.url().origin())
}

/// The error with its causes, but without the address: some protocols put their key into it.
fn unreachable(error: reqwest::Error) -> GatewayError {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    GatewayError::Unreachable(text)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_gateway_that_never_answers_is_given_up() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", silent.local_addr().unwrap());
        let http = GatewayHttp::with_timeout(Duration::from_millis(50)).unwrap();
        let answer = send(http.get(&url)).await.map(|_| ());
        assert!(
            matches!(answer, Err(GatewayError::Unreachable(_))),
            "{answer:?}"
        );
    }

    #[test]
    fn a_gateways_words_are_kept_short() {
        let long = format!("no\r\n{}", "x".repeat(500));
        let GatewayError::Refused(kept) = refused(&long) else {
            panic!("not a refusal")
        };
        assert_eq!(kept, format!("no{}", "x".repeat(198)));
    }
}
