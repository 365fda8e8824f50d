use std::sync::atomic::Ordering;

use async_trait::async_trait;
use ferroboard_application::{Touched, UnitOfWork};
use ferroboard_attempts::testing::{HasAttempts, MemoryAttempts};
use ferroboard_audit::testing::{HasAudit, MemoryAudit};
use ferroboard_auth::testing::{AccountRow, HasAuth, MemoryAuth};
use ferroboard_billing::PlanChange;
use ferroboard_billing::testing::{BillingRow, HasBilling, MemoryBilling};
use ferroboard_events::testing::{HasEvents, MemoryEvents};
use ferroboard_events::{EventSink, NewEvent};
use ferroboard_invite::testing::{HasInvite, InviterRow, MemoryInvite};
use ferroboard_kernel::{LedgerAccount, LedgerEntry, StoreError, UserId};
use ferroboard_knowledge::testing::{HasKnowledge, MemoryKnowledge};
use ferroboard_mail::testing::{HasMail, MemoryMail};
use ferroboard_nodes::testing::{HasNodes, MemoryNodes, OnlineRow, TrafficColumns};
use ferroboard_realname::testing::{HasRealName, MemoryRealName};
use ferroboard_site::testing::{HasSite, MemorySite};
use ferroboard_tickets::testing::{HasTickets, MemoryTickets};
use tokio::sync::OwnedMutexGuard;

use super::{MemoryStore, MemoryTables};
use crate::FixedClock;

/// The accounts of the ledger.
const ACCOUNTS: [LedgerAccount; 2] = [LedgerAccount::Balance, LedgerAccount::Commission];

/// An open transaction: its own copy of the tables, and the turn of the one writer.
#[derive(Debug)]
pub struct MemoryTx {
    store: MemoryStore,
    tables: MemoryTables,
    ended_by: Option<StoreError>,
    /// Whom it said to have touched, and who is to be said next.
    told: Touched,
    also: Vec<UserId>,
    /// What happened in it, and how many entries of either account were asked for.
    events: Vec<NewEvent>,
    entries: [usize; 2],
    /// How many plans of users were asked for.
    plans: usize,
    /// `None` for one that only reads.
    turn: Option<OwnedMutexGuard<()>>,
}

impl MemoryTx {
    pub(super) fn new(store: MemoryStore, tables: MemoryTables, turn: OwnedMutexGuard<()>) -> Self {
        let entries = ACCOUNTS.map(|account| tables.ledger(account).len());
        let plans = tables.billing.plan_changes.len();
        Self {
            store,
            tables,
            ended_by: None,
            told: Touched::default(),
            also: Vec::new(),
            events: Vec::new(),
            entries,
            plans,
            turn: Some(turn),
        }
    }

    /// One that waits for no writer, and is refused when it is to be committed.
    pub(super) fn reading(store: MemoryStore, tables: MemoryTables) -> Self {
        Self {
            store,
            tables,
            ended_by: None,
            told: Touched::default(),
            also: Vec::new(),
            events: Vec::new(),
            entries: [0, 0],
            plans: 0,
            turn: None,
        }
    }

    /// Makes everything that was changed the committed state; what [`UnitOfWork::commit`] does, without
    /// the box.
    ///
    /// # Errors
    ///
    /// Once an error ended the transaction; then nothing was changed.
    pub fn commit(mut self) -> Result<(), StoreError> {
        self.open()?;
        if self.turn.is_none() {
            return Err(StoreError::Backend("the transaction only reads".to_owned()));
        }
        let Self {
            store,
            mut tables,
            events,
            ..
        } = self;
        tables.events.write(events);
        store.write(|committed| *committed = tables);
        store.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// The tables, unless an error ended the transaction.
    pub(super) fn open(&mut self) -> Result<&mut MemoryTables, StoreError> {
        match &self.ended_by {
            None => Ok(&mut self.tables),
            Some(error) => Err(StoreError::Backend(format!(
                "the transaction is over: {error}"
            ))),
        }
    }

    /// Ends the transaction with this error and gives it back.
    pub(super) fn end(&mut self, error: StoreError) -> StoreError {
        self.ended_by = Some(error.clone());
        error
    }

    pub(super) fn clock(&self) -> &FixedClock {
        &self.store.clock
    }

    pub(super) fn has_user(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.open()?.users.contains_key(&user))
    }
}

impl HasAttempts for MemoryTx {
    fn attempts(&mut self) -> Result<&mut MemoryAttempts, StoreError> {
        Ok(&mut self.open()?.auth.attempts)
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

impl HasAudit for MemoryTx {
    fn audit(&mut self) -> Result<&mut MemoryAudit, StoreError> {
        Ok(&mut self.open()?.audit)
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

impl HasAuth for MemoryTx {
    fn auth(&mut self) -> Result<&mut MemoryAuth, StoreError> {
        Ok(&mut self.open()?.auth)
    }

    fn account_row(&mut self, user: UserId) -> Result<Option<&mut AccountRow>, StoreError> {
        let row = self.open()?.users.get_mut(&user);
        Ok(row.map(|row| &mut row.auth))
    }

    fn account_rows(&mut self) -> Result<Vec<&AccountRow>, StoreError> {
        let rows = self.open()?.users.values();
        Ok(rows.map(|row| &row.auth).collect())
    }

    fn insert_account_row(&mut self, row: AccountRow) -> Result<(), StoreError> {
        let users = &mut self.open()?.users;
        users.insert(row.account.id, row.into());
        Ok(())
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

impl HasBilling for MemoryTx {
    fn billing(&mut self) -> Result<&mut MemoryBilling, StoreError> {
        Ok(&mut self.open()?.billing)
    }

    fn billed_user(&mut self, user: UserId) -> Result<Option<&mut BillingRow>, StoreError> {
        let row = self.open()?.users.get_mut(&user);
        Ok(row.map(|row| &mut row.billing))
    }

    fn billed_users(&mut self) -> Result<Vec<(UserId, &BillingRow)>, StoreError> {
        let rows = self.open()?.users.iter();
        Ok(rows.map(|(user, row)| (*user, &row.billing)).collect())
    }

    fn is_banned(&mut self, user: UserId) -> Result<bool, StoreError> {
        let row = self.open()?.users.get(&user);
        Ok(row.is_some_and(|row| row.auth.account.banned))
    }

    fn address_of(&mut self, user: UserId) -> Result<Option<String>, StoreError> {
        let row = self.open()?.users.get(&user);
        Ok(row.map(|row| row.auth.account.email.as_str().to_owned()))
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

impl HasEvents for MemoryTx {
    fn events(&mut self) -> Result<&mut MemoryEvents, StoreError> {
        Ok(&mut self.open()?.events)
    }
}

impl EventSink for MemoryTx {
    fn tell(&mut self, event: NewEvent) {
        self.events.push(event);
    }
}

impl HasInvite for MemoryTx {
    fn invite(&mut self) -> Result<&mut MemoryInvite, StoreError> {
        Ok(&mut self.open()?.invite)
    }

    fn inviter_row(&mut self, user: UserId) -> Result<Option<&mut InviterRow>, StoreError> {
        let row = self.open()?.users.get_mut(&user);
        Ok(row.map(|row| &mut row.invite))
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

impl HasKnowledge for MemoryTx {
    fn knowledge(&mut self) -> Result<&mut MemoryKnowledge, StoreError> {
        Ok(&mut self.open()?.knowledge)
    }
}

impl HasMail for MemoryTx {
    fn mail(&mut self) -> Result<&mut MemoryMail, StoreError> {
        Ok(&mut self.open()?.mail)
    }
}

impl HasNodes for MemoryTx {
    fn nodes(&mut self) -> Result<&mut MemoryNodes, StoreError> {
        Ok(&mut self.open()?.nodes)
    }

    fn traffic_of(&mut self, user: UserId) -> Result<Option<TrafficColumns<'_>>, StoreError> {
        let row = self.billed_user(user)?;
        Ok(row.map(|row| TrafficColumns {
            quota: row.transfer_enable,
            upload: &mut row.upload,
            download: &mut row.download,
        }))
    }

    fn device_limit_of(&mut self, user: UserId) -> Result<Option<i64>, StoreError> {
        Ok(self.billed_user(user)?.and_then(|row| row.device_limit))
    }

    fn online_row(&mut self, user: UserId) -> Result<Option<&mut OnlineRow>, StoreError> {
        let row = self.open()?.users.get_mut(&user);
        Ok(row.map(|row| &mut row.nodes))
    }
}

impl HasRealName for MemoryTx {
    fn real_name(&mut self) -> Result<&mut MemoryRealName, StoreError> {
        Ok(&mut self.open()?.real_name)
    }

    fn has_named_user(&mut self, user: UserId) -> Result<bool, StoreError> {
        self.has_user(user)
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

impl HasSite for MemoryTx {
    fn site(&mut self) -> Result<&mut MemorySite, StoreError> {
        Ok(&mut self.open()?.site)
    }
}

impl HasTickets for MemoryTx {
    fn tickets(&mut self) -> Result<&mut MemoryTickets, StoreError> {
        Ok(&mut self.open()?.tickets)
    }

    fn has_ticket_owner(&mut self, user: UserId) -> Result<bool, StoreError> {
        self.has_user(user)
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

#[async_trait]
impl UnitOfWork for MemoryTx {
    fn take_touched(&mut self) -> Touched {
        let mut touched = self
            .store
            .read(|committed| self.tables.touched_since(committed));
        touched.users.extend(self.also.drain(..));
        for (found, told) in [
            (&mut touched.users, &mut self.told.users),
            (&mut touched.exhausted, &mut self.told.exhausted),
            (&mut touched.verified, &mut self.told.verified),
        ] {
            found.retain(|user| told.insert(*user));
        }
        touched
    }

    fn touch(&mut self, users: &[UserId]) {
        self.also.extend(users);
    }

    fn take_entries(&mut self) -> Vec<(LedgerAccount, LedgerEntry)> {
        let mut taken = Vec::new();
        for (account, seen) in ACCOUNTS.into_iter().zip(&mut self.entries) {
            let ledger = self.tables.ledger(account);
            let new = ledger.get(*seen..).unwrap_or_default();
            taken.extend(new.iter().map(|entry| (account, entry.clone())));
            *seen = ledger.len();
        }
        taken
    }

    fn take_plan_changes(&mut self) -> Vec<PlanChange> {
        let changes = &self.tables.billing.plan_changes;
        let new = changes.get(self.plans..).unwrap_or_default().to_vec();
        self.plans = changes.len();
        new
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        MemoryTx::commit(*self)
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}
