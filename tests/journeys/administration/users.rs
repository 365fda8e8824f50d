//! Users, as administrators look for them and change many of them.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use super::{PATH, at, office};
use crate::support::{Panel, Rows, on_every_database, run, within};

on_every_database!(
    users_are_looked_for,
    bots_of_older_panels_look_for_users_and_plans,
    a_user_is_shown_with_who_invited_it,
    a_row_with_odd_numbers_is_saved_whole,
    a_table_of_users_is_saved,
    many_are_banned_as_one,
    many_are_mailed,
    work_that_was_left_behind_is_carried_on,
    resets_of_traffic_are_told,
    a_user_leaves_nothing_behind,
);

/// Users 1 and 2 are administrators; 3 Ann, 4 Bob and 5 Cid are customers, of whom Ann invited Bob.
async fn town(database: &Database) -> (Panel, String, [String; 3]) {
    let (panel, token) = office(database).await;
    let mut sessions = Vec::new();
    for name in ["ann", "bob", "cid"] {
        sessions.push(panel.register(&format!("{name}@demo.test")).await);
    }
    let rows = Rows(database.sql());
    let sql = database.sql();
    for statement in [
        "INSERT INTO v2_server_group (id, name, created_at, updated_at) VALUES (7, 'VIP', 1, 1)",
        "INSERT INTO v2_plan (id, name, group_id, transfer_enable, created_at, updated_at) \
         VALUES (5, 'Basic_1', 7, 100, 1, 1)",
    ] {
        sql.execute(statement).await;
    }
    for (user, columns) in [
        (
            3,
            "plan_id = 5, group_id = 7, balance = 12345, u = 1073741824, d = 9663676416, \
             transfer_enable = 107374182400, expired_at = 4070880000, telegram_id = 777",
        ),
        (
            4,
            "invite_user_id = 3, balance = 5000, commission_type = 1, remarks = '=1+1'",
        ),
        (
            5,
            "plan_id = 5, expired_at = 0, last_online_at = '2026-01-02 03:04:05'",
        ),
    ] {
        rows.set_user(user, columns).await;
    }
    let sessions = sessions.try_into().unwrap();
    (panel, token, sessions)
}

async fn ask(panel: &Panel, token: &str, body: Value) -> Value {
    let answer = panel.post(&at("user/fetch"), token, body.clone()).await;
    assert_eq!(answer.status, 200, "{body}: {}", answer.text);
    answer.body()
}

#[allow(clippy::too_many_lines, reason = "it is one story")]
async fn users_are_looked_for(database: Database) {
    let (panel, token, _) = town(&database).await;
    for (body, ids) in [
        (json!({}), json!([5, 4, 3, 2, 1])),
        (json!({"pageSize": 2, "current": 2}), json!([3, 2])),
        (
            json!({"filter": [{"id": "email", "value": "aNN"}]}),
            json!([3]),
        ),
        (
            json!({"filter": [{"id": "email", "value": "eq:BOB@demo.test"}]}),
            json!([4]),
        ),
        (
            json!({"filter": [{"id": "plan_id", "value": ["5", 9]}]}),
            json!([5, 3]),
        ),
        (
            json!({"filter": [{"id": "plan_id", "value": "null:"}]}),
            json!([4, 2, 1]),
        ),
        (
            json!({"filter": [{"id": "is_admin", "value": "eq:1"}]}),
            json!([2, 1]),
        ),
        (
            json!({"filter": [{"id": "banned", "value": "eq:0"}]}),
            json!([5, 4, 3, 2, 1]),
        ),
        (
            json!({"filter": [{"id": "balance", "value": "gt:5000"}]}),
            json!([3]),
        ),
        (
            json!({"filter": [{"id": "total_used", "value": "gte:10737418240"}]}),
            json!([3]),
        ),
        (
            json!({"filter": [{"id": "group_ids", "value": ["7"]}]}),
            json!([3]),
        ),
        (
            json!({"filter": [{"id": "plan.name", "value": "eq:basic_1"}]}),
            json!([5, 3]),
        ),
        (
            json!({"filter": [{"id": "plan.name", "value": "Basic%"}]}),
            json!([]),
        ),
        (
            json!({"filter": [{"id": "group.name", "value": "VIP"}]}),
            json!([3]),
        ),
        (
            json!({"filter": [{"id": "invite_user.email", "value": "ann"}]}),
            json!([4]),
        ),
        (
            json!({"filter": [{"id": "telegram_id", "value": "notnull:1"}]}),
            json!([3]),
        ),
        (
            json!({"filter": [{"id": "last_online_at", "value": "2026-01-02"}]}),
            json!([5]),
        ),
        (
            json!({"filter": [
                {"id": "expired_at", "value": "gte:4000000000"},
                {"id": "expired_at", "value": "lt:4100000000"},
            ]}),
            json!([3]),
        ),
        (
            json!({"filter": [
                {"id": "email", "value": "bob"}, {"id": "email", "value": "cid", "logic": "or"},
            ]}),
            json!([5, 4]),
        ),
        (
            json!({"sort": [{"id": "balance", "desc": true}], "pageSize": 2}),
            json!([3, 4]),
        ),
        (
            json!({"sort": [{"id": "total_used", "desc": true}], "pageSize": 1}),
            json!([3]),
        ),
        (
            json!({"filter": [{"id": "id", "value": "gt:1"}], "sort": [{"id": "email", "desc": false}]}),
            json!([3, 4, 2, 5]),
        ),
    ] {
        let found = ask(&panel, &token, body.clone()).await;
        let shown = found["data"].as_array().unwrap().iter();
        let shown: Vec<&Value> = shown.map(|row| &row["id"]).collect();
        assert_eq!(json!(shown), ids, "{body}");
    }
    for filter in [
        json!({"filter": [{"id": "password", "value": "$2y"}]}),
        json!({"filter": [{"id": "token", "value": "like:a"}]}),
        json!({"filter": [{"id": "plan.content", "value": "a"}]}),
        json!({"filter": [{"id": "orders.truncate", "value": "a"}]}),
        json!({"filter": [{"id": "email"}]}),
        json!({"sort": [{"id": "token", "desc": true}]}),
        json!({"sort": [{"id": "id); DROP TABLE v2_user; --", "desc": true}]}),
    ] {
        let answer = panel.post(&at("user/fetch"), &token, filter.clone()).await;
        assert_eq!(answer.status, 422, "{filter}: {}", answer.text);
    }
    let query =
        "user/fetch?current=1&pageSize=1&filter[0][id]=email&filter[0][value]=eq:ann@demo.test";
    let found = panel.get(&at(query), &token).await.body();
    assert_eq!(
        (&found["total"], &found["last_page"]),
        (&json!(1), &json!(1))
    );
    let ann = &found["data"][0];
    // What the form for editing cannot do without, in the types that it demands.
    let expected = json!({
        "banned": false, "is_admin": false, "is_staff": false, "commission_type": 0,
        "balance": 123.45, "commission_balance": 0, "total_used": 10_737_418_240_i64,
        "plan": {"id": 5, "name": "Basic_1"}, "group": {"id": 7, "name": "VIP"},
        "invite_user": null, "expired_at": 4_070_880_000_i64, "remarks": null,
        "discount": null, "speed_limit": null, "device_limit": null, "commission_rate": null,
        "last_online_at": null, "remind_expire": true, "telegram_id": 777,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&ann[name], value, "{name}");
    }
    let link = ann["subscribe_url"].as_str().unwrap();
    assert!(
        link.ends_with(&format!("/s/{}", ann["token"].as_str().unwrap())),
        "{link}"
    );
    assert!(ann.get("password").is_none());
    // What was shown is what is saved, unchanged.
    let form = json!({"id": 3, "balance": ann["balance"], "commission_balance": ann["commission_balance"]});
    panel
        .post(&at("user/update"), &token, form)
        .await
        .assert_true();
    let lines = Rows(database.sql())
        .count("ferro_ledger", "kind = 'admin'")
        .await;
    assert_eq!(lines, 0);
}

async fn bots_of_older_panels_look_for_users_and_plans(database: Database) {
    let (panel, token, _) = town(&database).await;
    let old = |route: &str| format!("/api/v1/{PATH}/{route}");
    for (filter, ids) in [
        (
            json!({"key": "email", "condition": "模糊", "value": "BOB"}),
            json!([4]),
        ),
        (
            json!({"key": "email", "condition": "=", "value": "ann@demo.test"}),
            json!([3]),
        ),
        (
            json!({"key": "id", "condition": "<=", "value": 3}),
            json!([3, 2, 1]),
        ),
        (
            json!({"key": "d", "condition": ">=", "value": "9"}),
            json!([3]),
        ),
        (
            json!({"key": "d", "condition": ">", "value": "9"}),
            json!([]),
        ),
        (
            json!({"key": "invite_by_email", "condition": "=", "value": "ann@demo.test"}),
            json!([4]),
        ),
    ] {
        let body = json!({"filter": [filter.clone()], "sort": "id", "sort_type": "DESC"});
        let found = panel.post(&old("user/fetch"), &token, body).await;
        assert_eq!(found.status, 200, "{filter}: {}", found.text);
        let found = found.body();
        let shown = found["data"].as_array().unwrap().iter();
        let shown: Vec<&Value> = shown.map(|row| &row["id"]).collect();
        assert_eq!(json!(shown), ids, "{filter}");
        assert_eq!(found["total"], ids.as_array().unwrap().len());
    }
    let query = "user/fetch?filter[0][key]=id&filter[0][condition]=%3D&filter[0][value]=3";
    let ann = panel.get(&old(query), &token).await.body()["data"][0].clone();
    assert_eq!(
        (&ann["balance"], &ann["plan_name"]),
        (&json!(12_345), &json!("Basic_1"))
    );
    for filter in [
        json!({"key": "password", "condition": "=", "value": "x"}),
        json!({"key": "email", "condition": "!=", "value": "x"}),
        json!({"key": "email", "condition": "= 1 OR", "value": "x"}),
        json!({"key": "email"}),
    ] {
        let body = json!({"filter": [filter.clone()]});
        let answer = panel.post(&old("user/fetch"), &token, body).await;
        assert_eq!(answer.status, 422, "{filter}: {}", answer.text);
    }
    let plans = panel.get(&old("plan/fetch"), &token).await.data();
    let expected = json!([5, "Basic_1", 1, null]);
    let plan = &plans[0];
    let shown = json!([plan["id"], plan["name"], plan["count"], plan["month_price"]]);
    assert_eq!(shown, expected);
}

async fn a_user_is_shown_with_who_invited_it(database: Database) {
    let (panel, token, _) = town(&database).await;
    for version in ["v1", "v2"] {
        let path = format!("/api/{version}/{PATH}/user/getUserInfoById?id=4");
        let bob = panel.get(&path, &token).await.data();
        assert_eq!(
            (&bob["balance"], &bob["email"]),
            (&json!(5_000), &json!("bob@demo.test"))
        );
        assert_eq!(
            (&bob["invite_user"]["id"], &bob["remarks"]),
            (&json!(3), &json!("=1+1"))
        );
        assert_eq!(bob["invite_user"]["balance"], json!(12_345));
    }
    let unknown = panel.get(&at("user/getUserInfoById?id=99"), &token).await;
    unknown.assert_refused(400);
    let unnamed = panel.get(&at("user/getUserInfoById"), &token).await;
    assert_eq!(unnamed.status, 422);
}

/// Xboard leaves such rows, and its form sends all of them.
async fn a_row_with_odd_numbers_is_saved_whole(database: Database) {
    let (panel, token, _) = town(&database).await;
    let rows = Rows(database.sql());
    rows.set_user(3, "email = 'tg_12345'").await;
    rows.set_user(
        4,
        "u = -1, d = -5, transfer_enable = -1, expired_at = 9999999999999, speed_limit = -1, \
         device_limit = -1, commission_type = 5, balance = -500, commission_balance = -7",
    )
    .await;
    let bob = json!({"filter": [{"id": "id", "value": "eq:4"}]});
    let before = ask(&panel, &token, bob.clone()).await["data"][0].clone();
    assert_eq!(before["balance"], -5);
    let mut form = before.clone();
    form["invite_user_email"] = json!("TG_12345");
    panel
        .post(&at("user/update"), &token, form)
        .await
        .assert_true();
    assert_eq!(ask(&panel, &token, bob).await["data"][0], before);
    assert_eq!(rows.count("ferro_ledger", "kind = 'admin'").await, 0);
}

async fn a_table_of_users_is_saved(database: Database) {
    let (panel, token, _) = town(&database).await;
    let rows = Rows(database.sql());
    rows.set_user(4, "email = '=cmd@demo.test', balance = 123456")
        .await;
    let save = async |body: Value| panel.post(&at("user/dumpCSV"), &token, body).await;
    let table =
        save(json!({"scope": "filtered", "filter": [{"id": "id", "value": ["3", "4"]}]})).await;
    assert!(table.header("content-type").starts_with("text/csv"));
    let name = table.header("content-disposition").to_owned();
    let number = name.strip_prefix("attachment; filename=users_2");
    let number = number.and_then(|name| name.strip_suffix(".csv"));
    assert!(number.is_some(), "{name}");
    let text = table.text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "邮箱,余额,推广佣金,总流量,剩余流量,套餐到期时间,订阅计划,订阅地址"
    );
    let ann = "ann@demo.test,123.45,0.00,100 GB,90 GB,2099-01-01 00:00:00,Basic_1,";
    assert!(lines[1].starts_with(ann), "{}", lines[1]);
    let bob = "'=cmd@demo.test,\"1,234.56\",0.00,0 B,0 B,长期有效,无订阅,";
    assert!(lines[2].starts_with(bob), "{}", lines[2]);
    assert_eq!((lines.len(), lines[3]), (4, ""));
    // Another word is no scope, and what is no number names nobody.
    let same = save(json!({"scope": "some", "user_ids": ["x", 3, "4", null]})).await;
    assert_eq!(same.text, table.text);
    // What spreadsheets know UTF-8 by; whoever reads it as a text here does not see it.
    let request = panel.client().post(panel.url(&at("user/dumpCSV")));
    let saved = request
        .bearer_auth(&token)
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    assert!(saved.bytes().await.unwrap().starts_with(b"\xef\xbb\xbf"));
    // More than one batch.
    for number in 0..6 {
        let body = json!({"email_prefix": format!("n{number}"), "email_suffix": "demo.test",
            "generate_count": 200});
        assert_eq!(
            panel.post(&at("user/generate"), &token, body).await.status,
            200
        );
    }
    let all = save(json!({})).await;
    assert_eq!(all.text.split("\r\n").count(), 1 + 1_205 + 1);
    assert_eq!(
        save(json!({"scope": "selected", "user_ids": []}))
            .await
            .status,
        422
    );
}

async fn many_are_banned_as_one(database: Database) {
    let (panel, token, sessions) = town(&database).await;
    let rows = Rows(database.sql());
    let ban = async |body: Value| panel.post(&at("user/ban"), &token, body).await;
    ban(json!({"filter": [{"id": "email", "value": "eq:ann@demo.test"}]}))
        .await
        .assert_true();
    assert_eq!(panel.info(&sessions[0]).await.status, 403);
    assert_eq!(panel.info(&sessions[1]).await.status, 200);
    let told = rows.count("ferro_user_change", "user_id = 3").await;
    ban(json!({"scope": "selected", "user_ids": [1, "4", 99]}))
        .await
        .assert_true();
    assert_eq!(panel.info(&sessions[1]).await.status, 403);
    assert!(rows.count("ferro_user_change", "user_id = 4").await > 0 && told > 0);
    assert_eq!(rows.count("v2_user", "banned = 1").await, 2);
    ban(json!({"scope": "all"})).await.assert_true();
    assert_eq!(rows.count("v2_user", "banned = 1").await, 3);
    assert_eq!(
        rows.count("v2_user", "banned = 1 AND is_admin = 1").await,
        0
    );
    assert_eq!(
        rows.count("personal_access_tokens", "tokenable_id > 2")
            .await,
        0
    );
    assert_eq!(
        rows.count("ferro_user_task", "finished_at IS NULL").await,
        0
    );
    assert_eq!(rows.count("ferro_user_task", "done = 1").await, 3);
}

async fn many_are_mailed(database: Database) {
    let (panel, token, _) = town(&database).await;
    let rows = Rows(database.sql());
    rows.set_user(5, "email = 'no address'").await;
    let body = json!({
        "scope": "all", "subject": "Hi {{user.email}}",
        "content": "Plan {{user.plan_name|none}} <b>{{user.transfer_left}}</b>",
    });
    panel
        .post(&at("user/sendMail"), &token, body)
        .await
        .assert_true();
    assert_eq!(rows.count("ferro_mail", "template = 'notify'").await, 5);
    let ann = "subject = 'Hi ann@demo.test' AND email = 'ann@demo.test'";
    assert_eq!(rows.count("ferro_mail", ann).await, 1);
    // One bad address stops nothing.
    let sent = || async { rows.count("v2_mail_log", "email = 'bob@demo.test'").await == 1 };
    assert!(within(20, sent).await);
}

/// A process died between two batches.
async fn work_that_was_left_behind_is_carried_on(database: Database) {
    let (_panel, _, _) = town(&database).await;
    let rows = Rows(database.sql());
    let left = |id: i64, position: i64, leased_until: &str| {
        format!(
            "INSERT INTO ferro_user_task (id, work, users, admin_id, position, done, holder, \
             leased_until, created_at) VALUES ({id}, 'ban', '{{\"scope\":\"all\"}}', 1, \
             {position}, 1, 'gone', {leased_until}, 1)"
        )
    };
    let now = database
        .sql()
        .integer("SELECT MAX(created_at) FROM v2_user")
        .await;
    database.sql().execute(&left(1, 3, "1")).await;
    // Another process holds this one.
    let held = (now + 100).to_string();
    database.sql().execute(&left(2, 1, &held)).await;
    let ran = run(&database, &[], &["jobs", "run", "resume:operation"]);
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(rows.count("v2_user", "banned = 1").await, 2);
    assert_eq!(rows.count("v2_user", "banned = 1 AND id = 3").await, 0);
    assert_eq!(
        rows.count("ferro_user_task", "finished_at IS NOT NULL AND done = 3")
            .await,
        1
    );
}

async fn resets_of_traffic_are_told(database: Database) {
    let (panel, token, _) = town(&database).await;
    let body = json!({"user_id": 3, "reason": "why"});
    let reset = panel
        .post(&at("traffic-reset/reset-user"), &token, body)
        .await;
    assert_eq!(reset.status, 200, "{}", reset.text);
    let logs = panel.get(&at("traffic-reset/logs"), &token).await.body();
    assert_eq!(
        logs["pagination"],
        json!({"current_page": 1, "last_page": 1, "per_page": 20, "total": 1})
    );
    let row = &logs["data"][0];
    assert_eq!(
        (&row["user_id"], &row["user_email"], &row["trigger_source"]),
        (&json!(3), &json!("ann@demo.test"), &json!("manual"))
    );
    assert_eq!(row["trigger_source_name"], "手动触发");
    assert_eq!(
        row["old_traffic"],
        json!({"upload": 1_073_741_824, "download": 9_663_676_416_i64,
            "total": 10_737_418_240_i64, "formatted": "10 GB"})
    );
    assert_eq!(row["new_traffic"]["formatted"], "0 B");
    assert_eq!(row["metadata"], json!({"reason": "why", "admin_id": 2}));
    assert_eq!(row["reset_time"], row["created_at"]);
    for (query, total) in [
        ("user_id=3&trigger_source=manual&user_email=ANN", 1),
        ("user_id=4", 0),
        ("user_email=nobody", 0),
        ("trigger_source=cron", 0),
        ("start_date=2000-01-01&end_date=2090-01-01", 1),
        ("end_date=2000-01-01", 0),
    ] {
        let found = panel
            .get(&at(&format!("traffic-reset/logs?{query}")), &token)
            .await;
        assert_eq!(found.body()["pagination"]["total"], total, "{query}");
    }
    for query in [
        "logs?per_page=0",
        "logs?reset_type=x",
        "logs?trigger_source=order",
        "logs?start_date=2026-01-02&end_date=2026-01-01",
        "stats?days=366",
        "user/3/history?limit=51",
    ] {
        let answer = panel
            .get(&at(&format!("traffic-reset/{query}")), &token)
            .await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
    }
    let stats = panel.get(&at("traffic-reset/stats"), &token).await.body();
    let expected =
        json!({"total_resets": 1, "auto_resets": 0, "manual_resets": 1, "cron_resets": 0});
    assert_eq!(stats, json!({"data": expected}));
    let history = panel
        .get(&at("traffic-reset/user/3/history"), &token)
        .await
        .body()["data"]
        .clone();
    assert_eq!(history["user"]["reset_count"], 1);
    assert_eq!(history["history"][0]["id"], row["id"]);
    for user in ["99", "abc"] {
        let path = at(&format!("traffic-reset/user/{user}/history"));
        assert_eq!(panel.get(&path, &token).await.status, 404, "{user}");
    }
}

async fn a_user_leaves_nothing_behind(database: Database) {
    let (panel, token, sessions) = town(&database).await;
    let sql = database.sql();
    for statement in [
        "INSERT INTO v2_ticket (id, user_id, subject, level, status, created_at, updated_at) \
         VALUES (1, 3, 's', 1, 0, 1, 1)",
        "INSERT INTO v2_ticket_message (user_id, ticket_id, message, created_at, updated_at) \
         VALUES (1, 1, 'm', 1, 1)",
        "INSERT INTO v2_invite_code (user_id, code, created_at, updated_at) VALUES (3, 'A', 1, 1)",
        "INSERT INTO ferro_device (user_id, node_id, ip, last_seen) VALUES (3, 1, '1.2.3.4', 1)",
    ] {
        sql.execute(statement).await;
    }
    panel
        .post(&at("user/destroy"), &token, json!({"id": 3}))
        .await
        .assert_true();
    assert_eq!(panel.info(&sessions[0]).await.status, 403);
    let rows = Rows(sql);
    for (table, condition) in [
        ("v2_user", "id = 3"),
        ("v2_ticket", "user_id = 3"),
        ("v2_ticket_message", "ticket_id = 1"),
        ("v2_invite_code", "user_id = 3"),
        ("ferro_device", "user_id = 3"),
        ("personal_access_tokens", "tokenable_id = 3"),
        ("ferro_session", "user_id = 3"),
    ] {
        assert_eq!(rows.count(table, condition).await, 0, "{table}");
    }
    // Whom Ann invited is shown as invited by nobody.
    let bob = ask(
        &panel,
        &token,
        json!({"filter": [{"id": "id", "value": "eq:4"}]}),
    )
    .await;
    assert_eq!(bob["data"][0]["invite_user"], Value::Null);
    let again = panel
        .post(&at("user/destroy"), &token, json!({"id": 3}))
        .await;
    assert_eq!(again.status, 422);
}
