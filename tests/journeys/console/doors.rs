//! Who comes in.

use super::browser::Browser;
use super::{Office, to};
use crate::support::PASSWORD;

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_come_in_and_the_door_is_nowhere_else() {
    let office = Office::open().await;
    let (staff, _) = office.customer("staff@demo.test").await;
    office.rows().set_user(staff, "is_staff = 1").await;
    office.customer("ann@demo.test").await;
    let stranger = Browser::new(&office.panel);
    let away = stranger.get(&to("users")).await;
    assert!(
        away.leads_to().starts_with(&to("login?back=")),
        "{}",
        away.leads_to()
    );
    assert_eq!(stranger.get("/another-door/users").await.status, 404);
    for email in ["staff@demo.test", "ann@demo.test"] {
        let before = office.rows().count("personal_access_tokens", "1 = 1").await;
        let fields = [("email", email), ("password", PASSWORD)];
        let refused = stranger.fill(&to("login"), &to("login"), &fields).await;
        assert_eq!(refused.status, 403, "{}", refused.text);
        refused.has(&["Only administrators", email]);
        assert_eq!(stranger.cookie("session"), None);
        // What was opened for looking is closed again.
        assert_eq!(
            office.rows().count("personal_access_tokens", "1 = 1").await,
            before
        );
    }
    let browser = office.browser().await;
    browser
        .open(&to("users"))
        .await
        .has(&["ann@demo.test", "chief@demo.test"]);
    let out = browser.press(&to("users"), &to("logout"), &[]).await;
    assert_eq!(out.leads_to(), to("login"));
    assert_eq!(browser.get(&to("users")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_not_ours_does_nothing_and_is_not_recorded() {
    let office = Office::open().await;
    let (ann, _) = office.customer("ann@demo.test").await;
    let browser = office.browser().await;
    let id = ann.to_string();
    for token in ["", "00", &"0".repeat(128)] {
        let fields = [("_csrf", token), ("id", id.as_str())];
        let refused = browser.post(&to("users/delete"), &fields).await;
        assert_eq!(refused.status, 403);
    }
    assert_eq!(
        office.rows().count("v2_user", &format!("id = {ann}")).await,
        1
    );
    assert_eq!(office.rows().count("v2_admin_audit_log", "1 = 1").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_into_the_search_is_looked_for_where_it_belongs() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let found = browser.get(&to("search?q=ann%40demo.test")).await;
    assert_eq!(found.leads_to(), to("users?f_email=ann%40demo.test"));
    let found = browser.get(&to("search?q=17")).await;
    assert_eq!(found.leads_to(), to("users/17"));
}
