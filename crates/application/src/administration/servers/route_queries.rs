use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UnixSeconds};
use ferroboard_nodes::KeptRoute;

/// A rule as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRouteView {
    /// The rule.
    pub kept: KeptRoute,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

/// The rules that nodes apply to traffic, as administrators manage them.
#[async_trait]
pub trait NodeRouteQueries: Send + Sync {
    /// Every rule by number, at most 5,000.
    async fn list_kept_routes(&self) -> Result<Vec<NodeRouteView>, StoreError>;
}
