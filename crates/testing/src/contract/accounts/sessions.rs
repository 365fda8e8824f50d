//! Promises about login sessions.

use ferroboard_auth::testing::a_session;
use ferroboard_auth::{ClientInfo, NewSession, SessionKey, SessionRecord, TokenDigest};
use ferroboard_kernel::{SessionNumber, UserId};

use crate::contract::{ForeignSession, FreshStore, T0, assert_duplicate, t};

const DAY: i64 = 86_400;

async fn open(fresh: &FreshStore, session: &NewSession) {
    let mut tx = fresh.begin().await;
    tx.insert_session(session).await.unwrap();
    tx.commit().await.unwrap();
}

async fn listed(fresh: &FreshStore, user: UserId, seconds: i64) -> Vec<SessionRecord> {
    fresh.store.list_sessions(user, t(seconds)).await.unwrap()
}

async fn names(fresh: &FreshStore, user: UserId, seconds: i64) -> Vec<String> {
    let records = listed(fresh, user, seconds).await;
    records
        .into_iter()
        .map(|record| record.name.as_str().to_owned())
        .collect()
}

async fn is_open(fresh: &FreshStore, token: &str) -> bool {
    fresh
        .store
        .find_session(&TokenDigest::of(token), t(1))
        .await
        .unwrap()
        .is_some()
}

fn name_of(session: &NewSession) -> String {
    session.name.as_str().to_owned()
}

/// Newest first, as far as they are known; none of a session that has ended, or of somebody else's.
pub async fn addresses_of_live_sessions_are_listed(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bob = fresh.user("bob@demo.test").await;
    let at = |user, token: &str, ip: &str| {
        let session = a_session(user, token, T0);
        let client = ClientInfo {
            ip: ip.to_owned(),
            ..session.client.clone()
        };
        NewSession { client, ..session }
    };
    let ended = NewSession {
        expires_at: t(10),
        ..at(ann, "ended", "192.0.2.9")
    };
    for session in [
        at(ann, "first", "192.0.2.1"),
        ended,
        at(bob, "other", "192.0.2.7"),
        at(ann, "second", "2001:db8::1"),
    ] {
        open(fresh, &session).await;
    }
    let foreign = ForeignSession {
        user: ann,
        name: "POS".to_owned(),
        secret: "x".to_owned(),
        created_at: Some(T0),
        last_used_at: None,
        expires_at: None,
    };
    fresh.seed.insert_foreign_session(&foreign).await;
    let mut tx = fresh.begin().await;
    let found = tx.list_session_addresses(ann, t(10)).await.unwrap();
    assert_eq!(found, ["2001:db8::1", "192.0.2.1"]);
    let nobody = UserId::new(999_999);
    assert_eq!(
        tx.list_session_addresses(nobody, t(10))
            .await
            .unwrap()
            .len(),
        0
    );
    tx.rollback().await.unwrap();
}

/// In one answer, with everything the account's pages show.
pub async fn an_open_session_is_found_with_its_account(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let session = a_session(user, "abc", T0);
    open(fresh, &session).await;
    let found = fresh
        .store
        .find_session(&session.digest, t(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((&found.name, found.last_used_at), (&session.name, Some(T0)));
    assert_eq!(found.account, fresh.view(user).await);
    assert_eq!(
        fresh
            .store
            .find_session(&TokenDigest::of("xyz"), T0)
            .await
            .unwrap(),
        None
    );

    let records = listed(fresh, user, 1).await;
    assert_eq!(records.len(), 1);
    let record = &records[0];
    assert_eq!((record.number, &record.name), (found.number, &session.name));
    assert_eq!(record.client.as_ref(), Some(&session.client));
    assert_eq!(
        (record.created_at, record.last_used_at),
        (Some(T0), Some(T0))
    );
    assert_eq!(record.expires_at, Some(session.expires_at));

    let nameless = ClientInfo {
        ip: "2001:db8::1".into(),
        user_agent: None,
    };
    let other = NewSession {
        client: nameless.clone(),
        ..a_session(user, "def", t(5))
    };
    open(fresh, &other).await;
    assert_eq!(listed(fresh, user, 6).await[0].client, Some(nameless));
}

/// At that very second it is over.
pub async fn a_session_ends_at_its_time(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let session = a_session(user, "abc", T0);
    open(fresh, &session).await;
    for (seconds, is_live) in [(0, true), (DAY - 1, true), (DAY, false), (DAY + 1, false)] {
        let found = fresh
            .store
            .find_session(&session.digest, t(seconds))
            .await
            .unwrap();
        assert_eq!(found.is_some(), is_live, "{seconds}");
        assert_eq!(
            listed(fresh, user, seconds).await.len(),
            usize::from(is_live),
            "{seconds}"
        );
    }
}

/// Whoever deletes users need not know about sessions.
pub async fn a_session_of_a_missing_account_is_none(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    open(fresh, &a_session(user, "abc", T0)).await;
    fresh.seed.delete_user(user).await;
    assert!(!is_open(fresh, "abc").await);
}

/// It has no client, and may lack every time.
pub async fn a_session_of_the_reference_panel_is_found(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let timed = ForeignSession {
        user,
        name: "kRZ0vuuSxbTgWk2LqmcP".into(),
        secret: "oracle-token-ann".into(),
        created_at: Some(t(-60)),
        last_used_at: Some(t(-30)),
        expires_at: Some(t(DAY)),
    };
    let bare = ForeignSession {
        name: "bare".into(),
        secret: "oracle-token-bare".into(),
        created_at: None,
        last_used_at: None,
        expires_at: None,
        ..timed.clone()
    };
    let number = fresh.seed.insert_foreign_session(&timed).await;
    fresh.seed.insert_foreign_session(&bare).await;

    let digest = TokenDigest::of("oracle-token-ann");
    let found = fresh
        .store
        .find_session(&digest, T0)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.number, found.name.as_str()),
        (number, timed.name.as_str())
    );
    assert_eq!(
        (found.last_used_at, found.account.id),
        (timed.last_used_at, user)
    );
    assert_eq!(
        fresh.store.find_session(&digest, t(DAY)).await.unwrap(),
        None
    );
    let digest = TokenDigest::of("oracle-token-bare");
    assert!(
        fresh
            .store
            .find_session(&digest, t(9_999 * DAY))
            .await
            .unwrap()
            .is_some()
    );

    let records = listed(fresh, user, 0).await;
    assert_eq!(records.len(), 2);
    let record = records
        .iter()
        .find(|record| record.number == number)
        .unwrap();
    assert_eq!(
        (&record.client, record.created_at),
        (&None, timed.created_at)
    );
    assert_eq!(
        (record.last_used_at, record.expires_at),
        (timed.last_used_at, timed.expires_at)
    );
    let record = records
        .iter()
        .find(|record| record.number != number)
        .unwrap();
    assert_eq!(
        (record.created_at, record.last_used_at, record.expires_at),
        (None, None, None)
    );
    assert_eq!(
        records[0].number, number,
        "one that was never heard of comes last"
    );
}

/// Noting a use moves a session to the front.
pub async fn sessions_are_listed_by_activity(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let all = [("a", 10), ("b", 30), ("c", 20)].map(|(token, at)| a_session(user, token, t(at)));
    for session in &all {
        open(fresh, session).await;
    }
    let [a, b, c] = &all;
    assert_eq!(
        names(fresh, user, 60).await,
        [name_of(b), name_of(c), name_of(a)]
    );
    let number = fresh
        .store
        .find_session(&a.digest, t(60))
        .await
        .unwrap()
        .unwrap()
        .number;
    fresh.store.touch_session(number, t(50)).await.unwrap();
    assert_eq!(
        names(fresh, user, 60).await,
        [name_of(a), name_of(b), name_of(c)]
    );
    assert_eq!(listed(fresh, user, 60).await[0].last_used_at, Some(t(50)));
    fresh
        .store
        .touch_session(SessionNumber::new(999_999), t(50))
        .await
        .unwrap();
}

/// Not another user's, not ended ones.
pub async fn only_the_users_own_live_sessions_are_listed(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let mine = a_session(ann, "mine", T0);
    open(fresh, &mine).await;
    open(fresh, &a_session(ann, "ended", t(-DAY))).await;
    open(fresh, &a_session(bea, "hers", T0)).await;
    assert_eq!(names(fresh, ann, 1).await, [name_of(&mine)]);
    assert_eq!(listed(fresh, UserId::new(999_999), 1).await, []);
}

/// And is refused from then on.
pub async fn a_session_is_removed_by_name_and_by_number(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    for token in ["a", "b", "c"] {
        open(fresh, &a_session(user, token, T0)).await;
    }
    let digest = TokenDigest::of("b");
    let number = fresh
        .store
        .find_session(&digest, t(1))
        .await
        .unwrap()
        .unwrap()
        .number;
    let by_name = SessionKey::Name(a_session(user, "a", T0).name);
    let mut tx = fresh.begin().await;
    assert!(tx.delete_session(user, &by_name).await.unwrap());
    assert!(!tx.delete_session(user, &by_name).await.unwrap());
    assert!(
        tx.delete_session(user, &SessionKey::Number(number))
            .await
            .unwrap()
    );
    assert!(
        !tx.delete_session(user, &SessionKey::Number(number))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert_eq!(
        (is_open(fresh, "a").await, is_open(fresh, "b").await),
        (false, false)
    );
    assert!(is_open(fresh, "c").await);
    // Nothing is left of it: the same names may be used again.
    open(fresh, &a_session(user, "a", T0)).await;
    open(fresh, &a_session(user, "b", T0)).await;
    assert_eq!(listed(fresh, user, 1).await.len(), 3);
}

/// By whatever key.
pub async fn nobody_removes_somebody_elses_session(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    open(fresh, &a_session(ann, "a", T0)).await;
    let found = fresh
        .store
        .find_session(&TokenDigest::of("a"), t(1))
        .await
        .unwrap()
        .unwrap();
    let mut tx = fresh.begin().await;
    assert!(
        !tx.delete_session(bea, &SessionKey::Name(found.name))
            .await
            .unwrap()
    );
    assert!(
        !tx.delete_session(bea, &SessionKey::Number(found.number))
            .await
            .unwrap()
    );
    assert_eq!(tx.delete_sessions(bea, None).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert!(is_open(fresh, "a").await);
}

/// Or all of them.
pub async fn all_sessions_but_one_are_ended(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let other = fresh.user("bea@demo.test").await;
    for token in ["a", "b", "c"] {
        open(fresh, &a_session(user, token, T0)).await;
    }
    open(fresh, &a_session(other, "d", T0)).await;
    let kept = a_session(user, "b", T0).name;
    let mut tx = fresh.begin().await;
    assert_eq!(tx.delete_sessions(user, Some(&kept)).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(
        (is_open(fresh, "a").await, is_open(fresh, "b").await),
        (false, true)
    );
    let mut tx = fresh.begin().await;
    assert_eq!(tx.delete_sessions(user, None).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(
        (is_open(fresh, "b").await, is_open(fresh, "d").await),
        (false, true)
    );
}

/// Expired ones go first, then the least recently used; below the limit nothing goes.
pub async fn surplus_and_expired_sessions_are_ended(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let other = fresh.user("bea@demo.test").await;
    for (token, at) in [("ended", -DAY), ("a", 10), ("b", 40), ("c", 20), ("d", 30)] {
        open(fresh, &a_session(user, token, t(at))).await;
    }
    open(fresh, &a_session(other, "hers", t(1))).await;
    let number = fresh
        .store
        .find_session(&TokenDigest::of("a"), t(60))
        .await
        .unwrap()
        .unwrap()
        .number;
    fresh.store.touch_session(number, t(50)).await.unwrap();

    let mut tx = fresh.begin().await;
    assert_eq!(tx.delete_surplus_sessions(user, 5, t(60)).await.unwrap(), 0);
    assert_eq!(tx.delete_surplus_sessions(user, 3, t(60)).await.unwrap(), 2);
    assert_eq!(tx.delete_surplus_sessions(user, 3, t(60)).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let left = ["a", "b", "d"].map(|token| name_of(&a_session(user, token, T0)));
    assert_eq!(names(fresh, user, 60).await, left);
    assert_eq!(names(fresh, other, 60).await.len(), 1);
}

/// A use that lies ahead keeps no session, and not the one that was just opened from its place.
pub async fn a_use_that_lies_ahead_is_none(fresh: &FreshStore) {
    const MONTH: i64 = 30 * DAY;
    let user = fresh.user("ann@demo.test").await;
    for (token, at) in [("ahead", MONTH), ("later", MONTH + 1), ("old", 10)] {
        open(fresh, &a_session(user, token, t(at))).await;
    }
    open(fresh, &a_session(user, "new", t(60))).await;
    let mut tx = fresh.begin().await;
    assert_eq!(tx.delete_surplus_sessions(user, 2, t(60)).await.unwrap(), 2);
    tx.commit().await.unwrap();
    let left = ["new", "old"].map(|token| name_of(&a_session(user, token, T0)));
    assert_eq!(names(fresh, user, 60).await, left);
}

/// Two sessions never share a token.
pub async fn a_token_that_exists_is_named(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    open(fresh, &a_session(user, "abc", T0)).await;
    let second = NewSession {
        digest: TokenDigest::of("abc"),
        ..a_session(user, "def", T0)
    };
    let mut tx = fresh.begin().await;
    assert_duplicate(tx.insert_session(&second).await, "token");
}

/// From both tables, some at a time; also what is left of sessions that another program ended.
pub async fn ended_sessions_are_deleted(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let other = fresh.user("bea@demo.test").await;
    for (number, opened) in [0, 10, 20].into_iter().enumerate() {
        open(
            fresh,
            &a_session(user, &format!("ended{number}"), t(opened)),
        )
        .await;
    }
    open(fresh, &a_session(other, "live", t(30))).await;
    let forever = ForeignSession {
        user,
        name: "forever".into(),
        secret: "s".into(),
        created_at: Some(T0),
        last_used_at: None,
        expires_at: None,
    };
    fresh.seed.insert_foreign_session(&forever).await;
    let mut tx = fresh.begin().await;
    let now = t(20 + DAY);
    for expected in [2, 1, 0] {
        let ended = tx.delete_ended_sessions(now, t(-1), 2).await.unwrap();
        assert_eq!(ended, expected);
    }
    tx.commit().await.unwrap();
    assert_eq!(names(fresh, user, 0).await, ["forever"]);
    assert!(is_open(fresh, "live").await);
    assert_eq!(fresh.seed.count_session_origins().await, 1);
}
