//! Whom nodes let in.

use diesel::sql_types::Bool;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, QueryDsl as _, QueryResult, Queryable,
    Selectable, SelectableHelper as _,
};
use ferroboard_kernel::{GroupId, UnixSeconds, UserId};
use ferroboard_nodes::{NodeUser, UserAccess};

use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{Conn, flag};
use crate::fixed::fixed;
use crate::integer::{Int, number};
use crate::schema::v2_user;

/// The columns of a [`UserAccess`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_user)]
struct AccessRow {
    id: Int,
    uuid: String,
    speed_limit: Option<Int>,
    device_limit: Option<Int>,
    group_id: Option<Int>,
    banned: Int,
    expired_at: Option<Int>,
    u: Int,
    d: Int,
    transfer_enable: Int,
}

impl From<AccessRow> for UserAccess {
    fn from(row: AccessRow) -> Self {
        Self {
            user: NodeUser {
                id: UserId::new(row.id.0),
                uuid: row.uuid.trim_end().into(),
                speed_limit: number(row.speed_limit),
                device_limit: number(row.device_limit),
            },
            group: row.group_id.map(|id| GroupId::new(id.0)),
            banned: row.banned.is_set(),
            expired_at: row.expired_at.map(|at| UnixSeconds::new(at.0)),
            has_traffic: row.u.0.saturating_add(row.d.0) < row.transfer_enable.0,
        }
    }
}

/// The columns of a user who is known to be admitted.
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_user)]
struct AdmittedRow {
    id: Int,
    uuid: String,
    speed_limit: Option<Int>,
    device_limit: Option<Int>,
    group_id: Option<Int>,
    expired_at: Option<Int>,
}

impl From<AdmittedRow> for UserAccess {
    fn from(row: AdmittedRow) -> Self {
        Self {
            user: NodeUser {
                id: UserId::new(row.id.0),
                uuid: row.uuid.trim_end().into(),
                speed_limit: number(row.speed_limit),
                device_limit: number(row.device_limit),
            },
            group: row.group_id.map(|id| GroupId::new(id.0)),
            banned: false,
            expired_at: row.expired_at.map(|at| UnixSeconds::new(at.0)),
            has_traffic: true,
        }
    }
}

/// The users with a group and a higher number whom nodes let in, by number.
pub(in super::super) async fn admitted(
    connection: &mut Conn,
    after: Option<UserId>,
    limit: u32,
    now: UnixSeconds,
) -> QueryResult<Vec<UserAccess>> {
    let running = v2_user::expired_at
        .is_null()
        .or(v2_user::expired_at.ge(now.get()));
    let rows: Vec<AdmittedRow> = v2_user::table
        .filter(v2_user::id.gt(after.map_or(0, UserId::get)))
        .filter(v2_user::group_id.is_not_null())
        .filter(v2_user::banned.eq(flag(false)))
        // The sum of both counters may be more than there are numbers.
        .filter(fixed::<Bool>(sums::of_traffic(
            "v2_user",
            "v2_user.u < v2_user.transfer_enable - v2_user.d",
        )))
        .filter(running)
        .order(v2_user::id)
        .limit(i64::from(limit))
        .select(AdmittedRow::as_select())
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(UserAccess::from).collect())
}

/// The users with these numbers.
pub(in super::super) async fn of(
    connection: &mut Conn,
    users: &[UserId],
) -> QueryResult<Vec<UserAccess>> {
    let rows: Vec<AccessRow> = v2_user::table
        .filter(v2_user::id.eq_any(users.iter().map(|user| user.get())))
        .select(AccessRow::as_select())
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(UserAccess::from).collect())
}
