//! What a first visit costs, and pictures of the main pages.

use std::path::Path;

use serde_json::Value;

use crate::chromium::Tab;
use crate::chromium::look::PHONE;
use crate::furnished::Furnished;

/// What a first visit may cost: bytes over the wire, and requests.
const MOST_BYTES: i64 = 60_000;
const MOST_REQUESTS: usize = 3;

/// Pages as somebody sees them who was never here; whoever needs a login has one, and an empty cache.
const FIRST: [(bool, &str); 6] = [
    (false, "/my/login"),
    (true, "/"),
    (true, "/my/plans"),
    (true, "/my/orders"),
    (true, "/{console}"),
    (true, "/{console}/users"),
];

/// Opens a page as if for the first time: its bytes, its requests, and when something was painted.
async fn first_load(tab: &Tab, address: &str) -> (i64, usize, f64) {
    tab.visit("about:blank").await;
    tab.ask("Network.clearBrowserCache", serde_json::json!({}))
        .await;
    tab.complaints().await;
    tab.visit(address).await;
    let painted = "performance.getEntriesByName('first-contentful-paint').length > 0";
    tab.wait_until(painted).await;
    let painted = "performance.getEntriesByName('first-contentful-paint')[0].startTime";
    let painted = tab.value(painted).await.as_f64().unwrap();
    let finished = tab.events("Network.loadingFinished");
    let length = |event: &Value| event["encodedDataLength"].as_f64().unwrap_or_default();
    let bytes: f64 = finished.iter().map(length).sum();
    let requests = tab.events("Network.requestWillBeSent");
    let of_us = requests.iter().filter(|event| {
        let url = event["request"]["url"].as_str();
        url.is_some_and(|url| url.starts_with("http"))
    });
    let bytes = format!("{bytes:.0}").parse().unwrap();
    (bytes, of_us.count(), painted)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_visit_is_small() {
    let Some((furnished, browser)) = Furnished::open().await else {
        return;
    };
    let stranger = browser.tab().await;
    let operator = furnished.operator(browser).await;
    println!("| page | bytes | requests | first paint, ms |");
    println!("|---|---|---|---|");
    for (needs_login, path) in FIRST {
        let tab = if needs_login { &operator } else { &stranger };
        let address = furnished.address(path);
        let (bytes, requests, painted) = first_load(tab, &address).await;
        println!("| `{path}` | {bytes} | {requests} | {painted:.0} |");
        assert!((1..=MOST_BYTES).contains(&bytes), "{path}: {bytes} bytes");
        assert!(requests <= MOST_REQUESTS, "{path}: {requests} requests");
    }
}

/// A picture: its name, who sees it, where, on which screen, and whether by night.
const PICTURES: [(&str, bool, &str, [u32; 2], bool); 9] = [
    ("home", false, "/", [1000, 700], false),
    ("plans", false, "/my/plans", [1000, 640], false),
    ("order", false, "/my/orders/{waiting}", [1000, 700], false),
    ("ticket-phone", false, "/my/tickets/1", PHONE, false),
    ("home-phone-dark", false, "/", PHONE, true),
    ("console", true, "/{console}", [1000, 700], false),
    (
        "console-users",
        true,
        "/{console}/users",
        [1000, 560],
        false,
    ),
    (
        "console-node-dark",
        true,
        "/{console}/nodes/new/vless",
        [1000, 700],
        true,
    ),
    (
        "console-guide",
        true,
        "/{console}/guide",
        [1000, 640],
        false,
    ),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "writes the pictures of docs/pictures; pngquant makes them small"]
async fn pictures_of_the_main_pages() {
    let Some((furnished, browser)) = Furnished::open().await else {
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let customer = furnished.customer(browser).await;
    let operator = furnished.operator(browser).await;
    for (name, is_console, path, screen, is_dark) in PICTURES {
        let tab = if is_console { &operator } else { &customer };
        tab.language("en-US").await;
        tab.screen(screen).await;
        tab.night(is_dark).await;
        let hidden = serde_json::json!({"hidden": true});
        tab.ask("Emulation.setScrollbarsHidden", hidden).await;
        tab.visit(&furnished.address(path)).await;
        let picture = tab.picture().await;
        assert!(picture.len() < 120_000, "{name}: {}", picture.len());
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }
}
