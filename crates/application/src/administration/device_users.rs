//! From where users are connected, as administrators see it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ferroboard_devices::{Overview, Sighting};
use ferroboard_kernel::{Email, GroupId, PlanId, UnixSeconds, UserId};

use crate::Error;
use crate::core::Core;

/// In which order users are listed; the larger number of the user comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceOrder {
    /// Those with the most devices first.
    #[default]
    MostDevices,
    /// Those first who were online last.
    LatestOnline,
}

/// Which users are listed, and which part of the list.
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
    /// How many are left out.
    pub offset: i64,
    /// How many there may be.
    pub limit: i64,
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

/// Some of the list, and how long it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceUserPage {
    /// Some of it.
    pub rows: Vec<DeviceUserRow>,
    /// How many match.
    pub total: i64,
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

/// A user with the devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceUser {
    /// The user.
    pub row: DeviceUserRow,
    /// The devices.
    pub overview: Overview,
}

/// One page of users with their devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceUsersView {
    /// The users.
    pub users: Vec<DeviceUser>,
    /// How many match.
    pub total: i64,
    /// The names of the nodes.
    pub nodes: BTreeMap<i64, String>,
    /// All devices in numbers, whatever was looked for.
    pub sums: DeviceSums,
}

/// From where users are connected.
pub struct DeviceUsers(pub(crate) Arc<Core>);

impl DeviceUsers {
    /// The users that match, with the devices that count now.
    pub async fn list(&self, filter: &DeviceUserFilter) -> Result<DeviceUsersView, Error> {
        let (store, now) = (&self.0.ports.store, self.0.ports.clock.now());
        let since = Overview::since(now);
        let page = store.list_users_by_devices(filter, since).await?;
        let ids: Vec<UserId> = page.rows.iter().map(|row| row.user).collect();
        let sightings = store.list_sightings(&ids, since).await?;
        let users = page.rows.into_iter().map(|row| DeviceUser {
            overview: Overview::of(&of_user(&sightings, row.user), row.device_limit, now),
            row,
        });
        Ok(DeviceUsersView {
            users: users.collect(),
            total: page.total,
            nodes: self.names(&sightings).await?,
            sums: store.sum_devices(since).await?,
        })
    }

    async fn names(&self, sightings: &[Sighting]) -> Result<BTreeMap<i64, String>, Error> {
        let mut ids: Vec<i64> = sightings.iter().map(|sighting| sighting.node).collect();
        ids.sort_unstable();
        ids.dedup();
        let labels = self.0.ports.store.list_node_labels(&ids).await?;
        let named = labels.into_iter().map(|label| (label.id, label.name));
        Ok(named.collect())
    }
}

/// Those of one user; they are sorted by user.
fn of_user(sightings: &[Sighting], user: UserId) -> Vec<Sighting> {
    let first = sightings.partition_point(|sighting| sighting.user < user);
    let from = sightings.iter().skip(first);
    from.take_while(|sighting| sighting.user == user)
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_is_an_address_a_number_or_a_part_of_a_mail_address() {
        let found = |keyword: &str| {
            let filter = DeviceUserFilter::default().looking_for(keyword);
            let user = filter.user.map(UserId::get);
            (user, filter.email, filter.address)
        };
        let text = |text: &str| Some(text.to_owned());
        for (keyword, expected) in [
            ("17", (Some(17), None, None)),
            ("Ann@Demo", (None, text("ann@demo"), None)),
            ("1.2.3.4", (None, None, text("1.2.3.4"))),
            ("::ffff:1.2.3.4", (None, None, text("1.2.3.4"))),
            ("2001:DB8:0::1", (None, None, text("2001:db8::1"))),
            ("1.2.3", (None, text("1.2.3"), None)),
        ] {
            assert_eq!(found(keyword), expected, "{keyword}");
        }
    }
}
