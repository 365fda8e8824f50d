//! Lists: pages, order, conditions in the address, tables, and lists that are kept.

use super::{Office, to};

/// Every list of the console.
const LISTS: &[&str] = &[
    "users",
    "orders",
    "coupons",
    "gift-cards",
    "gift-cards/codes",
    "gift-cards/uses",
    "payments",
    "reviews",
    "tickets",
    "knowledge",
    "notices",
    "resets",
    "devices",
    "ledger",
    "audit",
    "mail-log",
    "jobs",
    "tasks",
    "webhooks",
    "webhooks/deliveries",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_a_page_and_a_table() {
    let office = Office::open().await;
    let browser = office.browser().await;
    for list in LISTS {
        let page = browser.open(&to(list)).await;
        page.has(&["id=\"list\"", "CSV", " in all"]);
        let table = browser.open(&to(&format!("{list}?csv=1"))).await;
        assert_eq!(table.kind, "text/csv; charset=UTF-8", "{list}");
        assert!(table.text.starts_with('\u{feff}'), "{list}");
        browser.open(&to(&format!("{list}?page=9999"))).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_what_its_address_says() {
    let office = Office::open().await;
    for number in 1..=30 {
        office
            .execute(&format!(
                "INSERT INTO v2_user (email, password, uuid, token, balance, created_at, updated_at) \
                 VALUES ('u{number:02}@demo.test', 'x', 'uuid-{number}', 'token-{number}', \
                 {number}00, {number}, {number})"
            ))
            .await;
    }
    let browser = office.browser().await;
    let first = browser
        .open(&to("users?f_email=demo.test&sort=email&f_is_admin=0"))
        .await;
    first.has(&[
        "30 in all",
        "u01@demo.test",
        "u25@demo.test",
        "Page 1 of 2",
        "aria-sort=\"ascending\"",
    ]);
    first.lacks(&["u26@demo.test"]);
    let second = browser
        .open(&to(
            "users?f_email=demo.test&sort=email&f_is_admin=0&page=2",
        ))
        .await;
    second.has(&["u26@demo.test", "u30@demo.test", "Page 2 of 2"]);
    let rich = browser
        .open(&to("users?f_balance=25.5&o_balance=gte&sort=-balance"))
        .await;
    rich.has(&["5 in all", "u26@demo.test"]);
    rich.lacks(&["u25@demo.test"]);
    let table = browser
        .open(&to(
            "users?f_balance=29&o_balance=gte&csv=1&cols=email&cols=balance",
        ))
        .await;
    assert_eq!(
        table.text,
        "\u{feff}E-mail,Balance\r\nu29@demo.test,29.00\r\nu30@demo.test,30.00\r\n"
    );
    let sorted = browser
        .open(&to(
            "users?f_balance=29&o_balance=gte&csv=1&cols=email&sort=-email",
        ))
        .await;
    assert_eq!(
        sorted.text,
        "\u{feff}E-mail\r\nu30@demo.test\r\nu29@demo.test\r\n"
    );
    let odd = browser.open(&to("users?f_balance=much")).await;
    odd.has(&["0 in all", "could not be read", "value=\"much\""]);
    assert_eq!(
        browser.get(&to("users?f_balance=much&csv=1")).await.status,
        404
    );
    assert_eq!(browser.get(&to("users?sort=password")).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_keeps_lists_under_names() {
    let office = Office::open().await;
    let (ann, _) = office.customer("ann@demo.test").await;
    let browser = office.browser().await;
    let query = "f_banned=1&sort=-id";
    let fields = [
        ("list", "users"),
        ("query", query),
        ("name", "Banned <ones>"),
    ];
    let kept = browser
        .press(&to("users"), &to("saved-views/save"), &fields)
        .await;
    assert_eq!(kept.leads_to(), to("users?f_banned=1&sort=-id"));
    let page = browser.open(&to("users")).await;
    page.has(&["Banned ", "ones", "users?f_banned=1&"]);
    page.lacks(&["Banned <ones>"]);
    // Another list does not show it, nor another operator.
    browser.open(&to("orders")).await.lacks(&["Banned "]);
    let nonsense = [("list", "../x"), ("query", ""), ("name", "n")];
    let refused = browser
        .press(&to("users"), &to("saved-views/save"), &nonsense)
        .await;
    assert_eq!(refused.status, 404);
    office
        .execute(&format!("UPDATE ferro_saved_view SET admin_id = {ann}"))
        .await;
    browser.open(&to("users")).await.lacks(&["Banned "]);
    browser
        .press(
            &to("users"),
            &to("saved-views/delete"),
            &[("id", "1"), ("list", "users")],
        )
        .await
        .leads_to();
    assert_eq!(office.rows().count("ferro_saved_view", "1 = 1").await, 1);
    office
        .execute(&format!(
            "UPDATE ferro_saved_view SET admin_id = {}",
            office.chief
        ))
        .await;
    browser
        .press(
            &to("users"),
            &to("saved-views/delete"),
            &[("id", "1"), ("list", "users")],
        )
        .await
        .leads_to();
    assert_eq!(office.rows().count("ferro_saved_view", "1 = 1").await, 0);
}
