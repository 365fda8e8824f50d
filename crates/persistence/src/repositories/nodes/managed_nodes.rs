use std::collections::HashMap;

use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::{BigInt, Nullable};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    SelectableHelper as _,
};
use diesel_async::SimpleAsyncConnection as _;
use ferroboard_application::{ManagedNodeQueries, ManagedNodeView};
use ferroboard_kernel::{Decimal, GroupId, MachineId, NodeId, StoreError, UnixSeconds};
use ferroboard_nodes::{ManagedNodeRepository, NodeRecord, NodeSwitches, Said};
use ferroboard_protocol::Protocol;
use serde_json::Value;

use super::super::sql::reading::RunQuery as _;
use super::super::sql::turns::Turn;
use super::super::{Conn, SqlStore, SqlTx, flag, is_storable, reported};
use super::node_queries::{LIST_LENGTH, reported_states};
use super::node_rows::NodeRow;
use crate::failure::Failure;
use crate::integer::Int;
use crate::rows::numbers;
use crate::schema::{v2_server, v2_server_group, v2_server_machine};

/// How many places one statement writes.
const PLACES_OF_AN_UPDATE: usize = 500;

/// The columns of a node that hold JSON, as texts.
struct Texts {
    groups: Option<String>,
    routes: Option<String>,
    ranges: Option<String>,
    tags: Option<String>,
    settings: Option<String>,
    outbounds: Option<String>,
    routing: Option<String>,
    certificate: Option<String>,
}

impl Texts {
    fn of(node: &NodeRecord) -> Self {
        let text = |value: &Value| (!value.is_null()).then(|| value.to_string());
        Self {
            groups: text(&node.group_ids()),
            routes: text(&node.route_ids),
            ranges: text(&node.rate_time_ranges),
            tags: node.tags.clone().map(|tags| Value::from(tags).to_string()),
            settings: text(node.settings.as_value()),
            outbounds: text(&node.custom_outbounds),
            routing: text(&node.custom_routes),
            certificate: text(&node.cert_config),
        }
    }
}

/// The rate with the two places that its column has.
fn rate(rate: Decimal) -> SqlLiteral<BigInt> {
    let hundredths = rate.hundredths();
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    sql(&format!("{whole}.{rest:02}"))
}

/// A flag for a column that may be NULL.
fn nullable_flag(set: bool) -> SqlLiteral<Nullable<BigInt>> {
    sql(if set { "'1'" } else { "'0'" })
}

/// What a new row and a changed one hold alike, and what else there is.
macro_rules! columns {
    ($node:ident, $texts:ident, $at:expr $(, $more:expr)*) => {
        (
            v2_server::type_.eq($node.protocol.name()),
            v2_server::code.eq($node.code.as_deref()),
            v2_server::parent_id.eq($node.parent.map(NodeId::get)),
            v2_server::machine_id.eq($node.machine.map(MachineId::get)),
            v2_server::group_ids.eq(json_text!($texts.groups.as_deref())),
            v2_server::route_ids.eq(json_text!($texts.routes.as_deref())),
            v2_server::name.eq(&$node.name),
            v2_server::rate.eq(rate($node.rate)),
            v2_server::transfer_enable.eq($node.traffic_limit),
            v2_server::rate_time_enable.eq(flag($node.rate_time_enable)),
            v2_server::rate_time_ranges.eq(json_text!($texts.ranges.as_deref())),
            v2_server::tags.eq(json_text!($texts.tags.as_deref())),
            v2_server::host.eq(&$node.host),
            v2_server::port.eq(&$node.port),
            v2_server::server_port.eq($node.server_port),
            v2_server::protocol_settings.eq(json_text!($texts.settings.as_deref())),
            v2_server::custom_outbounds.eq(json_text!($texts.outbounds.as_deref())),
            v2_server::custom_routes.eq(json_text!($texts.routing.as_deref())),
            v2_server::cert_config.eq(json_text!($texts.certificate.as_deref())),
            v2_server::show.eq(flag($node.show)),
            v2_server::enabled.eq(nullable_flag($node.enabled)),
            v2_server::updated_at.eq($at),
            $($more,)*
        )
    };
}

fn ids(nodes: &[NodeId]) -> Vec<i64> {
    nodes.iter().map(|node| node.get()).collect()
}

#[async_trait]
impl ManagedNodeRepository for SqlTx {
    async fn lock_nodes(&mut self) -> Result<(), StoreError> {
        self.lock_turn(Turn::of_nodes()).await
    }

    async fn list_node_records(&mut self, nodes: &[NodeId]) -> Result<Vec<NodeRecord>, StoreError> {
        let zone = self.zone;
        let rows: QueryResult<Vec<NodeRow>> = v2_server::table
            .filter(v2_server::id.eq_any(ids(nodes)))
            .order(v2_server::id)
            .select(NodeRow::as_select())
            .load(self.open()?)
            .await;
        let rows = self.settle(rows)?.into_iter();
        Ok(rows.filter_map(|row| row.record(zone)).collect())
    }

    async fn find_coded_node(
        &mut self,
        protocol: Protocol,
        code: &str,
    ) -> Result<Option<NodeId>, StoreError> {
        if !is_storable(code) {
            return Ok(None);
        }
        let found: QueryResult<Int> = v2_server::table
            .filter(v2_server::type_.eq(protocol.name()))
            .filter(v2_server::code.eq(code))
            .select(v2_server::id)
            .first(self.open()?)
            .await;
        let found = self.settle(found.optional())?;
        Ok(found.map(|id| NodeId::new(id.0)))
    }

    async fn find_node_machine(&mut self, machine: MachineId) -> Result<bool, StoreError> {
        let query = v2_server_machine::table
            .filter(v2_server_machine::id.eq(machine.get()))
            .select(v2_server_machine::id);
        let found: QueryResult<Int> = lock!(query).first(self.open()?).await;
        Ok(self.settle(found.optional())?.is_some())
    }

    async fn list_node_places(&mut self) -> Result<Vec<(NodeId, Option<i64>)>, StoreError> {
        let rows: QueryResult<Vec<(Int, Option<Int>)>> = v2_server::table
            .order(v2_server::id)
            .limit(LIST_LENGTH)
            .select((v2_server::id, v2_server::sort))
            .load(self.open()?)
            .await;
        let rows = self.settle(rows)?.into_iter();
        let place =
            |(id, place): (Int, Option<Int>)| (NodeId::new(id.0), place.map(|place| place.0));
        Ok(rows.map(place).collect())
    }

    async fn insert_node(&mut self, node: &NodeRecord) -> Result<NodeId, StoreError> {
        let texts = Texts::of(node);
        let made = self.zone.wall_clock(node.created_at);
        let changed = self.zone.wall_clock(node.updated_at);
        let insert = diesel::insert_into(v2_server::table).values(columns!(
            node,
            texts,
            changed,
            v2_server::created_at.eq(made),
            v2_server::u.eq(node.upload),
            v2_server::d.eq(node.download),
            v2_server::sort.eq(node.sort)
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, v2_server::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| NodeId::new(id.0))
    }

    async fn update_node(&mut self, node: &NodeRecord) -> Result<(), StoreError> {
        let texts = Texts::of(node);
        let changed = self.zone.wall_clock(node.updated_at);
        let row = v2_server::table.filter(v2_server::id.eq(node.id.get()));
        let updated = diesel::update(row)
            .set(columns!(node, texts, changed))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn update_node_switches(
        &mut self,
        nodes: &[NodeId],
        switches: &NodeSwitches,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let changed = self.zone.wall_clock(at);
        let machine = match switches.machine {
            Said::Nothing => None,
            Said::None => Some(None),
            Said::Value(machine) => Some(Some(machine.get())),
        };
        let updated = diesel::update(v2_server::table.filter(v2_server::id.eq_any(ids(nodes))))
            .set((
                switches.show.map(|show| v2_server::show.eq(flag(show))),
                switches
                    .enabled
                    .map(|enabled| v2_server::enabled.eq(nullable_flag(enabled))),
                machine.map(|machine: Option<i64>| v2_server::machine_id.eq(machine)),
                v2_server::updated_at.eq(changed),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn update_node_places(&mut self, places: &[(NodeId, i64)]) -> Result<(), StoreError> {
        let written: Result<(), Failure> = async {
            let connection = self.open()?;
            for places in places.chunks(PLACES_OF_AN_UPDATE) {
                let cases = places.iter();
                let cases = cases.map(|(node, place)| format!("WHEN {node} THEN {place}"));
                let cases: Vec<String> = cases.collect();
                let update = format!(
                    "UPDATE v2_server SET sort = CASE id {} END WHERE id IN ({})",
                    cases.join(" "),
                    numbers(places.iter().map(|(node, _)| node.get())),
                );
                diesel::sql_query(update).execute(&mut *connection).await?;
            }
            Ok(())
        }
        .await;
        self.settle(written)
    }

    async fn update_node_counters(
        &mut self,
        nodes: &[NodeId],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let changed = self.zone.wall_clock(at);
        let updated = diesel::update(v2_server::table.filter(v2_server::id.eq_any(ids(nodes))))
            .set((
                v2_server::u.eq(0_i64),
                v2_server::d.eq(0_i64),
                v2_server::updated_at.eq(changed),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn delete_nodes(&mut self, nodes: &[NodeId], at: UnixSeconds) -> Result<(), StoreError> {
        if nodes.is_empty() {
            return Ok(());
        }
        let changed = self.zone.wall_clock(at);
        let gone = numbers(ids(nodes));
        // A number may be given again, and what is known of the old node is nothing of the new one's.
        let statements = [
            format!("DELETE FROM v2_server WHERE id IN ({gone})"),
            format!(
                "UPDATE v2_server SET parent_id = NULL, updated_at = '{changed}' \
                 WHERE parent_id IN ({gone})"
            ),
            format!("DELETE FROM ferro_node_state WHERE node_id IN ({gone})"),
            format!("DELETE FROM ferro_node_alert WHERE node_id IN ({gone})"),
            format!("DELETE FROM ferro_node_watch WHERE node_id IN ({gone})"),
        ];
        let deleted = self.open()?.batch_execute(&statements.join(";")).await;
        self.settle(deleted)
    }
}

/// The names of all groups.
async fn groups(connection: &mut Conn) -> QueryResult<HashMap<GroupId, String>> {
    let rows: Vec<(Int, String)> = v2_server_group::table
        .order(v2_server_group::id)
        .limit(LIST_LENGTH)
        .select((v2_server_group::id, v2_server_group::name))
        .load(connection)
        .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|(id, name)| (GroupId::new(id.0), name)).collect())
}

#[async_trait]
impl ManagedNodeQueries for SqlStore {
    async fn list_managed_nodes(&self) -> Result<Vec<ManagedNodeView>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<NodeRow> = v2_server::table
            .order(v2_server::id)
            .limit(LIST_LENGTH)
            .select(NodeRow::as_select())
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let names = groups(&mut connection).await.map_err(reported)?;
        let states = reported_states(&mut connection).await.map_err(reported)?;
        let records = rows.into_iter().filter_map(|row| row.record(self.zone));
        let mut records: Vec<NodeRecord> = records.collect();
        records.sort_by_key(NodeRecord::place);
        let view = |record: NodeRecord| {
            let reporter = record.parent.unwrap_or(record.id);
            let state = states.get(&reporter);
            let state = state.filter(|(protocol, _)| *protocol == record.protocol);
            let mut ids: Vec<GroupId> = record.groups.clone().unwrap_or_default();
            ids.sort_unstable();
            ids.dedup();
            let named = ids
                .into_iter()
                .filter_map(|id| Some((id, names.get(&id)?.clone())));
            ManagedNodeView {
                groups: named.collect(),
                state: state.map(|(_, state)| state.clone()).unwrap_or_default(),
                record,
            }
        };
        Ok(records.into_iter().map(view).collect())
    }
}
