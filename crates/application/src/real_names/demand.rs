//! Whom nodes leave out for the lack of a real name.

use ferroboard_kernel::{Seconds, UserId};
use ferroboard_realname::RealNamePolicy;

use crate::context::Context;
use crate::{Error, policies};

/// Whom nodes leave out: users who are not verified and registered at least this long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NodeDemand {
    pub(crate) grace: Seconds,
    pub(crate) exempts_admins: bool,
}

impl<S: ?Sized> Context<S> {
    /// The rules, while the plugin is on.
    pub(crate) fn real_name_policy(&self) -> Option<RealNamePolicy> {
        let plugin = &self.site.plugins().real_name;
        plugin
            .enabled
            .then(|| policies::real_name(&plugin.settings))
    }

    /// Which users nodes leave out, while the site has them do so.
    pub(crate) fn node_demand(&self) -> Option<NodeDemand> {
        let policy = policies::real_names_of_nodes(&self.site.plugins())?;
        Some(NodeDemand {
            grace: policy.grace,
            exempts_admins: policy.exempts_admins,
        })
    }
}

impl Context {
    /// Those of these users whom nodes leave out.
    pub(crate) async fn left_out(
        &self,
        demand: NodeDemand,
        users: &[UserId],
    ) -> Result<Vec<UserId>, Error> {
        let registered = self.ports.clock.now().minus(demand.grace);
        let store = &self.ports.store;
        let unverified = store.list_unverified_users(users, registered, !demand.exempts_admins);
        Ok(unverified.await?)
    }
}
