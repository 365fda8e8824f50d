//! Shadows over in-memory tables.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::collections::BTreeMap;

use ferroboard_kernel::{Email, GroupId, PlanId, Seconds, StoreError, UnixSeconds, UserId};
use ferroboard_shadow_account::testing::{HasShadows, MemoryShadows, a_main_account};
use ferroboard_shadow_account::{
    MainAccount, NewIdentity, NewShadowUser, Refusal, ShadowColumns, ShadowError, ShadowPolicy,
    ShadowRepository, ShadowRow, ShadowService,
};

const T0: UnixSeconds = UnixSeconds::new(1_767_000_000);
const MAIN: UserId = UserId::new(1);

/// Main accounts and shadows in tables of their own, each with a password.
#[derive(Default)]
struct Tables {
    shadows: MemoryShadows,
    mains: BTreeMap<UserId, MainAccount>,
    rows: BTreeMap<UserId, ShadowRow>,
    passwords: BTreeMap<UserId, &'static str>,
}

impl Tables {
    fn new() -> Self {
        let mut tables = Self::default();
        tables.mains.insert(MAIN, a_main_account(1));
        tables.passwords.insert(MAIN, "first");
        tables
    }

    fn main(&mut self) -> &mut MainAccount {
        self.mains.get_mut(&MAIN).unwrap()
    }

    fn only_row(&self) -> &ShadowRow {
        assert_eq!(self.rows.len(), 1);
        self.rows.values().next().unwrap()
    }

    async fn enable(&mut self, policy: &ShadowPolicy) -> Result<bool, ShadowError> {
        let number = self.rows.len();
        let identity = NewIdentity {
            uuid: format!("uuid-{number}"),
            token: format!("token-{number}"),
        };
        let enabled = ShadowService.enable(self, MAIN, false, policy, &identity, T0);
        Ok(enabled.await?.created)
    }

    async fn sync(&mut self, policy: &ShadowPolicy) -> Option<UserId> {
        let later = T0.plus(Seconds::new(60));
        ShadowService.sync(self, MAIN, policy, later).await.unwrap()
    }
}

impl HasShadows for Tables {
    fn shadows(&mut self) -> Result<&mut MemoryShadows, StoreError> {
        Ok(&mut self.shadows)
    }

    fn main_account(&mut self, user: UserId) -> Result<Option<MainAccount>, StoreError> {
        Ok(self.mains.get(&user).cloned())
    }

    fn shadow_row(&mut self, user: UserId) -> Result<Option<ShadowRow>, StoreError> {
        Ok(self.rows.get(&user).cloned())
    }

    fn owner_of(&mut self, email: &Email) -> Result<Option<UserId>, StoreError> {
        let main = self.mains.values().find(|main| main.email == *email);
        let row = self.rows.values().find(|row| row.email == *email);
        Ok(main.map(|main| main.id).or(row.map(|row| row.id)))
    }

    fn insert_row(&mut self, new: &NewShadowUser) -> Result<UserId, StoreError> {
        let last = self.rows.keys().next_back().map_or(100, |id| id.get());
        let id = UserId::new(last + 1);
        let row = ShadowRow {
            id,
            email: new.email.clone(),
            uuid: new.uuid.clone(),
            token: new.token.clone(),
            columns: ShadowColumns::default(),
        };
        self.rows.insert(id, row);
        let password = self.passwords[&new.main];
        self.passwords.insert(id, password);
        Ok(id)
    }

    fn write_row(&mut self, row: &ShadowRow) -> Result<(), StoreError> {
        self.rows.insert(row.id, row.clone());
        Ok(())
    }

    fn copy_password(&mut self, main: UserId, shadow: UserId) -> Result<bool, StoreError> {
        let password = self.passwords[&main];
        Ok(self.passwords.insert(shadow, password) != Some(password))
    }

    fn delete_row(&mut self, user: UserId) -> Result<(), StoreError> {
        self.rows.remove(&user);
        Ok(())
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        error
    }
}

fn policy() -> ShadowPolicy {
    ShadowPolicy {
        enabled: true,
        group: Some(GroupId::new(6)),
        ..ShadowPolicy::default()
    }
}

#[tokio::test]
async fn enabling_twice_makes_one_shadow() {
    let mut tables = Tables::new();
    assert_eq!(tables.enable(&policy()).await, Ok(true));
    let first = tables.only_row().clone();
    assert_eq!(first.email.as_str(), "user1-ipv6@demo.test");
    assert_eq!(first.columns.group_id, Some(GroupId::new(6)));
    assert_eq!(first.columns.plan_id, Some(PlanId::new(1)));
    assert_eq!(first.columns.transfer_enable, 100);
    assert_eq!(tables.passwords[&first.id], "first");
    assert_eq!(tables.enable(&policy()).await, Ok(false));
    assert_eq!(*tables.only_row(), first);
}

#[tokio::test]
async fn a_shadow_has_no_shadow_and_who_may_have_none_gets_none() {
    let mut tables = Tables::new();
    tables.main().banned = true;
    let refused = tables.enable(&policy()).await;
    assert_eq!(refused, Err(ShadowError::NotEligible(Refusal::Banned)));
    tables.main().banned = false;
    tables.enable(&policy()).await.unwrap();
    let shadow = tables.only_row().id;
    let as_main = MainAccount {
        id: shadow,
        ..a_main_account(1)
    };
    tables.mains.insert(shadow, as_main);
    let identity = NewIdentity {
        uuid: "u".into(),
        token: "t".into(),
    };
    let refused = ShadowService
        .enable(&mut tables, shadow, false, &policy(), &identity, T0)
        .await;
    assert_eq!(refused, Err(ShadowError::NotEligible(Refusal::IsShadow)));
    let nobody = ShadowService
        .enable(&mut tables, UserId::new(9), false, &policy(), &identity, T0)
        .await;
    assert_eq!(nobody, Err(ShadowError::AccountMissing));
}

#[tokio::test]
async fn an_address_that_somebody_has_is_left_to_them() {
    let mut tables = Tables::new();
    let other = MainAccount {
        email: Email::stored("user1-ipv6@demo.test"),
        ..a_main_account(2)
    };
    tables.mains.insert(other.id, other);
    tables.enable(&policy()).await.unwrap();
    assert_eq!(tables.only_row().email.as_str(), "u1-ipv6@shadow.invalid");
    assert_eq!(tables.sync(&policy()).await, None);
    tables.mains.remove(&UserId::new(2));
    assert!(tables.sync(&policy()).await.is_some());
    assert_eq!(tables.only_row().email.as_str(), "user1-ipv6@demo.test");
}

#[tokio::test]
async fn a_synchronisation_writes_only_differences() {
    let mut tables = Tables::new();
    assert_eq!(tables.sync(&policy()).await, None);
    tables.enable(&policy()).await.unwrap();
    assert_eq!(tables.sync(&policy()).await, None);
    let end = Some(T0.plus(Seconds::days(30)));
    tables.main().expired_at = end;
    tables.main().email = Email::stored("new@demo.test");
    let shadow = tables.only_row().id;
    assert_eq!(tables.sync(&policy()).await, Some(shadow));
    assert_eq!(tables.only_row().columns.expired_at, end);
    assert_eq!(tables.only_row().email.as_str(), "new-ipv6@demo.test");
    let synced_at = tables.shadows.accounts[&MAIN].synced_at;
    assert_eq!(synced_at, Some(T0.plus(Seconds::new(60))));
    tables.main().banned = true;
    tables.sync(&policy()).await.unwrap();
    assert_eq!(tables.only_row().columns.group_id, None);
    assert!(tables.only_row().columns.banned);
}

#[tokio::test]
async fn what_vanished_is_made_room_for() {
    let mut tables = Tables::new();
    tables.enable(&policy()).await.unwrap();
    tables.rows.clear();
    assert_eq!(tables.enable(&policy()).await, Ok(true));
    let shadow = tables.only_row().id;
    tables.mains.clear();
    assert_eq!(tables.sync(&policy()).await, Some(shadow));
    assert!(tables.rows.is_empty() && tables.shadows.accounts.is_empty());
}

#[tokio::test]
async fn a_shadow_that_was_deleted_alone_is_forgotten() {
    let mut tables = Tables::new();
    tables.enable(&policy()).await.unwrap();
    let shadow = tables.only_row().id;
    tables.rows.clear();
    assert_eq!(tables.sync(&policy()).await, Some(shadow));
    assert!(tables.shadows.accounts.is_empty());
    assert_eq!(tables.mains.len(), 1);
}

#[tokio::test]
async fn passwords_are_copied_where_shadows_may_log_in() {
    let mut tables = Tables::new();
    let copied = ShadowService
        .copy_password(&mut tables, MAIN, &policy(), T0)
        .await;
    assert_eq!(copied, Err(ShadowError::Missing));
    tables.enable(&policy()).await.unwrap();
    tables.passwords.insert(MAIN, "second");
    let closed = ShadowPolicy {
        allows_login: false,
        ..policy()
    };
    let copied = ShadowService
        .copy_password(&mut tables, MAIN, &closed, T0)
        .await;
    assert_eq!(copied, Err(ShadowError::LoginClosed));
    let later = T0.plus(Seconds::new(5));
    let copied = ShadowService
        .copy_password(&mut tables, MAIN, &policy(), later)
        .await;
    let copied = copied.unwrap();
    assert!(copied.changed);
    assert_eq!(copied.account.password_synced_at, Some(later));
    let again = ShadowService
        .copy_password(&mut tables, MAIN, &policy(), later.plus(Seconds::new(5)))
        .await
        .unwrap();
    assert_eq!((again.changed, &again.account), (false, &copied.account));
    let shadow = tables.only_row().id;
    assert_eq!(tables.passwords[&shadow], "second");
}

#[tokio::test]
async fn a_new_identity_is_the_shadows_own() {
    let mut tables = Tables::new();
    let identity = NewIdentity {
        uuid: "new-uuid".into(),
        token: "new-token".into(),
    };
    let none = ShadowService.rotate(&mut tables, MAIN, &identity, T0).await;
    assert_eq!(none, Ok(None));
    tables.enable(&policy()).await.unwrap();
    let shadow = tables.only_row().id;
    let rotated = ShadowService.rotate(&mut tables, MAIN, &identity, T0).await;
    assert_eq!(rotated, Ok(Some(shadow)));
    let row = tables.only_row();
    assert_eq!(
        (row.uuid.as_str(), row.token.as_str()),
        ("new-uuid", "new-token")
    );
}

#[tokio::test]
async fn pairs_tell_whether_they_are_in_step() {
    let mut tables = Tables::new();
    tables.enable(&policy()).await.unwrap();
    let pairs = tables.list_shadow_pairs(None, 10).await.unwrap();
    assert!(ShadowService.is_in_step(&pairs[0], &policy(), T0));
    let off = ShadowPolicy {
        enabled: false,
        ..policy()
    };
    assert!(!ShadowService.is_in_step(&pairs[0], &off, T0));
    tables.main().download += 1;
    let pairs = tables.list_shadow_pairs(None, 10).await.unwrap();
    assert!(!ShadowService.is_in_step(&pairs[0], &policy(), T0));
    assert_eq!(tables.list_shadow_pairs(Some(MAIN), 10).await.unwrap(), []);
}
