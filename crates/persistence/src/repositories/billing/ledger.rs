use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _, QueryResult};
use ferroboard_billing::LedgerRepository;
use ferroboard_kernel::{
    Cents, LedgerAccount, LedgerBalance, LedgerEntry, LedgerKind, StoreError, UnixSeconds, UserId,
};

use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{Conn, SqlTx, dialect};
use crate::failure::Failure;
use crate::integer::Int;
use crate::rows::{Books, RowId};
use crate::schema::{ferro_ledger, v2_user};

/// The largest amount that `balance` and `commission_balance` hold.
pub(in super::super) const LARGEST_BALANCE: i64 = 2_147_483_647;

/// Whether the sum of a stored balance and this amount can be formed at all.
pub(in super::super) fn is_summable(amount: Cents) -> bool {
    (-LARGEST_BALANCE..=LARGEST_BALANCE).contains(&amount.get())
}

/// `ferro_ledger.account`.
pub(in super::super) const fn code(account: LedgerAccount) -> i64 {
    match account {
        LedgerAccount::Balance => 0,
        LedgerAccount::Commission => 1,
    }
}

/// The column of `v2_user` that holds the account's money.
const fn column(account: LedgerAccount) -> &'static str {
    match account {
        LedgerAccount::Balance => "balance",
        LedgerAccount::Commission => "commission_balance",
    }
}

/// Appends an entry; a cause that has one already is a duplicate.
pub(in super::super) async fn append(
    connection: &mut Conn,
    account: LedgerAccount,
    entry: &LedgerEntry,
) -> QueryResult<()> {
    diesel::insert_into(ferro_ledger::table)
        .values((
            ferro_ledger::user_id.eq(entry.user.get()),
            ferro_ledger::account.eq(code(account)),
            ferro_ledger::amount.eq(entry.amount.get()),
            ferro_ledger::kind.eq(entry.kind.as_str()),
            ferro_ledger::reference.eq(entry.reference.as_str()),
            ferro_ledger::created_at.eq(entry.at.get()),
        ))
        .execute(connection)
        .await
        .map(drop)
}

/// The condition that an order of the user with this number took its balance part with an entry.
pub(in super::super) fn debited(user: &str, trade_no: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM ferro_ledger WHERE ferro_ledger.user_id = {user} \
         AND ferro_ledger.account = {} AND ferro_ledger.kind = '{}' \
         AND ferro_ledger.reference = {trade_no})",
        code(LedgerAccount::Balance),
        LedgerKind::OrderDebit.as_str()
    )
}

/// The condition that an account holds money that no entry explains.
fn unopened(account: LedgerAccount) -> String {
    format!(
        "(v2_user.{} <> 0 AND NOT EXISTS (SELECT 1 FROM ferro_ledger \
         WHERE ferro_ledger.user_id = v2_user.id AND ferro_ledger.account = {}))",
        column(account),
        code(account)
    )
}

/// The sum of an account's entries as a column of a query over `v2_user`. An entry that nobody can have
/// written would fail the query for everybody: NULL stands for the sum of its account.
fn recorded(account: LedgerAccount) -> String {
    let largest = LedgerBalance::LARGEST_ENTRY;
    format!(
        "CAST((SELECT CASE WHEN MIN(ferro_ledger.amount) < -{largest} \
         OR MAX(ferro_ledger.amount) > {largest} THEN NULL ELSE {} END FROM ferro_ledger \
         WHERE ferro_ledger.user_id = v2_user.id AND ferro_ledger.account = {}) AS {})",
        sums::of_many_up_to("ferro_ledger.amount", largest),
        code(account),
        dialect::INTEGER
    )
}

/// The first users after this one with an account that needs an opening entry. Locks nothing, so that
/// it costs one statement where there is none.
async fn list_unopened(
    connection: &mut Conn,
    after: Option<UserId>,
    limit: u32,
) -> QueryResult<Vec<i64>> {
    let [balance, commission] = LedgerAccount::ALL.map(unopened);
    let query = format!(
        "SELECT v2_user.id AS id FROM v2_user WHERE v2_user.id > {} AND ({balance} OR {commission}) \
         ORDER BY v2_user.id LIMIT {limit}",
        start(after)
    );
    let found = diesel::sql_query(query).load::<RowId>(connection).await?;
    Ok(found.into_iter().map(|row| row.id.0).collect())
}

/// The number after which users are looked for.
fn start(after: Option<UserId>) -> i64 {
    after.map_or(i64::MIN, UserId::get)
}

#[async_trait]
impl LedgerRepository for SqlTx {
    async fn list_ledger_balances(
        &mut self,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<LedgerBalance>, StoreError> {
        let query = format!(
            "SELECT v2_user.id AS id, v2_user.balance AS balance, \
             v2_user.commission_balance AS commission, {} AS recorded_balance, \
             {} AS recorded_commission FROM v2_user WHERE v2_user.id > {} \
             ORDER BY v2_user.id LIMIT {limit}",
            recorded(LedgerAccount::Balance),
            recorded(LedgerAccount::Commission),
            start(after)
        );
        let rows = diesel::sql_query(query).load::<Books>(self.open()?).await;
        let rows = self.settle(rows)?;
        Ok(rows.iter().flat_map(balances).collect())
    }

    async fn insert_ledger_openings(
        &mut self,
        after: Option<UserId>,
        limit: u32,
        at: UnixSeconds,
    ) -> Result<Option<UserId>, StoreError> {
        let last: Result<Option<i64>, Failure> = async {
            let connection = self.open()?;
            let users = list_unopened(&mut *connection, after, limit).await?;
            let Some(last) = users.last().copied() else {
                return Ok(None);
            };
            let query = v2_user::table
                .filter(v2_user::id.eq_any(&users))
                .order(v2_user::id)
                .select(v2_user::id);
            let locked = lock!(query).load::<Int>(&mut *connection).await?;
            let ids: Vec<String> = locked.iter().map(|id| id.0.to_string()).collect();
            if ids.is_empty() {
                return Ok(Some(last));
            }
            for account in LedgerAccount::ALL {
                // The condition is asked again, behind the locks.
                let insert = format!(
                    "INSERT INTO ferro_ledger (user_id, account, amount, kind, reference, created_at) \
                     SELECT v2_user.id, {}, v2_user.{}, '{}', '', {} FROM v2_user \
                     WHERE v2_user.id IN ({}) AND {}",
                    code(account),
                    column(account),
                    LedgerKind::Opening.as_str(),
                    at.get(),
                    ids.join(","),
                    unopened(account)
                );
                diesel::sql_query(insert).execute(&mut *connection).await?;
            }
            Ok(Some(last))
        }
        .await;
        Ok(self.settle(last)?.map(UserId::new))
    }
}

/// Both accounts of a user.
fn balances(row: &Books) -> [LedgerBalance; 2] {
    let account = |account, held: Int, recorded: Option<Int>| LedgerBalance {
        user: UserId::new(row.id.0),
        account,
        held: Cents::new(held.0),
        recorded: recorded.map(|sum| Cents::new(sum.0)),
    };
    [
        account(LedgerAccount::Balance, row.balance, row.recorded_balance),
        account(
            LedgerAccount::Commission,
            row.commission,
            row.recorded_commission,
        ),
    ]
}
