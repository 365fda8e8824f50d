//! What users own, entry by entry.

use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{ExpressionMethods as _, QueryDsl as _, QueryableByName};
use ferroboard_application::{StatementLine, StatementQueries};
use ferroboard_kernel::{Cents, LedgerAccount, LedgerBalance, StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Found, Page};

use super::super::billing::ledger::code;
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{SqlStore, dialect, reported};
use crate::integer::Int;
use crate::schema::ferro_ledger;

/// An entry beside what both accounts hold, and what came to them after the first entry of its page.
#[derive(QueryableByName)]
struct StatementRow {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = BigInt)]
    account: Int,
    #[diesel(sql_type = BigInt)]
    amount: Int,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    reference: String,
    #[diesel(sql_type = BigInt)]
    created_at: Int,
    #[diesel(sql_type = Nullable<BigInt>)]
    balance: Option<Int>,
    #[diesel(sql_type = Nullable<BigInt>)]
    commission: Option<Int>,
    #[diesel(sql_type = BigInt)]
    newer_balance: Int,
    #[diesel(sql_type = BigInt)]
    newer_commission: Int,
}

impl StatementRow {
    /// What the account held after the first entry of the page.
    fn first_held(&self, account: LedgerAccount) -> Option<Cents> {
        let (held, newer) = match account {
            LedgerAccount::Balance => (self.balance, self.newer_balance),
            LedgerAccount::Commission => (self.commission, self.newer_commission),
        };
        Cents::new(held?.0).checked_sub(Cents::new(newer.0)).ok()
    }

    /// The line, but for what its account held after it.
    fn line(self, account: LedgerAccount) -> StatementLine {
        StatementLine {
            id: self.id.0,
            account,
            amount: Cents::new(self.amount.0),
            after: None,
            kind: self.kind,
            reference: self.reference,
            at: UnixSeconds::new(self.created_at.0),
        }
    }
}

/// The lines of a page, newest first: each balance goes back by what its entry added.
fn lines(rows: Vec<StatementRow>) -> Vec<StatementLine> {
    let mut held = LedgerAccount::ALL.map(|account| {
        let first = rows
            .as_slice()
            .first()
            .and_then(|row| row.first_held(account));
        (account, first)
    });
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let of = held
            .iter_mut()
            .find(|(account, _)| code(*account) == row.account.0);
        let Some((account, held)) = of else { continue };
        let mut line = row.line(*account);
        line.after = *held;
        *held = held.and_then(|held| held.checked_sub(line.amount).ok());
        lines.push(line);
    }
    lines
}

/// Which entries are asked for, the newest first.
fn entries(user: UserId, account: Option<LedgerAccount>) -> String {
    let account = account.map_or_else(
        || "ferro_ledger.account IN (0, 1)".to_owned(),
        |account| format!("ferro_ledger.account = {}", code(account)),
    );
    format!(
        "FROM ferro_ledger WHERE ferro_ledger.user_id = {} AND {account} ORDER BY ferro_ledger.id DESC",
        user.get()
    )
}

/// What came to an account with the first `count` entries.
fn newer(entries: &str, account: LedgerAccount, count: i64) -> String {
    format!(
        "CAST((SELECT {} FROM (SELECT ferro_ledger.account AS account, \
         ferro_ledger.amount AS amount {entries} LIMIT {count}) newer WHERE newer.account = {}) AS {})",
        sums::of_many_up_to("newer.amount", LedgerBalance::LARGEST_ENTRY),
        code(account),
        dialect::INTEGER
    )
}

#[async_trait]
impl StatementQueries for SqlStore {
    async fn list_statement(
        &self,
        user: UserId,
        account: Option<LedgerAccount>,
        page: Page,
    ) -> Result<Found<StatementLine>, StoreError> {
        let mut connection = self.reader().await?;
        let codes: Vec<i64> = match account {
            Some(account) => vec![code(account)],
            None => LedgerAccount::ALL.map(code).to_vec(),
        };
        let total = ferro_ledger::table
            .filter(ferro_ledger::user_id.eq(user.get()))
            .filter(ferro_ledger::account.eq_any(codes))
            .count()
            .get_result::<Int>(&mut *connection)
            .await
            .map_err(reported)?;
        let entries = entries(user, account);
        let [balance, commission] =
            LedgerAccount::ALL.map(|account| newer(&entries, account, page.offset()));
        // One statement, as another one would see what was written in between.
        let query = format!(
            "SELECT line.id AS id, line.account AS account, line.amount AS amount, line.kind AS kind, \
             line.reference AS reference, line.created_at AS created_at, \
             v2_user.balance AS balance, v2_user.commission_balance AS commission, \
             {balance} AS newer_balance, {commission} AS newer_commission \
             FROM (SELECT ferro_ledger.id AS id, ferro_ledger.account AS account, \
             ferro_ledger.amount AS amount, ferro_ledger.kind AS kind, \
             ferro_ledger.reference AS reference, ferro_ledger.created_at AS created_at \
             {entries} LIMIT {} OFFSET {}) line \
             LEFT JOIN v2_user ON v2_user.id = {} ORDER BY line.id DESC",
            page.rows(),
            page.offset(),
            user.get()
        );
        let rows = diesel::sql_query(query).load::<StatementRow>(&mut *connection);
        Ok(Found {
            rows: lines(rows.await.map_err(reported)?),
            total: total.0,
        })
    }
}
