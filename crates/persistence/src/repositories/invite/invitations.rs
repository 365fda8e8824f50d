use async_trait::async_trait;
use diesel::sql_types::Bool;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
};
use ferroboard_invite::{
    CommissionLog, CommissionLogRepository, CommissionMode, InviteCode, InviteCodeRepository,
    Inviter, InviterRepository,
};
use ferroboard_kernel::{
    Cents, InviteCodeId, LedgerAccount, LedgerEntry, StoreError, TradeNo, UnixSeconds, UserId,
};

use super::super::billing::ledger::{LARGEST_BALANCE, append, is_summable};
use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{Conn, SqlTx, dialect, flag, is_storable};
use crate::failure::Failure;
use crate::fixed::fixed;
use crate::integer::{Amount, Int};
use crate::schema::{lower, v2_commission_log, v2_invite_code, v2_user};

/// The columns of an [`InviteCode`].
#[derive(Queryable)]
struct InviteCodeRow {
    id: Int,
    user_id: Int,
    code: String,
    status: Int,
}

impl From<InviteCodeRow> for InviteCode {
    fn from(row: InviteCodeRow) -> Self {
        Self {
            id: InviteCodeId::new(row.id.0),
            owner: UserId::new(row.user_id.0),
            code: row.code.trim_end().to_owned(),
            used: row.status.is_set(),
        }
    }
}

const INVITE_CODE: (
    v2_invite_code::id,
    v2_invite_code::user_id,
    v2_invite_code::code,
    v2_invite_code::status,
) = (
    v2_invite_code::id,
    v2_invite_code::user_id,
    v2_invite_code::code,
    v2_invite_code::status,
);

/// The code, matched exactly first and else without regard to ASCII case.
async fn find(connection: &mut Conn, code: &str) -> QueryResult<Option<InviteCode>> {
    if !is_storable(code) {
        return Ok(None);
    }
    let exact = v2_invite_code::table
        .filter(v2_invite_code::code.eq(code))
        .order(v2_invite_code::id)
        .select(INVITE_CODE)
        .first::<InviteCodeRow>(&mut *connection)
        .await
        .optional()?;
    let found = if exact.is_some() || dialect::COMPARES_WITHOUT_CASE {
        exact
    } else {
        v2_invite_code::table
            .filter(lower(v2_invite_code::code).eq(lower(code)))
            .order(v2_invite_code::id)
            .select(INVITE_CODE)
            .first::<InviteCodeRow>(connection)
            .await
            .optional()?
    };
    // Databases also take other letters for equal: with and without accents, or Ä and ä.
    let found = found.map(InviteCode::from);
    Ok(found.filter(|found| found.code.eq_ignore_ascii_case(code)))
}

#[async_trait]
impl InviteCodeRepository for SqlTx {
    async fn find_invite_code(&mut self, code: &str) -> Result<Option<InviteCode>, StoreError> {
        let found = find(self.open()?, code).await;
        self.settle(found)
    }

    async fn move_invite_code(
        &mut self,
        id: InviteCodeId,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let unused = v2_invite_code::table
            .filter(v2_invite_code::id.eq(id.get()))
            .filter(v2_invite_code::status.eq(flag(false)));
        let moved = diesel::update(unused)
            .set((
                v2_invite_code::status.eq(flag(true)),
                v2_invite_code::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn count_unused_invite_codes(&mut self, owner: UserId) -> Result<i64, StoreError> {
        let count = v2_invite_code::table
            .filter(v2_invite_code::user_id.eq(owner.get()))
            .filter(v2_invite_code::status.eq(flag(false)))
            .count()
            .get_result::<Int>(self.open()?)
            .await;
        self.settle(count).map(|count| count.0)
    }

    async fn insert_invite_code(
        &mut self,
        owner: UserId,
        code: &str,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let inserted: Result<bool, Failure> = async {
            let connection = self.open()?;
            if find(&mut *connection, code).await?.is_some() {
                return Ok(false);
            }
            let row = (
                v2_invite_code::user_id.eq(owner.get()),
                v2_invite_code::code.eq(code),
                v2_invite_code::created_at.eq(at.get()),
                v2_invite_code::updated_at.eq(at.get()),
            );
            let count = insert_or_ignore!(v2_invite_code::table, row)
                .execute(connection)
                .await?;
            Ok(count == 1)
        }
        .await;
        self.settle(inserted)
    }

    async fn update_invite_code_views(&mut self, id: InviteCodeId) -> Result<(), StoreError> {
        let code = v2_invite_code::table
            .filter(v2_invite_code::id.eq(id.get()))
            .filter(v2_invite_code::pv.between(0_i64, sums::WIDEST - 1));
        let updated = diesel::update(code)
            .set(v2_invite_code::pv.eq(v2_invite_code::pv + 1))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }
}

#[async_trait]
impl InviterRepository for SqlTx {
    async fn lock_inviter(&mut self, user: UserId) -> Result<bool, StoreError> {
        self.take_turn(user).await?;
        let query = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .select(v2_user::id);
        let row = lock!(query).first::<Int>(self.open()?).await.optional();
        self.settle(row).map(|row| row.is_some())
    }

    async fn lock_commission_balance(&mut self, user: UserId) -> Result<Option<Cents>, StoreError> {
        self.take_turn(user).await?;
        let query = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .select(v2_user::commission_balance);
        let row = lock!(query).first::<Amount>(self.open()?).await.optional();
        Ok(self.settle(row)?.map(|held| Cents::new(held.0)))
    }

    async fn update_inviter(&mut self, user: UserId, inviter: UserId) -> Result<(), StoreError> {
        let updated = diesel::update(v2_user::table.filter(v2_user::id.eq(user.get())))
            .set(v2_user::invite_user_id.eq(inviter.get()))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn find_inviter(&mut self, user: UserId) -> Result<Option<Inviter>, StoreError> {
        let row = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .select((
                v2_user::invite_user_id,
                v2_user::commission_type,
                v2_user::commission_rate,
            ))
            .first::<(Option<Int>, Int, Option<Int>)>(self.open()?)
            .await
            .optional();
        Ok(self.settle(row)?.map(|(invited_by, mode, rate)| Inviter {
            id: user,
            invited_by: invited_by.map(|id| UserId::new(id.0)),
            mode: CommissionMode::from_code(mode.0).unwrap_or_default(),
            rate: rate.map(|rate| rate.0),
        }))
    }

    async fn move_commission_balance(&mut self, entry: &LedgerEntry) -> Result<bool, StoreError> {
        if !is_summable(entry.amount) {
            return Ok(false);
        }
        let amount = entry.amount.get();
        let moved: Result<bool, Failure> = async {
            let connection = self.open()?;
            let able = v2_user::table
                .filter(v2_user::id.eq(entry.user.get()))
                .filter(fixed::<Bool>(dialect::holds_integer(
                    "v2_user.commission_balance",
                )))
                .filter((v2_user::commission_balance + amount).between(0_i64, LARGEST_BALANCE));
            let changed = diesel::update(able)
                .set((
                    v2_user::commission_balance.eq(v2_user::commission_balance + amount),
                    v2_user::updated_at.eq(entry.at.get()),
                ))
                .execute(&mut *connection)
                .await?;
            if changed == 1 {
                append(connection, LedgerAccount::Commission, entry).await?;
            }
            Ok(changed == 1)
        }
        .await;
        let moved = self.settle(moved);
        self.entered_if(moved, LedgerAccount::Commission, entry)
    }
}

#[async_trait]
impl CommissionLogRepository for SqlTx {
    async fn insert_commission_log(&mut self, log: &CommissionLog) -> Result<(), StoreError> {
        let inserted = diesel::insert_into(v2_commission_log::table)
            .values((
                v2_commission_log::invite_user_id.eq(log.inviter.get()),
                v2_commission_log::user_id.eq(log.buyer.get()),
                v2_commission_log::trade_no.eq(log.trade_no.as_str()),
                v2_commission_log::order_amount.eq(log.order_amount.get()),
                v2_commission_log::get_amount.eq(log.amount.get()),
                v2_commission_log::created_at.eq(log.at.get()),
                v2_commission_log::updated_at.eq(log.at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }

    async fn list_commission_shares(
        &mut self,
        trade_no: &TradeNo,
    ) -> Result<Vec<(UserId, Cents)>, StoreError> {
        if !is_storable(trade_no.as_str()) {
            return Ok(Vec::new());
        }
        let rows = v2_commission_log::table
            .filter(v2_commission_log::trade_no.eq(trade_no.as_str()))
            .order((v2_commission_log::invite_user_id, v2_commission_log::id))
            .select((
                v2_commission_log::invite_user_id,
                v2_commission_log::get_amount,
            ))
            .load::<(Int, Amount)>(self.open()?)
            .await;
        let shares = self.settle(rows)?.into_iter();
        Ok(shares
            .map(|(inviter, amount)| (UserId::new(inviter.0), Cents::new(amount.0)))
            .collect())
    }
}
