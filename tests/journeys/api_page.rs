//! Every endpoint of the API page, on each database: called, and answering as the page says.

mod page;
mod tour;

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::support::{PASSWORD, on_every_database};
use page::PAGE;
use tour::{ADMIN_PATH, Tour};

on_every_database!(every_endpoint_of_the_api_page_answers);

const PASSPORT: &str = "/api/v1/passport";
const USER: &str = "/api/v1/user";
const ANN: &str = "ann@demo.test";

async fn every_endpoint_of_the_api_page_answers(database: Database) {
    let mut tour = Tour::start(&database).await;
    let token = arrive(&mut tour).await;
    look_around(&mut tour, &token).await;
    invite_and_earn(&mut tour, &token).await;
    buy(&mut tour, &token).await;
    redeem(&mut tour, &token).await;
    ask_for_help(&mut tour, &token).await;
    verify(&mut tour, &token).await;
    connect(&mut tour, &token).await;
    administer(&mut tour).await;
    leave(&mut tour, &token).await;
    tour.assert_complete(&PAGE);
}

/// Registers and logs in, in every way there is; the session.
async fn arrive(tour: &mut Tour<'_>) -> String {
    let account = json!({"email": ANN, "password": PASSWORD});
    let register = format!("POST {PASSPORT}/auth/register");
    let registered = tour.call(&register, "", account.clone()).await;
    assert!(registered["auth_data"].is_string(), "{registered}");
    let login = format!("POST {PASSPORT}/auth/login");
    let session = tour.call(&login, "", account).await;
    assert_eq!(session["is_admin"], false);
    let token = session["auth_data"].as_str().unwrap().to_owned();
    assert_eq!(session["token"], session["auth_data"]);
    let first = format!("POST {PASSPORT}/auth/getQuickLoginUrl");
    let second = format!("POST {USER}/getQuickLoginUrl");
    let mut verify = String::new();
    for (entry, token, body) in [
        (&first, "", json!({"auth_data": token})),
        (&second, token.as_str(), json!({})),
    ] {
        let url = tour.call(entry, token, body).await;
        let parts = url.as_str().unwrap().split("verify=");
        let rest = parts.last().unwrap();
        rest.split('&').next().unwrap().clone_into(&mut verify);
    }
    let entry = format!("GET {PASSPORT}/auth/token2Login?verify=<token>");
    let session = tour.get_with(&entry, &[("<token>", &verify)], "").await;
    assert!(session["auth_data"].is_string(), "{session}");
    let link = format!("POST {PASSPORT}/auth/loginWithMailLink");
    let sent = tour.call(&link, "", json!({"email": ANN})).await;
    assert!(sent != Value::Null);
    let viewed = format!("POST {PASSPORT}/comm/pv");
    let counted = tour.call(&viewed, "", json!({"invite_code": "none"})).await;
    assert_eq!(counted, true);
    token
}

async fn look_around(tour: &mut Tour<'_>, token: &str) {
    let info = tour.get(&format!("GET {USER}/info"), token).await;
    assert_eq!(info["email"], ANN);
    let login = tour.get(&format!("GET {USER}/checkLogin"), token).await;
    assert_eq!(login, json!({"is_login": true, "is_admin": false}));
    let counts = tour.get(&format!("GET {USER}/getStat"), token).await;
    assert_eq!(counts, json!([0, 0, 0]));
    let config = tour.get(&format!("GET {USER}/comm/config"), token).await;
    assert!(config["currency"].is_string(), "{config}");
    for (entry, list) in [
        (format!("GET {USER}/notice/fetch"), 1),
        (format!("GET {USER}/stat/getTrafficLog"), 0),
        (format!("GET {USER}/knowledge/getCategory"), 1),
    ] {
        let data = tour.get(&entry, token).await;
        assert_eq!(data.as_array().map(Vec::len), Some(list), "{entry} {data}");
    }
    let articles = tour
        .get(&format!("GET {USER}/knowledge/fetch"), token)
        .await;
    assert_eq!(articles["Guides"][0]["title"], "How to begin");
    let bot = tour
        .get(&format!("GET {USER}/telegram/getBotInfo"), token)
        .await;
    assert_eq!(bot, json!({"username": "our_bot"}));
    let update = format!("POST {USER}/update");
    let body = json!({"remind_expire": 0, "remind_traffic": 0});
    assert_eq!(tour.call(&update, token, body).await, true);
    let key = format!("POST {USER}/comm/getStripePublicKey");
    let shown = tour.call(&key, token, json!({"id": 2})).await;
    assert_eq!(shown, "pk_live_1");
}

async fn invite_and_earn(tour: &mut Tour<'_>, token: &str) {
    let saved = tour.get(&format!("GET {USER}/invite/save"), token).await;
    assert_eq!(saved, true);
    let invitations = tour.get(&format!("GET {USER}/invite/fetch"), token).await;
    assert_eq!(invitations["codes"].as_array().map(Vec::len), Some(1));
    assert_eq!(invitations["stat"].as_array().map(Vec::len), Some(5));
    let details = tour.get(&format!("GET {USER}/invite/details"), token).await;
    assert_eq!(details, json!([]));
    tour.give(ANN, 20_000, 20_100).await;
    let transfer = format!("POST {USER}/transfer");
    let moved = tour
        .call(&transfer, token, json!({"transfer_amount": 100}))
        .await;
    assert_eq!(moved, true);
}

async fn buy(tour: &mut Tour<'_>, token: &str) {
    let coupon = format!("POST {USER}/coupon/check");
    let body = json!({"code": "TENOFF", "plan_id": 1});
    let checked = tour.call(&coupon, token, body).await;
    assert_eq!(checked["code"], "TENOFF");
    let methods = format!("GET {USER}/order/getPaymentMethod");
    assert!(tour.get(&methods, token).await.is_array());
    let save = format!("POST {USER}/order/save");
    let order = json!({"plan_id": 1, "period": "month_price"});
    let unwanted = tour.call(&save, token, order.clone()).await;
    let cancel = format!("POST {USER}/order/cancel");
    let body = json!({"trade_no": unwanted});
    assert_eq!(tour.call(&cancel, token, body).await, true);
    let trade_no = tour.call(&save, token, order).await;
    let number = trade_no.as_str().unwrap().to_owned();
    // The balance covers it.
    let checkout = format!("POST {USER}/order/checkout");
    let body = json!({"trade_no": trade_no, "method": 1});
    assert_eq!(tour.call(&checkout, token, body).await, true);
    let query = format!("?trade_no={number}");
    let check = format!("GET {USER}/order/check");
    assert_eq!(tour.get_at(&check, &query, token).await, 3);
    let detail = format!("GET {USER}/order/detail");
    let shown = tour.get_at(&detail, &query, token).await;
    assert_eq!(
        (&shown["trade_no"], &shown["status"]),
        (&trade_no, &json!(3))
    );
    let orders = tour.get(&format!("GET {USER}/order/fetch"), token).await;
    assert_eq!(orders.as_array().map(Vec::len), Some(2));
    let bought = tour.get(&format!("GET {USER}/getSubscribe"), token).await;
    assert_eq!(bought["plan_id"], 1);
    let url = bought["subscribe_url"].as_str().unwrap();
    assert!(url.contains(bought["token"].as_str().unwrap()), "{url}");
    let nodes = tour.get(&format!("GET {USER}/server/fetch"), token).await;
    assert_eq!(nodes[0]["name"], "HK 1");
}

async fn redeem(tour: &mut Tour<'_>, token: &str) {
    let body = json!({"code": "GCJOURNEY01"});
    let check = format!("POST {USER}/gift-card/check");
    let checked = tour.call(&check, token, body.clone()).await;
    assert!(checked.is_object(), "{checked}");
    let redeem = format!("POST {USER}/gift-card/redeem");
    let redeemed = tour.call(&redeem, token, body).await;
    assert!(redeemed.is_object(), "{redeemed}");
    let history = format!("GET {USER}/gift-card/history");
    let uses = tour.get(&history, token).await;
    let id = uses[0]["id"].as_i64().unwrap();
    let detail = format!("GET {USER}/gift-card/detail");
    let shown = tour.get_at(&detail, &format!("?id={id}"), token).await;
    assert_eq!(shown["id"], id);
    let types = tour
        .get(&format!("GET {USER}/gift-card/types"), token)
        .await;
    assert!(types.is_object() || types.is_array(), "{types}");
}

async fn ask_for_help(tour: &mut Tour<'_>, token: &str) {
    let save = format!("POST {USER}/ticket/save");
    let body = json!({"subject": "节点异常", "level": 1, "message": "请帮我检查节点状态"});
    assert_eq!(tour.call(&save, token, body).await, true);
    let list = tour.get(&format!("GET {USER}/ticket/fetch"), token).await;
    let id = list[0]["id"].as_i64().unwrap();
    let one = format!("GET {USER}/ticket/fetch?id=<ticketId>");
    let number = id.to_string();
    let shown = tour.get_with(&one, &[("<ticketId>", &number)], token).await;
    assert_eq!(shown["message"].as_array().map(Vec::len), Some(1));
    let reply = format!("POST {USER}/ticket/reply");
    let body = json!({"id": id, "message": "?"});
    assert_eq!(tour.call(&reply, token, body).await, true);
    let close = format!("POST {USER}/ticket/close");
    assert_eq!(tour.call(&close, token, json!({"id": id})).await, true);
    let withdraw = format!("POST {USER}/ticket/withdraw");
    let body = json!({"withdraw_method": "USDT", "withdraw_account": "addr"});
    assert_eq!(tour.call(&withdraw, token, body).await, true);
}

async fn verify(tour: &mut Tour<'_>, token: &str) {
    let status = format!("GET {USER}/real-name-verification/status");
    let before = tour.get(&status, token).await;
    assert_eq!(
        (&before["status"], &before["can_submit"]),
        (&json!("unsubmitted"), &json!(true))
    );
    // The sample of the page, whose check digit is wrong: it waits for somebody.
    let submit = format!("POST {USER}/real-name-verification/submit");
    let body = json!({"real_name": "张三", "identity_no": "110101199001011234"});
    let submitted = tour.call(&submit, token, body.clone()).await;
    assert_eq!(submitted["status"], "pending");
    assert_eq!(submitted["real_name"], "张*");
    assert_eq!(submitted["identity_no"], "110***********1234");
    let admin = tour.admin.clone();
    let records = "GET /api/v1/{secure_path}/realname/records";
    let listed = tour.get(records, &admin).await;
    assert_eq!(listed[0]["email"], ANN);
    assert_eq!(listed[0]["checksum_valid"], false);
    let all = "POST /api/v1/{secure_path}/realname/approve-all";
    let approved = tour.call(all, &admin, json!({})).await;
    assert_eq!(approved, json!({"approved": 0, "skipped": 1}));
    let id = listed[0]["user_id"].as_i64().unwrap().to_string();
    let user = [("{userId}", id.as_str())];
    let review = "POST /api/v1/{secure_path}/realname/review/{userId}";
    let body_of = json!({"action": "approve"});
    let decided = tour.post_with(review, &user, &admin, body_of).await;
    assert_eq!(decided["status"], "approved");
    let reset = "POST /api/v1/{secure_path}/realname/reset/{userId}";
    assert_eq!(tour.post_with(reset, &user, &admin, json!({})).await, true);
    tour.call(&submit, token, body).await;
    let sync = "POST /api/v1/{secure_path}/realname/sync-all";
    let synced = tour.call(sync, &admin, json!({})).await;
    assert_eq!(
        (&synced["total"], &synced["failed"]),
        (&json!(1), &json!(0))
    );
    let clear = "POST /api/v1/{secure_path}/realname/clear-cache";
    assert!(tour.call(clear, &admin, json!({})).await.is_object());
}

async fn connect(tour: &mut Tour<'_>, token: &str) {
    tour.report_device(ANN, "203.0.113.7").await;
    let devices = format!("GET {USER}/user-online-devices/get-ip");
    let online = tour.get(&devices, token).await;
    assert_eq!(online["ips"], json!(["203.0.113.7"]));
    let overview = &online["session_overview"];
    assert_eq!(overview["online_device_count"], 1);
    assert!(
        overview["active_sessions"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    );
    let admin = tour.admin.clone();
    let users = "GET /api/v1/{secure_path}/user-online-devices/users";
    let listed = tour.get(users, &admin).await;
    assert_eq!(
        (&listed[0]["email"], &listed[0]["online_count"]),
        (&json!(ANN), &json!(1))
    );
    let base = format!("{USER}/user-add-ipv6-subscription");
    let allowed = tour.get(&format!("GET {base}/check"), token).await;
    assert_eq!(
        (&allowed["allowed"], &allowed["enabled"]),
        (&json!(true), &json!(false))
    );
    let enabled = tour
        .call(&format!("POST {base}/enable"), token, json!({}))
        .await;
    assert_eq!(enabled["shadow"]["email"], "ann-ipv6@demo.test");
    let copy = format!("POST {base}/sync-password");
    let copied = tour.call(&copy, token, json!({})).await;
    assert_eq!(copied["synced"], true);
}

async fn administer(tour: &mut Tour<'_>) {
    let admin = tour.admin.clone();
    let save = "POST /api/v2/{secure_path}/config/save";
    let saved = tour
        .call(save, &admin, json!({"app_name": "Journey"}))
        .await;
    assert_eq!(saved, true);
    let fetch = "GET /api/v2/{secure_path}/config/fetch";
    let config = tour.get(fetch, &admin).await;
    assert_eq!(config["app_name"], "Journey");
    assert_eq!(config["secure_path"], ADMIN_PATH);
    for name in ["app_url", "server_pull_interval", "server_push_interval"] {
        assert!(config.get(name).is_some(), "{name}");
    }
    let status = "GET /api/v2/{secure_path}/system/getSystemStatus";
    assert!(tour.get(status, &admin).await.is_object());
    let plugins = tour
        .get("GET /api/v2/{secure_path}/plugin/getPlugins", &admin)
        .await;
    assert!(
        plugins.as_array().is_some_and(|all| !all.is_empty()),
        "{plugins}"
    );
    let types = tour
        .get("GET /api/v2/{secure_path}/plugin/types", &admin)
        .await;
    assert!(types.is_array(), "{types}");
    let status = "GET /api/v2/{secure_path}/plugin/integration-status";
    let expected = json!({
        "real_name_verification": {"enabled": true, "status": "complete"},
        "user_online_devices": {"enabled": true, "status": "complete"},
        "user_add_ipv6_subscription": {"enabled": true, "status": "integrated_with_runtime_sync"},
    });
    assert_eq!(tour.get(status, &admin).await, expected);
}

async fn leave(tour: &mut Tour<'_>, token: &str) {
    let sessions = tour
        .get(&format!("GET {USER}/getActiveSession"), token)
        .await;
    let sessions = sessions.as_array().unwrap();
    let other = sessions.iter().find(|one| one["current"] != true).unwrap();
    let remove = format!("POST {USER}/removeActiveSession");
    let body = json!({"session_id": other["session_id"]});
    assert_eq!(tour.call(&remove, token, body).await, true);
    let url = tour.get(&format!("GET {USER}/resetSecurity"), token).await;
    assert!(url.is_string(), "{url}");
    let change = format!("POST {USER}/changePassword");
    let body = json!({"old_password": PASSWORD, "new_password": "another password"});
    assert_eq!(tour.call(&change, token, body).await, true);
    let code = format!("POST {PASSPORT}/comm/sendEmailVerify");
    let sent = tour.call(&code, "", json!({"email": ANN})).await;
    let forget = format!("POST {PASSPORT}/auth/forget");
    let body = json!({"email": ANN, "email_code": sent["debug_code"], "password": "new-password"});
    assert_eq!(tour.call(&forget, "", body).await, true);
}
