//! Tickets of a customer.

use ferroboard_kernel::{Seconds, TicketId, UnixSeconds, UserId};
use ferroboard_tickets::testing::a_ticket;
use ferroboard_tickets::{ReplyStatus, Ticket, TicketStatus};
use serde_json::{Value, json};

use crate::harness::Site;

const ALICE: UserId = UserId::new(1);
const STAFF: UserId = UserId::new(900);
const BOB: UserId = UserId::new(901);

const FETCH: &str = "/api/v1/user/ticket/fetch";
const SAVE: &str = "/api/v1/user/ticket/save";
const REPLY: &str = "/api/v1/user/ticket/reply";
const CLOSE: &str = "/api/v1/user/ticket/close";
const WITHDRAW: &str = "/api/v1/user/ticket/withdraw";

fn help(message: &str) -> Value {
    json!({"subject": "Help", "level": 1, "message": message})
}

#[actix_web::test]
async fn a_ticket_is_opened_answered_and_closed() {
    let site = Site::open().await;
    let token = site.alice().await;
    assert_eq!(site.get_as(&token, FETCH).await.body()["data"], json!([]));
    let opened = site.post_as(&token, SAVE, help("It does not work")).await;
    let done = r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;
    assert_eq!(opened.text, done);
    site.fakes.store.write(|tables| {
        let at = UnixSeconds::new(1_735_660_900);
        let id = TicketId::new(1);
        tables.tickets.push_message(id, STAFF, "Try again", at);
        let ticket = tables.tickets.tickets.get_mut(&id).unwrap();
        ticket.reply_status = ReplyStatus::Answered;
    });
    let shown = site.get_as(&token, FETCH).await;
    let expected = r#"[{"id":1,"level":1,"reply_status":1,"status":0,"subject":"Help","message":null,"created_at":1735660800,"updated_at":1735660800,"user_id":1}]"#;
    assert!(shown.text.contains(expected), "{}", shown.text);
    let one = site.get_as(&token, &format!("{FETCH}?id=1")).await.body();
    assert_eq!(
        one["data"]["message"],
        json!([
            {"id": 1, "ticket_id": 1, "is_me": true, "message": "It does not work",
             "created_at": 1_735_660_800, "updated_at": 1_735_660_800},
            {"id": 2, "ticket_id": 1, "is_me": false, "message": "Try again",
             "created_at": 1_735_660_900, "updated_at": 1_735_660_900},
        ])
    );
    for (path, body) in [
        (REPLY, json!({"id": "1", "message": " Thanks "})),
        (CLOSE, json!({"id": 1})),
        (CLOSE, json!({"id": 1})),
        (WITHDRAW, json!({"id": 1})),
        (SAVE, help("Again")),
    ] {
        let answer = site.post_as(&token, path, body.clone()).await;
        assert_eq!(answer.text, done, "{path} {body}");
    }
    let shown = site.get_as(&token, &format!("{FETCH}?id=1")).await.body();
    assert_eq!(shown["data"]["message"][2]["message"], "Thanks");
    assert_eq!(shown["data"]["messages"], shown["data"]["message"]);
    assert_eq!(shown["data"]["reply_status"], 0);
    let list = site.get_as(&token, &format!("{FETCH}?id=0")).await.body();
    let ids: Vec<_> = list["data"].as_array().unwrap().iter().collect();
    assert_eq!((&ids[0]["id"], &ids[1]["status"]), (&json!(2), &json!(1)));
}

#[actix_web::test]
async fn each_refusal_has_its_status_and_changes_nothing() {
    let site = Site::open().await;
    let token = site.alice().await;
    site.fakes.store.write(|tables| {
        for ticket in [
            a_ticket(1, ALICE),
            Ticket {
                status: TicketStatus::Closed,
                ..a_ticket(2, ALICE)
            },
            a_ticket(3, BOB),
        ] {
            tables.tickets.push_ticket(ticket);
        }
    });
    let before = site
        .fakes
        .store
        .read(|tables| format!("{:?}", tables.tickets));
    for (path, body, status, message) in [
        (SAVE, help("x"), 400, "存在未关闭的工单"),
        (SAVE, json!({}), 422, "工单主题不能为空 (and 2 more errors)"),
        (REPLY, json!({"message": "x"}), 400, "参数错误"),
        (REPLY, json!({"id": 1}), 400, "消息不能为空"),
        (REPLY, json!({"id": 1, "message": "0"}), 400, "消息不能为空"),
        (REPLY, json!({"id": 99, "message": "x"}), 400, "工单不存在"),
        (REPLY, json!({"id": "x", "message": "x"}), 400, "工单不存在"),
        (REPLY, json!({"id": [1], "message": "x"}), 400, "工单不存在"),
        (REPLY, json!({"id": 3, "message": "x"}), 400, "工单不存在"),
        (
            REPLY,
            json!({"id": 2, "message": "x"}),
            400,
            "工单已关闭，无法回复",
        ),
        (CLOSE, json!({}), 422, "参数错误"),
        (CLOSE, json!({"id": 3}), 400, "工单不存在"),
        (WITHDRAW, json!({"id": 3}), 400, "工单不存在"),
        (WITHDRAW, json!({"id": "x"}), 400, "工单不存在"),
    ] {
        let refused = site.post_as(&token, path, body.clone()).await;
        assert_eq!(refused.status.as_u16(), status, "{path} {body}");
        assert_eq!(refused.message(), message, "{path} {body}");
    }
    for id in ["3", "99", "x", "-1", "99999999999999999999"] {
        let refused = site.get_as(&token, &format!("{FETCH}?id={id}")).await;
        assert_eq!(refused.status, 400, "{id}");
    }
    let after = site
        .fakes
        .store
        .read(|tables| format!("{:?}", tables.tickets));
    assert_eq!(before, after);
}

#[actix_web::test]
async fn each_field_of_a_new_ticket_has_its_rule() {
    let site = Site::open().await;
    let token = site.alice().await;
    let errors = |body: Value| {
        let (site, token) = (&site, &token);
        async move {
            let refused = site.post_as(token, SAVE, body).await;
            assert_eq!(refused.status, 422, "{refused:?}");
            refused.body()["errors"].clone()
        }
    };
    assert_eq!(
        errors(json!({"subject": "", "level": null})).await,
        json!({"subject": ["工单主题不能为空"], "level": ["工单等级不能为空"], "message": ["消息不能为空"]})
    );
    for (field, value, text) in [
        ("level", json!(3), "工单等级参数有误"),
        ("level", json!("high"), "工单等级参数有误"),
        (
            "subject",
            json!("x".repeat(256)),
            "工单主题不能超过255个字符",
        ),
        (
            "message",
            json!("x".repeat(20_001)),
            "消息不能超过20000个字符",
        ),
        (
            "message",
            json!("🦀".repeat(16_384)),
            "消息不能超过20000个字符",
        ),
        ("message", json!(["a"]), "文本包含无法使用的字符"),
    ] {
        let mut body = help("x");
        body[field] = value;
        assert_eq!(errors(body).await, json!({field: [text]}));
    }
    let reply = json!({"id": 1, "message": "a\u{0}b"});
    assert_eq!(site.post_as(&token, REPLY, reply).await.status, 422);
    let huge = help(&"x".repeat(1024 * 1024));
    assert_eq!(site.post_as(&token, SAVE, huge).await.status, 413);
    let large = help(&"x".repeat(1_000_000));
    assert_eq!(site.post_as(&token, SAVE, large).await.status, 422);
    assert!(
        site.fakes
            .store
            .read(|tables| tables.tickets.tickets.is_empty())
    );
}

#[actix_web::test]
async fn texts_come_back_as_they_were_written() {
    let site = Site::open().await;
    let token = site.alice().await;
    let odd = "<script>alert(1)</script>\r\n\u{202e}שלום 👩‍👩‍👧‍👦 \"'\\ &amp;";
    let body = json!({"subject": odd, "level": "2", "message": odd});
    assert_eq!(site.post_as(&token, SAVE, body).await.status, 200);
    let shown = site.get_as(&token, &format!("{FETCH}?id=1")).await;
    assert_eq!(shown.header("content-type"), "application/json");
    assert_eq!(shown.body()["data"]["subject"], odd);
    assert_eq!(shown.body()["data"]["message"][0]["message"], odd);
    let longest = "🦀".repeat(16_383);
    let body = json!({"id": 1, "message": longest});
    assert_eq!(site.post_as(&token, REPLY, body).await.status, 200);
    let shown = site.get_as(&token, &format!("{FETCH}?id=1")).await;
    assert!(shown.body()["data"]["message"][1]["message"] == longest);
}

#[actix_web::test]
async fn owners_may_have_to_wait_for_an_answer() {
    let site = Site::with_settings(&[("ticket_must_wait_reply", "1")]).await;
    let token = site.alice().await;
    site.post_as(&token, SAVE, help("x")).await;
    let body = json!({"id": 1, "message": "x"});
    let refused = site.post_as(&token, REPLY, body.clone()).await;
    assert_eq!(
        (refused.status.as_u16(), refused.message().as_str()),
        (400, "请等待技术支持回复")
    );
    site.fakes.store.write(|tables| {
        let at = UnixSeconds::new(1);
        tables
            .tickets
            .push_message(TicketId::new(1), STAFF, "Yes?", at);
    });
    assert_eq!(site.post_as(&token, REPLY, body).await.status, 200);
}

#[actix_web::test]
async fn the_eleventh_message_within_a_minute_is_429() {
    let site = Site::open().await;
    let token = site.alice().await;
    site.fakes.clock.advance(Seconds::new(15));
    site.post_as(&token, SAVE, help("1")).await;
    let body = json!({"id": 1, "message": "more"});
    for _ in 0..9 {
        assert_eq!(site.post_as(&token, REPLY, body.clone()).await.status, 200);
    }
    let refused = site.post_as(&token, REPLY, body.clone()).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), "45");
    let count = |site: &Site| {
        site.fakes
            .store
            .read(|tables| tables.tickets.messages.len())
    };
    assert_eq!(count(&site), 10);
    assert_eq!(
        site.post_as(&token, CLOSE, json!({"id": 1})).await.status,
        200
    );
    assert_eq!(site.post_as(&token, SAVE, help("2")).await.status, 429);
    site.fakes.clock.advance(Seconds::new(45));
    assert_eq!(site.post_as(&token, SAVE, help("2")).await.status, 200);
    assert_eq!(count(&site), 11);
}
