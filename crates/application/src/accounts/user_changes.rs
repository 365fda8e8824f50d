//! What must follow when a user changes.

use ferroboard_kernel::UserId;

use crate::core::Core;
use crate::{Error, UnitOfWork};

/// Notes that the user changed. To be called, in the transaction that makes the change, by everything
/// that makes an account or changes its plan, group, UUID, limits, ban, expiry or quota, or counts its
/// traffic anew: the lists of users that nodes work with are kept up to date from these notes, and the user's shadow
/// account, if there is one, is brought into step.
pub(crate) async fn user_changed(
    core: &Core,
    tx: &mut dyn UnitOfWork,
    user: UserId,
) -> Result<(), Error> {
    users_changed(core, tx, &[user]).await
}

/// [`user_changed`] for several users, in a fixed number of statements.
pub(crate) async fn users_changed(
    core: &Core,
    tx: &mut dyn UnitOfWork,
    users: &[UserId],
) -> Result<(), Error> {
    tx.insert_user_changes(users, core.ports.clock.now())
        .await?;
    core.shadows_follow(tx, users).await
}
