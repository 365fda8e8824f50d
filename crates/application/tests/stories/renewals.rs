use ferroboard_application::{Job, JobOutcome};
use ferroboard_billing::testing::{a_completed_order, a_plan, a_subscription};
use ferroboard_billing::{
    OrderKind, OrderStatus, Period, Plan, PriceList, RenewalOutcome, RenewalStatus,
};
use ferroboard_kernel::{Cents, Clock as _, LedgerEntry, LedgerKind, PlanId, Seconds, UserId};
use ferroboard_listing::PageRule;

use crate::Panel;

const HOUR: Seconds = Seconds::hours(1);

impl Panel {
    /// A customer of plan 1, which costs 9.90 a month and was paid for once, whose subscription ends in so many
    /// hours and renews itself, with so much on the balance.
    async fn renewing(&self, email: &str, hours: i64, balance: i64) -> UserId {
        let session = self.register(email).await.unwrap().token;
        let user = self.who(&session).await.unwrap();
        let now = self.fakes.clock.now();
        let end = now.plus(Seconds::hours(hours));
        self.fakes.store.write(|tables| {
            tables.billing.plans.insert(PlanId::new(1), a_plan(1));
            let id = 1_000 + user.get();
            let paid = a_completed_order(id, user, Period::Monthly, 990, now.minus(HOUR));
            tables.billing.orders.insert(paid.id, paid);
            tables.user(user).billing.subscribe(&a_subscription(end));
        });
        if balance > 0 {
            self.credit(user, balance);
        }
        self.app.auto_renewals.switch(user, true).await.unwrap();
        user
    }

    fn credit(&self, user: UserId, cents: i64) {
        let reference = self.fakes.clock.now().get().to_string();
        let entry = LedgerEntry {
            user,
            amount: Cents::new(cents),
            kind: LedgerKind::Admin,
            reference,
            at: self.fakes.clock.now(),
        };
        self.fakes.store.write(|tables| {
            let row = &mut tables.user(user).billing;
            row.balance = row.balance.checked_add(entry.amount).unwrap();
            tables.billing.ledger.push(entry);
        });
    }

    async fn renewed(&self, job: Job) -> u64 {
        match self.app.jobs.run(job).await {
            Ok(JobOutcome::Done(count)) => count,
            other => panic!("{other:?}"),
        }
    }

    async fn outcomes(&self, user: UserId) -> Vec<RenewalOutcome> {
        let page = PageRule::always(100).page(None, None);
        let attempts = self.app.auto_renewals.attempts(user, page).await;
        let attempts = attempts.unwrap().rows.into_iter().rev();
        attempts.map(|attempt| attempt.outcome).collect()
    }

    fn subjects(&self) -> Vec<String> {
        self.fakes.store.read(|tables| {
            let rows = tables.mail.outbox.values();
            rows.map(|row| row.mail.subject.clone()).collect()
        })
    }

    fn balance(&self, user: UserId) -> i64 {
        self.fakes
            .store
            .read(|tables| tables.users[&user].billing.balance.get())
    }
}

#[tokio::test]
async fn a_subscription_is_renewed_once_from_the_balance() {
    let panel = Panel::new().await;
    let user = panel.renewing("ann@demo.test", 40, 5_000).await;
    let end = panel
        .fakes
        .store
        .read(|tables| tables.users[&user].billing.expired_at);
    let (one, other) = tokio::join!(
        panel.app.jobs.run(Job::RenewSubscriptions),
        panel.app.jobs.run(Job::RenewFunded)
    );
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(panel.renewed(Job::RenewSubscriptions).await, 0);
    assert_eq!(panel.balance(user), 5_000 - 990);
    panel.fakes.store.read(|tables| {
        let order = tables
            .billing
            .orders
            .values()
            .find(|order| order.user_id == user && order.balance_used == Some(Cents::new(990)));
        let order = order.unwrap();
        assert_eq!(
            (order.kind, order.status),
            (OrderKind::Renewal, OrderStatus::Completed)
        );
        assert_eq!((order.total, order.commission), (Cents::ZERO, Cents::ZERO));
        let ends = tables.users[&user].billing.expired_at.unwrap();
        let days = ends.since(end.unwrap()).get() / 86_400;
        assert!((28..=31).contains(&days), "{days}");
        let renewal = &tables.billing.renewals[&(user, end.unwrap())];
        assert_eq!(renewal.status, RenewalStatus::Renewed);
        assert!(tables.billing.open_orders.is_empty());
    });
    assert_eq!(panel.outcomes(user).await, [RenewalOutcome::Renewed]);
    assert_eq!(panel.subjects().len(), 1);
    assert!(panel.subjects()[0].contains("was renewed"));
}

#[tokio::test]
async fn whoever_lacks_money_is_told_three_times_and_renewed_after_a_top_up() {
    let panel = Panel::with_settings(&[("auto_renewal_grace_days", "3")]).await;
    let user = panel.renewing("ann@demo.test", 60, 989).await;
    let mut told = Vec::new();
    for hours in [0, 12, 1, 23, 1, 24, 1] {
        panel.fakes.clock.advance(Seconds::hours(hours));
        assert_eq!(panel.renewed(Job::RenewSubscriptions).await, 0);
        told.push(panel.subjects().len());
    }
    // 60, 48, 47, 24, 23, -1 and -2 hours before the end.
    assert_eq!(told, [0, 1, 1, 2, 2, 3, 3]);
    assert_eq!(panel.renewed(Job::RenewFunded).await, 0);
    assert_eq!(panel.balance(user), 989);
    panel.credit(user, 1);
    assert_eq!(panel.renewed(Job::RenewFunded).await, 1);
    assert_eq!(panel.renewed(Job::RenewFunded).await, 0);
    assert_eq!(panel.balance(user), 0);
    let now = panel.fakes.clock.now();
    panel.fakes.store.read(|tables| {
        let ends = tables.users[&user].billing.expired_at.unwrap();
        assert!(ends > now.plus(Seconds::days(27)));
        assert!(tables.billing.auto_renewals.contains(&user));
    });
    assert_eq!(
        panel.outcomes(user).await.last(),
        Some(&RenewalOutcome::Renewed)
    );
}

#[tokio::test]
async fn without_grace_it_is_over_at_the_end_and_told_once() {
    let panel = Panel::new().await;
    let user = panel.renewing("ann@demo.test", 10, 0).await;
    assert_eq!(panel.renewed(Job::RenewSubscriptions).await, 0);
    panel.fakes.clock.advance(Seconds::hours(11));
    panel.credit(user, 5_000);
    for _ in 0..2 {
        assert_eq!(panel.renewed(Job::RenewSubscriptions).await, 0);
        assert_eq!(panel.renewed(Job::RenewFunded).await, 0);
    }
    assert_eq!(panel.balance(user), 5_000);
    let subjects = panel.subjects();
    assert_eq!(subjects.len(), 2, "a day before, and at the end");
    assert!(
        subjects[0].ends_with("could not be renewed"),
        "{subjects:?}"
    );
    assert!(subjects[1].ends_with("was not renewed"), "{subjects:?}");
    panel.fakes.store.read(|tables| {
        let renewal = tables.billing.renewals.values().next().unwrap();
        assert_eq!(renewal.status, RenewalStatus::Lapsed);
    });
}

/// A hidden plan is sold to whoever has it, as long as it is tried to renew it.
#[tokio::test]
async fn a_hidden_plan_is_renewed_within_the_grace() {
    let panel = Panel::with_settings(&[("auto_renewal_grace_days", "3")]).await;
    let user = panel.renewing("ann@demo.test", 10, 0).await;
    panel.fakes.store.write(|tables| {
        let hidden = Plan {
            show: false,
            ..a_plan(1)
        };
        tables.billing.plans.insert(hidden.id, hidden);
    });
    panel.fakes.clock.advance(Seconds::hours(11));
    assert_eq!(panel.renewed(Job::RenewSubscriptions).await, 0);
    assert_eq!(panel.outcomes(user).await, [RenewalOutcome::Unpaid]);
    panel.credit(user, 990);
    assert_eq!(panel.renewed(Job::RenewFunded).await, 1);
    assert_eq!(panel.balance(user), 0);
}

#[tokio::test]
async fn a_plan_that_cannot_be_renewed_switches_it_off_and_is_told_once() {
    let panel = Panel::new().await;
    let user = panel.renewing("ann@demo.test", 10, 5_000).await;
    panel.fakes.store.write(|tables| {
        let closed = Plan {
            renew: false,
            ..a_plan(1)
        };
        tables.billing.plans.insert(closed.id, closed);
    });
    for _ in 0..2 {
        assert_eq!(panel.renewed(Job::RenewSubscriptions).await, 0);
    }
    assert_eq!(panel.outcomes(user).await, [RenewalOutcome::Unavailable]);
    assert_eq!(panel.subjects().len(), 1);
    assert_eq!(panel.balance(user), 5_000);
    panel.fakes.store.read(|tables| {
        assert!(!tables.billing.auto_renewals.contains(&user));
    });
}

#[tokio::test]
async fn a_price_that_rose_is_told_a_week_before_once() {
    let panel = Panel::new().await;
    let user = panel.renewing("ann@demo.test", 6 * 24, 5_000).await;
    assert_eq!(panel.renewed(Job::RenewSubscriptions).await, 0);
    assert_eq!(panel.subjects().len(), 0);
    panel.fakes.store.write(|tables| {
        let dearer = Plan {
            prices: PriceList::from_json(Some(r#"{"monthly": 12}"#)),
            ..a_plan(1)
        };
        tables.billing.plans.insert(dearer.id, dearer);
    });
    for _ in 0..2 {
        assert_eq!(panel.renewed(Job::RenewSubscriptions).await, 0);
    }
    assert_eq!(panel.subjects().len(), 1);
    assert!(panel.subjects()[0].contains("price"));
    panel.fakes.clock.advance(Seconds::days(5));
    assert_eq!(panel.renewed(Job::RenewSubscriptions).await, 1);
    assert_eq!(panel.balance(user), 5_000 - 1_200);
}

#[tokio::test]
async fn an_unfinished_order_is_waited_for_and_the_switch_decides() {
    let panel = Panel::new().await;
    let user = panel.renewing("ann@demo.test", 10, 5_000).await;
    let account = panel
        .fakes
        .store
        .read(|tables| tables.users[&user].auth.account.id);
    assert_eq!(account, user);
    panel.fakes.store.write(|tables| {
        let order = ferroboard_billing::testing::an_order(77, user);
        tables
            .billing
            .open_orders
            .insert(user, order.trade_no.clone());
        tables.billing.orders.insert(order.id, order);
    });
    assert_eq!(panel.renewed(Job::RenewSubscriptions).await, 0);
    assert_eq!(panel.outcomes(user).await, [RenewalOutcome::Busy]);
    panel.app.auto_renewals.switch(user, false).await.unwrap();
    panel.fakes.store.write(|tables| {
        tables.billing.open_orders.clear();
        tables
            .billing
            .orders
            .remove(&ferroboard_kernel::OrderId::new(77));
    });
    assert_eq!(panel.renewed(Job::RenewSubscriptions).await, 0);
    assert_eq!(panel.balance(user), 5_000);
}
