//! Users: seen, changed, and seen as.

use super::browser::Browser;
use super::{CHIEF, Office, to};

#[tokio::test(flavor = "multi_thread")]
async fn one_users_whole_story_is_on_one_page() {
    let office = Office::open().await;
    let (ann, token) = office.customer("ann@demo.test").await;
    let (bea, _) = office.customer("bea@demo.test").await;
    office
        .rows()
        .set_user(bea, &format!("invite_user_id = {ann}"))
        .await;
    let ticket = serde_json::json!({"subject": "Slow", "level": 1, "message": "Very"});
    let saved = office
        .panel
        .post("/api/v1/user/ticket/save", &token, ticket)
        .await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let browser = office.browser().await;
    let edit = to(&format!("users/{ann}/edit"));
    let fields = [("email", "ann@demo.test"), ("balance", "12.34")];
    let page = browser.open(&edit).await;
    let saved = browser.send_back(&page, &to("users/save"), &fields).await;
    assert_eq!(saved.leads_to(), to(&format!("users/{ann}")));
    let story = browser.open(&to(&format!("users/{ann}"))).await;
    story.has(&[
        "ann@demo.test",
        "12.34",
        "Slow",
        "bea@demo.test",
        "By an administrator",
        "Sessions",
    ]);
    assert_eq!(browser.get(&to("users/99999")).await.status, 400);
    assert_eq!(browser.get(&to("users/x")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_of_traffic_are_those_of_the_site_wherever_the_operator_is() {
    let office = Office::open().await;
    let (ann, _) = office.customer("ann@demo.test").await;
    // A midnight of Shanghai, which is the day before in New York.
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let now = i64::try_from(now).unwrap();
    let midnight = (now + 28_800) / 86_400 * 86_400 - 28_800;
    let day = chrono::DateTime::from_timestamp(midnight + 28_800, 0).unwrap();
    office
        .execute(&format!(
            "INSERT INTO v2_stat_user (user_id, server_rate, u, d, record_type, record_at, created_at, updated_at) \
             VALUES ({ann}, 1, 5, 6, 'd', {midnight}, {midnight}, {midnight})"
        ))
        .await;
    let browser = office.browser().await;
    browser.keep("zone", "America%2FNew_York");
    let story = browser.open(&to(&format!("users/{ann}"))).await;
    story.has(&[
        "data-zone=\"America/New_York\"",
        &format!(">{}</td>", day.format("%Y-%m-%d")),
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sends_what_was_changed_and_nothing_that_moved_meanwhile() {
    let office = Office::open().await;
    let (ann, _) = office.customer("ann@demo.test").await;
    office
        .rows()
        .set_user(ann, "u = 1000, transfer_enable = 1073741824")
        .await;
    let browser = office.browser().await;
    let edit = browser.open(&to(&format!("users/{ann}/edit"))).await;
    edit.has(&["name=\"_compared\"", "name=\"was[u]\""]);
    // Traffic arrives while somebody types.
    office.rows().set_user(ann, "u = 5000").await;
    let fields = [("remarks", "pays late")];
    let saved = browser.send_back(&edit, &to("users/save"), &fields).await;
    assert_eq!(saved.leads_to(), to(&format!("users/{ann}")));
    assert_eq!(office.rows().of_user("u", ann).await, 5_000);
    assert_eq!(
        office.change("users.save").await,
        r#"{"remarks":"pays late"}"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let office = Office::open().await;
    let (ann, _) = office.customer("ann@demo.test").await;
    let browser = office.browser().await;
    let edit = to(&format!("users/{ann}/edit"));
    let fields = [
        ("email", "ann@demo.test"),
        ("discount", "101"),
        ("expired_at", "tomorrow"),
        ("remarks", "typed <b>long</b>"),
    ];
    let refused = browser.fill(&edit, &to("users/save"), &fields).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    refused.has(&[
        "aria-invalid=\"true\" aria-describedby=\"f-discount-about\"",
        "aria-invalid=\"true\" aria-describedby=\"f-expired_at-about\"",
        "value=\"tomorrow\"",
        "value=\"101\"",
    ]);
    refused.lacks(&["typed <b>long"]);
    assert_eq!(
        office.rows().count("v2_user", "remarks IS NOT NULL").await,
        0
    );
    let taken = [("email", CHIEF)];
    let refused = browser.fill(&edit, &to("users/save"), &taken).await;
    assert_eq!(refused.status, 400);
    refused.has(&["role=\"alert\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_made_and_their_passwords_told_once() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let fields = [
        ("email_suffix", "demo.test"),
        ("email_prefix", "new"),
        ("generate_count", "3"),
    ];
    let made = browser
        .fill(&to("users/new"), &to("users/new"), &fields)
        .await;
    assert_eq!(made.status, 200, "{}", made.text);
    made.has(&["new_1@demo.test", "new_3@demo.test", "shown this once"]);
    let again = browser
        .fill(&to("users/new"), &to("users/new"), &fields)
        .await;
    assert_eq!(again.status, 400);
    again.has(&["role=\"alert\"", "value=\"new\""]);
    let refused = browser
        .fill(&to("users/new"), &to("users/new"), &[("email_suffix", "")])
        .await;
    assert_eq!(refused.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_the_pages_as_a_user_does_and_comes_back() {
    let office = Office::open().await;
    let (ann, _) = office.customer("ann@demo.test").await;
    let browser = office.browser().await;
    let (id, chief) = (ann.to_string(), office.chief.to_string());
    let story = to(&format!("users/{ann}"));
    let acting = browser
        .press(&story, &to("users/act-as"), &[("id", &id)])
        .await;
    assert_eq!(acting.leads_to(), "/");
    assert!(
        office
            .change("users.act_as")
            .await
            .contains("ann@demo.test")
    );
    let profile = browser.open("/my/profile").await;
    profile.has(&["ann@demo.test", "You are looking at the pages as this user"]);
    // What a user may not see, the operator does not see as the user.
    assert_eq!(browser.get(&to("users")).await.status, 403);
    let back = browser.press("/my/profile", "/my/stop-acting", &[]).await;
    assert_eq!(back.leads_to(), story);
    assert_eq!(browser.cookie("operator"), None);
    browser
        .open(&story)
        .await
        .lacks(&["You are looking at the pages"]);
    // The session that was opened for it is gone, and the user's own is still there.
    assert_eq!(office.rows().sessions(ann).await, 1);
    let refused = browser
        .press(&story, &to("users/act-as"), &[("id", &chief)])
        .await;
    assert_eq!(refused.status, 400);
}

/// A browser in which the operator looks at the pages as this user.
async fn acting(office: &Office, user: i64) -> Browser<'_> {
    let browser = office.browser().await;
    let (story, id) = (to(&format!("users/{user}")), user.to_string());
    let inside = browser
        .press(&story, &to("users/act-as"), &[("id", &id)])
        .await;
    assert_eq!(inside.leads_to(), "/");
    assert!(browser.cookie("operator").is_some());
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_logs_out_while_acting_leaves_no_way_to_the_console() {
    let office = Office::open().await;
    let (ann, _) = office.customer("ann@demo.test").await;
    let before = office.rows().sessions(office.chief).await;
    let browser = acting(&office, ann).await;
    assert_eq!(office.rows().sessions(office.chief).await, before + 1);
    let waiting = browser.cookie("operator").unwrap();
    let out = browser.press("/my/profile", "/my/logout", &[]).await;
    assert_eq!(out.leads_to(), "/my/login");
    assert_eq!(browser.cookie("operator"), None);
    assert_eq!(office.rows().sessions(office.chief).await, before);
    assert_eq!(office.rows().sessions(ann).await, 1);
    // Nor is what the browser held worth anything to who has kept it.
    browser.keep("operator", &waiting);
    let back = browser.press("/my/login", "/my/stop-acting", &[]).await;
    assert_eq!(back.leads_to(), "/");
    assert_eq!(browser.get(&to("users")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_login_while_acting_forgets_the_operator() {
    let office = Office::open().await;
    let (ann, _) = office.customer("ann@demo.test").await;
    for (door, email) in [
        ("/my/login".to_owned(), "ann@demo.test"),
        (to("login"), CHIEF),
    ] {
        let browser = acting(&office, ann).await;
        let waiting = browser.cookie("operator").unwrap();
        let fields = [("email", email), ("password", crate::support::PASSWORD)];
        browser
            .press("/my/profile", &door, &fields)
            .await
            .leads_to();
        assert_eq!(browser.cookie("operator"), None, "{door}");
        // It leads out of the session that was opened for looking, and out of no other.
        browser.keep("operator", &waiting);
        let profile = browser.open("/my/profile").await;
        profile.lacks(&["You are looking at the pages as this user"]);
        let back = browser.press("/my/profile", "/my/stop-acting", &[]).await;
        assert_eq!(back.leads_to(), "/", "{door}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acted_session_that_has_ended_leads_nobody_to_the_console() {
    let office = Office::open().await;
    let (ann, _) = office.customer("ann@demo.test").await;
    let browser = acting(&office, ann).await;
    office
        .execute(&format!(
            "DELETE FROM personal_access_tokens WHERE tokenable_id = {ann}"
        ))
        .await;
    let back = browser.press("/my/login", "/my/stop-acting", &[]).await;
    assert_eq!(back.leads_to(), "/");
    assert_eq!(browser.cookie("operator"), None);
    assert_eq!(browser.get(&to("users")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_on_many_says_first_how_many_and_then_how_far_it_is() {
    let office = Office::open().await;
    for name in ["ann", "bea", "cem"] {
        office.customer(&format!("{name}@demo.test")).await;
    }
    office.customer("dan@other.test").await;
    let browser = office.browser().await;
    let query = "f_email%3Ddemo.test%26f_is_admin%3D0";
    let preview = to(&format!(
        "users/bulk?scope=filtered&work=mail&query={query}"
    ));
    browser
        .open(&preview)
        .await
        .has(&["This is about 3 users."]);
    let empty = browser
        .fill(
            &preview,
            &to("users/bulk"),
            &[("subject", ""), ("content", "Hi")],
        )
        .await;
    assert_eq!(empty.status, 422);
    empty.has(&["f-subject-about", "Hi", "This is about 3 users."]);
    let mail = [("subject", "Hello {{user.email}}"), ("content", "Hi")];
    let begun = browser.fill(&preview, &to("users/bulk"), &mail).await;
    assert_eq!(begun.leads_to(), to("tasks"));
    assert_eq!(
        office
            .rows()
            .count("ferro_mail", "subject LIKE 'Hello %'")
            .await,
        3
    );
    browser
        .open(&to("tasks/1"))
        .await
        .has(&["3 of 3 done", "<progress"]);
    browser
        .open(&to("mail-log?f_subject=Hello"))
        .await
        .has(&["3 in all", "Hello ann@demo.test"]);
    let ban = to(&format!("users/bulk?scope=filtered&work=ban&query={query}"));
    browser.fill(&ban, &to("users/bulk"), &[]).await.leads_to();
    assert_eq!(office.rows().count("v2_user", "banned = 1").await, 3);
    // A condition that cannot be read is not none at all.
    let odd = to("users/bulk?scope=filtered&work=ban&query=f_balance%3Dx");
    assert_eq!(browser.get(&odd).await.status, 404);
    let nobody = browser
        .open(&to("users/bulk?scope=selected&work=ban"))
        .await;
    nobody.has(&["This is about 0 users."]);
}
