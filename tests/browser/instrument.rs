//! The instrument sees what it is there for.

use crate::chromium::look::{DESK, PHONE};
use crate::chromium::{Browser, Tab};
use crate::elsewhere;

const PAGE: &str = "<!doctype html><html lang=en><title>Odd</title>\
    <style>body { margin: 0 } @media (prefers-color-scheme: dark) { p { color: rgb(1, 2, 3) } }</style>\
    <div style='width: 700px'>wide</div><p>text</p><form action=/next><input name=a value=old>\
    <button onclick=\"confirm('sure?')\">Go</button></form>\
    <object data=/elsewhere></object><script>console.error('oh'); odd()</script><footer>{language}</footer>";

async fn opened() -> Option<(Tab, String)> {
    let tab = Browser::running()?.tab().await;
    let site = elsewhere::serve(PAGE.to_owned(), "object-src 'none'");
    Some((tab, site))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_page_is_seen() {
    let Some((tab, site)) = opened().await else {
        return;
    };
    tab.visit(&site).await;
    let wrong = tab.complaints().await;
    for sign in ["console: oh", "policy: object-src", "odd is not defined"] {
        assert!(
            wrong.iter().any(|line| line.contains(sign)),
            "{sign}: {wrong:#?}"
        );
    }
    assert!(tab.complaints().await.is_empty(), "they are told once");
    tab.visit(&format!("{site}/missing")).await;
    let wrong = tab.complaints().await;
    assert!(!wrong.iter().any(|line| line.contains("404")), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_is_what_pages_are_shown_in() {
    let Some((tab, site)) = opened().await else {
        return;
    };
    tab.language("ru-RU").await;
    tab.visit(&site).await;
    tab.sees("ru-RU").await;
    for (screen, beyond) in [(PHONE, 340), (DESK, 0)] {
        tab.screen(screen).await;
        assert_eq!(tab.beyond().await, beyond);
    }
    let colour = "getComputedStyle(document.querySelector('p')).color";
    for (is_dark, shown) in [(true, "rgb(1, 2, 3)"), (false, "rgb(0, 0, 0)")] {
        tab.night(is_dark).await;
        assert_eq!(tab.value(colour).await, shown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_typed_into_and_buttons_clicked() {
    let Some((tab, site)) = opened().await else {
        return;
    };
    tab.visit(&site).await;
    tab.complaints().await;
    tab.fill("input[name=a]", "new words").await;
    tab.follow("button >> Go").await;
    assert_eq!(tab.path().await, "/next?a=new+words");
    assert_eq!(tab.dialogs(), ["\"sure?\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_work_while_scripts_may_not_run() {
    let Some((tab, site)) = opened().await else {
        return;
    };
    tab.scripts(false).await;
    tab.visit(&site).await;
    let wrong = tab.complaints().await;
    assert!(!wrong.iter().any(|line| line.contains("oh")), "{wrong:#?}");
    assert_eq!(tab.value("typeof odd").await, "undefined");
    let picture = tab.picture().await;
    assert_eq!(&picture[1..4], b"PNG");
}
