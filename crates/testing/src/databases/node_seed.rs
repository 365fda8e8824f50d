use async_trait::async_trait;
use ferroboard_kernel::{MachineId, NodeId, UnixSeconds, UserId, Zone};
use ferroboard_nodes::{Machine, Node, NodeRoute, Traffic};

use super::SqlSeed;
use super::seed::{cell, number};
use crate::contract::NodeSeed;

type Cells = std::vec::IntoIter<Option<String>>;

fn integer(row: &mut Cells) -> i64 {
    cell(row).parse().unwrap_or(-1)
}

fn traffic(row: &mut Cells) -> Traffic {
    Traffic {
        upload: integer(row),
        download: integer(row),
    }
}

/// A JSON list of texts, which is how the reference panel's administration writes numbers.
fn texts(items: impl Iterator<Item = String>) -> String {
    let quoted: Vec<String> = items.map(|item| format!("\"{item}\"")).collect();
    format!("[{}]", quoted.join(","))
}

/// `2.5` for 250.
fn hundredths(number: i64) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

impl SqlSeed {
    async fn node_rows(&self, query: &str) -> Vec<Cells> {
        let rows = self.sql().rows(query).await;
        rows.into_iter().map(Vec::into_iter).collect()
    }
}

#[async_trait]
impl NodeSeed for SqlSeed {
    async fn insert_node(&self, node: &Node) {
        let shown = |at: UnixSeconds| Zone::default().wall_clock(at).to_string();
        let ranges = node.rate_ranges.iter().map(|range| {
            let (start, end, rate) = (&range.start, &range.end, range.rate);
            format!(r#"{{"start":"{start}","end":"{end}","rate":{rate}}}"#)
        });
        let ranges: Vec<String> = ranges.collect();
        let tags = node.tags.as_ref().map(|tags| texts(tags.iter().cloned()));
        let values = [
            node.id.to_string(),
            self.text(Some(node.protocol.name())),
            self.text(node.code.as_deref()),
            number(node.parent.map(NodeId::get)),
            number(node.machine.map(MachineId::get)),
            self.text(Some(&texts(node.groups.iter().map(ToString::to_string)))),
            self.text(Some(&texts(node.routes.iter().map(ToString::to_string)))),
            self.text(Some(&node.name)),
            hundredths(node.rate.hundredths()),
            number(node.traffic_limit),
            node.upload.to_string(),
            node.download.to_string(),
            i64::from(!node.rate_ranges.is_empty()).to_string(),
            self.text(Some(&format!("[{}]", ranges.join(",")))),
            self.text(tags.as_deref()),
            self.text(Some(&node.host)),
            self.text(Some(&node.port)),
            node.server_port.to_string(),
            self.text(Some(&node.settings.as_value().to_string())),
            self.text(Some(&node.custom_outbounds.to_string())),
            self.text(Some(&node.custom_routes.to_string())),
            self.text(Some(&node.cert_config.to_string())),
            i64::from(node.show).to_string(),
            i64::from(node.enabled).to_string(),
            number(node.sort),
            self.text(Some(&shown(node.created_at))),
            self.text(Some(&shown(node.updated_at))),
        ];
        let statement = format!(
            "INSERT INTO v2_server (id, type, code, parent_id, machine_id, group_ids, route_ids, \
             name, rate, transfer_enable, u, d, rate_time_enable, rate_time_ranges, tags, host, \
             port, server_port, protocol_settings, custom_outbounds, custom_routes, cert_config, \
             `show`, enabled, sort, created_at, updated_at) VALUES ({})",
            values.join(", ")
        );
        self.sql().execute(&statement).await;
    }

    async fn insert_node_route(&self, route: &NodeRoute) {
        let matches = texts(route.matches.iter().cloned());
        let statement = format!(
            "INSERT INTO v2_server_route (id, remarks, `match`, action, action_value, created_at, \
             updated_at) VALUES ({}, 'r', {}, {}, {}, 1, 1)",
            route.id,
            self.text(Some(&matches)),
            self.text(Some(&route.action)),
            self.text(route.action_value.as_deref()),
        );
        self.sql().execute(&statement).await;
    }

    async fn insert_machine(&self, machine: &Machine) {
        let statement = format!(
            "INSERT INTO v2_server_machine (id, name, token, is_active) VALUES ({}, 'm', {}, {})",
            machine.id,
            self.text(Some(&machine.token)),
            i64::from(machine.active),
        );
        self.sql().execute(&statement).await;
    }

    async fn node_traffic(&self, node: NodeId) -> Traffic {
        let query = format!("SELECT u, d FROM v2_server WHERE id = {node}");
        let mut rows = self.node_rows(&query).await.into_iter();
        rows.next()
            .map_or_else(Traffic::default, |mut row| traffic(&mut row))
    }

    async fn user_statistics(&self) -> Vec<(UserId, i64, UnixSeconds, Traffic)> {
        let query = "SELECT user_id, ROUND(server_rate * 100), record_at, u, d \
                     FROM v2_stat_user WHERE record_type = 'd' ORDER BY id";
        let rows = self.node_rows(query).await.into_iter();
        rows.map(|mut row| {
            let user = UserId::new(integer(&mut row));
            let rate = cell(&mut row);
            let rate = rate.split('.').next().unwrap_or_default().to_owned();
            let rate = rate.parse().unwrap_or(-1);
            let day = UnixSeconds::new(integer(&mut row));
            (user, rate, day, traffic(&mut row))
        })
        .collect()
    }

    async fn node_statistics(&self) -> Vec<(NodeId, String, UnixSeconds, Traffic)> {
        let query = "SELECT server_id, server_type, record_at, u, d FROM v2_stat_server \
                     WHERE record_type = 'd' ORDER BY id";
        let rows = self.node_rows(query).await.into_iter();
        rows.map(|mut row| {
            let node = NodeId::new(integer(&mut row));
            let protocol = cell(&mut row);
            let day = UnixSeconds::new(integer(&mut row));
            (node, protocol, day, traffic(&mut row))
        })
        .collect()
    }

    async fn user_activity(&self, user: UserId) -> (UnixSeconds, Option<i64>) {
        let query = format!("SELECT t, online_count FROM v2_user WHERE id = {user}");
        let mut rows = self.node_rows(&query).await.into_iter();
        let mut row = rows.next().unwrap_or_default();
        let at = UnixSeconds::new(integer(&mut row));
        (
            at,
            row.next().flatten().and_then(|count| count.parse().ok()),
        )
    }

    async fn machine_history(&self, machine: MachineId) -> Vec<(i64, i64, bool)> {
        let query = format!(
            "SELECT ROUND(cpu), mem_total, net_in_speed FROM v2_server_machine_load_history \
             WHERE machine_id = {machine} ORDER BY id"
        );
        let rows = self.node_rows(&query).await.into_iter();
        rows.map(|mut row| {
            let percent = cell(&mut row);
            let percent = percent.split('.').next().unwrap_or_default().to_owned();
            let percent = percent.parse().unwrap_or(-1);
            (percent, integer(&mut row), row.next().flatten().is_some())
        })
        .collect()
    }

    async fn machine_state(&self, machine: MachineId) -> (Option<UnixSeconds>, Option<String>) {
        let query =
            format!("SELECT last_seen_at, load_status FROM v2_server_machine WHERE id = {machine}");
        let mut rows = self.node_rows(&query).await.into_iter();
        let mut row = rows.next().unwrap_or_default();
        let seen = row.next().flatten().and_then(|at| at.parse().ok());
        (seen.map(UnixSeconds::new), row.next().flatten())
    }
}
