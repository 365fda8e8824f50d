//! Articles, announcements and traffic by day.

use actix_web::test::TestRequest;
use ferroboard_application::TrafficLogView;
use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{UnixSeconds, UserId};
use ferroboard_knowledge::testing::{an_announcement, an_article};
use serde_json::{Value, json};

use crate::harness::Site;

const PROTECTED: &str =
    "open <!--access start-->geheim {{subscribeUrl}}<!--access end--> {{siteName}}";
const ALICE: UserId = UserId::new(1);

/// Articles 1 (protected part) and 3 under 教程, 2 under FAQ; 4 is hidden, 5 English.
async fn site() -> Site {
    let site = Site::with_settings(&[("app_name", "Demo"), ("app_url", "http://demo.test")]).await;
    site.fakes.store.write(|tables| {
        for (id, category, body) in [
            (1, "教程", PROTECTED),
            (2, "FAQ", "100% <script>alert(1)</script> 😀 \u{202e}مرحبا"),
            (3, "教程", "third"),
            (4, "教程", "hidden"),
            (5, "Guide", "english"),
        ] {
            let mut row = an_article(id);
            row.article.category = category.into();
            row.article.body = body.into();
            row.show = id != 4;
            if id == 5 {
                row.language = "en-US".into();
            }
            tables.knowledge.articles.insert(row.article.id, row);
        }
    });
    site
}

fn subscribe(site: &Site) {
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).billing;
        row.subscribe(&a_subscription(UnixSeconds::new(4_070_880_000)));
    });
}

fn path(query: &str) -> String {
    format!("/api/v1/user/knowledge/fetch{query}")
}

fn ids(list: &Value) -> Vec<i64> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item["id"].as_i64().unwrap()).collect()
}

#[actix_web::test]
async fn articles_are_grouped_by_category_in_the_default_language() {
    let site = site().await;
    let token = site.alice().await;
    for query in ["", "?language=", "?language=zh-CN", "?t=1"] {
        let answer = site.get_as(&token, &path(query)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let data = &answer.body()["data"];
        assert_eq!(ids(&data["教程"]), [1, 3], "{query}");
        assert_eq!(ids(&data["FAQ"]), [2]);
        let text = answer.text;
        assert!(text.find("教程").unwrap() < text.find("\"FAQ\"").unwrap());
    }
    let english = site.get_as(&token, &path("?language=en-US&flat=1")).await;
    assert_eq!(ids(&english.body()["data"]), [5]);
    let none = site.get_as(&token, &path("?language=ru-RU")).await;
    assert_eq!(none.body()["data"], json!({}));
    let none = site.get_as(&token, &path("?language=zh%01CN&flat=1")).await;
    assert_eq!(none.body()["data"], json!([]));
}

#[actix_web::test]
async fn protected_parts_are_for_subscribers() {
    let site = site().await;
    let token = site.alice().await;
    let closed = site.get_as(&token, &path("?id=1")).await;
    assert_eq!(closed.header("cache-control"), "private, no-store");
    let expected = "open <div class=\"v2board-no-access\">您必须拥有有效的订阅才可以查看该区域的内容</div> Demo";
    assert_eq!(closed.body()["data"]["body"], expected);
    let request = TestRequest::get()
        .uri("/api/v1/user/knowledge/fetch?id=1")
        .insert_header(("Authorization", token.as_str()))
        .insert_header(("Content-Language", "en-US"));
    assert!(site.send(request).await.text.contains("valid subscription"));

    subscribe(&site);
    let open = site.get_as(&token, &path("?id=1")).await.body();
    let body = open["data"]["body"].as_str().unwrap();
    assert!(
        body.contains("geheim http://demo.test/s/") && body.ends_with("<!--access end--> Demo")
    );
    assert_eq!(open["data"]["category"], "教程");
    assert_eq!(open["data"]["updated_at"], 1_704_038_400);
}

#[actix_web::test]
async fn a_search_does_not_find_what_is_hidden() {
    let site = site().await;
    let token = site.alice().await;
    let found = async |keyword: &str| {
        let answer = site
            .get_as(&token, &path(&format!("?flat=1&keyword={keyword}")))
            .await;
        ids(&answer.body()["data"])
    };
    assert_eq!(found("geheim").await, [0; 0]);
    assert_eq!(found("OPEN").await, [1]);
    assert_eq!(found("%25").await, [2]);
    assert_eq!(found("_").await, [0; 0]);
    assert_eq!(found("article%203").await, [3]);
    assert_eq!(found("%F0%9F%98%80").await, [2]);
    assert_eq!(found("%01").await, [0; 0]);
    subscribe(&site);
    assert_eq!(found("geheim").await, [1]);
}

#[actix_web::test]
async fn markup_is_answered_as_it_was_written() {
    let site = site().await;
    let token = site.alice().await;
    let answer = site.get_as(&token, &path("?id=2")).await;
    assert_eq!(answer.header("content-type"), "application/json");
    let expected = "100% <script>alert(1)</script> 😀 \u{202e}مرحبا";
    assert_eq!(answer.body()["data"]["body"], expected);
    site.fakes.store.write(|tables| {
        let row = tables.knowledge.articles.values_mut().next().unwrap();
        row.article.body = format!("{}{{{{siteName}}}}", "é".repeat(512 * 1024));
    });
    let large = site.get_as(&token, &path("?id=1")).await.body();
    assert_eq!(
        large["data"]["body"].as_str().unwrap().len(),
        1024 * 1024 + 4
    );
}

#[actix_web::test]
async fn unknown_articles_and_malformed_fields_are_refused() {
    let site = site().await;
    let token = site.alice().await;
    for query in ["?id=4", "?id=99", "?id=9223372036854775807"] {
        let answer = site.get_as(&token, &path(query)).await;
        assert_eq!(answer.status, 404, "{query}");
        assert_eq!(answer.message(), "文章不存在");
    }
    let long = "x".repeat(256);
    for (query, field) in [
        ("?id=0", "id"),
        ("?id=-1", "id"),
        ("?id=abc", "id"),
        ("?id=1.5", "id"),
        ("?id[]=1", "id"),
        ("?language=12345678901", "language"),
        ("?language[]=x", "language"),
        (&format!("?keyword={long}"), "keyword"),
        ("?keyword[a]=x", "keyword"),
    ] {
        let answer = site.get_as(&token, &path(query)).await;
        assert_eq!(answer.status, 422, "{query}");
        assert!(answer.body()["errors"][field].is_array(), "{query}");
    }
    assert_eq!(site.get(&path("")).await.status, 403);
}

#[actix_web::test]
async fn categories_are_listed() {
    let site = site().await;
    let token = site.alice().await;
    let path = "/api/v1/user/knowledge/getCategory";
    let answer = site.get_as(&token, path).await;
    assert_eq!(answer.body()["data"], json!(["教程", "FAQ"]));
    let english = site.get_as(&token, &format!("{path}?language=en-US")).await;
    assert_eq!(english.body()["data"], json!(["Guide"]));
    let refused = site
        .get_as(&token, &format!("{path}?language=12345678901"))
        .await;
    assert_eq!(refused.status, 422);
}

#[actix_web::test]
async fn announcements_come_five_to_a_page() {
    let site = Site::open().await;
    let token = site.alice().await;
    site.fakes.store.write(|tables| {
        for id in 1..=7 {
            let mut row = an_announcement(id);
            row.announcement.sort = (id != 7).then_some(10 - id);
            row.announcement.tags = (id == 6).then(|| r#"["弹窗"]"#.to_owned());
            row.show = id != 3;
            let announcements = &mut tables.knowledge.announcements;
            announcements.insert(row.announcement.id, row);
        }
    });
    let page = async |query: &str| {
        let path = format!("/api/v1/user/notice/fetch{query}");
        site.get_as(&token, &path).await.body()
    };
    let first = page("").await;
    assert_eq!(ids(&first["data"]), [7, 6, 5, 4, 2]);
    assert_eq!(first["total"], 6);
    assert!(first.get("status").is_none());
    let expected = json!({
        "id": 6, "sort": 4, "title": "Notice 6", "content": "Content of notice 6", "show": true,
        "img_url": null, "tags": ["弹窗"], "created_at": 1_704_038_400, "updated_at": 1_704_038_401,
    });
    assert_eq!(first["data"][1], expected);
    assert_eq!(first["data"][0]["tags"], Value::Null);
    for query in ["?current=0", "?current=-1", "?current=abc", "?current[]=2"] {
        assert_eq!(page(query).await, first, "{query}");
    }
    assert_eq!(ids(&page("?current=2").await["data"]), [1]);
    let beyond = page("?current=9223372036854775807").await;
    assert_eq!(beyond, json!({"data": [], "total": 6}));
    assert_eq!(site.get("/api/v1/user/notice/fetch").await.status, 403);
}

#[actix_web::test]
async fn the_traffic_of_this_month_is_listed() {
    const DAY: i64 = 86_400;
    let site = Site::open().await;
    let token = site.alice().await;
    let now = ferroboard_kernel::Clock::now(site.fakes.clock.as_ref());
    let month = ferroboard_kernel::Zone::default().start_of_month(now);
    let row = |user, rate, at: i64| TrafficLogView {
        user,
        upload: 5_000,
        download: 6_000,
        rate,
        record_at: UnixSeconds::new(at),
    };
    let start = month.get();
    site.fakes.store.write(|tables| {
        tables.traffic = vec![
            row(ALICE, 50, start),
            row(ALICE, 1_205, start + DAY),
            row(ALICE, 100, start - DAY),
            row(UserId::new(9), 100, start),
        ];
    });
    let fetch = async |query: &str| {
        let path = format!("/api/v1/user/stat/getTrafficLog{query}");
        site.get_as(&token, &path).await
    };
    let item = |rate: &str, at: i64| json!({"d": 6_000, "u": 5_000, "record_at": at, "server_rate": rate, "user_id": 1});
    let (first, second) = (item("12.05", start + DAY), item("0.50", start));
    let body = fetch("").await.body();
    assert_eq!(body["data"], json!([first, second]));
    let earlier = fetch(&format!("?start={}&end={start}", start - DAY)).await;
    assert_eq!(earlier.body()["data"], json!([item("1.00", start - DAY)]));
    let long = fetch(&format!("?start={}", start - 92 * DAY)).await;
    assert_eq!(long.body()["data"], json!([item("1.00", start - DAY)]));
    let huge = fetch("?start=-9223372036854775808&end=9223372036854775807").await;
    assert_eq!(huge.body()["data"], json!([]));
    let refused = fetch("?start=x&end=1.5").await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.body()["errors"].as_object().unwrap().len(), 2);
}
