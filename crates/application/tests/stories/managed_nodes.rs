//! What becomes of what administrators change at nodes.

use std::sync::Arc;
use std::time::Duration;

use ferroboard_application::{Application, Error, Options};
use ferroboard_kernel::{GroupId, MachineId, NodeId, UserId};
use ferroboard_nodes::testing::{MachineRow, a_node, node_terms};
use ferroboard_nodes::{Machine, Node, NodeError, NodeSwitches, NodeTerms, Said};
use ferroboard_testing::Fakes;
use serde_json::json;

use crate::Panel;

const ADMIN: UserId = UserId::new(1);
const NODE: NodeId = NodeId::new(7);
const MACHINE: MachineId = MachineId::new(1);

/// A panel that reads its nodes again once a minute, with node 7 and machine 1.
async fn panel() -> Panel {
    let mut options = Options::new("test".into());
    options.node_list_age = Duration::from_secs(60);
    let fakes = Fakes::default();
    let app = Arc::new(Application::new(fakes.ports(), options).await.unwrap());
    let panel = Panel(ferroboard_testing::Panel { app, fakes });
    panel.fakes.store.write(|tables| {
        tables.nodes.nodes.insert(NODE, a_node(7));
        let machine = machine();
        let row = MachineRow {
            machine,
            last_seen_at: None,
            load: None,
        };
        tables.nodes.machines.insert(MACHINE, row);
    });
    panel
}

fn machine() -> Machine {
    Machine {
        id: MACHINE,
        token: "machine-token".into(),
        active: true,
    }
}

/// What agents that ask whether anything is new are told.
async fn recalled(panel: &Panel) -> Node {
    panel.app.nodes.recall("7", None).await.unwrap()
}

#[tokio::test]
async fn agents_hear_at_once_of_what_this_process_changed() {
    let panel = panel().await;
    let nodes = &panel.app.administration.nodes;
    assert_eq!(recalled(&panel).await.groups, [GroupId::new(1)]);
    let terms = NodeTerms {
        groups: Said::Value(vec![GroupId::new(2)]),
        ..node_terms()
    };
    let change = panel.change(ADMIN, "server/manage/save").await;
    nodes.save(Some(NODE), terms, change).await.unwrap();
    assert_eq!(recalled(&panel).await.groups, [GroupId::new(2)]);
    let runs = async |panel: &Panel| {
        let own = panel.app.nodes.of_machine(&machine()).await.unwrap();
        own.iter().map(|node| node.id.get()).collect::<Vec<_>>()
    };
    assert!(runs(&panel).await.is_empty());
    let bind = NodeSwitches {
        show: None,
        enabled: None,
        machine: Said::Value(MACHINE),
    };
    let change = panel.change(ADMIN, "server/manage/update").await;
    nodes.switch(NODE, bind.clone(), change).await.unwrap();
    assert_eq!(runs(&panel).await, [7]);
    // A copy is run by the machine as well.
    let change = panel.change(ADMIN, "server/manage/copy").await;
    nodes.copy(NODE, change).await.unwrap();
    assert_eq!(runs(&panel).await, [7, 8]);
    let off = NodeSwitches {
        enabled: Some(false),
        machine: Said::Nothing,
        ..bind
    };
    let change = panel.change(ADMIN, "server/manage/batchUpdate").await;
    let both = vec![NODE, NodeId::new(8), NodeId::new(99)];
    nodes.switch_all(both.clone(), off, change).await.unwrap();
    assert!(runs(&panel).await.is_empty());
    let change = panel.change(ADMIN, "server/manage/batchDelete").await;
    nodes.delete_all(both, change).await.unwrap();
    let gone = panel.app.nodes.recall("7", None).await;
    assert_eq!(gone, Err(Error::Nodes(NodeError::NodeMissing)));
}

#[tokio::test]
async fn the_record_says_what_a_node_was() {
    let panel = panel().await;
    let nodes = &panel.app.administration.nodes;
    let change = panel.change(ADMIN, "server/manage/save").await;
    nodes.save(Some(NODE), node_terms(), change).await.unwrap();
    let places = vec![(NODE, 3)];
    let change = panel.change(ADMIN, "server/manage/sort").await;
    nodes.place(places, change).await.unwrap();
    let noted = panel.fakes.store.read(|tables| {
        let changes = tables.audit.changes.values();
        let shown = changes.map(|change| json!([change.before, change.after]));
        shown.collect::<Vec<_>>()
    });
    let expected = [
        json!([{"name": "Node 7"}, {"name": "Changed"}]),
        json!([{"node 7": 7}, {"node 7": 3}]),
    ];
    assert_eq!(noted, expected);
}
