//! Views of invitation links.

use std::sync::Arc;

use ferroboard_auth::{AuthPolicy, CounterName};
use ferroboard_invite::InviteService;

use crate::core::Core;
use crate::transaction::{finish, retrying};
use crate::{Error, UnitOfWork};

/// Invitation links, as visitors see them.
pub struct Invitations(pub(crate) Arc<Core>);

impl Invitations {
    /// Counts a view of the link with this code. An unknown code, or a client that was counted
    /// within the last ten seconds, is answered alike and counts nothing.
    pub async fn count_view(&self, code: Option<&str>, client_ip: &str) -> Result<(), Error> {
        let Some(code) = code else { return Ok(()) };
        retrying(|| async {
            let mut tx = self.0.ports.store.begin().await?;
            let outcome = self.count_within(tx.as_mut(), code, client_ip).await;
            finish(tx, outcome).await
        })
        .await
    }

    async fn count_within(
        &self,
        tx: &mut dyn UnitOfWork,
        code: &str,
        client_ip: &str,
    ) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        let name = CounterName::invite_view(code, client_ip);
        if tx.find_counter(&name, now).await?.is_some() {
            return Ok(());
        }
        let pause = AuthPolicy::INVITE_VIEW_PAUSE;
        if tx.update_counter(&name, pause.window, now).await? > pause.count {
            // Another request of the same client was first by a moment.
            return Ok(());
        }
        InviteService.count_view(tx, code).await?;
        Ok(())
    }
}
