//! How a user is read for administrators, whether it is listed or stands beside something.

use std::collections::HashMap;

use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
use diesel::{QueryResult, QueryableByName};
use ferroboard_application::UserView;
use ferroboard_kernel::{Cents, GroupId, PlanId, UserId, Zone};

use super::super::Conn;
use super::super::sql::lists;
use super::super::sql::sums;
use crate::integer::{Int, number};
use crate::lists::{Place, Source, Statement};
use crate::rows::numbers;
use crate::wall_clock::WallClock;

/// The users with what stands beside them in other tables.
pub(super) const LIST: Source = Source {
    table: "v2_user",
    key: "id",
    filled: &["id", "email", "created_at", "updated_at"],
    places: &[
        ("group_ids", Place::Column("group_id")),
        ("total_used", Place::Made(total_used)),
        ("plan.name", beside("v2_plan", "name", "plan_id")),
        ("group.name", beside("v2_server_group", "name", "group_id")),
        (
            "invite_user.email",
            beside("v2_user", "email", "invite_user_id"),
        ),
        ("plan_name", beside("v2_plan", "name", "plan_id")),
        ("group_name", beside("v2_server_group", "name", "group_id")),
        (
            "inviter_email",
            beside("v2_user", "email", "invite_user_id"),
        ),
    ],
};

const fn beside(table: &'static str, column: &'static str, by: &'static str) -> Place {
    Place::Related {
        table,
        column,
        key: "id",
        by,
    }
}

fn total_used() -> String {
    sums::of_two("v2_user.u", "v2_user.d")
}

/// A row of `v2_user` without the password.
#[derive(QueryableByName)]
pub(super) struct UserRow {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    invite_user_id: Option<Int>,
    #[diesel(sql_type = Nullable<Text>)]
    inviter_email: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    telegram_id: Option<Int>,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Nullable<Text>)]
    password_algo: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    password_salt: Option<String>,
    #[diesel(sql_type = BigInt)]
    balance: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    discount: Option<Int>,
    #[diesel(sql_type = BigInt)]
    commission_type: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    commission_rate: Option<Int>,
    #[diesel(sql_type = BigInt)]
    commission_balance: Int,
    #[diesel(sql_type = BigInt)]
    t: Int,
    #[diesel(sql_type = BigInt)]
    u: Int,
    #[diesel(sql_type = BigInt)]
    d: Int,
    #[diesel(sql_type = BigInt)]
    transfer_enable: Int,
    #[diesel(sql_type = BigInt)]
    banned: Int,
    #[diesel(sql_type = BigInt)]
    is_admin: Int,
    #[diesel(sql_type = BigInt)]
    is_staff: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    last_login_at: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    last_login_ip: Option<Int>,
    #[diesel(sql_type = Text)]
    uuid: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    group_id: Option<Int>,
    #[diesel(sql_type = Nullable<Text>)]
    group_name: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    plan_id: Option<Int>,
    #[diesel(sql_type = Nullable<Text>)]
    plan_name: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    speed_limit: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    device_limit: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    remind_expire: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    remind_traffic: Option<Int>,
    #[diesel(sql_type = Text)]
    token: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    expired_at: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    next_reset_at: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    last_reset_at: Option<Int>,
    #[diesel(sql_type = BigInt)]
    reset_count: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    online_count: Option<Int>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    last_online_at: Option<WallClock>,
    #[diesel(sql_type = Nullable<Text>)]
    remarks: Option<String>,
    #[diesel(sql_type = BigInt)]
    created_at: Int,
    #[diesel(sql_type = BigInt)]
    updated_at: Int,
}

/// What a row is read from.
pub(super) const COLUMNS: &[&str] = &[
    "id",
    "invite_user_id",
    "inviter_email",
    "telegram_id",
    "email",
    "password_algo",
    "password_salt",
    "balance",
    "discount",
    "commission_type",
    "commission_rate",
    "commission_balance",
    "t",
    "u",
    "d",
    "transfer_enable",
    "banned",
    "is_admin",
    "is_staff",
    "last_login_at",
    "last_login_ip",
    "uuid",
    "group_id",
    "group_name",
    "plan_id",
    "plan_name",
    "speed_limit",
    "device_limit",
    "remind_expire",
    "remind_traffic",
    "token",
    "expired_at",
    "next_reset_at",
    "last_reset_at",
    "reset_count",
    "online_count",
    "last_online_at",
    "remarks",
    "created_at",
    "updated_at",
];

impl UserRow {
    /// Fixed-width columns come padded from a PostgreSQL database that Xboard made.
    pub(super) fn view(self, zone: Zone) -> UserView {
        let unpadded = |text: String| text.trim_end().to_owned();
        let is_set = |flag: Option<Int>| flag.map(Int::is_set);
        let seen_at = WallClock::shown(self.last_online_at);
        UserView {
            id: UserId::new(self.id.0),
            inviter: self.invite_user_id.map(|id| UserId::new(id.0)),
            inviter_email: self.inviter_email,
            telegram_id: number(self.telegram_id),
            email: self.email,
            password_algo: self.password_algo.map(unpadded),
            password_salt: self.password_salt.map(unpadded),
            balance: Cents::new(self.balance.0),
            discount: number(self.discount),
            commission_type: self.commission_type.0,
            commission_rate: number(self.commission_rate),
            commission_balance: Cents::new(self.commission_balance.0),
            last_traffic_at: self.t.0,
            upload: self.u.0,
            download: self.d.0,
            transfer_enable: self.transfer_enable.0,
            banned: self.banned.is_set(),
            is_admin: self.is_admin.is_set(),
            is_staff: self.is_staff.is_set(),
            last_login_at: number(self.last_login_at),
            last_login_ip: number(self.last_login_ip),
            uuid: unpadded(self.uuid),
            group: self.group_id.map(|id| GroupId::new(id.0)),
            group_name: self.group_name,
            plan: self.plan_id.map(|id| PlanId::new(id.0)),
            plan_name: self.plan_name,
            speed_limit: number(self.speed_limit),
            device_limit: number(self.device_limit),
            remind_expire: is_set(self.remind_expire),
            remind_traffic: is_set(self.remind_traffic),
            token: unpadded(self.token),
            expired_at: number(self.expired_at),
            next_reset_at: number(self.next_reset_at),
            last_reset_at: number(self.last_reset_at),
            reset_count: self.reset_count.0,
            online_count: number(self.online_count),
            last_online_at: seen_at.map(|shown| zone.instant(shown)),
            remarks: self.remarks,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        }
    }
}

/// The first rows that meet a condition, by number.
pub(super) async fn first(
    connection: &mut Conn,
    conditions: Statement,
    limit: u32,
) -> QueryResult<Vec<UserRow>> {
    lists::first(connection, &LIST, COLUMNS, conditions, limit.into()).await
}

/// Those of these users that there are.
pub(in super::super) async fn by_number(
    connection: &mut Conn,
    users: impl IntoIterator<Item = UserId>,
    zone: Zone,
) -> QueryResult<HashMap<UserId, UserView>> {
    let mut named: Vec<i64> = users.into_iter().map(UserId::get).collect();
    named.sort_unstable();
    named.dedup();
    if named.is_empty() {
        return Ok(HashMap::new());
    }
    let most = u32::try_from(named.len()).unwrap_or(u32::MAX);
    let mut scope = lists::statement();
    scope.sql(&format!("v2_user.id IN ({})", numbers(named)));
    let rows = first(connection, scope, most).await?.into_iter();
    let views = rows.map(|row| row.view(zone));
    Ok(views.map(|view| (view.id, view)).collect())
}
