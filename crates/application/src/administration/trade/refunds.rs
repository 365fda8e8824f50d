//! Refunds, as administrators give them.

use ferroboard_audit::AuditChange;
use ferroboard_billing::{
    LockedRefund, OrderCredit, RefundDestination, RefundResult, RefundService, RefundStatus,
    RequestRefund,
};
use ferroboard_kernel::{Cents, TradeNo};
use ferroboard_listing::{Column, Direction, Found, ListRequest, Listing, PageRule, Words};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::trade::refund_queries::ManagedRefund;
use crate::billing::refunding::{RefundReport, next_attempt};
use crate::invite::commissions;
use crate::{Change, Error, UnitOfWork, policies};

/// The refunds as a list, the newest first.
pub const MANAGED_REFUNDS: Listing = Listing {
    columns: &[
        Column::number("id"),
        Column::number("order_id"),
        Column::text("trade_no"),
        Column::number("user_id"),
        Column::number("amount"),
        Column::text("to"),
        Column::text("status"),
        Column::text("reason").unsorted(),
        Column::flag("take_back"),
        Column::number("admin_id"),
        Column::number("attempts"),
        Column::number("created_at"),
        Column::number("finished_at"),
        Column::text("email").unsorted(),
    ],
    words: Words::Operators,
    joins: false,
    order: &[("id", Direction::Descending)],
    pages: PageRule::TABLE,
};

/// A refund that an administrator wants to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedRefund {
    /// Of which order.
    pub trade_no: TradeNo,
    /// How much.
    pub amount: Cents,
    /// Where to.
    pub to: RefundDestination,
    /// Why.
    pub reason: String,
    /// Whether what the order gave is taken back with it.
    pub takes_back: bool,
}

/// The refunds.
pub struct ManagedRefunds(pub(crate) AdminContext);

impl ManagedRefunds {
    /// The refunds that are asked for.
    pub async fn list(&self, request: ListRequest) -> Result<Found<ManagedRefund>, Error> {
        let queries = self.0.ports.store.admin()?;
        Ok(queries.list_managed_refunds(&request).await?)
    }

    /// Refunds a part of an order. All refunds together never give more than was paid for it, however many
    /// are asked for at once. To the balance and outside it is done with the answer; a gateway is asked
    /// beside the transaction, and where it does not answer the refund stays requested and the job asks on.
    pub async fn request(
        &self,
        wanted: WantedRefund,
        change: Change,
    ) -> Result<RefundReport, Error> {
        let admin = change.admin();
        // One cause, one key: a try that is repeated after a conflict keeps it.
        let key = self.0.ports.random.uuid();
        let now = self.0.ports.clock.now();
        let asked = RequestRefund {
            key,
            trade_no: wanted.trade_no,
            amount: wanted.amount,
            to: wanted.to,
            reason: wanted.reason,
            takes_back: wanted.takes_back,
            admin,
            due_at: next_attempt(0, now),
            now,
        };
        let report = change!(change, |tx| self.request_within(tx, &asked).await?)?;
        if asked.to != RefundDestination::Gateway {
            return Ok(report);
        }
        // The row is there: what fails from here on is the job's.
        match self.0.ask_for_refund(report.id).await {
            Ok(asked) => Ok(asked.unwrap_or(report)),
            Err(error) => {
                tracing::error!(refund = %report.id, %error, "a refund waits for the job");
                Ok(report)
            }
        }
    }

    async fn request_within(
        &self,
        tx: &mut dyn UnitOfWork,
        asked: &RequestRefund,
    ) -> Result<(RefundReport, AuditChange), Error> {
        let policy = policies::billing(&self.0.site.current(), self.0.options.zone);
        if let Some(order) = tx.find_order(&asked.trade_no).await? {
            let credit = OrderCredit {
                buyer: order.user_id,
                amount: asked.amount,
                orders: vec![order.id],
            };
            commissions::lock_earners(tx, &credit).await?;
        }
        let locked = RefundService.request(tx, asked, &policy).await?;
        let mut report = RefundReport {
            id: locked.refund.id,
            status: locked.refund.status,
            result: RefundResult::default(),
        };
        if asked.to == RefundDestination::Gateway {
            self.0.may_refund(tx, &locked).await?;
        } else {
            report.result = self.0.pay_refund(tx, &locked).await?;
            report.status = RefundStatus::Done;
        }
        let changes = AuditChange::between(&Value::Null, &shown(&locked, report.status));
        Ok((report, changes))
    }
}

/// What the record says of a refund.
fn shown(locked: &LockedRefund, status: RefundStatus) -> Value {
    let (refund, asked) = (&locked.refund, &locked.refund.asked);
    json!({
        "refund_id": refund.id.get(),
        "trade_no": asked.trade_no.as_str(),
        "user_id": asked.user.get(),
        "amount": asked.amount.get(),
        "to": asked.to.as_str(),
        "reason": asked.reason,
        "take_back": asked.takes_back,
        "status": status.as_str(),
    })
}
