//! Telling other programs of nodes that fell silent, came back or are overloaded.

use std::sync::Arc;

use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{NodeId, StoreError};
use ferroboard_nodes::{NodeMove, NodeNews};

use crate::process::Core;
use crate::transaction::transact;
use crate::{Error, UnitOfWork};

/// How many nodes one transaction looks at.
const BATCH: u32 = 200;

pub(crate) struct NodeWatches(pub(crate) Arc<Core>);

impl NodeWatches {
    /// Looks at every node that was ever heard of, and tells what is news about it with the note of how it was
    /// found; of how many nodes. It does not ask whether staff can be told by Telegram: that has a mark of its own.
    pub(crate) async fn look(&self) -> Result<u64, Error> {
        let mut told = 0;
        let mut after: Option<NodeId> = None;
        loop {
            let (last, count) =
                transact!(self.0.ports.store, |tx| self.look_within(tx, after).await?)?;
            told += count;
            if last.is_none() {
                return Ok(told);
            }
            after = last;
        }
    }

    /// The last node that was looked at, and of how many it was told.
    async fn look_within(
        &self,
        tx: &mut dyn UnitOfWork,
        after: Option<NodeId>,
    ) -> Result<(Option<NodeId>, u64), Error> {
        let now = self.0.ports.clock.now();
        let signs = tx.list_node_signs(after, BATCH).await?;
        let last = signs.last().map(|sign| sign.node);
        let moves: Vec<NodeMove> = signs.iter().filter_map(|sign| sign.look(now)).collect();
        if !tx.move_node_watches(&moves).await? {
            let reason = "another process looked at the same nodes".to_owned();
            return Err(StoreError::Conflict(reason).into());
        }
        let news = moves
            .iter()
            .filter_map(|moved| Some((moved.node, moved.news?)));
        let mut told = 0;
        for (node, news) in news {
            tx.tell(NewEvent::about_node(kind(news), node, now));
            told += 1;
        }
        Ok((last, told))
    }
}

const fn kind(news: NodeNews) -> EventKind {
    match news {
        NodeNews::Online => EventKind::NodeOnline,
        NodeNews::Offline => EventKind::NodeOffline,
        NodeNews::Overloaded => EventKind::NodeOverloaded,
    }
}
