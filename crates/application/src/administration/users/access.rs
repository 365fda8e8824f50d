//! Who may come in, and who is gone.

use ferroboard_audit::AuditChange;
use ferroboard_auth::SubscribeToken;
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{UnixSeconds, UserId};
use serde_json::{Value, json};

use super::error::UserRefused;
use super::list::Users;
use crate::administration::audit::change::change;
use crate::{Change, Error, UnitOfWork};

impl Users {
    /// Gives a user another UUID and subscription token, and ends every way into the account: who had the
    /// old ones may have had more.
    pub async fn reset_secret(&self, user: UserId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let random = self.0.ports.random.as_ref();
            let (uuid, token) = (random.uuid(), SubscribeToken::new(random.hex32()));
            let now = self.0.ports.clock.now();
            if tx.lock_account(user).await?.is_none()
                || !tx.update_identity(user, &uuid, &token, now).await?
            {
                return Err(UserRefused::Missing.into());
            }
            self.0.shadow_rotates(tx, user).await?;
            end_ways_in(tx, &[user]).await?;
            AuditChange::of("secret", json!("old"), json!("new"))
        })
    }

    /// Deletes a user with everything that is the user's own.
    pub async fn delete(&self, user: UserId, change: Change) -> Result<(), Error> {
        if user == change.admin() {
            return Err(UserRefused::IsSelf.into());
        }
        change!(change, |tx| {
            let changed = delete_within(tx, user).await?;
            let now = self.0.ports.clock.now();
            tx.tell(NewEvent::about_user(EventKind::UserDeleted, user, now));
            changed
        })
    }
}

async fn delete_within(tx: &mut dyn UnitOfWork, user: UserId) -> Result<AuditChange, Error> {
    // Main accounts are locked before their shadows.
    let main = tx.find_main_of(user).await?;
    if let Some(main) = main {
        tx.lock_main_account(main).await?;
    }
    let before = tx.lock_managed_user(user).await?;
    let before = before.ok_or(UserRefused::Missing)?;
    if before.is_admin && !before.banned {
        keep_an_admin(tx, user).await?;
    }
    end_ways_in(tx, &[user]).await?;
    if let Some(account) = tx.find_shadow_account(main.unwrap_or(user)).await? {
        tx.delete_user(account.shadow).await?;
        tx.delete_shadow_account(&account).await?;
    }
    if main.is_none() && !tx.delete_user(user).await? {
        return Err(UserRefused::Missing.into());
    }
    Ok(AuditChange::between(&before.shown(), &Value::Null))
}

/// Bans those of the users who may be banned; who they are. Many as one.
pub(super) async fn ban(
    tx: &mut dyn UnitOfWork,
    users: &[UserId],
    now: UnixSeconds,
) -> Result<Vec<UserId>, Error> {
    let banned = tx.move_users_to_banned(users, now).await?;
    end_ways_in(tx, &banned).await?;
    for user in &banned {
        tx.tell(NewEvent::about_user(EventKind::UserSuspended, *user, now));
    }
    Ok(banned)
}

/// Ends every way into accounts, and into their second accounts; at most 1,000.
pub(super) async fn end_ways_in(tx: &mut dyn UnitOfWork, users: &[UserId]) -> Result<(), Error> {
    if users.is_empty() {
        return Ok(());
    }
    let links = tx.list_shadow_links(users).await?.into_iter();
    let shadows = links.filter(|(main, _)| users.contains(main));
    let shadows = shadows.map(|(_, shadow)| shadow);
    let accounts: Vec<UserId> = users.iter().copied().chain(shadows).collect();
    Ok(tx.delete_ways_in(&accounts).await?)
}

/// Refuses to lose the last administrator who can work.
pub(super) async fn keep_an_admin(tx: &mut dyn UnitOfWork, leaving: UserId) -> Result<(), Error> {
    let admins = tx.lock_admins().await?;
    if admins.iter().any(|admin| *admin != leaving) {
        Ok(())
    } else {
        Err(UserRefused::LastAdmin.into())
    }
}
