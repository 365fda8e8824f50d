use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UserId};

use super::views::SavedView;

/// Lists that operators keep (`ferro_saved_view`).
#[async_trait]
pub trait SavedViewRepository: Send {
    /// Keeps a list, in place of the operator's one of that name if there is one, and forgets the oldest of the
    /// operator's beyond `most`.
    async fn replace_saved_view(&mut self, view: &SavedView, most: u32) -> Result<(), StoreError>;

    /// Forgets an operator's list; `false` when it is gone, or another's.
    async fn delete_saved_view(&mut self, admin: UserId, id: i64) -> Result<bool, StoreError>;
}
