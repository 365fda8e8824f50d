//! Gift cards, from the template to the numbers.

use std::collections::BTreeSet;

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use super::{at, get, office};
use crate::support::{Panel, on_every_database};

on_every_database!(cards_are_made_listed_exported_and_redeemed);

async fn post(panel: &Panel, token: &str, route: &str, body: Value) -> Value {
    let route = at(&format!("gift-card/{route}"));
    let answer = panel.post(&route, token, body).await;
    assert_eq!(answer.status, 200, "{route}: {}", answer.text);
    answer.body()
}

#[allow(clippy::too_many_lines, reason = "it is one story")]
async fn cards_are_made_listed_exported_and_redeemed(database: Database) {
    let (panel, token) = office(&database).await;
    let template = json!({
        "name": "=Ten, \"you\"", "type": 1, "rewards": {"balance": 1000, "transfer_enable": ""}, "sort": 3,
    });
    let made = post(&panel, &token, "create-template", template).await;
    let id = made["data"]["id"].clone();
    let body = json!({"template_id": id, "count": 2_500, "prefix": "XX", "max_usage": 2});
    let generated = post(&panel, &token, "generate-codes", body).await;
    let batch = generated["data"]["batch_id"].as_str().unwrap().to_owned();

    // Every code once, with nothing behind the last.
    let export = at(&format!("gift-card/export-codes?batch_id={batch}"));
    let exported = panel.get(&export, &token).await;
    assert_eq!(exported.status, 200);
    let disposition = format!("attachment; filename=\"gift_cards_{batch}.txt\"");
    assert_eq!(exported.header("content-disposition"), disposition);
    assert!(exported.header("content-type").starts_with("text/plain"));
    let codes: Vec<&str> = exported.text.split('\n').collect();
    let distinct: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!((codes.len(), distinct.len()), (2_500, 2_500));
    assert!(codes.iter().all(|code| code.len() == 14), "{}", codes[0]);
    let unknown = at("gift-card/export-codes?batch_id=x");
    assert_eq!(panel.get(&unknown, &token).await.status, 422);

    // A table: quoted where it must be, and nothing that a spreadsheet computes.
    let body = json!({"template_id": id, "count": 1_001, "download_csv": true, "expires_hours": 1});
    let route = at("gift-card/generate-codes");
    let table = panel.post(&route, &token, body).await;
    assert!(table.header("content-type").starts_with("text/csv"));
    let disposition = table.header("content-disposition");
    assert_eq!(disposition, "attachment; filename=\"gift_codes.csv\"");
    let lines: Vec<&str> = table.text.split("\r\n").collect();
    assert_eq!((lines.len(), lines[1_002]), (1_003, ""));
    assert!(lines[0].starts_with("兑换码,前缀,有效期,最大使用次数,批次号"));
    let expected = ",\"'=Ten, \"\"you\"\"\",1,\"{\"\"balance\"\":1000,\"\"transfer_enable\"\":null}\",未使用,,,";
    let plain = lines[1]
        .replace("\"\": ", "\"\":")
        .replace(", \"\"t", ",\"\"t");
    assert!(plain.ends_with(expected), "{plain}");
    let first = lines[1..1_002].iter().map(|line| line.split(',').next());
    let first: BTreeSet<&str> = first.flatten().collect();
    assert_eq!(first.len(), 1_001);

    // Redeemed, and then to be seen everywhere.
    let code = json!({"code": codes[0]});
    let redeemed = panel
        .post("/api/v1/user/gift-card/redeem", &token, code)
        .await;
    assert_eq!(redeemed.status, 200, "{}", redeemed.text);
    let used = get(&panel, &token, "gift-card/codes?status=1").await;
    let card = &used["data"][0];
    let shown = json!([
        used["total"],
        card["code"],
        card["usage_count"],
        card["template"]["sort"],
        card["template_name"],
        card["status_name"],
        card["user_email"],
        card["user"]["email"],
        card["user"]["is_admin"],
        card["user"]["password_salt"],
    ]);
    let expected = json!([
        1,
        codes[0],
        1,
        3,
        "=Ten, \"you\"",
        "已使用",
        "chi***@***",
        "chief@demo.test",
        true,
        null,
    ]);
    assert_eq!(shown, expected);
    assert_eq!(card["user"].get("password"), None);
    let page = json!({"batch_id": batch, "page": 2, "per_page": 500, "filter": [], "sort": []});
    let page = post(&panel, &token, "codes", page).await;
    let shown = json!([
        page["total"],
        page["current_page"],
        page["per_page"],
        page["last_page"]
    ]);
    assert_eq!(shown, json!([2_500, 2, 500, 5]));
    assert_eq!(page["data"].as_array().unwrap().len(), 500);
    let templates = get(&panel, &token, "gift-card/templates").await;
    let row = &templates["data"][0];
    let shown = json!([
        templates["total"],
        row["codes_count"],
        row["used_count"],
        row["type_name"]
    ]);
    assert_eq!(shown, json!([1, 3_501, 1, "通用礼品卡"]));
    let usages = post(&panel, &token, "usages", json!({"template_id": id})).await;
    let usage = &usages["data"][0];
    let shown = json!([
        usage["code"],
        usage["user_email"],
        usage["multiplier_applied"]
    ]);
    assert_eq!(shown, json!([codes[0], "chief@demo.test", 1]));
    assert_eq!(usage["rewards_given"], json!({"balance": 1000}));
    let numbers = get(&panel, &token, "gift-card/statistics").await["data"].clone();
    let totals = json!({
        "templates_count": 1, "active_templates_count": 1, "codes_count": 3_501, "used_codes_count": 1,
        "usages_count": 1,
    });
    assert_eq!(numbers["total_stats"], totals);
    assert_eq!(numbers["daily_usages"][0]["count"], 1);
    let of_type =
        json!([{"template_name": "=Ten, \"you\"", "type_name": "通用礼品卡", "count": 1}]);
    assert_eq!(numbers["type_stats"], of_type);
    let past = "gift-card/statistics?start_date=2020-01-01&end_date=2020-02-01";
    let past = get(&panel, &token, past).await;
    assert_eq!(past["data"]["daily_usages"], json!([]));

    // What names nothing is told beside what is odd.
    let odd = panel
        .get(&at("gift-card/codes?status=9&template_id=99"), &token)
        .await;
    assert_eq!(odd.status, 422);
    let errors = odd.body()["errors"].clone();
    let fields = errors.as_object().unwrap().keys();
    let fields: BTreeSet<&str> = fields.map(String::as_str).collect();
    assert_eq!(fields, BTreeSet::from(["status", "template_id"]));
    let odd = panel.get(&at("gift-card/usages?user_id=999"), &token).await;
    assert!(odd.body()["errors"]["user_id"].is_array(), "{}", odd.text);
}
