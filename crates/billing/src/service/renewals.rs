use ferroboard_kernel::{Cents, PlanId, Referral, StoreError, TradeNo, UnixSeconds, UserId};

use super::checkout::Checkout;
use super::opening::Opened;
use super::orders::PlaceOrder;
use super::quotes::{Purchase, Reading, quoted};
use super::{OrderService, moved_behind_lock};
use crate::worth::paid_for;
use crate::{
    BillingError, BillingPolicy, BillingTx, Buyer, PastOrder, Renewal, RenewalAttempt,
    RenewalEvent, RenewalNews, RenewalOutcome, RenewalStatus, RenewalWindow, Told,
};

/// What may be done with subscriptions that renew themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct RenewalService;

/// What a renewal needs from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalRequest {
    /// Who invited the buyer.
    pub referral: Option<Referral>,
    /// The number of the order, drawn by the caller.
    pub trade_no: TradeNo,
    /// Now.
    pub now: UnixSeconds,
}

/// What an attempt found out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RenewalReport {
    /// What it came to; `None` where nothing was to be tried.
    pub outcome: Option<RenewalOutcome>,
    /// What the owner is to be told.
    pub news: Option<RenewalNews>,
}

/// The renewal that is tried.
struct Trial<'a> {
    buyer: &'a Buyer,
    renewal: Renewal,
    policy: &'a BillingPolicy,
    now: UnixSeconds,
}

impl RenewalService {
    /// Has the user's subscription renew itself, or not.
    ///
    /// # Errors
    ///
    /// [`BillingError::AccountMissing`].
    pub async fn switch(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
        is_on: bool,
        now: UnixSeconds,
    ) -> Result<(), BillingError> {
        let buyer = tx.lock_buyer(user).await?;
        buyer.ok_or(BillingError::AccountMissing)?;
        Ok(tx.update_auto_renewal(user, is_on, now).await?)
    }

    /// Renews the buyer's subscription from the balance, where that is to be done: an order is placed, paid and
    /// opened as any other, in this one transaction. Of any number of attempts for one end one renews. The
    /// buyer is as [locked](OrderService::lock_buyer) in this transaction.
    ///
    /// # Errors
    ///
    /// What [`OrderService::place`] and [`OrderService::open`] refuse beyond what an attempt can come to.
    pub async fn attempt(
        self,
        tx: &mut dyn BillingTx,
        buyer: &Buyer,
        request: &RenewalRequest,
        policy: &BillingPolicy,
    ) -> Result<RenewalReport, BillingError> {
        let now = request.now;
        let (Some(ends), Some(plan_id)) = (buyer.expired_at, buyer.plan_id) else {
            return Ok(RenewalReport::default());
        };
        let window = RenewalWindow::of(ends, policy.renewal_grace, now);
        if window == RenewalWindow::Closed
            || buyer.banned
            || !tx.find_auto_renewal(buyer.id).await?
        {
            return Ok(RenewalReport::default());
        }
        let known = tx.find_renewal(buyer.id, ends).await?;
        let trial = Trial {
            buyer,
            renewal: known.unwrap_or(Renewal::new(buyer.id, ends)),
            policy,
            now,
        };
        if trial.renewal.status != RenewalStatus::Waiting {
            return Ok(RenewalReport::default());
        }
        let completed = tx.list_completed_orders(buyer.id).await?;
        let last = last_renewable(&completed, plan_id);
        match (window, last) {
            (RenewalWindow::Announced, Some(last)) => trial.announce(tx, last, request).await,
            (RenewalWindow::Open, Some(last)) => trial.renew(tx, last, request).await,
            (RenewalWindow::Open, None) => trial.stop(tx).await,
            (RenewalWindow::Over, _) => trial.give_up(tx).await,
            (RenewalWindow::Announced | RenewalWindow::Closed, _) => Ok(RenewalReport::default()),
        }
    }
}

/// The last order of the plan that can be bought again.
pub(super) fn last_renewable(completed: &[PastOrder], plan: PlanId) -> Option<&PastOrder> {
    let mut orders = completed.iter().rev();
    orders.find(|order| order.plan_id == plan && order.period.months().is_some())
}

pub(super) fn purchase(last: &PastOrder, referral: Option<Referral>, now: UnixSeconds) -> Purchase {
    Purchase {
        plan_id: last.plan_id,
        period: last.period,
        coupon: None,
        referral,
        is_automatic: true,
        now,
    }
}

/// Whether the plan is none that this buyer could buy again.
pub(super) const fn is_unavailable(refusal: &BillingError) -> bool {
    matches!(
        refusal,
        BillingError::PlanMissing
            | BillingError::PlanSoldOut
            | BillingError::PlanNotRenewable
            | BillingError::PeriodNotSold
            | BillingError::SubscriptionExpired
    )
}

impl Trial<'_> {
    /// Tells once that the renewal will cost more than the last order did.
    async fn announce(
        mut self,
        tx: &mut dyn BillingTx,
        last: &PastOrder,
        request: &RenewalRequest,
    ) -> Result<RenewalReport, BillingError> {
        if self.renewal.price_told {
            return Ok(RenewalReport::default());
        }
        let wanted = purchase(last, request.referral, request.now);
        let Ok(quoted) = quoted(tx, self.buyer, &wanted, self.policy, Reading::Looks).await else {
            // What is to be said of it is said when it is tried.
            return Ok(RenewalReport::default());
        };
        let price = cost(quoted.quote.total, quoted.quote.balance_used)?;
        let paid = paid_for(last.total, last.balance_used, last.surplus, last.refund)?;
        if price <= paid {
            return Ok(RenewalReport::default());
        }
        self.renewal.price_told = true;
        let ends = self.renewal.ends;
        self.keep(tx).await?;
        Ok(RenewalReport {
            outcome: None,
            news: Some(RenewalNews::Dearer {
                from: paid,
                to: price,
                ends,
            }),
        })
    }

    async fn renew(
        mut self,
        tx: &mut dyn BillingTx,
        last: &PastOrder,
        request: &RenewalRequest,
    ) -> Result<RenewalReport, BillingError> {
        let wanted = purchase(last, request.referral, request.now);
        let quoted = match quoted(tx, self.buyer, &wanted, self.policy, Reading::Locks).await {
            Ok(quoted) => quoted,
            Err(BillingError::OrderUnfinished) => {
                self.note(tx, RenewalOutcome::Busy, None, None).await?;
                return Ok(RenewalReport {
                    outcome: Some(RenewalOutcome::Busy),
                    news: None,
                });
            }
            Err(refusal) if is_unavailable(&refusal) => return self.stop(tx).await,
            Err(error) => return Err(error),
        };
        let price = cost(quoted.quote.total, quoted.quote.balance_used)?;
        self.renewal.price = Some(price);
        if quoted.quote.total > Cents::ZERO {
            return self.leave_unpaid(tx, price).await;
        }
        let order = PlaceOrder {
            purchase: wanted,
            trade_no: request.trade_no.clone(),
        };
        self.buy(tx, &order).await?;
        self.note(
            tx,
            RenewalOutcome::Renewed,
            Some(price),
            Some(order.trade_no),
        )
        .await?;
        self.finish(tx, RenewalEvent::Renew).await?;
        Ok(RenewalReport {
            outcome: Some(RenewalOutcome::Renewed),
            news: Some(RenewalNews::Renewed { price }),
        })
    }

    /// Places the order, which the balance pays, and opens it.
    async fn buy(&self, tx: &mut dyn BillingTx, order: &PlaceOrder) -> Result<(), BillingError> {
        let (user, now) = (self.buyer.id, self.now);
        OrderService
            .place(tx, self.buyer, order, self.policy)
            .await?;
        let checked_out = OrderService
            .check_out(tx, user, &order.trade_no, None, now)
            .await?;
        let opened = match checked_out {
            Checkout::Free => {
                OrderService
                    .open(tx, &order.trade_no, self.policy, now)
                    .await?
            }
            Checkout::Start(_) => return Err(BillingError::BalanceInsufficient),
        };
        // Nobody earns anything of it: commission is of what is paid beside the balance.
        if matches!(opened, Opened::Now(buyer, _) if buyer == user) {
            Ok(())
        } else {
            let reason = format!("a renewal of user {user} was opened by somebody else");
            Err(StoreError::Conflict(reason).into())
        }
    }

    async fn leave_unpaid(
        mut self,
        tx: &mut dyn BillingTx,
        price: Cents,
    ) -> Result<RenewalReport, BillingError> {
        let due = Told::due(self.renewal.ends, self.now);
        let is_news = due > self.renewal.told;
        self.renewal.told = self.renewal.told.max(due);
        self.note(tx, RenewalOutcome::Unpaid, Some(price), None)
            .await?;
        let (ends, balance) = (self.renewal.ends, self.buyer.balance);
        self.keep(tx).await?;
        Ok(RenewalReport {
            outcome: Some(RenewalOutcome::Unpaid),
            news: is_news.then_some(RenewalNews::Unpaid {
                price,
                balance,
                ends,
            }),
        })
    }

    /// Tells whose money was missing until the end that it is over.
    async fn give_up(mut self, tx: &mut dyn BillingTx) -> Result<RenewalReport, BillingError> {
        let Some(price) = self.renewal.price else {
            return Ok(RenewalReport::default());
        };
        let is_news = self.renewal.told < Told::AtEnd;
        self.renewal.told = Told::AtEnd;
        let (ended, balance) = (self.renewal.ends, self.buyer.balance);
        self.finish(tx, RenewalEvent::Lapse).await?;
        Ok(RenewalReport {
            outcome: None,
            news: is_news.then_some(RenewalNews::Lapsed {
                price,
                balance,
                ended,
            }),
        })
    }

    /// Switches it off, as there is nothing to be renewed.
    async fn stop(self, tx: &mut dyn BillingTx) -> Result<RenewalReport, BillingError> {
        self.note(tx, RenewalOutcome::Unavailable, None, None)
            .await?;
        tx.update_auto_renewal(self.buyer.id, false, self.now)
            .await?;
        self.finish(tx, RenewalEvent::Stop).await?;
        Ok(RenewalReport {
            outcome: Some(RenewalOutcome::Unavailable),
            news: Some(RenewalNews::Stopped),
        })
    }

    async fn note(
        &self,
        tx: &mut dyn BillingTx,
        outcome: RenewalOutcome,
        price: Option<Cents>,
        trade_no: Option<TradeNo>,
    ) -> Result<(), BillingError> {
        let attempt = RenewalAttempt {
            user: self.buyer.id,
            ends: self.renewal.ends,
            outcome,
            price,
            balance: self.buyer.balance,
            trade_no,
            at: self.now,
        };
        Ok(tx.insert_renewal_attempt(&attempt).await?)
    }

    async fn finish(
        mut self,
        tx: &mut dyn BillingTx,
        event: RenewalEvent,
    ) -> Result<(), BillingError> {
        let moved = RenewalStatus::Waiting.after(event);
        self.renewal.status = moved.unwrap_or(RenewalStatus::Waiting);
        self.keep(tx).await
    }

    /// Writes the renewal, which still waits behind the buyer's lock.
    async fn keep(self, tx: &mut dyn BillingTx) -> Result<(), BillingError> {
        let (renewal, at) = (&self.renewal, self.now);
        let from = RenewalStatus::Waiting;
        let is_written =
            tx.insert_renewal(renewal, at).await? || tx.move_renewal(from, renewal, at).await?;
        moved_behind_lock(
            is_written,
            format_args!("a renewal of user {}", renewal.user),
        )
    }
}

/// What the renewal costs, however it is paid.
pub(super) fn cost(total: Cents, balance_used: Option<Cents>) -> Result<Cents, BillingError> {
    Ok(total.checked_add(balance_used.unwrap_or_default())?)
}
