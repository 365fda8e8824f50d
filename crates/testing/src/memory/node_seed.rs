use async_trait::async_trait;
use ferroboard_kernel::{MachineId, NodeId, UnixSeconds, UserId};
use ferroboard_nodes::testing::MachineRow;
use ferroboard_nodes::{Machine, Node, NodeRoute, Traffic};

use super::MemoryStore;
use crate::contract::NodeSeed;

#[async_trait]
impl NodeSeed for MemoryStore {
    async fn insert_node(&self, node: &Node) {
        self.write(|tables| tables.nodes.nodes.insert(node.id, node.clone()));
    }

    async fn insert_node_route(&self, route: &NodeRoute) {
        self.write(|tables| tables.nodes.routes.insert(route.id, route.clone()));
    }

    async fn insert_machine(&self, machine: &Machine) {
        let row = MachineRow {
            machine: machine.clone(),
            last_seen_at: None,
            load: None,
        };
        self.write(|tables| tables.nodes.machines.insert(machine.id, row));
    }

    async fn node_traffic(&self, node: NodeId) -> Traffic {
        self.read(|tables| {
            let row = tables.nodes.nodes.get(&node);
            row.map_or_else(Traffic::default, |node| Traffic {
                upload: node.upload,
                download: node.download,
            })
        })
    }

    async fn user_statistics(&self) -> Vec<(UserId, i64, UnixSeconds, Traffic)> {
        self.read(|tables| {
            let rows = tables.nodes.user_statistics.iter();
            rows.map(|((user, rate, day), sum)| (*user, *rate, *day, *sum))
                .collect()
        })
    }

    async fn node_statistics(&self) -> Vec<(NodeId, String, UnixSeconds, Traffic)> {
        self.read(|tables| {
            let rows = tables.nodes.node_statistics.iter();
            rows.map(|((node, protocol, day), sum)| (*node, protocol.to_string(), *day, *sum))
                .collect()
        })
    }

    async fn user_activity(&self, user: UserId) -> (UnixSeconds, Option<i64>) {
        self.read(|tables| {
            let row = tables.users.get(&user).map(|row| row.nodes);
            let row = row.unwrap_or_default();
            (row.last_traffic_at, row.online_count)
        })
    }

    async fn machine_history(&self, machine: MachineId) -> Vec<(i64, i64, bool)> {
        self.read(|tables| {
            let own = tables.nodes.readings.iter();
            let own = own.filter(|reading| reading.machine == machine);
            own.map(|reading| {
                let load = &reading.load.load;
                let percent = format!("{:.0}", load.cpu).parse().unwrap_or(-1);
                (percent, load.memory.total, reading.load.network.is_some())
            })
            .collect()
        })
    }

    async fn machine_state(&self, machine: MachineId) -> (Option<UnixSeconds>, Option<String>) {
        self.read(|tables| {
            let row = tables.nodes.machines.get(&machine);
            row.map_or((None, None), |row| {
                let load = row.load.as_ref().map(ToString::to_string);
                (row.last_seen_at, load)
            })
        })
    }
}
