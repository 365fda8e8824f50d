//! The panel, and what is done to it.

use std::collections::BTreeMap;

use ferroboard_application::{
    AccountQueries as _, Error, HostStanding, Job, JobOutcome, NewPurchase, NoticeAnswer, Pay,
    RequestRoot, StartedPayment, UnitOfWork,
};
use ferroboard_billing::testing::{a_payment_method, a_plan};
use ferroboard_billing::{
    BillingPolicy, Gift, Gigabytes, Order, OrderKind, OrderStatus, Period, Plan, PriceList,
    RawNotice, ResetMethod, ResetSource, SubscriptionService,
};
use ferroboard_invite::CommissionService;
use ferroboard_kernel::{
    Cents, Clock as _, LedgerEntry, LedgerKind, PaymentId, PlanId, Seconds, TradeNo, UserId,
};
use ferroboard_testing::Panel;
use proptest::prelude::*;

use crate::account::{Account, EXACT, price};

const GB: i64 = 1_073_741_824;

/// The settings that change what things are worth.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    flags: [bool; 9],
    reset_method: u8,
    rate: i64,
}

const FLAGS: [&str; 9] = [
    "plan_change_enable",
    "surplus_enable",
    "commission_first_time_enable",
    "commission_distribution_enable",
    "commission_auto_check_enable",
    "withdraw_close_enable",
    "change_order_event_id",
    "renew_order_event_id",
    "new_order_event_id",
];

impl Rules {
    fn has(&self, name: &str) -> bool {
        let place = FLAGS.iter().position(|flag| *flag == name).unwrap();
        self.flags[place]
    }
}

/// Changes of plan and surplus are on more often than not: there is more to be had.
pub(crate) fn rules() -> impl Strategy<Value = Rules> {
    let flags = (
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.9),
        any::<[bool; 7]>(),
    );
    let rate = prop::sample::select(vec![10_i64, 30, 100]);
    (flags, 0_u8..5, rate).prop_map(|((change, surplus, others), reset_method, rate)| {
        let mut flags = [
            change, surplus, false, false, false, false, false, false, false,
        ];
        flags[2..].copy_from_slice(&others);
        Rules {
            flags,
            reset_method,
            rate,
        }
    })
}

/// One thing that is done. Everybody is the same person; each was invited by the one before.
#[derive(Debug, Clone)]
pub(crate) enum Play {
    /// A plan is bought and what the balance does not cover is paid; of the traffic that is left, so
    /// many percent are used in between.
    Buy {
        user: usize,
        plan: i64,
        period: Period,
        meanwhile: i64,
    },
    /// An order is placed and cancelled.
    Cancel { user: usize, plan: i64 },
    /// So many percent of the traffic that is left are used.
    Use { user: usize, percent: i64 },
    /// A card is redeemed.
    Redeem { user: usize, gift: Gift },
    /// An operator tops up.
    TopUp { user: usize, cents: i64 },
    /// So many percent of the commission become balance.
    Transfer { user: usize, percent: i64 },
    /// The commission is paid out.
    Withdraw { user: usize },
    /// Time passes, and the jobs run.
    Wait { hours: i64 },
}

pub(crate) fn play() -> impl Strategy<Value = Play> {
    let user = || prop_oneof![1 => Just(0_usize), 1 => Just(1), 1 => Just(2), 4 => Just(3)];
    let period = prop::sample::select(vec![
        Period::Monthly,
        Period::Quarterly,
        Period::Yearly,
        Period::OneTime,
        Period::OneTime,
        Period::ResetTraffic,
        Period::ResetTraffic,
    ]);
    let meanwhile = prop_oneof![3 => Just(0_i64), 1 => Just(100), 1 => 1_i64..100];
    let gift = prop_oneof![
        2 => Just(Gift { resets_traffic: true, ..Gift::default() }),
        1 => (1_i64..500).prop_map(|gb| Gift { traffic: gb * GB, ..Gift::default() }),
        1 => (1_i64..60).prop_map(|days| Gift { days, ..Gift::default() }),
        1 => (1_i64..4, 0_i64..40, any::<bool>()).prop_map(|(plan, days, resets_traffic)| Gift {
            plan: Some((PlanId::new(plan), days)),
            resets_traffic,
            ..Gift::default()
        }),
    ];
    prop_oneof![
        9 => (user(), 1_i64..4, period, meanwhile)
            .prop_map(|(user, plan, period, meanwhile)| Play::Buy { user, plan, period, meanwhile }),
        1 => (user(), 1_i64..4).prop_map(|(user, plan)| Play::Cancel { user, plan }),
        5 => (user(), prop_oneof![Just(100_i64), 1_i64..100])
            .prop_map(|(user, percent)| Play::Use { user, percent }),
        2 => (user(), gift).prop_map(|(user, gift)| Play::Redeem { user, gift }),
        1 => (user(), 1_i64..90_000).prop_map(|(user, cents)| Play::TopUp { user, cents }),
        2 => (user(), prop_oneof![Just(100_i64), 1_i64..100])
            .prop_map(|(user, percent)| Play::Transfer { user, percent }),
        1 => user().prop_map(|user| Play::Withdraw { user }),
        5 => prop_oneof![3 => Just(73_i64), 1 => 1_i64..24, 1 => 200_i64..3_000]
            .prop_map(|hours| Play::Wait { hours }),
    ]
}

pub(crate) struct Game {
    panel: Panel,
    rules: Rules,
    users: Vec<UserId>,
    accounts: BTreeMap<UserId, Account>,
    /// What came in from outside, for orders that earn commission and for others.
    earning_money: i128,
    money: i128,
    /// What operators gave.
    given: i128,
    withdrawn: i128,
    /// How much of the money that came in became credit again; exact.
    credited: i128,
    /// How often something may have been rounded.
    roundings: i128,
    changes: i128,
    number: u32,
}

fn cents(amount: Option<Cents>) -> i128 {
    i128::from(amount.unwrap_or_default().get())
}

/// What the command gave, or `None` when it was refused. Anything else than a refusal is a failure.
fn unless_refused<T>(outcome: Result<T, Error>) -> Option<T> {
    match outcome {
        Ok(done) => Some(done),
        Err(Error::Billing(_) | Error::Invite(_)) => None,
        Err(failure) => panic!("{failure}"),
    }
}

impl Game {
    /// A shop with a dear plan of much traffic, a cheap one of little and one between, and four users,
    /// each invited by the one before.
    pub(crate) async fn open(rules: Rules) -> Self {
        let flags = FLAGS.iter().zip(rules.flags);
        let flags = flags.map(|(name, on)| ((*name).to_owned(), u8::from(on).to_string()));
        let mut settings: Vec<(String, String)> = flags.collect();
        for (name, value) in [
            ("commission_distribution_l1", "50".to_owned()),
            ("commission_distribution_l2", "30".to_owned()),
            ("commission_distribution_l3", "20".to_owned()),
            ("password_limit_enable", "0".to_owned()),
            ("reset_traffic_method", rules.reset_method.to_string()),
            ("invite_commission", rules.rate.to_string()),
        ] {
            settings.push((name.to_owned(), value));
        }
        let settings: Vec<(&str, &str)> = settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let panel = Panel::with_settings(&settings).await;
        let mut users: Vec<UserId> = Vec::new();
        for number in 0..4 {
            let email = format!("user{number}@demo.test");
            panel.register(&email).await.unwrap();
            let found = panel.fakes.store.read(|tables| {
                let accounts = tables.users.keys();
                accounts.copied().find(|id| !users.contains(id)).unwrap()
            });
            users.push(found);
        }
        panel.fakes.store.write(|tables| {
            for (id, gigabytes, prices) in [
                (1, 1_000, r#"{"monthly":60,"quarterly":170,"yearly":480,"onetime":600,"reset_traffic":15}"#),
                (2, 10, r#"{"monthly":1,"quarterly":2.5,"yearly":9,"onetime":10,"reset_traffic":0.2}"#),
                (3, 100, r#"{"monthly":9.9,"quarterly":25,"yearly":80,"onetime":60,"reset_traffic":3}"#),
            ] {
                let plan = Plan {
                    prices: PriceList::from_json(Some(prices)),
                    traffic: Gigabytes::new(gigabytes),
                    ..a_plan(id)
                };
                tables.billing.plans.insert(plan.id, plan);
            }
            tables.billing.payments.insert(PaymentId::new(1), a_payment_method(1));
            for pair in users.windows(2) {
                tables.user(pair[1]).invite.inviter = Some(pair[0]);
            }
        });
        let accounts = users.iter().map(|user| (*user, Account::default()));
        Self {
            accounts: accounts.collect(),
            panel,
            rules,
            users,
            earning_money: 0,
            money: 0,
            given: 0,
            withdrawn: 0,
            credited: 0,
            roundings: 0,
            changes: 0,
            number: 0,
        }
    }

    pub(crate) async fn act(&mut self, play: &Play) {
        match play {
            Play::Buy {
                user,
                plan,
                period,
                meanwhile,
            } => {
                self.buy(self.users[*user], *plan, *period, *meanwhile)
                    .await;
            }
            Play::Cancel { user, plan } => {
                let user = self.users[*user];
                if let Some(number) = self.place(user, *plan, Period::Monthly).await {
                    self.panel.app.orders.cancel(user, &number).await.unwrap();
                }
            }
            Play::Use { user, percent } => self.use_traffic(self.users[*user], *percent),
            Play::Redeem { user, gift } => self.redeem(self.users[*user], *gift).await,
            Play::TopUp { user, cents } => {
                let entry = self.entry(self.users[*user], *cents);
                let mut tx = self.begin().await;
                assert!(tx.move_balance(&entry).await.unwrap());
                tx.commit().await.unwrap();
                self.given += i128::from(*cents);
            }
            Play::Transfer { user, percent } => {
                let user = self.users[*user];
                let amount = Cents::new(self.commission_of(user) * percent / 100);
                let moved = self.panel.app.commissions.transfer(user, amount).await;
                unless_refused(moved);
            }
            Play::Withdraw { user } => self.withdraw(self.users[*user]).await,
            Play::Wait { hours } => self.wait(*hours).await,
        }
    }

    async fn begin(&self) -> Box<dyn UnitOfWork> {
        self.panel.fakes.ports().store.begin().await.unwrap()
    }

    fn entry(&mut self, user: UserId, amount: i64) -> LedgerEntry {
        self.number += 1;
        LedgerEntry {
            user,
            amount: Cents::new(amount),
            kind: LedgerKind::Admin,
            reference: format!("cause-{}", self.number),
            at: self.panel.fakes.clock.now(),
        }
    }

    fn commission_of(&self, user: UserId) -> i64 {
        self.panel.fakes.store.read(|tables| {
            let row = tables.users.get(&user);
            row.map_or(0, |row| row.invite.commission_balance.get())
        })
    }

    fn order(&self, number: &TradeNo) -> Order {
        let store = &self.panel.fakes.store;
        store.read(|tables| tables.billing.order(number).unwrap().clone())
    }

    async fn place(&self, user: UserId, plan: i64, period: Period) -> Option<TradeNo> {
        let store = &self.panel.fakes.store;
        let account = store.find_account_view(user).await.unwrap().unwrap();
        let wanted = NewPurchase {
            plan_id: PlanId::new(plan),
            period,
            coupon: None,
        };
        unless_refused(self.panel.app.orders.place(&account, wanted).await)
    }

    async fn buy(&mut self, user: UserId, plan: i64, period: Period, meanwhile: i64) {
        let Some(number) = self.place(user, plan, period).await else {
            return;
        };
        self.use_traffic(user, meanwhile);
        let now = self.panel.fakes.clock.now();
        let placed = self.order(&number);
        let held = self.accounts[&user].clone();
        let paid = Pay {
            user,
            trade_no: number.clone(),
            method: Some(PaymentId::new(1)),
            token: None,
            root: RequestRoot::new("https://panel.test".to_owned(), HostStanding::Allowed),
            page_root: None,
        };
        let started = self.panel.app.orders.check_out(paid).await.unwrap();
        if started != StartedPayment::Free {
            self.notify(&placed).await;
        }
        let order = self.order(&number);
        assert_eq!(order.status, OrderStatus::Completed, "{order:?}");
        self.money += i128::from(order.total.get());
        self.roundings += 4;
        if user != self.users[0] {
            self.earning_money += i128::from(order.total.get());
        }
        // Nobody earns from the first of them.
        let earns = user != self.users[0];
        let mut money = if earns {
            i128::from(order.total.get()) * EXACT
        } else {
            0
        };
        if order.kind == OrderKind::Change {
            let named = order.surplus_orders.clone().unwrap_or_default();
            let replaced = held.sources(&named);
            let (mut worth, mut paid, mut from_outside) = (0, 0, 0);
            for holding in replaced {
                worth += holding.unused(now) + 1;
                paid += holding.price;
                from_outside += holding.money;
            }
            let credit = cents(order.surplus);
            assert!(
                credit <= worth,
                "{credit} of {worth} came back for {:?}: {order:?}",
                held.holdings
            );
            if paid > 0 {
                let refund = cents(order.refund);
                self.credited += refund * from_outside / paid;
                money += (credit - refund) * from_outside / paid;
            }
            // Once for each order that the credit may come from.
            self.roundings += 4 * i128::try_from(named.len()).unwrap();
            self.changes += 1;
            let account = self.accounts.get_mut(&user).unwrap();
            account.replace(&named, now);
        }
        let traffic = self.panel.fakes.store.read(|tables| {
            let plan = &tables.billing.plans[&PlanId::new(plan)];
            plan.traffic
        });
        let list_price = i128::from(self.price(plan, period));
        assert!(price(&order) <= list_price, "{order:?}");
        let account = self.accounts.get_mut(&user).unwrap();
        account.buy(&order, traffic, money);
    }

    fn price(&self, plan: i64, period: Period) -> i64 {
        self.panel.fakes.store.read(|tables| {
            let plan = &tables.billing.plans[&PlanId::new(plan)];
            plan.prices.of(period).unwrap().get()
        })
    }

    async fn notify(&mut self, order: &Order) {
        self.number += 1;
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let raw = RawNotice {
            method: "GET".to_owned(),
            fields: vec![
                pair("sign", "epay-secret-key".to_owned()),
                pair("trade_no", order.trade_no.as_str().to_owned()),
                pair("callback_no", format!("P{}", self.number)),
                pair("amount", order.total.get().to_string()),
            ],
            ..RawNotice::default()
        };
        let uuid = a_payment_method(1).uuid;
        let answer = self
            .panel
            .app
            .payments
            .notice("EPay", &uuid, raw, "192.0.2.1")
            .await;
        assert!(matches!(answer, NoticeAnswer::Accepted(_)), "{answer:?}");
    }

    /// Nobody uses more than there is, or without a subscription.
    fn use_traffic(&mut self, user: UserId, percent: i64) {
        let now = self.panel.fakes.clock.now();
        let used = self.panel.fakes.store.write(|tables| {
            let row = &mut tables.users.get_mut(&user)?.billing;
            let end = row.subscription()?.expired_at;
            if end.is_some_and(|end| end <= now) {
                return None;
            }
            let left = row.transfer_enable - row.upload - row.download;
            let bytes = i128::from(left.max(0)) * i128::from(percent) / 100;
            let bytes = i64::try_from(bytes).unwrap();
            row.download += bytes;
            Some((bytes, end.is_none()))
        });
        if let Some((bytes, is_endless)) = used {
            let account = self.accounts.get_mut(&user).unwrap();
            account.use_traffic(bytes, is_endless);
        }
    }

    async fn redeem(&mut self, user: UserId, gift: Gift) {
        let policy = BillingPolicy {
            reset_method: ResetMethod::from_code(i64::from(self.rules.reset_method)).unwrap(),
            ..BillingPolicy::default()
        };
        let now = self.panel.fakes.clock.now();
        let mut tx = self.begin().await;
        let source = ResetSource::GiftCard;
        let given = SubscriptionService
            .give(tx.as_mut(), user, gift, source, &policy, now)
            .await;
        if given.is_ok() {
            tx.commit().await.unwrap();
        } else {
            tx.rollback().await.unwrap();
        }
    }

    async fn withdraw(&mut self, user: UserId) {
        let held = self.commission_of(user);
        if held == 0 {
            return;
        }
        self.number += 1;
        let reference = format!("ticket-{}", self.number);
        let now = self.panel.fakes.clock.now();
        let mut tx = self.begin().await;
        CommissionService
            .pay_out(tx.as_mut(), user, Cents::new(held), &reference, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.withdrawn += i128::from(held);
    }

    async fn wait(&mut self, hours: i64) {
        self.panel.fakes.clock.advance(Seconds::hours(hours));
        for job in [Job::CheckOrder, Job::CheckCommission, Job::ResetTraffic] {
            let ran = self.panel.app.jobs.run(job).await.unwrap();
            assert!(matches!(ran, JobOutcome::Done(_)), "{ran:?}");
        }
    }

    /// What inviters earned less what was taken back and what they owe.
    fn earned(&self) -> i128 {
        self.panel.fakes.store.read(|tables| {
            let invite = &tables.invite;
            let logged = invite.commissions.iter().map(|log| log.amount.get());
            let taken = invite.ledger.iter();
            let taken = taken.filter(|entry| entry.kind == LedgerKind::Clawback);
            let taken = taken.map(|entry| entry.amount.get());
            let owed = invite.debts.iter().map(|debt| debt.amount.get());
            let owed = owed.filter(|amount| *amount > 0).map(|amount| -amount);
            logged.chain(taken).chain(owed).map(i128::from).sum()
        })
    }

    /// What the rate gives on the money that came in and stayed.
    fn due(&self, money: i128) -> i128 {
        (money * EXACT - self.credited) * i128::from(self.rules.rate) / (100 * EXACT)
    }

    pub(crate) fn audit(&self) {
        let due = self.due(self.earning_money) + self.roundings;
        let earned = self.earned();
        assert!(
            earned <= due,
            "{earned} of {due} were earned: {:?}",
            self.rules
        );
        let (balances, debts) = self.panel.fakes.store.read(|tables| {
            let users = tables.users.values();
            let held = users.flat_map(|row| [row.billing.balance, row.invite.commission_balance]);
            let debts = tables.invite.debts.iter().map(|debt| debt.amount.get());
            (
                held.map(|amount| i128::from(amount.get())).sum::<i128>(),
                debts.map(i128::from).sum::<i128>(),
            )
        });
        let bought: i128 = self.accounts.values().map(Account::bought).sum();
        let held = balances + self.withdrawn + bought - debts;
        let fair = self.money + self.given + due;
        assert!(
            held <= fair,
            "{held} are held for {fair}: {balances} as balances, {bought} as service, {} paid out, \
             {debts} owed, {:?}",
            self.withdrawn,
            self.rules
        );
    }

    /// Where everything earns, and is confirmed by itself, inviters lose no more than what became
    /// credit: the rest is theirs.
    pub(crate) async fn settle(&mut self) {
        self.wait(100).await;
        self.audit();
        let pays_all = self.rules.has("commission_auto_check_enable")
            && !self.rules.has("commission_first_time_enable")
            && !self.rules.has("commission_distribution_enable");
        if pays_all {
            // Each change may round at every order before it.
            let rounded = self.roundings * (1 + self.changes);
            let due = self.due(self.earning_money) - rounded;
            let earned = self.earned();
            assert!(
                earned >= due,
                "{earned} of {due} were earned: {:?}",
                self.rules
            );
        }
    }
}
