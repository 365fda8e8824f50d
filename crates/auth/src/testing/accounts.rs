use async_trait::async_trait;
use ferroboard_kernel::{Email, StoreError, UnixSeconds, UserId};

use super::{AccountRow, HasAuth, duplicate};
use crate::{Account, AccountRepository, NewAccount, Reminders, StoredPassword, SubscribeToken};

/// Adds a row, unless a unique index of `v2_user` refuses it: that ends the transaction.
pub fn push_account(tx: &mut impl HasAuth, new: &NewAccount) -> Result<UserId, StoreError> {
    let taken = taken(&tx.account_rows()?, new);
    if let Some(constraint) = taken {
        return Err(tx.fail(duplicate(constraint)));
    }
    let tables = tx.auth()?;
    tables.last_user += 1;
    let id = UserId::new(tables.last_user);
    tx.insert_account_row(AccountRow::new(id, new))?;
    Ok(id)
}

/// The unique index of `v2_user` that would refuse the account.
fn taken(rows: &[&AccountRow], new: &NewAccount) -> Option<&'static str> {
    let has = |is_same: fn(&Account, &NewAccount) -> bool| {
        rows.iter().any(|row| is_same(&row.account, new))
    };
    if has(|other, new| other.email == new.email) {
        return Some("v2_user.email");
    }
    has(|other, new| other.subscribe_token == new.subscribe_token).then_some("v2_user.token")
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
        let mut rows = self.account_rows()?.into_iter();
        let found = rows.find(|row| row.account.email == *email);
        Ok(found.map(|row| row.account.clone()))
    }

    async fn find_account_address(&mut self, id: UserId) -> Result<Option<Email>, StoreError> {
        Ok(self.account_row(id)?.map(|row| row.account.email.clone()))
    }

    async fn lock_account(&mut self, id: UserId) -> Result<Option<Account>, StoreError> {
        Ok(self.account_row(id)?.map(|row| row.account.clone()))
    }

    async fn insert_account(&mut self, account: &NewAccount) -> Result<UserId, StoreError> {
        push_account(self, account)
    }

    async fn update_last_login(&mut self, id: UserId, at: UnixSeconds) -> Result<(), StoreError> {
        if let Some(row) = self.account_row(id)? {
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
        let row = self.account_row(id)?;
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
        if let Some(row) = self.account_row(id)? {
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
        // No row, nothing that could be written twice.
        if self.account_row(id)?.is_none() {
            return Ok(false);
        }
        let is_taken =
            |row: &AccountRow| row.account.id != id && row.account.subscribe_token == *token;
        if self.account_rows()?.into_iter().any(is_taken) {
            return Err(self.fail(duplicate("v2_user.token")));
        }
        let Some(row) = self.account_row(id)? else {
            return Ok(false);
        };
        uuid.clone_into(&mut row.account.uuid);
        row.account.subscribe_token = token.clone();
        Ok(true)
    }

    async fn count_admins(&mut self) -> Result<i64, StoreError> {
        let rows = self.account_rows()?.into_iter();
        let admins = rows.filter(|row| row.account.is_admin);
        Ok(i64::try_from(admins.count()).unwrap_or(i64::MAX))
    }

    async fn list_staff_emails(&mut self, limit: u32) -> Result<Vec<Email>, StoreError> {
        let rows = self.account_rows()?.into_iter();
        let works = |row: &&AccountRow| row.is_staff || row.account.is_admin;
        let staff = rows.filter(works).filter(|row| !row.account.banned);
        let emails = staff.map(|row| row.account.email.clone());
        Ok(emails
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .collect())
    }
}
