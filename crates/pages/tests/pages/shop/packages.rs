//! Traffic on top of a plan's.

use ferroboard_billing::testing::a_package;
use ferroboard_billing::{PackageEnd, TrafficPackage};
use ferroboard_kernel::PackageId;

use super::{ALICE, alice, endow, has, has_not, page, shop, subscribe};
use crate::browser::Site;

fn put(site: &Site, package: TrafficPackage) {
    site.fakes.store.write(|tables| {
        tables.billing.packages.insert(package.id, package);
    });
}

#[actix_web::test]
async fn a_package_is_ordered_and_shows_what_is_left() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    has_not(&page(&browser, "/my/traffic").await, &["/my/packages"]);
    let mut sold_out = a_package(2);
    sold_out.terms.capacity = Some(0);
    sold_out.terms.until = PackageEnd::Reset;
    for package in [a_package(1), sold_out] {
        put(&site, package);
    }
    has(
        &page(&browser, "/my/traffic").await,
        &["href=\"/my/packages\""],
    );
    let without_plan = page(&browser, "/my/packages").await;
    has(&without_plan, &["Not for your subscription"]);
    has_not(&without_plan, &["name=\"package\""]);
    subscribe(&site, ALICE);
    endow(&site, ALICE, 500);
    let offers = page(&browser, "/my/packages").await;
    has(
        &offers,
        &[
            "Package 1",
            "¥5.00",
            "10.00 GB",
            "Sold out",
            "it is used up",
        ],
    );
    let placed = browser
        .fill("/my/packages", "/my/packages", &[("package", "1")])
        .await;
    let path = placed.leads_to().to_owned();
    assert!(path.starts_with("/my/orders/"), "{path}");
    has(
        &page(&browser, &path).await,
        &["Package 1", "Traffic package"],
    );
    let second = browser
        .fill("/my/packages", "/my/packages", &[("package", "1")])
        .await;
    assert_eq!(second.leads_to(), path);
    browser.fill(&path, &format!("{path}/cancel"), &[]).await;
    let cancelled = page(&browser, &path).await;
    has(&cancelled, &["class=\"button\" href=\"/my/packages\""]);
    let refused = browser
        .fill("/my/packages", "/my/packages", &[("package", "2")])
        .await;
    assert_eq!(refused.leads_to(), "/my/packages");
    let sold = site
        .fakes
        .store
        .read(|tables| tables.billing.packages[&PackageId::new(1)].sold);
    assert_eq!(sold, 0);
}
