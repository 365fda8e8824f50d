//! From where users are connected, as they see it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferroboard_auth::SessionRecord;
use ferroboard_devices::Overview;
use ferroboard_kernel::{GroupId, UnixSeconds, UserId};

use crate::nodes::device_queries::NodeLabel;
use crate::process::Core;
use crate::{Error, SessionView};

/// The devices of a user, as the user sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceOverview {
    /// The devices.
    pub overview: Overview,
    /// The names of those nodes that the user may see.
    pub nodes: BTreeMap<i64, String>,
    /// The user's second account, whose devices are among them.
    pub shadow: Option<UserId>,
    /// Whether addresses are shown whole.
    pub whole_addresses: bool,
    /// The live sessions.
    pub sessions: Vec<SessionRecord>,
    /// The time of the answer.
    pub now: UnixSeconds,
}

/// From where users are connected.
pub struct OnlineDevices(pub(crate) Arc<Core>);

impl OnlineDevices {
    /// The devices of the session's user, with those of the second account where they count.
    pub async fn of(&self, session: &SessionView) -> Result<DeviceOverview, Error> {
        let plugins = self.0.site.plugins();
        let plugin = &plugins.online_devices;
        if !plugin.enabled {
            return Err(Error::PluginDisabled);
        }
        let (store, now) = (&self.0.ports.store, self.0.ports.clock.now());
        let user = session.account.id;
        let counts_shadow =
            plugin.settings.count_shadow && plugins.ipv6_subscription.settings.count_shadow_devices;
        let shadow = if counts_shadow {
            store.find_shadow_pair(user).await?
        } else {
            None
        };
        let groups = [
            session.account.group_id,
            shadow
                .as_ref()
                .and_then(|pair| pair.shadow.as_ref()?.columns.group_id),
        ];
        let shadow = shadow.map(|pair| pair.account.shadow);
        let users: Vec<UserId> = std::iter::once(user).chain(shadow).collect();
        let sightings = store.list_sightings(&users, Overview::since(now)).await?;
        let overview = Overview::of(&sightings, session.account.device_limit, now);
        let nodes = if plugin.settings.show_nodes {
            self.visible_nodes(&groups, &overview).await?
        } else {
            BTreeMap::new()
        };
        Ok(DeviceOverview {
            overview,
            nodes,
            shadow,
            whole_addresses: plugin.settings.show_full_ip,
            sessions: store.list_sessions(user, now).await?,
            now,
        })
    }

    /// The names of the nodes that one of these groups may use.
    async fn visible_nodes(
        &self,
        groups: &[Option<GroupId>],
        overview: &Overview,
    ) -> Result<BTreeMap<i64, String>, Error> {
        let ids = overview.nodes();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let labels = self.0.ports.store.list_node_labels(&ids).await?;
        let is_visible = |label: &NodeLabel| {
            let mut open = label.groups.iter();
            open.any(|group| groups.contains(&Some(*group)))
        };
        let visible = labels.into_iter().filter(is_visible);
        Ok(visible.map(|label| (label.id, label.name)).collect())
    }
}
