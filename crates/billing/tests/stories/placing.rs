use ferroboard_billing::testing::{BillingRow, a_coupon, a_subscription};
use ferroboard_billing::{BillingError, CouponCode, OrderStatus, Period};
use ferroboard_kernel::{
    Cents, CommissionTerms, Percent, PlanId, Referral, Seconds, UnixSeconds, UserId,
};

use crate::support::{APRIL, BOB, EVE, NOW, Shop};

const NEXT_YEAR: UnixSeconds = UnixSeconds::new(1_800_000_000);

#[tokio::test]
async fn an_order_holds_the_balance_it_uses() {
    let mut shop = Shop::open();
    shop.give(BOB, 300);
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let order = shop.order(&number);
    assert_eq!(order.status, OrderStatus::Pending);
    assert_eq!(
        (order.total.get(), order.balance_used),
        (690, Some(Cents::new(300)))
    );
    assert_eq!(order.created_at, NOW);
    assert_eq!(shop.balance(BOB), 0);
    shop.audit();
}

#[tokio::test]
async fn a_user_has_one_unfinished_order() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let second = shop.wanted(BOB, 8, Period::Monthly);
    assert_eq!(
        shop.place(&second).await,
        Err(BillingError::OrderUnfinished)
    );
    // The same where only the row that keeps orders apart is seen, as by a request that raced.
    shop.tables.orders.clear();
    assert_eq!(
        shop.place(&second).await,
        Err(BillingError::OrderUnfinished)
    );
    shop.tables.open_orders.clear();
    assert_eq!(shop.place(&second).await, Ok(second.trade_no.clone()));
    assert_ne!(number, second.trade_no);
}

#[tokio::test]
async fn an_unfinished_order_of_another_program_counts_too() {
    let mut shop = Shop::open();
    let adopted = ferroboard_billing::testing::an_order(40, BOB);
    shop.tables.orders.insert(adopted.id, adopted);
    let wanted = shop.wanted(BOB, 1, Period::Monthly);
    assert_eq!(
        shop.place(&wanted).await,
        Err(BillingError::OrderUnfinished)
    );
}

#[tokio::test]
async fn unknown_plans_and_users_are_refused() {
    let mut shop = Shop::open();
    let wanted = shop.wanted(BOB, 99, Period::Monthly);
    assert_eq!(shop.place(&wanted).await, Err(BillingError::PlanMissing));
    let wanted = shop.wanted(UserId::new(99), 1, Period::Monthly);
    assert_eq!(shop.place(&wanted).await, Err(BillingError::AccountMissing));
}

#[tokio::test]
async fn the_last_place_goes_to_the_first_order() {
    let mut shop = Shop::open();
    shop.plan(1).capacity_limit = Some(1);
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let wanted = shop.wanted(EVE, 1, Period::Monthly);
    assert_eq!(shop.place(&wanted).await, Err(BillingError::PlanSoldOut));
    shop.cancel(BOB, &number).await.unwrap();
    shop.place(&wanted).await.unwrap();
}

#[tokio::test]
async fn subscribers_take_places_and_keep_theirs() {
    let mut shop = Shop::open();
    shop.plan(1).capacity_limit = Some(1);
    shop.subscribe(BOB, NEXT_YEAR, 990);
    let wanted = shop.wanted(EVE, 1, Period::Monthly);
    assert_eq!(shop.place(&wanted).await, Err(BillingError::PlanSoldOut));
    shop.buy(BOB, 1, Period::Monthly).await;
}

#[tokio::test]
async fn a_coupons_last_use_goes_to_the_first_order() {
    let mut shop = Shop::open();
    let coupon = a_coupon(1, "LAST");
    shop.tables.coupons.insert(
        coupon.id,
        ferroboard_billing::Coupon {
            limit_use: Some(1),
            ..coupon.clone()
        },
    );
    let number = shop.buy_with(BOB, " last ").await.unwrap();
    assert_eq!(shop.order(&number).discount, Some(Cents::new(198)));
    assert_eq!(shop.order(&number).coupon_id, Some(coupon.id));
    assert_eq!(
        shop.buy_with(EVE, "LAST").await,
        Err(BillingError::CouponExhausted)
    );
    assert_eq!(
        shop.buy_with(EVE, "LOST").await,
        Err(BillingError::CouponInvalid)
    );
}

#[tokio::test]
async fn a_person_uses_a_coupon_as_often_as_one_may() {
    let mut shop = Shop::open();
    let coupon = a_coupon(1, "ONCE");
    shop.tables.coupons.insert(
        coupon.id,
        ferroboard_billing::Coupon {
            limit_use: None,
            limit_use_with_user: Some(1),
            ..coupon
        },
    );
    let number = shop.buy_with(BOB, "ONCE").await.unwrap();
    shop.cancel(BOB, &number).await.unwrap();
    let number = shop.buy_with(BOB, "ONCE").await.unwrap();
    let id = shop.order(&number).id;
    shop.tables.orders.get_mut(&id).unwrap().status = OrderStatus::Completed;
    shop.tables.open_orders.clear();
    let refused = BillingError::CouponUsedByUser { limit: 1 };
    assert_eq!(shop.buy_with(BOB, "ONCE").await, Err(refused));
    shop.buy_with(EVE, "ONCE").await.unwrap();
}

#[tokio::test]
async fn only_a_first_order_earns_where_the_terms_say_so() {
    let mut shop = Shop::open();
    let referral = Some(Referral {
        inviter: EVE,
        terms: Some(CommissionTerms {
            rate: Percent::whole(10),
            first_order_only: true,
        }),
    });
    let mut wanted = shop.wanted(BOB, 1, Period::Monthly);
    wanted.purchase.referral = referral;
    let number = shop.place(&wanted).await.unwrap();
    assert_eq!(shop.order(&number).commission, Cents::new(99));
    shop.cancel(BOB, &number).await.unwrap();
    shop.subscribe(BOB, NEXT_YEAR, 990);
    let mut wanted = shop.wanted(BOB, 1, Period::Monthly);
    wanted.purchase.referral = referral;
    let number = shop.place(&wanted).await.unwrap();
    let order = shop.order(&number);
    assert_eq!((order.inviter, order.commission), (Some(EVE), Cents::ZERO));
}

#[tokio::test]
async fn a_change_counts_what_is_left_of_the_old_plan() {
    let mut shop = Shop::open();
    let old = shop.subscribe(BOB, NOW.plus(Seconds::days(15)), 3_000);
    let number = shop.buy(BOB, 8, Period::Monthly).await;
    let order = shop.order(&number);
    assert_eq!(order.surplus, Some(Cents::new(1_500)));
    assert_eq!(order.surplus_orders, Some(vec![old]));
    assert_eq!(
        (order.total.get(), order.refund),
        (0, Some(Cents::new(500)))
    );
    assert_eq!(order.created_at, NOW);
    assert_eq!(shop.tables.orders[&old].created_at, APRIL);
    shop.policy.plan_change_allowed = false;
    shop.cancel(BOB, &number).await.unwrap();
    let wanted = shop.wanted(BOB, 8, Period::Monthly);
    assert_eq!(
        shop.place(&wanted).await,
        Err(BillingError::PlanChangeClosed)
    );
}

#[tokio::test]
async fn a_reset_is_sold_to_available_subscribers_alone() {
    let mut shop = Shop::open();
    let mut subscription = a_subscription(NEXT_YEAR);
    subscription.plan_id = PlanId::new(8);
    let mut row = BillingRow::default();
    row.subscribe(&subscription);
    shop.tables.users.insert(BOB, row);
    shop.banned.insert(BOB);
    let wanted = shop.wanted(BOB, 8, Period::ResetTraffic);
    assert_eq!(
        shop.place(&wanted).await,
        Err(BillingError::TrafficResetRefused)
    );
    shop.banned.clear();
    shop.place(&wanted).await.unwrap();
    let wanted = shop.wanted(EVE, 8, Period::ResetTraffic);
    assert_eq!(
        shop.place(&wanted).await,
        Err(BillingError::TrafficResetRefused)
    );
}

#[tokio::test]
async fn what_cannot_be_placed_is_not_quoted() {
    let mut shop = Shop::open();
    let coupon = a_coupon(1, "C20");
    shop.tables.coupons.insert(coupon.id, coupon);
    shop.subscribe(BOB, NOW.plus(Seconds::days(15)), 3_000);
    shop.give(BOB, 100);
    // That a quote says what the order will be is looked at with every order of these stories (Shop::place).
    let mut wanted = shop.wanted(BOB, 8, Period::Yearly);
    wanted.purchase.coupon = CouponCode::parse("c20");
    let quoted = shop.quote(BOB, &wanted.purchase).await.unwrap();
    assert_eq!(quoted.coupon.map(|coupon| coupon.code), Some("C20".into()));
    assert_eq!(quoted.quote.price, Cents::new(48_000));
    assert_eq!(quoted.quote.discount, Some(Cents::new(9_600)));
    assert_eq!(quoted.quote.surplus, Some(Cents::new(1_500)));
    assert_eq!(quoted.quote.balance_used, Some(Cents::new(100)));
    assert_eq!(quoted.quote.total, Cents::new(36_800));
    wanted.purchase.coupon = CouponCode::parse("none");
    let refused = shop.quote(BOB, &wanted.purchase).await;
    assert_eq!(refused, Err(BillingError::CouponInvalid));
    wanted.purchase.plan_id = PlanId::new(99);
    let refused = shop.quote(BOB, &wanted.purchase).await;
    assert_eq!(refused, Err(BillingError::PlanMissing));
    let refused = shop.quote(UserId::new(99), &wanted.purchase).await;
    assert_eq!(refused, Err(BillingError::AccountMissing));
}
