//! Articles, as administrators manage them.
#![allow(
    clippy::needless_pass_by_value,
    reason = "JSON is written where it is used"
)]

use ferroboard_kernel::ArticleId;
use ferroboard_knowledge::ManagedArticle;
use ferroboard_knowledge::testing::an_article;
use serde_json::{Value, json};

use super::office::Office;

fn rows(office: &Office) -> Vec<ManagedArticle> {
    let store = &office.site.fakes.store;
    store.read(|tables| tables.knowledge.articles.values().cloned().collect())
}

fn insert(office: &Office, ids: &[i64]) {
    office.site.fakes.store.write(|tables| {
        for id in ids {
            let articles = &mut tables.knowledge.articles;
            articles.insert(ArticleId::new(*id), an_article(*id));
        }
    });
}

fn article(members: Value) -> Value {
    let mut body = json!({"category": "c", "language": "en-US", "title": "t", "body": "b"});
    let body_members = body.as_object_mut().unwrap();
    body_members.extend(members.as_object().unwrap().clone());
    body
}

#[actix_web::test]
async fn an_article_is_made_changed_and_deleted() {
    let office = Office::open().await;
    office
        .done("knowledge/save", article(json!({"show": 1, "id": 0})))
        .await;
    office.done("knowledge/save", article(json!({}))).await;
    let made = rows(&office);
    let shown: Vec<_> = made.iter().map(|row| (row.show, row.sort)).collect();
    assert_eq!(shown, [(true, None), (false, None)]);
    let change =
        article(json!({"id": 1, "title": "t1", "body": "{{siteName}} <!--access start-->"}));
    office.done("knowledge/save", change).await;
    let changed = rows(&office).remove(0);
    assert_eq!((changed.show, changed.article.title.as_str()), (true, "t1"));
    let recorded = json!([
        {"title": "t", "body": "b"},
        {"title": "t1", "body": "{{siteName}} <!--access start-->"},
    ]);
    assert_eq!(office.changes().last(), Some(&recorded));
    office.done("knowledge/show", json!({"id": 1})).await;
    assert!(!rows(&office)[0].show);
    office.done("knowledge/drop", json!({"id": "1"})).await;
    office
        .refused("knowledge/drop", json!({"id": 1}), 400, "知识不存在")
        .await;
    assert_eq!(rows(&office).len(), 1);
}

#[actix_web::test]
async fn what_is_missing_or_odd_is_told_and_changes_nothing() {
    let office = Office::open().await;
    insert(&office, &[1]);
    let before = rows(&office);
    let empty = office.post("knowledge/save", json!({})).await;
    assert_eq!(empty.message(), "分类不能为空 (and 3 more errors)");
    let all = ["category", "language", "title", "body"];
    office.complains("knowledge/save", json!({}), &all).await;
    for (members, field) in [
        (json!({"language": "abcdefgh"}), "language"),
        (json!({"category": "x".repeat(256)}), "category"),
        (json!({"title": ["t"]}), "title"),
        (json!({"body": {"a": 1}}), "body"),
        (json!({"body": "é".repeat(32_768)}), "body"),
        (json!({"show": "maybe"}), "show"),
        (json!({"id": "x"}), "id"),
    ] {
        office
            .complains("knowledge/save", article(members), &[field])
            .await;
    }
    for route in ["knowledge/show", "knowledge/drop"] {
        office
            .refused(route, json!({}), 422, "知识库ID不能为空")
            .await;
        office.complains(route, json!({"id": [1]}), &["id"]).await;
        office
            .refused(route, json!({"id": 99}), 400, "知识不存在")
            .await;
    }
    office
        .refused(
            "knowledge/save",
            article(json!({"id": 99})),
            400,
            "知识不存在",
        )
        .await;
    office
        .refused("knowledge/sort", json!({}), 422, "参数有误")
        .await;
    office
        .refused("knowledge/sort", json!({"ids": [1, 1]}), 422, "参数有误")
        .await;
    office
        .refused("knowledge/sort", json!({"ids": [1, 99]}), 400, "知识不存在")
        .await;
    assert_eq!(rows(&office), before);
    assert!(office.changes().is_empty());
}

#[actix_web::test]
async fn articles_are_put_into_an_order_without_a_trace_in_them() {
    let office = Office::open().await;
    insert(&office, &[1, 2, 3]);
    office.done("knowledge/sort", json!({"ids": [2, 1]})).await;
    let places: Vec<_> = rows(&office).iter().map(|row| row.sort).collect();
    assert_eq!(places, [Some(2), Some(1), Some(3)]);
    let untouched = an_article(1).article.updated_at;
    assert!(
        rows(&office)
            .iter()
            .all(|row| row.article.updated_at == untouched)
    );
}
