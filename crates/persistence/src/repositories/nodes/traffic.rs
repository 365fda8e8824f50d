use std::collections::HashMap;

use async_trait::async_trait;
use diesel::{BoolExpressionMethods as _, ExpressionMethods as _, QueryDsl as _};
use diesel_async::SimpleAsyncConnection as _;
use ferroboard_kernel::{Decimal, NodeId, StoreError, UnixSeconds, UserId};
use ferroboard_nodes::{CountedUser, NodeTraffic, ReportIdentity, Traffic, TrafficRepository};

use super::super::sql::bulk::found_by;
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx, dialect, rows};
use crate::failure::Failure;
use crate::integer::Int;
use crate::rows::{UserStatistics, tuples};
use crate::schema::{ferro_node_state as state, ferro_traffic_report as report, v2_user};

/// What adds to a column of bytes and stays at the end of its range.
fn sum(column: &str, bytes: i64) -> String {
    let last = i64::MAX;
    let bytes = bytes.max(0);
    format!(
        "{column} = CASE WHEN {column} > {} THEN {last} ELSE {column} + {bytes} END",
        last - bytes
    )
}

/// A rate as statistics write it: with two places.
fn written(rate: Decimal) -> String {
    let hundredths = rate.hundredths();
    format!("{}.{:02}", hundredths / 100, (hundredths % 100).abs())
}

/// Adds to those of a user's statistics of the day that exist; what is left over has none.
async fn add_to_existing(
    connection: &mut Conn,
    rate: &str,
    counts: &[(UserId, Traffic)],
    day: UnixSeconds,
    at: UnixSeconds,
) -> Result<Vec<(UserId, Traffic)>, Failure> {
    // Rows of whole months may lie on the same day: the unique index of the reference panel takes no
    // account of the kind, and where it is, they are counted on.
    let users: Vec<i64> = counts.iter().map(|(user, _)| user.get()).collect();
    let of_the_day = format!("record_at = {} AND server_rate = {rate}", day.get());
    let query = format!(
        "SELECT s.id, s.user_id, s.u, s.d FROM {} \
         ORDER BY CASE WHEN s.record_type = 'd' THEN 1 ELSE 0 END, s.id",
        found_by("v2_stat_user", "user_id", &users, &of_the_day)
    );
    let found: Vec<UserStatistics> = diesel::sql_query(query).load(&mut *connection).await?;
    let existing: HashMap<i64, UserStatistics> =
        found.into_iter().map(|row| (row.user_id.0, row)).collect();
    let mut updates = Vec::with_capacity(existing.len());
    let mut missing = Vec::new();
    for (user, count) in counts {
        let Some(row) = existing.get(&user.get()) else {
            missing.push((*user, *count));
            continue;
        };
        let known = Traffic {
            upload: row.u.0,
            download: row.d.0,
        };
        let sum = known.plus(*count);
        updates.push([row.id.0, sum.upload, sum.download]);
    }
    if !updates.is_empty() {
        let assignments = format!("u = v.column2, d = v.column3, updated_at = {}", at.get());
        let update = dialect::update_rows("v2_stat_user", &assignments, &updates);
        connection.batch_execute(&update).await?;
    }
    Ok(missing)
}

#[async_trait]
impl TrafficRepository for SqlTx {
    async fn insert_traffic_report(
        &mut self,
        node: NodeId,
        identity: &ReportIdentity,
        repeated_since: UnixSeconds,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let inserted: Result<bool, Failure> = async {
            let connection = self.open()?;
            if !identity.is_given() {
                // First the update: an insert that is ignored would lock the row for reading on
                // MySQL, and two of those deadlock.
                let is_old = report::received_at.le(repeated_since.get());
                let is_ahead = report::received_at.gt(at.latest_start().get());
                let old = report::table
                    .filter(report::node_id.eq(node.get()))
                    .filter(report::identity.eq(identity.digest()))
                    .filter(is_old.or(is_ahead));
                let renewed = diesel::update(old)
                    .set(report::received_at.eq(at.get()))
                    .execute(&mut *connection)
                    .await?;
                if renewed > 0 {
                    return Ok(true);
                }
            }
            let row = (
                report::node_id.eq(node.get()),
                report::identity.eq(identity.digest()),
                report::received_at.eq(at.get()),
            );
            let inserted = insert_or_ignore!(report::table, row)
                .execute(connection)
                .await?;
            Ok(inserted > 0)
        }
        .await;
        self.settle(inserted)
    }

    async fn update_user_traffic(
        &mut self,
        charges: &[(UserId, Traffic)],
        at: UnixSeconds,
    ) -> Result<Vec<CountedUser>, StoreError> {
        let counted: Result<Vec<CountedUser>, Failure> = async {
            let connection = self.open()?;
            let query = v2_user::table
                .filter(v2_user::id.eq_any(charges.iter().map(|(user, _)| user.get())))
                // On SQLite a text may stand there, which is no number to add to.
                .filter(v2_user::u.between(i64::MIN, i64::MAX))
                .filter(v2_user::d.between(i64::MIN, i64::MAX))
                .order(v2_user::id)
                .select((
                    v2_user::id,
                    v2_user::u,
                    v2_user::d,
                    v2_user::transfer_enable,
                ));
            let found: Vec<(Int, Int, Int, Int)> = lock!(query).load(&mut *connection).await?;
            let charges: HashMap<UserId, Traffic> = charges.iter().copied().collect();
            let mut updates = Vec::with_capacity(found.len());
            let mut counted = Vec::with_capacity(found.len());
            for (id, upload, download, quota) in found {
                let user = UserId::new(id.0);
                let used = Traffic {
                    upload: upload.0,
                    download: download.0,
                };
                let sum = used.plus(charges.get(&user).copied().unwrap_or_default());
                updates.push([id.0, sum.upload, sum.download]);
                let quota = quota.0;
                counted.push(CountedUser {
                    user,
                    exhausted: quota > 0 && used.total() < quota && sum.total() >= quota,
                });
            }
            if !updates.is_empty() {
                let assignments = format!("u = v.column2, d = v.column3, t = {}", at.get());
                let update = dialect::update_rows("v2_user", &assignments, &updates);
                connection.batch_execute(&update).await?;
            }
            Ok(counted)
        }
        .await;
        let counted = self.settle(counted)?;
        let exhausted = counted.iter().filter(|counted| counted.exhausted);
        let exhausted = exhausted.map(|counted| counted.user);
        self.touched.exhausted.extend(exhausted);
        Ok(counted)
    }

    async fn update_user_statistics(
        &mut self,
        rate: Decimal,
        counts: &[(UserId, Traffic)],
        day: UnixSeconds,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let rate = written(rate);
        let written: Result<(), Failure> = async {
            let connection = self.open()?;
            let missing = add_to_existing(connection, &rate, counts, day, at).await?;
            if missing.is_empty() {
                return Ok(());
            }
            let (day, at) = (day.get(), at.get());
            let row = |(user, count): &(UserId, Traffic)| {
                format!(
                    "({user},{rate},{},{},'d',{day},{at},{at})",
                    count.upload, count.download
                )
            };
            let rows: Vec<String> = missing.iter().map(row).collect();
            let insert = format!(
                "INSERT INTO v2_stat_user (user_id, server_rate, u, d, record_type, record_at, \
                 created_at, updated_at) VALUES {}",
                rows.join(",")
            );
            connection.batch_execute(&insert).await?;
            Ok(())
        }
        .await;
        self.settle(written)
    }

    async fn update_node_traffic(&mut self, carried: &NodeTraffic) -> Result<(), StoreError> {
        let shown = self.zone.wall_clock(carried.at);
        let (node, at, day) = (carried.node, carried.at.get(), carried.day.get());
        let sums = [
            sum("u", carried.traffic.upload),
            sum("d", carried.traffic.download),
        ]
        .join(", ");
        let written: Result<(), Failure> = async {
            let connection = self.open()?;
            let add = format!(
                "UPDATE v2_stat_server SET {sums}, updated_at = {at} WHERE server_id = {node} \
                 AND server_type = '{}' AND record_at = {day}",
                carried.protocol
            );
            if diesel::sql_query(&add).execute(&mut *connection).await? == 0 {
                let empty = tuples(&[[0, 0, day, at, at]]);
                let insert = dialect::insert_or_ignore(&format!(
                    "INTO v2_stat_server (server_id, server_type, record_type, u, d, record_at, \
                     created_at, updated_at) VALUES ({node}, '{}', 'd', {})",
                    carried.protocol,
                    empty.trim_matches(['(', ')'])
                ));
                diesel::sql_query(insert).execute(&mut *connection).await?;
                diesel::sql_query(&add).execute(&mut *connection).await?;
            }
            let add =
                format!("UPDATE v2_server SET {sums}, updated_at = '{shown}' WHERE id = {node}");
            diesel::sql_query(add).execute(connection).await?;
            Ok(())
        }
        .await;
        self.settle(written)
    }

    async fn update_node_push(
        &mut self,
        node: NodeId,
        online_users: i64,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let push = (
            state::last_push_at.eq(at.get()),
            state::online_users.eq(online_users),
        );
        let insert = diesel::insert_into(state::table).values((
            state::node_id.eq(node.get()),
            state::last_push_at.eq(at.get()),
            state::online_users.eq(online_users),
        ));
        let written = on_duplicate!(insert, state::node_id)
            .do_update()
            .set(push)
            .execute(self.open()?)
            .await;
        self.settle(written).map(drop)
    }

    async fn delete_traffic_reports(&mut self, before: UnixSeconds) -> Result<u64, StoreError> {
        let old = report::table.filter(report::received_at.lt(before.get()));
        let deleted = diesel::delete(old).execute(self.open()?).await;
        self.settle(deleted).map(rows)
    }
}
