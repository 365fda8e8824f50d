//! Orders, plans and payment methods, as administrators read them.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use super::{at, get, office};
use crate::support::{Notice, Panel, Rows, Shop, on_every_database};

on_every_database!(
    orders_are_found_whatever_their_rows_hold,
    an_order_is_shown_with_all_that_belongs_to_it,
    a_shop_is_set_up_and_read_again,
    what_a_plan_gives_reaches_its_members,
);

/// A shop that sells plan 1 through method 1, and the token of its administrator.
async fn shop(database: &Database) -> (Shop<'_>, String) {
    let (panel, token) = office(database).await;
    let shop = Shop::around(panel, database);
    shop.stock().await;
    (shop, token)
}

async fn ask(panel: &Panel, token: &str, route: &str, body: Value) -> Value {
    let answer = panel.post(&at(route), token, body).await;
    assert_eq!(answer.status, 200, "{route}: {}", answer.text);
    answer.body()
}

fn ids(page: &Value) -> Vec<i64> {
    let rows = page["data"].as_array().unwrap().iter();
    rows.map(|row| row["id"].as_i64().unwrap()).collect()
}

async fn orders_are_found_whatever_their_rows_hold(database: Database) {
    let (shop, token) = shop(&database).await;
    let sql = database.sql();
    let ann = shop.customer("ann@demo.test").await;
    let bea = shop.customer("bea@demo.test").await;
    for (id, user, period, status, payment) in [
        (1, ann.id, "month_price", 3, "1"),
        (2, bea.id, "weekly", 9, "NULL"),
        (3, ann.id, "yearly", 2, "99"),
        (4, 999, "monthly", 4, "1"),
    ] {
        sql.execute(&format!(
            "INSERT INTO v2_order (id, invite_user_id, user_id, plan_id, payment_id, type, period, trade_no, \
             callback_no, total_amount, status, commission_status, commission_balance, created_at, updated_at) \
             VALUES ({id}, 1, {user}, {id}, {payment}, {id}, '{period}', 'T2025-{id}00', 'cb{id}', {id}00, \
             {status}, 0, 5, {id}, {id})"
        ))
        .await;
    }
    let all = get(&shop.panel, &token, "order/fetch").await;
    assert_eq!(ids(&all), [4, 3, 2, 1]);
    let first = &all["data"][3];
    assert_eq!(first["plan"], json!({"id": 1, "name": "Plan 1"}));
    assert_eq!(
        first["payment"],
        json!({"id": 1, "name": "Method 1", "payment": "EPay"})
    );
    assert_eq!(
        (&first["period"], &first["callback_no"]),
        (&json!("month_price"), &json!("cb1"))
    );
    assert_eq!(
        first["user"],
        json!({"id": ann.id, "email": "ann@demo.test"})
    );
    let odd = &all["data"][2];
    assert_eq!(
        (&odd["period"], &odd["status"]),
        (&json!("weekly"), &json!(9))
    );
    assert_eq!(
        (&odd["plan"], &odd["payment"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(all["data"][0]["user"], Value::Null);
    for (asked, expected) in [
        (
            json!({"filter": [{"id": "email", "value": "ANN"}]}),
            vec![3, 1],
        ),
        (
            json!({"filter": [{"id": "trade_no", "value": "-20"}]}),
            vec![2],
        ),
        (
            json!({"filter": [{"id": "period", "value": ["month_price"]}]}),
            vec![4, 1],
        ),
        (
            json!({"filter": [{"id": "period", "value": "eq:monthly"}]}),
            vec![4, 1],
        ),
        (
            json!({"filter": [{"id": "status", "value": [3, 4]}]}),
            vec![4, 1],
        ),
        (
            json!({"filter": [{"id": "status", "value": "eq:9"}]}),
            vec![2],
        ),
        (json!({"is_commission": true}), vec![4, 2, 1]),
        (json!({"is_commission": "YES"}), vec![4, 2, 1]),
        (
            json!({"is_commission": "true", "pageSize": 1, "current": 2}),
            vec![2],
        ),
        (
            json!({"sort": [{"id": "total_amount", "desc": false}], "pageSize": 2}),
            vec![1, 2],
        ),
    ] {
        let page = ask(&shop.panel, &token, "order/fetch", asked.clone()).await;
        assert_eq!(ids(&page), expected, "{asked}");
    }
    let query = "order/fetch?filter[0][id]=user.email&filter[0][value]=eq:bea@demo.test";
    assert_eq!(ids(&get(&shop.panel, &token, query).await), [2]);
    // The pages of older panels ask at the older version.
    let older = at("order/fetch").replace("/v2/", "/v1/");
    let older = shop.panel.get(&older, &token).await;
    assert_eq!(older.body()["total"], 4);
}

async fn an_order_is_shown_with_all_that_belongs_to_it(database: Database) {
    let (shop, token) = shop(&database).await;
    let ann = shop.customer("ann@demo.test").await;
    let trade_no = shop.place(&ann).await;
    let notice = Notice::of(&trade_no, 7_000, "P1");
    assert_eq!(shop.notify(&notice).await.status, 200);
    let sql = database.sql();
    let id = format!("SELECT id FROM v2_order WHERE trade_no = '{trade_no}'");
    let id = sql.integer(&id).await;
    sql.execute(&format!(
        "INSERT INTO v2_commission_log (invite_user_id, user_id, trade_no, order_amount, get_amount, created_at, \
         updated_at) VALUES (1, {}, '{trade_no}', 7000, 70, 3, 4)",
        ann.id
    ))
    .await;
    sql.execute(&format!(
        "UPDATE v2_order SET invite_user_id = 1, surplus_order_ids = '[{id}, 77]' WHERE id = {id}"
    ))
    .await;
    let shown = ask(&shop.panel, &token, "order/detail", json!({"id": id})).await;
    let data = &shown["data"];
    assert_eq!(
        (&data["status"], &data["callback_no"]),
        (&json!(3), &json!("P1"))
    );
    assert_eq!(data["period"], "month_price");
    let user = &data["user"];
    assert_eq!(
        (&user["id"], &user["email"]),
        (&json!(ann.id), &json!("ann@demo.test"))
    );
    assert_eq!(
        (&user["banned"], &user["plan_id"]),
        (&json!(false), &json!(1))
    );
    assert!(user.get("password").is_none() && user["token"].is_string());
    assert_eq!(data["invite_user"]["is_admin"], true);
    assert_eq!(data["plan"]["prices"]["monthly"], 70);
    assert_eq!(data["commission_log"][0]["get_amount"], 70);
    assert_eq!(data["surplus_orders"][0]["period"], "monthly");
    let unknown = json!({"id": 99});
    let unknown = shop.panel.post(&at("order/detail"), &token, unknown).await;
    assert_eq!(unknown.status, 400);
}

async fn a_shop_is_set_up_and_read_again(database: Database) {
    let (panel, token) = office(&database).await;
    let address = json!({"app_url": "https://panel.test"});
    ask(&panel, &token, "config/save", address).await;
    let method = json!({
        "name": "Pay", "payment": "EPay", "config": {"url": "https://p.test", "pid": "1", "key": "k"},
        "handling_fee_fixed": 30, "handling_fee_percent": 1.5,
    });
    ask(&panel, &token, "payment/save", method.clone()).await;
    let listed = async || {
        let listed = get(&panel, &token, "payment/fetch").await;
        listed["data"][0].clone()
    };
    let first = listed().await;
    let uuid = first["uuid"].as_str().unwrap();
    let path = format!("/api/v1/guest/payment/notify/EPay/{uuid}");
    assert_eq!(first["notify_url"], format!("https://panel.test{path}"));
    assert_eq!(
        (&first["config"], &first["enable"]),
        (&method["config"], &json!(false))
    );
    assert_eq!(
        (&first["handling_fee_fixed"], &first["handling_fee_percent"]),
        (&json!(30), &json!(1.5))
    );
    // What is listed is saved again without a change.
    ask(&panel, &token, "payment/save", first.clone()).await;
    let again = listed().await;
    for name in [
        "name",
        "config",
        "handling_fee_fixed",
        "handling_fee_percent",
        "uuid",
        "enable",
    ] {
        assert_eq!(again[name], first[name], "{name}");
    }
    let other = json!({"app_url": "https://other.test"});
    ask(&panel, &token, "config/save", other).await;
    assert_eq!(
        listed().await["notify_url"],
        format!("https://other.test{path}")
    );
    let mut moved = first.clone();
    moved["notify_domain"] = json!("https://n.test/");
    ask(&panel, &token, "payment/save", moved).await;
    assert_eq!(
        listed().await["notify_url"],
        format!("https://n.test{path}")
    );
    let plan = json!({
        "name": "P", "transfer_enable": 20, "prices": {"monthly": 9.99, "yearly": "100", "onetime": ""}, "tags": ["a"],
        "content": "c",
    });
    ask(&panel, &token, "plan/save", plan).await;
    let plans = get(&panel, &token, "plan/fetch").await;
    let plan = &plans["data"][0];
    assert_eq!(plan["prices"], json!({"monthly": 9.99, "yearly": 100}));
    assert_eq!(
        (&plan["show"], &plan["sell"], &plan["renew"]),
        (&json!(false), &json!(0), &json!(true))
    );
    assert_eq!(
        (&plan["tags"], &plan["capacity_limit"]),
        (&json!(["a"]), &Value::Null)
    );
    ask(&panel, &token, "plan/sort", json!({"ids": [plan["id"]]})).await;
    assert_eq!(
        get(&panel, &token, "plan/fetch").await["data"][0]["sort"],
        1
    );
}

async fn what_a_plan_gives_reaches_its_members(database: Database) {
    let (shop, token) = shop(&database).await;
    let rows = Rows(database.sql());
    let ann = shop.customer("ann@demo.test").await;
    let bea = shop.customer("bea@demo.test").await;
    rows.set_user(ann.id, "plan_id = 1, group_id = 1, transfer_enable = 5")
        .await;
    rows.set_user(bea.id, "plan_id = 2, group_id = 1, transfer_enable = 5")
        .await;
    let told = async || {
        rows.count("ferro_user_change", &format!("user_id = {}", ann.id))
            .await
    };
    let before = told().await;
    let all = rows.count("ferro_user_change", "1 = 1").await;
    let save = json!({
        "id": 1, "name": "N", "transfer_enable": 2, "group_id": 7, "speed_limit": 3, "force_update": true,
    });
    ask(&shop.panel, &token, "plan/save", save.clone()).await;
    assert_eq!(told().await, before + 1);
    assert_eq!(rows.of_user("group_id", ann.id).await, 7);
    assert_eq!(rows.of_user("transfer_enable", ann.id).await, 2 << 30);
    assert_eq!(rows.of_user("group_id", bea.id).await, 1);
    // Whom nothing changes for, nobody is told of.
    ask(&shop.panel, &token, "plan/save", save).await;
    assert_eq!(rows.count("ferro_user_change", "1 = 1").await, all + 1);
}
