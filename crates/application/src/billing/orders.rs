//! Placing, paying and cancelling orders.

use std::sync::Arc;
use std::time::Duration;

use ferroboard_attempts::Act;
use ferroboard_billing::{
    BillingError, Checkout, CouponCode, GatewayError, Order, OrderService, OrderStatus, Payment,
    PaymentMethod, PaymentRequest, Period, PlaceOrder, PlaceTopUp, Purchase, QuotedPurchase,
    StartedCheckout, TopUpPolicy,
};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_invite::InviteService;
use ferroboard_kernel::{Cents, PaymentId, PlanId, Referral, TradeNo, UnixSeconds, UserId};
use ferroboard_realname::{Enforcement, RealNameError};

use crate::billing::on_sale::KnownPlans;
use crate::process::Core;
use crate::transaction::{look, transact};
use crate::{AccountView, Error, OrderView, RequestRoot, UnitOfWork, addresses, policies};

/// An order as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPurchase {
    /// What.
    pub plan_id: PlanId,
    /// For how long.
    pub period: Period,
    /// The code of a coupon.
    pub coupon: Option<CouponCode>,
}

impl NewPurchase {
    fn of(&self, referral: Option<Referral>, now: UnixSeconds) -> Purchase {
        Purchase {
            is_automatic: false,
            plan_id: self.plan_id,
            period: self.period,
            coupon: self.coupon.clone(),
            referral,
            now,
        }
    }
}

/// A checkout as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pay {
    /// Whose order.
    pub user: UserId,
    /// Which order.
    pub trade_no: TradeNo,
    /// With which method; not needed where there is nothing to pay.
    pub method: Option<PaymentId>,
    /// What the browser got from the gateway for a card.
    pub token: Option<String>,
    /// The panel's address as the request reached it.
    pub root: RequestRoot,
    /// Scheme and host of the page that the request says it was made from, where that may be believed.
    pub page_root: Option<String>,
}

/// How a checkout goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartedPayment {
    /// There was nothing to pay: the order is paid and opened.
    Free,
    /// The gateway says how to pay.
    AtGateway(Payment),
}

/// Orders, as their buyers use them.
pub struct Orders(pub(crate) Arc<Core>);

impl Orders {
    /// Places an order: takes the use of the coupon, the place of the plan and what the balance
    /// pays, or nothing at all. Of any number of orders that one user places at once one is placed.
    pub async fn place(
        &self,
        account: &AccountView,
        wanted: NewPurchase,
    ) -> Result<TradeNo, Error> {
        self.require_real_name(account).await?;
        transact!(self.0.ports.store, |tx| self
            .place_within(tx, account.id, &wanted)
            .await?)
    }

    /// Refuses who must say their real name before they order.
    pub(crate) async fn require_real_name(&self, account: &AccountView) -> Result<(), Error> {
        let covered = Enforcement::covers_orders;
        if self.0.demands_real_name_of(account, covered).await? {
            return Err(RealNameError::Required.into());
        }
        Ok(())
    }

    /// What the site says about top-ups.
    pub fn top_ups(&self) -> TopUpPolicy {
        policies::billing(&self.0.site.current(), self.0.options.zone).top_ups
    }

    /// Places an order for money on the balance. Of any number of orders that one user places at once one is
    /// placed.
    pub async fn place_top_up(
        &self,
        account: &AccountView,
        amount: Cents,
    ) -> Result<TradeNo, Error> {
        self.require_real_name(account).await?;
        transact!(self.0.ports.store, |tx| self
            .place_top_up_within(tx, account.id, amount)
            .await?)
    }

    async fn place_top_up_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        amount: Cents,
    ) -> Result<TradeNo, Error> {
        let core = &self.0;
        let now = core.ports.clock.now();
        let settings = core.site.current();
        let policy = policies::billing(&settings, core.options.zone);
        let buyer = OrderService.lock_buyer(tx, user).await?;
        let invite = policies::invite(&settings);
        let wanted = PlaceTopUp {
            amount,
            referral: InviteService.referral(tx, user, invite).await?,
            trade_no: TradeNo::draw(now, core.options.zone, core.ports.random.as_ref()),
            now,
        };
        OrderService
            .place_top_up(tx, &buyer, &wanted, &policy)
            .await?;
        tx.tell(order_placed(&wanted.trade_no, user, now));
        core.count_act(tx, Act::PlaceOrder, user).await?;
        Ok(wanted.trade_no)
    }

    /// What the order would cost if it were placed now, and what of it the balance would pay. Nothing changes;
    /// a code that no coupon has is counted, as trying one at [`Coupons::check`](crate::Coupons::check) is.
    ///
    /// It refuses what [`place`](Self::place) would refuse, but for a missing real name: prices are no secret.
    pub async fn quote(&self, user: UserId, wanted: NewPurchase) -> Result<QuotedPurchase, Error> {
        let tries_code = wanted.coupon.is_some();
        if tries_code {
            self.0.look_at_wrong_coupons(user).await?;
        }
        let quoted = look!(self.0.ports.store, |tx| self
            .quote_within(tx, user, &wanted)
            .await?);
        if tries_code && matches!(quoted, Err(Error::Billing(BillingError::CouponInvalid))) {
            self.0.count_wrong_coupon(user).await?;
        }
        quoted
    }

    async fn quote_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        wanted: &NewPurchase,
    ) -> Result<QuotedPurchase, Error> {
        let core = &self.0;
        let settings = core.site.current();
        let policy = policies::billing(&settings, core.options.zone);
        let invite = policies::invite(&settings);
        let referral = InviteService.referral(tx, user, invite).await?;
        let purchase = wanted.of(referral, core.ports.clock.now());
        Ok(OrderService.quote(tx, user, &purchase, &policy).await?)
    }

    async fn place_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        wanted: &NewPurchase,
    ) -> Result<TradeNo, Error> {
        let core = &self.0;
        let now = core.ports.clock.now();
        let settings = core.site.current();
        let policy = policies::billing(&settings, core.options.zone);
        // The buyer's row is locked first of all: inviter and order are decided behind it.
        let buyer = OrderService.lock_buyer(tx, user).await?;
        let invite = policies::invite(&settings);
        let referral = InviteService.referral(tx, user, invite).await?;
        let trade_no = TradeNo::draw(now, core.options.zone, core.ports.random.as_ref());
        let order = PlaceOrder {
            purchase: wanted.of(referral, now),
            trade_no: trade_no.clone(),
        };
        OrderService.place(tx, &buyer, &order, &policy).await?;
        tx.tell(order_placed(&trade_no, user, now));
        core.count_act(tx, Act::PlaceOrder, user).await?;
        Ok(trade_no)
    }

    async fn check_out_within(
        &self,
        tx: &mut dyn UnitOfWork,
        command: &Pay,
    ) -> Result<Checkout, Error> {
        let now = self.0.ports.clock.now();
        let (user, trade_no) = (command.user, &command.trade_no);
        let checkout = OrderService
            .check_out(tx, user, trade_no, command.method, now)
            .await?;
        match &checkout {
            Checkout::Free => self.0.issue_receipt(tx, trade_no, None).await?,
            Checkout::Start(started) => {
                if !self.0.may_use(&started.method) {
                    return Err(BillingError::PaymentMethodUnavailable.into());
                }
                self.0.count_act(tx, Act::CheckOut, user).await?;
                self.addresses(command, &started.method)?;
            }
        }
        Ok(checkout)
    }

    /// Starts the payment of an order. The gateway is asked after the transaction, and the order
    /// stays pending until the gateway's notice arrives, whatever it answers.
    pub async fn check_out(&self, command: Pay) -> Result<StartedPayment, Error> {
        let started = transact!(self.0.ports.store, |tx| self
            .check_out_within(tx, &command)
            .await?)?;
        match started {
            Checkout::Free => {
                self.0.open_order(&command.trade_no).await?;
                Ok(StartedPayment::Free)
            }
            Checkout::Start(checkout) => {
                let payment = self.ask_gateway(&command, *checkout).await?;
                Ok(StartedPayment::AtGateway(payment))
            }
        }
    }

    /// Where the gateway sends its notice, and then the customer.
    fn addresses(&self, command: &Pay, method: &PaymentMethod) -> Result<(String, String), Error> {
        let settings = self.0.site.current();
        let notify_url = addresses::payment_notice(&settings, &command.root, method)?;
        let page_root = command.page_root.as_deref();
        let (root, trade_no) = (&command.root, &command.trade_no);
        let return_url = addresses::order_page(&settings, root, page_root, method, trade_no)?;
        Ok((notify_url, return_url))
    }

    async fn ask_gateway(
        &self,
        command: &Pay,
        checkout: StartedCheckout,
    ) -> Result<Payment, Error> {
        let settings = self.0.site.current();
        let StartedCheckout {
            amount,
            method,
            gateway,
        } = checkout;
        let (notify_url, return_url) = self.addresses(command, &method)?;
        let request = PaymentRequest {
            trade_no: command.trade_no.clone(),
            amount,
            user_id: command.user,
            notify_url,
            return_url,
            token: command.token.clone(),
            site_name: settings.site.app_name.clone(),
            currency: settings.site.currency.clone(),
        };
        let asked = self.0.ports.gateways.gateway(gateway);
        match asked.pay(&method.config, &request).await {
            Ok(payment) => Ok(payment),
            Err(error) => {
                let trade_no = command.trade_no.as_str();
                tracing::warn!(trade_no, gateway = gateway.as_str(), %error, "no payment was started");
                Err(match error {
                    GatewayError::Unconfigured(_) => BillingError::PaymentMethodUnavailable.into(),
                    GatewayError::Refused(_) | GatewayError::Unreachable(_) => Error::GatewayFailed,
                })
            }
        }
    }

    /// Cancels an order that waits for payment; what it held comes back, once.
    pub async fn cancel(&self, user: UserId, trade_no: &TradeNo) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            OrderService.cancel(tx, user, trade_no, now).await?;
            let kind = EventKind::OrderCancelled;
            tx.tell(NewEvent::about_order(kind, trade_no, Some(user), None, now));
        })
    }

    /// Where the user's order stands.
    pub async fn status(&self, user: UserId, trade_no: &TradeNo) -> Result<OrderStatus, Error> {
        let found = self.0.ports.store.find_order_status(user, trade_no).await?;
        Ok(found.ok_or(BillingError::OrderMissing)?)
    }

    /// The user's order with its plan, its payment method and the orders it replaces.
    pub async fn detail(&self, user: UserId, trade_no: &TradeNo) -> Result<OrderView, Error> {
        let store = &self.0.ports.store;
        let found = store.find_order_view(user, trade_no).await?;
        let mut view = found.ok_or(BillingError::OrderMissing)?;
        if view.plan.is_none() && view.order.kind.is_for_plan() {
            return Err(BillingError::PlanMissing.into());
        }
        if let Some(ids) = view.order.surplus_orders.as_deref()
            && !ids.is_empty()
        {
            view.surplus = store.list_orders_by_id(ids).await?;
        }
        Ok(view)
    }

    /// The user's orders, newest first, with all plans that there are: as this process has left them, and as others
    /// had at most [`Options::plan_list_age`](crate::Options::plan_list_age) ago.
    pub async fn list(
        &self,
        user: UserId,
        status: Option<OrderStatus>,
    ) -> Result<(Vec<Order>, Arc<KnownPlans>), Error> {
        let (core, store) = (&self.0, &self.0.ports.store);
        let orders = store.list_orders_of(user, status).await?;
        let known = |age| {
            let read = || async {
                let plans = store.list_plans().await?.into_iter();
                Ok(plans.map(|plan| (plan.id, plan)).collect())
            };
            core.plans.get(age, || store.administered(), read)
        };
        let plans = known(core.options.plan_list_age).await?;
        if orders
            .iter()
            .all(|order| !order.kind.is_for_plan() || plans.contains_key(&order.plan_id))
        {
            return Ok((orders, plans));
        }
        // One was deleted, or made a moment ago by another process.
        Ok((orders, known(Duration::ZERO).await?))
    }

    /// The methods that orders can be paid with.
    pub async fn payment_methods(&self) -> Result<Vec<PaymentMethod>, Error> {
        Ok(self.0.ports.store.list_payment_methods().await?)
    }

    /// The key that browsers need for a Stripe method that is switched on.
    pub async fn stripe_public_key(&self, method: Option<PaymentId>) -> Result<String, Error> {
        let missing = || Error::from(BillingError::PaymentMethodUnavailable);
        let id = method.ok_or_else(missing)?;
        let found = self.0.ports.store.find_payment_method(id).await?;
        let stripe = found.filter(|method| method.enabled && method.gateway.starts_with("Stripe"));
        let key = stripe
            .as_ref()
            .and_then(|method| method.config.get("stripe_pk_live"));
        key.map(str::to_owned).ok_or_else(missing)
    }
}

/// What is told of an order that was just placed.
pub(crate) fn order_placed(trade_no: &TradeNo, user: UserId, now: UnixSeconds) -> NewEvent {
    NewEvent::about_order(EventKind::OrderPlaced, trade_no, Some(user), None, now)
}
