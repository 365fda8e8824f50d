use std::time::Duration;

use async_trait::async_trait;
use ferroboard_telegram::{BotToken, ChatId, TelegramBot, TelegramFailed, Webhook};
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::endpoint::{self, NotAnEndpoint};

/// How long Telegram may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How often a call is tried that Telegram could not take, and how long it waits in between.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);
/// The longest text of one message.
const LONGEST_TEXT: usize = 4_096;
/// How much of Telegram's own words an error repeats.
const LONGEST_REASON: usize = 200;

/// Why Telegram cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum TelegramUnavailable {
    /// The address of the API is none.
    #[error(transparent)]
    Address(#[from] NotAnEndpoint),
    /// The HTTP client could not be made.
    #[error("the client of Telegram did not start: {0}")]
    Client(#[from] reqwest::Error),
}

/// Telegram's Bot API. The address of a call holds the bot's token, so no error names it.
pub struct HttpTelegramBot {
    client: Client,
    api_url: String,
    pause: Duration,
}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    description: Option<String>,
    #[serde(default)]
    result: Value,
}

/// Why a call failed, and whether another try may help.
struct Failure {
    reason: String,
    may_pass: bool,
}

impl HttpTelegramBot {
    /// The API at this address, such as `https://api.telegram.org`.
    pub fn new(api_url: &str) -> Result<Self, TelegramUnavailable> {
        Self::with_times(api_url, TIMEOUT, PAUSE)
    }

    fn with_times(
        api_url: &str,
        timeout: Duration,
        pause: Duration,
    ) -> Result<Self, TelegramUnavailable> {
        endpoint::check(api_url)?;
        let client = Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            // Only the program's configuration may change where requests go.
            .no_proxy()
            .build()?;
        Ok(Self {
            client,
            api_url: api_url.trim_end_matches('/').to_owned(),
            pause,
        })
    }

    async fn call(&self, token: &BotToken, method: &str, body: &Value) -> Result<Value, Failure> {
        let url = format!("{}/bot{}/{method}", self.api_url, token.as_str());
        let unreachable = |error: reqwest::Error| Failure {
            reason: error.without_url().to_string(),
            may_pass: true,
        };
        let sent = self.client.post(url).json(body).send().await;
        let response = sent.map_err(unreachable)?;
        let status = response.status();
        let text = response.bytes().await.map_err(unreachable)?;
        let answer: Option<Answer> = serde_json::from_slice(&text).ok();
        match answer {
            Some(answer) if answer.ok && status.is_success() => Ok(answer.result),
            answer => {
                let said = answer.and_then(|answer| answer.description);
                let said: String = said.unwrap_or_default().replace(token.as_str(), "…");
                let said = said.chars().filter(|sign| !sign.is_control());
                let said: String = said.take(LONGEST_REASON).collect();
                Err(Failure {
                    reason: format!("{method}: status {}: {said}", status.as_u16()),
                    may_pass: status.is_server_error(),
                })
            }
        }
    }

    async fn insist(
        &self,
        token: &BotToken,
        method: &str,
        body: &Value,
    ) -> Result<(), TelegramFailed> {
        let mut tries = 1;
        loop {
            match self.call(token, method, body).await {
                Ok(_) => return Ok(()),
                Err(failure) if failure.may_pass && tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(self.pause).await;
                }
                Err(failure) => return Err(TelegramFailed(failure.reason)),
            }
        }
    }
}

#[async_trait]
impl TelegramBot for HttpTelegramBot {
    async fn name(&self, token: &BotToken) -> Result<String, TelegramFailed> {
        let called = self.call(token, "getMe", &json!({})).await;
        let bot = called.map_err(|failure| TelegramFailed(failure.reason))?;
        let name = bot.get("username").and_then(Value::as_str);
        let nameless = || TelegramFailed("getMe: the answer has no name".to_owned());
        name.map(str::to_owned).ok_or_else(nameless)
    }

    async fn set_webhook(&self, token: &BotToken, webhook: &Webhook) -> Result<(), TelegramFailed> {
        let body = json!({"url": webhook.url(), "secret_token": webhook.secret()});
        let called = self.call(token, "setWebhook", &body).await;
        called
            .map(drop)
            .map_err(|failure| TelegramFailed(failure.reason))
    }

    async fn set_commands(
        &self,
        token: &BotToken,
        commands: &[(&str, &str)],
    ) -> Result<(), TelegramFailed> {
        let commands = commands
            .iter()
            .map(|(command, does)| json!({"command": command, "description": does}));
        let body = json!({"commands": commands.collect::<Vec<_>>()});
        let called = self.call(token, "setMyCommands", &body).await;
        called
            .map(drop)
            .map_err(|failure| TelegramFailed(failure.reason))
    }

    async fn send(&self, token: &BotToken, chat: ChatId, text: &str) -> Result<(), TelegramFailed> {
        let text: String = text.chars().take(LONGEST_TEXT).collect();
        let body = json!({"chat_id": chat.get(), "text": text});
        self.insist(token, "sendMessage", &body).await
    }

    async fn answer_join_request(
        &self,
        token: &BotToken,
        group: ChatId,
        person: ChatId,
        admit: bool,
    ) -> Result<(), TelegramFailed> {
        let method = if admit {
            "approveChatJoinRequest"
        } else {
            "declineChatJoinRequest"
        };
        let body = json!({"chat_id": group.get(), "user_id": person.get()});
        self.insist(token, method, &body).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// Telegram on loopback: gives these answers one after the other, the last one for ever, and
    /// remembers the first line and the body of each request.
    struct FakeTelegram {
        address: String,
        asked: Arc<Mutex<Vec<String>>>,
    }

    impl FakeTelegram {
        async fn answering(answers: &[(&str, &str)]) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = format!("http://{}/", listener.local_addr().unwrap());
            let asked = Arc::new(Mutex::new(Vec::new()));
            let seen = Arc::clone(&asked);
            let answers: Vec<(String, String)> = answers
                .iter()
                .map(|(status, body)| ((*status).to_owned(), (*body).to_owned()))
                .collect();
            tokio::spawn(async move {
                let mut turn = 0;
                while let Ok((mut stream, _)) = listener.accept().await {
                    let mut request = String::new();
                    while !is_whole(&request) {
                        let mut chunk = [0; 8_192];
                        let length = stream.read(&mut chunk).await.unwrap();
                        assert_ne!(length, 0, "the request broke off");
                        request.push_str(std::str::from_utf8(&chunk[..length]).unwrap());
                    }
                    let (head, body) = request.split_once("\r\n\r\n").unwrap();
                    let line = head.lines().next().unwrap();
                    seen.lock().unwrap().push(format!("{line} {body}"));
                    let (status, body) = &answers[turn.min(answers.len() - 1)];
                    turn += 1;
                    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}", body.len());
                    let answer = format!("{head}\r\nconnection: close\r\n\r\n{body}");
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
            Self { address, asked }
        }

        fn bot(&self) -> HttpTelegramBot {
            let times = (Duration::from_secs(60), Duration::from_millis(1));
            HttpTelegramBot::with_times(&self.address, times.0, times.1).unwrap()
        }

        fn asked(&self) -> Vec<String> {
            self.asked.lock().unwrap().clone()
        }
    }

    fn is_whole(request: &str) -> bool {
        let Some((head, body)) = request.split_once("\r\n\r\n") else {
            return false;
        };
        let head = head.to_lowercase();
        let length = head.split_once("content-length: ").unwrap().1;
        let length: usize = length.lines().next().unwrap().parse().unwrap();
        body.len() >= length
    }

    fn token() -> BotToken {
        BotToken::new("123:secret").unwrap()
    }

    const DONE: (&str, &str) = ("200 OK", r#"{"ok":true,"result":true}"#);
    const BUSY: (&str, &str) = ("502 Bad Gateway", "<html>");

    #[tokio::test]
    async fn the_name_is_told() {
        let body = r#"{"ok":true,"result":{"id":1,"username":"our_bot"}}"#;
        let telegram = FakeTelegram::answering(&[("200 OK", body)]).await;
        let name = telegram.bot().name(&token()).await;
        assert_eq!(name.as_deref(), Ok("our_bot"));
        assert_eq!(telegram.asked(), ["POST /bot123:secret/getMe HTTP/1.1 {}"]);
    }

    #[tokio::test]
    async fn the_webhook_and_the_commands_are_set() {
        let telegram = FakeTelegram::answering(&[DONE]).await;
        let (bot, token) = (telegram.bot(), token());
        let webhook = Webhook::new("https://panel.test", &token);
        bot.set_webhook(&token, &webhook).await.unwrap();
        let commands = [("start", "begins")];
        bot.set_commands(&token, &commands).await.unwrap();
        let asked = telegram.asked();
        let expected = json!({"url": webhook.url(), "secret_token": webhook.secret()});
        let expected = [
            ("setWebhook", expected),
            (
                "setMyCommands",
                json!({"commands": [{"command": "start", "description": "begins"}]}),
            ),
        ];
        for (asked, (method, body)) in asked.iter().zip(expected) {
            let line = format!("POST /bot123:secret/{method} HTTP/1.1 ");
            let said: Value = serde_json::from_str(asked.strip_prefix(&line).unwrap()).unwrap();
            assert_eq!(said, body);
        }
        let refusal = r#"{"ok":false,"description":"Bad Request: bad webhook"}"#;
        let telegram = FakeTelegram::answering(&[("400 Bad Request", refusal)]).await;
        let refused = telegram.bot().set_webhook(&token, &webhook).await;
        let TelegramFailed(reason) = refused.unwrap_err();
        assert!(reason.contains("bad webhook"), "{reason}");
    }

    #[tokio::test]
    async fn no_error_holds_the_token() {
        let refused = r#"{"ok":false,"description":"bad 123:secret\u0000\n"}"#;
        for answer in [
            ("401 Unauthorized", refused),
            ("200 OK", refused),
            ("200 OK", r#"{"ok":true}"#),
            ("200 OK", "nonsense"),
            BUSY,
        ] {
            let telegram = FakeTelegram::answering(&[answer]).await;
            let TelegramFailed(reason) = telegram.bot().name(&token()).await.unwrap_err();
            assert!(!reason.contains("secret"), "{reason}");
            assert!(!reason.contains('\n') && reason.len() < 300, "{reason}");
        }
        let nobody = HttpTelegramBot::new("http://127.0.0.1:1").unwrap();
        let TelegramFailed(reason) = nobody.name(&token()).await.unwrap_err();
        assert!(
            !reason.contains("secret") && !reason.contains("bot123"),
            "{reason}"
        );
    }

    #[tokio::test]
    async fn messages_are_cut_and_sent_as_plain_text() {
        let telegram = FakeTelegram::answering(&[DONE]).await;
        let text = "_é*".repeat(2_000);
        telegram
            .bot()
            .send(&token(), ChatId::new(7), &text)
            .await
            .unwrap();
        let asked = telegram.asked().remove(0);
        let body = asked
            .strip_prefix("POST /bot123:secret/sendMessage HTTP/1.1 ")
            .unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["chat_id"], 7);
        assert_eq!(body["text"].as_str().unwrap().chars().count(), 4_096);
        assert_eq!(body.as_object().unwrap().len(), 2);
    }

    #[tokio::test]
    async fn join_requests_are_answered() {
        for (admit, method) in [
            (true, "approveChatJoinRequest"),
            (false, "declineChatJoinRequest"),
        ] {
            let telegram = FakeTelegram::answering(&[DONE]).await;
            let (group, person) = (ChatId::new(-100), ChatId::new(7));
            let bot = telegram.bot();
            bot.answer_join_request(&token(), group, person, admit)
                .await
                .unwrap();
            let asked = telegram.asked().remove(0);
            assert!(
                asked.contains(method) && asked.contains(r#""chat_id":-100"#),
                "{asked}"
            );
            assert!(asked.contains(r#""user_id":7"#), "{asked}");
        }
    }

    #[tokio::test]
    async fn what_may_pass_is_tried_three_times() {
        let forbidden = ("403 Forbidden", r#"{"ok":false,"description":"blocked"}"#);
        for (answers, tries, succeeds) in [
            (vec![BUSY, DONE], 2, true),
            (vec![BUSY, BUSY, DONE], 3, true),
            (vec![BUSY], 3, false),
            (vec![forbidden], 1, false),
        ] {
            let telegram = FakeTelegram::answering(&answers).await;
            let sent = telegram.bot().send(&token(), ChatId::new(7), "x").await;
            assert_eq!(sent.is_ok(), succeeds, "{answers:?}");
            assert_eq!(telegram.asked().len(), tries, "{answers:?}");
        }
    }
}
