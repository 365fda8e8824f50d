use std::collections::HashMap;

use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_application::{
    Between, InviterRank, NodeRank, RankQueries, RankedNode, UserTraffic,
};
use ferroboard_kernel::{NodeId, StoreError, UserId};
use ferroboard_nodes::Traffic;

use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{Conn, SqlStore, dialect, reported};
use crate::failure::Failure;
use crate::figure_rows::{NodeNameRow, RankRow, SumRow};
use crate::rows::{Count, CountOf, numbers};
use crate::schema::v2_user;

/// A condition on when traffic was carried.
fn within(period: Between) -> String {
    let (from, until) = (period.from.get(), period.until.get());
    format!("record_at >= {from} AND record_at < {until}")
}

fn sum(expression: &str) -> String {
    format!(
        "CAST({} AS {})",
        sums::of_many(expression),
        dialect::INTEGER
    )
}

/// Who carried most in this time.
async fn first(
    connection: &mut Conn,
    table: &str,
    by: &str,
    period: Between,
    limit: u32,
) -> Result<Vec<RankRow>, Failure> {
    let query = format!(
        "SELECT {by} AS id, {} AS u, {} AS d FROM {table} WHERE {} GROUP BY {by} \
         ORDER BY {} DESC, {by} LIMIT {limit}",
        sum("u"),
        sum("d"),
        within(period),
        sums::of_many(&sums::of_two("u", "d")),
    );
    Ok(diesel::sql_query(query).load(connection).await?)
}

/// The bytes of these in this time.
async fn totals(
    connection: &mut Conn,
    table: &str,
    by: &str,
    ids: Vec<i64>,
    period: Between,
) -> Result<Vec<SumRow>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = format!(
        "SELECT {by} AS id, {} AS total FROM {table} WHERE {by} IN ({}) AND {} GROUP BY {by}",
        sum(&sums::of_two("u", "d")),
        numbers(ids),
        within(period),
    );
    Ok(diesel::sql_query(query).load(connection).await?)
}

/// What these nodes are and are called.
async fn nodes(connection: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, RankedNode>, Failure> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = format!(
        "SELECT node.id AS id, node.type AS protocol, node.name AS name, parent.name AS parent \
         FROM v2_server AS node LEFT JOIN v2_server AS parent ON parent.id = node.parent_id \
         WHERE node.id IN ({})",
        numbers(ids.iter().copied())
    );
    let rows: Vec<NodeNameRow> = diesel::sql_query(query).load(connection).await?;
    let named = |row: NodeNameRow| {
        let node = RankedNode {
            protocol: row.protocol,
            name: row.name,
            parent: row.parent,
        };
        (row.id.0, node)
    };
    Ok(rows.into_iter().map(named).collect())
}

/// The addresses of these users.
async fn emails(connection: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, String>, Failure> {
    let rows: Vec<(crate::integer::Int, String)> = v2_user::table
        .filter(v2_user::id.eq_any(ids.iter().copied()))
        .select((v2_user::id, v2_user::email))
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(|(id, email)| (id.0, email)).collect())
}

fn traffic(row: &RankRow) -> Traffic {
    Traffic {
        upload: row.u.0,
        download: row.d.0,
    }
}

fn user_traffic(row: &RankRow) -> UserTraffic {
    UserTraffic {
        user: UserId::new(row.id.0),
        traffic: traffic(row),
    }
}

#[async_trait]
impl RankQueries for SqlStore {
    async fn rank_nodes(&self, period: Between, limit: u32) -> Result<Vec<NodeRank>, StoreError> {
        let mut connection = self.reader().await?;
        let ranked: Result<Vec<NodeRank>, Failure> = async {
            let rows = first(
                &mut connection,
                "v2_stat_server",
                "server_id",
                period,
                limit,
            );
            let rows = rows.await?;
            let ids: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
            let mut named = nodes(&mut connection, &ids).await?;
            let rank = |row: RankRow| NodeRank {
                node: NodeId::new(row.id.0),
                named: named.remove(&row.id.0),
                traffic: traffic(&row),
            };
            Ok(rows.into_iter().map(rank).collect())
        }
        .await;
        ranked.map_err(reported)
    }

    async fn sum_nodes(
        &self,
        nodes: &[NodeId],
        period: Between,
    ) -> Result<Vec<(NodeId, i64)>, StoreError> {
        let ids = nodes.iter().map(|node| node.get()).collect();
        let mut connection = self.reader().await?;
        let rows = totals(&mut connection, "v2_stat_server", "server_id", ids, period);
        let rows = rows.await.map_err(reported)?.into_iter();
        Ok(rows
            .map(|row| (NodeId::new(row.id.0), row.total.0))
            .collect())
    }

    async fn list_first_users(
        &self,
        period: Between,
        limit: u32,
    ) -> Result<Vec<UserTraffic>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = first(&mut connection, "v2_stat_user", "user_id", period, limit);
        let rows = rows.await.map_err(reported)?;
        Ok(rows.iter().map(user_traffic).collect())
    }

    async fn list_user_traffic(
        &self,
        users: &[UserId],
        period: Between,
    ) -> Result<Vec<UserTraffic>, StoreError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let query = format!(
            "SELECT user_id AS id, {} AS u, {} AS d FROM v2_stat_user \
             WHERE user_id IN ({}) AND {} GROUP BY user_id",
            sum("u"),
            sum("d"),
            numbers(users.iter().map(|user| user.get())),
            within(period),
        );
        let mut connection = self.reader().await?;
        let rows: Vec<RankRow> = diesel::sql_query(query)
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(rows.iter().map(user_traffic).collect())
    }

    async fn list_emails(&self, users: &[UserId]) -> Result<Vec<(UserId, String)>, StoreError> {
        let ids: Vec<i64> = users.iter().map(|user| user.get()).collect();
        let mut connection = self.reader().await?;
        let emails = emails(&mut connection, &ids).await.map_err(reported)?;
        let emails = emails.into_iter();
        Ok(emails.map(|(id, email)| (UserId::new(id), email)).collect())
    }

    async fn count_user_days(&self, period: Between, limit: u32) -> Result<i64, StoreError> {
        let query = format!(
            "SELECT COUNT(*) AS count FROM \
             (SELECT user_id FROM v2_stat_user WHERE {} LIMIT {limit}) AS few",
            within(period)
        );
        let mut connection = self.reader().await?;
        let count: Count = diesel::sql_query(query)
            .get_result(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(count.count.0)
    }

    async fn rank_inviters(
        &self,
        period: Between,
        limit: u32,
    ) -> Result<Vec<InviterRank>, StoreError> {
        let query = format!(
            "SELECT invite_user_id AS id, COUNT(*) AS count FROM v2_user \
             WHERE created_at >= {} AND created_at < {} AND invite_user_id IS NOT NULL \
             GROUP BY invite_user_id ORDER BY COUNT(*) DESC, invite_user_id LIMIT {limit}",
            period.from.get(),
            period.until.get()
        );
        let mut connection = self.reader().await?;
        let ranked: Result<Vec<InviterRank>, Failure> = async {
            let rows: Vec<CountOf> = diesel::sql_query(query).load(&mut *connection).await?;
            let ids: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
            let mut emails = emails(&mut connection, &ids).await?;
            let rank = |row: CountOf| InviterRank {
                inviter: UserId::new(row.id.0),
                email: emails.remove(&row.id.0),
                count: row.count.0,
            };
            Ok(rows.into_iter().map(rank).collect())
        }
        .await;
        ranked.map_err(reported)
    }
}
