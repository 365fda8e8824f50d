//! What customers write is shown as it was written, and does nothing.

use serde_json::json;

use super::browser::encoded;
use super::{Office, to};

const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}<iframe srcdoc=x>",
];
/// What none of them may become.
const LIVE: &[&str] = &[
    "<script>alert",
    "<img src=x",
    "<svg onload",
    "<iframe",
    "href=\"javascript:",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_a_customer_wrote_does_nothing_in_the_console() {
    let office = Office::open().await;
    let (ann, token) = office.customer("ann@demo.test").await;
    let sql = office.database.sql();
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let body = json!({"subject": payload, "level": 1, "message": payload});
        office
            .panel
            .post("/api/v1/user/ticket/save", &token, body)
            .await;
        // One ticket may be open at a time.
        office.execute("UPDATE v2_ticket SET status = 1").await;
        let quoted = sql.quoted(payload);
        office
            .execute(&format!(
                "INSERT INTO v2_user (email, password, uuid, token, remarks, created_at, updated_at) \
                 VALUES ({quoted}, 'x', {}, {}, {quoted}, 1, 1)",
                sql.quoted(&format!("{payload}{number}")),
                sql.quoted(&format!("t{payload}{number}")),
            ))
            .await;
        office
            .execute(&format!(
                "INSERT INTO v2_order (user_id, plan_id, type, period, trade_no, callback_no, \
                 total_amount, status, created_at, updated_at) VALUES \
                 ({ann}, 1, 1, {quoted}, {}, {quoted}, 100, 0, 1, 1)",
                sql.quoted(&format!("{number}{payload}")),
            ))
            .await;
        office
            .execute(&format!(
                "INSERT INTO ferro_mail (email, subject, template, template_values, status, attempts, \
                 next_attempt_at, leased_until, last_error, created_at, updated_at) VALUES \
                 ({quoted}, {quoted}, {quoted}, '{{}}', 3, 1, 0, 0, {quoted}, 1, 1)"
            ))
            .await;
    }
    let browser = office.browser().await;
    let mut pages = vec![
        "users?cols=email&cols=remarks&cols=link".to_owned(),
        "orders?cols=trade_no&cols=period&cols=callback".to_owned(),
        "tickets".to_owned(),
        "mail-log".to_owned(),
        format!("users/{ann}"),
    ];
    for number in 1..=PAYLOADS.len() {
        pages.push(format!("tickets/{number}"));
        pages.push(format!("orders/{number}"));
    }
    let ids = 3..3 + PAYLOADS.len();
    pages.extend(ids.clone().map(|id| format!("users/{id}")));
    pages.extend(ids.map(|id| format!("users/{id}/edit")));
    for payload in PAYLOADS {
        let encoded = encoded(payload);
        pages.push(format!("users?f_email={encoded}&page={encoded}"));
        pages.push(format!("search?q={encoded}"));
    }
    let mut shown = 0;
    for path in pages {
        let page = browser.get(&to(&path)).await;
        assert!(page.status < 500, "{path}: {}", page.text);
        page.lacks(LIVE);
        shown += i32::from(page.text.contains("alert(1)"));
    }
    // They are shown all the same.
    assert!(shown > 20, "{shown}");
}
