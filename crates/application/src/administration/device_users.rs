//! From where users are connected, as administrators see it.

use ferroboard_devices::{Overview, Sighting};
use ferroboard_kernel::UserId;
use ferroboard_listing::{Found, Page};
use std::collections::BTreeMap;

use crate::Error;
use crate::administration::context::AdminContext;
use crate::nodes::device_queries::{DeviceSums, DeviceUserFilter, DeviceUserRow};

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
    pub users: Found<DeviceUser>,
    /// The names of the nodes.
    pub nodes: BTreeMap<i64, String>,
    /// All devices in numbers, whatever was looked for.
    pub sums: DeviceSums,
}

/// From where users are connected.
pub struct DeviceUsers(pub(crate) AdminContext);

impl DeviceUsers {
    /// The users that match, with the devices that count now.
    pub async fn list(
        &self,
        filter: &DeviceUserFilter,
        page: Page,
    ) -> Result<DeviceUsersView, Error> {
        let (store, now) = (&self.0.ports.store, self.0.ports.clock.now());
        let (admin, since) = (store.admin()?, Overview::since(now));
        let found = admin.list_users_by_devices(filter, page, since).await?;
        let ids: Vec<UserId> = found.rows.iter().map(|row| row.user).collect();
        let sightings = store.list_sightings(&ids, since).await?;
        let users = found.map(|row| DeviceUser {
            overview: Overview::of(&of_user(&sightings, row.user), row.device_limit, now),
            row,
        });
        Ok(DeviceUsersView {
            users,
            nodes: self.names(&sightings).await?,
            sums: admin.sum_devices(since).await?,
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
