use std::time::Duration;

use async_trait::async_trait;
use ferroboard_auth::{CaptchaKind, CaptchaVerifier};
use ferroboard_site::Decimal;
use reqwest::Client;
use serde::Deserialize;

use crate::endpoint::{self, NotAnEndpoint};

/// Whom to ask: the services' own addresses, or mirrors where those cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptchaUrls {
    /// reCAPTCHA, version 2 and 3.
    pub recaptcha: String,
    /// Turnstile.
    pub turnstile: String,
}

impl Default for CaptchaUrls {
    fn default() -> Self {
        Self {
            recaptcha: "https://www.google.com/recaptcha/api/siteverify".to_owned(),
            turnstile: "https://challenges.cloudflare.com/turnstile/v0/siteverify".to_owned(),
        }
    }
}

/// Why nobody can be asked.
#[derive(Debug, thiserror::Error)]
pub enum CaptchaUnavailable {
    /// [`CaptchaUrls::recaptcha`] is none.
    #[error(transparent)]
    Recaptcha(NotAnEndpoint),
    /// [`CaptchaUrls::turnstile`] is none.
    #[error(transparent)]
    Turnstile(NotAnEndpoint),
    /// The HTTP client could not be made.
    #[error("the captcha client did not start: {0}")]
    Client(#[from] reqwest::Error),
}

/// Asks the captcha services over HTTP.
pub struct HttpCaptchaVerifier {
    client: Client,
    urls: CaptchaUrls,
}

/// How long a service may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The part of a service's answer that counts.
#[derive(Deserialize)]
struct Answer {
    success: bool,
    /// reCAPTCHA v3 only: how sure the service is, 0 to 1.
    score: Option<serde_json::Number>,
}

impl HttpCaptchaVerifier {
    /// Asks the services at these addresses.
    pub fn new(urls: CaptchaUrls) -> Result<Self, CaptchaUnavailable> {
        Self::with_timeout(urls, TIMEOUT)
    }

    fn with_timeout(urls: CaptchaUrls, timeout: Duration) -> Result<Self, CaptchaUnavailable> {
        endpoint::check(&urls.recaptcha).map_err(CaptchaUnavailable::Recaptcha)?;
        endpoint::check(&urls.turnstile).map_err(CaptchaUnavailable::Turnstile)?;
        let client = Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            // Only the program's configuration may change where requests go.
            .no_proxy()
            .build()?;
        Ok(Self { client, urls })
    }

    async fn ask(&self, url: &str, form: &[(&str, &str)]) -> Result<Answer, reqwest::Error> {
        let sent = self.client.post(url).form(form).send().await?;
        sent.error_for_status()?.json().await
    }
}

#[async_trait]
impl CaptchaVerifier for HttpCaptchaVerifier {
    async fn solved(&self, kind: &CaptchaKind, answer: &str, client_ip: &str) -> bool {
        if answer.is_empty() {
            return false;
        }
        let (url, secret, with_ip, threshold) = match kind {
            CaptchaKind::Recaptcha { secret } => (&self.urls.recaptcha, secret, false, None),
            CaptchaKind::RecaptchaV3 { secret, threshold } => {
                (&self.urls.recaptcha, secret, true, Some(*threshold))
            }
            CaptchaKind::Turnstile { secret } => (&self.urls.turnstile, secret, true, None),
            CaptchaKind::Unknown => return false,
        };
        let mut form = vec![("secret", secret.as_str()), ("response", answer)];
        if with_ip {
            form.push(("remoteip", client_ip));
        }
        match self.ask(url, &form).await {
            Ok(answer) => answer.success && reaches(answer.score.as_ref(), threshold),
            Err(error) => {
                // The secret travels in the body, so the error's text cannot hold it.
                tracing::warn!(%error, "a captcha could not be checked and counts as wrong");
                false
            }
        }
    }
}

/// Whether the score is at least the threshold (in hundredths); without a threshold any is.
fn reaches(score: Option<&serde_json::Number>, threshold: Option<i64>) -> bool {
    threshold.is_none_or(|threshold| {
        let score = score.and_then(|score| Decimal::parse(&score.to_string()));
        score.is_some_and(|score| score.ten_thousandths() >= threshold.saturating_mul(100))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// A service that answers each request alike and remembers what it was asked.
    struct FakeService {
        address: String,
        asked: Arc<Mutex<Vec<String>>>,
    }

    impl FakeService {
        async fn answering(status: &'static str, body: &'static str) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = format!("http://{}", listener.local_addr().unwrap());
            let asked = Arc::new(Mutex::new(Vec::new()));
            let seen = Arc::clone(&asked);
            tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    let mut request = String::new();
                    while !is_whole(&request) {
                        let mut chunk = [0; 4096];
                        let length = stream.read(&mut chunk).await.unwrap();
                        assert_ne!(length, 0, "the request broke off");
                        request.push_str(std::str::from_utf8(&chunk[..length]).unwrap());
                    }
                    let path = request.split(' ').nth(1).unwrap();
                    let (_, form) = request.split_once("\r\n\r\n").unwrap();
                    seen.lock().unwrap().push(format!("{path} {form}"));
                    let length = body.len();
                    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}");
                    let answer = format!("{head}\r\nconnection: close\r\n\r\n{body}");
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
            Self { address, asked }
        }

        fn verifier(&self) -> HttpCaptchaVerifier {
            HttpCaptchaVerifier::new(CaptchaUrls {
                recaptcha: format!("{}/recaptcha", self.address),
                turnstile: format!("{}/turnstile", self.address),
            })
            .unwrap()
        }
    }

    fn is_whole(request: &str) -> bool {
        let Some((head, body)) = request.split_once("\r\n\r\n") else {
            return false;
        };
        let head = head.to_lowercase();
        let length = head.split_once("content-length: ").unwrap().1;
        let length = length.lines().next().unwrap().parse().unwrap();
        body.len() >= length
    }

    fn recaptcha() -> CaptchaKind {
        CaptchaKind::Recaptcha {
            secret: "se&cret".to_owned(),
        }
    }

    fn recaptcha_v3(threshold: i64) -> CaptchaKind {
        CaptchaKind::RecaptchaV3 {
            secret: "secret".to_owned(),
            threshold,
        }
    }

    fn turnstile() -> CaptchaKind {
        CaptchaKind::Turnstile {
            secret: "secret".to_owned(),
        }
    }

    #[tokio::test]
    async fn each_service_is_asked_as_it_wants() {
        let answer = r#"{"success": true, "score": 0.9, "hostname": "demo.test"}"#;
        let service = FakeService::answering("200 OK", answer).await;
        let verifier = service.verifier();
        for kind in [recaptcha(), recaptcha_v3(50), turnstile()] {
            assert!(
                verifier.solved(&kind, "to+ken", "192.0.2.1").await,
                "{kind:?}"
            );
        }
        assert_eq!(
            *service.asked.lock().unwrap(),
            [
                "/recaptcha secret=se%26cret&response=to%2Bken",
                "/recaptcha secret=secret&response=to%2Bken&remoteip=192.0.2.1",
                "/turnstile secret=secret&response=to%2Bken&remoteip=192.0.2.1",
            ]
        );
    }

    #[tokio::test]
    async fn nothing_is_asked_without_an_answer_or_a_service() {
        let service = FakeService::answering("200 OK", r#"{"success":true}"#).await;
        let verifier = service.verifier();
        assert!(!verifier.solved(&recaptcha(), "", "192.0.2.1").await);
        assert!(
            !verifier
                .solved(&CaptchaKind::Unknown, "token", "192.0.2.1")
                .await
        );
        assert!(service.asked.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn the_score_decides_at_the_threshold() {
        for (body, solved) in [
            (r#"{"success":true,"score":0.5}"#, true),
            (r#"{"success":true,"score":1}"#, true),
            (r#"{"success":true,"score":0.49}"#, false),
            (r#"{"success":true,"score":0.0000001}"#, false),
            (r#"{"success":false,"score":0.9}"#, false),
            (r#"{"success":true}"#, false),
        ] {
            let service = FakeService::answering("200 OK", body).await;
            let (verifier, kind) = (service.verifier(), recaptcha_v3(50));
            let answered = verifier.solved(&kind, "token", "192.0.2.1");
            assert_eq!(answered.await, solved, "{body}");
        }
    }

    #[tokio::test]
    async fn anything_but_a_clear_yes_is_a_no() {
        for (status, body) in [
            (
                "200 OK",
                r#"{"success":false,"error-codes":["timeout-or-duplicate"]}"#,
            ),
            ("200 OK", r#"{"success":"true"}"#),
            ("200 OK", "{}"),
            ("200 OK", "<html>"),
            ("500 Internal Server Error", r#"{"success":true}"#),
        ] {
            let service = FakeService::answering(status, body).await;
            for kind in [recaptcha(), turnstile()] {
                let solved = service.verifier().solved(&kind, "token", "192.0.2.1").await;
                assert!(!solved, "{status} {body}");
            }
        }
    }

    #[tokio::test]
    async fn a_silent_or_absent_service_is_a_no() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
        let urls = CaptchaUrls {
            recaptcha: address(&silent),
            // A port that was free a moment ago.
            turnstile: address(&TcpListener::bind("127.0.0.1:0").await.unwrap()),
        };
        let timeout = Duration::from_millis(100);
        let verifier = HttpCaptchaVerifier::with_timeout(urls, timeout).unwrap();
        for kind in [recaptcha(), turnstile()] {
            let answered = verifier.solved(&kind, "token", "192.0.2.1");
            let answered = tokio::time::timeout(Duration::from_secs(60), answered).await;
            assert_eq!(answered, Ok(false), "{kind:?}");
        }
    }
}
