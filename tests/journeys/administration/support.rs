//! Articles, announcements, tickets and mails, as administrators manage them: the real program on every
//! database.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use super::{at, get, office};
use crate::support::{Panel, Rows, on_every_database};

on_every_database!(
    an_article_is_written_and_read,
    announcements_are_seen_in_the_order_that_is_saved,
    a_ticket_is_answered,
    a_template_is_stored,
);

async fn done(panel: &Panel, token: &str, route: &str, body: Value) {
    let answer = panel.post(&at(route), token, body.clone()).await;
    assert_eq!(answer.status, 200, "{route} {body}: {}", answer.text);
    assert_eq!(answer.body()["data"], true, "{route}");
}

fn ids(list: &Value) -> Vec<i64> {
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| row["id"].as_i64().unwrap()).collect()
}

async fn an_article_is_written_and_read(database: Database) {
    let (panel, token) = office(&database).await;
    for title in ["One", "Two"] {
        let article = json!({"category": title, "language": "en-US", "title": title, "body": "<b>{{siteName}}</b>"});
        done(&panel, &token, "knowledge/save", article).await;
    }
    let list = get(&panel, &token, "knowledge/fetch").await["data"].clone();
    let [one, two] = ids(&list).try_into().unwrap();
    assert_eq!(
        (&list[0]["show"], &list[0]["title"]),
        (&json!(false), &json!("One"))
    );
    done(&panel, &token, "knowledge/show", json!({"id": two})).await;
    done(&panel, &token, "knowledge/sort", json!({"ids": [two, one]})).await;
    let list = get(&panel, &token, "knowledge/fetch").await["data"].clone();
    assert_eq!(ids(&list), [two, one]);
    let shown = get(&panel, &token, &format!("knowledge/fetch?id={two}")).await;
    let shown = &shown["data"];
    assert_eq!(
        (&shown["body"], &shown["sort"]),
        (&json!("<b>{{siteName}}</b>"), &json!(1))
    );
    assert_eq!(shown["language"], "en-US");
    let categories = get(&panel, &token, "knowledge/getCategory").await;
    assert_eq!(categories["data"], json!(["One", "Two"]));
    let unknown = panel.get(&at("knowledge/fetch?id=99"), &token).await;
    assert_eq!(unknown.status, 400);
    done(&panel, &token, "knowledge/drop", json!({"id": one})).await;
    let list = get(&panel, &token, "knowledge/fetch").await["data"].clone();
    assert_eq!(ids(&list), [two]);
}

async fn announcements_are_seen_in_the_order_that_is_saved(database: Database) {
    let (panel, token) = office(&database).await;
    for title in ["A", "B", "C"] {
        let notice = json!({"title": title, "content": "c", "tags": ["弹窗"], "show": 1});
        done(&panel, &token, "notice/save", notice).await;
    }
    let list = get(&panel, &token, "notice/fetch").await["data"].clone();
    let [c, b, a] = ids(&list).try_into().unwrap();
    assert_eq!(list[0]["tags"], json!(["弹窗"]));
    done(&panel, &token, "notice/sort", json!({"ids": [b, c, a]})).await;
    done(&panel, &token, "notice/show", json!({"id": c})).await;
    let list = get(&panel, &token, "notice/fetch").await["data"].clone();
    assert_eq!(ids(&list), [b, c, a]);
    let seen = panel.get("/api/v1/user/notice/fetch", &token).await.body();
    assert_eq!(ids(&seen["data"]), [b, a]);
    // Each of them pops up.
    assert_eq!(seen["data"][1]["tags"], json!(["弹窗"]));
    let refused = panel
        .post(&at("notice/sort"), &token, json!({"ids": [a, 99]}))
        .await;
    assert_eq!(refused.status, 400);
    // The pages of the v2board line ask at V1.
    let old = at("notice/fetch").replace("/v2/", "/v1/");
    assert_eq!(
        ids(&panel.get(&old, &token).await.body()["data"]),
        [b, c, a]
    );
}

async fn a_ticket_is_answered(database: Database) {
    let (panel, token) = office(&database).await;
    let customer = panel.register("bob@demo.test").await;
    let rows = Rows(database.sql());
    let bob = rows.user("bob@demo.test").await;
    rows.set_user(
        bob,
        "balance = 12345, commission_balance = 50, remarks = 'a \"friend\"'",
    )
    .await;
    let ticket = json!({"subject": "Help", "level": 2, "message": "<b>It does not work</b>"});
    let opened = panel
        .post("/api/v1/user/ticket/save", &customer, ticket)
        .await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    rows.0
        .execute(
            "INSERT INTO v2_ticket (user_id, subject, level, status, reply_status, created_at, updated_at) \
             VALUES (900, 'Gone', 7, 0, 0, 5, 5)",
        )
        .await;
    let list = get(&panel, &token, "ticket/fetch").await;
    assert_eq!(list["total"], 2);
    let (first, gone) = (&list["data"][0], &list["data"][1]);
    let user = &first["user"];
    assert_eq!(
        (&user["email"], &user["id"]),
        (&json!("bob@demo.test"), &json!(bob))
    );
    assert_eq!(
        (&user["balance"], &user["commission_balance"]),
        (&json!(123.45), &json!(0.5))
    );
    assert_eq!(
        (&user["remarks"], &user["banned"]),
        (&json!("a \"friend\""), &json!(false))
    );
    assert!(
        user["subscribe_url"]
            .as_str()
            .unwrap()
            .contains(user["token"].as_str().unwrap())
    );
    assert!(user.get("password").is_none());
    assert_eq!(
        (&gone["user"], &gone["subject"]),
        (&Value::Null, &json!("Gone"))
    );
    let id = first["id"].as_i64().unwrap();
    for (query, total) in [
        ("status=0", 2),
        ("status=1", 0),
        ("reply_status[]=0", 2),
        ("reply_status[]=0&reply_status[]=1", 2),
        ("reply_status=1", 0),
        ("email=BOB@demo.test", 1),
        ("email=nobody", 0),
        ("filter[0][id]=subject&filter[0][value]=Help", 1),
    ] {
        let found = get(&panel, &token, &format!("ticket/fetch?{query}")).await;
        assert_eq!(found["total"], total, "{query}");
    }
    done(
        &panel,
        &token,
        "ticket/reply",
        json!({"id": id, "message": "Try again"}),
    )
    .await;
    let waiting = get(&panel, &token, "ticket/fetch?status=0&reply_status[]=0").await;
    assert_eq!(waiting["total"], 1);
    let one = panel
        .post(&at("ticket/fetch"), &token, json!({"id": id}))
        .await
        .body();
    let one = &one["data"];
    let said = one["messages"].as_array().unwrap().iter();
    let said: Vec<_> = said
        .map(|row| (&row["message"], &row["is_from_admin"]))
        .collect();
    let expected = [
        (&json!("<b>It does not work</b>"), &json!(false)),
        (&json!("Try again"), &json!(true)),
    ];
    assert_eq!(said, expected);
    assert_eq!(
        (&one["reply_status"], &one["user"]["id"]),
        (&json!(1), &json!(bob))
    );
    assert_eq!(rows.count("ferro_mail", "email = 'bob@demo.test'").await, 1);
    done(&panel, &token, "ticket/close", json!({"id": id})).await;
    assert_eq!(rows.count("v2_ticket", "status = 1").await, 1);
    let unknown = panel.get(&at("ticket/fetch?id=99"), &token).await;
    assert_eq!(unknown.status, 400);
}

async fn a_template_is_stored(database: Database) {
    let (panel, token) = office(&database).await;
    let list = get(&panel, &token, "mail/template/list").await["data"].clone();
    let names: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "verify",
            "notify",
            "remindExpire",
            "remindTraffic",
            "mailLogin"
        ]
    );
    assert!(
        list.as_array()
            .unwrap()
            .iter()
            .all(|row| row["customized"] == false)
    );
    for subject in ["Code", "Code of {{name}}"] {
        let text = json!({"name": "verify", "subject": subject, "content": "<p>{{code}} 😀</p>"});
        done(&panel, &token, "mail/template/save", text).await;
    }
    let list = get(&panel, &token, "mail/template/list").await["data"].clone();
    assert_eq!(
        (&list[0]["customized"], &list[0]["subject"]),
        (&json!(true), &json!("Code of {{name}}"))
    );
    let (changed, now) = (list[0]["updated_at"].as_i64().unwrap(), unix_now());
    assert!((now - changed).abs() < 300, "{changed} {now}");
    let shown = get(&panel, &token, "mail/template/get?name=verify").await;
    assert_eq!(shown["data"]["content"], "<p>{{code}} 😀</p>");
    done(
        &panel,
        &token,
        "mail/template/reset",
        json!({"name": "verify"}),
    )
    .await;
    let list = get(&panel, &token, "mail/template/list").await["data"].clone();
    assert_eq!(
        (&list[0]["customized"], &list[0]["updated_at"]),
        (&json!(false), &Value::Null)
    );
}

fn unix_now() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_secs()).unwrap()
}
