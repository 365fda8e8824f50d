use ferroboard_billing::{
    BalanceRepository as _, BillingError, BonusTier, Opened, OrderKind, OrderService, OrderStatus,
    Period, PlaceTopUp, Receipt, RefundDestination, RefundService, TopUpPolicy,
};
use ferroboard_kernel::{Cents, LedgerEntry, LedgerKind, TradeNo, UserId};

use crate::support::{BOB, Shop, paid};

fn a_shop() -> Shop {
    let mut shop = Shop::open();
    shop.policy.top_ups = TopUpPolicy {
        enabled: true,
        bonuses: vec![BonusTier {
            from: Cents::new(5_000),
            bonus: Cents::new(400),
        }],
        earns_commission: false,
    };
    shop
}

async fn top_up(shop: &mut Shop, user: UserId, amount: i64) -> Result<TradeNo, BillingError> {
    let policy = shop.policy.clone();
    let before = shop.tables.clone();
    let wanted = PlaceTopUp {
        amount: Cents::new(amount),
        referral: None,
        trade_no: TradeNo::stored(format!("D{}", shop.tables.orders.len())),
        now: shop.now,
    };
    let buyer = OrderService.lock_buyer(shop, user).await?;
    let placed = OrderService
        .place_top_up(shop, &buyer, &wanted, &policy)
        .await;
    if placed.is_err() {
        shop.tables = before;
    }
    placed.map(|_| wanted.trade_no)
}

fn entries(shop: &Shop, number: &TradeNo) -> Vec<(LedgerKind, i64)> {
    entries_of(shop, number.as_str())
}

fn entries_of(shop: &Shop, reference: &str) -> Vec<(LedgerKind, i64)> {
    let own = shop.tables.ledger.iter();
    own.filter(|entry| entry.reference == reference)
        .map(|entry| (entry.kind, entry.amount.get()))
        .collect()
}

#[tokio::test]
async fn a_paid_top_up_is_on_the_balance_once() {
    let mut shop = a_shop();
    shop.give(BOB, 70);
    let number = top_up(&mut shop, BOB, 5_000).await.unwrap();
    let order = shop.order(&number).clone();
    assert_eq!(
        (order.kind, order.period),
        (OrderKind::TopUp, Period::Deposit)
    );
    assert_eq!((order.total, order.balance_used), (Cents::new(5_000), None));
    assert_eq!(order.plan_id, TopUpPolicy::NO_PLAN);
    assert_eq!(shop.balance(BOB), 70);
    shop.check_out(BOB, &number).await.unwrap();
    // What the site says by now is for the next one.
    shop.policy.top_ups = TopUpPolicy::default();
    let notice = paid(&number, "n1", 5_000);
    assert_eq!(shop.receive(1, &notice).await, Receipt::Paid);
    assert_eq!(shop.open_order(&number).await, Ok(Opened::Now(BOB, None)));
    assert_eq!(shop.open_order(&number).await, Ok(Opened::Before));
    assert!(matches!(
        shop.receive(1, &notice).await,
        Receipt::Repeated { .. }
    ));
    let expected = [
        (LedgerKind::Deposit, 5_000),
        (LedgerKind::DepositBonus, 400),
    ];
    assert_eq!(entries(&shop, &number), expected);
    assert_eq!(shop.balance(BOB), 5_470);
    assert_eq!(shop.user(BOB).plan_id, None);
    shop.audit();
}

#[tokio::test]
async fn a_small_top_up_has_one_entry() {
    let mut shop = a_shop();
    let number = top_up(&mut shop, BOB, 1).await.unwrap();
    shop.receive(1, &paid(&number, "n1", 1)).await;
    shop.open_order(&number).await.unwrap();
    assert_eq!(entries(&shop, &number), [(LedgerKind::Deposit, 1)]);
    shop.audit();
}

#[tokio::test]
async fn there_is_one_unfinished_order_a_user() {
    let mut shop = a_shop();
    let number = top_up(&mut shop, BOB, 100).await.unwrap();
    let second = top_up(&mut shop, BOB, 100).await;
    assert_eq!(second, Err(BillingError::OrderUnfinished));
    let purchase = shop.wanted(BOB, 1, Period::Monthly);
    assert_eq!(
        shop.place(&purchase).await,
        Err(BillingError::OrderUnfinished)
    );
    shop.cancel(BOB, &number).await.unwrap();
    assert_eq!(shop.order(&number).status, OrderStatus::Cancelled);
    top_up(&mut shop, BOB, 100).await.unwrap();
    shop.audit();
}

#[tokio::test]
async fn a_late_payment_is_credited_without_a_bonus() {
    let mut shop = a_shop();
    let number = top_up(&mut shop, BOB, 5_000).await.unwrap();
    shop.cancel(BOB, &number).await.unwrap();
    let late = shop.receive(1, &paid(&number, "n1", 5_000)).await;
    assert_eq!(late, Receipt::CreditedLate);
    assert_eq!(shop.balance(BOB), 5_000);
    assert_eq!(shop.open_order(&number).await, Ok(Opened::Unpaid));
    shop.audit();
}

#[tokio::test]
async fn a_balance_that_cannot_hold_it_keeps_it_paid() {
    let mut shop = a_shop();
    let number = top_up(&mut shop, BOB, 5_000).await.unwrap();
    shop.give(BOB, 2_147_483_647 - 5_000);
    shop.receive(1, &paid(&number, "n1", 5_000)).await;
    let refused = shop.open_order(&number).await;
    assert_eq!(refused, Err(BillingError::BalanceOutOfRange));
    assert_eq!(shop.order(&number).status, OrderStatus::Processing);
    assert_eq!(entries(&shop, &number), []);
}

#[tokio::test]
async fn what_is_closed_takes_nothing() {
    let mut shop = Shop::open();
    let refused = top_up(&mut shop, BOB, 100).await;
    assert_eq!(refused, Err(BillingError::TopUpClosed));
}

/// Bob's balance holds a top-up of 5,000 and its bonus of 400.
async fn with_a_top_up() -> (Shop, TradeNo) {
    let mut shop = a_shop();
    let number = top_up(&mut shop, BOB, 5_000).await.unwrap();
    shop.check_out(BOB, &number).await.unwrap();
    shop.receive(1, &paid(&number, "n1", 5_000)).await;
    shop.open_order(&number).await.unwrap();
    (shop, number)
}

#[tokio::test]
async fn what_is_refunded_leaves_the_balance_with_its_share_of_the_bonus() {
    let (mut shop, number) = with_a_top_up().await;
    let refused = shop
        .refund(&number, 1_000, RefundDestination::Balance, false)
        .await;
    assert_eq!(refused, Err(BillingError::OrderNotRefundable));
    shop.refund(&number, 1_000, RefundDestination::Outside, false)
        .await
        .unwrap();
    assert_eq!(shop.balance(BOB), 4_320);
    let expected = [
        (LedgerKind::RefundPayout, -1_000),
        (LedgerKind::DepositBonus, -80),
    ];
    assert_eq!(entries_of(&shop, "refund:1"), expected);
    shop.refund(&number, 4_000, RefundDestination::Outside, false)
        .await
        .unwrap();
    assert_eq!(shop.balance(BOB), 0);
    shop.audit();
}

#[tokio::test]
async fn what_was_spent_is_not_refunded() {
    let (mut shop, number) = with_a_top_up().await;
    let spent = LedgerEntry {
        user: BOB,
        amount: Cents::new(-1_000),
        kind: LedgerKind::Admin,
        reference: "spent".to_owned(),
        at: shop.now,
    };
    assert!(shop.move_balance(&spent).await.unwrap());
    let before = shop.balance(BOB);
    let refused = shop
        .refund(&number, 5_000, RefundDestination::Outside, false)
        .await;
    assert_eq!(refused, Err(BillingError::BalanceInsufficient));
    assert_eq!(shop.balance(BOB), before);
    shop.refund(&number, 4_000, RefundDestination::Outside, false)
        .await
        .unwrap();
    assert_eq!(shop.balance(BOB), before - 4_320);
    shop.audit();
}

#[tokio::test]
async fn a_refused_refund_is_on_the_balance_again() {
    let (mut shop, number) = with_a_top_up().await;
    let locked = shop
        .request(&number, 2_500, RefundDestination::Gateway, false)
        .await
        .unwrap();
    assert_eq!(shop.balance(BOB), 2_700);
    let now = shop.now;
    RefundService
        .refuse(&mut shop, &locked, "no", now)
        .await
        .unwrap();
    assert_eq!(shop.balance(BOB), 5_400);
    // Each part goes back as what it was.
    let taken = [
        (LedgerKind::RefundPayout, -2_500),
        (LedgerKind::DepositBonus, -200),
        (LedgerKind::Refund, 2_500),
    ];
    assert_eq!(entries_of(&shop, "refund:1"), taken);
    let bonus = [(LedgerKind::DepositBonus, 200)];
    assert_eq!(entries_of(&shop, "refund:1:refused"), bonus);
    let paid_out = shop
        .request(&number, 5_000, RefundDestination::Gateway, false)
        .await
        .unwrap();
    shop.pay_out(&paid_out).await.unwrap();
    assert_eq!(shop.balance(BOB), 0);
    shop.audit();
}
