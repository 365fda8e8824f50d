use ferroboard_billing::testing::a_coupon;
use ferroboard_billing::{BillingError, OrderService, OrderStatus, Period};
use ferroboard_kernel::{Seconds, TradeNo};

use crate::support::{BOB, EVE, NOW, Shop, paid};

#[tokio::test]
async fn balance_and_coupon_come_back_once() {
    let mut shop = Shop::open();
    shop.give(BOB, 300);
    let coupon = a_coupon(1, "C20");
    shop.tables.coupons.insert(coupon.id, coupon.clone());
    let number = shop.buy_with(BOB, "C20").await.unwrap();
    assert_eq!(shop.tables.coupons[&coupon.id].limit_use, Some(4));
    shop.cancel(BOB, &number).await.unwrap();
    assert_eq!(shop.order(&number).status, OrderStatus::Cancelled);
    assert_eq!(shop.balance(BOB), 300);
    assert_eq!(shop.tables.coupons[&coupon.id].limit_use, Some(5));
    let again = shop.cancel(BOB, &number).await;
    assert_eq!(again, Err(BillingError::OrderNotCancellable));
    assert_eq!(shop.balance(BOB), 300);
    shop.audit();
}

#[tokio::test]
async fn strangers_and_finished_orders_are_refused() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    assert_eq!(
        shop.cancel(EVE, &number).await,
        Err(BillingError::OrderMissing)
    );
    let unknown = TradeNo::stored("unknown".to_owned());
    assert_eq!(
        shop.cancel(BOB, &unknown).await,
        Err(BillingError::OrderMissing)
    );
    shop.receive(1, &paid(&number, "n1", 990)).await;
    assert_eq!(
        shop.cancel(BOB, &number).await,
        Err(BillingError::OrderNotCancellable)
    );
}

#[tokio::test]
async fn orders_expire_after_two_hours() {
    let mut shop = Shop::open();
    shop.give(BOB, 300);
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    for (after, expires) in [(7_199, false), (7_200, true), (9_000, false)] {
        let now = NOW.plus(Seconds::new(after));
        let expired = OrderService.expire(&mut shop, &number, now).await;
        assert_eq!(expired, Ok(expires), "after {after} seconds");
    }
    assert_eq!(shop.balance(BOB), 300);
    shop.audit();
}

#[tokio::test]
async fn the_order_of_a_deleted_account_expires_without_refund() {
    let mut shop = Shop::open();
    shop.give(BOB, 300);
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    shop.tables.users.remove(&BOB);
    let later = NOW.plus(Seconds::hours(2));
    assert_eq!(
        OrderService.expire(&mut shop, &number, later).await,
        Ok(true)
    );
}
