use async_trait::async_trait;
use ferroboard_kernel::{Email, StoreError, UnixSeconds, UserId};

use super::{AccountRow, HasAuth, MemoryAuth, duplicate};
use crate::{Account, AccountRepository, NewAccount, Reminders, StoredPassword, SubscribeToken};

impl MemoryAuth {
    /// The account with this address.
    pub fn account_with(&self, email: &Email) -> Option<&Account> {
        self.accounts
            .values()
            .map(|row| &row.account)
            .find(|account| account.email == *email)
    }

    /// Adds a row, unless a unique index of `v2_user` refuses it.
    pub fn push_account(&mut self, account: &NewAccount) -> Result<UserId, StoreError> {
        self.check_unique(account)?;
        self.last_user += 1;
        let id = UserId::new(self.last_user);
        self.accounts.insert(id, AccountRow::new(id, account));
        Ok(id)
    }

    /// Refuses a row that a unique index of `v2_user` would refuse.
    fn check_unique(&self, account: &NewAccount) -> Result<(), StoreError> {
        let mut others = self.accounts.values().map(|row| &row.account);
        if self.account_with(&account.email).is_some() {
            return Err(duplicate("v2_user.email"));
        }
        if others.any(|other| other.subscribe_token == account.subscribe_token) {
            return Err(duplicate("v2_user.token"));
        }
        Ok(())
    }
}

impl AccountRow {
    fn new(id: UserId, new: &NewAccount) -> Self {
        Self {
            account: Account {
                id,
                email: new.email.clone(),
                password: StoredPassword {
                    hash: new.password_hash.clone(),
                    algo: None,
                    salt: None,
                },
                banned: false,
                is_admin: new.is_admin,
                uuid: new.uuid.clone(),
                subscribe_token: new.subscribe_token.clone(),
            },
            remind_expire: new.reminders.expire.unwrap_or(true),
            remind_traffic: new.reminders.traffic.unwrap_or(true),
            is_staff: false,
            last_login_at: new.logged_in.then_some(new.now),
            created_at: new.now,
        }
    }
}

#[async_trait]
impl<T: HasAuth> AccountRepository for T {
    async fn find_account_by_email(
        &mut self,
        email: &Email,
    ) -> Result<Option<Account>, StoreError> {
        Ok(self.auth()?.account_with(email).cloned())
    }

    async fn lock_account(&mut self, id: UserId) -> Result<Option<Account>, StoreError> {
        Ok(self
            .auth()?
            .accounts
            .get(&id)
            .map(|row| row.account.clone()))
    }

    async fn insert_account(&mut self, account: &NewAccount) -> Result<UserId, StoreError> {
        let inserted = self.auth()?.push_account(account);
        inserted.map_err(|refusal| self.fail(refusal))
    }

    async fn update_last_login(&mut self, id: UserId, at: UnixSeconds) -> Result<(), StoreError> {
        if let Some(row) = self.auth()?.accounts.get_mut(&id) {
            row.last_login_at = Some(at);
        }
        Ok(())
    }

    async fn move_password(
        &mut self,
        id: UserId,
        from: &StoredPassword,
        to_hash: &str,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.auth()?.accounts.get_mut(&id);
        let Some(row) = row.filter(|row| row.account.password == *from) else {
            return Ok(false);
        };
        row.account.password = StoredPassword {
            hash: to_hash.to_owned(),
            algo: None,
            salt: None,
        };
        Ok(true)
    }

    async fn update_reminders(
        &mut self,
        id: UserId,
        reminders: Reminders,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        if let Some(row) = self.auth()?.accounts.get_mut(&id) {
            row.remind_expire = reminders.expire.unwrap_or(row.remind_expire);
            row.remind_traffic = reminders.traffic.unwrap_or(row.remind_traffic);
        }
        Ok(())
    }

    async fn update_identity(
        &mut self,
        id: UserId,
        uuid: &str,
        token: &SubscribeToken,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let is_taken =
            |row: &AccountRow| row.account.id != id && row.account.subscribe_token == *token;
        if self.auth()?.accounts.values().any(is_taken) {
            return Err(self.fail(duplicate("v2_user.token")));
        }
        let Some(row) = self.auth()?.accounts.get_mut(&id) else {
            return Ok(false);
        };
        uuid.clone_into(&mut row.account.uuid);
        row.account.subscribe_token = token.clone();
        Ok(true)
    }

    async fn count_admins(&mut self) -> Result<i64, StoreError> {
        let admins = self
            .auth()?
            .accounts
            .values()
            .filter(|row| row.account.is_admin)
            .count();
        Ok(i64::try_from(admins).unwrap_or(i64::MAX))
    }
}
