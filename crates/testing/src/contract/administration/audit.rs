//! Promises about the record of what administrators did.

use ferroboard_application::{AUDIT_LOG, AuditFilter, AuditView};
use ferroboard_audit::{AuditChange, NewAuditEntry};
use ferroboard_kernel::{AuditId, StoreError, UserId};
use ferroboard_listing::{Found, PageRule};
use serde_json::json;

use crate::contract::{FreshStore, t};

fn entry(admin: i64, action: &str, uri: &str, input: &str, seconds: i64) -> NewAuditEntry {
    NewAuditEntry {
        admin: UserId::new(admin),
        action: action.to_owned(),
        method: "POST".to_owned(),
        uri: uri.to_owned(),
        input: input.to_owned(),
        address: Some("2001:db8::1".parse().unwrap()),
        at: t(seconds),
    }
}

async fn recorded(fresh: &FreshStore, entries: &[NewAuditEntry]) -> Vec<AuditId> {
    let mut tx = fresh.begin().await;
    let mut ids = Vec::new();
    for entry in entries {
        ids.push(tx.insert_audit_entry(entry).await.unwrap());
    }
    tx.commit().await.unwrap();
    ids
}

async fn listed(fresh: &FreshStore, filter: AuditFilter) -> Found<AuditView> {
    let page = AUDIT_LOG.pages.page(None, None);
    let entries = fresh.admin().list_audit_entries(&filter, page).await;
    entries.unwrap()
}

/// The newest first, with what it changed.
pub async fn a_request_is_recorded_with_what_it_changed(fresh: &FreshStore) {
    let first = entry(1, "plan.update", "/x/plan/update", r#"{"id":1}"#, 1);
    let second = entry(2, "config.save", "/x/config/save?t=1", "{}", 2);
    let ids = recorded(fresh, &[first, second]).await;
    let mut change = AuditChange::default();
    change.note("show", json!(true), json!(false));
    let mut tx = fresh.begin().await;
    tx.insert_audit_change(ids[0], &change).await.unwrap();
    tx.insert_audit_outcome(ids[0], 204, t(3)).await.unwrap();
    tx.commit().await.unwrap();
    // Once for each request.
    let mut tx = fresh.begin().await;
    let again = tx.insert_audit_change(ids[0], &change).await;
    assert!(
        matches!(again, Err(StoreError::Duplicate { .. })),
        "{again:?}"
    );
    tx.rollback().await.unwrap();
    let page = listed(fresh, AuditFilter::default()).await;
    assert_eq!(page.total, 2);
    let shown: Vec<AuditId> = page.rows.iter().map(|entry| entry.id).collect();
    assert_eq!(shown, [ids[1], ids[0]]);
    let (newer, older) = (&page.rows[0], &page.rows[1]);
    assert_eq!((&newer.change, newer.status), (&None, None));
    assert_eq!(older.status, Some(204));
    assert_eq!(newer.email, None);
    assert_eq!(newer.address.as_deref(), Some("2001:db8::1"));
    assert_eq!((newer.created_at, newer.updated_at), (t(2), t(2)));
    assert_eq!(older.input.as_deref(), Some(r#"{"id":1}"#));
    let (before, after) = older.change.clone().unwrap();
    assert_eq!(
        (before.as_str(), after.as_str()),
        (r#"{"show":true}"#, r#"{"show":false}"#)
    );
}

/// Signs of patterns in a keyword mean themselves.
pub async fn the_record_is_searched(fresh: &FreshStore) {
    let entries = [
        entry(1, "plan.update", "/x/plan/update", r#"{"note":"100%"}"#, 1),
        entry(1, "plan.drop", "/x/plan/drop", r#"{"note":"100_!"}"#, 2),
        entry(2, "plan.drop", "/x/plan/drop", r#"{"note":"1000"}"#, 3),
    ];
    recorded(fresh, &entries).await;
    let count = async |filter| listed(fresh, filter).await.total;
    let action = |text: &str| AuditFilter {
        action: Some(text.to_owned()),
        ..AuditFilter::default()
    };
    let keyword = |text: &str| AuditFilter {
        keyword: Some(text.to_owned()),
        ..AuditFilter::default()
    };
    assert_eq!(count(action("plan.drop")).await, 2);
    assert_eq!(count(action("plan")).await, 0);
    for (text, expected) in [
        ("drop", 2),
        ("100%", 1),
        ("100_", 1),
        ("_!", 1),
        ("note", 3),
        ("absent", 0),
    ] {
        assert_eq!(count(keyword(text)).await, expected, "{text}");
    }
    let of_second = AuditFilter {
        admin: Some(UserId::new(2)),
        ..keyword("plan")
    };
    assert_eq!(count(of_second).await, 1);
    let page = async |number| {
        let page = PageRule::always(2).page(Some(number), None);
        let all = AuditFilter::default();
        let entries = fresh.admin().list_audit_entries(&all, page).await;
        entries.unwrap()
    };
    let beyond = page(3).await;
    assert_eq!((beyond.total, beyond.rows.len()), (3, 0));
    let page = page(2).await;
    assert_eq!((page.total, page.rows.len()), (3, 1));
    assert_eq!(page.rows[0].action, "plan.update");
}

/// With what they changed.
pub async fn old_rows_of_the_record_are_deleted_in_portions(fresh: &FreshStore) {
    let entries = [1, 2, 3, 9].map(|at| entry(1, "plan.drop", "/x", "{}", at));
    let ids = recorded(fresh, &entries).await;
    let mut change = AuditChange::default();
    change.note("plan", json!({"id": 1}), json!(null));
    let mut tx = fresh.begin().await;
    tx.insert_audit_change(ids[0], &change).await.unwrap();
    tx.insert_audit_outcome(ids[0], 200, t(1)).await.unwrap();
    assert_eq!(tx.delete_audit_entries(t(5), 2).await.unwrap(), 2);
    assert_eq!(tx.delete_audit_entries(t(5), 2).await.unwrap(), 1);
    assert_eq!(tx.delete_audit_entries(t(5), 2).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(listed(fresh, AuditFilter::default()).await.total, 1);
    let mut tx = fresh.begin().await;
    // Change and outcome went with their row: their places are free.
    tx.insert_audit_change(ids[0], &change).await.unwrap();
    tx.insert_audit_outcome(ids[0], 200, t(1)).await.unwrap();
    tx.rollback().await.unwrap();
}
