use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ferroboard_events::{EndpointUrl, EventKind};
use ferroboard_kernel::{DeliveryId, EventId};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

const LOOPBACK: EndpointRule = EndpointRule {
    allows_loopback: true,
    allows_private: false,
};
const PUBLIC: EndpointRule = EndpointRule {
    allows_loopback: false,
    allows_private: false,
};

/// A DNS that answers differently each time it is asked, the last answer for ever.
#[derive(Default)]
struct Answers {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Answers {
    fn of(answers: &[&[&str]]) -> Arc<Self> {
        let parsed = |answer: &&[&str]| answer.iter().map(|one| one.parse().unwrap()).collect();
        Arc::new(Self {
            answers: answers.iter().map(parsed).collect(),
            asked: AtomicUsize::new(0),
        })
    }
}

#[async_trait]
impl LookUp for Answers {
    async fn addresses(&self, _name: &str) -> std::io::Result<Vec<IpAddr>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.answers[turn.min(self.answers.len() - 1)].clone())
    }
}

/// A receiver on loopback that answers this to everybody; what it was sent.
async fn receiver(answer: String) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let received = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&received);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (answer, seen) = (answer.clone(), Arc::clone(&seen));
            tokio::spawn(async move {
                let mut request = String::new();
                while !request.contains("\r\n\r\n{}") {
                    let mut chunk = [0; 8_192];
                    let Ok(length @ 1..) = stream.read(&mut chunk).await else {
                        return;
                    };
                    request.push_str(&String::from_utf8_lossy(&chunk[..length]));
                }
                seen.lock().unwrap().push(request);
                let _ = stream.write_all(answer.as_bytes()).await;
                if answer.is_empty() {
                    // It hangs until the client gives up.
                    let _ = stream.read(&mut [0; 1]).await;
                }
            });
        }
    });
    (port, received)
}

fn answering(status: &str, more: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n")
}

fn call(url: &str) -> WebhookCall {
    WebhookCall {
        url: EndpointUrl::stored(url),
        body: "{}".to_owned(),
        signature: "t=1,v1=00".to_owned(),
        kind: EventKind::OrderPaid,
        event: EventId::new(7),
        delivery: DeliveryId::new(9),
    }
}

fn sender(rule: EndpointRule, names: Arc<dyn LookUp>) -> HttpWebhookSender {
    HttpWebhookSender::with(rule, names, Duration::from_secs(20)).unwrap()
}

/// For receivers that never answer.
fn impatient(rule: EndpointRule, names: Arc<dyn LookUp>) -> HttpWebhookSender {
    HttpWebhookSender::with(rule, names, Duration::from_millis(200)).unwrap()
}

fn of_system(rule: EndpointRule) -> HttpWebhookSender {
    sender(rule, Arc::new(SystemLookUp))
}

#[tokio::test]
async fn an_endpoint_is_told_what_how_and_by_whom() {
    let (port, received) = receiver(answering("204 No Content", "")).await;
    let url = format!("http://127.0.0.1:{port}/hook?k=1");
    assert_eq!(of_system(LOOPBACK).send(&call(&url)).await, Ok(204));
    let request = received.lock().unwrap().remove(0).to_lowercase();
    for told in [
        "post /hook?k=1 http/1.1\r\n",
        "\r\ncontent-type: application/json\r\n",
        "\r\nferroboard-signature: t=1,v1=00\r\n",
        "\r\nferroboard-event: order.paid\r\n",
        "\r\nferroboard-event-id: 7\r\n",
        "\r\nferroboard-delivery: 9\r\n",
        "\r\nuser-agent: ferroboard/",
        "\r\n\r\n{}",
    ] {
        assert!(request.contains(told), "{told}: {request}");
    }
}

#[tokio::test]
async fn whatever_is_no_success_is_a_failure() {
    for (status, number) in [
        ("500 Oops", 500),
        ("404 Not Found", 404),
        ("301 Moved", 301),
    ] {
        let (port, _) = receiver(answering(status, "")).await;
        let url = format!("http://127.0.0.1:{port}/");
        let failed = of_system(LOOPBACK).send(&call(&url)).await.unwrap_err();
        assert_eq!(failed.status, Some(number));
        assert!(!failed.reason.contains("127.0.0.1"), "{failed}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_wherever_it_leads() {
    let (inside, asked) = receiver(answering("200 OK", "")).await;
    let location = format!("location: http://127.0.0.1:{inside}/\r\n");
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let (port, _) = receiver(answering(status, &location)).await;
        let url = format!("http://127.0.0.1:{port}/");
        let failed = of_system(LOOPBACK).send(&call(&url)).await.unwrap_err();
        assert!(failed.reason.contains("redirects"), "{failed}");
    }
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn addresses_that_are_not_allowed_are_not_asked() {
    let (port, asked) = receiver(answering("200 OK", "")).await;
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0x7f.1",
    ] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{port}/");
            let failed = of_system(PUBLIC).send(&call(&url)).await.unwrap_err();
            assert_eq!(failed.reason, "the address is not allowed", "{url}");
        }
    }
    // Plain http leads to nobody by name.
    let named = sender(LOOPBACK, Answers::of(&[&["127.0.0.1"]]));
    let url = format!("http://hooks.example.com:{port}/");
    assert!(named.send(&call(&url)).await.is_err());
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_asked_also_when_it_did_not_a_moment_ago() {
    let (port, asked) = receiver(answering("200 OK", "")).await;
    let url = format!("https://hooks.example.com:{port}/");
    let inside = [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "::ffff:127.0.0.1",
    ];
    let names = Answers::of(&[&inside]);
    let failed = sender(PUBLIC, names.clone()).send(&call(&url)).await;
    let failed = failed.unwrap_err();
    assert!(failed.reason.contains("no address that events"), "{failed}");
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);
    // An answer that is good when it is judged, and another one to whoever asks again: nobody asks again within
    // an attempt, and the next attempt judges anew.
    let names = Answers::of(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let rebinding = impatient(LOOPBACK, names.clone());
    // A receiver that speaks no TLS never answers: the connection was made, to the address that was judged.
    let first = rebinding.send(&call(&url)).await.unwrap_err();
    assert!(!first.reason.contains("no address that events"), "{first}");
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);
    let second = rebinding.send(&call(&url)).await.unwrap_err();
    assert!(second.reason.contains("no address that events"), "{second}");
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn who_hangs_is_given_up() {
    let (port, _) = receiver(String::new()).await;
    let impatient = impatient(LOOPBACK, Arc::new(SystemLookUp));
    let url = format!("http://127.0.0.1:{port}/");
    let failed = impatient.send(&call(&url)).await.unwrap_err();
    assert_eq!(failed.status, None);
}

#[tokio::test]
async fn an_endless_answer_ends() {
    let endless = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n{}",
        "x".repeat(200_000)
    );
    let (port, _) = receiver(endless).await;
    let url = format!("http://127.0.0.1:{port}/");
    assert_eq!(of_system(LOOPBACK).send(&call(&url)).await, Ok(200));
}
