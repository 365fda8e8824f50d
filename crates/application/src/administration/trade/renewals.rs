//! What was tried to renew subscriptions.

use ferroboard_billing::RenewalAttempt;
use ferroboard_kernel::UserId;
use ferroboard_listing::{Found, Page};

use crate::Error;
use crate::administration::context::AdminContext;

/// What was tried to renew subscriptions.
pub struct RenewalLog(pub(crate) AdminContext);

impl RenewalLog {
    /// What was tried for the user, or for everybody, newest first.
    pub async fn list(
        &self,
        user: Option<UserId>,
        page: Page,
    ) -> Result<Found<RenewalAttempt>, Error> {
        let store = &self.0.ports.store;
        Ok(store.list_renewal_attempts(user, page).await?)
    }
}
