use std::sync::Arc;

use ferroboard_kernel::StoreError;

use crate::process::Core;

/// Whether the panel can serve.
pub struct Health(pub(crate) Arc<Core>);

impl Health {
    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.0.ports.store.ping().await
    }
}
