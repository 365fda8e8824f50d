use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable};
use diesel_async::RunQueryDsl as _;
use ferroboard_invite::{InviteCode, InviteCodeRepository, InviterRepository};
use ferroboard_kernel::{Cents, InviteCodeId, StoreError, UnixSeconds, UserId};

use super::subscriptions::{LARGEST_BALANCE, is_summable};
use super::{SqlTx, dialect, flag, is_storable};
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::{lower, v2_invite_code, v2_user};

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

#[async_trait]
impl InviteCodeRepository for SqlTx {
    async fn find_invite_code(&mut self, code: &str) -> Result<Option<InviteCode>, StoreError> {
        if !is_storable(code) {
            return Ok(None);
        }
        let found: Result<Option<InviteCodeRow>, Failure> = async {
            let connection = self.open()?;
            let exact = v2_invite_code::table
                .filter(v2_invite_code::code.eq(code))
                .order(v2_invite_code::id)
                .select(INVITE_CODE)
                .first(&mut *connection)
                .await
                .optional()?;
            if exact.is_some() || dialect::COMPARES_WITHOUT_CASE {
                return Ok(exact);
            }
            let alike = v2_invite_code::table
                .filter(lower(v2_invite_code::code).eq(lower(code)))
                .order(v2_invite_code::id)
                .select(INVITE_CODE)
                .first(connection)
                .await
                .optional()?;
            Ok(alike)
        }
        .await;
        // Databases also take other letters for equal: with and without accents, or Ä and ä.
        let found = self.settle(found)?.map(InviteCode::from);
        Ok(found.filter(|found| found.code.eq_ignore_ascii_case(code)))
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

    async fn update_invite_code_views(&mut self, id: InviteCodeId) -> Result<(), StoreError> {
        let code = v2_invite_code::table.filter(v2_invite_code::id.eq(id.get()));
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
        let query = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .select(v2_user::id);
        let row = lock!(query).first::<Int>(self.open()?).await.optional();
        self.settle(row).map(|row| row.is_some())
    }

    async fn update_inviter(&mut self, user: UserId, inviter: UserId) -> Result<(), StoreError> {
        let updated = diesel::update(v2_user::table.filter(v2_user::id.eq(user.get())))
            .set(v2_user::invite_user_id.eq(inviter.get()))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn move_commission_balance(
        &mut self,
        user: UserId,
        amount: Cents,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        if !is_summable(amount) {
            return Ok(false);
        }
        let able = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .filter((v2_user::commission_balance + amount.get()).between(0_i64, LARGEST_BALANCE));
        let moved = diesel::update(able)
            .set((
                v2_user::commission_balance.eq(v2_user::commission_balance + amount.get()),
                v2_user::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }
}
