//! Whatever strangers and customers write is shown as it was written, and does nothing: no script runs, no dialog
//! opens, and the policy has nothing to forbid.

use ferroboard_testing::databases::Database;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::chromium::{Browser, Tab};
use crate::furnished::{Furnished, log_in};
use crate::support::{PASSWORD, Panel, Rows};

/// What has done something on some page somewhere.
const PAYLOADS: [&str; 12] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' onmouseover='alert(1)",
    "<iframe src=javascript:alert(1)></iframe>",
    "[x](javascript:alert(1)) <javascript:alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
];

/// Where what was typed into an address comes back; the payload stands behind it.
const ECHOES: [&str; 14] = [
    "/my/login?back=",
    "/my/register?code=",
    "/my/enter?verify=x&back=",
    "/my/plans?kind=",
    "/my/plans/1?coupon=",
    "/my/plans/1?period=",
    "/my/orders?status=",
    "/my/traffic?month=",
    "/my/knowledge?keyword=",
    "/my/gift-cards?code=",
    "/{console}/users?f_email=",
    "/{console}/users?sort=",
    "/{console}/search?q=",
    "/{console}/plans?f.words=",
];
/// The same for what the script reads behind the sign of the fragment.
const FRAGMENTS: [&str; 3] = [
    "/#/login?verify=x&redirect=",
    "/#/order/",
    "/#/register?code=",
];

/// Nothing happened on the page that is open.
async fn is_quiet(tab: &Tab, what: &str) {
    assert!(tab.dialogs().is_empty(), "{what}: {:?}", tab.dialogs());
    let mut wrong = tab.complaints().await;
    // A search without a result is no error, and a form that was refused is none either.
    wrong.retain(|line| !line.contains("status of 4"));
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
}

/// Opens a page, moves over everything on it, and sees that nothing happened.
async fn look_at(tab: &Tab, address: &str) {
    tab.visit(address).await;
    let touch = "document.querySelectorAll('body *').forEach(e => { \
                 for (const kind of ['mouseover', 'focus']) e.dispatchEvent(new Event(kind)); })";
    tab.value(touch).await;
    is_quiet(tab, address).await;
}

/// A customer who has written a payload wherever one may write.
async fn write(panel: &Panel, database: &Database, number: usize, payload: &str) -> i64 {
    let email = format!("writer{number}@demo.test");
    // Sessions remember the browser by what it calls itself.
    let named: String = payload.chars().filter(char::is_ascii).collect();
    let body = json!({"email": email, "password": PASSWORD});
    let registered = panel
        .client()
        .post(panel.url("/api/v1/passport/auth/register"));
    let registered = registered
        .header("user-agent", named)
        .json(&body)
        .send()
        .await
        .unwrap();
    let registered: serde_json::Value = registered.json().await.unwrap();
    let token = registered["data"]["auth_data"].as_str().unwrap().to_owned();
    let rows = Rows(database.sql());
    let id = rows.user(&email).await;
    rows.set_user(id, "commission_balance = 99999").await;
    let ticket = json!({"subject": payload, "level": 1, "message": payload});
    let opened = panel.post("/api/v1/user/ticket/save", &token, ticket).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    let close = format!("UPDATE v2_ticket SET status = 1 WHERE user_id = {id}");
    database.sql().execute(&close).await;
    let withdrawal = json!({"withdraw_method": "USDT", "withdraw_account": payload});
    let withdrawn = panel
        .post("/api/v1/user/ticket/withdraw", &token, withdrawal)
        .await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.text);
    id
}

/// The customer's own pages, and forms that come back with what was typed into them.
async fn read_as_customer(browser: &Browser, furnished: &Furnished, number: usize, payload: &str) {
    let tab = browser.tab().await;
    let email = format!("writer{number}@demo.test");
    log_in(&tab, &furnished.address("/my/login"), &email).await;
    for path in ["/", "/my/tickets", "/my/profile", "/my/profile/sessions"] {
        look_at(&tab, &furnished.address(path)).await;
    }
    tab.visit(&furnished.address("/my/tickets")).await;
    tab.follow("main a[href^='/my/tickets/']:not([href$=new])")
        .await;
    is_quiet(&tab, payload).await;
    for (page, field, button) in [
        (
            "/my/tickets/new",
            "subject",
            "main form[action='/my/tickets/new'] button",
        ),
        (
            "/my/gift-cards",
            "code",
            "main form[action='/my/gift-cards'] button",
        ),
        (
            "/my/profile/real-name",
            "real_name",
            "main form[action='/my/profile/real-name'] button",
        ),
    ] {
        tab.visit(&furnished.address(page)).await;
        tab.fill(&format!("main [name={field}]"), payload).await;
        // What is missing elsewhere in the form is for the server to say.
        tab.value("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
            .await;
        tab.follow(button).await;
        is_quiet(&tab, page).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_customers_write_does_nothing_in_any_page() {
    let Some((furnished, browser)) = Furnished::open().await else {
        return;
    };
    let mut writers = Vec::new();
    for (number, payload) in PAYLOADS.iter().enumerate() {
        writers.push(write(&furnished.panel, &furnished.database, number, payload).await);
    }
    let operator = furnished.operator(browser).await;
    let lists = ["users", "tickets", "audit", "ledger", "mail-log", "devices"];
    for list in lists {
        look_at(
            &operator,
            &furnished.address(&format!("/{{console}}/{list}")),
        )
        .await;
    }
    let tickets = Rows(furnished.database.sql())
        .count("v2_ticket", "1 = 1")
        .await;
    for ticket in 2..=tickets {
        let address = furnished.address(&format!("/{{console}}/tickets/{ticket}"));
        look_at(&operator, &address).await;
        // It is shown all the same.
        operator.sees("alert(1)").await;
    }
    for id in writers {
        look_at(
            &operator,
            &furnished.address(&format!("/{{console}}/users/{id}")),
        )
        .await;
    }
    for (number, payload) in PAYLOADS.iter().enumerate() {
        read_as_customer(browser, &furnished, number, payload).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_address_says_does_nothing_in_any_page() {
    let Some((furnished, browser)) = Furnished::open().await else {
        return;
    };
    let stranger = browser.tab().await;
    let customer = furnished.customer(browser).await;
    let operator = furnished.operator(browser).await;
    for payload in PAYLOADS
        .iter()
        .chain(&["javascript:alert(1)", "//evil.test", "/\\evil.test"])
    {
        let encoded = utf8_percent_encode(payload, NON_ALPHANUMERIC).to_string();
        for path in ECHOES {
            let is_consoles = path.starts_with("/{console}");
            let tab = if is_consoles { &operator } else { &customer };
            let address = furnished.address(&format!("{path}{encoded}"));
            look_at(tab, &address).await;
        }
        for path in FRAGMENTS {
            let address = furnished.address(&format!("{path}{encoded}"));
            stranger.visit("about:blank").await;
            stranger.visit(&address).await;
            stranger.settle().await;
            is_quiet(&stranger, &address).await;
            let host = stranger.value("location.origin").await;
            assert_eq!(host, furnished.panel.url(""), "{address} led away");
        }
    }
}
