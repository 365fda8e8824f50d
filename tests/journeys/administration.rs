//! What administrators read, from the outside: the real program on a database.

mod books;
mod business;
mod device_users;
mod gift_cards;
mod nodes;
mod packages;
mod real_names;
mod refunds;
mod reviews;
mod servers;
mod statistics;
mod support;
mod table;
mod themes;
mod trade;
mod users;

use std::time::Duration;

use ferroboard_testing::databases::{Backend, Database};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Panel, Rows, Shop};

const PATH: &str = "a-hidden-door";

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/{route}")
}

/// A panel and an administrator's token.
async fn office(database: &Database) -> (Panel, String) {
    let panel = Panel::start_on_site(database, &[("secure_path", PATH)]).await;
    let token = panel.register("chief@demo.test").await;
    let rows = Rows(database.sql());
    let chief = rows.user("chief@demo.test").await;
    rows.set_user(chief, "is_admin = 1").await;
    (panel, token)
}

async fn get(panel: &Panel, token: &str, route: &str) -> Value {
    let answer = panel.get(&at(route), token).await;
    assert_eq!(answer.status, 200, "{route}: {}", answer.text);
    answer.body()
}

/// What is answered to a request whose body comes a while after its head.
async fn post_late(panel: &Panel, token: &str, route: &str, body: &Value) -> Value {
    let body = body.to_string();
    let (path, length) = (at(route), body.len());
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    let mut connection = TcpStream::connect(panel.address()).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    connection.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    let start = answer.find('{').unwrap();
    let end = answer.rfind('}').unwrap();
    serde_json::from_str(&answer[start..=end]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_is_heard_whenever_it_comes() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token) = office(&database).await;
    for (customer, subject) in [("ann@demo.test", "Slow"), ("bea@demo.test", "Broken")] {
        let customer = panel.register(customer).await;
        let ticket = json!({"subject": subject, "level": 0, "message": "Help"});
        let opened = panel.post("/api/v1/user/ticket/save", &customer, ticket);
        assert_eq!(opened.await.status, 200);
    }
    let filter = json!({"filter": [{"id": "subject", "value": "Slow"}]});
    let found = post_late(&panel, &token, "ticket/fetch", &filter).await;
    assert_eq!(
        (&found["total"], &found["data"][0]["subject"]),
        (&json!(1), &json!("Slow"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_changes_is_read_in_pages() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token) = office(&database).await;
    let save = at("config/save");
    let secrets = json!({"app_name": "New", "email_password": "swordfish"});
    assert_eq!(panel.post(&save, &token, secrets).await.status, 200);
    let refused = panel.post(&save, &token, json!({"app_url": "nourl"})).await;
    assert_eq!(refused.status, 422);
    // What a program leaves that ended before it answered.
    let sql = database.sql();
    sql.execute(
        "INSERT INTO v2_admin_audit_log (admin_id, action, method, uri, created_at, updated_at) \
         VALUES (99, 'plan.drop', 'POST', '/x', 5, 5)",
    )
    .await;
    let log = get(&panel, &token, "system/getAuditLog").await;
    assert_eq!(log["total"], 3);
    let endings = log["data"].as_array().unwrap().iter();
    let endings: Vec<Value> = endings
        .map(|row| json!([row["outcome"], row["status"], row["admin"]["email"]]))
        .collect();
    let expected = [
        json!(["unknown", null, null]),
        json!(["refused", 422, "chief@demo.test"]),
        json!(["succeeded", 200, "chief@demo.test"]),
    ];
    assert_eq!(endings, expected);
    let row = &log["data"][2];
    assert_eq!(
        (&row["action"], &row["method"], &row["uri"]),
        (&json!("config.save"), &json!("POST"), &json!(save))
    );
    let input: Value = serde_json::from_str(row["request_data"].as_str().unwrap()).unwrap();
    assert_eq!(input, json!({"app_name": "New", "email_password": "***"}));
    assert_eq!(
        row["after"],
        json!({"app_name": "New", "email_password": "***"})
    );
    assert_eq!(log["data"][0]["before"], Value::Null);
    for (query, total, shown) in [
        ("?keyword=NOURL&page_size=10", 1, 1),
        ("?keyword=%25", 0, 0),
        ("?action=config.save", 2, 2),
        ("?admin_id=99", 1, 1),
        ("?current=2", 3, 0),
        ("?current=9223372036854775807&page_size=1000", 3, 0),
        ("?current=-1&page_size=1", 3, 3),
    ] {
        let found = get(&panel, &token, &format!("system/getAuditLog{query}")).await;
        let rows = found["data"].as_array().unwrap().len();
        assert_eq!((&found["total"], rows), (&json!(total), shown), "{query}");
    }
    // Reading by POST leaves no row.
    let posted = panel
        .post(&at("system/getAuditLog"), &token, json!({"page_size": 10}))
        .await;
    assert_eq!(posted.body()["total"], 3);
    assert_eq!(get(&panel, &token, "system/getAuditLog").await["total"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_are_listed_with_their_users() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token) = office(&database).await;
    let shop = Shop::around(panel, &database);
    shop.add_plan(1, None).await;
    let rows = Rows(database.sql());
    let chief = rows.user("chief@demo.test").await;
    rows.set_user(chief, "plan_id = 1, expired_at = NULL").await;
    let listed = get(&shop.panel, &token, "plan/fetch").await;
    let plan = &listed["data"][0];
    assert_eq!((&plan["id"], &plan["users_count"]), (&json!(1), &json!(1)));
    assert!(plan["prices"].is_object());
    let hide = json!({"id": 1, "show": 0});
    let hidden = shop.panel.post(&at("plan/update"), &token, hide).await;
    assert_eq!(hidden.status, 200, "{}", hidden.text);
    let listed = get(&shop.panel, &token, "plan/fetch").await;
    assert_eq!(listed["data"][0]["show"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_the_panel_is_told() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token) = office(&database).await;
    let state = get(&panel, &token, "system/getSystemStatus").await;
    let data = &state["data"];
    assert_eq!(
        (&data["schedule"], &data["schedule_last_runtime"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(data["timezone"], "Asia/Shanghai");
    assert!(data["server_time"].is_i64());
    let sql = database.sql();
    for (name, at) in [("check:order", 5), ("reset:traffic", 7)] {
        sql.execute(&format!(
            "INSERT INTO ferro_job (name, leased_until, last_started_at, last_error) \
             VALUES ('{name}', 0, {at}, 'no disk')"
        ))
        .await;
    }
    let failed = get(&panel, &token, "system/getHorizonFailedJobs").await;
    let numbers = ["total", "current", "page_size"].map(|name| failed[name].clone());
    assert_eq!(numbers, [json!(2), json!(1), json!(20)]);
    let job = &failed["data"][0];
    assert_eq!(
        (&job["name"], &job["exception"], &job["failed_at"]),
        (&json!("reset:traffic"), &json!("no disk"), &json!(7))
    );
    let numbers = get(&panel, &token, "system/getQueueStats").await;
    assert_eq!(numbers["data"]["failedJobs"], 2);
    assert_eq!(
        numbers["data"]["periods"],
        json!({"failedJobs": 10080, "recentJobs": 60})
    );
    let loads = get(&panel, &token, "system/getQueueWorkload").await;
    assert_eq!(loads["data"][0]["name"], "default");
    let masters = panel.get(&at("system/getQueueMasters"), &token).await;
    assert_eq!(masters.text, "{}");
}

#[tokio::test(flavor = "multi_thread")]
async fn coupons_are_listed_filtered_and_sorted() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token) = office(&database).await;
    let made = database.sql();
    for (code, kind, value, plans, periods, made_at) in [
        ("SPRING", 2, 20, "NULL", "NULL", 1),
        (
            "SUMMER",
            1,
            500,
            r#"'["8"]'"#,
            r#"'["year_price","monthly"]'"#,
            2,
        ),
    ] {
        made.execute(&format!(
            "INSERT INTO v2_coupon (code, name, type, value, `show`, limit_plan_ids, limit_period, started_at, \
             ended_at, created_at, updated_at) \
             VALUES ('{code}', '10 %', {kind}, {value}, 1, {plans}, {periods}, 3, 4, {made_at}, 5)"
        ))
        .await;
    }
    let all = get(&panel, &token, "coupon/fetch").await;
    let summer = json!({
        "id": 2, "code": "SUMMER", "name": "10 %", "type": 1, "value": 500, "show": true, "limit_use": null,
        "limit_use_with_user": null, "limit_plan_ids": ["8"], "limit_period": ["yearly", "monthly"],
        "started_at": 3, "ended_at": 4, "created_at": 2, "updated_at": 5,
    });
    let spring = json!({
        "id": 1, "code": "SPRING", "name": "10 %", "type": 2, "value": 20, "show": true, "limit_use": null,
        "limit_use_with_user": null, "limit_plan_ids": null, "limit_period": [],
        "started_at": 3, "ended_at": 4, "created_at": 1, "updated_at": 5,
    });
    let expected = json!({
        "total": 2, "current_page": 1, "per_page": 10, "last_page": 1, "data": [summer, spring],
    });
    assert_eq!(all, expected);
    let codes = |page: &Value| {
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|row| row["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for (query, expected) in [
        ("filter[0][id]=code&filter[0][value]=spr", vec!["SPRING"]),
        ("filter[0][id]=name&filter[0][value]=_%25", vec![]),
        ("filter[0][id]=type&filter[0][value][]=1", vec!["SUMMER"]),
        (
            "sort[0][id]=value&sort[0][desc]=0",
            vec!["SPRING", "SUMMER"],
        ),
        ("current=2&pageSize=1", vec!["SPRING"]),
        ("current=9&pageSize=1000000", vec![]),
    ] {
        let page = get(&panel, &token, &format!("coupon/fetch?{query}")).await;
        assert_eq!(codes(&page), expected, "{query}");
    }
    let asked = json!({"filter": [{"id": "code", "value": "S"}], "sort": [{"id": "id", "desc": true}], "pageSize": 1});
    let page = panel.post(&at("coupon/fetch"), &token, asked).await.body();
    assert_eq!(
        (codes(&page), &page["last_page"]),
        (vec!["SUMMER".to_owned()], &json!(2))
    );
}
