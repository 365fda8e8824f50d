//! Telling staff of nodes that are silent.

use std::sync::Arc;

use ferroboard_nodes::{LONGEST_SILENCE, SilentNode};
use ferroboard_telegram::{NodeNotice, StaffNotice};

use crate::Error;
use crate::process::Core;
use crate::transaction::transact;

/// How many nodes one message names: as many as fit.
const MOST_NODES: u32 = 10;

pub(crate) struct NodeAlerts(pub(crate) Arc<Core>);

impl NodeAlerts {
    /// Tells administrators and staff by Telegram of the nodes that fell silent, once for each
    /// silence; of how many. What nobody could be told is told at the next look.
    pub(crate) async fn tell(&self) -> Result<u64, Error> {
        let ports = &self.0.ports;
        let now = ports.clock.now();
        transact!(ports.store, |tx| tx.update_nodes_ahead(now).await?)?;
        let before = now.minus(LONGEST_SILENCE);
        let silent = ports.store.list_silent_nodes(before, MOST_NODES).await?;
        if silent.is_empty() {
            return Ok(0);
        }
        let notice = StaffNotice::SilentNodes(silent.iter().map(named).collect());
        if !self.0.tell_now(&notice).await? {
            return Ok(0);
        }
        transact!(ports.store, |tx| tx.update_node_alerts(&silent).await?)?;
        Ok(u64::try_from(silent.len()).unwrap_or(u64::MAX))
    }
}

fn named(node: &SilentNode) -> NodeNotice {
    NodeNotice {
        name: node.name.clone(),
        host: node.host.clone(),
    }
}
