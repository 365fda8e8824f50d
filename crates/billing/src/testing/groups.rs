use async_trait::async_trait;
use ferroboard_kernel::{GroupId, StoreError};

use super::tables::HasBilling;
use crate::{GroupReference, GroupReferenceRepository};

#[async_trait]
impl<T: HasBilling> GroupReferenceRepository for T {
    async fn find_group_reference(
        &mut self,
        group: GroupId,
    ) -> Result<Option<GroupReference>, StoreError> {
        let mut plans = self.billing()?.plans.values();
        if plans.any(|plan| plan.group_id == Some(group)) {
            return Ok(Some(GroupReference::Plan));
        }
        let mut users = self.billed_users()?.into_iter();
        let found = users.any(|(_, row)| row.group_id == Some(group));
        Ok(found.then_some(GroupReference::User))
    }
}
