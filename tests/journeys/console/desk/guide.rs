//! From an empty panel to the first plan that is sold, by forms alone.

use super::super::browser::{Browser, Page};
use super::super::{Office, PATH, to};

/// How many of the ten steps the guide says are taken.
async fn taken(browser: &Browser<'_>) -> i64 {
    let page = browser.open(&to("guide")).await;
    let (before, _) = page.text.split_once(" of 10 steps").unwrap();
    let number = before.rsplit(|sign: char| !sign.is_ascii_digit()).next();
    number.unwrap().parse().unwrap()
}

async fn set(browser: &Browser<'_>, group: &str, fields: &[(&str, &str)]) -> Page {
    let path = to(&format!("settings/{group}"));
    browser.fill(&path, &path, fields).await
}

/// Takes payments by a gateway, from its form to its switch.
async fn take_payments(browser: &Browser<'_>) {
    let payment = to("payments/new?payment=EPay");
    let method = [
        ("name", "Card"),
        ("config[url]", "https://pay.test"),
        ("config[pid]", "7"),
        ("config[key]", "swordfish"),
    ];
    browser
        .fill(&payment, &to("payments/save"), &method)
        .await
        .leads_to();
    browser
        .press(&to("payments"), &to("payments/show"), &[("id", "1")])
        .await
        .leads_to();
}

async fn assign_order(browser: &Browser<'_>) {
    let order = [
        ("email", "ann@demo.test"),
        ("plan_id", "1"),
        ("period", "monthly"),
        ("total_amount", "9.99"),
    ];
    let assign = to("orders/assign");
    browser.fill(&assign, &assign, &order).await.leads_to();
}

async fn mark_paid(office: &Office, browser: &Browser<'_>) {
    let number = office
        .database
        .sql()
        .text("SELECT trade_no FROM v2_order WHERE id = 1")
        .await;
    let number = number.unwrap();
    let named = [("trade_no", number.as_str()), ("id", "1")];
    browser
        .press(&to("orders/1"), &to("orders/paid"), &named)
        .await
        .leads_to();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_leads_to_the_first_plan_that_is_sold() {
    let office = Office::open_on(&[("secure_path", PATH), ("email_verify", "0")]).await;
    let browser = office.browser().await;
    let mut before = taken(&browser).await;
    browser.open(&to("")).await.has(&["Open the guide"]);
    browser.open(&to("guide")).await.has(&[
        "Say where the site is",
        "aria-current=\"step\"",
        &to("settings/site"),
    ]);
    let site = [("app_name", "Mine"), ("app_url", "http://panel.test")];
    set(&browser, "site", &site).await.leads_to();
    assert_eq!(taken(&browser).await, before + 2);
    let mail = [
        ("email_host", "smtp.test"),
        ("email_from_address", "a@panel.test"),
    ];
    set(&browser, "email", &mail).await.leads_to();
    assert_eq!(taken(&browser).await, before + 3);
    let group = to("groups/new");
    browser
        .fill(&group, &group, &[("name", "Everybody")])
        .await
        .leads_to();
    assert_eq!(taken(&browser).await, before + 4);
    before += 4;
    // A machine brings the secret that its nodes need, where the site has none.
    let had_secret = {
        let machine = to("machines/new");
        let made = browser.fill(&machine, &machine, &[("name", "Rack")]).await;
        let page = browser.open(made.leads_to()).await;
        page.has(&["install.sh", "--machine-id 1", "http://panel.test"]);
        taken(&browser).await == before
    };
    before += i64::from(!had_secret);
    let node = to("nodes/new/shadowsocks");
    let fields = [
        ("name", "One"),
        ("host", "n.test"),
        ("group_ids[]", "1"),
        ("machine_id", "1"),
    ];
    browser.fill(&node, &node, &fields).await.leads_to();
    assert_eq!(taken(&browser).await, before + 1);
    let plan = to("plans/new");
    let fields = [
        ("name", "Gold"),
        ("group_id", "1"),
        ("transfer_enable", "100"),
        ("prices[monthly]", "9.99"),
    ];
    browser.fill(&plan, &plan, &fields).await.leads_to();
    assert_eq!(taken(&browser).await, before + 1, "it is not sold yet");
    for switch in ["show", "sell"] {
        let (plans, turn) = (to("plans"), to("plans/1/switch"));
        browser
            .press(&plans, &turn, &[(switch, "1")])
            .await
            .leads_to();
    }
    assert_eq!(taken(&browser).await, before + 2);
    let prices = office
        .database
        .sql()
        .text("SELECT prices FROM v2_plan WHERE id = 1")
        .await;
    assert_eq!(prices.as_deref(), Some("{\"monthly\":9.99}"));
    take_payments(&browser).await;
    assert_eq!(taken(&browser).await, before + 3);
    office.customer("ann@demo.test").await;
    assign_order(&browser).await;
    assert_eq!(taken(&browser).await, before + 3, "it is not paid yet");
    mark_paid(&office, &browser).await;
    assert_eq!(taken(&browser).await, before + 4);
    browser.open(&to("")).await.lacks(&["Open the guide"]);
}
