use ferroboard_billing::testing::a_subscription;
use ferroboard_billing::{
    BillingError, Gigabytes, Opened, OrderService, OrderStatus, Period, ResetMethod, ResetSource,
};
use ferroboard_kernel::{Cents, PlanId, Seconds, TradeNo, UnixSeconds, Zone};

use crate::support::{BOB, EVE, NOW, Shop, paid};

const IN_15_DAYS: UnixSeconds = UnixSeconds::new(1_777_593_600);

async fn pay_and_open(shop: &mut Shop, number: &TradeNo) -> Result<Opened, BillingError> {
    let amount = shop.order(number).total.get();
    shop.receive(1, &paid(number, number.as_str(), amount))
        .await;
    shop.open_order(number).await
}

#[tokio::test]
async fn a_first_purchase_gives_the_plan_from_now_on() {
    let mut shop = Shop::open();
    shop.user(BOB).download = 5;
    let number = shop.buy(BOB, 8, Period::Yearly).await;
    assert_eq!(shop.open_order(&number).await, Ok(Opened::Unpaid));
    assert_eq!(
        pay_and_open(&mut shop, &number).await,
        Ok(Opened::Now(BOB, None))
    );
    assert_eq!(shop.order(&number).status, OrderStatus::Completed);
    let row = shop.user(BOB).clone();
    let subscription = row.subscription().unwrap();
    assert_eq!(subscription.plan_id, PlanId::new(8));
    assert_eq!(subscription.transfer_enable, Gigabytes::new(1_000).bytes());
    assert_eq!(
        (subscription.speed_limit, subscription.device_limit),
        (Some(500), Some(3))
    );
    assert_eq!(
        subscription.expired_at,
        Some(Zone::default().months_after(NOW, 12))
    );
    assert!(subscription.next_reset_at.is_some());
    assert_eq!(
        (row.download, row.reset_count, row.last_reset_at),
        (0, 1, Some(NOW))
    );
    let log = shop.tables.resets[0];
    assert_eq!(
        (log.old_download, log.reset.source),
        (5, ResetSource::Order)
    );
    assert_eq!(log.reset.method, ResetMethod::Monthly);
}

#[tokio::test]
async fn opening_twice_gives_once() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    pay_and_open(&mut shop, &number).await.unwrap();
    let after = shop.user(BOB).clone();
    assert_eq!(shop.open_order(&number).await, Ok(Opened::Before));
    assert_eq!(*shop.user(BOB), after);
    shop.audit();
}

#[tokio::test]
async fn a_new_order_event_resets_once() {
    let mut shop = Shop::open();
    shop.policy.reset_on_new = true;
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    pay_and_open(&mut shop, &number).await.unwrap();
    assert_eq!(shop.tables.resets.len(), 1);
}

#[tokio::test]
async fn a_renewal_adds_its_months_to_the_end_and_keeps_the_traffic() {
    let mut shop = Shop::open();
    shop.subscribe(BOB, IN_15_DAYS, 990);
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    pay_and_open(&mut shop, &number).await.unwrap();
    let row = shop.user(BOB).clone();
    let end = row.subscription().unwrap().expired_at;
    assert_eq!(end, Some(Zone::default().months_after(IN_15_DAYS, 1)));
    assert_eq!((row.download, row.reset_count), (1_000, 0));
    shop.policy.reset_on_renewal = true;
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    pay_and_open(&mut shop, &number).await.unwrap();
    assert_eq!(shop.user(BOB).reset_count, 1);
}

#[tokio::test]
async fn a_change_refunds_discounts_and_begins_now() {
    let mut shop = Shop::open();
    let old = shop.subscribe(BOB, IN_15_DAYS, 3_000);
    let number = shop.buy(BOB, 8, Period::Monthly).await;
    shop.check_out(BOB, &number).await.unwrap();
    assert_eq!(shop.open_order(&number).await, Ok(Opened::Now(BOB, None)));
    assert_eq!(shop.balance(BOB), 500);
    assert_eq!(shop.tables.orders[&old].status, OrderStatus::Discounted);
    let row = shop.user(BOB).clone();
    let subscription = row.subscription().unwrap();
    assert_eq!(subscription.plan_id, PlanId::new(8));
    assert_eq!(
        subscription.expired_at,
        Some(Zone::default().months_after(NOW, 1))
    );
    assert_eq!(
        (subscription.speed_limit, subscription.device_limit),
        (Some(500), Some(3))
    );
    assert_eq!((row.download, row.reset_count), (1_000, 0));
    shop.audit();
}

#[tokio::test]
async fn a_change_resets_traffic_where_the_site_says_so() {
    let mut shop = Shop::open();
    shop.policy.reset_on_change = true;
    shop.subscribe(BOB, IN_15_DAYS, 3_000);
    let number = shop.buy(BOB, 8, Period::Monthly).await;
    shop.check_out(BOB, &number).await.unwrap();
    shop.open_order(&number).await.unwrap();
    assert_eq!(
        (shop.user(BOB).download, shop.user(BOB).reset_count),
        (0, 1)
    );
}

#[tokio::test]
async fn a_month_of_a_plan_that_never_ended_ends() {
    let mut shop = Shop::open();
    let mut subscription = a_subscription(NOW);
    subscription.expired_at = None;
    shop.user(BOB).subscribe(&subscription);
    shop.user(BOB).upload = 9;
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    pay_and_open(&mut shop, &number).await.unwrap();
    let row = shop.user(BOB).clone();
    assert_eq!(
        row.subscription().unwrap().expired_at,
        Some(Zone::default().months_after(NOW, 1))
    );
    assert_eq!((row.upload, row.reset_count), (0, 1));
}

#[tokio::test]
async fn a_one_time_plan_never_ends() {
    let mut shop = Shop::open();
    shop.subscribe(BOB, IN_15_DAYS, 990);
    let number = shop.buy(BOB, 8, Period::OneTime).await;
    pay_and_open(&mut shop, &number).await.unwrap();
    let row = shop.user(BOB).clone();
    let subscription = row.subscription().unwrap();
    assert_eq!(
        (subscription.expired_at, subscription.next_reset_at),
        (None, None)
    );
    assert_eq!(row.reset_count, 1);
}

#[tokio::test]
async fn a_reset_leaves_the_subscription_and_takes_the_plans_limits() {
    let mut shop = Shop::open();
    let mut subscription = a_subscription(IN_15_DAYS);
    subscription.plan_id = PlanId::new(8);
    shop.user(BOB).subscribe(&subscription);
    shop.user(BOB).upload = 9;
    let number = shop.buy(BOB, 8, Period::ResetTraffic).await;
    pay_and_open(&mut shop, &number).await.unwrap();
    let row = shop.user(BOB).clone();
    let after = row.subscription().unwrap();
    assert_eq!(after.expired_at, subscription.expired_at);
    assert_eq!(after.transfer_enable, subscription.transfer_enable);
    assert_eq!(
        (after.speed_limit, after.device_limit),
        (Some(500), Some(3))
    );
    assert_eq!((row.upload, row.reset_count), (0, 1));
}

#[tokio::test]
async fn a_failure_leaves_the_order_paid_and_is_visible_until_it_opens() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    let plan = shop.tables.plans.remove(&PlanId::new(1)).unwrap();
    assert_eq!(
        pay_and_open(&mut shop, &number).await,
        Err(BillingError::PlanMissing)
    );
    assert_eq!(shop.order(&number).status, OrderStatus::Processing);
    let id = shop.order(&number).id;
    for attempts in 1..3 {
        OrderService
            .note_failure(&mut shop, &number, "no plan", NOW)
            .await
            .unwrap();
        assert_eq!(shop.tables.failures[&id].attempts, attempts);
    }
    shop.tables.plans.insert(plan.id, plan);
    assert_eq!(shop.open_order(&number).await, Ok(Opened::Now(BOB, None)));
    assert!(shop.tables.failures.is_empty());
    OrderService
        .note_failure(&mut shop, &number, "late", NOW)
        .await
        .unwrap();
    assert!(shop.tables.failures.is_empty());
}

#[tokio::test]
async fn value_is_not_spent_twice() {
    let mut shop = Shop::open();
    let old = shop.subscribe(BOB, IN_15_DAYS, 3_000);
    let number = shop.buy(BOB, 8, Period::Monthly).await;
    shop.check_out(BOB, &number).await.unwrap();
    let saved = shop.tables.clone();
    shop.tables.orders.get_mut(&old).unwrap().status = OrderStatus::Discounted;
    assert_eq!(
        shop.open_order(&number).await,
        Err(BillingError::SurplusChanged)
    );
    shop.tables = saved;
    shop.tables.orders.get_mut(&old).unwrap().user_id = EVE;
    assert_eq!(
        shop.open_order(&number).await,
        Err(BillingError::SurplusChanged)
    );
    assert_eq!(shop.balance(BOB), 0);
}

#[tokio::test]
async fn an_order_of_a_deleted_account_stays_unopened() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    shop.tables.users.remove(&BOB);
    assert_eq!(
        pay_and_open(&mut shop, &number).await,
        Err(BillingError::AccountMissing)
    );
    shop.now = NOW.plus(Seconds::days(1));
    assert_eq!(
        shop.open_order(&number).await,
        Err(BillingError::AccountMissing)
    );
}

/// All of a plan that never ends is used up, the counters are cleared for a price, and the plan is
/// changed: nothing comes back.
#[tokio::test]
async fn what_was_used_before_a_bought_reset_is_not_given_back() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 8, Period::OneTime).await;
    pay_and_open(&mut shop, &number).await.unwrap();
    for (used, worth) in [(250, 45_000), (750, 0)] {
        shop.user(BOB).download = Gigabytes::new(used).bytes();
        let number = shop.buy(BOB, 8, Period::ResetTraffic).await;
        pay_and_open(&mut shop, &number).await.unwrap();
        assert_eq!(shop.user(BOB).download, 0);
        let number = shop.buy(BOB, 1, Period::Monthly).await;
        let surplus = shop.order(&number).surplus;
        assert_eq!(surplus, Some(Cents::new(worth)), "{used} GB used");
        shop.cancel(BOB, &number).await.unwrap();
    }
    shop.audit();
}

/// Half of the plan is used between placing the order for another one and paying it.
#[tokio::test]
async fn what_is_used_while_an_order_waits_is_not_given_back() {
    let mut shop = Shop::open();
    let number = shop.buy(BOB, 8, Period::OneTime).await;
    pay_and_open(&mut shop, &number).await.unwrap();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    assert_eq!(shop.order(&number).refund, Some(Cents::new(59_010)));
    shop.user(BOB).download = Gigabytes::new(500).bytes();
    shop.check_out(BOB, &number).await.unwrap();
    shop.open_order(&number).await.unwrap();
    let order = shop.order(&number);
    assert_eq!(order.surplus, Some(Cents::new(30_000)));
    assert_eq!(order.refund, Some(Cents::new(29_010)));
    assert_eq!(shop.balance(BOB), 29_010);
    shop.audit();
}
