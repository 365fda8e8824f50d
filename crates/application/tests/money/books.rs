//! What must hold after every step.

use std::collections::BTreeMap;

use ferroboard_billing::{
    Buyer, CommissionStatus, CouponCode, Order, OrderKind, OrderStatus, Period,
};
use ferroboard_kernel::{Cents, Clock as _, LedgerAccount, OrderId, UnixSeconds, UserId};
use ferroboard_listing::PageRule;

use crate::market::{COUPON, COUPON_USES, Market, RATE};

const DAY: i64 = 86_400;
/// What each plan, and each package, gives.
const PLAN_BYTES: i64 = 100 << 30;
const PACKAGE_BYTES: i64 = 10 << 30;

/// Everything about money at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshot {
    pub(crate) orders: BTreeMap<OrderId, Order>,
    buyers: BTreeMap<UserId, Buyer>,
    /// Commission that was logged: inviter, number of the order, cents.
    commissions: Vec<(UserId, String, i64)>,
}

fn cents(amount: Option<Cents>) -> i64 {
    amount.unwrap_or_default().get()
}

/// Whether the order stands where `after` can follow `before` without another step between.
fn may_become(before: Option<OrderStatus>, after: OrderStatus) -> bool {
    use OrderStatus::{Cancelled, Completed, Discounted, Pending, Processing};
    match before {
        None => after == Pending,
        // Paying and opening are one step for whoever looks from outside.
        Some(Pending) => after != Discounted,
        Some(Processing) => matches!(after, Processing | Completed),
        Some(Completed) => matches!(after, Completed | Discounted),
        Some(Cancelled) => after == Cancelled,
        Some(Discounted) => after == Discounted,
    }
}

impl Market {
    pub(crate) async fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for user in &self.users {
            for order in self.store().list_orders_of(*user, None).await.unwrap() {
                snapshot.orders.insert(order.id, order);
            }
            let log = self
                .store()
                .list_commission_log(*user, PageRule::always(1_000).page(None, None))
                .await
                .unwrap();
            let rows = log.rows.into_iter();
            let rows = rows.map(|row| (*user, row.trade_no, row.amount.get()));
            snapshot.commissions.extend(rows);
        }
        let mut tx = self.fresh.begin().await;
        for user in &self.users {
            let buyer = tx.lock_buyer(*user).await.unwrap().unwrap();
            snapshot.buyers.insert(*user, buyer);
        }
        tx.rollback().await.unwrap();
        snapshot
    }

    /// Asserts everything, and remembers where things stand.
    pub(crate) async fn audit(&mut self) {
        let now = self.snapshot().await;
        self.audit_orders(&now);
        self.audit_subscriptions(&now);
        Self::audit_commission(&now);
        Self::audit_earnings(&now);
        self.audit_refunds(&now);
        self.audit_accounts(&now).await;
        self.audit_coupon(&now).await;
        self.audit_packages(&now).await;
        self.audit_changes(&now).await;
        (self.shortened, self.lowered) = (None, None);
        self.last = now;
    }

    fn audit_orders(&self, now: &Snapshot) {
        assert_eq!(now.orders.len(), self.orders.len());
        for (id, order) in &now.orders {
            let before = self.last.orders.get(id).map(|order| order.status);
            assert!(
                may_become(before, order.status),
                "{before:?} became {order:?}"
            );
            for amount in [
                order.discount,
                order.surplus,
                order.refund,
                order.balance_used,
            ] {
                assert!(cents(amount) >= 0, "{order:?}");
            }
            assert!(
                order.total >= Cents::ZERO && order.commission >= Cents::ZERO,
                "{order:?}"
            );
            let was_paid = !matches!(order.status, OrderStatus::Pending | OrderStatus::Cancelled);
            let came_late = order.status == OrderStatus::Cancelled && order.paid_at.is_some();
            if was_paid || came_late {
                assert!(
                    self.paid_for.contains(&order.trade_no),
                    "nobody paid for {order:?}"
                );
            }
        }
        for user in &self.users {
            let own = now.orders.values().filter(|order| order.user_id == *user);
            assert!(own.filter(|order| order.status.is_unfinished()).count() <= 1);
        }
    }

    /// Nobody gets more back than was paid, by refunds and by what changes of plan left over together.
    fn audit_refunds(&self, now: &Snapshot) {
        for user in &self.users {
            let own = now.orders.values().filter(|order| order.user_id == *user);
            let (mut paid, mut back) = (0, 0);
            for order in own {
                let is_sold =
                    !matches!(order.status, OrderStatus::Pending | OrderStatus::Cancelled);
                if is_sold {
                    paid += order.total.get() + cents(order.balance_used);
                    back += cents(order.refund);
                }
                back += self.refunded.get(&order.trade_no).map_or(0, |of| of.0);
            }
            assert!(back <= paid, "user {user} got {back} of {paid} back");
        }
    }

    /// A subscription changes when an order of its user is opened, and by no more than that order.
    fn audit_subscriptions(&self, now: &Snapshot) {
        for (user, buyer) in &now.buyers {
            let Some(before) = self.last.buyers.get(user) else {
                continue;
            };
            let opened: Vec<&Order> = now
                .orders
                .values()
                .filter(|order| order.user_id == *user && order.status == OrderStatus::Completed)
                .filter(|order| order.kind.is_for_plan())
                .filter(|order| {
                    let before = self.last.orders.get(&order.id);
                    before.is_none_or(|before| before.status != OrderStatus::Completed)
                })
                .collect();
            match opened.as_slice() {
                [] if self.shortened == Some(*user) => {
                    let is_shorter = match (buyer.expired_at, before.expired_at) {
                        (Some(end), Some(was)) => end <= was,
                        (end, None) => end.is_some(),
                        (None, Some(_)) => false,
                    };
                    assert!(is_shorter, "a refund gave user {user} time");
                    assert_eq!(buyer.plan_id, before.plan_id);
                }
                [] => {
                    let kept = (buyer.plan_id, buyer.expired_at);
                    let held = (before.plan_id, before.expired_at);
                    assert_eq!(kept, held, "user {user} got something for nothing");
                    let more = self.opened_packages(now, *user) * PACKAGE_BYTES;
                    let grown = buyer.transfer_enable - before.transfer_enable;
                    if self.lowered == Some(*user) {
                        assert!(grown <= 0, "a reset or refund gave user {user} {grown}");
                    } else {
                        assert_eq!(grown, more, "user {user} got traffic for nothing");
                    }
                }
                [order] => self.assert_got(order, before, buyer),
                more => panic!("two orders of user {user} were opened at once: {more:?}"),
            }
        }
    }

    /// How many packages the last step opened for the user.
    fn opened_packages(&self, now: &Snapshot, user: UserId) -> i64 {
        let was_open = |order: &&Order| {
            let before = self.last.orders.get(&order.id);
            before.is_none_or(|before| before.status != OrderStatus::Completed)
        };
        let own = now.orders.values().filter(|order| {
            order.user_id == user
                && order.kind == OrderKind::TrafficPackage
                && order.status == OrderStatus::Completed
        });
        i64::try_from(own.filter(was_open).count()).unwrap()
    }

    /// What is left of packages is in `transfer_enable`, no more than was bought; and no package is sold more often than
    /// there are.
    async fn audit_packages(&self, now: &Snapshot) {
        let mut tx = self.fresh.begin().await;
        let holders = tx.list_package_holders(&self.users).await.unwrap();
        let sold = tx.list_packages().await.unwrap();
        tx.rollback().await.unwrap();
        for holder in &holders {
            let own = now.orders.values().filter(|order| {
                order.user_id == holder.user
                    && order.kind == OrderKind::TrafficPackage
                    && order.status == OrderStatus::Completed
            });
            let bought = i64::try_from(own.count()).unwrap() * PACKAGE_BYTES;
            let left: i64 = holder.shares.iter().map(|share| share.left).sum();
            assert!(left <= bought, "{left} of {bought} are left: {holder:?}");
            assert!(left <= holder.transfer_enable, "{holder:?}");
            let plan = holder.transfer_enable - left;
            assert!(plan == 0 || plan == PLAN_BYTES, "{holder:?}");
        }
        let orders = now.orders.values().filter(|order| {
            order.kind == OrderKind::TrafficPackage && order.status != OrderStatus::Cancelled
        });
        let counted: i64 = sold.iter().map(|package| package.sold).sum();
        assert_eq!(counted, i64::try_from(orders.count()).unwrap());
        assert!(sold.iter().all(|package| {
            package
                .terms
                .capacity
                .is_none_or(|most| package.sold <= most)
        }));
    }

    /// Nodes hear of every order that was opened.
    async fn audit_changes(&self, now: &Snapshot) {
        let changes = self.store().list_user_changes(0, 100_000).await.unwrap();
        for user in &self.users {
            let own = now.orders.values().filter(|order| order.user_id == *user);
            let opened = own.filter(|order| {
                order.kind.is_for_plan()
                    && matches!(
                        order.status,
                        OrderStatus::Completed | OrderStatus::Discounted
                    )
            });
            let noted = changes.iter().filter(|change| change.user == *user);
            assert!(noted.count() >= opened.count(), "user {user}");
        }
    }

    fn assert_got(&self, order: &Order, before: &Buyer, after: &Buyer) {
        assert_eq!(after.plan_id, Some(order.plan_id));
        match order.period.months() {
            Some(months) => {
                let at = self.fakes.clock.now();
                let running = before
                    .expired_at
                    .filter(|_| order.kind != OrderKind::Change);
                let from: UnixSeconds = running.map_or(at, |end| end.max(at));
                let got = after.expired_at.unwrap().since(from).get();
                let months = i64::from(months);
                // Once: a month twice would be 56 days at least.
                assert!(
                    (28 * months * DAY..=31 * months * DAY).contains(&got),
                    "{order:?}: {got}"
                );
            }
            None if order.period == Period::ResetTraffic => {
                assert_eq!(after.expired_at, before.expired_at);
            }
            None => assert_eq!(after.expired_at, None),
        }
    }

    fn audit_commission(now: &Snapshot) {
        for order in now.orders.values() {
            let logged = now.commissions.iter();
            let logged = logged.filter(|(_, trade_no, _)| *trade_no == order.trade_no.as_str());
            let shares: Vec<i64> = logged.map(|(.., amount)| *amount).collect();
            let paid: i64 = shares.iter().sum();
            assert_eq!(paid, cents(order.commission_paid), "{order:?}");
            assert!(
                paid <= order.commission.get() && shares.len() <= 3,
                "{order:?}"
            );
            let is_paid = order.commission_status == Some(CommissionStatus::Paid);
            assert!(is_paid || shares.is_empty(), "{order:?}");
        }
    }

    /// Commission of everything that was sold is at most the rate on the money that came in from
    /// outside, but for half a cent an order by rounding. Credit earns nothing, however often it goes
    /// from an order to the balance and into the next order.
    fn audit_earnings(now: &Snapshot) {
        let sold = now
            .orders
            .values()
            .filter(|order| !matches!(order.status, OrderStatus::Pending | OrderStatus::Cancelled));
        let (mut money, mut owed, mut orders) = (0, 0, 0);
        for order in sold {
            money += order.total.get();
            owed += order.commission.get();
            orders += 1;
        }
        let logged: i64 = now.commissions.iter().map(|(.., amount)| *amount).sum();
        assert!(logged <= owed, "{logged} of {owed} were paid");
        assert!(
            200 * owed <= 2 * RATE * money + 100 * orders,
            "{owed} are owed for {money}"
        );
    }

    /// Where no order waits for anything, whoever earned commission has it.
    pub(crate) async fn assert_settled(&self) {
        let now = self.snapshot().await;
        for order in now.orders.values().filter(|order| order.inviter.is_some()) {
            let is_sold = matches!(
                order.status,
                OrderStatus::Completed | OrderStatus::Discounted
            );
            let is_paid = order.commission_status == Some(CommissionStatus::Paid);
            assert_eq!(is_sold, is_paid, "{order:?}");
        }
    }

    /// Every balance is what came in less what went out, as the outside knows it, and what its
    /// entries in the ledger say.
    async fn audit_accounts(&self, now: &Snapshot) {
        let mut tx = self.fresh.begin().await;
        let balances = tx.list_ledger_balances(None, 1_000).await.unwrap();
        tx.rollback().await.unwrap();
        for user in &self.users {
            let (given, given_commission) = self.given.get(user).copied().unwrap_or_default();
            let moved = self.moved.get(user).copied().unwrap_or_default();
            let mut balance = given + moved;
            for order in now.orders.values().filter(|order| order.user_id == *user) {
                balance += match order.status {
                    OrderStatus::Pending | OrderStatus::Processing => -cents(order.balance_used),
                    OrderStatus::Completed if order.kind == OrderKind::TopUp => {
                        self.topped_up[&order.trade_no]
                    }
                    OrderStatus::Completed | OrderStatus::Discounted => {
                        cents(order.refund) - cents(order.balance_used)
                    }
                    OrderStatus::Cancelled if order.paid_at.is_some() => order.total.get(),
                    OrderStatus::Cancelled => 0,
                };
                balance += self.refunded.get(&order.trade_no).map_or(0, |of| of.1);
            }
            let earned = now
                .commissions
                .iter()
                .filter(|(inviter, ..)| inviter == user);
            let earned: i64 = earned.map(|(.., amount)| *amount).sum();
            let commission = given_commission - moved + earned;
            let held = |account| {
                let own = |row: &&_| is_of(row, *user, account);
                let row = balances.iter().find(own).unwrap();
                assert!(row.agrees(), "{row:?}");
                assert!(row.held >= Cents::ZERO, "{row:?}");
                row.held.get()
            };
            assert_eq!(held(LedgerAccount::Balance), balance, "user {user}");
            // Of what was earned a part may have been taken back, or kept back.
            let taken_back = commission - held(LedgerAccount::Commission);
            assert!(
                (0..=earned).contains(&taken_back),
                "user {user}: {taken_back}"
            );
        }
    }

    async fn audit_coupon(&self, now: &Snapshot) {
        let code = CouponCode::parse(COUPON).unwrap();
        let coupon = self.store().find_coupon_view(&code).await.unwrap().unwrap();
        let holding = now.orders.values().filter(|order| {
            order.coupon_id == Some(coupon.id) && order.status != OrderStatus::Cancelled
        });
        let used = i64::try_from(holding.count()).unwrap();
        let left = coupon.limit_use.unwrap();
        assert!(left >= 0);
        assert_eq!(left + used, COUPON_USES);
    }
}

fn is_of(row: &ferroboard_kernel::LedgerBalance, user: UserId, account: LedgerAccount) -> bool {
    row.user == user && row.account == account
}
