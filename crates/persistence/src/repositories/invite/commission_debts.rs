use async_trait::async_trait;
use diesel::ExpressionMethods as _;
use ferroboard_invite::{CommissionDebt, CommissionDebtRepository};
use ferroboard_kernel::{Cents, StoreError, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{SqlTx, dialect};
use crate::rows::RowId;
use crate::schema::ferro_commission_debt;

/// `ferro_commission_debt.kind`: one cause may make a debt, and another time pay one off.
const fn kind(debt: &CommissionDebt) -> &'static str {
    if debt.amount.get() > 0 {
        "owed"
    } else {
        "withheld"
    }
}

#[async_trait]
impl CommissionDebtRepository for SqlTx {
    async fn find_commission_debt(&mut self, user: UserId) -> Result<Cents, StoreError> {
        let query = format!(
            "SELECT CAST({} AS {}) AS id FROM ferro_commission_debt WHERE user_id = {user}",
            sums::of_many("amount"),
            dialect::INTEGER
        );
        let owed = diesel::sql_query(query)
            .get_result::<RowId>(self.open()?)
            .await;
        Ok(Cents::new(self.settle(owed)?.id.0.max(0)))
    }

    async fn insert_commission_debt(&mut self, debt: &CommissionDebt) -> Result<(), StoreError> {
        let inserted = diesel::insert_into(ferro_commission_debt::table)
            .values((
                ferro_commission_debt::user_id.eq(debt.user.get()),
                ferro_commission_debt::reference.eq(debt.reference.as_str()),
                ferro_commission_debt::kind.eq(kind(debt)),
                ferro_commission_debt::amount.eq(debt.amount.get()),
                ferro_commission_debt::created_at.eq(debt.at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }
}
