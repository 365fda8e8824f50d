use std::collections::HashSet;

use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, JoinOnDsl as _, QueryDsl as _, QueryResult,
};
use diesel_async::SimpleAsyncConnection as _;
use ferroboard_kernel::{GroupId, NodeId, StoreError, UnixSeconds, UserId};
use ferroboard_nodes::DeviceRepository;

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx, rows};
use crate::failure::Failure;
use crate::integer::Int;
use crate::rows::{CountOf, numbers};
use crate::schema::{ferro_device as device, user_devices, v2_user};

/// How many distinct addresses of each user of these groups with a limit were seen since.
pub(in super::super) async fn counts(
    connection: &mut Conn,
    groups: &[GroupId],
    since: UnixSeconds,
) -> QueryResult<Vec<(UserId, i64)>> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let query = format!(
        "SELECT v2_user.id AS id, COUNT(DISTINCT ferro_device.ip) AS count FROM ferro_device \
         JOIN v2_user ON v2_user.id = ferro_device.user_id \
         WHERE ferro_device.last_seen >= {} AND v2_user.group_id IN ({}) \
         AND v2_user.device_limit > 0 GROUP BY v2_user.id ORDER BY v2_user.id",
        since.get(),
        numbers(groups.iter().map(|group| group.get())),
    );
    let rows: Vec<CountOf> = diesel::sql_query(query).load(connection).await?;
    let count = |row: CountOf| (UserId::new(row.id.0), row.count.0);
    Ok(rows.into_iter().map(count).collect())
}

/// The distinct addresses of the users of these groups that were seen since.
pub(in super::super) async fn seen(
    connection: &mut Conn,
    groups: &[GroupId],
    since: UnixSeconds,
) -> QueryResult<Vec<(UserId, String)>> {
    let rows: Vec<(Int, String)> = device::table
        .inner_join(v2_user::table.on(v2_user::id.eq(device::user_id)))
        .filter(device::last_seen.ge(since.get()))
        .filter(v2_user::group_id.eq_any(groups.iter().map(|group| group.get())))
        .select((device::user_id, device::ip))
        .distinct()
        .order((device::user_id, device::ip))
        .load(connection)
        .await?;
    let seen = rows.into_iter();
    Ok(seen.map(|(user, ip)| (UserId::new(user.0), ip)).collect())
}

/// An address as a literal; `None` for a text with anything that addresses have not, which could
/// end the literal.
fn literal(address: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".:_-%[]@/".contains(&byte);
    address
        .bytes()
        .all(is_plain)
        .then(|| format!("'{address}'"))
}

/// A user, how many devices are allowed, and how many there were when they were last counted.
type Counted = (Int, Option<Int>, Option<Int>);

/// Whom a report may take to as many devices as they may have: those who had fewer and would have as many if every
/// address of the report came on top. Of a thousand users these are few.
fn may_fill(found: &[Counted], devices: &[(UserId, Vec<String>)]) -> Vec<i64> {
    let reported = |id: i64| {
        let place = devices.binary_search_by_key(&id, |(user, _)| user.get());
        let addresses = place.ok().and_then(|place| devices.get(place));
        addresses.map_or(0, |(_, addresses)| addresses.len())
    };
    let may_fill = found.iter().filter(|(id, limit, counted)| {
        let limit = limit.as_ref().map_or(0, |limit| limit.0);
        let counted = counted.as_ref().map_or(0, |counted| counted.0);
        let more = i64::try_from(reported(id.0)).unwrap_or(i64::MAX);
        limit > 0 && counted < limit && counted.saturating_add(more) >= limit
    });
    may_fill.map(|(id, ..)| id.0).collect()
}

#[async_trait]
impl DeviceRepository for SqlTx {
    async fn update_devices(
        &mut self,
        node: NodeId,
        devices: &[(UserId, Vec<String>)],
        since: UnixSeconds,
        at: UnixSeconds,
    ) -> Result<Vec<UserId>, StoreError> {
        let shown = self.zone.wall_clock(at);
        let written: Result<Vec<UserId>, Failure> = async {
            let connection = self.open()?;
            let query = user_devices::table
                .filter(user_devices::id.eq_any(devices.iter().map(|(user, _)| user.get())))
                .order(user_devices::id)
                .select((
                    user_devices::id,
                    user_devices::device_limit,
                    user_devices::online_count,
                ));
            let found: Vec<Counted> = lock!(query).load(&mut *connection).await?;
            if found.is_empty() {
                return Ok(Vec::new());
            }
            let known: HashSet<i64> = found.iter().map(|(id, ..)| id.0).collect();
            let may_fill = may_fill(&found, devices);
            let users = numbers(found.into_iter().map(|(id, ..)| id.0));
            let mut statements = vec![format!(
                "DELETE FROM ferro_device WHERE node_id = {node} AND user_id IN ({users})"
            )];
            let seen: Vec<String> = devices
                .iter()
                .filter(|(user, _)| known.contains(&user.get()))
                .flat_map(|(user, addresses)| {
                    let literals = addresses.iter().filter_map(|address| literal(address));
                    literals.map(move |address| format!("({user},{node},{address},{})", at.get()))
                })
                .collect();
            statements.extend(seen.chunks(1_000).map(|batch| {
                let rows = batch.join(",");
                format!("INSERT INTO ferro_device (user_id, node_id, ip, last_seen) VALUES {rows}")
            }));
            statements.push(format!(
                "UPDATE v2_user SET last_online_at = '{shown}', online_count = \
                 (SELECT COUNT(DISTINCT ferro_device.ip) FROM ferro_device \
                 WHERE ferro_device.user_id = v2_user.id AND ferro_device.last_seen >= {}) \
                 WHERE id IN ({users})",
                since.get()
            ));
            connection.batch_execute(&statements.join(";")).await?;
            if may_fill.is_empty() {
                return Ok(Vec::new());
            }
            let full: Vec<Int> = user_devices::table
                .filter(user_devices::id.eq_any(may_fill))
                .filter(user_devices::online_count.ge(user_devices::device_limit))
                .order(user_devices::id)
                .select(user_devices::id)
                .load(connection)
                .await?;
            Ok(full.into_iter().map(|id| UserId::new(id.0)).collect())
        }
        .await;
        self.settle(written)
    }

    async fn list_device_users(
        &mut self,
        node: NodeId,
        until: UnixSeconds,
    ) -> Result<Vec<UserId>, StoreError> {
        let found: Result<Vec<Int>, _> = device::table
            .filter(device::node_id.eq(node.get()))
            .filter(device::last_seen.le(until.get()))
            .select(device::user_id)
            .distinct()
            .order(device::user_id)
            .load(self.open()?)
            .await;
        let found = self.settle(found)?;
        Ok(found.into_iter().map(|id| UserId::new(id.0)).collect())
    }

    async fn delete_devices(
        &mut self,
        before: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let is_old = device::last_seen.lt(before.get());
        let is_ahead = device::last_seen.gt(now.latest_start().get());
        let old = device::table.filter(is_old.or(is_ahead));
        let deleted = diesel::delete(old).execute(self.open()?).await;
        self.settle(deleted).map(rows)
    }
}
