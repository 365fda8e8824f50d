//! What may be done with shadows, each over an open transaction. Whoever calls these ends it.

use ferroboard_kernel::{Email, UnixSeconds, UserId};

use crate::{
    MainAccount, NewShadowUser, ShadowAccount, ShadowError, ShadowPair, ShadowPolicy, ShadowRow,
    ShadowTx, shadow_address,
};

/// What may be done with shadows.
#[derive(Debug, Clone, Copy, Default)]
pub struct ShadowService;

/// What nodes and subscription links will know a shadow by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIdentity {
    /// What nodes know it by.
    pub uuid: String,
    /// What its subscription link carries.
    pub token: String,
}

/// A shadow that was switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enabled {
    /// The shadow.
    pub shadow: UserId,
    /// Whether it was made now.
    pub created: bool,
}

/// A shadow that has the password of its main account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedPassword {
    /// The shadow.
    pub account: ShadowAccount,
    /// Whether it had another one before.
    pub changed: bool,
}

impl ShadowService {
    /// Makes the user's shadow, or switches it on again, and brings it into step.
    ///
    /// # Errors
    ///
    /// [`ShadowError::NotEligible`] with the first reason for which the user may have none,
    /// [`ShadowError::AccountMissing`].
    pub async fn enable(
        self,
        tx: &mut dyn ShadowTx,
        user: UserId,
        is_verified: bool,
        policy: &ShadowPolicy,
        identity: &NewIdentity,
        now: UnixSeconds,
    ) -> Result<Enabled, ShadowError> {
        let main = tx.lock_main_account(user).await?;
        let main = main.ok_or(ShadowError::AccountMissing)?;
        let is_shadow = tx.find_main_of(user).await?.is_some();
        if let Some(refusal) = policy.refusal(&main, is_shadow, is_verified, now) {
            return Err(ShadowError::NotEligible(refusal));
        }
        let (account, created) = match tx.find_shadow_account(user).await? {
            Some(account) if tx.lock_shadow_row(account.shadow).await?.is_some() => {
                let active = ShadowAccount {
                    active: true,
                    ..account
                };
                tx.update_shadow_account(&active, now).await?;
                (active, false)
            }
            found => {
                if let Some(stale) = found {
                    // Its row is gone: what is left of it makes room.
                    tx.delete_shadow_account(&stale).await?;
                }
                (self.create(tx, &main, policy, identity, now).await?, true)
            }
        };
        let shadow = account.shadow;
        self.follow(tx, &main, account, policy, now).await?;
        Ok(Enabled { shadow, created })
    }

    async fn create(
        self,
        tx: &mut dyn ShadowTx,
        main: &MainAccount,
        policy: &ShadowPolicy,
        identity: &NewIdentity,
        now: UnixSeconds,
    ) -> Result<ShadowAccount, ShadowError> {
        let email = self.address(tx, main, None, policy).await?;
        let new = NewShadowUser {
            main: main.id,
            email,
            uuid: identity.uuid.clone(),
            token: identity.token.clone(),
            now,
        };
        let account = ShadowAccount {
            main: main.id,
            shadow: tx.insert_shadow_row(&new).await?,
            active: true,
            password_synced_at: Some(now),
            synced_at: Some(now),
        };
        tx.insert_shadow_account(&account, now).await?;
        Ok(account)
    }

    /// The address that the shadow should have; `present` is its row, if it has one.
    async fn address(
        self,
        tx: &mut dyn ShadowTx,
        main: &MainAccount,
        present: Option<UserId>,
        policy: &ShadowPolicy,
    ) -> Result<Email, ShadowError> {
        let free = shadow_address(&main.email, main.id, &policy.suffix, |_| false);
        let owner = tx.find_owner_of_email(&free).await?;
        let is_taken = owner.is_some() && owner != present;
        Ok(shadow_address(&main.email, main.id, &policy.suffix, |_| {
            is_taken
        }))
    }

    /// Brings the user's shadow into step, if there is one; the shadow, when something changed.
    pub async fn sync(
        self,
        tx: &mut dyn ShadowTx,
        user: UserId,
        policy: &ShadowPolicy,
        now: UnixSeconds,
    ) -> Result<Option<UserId>, ShadowError> {
        // Most users have none, and their rows need no lock.
        if tx.find_shadow_account(user).await?.is_none() {
            return Ok(None);
        }
        let main = tx.lock_main_account(user).await?;
        let Some(account) = tx.find_shadow_account(user).await? else {
            return Ok(None);
        };
        let Some(main) = main else {
            tx.delete_shadow_account(&account).await?;
            return Ok(Some(account.shadow));
        };
        let shadow = account.shadow;
        let row = tx.lock_shadow_row(shadow).await?;
        let stopped = row.is_some_and(|row| row.was_banned_alone(&main));
        let account = ShadowAccount {
            active: account.active && !stopped,
            ..account
        };
        let changed = self.follow(tx, &main, account, policy, now).await?;
        Ok(changed.then_some(shadow))
    }

    /// Writes what differs; whether something did. A shadow whose row is gone is forgotten.
    async fn follow(
        self,
        tx: &mut dyn ShadowTx,
        main: &MainAccount,
        account: ShadowAccount,
        policy: &ShadowPolicy,
        now: UnixSeconds,
    ) -> Result<bool, ShadowError> {
        let Some(row) = tx.lock_shadow_row(account.shadow).await? else {
            tx.delete_shadow_account(&account).await?;
            return Ok(true);
        };
        let email = self.address(tx, main, Some(row.id), policy).await?;
        let columns = policy.desired(main, account.active, &row.columns, now);
        if email == row.email && columns == row.columns {
            return Ok(false);
        }
        tx.update_shadow_row(row.id, &email, &columns, now).await?;
        let synced = ShadowAccount {
            synced_at: Some(now),
            ..account
        };
        tx.update_shadow_account(&synced, now).await?;
        Ok(true)
    }

    /// Copies the password. Nothing happens where it is the same.
    pub async fn copy_password(
        self,
        tx: &mut dyn ShadowTx,
        user: UserId,
        policy: &ShadowPolicy,
        now: UnixSeconds,
    ) -> Result<CopiedPassword, ShadowError> {
        tx.lock_main_account(user).await?;
        let account = tx.find_shadow_account(user).await?;
        let account = account.ok_or(ShadowError::Missing)?;
        if !policy.allows_login {
            return Err(ShadowError::LoginClosed);
        }
        let changed = tx.update_shadow_password(&account, now).await?;
        if !changed {
            return Ok(CopiedPassword { account, changed });
        }
        let account = ShadowAccount {
            password_synced_at: Some(now),
            ..account
        };
        tx.update_shadow_account(&account, now).await?;
        Ok(CopiedPassword { account, changed })
    }

    /// Gives the user's shadow, if there is one, a new UUID and token; the shadow.
    pub async fn rotate(
        self,
        tx: &mut dyn ShadowTx,
        user: UserId,
        identity: &NewIdentity,
        now: UnixSeconds,
    ) -> Result<Option<UserId>, ShadowError> {
        let Some(account) = tx.find_shadow_account(user).await? else {
            return Ok(None);
        };
        tx.update_shadow_identity(account.shadow, &identity.uuid, &identity.token, now)
            .await?;
        Ok(Some(account.shadow))
    }

    /// Whether a pair, as it was read, needs a synchronisation.
    pub fn is_in_step(self, pair: &ShadowPair, policy: &ShadowPolicy, now: UnixSeconds) -> bool {
        let (Some(main), Some(row)) = (&pair.main, &pair.shadow) else {
            return false;
        };
        let columns = policy.desired(main, pair.account.active, &row.columns, now);
        columns == row.columns && is_plausible(row, main, policy)
    }
}

/// Whether the address is one of the two that it can be.
fn is_plausible(row: &ShadowRow, main: &MainAccount, policy: &ShadowPolicy) -> bool {
    [false, true]
        .map(|taken| shadow_address(&main.email, main.id, &policy.suffix, |_| taken))
        .contains(&row.email)
}
