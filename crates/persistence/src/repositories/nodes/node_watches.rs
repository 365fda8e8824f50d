use async_trait::async_trait;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use ferroboard_kernel::{NodeId, StoreError, UnixSeconds};
use ferroboard_nodes::{NodeMove, NodeSign, NodeStrain, NodeWatch, NodeWatchRepository};
use serde_json::Value;

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlTx, dialect};
use crate::failure::Failure;
use crate::integer::{Int, instant};
use crate::rows::{numbers, tuples};

/// What `busy` holds of an overloaded node; below it are the reports of a busy one.
const OVERLOADED: i64 = 3;
/// What rows hold that mean something. Others are as good as none: they would never be where they were seen.
const MEANT: &str = "online IN (0, 1) AND busy IN (0, 1, 2, 3)";

/// The columns of a [`NodeSign`].
#[derive(QueryableByName)]
struct SignRow {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = BigInt)]
    last_check_at: Int,
    #[diesel(sql_type = Nullable<Text>)]
    load_status: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    load_status_at: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    online: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    busy: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    busy_at: Option<Int>,
}

impl From<SignRow> for NodeSign {
    fn from(row: SignRow) -> Self {
        let load = row.load_status.as_deref();
        let load: Option<Value> = load.and_then(|load| serde_json::from_str(load).ok());
        let cpu = load.and_then(|load| load.get("cpu")?.as_f64());
        let busy = row.busy.map_or(0, |busy| busy.0);
        let reported_at = UnixSeconds::new(row.busy_at.map_or(0, |at| at.0));
        let strain = match u8::try_from(busy) {
            Ok(looks @ (1 | 2)) => NodeStrain::Busy { looks, reported_at },
            _ if busy == OVERLOADED => NodeStrain::Overloaded,
            _ => NodeStrain::Calm,
        };
        Self {
            node: NodeId::new(row.id.0),
            last_check_at: UnixSeconds::new(row.last_check_at.0),
            cpu: cpu.zip(instant(row.load_status_at)),
            watch: row.online.map(|online| NodeWatch {
                is_online: online.is_set(),
                strain,
            }),
        }
    }
}

/// A row as it is stored: node, `online`, `busy`, `busy_at`.
fn stored(node: NodeId, watch: NodeWatch) -> [i64; 4] {
    let (busy, busy_at) = match watch.strain {
        NodeStrain::Calm => (0, 0),
        NodeStrain::Busy { looks, reported_at } => (i64::from(looks), reported_at.get()),
        NodeStrain::Overloaded => (OVERLOADED, 0),
    };
    [node.get(), i64::from(watch.is_online), busy, busy_at]
}

#[async_trait]
impl NodeWatchRepository for SqlTx {
    async fn list_node_signs(
        &mut self,
        after: Option<NodeId>,
        limit: u32,
    ) -> Result<Vec<NodeSign>, StoreError> {
        let query = format!(
            "SELECT node.id AS id, state.last_check_at AS last_check_at, \
             state.load_status AS load_status, state.load_status_at AS load_status_at, \
             watch.online AS online, watch.busy AS busy, watch.busy_at AS busy_at \
             FROM ferro_node_state state JOIN v2_server node ON node.id = state.node_id \
             LEFT JOIN (SELECT node_id, online, busy, busy_at FROM ferro_node_watch WHERE {MEANT}) watch \
             ON watch.node_id = state.node_id \
             WHERE COALESCE(node.parent_id, 0) = 0 AND state.last_check_at IS NOT NULL \
             AND node.id > {} ORDER BY node.id LIMIT {limit}",
            after.map_or(0, NodeId::get),
        );
        let found: Result<Vec<SignRow>, _> = diesel::sql_query(query).load(self.open()?).await;
        let found = self.settle(found)?.into_iter();
        Ok(found.map(NodeSign::from).collect())
    }

    async fn move_node_watches(&mut self, moves: &[NodeMove]) -> Result<bool, StoreError> {
        if moves.is_empty() {
            return Ok(true);
        }
        let known = moves.iter().filter_map(|moved| {
            let [node, online, busy, _] = stored(moved.node, moved.from?);
            Some(format!(
                "(node_id = {node} AND online = {online} AND busy = {busy})"
            ))
        });
        let known: Vec<String> = known.collect();
        let new = moves.iter().filter(|moved| moved.from.is_none());
        let new: Vec<i64> = new.map(|moved| moved.node.get()).collect();
        let rows: Vec<[i64; 4]> = moves
            .iter()
            .map(|moved| stored(moved.node, moved.to))
            .collect();
        let moved: Result<bool, Failure> = async {
            let connection = self.open()?;
            if !known.is_empty() {
                let still = known.join(" OR ");
                let delete = format!("DELETE FROM ferro_node_watch WHERE {still}");
                let deleted = diesel::sql_query(delete).execute(&mut *connection).await?;
                if deleted != known.len() {
                    return Ok(false);
                }
            }
            if !new.is_empty() {
                let nodes = numbers(new);
                let delete = format!(
                    "DELETE FROM ferro_node_watch WHERE node_id IN ({nodes}) AND NOT ({MEANT})"
                );
                diesel::sql_query(delete).execute(&mut *connection).await?;
            }
            let insert = format!(
                "INTO ferro_node_watch (node_id, online, busy, busy_at) VALUES {}",
                tuples(&rows)
            );
            // Of two transactions that find the same node for the first time one finds the row of the other.
            let insert = diesel::sql_query(dialect::insert_or_ignore(&insert));
            Ok(insert.execute(connection).await? == rows.len())
        }
        .await;
        self.settle(moved)
    }
}
