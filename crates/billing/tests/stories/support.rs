use std::collections::{BTreeMap, BTreeSet};

use ferroboard_billing::testing::{
    BillingRow, HasBilling, MemoryBilling, a_payment_method, a_plan, a_subscription,
};
use ferroboard_billing::{
    BillingError, BillingPolicy, Checkout, CouponCode, Opened, Order, OrderService, PaidNotice,
    Period, PlaceOrder, Plan, PriceList, Purchase, QuotedPurchase, Receipt, ReceivedPayment,
};
use ferroboard_kernel::{
    Cents, OrderId, PaymentId, PlanId, StoreError, TradeNo, UnixSeconds, UserId,
};

/// 2026-04-16 00:00 UTC, halfway through a month of 30 days.
pub(crate) const NOW: UnixSeconds = UnixSeconds::new(1_776_297_600);
/// 2026-04-01 00:00 UTC.
pub(crate) const APRIL: UnixSeconds = UnixSeconds::new(1_775_001_600);
pub(crate) const BOB: UserId = UserId::new(7);
pub(crate) const EVE: UserId = UserId::new(8);

/// One panel: its tables, its settings, and how many orders were placed.
pub(crate) struct Shop {
    pub(crate) tables: MemoryBilling,
    pub(crate) policy: BillingPolicy,
    pub(crate) now: UnixSeconds,
    pub(crate) banned: BTreeSet<UserId>,
    placed: i64,
    buyers: BTreeMap<TradeNo, UserId>,
}

impl HasBilling for Shop {
    fn billing(&mut self) -> Result<&mut MemoryBilling, StoreError> {
        Ok(&mut self.tables)
    }

    fn billed_user(&mut self, user: UserId) -> Result<Option<&mut BillingRow>, StoreError> {
        Ok(self.tables.users.get_mut(&user))
    }

    fn billed_users(&mut self) -> Result<Vec<(UserId, &BillingRow)>, StoreError> {
        let rows = self.tables.users.iter();
        Ok(rows.map(|(user, row)| (*user, row)).collect())
    }

    fn is_banned(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.banned.contains(&user))
    }

    fn address_of(&mut self, user: UserId) -> Result<Option<String>, StoreError> {
        let row = self.tables.users.get(&user);
        Ok(row.map(|_| format!("{user}@example.test")))
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        error
    }
}

impl Shop {
    /// Two customers without money, plan 1 (month 9.90) and a bigger plan 8 (month 10, year 480,
    /// one-time 600, reset 15), one payment method.
    pub(crate) fn open() -> Self {
        let mut tables = MemoryBilling::default();
        for user in [BOB, EVE] {
            tables.users.insert(user, BillingRow::default());
        }
        let bigger = Plan {
            prices: PriceList::from_json(Some(
                r#"{"monthly":10,"yearly":480,"onetime":600,"reset_traffic":15}"#,
            )),
            traffic: ferroboard_billing::Gigabytes::new(1_000),
            speed_limit: Some(500),
            device_limit: Some(3),
            ..a_plan(8)
        };
        for plan in [a_plan(1), bigger] {
            tables.plans.insert(plan.id, plan);
        }
        let method = a_payment_method(1);
        tables.payments.insert(method.id, method);
        Self {
            tables,
            policy: BillingPolicy::default(),
            now: NOW,
            banned: BTreeSet::new(),
            placed: 0,
            buyers: BTreeMap::new(),
        }
    }

    pub(crate) fn user(&mut self, user: UserId) -> &mut BillingRow {
        self.tables.users.get_mut(&user).unwrap()
    }

    pub(crate) fn balance(&self, user: UserId) -> i64 {
        self.tables.users[&user].balance.get()
    }

    pub(crate) fn plan(&mut self, plan: i64) -> &mut Plan {
        self.tables.plans.get_mut(&PlanId::new(plan)).unwrap()
    }

    pub(crate) fn order(&self, trade_no: &TradeNo) -> &Order {
        self.tables.order(trade_no).unwrap()
    }

    /// Gives the user plan 1 until `end`, paid with an order on April 1.
    pub(crate) fn subscribe(&mut self, user: UserId, end: UnixSeconds, paid: i64) -> OrderId {
        let row = self.user(user);
        row.subscribe(&a_subscription(end));
        row.download = 1_000;
        let id = self.tables.orders.len() + 1;
        let id = i64::try_from(id).unwrap();
        let order =
            ferroboard_billing::testing::a_completed_order(id, user, Period::Monthly, paid, APRIL);
        self.tables.orders.insert(order.id, order);
        OrderId::new(id)
    }

    pub(crate) fn wanted(&mut self, user: UserId, plan: i64, period: Period) -> PlaceOrder {
        self.placed += 1;
        let trade_no = TradeNo::stored(format!("T{}", self.placed));
        self.buyers.insert(trade_no.clone(), user);
        let purchase = Purchase {
            is_automatic: false,
            plan_id: PlanId::new(plan),
            period,
            coupon: None,
            referral: None,
            now: self.now,
        };
        PlaceOrder { purchase, trade_no }
    }

    /// What a purchase would cost, by which nothing changes.
    pub(crate) async fn quote(
        &mut self,
        user: UserId,
        wanted: &Purchase,
    ) -> Result<QuotedPurchase, BillingError> {
        let policy = self.policy.clone();
        let before = format!("{:?}", self.tables);
        let quoted = OrderService.quote(self, user, wanted, &policy).await;
        assert_eq!(format!("{:?}", self.tables), before);
        quoted
    }

    pub(crate) async fn place(&mut self, wanted: &PlaceOrder) -> Result<TradeNo, BillingError> {
        let policy = self.policy.clone();
        // A refused order is rolled back.
        let before = self.tables.clone();
        let user = self.buyers[&wanted.trade_no];
        let quoted = self.quote(user, &wanted.purchase).await;
        let placed = match OrderService.lock_buyer(self, user).await {
            Ok(buyer) => OrderService.place(self, &buyer, wanted, &policy).await,
            Err(refusal) => Err(refusal),
        };
        if placed.is_err() {
            self.tables = before;
        }
        match (quoted, &placed) {
            (Err(refusal), placed) => assert_eq!(*placed, Err(refusal)),
            (Ok(quoted), Ok(_)) => {
                let (order, quote) = (self.order(&wanted.trade_no), quoted.quote);
                assert_eq!(
                    (order.total, order.discount, order.balance_used),
                    (quote.total, quote.discount, quote.balance_used)
                );
                assert_eq!((order.surplus, order.refund), (quote.surplus, quote.refund));
            }
            // Somebody was first.
            (Ok(_), Err(_)) => {}
        }
        placed.map(|_| wanted.trade_no.clone())
    }

    pub(crate) async fn buy(&mut self, user: UserId, plan: i64, period: Period) -> TradeNo {
        let wanted = self.wanted(user, plan, period);
        self.place(&wanted).await.unwrap()
    }

    pub(crate) async fn buy_with(
        &mut self,
        user: UserId,
        code: &str,
    ) -> Result<TradeNo, BillingError> {
        let mut wanted = self.wanted(user, 1, Period::Monthly);
        wanted.purchase.coupon = CouponCode::parse(code);
        self.place(&wanted).await
    }

    pub(crate) async fn check_out(
        &mut self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<Checkout, BillingError> {
        let (now, method) = (self.now, Some(PaymentId::new(1)));
        OrderService
            .check_out(self, user, trade_no, method, now)
            .await
    }

    pub(crate) async fn receive(&mut self, payment: i64, paid: &PaidNotice) -> Receipt {
        let policy = self.policy.clone();
        let received = ReceivedPayment {
            payment: PaymentId::new(payment),
            notice: None,
            paid,
            now: self.now,
        };
        OrderService
            .receive_payment(self, received, &policy)
            .await
            .unwrap()
            .receipt
    }

    pub(crate) async fn open_order(&mut self, trade_no: &TradeNo) -> Result<Opened, BillingError> {
        let (policy, now) = (self.policy.clone(), self.now);
        let before = self.tables.clone();
        let opened = OrderService.open(self, trade_no, &policy, now).await;
        if opened.is_err() {
            self.tables = before;
        }
        opened
    }

    pub(crate) async fn cancel(
        &mut self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<(), BillingError> {
        let now = self.now;
        OrderService.cancel(self, user, trade_no, now).await
    }

    /// Money that came from nowhere in these stories has an entry all the same.
    pub(crate) fn give(&mut self, user: UserId, amount: i64) {
        self.user(user).balance = Cents::new(amount);
        let at = self.now;
        self.tables.ledger.push(ferroboard_kernel::LedgerEntry {
            user,
            amount: Cents::new(amount),
            kind: ferroboard_kernel::LedgerKind::Opening,
            reference: String::new(),
            at,
        });
    }

    /// What must hold after every step.
    pub(crate) fn audit(&self) {
        for (user, row) in &self.tables.users {
            assert!(row.balance >= Cents::ZERO);
            assert_eq!(row.balance, self.tables.recorded_balance(*user), "{user}");
            let own = self
                .tables
                .orders
                .values()
                .filter(|order| order.user_id == *user);
            let unfinished: Vec<_> = own.filter(|order| order.status.is_unfinished()).collect();
            assert!(unfinished.len() <= 1, "{unfinished:?}");
            let open = self.tables.open_orders.get(user);
            assert_eq!(open, unfinished.first().map(|order| &order.trade_no));
        }
    }
}

pub(crate) fn paid(trade_no: &TradeNo, number: &str, amount: i64) -> PaidNotice {
    PaidNotice {
        trade_no: trade_no.clone(),
        callback_no: number.to_owned(),
        amount: Some(Cents::new(amount)),
        currency: None,
        reply: "success".to_owned(),
    }
}
