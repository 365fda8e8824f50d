use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_application::{
    Between, DayRecord, FigureQueries, FigureTimes, Figures, Income, Payouts, USER_DAYS,
    UserDayView,
};
use ferroboard_kernel::{Cents, StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Found, Page};
use ferroboard_nodes::Traffic;
use ferroboard_statistics::{Day, DaySums};

use super::super::nodes::statistics::{DAILY, sum_day};
use super::super::sql::lists::{self, Asked};
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{Conn, SqlStore, dialect, reported};
use crate::failure::Failure;
use crate::figure_rows::{FigureRow, UserDayRow};
use crate::integer::Int;
use crate::lists::{Place, Source};
use crate::schema::v2_stat;

/// Orders that neither wait nor were cancelled, as what they came to is found by when they were placed.
const INCOME: &str = "status NOT IN (0, 2)";
/// The same named one by one, so that the index of commissions finds them.
const VALID: &str = "status IN (1, 3, 4)";
/// Those that are completed.
const COMPLETED: &str = "status IN (3, 4)";
/// For so many seconds a user whose traffic was counted is online.
const USER_ONLINE: i64 = 600;
/// And a node that was heard of.
const NODE_ONLINE: i64 = 300;

/// The sum of a column over rows, as a whole number.
fn sum(column: &str, table: &str, condition: &str) -> String {
    format!(
        "CAST((SELECT {} FROM {table} WHERE {condition}) AS {})",
        sums::of_many(column),
        dialect::INTEGER
    )
}

fn count(table: &str, condition: &str) -> String {
    format!("(SELECT COUNT(*) FROM {table} WHERE {condition})")
}

/// Everybody but the shadows. Without a condition SQLite counts pages and no rows.
fn everybody() -> String {
    let shadows = count(SHADOWS, "1 = 1");
    format!("((SELECT COUNT(*) FROM v2_user) - {shadows})")
}

/// The shadow accounts that there are.
const SHADOWS: &str =
    "ferro_shadow_account JOIN v2_user ON v2_user.id = ferro_shadow_account.shadow_user_id";

/// How many users meet a condition that one index answers. The shadows among them, of whom there are fewer,
/// are counted by themselves.
fn users(condition: &str) -> String {
    format!(
        "({} - {})",
        count("v2_user", condition),
        count(SHADOWS, condition)
    )
}

/// From the first instant on, and before the second one.
fn within(column: &str, from: UnixSeconds, until: UnixSeconds) -> String {
    format!("{column} >= {} AND {column} < {}", from.get(), until.get())
}

/// Every figure with its name.
fn expressions(times: &FigureTimes) -> Vec<(&'static str, String)> {
    let now = times.now.get();
    let end = UnixSeconds::new(now.saturating_add(1));
    let income = |from, until| {
        let placed = within("created_at", from, until);
        sum(
            "total_amount",
            "v2_order",
            &format!("{placed} AND {INCOME}"),
        )
    };
    let payout = |from, until| {
        let paid = within("created_at", from, until);
        sum("get_amount", "v2_commission_log", &paid)
    };
    let commissions = |orders: &str| {
        let condition = format!(
            "commission_status = 0 AND {orders} AND invite_user_id > 0 AND commission_balance > 0"
        );
        count("v2_order", &condition)
    };
    let registered = |from, until| users(&within("v2_user.created_at", from, until));
    let online = format!("t >= {}", now.saturating_sub(USER_ONLINE));
    let carried = |column, from| {
        let condition = within("record_at", from, end);
        sum(column, "v2_stat_server", &condition)
    };
    let reporting = "v2_server AS node JOIN v2_server AS reporter \
         ON reporter.id = COALESCE(NULLIF(node.parent_id, 0), node.id) AND reporter.type = node.type \
         JOIN ferro_node_state ON ferro_node_state.node_id = reporter.id";
    let heard = format!(
        "last_check_at BETWEEN {} AND {}",
        now.saturating_sub(NODE_ONLINE),
        times.now.latest_start().get()
    );
    vec![
        ("income_today", income(times.today, end)),
        ("income_yesterday", income(times.yesterday, times.today)),
        ("income_month", income(times.month, end)),
        ("income_last_month", income(times.last_month, times.month)),
        (
            "income_month_before",
            income(times.month_before, times.last_month),
        ),
        ("payout_month", payout(times.month, end)),
        ("payout_last_month", payout(times.last_month, times.month)),
        (
            "payout_month_before",
            payout(times.month_before, times.last_month),
        ),
        ("pending_commissions", commissions(VALID)),
        ("confirmable_commissions", commissions(COMPLETED)),
        ("users", everybody()),
        (
            "active_users",
            format!(
                "({} + {})",
                users(&format!("v2_user.expired_at >= {now}")),
                users("v2_user.expired_at IS NULL")
            ),
        ),
        ("users_of_month", registered(times.month, end)),
        (
            "users_of_last_month",
            registered(times.last_month, times.month),
        ),
        ("online_users", count("v2_user", &online)),
        ("online_devices", sum("online_count", "v2_user", &online)),
        ("open_tickets", count("v2_ticket", "status = 0")),
        ("online_nodes", count(reporting, &heard)),
        ("up_today", carried("u", times.today)),
        ("down_today", carried("d", times.today)),
        ("up_month", carried("u", times.month)),
        ("down_month", carried("d", times.month)),
        ("up_total", sum("u", "v2_stat_server", "1 = 1")),
        ("down_total", sum("d", "v2_stat_server", "1 = 1")),
        (
            "orders",
            "COALESCE((SELECT MAX(id) FROM v2_order), 0)".to_owned(),
        ),
    ]
}

fn shown(row: &FigureRow) -> Figures {
    let cents = |sum: Int| Cents::new(sum.0);
    let traffic = |upload: Int, download: Int| Traffic {
        upload: upload.0,
        download: download.0,
    };
    Figures {
        income: Income {
            today: cents(row.income_today),
            yesterday: cents(row.income_yesterday),
            month: cents(row.income_month),
            last_month: cents(row.income_last_month),
            month_before: cents(row.income_month_before),
        },
        payouts: Payouts {
            month: cents(row.payout_month),
            last_month: cents(row.payout_last_month),
            month_before: cents(row.payout_month_before),
        },
        pending_commissions: row.pending_commissions.0,
        confirmable_commissions: row.confirmable_commissions.0,
        users: row.users.0,
        active_users: row.active_users.0,
        users_of_month: row.users_of_month.0,
        users_of_last_month: row.users_of_last_month.0,
        online_users: row.online_users.0,
        online_devices: row.online_devices.0,
        open_tickets: row.open_tickets.0,
        online_nodes: row.online_nodes.0,
        traffic_today: traffic(row.up_today, row.down_today),
        traffic_of_month: traffic(row.up_month, row.down_month),
        traffic_total: traffic(row.up_total, row.down_total),
        rows: row.users.0.saturating_add(row.orders.0),
    }
}

async fn figures(connection: &mut Conn, times: &FigureTimes) -> Result<Figures, Failure> {
    let named = expressions(times).into_iter();
    let named = named.map(|(name, expression)| format!("{expression} AS {name}"));
    let query = format!("SELECT {}", named.collect::<Vec<_>>().join(", "));
    let row: FigureRow = diesel::sql_query(query).get_result(connection).await?;
    Ok(shown(&row))
}

/// What a user transferred, as a list.
const USER_DAY_LIST: Source = Source {
    table: "v2_stat_user",
    key: "id",
    filled: &["id", "record_at", "created_at", "updated_at"],
    places: &[("server_rate", Place::Made(hundredths))],
};

/// The rate is a decimal number with two places (on SQLite a floating-point one).
fn hundredths() -> String {
    dialect::whole_parts("v2_stat_user.server_rate", 100)
}

fn user_day(row: UserDayRow) -> UserDayView {
    UserDayView {
        id: row.id.0,
        user: UserId::new(row.user_id.0),
        rate: row.server_rate.0,
        traffic: Traffic {
            upload: row.u.0,
            download: row.d.0,
        },
        kind: row.record_type,
        day: UnixSeconds::new(row.record_at.0),
        created_at: UnixSeconds::new(row.created_at.0),
        updated_at: UnixSeconds::new(row.updated_at.0),
    }
}

/// The columns of a [`DayRecord`].
type DayRow = (
    Int,
    Int,
    ((Int, Int), (Int, Int), (Int, Int), (Int, Int), String),
    (Int, Int),
);

fn day_record((id, day, sums, (created_at, updated_at)): DayRow) -> DayRecord {
    let (placed, paid, commission, (registrations, invitations), traffic) = sums;
    DayRecord {
        id: id.0,
        day: UnixSeconds::new(day.0),
        sums: DaySums {
            orders: placed.0.0,
            order_total: Cents::new(placed.1.0),
            paid_orders: paid.0.0,
            paid_total: Cents::new(paid.1.0),
            commissions: commission.0.0,
            commission_total: Cents::new(commission.1.0),
            registrations: registrations.0,
            invitations: invitations.0,
            traffic: traffic.trim().parse().unwrap_or(0),
        },
        created_at: UnixSeconds::new(created_at.0),
        updated_at: UnixSeconds::new(updated_at.0),
    }
}

#[async_trait]
impl FigureQueries for SqlStore {
    async fn sum_figures(&self, times: &FigureTimes) -> Result<Figures, StoreError> {
        let mut connection = self.reader().await?;
        figures(&mut connection, times).await.map_err(reported)
    }

    async fn list_day_records(
        &self,
        period: Between,
        limit: u32,
    ) -> Result<Vec<DayRecord>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<DayRow> = v2_stat::table
            .filter(v2_stat::record_type.eq(DAILY))
            .filter(v2_stat::record_at.ge(period.from.get()))
            .filter(v2_stat::record_at.lt(period.until.get()))
            .order((v2_stat::record_at.desc(), v2_stat::id.desc()))
            .limit(i64::from(limit))
            .select((
                v2_stat::id,
                v2_stat::record_at,
                (
                    (v2_stat::order_count, v2_stat::order_total),
                    (v2_stat::paid_count, v2_stat::paid_total),
                    (v2_stat::commission_count, v2_stat::commission_total),
                    (v2_stat::register_count, v2_stat::invite_count),
                    v2_stat::transfer_used_total,
                ),
                (v2_stat::created_at, v2_stat::updated_at),
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(rows.into_iter().rev().map(day_record).collect())
    }

    async fn sum_unrecorded_day(&self, day: Day) -> Result<DaySums, StoreError> {
        let mut connection = self.reader().await?;
        sum_day(&mut connection, day).await.map_err(reported)
    }

    async fn list_user_days(
        &self,
        user: UserId,
        page: Page,
    ) -> Result<Found<UserDayView>, StoreError> {
        let mut connection = self.reader().await?;
        let mut scope = lists::statement();
        scope.sql("v2_stat_user.user_id = ").bind(user.get());
        let request = USER_DAYS.whole(page);
        let asked = Asked {
            memory: &self.lists,
            source: &USER_DAY_LIST,
            columns: UserDayRow::COLUMNS,
            scope,
            request: &request,
        };
        let found = lists::page::<UserDayRow>(&mut connection, asked);
        Ok(found.await.map_err(reported)?.map(user_day))
    }
}
