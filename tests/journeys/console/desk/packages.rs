//! Traffic packages are made, priced, put on sale, moved and deleted.

use super::super::{Office, to};
use crate::support::Seeds;

#[tokio::test(flavor = "multi_thread")]
async fn packages_are_made_moved_switched_and_deleted() {
    let office = Office::open().await;
    let seeds = Seeds::of(&office.panel, &office.database).await;
    seeds.add_plan(1, None).await;
    let browser = office.browser().await;
    let (new, list) = (to("packages/new"), to("packages"));
    let mut fields = [
        ("name", "Ten"),
        ("transfer_enable", "10"),
        ("price", "5.005"),
        ("until", "end"),
        ("capacity_limit", ""),
        ("plan_ids[]", "1"),
    ];
    let refused = browser.fill(&new, &new, &fields).await;
    assert_eq!(refused.status, 422);
    refused.has(&["id=\"price-error\"", "5.005", "Ten"]);
    fields[2].1 = "5.05";
    browser.fill(&new, &new, &fields).await.leads_to();
    fields[0].1 = "Fifty";
    fields[4].1 = "3";
    browser.fill(&new, &new, &fields).await.leads_to();
    let stored = "name = 'Fifty' AND traffic = 10 AND price = 505 AND lasts_until = 'end' AND capacity = 3 AND shown = 0";
    let rows = office.rows();
    assert_eq!(rows.count("ferro_traffic_package", stored).await, 1);
    let shown = browser.open(&list).await;
    shown.has(&["Ten", "Fifty", "5.05", "0 / 3", "the subscription ends"]);

    let press = async |action: &str| {
        browser
            .press(&list, &to(&format!("packages/2/{action}")), &[])
            .await
            .leads_to();
    };
    press("switch").await;
    press("up").await;
    let first = "SELECT name FROM ferro_traffic_package ORDER BY sort LIMIT 1";
    let first = office.database.sql().text(first).await;
    assert_eq!(first.unwrap().trim(), "Fifty");
    let stored = "id = 2 AND shown = 1";
    assert_eq!(rows.count("ferro_traffic_package", stored).await, 1);

    // What the form shows is what is stored: saved as it is, nothing changes but the name.
    let one = to("packages/1");
    browser.open(&one).await.has(&["5.05", "Plan 1", "checked"]);
    let renamed = [("name", "Ten more")];
    browser.fill(&one, &one, &renamed).await.leads_to();
    let stored = "name = 'Ten more' AND price = 505 AND capacity IS NULL";
    assert_eq!(rows.count("ferro_traffic_package", stored).await, 1);
    press("drop").await;
    assert_eq!(rows.count("ferro_traffic_package", "1 = 1").await, 1);
}
