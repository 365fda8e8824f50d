//! Pages of others cannot use ours: neither in a frame, nor by forms that a person sends without knowing.

use crate::chromium::Tab;
use crate::elsewhere;
use crate::furnished::Furnished;
use crate::support::Rows;

/// Where the frame of the page that is open has come to; nothing where it shows none of ours.
async fn framed(tab: &Tab) -> String {
    let tree = tab.ask("Page.getFrameTree", serde_json::json!({})).await;
    let frame = &tree["frameTree"]["childFrames"][0]["frame"];
    let is_refused = frame["unreachableUrl"].is_string();
    let url = frame["url"].as_str().unwrap_or_default();
    if is_refused {
        String::new()
    } else {
        url.to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_shows_our_pages_in_a_frame() {
    let Some((furnished, browser)) = Furnished::open().await else {
        return;
    };
    for (tab, path) in [
        (browser.tab().await, "/my/login"),
        (furnished.customer(browser).await, "/my/profile"),
        (furnished.operator(browser).await, "/{console}/users"),
    ] {
        let page = format!("<iframe src='{}'></iframe>", furnished.address(path));
        let site = elsewhere::serve(page, "");
        tab.visit(&site).await;
        assert_eq!(framed(&tab).await, "", "{path}");
        let wrong = tab.complaints().await;
        assert!(
            wrong.iter().any(|line| line.contains("frame")),
            "{path}: {wrong:#?}"
        );
    }
    // A page that may be shown is, so that the test means something.
    let tab = browser.tab().await;
    let page = format!("<iframe src='{}'></iframe>", furnished.address("/healthz"));
    tab.visit(&elsewhere::serve(page, "")).await;
    let shown = framed(&tab).await;
    assert!(shown.ends_with("/healthz") || shown.is_empty(), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_others_do_nothing() {
    let Some((furnished, browser)) = Furnished::open().await else {
        return;
    };
    let tab = furnished.customer(browser).await;
    let rows = Rows(furnished.database.sql());
    let before = rows.count("v2_ticket", "1 = 1").await;
    let ann = rows.user("ann@demo.test").await;
    let link = format!("SELECT token FROM v2_user WHERE id = {ann}");
    let sql = furnished.database.sql();
    let secret = sql.text(&link).await;
    for (action, fields) in [
        (
            "/my/tickets/new",
            "<input name=subject value=s><input name=level value=0><input name=message value=m>",
        ),
        ("/my/profile/reset", ""),
        ("/my/logout", ""),
        ("/my/invite", ""),
    ] {
        // Cookies do not tell ports apart, so that this one is sent with ours.
        let page = format!(
            "<form method=post action='{}'>{fields}<input name=_csrf value=0><button>Win</button></form>",
            furnished.address(action)
        );
        tab.visit(&elsewhere::serve(page, "")).await;
        tab.follow("button").await;
        let status = "performance.getEntriesByType('navigation')[0].responseStatus";
        assert_eq!(tab.value(status).await, 403, "{action}");
    }
    assert_eq!(rows.count("v2_ticket", "1 = 1").await, before);
    assert_eq!(sql.text(&link).await, secret);
    // The login is still there.
    tab.visit(&furnished.address("/my/profile")).await;
    assert_eq!(tab.path().await, "/my/profile");
}
