//! Nodes, traffic and articles.

use actix_web::http::StatusCode;
use ferroboard_application::TrafficLogView;
use ferroboard_kernel::{Clock as _, NodeId, Seconds, UnixSeconds};
use ferroboard_knowledge::testing::an_article;
use ferroboard_nodes::testing::a_node;
use ferroboard_nodes::{Node, NodeState};
use serde_json::json;

use super::{ALICE, alice, has, has_not, page, shop, subscribe};
use crate::browser::Site;

#[actix_web::test]
async fn nodes_are_shown_with_their_load_and_without_their_address() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    has(
        &page(&browser, "/my/nodes").await,
        &["You have no plan", "href=\"/my/plans\""],
    );
    subscribe(&site, ALICE);
    has(
        &page(&browser, "/my/nodes").await,
        &["There are no nodes for you."],
    );
    let now = site.fakes.clock.now();
    site.fakes.store.write(|tables| {
        let busy = Node {
            name: "Busy <1>".into(),
            tags: Some(vec!["8K".into()]),
            ..a_node(1)
        };
        for node in [busy, a_node(2)] {
            tables.nodes.nodes.insert(node.id, node);
        }
        let load = json!({"cpu": 42.9, "mem": {"total": 200, "used": 50}});
        let state = NodeState {
            last_check_at: Some(now),
            load: Some((load, now)),
            ..NodeState::default()
        };
        tables.nodes.states.insert(NodeId::new(1), state);
    });
    let shown = page(&browser, "/my/nodes").await;
    has(
        &shown,
        &[
            "Busy &#60;1&#62;",
            "Online",
            "Processor 42%",
            "Memory 25%",
            "8K",
            "×1",
        ],
    );
    has(&shown, &["Node 2", "Offline", "unknown"]);
    has_not(&shown, &["example.com", "aes-256-gcm"]);
}

fn transferred(site: &Site, day: UnixSeconds, download: i64, rate: i64) {
    site.fakes.store.write(|tables| {
        tables.traffic.push(TrafficLogView {
            user: ALICE,
            upload: 0,
            download,
            rate,
            record_at: day,
        });
    });
}

#[actix_web::test]
async fn traffic_is_drawn_and_listed_by_month() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    has(
        &page(&browser, "/my/traffic").await,
        &["No traffic in this month."],
    );
    let today = site.fakes.clock.now();
    transferred(&site, today, 3 << 30, 150);
    transferred(&site, today.minus(Seconds::days(1)), 7 << 30, 100);
    let now = page(&browser, "/my/traffic").await;
    has(
        &now,
        &[
            "<svg",
            "role=\"img\"",
            "2025-01-01",
            "×1.50",
            "2.00 GB",
            "3.00 GB",
        ],
    );
    has_not(&now, &["7.00 GB", " style="]);
    let before = page(&browser, "/my/traffic?month=2024-12").await;
    has(
        &before,
        &[
            "2024-12-31",
            "7.00 GB",
            "href=\"/my/traffic?month=2024-12\" aria-current=\"page\"",
        ],
    );
    has(
        &page(&browser, "/my/traffic?month=1999-01").await,
        &["2025-01-01"],
    );
}

fn write(site: &Site, id: i64, language: &str, title: &str, body: &str) {
    site.fakes.store.write(|tables| {
        let mut row = an_article(id);
        row.language = language.into();
        row.article.category = format!("Category {}", id % 2);
        row.article.title = title.into();
        row.article.body = body.into();
        tables.knowledge.articles.insert(row.article.id, row);
    });
}

#[actix_web::test]
async fn articles_are_found_read_and_harmless() {
    let site = shop(&[("app_name", "Demo"), ("app_url", "http://demo.test")]).await;
    let browser = alice(&site).await;
    has(
        &page(&browser, "/my/knowledge").await,
        &["There are no articles."],
    );
    write(&site, 1, "zh-CN", "安装", "中文");
    has(&page(&browser, "/my/knowledge").await, &["安装"]);
    write(
        &site,
        2,
        "en-US",
        "Install <it>",
        "# Steps\n**bold** {{siteName}} <script>alert(1)</script>",
    );
    write(
        &site,
        3,
        "en-US",
        "Links",
        "<!--access start-->\n[own]({{subscribeUrl}})\n<!--access end-->",
    );
    let list = page(&browser, "/my/knowledge").await;
    has(
        &list,
        &[
            "Install &#60;it&#62;",
            "Category 0",
            "Category 1",
            "href=\"/my/knowledge/2\"",
        ],
    );
    has_not(&list, &["安装"]);
    let found = page(&browser, "/my/knowledge?keyword=BOLD").await;
    has(&found, &["Articles with “BOLD”", "Install"]);
    has_not(&found, &["Links"]);
    has(
        &page(&browser, "/my/knowledge?keyword=%3Cb%3E").await,
        &["&#60;b&#62;", "No article was found."],
    );
    let article = page(&browser, "/my/knowledge/2").await;
    has(&article, &["<h1>Steps</h1>", "<strong>bold</strong> Demo"]);
    has_not(&article, &["<script>alert"]);
    let locked = page(&browser, "/my/knowledge/3").await;
    has(&locked, &["You must have a valid subscription"]);
    has_not(&locked, &["/s/"]);
    subscribe(&site, ALICE);
    has(
        &page(&browser, "/my/knowledge/3").await,
        &["href=\"http://demo.test/s/"],
    );
    let gone = browser.get("/my/knowledge/99").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}
