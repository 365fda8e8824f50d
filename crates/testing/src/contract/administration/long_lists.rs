//! Promises about lists of tables with very many rows.

use ferroboard_application::{NewUser, NewUsers, USERS};
use ferroboard_auth::Reminders;
use ferroboard_auth::testing::an_account;
use ferroboard_listing::{Asked, AskedFilter, AskedSort, Found, Given};

use crate::contract::{FreshStore, T0, t};

/// From so many rows on the count and the order of a list may be those of a moment ago.
const LONG: usize = 50_000;

/// The addresses of the users on a page, and how many there are.
async fn listed(fresh: &FreshStore, asked: &Asked) -> (Vec<String>, i64) {
    let request = USERS.judge(asked).unwrap();
    let found = fresh.admin().list_users(&request).await.unwrap();
    let Found { rows, total } = found;
    (rows.into_iter().map(|row| row.email).collect(), total)
}

fn emails(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    let email = |number| format!("u{number:05}@demo.test");
    numbers.into_iter().map(email).collect()
}

/// Whatever is remembered of its order, each row is as it is, and none is shown that is gone.
pub async fn long_lists_show_the_rows_of_now(fresh: &FreshStore) {
    let user = |email: String| {
        let account = an_account(&email, T0);
        NewUser {
            email: account.email,
            password_hash: account.password_hash,
            uuid: account.uuid,
            token: account.subscribe_token.as_str().to_owned(),
        }
    };
    let new = NewUsers {
        users: emails(0..LONG).into_iter().map(user).collect(),
        reminders: Reminders::default(),
        subscription: None,
        expired_at: Some(t(9)),
        at: t(1),
    };
    let mut tx = fresh.begin().await;
    tx.insert_users(&new).await.unwrap();
    tx.commit().await.unwrap();
    let total = i64::try_from(LONG).unwrap();
    let by_email = |page, filters| Asked {
        page: Some(page),
        rows: Some(3),
        filters,
        sorts: vec![AskedSort {
            column: "email".to_owned(),
            is_descending: false,
        }],
    };
    for _ in 0..2 {
        assert_eq!(
            listed(fresh, &by_email(1, vec![])).await,
            (emails(0..3), total)
        );
    }
    assert_eq!(
        listed(fresh, &by_email(2, vec![])).await,
        (emails(3..6), total)
    );
    let far = emails(30_000..30_003);
    assert_eq!(listed(fresh, &by_email(10_001, vec![])).await, (far, total));
    let some = |value: &str| AskedFilter::new("email", Given::One(value.to_owned()));
    let found = listed(fresh, &by_email(1, vec![some("eq:U49999@demo.test")])).await;
    assert_eq!(found, (emails([49_999]), 1));
    assert_eq!(
        listed(fresh, &by_email(1, vec![some("4999")])).await,
        (emails([4_999, 14_999, 24_999]), 15)
    );
    assert_eq!(
        listed(fresh, &by_email(1, vec![some("nobody")])).await,
        (vec![], 0)
    );
    let request = USERS.judge(&by_email(1, vec![])).unwrap();
    let page = fresh.admin().list_users(&request).await.unwrap();
    let first = page.rows[0].id;
    let mut tx = fresh.begin().await;
    assert!(tx.delete_user(first).await.unwrap());
    tx.commit().await.unwrap();
    let (shown, _) = listed(fresh, &by_email(1, vec![])).await;
    assert!(!shown.contains(&emails([0])[0]), "{shown:?}");
    assert!(shown.contains(&emails([1])[0]), "{shown:?}");
}
