//! What takes long: a bar, what was made, and what failed.

use super::browser::Browser;
use super::{Office, to};
use crate::support::{PASSWORD, Panel, within};

/// Where the table is that a page offers.
fn table_of(page: &str) -> String {
    let (before, _) = page.split_once("\" download>").unwrap();
    let (_, address) = before.rsplit_once("href=\"").unwrap();
    address.replace("&#38;", "&").replace("&amp;", "&")
}

/// The page that says how far it is.
fn bar_of(page: &str) -> String {
    let (_, rest) = page.split_once("data-poll-from=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_says_how_far_it_is_and_that_it_came_to_its_end() {
    let office = Office::open().await;
    office.customer("ann@demo.test").await;
    office.customer("bea@demo.test").await;
    let browser = office.browser().await;
    for (list, rows, first) in [
        (
            "users?f_email=demo.test&cols=email&csv=offered",
            3,
            "ann@demo.test",
        ),
        (
            "users?f_email=demo.test&cols=email&sort=email&csv=offered",
            3,
            "ann@demo.test",
        ),
        (
            "users/bulk?work=export&scope=filtered&query=f_email%3Dbea&cols=email",
            1,
            "bea@demo.test",
        ),
        ("audit?f_action=nothing&csv=offered", 0, ""),
    ] {
        let offered = browser.open(&to(list)).await;
        let table = table_of(&offered.text);
        if rows > 0 {
            offered.has(&[
                &format!("0 of {rows} done"),
                "data-go",
                "<progress id=\"bar\"",
            ]);
        }
        let bar = bar_of(&offered.text);
        browser
            .open(&bar)
            .await
            .has(&["It goes on", "data-poll=\"2\""]);
        let written = browser.open(&table).await;
        assert_eq!(written.kind, "text/csv; charset=UTF-8", "{list}");
        assert!(written.text.contains(first), "{}", written.text);
        let done = browser.open(&bar).await;
        done.has(&["The table is written to its end."]);
        done.lacks(&["data-poll"]);
        if rows > 0 {
            done.has(&[&format!("{rows} of {rows} done")]);
        }
        // What was made of it is nothing that could be shown.
        assert_eq!(browser.get(&format!("{bar}/made")).await.status, 404);
    }
    let odd = to("users?f_balance=much&csv=offered");
    assert_eq!(browser.get(&odd).await.status, 404);
    let unknown = to("under-way/0123456789abcdef0123456789abcdef");
    assert_eq!(browser.get(&unknown).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_operator_waits_for_no_other_sees() {
    let office = Office::open().await;
    let (other, _) = office.customer("other@demo.test").await;
    office.rows().set_user(other, "is_admin = 1").await;
    let offered = office.browser().await.open(&to("users?csv=offered")).await;
    let bar = bar_of(&offered.text);
    let another = Browser::new(&office.panel);
    let door = to("login");
    let fields = [("email", "other@demo.test"), ("password", PASSWORD)];
    another.fill(&door, &door, &fields).await.leads_to();
    assert_eq!(another.get(&bar).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_that_take_long_to_make_are_shown_when_they_are() {
    let office = Office::open().await;
    // Whatever is hashed there takes seconds, so that the login was before.
    let slow = [("FERROBOARD__HASHING__COST", "16")];
    let panel = Panel::start_with(&office.database, &slow).await;
    let browser = office.browser().await.at(&panel);
    let fields = [
        ("email_prefix", "new"),
        ("email_suffix", "demo.test"),
        ("generate_count", "3"),
        ("password", "a-chosen-password"),
    ];
    let form = to("users/new");
    let begun = browser.fill(&form, &form, &fields).await;
    let bar = begun.leads_to().to_owned();
    let page = browser.open(&bar).await;
    page.has(&["3 done", "<progress id=\"bar\""]);
    let is_made = || async { browser.open(&bar).await.text.contains("See what was made") };
    assert!(within(120, is_made).await);
    browser.open(&bar).await.lacks(&["data-poll"]);
    for _ in 0..2 {
        let made = browser.open(&format!("{bar}/made")).await;
        made.has(&["new_1@demo.test", "new_3@demo.test", "a-chosen-password"]);
    }
    // The same once more is refused, and the page says so; nothing was made.
    let begun = browser.fill(&form, &form, &fields).await;
    let bar = begun.leads_to().to_owned();
    let is_refused = || async { browser.open(&bar).await.text.contains("role=\"alert\"") };
    assert!(within(120, is_refused).await);
    assert_eq!(browser.get(&format!("{bar}/made")).await.status, 404);
    let made = office.rows().count("v2_user", "email LIKE 'new%'").await;
    assert_eq!(made, 3);
}
