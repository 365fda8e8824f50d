use async_trait::async_trait;
use ferroboard_application::ShadowQueries;
use ferroboard_auth::testing::{HasAuth as _, push_account};
use ferroboard_auth::{NewAccount, Reminders, SubscribeToken};
use ferroboard_kernel::{Email, StoreError, UserId};
use ferroboard_shadow_account::testing::{HasShadows, MemoryShadows};
use ferroboard_shadow_account::{
    MainAccount, NewShadowUser, ShadowAccount, ShadowColumns, ShadowPair, ShadowRow,
};

use super::{MemoryStore, MemoryTables, MemoryTx};

impl MemoryTables {
    fn main_account_row(&self, user: UserId) -> Option<MainAccount> {
        let row = self.users.get(&user)?;
        let (account, row) = (&row.auth.account, &row.billing);
        Some(MainAccount {
            id: user,
            email: account.email.clone(),
            banned: account.banned,
            plan_id: row.plan_id,
            expired_at: row.expired_at,
            transfer_enable: row.transfer_enable,
            upload: row.upload,
            download: row.download,
            speed_limit: row.speed_limit,
            device_limit: row.device_limit,
            last_reset_at: row.last_reset_at,
        })
    }

    pub(super) fn shadow_account_row(&self, user: UserId) -> Option<ShadowRow> {
        let row = self.users.get(&user)?;
        let (account, row) = (&row.auth.account, &row.billing);
        Some(ShadowRow {
            id: user,
            email: account.email.clone(),
            uuid: account.uuid.clone(),
            token: account.subscribe_token.as_str().to_owned(),
            columns: ShadowColumns {
                group_id: row.group_id,
                plan_id: row.plan_id,
                expired_at: row.expired_at,
                transfer_enable: row.transfer_enable,
                upload: row.upload,
                download: row.download,
                speed_limit: row.speed_limit,
                device_limit: row.device_limit,
                banned: account.banned,
                next_reset_at: row.next_reset_at,
                last_reset_at: row.last_reset_at,
            },
        })
    }

    fn write_shadow_row(&mut self, row: &ShadowRow) {
        let Some(user) = self.users.get_mut(&row.id) else {
            return;
        };
        let account = &mut user.auth.account;
        account.email = row.email.clone();
        account.uuid.clone_from(&row.uuid);
        account.subscribe_token = SubscribeToken::new(row.token.clone());
        account.banned = row.columns.banned;
        let columns = &row.columns;
        let billed = &mut user.billing;
        billed.is_shadow = true;
        billed.upload = columns.upload;
        billed.download = columns.download;
        billed.last_reset_at = columns.last_reset_at;
        (billed.plan_id, billed.group_id) = (columns.plan_id, columns.group_id);
        billed.transfer_enable = columns.transfer_enable;
        billed.speed_limit = columns.speed_limit;
        billed.device_limit = columns.device_limit;
        billed.expired_at = columns.expired_at;
        billed.next_reset_at = columns.next_reset_at;
    }

    fn pair_of(&self, account: &ShadowAccount) -> ShadowPair {
        ShadowPair {
            account: account.clone(),
            main: self.main_account_row(account.main),
            shadow: self.shadow_account_row(account.shadow),
        }
    }
}

impl HasShadows for MemoryTx {
    fn shadows(&mut self) -> Result<&mut MemoryShadows, StoreError> {
        Ok(&mut self.open()?.shadows)
    }

    fn main_account(&mut self, user: UserId) -> Result<Option<MainAccount>, StoreError> {
        Ok(self.open()?.main_account_row(user))
    }

    fn shadow_row(&mut self, user: UserId) -> Result<Option<ShadowRow>, StoreError> {
        Ok(self.open()?.shadow_account_row(user))
    }

    fn owner_of(&mut self, email: &Email) -> Result<Option<UserId>, StoreError> {
        let owner = self.open()?.account_with(email);
        Ok(owner.map(|account| account.id))
    }

    fn insert_row(&mut self, new: &NewShadowUser) -> Result<UserId, StoreError> {
        let account = NewAccount {
            email: new.email.clone(),
            password_hash: String::new(),
            uuid: new.uuid.clone(),
            subscribe_token: SubscribeToken::new(new.token.clone()),
            is_admin: false,
            reminders: Reminders {
                expire: Some(false),
                traffic: Some(false),
            },
            now: new.now,
            logged_in: false,
        };
        let id = push_account(self, &account)?;
        HasShadows::copy_password(self, new.main, id)?;
        self.open()?.user(id).billing.is_shadow = true;
        Ok(id)
    }

    fn write_row(&mut self, row: &ShadowRow) -> Result<(), StoreError> {
        self.open()?.write_shadow_row(row);
        Ok(())
    }

    fn copy_password(&mut self, main: UserId, shadow: UserId) -> Result<bool, StoreError> {
        let main = self.account_row(main)?;
        let Some(password) = main.map(|row| row.account.password.clone()) else {
            return Ok(false);
        };
        let Some(row) = self.account_row(shadow)? else {
            return Ok(false);
        };
        let is_new = row.account.password != password;
        row.account.password = password;
        Ok(is_new)
    }

    fn delete_row(&mut self, user: UserId) -> Result<(), StoreError> {
        self.open()?.users.remove(&user);
        Ok(())
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

#[async_trait]
impl ShadowQueries for MemoryStore {
    async fn find_shadow_pair(&self, main: UserId) -> Result<Option<ShadowPair>, StoreError> {
        Ok(self.read(|tables| {
            let account = tables.shadows.accounts.get(&main)?;
            Some(tables.pair_of(account))
        }))
    }

    async fn find_main_account(&self, user: UserId) -> Result<Option<UserId>, StoreError> {
        Ok(self.read(|tables| tables.shadows.main_of(user)))
    }
}
