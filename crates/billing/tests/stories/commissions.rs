use ferroboard_billing::testing::a_completed_order;
use ferroboard_billing::{
    CommissionStatus, CommissionTaken, DueOrders, Order, OrderCredit, OrderRepository as _,
    OrderService, OrderStatus, Period,
};
use ferroboard_kernel::{Cents, CommissionReturn, OrderId, ReturnedShare, Seconds, TradeNo};

use crate::support::{BOB, EVE, NOW, Shop};

fn earning(id: i64) -> Order {
    Order {
        inviter: Some(EVE),
        commission: Cents::new(100),
        ..a_completed_order(id, BOB, Period::Monthly, 1_000, NOW)
    }
}

fn insert(shop: &mut Shop, order: Order) -> TradeNo {
    let number = order.trade_no.clone();
    shop.tables.orders.insert(order.id, order);
    number
}

#[tokio::test]
async fn commission_is_confirmed_after_three_quiet_days() {
    let mut shop = Shop::open();
    let number = insert(&mut shop, earning(1));
    let early = NOW.plus(Seconds::new(3 * 86_400 - 1));
    let confirmed = OrderService
        .confirm_commission(&mut shop, &number, early)
        .await;
    assert_eq!(confirmed, Ok(false));
    let ripe = NOW.plus(Seconds::days(3));
    assert_eq!(
        OrderService
            .confirm_commission(&mut shop, &number, ripe)
            .await,
        Ok(true)
    );
    assert_eq!(
        OrderService
            .confirm_commission(&mut shop, &number, ripe)
            .await,
        Ok(false)
    );
    assert_eq!(shop.order(&number).updated_at, ripe);
    let uninvited = Order {
        inviter: None,
        ..earning(3)
    };
    let pending = Order {
        status: OrderStatus::Pending,
        ..earning(4)
    };
    for order in [uninvited, pending] {
        let number = insert(&mut shop, order);
        let confirmed = OrderService
            .confirm_commission(&mut shop, &number, ripe)
            .await;
        assert_eq!(confirmed, Ok(false));
    }
}

/// The money came in, although its value went into another order.
#[tokio::test]
async fn commission_of_an_order_that_was_replaced_is_confirmed() {
    let mut shop = Shop::open();
    let folded = Order {
        status: OrderStatus::Discounted,
        ..earning(2)
    };
    let number = insert(&mut shop, folded);
    let ripe = NOW.plus(Seconds::days(3));
    let listed = shop.list_due_orders(DueOrders::ToConfirmCommission(ripe), None, 9);
    assert_eq!(listed.await.unwrap().len(), 1);
    let confirmed = OrderService
        .confirm_commission(&mut shop, &number, ripe)
        .await;
    assert_eq!(confirmed, Ok(true));
    let due = OrderService
        .take_commission(&mut shop, &number, ripe)
        .await
        .unwrap();
    assert_eq!(due.map(|due| due.amount), Some(Cents::new(100)));
}

#[tokio::test]
async fn commission_is_taken_once() {
    let mut shop = Shop::open();
    let number = insert(&mut shop, earning(1));
    assert_eq!(
        OrderService.take_commission(&mut shop, &number, NOW).await,
        Ok(None)
    );
    let order = shop.tables.orders.get_mut(&OrderId::new(1)).unwrap();
    order.commission_status = Some(CommissionStatus::Payable);
    let due = OrderService
        .take_commission(&mut shop, &number, NOW)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (due.inviter, due.buyer, due.amount),
        (EVE, BOB, Cents::new(100))
    );
    assert_eq!(due.order_amount, Cents::new(1_000));
    assert_eq!(
        OrderService.take_commission(&mut shop, &number, NOW).await,
        Ok(None)
    );
    OrderService
        .note_commission(&mut shop, due.order, Cents::ZERO, NOW)
        .await
        .unwrap();
    assert_eq!(shop.order(&number).commission_paid, None);
    OrderService
        .note_commission(&mut shop, due.order, Cents::new(80), NOW)
        .await
        .unwrap();
    assert_eq!(shop.order(&number).commission_paid, Some(Cents::new(80)));
    assert_eq!(
        shop.order(&number).commission_status,
        Some(CommissionStatus::Paid)
    );
}

#[tokio::test]
async fn what_is_due_is_listed_in_batches() {
    let mut shop = Shop::open();
    for id in 1..=5 {
        insert(&mut shop, earning(id));
    }
    let pending = shop.buy(EVE, 1, Period::Monthly).await;
    shop.check_out(EVE, &pending).await.unwrap();
    let due = DueOrders::ToConfirmCommission(NOW);
    let mut seen = vec![];
    let mut after = None;
    loop {
        let batch = shop.list_due_orders(due, after, 2).await.unwrap();
        let Some(last) = batch.last() else { break };
        after = Some(last.id);
        seen.extend(batch.iter().map(|order| order.id.get()));
    }
    assert_eq!(seen, [1, 2, 3, 4, 5]);
    for (due, count) in [
        (DueOrders::ToExpire(NOW), 1),
        (DueOrders::ToExpire(NOW.minus(Seconds::new(1))), 0),
        (DueOrders::ToReconcile(NOW), 1),
        (DueOrders::ToReconcile(NOW.plus(Seconds::new(1))), 0),
        (DueOrders::ToOpen, 0),
        (DueOrders::ToPayCommission, 0),
    ] {
        let found = shop.list_due_orders(due, None, 10).await.unwrap();
        assert_eq!(found.len(), count, "{due:?}");
    }
}

fn credit(amount: i64, orders: &[i64]) -> OrderCredit {
    OrderCredit {
        buyer: BOB,
        amount: Cents::new(amount),
        orders: orders.iter().copied().map(OrderId::new).collect(),
    }
}

fn lowered_by(lowered: Cents) -> CommissionTaken {
    CommissionTaken {
        lowered,
        returns: vec![],
    }
}

/// 100 were earned with 1,000: of every part that becomes credit a tenth is not paid, rounded up in all.
#[tokio::test]
async fn commission_of_what_became_credit_is_not_paid() {
    let mut shop = Shop::open();
    let number = insert(&mut shop, earning(1));
    let mut before = 100;
    for (amount, left) in [(301, 69), (4, 69), (5, 69), (90, 60), (9_999, 0)] {
        let taken = OrderService
            .take_commission_back(&mut shop, &credit(amount, &[1]))
            .await;
        let lowered = Cents::new(before - left);
        assert_eq!(taken, Ok(lowered_by(lowered)));
        assert_eq!(shop.order(&number).commission, Cents::new(left), "{amount}");
        before = left;
    }
}

/// What was not paid because it had become credit is not taken back again.
#[tokio::test]
async fn commission_that_was_paid_is_taken_back_from_the_rest() {
    let mut shop = Shop::open();
    let number = insert(&mut shop, earning(1));
    let first = OrderService
        .take_commission_back(&mut shop, &credit(500, &[1]))
        .await;
    assert_eq!(first, Ok(lowered_by(Cents::new(50))));
    let row = shop.tables.orders.get_mut(&OrderId::new(1)).unwrap();
    row.commission_status = Some(CommissionStatus::Payable);
    let due = OrderService.take_commission(&mut shop, &number, NOW).await;
    assert_eq!(due.unwrap().unwrap().amount, Cents::new(50));
    for (amount, share, cents) in [(250, (0, 250, 500), 25), (9_999, (250, 500, 500), 25)] {
        let taken = OrderService
            .take_commission_back(&mut shop, &credit(amount, &[1]))
            .await
            .unwrap();
        let share = ReturnedShare {
            before: Cents::new(share.0),
            after: Cents::new(share.1),
            whole: Cents::new(share.2),
        };
        let expected = CommissionReturn {
            trade_no: number.clone(),
            share,
        };
        assert_eq!(taken.returns, [expected]);
        assert_eq!(taken.lowered, Cents::ZERO);
        assert_eq!(share.of(Cents::new(50)), Ok(Cents::new(cents)));
    }
    assert_eq!(shop.order(&number).commission, Cents::new(50));
}
