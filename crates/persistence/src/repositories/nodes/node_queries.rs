use std::collections::HashMap;

use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _,
    Queryable, SelectableHelper as _,
};
use diesel_async::SimpleAsyncConnection as _;
use ferroboard_application::NodeQueries;
use ferroboard_kernel::{GroupId, MachineId, NodeId, RouteId, StoreError, UnixSeconds, UserId};
use ferroboard_nodes::{
    Machine, Node, NodeRoute, NodeState, NodeStateChange, NodeView, SilentNode, UserAccess,
};
use ferroboard_protocol::Protocol;

use super::super::accounts::user_access;
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, dialect, flag, is_storable, reported};
use super::devices;
use super::node_alerts;
use super::node_rows::NodeRow;
use crate::failure::Failure;
use crate::integer::{Int, instant};
use crate::rows::{numbers, tuples};
use crate::schema::{ferro_node_state as state, v2_server, v2_server_machine, v2_server_route};

/// The most nodes that a list holds.
pub(super) const LIST_LENGTH: i64 = 5_000;

/// The columns of a [`NodeState`].
#[derive(Queryable)]
struct StateRow {
    node_id: Int,
    last_check_at: Option<Int>,
    last_push_at: Option<Int>,
    online_users: Int,
    load_status: Option<String>,
    load_status_at: Option<Int>,
    metrics: Option<String>,
    metrics_at: Option<Int>,
}

impl From<StateRow> for NodeState {
    fn from(row: StateRow) -> Self {
        let told = |text: Option<String>, at| {
            let value = serde_json::from_str(&text?).ok()?;
            Some((value, instant(at)?))
        };
        Self {
            last_check_at: instant(row.last_check_at),
            last_push_at: instant(row.last_push_at),
            online_users: row.online_users.0,
            load: told(row.load_status, row.load_status_at),
            metrics: told(row.metrics, row.metrics_at),
        }
    }
}

/// The reported states, each with the protocol of its node.
pub(super) async fn reported_states(
    connection: &mut Conn,
) -> Result<HashMap<NodeId, (Protocol, NodeState)>, Failure> {
    let rows: Vec<StateRow> = state::table.load(&mut *connection).await?;
    let types: Vec<(Int, String)> = v2_server::table
        .filter(v2_server::id.eq_any(rows.iter().map(|row| row.node_id.0)))
        .select((v2_server::id, v2_server::type_))
        .load(connection)
        .await?;
    let protocols: HashMap<i64, Protocol> = types
        .into_iter()
        .filter_map(|(id, name)| Some((id.0, Protocol::named(&name)?)))
        .collect();
    let state = |row: StateRow| {
        let id = row.node_id.0;
        let protocol = *protocols.get(&id)?;
        Some((NodeId::new(id), (protocol, NodeState::from(row))))
    };
    Ok(rows.into_iter().filter_map(state).collect())
}

/// Writes what changed; how many rows there were.
async fn write_state(
    connection: &mut Conn,
    node: NodeId,
    change: &NodeStateChange,
    at: UnixSeconds,
) -> Result<usize, Failure> {
    let at = at.get();
    let told = |value: &Option<serde_json::Value>| value.as_ref().map(ToString::to_string);
    let (load, metrics) = (told(&change.load), told(&change.metrics));
    let row = state::table.filter(state::node_id.eq(node.get()));
    let updated = diesel::update(row)
        .set((
            change.checked.then(|| state::last_check_at.eq(at)),
            load.as_ref().map(|_| state::load_status_at.eq(at)),
            load.map(|load| state::load_status.eq(load)),
            metrics.as_ref().map(|_| state::metrics_at.eq(at)),
            metrics.map(|metrics| state::metrics.eq(metrics)),
        ))
        .execute(connection)
        .await?;
    Ok(updated)
}

#[async_trait]
impl NodeQueries for SqlStore {
    async fn find_node(
        &self,
        name: &str,
        protocol: Option<Protocol>,
    ) -> Result<Option<Node>, StoreError> {
        if !is_storable(name) {
            return Ok(None);
        }
        let number = strict_number(name);
        let mut connection = self.reader().await?;
        let named = v2_server::code
            .eq(name)
            .or(v2_server::id.eq(number.unwrap_or(0)));
        let rows: Vec<NodeRow> = v2_server::table
            .filter(named)
            .order(v2_server::id)
            .select(NodeRow::as_select())
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let nodes = rows.into_iter().filter_map(|row| row.node(self.zone));
        let mut nodes: Vec<Node> = nodes
            .filter(|node| protocol.is_none_or(|protocol| node.protocol == protocol))
            .filter(|node| node.code.as_deref() == Some(name) || Some(node.id.get()) == number)
            .collect();
        nodes.sort_by_key(|node| node.code.as_deref() != Some(name));
        Ok(nodes.into_iter().next())
    }

    async fn list_shown_nodes(&self) -> Result<Vec<NodeView>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<NodeRow> = v2_server::table
            .filter(v2_server::show.eq(flag(true)))
            .order(v2_server::id)
            .limit(LIST_LENGTH)
            .select(NodeRow::as_select())
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let states = reported_states(&mut connection).await.map_err(reported)?;
        let view = |node: Node| {
            let reported = states.get(&node.reporter());
            let state = reported.filter(|(protocol, _)| *protocol == node.protocol);
            let state = state.map(|(_, state)| state.clone()).unwrap_or_default();
            NodeView { node, state }
        };
        Ok(in_order(rows, self.zone).into_iter().map(view).collect())
    }

    async fn list_nodes(&self) -> Result<Vec<Node>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<NodeRow> = v2_server::table
            .order(v2_server::id)
            .limit(LIST_LENGTH)
            .select(NodeRow::as_select())
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(in_order(rows, self.zone))
    }

    async fn list_node_routes(&self, ids: &[RouteId]) -> Result<Vec<NodeRoute>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<(Int, String, String, Option<String>)> = v2_server_route::table
            .filter(v2_server_route::id.eq_any(ids.iter().map(|id| id.get())))
            .order(v2_server_route::id)
            .select((
                v2_server_route::id,
                v2_server_route::match_,
                v2_server_route::action,
                v2_server_route::action_value,
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let route = |(id, matches, action, action_value): (Int, String, String, _)| NodeRoute {
            id: RouteId::new(id.0),
            matches: NodeRoute::matches_from_json(&matches),
            action,
            action_value,
        };
        Ok(rows.into_iter().map(route).collect())
    }

    async fn list_machines(&self) -> Result<Vec<Machine>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<(Int, String, Int)> = v2_server_machine::table
            .order(v2_server_machine::id)
            .limit(LIST_LENGTH)
            .select((
                v2_server_machine::id,
                v2_server_machine::token,
                v2_server_machine::is_active,
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let machine = |(id, token, active): (Int, String, Int)| Machine {
            id: MachineId::new(id.0),
            token,
            active: active.is_set(),
        };
        Ok(rows.into_iter().map(machine).collect())
    }

    async fn find_machine(&self, id: MachineId) -> Result<Option<Machine>, StoreError> {
        let mut connection = self.reader().await?;
        let row: Option<(Int, String, Int)> = v2_server_machine::table
            .filter(v2_server_machine::id.eq(id.get()))
            .select((
                v2_server_machine::id,
                v2_server_machine::token,
                v2_server_machine::is_active,
            ))
            .first(&mut *connection)
            .await
            .optional()
            .map_err(reported)?;
        Ok(row.map(|(_, token, active)| Machine {
            id,
            token,
            active: active.is_set(),
        }))
    }

    async fn update_node_state(
        &self,
        node: NodeId,
        change: &NodeStateChange,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let written: Result<(), Failure> = async {
            let mut connection = self.writer().await?;
            if write_state(&mut connection, node, change, at).await? == 0 {
                insert_or_ignore!(state::table, state::node_id.eq(node.get()))
                    .execute(&mut *connection)
                    .await?;
                write_state(&mut connection, node, change, at).await?;
            }
            Ok(())
        }
        .await;
        written.map_err(reported)
    }

    async fn update_nodes_checked(
        &self,
        nodes: &[NodeId],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        if nodes.is_empty() {
            return Ok(());
        }
        let rows: Vec<[i64; 1]> = nodes.iter().map(|node| [node.get()]).collect();
        let insert = format!("INTO ferro_node_state (node_id) VALUES {}", tuples(&rows));
        let insert = dialect::insert_or_ignore(&insert);
        let update = format!(
            "UPDATE ferro_node_state SET last_check_at = {} WHERE node_id IN ({})",
            at.get(),
            numbers(nodes.iter().map(|node| node.get())),
        );
        let mut connection = self.writer().await?;
        let statements = [insert, update].join(";");
        connection
            .batch_execute(&statements)
            .await
            .map_err(reported)
    }

    async fn list_silent_nodes(
        &self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<Vec<SilentNode>, StoreError> {
        let mut connection = self.reader().await?;
        node_alerts::silent(&mut connection, before, limit)
            .await
            .map_err(reported)
    }

    async fn list_devices(
        &self,
        groups: &[GroupId],
        since: UnixSeconds,
    ) -> Result<Vec<(UserId, String)>, StoreError> {
        let mut connection = self.reader().await?;
        devices::seen(&mut connection, groups, since)
            .await
            .map_err(reported)
    }

    async fn list_device_counts(
        &self,
        groups: &[GroupId],
        since: UnixSeconds,
    ) -> Result<Vec<(UserId, i64)>, StoreError> {
        let mut connection = self.reader().await?;
        devices::counts(&mut connection, groups, since)
            .await
            .map_err(reported)
    }

    async fn list_admitted_users(
        &self,
        after: Option<UserId>,
        limit: u32,
        now: UnixSeconds,
    ) -> Result<Vec<UserAccess>, StoreError> {
        let mut connection = self.reader().await?;
        user_access::admitted(&mut connection, after, limit, now)
            .await
            .map_err(reported)
    }

    async fn list_user_access(&self, users: &[UserId]) -> Result<Vec<UserAccess>, StoreError> {
        let mut connection = self.reader().await?;
        user_access::of(&mut connection, users)
            .await
            .map_err(reported)
    }
}

/// A number as it is written without leading zeros or signs: `5abc` is none.
fn strict_number(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number > 0 && number.to_string() == text).then_some(number)
}

fn in_order(rows: Vec<NodeRow>, zone: ferroboard_kernel::Zone) -> Vec<Node> {
    let nodes = rows.into_iter().filter_map(|row| row.node(zone));
    let mut nodes: Vec<Node> = nodes.collect();
    // Here and not in the statement: the databases sort NULL in different places.
    nodes.sort_by_key(Node::place);
    nodes
}
