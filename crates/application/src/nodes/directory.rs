//! Nodes, their rules and their machines, kept in memory.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use ferroboard_kernel::{MachineId, NodeId, RouteId};
use ferroboard_nodes::{Machine, Node, NodeRoute};
use ferroboard_protocol::Protocol;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::context::Context;
use crate::{Error, Queries};

/// What this process last read. Another program may change nodes at any time and leaves no note:
/// everything is read again every few seconds.
#[derive(Default)]
pub(crate) struct NodeDirectory {
    known: ArcSwapOption<KnownNodes>,
    /// What was read before is out of date.
    forgotten: ArcSwapOption<Instant>,
    reading: Mutex<()>,
}

impl NodeDirectory {
    /// What there was at most [`Options::node_list_age`](crate::Options::node_list_age) ago.
    pub(crate) async fn current(&self, context: &Context) -> Result<Arc<KnownNodes>, Error> {
        self.no_older_than(context.options.node_list_age, context)
            .await
    }

    /// Reads everything again when it soon grows too old; whether it did.
    pub(crate) async fn look(&self, context: &Context) -> Result<bool, Error> {
        let before = self.known.load_full();
        let after = self.no_older_than(context.options.node_list_age / 2, context);
        let after = after.await?;
        Ok(before.is_none_or(|before| !Arc::ptr_eq(&before, &after)))
    }

    /// Has everything read again, by the next who looks or asks.
    pub(crate) fn forget(&self) {
        self.forgotten.store(Some(Arc::new(Instant::now())));
    }

    /// The same, if it need not be read.
    pub(crate) fn young(&self, age: Duration) -> Option<Arc<KnownNodes>> {
        let (known, forgotten) = (self.known.load_full(), self.forgotten.load_full());
        let is_valid = |known: &Arc<KnownNodes>| {
            known.read.elapsed() < age && forgotten.is_none_or(|at| *at < known.read)
        };
        known.filter(is_valid)
    }

    async fn no_older_than(
        &self,
        age: Duration,
        context: &Context,
    ) -> Result<Arc<KnownNodes>, Error> {
        if let Some(known) = self.young(age) {
            return Ok(known);
        }
        let _turn = self.reading.lock().await;
        if let Some(known) = self.young(age) {
            return Ok(known);
        }
        let known = Arc::new(KnownNodes::read(&**context.ports.store).await?);
        self.known.store(Some(Arc::clone(&known)));
        Ok(known)
    }
}

/// Everything as it was at one moment.
pub(crate) struct KnownNodes {
    /// By their place in lists.
    nodes: Vec<Arc<Node>>,
    numbered: HashMap<NodeId, usize>,
    /// By number.
    coded: HashMap<String, Vec<usize>>,
    /// `None` where a node names a rule that there is not.
    routes: HashMap<RouteId, Option<NodeRoute>>,
    machines: HashMap<MachineId, Machine>,
    read: Instant,
}

impl KnownNodes {
    async fn read(store: &dyn Queries) -> Result<Self, Error> {
        let read = Instant::now();
        let nodes = store.list_nodes().await?;
        let named: BTreeSet<RouteId> = nodes
            .iter()
            .flat_map(|node| &node.routes)
            .copied()
            .collect();
        let named: Vec<RouteId> = named.into_iter().collect();
        let routes = match named.as_slice() {
            [] => Vec::new(),
            ids => store.list_node_routes(ids).await?,
        };
        let machines = store.list_machines().await?;
        Ok(Self::new(nodes, &named, routes, machines, read))
    }

    fn new(
        nodes: Vec<Node>,
        named: &[RouteId],
        routes: Vec<NodeRoute>,
        machines: Vec<Machine>,
        read: Instant,
    ) -> Self {
        let mut places: Vec<(usize, &Node)> = nodes.iter().enumerate().collect();
        places.sort_by_key(|(_, node)| node.id);
        let numbered = places.iter().map(|(place, node)| (node.id, *place));
        let numbered = numbered.collect();
        let mut coded: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, node) in places {
            if let Some(code) = &node.code {
                coded.entry(code.clone()).or_default().push(place);
            }
        }
        let mut known: HashMap<_, _> = named.iter().map(|id| (*id, None)).collect();
        known.extend(routes.into_iter().map(|route| (route.id, Some(route))));
        let machines = machines.into_iter();
        Self {
            numbered,
            coded,
            nodes: nodes.into_iter().map(Arc::new).collect(),
            routes: known,
            machines: machines.map(|machine| (machine.id, machine)).collect(),
            read,
        }
    }

    /// The node that agents call so, as
    /// [`NodeQueries::find_node`](crate::NodeQueries::find_node) finds it.
    pub(crate) fn find(&self, name: &str, protocol: Option<Protocol>) -> Option<&Arc<Node>> {
        let is_meant = |node: &&Arc<Node>| protocol.is_none_or(|asked| node.protocol == asked);
        let coded = self.coded.get(name).into_iter().flatten();
        let coded = coded.filter_map(|place| self.nodes.get(*place));
        let number = name.parse().ok().map(NodeId::new);
        // `5abc`, `05` and `+5` are no numbers.
        let number = number.filter(|number| number.to_string() == name);
        let numbered = || number.and_then(|number| self.node(number));
        let coded = coded.into_iter().find(is_meant);
        coded.or_else(|| numbered().filter(is_meant))
    }

    /// The node with this number.
    pub(crate) fn node(&self, id: NodeId) -> Option<&Arc<Node>> {
        self.nodes.get(*self.numbered.get(&id)?)
    }

    /// The nodes of the machine that are switched on, by their place in lists.
    pub(crate) fn of_machine(&self, machine: MachineId) -> impl Iterator<Item = &Node> {
        let nodes = self.nodes.iter().map(Arc::as_ref);
        nodes.filter(move |node: &&Node| node.enabled && node.machine == Some(machine))
    }

    /// The rules with these numbers, by number; `None` when one of them was not asked for.
    pub(crate) fn routes(&self, ids: &[RouteId]) -> Option<Vec<NodeRoute>> {
        let ids: BTreeSet<&RouteId> = ids.iter().collect();
        let found = ids.into_iter().map(|id| self.routes.get(id).cloned());
        let found: Option<Vec<_>> = found.collect();
        Some(found?.into_iter().flatten().collect())
    }

    pub(crate) fn machine(&self, id: MachineId) -> Option<&Machine> {
        self.machines.get(&id)
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_nodes::testing::a_node;

    use super::*;

    fn known(nodes: Vec<Node>) -> KnownNodes {
        let route = NodeRoute {
            id: RouteId::new(2),
            matches: vec![],
            action: "block".into(),
            action_value: None,
        };
        let named = [1, 2].map(RouteId::new);
        KnownNodes::new(nodes, &named, vec![route], vec![], Instant::now())
    }

    #[test]
    fn a_code_wins_over_a_number_and_a_low_number_over_a_high_one() {
        let coded = |number: i64, code: &str, protocol| Node {
            code: Some(code.to_owned()),
            protocol,
            ..a_node(number)
        };
        let known = known(vec![
            coded(9, "1", Protocol::Trojan),
            coded(2, "1", Protocol::Vmess),
            a_node(1),
            coded(3, "ss-3", Protocol::Shadowsocks),
        ]);
        for (name, protocol, expected) in [
            ("1", None, Some(2)),
            ("1", Some(Protocol::Shadowsocks), Some(1)),
            ("1", Some(Protocol::Trojan), Some(9)),
            ("1", Some(Protocol::Naive), None),
            ("9", None, Some(9)),
            ("ss-3", None, Some(3)),
            ("3", Some(Protocol::Vmess), None),
            ("3abc", None, None),
            ("03", None, None),
            ("+3", None, None),
            ("", None, None),
            ("99999999999999999999", None, None),
        ] {
            let found = known.find(name, protocol).map(|node| node.id.get());
            assert_eq!(found, expected, "{name} {protocol:?}");
        }
    }

    #[test]
    fn rules_that_there_are_not_are_known_to_be_none() {
        let known = known(vec![]);
        let found = |ids: &[i64]| {
            let ids: Vec<_> = ids.iter().copied().map(RouteId::new).collect();
            let routes = known.routes(&ids)?;
            Some(
                routes
                    .into_iter()
                    .map(|route| route.id.get())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(found(&[2, 1, 2]), Some(vec![2]));
        assert_eq!(found(&[1]), Some(vec![]));
        assert_eq!(found(&[]), Some(vec![]));
        assert_eq!(found(&[2, 3]), None);
    }
}
