//! Every page opens, in every language, and is nobody's but an administrator's.

use super::super::browser::Browser;
use super::super::{Office, to};

const PAGES: [&str; 37] = [
    "",
    "guide",
    "statistics",
    "statistics/nodes",
    "statistics/users",
    "statistics/inviters",
    "statistics?f.from=x",
    "plans",
    "plans/new",
    "packages",
    "packages/new",
    "nodes",
    "nodes/new",
    "nodes/new/hysteria",
    "machines",
    "machines/new",
    "groups",
    "groups/new",
    "routes",
    "routes/new",
    "templates/clash",
    "templates/singbox",
    "mail-templates",
    "mail-templates/notify",
    "settings/invite",
    "settings/subscribe",
    "settings/frontend",
    "settings/server",
    "settings/telegram",
    "settings/app",
    "plugins",
    "plugins/telegram",
    "themes",
    "webhooks/new",
    "webhooks/deliveries?f_status=failed&sort=-attempts",
    "groups?sort=-users&f.words=a",
    "routes?format=csv",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_opens_for_administrators_alone() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let stranger = Browser::new(&office.panel);
    for path in PAGES {
        let page = browser.open(&to(path)).await;
        page.lacks(&["desk.", "layout."]);
        let refused = stranger.get(&to(path)).await.status;
        assert!(matches!(refused, 303 | 403 | 404), "{path}: {refused}");
    }
    // Whoever has not expired need not have a subscription, and a day is no month.
    browser.open(&to("")).await.has(&["Not expired"]);
    let days = browser.get(&to("statistics?format=csv")).await;
    days.has(&["New users"]);
    days.lacks(&["New this month"]);
    for unknown in [
        "plans/9",
        "packages/9",
        "nodes/9",
        "nodes/new/wireguard",
        "settings/odd",
        "plugins/odd",
        "webhooks/9",
        "webhooks/deliveries/9",
    ] {
        assert_eq!(browser.get(&to(unknown)).await.status, 404, "{unknown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_and_machines_are_made_changed_and_deleted() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let rule = to("routes/new");
    let refused = browser
        .fill(&rule, &rule, &[("remarks", ""), ("match", "kept.test")])
        .await;
    assert_eq!(refused.status, 422);
    refused.has(&["kept.test", "id=\"remarks-error\""]);
    let fields = [
        ("remarks", "Ads"),
        ("match", "domain:a.test\ndomain:b.test"),
        ("action", "block"),
    ];
    browser.fill(&rule, &rule, &fields).await.leads_to();
    browser
        .fill(&to("routes/1"), &to("routes/1"), &[("remarks", "No ads")])
        .await
        .leads_to();
    let stored = "remarks = 'No ads' AND `match` LIKE '%b.test%'";
    assert_eq!(office.rows().count("v2_server_route", stored).await, 1);
    browser
        .press(&to("routes"), &to("routes/1/drop"), &[])
        .await
        .leads_to();
    assert_eq!(office.rows().count("v2_server_route", "1 = 1").await, 0);
    let machine = to("machines/new");
    browser
        .fill(&machine, &machine, &[("name", "Rack")])
        .await
        .leads_to();
    let token = || {
        office
            .database
            .sql()
            .text("SELECT token FROM v2_server_machine WHERE id = 1")
    };
    let before = token().await.unwrap();
    browser.open(&to("machines/1")).await.has(&[&before]);
    browser
        .press(&to("machines/1"), &to("machines/1/token"), &[])
        .await
        .leads_to();
    assert_ne!(token().await.unwrap(), before);
    browser
        .press(&to("machines"), &to("machines/1/drop"), &[])
        .await
        .leads_to();
    assert_eq!(office.rows().count("v2_server_machine", "1 = 1").await, 0);
}
