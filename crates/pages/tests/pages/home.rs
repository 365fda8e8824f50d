//! The home page.

use actix_web::http::StatusCode;
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_kernel::{UnixSeconds, UserId};
use ferroboard_knowledge::testing::an_announcement;

use crate::browser::Site;

/// A site where user 1 has plan 1.
async fn subscribed(settings: &[(&str, &str)]) -> Site {
    let site = Site::open(settings).await;
    site.browser().register("alice@demo.test").await;
    site.fakes.store.write(|tables| {
        let plan = a_plan(1);
        tables.billing.plans.insert(plan.id, plan);
        let row = &mut tables.user(UserId::new(1)).billing;
        row.subscribe(&a_subscription(UnixSeconds::new(4_070_880_000)));
    });
    site
}

async fn home(site: &Site) -> String {
    let browser = site.browser();
    let fields = [
        ("email", "alice@demo.test"),
        ("password", "correct-horse-7"),
    ];
    browser.fill("/my/login", "/my/login", &fields).await;
    let answer = browser.get("/").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.text
}

#[actix_web::test]
async fn a_subscriber_sees_what_is_left_and_how_to_use_it() {
    let site = subscribed(&[("app_name", "Demo <b>"), ("app_url", "http://demo.test")]).await;
    let page = home(&site).await;
    for wanted in [
        "<meter min=\"0\"",
        "http://demo.test/s/",
        "<svg",
        "clash://install-config?url=http%3A%2F%2Fdemo.test%2Fs%2F",
        "sing-box://import-remote-profile?url=",
        "Demo &#60;b&#62;",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert!(!page.contains("Demo <b>"));
}

#[actix_web::test]
async fn without_a_plan_there_is_nothing_to_import() {
    let site = Site::open(&[]).await;
    site.browser().register("alice@demo.test").await;
    let page = home(&site).await;
    assert!(
        page.contains("You have no plan yet.") && !page.contains("/s/"),
        "{page}"
    );
}

#[actix_web::test]
async fn notices_are_shown_without_what_does_something() {
    let site = subscribed(&[]).await;
    site.fakes.store.write(|tables| {
        let mut row = an_announcement(1);
        row.announcement.title = "<script>alert('title')</script>".into();
        row.announcement.content =
            "**bold** <script>alert('text')</script><img src=x onerror=alert(1)>".into();
        row.announcement.img_url = Some("javascript:alert(1)".into());
        row.announcement.tags = Some("[\"弹窗\"]".into());
        row.announcement.created_at = UnixSeconds::new(1_700_000_000);
        tables
            .knowledge
            .announcements
            .insert(row.announcement.id, row);
    });
    let page = home(&site).await;
    assert!(
        page.contains("<strong>bold</strong>") && page.contains("<details class=\"card\" open>")
    );
    assert!(page.contains("&#60;script&#62;alert("), "{page}");
    for trace in ["<script>", "onerror", "javascript:"] {
        assert!(!page.contains(trace), "{trace}");
    }
    assert!(
        page.contains("<time datetime=\"2023-11-14T22:13:20Z\">2023-11-15</time>"),
        "{page}"
    );
}

#[actix_web::test]
async fn times_are_those_of_the_viewer() {
    let site = subscribed(&[]).await;
    let browser = site.browser();
    let fields = [
        ("email", "alice@demo.test"),
        ("password", "correct-horse-7"),
    ];
    browser.fill("/my/login", "/my/login", &fields).await;
    browser.keep("zone", "America/New_York");
    let page = browser.get("/").await.text;
    assert!(page.contains("data-zone=\"America/New_York\""), "{page}");
    browser.keep("zone", "Nowhere/At_All");
    assert!(
        browser
            .get("/")
            .await
            .text
            .contains("data-zone=\"Asia/Shanghai\"")
    );
}

#[actix_web::test]
async fn in_safe_mode_the_first_page_is_on_the_sites_own_host_alone() {
    let settings = [("safe_mode_enable", "1"), ("app_url", "http://demo.test")];
    let site = Site::open(&settings).await;
    let own = site.browser().with("host", "demo.test");
    assert_eq!(own.get("/").await.leads_to(), "/my/login");
    let other = site.browser().with("host", "evil.test");
    let refused = other.get("/").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.header("content-type").starts_with("text/html"));
}
