//! What is read about second accounts.

use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UserId};
use ferroboard_shadow_account::ShadowPair;

/// Screens about shadows.
#[async_trait]
pub trait ShadowQueries: Send + Sync {
    /// The user's shadow with both rows, as far as they are there.
    async fn find_shadow_pair(&self, main: UserId) -> Result<Option<ShadowPair>, StoreError>;

    /// Whose shadow the user is.
    async fn find_main_account(&self, shadow: UserId) -> Result<Option<UserId>, StoreError>;
}
