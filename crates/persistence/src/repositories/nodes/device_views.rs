use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_application::{
    DeviceQueries, DeviceSums, DeviceUserFilter, DeviceUserQueries, DeviceUserRow, NodeLabel,
};
use ferroboard_devices::Sighting;
use ferroboard_kernel::{GroupId, StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Found, Page};
use ferroboard_nodes::ids_from_json;

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, is_storable, reported};
use super::device_users;
use crate::integer::Int;
use crate::schema::{ferro_device, v2_server};

/// How many addresses one screen shows at most.
const LISTED: i64 = 10_000;

#[async_trait]
impl DeviceQueries for SqlStore {
    async fn list_sightings(
        &self,
        users: &[UserId],
        since: UnixSeconds,
    ) -> Result<Vec<Sighting>, StoreError> {
        let users: Vec<i64> = users.iter().map(|user| user.get()).collect();
        let mut connection = self.reader().await?;
        let rows: Vec<(Int, Int, String, Int)> = ferro_device::table
            .filter(ferro_device::user_id.eq_any(users))
            .filter(ferro_device::last_seen.ge(since.get()))
            .order((
                ferro_device::user_id,
                ferro_device::node_id,
                ferro_device::ip,
            ))
            .limit(LISTED)
            .select((
                ferro_device::user_id,
                ferro_device::node_id,
                ferro_device::ip,
                ferro_device::last_seen,
            ))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let sightings = rows
            .into_iter()
            .map(|(user, node, address, seen)| Sighting {
                user: UserId::new(user.0),
                node: node.0,
                address,
                last_seen: UnixSeconds::new(seen.0),
            });
        Ok(sightings.collect())
    }

    async fn list_node_labels(&self, nodes: &[i64]) -> Result<Vec<NodeLabel>, StoreError> {
        let mut connection = self.reader().await?;
        let rows: Vec<(Int, String, Option<String>)> = v2_server::table
            .filter(v2_server::id.eq_any(nodes.to_vec()))
            .select((v2_server::id, v2_server::name, v2_server::group_ids))
            .load(&mut *connection)
            .await
            .map_err(reported)?;
        let labels = rows.into_iter().map(|(id, name, groups)| {
            let groups = ids_from_json(groups.as_deref()).into_iter();
            NodeLabel {
                id: id.0,
                name,
                groups: groups.map(GroupId::new).collect(),
            }
        });
        Ok(labels.collect())
    }
}

#[async_trait]
impl DeviceUserQueries for SqlStore {
    async fn list_users_by_devices(
        &self,
        filter: &DeviceUserFilter,
        page: Page,
        since: UnixSeconds,
    ) -> Result<Found<DeviceUserRow>, StoreError> {
        if !is_storable(filter.email.as_deref().unwrap_or_default()) {
            return Ok(Found::default());
        }
        let mut connection = self.reader().await?;
        let found = device_users::list(&mut connection, filter, page, since, self.zone).await;
        found.map_err(reported)
    }

    async fn sum_devices(&self, since: UnixSeconds) -> Result<DeviceSums, StoreError> {
        let mut connection = self.reader().await?;
        let sums = device_users::sum(&mut connection, since).await;
        sums.map_err(reported)
    }
}
