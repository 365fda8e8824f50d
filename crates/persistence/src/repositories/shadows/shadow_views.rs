//! Shadow accounts as they are read, and how everything else leaves them out.

use std::collections::HashMap;

use async_trait::async_trait;
use diesel::sql_types::Bool;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    Selectable, SelectableHelper as _,
};
use ferroboard_application::ShadowQueries;
use ferroboard_kernel::{Email, GroupId, PlanId, StoreError, UserId};
use ferroboard_shadow_account::{MainAccount, ShadowAccount, ShadowColumns, ShadowPair, ShadowRow};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, reported};
use crate::fixed::{Fixed, fixed};
use crate::integer::{Int, instant, number};
use crate::schema::{ferro_shadow_account as shadow, v2_user};

/// Whether a user is nobody's shadow.
pub(in super::super) const NO_SHADOW: &str = "NOT EXISTS (SELECT 1 FROM ferro_shadow_account \
     WHERE ferro_shadow_account.shadow_user_id = v2_user.id)";

/// The same for a statement about `v2_user` that is not written out.
pub(in super::super) fn no_shadow() -> Fixed<Bool> {
    fixed(NO_SHADOW)
}

pub(in super::super) const KIND: &str = "ipv6";

/// What of a user a shadow follows, and what of a shadow follows.
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_user)]
pub(in super::super) struct UserRow {
    id: Int,
    email: String,
    uuid: String,
    token: String,
    banned: Int,
    group_id: Option<Int>,
    plan_id: Option<Int>,
    expired_at: Option<Int>,
    transfer_enable: Int,
    u: Int,
    d: Int,
    speed_limit: Option<Int>,
    device_limit: Option<Int>,
    next_reset_at: Option<Int>,
    last_reset_at: Option<Int>,
}

impl From<UserRow> for MainAccount {
    fn from(row: UserRow) -> Self {
        Self {
            id: UserId::new(row.id.0),
            email: Email::stored(&row.email),
            banned: row.banned.is_set(),
            plan_id: number(row.plan_id).map(PlanId::new),
            expired_at: instant(row.expired_at),
            transfer_enable: row.transfer_enable.0,
            upload: row.u.0,
            download: row.d.0,
            speed_limit: number(row.speed_limit),
            device_limit: number(row.device_limit),
            last_reset_at: instant(row.last_reset_at),
        }
    }
}

impl From<UserRow> for ShadowRow {
    fn from(row: UserRow) -> Self {
        Self {
            id: UserId::new(row.id.0),
            email: Email::stored(&row.email),
            // Fixed-width columns come padded from a PostgreSQL database that Xboard made.
            uuid: row.uuid.trim_end().to_owned(),
            token: row.token.trim_end().to_owned(),
            columns: ShadowColumns {
                group_id: number(row.group_id).map(GroupId::new),
                plan_id: number(row.plan_id).map(PlanId::new),
                expired_at: instant(row.expired_at),
                transfer_enable: row.transfer_enable.0,
                upload: row.u.0,
                download: row.d.0,
                speed_limit: number(row.speed_limit),
                device_limit: number(row.device_limit),
                banned: row.banned.is_set(),
                next_reset_at: instant(row.next_reset_at),
                last_reset_at: instant(row.last_reset_at),
            },
        }
    }
}

/// A row of `ferro_shadow_account`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = shadow)]
pub(in super::super) struct AccountRow {
    user_id: Int,
    shadow_user_id: Int,
    status: Int,
    password_synced_at: Option<Int>,
    synced_at: Option<Int>,
}

impl From<AccountRow> for ShadowAccount {
    fn from(row: AccountRow) -> Self {
        Self {
            main: UserId::new(row.user_id.0),
            shadow: UserId::new(row.shadow_user_id.0),
            active: row.status.is_set(),
            password_synced_at: instant(row.password_synced_at),
            synced_at: instant(row.synced_at),
        }
    }
}

pub(in super::super) async fn find(
    connection: &mut Conn,
    main: UserId,
) -> QueryResult<Option<ShadowAccount>> {
    let row = shadow::table
        .filter(shadow::user_id.eq(main.get()))
        .filter(shadow::kind.eq(KIND))
        .select(AccountRow::as_select())
        .first::<AccountRow>(connection)
        .await
        .optional()?;
    Ok(row.map(ShadowAccount::from))
}

pub(in super::super) async fn main_of(
    connection: &mut Conn,
    user: UserId,
) -> QueryResult<Option<UserId>> {
    let row = shadow::table
        .filter(shadow::shadow_user_id.eq(user.get()))
        .select(shadow::user_id)
        .first::<Int>(connection)
        .await
        .optional()?;
    Ok(row.map(|main| UserId::new(main.0)))
}

/// The accounts with both rows, in the order of the accounts: three statements for any number.
pub(in super::super) async fn pairs(
    connection: &mut Conn,
    accounts: Vec<ShadowAccount>,
) -> QueryResult<Vec<ShadowPair>> {
    let ids: Vec<i64> = accounts
        .iter()
        .flat_map(|account| [account.main.get(), account.shadow.get()])
        .collect();
    let rows: Vec<UserRow> = v2_user::table
        .filter(v2_user::id.eq_any(ids))
        .select(UserRow::as_select())
        .load(connection)
        .await?;
    let mut rows: HashMap<i64, UserRow> = rows.into_iter().map(|row| (row.id.0, row)).collect();
    let paired = accounts.into_iter().map(|account| ShadowPair {
        main: rows.remove(&account.main.get()).map(MainAccount::from),
        shadow: rows.remove(&account.shadow.get()).map(ShadowRow::from),
        account,
    });
    Ok(paired.collect())
}

#[async_trait]
impl ShadowQueries for SqlStore {
    async fn find_shadow_pair(&self, main: UserId) -> Result<Option<ShadowPair>, StoreError> {
        let mut connection = self.reader().await?;
        let found = find(&mut connection, main).await.map_err(reported)?;
        let accounts = found.into_iter().collect();
        let paired = pairs(&mut connection, accounts).await.map_err(reported)?;
        Ok(paired.into_iter().next())
    }

    async fn find_main_account(&self, user: UserId) -> Result<Option<UserId>, StoreError> {
        let mut connection = self.reader().await?;
        main_of(&mut connection, user).await.map_err(reported)
    }
}
