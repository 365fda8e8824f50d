//! Promises about the site settings.

use ferroboard_site::{PluginRow, SettingChange, TemplateChange};

use crate::contract::{FreshStore, T0, t};

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
    tx.update_setting("app_name", Some("First"), T0)
        .await
        .unwrap();
    tx.update_setting("app_name", Some("Panel"), T0)
        .await
        .unwrap();
    tx.update_setting("logo", None, T0).await.unwrap();
    tx.update_setting("tos_url", Some(&long), T0).await.unwrap();
    tx.commit().await.unwrap();
    let expected = [
        row("app_name", Some("Panel")),
        row("logo", None),
        row("tos_url", Some(&long)),
    ];
    assert_eq!(listed(fresh).await, expected);
    let mut tx = fresh.begin().await;
    tx.update_setting("app_name", None, T0).await.unwrap();
    tx.update_setting("logo", Some(""), T0).await.unwrap();
    tx.commit().await.unwrap();
    let expected = [
        row("app_name", None),
        row("logo", Some("")),
        row("tos_url", Some(&long)),
    ];
    assert_eq!(listed(fresh).await, expected);
}

/// What is stored of it; nothing of a row without value, and of none.
pub async fn the_configuration_of_a_theme_is_locked(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let name = "theme_mine";
    assert_eq!(tx.lock_theme_config(name).await.unwrap(), None);
    assert!(tx.insert_setting(name, "{}", T0).await.unwrap());
    let stored = tx.lock_theme_config(name).await.unwrap();
    assert_eq!(stored.as_deref(), Some("{}"));
    tx.update_setting(name, None, T0).await.unwrap();
    assert_eq!(tx.lock_theme_config(name).await.unwrap(), None);
    tx.commit().await.unwrap();
}

/// NULL counts as missing.
pub async fn a_missing_setting_is_inserted_once(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    assert!(tx.insert_setting("secure_path", "first", T0).await.unwrap());
    assert!(
        !tx.insert_setting("secure_path", "second", T0)
            .await
            .unwrap()
    );
    tx.update_setting("server_token", None, T0).await.unwrap();
    assert!(
        tx.insert_setting("server_token", "token", T0)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let expected = [
        row("secure_path", Some("first")),
        row("server_token", Some("token")),
    ];
    assert_eq!(listed(fresh).await, expected);
}

/// Those that were there are overwritten, also by NULL; the others stay.
pub async fn many_settings_are_written_at_once(fresh: &FreshStore) {
    let change = |key, value: Option<&str>| SettingChange {
        key,
        value: value.map(str::to_owned),
    };
    let first = [
        change("app_name", Some("First")),
        change("currency", Some("EUR")),
        change("logo", Some("https://a.test/'\"\\\n长")),
    ];
    let second = [change("app_name", Some("Second")), change("logo", None)];
    let mut tx = fresh.begin().await;
    tx.update_settings(&first, T0).await.unwrap();
    tx.update_settings(&second, T0).await.unwrap();
    tx.update_settings(&[], T0).await.unwrap();
    tx.commit().await.unwrap();
    let expected = [
        row("app_name", Some("Second")),
        row("currency", Some("EUR")),
        row("logo", None),
    ];
    assert_eq!(listed(fresh).await, expected);
}

/// By their names.
pub async fn templates_are_written_and_read(fresh: &FreshStore) {
    let change = |name, content: Option<&str>| TemplateChange {
        name,
        content: content.map(str::to_owned),
    };
    let mut tx = fresh.begin().await;
    let changes = [change("clash", Some("a: 1\n")), change("surge", None)];
    tx.update_templates(&changes, T0).await.unwrap();
    let changes = [change("clash", Some("b: '2'\n"))];
    tx.update_templates(&changes, T0).await.unwrap();
    tx.commit().await.unwrap();
    let mut rows = fresh.store.list_templates().await.unwrap();
    rows.sort();
    assert_eq!(rows, [row("clash", Some("b: '2'\n")), row("surge", None)]);
}

/// In the order in which they were installed.
pub async fn plugins_are_listed(fresh: &FreshStore) {
    assert_eq!(fresh.store.list_plugins().await.unwrap(), []);
    let plugin = |code: &str, enabled, config: Option<&str>| PluginRow {
        code: code.to_owned(),
        enabled,
        config: config.map(str::to_owned),
    };
    let plugins = [
        plugin("telegram", true, Some(r#"{"a": "它's"}"#)),
        plugin("epay", false, None),
    ];
    for plugin in &plugins {
        fresh.seed.insert_plugin(plugin).await;
    }
    assert_eq!(fresh.store.list_plugins().await.unwrap(), plugins);
}

/// In the panel's zone, as the reference writes them.
pub async fn the_times_of_a_setting_are_written(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    tx.update_setting("app_name", Some("First"), T0)
        .await
        .unwrap();
    tx.update_setting("logo", None, T0).await.unwrap();
    tx.insert_setting("tos_url", "a", t(5)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    tx.update_setting("app_name", Some("Panel"), t(60))
        .await
        .unwrap();
    assert!(tx.insert_setting("logo", "b", t(60)).await.unwrap());
    assert!(!tx.insert_setting("tos_url", "b", t(60)).await.unwrap());
    tx.commit().await.unwrap();
    for (name, made, changed) in [
        ("app_name", T0, t(60)),
        ("logo", T0, t(60)),
        ("tos_url", t(5), t(5)),
    ] {
        assert!(
            fresh.seed.setting_was_written(name, made, changed).await,
            "{name}"
        );
    }
}
