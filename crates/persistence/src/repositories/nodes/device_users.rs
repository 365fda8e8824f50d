//! Users with the number of their devices.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};
use diesel::{
    EscapeExpressionMethods as _, ExpressionMethods as _, QueryDsl as _, QueryResult,
    TextExpressionMethods as _,
};
use ferroboard_application::{DeviceOrder, DeviceSums, DeviceUserFilter, DeviceUserRow};
use ferroboard_kernel::{Email, GroupId, PlanId, UnixSeconds, UserId, Zone};
use ferroboard_listing::{Found, Page};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, dialect};
use crate::integer::{Int, number};
use crate::patterns::{ESCAPE, containing};
use crate::rows::DeviceCounts;
use crate::schema::{ferro_shadow_account, v2_plan, v2_user};
use crate::wall_clock::WallClock;

/// How many devices a user of the statement has.
fn count(since: UnixSeconds) -> String {
    format!(
        "(SELECT COUNT(DISTINCT ferro_device.ip) FROM ferro_device \
         WHERE ferro_device.user_id = v2_user.id AND ferro_device.last_seen >= {})",
        since.get()
    )
}

/// Whether a user has devices; to be closed.
fn live(since: UnixSeconds) -> String {
    format!(
        "v2_user.id IN (SELECT ferro_device.user_id FROM ferro_device \
         WHERE ferro_device.last_seen >= {}",
        since.get()
    )
}

/// Whether these are more than there may be.
fn exceeded(count: &str) -> String {
    format!("(COALESCE(v2_user.device_limit, 0) > 0 AND {count} > v2_user.device_limit)")
}

/// When the user was last online, or long ago.
const LAST_ONLINE: &str = "COALESCE(v2_user.last_online_at, '1971-01-01 00:00:00')";

/// The users that a filter lets through.
macro_rules! filtered {
    ($filter:expr, $since:expr) => {{
        let (filter, since): (&DeviceUserFilter, UnixSeconds) = ($filter, $since);
        let mut query = v2_user::table.into_boxed();
        if let Some(user) = filter.user {
            query = query.filter(v2_user::id.eq(user.get()));
        }
        if let Some(part) = &filter.email {
            query = query.filter(v2_user::email.like(containing(part)).escape(ESCAPE));
        }
        if let Some(address) = &filter.address {
            let there = sql::<Bool>(&format!("{} AND ferro_device.ip = ", live(since)));
            query = query.filter(there.bind::<Text, _>(address.clone()).sql(")"));
        }
        if filter.only_online {
            query = query.filter(sql::<Bool>(&format!("{})", live(since))));
        }
        let exceeded = exceeded(&count(since));
        match filter.exceeded {
            Some(true) => query = query.filter(sql::<Bool>(&exceeded)),
            Some(false) => query = query.filter(sql::<Bool>(&format!("NOT {exceeded}"))),
            None => {}
        }
        query
    }};
}

type Row = (
    Int,
    String,
    Option<Int>,
    Option<Int>,
    Option<Int>,
    Int,
    Option<WallClock>,
);

/// The users that match.
pub(in super::super) async fn list(
    connection: &mut Conn,
    filter: &DeviceUserFilter,
    page: Page,
    since: UnixSeconds,
    zone: Zone,
) -> QueryResult<Found<DeviceUserRow>> {
    let total: Int = filtered!(filter, since)
        .count()
        .get_result(&mut *connection)
        .await?;
    let query = match filter.order {
        DeviceOrder::MostDevices => {
            filtered!(filter, since).order((sql::<BigInt>(&count(since)).desc(), v2_user::id))
        }
        DeviceOrder::LatestOnline => {
            filtered!(filter, since).order((sql::<Timestamp>(LAST_ONLINE).desc(), v2_user::id))
        }
    };
    let rows: Vec<Row> = query
        .offset(page.offset())
        .limit(page.rows())
        .select((
            v2_user::id,
            v2_user::email,
            v2_user::plan_id,
            v2_user::group_id,
            v2_user::device_limit,
            v2_user::banned,
            sql::<Nullable<Timestamp>>("v2_user.last_online_at"),
        ))
        .load(&mut *connection)
        .await?;
    let plans = plan_names(&mut *connection, &rows).await?;
    let mains = main_accounts(connection, &rows).await?;
    let row = |(id, email, plan, group, limit, banned, online): Row| DeviceUserRow {
        user: UserId::new(id.0),
        email: Email::stored(&email),
        plan: number(plan).map(PlanId::new),
        plan_name: plan.and_then(|plan| plans.get(&plan.0).cloned()),
        group: number(group).map(GroupId::new),
        device_limit: number(limit),
        banned: banned.is_set(),
        last_online_at: WallClock::shown(online).map(|at| zone.instant(at)),
        shadow_of: mains.get(&id.0).map(|main| UserId::new(*main)),
    };
    Ok(Found {
        rows: rows.into_iter().map(row).collect(),
        total: total.0,
    })
}

async fn plan_names(connection: &mut Conn, rows: &[Row]) -> QueryResult<HashMap<i64, String>> {
    let plans: Vec<i64> = rows.iter().filter_map(|row| Some(row.2?.0)).collect();
    let names: Vec<(Int, String)> = v2_plan::table
        .filter(v2_plan::id.eq_any(plans))
        .select((v2_plan::id, v2_plan::name))
        .load(connection)
        .await?;
    Ok(names.into_iter().map(|(id, name)| (id.0, name)).collect())
}

/// The main accounts of those of the users who are shadows.
async fn main_accounts(connection: &mut Conn, rows: &[Row]) -> QueryResult<HashMap<i64, i64>> {
    let users = rows.iter().map(|row| row.0.0);
    let mains: Vec<(Int, Int)> = ferro_shadow_account::table
        .filter(ferro_shadow_account::shadow_user_id.eq_any(users.collect::<Vec<_>>()))
        .select((
            ferro_shadow_account::shadow_user_id,
            ferro_shadow_account::user_id,
        ))
        .load(connection)
        .await?;
    Ok(mains.into_iter().map(|(id, main)| (id.0, main.0)).collect())
}

/// All devices in numbers.
pub(in super::super) async fn sum(
    connection: &mut Conn,
    since: UnixSeconds,
) -> QueryResult<DeviceSums> {
    let integer = dialect::INTEGER;
    let query = format!(
        "SELECT COUNT(*) AS users, CAST(COALESCE(SUM(live.devices), 0) AS {integer}) AS devices, \
         CAST(COALESCE(SUM(CASE WHEN v2_user.device_limit > 0 \
         AND live.devices > v2_user.device_limit THEN 1 ELSE 0 END), 0) AS {integer}) AS exceeded \
         FROM (SELECT user_id, COUNT(DISTINCT ip) AS devices FROM ferro_device \
         WHERE last_seen >= {} GROUP BY user_id) live \
         INNER JOIN v2_user ON v2_user.id = live.user_id",
        since.get()
    );
    let sums: DeviceCounts = diesel::sql_query(query).get_result(connection).await?;
    Ok(DeviceSums {
        users: sums.users.0,
        devices: sums.devices.0,
        exceeded: sums.exceeded.0,
    })
}
