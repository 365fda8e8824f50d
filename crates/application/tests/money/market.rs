//! A panel with a shop, and everybody who does something to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ferroboard_application::{
    AdminRequest, Application, CaptchaAnswers, Error, HostStanding, Job, JobOutcome, NewPurchase,
    NoticeAnswer, Options, Pay, Ports, Register, RequestRoot, StartedPayment, Store, WantedRefund,
};
use ferroboard_auth::Password;
use ferroboard_auth::testing::a_client;
use ferroboard_billing::testing::{a_coupon, a_package, a_payment_method, a_plan};
use ferroboard_billing::{
    BillingError, BillingPolicy, Coupon, CouponCode, Order, OrderKind, OrderService, OrderStatus,
    PackageEnd, PaidNotice, PaymentMethod, Period, Plan, PriceList, RawNotice, ReceivedPayment,
    RefundDestination, TrafficService,
};
use ferroboard_kernel::{
    Cents, Clock as _, Email, LedgerEntry, LedgerKind, PackageId, PaymentId, PlanId, Seconds,
    TradeNo, UserId,
};
use ferroboard_nodes::Traffic;
use ferroboard_testing::Fakes;
use ferroboard_testing::contract::FreshStore;

use crate::books::Snapshot;
use crate::step::Step;

/// The coupon that there is, and how often it can be used.
pub(crate) const COUPON: &str = "FIFTH";
pub(crate) const COUPON_USES: i64 = 4;
/// How many of the last package there are.
pub(crate) const PACKAGES: i64 = 2;
/// What inviters earn, in percent: what a site has where nothing was set.
pub(crate) const RATE: i64 = 10;
const KEY: &str = "epay-secret-key";

pub(crate) struct Market {
    pub(crate) app: Application,
    pub(crate) fakes: Fakes,
    pub(crate) fresh: FreshStore,
    pub(crate) users: Vec<UserId>,
    /// Numbers of all orders, oldest first.
    pub(crate) orders: Vec<TradeNo>,
    /// What administrators gave: to the balance and to the commission balance.
    pub(crate) given: BTreeMap<UserId, (i64, i64)>,
    /// What was transferred from the commission balance.
    pub(crate) moved: BTreeMap<UserId, i64>,
    /// What top-ups give.
    pub(crate) topped_up: BTreeMap<TradeNo, i64>,
    /// The orders that somebody has paid, as far as the outside knows.
    pub(crate) paid_for: BTreeSet<TradeNo>,
    /// What was refunded of orders: in all, and what it moved on the balance.
    pub(crate) refunded: BTreeMap<TradeNo, (i64, i64)>,
    /// Whose subscription the last step shortened.
    pub(crate) shortened: Option<UserId>,
    /// Whose traffic the last step counted anew, or took back.
    pub(crate) lowered: Option<UserId>,
    /// The payments that gateways were told are received: method and number.
    claimed: BTreeSet<(i64, u8)>,
    pub(crate) last: Snapshot,
    causes: u64,
}

/// What the command gave, or `None` when it was refused. Anything else than a refusal is a failure.
fn unless_refused<T>(outcome: Result<T, Error>) -> Option<T> {
    match outcome {
        Ok(done) => Some(done),
        Err(Error::Auth(_) | Error::Billing(_) | Error::Invite(_)) => None,
        Err(failure) => panic!("{failure}"),
    }
}

impl Market {
    /// Opens a shop on an empty store, with a chain of four users, each invited by the one before:
    /// three plans, three traffic packages, a coupon, two payment methods, of which the
    /// second takes a fee, and commission on three levels, whose shares are too large together.
    pub(crate) async fn open(fresh: FreshStore) -> Self {
        let fakes = Fakes::default();
        let mut tx = fresh.begin().await;
        for (name, value) in [
            ("commission_distribution_enable", "1"),
            ("commission_distribution_l1", "50"),
            ("commission_distribution_l2", "30"),
            ("commission_distribution_l3", "40"),
            ("commission_first_time_enable", "0"),
            ("password_limit_enable", "0"),
            ("deposit_enable", "1"),
            ("deposit_bounus", r#"["20:3", "50:9.5", "70:1"]"#),
        ] {
            tx.update_setting(name, Some(value), fakes.clock.now())
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        let prices = r#"{"monthly": 9.9, "quarterly": 25, "half_yearly": 45.5, "yearly": 80,
                         "onetime": 60, "reset_traffic": 3}"#;
        for (id, capacity_limit) in [(1, None), (2, None), (3, Some(1))] {
            let prices = prices.replace("9.9", &format!("{id}9.9"));
            let prices = PriceList::from_json(Some(&prices));
            fresh
                .seed
                .insert_plan(&Plan {
                    prices,
                    capacity_limit,
                    ..a_plan(id)
                })
                .await;
        }
        let coupon = Coupon {
            limit_use: Some(COUPON_USES),
            ..a_coupon(1, COUPON)
        };
        fresh.seed.insert_coupon(&coupon).await;
        let mut tx = fresh.begin().await;
        for (id, until) in (1..).zip(PackageEnd::ALL) {
            let mut package = a_package(id);
            package.terms.until = until;
            package.terms.capacity = (id == 3).then_some(PACKAGES);
            tx.insert_package(&package).await.unwrap();
        }
        tx.commit().await.unwrap();
        let config = format!(r#"{{"key":"{KEY}","pid":"1001"}}"#);
        let charged = PaymentMethod {
            fee_fixed: Some(Cents::new(30)),
            ..a_payment_method(2)
        };
        for method in [a_payment_method(1), charged] {
            fresh.seed.insert_payment(&method, &config).await;
        }
        let ports = Ports {
            store: Arc::clone(&fresh.store),
            ..fakes.ports()
        };
        let app = Application::new(ports, Options::new("market".to_owned()))
            .await
            .unwrap();
        let mut market = Self {
            app,
            fakes,
            fresh,
            users: vec![],
            orders: vec![],
            given: BTreeMap::new(),
            moved: BTreeMap::new(),
            topped_up: BTreeMap::new(),
            paid_for: BTreeSet::new(),
            refunded: BTreeMap::new(),
            shortened: None,
            lowered: None,
            claimed: BTreeSet::new(),
            last: Snapshot::default(),
            causes: 0,
        };
        market.register(None).await;
        for inviter in 0..3 {
            market.register(Some(inviter)).await;
        }
        market
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.fresh.store.as_ref()
    }

    fn user(&self, number: usize) -> UserId {
        self.users[number % self.users.len()]
    }

    /// The order so many before the newest.
    fn order(&self, number: usize) -> Option<Order> {
        let place = number.checked_rem(self.orders.len())?;
        let trade_no = self.orders.iter().rev().nth(place)?;
        let own = |order: &&Order| order.trade_no == *trade_no;
        self.last.orders.values().find(own).cloned()
    }

    fn cause(&mut self) -> String {
        self.causes += 1;
        format!("cause-{}", self.causes)
    }

    /// Does it, and forgets what was refused.
    pub(crate) async fn act(&mut self, step: &Step) {
        match step {
            Step::Register { inviter } => self.register(*inviter).await,
            Step::Give { user, cents } => self.give(self.user(*user), *cents, false).await,
            Step::GiveCommission { user, cents } => self.give(self.user(*user), *cents, true).await,
            Step::Transfer { user, cents } => {
                let user = self.user(*user);
                let moved = self
                    .app
                    .commissions
                    .transfer(user, Cents::new(*cents))
                    .await;
                if unless_refused(moved).is_some() {
                    *self.moved.entry(user).or_default() += cents;
                }
            }
            Step::Place {
                user,
                plan,
                period,
                with_coupon,
            } => {
                self.place(self.user(*user), *plan, *period, *with_coupon)
                    .await;
            }
            Step::BuyPackage { user, package } => {
                self.buy_package(self.user(*user), *package).await;
            }
            Step::Use { user, megabytes } => self.carry(self.user(*user), *megabytes).await,
            Step::Reset { user } => self.reset(self.user(*user)).await,
            Step::TopUp { user, cents } => self.top_up(self.user(*user), *cents).await,
            Step::CheckOut { order, method } => {
                if let Some(order) = self.order(*order) {
                    self.check_out(&order, *method).await;
                }
            }
            Step::Cancel { order } => {
                if let Some(order) = self.order(*order) {
                    let cancelled = self.app.orders.cancel(order.user_id, &order.trade_no).await;
                    let is_pending = order.status == OrderStatus::Pending;
                    assert_eq!(unless_refused(cancelled).is_some(), is_pending);
                }
            }
            Step::Meddle { order, user } => {
                if let Some(order) = self.order(*order) {
                    self.meddle(&order, self.user(*user)).await;
                }
            }
            Step::Notice {
                order,
                method,
                number,
                short,
            } => {
                if let Some(order) = self.order(*order) {
                    self.notify(&order, *method, *number, *short).await;
                }
            }
            Step::NoticeCutOff {
                order,
                method,
                number,
            } => {
                if let Some(order) = self.order(*order) {
                    self.receive(&order, *method, *number).await;
                }
            }
            Step::PaySilently { order, number } => {
                if let Some(order) = self.order(*order) {
                    self.fakes.gateways.settle(&paid(&order, *number));
                    self.paid_for.insert(order.trade_no);
                }
            }
            Step::Refund {
                order,
                percent,
                to,
                takes_back,
            } => {
                if let Some(order) = self.order(*order) {
                    self.refund(&order, *percent, *to, *takes_back).await;
                }
            }
            Step::Wait { hours } => self.fakes.clock.advance(Seconds::hours(*hours)),
            Step::Run(job) => self.run(*job).await,
        }
    }

    /// Whatever is refunded: no more than was paid for the order.
    async fn refund(
        &mut self,
        order: &Order,
        percent: i64,
        to: RefundDestination,
        takes_back: bool,
    ) {
        let part = |amount: Option<Cents>| amount.unwrap_or_default().get();
        let carried = part(order.surplus) - part(order.refund);
        let paid = order.total.get() + part(order.balance_used) + carried;
        let amount = paid * percent / 100;
        let wanted = WantedRefund {
            trade_no: order.trade_no.clone(),
            amount: Cents::new(amount),
            to,
            reason: "chance".to_owned(),
            takes_back,
        };
        let request = AdminRequest {
            admin: self.user(0),
            method: "POST",
            path: "/api/v2/office/order/refund".to_owned(),
            route: "order/refund".to_owned(),
            query: String::new(),
            fields: serde_json::Map::new(),
            address: None,
        };
        let change = self.app.administration.audit.record(request).await.unwrap();
        let refunded = self
            .app
            .administration
            .refunds
            .request(wanted, change)
            .await;
        if unless_refused(refunded).is_none() {
            return;
        }
        assert_ne!(
            to,
            RefundDestination::Gateway,
            "these gateways give nothing back"
        );
        assert_eq!(order.status, OrderStatus::Completed);
        let of_order = self.refunded.entry(order.trade_no.clone()).or_default();
        of_order.0 += amount;
        assert!(of_order.0 <= paid, "{} of {paid} are refunded", of_order.0);
        if order.kind == OrderKind::TopUp {
            assert_ne!(to, RefundDestination::Balance, "it is there already");
            let bonus = self.topped_up[&order.trade_no] - paid;
            of_order.1 = bonus * (paid - of_order.0) / paid - bonus - of_order.0;
        } else if to == RefundDestination::Balance {
            of_order.1 += amount;
        }
        if takes_back && order.kind.is_for_plan() {
            self.shortened = Some(order.user_id);
        } else if takes_back {
            self.lowered = Some(order.user_id);
        }
    }

    async fn register(&mut self, inviter: Option<usize>) {
        if self.users.len() == 8 {
            return;
        }
        let number = self.users.len();
        let code = format!("CODE{number:04}");
        if let Some(inviter) = inviter {
            self.fresh
                .seed
                .insert_invite_code(self.user(inviter), &code)
                .await;
        }
        let email = Email::parse(&format!("user{number}@demo.test")).unwrap();
        let registered = self.app.registration.register(Register {
            email: email.clone(),
            password: Password::parse("correct-horse").unwrap(),
            invite_code: inviter.map(|_| code),
            email_code: None,
            captcha: CaptchaAnswers::default(),
            client: a_client(),
        });
        registered.await.unwrap();
        let account = self.store().find_login(&email).await.unwrap().unwrap();
        self.users.push(account.id);
    }

    async fn give(&mut self, user: UserId, cents: i64, commission: bool) {
        let entry = LedgerEntry {
            user,
            amount: Cents::new(cents),
            kind: LedgerKind::Admin,
            reference: self.cause(),
            at: self.fakes.clock.now(),
        };
        let mut tx = self.fresh.begin().await;
        let given = self.given.entry(user).or_default();
        if commission {
            assert!(tx.move_commission_balance(&entry).await.unwrap());
            given.1 += cents;
        } else {
            assert!(tx.move_balance(&entry).await.unwrap());
            given.0 += cents;
        }
        tx.commit().await.unwrap();
    }

    async fn place(&mut self, user: UserId, plan: i64, period: Period, with_coupon: bool) {
        let coupon = with_coupon.then(|| CouponCode::parse(COUPON).unwrap());
        let account = self.store().find_account_view(user).await;
        let account = account.unwrap().unwrap();
        let wanted = NewPurchase {
            plan_id: PlanId::new(plan),
            period,
            coupon,
        };
        let placed = self.app.orders.place(&account, wanted).await;
        self.note_placed(user, placed);
    }

    async fn buy_package(&mut self, user: UserId, package: i64) {
        let account = self.store().find_account_view(user).await;
        let account = account.unwrap().unwrap();
        let package = PackageId::new(package);
        let placed = self.app.packages.place(&account, package).await;
        self.note_placed(user, placed);
    }

    /// What nodes report of a user.
    async fn carry(&mut self, user: UserId, megabytes: i64) {
        let mut tx = self.fresh.begin().await;
        let upload = megabytes << 20;
        let traffic = Traffic {
            upload,
            download: 0,
        };
        let now = self.fakes.clock.now();
        let charged = tx.update_user_traffic(&[(user, traffic)], now).await;
        charged.unwrap();
        tx.commit().await.unwrap();
    }

    async fn reset(&mut self, user: UserId) {
        let mut tx = self.fresh.begin().await;
        let (policy, now) = (BillingPolicy::default(), self.fakes.clock.now());
        let reset = TrafficService
            .reset_by_hand(tx.as_mut(), user, &policy, now)
            .await;
        match reset {
            Ok(_) => {
                tx.commit().await.unwrap();
                self.lowered = Some(user);
            }
            Err(BillingError::TrafficResetRefused) => tx.rollback().await.unwrap(),
            Err(failure) => panic!("{failure}"),
        }
    }

    async fn top_up(&mut self, user: UserId, cents: i64) {
        let account = self.store().find_account_view(user).await;
        let account = account.unwrap().unwrap();
        let amount = Cents::new(cents);
        let placed = self.app.orders.place_top_up(&account, amount).await;
        let placed = self.note_placed(user, placed);
        if let Some(trade_no) = placed {
            let bonus = match cents {
                2_000..5_000 => 300,
                5_000.. => 950,
                _ => 0,
            };
            self.topped_up.insert(trade_no, cents + bonus);
        }
    }

    /// Remembers what was placed, which nothing was for whoever has an unfinished order.
    fn note_placed(&mut self, user: UserId, placed: Result<TradeNo, Error>) -> Option<TradeNo> {
        let mut own = self
            .last
            .orders
            .values()
            .filter(|order| order.user_id == user);
        let is_busy = own.any(|order| order.status.is_unfinished());
        let refused_as_busy = Err(Error::Billing(BillingError::OrderUnfinished));
        assert_eq!(is_busy, placed == refused_as_busy, "{placed:?}");
        let placed = unless_refused(placed)?;
        self.orders.push(placed.clone());
        Some(placed)
    }

    async fn check_out(&mut self, order: &Order, method: i64) {
        let started = self
            .app
            .orders
            .check_out(pay(order.user_id, order, method))
            .await;
        let is_pending = order.status == OrderStatus::Pending;
        let started = unless_refused(started);
        assert_eq!(started.is_some(), is_pending);
        if started == Some(StartedPayment::Free) {
            assert_eq!(order.total, Cents::ZERO);
            self.paid_for.insert(order.trade_no.clone());
        }
    }

    async fn meddle(&self, order: &Order, user: UserId) {
        if user == order.user_id {
            return;
        }
        let cancelled = self.app.orders.cancel(user, &order.trade_no).await;
        assert_eq!(unless_refused(cancelled), None);
        let started = self.app.orders.check_out(pay(user, order, 1)).await;
        assert_eq!(unless_refused(started), None);
    }

    async fn notify(&mut self, order: &Order, method: i64, number: u8, short: bool) {
        let paid = paid(order, number);
        let full = paid.amount.unwrap_or_default().get();
        let amount = if short { full - 1 } else { full };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let raw = RawNotice {
            method: "GET".to_owned(),
            fields: vec![
                pair("sign", KEY),
                pair("trade_no", order.trade_no.as_str()),
                pair("callback_no", &paid.callback_no),
                pair("amount", &amount.to_string()),
            ],
            ..RawNotice::default()
        };
        let uuid = a_payment_method(method).uuid;
        let answer = self
            .app
            .payments
            .notice("EPay", &uuid, raw, "192.0.2.1")
            .await;
        assert!(
            !matches!(answer, NoticeAnswer::Again | NoticeAnswer::Unknown),
            "{answer:?}"
        );
        if !short {
            self.paid_for.insert(order.trade_no.clone());
        }
        if matches!(answer, NoticeAnswer::Accepted(_)) {
            let stands = self
                .app
                .orders
                .status(order.user_id, &order.trade_no)
                .await
                .unwrap();
            // A second payment of an order waits for review, also while the first one has not
            // opened it yet.
            let is_second = order.status == OrderStatus::Processing
                && order.callback_no.as_ref() != Some(&paid.callback_no);
            assert!(
                is_second || !stands.is_unfinished(),
                "acknowledged, and the order stands at {stands:?}"
            );
            self.claim(order, method, number);
        }
    }

    /// Notes an acknowledged payment: one that settled its order must have a number of its own.
    fn claim(&mut self, order: &Order, method: i64, number: u8) {
        let was_unsettled = match order.status {
            OrderStatus::Pending => true,
            OrderStatus::Cancelled => order.paid_at.is_none(),
            _ => false,
        };
        if was_unsettled {
            let is_new = self.claimed.insert((method, number));
            assert!(is_new, "one payment settled two orders");
        } else if order.callback_no.as_deref() != Some(&format!("P{number}")) {
            self.claimed.insert((method, number));
        }
    }

    async fn receive(&mut self, order: &Order, method: i64, number: u8) {
        let received = ReceivedPayment {
            payment: PaymentId::new(method),
            notice: None,
            paid: &paid(order, number),
            now: self.fakes.clock.now(),
        };
        let mut tx = self.fresh.begin().await;
        let policy = BillingPolicy::default();
        let received = OrderService.receive_payment(tx.as_mut(), received, &policy);
        let receipt = received.await.unwrap().receipt;
        tx.commit().await.unwrap();
        if receipt.is_acknowledged() {
            self.claim(order, method, number);
        }
        self.paid_for.insert(order.trade_no.clone());
    }

    async fn run(&self, job: Job) {
        let ran = self.app.jobs.run(job).await.unwrap();
        assert!(matches!(ran, JobOutcome::Done(_)), "{ran:?}");
        if job == Job::CheckOrder {
            let snapshot = self.snapshot().await;
            let lifetime = BillingPolicy::ORDER_LIFETIME;
            for order in snapshot.orders.values() {
                let is_old = order.created_at.plus(lifetime) <= self.fakes.clock.now();
                assert_ne!(order.status, OrderStatus::Processing, "{order:?}");
                assert!(order.status != OrderStatus::Pending || !is_old, "{order:?}");
            }
        }
    }
}

fn pay(user: UserId, order: &Order, method: i64) -> Pay {
    Pay {
        user,
        trade_no: order.trade_no.clone(),
        method: Some(PaymentId::new(method)),
        token: None,
        root: RequestRoot::new("https://panel.test".to_owned(), HostStanding::Allowed),
        page_root: None,
    }
}

/// The payment of everything that the order asks for, under one of a few numbers of the gateway's.
fn paid(order: &Order, number: u8) -> PaidNotice {
    let asked = order.total.checked_add(order.handling.unwrap_or_default());
    PaidNotice {
        trade_no: order.trade_no.clone(),
        callback_no: format!("P{number}"),
        amount: Some(asked.unwrap()),
        currency: None,
        reply: "success".to_owned(),
    }
}
