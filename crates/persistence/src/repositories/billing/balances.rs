use async_trait::async_trait;
use diesel::sql_types::Bool;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_billing::BalanceRepository;
use ferroboard_kernel::{LedgerAccount, LedgerEntry, StoreError};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlTx, dialect};
use super::ledger::{LARGEST_BALANCE, append, is_summable};
use crate::failure::Failure;
use crate::fixed::fixed;
use crate::schema::v2_user;

#[async_trait]
impl BalanceRepository for SqlTx {
    async fn move_balance(&mut self, entry: &LedgerEntry) -> Result<bool, StoreError> {
        if !is_summable(entry.amount) {
            return Ok(false);
        }
        let amount = entry.amount.get();
        let moved: Result<bool, Failure> = async {
            let connection = self.open()?;
            let able = v2_user::table
                .filter(v2_user::id.eq(entry.user.get()))
                .filter(fixed::<Bool>(dialect::holds_integer("v2_user.balance")))
                .filter((v2_user::balance + amount).between(0_i64, LARGEST_BALANCE));
            let changed = diesel::update(able)
                .set((
                    v2_user::balance.eq(v2_user::balance + amount),
                    v2_user::updated_at.eq(entry.at.get()),
                ))
                .execute(&mut *connection)
                .await?;
            if changed == 1 {
                append(connection, LedgerAccount::Balance, entry).await?;
            }
            Ok(changed == 1)
        }
        .await;
        let moved = self.settle(moved);
        self.entered_if(moved, LedgerAccount::Balance, entry)
    }
}
