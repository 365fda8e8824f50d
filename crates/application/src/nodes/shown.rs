//! The nodes that customers see and their programs get, kept in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ferroboard_kernel::{GroupId, UnixSeconds};
use ferroboard_nodes::NodeView;
use ferroboard_site::Settings;
use ferroboard_subscription::{Client, Host, Prepared, StoredNode, Templates};

use crate::Error;
use crate::context::Context;
use crate::nodes::users::RenderedList;
use crate::snapshot::Snapshot;

/// What this process last read of them, at most [`Options::node_list_age`](crate::Options::node_list_age) ago.
#[derive(Default)]
pub(crate) struct ShownNodes {
    /// With what they reported.
    views: Snapshot<Views>,
    /// As they are written into configurations, by group.
    stored: Mutex<HashMap<GroupId, Arc<Snapshot<GroupNodes>>>>,
}

/// How many documents are prepared for a group at most. Clients and hosts are what strangers say.
const PREPARED: usize = 32;

/// The nodes of a group, and documents that were prepared of them.
pub(crate) struct GroupNodes {
    pub(crate) nodes: Vec<StoredNode>,
    /// `None` where it was found that nothing can be prepared.
    prepared: Mutex<Vec<(Occasion, Option<Arc<Prepared>>)>>,
}

/// For what a document is prepared.
pub(crate) struct Occasion {
    pub(crate) client: Client,
    pub(crate) host: Option<Host>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) templates: Arc<Templates>,
}

impl Occasion {
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.settings, &other.settings)
            && Arc::ptr_eq(&self.templates, &other.templates)
            && self.client == other.client
            && self.host == other.host
    }
}

impl GroupNodes {
    /// The document for this occasion, if one can be prepared; it is made once for all who ask for it.
    pub(crate) fn prepared(
        &self,
        occasion: Occasion,
        prepare: impl FnOnce(&[StoredNode], &Occasion) -> Option<Prepared>,
    ) -> Option<Arc<Prepared>> {
        let known = || self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let known = known();
            if let Some((_, prepared)) = known.iter().find(|(known, _)| known.is_same(&occasion)) {
                return prepared.clone();
            }
            if known.len() >= PREPARED {
                return None;
            }
        }
        let prepared = prepare(&self.nodes, &occasion).map(Arc::new);
        known().push((occasion, prepared.clone()));
        prepared
    }
}

/// The nodes that are shown to anybody, and the lists that were written from them.
pub(crate) struct Views {
    nodes: Vec<NodeView>,
    /// Of a group, in a second.
    written: Mutex<HashMap<GroupId, (UnixSeconds, Arc<RenderedList>)>>,
}

impl Views {
    /// Those that customers of this group see, in their order.
    pub(crate) fn of(&self, group: GroupId) -> impl Iterator<Item = &NodeView> {
        let nodes = self.nodes.iter();
        nodes.filter(move |view| view.node.is_shown_to(group))
    }

    /// The list of this group at this second; it is written once for all who ask for it.
    pub(crate) fn written(
        &self,
        group: GroupId,
        now: UnixSeconds,
        write: impl FnOnce() -> RenderedList,
    ) -> Arc<RenderedList> {
        let known = || self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(&group).cloned();
        if let Some((second, list)) = found
            && second == now
        {
            return list;
        }
        let list = Arc::new(write());
        known().insert(group, (now, Arc::clone(&list)));
        list
    }
}

impl ShownNodes {
    /// The nodes with their states.
    pub(crate) async fn views(&self, context: &Context) -> Result<Arc<Views>, Error> {
        let store = &context.ports.store;
        let read = || async {
            Ok(Views {
                nodes: store.list_shown_nodes().await?,
                written: Mutex::default(),
            })
        };
        let age = context.options.node_list_age;
        self.views.get(age, || store.administered(), read).await
    }

    /// The same, if they need not be read.
    pub(crate) fn known_views(&self, context: &Context) -> Option<Arc<Views>> {
        let state = context.ports.store.administered();
        self.views.young(context.options.node_list_age, state)
    }

    /// The nodes of this group as they are written into configurations, in their order.
    pub(crate) async fn stored(
        &self,
        context: &Context,
        group: GroupId,
    ) -> Result<Arc<GroupNodes>, Error> {
        let of_group = Arc::clone(self.groups().entry(group).or_default());
        let store = &context.ports.store;
        let read = || async {
            Ok(GroupNodes {
                nodes: store.list_nodes_shown_to(group).await?,
                prepared: Mutex::default(),
            })
        };
        let age = context.options.node_list_age;
        of_group.get(age, || store.administered(), read).await
    }

    fn groups(&self) -> std::sync::MutexGuard<'_, HashMap<GroupId, Arc<Snapshot<GroupNodes>>>> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
