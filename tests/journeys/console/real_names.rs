//! Who users are: looked at, decided, and deleted.

use serde_json::json;

use super::{Office, to};

const USER: &str = "/api/v1/user/real-name-verification";
const NUMBER: &str = "11010519491231002X";

/// An office, and a customer whose submission waits.
async fn waiting() -> (Office, i64) {
    let office = Office::open().await;
    let (ann, token) = office.customer("ann@demo.test").await;
    let config = json!({"auto_approve": false});
    let page = format!("{USER}/status");
    let database = &office.database;
    let code = "real_name_verification";
    office
        .panel
        .install(database, code, &config, &page, &token)
        .await;
    let body = json!({"real_name": "张三", "identity_no": NUMBER});
    let written = office
        .panel
        .post(&format!("{USER}/submit"), &token, body)
        .await;
    assert_eq!(written.status, 200, "{}", written.text);
    (office, ann)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_is_shown_masked_and_every_look_in_the_clear_is_recorded() {
    let (office, ann) = waiting().await;
    let browser = office.browser().await;
    let list = browser.open(&to("real-names?f_status=1")).await;
    list.has(&["ann@demo.test", "张*", "110***********002X"]);
    list.lacks(&["张三", NUMBER]);
    let own = to(&format!("real-names/{ann}"));
    browser.open(&own).await.lacks(&["张三", NUMBER]);
    let rows = office.rows();
    let looks = || rows.count("v2_admin_audit_log", "action LIKE 'real_names%'");
    assert_eq!(looks().await, 0);
    let clear = browser.open(&format!("{own}?reveal=1")).await;
    clear.has(&["张三", NUMBER]);
    assert_eq!(looks().await, 1);
    for nobody in ["real-names/999", "real-names/x", "real-names/999/reject"] {
        assert_eq!(browser.get(&to(nobody)).await.status, 404, "{nobody}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_is_refused_with_a_reason_approved_and_deleted() {
    let (office, ann) = waiting().await;
    let browser = office.browser().await;
    let (own, id) = (to(&format!("real-names/{ann}")), ann.to_string());
    let stands = |status: i64| {
        let standing = format!("user_id = {ann} AND status = {status}");
        let rows = office.rows();
        async move { rows.count("ferro_real_name", &standing).await }
    };
    let reject = format!("{own}/reject");
    for reason in [String::new(), "x".repeat(256)] {
        let refused = browser.fill(&reject, &reject, &[("reason", &reason)]).await;
        assert_eq!(refused.status, 422, "{reason}");
        refused.has(&["1 to 255 characters"]);
    }
    let reason = [("reason", "Not readable <b>")];
    browser.fill(&reject, &reject, &reason).await.leads_to();
    assert_eq!(stands(3).await, 1);
    browser.open(&own).await.has(&["Not readable &#60;b&#62;"]);
    // Without saying so nobody turns a decision round.
    let approve = to("real-names/approve");
    let refused = browser.press(&own, &approve, &[("id", &id)]).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    let turned = [("id", id.as_str()), ("turns", "1")];
    browser.press(&own, &approve, &turned).await.leads_to();
    assert_eq!(stands(2).await, 1);
    let changed = office.change("real_names.approve").await;
    assert!(changed.contains("approved"), "{changed}");
    let reset = to("real-names/reset");
    browser.press(&own, &reset, &[("id", &id)]).await.leads_to();
    assert_eq!(office.rows().count("ferro_real_name", "1 = 1").await, 0);
    assert_eq!(browser.get(&own).await.status, 404);
}
