//! The in-memory tables of this domain.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{
    Cents, InviteCodeId, LedgerEntry, StoreError, TradeNo, UnixSeconds, UserId,
};

use crate::{
    CommissionDebt, CommissionDebtRepository, CommissionLog, CommissionLogRepository,
    CommissionMode, InviteCode, InviteCodeRepository, Inviter, InviterRepository,
};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryInvite {
    /// `v2_invite_code`.
    pub codes: BTreeMap<InviteCodeId, InviteCodeRow>,
    /// This domain's columns of `v2_user`, where these tables stand alone.
    pub users: BTreeMap<UserId, InviterRow>,
    /// `v2_commission_log`.
    pub commissions: Vec<CommissionLog>,
    /// `ferro_commission_debt`.
    pub debts: Vec<CommissionDebt>,
    /// The entries of `ferro_ledger` about the commission balance.
    pub ledger: Vec<LedgerEntry>,
}

/// A row of `v2_invite_code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteCodeRow {
    /// What decisions are made on.
    pub code: InviteCode,
    /// `pv`: how often its link was viewed.
    pub views: i64,
    /// `created_at`.
    pub created_at: UnixSeconds,
}

/// This domain's columns of `v2_user`. A new account has all of them empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InviterRow {
    /// `invite_user_id`.
    pub inviter: Option<UserId>,
    /// `commission_type`.
    pub mode: CommissionMode,
    /// `commission_rate`.
    pub commission_rate: Option<i64>,
    /// `commission_balance`.
    pub commission_balance: Cents,
}

/// A transaction that holds this domain's tables.
pub trait HasInvite: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn invite(&mut self) -> Result<&mut MemoryInvite, StoreError>;

    /// This domain's columns of a user; `None` where `v2_user` has no such row.
    fn inviter_row(&mut self, user: UserId) -> Result<Option<&mut InviterRow>, StoreError>;

    /// Ends the transaction with this error and gives it back.
    fn fail(&mut self, error: StoreError) -> StoreError;
}

impl HasInvite for MemoryTransaction<'_, MemoryInvite> {
    fn invite(&mut self) -> Result<&mut MemoryInvite, StoreError> {
        self.open()
    }

    fn inviter_row(&mut self, user: UserId) -> Result<Option<&mut InviterRow>, StoreError> {
        Ok(self.open()?.users.get_mut(&user))
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

/// The largest amount that the columns of `v2_user` hold.
const LARGEST_AMOUNT: i64 = 2_147_483_647;

impl MemoryInvite {
    /// The row of a user, made if there is none: where these tables stand alone, whoever has one is a
    /// user.
    pub fn user(&mut self, user: UserId) -> &mut InviterRow {
        self.users.entry(user).or_default()
    }

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
        let row = InviteCodeRow {
            code,
            views: 0,
            created_at: UnixSeconds::default(),
        };
        self.codes.insert(id, row);
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

    async fn count_unused_invite_codes(&mut self, owner: UserId) -> Result<i64, StoreError> {
        let codes = self.invite()?.codes.values();
        let unused = codes.filter(|row| row.code.owner == owner && !row.code.used);
        Ok(i64::try_from(unused.count()).unwrap_or(i64::MAX))
    }

    async fn insert_invite_code(
        &mut self,
        owner: UserId,
        code: &str,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        if self.find_invite_code(code).await?.is_some() {
            return Ok(false);
        }
        let tables = self.invite()?;
        let id = tables.push_code(owner, code, false);
        if let Some(row) = tables.codes.get_mut(&id) {
            row.created_at = at;
        }
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
        Ok(self.inviter_row(user)?.is_some())
    }

    async fn lock_commission_balance(&mut self, user: UserId) -> Result<Option<Cents>, StoreError> {
        Ok(self.inviter_row(user)?.map(|row| row.commission_balance))
    }

    async fn update_inviter(&mut self, user: UserId, inviter: UserId) -> Result<(), StoreError> {
        if let Some(row) = self.inviter_row(user)? {
            row.inviter = Some(inviter);
        }
        Ok(())
    }

    async fn find_inviter(&mut self, user: UserId) -> Result<Option<Inviter>, StoreError> {
        Ok(self.inviter_row(user)?.map(|row| Inviter {
            id: user,
            invited_by: row.inviter,
            mode: row.mode,
            rate: row.commission_rate,
        }))
    }

    async fn move_commission_balance(&mut self, entry: &LedgerEntry) -> Result<bool, StoreError> {
        let Some(row) = self.inviter_row(entry.user)? else {
            return Ok(false);
        };
        let moved = row.commission_balance.checked_add(entry.amount).ok();
        let fits = moved.filter(|sum| (0..=LARGEST_AMOUNT).contains(&sum.get()));
        let Some(sum) = fits else { return Ok(false) };
        row.commission_balance = sum;
        let cause = |known: &LedgerEntry| (known.user, known.kind, known.reference.clone());
        let mut entries = self.invite()?.ledger.iter();
        if entries.any(|known| cause(known) == cause(entry)) {
            let constraint = "ferro_ledger.cause".to_owned();
            return Err(self.fail(StoreError::Duplicate { constraint }));
        }
        self.invite()?.ledger.push(entry.clone());
        Ok(true)
    }
}

#[async_trait]
impl<T: HasInvite> CommissionLogRepository for T {
    async fn insert_commission_log(&mut self, log: &CommissionLog) -> Result<(), StoreError> {
        self.invite()?.commissions.push(log.clone());
        Ok(())
    }

    async fn list_commission_shares(
        &mut self,
        trade_no: &TradeNo,
    ) -> Result<Vec<(UserId, Cents)>, StoreError> {
        let log = self.invite()?.commissions.iter();
        let own = log.filter(|log| log.trade_no == *trade_no);
        let mut shares: Vec<_> = own.map(|log| (log.inviter, log.amount)).collect();
        shares.sort_unstable();
        Ok(shares)
    }
}

#[async_trait]
impl<T: HasInvite> CommissionDebtRepository for T {
    async fn find_commission_debt(&mut self, user: UserId) -> Result<Cents, StoreError> {
        let debts = self.invite()?.debts.iter();
        let own = debts.filter(|debt| debt.user == user);
        Ok(Cents::new(
            own.map(|debt| debt.amount.get()).sum::<i64>().max(0),
        ))
    }

    async fn insert_commission_debt(&mut self, debt: &CommissionDebt) -> Result<(), StoreError> {
        let is_more = |debt: &CommissionDebt| debt.amount > Cents::ZERO;
        let cause = |debt: &CommissionDebt| (debt.user, debt.reference.clone(), is_more(debt));
        let mut debts = self.invite()?.debts.iter();
        if debts.any(|known| cause(known) == cause(debt)) {
            let constraint = "ferro_commission_debt.PRIMARY".to_owned();
            return Err(self.fail(StoreError::Duplicate { constraint }));
        }
        self.invite()?.debts.push(debt.clone());
        Ok(())
    }
}
