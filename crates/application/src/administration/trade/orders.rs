//! Orders, as administrators manage them.

use ferroboard_audit::AuditChange;
use ferroboard_auth::AuthError;
use ferroboard_billing::{
    AssignOrder, BillingError, CommissionStatus, Order, OrderService, OrderStatus, Period,
};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_invite::InviteService;
use ferroboard_kernel::{Cents, Email, OrderId, PlanId, TradeNo, Zone};
use ferroboard_listing::{Column, Direction, Found, ListRequest, Listing, PageRule, Words};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::trade::order_views::{ManagedOrder, OrderDossier};
use crate::billing::orders::order_placed;
use crate::{Change, Error, UnitOfWork, policies};

/// The orders as a list, the newest first. A period is asked for in the newer spelling.
pub const MANAGED_ORDERS: Listing = Listing {
    columns: &[
        Column::number("id"),
        Column::text("trade_no"),
        Column::text("callback_no"),
        Column::number("user_id"),
        Column::number("plan_id"),
        Column::number("type"),
        Column::text("period"),
        Column::number("status"),
        Column::number("commission_status"),
        Column::number("commission_balance"),
        Column::number("total_amount"),
        Column::number("payment_id"),
        Column::number("coupon_id"),
        Column::number("invite_user_id"),
        Column::number("paid_at"),
        Column::number("created_at"),
        Column::number("updated_at"),
        Column::text("email").unsorted(),
        Column::text("user.email").unsorted(),
    ],
    words: Words::Operators,
    joins: false,
    order: &[("created_at", Direction::Descending)],
    pages: PageRule::TABLE,
};

/// An order that an administrator gives somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignedOrder {
    /// To whom.
    pub email: Email,
    /// What.
    pub plan_id: PlanId,
    /// For how long.
    pub period: Period,
    /// What is to be paid for it.
    pub total: Cents,
}

/// The orders.
pub struct ManagedOrders(pub(crate) AdminContext);

impl ManagedOrders {
    /// The zone in which administrators read times.
    pub fn zone(&self) -> Zone {
        self.0.options.zone
    }

    /// The orders that are asked for; with `of_commission` only those of which an inviter earns something.
    pub async fn list(
        &self,
        request: ListRequest,
        of_commission: bool,
    ) -> Result<Found<ManagedOrder>, Error> {
        let queries = self.0.ports.store.admin()?;
        Ok(queries.list_managed_orders(&request, of_commission).await?)
    }

    /// An order with all that belongs to it.
    pub async fn detail(&self, id: OrderId) -> Result<OrderDossier, Error> {
        let found = self.0.ports.store.admin()?.find_order_dossier(id).await?;
        Ok(found.ok_or(BillingError::OrderMissing)?)
    }

    /// Gives somebody an order, which waits for payment; its number. Of many at once one is given.
    pub async fn assign(&self, wanted: AssignedOrder, change: Change) -> Result<TradeNo, Error> {
        change!(change, |tx| self.assign_within(tx, &wanted).await?)
    }

    async fn assign_within(
        &self,
        tx: &mut dyn UnitOfWork,
        wanted: &AssignedOrder,
    ) -> Result<(TradeNo, AuditChange), Error> {
        let account = tx.find_account_by_email(&wanted.email).await?;
        let account = account.ok_or(AuthError::AccountMissing)?;
        // The buyer's row is locked first of all: inviter and order are decided behind it.
        let buyer = OrderService.lock_buyer(tx, account.id).await?;
        let policy = policies::invite(&self.0.site.current());
        let referral = InviteService.referral(tx, buyer.id, policy).await?;
        let trade_no = TradeNo::stored(self.0.ports.random.hex32());
        let order = AssignOrder {
            plan_id: wanted.plan_id,
            period: wanted.period,
            total: wanted.total,
            referral,
            trade_no: trade_no.clone(),
            now: self.0.ports.clock.now(),
        };
        OrderService.assign(tx, &buyer, &order).await?;
        tx.tell(order_placed(&trade_no, buyer.id, order.now));
        let given = json!({
            "trade_no": trade_no.as_str(),
            "user_id": buyer.id.get(),
            "plan_id": wanted.plan_id.get(),
            "period": wanted.period.key(),
            "total_amount": wanted.total.get(),
        });
        Ok((trade_no, AuditChange::between(&Value::Null, &given)))
    }

    /// Receives a payment that the administrator vouches for, and opens its order. What could not be opened
    /// is tried again by the job; here it is told why.
    pub async fn pay(&self, trade_no: TradeNo, change: Change) -> Result<(), Error> {
        let admin = change.admin();
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let order = OrderService.receive_by_hand(tx, &trade_no, admin, now);
            let order = order.await?;
            self.0.issue_receipt(tx, &trade_no).await?;
            moved(&order, OrderStatus::Processing)
        })?;
        self.0.open_order(&trade_no).await
    }

    /// Cancels an order that waits for payment; what it held comes back, once.
    pub async fn cancel(&self, trade_no: TradeNo, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let order = OrderService.cancel_by_hand(tx, &trade_no, now).await?;
            let (kind, user) = (EventKind::OrderCancelled, Some(order.user_id));
            tx.tell(NewEvent::about_order(kind, &trade_no, user, None, now));
            moved(&order, OrderStatus::Cancelled)
        })
    }

    /// Writes what was decided about the commission of an order, if anything was.
    pub async fn decide_commission(
        &self,
        trade_no: TradeNo,
        decision: Option<CommissionStatus>,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let decided = OrderService.decide_commission(tx, &trade_no, decision, now);
            let before = decided.await?.commission_status;
            let mut changed = AuditChange::default();
            let code = |status: Option<CommissionStatus>| status.map(CommissionStatus::code).into();
            changed.note("commission_status", code(before), code(decision.or(before)));
            changed
        })
    }
}

/// What the record says of an order that moved.
fn moved(order: &Order, to: OrderStatus) -> AuditChange {
    AuditChange::of(
        "status",
        Value::from(order.status.code()),
        Value::from(to.code()),
    )
}
