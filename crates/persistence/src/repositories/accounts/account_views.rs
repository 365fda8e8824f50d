use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, JoinOnDsl as _, NullableExpressionMethods as _, OptionalExtension as _,
    QueryDsl as _, Queryable, Selectable, SelectableHelper as _,
};
use ferroboard_application::{AccountQueries, AccountView, OverviewView};
use ferroboard_auth::{Account, SubscribeToken};
use ferroboard_kernel::{Cents, Email, GroupId, PlanId, StoreError, UnixSeconds, UserId};

use super::super::{SqlStore, reported};
use super::account;
use crate::integer::{Int, instant, number};
use crate::schema::{ferro_auto_renewal, ferro_shadow_account, v2_order, v2_ticket, v2_user};

/// The columns of an [`AccountView`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_user)]
pub(in super::super) struct AccountViewRow {
    id: Int,
    email: String,
    banned: Int,
    is_admin: Int,
    transfer_enable: Int,
    u: Int,
    d: Int,
    last_login_at: Option<Int>,
    created_at: Int,
    remind_expire: Option<Int>,
    remind_traffic: Option<Int>,
    expired_at: Option<Int>,
    next_reset_at: Option<Int>,
    balance: Int,
    commission_balance: Int,
    plan_id: Option<Int>,
    group_id: Option<Int>,
    discount: Option<Int>,
    commission_rate: Option<Int>,
    telegram_id: Option<Int>,
    uuid: String,
    token: String,
    speed_limit: Option<Int>,
    device_limit: Option<Int>,
}

/// The columns with the main account of a shadow, if it is one, and whether the subscription renews itself.
pub(in super::super) type AccountViewColumns = (AccountViewRow, Option<Int>, Option<Int>);

/// Users joined with what makes some of them shadows.
macro_rules! with_shadow {
    ($users:expr) => {
        $users
            .left_join(
                ferro_shadow_account::table
                    .on(ferro_shadow_account::shadow_user_id.eq(v2_user::id)),
            )
            .left_join(ferro_auto_renewal::table.on(ferro_auto_renewal::user_id.eq(v2_user::id)))
    };
}
pub(in super::super) use with_shadow;

impl AccountViewRow {
    /// The account, with what stands beside its row.
    pub(in super::super) fn joined((row, main, renewal): AccountViewColumns) -> AccountView {
        AccountView {
            auto_renewal: renewal.is_some(),
            shadow_of: main.map(|main| UserId::new(main.0)),
            ..AccountView::from(row)
        }
    }
}

impl From<AccountViewRow> for AccountView {
    fn from(row: AccountViewRow) -> Self {
        Self {
            id: UserId::new(row.id.0),
            email: Email::stored(&row.email),
            banned: row.banned.is_set(),
            is_admin: row.is_admin.is_set(),
            transfer_enable: row.transfer_enable.0,
            upload: row.u.0,
            download: row.d.0,
            last_login_at: instant(row.last_login_at),
            created_at: UnixSeconds::new(row.created_at.0),
            remind_expire: row.remind_expire.is_some_and(Int::is_set),
            remind_traffic: row.remind_traffic.is_some_and(Int::is_set),
            expired_at: instant(row.expired_at),
            next_reset_at: instant(row.next_reset_at),
            balance: Cents::new(row.balance.0),
            commission_balance: Cents::new(row.commission_balance.0),
            plan_id: row.plan_id.map(|id| PlanId::new(id.0)),
            group_id: row.group_id.map(|id| GroupId::new(id.0)),
            discount: number(row.discount),
            commission_rate: number(row.commission_rate),
            telegram_id: number(row.telegram_id),
            uuid: row.uuid,
            subscribe_token: SubscribeToken::new(row.token.trim_end().to_owned()),
            speed_limit: number(row.speed_limit),
            device_limit: number(row.device_limit),
            auto_renewal: false,
            shadow_of: None,
        }
    }
}

#[async_trait]
impl AccountQueries for SqlStore {
    async fn find_account_view(&self, user: UserId) -> Result<Option<AccountView>, StoreError> {
        let mut connection = self.reader().await?;
        let query = with_shadow!(v2_user::table)
            .filter(v2_user::id.eq(user.get()))
            .select((
                AccountViewRow::as_select(),
                ferro_shadow_account::user_id.nullable(),
                ferro_auto_renewal::user_id.nullable(),
            ));
        let row: Result<AccountViewColumns, _> = first_row!(query, &mut *connection);
        let row = row.optional().map_err(reported)?;
        Ok(row.map(AccountViewRow::joined))
    }

    async fn find_login(&self, email: &Email) -> Result<Option<Account>, StoreError> {
        let mut connection = self.reader().await?;
        account::find_by_email(&mut connection, email)
            .await
            .map_err(reported)
    }

    async fn find_login_of(&self, user: UserId) -> Result<Option<Account>, StoreError> {
        let mut connection = self.reader().await?;
        account::find(&mut connection, user).await.map_err(reported)
    }

    async fn find_overview(&self, user: UserId) -> Result<OverviewView, StoreError> {
        let mut connection = self.reader().await?;
        let pending_orders = v2_order::table
            .filter(v2_order::user_id.eq(user.get()))
            .filter(v2_order::status.eq(0_i64))
            .count();
        let open_tickets = v2_ticket::table
            .filter(v2_ticket::user_id.eq(user.get()))
            .filter(v2_ticket::status.eq(0_i64))
            .count();
        let invited_users = v2_user::table
            .filter(v2_user::invite_user_id.eq(user.get()))
            .count();
        let query = diesel::select((
            pending_orders.single_value(),
            open_tickets.single_value(),
            invited_users.single_value(),
        ));
        let counts: Result<(Option<Int>, Option<Int>, Option<Int>), _> =
            super::super::sql::reading::RunQuery::get_result(query, &mut *connection).await;
        let (pending_orders, open_tickets, invited_users) = counts.map_err(reported)?;
        let count = |value: Option<Int>| value.map_or(0, |value| value.0);
        Ok(OverviewView {
            pending_orders: count(pending_orders),
            open_tickets: count(open_tickets),
            invited_users: count(invited_users),
        })
    }
}
