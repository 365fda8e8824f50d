use ferroboard_application::{Error, Prepared, Setup};
use ferroboard_auth::Password;
use ferroboard_kernel::{StoreError, UserId};
use ferroboard_testing::{Fakes, FastHasher};

use crate::{Panel, address};

async fn prepare(fakes: &Fakes, path: Option<&str>, key: Option<&str>) -> Prepared {
    let setup = Setup {
        store: &fakes.store,
        clock: fakes.clock.as_ref(),
        random: fakes.random.as_ref(),
        hasher: &FastHasher,
    };
    setup
        .prepare(&address("admin@demo.com"), path, key)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_first_start_makes_what_is_missing_and_the_second_nothing() {
    let fakes = Fakes::default();
    let first = prepare(&fakes, None, None).await;
    let admin = first.admin.unwrap();
    assert_eq!((admin.password.len(), first.secure_path.len()), (32, 32));
    assert_eq!(first.signing_key.len(), 64);
    assert!(first.secure_path_is_new);
    let second = prepare(&fakes, Some("inherited"), None).await;
    assert!(second.admin.is_none() && !second.secure_path_is_new);
    assert_eq!(
        (second.secure_path, second.signing_key),
        (first.secure_path, first.signing_key)
    );
    fakes.store.read(|tables| {
        assert_eq!(tables.users.len(), 1);
        assert!(tables.site.settings["server_token"].as_ref().unwrap().len() >= 16);
        let theme = tables.site.settings["frontend_theme"].as_deref();
        assert_eq!(theme, Some("ferroboard"));
        let setting = |name: &str| tables.site.settings[name].as_deref();
        assert_eq!(setting("notice_expire_days"), Some("7,3,1,0"));
        assert_eq!(setting("notice_traffic_percents"), Some("80,95"));
    });
}

#[tokio::test]
async fn many_first_starts_at_once_agree() {
    let fakes = Fakes::default();
    let all = (0..16).map(|_| prepare(&fakes, None, None));
    let prepared = futures_util::future::join_all(all).await;
    assert_eq!(prepared.iter().filter(|one| one.admin.is_some()).count(), 1);
    assert!(
        prepared
            .iter()
            .all(|one| one.secure_path == prepared[0].secure_path)
    );
    assert!(
        prepared
            .iter()
            .all(|one| one.signing_key == prepared[0].signing_key)
    );
    assert_eq!(fakes.store.read(|tables| tables.users.len()), 1);
}

#[tokio::test]
async fn an_adopted_installation_keeps_its_path() {
    let fakes = Fakes::default();
    assert_eq!(
        prepare(&fakes, Some("144b73d9"), Some("given"))
            .await
            .secure_path,
        "144b73d9"
    );
    assert!(fakes.store.read(|tables| tables.panel.secrets.is_empty()));
    let has_own = |fakes: &Fakes| {
        let own = [
            "frontend_theme",
            "notice_expire_days",
            "notice_traffic_percents",
        ];
        let store = &fakes.store;
        store.read(|tables| {
            own.iter()
                .any(|name| tables.site.settings.contains_key(*name))
        })
    };
    assert!(!has_own(&fakes));
    let legacy = Fakes::default();
    legacy.store.write(|tables| {
        tables
            .site
            .settings
            .insert("frontend_admin_path".into(), Some("oldpath".into()));
    });
    assert_eq!(
        prepare(&legacy, Some("144b73d9"), None).await.secure_path,
        "oldpath"
    );
    // Nor does it get a secret that none of its nodes knows.
    legacy.store.read(|tables| {
        assert!(!tables.site.settings.contains_key("server_token"));
    });
    assert!(!has_own(&legacy));
}

#[tokio::test]
async fn an_administrator_can_be_added_once() {
    let fakes = Fakes::default();
    let setup = Setup {
        store: &fakes.store,
        clock: fakes.clock.as_ref(),
        random: fakes.random.as_ref(),
        hasher: &FastHasher,
    };
    assert!(setup.create_admin(&address("two@demo.com")).await.is_ok());
    let again = setup.create_admin(&address("two@demo.com")).await;
    assert!(matches!(
        again,
        Err(Error::Store(StoreError::Duplicate { .. }))
    ));
}

#[tokio::test]
async fn what_the_operator_does_at_the_console_is_recorded() {
    let panel = Panel::new().await;
    let fakes = &panel.fakes;
    let setup = Setup {
        store: &fakes.store,
        clock: fakes.clock.as_ref(),
        random: fakes.random.as_ref(),
        hasher: &FastHasher,
    };
    let root = address("root@demo.test");
    let admin = setup.create_admin(&root).await.unwrap();
    // One that is taken is made by nobody, and leaves no row.
    assert!(setup.create_admin(&root).await.is_err());
    let fresh = Password::parse("battery-staple").unwrap();
    let recovery = &panel.app.recovery;
    recovery.replace_password(&root, &fresh).await.unwrap();
    let (rows, dump) = fakes.store.read(|tables| {
        let rows = tables.audit.entries.iter();
        let shown = rows.map(|(id, row)| {
            let outcome = tables.audit.outcomes.get(id).copied();
            (row.admin, row.action.clone(), row.input.clone(), outcome)
        });
        (shown.collect::<Vec<_>>(), format!("{:?}", tables.audit))
    });
    let row = |action: &str| {
        let input = r#"{"email":"root@demo.test"}"#.to_owned();
        (UserId::new(0), action.to_owned(), input, Some(200))
    };
    assert_eq!(
        rows,
        [row("console.admin_create"), row("console.admin_password")]
    );
    assert!(!dump.contains(&admin.password) && !dump.contains("battery-staple"));
}
