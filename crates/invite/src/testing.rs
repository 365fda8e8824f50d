//! The in-memory tables of this domain.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::{Cents, InviteCodeId, StoreError, UnixSeconds, UserId};

use crate::{InviteCode, InviteCodeRepository, InviterRepository};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryInvite {
    /// `v2_invite_code`.
    pub codes: BTreeMap<InviteCodeId, InviteCodeRow>,
    /// This domain's columns of `v2_user`, for every user that has more than the defaults.
    pub users: BTreeMap<UserId, InviterRow>,
}

/// A row of `v2_invite_code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteCodeRow {
    /// What decisions are made on.
    pub code: InviteCode,
    /// `pv`: how often its link was viewed.
    pub views: i64,
}

/// This domain's columns of `v2_user`. A new account has all of them empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InviterRow {
    /// `invite_user_id`.
    pub inviter: Option<UserId>,
    /// `commission_rate`.
    pub commission_rate: Option<i64>,
    /// `commission_balance`.
    pub commission_balance: Cents,
}

/// A transaction that holds this domain's tables.
pub trait HasInvite: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn invite(&mut self) -> Result<&mut MemoryInvite, StoreError>;

    /// Whether `v2_user` has this row; an error once the transaction is over.
    fn has_inviter(&mut self, user: UserId) -> Result<bool, StoreError>;
}

/// The largest amount that the columns of `v2_user` hold.
const LARGEST_AMOUNT: i64 = 2_147_483_647;

impl MemoryInvite {
    /// Adds a code and returns its row's number.
    pub fn push_code(&mut self, owner: UserId, code: &str, used: bool) -> InviteCodeId {
        let last = self.codes.last_key_value().map_or(0, |(id, _)| id.get());
        let id = InviteCodeId::new(last + 1);
        let code = InviteCode {
            id,
            owner,
            code: code.to_owned(),
            used,
        };
        self.codes.insert(id, InviteCodeRow { code, views: 0 });
        id
    }
}

#[async_trait]
impl<T: HasInvite> InviteCodeRepository for T {
    async fn find_invite_code(&mut self, code: &str) -> Result<Option<InviteCode>, StoreError> {
        let codes = &self.invite()?.codes;
        let exact = codes.values().find(|row| row.code.code == code);
        let found = exact.or_else(|| {
            codes
                .values()
                .find(|row| row.code.code.eq_ignore_ascii_case(code))
        });
        Ok(found.map(|row| row.code.clone()))
    }

    async fn move_invite_code(
        &mut self,
        id: InviteCodeId,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.invite()?.codes.get_mut(&id);
        let Some(row) = row.filter(|row| !row.code.used) else {
            return Ok(false);
        };
        row.code.used = true;
        Ok(true)
    }

    async fn update_invite_code_views(&mut self, id: InviteCodeId) -> Result<(), StoreError> {
        if let Some(row) = self.invite()?.codes.get_mut(&id) {
            row.views += 1;
        }
        Ok(())
    }
}

#[async_trait]
impl<T: HasInvite> InviterRepository for T {
    async fn lock_inviter(&mut self, user: UserId) -> Result<bool, StoreError> {
        self.has_inviter(user)
    }

    async fn update_inviter(&mut self, user: UserId, inviter: UserId) -> Result<(), StoreError> {
        if self.has_inviter(user)? {
            self.invite()?.users.entry(user).or_default().inviter = Some(inviter);
        }
        Ok(())
    }

    async fn move_commission_balance(
        &mut self,
        user: UserId,
        amount: Cents,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        if !self.has_inviter(user)? {
            return Ok(false);
        }
        let row = self.invite()?.users.entry(user).or_default();
        let moved = row.commission_balance.checked_add(amount).ok();
        let fits = moved.filter(|sum| (0..=LARGEST_AMOUNT).contains(&sum.get()));
        if let Some(sum) = fits {
            row.commission_balance = sum;
        }
        Ok(fits.is_some())
    }
}
