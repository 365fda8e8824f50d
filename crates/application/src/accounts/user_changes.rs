//! What must follow when users change.

use ferroboard_kernel::{UnixSeconds, UserId};
use ferroboard_shadow_account::ShadowService;
use ferroboard_site::Plugins;

use crate::{Error, Touched, UnitOfWork, policies};

/// How many users one statement is about.
const BATCH: usize = 1_000;

/// Tells nodes of everybody whom the transaction has changed, and brings their shadow accounts into step.
/// The last that is done in a transaction: the lists of users that nodes work with are kept up to date
/// from these notes. Whether somebody was changed otherwise than by using traffic up.
pub(crate) async fn announce(
    tx: &mut dyn UnitOfWork,
    plugins: &Plugins,
    now: UnixSeconds,
) -> Result<bool, Error> {
    let mut touched = tx.take_touched();
    let has_changed = !touched.users.is_empty();
    while touched != Touched::default() {
        let mut heard_of = touched.users.clone();
        heard_of.extend(touched.exhausted);
        let verified: Vec<UserId> = touched.verified.into_iter().collect();
        if policies::real_names_of_nodes(plugins).is_some() {
            for batch in verified.chunks(BATCH) {
                let links = tx.list_shadow_links(batch).await?;
                heard_of.extend(links.into_iter().map(|(_, shadow)| shadow));
            }
            heard_of.extend(verified);
        }
        let heard_of: Vec<UserId> = heard_of.into_iter().collect();
        for batch in heard_of.chunks(BATCH) {
            tx.insert_user_changes(batch, now).await?;
        }
        let changed: Vec<UserId> = touched.users.into_iter().collect();
        for batch in changed.chunks(BATCH) {
            shadows_follow(tx, batch, plugins, now).await?;
        }
        // The shadows that followed have changed in turn.
        touched = tx.take_touched();
    }
    Ok(has_changed)
}

async fn shadows_follow(
    tx: &mut dyn UnitOfWork,
    users: &[UserId],
    plugins: &Plugins,
    now: UnixSeconds,
) -> Result<(), Error> {
    let policy = policies::shadow(&plugins.ipv6_subscription);
    if !policy.enabled {
        return Ok(());
    }
    // Of many users few have one.
    for (main, _) in tx.list_shadow_links(users).await? {
        if users.contains(&main) {
            ShadowService.sync(tx, main, &policy, now).await?;
        }
    }
    Ok(())
}
