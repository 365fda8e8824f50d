//! What administrators see of real names, and decide.

use ferroboard_kernel::{UnixSeconds, UserId};
use ferroboard_realname::testing::a_record;
use ferroboard_realname::{RealNameRecord, Status};
use serde_json::json;

use crate::harness::Site;

const PATH: &str = "hidden-door";
const ADMIN: UserId = UserId::new(1);

/// A site with an administrator and the submissions of users 2 and 3.
async fn office() -> (Site, String) {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    for name in ["bob", "cid"] {
        let body = json!({"email": format!("{name}@demo.test"), "password": "password-x"});
        site.post("/api/v1/passport/auth/register", body).await;
    }
    site.promote(ADMIN);
    site.fakes.store.write(|tables| {
        for user in [2, 3] {
            let record = a_record(UserId::new(user), UnixSeconds::new(1_735_000_000 + user));
            tables.real_name.records.insert(record.user, record);
        }
    });
    (site, token)
}

fn at(route: &str) -> String {
    format!("/api/v1/{PATH}/realname/{route}")
}

fn status_of(site: &Site, user: i64) -> Option<Status> {
    site.fakes.store.read(|tables| {
        let record = tables.real_name.records.get(&UserId::new(user));
        record.map(|record| record.status)
    })
}

fn audit(site: &Site) -> Vec<String> {
    let read = |tables: &ferroboard_testing::MemoryTables| {
        let entries = tables.audit.entries.values();
        entries.map(|entry| format!("{entry:?}")).collect()
    };
    site.fakes.store.read(read)
}

#[actix_web::test]
async fn records_are_for_administrators_alone() {
    let (site, _) = office().await;
    let bob = json!({"email": "bob@demo.test", "password": "password-x"});
    let login = site.post("/api/v1/passport/auth/login", bob).await;
    let token = login.body()["data"]["token"].as_str().unwrap().to_owned();
    assert_eq!(site.get(&at("records")).await.status, 403);
    assert_eq!(site.get_as(&token, &at("records")).await.status, 403);
    assert_eq!(
        site.get("/api/v1/other-door/realname/records").await.status,
        404
    );
}

#[actix_web::test]
async fn a_change_is_recorded_in_full_whatever_its_address_says() {
    let (site, token) = office().await;
    let body = json!({"action": "approve"});
    let decided = site.post_as(&token, &at("review/2?reveal=1"), body).await;
    assert_eq!(decided.status, 200);
    let entries = audit(&site);
    assert_eq!(entries.len(), 1);
    assert!(entries[0].contains("approve"), "{entries:?}");
}

#[actix_web::test]
async fn decisions_are_made_once_and_need_their_reason() {
    let (site, token) = office().await;
    for (body, status) in [
        (json!({}), 422),
        (json!({"action": "maybe"}), 422),
        (json!({"action": "reject"}), 422),
        (json!({"action": "reject", "reason": "x".repeat(256)}), 422),
    ] {
        let answer = site.post_as(&token, &at("review/2"), body.clone()).await;
        assert_eq!(answer.status, status, "{body}");
    }
    let rejected = site
        .post_as(
            &token,
            &at("review/2"),
            json!({"status": 3, "reason": "unclear"}),
        )
        .await;
    let shown = rejected.body()["data"].clone();
    assert_eq!(
        (&shown["status"], &shown["reject_reason"]),
        (&json!("rejected"), &json!("unclear"))
    );
    assert_eq!(
        (&shown["reviewed_by"], &shown["reviewer_email"]),
        (&json!(1), &json!("alice@demo.test"))
    );
    let again = site
        .post_as(&token, &at("review/2"), json!({"action": "approve"}))
        .await;
    assert_eq!(again.status, 409);
    let forced = site
        .post_as(
            &token,
            &at("review/2"),
            json!({"action": "approve", "force": true}),
        )
        .await;
    assert_eq!(forced.body()["data"]["status"], "approved");
    for (route, status) in [
        ("review/1", 404),
        ("review/x", 404),
        ("review/0", 404),
        ("reset/x", 404),
        ("reset/99", 404),
    ] {
        let answer = site
            .post_as(&token, &at(route), json!({"action": "approve"}))
            .await;
        assert_eq!(answer.status, status, "{route}");
    }
    let entries = audit(&site);
    assert!(
        entries
            .iter()
            .any(|entry| entry.contains("realname.review")),
        "{entries:?}"
    );
    let changes = site
        .fakes
        .store
        .read(|tables| format!("{:?}", tables.audit.changes));
    assert!(changes.contains("rejected"), "{changes}");
}

#[actix_web::test]
async fn a_reset_deletes_everything() {
    let (site, token) = office().await;
    for _ in 0..2 {
        let answer = site.post_as(&token, &at("reset/2"), json!({})).await;
        assert_eq!(answer.body()["data"], true);
        assert_eq!(status_of(&site, 2), None);
    }
}

#[actix_web::test]
async fn everything_pending_is_approved_or_what_is_listed() {
    let (site, token) = office().await;
    site.fakes.store.write(|tables| {
        let record = RealNameRecord {
            checksum_valid: false,
            ..a_record(UserId::new(3), UnixSeconds::new(1))
        };
        tables.real_name.records.insert(record.user, record);
    });
    for ids in [json!([]), json!("2"), json!(["x"]), json!({"a": 2})] {
        let answer = site
            .post_as(&token, &at("approve-all"), json!({"ids": ids}))
            .await;
        assert_eq!(answer.status, 422, "{ids}");
    }
    let listed = site
        .post_as(&token, &at("approve-all"), json!({"ids": [3, "3"]}))
        .await;
    assert_eq!(listed.body()["data"], json!({"approved": 0, "skipped": 1}));
    let all = site.post_as(&token, &at("approve-all"), json!({})).await;
    assert_eq!(all.body()["data"], json!({"approved": 1, "skipped": 1}));
    assert_eq!(
        (status_of(&site, 2), status_of(&site, 3)),
        (Some(Status::Approved), Some(Status::Pending))
    );
    let forced = site
        .post_as(&token, &at("approve-all"), json!({"force": 1}))
        .await;
    assert_eq!(forced.body()["data"], json!({"approved": 1, "skipped": 0}));
}

#[actix_web::test]
async fn a_synchronisation_tells_what_it_did() {
    let (site, token) = office().await;
    site.fakes.store.write(|tables| {
        let record = RealNameRecord {
            name_masked: "?".into(),
            ..a_record(UserId::new(3), UnixSeconds::new(1))
        };
        tables.real_name.records.insert(record.user, record);
        let orphan = a_record(UserId::new(99), UnixSeconds::new(1));
        tables.real_name.records.insert(orphan.user, orphan);
    });
    let done = site.post_as(&token, &at("sync-all"), json!({})).await;
    let expected = json!({"total": 3, "updated": 1, "unchanged": 1, "removed": 1, "failed": 0, "failed_ids": []});
    assert_eq!(done.body()["data"], expected);
    let cleared = site.post_as(&token, &at("clear-cache"), json!({})).await;
    assert_eq!(cleared.body()["data"], json!({"cleared": 1}));
}
