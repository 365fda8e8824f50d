use ferroboard_billing::testing::{a_package, a_subscription};
use ferroboard_billing::{
    BillingError, Gift, Gigabytes, Opened, OrderKind, OrderService, OrderStatus, PackageEnd,
    PackageService, Period, PlacePackage, RefundDestination, ResetSource, SubscriptionService,
    TopUpPolicy, TrafficService,
};
use ferroboard_kernel::{
    Cents, CommissionTerms, PackageId, Percent, Referral, Seconds, TradeNo, UserId,
};

use crate::support::{BOB, EVE, NOW, Shop, paid};

/// What plan 1 gives.
const PLAN: i64 = Gigabytes::new(100).bytes();
/// What a package gives.
const PACKAGE: i64 = Gigabytes::new(10).bytes();

/// Bob has plan 1 for a month; packages 1 to 3 last until a reset, the end, and until they are used up.
fn a_shop() -> Shop {
    let mut shop = Shop::open();
    shop.user(BOB)
        .subscribe(&a_subscription(NOW.plus(Seconds::days(30))));
    for (id, until) in (1..).zip(PackageEnd::ALL) {
        let mut package = a_package(id);
        package.terms.until = until;
        shop.tables.packages.insert(package.id, package);
    }
    shop
}

async fn place(shop: &mut Shop, user: UserId, package: i64) -> Result<TradeNo, BillingError> {
    place_invited(shop, user, package, None).await
}

async fn place_invited(
    shop: &mut Shop,
    user: UserId,
    package: i64,
    referral: Option<Referral>,
) -> Result<TradeNo, BillingError> {
    let policy = shop.policy.clone();
    let before = shop.tables.clone();
    let wanted = PlacePackage {
        package: PackageId::new(package),
        referral,
        trade_no: TradeNo::stored(format!("P{}", shop.tables.orders.len())),
        now: shop.now,
    };
    let buyer = OrderService.lock_buyer(shop, user).await?;
    let placed = OrderService
        .place_package(shop, &buyer, &wanted, &policy)
        .await;
    if placed.is_err() {
        shop.tables = before;
    }
    placed.map(|_| wanted.trade_no)
}

/// Places, pays and opens.
async fn buy(shop: &mut Shop, package: i64) -> TradeNo {
    let number = place(shop, BOB, package).await.unwrap();
    shop.receive(1, &paid(&number, number.as_str(), 500)).await;
    assert_eq!(shop.open_order(&number).await, Ok(Opened::Now(BOB, None)));
    number
}

async fn reset(shop: &mut Shop) {
    let (policy, now) = (shop.policy.clone(), shop.now);
    TrafficService
        .reset_by_hand(shop, BOB, &policy, now)
        .await
        .unwrap();
}

fn quota(shop: &mut Shop) -> i64 {
    shop.user(BOB).transfer_enable
}

/// What is left of the packages that Bob bought, by order.
async fn left(shop: &mut Shop) -> Vec<i64> {
    let own = OrderService.list_packages_of(shop, BOB).await.unwrap();
    own.into_iter().map(|(_, left)| left).collect()
}

#[tokio::test]
async fn a_paid_package_comes_on_top_once() {
    let mut shop = a_shop();
    let number = place(&mut shop, BOB, 3).await.unwrap();
    let order = shop.order(&number).clone();
    assert_eq!(
        (order.kind, order.period, order.plan_id),
        (
            OrderKind::TrafficPackage,
            Period::Traffic,
            TopUpPolicy::NO_PLAN
        )
    );
    assert_eq!((order.total, order.surplus), (Cents::new(500), None));
    assert_eq!(quota(&mut shop), PLAN);
    // What an administrator says of it meanwhile is for the next one.
    let package = shop.tables.packages.get_mut(&PackageId::new(3)).unwrap();
    package.terms.traffic = Gigabytes::new(1);
    package.terms.until = PackageEnd::Reset;
    shop.receive(1, &paid(&number, "n1", 500)).await;
    let end = shop.user(BOB).expired_at;
    assert_eq!(shop.open_order(&number).await, Ok(Opened::Now(BOB, None)));
    assert_eq!(shop.open_order(&number).await, Ok(Opened::Before));
    assert_eq!(quota(&mut shop), PLAN + PACKAGE);
    assert_eq!(shop.user(BOB).expired_at, end);
    assert_eq!(left(&mut shop).await, [PACKAGE]);
    reset(&mut shop).await;
    assert_eq!(quota(&mut shop), PLAN + PACKAGE);
    shop.audit();
}

#[tokio::test]
async fn a_reset_leaves_what_was_not_used_of_what_lasts() {
    let mut shop = a_shop();
    for package in [3, 1, 2] {
        buy(&mut shop, package).await;
    }
    assert_eq!(quota(&mut shop), PLAN + 3 * PACKAGE);
    shop.user(BOB).download = PLAN + 4;
    shop.user(BOB).upload = 3;
    assert_eq!(left(&mut shop).await, [PACKAGE - 7, PACKAGE, PACKAGE]);
    reset(&mut shop).await;
    assert_eq!(left(&mut shop).await, [PACKAGE - 7, PACKAGE]);
    assert_eq!(quota(&mut shop), PLAN + 2 * PACKAGE - 7);
    shop.user(BOB).download = PLAN + 2 * PACKAGE;
    reset(&mut shop).await;
    assert_eq!(left(&mut shop).await, [0; 0]);
    assert_eq!(quota(&mut shop), PLAN);
}

#[tokio::test]
async fn a_renewal_and_another_plan_keep_them_and_a_new_subscription_what_is_not_used_up() {
    for (plan, plan_quota) in [(1, PLAN), (8, Gigabytes::new(1_000).bytes())] {
        let mut shop = a_shop();
        for package in [2, 3] {
            buy(&mut shop, package).await;
        }
        shop.user(BOB).download = PLAN + 5;
        let number = shop.buy(BOB, plan, Period::Monthly).await;
        let due = shop.order(&number).total.get();
        shop.receive(1, &paid(&number, "m", due)).await;
        shop.open_order(&number).await.unwrap();
        assert_eq!(quota(&mut shop), plan_quota + 2 * PACKAGE, "plan {plan}");
        shop.now = shop.now.plus(Seconds::days(300));
        let number = shop.buy(BOB, plan, Period::Monthly).await;
        let due = shop.order(&number).total.get();
        shop.receive(1, &paid(&number, "n", due)).await;
        shop.open_order(&number).await.unwrap();
        // What was used is taken off the oldest, which the end takes whole.
        assert_eq!(quota(&mut shop), plan_quota + PACKAGE, "plan {plan}");
        assert_eq!(left(&mut shop).await, [PACKAGE]);
        shop.audit();
    }
}

#[tokio::test]
async fn a_bought_reset_and_a_gift_leave_them_on_top() {
    let mut shop = a_shop();
    shop.plan(1).prices =
        ferroboard_billing::PriceList::from_json(Some(r#"{"monthly": 9.9, "reset_traffic": 3}"#));
    buy(&mut shop, 3).await;
    shop.user(BOB).download = PLAN + 9;
    let number = shop.buy(BOB, 1, Period::ResetTraffic).await;
    shop.receive(1, &paid(&number, "r", 300)).await;
    shop.open_order(&number).await.unwrap();
    assert_eq!(quota(&mut shop), PLAN + PACKAGE - 9);
    let gift = Gift {
        plan: Some((ferroboard_kernel::PlanId::new(8), 30)),
        traffic: 77,
        resets_traffic: true,
        ..Gift::default()
    };
    let (policy, now) = (shop.policy.clone(), shop.now);
    shop.user(BOB).download = PLAN + 1;
    SubscriptionService
        .give(&mut shop, BOB, gift, ResetSource::GiftCard, &policy, now)
        .await
        .unwrap();
    let plan = Gigabytes::new(1_000).bytes();
    assert_eq!(quota(&mut shop), plan + 77 + PACKAGE - 10);
}

#[tokio::test]
async fn an_administrator_may_leave_less_than_packages_give() {
    let mut shop = a_shop();
    for package in [2, 3] {
        buy(&mut shop, package).await;
    }
    shop.user(BOB).transfer_enable = PACKAGE + 5;
    let now = shop.now;
    PackageService.fit(&mut shop, BOB, now).await.unwrap();
    assert_eq!(quota(&mut shop), PACKAGE + 5);
    assert_eq!(left(&mut shop).await, [PACKAGE, 5]);
    reset(&mut shop).await;
    assert_eq!(quota(&mut shop), PACKAGE + 5);
}

#[tokio::test]
async fn the_last_one_is_sold_once_and_comes_back_with_a_cancellation() {
    let mut shop = a_shop();
    shop.user(EVE)
        .subscribe(&a_subscription(NOW.plus(Seconds::days(30))));
    let package = shop.tables.packages.get_mut(&PackageId::new(1)).unwrap();
    package.terms.capacity = Some(1);
    let number = place(&mut shop, BOB, 1).await.unwrap();
    let second = place(&mut shop, EVE, 1).await;
    assert_eq!(second, Err(BillingError::PackageSoldOut));
    shop.cancel(BOB, &number).await.unwrap();
    assert_eq!(shop.order(&number).status, OrderStatus::Cancelled);
    place(&mut shop, EVE, 1).await.unwrap();
    shop.audit();
}

#[tokio::test]
async fn what_cannot_be_had_takes_nothing() {
    let mut shop = a_shop();
    shop.give(BOB, 1_000);
    let missing = place(&mut shop, BOB, 99).await;
    assert_eq!(missing, Err(BillingError::PackageMissing));
    let without_plan = place(&mut shop, EVE, 1).await;
    assert_eq!(without_plan, Err(BillingError::PackageRefused));
    let package = shop.tables.packages.get_mut(&PackageId::new(1)).unwrap();
    package.show = false;
    let hidden = place(&mut shop, BOB, 1).await;
    assert_eq!(hidden, Err(BillingError::PackageMissing));
    place(&mut shop, BOB, 2).await.unwrap();
    let busy = place(&mut shop, BOB, 2).await;
    assert_eq!(busy, Err(BillingError::OrderUnfinished));
    assert_eq!(shop.tables.packages[&PackageId::new(1)].sold, 0);
    assert_eq!(shop.tables.packages[&PackageId::new(2)].sold, 1);
    shop.audit();
}

#[tokio::test]
async fn discount_balance_and_commission_are_as_for_plans() {
    let mut shop = a_shop();
    shop.give(BOB, 100);
    shop.user(BOB).discount = Some(20);
    let referral = Referral {
        inviter: EVE,
        terms: Some(CommissionTerms {
            rate: Percent::whole(10),
            first_order_only: false,
        }),
    };
    let placed = place_invited(&mut shop, BOB, 1, Some(referral)).await;
    let order = shop.order(&placed.unwrap()).clone();
    assert_eq!(order.discount, Some(Cents::new(100)));
    assert_eq!(order.balance_used, Some(Cents::new(100)));
    assert_eq!(order.total, Cents::new(300));
    assert_eq!(
        (order.inviter, order.commission),
        (Some(EVE), Cents::new(30))
    );
    shop.cancel(BOB, &order.trade_no).await.unwrap();
    assert_eq!(shop.balance(BOB), 100);
    shop.audit();
}

#[tokio::test]
async fn what_is_paid_after_the_end_is_kept_until_it_is_used_up() {
    let mut shop = a_shop();
    let number = place(&mut shop, BOB, 1).await.unwrap();
    shop.receive(1, &paid(&number, "n1", 500)).await;
    shop.now = shop.now.plus(Seconds::days(31));
    shop.open_order(&number).await.unwrap();
    let number = shop.buy(BOB, 1, Period::Monthly).await;
    shop.receive(1, &paid(&number, "n2", 990)).await;
    shop.open_order(&number).await.unwrap();
    assert_eq!(quota(&mut shop), PLAN + PACKAGE);
}

#[tokio::test]
async fn a_refund_takes_back_what_is_not_used() {
    let mut shop = a_shop();
    let number = buy(&mut shop, 3).await;
    shop.user(BOB).download = PLAN + 6;
    shop.refund(&number, 250, RefundDestination::Balance, true)
        .await
        .unwrap();
    assert_eq!((quota(&mut shop), shop.balance(BOB)), (PLAN + 6, 250));
    let again = shop
        .refund(&number, 100, RefundDestination::Balance, true)
        .await;
    assert_eq!(again, Err(BillingError::NothingToTakeBack));
    reset(&mut shop).await;
    assert_eq!(quota(&mut shop), PLAN);
    shop.audit();
}
