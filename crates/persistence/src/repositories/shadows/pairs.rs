use async_trait::async_trait;
use diesel::sql_types::Bool;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _,
    QueryResult, SelectableHelper as _,
};
use ferroboard_auth::{AccountRepository as _, SubscribeToken};
use ferroboard_kernel::{Email, GroupId, PlanId, StoreError, UnixSeconds, UserId};
use ferroboard_shadow_account::{
    MainAccount, NewShadowUser, ShadowAccount, ShadowColumns, ShadowPair, ShadowRepository,
    ShadowRow,
};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlTx, dialect, flag};
use super::shadow_views::{AccountRow, KIND, UserRow, find, main_of, pairs};
use crate::failure::Failure;
use crate::fixed::fixed;
use crate::integer::Int;
use crate::schema::{ferro_shadow_account as shadow, user_remarks, v2_user};

impl SqlTx {
    async fn lock_user_row(&mut self, user: UserId) -> Result<Option<UserRow>, StoreError> {
        self.take_turn(user).await?;
        let query = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .select(UserRow::as_select());
        let row = lock!(query).first::<UserRow>(self.open()?).await.optional();
        self.settle(row)
    }
}

#[async_trait]
impl ShadowRepository for SqlTx {
    async fn lock_main_account(&mut self, user: UserId) -> Result<Option<MainAccount>, StoreError> {
        Ok(self.lock_user_row(user).await?.map(MainAccount::from))
    }

    async fn find_shadow_account(
        &mut self,
        main: UserId,
    ) -> Result<Option<ShadowAccount>, StoreError> {
        let account = find(self.open()?, main).await;
        self.settle(account)
    }

    async fn list_shadow_links(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<(UserId, UserId)>, StoreError> {
        let users: Vec<i64> = users.iter().map(|user| user.get()).collect();
        let is_main = shadow::user_id.eq_any(users.clone());
        let links = shadow::table
            .filter(is_main.or(shadow::shadow_user_id.eq_any(users)))
            .filter(shadow::kind.eq(KIND))
            .order(shadow::user_id)
            .select((shadow::user_id, shadow::shadow_user_id))
            .load::<(Int, Int)>(self.open()?)
            .await;
        let links = self.settle(links)?.into_iter();
        Ok(links
            .map(|(main, shadow)| (UserId::new(main.0), UserId::new(shadow.0)))
            .collect())
    }

    async fn find_main_of(&mut self, user: UserId) -> Result<Option<UserId>, StoreError> {
        let main = main_of(self.open()?, user).await;
        self.settle(main)
    }

    async fn lock_shadow_row(&mut self, user: UserId) -> Result<Option<ShadowRow>, StoreError> {
        Ok(self.lock_user_row(user).await?.map(ShadowRow::from))
    }

    async fn find_owner_of_email(&mut self, email: &Email) -> Result<Option<UserId>, StoreError> {
        let owner = v2_user::table
            .filter(same_but_for_case!(v2_user::email, email.as_str()))
            .select(v2_user::id)
            .first::<Int>(self.open()?)
            .await
            .optional();
        Ok(self.settle(owner)?.map(|id| UserId::new(id.0)))
    }

    async fn insert_shadow_row(&mut self, new: &NewShadowUser) -> Result<UserId, StoreError> {
        let inserted: Result<Int, Failure> = async {
            let connection = self.open()?;
            let (password, algo, salt): (String, Option<String>, Option<String>) = v2_user::table
                .filter(v2_user::id.eq(new.main.get()))
                .select((
                    v2_user::password,
                    v2_user::password_algo,
                    v2_user::password_salt,
                ))
                .first(&mut *connection)
                .await?;
            let insert = diesel::insert_into(v2_user::table).values((
                v2_user::email.eq(new.email.as_str()),
                v2_user::password.eq(password),
                v2_user::password_algo.eq(algo),
                v2_user::password_salt.eq(salt),
                v2_user::uuid.eq(&new.uuid),
                v2_user::token.eq(&new.token),
                v2_user::remind_expire.eq(0_i64),
                v2_user::remind_traffic.eq(0_i64),
                v2_user::expired_at.eq(None::<i64>),
                v2_user::created_at.eq(new.now.get()),
                v2_user::updated_at.eq(new.now.get()),
            ));
            let id: QueryResult<Int> = insert_returning!(insert, v2_user::id, &mut *connection);
            let id = id?;
            diesel::update(user_remarks::table.filter(user_remarks::id.eq(id.0)))
                .set(user_remarks::remarks.eq(format!("IPv6 shadow of #{}", new.main)))
                .execute(connection)
                .await?;
            Ok(id)
        }
        .await;
        let id = UserId::new(self.settle(inserted)?.0);
        self.touched.users.insert(id);
        Ok(id)
    }

    async fn insert_shadow_account(
        &mut self,
        account: &ShadowAccount,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let inserted = diesel::insert_into(shadow::table)
            .values((
                shadow::kind.eq(KIND),
                shadow::user_id.eq(account.main.get()),
                shadow::shadow_user_id.eq(account.shadow.get()),
                shadow::status.eq(i64::from(account.active)),
                shadow::password_synced_at.eq(account.password_synced_at.map(UnixSeconds::get)),
                shadow::synced_at.eq(account.synced_at.map(UnixSeconds::get)),
                shadow::created_at.eq(at.get()),
                shadow::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }

    async fn update_shadow_account(
        &mut self,
        account: &ShadowAccount,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let own = shadow::table
            .filter(shadow::user_id.eq(account.main.get()))
            .filter(shadow::kind.eq(KIND));
        let updated = diesel::update(own)
            .set((
                shadow::shadow_user_id.eq(account.shadow.get()),
                shadow::status.eq(i64::from(account.active)),
                shadow::password_synced_at.eq(account.password_synced_at.map(UnixSeconds::get)),
                shadow::synced_at.eq(account.synced_at.map(UnixSeconds::get)),
                shadow::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn delete_shadow_account(&mut self, account: &ShadowAccount) -> Result<(), StoreError> {
        let deleted: Result<(), Failure> = async {
            let connection = self.open()?;
            let own = shadow::table
                .filter(shadow::user_id.eq(account.main.get()))
                .filter(shadow::kind.eq(KIND));
            diesel::delete(own).execute(&mut *connection).await?;
            let row = v2_user::table.filter(v2_user::id.eq(account.shadow.get()));
            diesel::delete(row).execute(connection).await?;
            Ok(())
        }
        .await;
        self.touched.users.insert(account.shadow);
        self.settle(deleted)
    }

    async fn update_shadow_row(
        &mut self,
        user: UserId,
        email: &Email,
        columns: &ShadowColumns,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let updated = diesel::update(v2_user::table.filter(v2_user::id.eq(user.get())))
            .set((
                v2_user::email.eq(email.as_str()),
                v2_user::group_id.eq(columns.group_id.map(GroupId::get)),
                v2_user::plan_id.eq(columns.plan_id.map(PlanId::get)),
                v2_user::expired_at.eq(columns.expired_at.map(UnixSeconds::get)),
                v2_user::transfer_enable.eq(columns.transfer_enable),
                v2_user::u.eq(columns.upload),
                v2_user::d.eq(columns.download),
                v2_user::speed_limit.eq(columns.speed_limit),
                v2_user::device_limit.eq(columns.device_limit),
                v2_user::banned.eq(flag(columns.banned)),
                v2_user::next_reset_at.eq(columns.next_reset_at.map(UnixSeconds::get)),
                v2_user::last_reset_at.eq(columns.last_reset_at.map(UnixSeconds::get)),
                v2_user::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.touched.users.insert(user);
        self.settle(updated).map(drop)
    }

    async fn update_shadow_identity(
        &mut self,
        user: UserId,
        uuid: &str,
        token: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let token = SubscribeToken::new(token.to_owned());
        self.update_identity(user, uuid, &token, at).await.map(drop)
    }

    async fn update_shadow_password(
        &mut self,
        account: &ShadowAccount,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        type Columns = (String, Option<String>, Option<String>);
        let copied: Result<bool, Failure> = async {
            let connection = self.open()?;
            let ids = [account.main.get(), account.shadow.get()];
            let rows: Vec<(Int, Columns)> = v2_user::table
                .filter(v2_user::id.eq_any(ids))
                .select((
                    v2_user::id,
                    (
                        v2_user::password,
                        v2_user::password_algo,
                        v2_user::password_salt,
                    ),
                ))
                .load(&mut *connection)
                .await?;
            let of = |user: UserId| {
                let row = rows.iter().find(|(id, _)| id.0 == user.get());
                row.map(|(_, columns)| columns.clone())
            };
            let (Some(main), Some(present)) = (of(account.main), of(account.shadow)) else {
                return Ok(false);
            };
            if main == present {
                return Ok(false);
            }
            let (password, algo, salt) = main;
            let row = v2_user::table.filter(v2_user::id.eq(account.shadow.get()));
            diesel::update(row)
                .set((
                    v2_user::password.eq(password),
                    v2_user::password_algo.eq(algo),
                    v2_user::password_salt.eq(salt),
                    v2_user::updated_at.eq(at.get()),
                ))
                .execute(connection)
                .await?;
            Ok(true)
        }
        .await;
        self.settle(copied)
    }

    async fn list_shadow_pairs(
        &mut self,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<ShadowPair>, StoreError> {
        let listed: Result<Vec<ShadowPair>, Failure> = async {
            let connection = self.open()?;
            let accounts: Vec<AccountRow> = shadow::table
                .filter(shadow::kind.eq(KIND))
                // What is no number would come behind every number, again and again.
                .filter(fixed::<Bool>(dialect::holds_integer(
                    "ferro_shadow_account.user_id",
                )))
                .filter(shadow::user_id.gt(after.map_or(i64::MIN, UserId::get)))
                .order(shadow::user_id)
                .limit(limit)
                .select(AccountRow::as_select())
                .load(&mut *connection)
                .await?;
            let accounts = accounts.into_iter().map(ShadowAccount::from).collect();
            Ok(pairs(connection, accounts).await?)
        }
        .await;
        self.settle(listed)
    }
}
