//! The in-memory tables of this domain. The rows of `v2_user` that it reads and writes belong to
//! others, whose tables [`HasShadows`] reaches.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{Email, PlanId, StoreError, UnixSeconds, UserId};

use crate::{
    MainAccount, NewShadowUser, ShadowAccount, ShadowColumns, ShadowPair, ShadowRepository,
    ShadowRow,
};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryShadows {
    /// `ferro_shadow_account`, by main account.
    pub accounts: BTreeMap<UserId, ShadowAccount>,
    /// Main accounts, where this table stands alone; other domains know them where there are some.
    pub mains: BTreeMap<UserId, MainAccount>,
    /// The rows of shadows, where this table stands alone.
    pub rows: BTreeMap<UserId, ShadowRow>,
    /// The passwords of both, where this table stands alone.
    pub passwords: BTreeMap<UserId, String>,
}

impl MemoryShadows {
    /// Whose shadow the user is.
    pub fn main_of(&self, shadow: UserId) -> Option<UserId> {
        let account = self.accounts.values().find(|row| row.shadow == shadow)?;
        Some(account.main)
    }
}

/// A transaction that holds this domain's tables, and reaches those of users. Every method fails once
/// the transaction is over.
pub trait HasShadows: Send {
    /// The tables as the transaction sees them.
    fn shadows(&mut self) -> Result<&mut MemoryShadows, StoreError>;

    /// A user as a main account.
    fn main_account(&mut self, user: UserId) -> Result<Option<MainAccount>, StoreError>;

    /// A user as a shadow's row.
    fn shadow_row(&mut self, user: UserId) -> Result<Option<ShadowRow>, StoreError>;

    /// Who has the address.
    fn owner_of(&mut self, email: &Email) -> Result<Option<UserId>, StoreError>;

    /// Inserts a row with the password of the main account.
    fn insert_row(&mut self, new: &NewShadowUser) -> Result<UserId, StoreError>;

    /// Writes a shadow's row.
    fn write_row(&mut self, row: &ShadowRow) -> Result<(), StoreError>;

    /// Copies the password; `false` when it was the same.
    fn copy_password(&mut self, main: UserId, shadow: UserId) -> Result<bool, StoreError>;

    /// Deletes a row of `v2_user`.
    fn delete_row(&mut self, user: UserId) -> Result<(), StoreError>;

    /// Ends the transaction with this error and gives it back.
    fn fail(&mut self, error: StoreError) -> StoreError;
}

impl HasShadows for MemoryTransaction<'_, MemoryShadows> {
    fn shadows(&mut self) -> Result<&mut MemoryShadows, StoreError> {
        self.open()
    }

    fn main_account(&mut self, user: UserId) -> Result<Option<MainAccount>, StoreError> {
        Ok(self.open()?.mains.get(&user).cloned())
    }

    fn shadow_row(&mut self, user: UserId) -> Result<Option<ShadowRow>, StoreError> {
        Ok(self.open()?.rows.get(&user).cloned())
    }

    fn owner_of(&mut self, email: &Email) -> Result<Option<UserId>, StoreError> {
        let tables = self.open()?;
        let main = tables.mains.values().find(|main| main.email == *email);
        let row = tables.rows.values().find(|row| row.email == *email);
        Ok(main.map(|main| main.id).or(row.map(|row| row.id)))
    }

    fn insert_row(&mut self, new: &NewShadowUser) -> Result<UserId, StoreError> {
        let tables = self.open()?;
        let numbers = tables.mains.keys().chain(tables.rows.keys());
        let id = UserId::new(numbers.map(|id| id.get()).max().unwrap_or(0) + 1);
        let row = ShadowRow {
            id,
            email: new.email.clone(),
            uuid: new.uuid.clone(),
            token: new.token.clone(),
            columns: ShadowColumns::default(),
        };
        tables.rows.insert(id, row);
        self.copy_password(new.main, id)?;
        Ok(id)
    }

    fn write_row(&mut self, row: &ShadowRow) -> Result<(), StoreError> {
        self.open()?.rows.insert(row.id, row.clone());
        Ok(())
    }

    fn copy_password(&mut self, main: UserId, shadow: UserId) -> Result<bool, StoreError> {
        let passwords = &mut self.open()?.passwords;
        let password = passwords.get(&main).cloned().unwrap_or_default();
        let before = passwords.insert(shadow, password.clone());
        Ok(before != Some(password))
    }

    fn delete_row(&mut self, user: UserId) -> Result<(), StoreError> {
        self.open()?.rows.remove(&user);
        Ok(())
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

#[async_trait]
impl<T: HasShadows> ShadowRepository for T {
    async fn lock_main_account(&mut self, user: UserId) -> Result<Option<MainAccount>, StoreError> {
        self.main_account(user)
    }

    async fn find_shadow_account(
        &mut self,
        main: UserId,
    ) -> Result<Option<ShadowAccount>, StoreError> {
        Ok(self.shadows()?.accounts.get(&main).cloned())
    }

    async fn list_shadow_links(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<(UserId, UserId)>, StoreError> {
        let rows = self.shadows()?.accounts.values();
        let links = rows.map(|row| (row.main, row.shadow));
        let named = |user: &UserId| users.contains(user);
        Ok(links
            .filter(|(main, shadow)| named(main) || named(shadow))
            .collect())
    }

    async fn find_main_of(&mut self, shadow: UserId) -> Result<Option<UserId>, StoreError> {
        Ok(self.shadows()?.main_of(shadow))
    }

    async fn lock_shadow_row(&mut self, shadow: UserId) -> Result<Option<ShadowRow>, StoreError> {
        self.shadow_row(shadow)
    }

    async fn find_owner_of_email(&mut self, email: &Email) -> Result<Option<UserId>, StoreError> {
        self.owner_of(email)
    }

    async fn insert_shadow_row(&mut self, new: &NewShadowUser) -> Result<UserId, StoreError> {
        self.insert_row(new)
    }

    async fn insert_shadow_account(
        &mut self,
        account: &ShadowAccount,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let rows = &self.shadows()?.accounts;
        let is_taken = rows.contains_key(&account.main)
            || rows.values().any(|row| row.shadow == account.shadow);
        if is_taken {
            let constraint = "ferro_shadow_account.user_id".to_owned();
            return Err(self.fail(StoreError::Duplicate { constraint }));
        }
        let rows = &mut self.shadows()?.accounts;
        rows.insert(account.main, account.clone());
        Ok(())
    }

    async fn update_shadow_account(
        &mut self,
        account: &ShadowAccount,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        if let Some(row) = self.shadows()?.accounts.get_mut(&account.main) {
            row.clone_from(account);
        }
        Ok(())
    }

    async fn delete_shadow_account(&mut self, account: &ShadowAccount) -> Result<(), StoreError> {
        self.shadows()?.accounts.remove(&account.main);
        self.delete_row(account.shadow)
    }

    async fn update_shadow_row(
        &mut self,
        shadow: UserId,
        email: &Email,
        columns: &ShadowColumns,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let Some(mut row) = self.shadow_row(shadow)? else {
            return Ok(());
        };
        row.email = email.clone();
        row.columns = columns.clone();
        self.write_row(&row)
    }

    async fn update_shadow_identity(
        &mut self,
        shadow: UserId,
        uuid: &str,
        token: &str,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let Some(mut row) = self.shadow_row(shadow)? else {
            return Ok(());
        };
        uuid.clone_into(&mut row.uuid);
        token.clone_into(&mut row.token);
        self.write_row(&row)
    }

    async fn update_shadow_password(
        &mut self,
        account: &ShadowAccount,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        self.copy_password(account.main, account.shadow)
    }

    async fn list_shadow_pairs(
        &mut self,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<ShadowPair>, StoreError> {
        let rows = self.shadows()?.accounts.values();
        let next = rows.filter(|row| after.is_none_or(|after| row.main > after));
        let limit = usize::try_from(limit).unwrap_or(0);
        let next: Vec<ShadowAccount> = next.take(limit).cloned().collect();
        let mut pairs = Vec::with_capacity(next.len());
        for account in next {
            pairs.push(ShadowPair {
                main: self.main_account(account.main)?,
                shadow: self.shadow_row(account.shadow)?,
                account,
            });
        }
        Ok(pairs)
    }
}

/// A user with plan 1, 100 bytes of traffic of which 3 are used, and no end.
pub fn a_main_account(id: i64) -> MainAccount {
    MainAccount {
        id: UserId::new(id),
        email: Email::stored(&format!("user{id}@demo.test")),
        banned: false,
        plan_id: Some(PlanId::new(1)),
        expired_at: None,
        transfer_enable: 100,
        upload: 1,
        download: 2,
        speed_limit: None,
        device_limit: None,
        last_reset_at: None,
    }
}
