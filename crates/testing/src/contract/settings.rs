//! Promises about the site settings.

use super::FreshStore;

async fn listed(fresh: &FreshStore) -> Vec<(String, Option<String>)> {
    let mut rows = fresh.store.list_settings().await.unwrap();
    rows.sort();
    rows
}

fn row(name: &str, value: Option<&str>) -> (String, Option<String>) {
    (name.to_owned(), value.map(str::to_owned))
}

/// A migrated database has no settings.
pub async fn an_empty_table_lists_nothing(fresh: &FreshStore) {
    assert_eq!(listed(fresh).await, []);
}

/// Also by NULL, and with long and unusual texts.
pub async fn a_setting_is_written_and_overwritten(fresh: &FreshStore) {
    let long = "长'\"\\\n".repeat(5_000);
    let mut tx = fresh.begin().await;
    tx.update_setting("app_name", Some("First")).await.unwrap();
    tx.update_setting("app_name", Some("Panel")).await.unwrap();
    tx.update_setting("logo", None).await.unwrap();
    tx.update_setting("tos_url", Some(&long)).await.unwrap();
    tx.commit().await.unwrap();
    let expected = [
        row("app_name", Some("Panel")),
        row("logo", None),
        row("tos_url", Some(&long)),
    ];
    assert_eq!(listed(fresh).await, expected);
    let mut tx = fresh.begin().await;
    tx.update_setting("app_name", None).await.unwrap();
    tx.update_setting("logo", Some("")).await.unwrap();
    tx.commit().await.unwrap();
    let expected = [
        row("app_name", None),
        row("logo", Some("")),
        row("tos_url", Some(&long)),
    ];
    assert_eq!(listed(fresh).await, expected);
}

/// NULL counts as missing.
pub async fn a_missing_setting_is_inserted_once(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    assert!(tx.insert_setting("secure_path", "first").await.unwrap());
    assert!(!tx.insert_setting("secure_path", "second").await.unwrap());
    tx.update_setting("server_token", None).await.unwrap();
    assert!(tx.insert_setting("server_token", "token").await.unwrap());
    tx.commit().await.unwrap();
    let expected = [
        row("secure_path", Some("first")),
        row("server_token", Some("token")),
    ];
    assert_eq!(listed(fresh).await, expected);
}
