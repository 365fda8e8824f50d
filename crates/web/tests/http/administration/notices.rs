//! Announcements, as administrators manage them.

use ferroboard_kernel::AnnouncementId;
use ferroboard_knowledge::ManagedAnnouncement;
use ferroboard_knowledge::testing::an_announcement;
use serde_json::{Value, json};

use super::office::Office;

fn rows(office: &Office) -> Vec<ManagedAnnouncement> {
    let store = &office.site.fakes.store;
    store.read(|tables| tables.knowledge.announcements.values().cloned().collect())
}

fn only(office: &Office) -> ManagedAnnouncement {
    let mut rows = rows(office);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

fn insert(office: &Office, ids: &[i64]) {
    office.site.fakes.store.write(|tables| {
        for id in ids {
            let row = an_announcement(*id);
            let id = AnnouncementId::new(*id);
            tables.knowledge.announcements.insert(id, row);
        }
    });
}

#[actix_web::test]
async fn an_announcement_is_made_and_changed() {
    let office = Office::open().await;
    let new = json!({
        "title": "T", "content": "<p>C</p>", "img_url": "https://demo.test/n.png",
        "tags": ["弹窗", "", "x", null], "popup": 1, "id": null,
    });
    office.done("notice/save", new).await;
    let made = only(&office);
    let said = &made.announcement;
    assert_eq!(
        (made.show, said.sort, said.title.as_str()),
        (false, None, "T")
    );
    assert_eq!(said.tags.as_deref(), Some(r#"["弹窗","x"]"#));
    let id = said.id.get();
    let change = json!({"id": id, "title": "U", "content": "D", "tags": null, "show": true});
    office.done("notice/save", change).await;
    let changed = only(&office);
    let said = &changed.announcement;
    assert_eq!((changed.show, said.tags.as_deref()), (true, None));
    assert_eq!(said.img_url.as_deref(), Some("https://demo.test/n.png"));
    office
        .done(
            "notice/update",
            json!({"id": id.to_string(), "img_url": null}),
        )
        .await;
    let changed = only(&office);
    let said = &changed.announcement;
    assert_eq!((said.title.as_str(), said.img_url.as_deref()), ("U", None));
    office
        .done(
            "notice/update",
            json!({"id": id, "title": null, "show": "0"}),
        )
        .await;
    assert_eq!(
        (only(&office).show, only(&office).announcement.title),
        (false, "U".into())
    );
    for shown in [true, false] {
        office.done("notice/show", json!({"id": id})).await;
        assert_eq!(only(&office).show, shown);
    }
    let last = office.changes().pop().unwrap();
    assert_eq!(last, json!([{"show": true}, {"show": false}]));
    office.done("notice/drop", json!({"id": id})).await;
    assert!(rows(&office).is_empty());
}

#[actix_web::test]
async fn what_is_missing_or_odd_is_told_and_changes_nothing() {
    let office = Office::open().await;
    insert(&office, &[1]);
    let before = rows(&office);
    office
        .complains("notice/save", json!({}), &["title", "content"])
        .await;
    let with = |members: Value| {
        let mut body = json!({"title": "T", "content": "C"});
        body.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        body
    };
    for (members, field) in [
        (json!({"title": ["a"]}), "title"),
        (json!({"title": "x".repeat(256)}), "title"),
        (json!({"content": {"a": 1}}), "content"),
        (json!({"content": "é".repeat(32_768)}), "content"),
        (json!({"img_url": "no address"}), "img_url"),
        (json!({"img_url": "https://x.y/a b"}), "img_url"),
        (json!({"img_url": "https://x.y/\"><script>"}), "img_url"),
        (
            json!({"img_url": format!("https://demo.test/{}", "x".repeat(255))}),
            "img_url",
        ),
        (json!({"img_url": 7}), "img_url"),
        (json!({"tags": "a"}), "tags"),
        (json!({"tags": [["a"]]}), "tags.0"),
        (json!({"tags": ["x".repeat(255)]}), "tags"),
        (json!({"show": 2}), "show"),
        (json!({"show": []}), "show"),
        (json!({"id": "first"}), "id"),
        (json!({"id": [1]}), "id"),
    ] {
        office
            .complains("notice/save", with(members), &[field])
            .await;
    }
    office
        .complains(
            "notice/update",
            json!({"title": [], "content": 1, "show": "x"}),
            &["id", "title", "show"],
        )
        .await;
    for route in ["notice/show", "notice/drop"] {
        for none in [
            json!({}),
            json!({"id": null}),
            json!({"id": 0}),
            json!({"id": "x"}),
        ] {
            office.complains(route, none, &["id"]).await;
        }
        office
            .refused(route, json!({"id": 99}), 400, "公告不存在")
            .await;
        office
            .refused(route, json!({"id": i64::MAX}), 400, "公告不存在")
            .await;
    }
    office
        .refused("notice/save", with(json!({"id": 99})), 400, "公告不存在")
        .await;
    office
        .refused("notice/update", json!({"id": 99}), 400, "公告不存在")
        .await;
    assert_eq!(rows(&office), before);
    assert!(office.changes().is_empty());
}

#[actix_web::test]
async fn announcements_are_put_into_an_order() {
    let office = Office::open().await;
    insert(&office, &[1, 2, 3]);
    office
        .done("notice/sort", json!({"ids": [3, "1", 2]}))
        .await;
    let places = |office: &Office| -> Vec<Option<i64>> {
        rows(office)
            .iter()
            .map(|row| row.announcement.sort)
            .collect()
    };
    assert_eq!(places(&office), [Some(2), Some(3), Some(1)]);
    let recorded = json!([{"1": 1, "2": 2, "3": 3}, {"1": 2, "2": 3, "3": 1}]);
    assert_eq!(office.changes(), [recorded]);
    // The order that users get.
    let seen = office
        .site
        .fakes
        .store
        .read(|tables| tables.knowledge.shown_announcements());
    let seen: Vec<i64> = seen.iter().map(|row| row.id.get()).collect();
    assert_eq!(seen, [3, 1, 2]);
    office.done("notice/sort", json!({"ids": [3, 1, 2]})).await;
    assert_eq!(office.changes().len(), 1);
    let many: Vec<i64> = (1..=1_001).collect();
    for (ids, field) in [
        (json!([]), "ids"),
        (json!(null), "ids"),
        (json!("1"), "ids"),
        (json!([1, 1]), "ids"),
        (json!(many), "ids"),
        (json!([1, "x"]), "ids.1"),
        (json!([[1]]), "ids.0"),
    ] {
        office
            .complains("notice/sort", json!({"ids": ids}), &[field])
            .await;
    }
    office
        .refused("notice/sort", json!({"ids": [2, 99, 1]}), 400, "公告不存在")
        .await;
    assert_eq!(places(&office), [Some(2), Some(3), Some(1)]);
}
