//! Every page, in two languages, by day and by night, on a phone and on a desk.

use crate::axe;
use crate::chromium::Tab;
use crate::chromium::look::{DESK, PHONE};
use crate::furnished::Furnished;
use crate::pages::{PAGES, Row, Viewer};

/// Pages are looked at in English and in one of these, which have no spaces, long words, or another direction.
const OTHERS: [&str; 5] = ["zh-CN", "ru-RU", "fa-IR", "vi-VN", "zh-TW"];

/// Looks at a page so that each two of language, colours and width meet once, and says what is wrong with it.
async fn inspect(tab: &Tab, address: &str, other: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (language, looks) in [
        ("en-US", [(DESK, false), (PHONE, true)]),
        (other, [(PHONE, false), (DESK, true)]),
    ] {
        tab.language(language).await;
        tab.visit(address).await;
        let status = "performance.getEntriesByType('navigation')[0].responseStatus";
        let status = tab.value(status).await;
        let mut found = tab.complaints().await;
        if status != 200 {
            found.push(format!("status {status}"));
        }
        for (screen, is_dark) in looks {
            tab.screen(screen).await;
            tab.night(is_dark).await;
            let beyond = tab.beyond().await;
            if beyond > 0 {
                let widest = tab.value(WIDEST).await;
                found.push(format!("{beyond} pixels too wide on {screen:?}: {widest}"));
            }
            // Colours and sizes are the same in each language.
            if language == "en-US" {
                found.extend(axe::obstacles(tab).await);
            }
        }
        found.extend(tab.complaints().await);
        let tell = |line: String| format!("{address} in {language}: {line}");
        wrong.extend(found.into_iter().map(tell));
    }
    wrong
}

/// What reaches beyond the screen.
const WIDEST: &str = "Array.from(document.querySelectorAll('main *')) \
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1) \
    .slice(0, 3).map(e => e.outerHTML.slice(0, 120))";

/// Looks at every page of these, two at a time.
async fn walk(tabs: [Tab; 2], furnished: &Furnished, pages: &[&Row]) {
    let look = |tab: Tab, first: usize| async move {
        let mut wrong = Vec::new();
        for (number, (_, pattern, path)) in pages.iter().enumerate().skip(first).step_by(2) {
            let path = if path.is_empty() { pattern } else { path };
            let other = OTHERS[number / 2 % OTHERS.len()];
            wrong.extend(inspect(&tab, &furnished.address(path), other).await);
        }
        wrong
    };
    let [one, other] = tabs;
    let (wrong, more) = tokio::join!(look(one, 0), look(other, 1));
    let wrong: Vec<String> = wrong.into_iter().chain(more).collect();
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
}

fn pages_of(viewer: Viewer) -> Vec<&'static Row> {
    PAGES
        .iter()
        .filter(|(whose, ..)| *whose == viewer)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_see_pages_without_flaws() {
    let Some((furnished, browser)) = Furnished::open().await else {
        return;
    };
    let tabs = [browser.tab().await, browser.tab().await];
    walk(tabs, &furnished, &pages_of(Viewer::Stranger)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_see_pages_without_flaws() {
    let Some((furnished, browser)) = Furnished::open().await else {
        return;
    };
    let tabs = [
        furnished.customer(browser).await,
        furnished.customer(browser).await,
    ];
    walk(tabs, &furnished, &pages_of(Viewer::Customer)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_pages_without_flaws() {
    let Some((furnished, browser)) = Furnished::open().await else {
        return;
    };
    let tabs = [
        furnished.operator(browser).await,
        furnished.operator(browser).await,
    ];
    walk(tabs, &furnished, &pages_of(Viewer::Operator)).await;
}
