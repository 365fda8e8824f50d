//! Whatever is done in whatever order, nobody gets a cent or a day that was not paid for.

use ferroboard_billing::testing::a_coupon;
use ferroboard_billing::{Coupon, OrderService, OrderStatus, Period, Receipt};
use ferroboard_kernel::{CouponId, Seconds, TradeNo};
use proptest::prelude::*;

use crate::support::{BOB, EVE, Shop, paid};

#[derive(Debug, Clone)]
enum Step {
    Place {
        eve: bool,
        plan: i64,
        period: usize,
        coupon: bool,
    },
    CheckOut(usize),
    Cancel(usize),
    Notice {
        order: usize,
        number: i64,
        less: bool,
    },
    Open(usize),
    Wait(i64),
    Expire(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let order = 0_usize..12;
    prop_oneof![
        3 => (any::<bool>(), prop::sample::select(vec![1_i64, 8]), 0_usize..8, any::<bool>())
            .prop_map(|(eve, plan, period, coupon)| Step::Place { eve, plan, period, coupon }),
        2 => order.clone().prop_map(Step::CheckOut),
        2 => order.clone().prop_map(Step::Cancel),
        4 => (order.clone(), 0_i64..4, any::<bool>())
            .prop_map(|(order, number, less)| Step::Notice { order, number, less }),
        4 => order.clone().prop_map(Step::Open),
        1 => (0_i64..40).prop_map(Step::Wait),
        1 => order.prop_map(Step::Expire),
    ]
}

/// What gateways really received, as the story knows it: cents that paid an order or were credited.
#[derive(Default)]
struct Till {
    received: i64,
}

async fn act(shop: &mut Shop, till: &mut Till, numbers: &mut Vec<TradeNo>, step: &Step) {
    let known = |index: usize| numbers.get(index).cloned();
    match step {
        Step::Place {
            eve,
            plan,
            period,
            coupon,
        } => {
            let user = if *eve { EVE } else { BOB };
            let mut wanted = shop.wanted(user, *plan, Period::ALL[*period]);
            wanted.purchase.coupon = coupon
                .then(|| ferroboard_billing::CouponCode::parse("C20"))
                .flatten();
            if let Ok(number) = shop.place(&wanted).await {
                numbers.push(number);
            }
        }
        Step::CheckOut(index) => {
            let Some(number) = known(*index) else { return };
            let user = shop.order(&number).user_id;
            let _refused_or_not = shop.check_out(user, &number).await;
        }
        Step::Cancel(index) => {
            let Some(number) = known(*index) else { return };
            let user = shop.order(&number).user_id;
            let _refused_or_not = shop.cancel(user, &number).await;
        }
        Step::Notice {
            order,
            number,
            less,
        } => {
            let Some(trade_no) = known(*order) else {
                return;
            };
            let total = shop.order(&trade_no).total.get();
            let amount = if *less { total - 1 } else { total };
            let notice = paid(&trade_no, &format!("n{number}"), amount);
            let receipt = shop.receive(1, &notice).await;
            if matches!(receipt, Receipt::Paid | Receipt::CreditedLate) {
                assert!(!less, "too small a payment was taken");
                till.received += total;
            }
        }
        Step::Open(index) => {
            let Some(number) = known(*index) else { return };
            let was = shop.order(&number).status;
            let opened = shop.open_order(&number).await;
            let is_open = shop.order(&number).status == OrderStatus::Completed;
            assert!(was != OrderStatus::Processing || is_open, "{opened:?}");
        }
        Step::Wait(days) => shop.now = shop.now.plus(Seconds::days(*days)),
        Step::Expire(index) => {
            let Some(number) = known(*index) else { return };
            let now = shop.now;
            OrderService.expire(shop, &number, now).await.unwrap();
        }
    }
}

/// Money in equals money held and money spent.
fn balance_sheet(shop: &Shop, till: &Till, given: i64) {
    let held: i64 = shop
        .tables
        .users
        .values()
        .map(|row| row.balance.get())
        .sum();
    let mut in_orders = 0;
    for order in shop.tables.orders.values() {
        let balance_used = order.balance_used.unwrap_or_default().get();
        let is_opened = matches!(
            order.status,
            OrderStatus::Completed | OrderStatus::Discounted
        );
        let is_paid = is_opened || order.status == OrderStatus::Processing;
        in_orders += match order.status {
            OrderStatus::Cancelled => 0,
            _ if is_paid => balance_used + order.total.get(),
            _ => balance_used,
        };
        if is_opened {
            in_orders -= order.refund.unwrap_or_default().get();
        }
    }
    assert_eq!(given + till.received, held + in_orders);
    let holding = |order: &&ferroboard_billing::Order| {
        order.coupon_id.is_some() && order.status != OrderStatus::Cancelled
    };
    let uses = shop.tables.orders.values().filter(holding).count();
    let left = shop.tables.coupons[&CouponId::new(1)].limit_use.unwrap();
    assert_eq!(left + i64::try_from(uses).unwrap(), 5);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_books_balance_after_every_step(
        steps in prop::collection::vec(step(), 1..60),
        given in 0_i64..100_000,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut shop = Shop::open();
            shop.give(BOB, given);
            let coupon = Coupon { limit_use: Some(5), ..a_coupon(1, "C20") };
            shop.tables.coupons.insert(coupon.id, coupon);
            let (mut till, mut numbers) = (Till::default(), vec![]);
            for step in &steps {
                act(&mut shop, &mut till, &mut numbers, step).await;
                shop.audit();
                balance_sheet(&shop, &till, given);
            }
        });
    }
}
