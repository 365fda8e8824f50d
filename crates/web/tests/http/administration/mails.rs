//! The texts of mails, whether they arrive, and where Telegram finds the bot.

use ferroboard_mail::{Encryption, MailTemplate};
use serde_json::{Value, json};

use super::office::Office;

const SMTP: &[(&str, &str)] = &[
    ("app_name", "Demo"),
    ("app_url", "https://demo.test"),
    ("email_host", "smtp.demo.test"),
    ("email_port", "465"),
    ("email_username", "mailer"),
    ("email_password", "mail-secret"),
    ("email_encryption", "ssl"),
    ("email_from_address", "noreply@demo.test"),
];

fn log(office: &Office) -> Vec<(String, String, Option<String>)> {
    office.site.fakes.store.read(|tables| {
        let rows = tables.mail.log.iter();
        let row = rows.map(|row| {
            (
                row.email.to_string(),
                row.template_name.clone(),
                row.error.clone(),
            )
        });
        row.collect()
    })
}

fn stored(office: &Office) -> Vec<(String, MailTemplate)> {
    let store = &office.site.fakes.store;
    store.read(|tables| tables.mail.templates.clone().into_iter().collect())
}

#[actix_web::test]
async fn a_template_is_read_written_and_reset() {
    let office = Office::with(SMTP).await;
    for (name, required) in [
        ("verify", json!(["code"])),
        ("notify", json!(["content"])),
        ("remindExpire", json!([])),
        ("remindTraffic", json!([])),
        ("mailLogin", json!(["link"])),
    ] {
        let route = format!("mail/template/get?name={name}");
        let data = office.get(&route).await.body()["data"].clone();
        assert_eq!(
            (&data["name"], &data["required_vars"]),
            (&json!(name), &required)
        );
        assert_eq!(
            (&data["customized"], &data["optional_vars"]),
            (&json!(false), &json!(["name", "url"]))
        );
        let subject = data["subject"].as_str().unwrap();
        assert!(subject.starts_with("Demo - "), "{subject}");
        for var in required.as_array().unwrap() {
            let var = format!("{{{{{}}}}}", var.as_str().unwrap());
            assert!(data["content"].as_str().unwrap().contains(&var), "{name}");
        }
    }
    let text =
        json!({"name": "verify", "subject": "Code for {{name}}", "content": "<p>{{code}}</p>"});
    office.done("mail/template/save", text).await;
    let shown = office.get("mail/template/get?name=verify").await.body();
    let shown = &shown["data"];
    assert_eq!(
        (&shown["customized"], &shown["content"]),
        (&json!(true), &json!("<p>{{code}}</p>"))
    );
    assert_eq!(shown["subject"], "Code for {{name}}");
    for _ in 0..2 {
        office
            .done("mail/template/reset", json!({"name": "verify"}))
            .await;
        assert!(stored(&office).is_empty());
    }
    assert_eq!(office.changes().len(), 2);
}

#[actix_web::test]
async fn a_text_without_its_placeholder_is_refused() {
    let office = Office::open().await;
    let save = "mail/template/save";
    office
        .complains(save, json!({}), &["name", "subject", "content"])
        .await;
    let text =
        |name: &str, content: &str| json!({"name": name, "subject": "S", "content": content});
    for (name, content, missing) in [
        ("verify", "<p>no code</p>", "{{code}}"),
        ("verify", "{{ code }}", "{{code}}"),
        ("notify", "{{name}}", "{{content}}"),
        ("mailLogin", "{{url}}", "{{link}}"),
    ] {
        let message = format!("缺少必要占位符: {missing}");
        office
            .refused(save, text(name, content), 422, &message)
            .await;
    }
    office
        .refused(save, text("nope", "C"), 404, "模板不存在")
        .await;
    office
        .refused(
            "mail/template/reset",
            json!({"name": "nope"}),
            404,
            "模板不存在",
        )
        .await;
    office
        .refused(
            "mail/template/test",
            json!({"name": "nope"}),
            404,
            "模板不存在",
        )
        .await;
    assert_eq!(office.get("mail/template/get?name=nope").await.status, 404);
    assert_eq!(office.get("mail/template/get").await.status, 422);
    for (body, field) in [
        (
            json!({"name": ["verify"], "subject": "S", "content": "{{code}}"}),
            "name",
        ),
        (
            json!({"name": "verify", "subject": "x".repeat(256), "content": "{{code}}"}),
            "subject",
        ),
        (
            json!({"name": "verify", "subject": 7, "content": "{{code}}"}),
            "subject",
        ),
        (
            json!({"name": "verify", "subject": "S", "content": {"a": 1}}),
            "content",
        ),
        (
            json!({"name": "verify", "subject": "S", "content": "x".repeat(500_001)}),
            "content",
        ),
    ] {
        office.complains(save, body, &[field]).await;
    }
    let odd = json!({"name": "verify", "email": "nobody"});
    office
        .complains("mail/template/test", odd, &["email"])
        .await;
    assert!(stored(&office).is_empty() && office.changes().is_empty());
}

#[actix_web::test]
async fn a_template_is_tried_with_sample_values() {
    let office = Office::with(SMTP).await;
    let text =
        json!({"name": "mailLogin", "subject": "In to {{name}}", "content": "<a>{{link}}</a>"});
    office.done("mail/template/save", text).await;
    office
        .done(
            "mail/template/test",
            json!({"name": "mailLogin", "email": "x@demo.test"}),
        )
        .await;
    office
        .done("mail/template/test", json!({"name": "verify"}))
        .await;
    let sent = office.site.fakes.mailer.sent();
    let told: Vec<_> = sent
        .iter()
        .map(|mail| (mail.to.as_str(), mail.subject.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("x@demo.test", "In to Demo"),
            ("alice@demo.test", "Demo - verify")
        ]
    );
    assert_eq!(
        sent[0].html,
        "<a>https://demo.test/login?token=test-token</a>"
    );
    assert!(sent[1].html.contains("123456"));
    office.site.fakes.mailer.fail_next(1);
    let failed = office
        .post("mail/template/test", json!({"name": "verify"}))
        .await;
    assert_eq!(failed.status, 500);
    assert_eq!(
        failed.message(),
        "邮件发送失败: the mail server refused the message"
    );
    let line = |email: &str, template: &str, error: Option<&str>| {
        (
            email.to_owned(),
            template.to_owned(),
            error.map(str::to_owned),
        )
    };
    let expected = [
        line("x@demo.test", "db:mailLogin", None),
        line("alice@demo.test", "mail.default.verify", None),
        line(
            "alice@demo.test",
            "mail.default.verify",
            Some("the mail server refused the message"),
        ),
    ];
    assert_eq!(log(&office), expected);
}

#[actix_web::test]
async fn a_test_mail_goes_by_what_is_on_the_screen_and_tells_no_password() {
    let office = Office::with(SMTP).await;
    let sent = office.post("config/testSendMail", json!({})).await;
    assert_eq!(sent.status, 200);
    let config = json!({
        "driver": "smtp", "host": "smtp.demo.test", "port": 465, "encryption": "ssl",
        "from": {"address": "noreply@demo.test", "name": "Demo"}, "username": "mailer",
    });
    let data = &sent.body()["data"];
    assert_eq!(
        (&data["email"], &data["error"]),
        (&json!("alice@demo.test"), &Value::Null)
    );
    assert_eq!(
        (&data["template_name"], &data["config"]),
        (&json!("mail.default.notify"), &config)
    );
    assert!(!sent.text.contains("mail-secret"));
    office.site.fakes.mailer.fail_next(1);
    let screen = json!({
        "email_host": "other.demo.test", "email_port": "587", "email_encryption": "tls",
        "email_username": null, "email_verify": "not a setting of mail", "app_name": "Other",
    });
    let failed = office.post("config/testSendMail", screen).await.body();
    let data = &failed["data"];
    assert_eq!(data["error"], "the mail server refused the message");
    assert_eq!(
        (&data["config"]["host"], &data["config"]["username"]),
        (&json!("other.demo.test"), &Value::Null)
    );
    let servers = office.site.fakes.mailer.servers();
    let servers: Vec<_> = servers.into_iter().flatten().collect();
    assert_eq!(
        (servers[0].port, servers[0].encryption),
        (465, Encryption::Tls)
    );
    assert_eq!(
        (servers[1].port, servers[1].encryption),
        (587, Encryption::StartTls)
    );
    assert_eq!(servers[1].password.as_deref(), Some("mail-secret"));
    assert_eq!(servers[1].from_name, "Demo");
    assert_eq!(log(&office).len(), 2);
    office
        .complains(
            "config/testSendMail",
            json!({"email_host": ["x"]}),
            &["email_host"],
        )
        .await;
}

#[actix_web::test]
async fn what_is_saved_counts_for_the_next_mail() {
    let office = Office::with(SMTP).await;
    let save = json!({"email_host": "new.demo.test", "email_port": 25, "email_encryption": "none"});
    office.done("config/save", save).await;
    office.post("config/testSendMail", json!({})).await;
    let server = office.site.fakes.mailer.servers().pop().flatten().unwrap();
    assert_eq!((server.host.as_str(), server.port), ("new.demo.test", 25));
    assert_eq!(server.encryption, Encryption::None);
}

const BOT: &str = "123:abc";
/// The MD5 of the token.
const KEY: &str = "ebecf09cd7c661306f05c7c7fa017549";

#[actix_web::test]
async fn the_webhook_is_set_where_the_settings_say() {
    let url = format!("https://demo.test/api/v1/guest/telegram/webhook?access_token={KEY}");
    let office = Office::with(&[
        ("app_url", "https://demo.test/"),
        ("telegram_bot_token", BOT),
    ])
    .await;
    // Of two tokens the one of the settings counts.
    let given = json!({"telegram_bot_token": "9:other"});
    let set = office.post("config/setTelegramWebhook", given).await;
    let expected =
        json!({"success": true, "webhook_url": url, "webhook_base_url": "https://demo.test"});
    assert_eq!(set.body()["data"], expected, "{}", set.text);
    let bot = &office.site.fakes.bot;
    assert_eq!(bot.webhooks().len(), 1);
    assert_eq!(
        bot.commands(),
        ["start", "bind", "traffic", "getlatesturl", "unbind"]
    );
    assert!(!format!("{:?}", office.changes()).contains(KEY));
    bot.set_down(true);
    let down = "Telegram 拒绝了请求: Telegram is down";
    office
        .refused("config/setTelegramWebhook", json!({}), 400, down)
        .await;
}

#[actix_web::test]
async fn a_webhook_needs_a_token_and_an_address() {
    let route = "config/setTelegramWebhook";
    let office = Office::with(&[("telegram_webhook_url", "https://hook.test")]).await;
    office
        .complains(route, json!({}), &["telegram_bot_token"])
        .await;
    office
        .complains(
            route,
            json!({"telegram_bot_token": " "}),
            &["telegram_bot_token"],
        )
        .await;
    office
        .complains(
            route,
            json!({"telegram_bot_token": [BOT]}),
            &["telegram_bot_token"],
        )
        .await;
    let set = office.post(route, json!({"telegram_bot_token": BOT})).await;
    assert_eq!(set.body()["data"]["webhook_base_url"], "https://hook.test");
    let office = Office::with(&[("telegram_bot_token", BOT)]).await;
    office
        .complains(route, json!({}), &["telegram_webhook_url"])
        .await;
    assert!(office.site.fakes.bot.webhooks().is_empty());
}

#[actix_web::test]
async fn who_says_a_wrong_secret_is_not_telegram() {
    let office = Office::with(&[
        ("app_url", "https://demo.test"),
        ("telegram_bot_token", BOT),
    ])
    .await;
    office.post("config/setTelegramWebhook", json!({})).await;
    let webhook = office.site.fakes.bot.webhooks().pop().unwrap();
    let path = webhook.url().strip_prefix("https://demo.test").unwrap();
    for (secret, status) in [
        (None, 200),
        (Some(webhook.secret()), 200),
        (Some("wrong"), 401),
    ] {
        let request = actix_web::test::TestRequest::post()
            .uri(path)
            .set_json(json!({}));
        let request = match secret {
            Some(secret) => request.insert_header(("X-Telegram-Bot-Api-Secret-Token", secret)),
            None => request,
        };
        assert_eq!(office.site.send(request).await.status, status, "{secret:?}");
    }
}
