use async_trait::async_trait;
use diesel::{ExpressionMethods as _, JoinOnDsl as _, OptionalExtension as _, QueryDsl as _};
use ferroboard_kernel::{Cents, StoreError, TicketId, UnixSeconds, UserId};
use ferroboard_tickets::{TicketStatus, Withdrawal, WithdrawalRepository, WithdrawalState};

use super::super::SqlTx;
use super::super::sql::reading::RunQuery as _;
use crate::integer::{Amount, Int};
use crate::odd_values;
use crate::schema::{ferro_withdrawal, v2_ticket};

#[async_trait]
impl WithdrawalRepository for SqlTx {
    async fn insert_withdrawal(
        &mut self,
        withdrawal: &Withdrawal,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let inserted = diesel::insert_into(ferro_withdrawal::table)
            .values((
                ferro_withdrawal::ticket_id.eq(withdrawal.ticket.get()),
                ferro_withdrawal::user_id.eq(withdrawal.user.get()),
                ferro_withdrawal::amount.eq(withdrawal.amount.get()),
                ferro_withdrawal::method.eq(&withdrawal.method),
                ferro_withdrawal::account.eq(&withdrawal.account),
                ferro_withdrawal::state.eq(withdrawal.state.code()),
                ferro_withdrawal::created_at.eq(at.get()),
                ferro_withdrawal::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }

    async fn lock_withdrawal(
        &mut self,
        ticket: TicketId,
    ) -> Result<Option<Withdrawal>, StoreError> {
        let query = ferro_withdrawal::table
            .filter(ferro_withdrawal::ticket_id.eq(ticket.get()))
            .select((
                ferro_withdrawal::user_id,
                ferro_withdrawal::amount,
                ferro_withdrawal::method,
                ferro_withdrawal::account,
                ferro_withdrawal::state,
            ));
        let row = lock!(query)
            .first::<(Int, Amount, String, String, Int)>(self.open()?)
            .await
            .optional();
        let Some((user, amount, method, account, state)) = self.settle(row)? else {
            return Ok(None);
        };
        let state = WithdrawalState::from_code(state.0)
            .ok_or_else(|| odd_values::corrupt("ferro_withdrawal", &ticket, "state"))?;
        Ok(Some(Withdrawal {
            ticket,
            user: UserId::new(user.0),
            amount: Cents::new(amount.0),
            method,
            account,
            state,
        }))
    }

    async fn move_withdrawal(
        &mut self,
        ticket: TicketId,
        from: WithdrawalState,
        to: WithdrawalState,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let standing = ferro_withdrawal::table
            .filter(ferro_withdrawal::ticket_id.eq(ticket.get()))
            .filter(ferro_withdrawal::state.eq(from.code()));
        let moved = diesel::update(standing)
            .set((
                ferro_withdrawal::state.eq(to.code()),
                ferro_withdrawal::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn find_reserved_commission(&mut self, user: UserId) -> Result<Cents, StoreError> {
        // Rarely more than one: a user has one open ticket, unless another program opened more.
        let amounts = ferro_withdrawal::table
            .inner_join(v2_ticket::table.on(v2_ticket::id.eq(ferro_withdrawal::ticket_id)))
            .filter(ferro_withdrawal::user_id.eq(user.get()))
            .filter(ferro_withdrawal::state.eq(WithdrawalState::Requested.code()))
            .filter(v2_ticket::status.eq(TicketStatus::Open.code()))
            .select((ferro_withdrawal::ticket_id, ferro_withdrawal::amount))
            .load_every::<(Int, Amount)>(self.open()?)
            .await;
        let amounts = self.settle(amounts)?;
        let sum = amounts
            .iter()
            .fold(0_i64, |sum, (_, amount)| sum.saturating_add(amount.0));
        Ok(Cents::new(sum))
    }
}
