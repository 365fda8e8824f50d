use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryResult, QueryableByName};
use diesel_async::SimpleAsyncConnection as _;
use ferroboard_kernel::{NodeId, StoreError, UnixSeconds};
use ferroboard_nodes::{NodeAlertRepository, SilentNode};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx, rows};
use crate::integer::Int;
use crate::rows::{numbers, tuples};

/// The columns of a [`SilentNode`].
#[derive(QueryableByName)]
struct SilentRow {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    host: String,
    #[diesel(sql_type = BigInt)]
    last_check_at: Int,
}

/// The nodes without a parent that were last heard of before, and whose silence was not reported yet.
pub(in super::super) async fn silent(
    connection: &mut Conn,
    before: UnixSeconds,
    limit: u32,
) -> QueryResult<Vec<SilentNode>> {
    let query = format!(
        "SELECT node.id AS id, node.name AS name, node.host AS host, \
         state.last_check_at AS last_check_at FROM ferro_node_state state \
         JOIN v2_server node ON node.id = state.node_id \
         LEFT JOIN ferro_node_alert told \
         ON told.node_id = state.node_id AND told.last_check_at = state.last_check_at \
         WHERE COALESCE(node.parent_id, 0) = 0 AND state.last_check_at < {} \
         AND told.node_id IS NULL ORDER BY node.id LIMIT {limit}",
        before.get()
    );
    let found: Vec<SilentRow> = diesel::sql_query(query).load(connection).await?;
    let node = |row: SilentRow| SilentNode {
        id: NodeId::new(row.id.0),
        name: row.name,
        host: row.host,
        last_check_at: UnixSeconds::new(row.last_check_at.0),
    };
    Ok(found.into_iter().map(node).collect())
}

#[async_trait]
impl NodeAlertRepository for SqlTx {
    async fn update_node_alerts(&mut self, nodes: &[SilentNode]) -> Result<(), StoreError> {
        if nodes.is_empty() {
            return Ok(());
        }
        let ids = numbers(nodes.iter().map(|node| node.id.get()));
        let row = |node: &SilentNode| [node.id.get(), node.last_check_at.get()];
        let silences: Vec<[i64; 2]> = nodes.iter().map(row).collect();
        let statements = format!(
            "DELETE FROM ferro_node_alert WHERE node_id IN ({ids}); \
             INSERT INTO ferro_node_alert (node_id, last_check_at) VALUES {}",
            tuples(&silences)
        );
        let written = self.open()?.batch_execute(&statements).await;
        self.settle(written)
    }

    async fn update_nodes_ahead(&mut self, now: UnixSeconds) -> Result<u64, StoreError> {
        let update = format!(
            "UPDATE ferro_node_state SET last_check_at = {} WHERE last_check_at > {}",
            now.get(),
            now.latest_start().get()
        );
        let updated = diesel::sql_query(update).execute(self.open()?).await;
        self.settle(updated).map(rows)
    }
}
