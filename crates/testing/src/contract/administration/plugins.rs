//! Promises about the plugins of the program.

use ferroboard_site::{
    BundledPlugin, PluginAction, PluginError, PluginRecord, PluginState, Plugins,
};

use crate::contract::{FreshStore, T0, t};

fn plugin(code: &str) -> &'static BundledPlugin {
    BundledPlugin::with_code(code).unwrap()
}

/// With everything that it says, and only once.
pub async fn the_first_row_of_a_plugin_is_written_once(fresh: &FreshStore) {
    let epay = plugin("epay");
    let state = PluginState {
        config: Some(r#"{"a":"它's"}"#.to_owned()),
        ..PluginState::without_row(epay, T0)
    };
    let mut tx = fresh.begin().await;
    assert_eq!(tx.lock_plugin(epay).await.unwrap(), None);
    assert!(tx.insert_plugin(epay, &state, t(5)).await.unwrap());
    let other = PluginState::without_row(epay, t(9));
    assert!(!tx.insert_plugin(epay, &other, t(9)).await.unwrap());
    let locked = tx.lock_plugin(epay).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!((locked.code.as_str(), &locked.state), ("epay", &state));
    assert_eq!(
        (locked.created_at, locked.updated_at),
        (Some(t(5)), Some(t(5)))
    );
    assert_eq!(fresh.store.list_plugin_records().await.unwrap(), [locked]);
    let row = state.row("epay");
    assert_eq!(fresh.store.list_plugins().await.unwrap(), [row]);
}

/// Whatever may change, also to nothing, and no other row.
pub async fn a_plugin_is_written_whole(fresh: &FreshStore) {
    let (bot, own) = (plugin(Plugins::TELEGRAM), plugin(Plugins::REAL_NAME));
    let first = PluginState {
        config: Some("{}".to_owned()),
        ..PluginState::without_row(bot, T0)
    };
    let second = PluginState {
        enabled: false,
        config: None,
        version: "0.9".to_owned(),
        installed_at: None,
    };
    let third = PluginState {
        config: Some(r#"{"help_text":"\"\\\n长"}"#.to_owned()),
        installed_at: Some(t(7)),
        ..second.clone()
    };
    let mut tx = fresh.begin().await;
    for plugin in [bot, own] {
        assert!(tx.insert_plugin(plugin, &first, T0).await.unwrap());
    }
    tx.commit().await.unwrap();
    for (state, at) in [(second, t(1)), (third, t(2))] {
        let mut tx = fresh.begin().await;
        tx.lock_plugin(bot).await.unwrap();
        tx.update_plugin(bot, &state, at).await.unwrap();
        tx.commit().await.unwrap();
        let records = fresh.store.list_plugin_records().await.unwrap();
        let read =
            |record: &PluginRecord| (record.state.clone(), record.created_at, record.updated_at);
        let read: Vec<_> = records.iter().map(read).collect();
        let expected = [
            (state, Some(T0), Some(at)),
            (first.clone(), Some(T0), Some(T0)),
        ];
        assert_eq!(read, expected);
    }
}

/// However many administrators ask for it at once.
pub async fn of_many_installations_one_wins(fresh: &FreshStore) {
    let own = plugin(Plugins::ONLINE_DEVICES);
    let outcomes = fresh
        .race(16, move |_, mut tx| async move {
            let found = tx.lock_plugin(own).await?;
            let before = match found {
                Some(found) => found.state,
                None => {
                    let state = PluginState::without_row(own, T0);
                    tx.insert_plugin(own, &state, T0).await?;
                    match tx.lock_plugin(own).await? {
                        Some(found) => found.state,
                        None => state,
                    }
                }
            };
            match before.after(own, &PluginAction::Install, t(1)) {
                Ok(after) => {
                    tx.update_plugin(own, &after, t(1)).await?;
                    tx.commit().await.map(|()| Ok(()))
                }
                Err(refused) => tx.rollback().await.map(|()| Err(refused)),
            }
        })
        .await;
    let installed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(installed, 1, "{outcomes:?}");
    let refused = outcomes
        .iter()
        .filter(|outcome| **outcome == Err(PluginError::AlreadyInstalled));
    assert_eq!(refused.count(), 15);
}
