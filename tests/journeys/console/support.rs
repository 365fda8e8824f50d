//! What is done for customers: tickets, articles, notices, and what the record says of it.

use serde_json::json;

use super::{Office, to};

async fn ticket(office: &Office, token: &str, subject: &str, message: &str) {
    let body = json!({"subject": subject, "level": 2, "message": message});
    let saved = office
        .panel
        .post("/api/v1/user/ticket/save", token, body)
        .await;
    assert_eq!(saved.status, 200, "{}", saved.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_answered_with_a_kept_reply_and_closed() {
    let office = Office::open().await;
    let (_, token) = office.customer("ann@demo.test").await;
    ticket(&office, &token, "Slow", "Very slow").await;
    let browser = office.browser().await;
    browser.open(&to("tickets?f_reply_status=0")).await.has(&[
        "1 in all",
        "Slow",
        "Waits for an answer",
    ]);
    let one = to("tickets/1");
    browser
        .open(&one)
        .await
        .has(&["Very slow", "ann@demo.test", "Ask for details"]);
    // Enter in the line for the name is the first button of the form: it sends no half-made answer.
    let shown = browser.open(&one).await;
    let (_, form) = shown.text.split_once("<form class=\"card wide\"").unwrap();
    let (_, button) = form.split_once("<button").unwrap();
    let (button, _) = button.split_once('>').unwrap();
    assert!(button.contains("/tickets/keep-reply"), "{button}");
    let empty = browser
        .fill(&one, &to("tickets/reply"), &[("message", "")])
        .await;
    assert_eq!(empty.status, 422);
    empty.has(&["f-message-about", "Very slow"]);
    let kept = [("message", "Restart it."), ("name", "Restart")];
    let page = browser.fill(&one, &to("tickets/keep-reply"), &kept).await;
    assert_eq!(page.status, 200);
    // What was typed stays, and the reply is among the kept ones.
    page.has(&["Restart it.</textarea>", "<summary>Restart</summary>"]);
    let answered = browser
        .fill(&one, &to("tickets/reply"), &[("message", "Restart it.")])
        .await;
    assert_eq!(answered.leads_to(), one);
    browser.open(&one).await.has(&["message own", "Answered"]);
    browser
        .press(&one, &to("tickets/close"), &[("id", "1")])
        .await
        .leads_to();
    browser.open(&one).await.lacks(&["Close the ticket"]);
    browser
        .open(&to("tickets?f_status=1"))
        .await
        .has(&["1 in all"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn articles_and_notices_are_previewed_without_what_does_something() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let nasty = "**bold** <script>alert(1)</script><img src=x onerror=alert(1)>";
    for (path, text) in [("notices", "content"), ("knowledge", "body")] {
        let new = to(&format!("{path}/new"));
        let fields = [
            ("title", "News"),
            (text, nasty),
            ("category", "Help"),
            ("language", "en-US"),
            ("show", "1"),
        ];
        let shown = browser
            .fill(&new, &to(&format!("{path}/preview")), &fields)
            .await;
        assert_eq!(shown.status, 200, "{}", shown.text);
        shown.has(&["<strong>bold</strong>", "value=\"News\""]);
        shown.lacks(&["<script>alert", "<img src=x onerror"]);
        browser
            .fill(&new, &to(&format!("{path}/save")), &fields)
            .await
            .leads_to();
        browser.open(&to(path)).await.has(&["News", "1 in all"]);
        browser
            .open(&to(&format!("{path}/1")))
            .await
            .has(&["value=\"News\""]);
        let hide = to(&format!("{path}/show"));
        browser
            .press(&to(path), &hide, &[("id", "1")])
            .await
            .leads_to();
        let up = to(&format!("{path}/up"));
        browser
            .press(&to(path), &up, &[("id", "1")])
            .await
            .leads_to();
        let delete = to(&format!("{path}/delete"));
        browser
            .press(&to(path), &delete, &[("id", "1")])
            .await
            .leads_to();
        browser.open(&to(path)).await.has(&["0 in all"]);
    }
    assert_eq!(office.rows().count("v2_notice", "1 = 1").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_shows_what_was_and_became() {
    let office = Office::open().await;
    let (ann, _) = office.customer("ann@demo.test").await;
    let browser = office.browser().await;
    let edit = to(&format!("users/{ann}/edit"));
    let fields = [
        ("email", "ann@demo.test"),
        ("discount", "15"),
        ("password", "swordfish-9"),
    ];
    browser
        .fill(&edit, &to("users/save"), &fields)
        .await
        .leads_to();
    let audit = browser.open(&to("audit?f_action=users.save")).await;
    audit.has(&["1 in all", "Succeeded", "discount: ", "15"]);
    browser
        .open(&to("audit?cols=input"))
        .await
        .lacks(&["swordfish-9"]);
    browser
        .fill(&edit, &to("users/save"), &[("email", "no address")])
        .await;
    browser
        .open(&to("audit?f_action=users.save"))
        .await
        .has(&["2 in all", "Refused"]);
    browser.open(&to("ledger")).await;
    browser
        .open(&to("jobs"))
        .await
        .has(&["No process runs the jobs"]);
}
