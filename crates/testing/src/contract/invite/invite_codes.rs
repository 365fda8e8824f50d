//! Promises about invitation codes and inviters.

use ferroboard_invite::InviteCode;
use ferroboard_kernel::InviteCodeId;

use crate::contract::{FreshStore, t};

/// The code as it is stored comes back.
pub async fn codes_are_found_in_any_letter_case(fresh: &FreshStore) {
    let owner = fresh.user("ann@demo.test").await;
    let id = fresh.seed.insert_invite_code(owner, "Ab3dE9xZ").await;
    let other = fresh.seed.insert_invite_code(owner, "OTHER123").await;
    let expected = InviteCode {
        id,
        owner,
        code: "Ab3dE9xZ".into(),
        used: false,
    };
    let mut tx = fresh.begin().await;
    for typed in ["Ab3dE9xZ", "ab3de9xz", "AB3DE9XZ"] {
        let found = tx.find_invite_code(typed).await.unwrap();
        assert_eq!(found.as_ref(), Some(&expected), "{typed}");
    }
    assert_eq!(
        tx.find_invite_code("other123").await.unwrap().unwrap().id,
        other
    );
    tx.rollback().await.unwrap();
}

/// Also one with characters that mean something in a pattern.
pub async fn an_unknown_code_is_none(fresh: &FreshStore) {
    let owner = fresh.user("ann@demo.test").await;
    fresh.seed.insert_invite_code(owner, "Ab3dE9xZ").await;
    let mut tx = fresh.begin().await;
    for typed in [
        "",
        "Ab3dE9x",
        "%",
        "Ab3dE9x_",
        "' OR 1=1 --",
        "Ab3dE9xZ ",
        "密码",
    ] {
        assert_eq!(tx.find_invite_code(typed).await.unwrap(), None, "{typed:?}");
    }
    let missing = InviteCodeId::new(999_999);
    assert!(!tx.move_invite_code(missing, t(1)).await.unwrap());
    tx.update_invite_code_views(missing).await.unwrap();
    tx.commit().await.unwrap();
}

/// The second time it says that somebody was first.
pub async fn a_code_is_used_once(fresh: &FreshStore) {
    let owner = fresh.user("ann@demo.test").await;
    let id = fresh.seed.insert_invite_code(owner, "Ab3dE9xZ").await;
    let mut tx = fresh.begin().await;
    assert!(tx.move_invite_code(id, t(1)).await.unwrap());
    assert!(!tx.move_invite_code(id, t(1)).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert!(tx.find_invite_code("Ab3dE9xZ").await.unwrap().unwrap().used);
    assert!(!tx.move_invite_code(id, t(1)).await.unwrap());
    tx.rollback().await.unwrap();
}

/// However many register with it at once.
pub async fn of_many_uses_of_one_code_one_wins(fresh: &FreshStore) {
    let owner = fresh.user("ann@demo.test").await;
    let id = fresh.seed.insert_invite_code(owner, "Ab3dE9xZ").await;
    let won = fresh
        .race(16, move |_, mut tx| async move {
            let found = tx.find_invite_code("ab3de9xz").await?.unwrap();
            let moved = !found.used && tx.move_invite_code(id, t(1)).await?;
            tx.commit().await.map(|()| moved)
        })
        .await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
}

/// 16 at once, used or not.
pub async fn views_are_counted_exactly(fresh: &FreshStore) {
    let owner = fresh.user("ann@demo.test").await;
    let id = fresh.seed.insert_invite_code(owner, "Ab3dE9xZ").await;
    let other = fresh.seed.insert_invite_code(owner, "OTHER123").await;
    let mut tx = fresh.begin().await;
    assert!(tx.move_invite_code(id, t(1)).await.unwrap());
    tx.commit().await.unwrap();
    fresh
        .race(16, move |_, mut tx| async move {
            tx.update_invite_code_views(id).await?;
            tx.commit().await
        })
        .await;
    assert_eq!(fresh.seed.invite_code_views(id).await, 16);
    assert_eq!(fresh.seed.invite_code_views(other).await, 0);
}

/// Who invited whom shows in the inviter's overview.
pub async fn an_inviter_is_written(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let mut tx = fresh.begin().await;
    assert!(tx.lock_inviter(ann).await.unwrap());
    tx.update_inviter(bea, ann).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        fresh.store.find_overview(ann).await.unwrap().invited_users,
        1
    );
    assert_eq!(
        fresh.store.find_overview(bea).await.unwrap().invited_users,
        0
    );
}
