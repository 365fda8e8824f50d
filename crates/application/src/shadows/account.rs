//! Second accounts for the IPv6 nodes: switching one on, and repairing those that are out of step.

use std::sync::Arc;

use ferroboard_attempts::{Act, Attempt, AttemptService, CounterName, Limit};
use ferroboard_auth::SubscribeToken;
use ferroboard_kernel::{Seconds, StoreError, UserId};
use ferroboard_realname::Status;
use ferroboard_shadow_account::{
    Enabled, MainAccount, NewIdentity, Refusal, ShadowAccount, ShadowPair, ShadowPolicy, ShadowRow,
    ShadowService,
};
use tracing::Instrument as _;

use crate::process::Core;
use crate::shadows::follow::end_sessions;
use crate::transaction::{look, transact};
use crate::{AccountView, Error, UnitOfWork, addresses};

/// How often a user may switch a shadow on.
const SWITCHES: Limit = Limit {
    count: 10,
    window: Seconds::hours(1),
};
const BATCH: i64 = 500;

/// Whether a user may have a shadow, and which one there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowView {
    /// Why there can be none now.
    pub refusal: Option<Refusal>,
    /// The shadow, if there is one.
    pub shadow: Option<ShadowDetail>,
}

/// A shadow as its user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowDetail {
    /// Whose it is, and when it was last brought into step.
    pub account: ShadowAccount,
    /// Its row.
    pub row: ShadowRow,
    /// Where proxy clients fetch its configuration.
    pub subscribe_url: String,
    /// Whether it follows in everything.
    pub in_step: bool,
}

/// Second accounts for the IPv6 nodes.
pub struct Shadows(pub(crate) Arc<Core>);

impl Shadows {
    /// Whether the user may have a shadow, and which one there is.
    pub async fn check(&self, account: &AccountView, root: &str) -> Result<ShadowView, Error> {
        let policy = self.0.enabled_shadow_policy()?;
        let (store, now) = (&self.0.ports.store, self.0.ports.clock.now());
        let is_verified = self.is_verified(account.id, &policy).await?;
        let pair = store.find_shadow_pair(account.id).await?;
        let main = pair.as_ref().and_then(|pair| pair.main.clone());
        let main = main.unwrap_or_else(|| main_account(account));
        let is_shadow = account.shadow_of.is_some();
        let refusal = policy.refusal(&main, is_shadow, is_verified, now);
        let shadow = pair.and_then(|pair| self.detail(pair, &policy, root));
        Ok(ShadowView { refusal, shadow })
    }

    fn detail(&self, pair: ShadowPair, policy: &ShadowPolicy, root: &str) -> Option<ShadowDetail> {
        let now = self.0.ports.clock.now();
        let in_step = ShadowService.is_in_step(&pair, policy, now);
        let row = pair.shadow?;
        let token = SubscribeToken::new(row.token.clone());
        let settings = self.0.site.current();
        let random = self.0.ports.random.as_ref();
        Some(ShadowDetail {
            subscribe_url: addresses::subscription(&settings, root, &token, random),
            account: pair.account,
            row,
            in_step,
        })
    }

    /// Makes the user's shadow, or switches it on again, and brings it into step; whether it was
    /// made. Of any number of requests at once one makes it.
    pub async fn enable(&self, user: UserId) -> Result<bool, Error> {
        let policy = self.0.enabled_shadow_policy()?;
        let is_verified = self.is_verified(user, &policy).await?;
        let identity = self.0.new_identity();
        let enabled = transact!(self.0.ports.store, |tx| self
            .enable_within(tx, user, is_verified, &policy, &identity)
            .await
            .map_err(once_more)?)?;
        Ok(enabled.created)
    }

    async fn enable_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        is_verified: bool,
        policy: &ShadowPolicy,
        identity: &NewIdentity,
    ) -> Result<Enabled, Error> {
        let now = self.0.ports.clock.now();
        let switches = [(CounterName::shadow_switches(user), SWITCHES)];
        AttemptService
            .look(tx, &switches, Attempt::Shadow, now)
            .await?;
        let enabled = ShadowService
            .enable(tx, user, is_verified, policy, identity, now)
            .await?;
        // Those who came at one moment saw the same count above; here each waits for the one before.
        AttemptService
            .count(tx, &switches, Attempt::Shadow, now)
            .await?;
        Ok(enabled)
    }

    /// Gives the user's shadow the user's password, and ends its sessions.
    pub async fn copy_password(&self, user: UserId) -> Result<ShadowAccount, Error> {
        let policy = self.0.enabled_shadow_policy()?;
        transact!(self.0.ports.store, |tx| self
            .copy_within(tx, user, &policy)
            .await?)
    }

    async fn copy_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        policy: &ShadowPolicy,
    ) -> Result<ShadowAccount, Error> {
        let now = self.0.ports.clock.now();
        let copied = ShadowService.copy_password(tx, user, policy, now).await?;
        self.0.count_act(tx, Act::CopyPassword, user).await?;
        end_sessions(tx, &copied).await?;
        Ok(copied.account)
    }

    async fn is_verified(&self, user: UserId, policy: &ShadowPolicy) -> Result<bool, Error> {
        if !policy.real_name_required {
            return Ok(false);
        }
        let record = self.0.ports.store.find_real_name(user).await?;
        Ok(record.is_some_and(|record| record.status == Status::Approved))
    }

    /// Brings every shadow into step that is not, and removes what is left of deleted users; how
    /// many were changed.
    pub(crate) async fn repair(&self) -> Result<u64, Error> {
        let policy = self.0.shadow_policy();
        let (mut after, mut repaired) = (None, 0);
        loop {
            let pairs = look!(self.0.ports.store, |tx| tx
                .list_shadow_pairs(after, BATCH)
                .await?)?;
            let Some(last) = pairs.last() else {
                return Ok(repaired);
            };
            after = Some(last.account.main);
            let now = self.0.ports.clock.now();
            // What is out of step is an exception; each is mended in a transaction of its own.
            for pair in &pairs {
                if !ShadowService.is_in_step(pair, &policy, now) {
                    match self.repair_one(pair.account.main, &policy).await {
                        Ok(changed) => repaired += u64::from(changed),
                        // The store has told the log; the others follow all the same.
                        Err(Error::Store(StoreError::Corrupt { .. })) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
        }
    }

    async fn repair_one(&self, main: UserId, policy: &ShadowPolicy) -> Result<bool, Error> {
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            let synced = ShadowService.sync(tx, main, policy, now).await;
            synced.map_err(Error::from).map_err(once_more)?.is_some()
        })
    }
}

impl Core {
    /// Brings every shadow into step with new settings, beside the request that saved them; what it
    /// misses the job finds.
    pub(crate) fn shadows_follow_settings(self: &Arc<Self>) {
        let shadows = Shadows(Arc::clone(self));
        let following = async move {
            if let Err(error) = shadows.repair().await {
                tracing::warn!(%error, "second accounts do not follow new settings yet");
            }
        };
        tokio::spawn(following.in_current_span());
    }
}

/// Somebody took the address, or the shadow, between the look and the insert: the next attempt sees
/// it.
fn once_more(error: Error) -> Error {
    match error {
        Error::Store(StoreError::Duplicate { constraint }) => {
            Error::Store(StoreError::Conflict(constraint))
        }
        other => other,
    }
}

/// The user as a main account, as far as eligibility asks.
fn main_account(account: &AccountView) -> MainAccount {
    MainAccount {
        id: account.id,
        email: account.email.clone(),
        banned: account.banned,
        plan_id: account.plan_id,
        expired_at: account.expired_at,
        transfer_enable: account.transfer_enable,
        upload: account.upload,
        download: account.download,
        speed_limit: account.speed_limit,
        device_limit: account.device_limit,
        last_reset_at: None,
    }
}
