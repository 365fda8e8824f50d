//! What happens to orders as time passes. Each order is handled in transactions of its own, so that
//! one that fails does not hold up the rest.

use std::sync::Arc;

use ferroboard_billing::{BillingPolicy, DueOrder, DueOrders, Opened, OrderService};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{OrderId, StoreError};

use crate::Error;
use crate::billing::payments::Payments;
use crate::invite::commissions::Commissions;
use crate::process::Core;
use crate::transaction::{look, transact};

/// How many orders one query brings.
const BATCH: u32 = 200;

pub(crate) struct OrderJobs(pub(crate) Arc<Core>);

impl OrderJobs {
    /// Gives up orders that waited too long for payment, and opens paid ones that are not open; how
    /// many.
    pub(crate) async fn check_orders(&self) -> Result<u64, Error> {
        let before = self
            .0
            .ports
            .clock
            .now()
            .minus(BillingPolicy::ORDER_LIFETIME);
        let expired = self.each(DueOrders::ToExpire(before)).await?;
        Ok(expired + self.each(DueOrders::ToOpen).await?)
    }

    /// Confirms commission whose time has come, where the site does so by itself, and pays what is
    /// confirmed; how many orders moved.
    pub(crate) async fn check_commission(&self) -> Result<u64, Error> {
        let mut moved = 0;
        if self.0.site.current().invite.commission_auto_check_enable {
            let before = self
                .0
                .ports
                .clock
                .now()
                .minus(BillingPolicy::COMMISSION_DELAY);
            moved += self.each(DueOrders::ToConfirmCommission(before)).await?;
        }
        Ok(moved + self.each(DueOrders::ToPayCommission).await?)
    }

    /// Asks gateways about orders that were sent to them and still wait for payment; how many were
    /// paid.
    pub(crate) async fn reconcile(&self) -> Result<u64, Error> {
        let since = self
            .0
            .ports
            .clock
            .now()
            .minus(BillingPolicy::ORDER_LIFETIME);
        self.each(DueOrders::ToReconcile(since)).await
    }

    /// Handles every order for which this is due; how many moved.
    async fn each(&self, due: DueOrders) -> Result<u64, Error> {
        let mut moved = 0;
        let mut after: Option<OrderId> = None;
        loop {
            let batch = look!(self.0.ports.store, |tx| tx
                .list_due_orders(due, after, BATCH)
                .await?)?;
            let Some(last) = batch.last() else {
                return Ok(moved);
            };
            after = Some(last.id);
            for order in &batch {
                match self.handle(due, order).await {
                    Ok(has_moved) => moved += u64::from(has_moved),
                    // Left as it is for the operator, whom the store has told.
                    Err(Error::Store(StoreError::Corrupt { .. })) => {}
                    Err(error) => {
                        let trade_no = order.trade_no.as_str();
                        tracing::error!(trade_no, ?due, %error, "an order was not handled");
                    }
                }
            }
        }
    }

    async fn handle(&self, due: DueOrders, order: &DueOrder) -> Result<bool, Error> {
        let trade_no = &order.trade_no;
        match due {
            DueOrders::ToExpire(_) => {
                transact!(self.0.ports.store, |tx| {
                    let now = self.0.ports.clock.now();
                    let is_expired = OrderService.expire(tx, trade_no, now).await?;
                    if is_expired {
                        let kind = EventKind::OrderExpired;
                        tx.tell(NewEvent::about_order(kind, trade_no, None, None, now));
                    }
                    is_expired
                })
            }
            DueOrders::ToOpen => {
                let opened = self.0.open_order_again(trade_no).await?;
                Ok(matches!(opened, Opened::Now(..)))
            }
            DueOrders::ToReconcile(_) => match order.payment_id {
                Some(payment) => {
                    Payments(Arc::clone(&self.0))
                        .reconcile(payment, trade_no)
                        .await
                }
                None => Ok(false),
            },
            DueOrders::ToConfirmCommission(_) => {
                Commissions(Arc::clone(&self.0)).confirm(trade_no).await
            }
            DueOrders::ToPayCommission => Commissions(Arc::clone(&self.0)).pay(trade_no).await,
        }
    }
}
