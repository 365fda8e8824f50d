//! An order as its buyer sees it.

use ferroboard_application::OrderView;
use ferroboard_billing::{BillingPolicy, OrderKind, OrderReceipt, OrderStatus};
use ferroboard_kernel::UnixSeconds;

use super::{amounts, names, packages, top_up};
use crate::list::Tone;
use crate::page::Page;

/// An order with texts in the page's language.
pub(super) struct OrderCard {
    pub(super) number: String,
    /// Its plan; a dash where that was deleted.
    pub(super) plan: String,
    /// Where the same can be bought again.
    pub(super) again: String,
    pub(super) period: &'static str,
    pub(super) kind: &'static str,
    pub(super) amount: String,
    /// The method of its last checkout.
    pub(super) method: Option<String>,
    pub(super) placed_at: UnixSeconds,
    pub(super) paid_at: Option<UnixSeconds>,
    /// The numbers of the orders that it replaces.
    pub(super) replaced: Vec<String>,
    pub(super) state: OrderState,
}

/// Where an order stands.
pub(super) struct OrderState {
    pub(super) tone: Tone,
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) status: OrderStatus,
}

/// What stands where a plan would.
fn no_plan(page: &Page, kind: OrderKind) -> &str {
    match kind {
        OrderKind::TrafficPackage | OrderKind::TopUp => page.t(names::order_kind(kind)),
        _ => "–",
    }
}

impl OrderCard {
    pub(super) fn new(page: &Page, view: &OrderView) -> Self {
        let order = &view.order;
        let plan = view.plan.as_ref();
        let replaced = view.surplus.iter();
        Self {
            number: order.trade_no.as_str().to_owned(),
            plan: match (plan, &view.package) {
                (Some(plan), _) => plan.name.clone(),
                (None, Some(package)) => package.name.clone(),
                (None, None) => no_plan(page, order.kind).to_owned(),
            },
            again: match order.kind {
                OrderKind::TopUp => top_up::PATH.to_owned(),
                OrderKind::TrafficPackage => packages::PATH.to_owned(),
                _ => format!("/my/plans/{}", order.plan_id),
            },
            period: page.t(names::period(order.period)),
            kind: page.t(names::order_kind(order.kind)),
            amount: page.money(&amounts::whole(order)),
            method: view.payment.as_ref().map(|method| method.name.clone()),
            placed_at: order.created_at,
            paid_at: order.paid_at,
            replaced: replaced
                .map(|order| order.trade_no.as_str().to_owned())
                .collect(),
            state: OrderState::new(page, order.status, Some(order.created_at)),
        }
    }

    /// Calls plan and method as they were called when the order was paid.
    pub(super) fn keep(&mut self, receipt: &OrderReceipt) {
        if !receipt.names.item.is_empty() {
            self.plan.clone_from(&receipt.names.item);
        }
        self.method.clone_from(&receipt.names.method);
    }

    /// Whether something is still to happen to it.
    pub(super) const fn is_open(&self) -> bool {
        self.state.status.is_unfinished()
    }

    /// Whether it waits for payment.
    pub(super) fn is_pending(&self) -> bool {
        self.state.status == OrderStatus::Pending
    }

    /// Whether it was cancelled.
    pub(super) fn is_cancelled(&self) -> bool {
        self.state.status == OrderStatus::Cancelled
    }

    /// Whether it was paid and opened, so that there is a receipt.
    pub(super) const fn has_receipt(&self) -> bool {
        self.state.status.earns_commission()
    }
}

impl OrderState {
    /// Where an order that was placed at this time stands.
    pub(super) fn new(page: &Page, status: OrderStatus, placed_at: Option<UnixSeconds>) -> Self {
        let text = match (status, placed_at) {
            (OrderStatus::Pending, Some(at)) => {
                let until = at.plus(BillingPolicy::ORDER_LIFETIME);
                page.put("shop.order_pending_text", "time", page.time(&until))
            }
            (OrderStatus::Pending, None) => page.t("shop.pay_awaited").to_owned(),
            (OrderStatus::Processing, _) => page.t("shop.order_processing_text").to_owned(),
            (OrderStatus::Cancelled, _) => page.t("shop.order_cancelled_text").to_owned(),
            (OrderStatus::Completed, _) => page.t("shop.order_completed_text").to_owned(),
            (OrderStatus::Discounted, _) => page.t("shop.order_discounted_text").to_owned(),
        };
        Self {
            tone: names::order_tone(status),
            name: page.t(names::order_status(status)),
            text,
            status,
        }
    }
}
