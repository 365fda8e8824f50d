//! What is kept of payment notices.

use ferroboard_application::{Job, JobOutcome, NoticeAnswer};
use ferroboard_attempts::{Counter, CounterName};
use ferroboard_billing::testing::{a_payment_method, a_plan, an_order};
use ferroboard_billing::{NoticeOutcome, OrderStatus, RawNotice};
use ferroboard_kernel::{Cents, Clock as _, OrderId, PaymentId, Seconds, UserId};

use crate::Panel;

const UUID: &str = "payuuid1";
/// What the fake gateways take for a signature.
const KEY: &str = "epay-secret-key";

fn raw(fields: &[(&str, &str)], bytes: usize) -> RawNotice {
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    RawNotice {
        method: "POST".to_owned(),
        body: vec![b'x'; bytes],
        fields: fields.collect(),
        ..RawNotice::default()
    }
}

impl Panel {
    async fn with_method(gateway: &str) -> Self {
        let panel = Self::new().await;
        panel.fakes.store.write(|tables| {
            let mut method = a_payment_method(1);
            gateway.clone_into(&mut method.gateway);
            tables.billing.payments.insert(method.id, method);
        });
        panel
    }

    async fn report(&self, gateway: &str, raw: RawNotice, ip: &str) -> NoticeAnswer {
        self.app.payments.notice(gateway, UUID, raw, ip).await
    }

    async fn forge(&self, bytes: usize, ip: &str) {
        let answer = self.report("EPay", raw(&[("sign", "x")], bytes), ip).await;
        assert_eq!(answer, NoticeAnswer::Refused);
    }

    fn kept(&self, outcome: &str) -> usize {
        self.fakes.store.read(|tables| {
            let notices = tables.billing.raw_notices.values();
            let of_kind = notices.filter(|kept| {
                let word = kept.outcome.as_ref().map(NoticeOutcome::as_str);
                word.unwrap_or("unjudged") == outcome
            });
            of_kind.count()
        })
    }
}

fn address(number: usize) -> String {
    format!("2001:db8:{:x}:{:x}::1", number / 1_000, number % 1_000)
}

#[tokio::test]
async fn a_flood_from_any_number_of_networks_has_a_ceiling_and_true_notices_get_through() {
    let panel = Panel::with_method("EPay").await;
    for number in 0..1_100 {
        panel.forge(10, &address(number)).await;
    }
    assert_eq!(panel.kept("refused"), 1_000);
    let counters = panel
        .fakes
        .store
        .read(|tables| tables.auth.attempts.counters.len());
    for number in 2_000..2_100 {
        panel.forge(10, &address(number)).await;
    }
    let grown = panel
        .fakes
        .store
        .read(|tables| tables.auth.attempts.counters.len());
    assert_eq!(grown, counters, "nothing is written for one more");
    // From the very address that forges.
    for n in 0..3 {
        let number = n.to_string();
        let fields = [("sign", KEY), ("trade_no", "T1"), ("callback_no", &number)];
        let told = panel.report("EPay", raw(&fields, 10), &address(1)).await;
        assert_eq!(told, NoticeAnswer::Refused, "no such order");
        let waiting = [("sign", KEY), ("state", "waiting")];
        let told = panel.report("EPay", raw(&waiting, 10), &address(1)).await;
        assert_eq!(told, NoticeAnswer::Accepted("success".to_owned()));
    }
    assert_eq!(panel.kept("reviewed"), 3);
    assert_eq!(panel.kept("not_final"), 3);
    // Another method has its own room; and so has the next day.
    panel.fakes.clock.advance(Seconds::days(1));
    panel.forge(10, &address(1)).await;
    assert_eq!(panel.kept("refused"), 1_001);
    panel.fakes.clock.advance(Seconds::new(2 * 86_400 + 1));
    let cleaned = panel.app.jobs.run(Job::CleanupNotices).await;
    assert_eq!(cleaned, Ok(JobOutcome::Done(1_000)));
    panel.fakes.clock.advance(Seconds::days(1));
    let cleaned = panel.app.jobs.run(Job::CleanupNotices).await;
    assert_eq!(cleaned, Ok(JobOutcome::Done(1)));
    assert_eq!((panel.kept("reviewed"), panel.kept("not_final")), (3, 3));
}

#[tokio::test]
async fn one_network_has_less_room_in_number_and_in_bytes() {
    let panel = Panel::with_method("EPay").await;
    for number in 0..70 {
        panel.forge(10, &format!("2001:db8::{number:x}")).await;
    }
    assert_eq!(panel.kept("refused"), 60);
    for _ in 0..20 {
        panel.forge(65_536, "192.0.2.1").await;
    }
    assert_eq!(panel.kept("refused"), 60 + 16, "a mebibyte");
    panel.forge(10, "192.0.2.2").await;
    assert_eq!(panel.kept("refused"), 60 + 17);
}

#[tokio::test]
async fn a_method_has_room_for_so_many_bytes_a_day() {
    let panel = Panel::with_method("EPay").await;
    let now = panel.fakes.clock.now();
    let name = CounterName::kept_notices("refused-bytes", PaymentId::new(1), now);
    panel.fakes.store.write(|tables| {
        let counter = Counter {
            count: 16 * 1024 * 1024 - 1_000,
            expires_at: now.plus(Seconds::days(1)),
        };
        let counters = &mut tables.auth.attempts.counters;
        counters.insert(name.as_str().to_owned(), counter);
    });
    panel.forge(1_001, "192.0.2.1").await;
    assert_eq!(panel.kept("refused"), 0);
    panel.forge(1_000, "192.0.2.1").await;
    assert_eq!(panel.kept("refused"), 1);
    panel.forge(1, "192.0.2.2").await;
    assert_eq!(panel.kept("refused"), 1);
}

#[tokio::test]
async fn true_notices_that_are_sent_again_and_again_are_bounded_too() {
    let panel = Panel::with_method("EPay").await;
    let now = panel.fakes.clock.now();
    let name = CounterName::kept_notices("spare", PaymentId::new(1), now);
    panel.fakes.store.write(|tables| {
        let counter = Counter {
            count: 9_998,
            expires_at: now.plus(Seconds::days(1)),
        };
        let counters = &mut tables.auth.attempts.counters;
        counters.insert(name.as_str().to_owned(), counter);
    });
    let fields = [("sign", KEY), ("trade_no", "T1"), ("callback_no", "1")];
    for _ in 0..5 {
        let told = panel.report("EPay", raw(&fields, 10), "192.0.2.1").await;
        assert_eq!(told, NoticeAnswer::Refused, "no such order");
        let waiting = [("sign", KEY), ("state", "waiting")];
        let told = panel.report("EPay", raw(&waiting, 10), "192.0.2.1").await;
        assert_eq!(told, NoticeAnswer::Accepted("success".to_owned()));
    }
    assert_eq!(panel.kept("reviewed"), 1, "the one that the review names");
    assert_eq!(panel.kept("not_final") + panel.kept("repeated"), 2);
    assert_eq!(panel.kept("unjudged"), 0);
}

#[tokio::test]
async fn a_true_notice_of_a_method_that_is_off_is_kept_as_long_as_others() {
    for gateway in ["EPay", "BTCPay"] {
        let panel = Panel::with_method(gateway).await;
        panel.fakes.store.write(|tables| {
            let method = tables.billing.payments.get_mut(&PaymentId::new(1));
            method.unwrap().enabled = false;
        });
        for (sign, outcome) in [("x", "refused"), (KEY, "switched_off")] {
            let fields = [("sign", sign), ("trade_no", "T1"), ("callback_no", "1")];
            let told = panel.report(gateway, raw(&fields, 10), "192.0.2.1").await;
            assert_eq!(told, NoticeAnswer::Refused, "{gateway}");
            assert_eq!(panel.kept(outcome), 1, "{gateway} {sign}");
        }
        panel.fakes.clock.advance(Seconds::days(4));
        let cleaned = panel.app.jobs.run(Job::CleanupNotices).await;
        assert_eq!(cleaned, Ok(JobOutcome::Done(1)), "{gateway}");
        assert_eq!(panel.kept("switched_off"), 1, "{gateway}");
    }
}

#[tokio::test]
async fn a_gateway_is_not_asked_about_what_it_did_not_sign() {
    let panel = Panel::with_method("BTCPay").await;
    for _ in 0..70 {
        let told = panel.report("BTCPay", raw(&[("sign", "x")], 10), "192.0.2.1");
        assert_eq!(told.await, NoticeAnswer::Refused);
    }
    assert_eq!(panel.kept("refused"), 60);
    assert_eq!(panel.fakes.gateways.verified(), 0);
    let waiting = [("sign", KEY), ("state", "waiting")];
    let told = panel.report("BTCPay", raw(&waiting, 10), "192.0.2.1").await;
    assert_eq!(told, NoticeAnswer::Accepted("success".to_owned()));
    assert_eq!(panel.fakes.gateways.verified(), 1);
}

impl Panel {
    /// A pending order of a new user, for plan 1.
    async fn with_order() -> Self {
        let panel = Self::with_method("EPay").await;
        panel.register("buyer@demo.test").await.unwrap();
        panel.fakes.store.write(|tables| {
            let mut order = an_order(1, UserId::new(1));
            order.created_at = panel.fakes.clock.now();
            let trade_no = order.trade_no.clone();
            tables.billing.open_orders.insert(order.user_id, trade_no);
            tables.billing.orders.insert(order.id, order);
        });
        panel
    }

    fn sell_plan(&self) {
        let plan = a_plan(1);
        self.fakes
            .store
            .write(|tables| tables.billing.plans.insert(plan.id, plan));
    }

    fn order_status(&self) -> OrderStatus {
        let order = OrderId::new(1);
        self.fakes
            .store
            .read(|tables| tables.billing.orders[&order].status)
    }

    async fn pay(&self) -> NoticeAnswer {
        let trade_no = an_order(1, UserId::new(1)).trade_no;
        let fields = [
            ("sign", KEY),
            ("trade_no", trade_no.as_str()),
            ("callback_no", "C1"),
        ];
        self.report("EPay", raw(&fields, 10), "192.0.2.1").await
    }
}

#[tokio::test]
async fn a_paid_notice_is_two_commits() {
    let panel = Panel::with_order().await;
    panel.sell_plan();
    let before = panel.fakes.store.commits();
    assert_eq!(
        panel.pay().await,
        NoticeAnswer::Accepted("success".to_owned())
    );
    assert_eq!(panel.fakes.store.commits() - before, 2);
    assert_eq!(panel.order_status(), OrderStatus::Completed);
    assert_eq!(panel.kept("paid"), 1);
}

/// The payment, its number and what became of the notice are kept, and the job has what it needs.
#[tokio::test]
async fn a_payment_is_kept_whose_order_cannot_be_opened() {
    let panel = Panel::with_order().await;
    for attempt in 1..=2 {
        assert_eq!(panel.pay().await, NoticeAnswer::Again);
        assert_eq!(panel.order_status(), OrderStatus::Processing);
        let (failure, paid_at) = panel.fakes.store.read(|tables| {
            let order = OrderId::new(1);
            let failure = tables.billing.failures[&order].clone();
            (failure, tables.billing.orders[&order].paid_at)
        });
        assert_eq!(failure.attempts, attempt);
        assert!(paid_at.is_some());
    }
    assert_eq!((panel.kept("paid"), panel.kept("repeated")), (1, 1));
    panel.sell_plan();
    let opened = panel.app.jobs.run(Job::CheckOrder).await;
    assert_eq!(opened, Ok(JobOutcome::Done(1)));
    assert_eq!(panel.order_status(), OrderStatus::Completed);
    assert_eq!(
        panel.pay().await,
        NoticeAnswer::Accepted("success".to_owned())
    );
}

/// Others are locked before the order for what is taken back of them, so that is a transaction of its own.
#[tokio::test]
async fn an_order_that_gives_credit_is_opened_after_its_payment() {
    let panel = Panel::with_order().await;
    panel.sell_plan();
    panel.fakes.store.write(|tables| {
        let order = tables.billing.orders.get_mut(&OrderId::new(1)).unwrap();
        order.refund = Some(Cents::new(5));
        order.surplus_orders = Some(Vec::new());
    });
    let before = panel.fakes.store.commits();
    assert_eq!(
        panel.pay().await,
        NoticeAnswer::Accepted("success".to_owned())
    );
    assert_eq!(panel.fakes.store.commits() - before, 3);
    assert_eq!(panel.order_status(), OrderStatus::Completed);
}
