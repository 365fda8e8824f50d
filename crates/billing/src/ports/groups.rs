use async_trait::async_trait;
use ferroboard_kernel::{GroupId, StoreError};

use crate::GroupReference;

/// What of this domain is in a group.
#[async_trait]
pub trait GroupReferenceRepository: Send {
    /// What holds the group, if anything does: a plan (`v2_plan.group_id`) before a user
    /// (`v2_user.group_id`).
    async fn find_group_reference(
        &mut self,
        group: GroupId,
    ) -> Result<Option<GroupReference>, StoreError>;
}
