use async_trait::async_trait;
use ferroboard_application::{StatementLine, StatementQueries};
use ferroboard_billing::LedgerRepository;
use ferroboard_kernel::{
    Cents, LedgerAccount, LedgerBalance, LedgerEntry, LedgerKind, StoreError, UnixSeconds, UserId,
};
use ferroboard_listing::{Found, Page};

use super::{MemoryStore, MemoryTables, MemoryTx};

impl MemoryTables {
    /// The entries about one kind of account, oldest first.
    pub fn ledger(&self, account: LedgerAccount) -> &[LedgerEntry] {
        match account {
            LedgerAccount::Balance => &self.billing.ledger,
            LedgerAccount::Commission => &self.invite.ledger,
        }
    }

    /// What an account holds beside the sum of its entries.
    pub fn ledger_balance(&self, user: UserId, account: LedgerAccount) -> LedgerBalance {
        let held = self.users.get(&user).map(|row| match account {
            LedgerAccount::Balance => row.billing.balance,
            LedgerAccount::Commission => row.invite.commission_balance,
        });
        let entries = self.ledger(account).iter();
        let own = entries.filter(|entry| entry.user == user);
        let mut amounts = own.map(|entry| entry.amount.get());
        let largest = LedgerBalance::LARGEST_ENTRY;
        let recorded = amounts.try_fold(0, |sum: i64, amount| {
            let is_possible = (-largest..=largest).contains(&amount);
            is_possible.then(|| sum + amount)
        });
        LedgerBalance {
            user,
            account,
            held: held.unwrap_or_default(),
            recorded: recorded.map(Cents::new),
        }
    }

    /// The lines about one account of a user, oldest first. Its entries are numbered from the first on.
    fn statement(&self, user: UserId, account: LedgerAccount) -> Vec<StatementLine> {
        let entries = self.ledger(account).iter().zip(1_i64..);
        let own = entries.filter(|(entry, _)| entry.user == user);
        let mut lines: Vec<StatementLine> = own
            .map(|(entry, id)| StatementLine {
                id,
                account,
                amount: entry.amount,
                after: None,
                kind: entry.kind.as_str().to_owned(),
                reference: entry.reference.clone(),
                at: entry.at,
            })
            .collect();
        let is_there = self.users.contains_key(&user);
        let mut held = is_there.then(|| self.ledger_balance(user, account).held);
        for line in lines.iter_mut().rev() {
            line.after = held;
            held = held.and_then(|held| held.checked_sub(line.amount).ok());
        }
        lines
    }

    fn has_entry(&self, user: UserId, account: LedgerAccount) -> bool {
        self.ledger(account).iter().any(|entry| entry.user == user)
    }

    fn users_after(&self, after: Option<UserId>) -> impl Iterator<Item = UserId> {
        let users = self.users.keys().copied();
        users.filter(move |user| after.is_none_or(|after| *user > after))
    }
}

fn length(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

#[async_trait]
impl LedgerRepository for MemoryTx {
    async fn list_ledger_balances(
        &mut self,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<LedgerBalance>, StoreError> {
        let tables = self.open()?;
        let users = tables.users_after(after).take(length(limit));
        let both = users.flat_map(|user| {
            LedgerAccount::ALL.map(|account| tables.ledger_balance(user, account))
        });
        Ok(both.collect())
    }

    async fn insert_ledger_openings(
        &mut self,
        after: Option<UserId>,
        limit: u32,
        at: UnixSeconds,
    ) -> Result<Option<UserId>, StoreError> {
        let tables = self.open()?;
        let users: Vec<UserId> = tables.users_after(after).take(length(limit)).collect();
        for user in &users {
            for account in LedgerAccount::ALL {
                let amount = tables.ledger_balance(*user, account).held;
                if amount == Cents::ZERO || tables.has_entry(*user, account) {
                    continue;
                }
                let entry = LedgerEntry {
                    user: *user,
                    amount,
                    kind: LedgerKind::Opening,
                    reference: String::new(),
                    at,
                };
                match account {
                    LedgerAccount::Balance => tables.billing.ledger.push(entry),
                    LedgerAccount::Commission => tables.invite.ledger.push(entry),
                }
            }
        }
        Ok(users.last().copied())
    }
}

#[async_trait]
impl StatementQueries for MemoryStore {
    async fn list_statement(
        &self,
        user: UserId,
        account: Option<LedgerAccount>,
        page: Page,
    ) -> Result<Found<StatementLine>, StoreError> {
        Ok(self.read(|tables| {
            let accounts = LedgerAccount::ALL.into_iter();
            let wanted = accounts.filter(|each| account.is_none_or(|account| account == *each));
            let mut lines: Vec<StatementLine> = wanted
                .flat_map(|account| tables.statement(user, account))
                .collect();
            // The accounts are numbered apart here: of one moment the commission comes first.
            lines.sort_by_key(|line| std::cmp::Reverse((line.at, line.account, line.id)));
            page.of(lines)
        }))
    }
}
