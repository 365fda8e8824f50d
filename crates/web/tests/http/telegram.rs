//! The bot: its name, and what Telegram delivers.

use ferroboard_application::Options;
use ferroboard_auth::SubscribeToken;
use ferroboard_billing::testing::{a_subscription, an_order};
use ferroboard_kernel::{Email, PaymentId, Seconds, TicketId, TradeNo, UnixSeconds, UserId};
use ferroboard_site::PluginRow;
use ferroboard_telegram::ChatId;
use ferroboard_testing::{Fakes, UserRow};
use ferroboard_tickets::ReplyStatus;
use ferroboard_tickets::testing::a_ticket;
use ferroboard_web::WebOptions;
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const TOKEN: &str = "123:abc";
/// The MD5 of the token.
const KEY: &str = "ebecf09cd7c661306f05c7c7fa017549";
const ALICE: UserId = UserId::new(1);
const CHAT: i64 = 777;

/// A site with a bot and Alice in it; her login and her subscription token.
async fn site() -> (Site, String, String) {
    site_at("http://demo.test").await
}

/// The same at this address, which may be none.
async fn site_at(app_url: &str) -> (Site, String, String) {
    let settings = [
        ("telegram_bot_enable", "1"),
        ("telegram_bot_token", TOKEN),
        ("app_url", app_url),
    ];
    let site = Site::with_settings(&settings).await;
    let login = site.alice().await;
    let secret = site.fakes.store.read(|tables| {
        let row = &tables.users[&ALICE].auth;
        row.account.subscribe_token.as_str().to_owned()
    });
    (site, login, secret)
}

fn webhook() -> String {
    format!("/api/v1/guest/telegram/webhook?access_token={KEY}")
}

async fn deliver(site: &Site, update: Value) -> Answer {
    let answer = site.post(&webhook(), update).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.text, "");
    answer
}

fn message(text: &str) -> Value {
    json!({"message": {"message_id": 1, "chat": {"id": CHAT, "type": "private"}, "text": text}})
}

/// What the bot says to a text in the private chat.
async fn ask(site: &Site, text: &str) -> String {
    let before = site.fakes.bot.sent().len();
    deliver(site, message(text)).await;
    let sent = site.fakes.bot.sent();
    assert_eq!(sent.len(), before + 1, "{text}");
    let (chat, said) = sent.last().unwrap().clone();
    assert_eq!(chat, ChatId::new(CHAT));
    said
}

fn subscribe(site: &Site) {
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).billing;
        row.subscribe(&a_subscription(UnixSeconds::new(4_070_880_000)));
    });
}

#[actix_web::test]
async fn the_bots_name_is_asked_for_once_in_ten_minutes() {
    let (site, login, _) = site().await;
    let path = "/api/v1/user/telegram/getBotInfo";
    for _ in 0..3 {
        let answer = site.get_as(&login, path).await;
        assert_eq!(answer.body()["data"], json!({"username": "our_bot"}));
    }
    assert_eq!(site.fakes.bot.asked(), 1);
    site.fakes.clock.advance(Seconds::minutes(10));
    site.fakes.bot.set_down(true);
    for _ in 0..3 {
        let answer = site.get_as(&login, path).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.message(), "Telegram 服务错误");
        assert!(!answer.text.contains(TOKEN));
    }
    assert_eq!(site.fakes.bot.asked(), 2);
    site.fakes.clock.advance(Seconds::new(10));
    site.fakes.bot.set_down(false);
    assert_eq!(site.get_as(&login, path).await.status, 200);
    assert_eq!(site.get(path).await.status, 403);
}

#[actix_web::test]
async fn without_a_bot_nobody_is_asked() {
    let on = ("telegram_bot_enable", "1");
    let token = ("telegram_bot_token", TOKEN);
    for settings in [
        vec![],
        vec![on],
        vec![token],
        vec![on, ("telegram_bot_token", " ")],
    ] {
        let site = Site::with_settings(&settings).await;
        let login = site.alice().await;
        let answer = site
            .get_as(&login, "/api/v1/user/telegram/getBotInfo")
            .await;
        assert_eq!(answer.status, 400, "{settings:?}");
        assert_eq!(site.fakes.bot.asked(), 0);
    }
}

#[actix_web::test]
async fn only_telegram_passes_the_webhook() {
    let (site, _, _) = site().await;
    let path = "/api/v1/guest/telegram/webhook";
    let upper = KEY.to_uppercase();
    for query in [
        "",
        "?access_token=",
        "?access_token=x",
        &format!("?access_token={upper}"),
    ] {
        let answer = site
            .post(&format!("{path}{query}"), message("/start"))
            .await;
        assert_eq!(answer.status, 401, "{query}");
        assert_eq!(answer.message(), "access_token is error");
    }
    assert_eq!(site.fakes.bot.sent(), []);
    let without = Site::open().await;
    // The MD5 of nothing.
    let key = "?access_token=d41d8cd98f00b204e9800998ecf8427e";
    assert_eq!(
        without
            .post(&format!("{path}{key}"), json!({}))
            .await
            .status,
        401
    );
    assert_eq!(site.get(&webhook()).await.status, 405);
}

#[actix_web::test]
async fn updates_that_are_nothing_are_taken() {
    let (site, _, _) = site().await;
    for update in [
        json!({}),
        json!({"message": null}),
        json!({"message": {"chat": {"id": CHAT}, "photo": []}}),
        json!({"edited_message": {"chat": {"id": CHAT}, "text": "/start"}}),
    ] {
        deliver(&site, update).await;
    }
    let mut talk = message("hello");
    talk["message"]["chat"] = json!({"id": -5, "type": "supergroup"});
    deliver(&site, talk).await;
    assert_eq!(site.fakes.bot.sent(), []);
}

#[actix_web::test]
async fn a_chat_is_bound_used_and_given_up() {
    let (site, _, secret) = site().await;
    assert!(ask(&site, "/start").await.contains("/bind"));
    for command in ["/traffic", "/getlatesturl", "/unbind"] {
        assert!(ask(&site, command).await.contains("/bind"), "{command}");
    }
    assert!(ask(&site, "/bind").await.contains("附上"));
    assert!(
        ask(&site, "/bind https://demo.test/")
            .await
            .contains("无法识别")
    );
    assert!(
        ask(&site, "/bind https://demo.test/s/none")
            .await
            .contains("没有账号")
    );
    let bound = ask(&site, &format!("/bind https://demo.test/s/{secret}")).await;
    assert_eq!(bound, "账号绑定成功");
    let owner = site
        .fakes
        .store
        .read(|tables| tables.user_with_chat(ChatId::new(CHAT)));
    assert_eq!(owner, Some(ALICE));
    assert!(ask(&site, "/start").await.contains("alice@demo.test"));
    let again = ask(&site, &format!("/bind {secret}")).await;
    assert!(again.contains("已与"), "{again}");

    subscribe(&site);
    assert!(ask(&site, "/traffic").await.contains("使用率：0.00%"));
    let url = ask(&site, "/getlatesturl").await;
    assert!(
        url.ends_with(&format!("http://demo.test/s/{secret}")),
        "{url}"
    );
    assert_eq!(ask(&site, "/unbind").await, "账号已解绑");
    assert!(ask(&site, "/traffic").await.contains("/bind"));
}

#[actix_web::test]
async fn a_chat_has_one_account() {
    let (site, _, alice) = site().await;
    let body = json!({"email": "bea@demo.test", "password": "password-bea"});
    let registered = site.post("/api/v1/passport/auth/register", body).await;
    assert_eq!(registered.status, 200);
    let bea = site.fakes.store.read(|tables| {
        let row = &tables.users[&UserId::new(2)].auth;
        row.account.subscribe_token.as_str().to_owned()
    });
    assert_eq!(ask(&site, &format!("/bind {alice}")).await, "账号绑定成功");
    assert!(
        ask(&site, &format!("/bind {bea}"))
            .await
            .contains("请先解绑")
    );
}

#[actix_web::test]
async fn tries_to_bind_are_limited() {
    let (site, _, secret) = site().await;
    for _ in 0..10 {
        ask(&site, "/bind x").await;
    }
    assert!(
        ask(&site, &format!("/bind {secret}"))
            .await
            .contains("稍后再试")
    );
    site.fakes.clock.advance(Seconds::minutes(11));
    assert_eq!(ask(&site, &format!("/bind {secret}")).await, "账号绑定成功");
}

#[actix_web::test]
async fn commands_may_name_the_bot_and_want_a_private_chat() {
    let (site, _, _) = site().await;
    assert!(ask(&site, "/traffic@our_bot").await.contains("/bind"));
    let other = ask(&site, "/traffic@other_bot").await;
    assert!(other.contains("/getlatesturl"), "{other}");
    assert_eq!(site.fakes.bot.asked(), 1);
    let mut group = message("/traffic");
    group["message"]["chat"] = json!({"id": -5, "type": "group"});
    deliver(&site, group).await;
    let (chat, said) = site.fakes.bot.sent().pop().unwrap();
    assert_eq!(chat, ChatId::new(-5));
    assert!(said.contains("私聊"), "{said}");
}

#[actix_web::test]
async fn the_administrators_texts_and_switch_count() {
    for (enabled, expected) in [(true, vec!["first\nsecond"]), (false, vec![])] {
        let fakes = Fakes::default();
        fakes.store.write(|tables| {
            let token = ("telegram_bot_token".to_owned(), Some(TOKEN.to_owned()));
            tables.site.settings.extend([token]);
            tables.site.plugins.push(PluginRow {
                code: "telegram".into(),
                enabled,
                config: Some(r#"{"help_text":"first\\nsecond"}"#.into()),
            });
        });
        let ports = fakes.ports();
        let options = Options::new("test".into());
        let site = Site::over(fakes, ports, WebOptions::default(), options).await;
        deliver(&site, message("what?")).await;
        let sent = site.fakes.bot.sent();
        let said: Vec<&str> = sent.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(said, expected);
    }
}

#[actix_web::test]
async fn subscribers_may_join_the_group() {
    let (site, _, _) = site().await;
    let request = json!({"chat_join_request": {"chat": {"id": -100}, "from": {"id": CHAT}}});
    deliver(&site, request.clone()).await;
    site.fakes
        .store
        .write(|tables| tables.user(ALICE).chat = Some(ChatId::new(CHAT)));
    deliver(&site, request.clone()).await;
    subscribe(&site);
    deliver(&site, request.clone()).await;
    site.fakes.bot.set_down(true);
    deliver(&site, request).await;
    let admitted: Vec<bool> = site
        .fakes
        .bot
        .judged()
        .iter()
        .map(|judged| judged.2)
        .collect();
    assert_eq!(admitted, [false, false, true]);
}

#[actix_web::test]
async fn no_subscription_is_sent_that_leads_where_a_request_says() {
    let (site, _, _) = site_at("").await;
    site.fakes.store.write(|tables| {
        tables.user(ALICE).chat = Some(ChatId::new(CHAT));
    });
    subscribe(&site);
    let said = ask(&site, "/getlatesturl").await;
    assert!(said.contains("app_url") && !said.contains("http"), "{said}");
}

#[actix_web::test]
async fn texts_of_any_kind_harm_nobody() {
    let (site, _, _) = site().await;
    let long = "x".repeat(100_000);
    for text in [
        "/bind \u{1}",
        "/bind 😀\u{202e}<b>",
        "\u{1}",
        &format!("/bind {long}"),
        &long,
    ] {
        ask(&site, text).await;
    }
}

#[actix_web::test]
async fn staff_answers_a_ticket_by_replying_to_its_notice() {
    let (site, _, _) = site().await;
    let ticket = TicketId::new(1);
    site.fakes.store.write(|tables| {
        tables.user(ALICE).chat = Some(ChatId::new(CHAT));
        tables.tickets.push_ticket(a_ticket(1, UserId::new(9)));
    });
    let answer = async |text: &str, quoted: &str| {
        let mut reply = message(text);
        reply["message"]["reply_to_message"] = json!({"text": quoted});
        let before = site.fakes.bot.sent().len();
        deliver(&site, reply).await;
        let sent = site.fakes.bot.sent();
        sent.get(before)
            .map(|(_, said)| said.clone())
            .unwrap_or_default()
    };
    let messages = || {
        let texts = |tables: &ferroboard_testing::MemoryTables| -> Vec<String> {
            let messages = tables.tickets.messages.values();
            messages.map(|message| message.text.clone()).collect()
        };
        site.fakes.store.read(texts)
    };
    let notice = "📮 工单提醒 #1\n📧 bob@demo.test";
    assert!(answer("mine", notice).await.contains("工作人员"));
    assert!(messages().is_empty());
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).auth;
        row.is_staff = true;
    });
    assert!(answer("<b>Try again</b> 😀", notice).await.contains("#1"));
    assert_eq!(messages(), ["<b>Try again</b> 😀"]);
    let is_answered = site.fakes.store.read(|tables| {
        let row = &tables.tickets.tickets[&ticket];
        row.reply_status == ReplyStatus::Answered && row.last_reply_by == Some(ALICE)
    });
    assert!(is_answered);
    assert!(answer("x", "📮 工单提醒 #7").await.contains("找不到"));
    assert!(answer(&"x".repeat(20_001), notice).await.contains("过长"));
    assert_eq!(answer("x", "some other message 1").await, "");
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).auth;
        row.account.banned = true;
    });
    assert!(answer("x", notice).await.contains("工作人员"));
    assert_eq!(messages().len(), 1);
}

/// What the bot said once it said so much.
async fn said(site: &Site, count: usize) -> Vec<(ChatId, String)> {
    for _ in 0..200 {
        let sent = site.fakes.bot.sent();
        if sent.len() >= count {
            return sent;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the bot said {:?}", site.fakes.bot.sent())
}

fn make_staff(site: &Site, user: i64) {
    site.fakes.store.write(|tables| {
        let mut row = UserRow::from(tables.users[&ALICE].auth.clone());
        row.auth.account.id = UserId::new(user);
        row.auth.account.email = Email::stored("staff@demo.test");
        row.auth.account.subscribe_token = SubscribeToken::new("staff".into());
        row.auth.is_staff = true;
        row.chat = Some(ChatId::new(CHAT));
        tables.users.insert(UserId::new(user), row);
    });
}

#[actix_web::test]
async fn staff_is_told_of_tickets_and_answers_them() {
    let (site, login, _) = site().await;
    make_staff(&site, 50);
    let body = json!({"subject": "Help", "level": 1, "message": "It fails"});
    let opened = site.post_as(&login, "/api/v1/user/ticket/save", body).await;
    assert_eq!(opened.status, 200, "{opened:?}");
    let (chat, notice) = said(&site, 1).await.remove(0);
    assert_eq!(chat, ChatId::new(CHAT));
    assert!(notice.starts_with("📮 工单提醒 #1\n"), "{notice}");
    for part in ["alice@demo.test", "Help", "It fails"] {
        assert!(notice.contains(part), "{part}: {notice}");
    }
    let mut reply = message("Try again");
    reply["message"]["reply_to_message"] = json!({"text": notice});
    deliver(&site, reply).await;
    let texts = site.fakes.store.read(|tables| {
        let messages = tables.tickets.messages.values();
        messages
            .map(|message| message.text.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(texts, ["It fails", "Try again"]);
    let body = json!({"id": 1, "message": "Now it works"});
    let replied = site
        .post_as(&login, "/api/v1/user/ticket/reply", body)
        .await;
    assert_eq!(replied.status, 200, "{replied:?}");
    assert!(said(&site, 3).await[2].1.ends_with("Now it works"));
}

#[actix_web::test]
async fn staff_is_told_of_payments_once() {
    let site = Site::shop(&[("telegram_bot_token", TOKEN)]).await;
    site.alice().await;
    make_staff(&site, 50);
    let mut order = an_order(1, ALICE);
    order.trade_no = TradeNo::stored("T1".into());
    order.payment_id = Some(PaymentId::new(1));
    let amount = order.total.get();
    site.fakes.store.write(|tables| {
        let number = order.trade_no.clone();
        tables.billing.open_orders.insert(order.user_id, number);
        tables.billing.orders.insert(order.id, order);
    });
    let notice = format!(
        "/api/v1/guest/payment/notify/EPay/payuuid1?sign=epay-secret-key&trade_no=T1&callback_no=C1&amount={amount}"
    );
    for _ in 0..2 {
        assert_eq!(site.get(&notice).await.status, 200);
    }
    let told = said(&site, 1).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].1.contains("EPay") && told[0].1.ends_with("T1"),
        "{told:?}"
    );
}
