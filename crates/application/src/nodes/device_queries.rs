//! What is read about devices.

use std::net::IpAddr;

use async_trait::async_trait;
use ferroboard_devices::Sighting;
use ferroboard_kernel::{Email, GroupId, PlanId, StoreError, UnixSeconds, UserId};

/// The name of a node, and who may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeLabel {
    /// The node.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The groups whose users may use it.
    pub groups: Vec<GroupId>,
}

/// Screens about devices.
#[async_trait]
pub trait DeviceQueries: Send + Sync {
    /// The addresses of these users that were seen at `since` or later, by user, node and address;
    /// at most 10,000.
    async fn list_sightings(
        &self,
        users: &[UserId],
        since: UnixSeconds,
    ) -> Result<Vec<Sighting>, StoreError>;

    /// These nodes.
    async fn list_node_labels(&self, nodes: &[i64]) -> Result<Vec<NodeLabel>, StoreError>;
}

/// In which order users are listed; the larger number of the user comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceOrder {
    /// Those with the most devices first.
    #[default]
    MostDevices,
    /// Those first who were online last.
    LatestOnline,
}

/// Which users are listed, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceUserFilter {
    /// This one.
    pub user: Option<UserId>,
    /// Those whose address contains this.
    pub email: Option<String>,
    /// Those who are connected from this address.
    pub address: Option<String>,
    /// Only those who are connected.
    pub only_online: bool,
    /// Only those with more devices than they may have, or only the others.
    pub exceeded: Option<bool>,
    /// In which order.
    pub order: DeviceOrder,
}

impl DeviceUserFilter {
    /// With what somebody looks for: an address, a user's number, or a part of a mail address.
    #[must_use]
    pub fn looking_for(self, keyword: &str) -> Self {
        if let Ok(ip) = keyword.parse::<IpAddr>() {
            let address = Some(ip.to_canonical().to_string());
            Self { address, ..self }
        } else if let Ok(user) = keyword.parse() {
            let user = Some(UserId::new(user));
            Self { user, ..self }
        } else {
            let email = Some(keyword.to_lowercase());
            Self { email, ..self }
        }
    }
}

/// A user of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceUserRow {
    /// The row.
    pub user: UserId,
    /// The address.
    pub email: Email,
    /// The plan.
    pub plan: Option<PlanId>,
    /// Its name, while there is one.
    pub plan_name: Option<String>,
    /// Whose nodes are open.
    pub group: Option<GroupId>,
    /// Devices at once, as it is stored.
    pub device_limit: Option<i64>,
    /// Suspended.
    pub banned: bool,
    /// When the user was last online.
    pub last_online_at: Option<UnixSeconds>,
    /// Whose shadow account it is.
    pub shadow_of: Option<UserId>,
}

/// All devices in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeviceSums {
    /// Users who are connected.
    pub users: i64,
    /// Their devices.
    pub devices: i64,
    /// Users with more than they may have.
    pub exceeded: i64,
}
