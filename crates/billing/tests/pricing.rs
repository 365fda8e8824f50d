//! The worked examples of prices, and what holds for every price.

use ferroboard_billing::testing::{a_buyer, a_completed_order};
use ferroboard_billing::{
    Basket, BillingError, BillingPolicy, Buyer, Discount, Gigabytes, OrderKind, PastOrder, Period,
    Quote, quote,
};
use ferroboard_kernel::{
    Cents, CommissionTerms, Percent, PlanId, Referral, Seconds, UnixSeconds, UserId,
};
use proptest::prelude::*;

/// 2026-04-16 00:00 UTC, halfway through a month of 30 days.
const NOW: UnixSeconds = UnixSeconds::new(1_776_297_600);
const APRIL: UnixSeconds = UnixSeconds::new(1_775_001_600);

struct Shop {
    buyer: Buyer,
    policy: BillingPolicy,
    price: i64,
    coupon: Option<Discount>,
    completed: Vec<PastOrder>,
    cleared: i64,
    referral: Option<Referral>,
    is_first_order: bool,
    period: Period,
}

impl Shop {
    fn selling_for(price: i64) -> Self {
        Self {
            buyer: a_buyer(7),
            policy: BillingPolicy::default(),
            price,
            coupon: None,
            completed: vec![],
            cleared: 0,
            referral: None,
            is_first_order: true,
            period: Period::Monthly,
        }
    }

    fn quote(&self) -> Result<Quote, BillingError> {
        quote(&Basket {
            buyer: &self.buyer,
            plan_id: PlanId::new(8),
            period: self.period,
            price: Cents::new(self.price),
            coupon: self.coupon,
            completed: &self.completed,
            cleared: self.cleared,
            referral: self.referral.as_ref(),
            is_first_order: self.is_first_order,
            policy: &self.policy,
            now: NOW,
        })
    }
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "what it is compared with is optional"
)]
fn cents(amount: i64) -> Option<Cents> {
    Some(Cents::new(amount))
}

#[allow(clippy::unnecessary_wraps, reason = "what it is given to is optional")]
fn referral(rate: i64, first_order_only: bool) -> Option<Referral> {
    Some(Referral {
        inviter: UserId::new(2),
        terms: Some(CommissionTerms {
            rate: Percent::hundredths(rate),
            first_order_only,
        }),
    })
}

fn running(plan: i64, expired_at: Option<UnixSeconds>) -> Buyer {
    Buyer {
        plan_id: Some(PlanId::new(plan)),
        transfer_enable: Gigabytes::new(60).bytes(),
        expired_at,
        ..a_buyer(7)
    }
}

#[test]
fn the_percentages_of_coupon_and_member_add_up() {
    let mut shop = Shop::selling_for(10_000);
    shop.coupon = Some(Discount::from_code(2, 20));
    shop.buyer.discount = Some(10);
    let quote = shop.quote().unwrap();
    assert_eq!(
        (quote.discount, quote.total),
        (cents(3_000), Cents::new(7_000))
    );
}

#[test]
fn a_coupon_takes_off_no_more_than_the_price() {
    let mut shop = Shop::selling_for(10_000);
    shop.coupon = Some(Discount::from_code(1, 12_000));
    let quote = shop.quote().unwrap();
    assert_eq!((quote.discount, quote.total), (cents(10_000), Cents::ZERO));
}

#[test]
fn a_full_coupon_and_a_member_discount_do_not_make_money() {
    let mut shop = Shop::selling_for(10_000);
    shop.coupon = Some(Discount::from_code(2, 100));
    shop.buyer.discount = Some(10);
    let quote = shop.quote().unwrap();
    assert_eq!((quote.discount, quote.total), (cents(10_000), Cents::ZERO));
}

#[test]
fn the_balance_pays_what_it_can() {
    let mut shop = Shop::selling_for(7_000);
    for (balance, used, total) in [
        (3_000, cents(3_000), 4_000),
        (7_000, cents(7_000), 0),
        (9_000, cents(7_000), 0),
        (0, None, 7_000),
    ] {
        shop.buyer.balance = Cents::new(balance);
        let quote = shop.quote().unwrap();
        assert_eq!((quote.balance_used, quote.total), (used, Cents::new(total)));
    }
}

#[test]
fn half_a_month_counts_towards_another_plan() {
    let mut shop = Shop::selling_for(1_000);
    shop.buyer = running(1, Some(NOW.plus(Seconds::days(15))));
    let paid = a_completed_order(3, UserId::new(7), Period::Monthly, 3_000, APRIL);
    shop.completed = vec![PastOrder::from(&paid)];
    let quote = shop.quote().unwrap();
    assert_eq!(quote.kind, OrderKind::Change);
    assert_eq!((quote.surplus, quote.refund), (cents(1_500), cents(500)));
    assert_eq!(quote.surplus_orders, Some(vec![paid.id]));
    assert_eq!(quote.total, Cents::ZERO);
}

#[test]
fn a_surplus_that_covers_the_price_exactly_refunds_zero() {
    let mut shop = Shop::selling_for(1_500);
    shop.buyer = running(1, Some(NOW.plus(Seconds::days(15))));
    let paid = a_completed_order(3, UserId::new(7), Period::Monthly, 3_000, APRIL);
    shop.completed = vec![PastOrder::from(&paid)];
    let quote = shop.quote().unwrap();
    assert_eq!((quote.refund, quote.total), (cents(0), Cents::ZERO));
}

#[test]
fn traffic_that_is_left_counts_towards_another_plan() {
    let mut shop = Shop::selling_for(50_000);
    shop.buyer = running(2, None);
    shop.buyer.download = Gigabytes::new(15).bytes();
    let paid = a_completed_order(7, UserId::new(7), Period::OneTime, 6_000, APRIL);
    shop.completed = vec![PastOrder::from(&paid)];
    let quote = shop.quote().unwrap();
    assert_eq!((quote.surplus, quote.refund), (cents(4_500), None));
    assert_eq!(quote.total, Cents::new(45_500));
}

#[test]
fn used_traffic_counts_against_time() {
    let mut shop = Shop::selling_for(10_000);
    shop.buyer = running(1, Some(NOW.plus(Seconds::days(15))));
    let paid = a_completed_order(3, UserId::new(7), Period::Monthly, 3_000, APRIL);
    shop.completed = vec![PastOrder {
        traffic: Some(Gigabytes::new(100)),
        ..PastOrder::from(&paid)
    }];
    for (used, cleared, worth) in [
        (0, 0, 1_500),
        (50, 0, 1_500),
        (75, 0, 750),
        (25, 50, 750),
        (1, 99, 0),
    ] {
        shop.buyer.download = Gigabytes::new(used).bytes();
        shop.cleared = Gigabytes::new(cleared).bytes();
        for reset_on_change in [false, true] {
            shop.policy.reset_on_change = reset_on_change;
            assert_eq!(
                shop.quote().unwrap().surplus,
                cents(worth),
                "{used} and {cleared} GB"
            );
        }
    }
}

#[test]
fn a_change_without_orders_is_worth_nothing() {
    let mut shop = Shop::selling_for(1_000);
    shop.buyer = running(1, Some(NOW.plus(Seconds::days(15))));
    let quote = shop.quote().unwrap();
    assert_eq!(
        (quote.surplus, quote.surplus_orders),
        (cents(0), Some(vec![]))
    );
    shop.buyer = running(1, None);
    let quote = shop.quote().unwrap();
    assert_eq!((quote.surplus, quote.surplus_orders), (None, None));
    shop.policy.surplus_counts = false;
    shop.buyer = running(1, Some(NOW.plus(Seconds::days(15))));
    let quote = shop.quote().unwrap();
    assert_eq!((quote.surplus, quote.refund), (None, None));
    shop.policy.plan_change_allowed = false;
    assert_eq!(shop.quote(), Err(BillingError::PlanChangeClosed));
}

#[test]
fn commission_is_a_share_of_what_is_paid_with_money() {
    let mut shop = Shop::selling_for(10_000);
    shop.coupon = Some(Discount::from_code(2, 20));
    shop.buyer.discount = Some(10);
    shop.referral = referral(1_000, true);
    let inviter = Some(UserId::new(2));
    for (balance, total, earned) in [
        (0, 7_000, (inviter, 700)),
        (4_000, 3_000, (inviter, 300)),
        (6_995, 5, (inviter, 1)),
        (6_996, 4, (inviter, 0)),
        (7_000, 0, (None, 0)),
        (9_000, 0, (None, 0)),
    ] {
        shop.buyer.balance = Cents::new(balance);
        let quote = shop.quote().unwrap();
        assert_eq!(quote.total, Cents::new(total));
        assert_eq!((quote.inviter, quote.commission.get()), earned);
    }
    // The value of the old plan is credit as well.
    shop.coupon = None;
    (shop.buyer.plan_id, shop.buyer.balance) = (Some(PlanId::new(1)), Cents::new(1_000));
    shop.buyer.expired_at = Some(NOW.plus(Seconds::days(15)));
    let paid = a_completed_order(3, UserId::new(7), Period::Monthly, 3_000, APRIL);
    shop.completed = vec![PastOrder::from(&paid)];
    let quote = shop.quote().unwrap();
    let (surplus, total) = (quote.surplus.unwrap().get(), quote.total.get());
    assert_eq!(surplus + total, 8_000);
    assert_eq!(quote.commission.get(), total / 10);
}

#[test]
fn inviters_earn_by_their_terms() {
    let mut shop = Shop::selling_for(1_000);
    let inviter = Some(UserId::new(2));
    for (price, terms, first, expected) in [
        (1_000, referral(1_000, true), true, (inviter, 100)),
        (1_000, referral(1_000, true), false, (inviter, 0)),
        (1_000, referral(2_500, false), false, (inviter, 250)),
        (1_000, referral(99_900, false), false, (inviter, 1_000)),
        (1_000, referral(-500, false), false, (inviter, 0)),
        (0, referral(1_000, false), true, (None, 0)),
        (1_000, None, true, (None, 0)),
    ] {
        (shop.price, shop.referral, shop.is_first_order) = (price, terms, first);
        let quote = shop.quote().unwrap();
        assert_eq!((quote.inviter, quote.commission.get()), expected);
    }
    // The inviter's account is gone: the order keeps the name and owes nothing.
    shop.price = 1_000;
    shop.referral = Some(Referral {
        inviter: UserId::new(2),
        terms: None,
    });
    let quote = shop.quote().unwrap();
    assert_eq!((quote.inviter, quote.commission), (inviter, Cents::ZERO));
}

#[test]
fn what_an_order_does_depends_on_the_running_subscription() {
    let soon = Some(NOW.plus(Seconds::new(1)));
    for (buyer, period, kind) in [
        (a_buyer(7), Period::Monthly, OrderKind::New),
        (running(8, soon), Period::Monthly, OrderKind::Renewal),
        (running(8, None), Period::Monthly, OrderKind::Renewal),
        (running(8, Some(NOW)), Period::Monthly, OrderKind::New),
        (running(1, soon), Period::Monthly, OrderKind::Change),
        (running(1, None), Period::OneTime, OrderKind::Change),
        (running(1, Some(NOW)), Period::Monthly, OrderKind::New),
        (
            running(8, soon),
            Period::ResetTraffic,
            OrderKind::TrafficReset,
        ),
    ] {
        assert_eq!(
            OrderKind::of(&buyer, PlanId::new(8), period, NOW),
            kind,
            "{buyer:?}"
        );
    }
}

#[test]
fn amounts_that_no_column_holds_are_refused() {
    let shop = Shop::selling_for(2_147_483_648);
    assert_eq!(shop.quote(), Err(BillingError::AmountOutOfRange));
}

prop_compose! {
    fn past_orders()(
        orders in prop::collection::vec(
            (prop::sample::select(Period::ALL.to_vec()), 0_i64..100_000, 0_i64..100_000, 0_i64..100_000, 0_i64..100_000, -900_i64..0),
            0..6,
        )
    ) -> Vec<PastOrder> {
        let order = |(index, (period, paid, balance, surplus, refund, days))| {
            let at = NOW.plus(Seconds::new(days * 86_400));
            let row = a_completed_order(index, UserId::new(7), period, paid, at);
            PastOrder {
                balance_used: Cents::new(balance),
                surplus: Cents::new(surplus),
                refund: Cents::new(refund),
                ..PastOrder::from(&row)
            }
        };
        (1_i64..).zip(orders).map(order).collect()
    }
}

proptest! {
    #[test]
    fn parts_sum_to_the_price_and_nothing_is_negative(
        price in 0_i64..1_000_000,
        balance in 0_i64..1_000_000,
        member in prop::option::of(-20_i64..130),
        coupon in prop::option::of((0_i64..4, -100_i64..200_000)),
        (plan, expires, used) in (prop::option::of(7_i64..10), prop::option::of(-40_i64..400), 0_i64..200),
        completed in past_orders(),
        rate in -1_000_i64..20_000,
        (surplus_counts, reset_on_change) in any::<(bool, bool)>(),
        period in 0_usize..8,
    ) {
        let mut shop = Shop::selling_for(price);
        shop.period = Period::ALL[period];
        shop.coupon = coupon.map(|(code, value)| Discount::from_code(code, value));
        shop.buyer = Buyer {
            plan_id: plan.map(PlanId::new),
            balance: Cents::new(balance),
            discount: member,
            transfer_enable: Gigabytes::new(100).bytes(),
            upload: Gigabytes::new(used).bytes(),
            expired_at: expires.map(|days| NOW.plus(Seconds::new(days * 86_400))),
            ..a_buyer(7)
        };
        shop.completed = completed;
        shop.referral = referral(rate, false);
        shop.policy.surplus_counts = surplus_counts;
        shop.policy.reset_on_change = reset_on_change;
        let quote = shop.quote().unwrap();
        let part = |amount: Option<Cents>| amount.unwrap_or_default().get();
        let parts = [
            part(quote.discount),
            part(quote.surplus),
            part(quote.balance_used),
            quote.total.get(),
            part(quote.refund),
            quote.commission.get(),
        ];
        prop_assert!(parts.iter().all(|part| *part >= 0), "{quote:?}");
        let [discount, surplus, balance_used, total, refund, commission] = parts;
        prop_assert_eq!(discount + surplus + balance_used + total, price + refund);
        prop_assert!(balance_used <= balance);
        prop_assert!(discount <= price);
        // Half a cent more at most, by rounding.
        prop_assert!(commission <= total && 20_000 * commission <= 2 * rate.max(0) * total + 10_000);
        let worth: i64 = shop.completed.iter().map(|order| {
            (order.total.get() + order.balance_used.get() + order.surplus.get()).max(0)
        }).sum();
        prop_assert!(surplus <= worth);
    }
}
