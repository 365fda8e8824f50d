use std::io::Write;
use std::sync::Arc;

use ferroboard_kernel::Email;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tracing_subscriber::fmt::MakeWriter;

use super::*;

/// A mail server that speaks just enough SMTP and remembers what it was told.
struct FakeServer {
    port: u16,
    told: Arc<Mutex<Vec<String>>>,
}

impl FakeServer {
    /// `recipient` is the answer to `RCPT TO`.
    async fn answering(recipient: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                heard.lock().unwrap().push("(connected)".to_owned());
                tokio::spawn(converse(stream, recipient, Arc::clone(&heard)));
            }
        });
        Self { port, told }
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    fn count(&self, start: &str) -> usize {
        let told = self.told();
        told.iter().filter(|line| line.starts_with(start)).count()
    }

    fn settings(&self) -> SmtpSettings {
        SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            username: Some("mailer".to_owned()),
            password: Some("mail-secret".to_owned()),
            encryption: Encryption::None,
            from_address: "noreply@demo.test".to_owned(),
            from_name: "Demo \"Panel\", Inc".to_owned(),
        }
    }
}

async fn converse(stream: TcpStream, recipient: &str, heard: Arc<Mutex<Vec<String>>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 fake.test ready\r\n").await.unwrap();
    let mut in_body = false;
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match line.split(' ').next().unwrap() {
            "." if in_body => {
                in_body = false;
                "250 queued"
            }
            _ if in_body => "",
            "EHLO" => "250-fake.test\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => "235 welcome",
            "RCPT" => recipient,
            "DATA" => {
                in_body = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        heard.lock().unwrap().push(line);
        if !answer.is_empty() {
            let answer = format!("{answer}\r\n");
            writer.write_all(answer.as_bytes()).await.unwrap();
        }
    }
}

fn mailer() -> SmtpMailer {
    SmtpMailer::new(UnconfiguredMail::Refuse)
}

fn mail() -> RenderedMail {
    RenderedMail {
        to: Email::parse("alice@demo.test").unwrap(),
        subject: "验证码\r\nBcc: eve@demo.test".to_owned(),
        html: "<p>Your code is 123456</p>".to_owned(),
    }
}

#[tokio::test]
async fn a_message_reaches_the_server_whole() {
    let server = FakeServer::answering("250 fine").await;
    mailer()
        .send(Some(&server.settings()), &mail())
        .await
        .unwrap();
    let told = server.told();
    // "\0mailer\0mail-secret" in Base64.
    assert!(
        told.contains(&"AUTH PLAIN AG1haWxlcgBtYWlsLXNlY3JldA==".to_owned()),
        "{told:?}"
    );
    assert_eq!(server.count("MAIL FROM:<noreply@demo.test>"), 1, "{told:?}");
    assert_eq!(server.count("RCPT TO:<alice@demo.test>"), 1, "{told:?}");
    assert_eq!(server.count("RCPT"), 1, "{told:?}");
    assert_eq!(server.count("To: alice@demo.test"), 1, "{told:?}");
    assert_eq!(server.count("Content-Type: text/html"), 1, "{told:?}");
    assert_eq!(server.count("Message-ID: "), 1, "{told:?}");
    assert_eq!(server.count("<p>Your code is 123456</p>"), 1, "{told:?}");
    assert_eq!(
        server.count("Bcc"),
        0,
        "a subject is no place for headers: {told:?}"
    );
    // "Demo "Panel", Inc" in Base64.
    let from = "From: =?utf-8?b?RGVtbyAiUGFuZWwiLCBJbmM=?= <noreply@demo.test>";
    assert_eq!(server.count(from), 1, "{told:?}");
}

#[tokio::test]
async fn connections_are_kept_until_the_settings_change() {
    let server = FakeServer::answering("250 fine").await;
    let (mailer, mut settings) = (mailer(), server.settings());
    for _ in 0..3 {
        mailer.send(Some(&settings), &mail()).await.unwrap();
        // A connection is put back by a task of its own.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!((server.count("(connected)"), server.count("DATA")), (1, 3));
    settings.password = Some("another".to_owned());
    mailer.send(Some(&settings), &mail()).await.unwrap();
    assert_eq!((server.count("(connected)"), server.count("AUTH")), (2, 2));
}

#[tokio::test]
async fn without_a_user_name_nobody_logs_in() {
    let server = FakeServer::answering("250 fine").await;
    let mut settings = server.settings();
    settings.username = None;
    mailer().send(Some(&settings), &mail()).await.unwrap();
    assert_eq!((server.count("AUTH"), server.count("DATA")), (0, 1));
}

#[tokio::test]
async fn a_refusal_is_reported_without_secrets() {
    let server = FakeServer::answering("550 no such user").await;
    let refused = mailer().send(Some(&server.settings()), &mail()).await;
    let MailFailed(text) = refused.unwrap_err();
    assert!(
        text.contains("550") && text.contains("no such user"),
        "{text}"
    );
    assert!(
        !text.contains("mail-secret") && !text.contains("123456"),
        "{text}"
    );
    assert_eq!(server.count("DATA"), 0);
}

#[tokio::test]
async fn where_tls_is_demanded_nothing_goes_out_without_it() {
    let server = FakeServer::answering("250 fine").await;
    let mut settings = server.settings();
    settings.encryption = Encryption::StartTls;
    assert!(mailer().send(Some(&settings), &mail()).await.is_err());
    assert_eq!((server.count("AUTH"), server.count("MAIL")), (0, 0));
}

#[tokio::test]
async fn a_silent_or_absent_server_fails_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let absent = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let mut mailer = mailer();
    mailer.timeout = Duration::from_millis(100);
    for port in [silent.local_addr().unwrap().port(), absent.port()] {
        let mut settings = FakeServer::answering("250 fine").await.settings();
        settings.port = port;
        let mail = mail();
        let sent = mailer.send(Some(&settings), &mail);
        let sent = tokio::time::timeout(Duration::from_secs(60), sent).await;
        assert!(sent.unwrap().is_err());
    }
}

#[tokio::test]
async fn an_impossible_sender_is_reported() {
    let server = FakeServer::answering("250 fine").await;
    let mut settings = server.settings();
    settings.from_address = "not an address".to_owned();
    let MailFailed(text) = mailer().send(Some(&settings), &mail()).await.unwrap_err();
    assert!(text.starts_with("the sender address: "), "{text}");
    assert_eq!(server.count("(connected)"), 0);
}

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn without_a_server_messages_are_logged_in_development_only() {
    for (unconfigured, succeeds) in [
        (UnconfiguredMail::Log, true),
        (UnconfiguredMail::Refuse, false),
    ] {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
        let logging = tracing::subscriber::set_default(subscriber);
        let sent = SmtpMailer::new(unconfigured).send(None, &mail()).await;
        drop(logging);
        assert_eq!(sent.is_ok(), succeeds);
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.contains("123456"), succeeds, "{text}");
        assert_eq!(text.contains("alice@demo.test"), succeeds, "{text}");
    }
}

#[test]
fn a_mailer_may_outlive_the_runtime() {
    let mailer = mailer();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let server = FakeServer::answering("250 fine").await;
        mailer
            .send(Some(&server.settings()), &mail())
            .await
            .unwrap();
    });
    drop(runtime);
    drop(mailer);
}
