//! Lists with the script: what stands around the rows belongs to them, and back leads to the page before.

use crate::chromium::look::DESK;
use crate::furnished::Furnished;

#[tokio::test(flavor = "multi_thread")]
async fn a_sorted_list_is_a_page_of_its_own() {
    let Some((furnished, browser)) = Furnished::open().await else {
        return;
    };
    let tab = furnished.operator(browser).await;
    tab.screen(DESK).await;
    for list in ["/{console}/users", "/{console}/nodes"] {
        tab.visit(&furnished.address(list)).await;
        let before = tab.path().await;
        tab.follow("#list th a").await;
        assert!(tab.path().await.contains("sort="), "{list}");
        let table = "document.querySelector('main .head a[href*=csv]').search.includes('sort=')";
        assert_eq!(tab.value(table).await, true, "{list}");
        tab.value("history.back()").await;
        tab.wait_until(&format!(
            "location.pathname + location.search === '{before}'"
        ))
        .await;
    }
}
