//! What second accounts follow: changes of their users, new passwords and secrets, traffic, settings.

use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::UserId;
use ferroboard_nodes::{SharedQuotas, TrafficReport};
use ferroboard_shadow_account::{
    CopiedPassword, NewIdentity, ShadowError, ShadowPolicy, ShadowService, TrafficMode,
};

use crate::process::Core;
use crate::{Error, UnitOfWork, policies};

/// How many users one look for shadows is about.
const LINKS: usize = 1_000;

impl Core {
    pub(crate) fn shadow_policy(&self) -> ShadowPolicy {
        policies::shadow(&self.site.plugins().ipv6_subscription)
    }

    pub(crate) fn enabled_shadow_policy(&self) -> Result<ShadowPolicy, Error> {
        let policy = self.shadow_policy();
        if policy.enabled {
            Ok(policy)
        } else {
            Err(Error::PluginDisabled)
        }
    }

    pub(crate) fn new_identity(&self) -> NewIdentity {
        let random = self.ports.random.as_ref();
        NewIdentity {
            uuid: random.uuid(),
            token: random.hex32(),
        }
    }

    /// Those of a report's users who have a shadow, or are one. They are asked for while the plugin is off,
    /// too: pairs outlive it, and what is reported late of a shadow that was just suspended is their quota.
    pub(crate) async fn shared_quotas(
        &self,
        tx: &mut dyn UnitOfWork,
        report: &TrafficReport,
    ) -> Result<SharedQuotas, Error> {
        let users: Vec<UserId> = report.users().iter().map(|(user, _)| *user).collect();
        let mut pairs = Vec::new();
        for batch in users.chunks(LINKS) {
            pairs.extend(tx.list_shadow_links(batch).await?);
        }
        Ok(match self.shadow_policy().traffic {
            TrafficMode::Shared => SharedQuotas::of(pairs),
            TrafficMode::Independent { .. } => SharedQuotas::named_after(pairs),
        })
    }

    /// Gives the user's shadow a new UUID and token, as the user got in this transaction.
    pub(crate) async fn shadow_rotates(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
    ) -> Result<(), Error> {
        let now = self.ports.clock.now();
        let identity = self.new_identity();
        ShadowService.rotate(tx, user, &identity, now).await?;
        Ok(())
    }

    /// Does what follows a password that the user got in this transaction: other programs are told, and the user's
    /// shadow gets it as well, where the site wants that.
    pub(crate) async fn follow_password(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
    ) -> Result<(), Error> {
        let now = self.ports.clock.now();
        let kind = EventKind::UserPasswordChanged;
        tx.tell(NewEvent::about_user(kind, user, now));
        let policy = self.shadow_policy();
        if !policy.copies_password || !policy.allows_login {
            return Ok(());
        }
        match ShadowService.copy_password(tx, user, &policy, now).await {
            Ok(copied) => end_sessions(tx, &copied).await,
            Err(ShadowError::Missing) => Ok(()),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Whether the user is a shadow: nothing is mailed to it, and mail proves nothing about it.
    pub(crate) async fn is_shadow(&self, user: UserId) -> Result<bool, Error> {
        Ok(self.ports.store.find_main_account(user).await?.is_some())
    }
}

/// Ends the sessions and login links that were made with the shadow's earlier password.
pub(crate) async fn end_sessions(
    tx: &mut dyn UnitOfWork,
    copied: &CopiedPassword,
) -> Result<(), Error> {
    if copied.changed {
        tx.delete_sessions(copied.account.shadow, None).await?;
        tx.delete_login_tokens(copied.account.shadow).await?;
    }
    Ok(())
}
