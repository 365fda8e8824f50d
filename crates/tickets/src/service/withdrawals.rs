use ferroboard_kernel::{Cents, TicketId, UnixSeconds};

use super::tickets::lock_any;
use crate::{
    Level, NewTicket, TicketError, TicketService, TicketStatus, TicketTx, Withdrawal,
    WithdrawalPolicy, WithdrawalRequest, WithdrawalState,
};

/// What may be done with withdrawals. The commission balance is another domain's: the caller moves it
/// in the same transaction.
#[derive(Debug, Clone, Copy, Default)]
pub struct WithdrawalService;

impl WithdrawalService {
    /// Opens the ticket of a request for the whole commission balance, and reserves that. `held` is
    /// what the balance holds, read behind the user's lock.
    pub async fn request(
        self,
        tx: &mut dyn TicketTx,
        request: &WithdrawalRequest,
        held: Cents,
        policy: &WithdrawalPolicy,
    ) -> Result<TicketId, TicketError> {
        policy.admit_method(&request.method)?;
        policy.admit_amount(held)?;
        // The words are the panel's own and the account was judged; what is left is a method of the
        // site's settings that no message can carry.
        let unsayable = |_| TicketError::WithdrawalMethodUnsupported;
        let ticket = NewTicket {
            owner: request.user,
            subject: request.subject().map_err(unsayable)?,
            level: Level::High,
            message: request.message(held).map_err(unsayable)?,
            at: request.at,
        };
        let id = TicketService.open(tx, &ticket).await?;
        let withdrawal = Withdrawal {
            ticket: id,
            user: request.user,
            amount: held,
            method: request.method.clone(),
            account: request.account.as_str().to_owned(),
            state: WithdrawalState::Requested,
        };
        tx.insert_withdrawal(&withdrawal, request.at).await?;
        Ok(id)
    }

    /// Marks the request of a ticket as paid out and closes the ticket. The caller takes the amount
    /// out of the commission balance in the same transaction. Of several requests one gets through;
    /// a ticket that was closed meanwhile asks for nothing any more. The request as it is then.
    pub async fn pay(
        self,
        tx: &mut dyn TicketTx,
        id: TicketId,
        now: UnixSeconds,
    ) -> Result<Withdrawal, TicketError> {
        let ticket = lock_any(tx, id).await?;
        if ticket.status == TicketStatus::Closed {
            return Err(TicketError::WithdrawalNotRequested);
        }
        let withdrawal = tx.lock_withdrawal(id).await?;
        let withdrawal = withdrawal.ok_or(TicketError::WithdrawalNotRequested)?;
        let (from, to) = (WithdrawalState::Requested, WithdrawalState::Paid);
        if !tx.move_withdrawal(id, from, to, now).await? {
            return Err(TicketError::WithdrawalNotRequested);
        }
        tx.move_ticket_to_closed(id, now).await?;
        Ok(Withdrawal {
            state: to,
            ..withdrawal
        })
    }
}
