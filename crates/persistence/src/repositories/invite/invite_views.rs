use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable};
use ferroboard_application::{CommissionLogView, InviteCodeView, InviteQueries, InviteStatistics};
use ferroboard_kernel::{Cents, Percent, StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Found, Page};

use super::super::billing::order_rows::earns;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{SqlStore, dialect, flag, reported};
use crate::integer::Int;
use crate::rows::Invitations;
use crate::schema::{v2_commission_log as log, v2_invite_code as code};

/// The most codes that a list shows.
const LIST_LENGTH: i64 = 1_000;

/// The columns of a [`CommissionLogView`].
#[derive(Queryable)]
struct LogRow {
    id: Int,
    trade_no: String,
    order_amount: Int,
    get_amount: Int,
    created_at: Int,
}

impl From<LogRow> for CommissionLogView {
    fn from(row: LogRow) -> Self {
        Self {
            id: row.id.0,
            trade_no: row.trade_no.trim_end().to_owned(),
            order_amount: Cents::new(row.order_amount.0),
            amount: Cents::new(row.get_amount.0),
            created_at: UnixSeconds::new(row.created_at.0),
        }
    }
}

fn statistics(row: &Invitations) -> InviteStatistics {
    let rate = |rate: Int| Percent::hundredths(rate.0.saturating_mul(100));
    InviteStatistics {
        invited: row.invited.0,
        earned: Cents::new(row.earned.0),
        pending: Cents::new(row.pending.0),
        rate: row.rate.map(rate),
        available: Cents::new(row.available.0),
    }
}

#[async_trait]
impl InviteQueries for SqlStore {
    async fn list_invite_codes(&self, user: UserId) -> Result<Vec<InviteCodeView>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<(String, Int, Int, Int)> = code::table
            .filter(code::user_id.eq(user.get()))
            .filter(code::status.eq(flag(false)))
            .order(code::id)
            .limit(LIST_LENGTH)
            .select((code::code, code::pv, code::created_at, code::updated_at))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let view =
            |(code, views, created_at, updated_at): (String, Int, Int, Int)| InviteCodeView {
                user,
                code: code.trim_end().to_owned(),
                views: views.0,
                created_at: UnixSeconds::new(created_at.0),
                updated_at: UnixSeconds::new(updated_at.0),
            };
        Ok(rows.into_iter().map(view).collect())
    }

    async fn find_invite_statistics(&self, user: UserId) -> Result<InviteStatistics, StoreError> {
        let integer = dialect::INTEGER;
        let earns = earns();
        let query = format!(
            "SELECT (SELECT COUNT(*) FROM v2_user invited WHERE invited.invite_user_id = {user}) \
             AS invited, \
             CAST((SELECT {} FROM v2_commission_log \
             WHERE invite_user_id = {user}) AS {integer}) AS earned, \
             CAST((SELECT {} FROM v2_order \
             WHERE invite_user_id = {user} AND {earns} AND commission_status = 0) \
             AS {integer}) AS pending, \
             v2_user.commission_rate AS rate, v2_user.commission_balance AS available \
             FROM v2_user WHERE v2_user.id = {user}",
            sums::of_many("get_amount"),
            sums::of_many("commission_balance"),
        );
        let mut connection = self.reader().await?;
        let row = diesel::sql_query(query)
            .get_result::<Invitations>(&mut *connection)
            .await
            .optional()
            .map_err(reported)?;
        Ok(row.as_ref().map(statistics).unwrap_or_default())
    }

    async fn list_commission_log(
        &self,
        user: UserId,
        page: Page,
    ) -> Result<Found<CommissionLogView>, StoreError> {
        let own = log::table
            .filter(log::invite_user_id.eq(user.get()))
            .filter(log::get_amount.gt(0_i64));
        let mut connection = self.reader().await?;
        let total = own
            .count()
            .get_result::<Int>(&mut *connection)
            .await
            .map_err(reported)?;
        let rows: Vec<LogRow> = own
            .order((log::created_at.desc(), log::id.desc()))
            .offset(page.offset())
            .limit(page.rows())
            .select((
                log::id,
                log::trade_no,
                log::order_amount,
                log::get_amount,
                log::created_at,
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(Found {
            rows: rows.into_iter().map(CommissionLogView::from).collect(),
            total: total.0,
        })
    }
}
