//! Promises about receipts.

use std::collections::BTreeSet;

use ferroboard_billing::testing::{a_payment_method, a_plan};
use ferroboard_billing::{
    OrderKind, OrderReceipt, PaidBy, Period, ReceiptAmounts, ReceiptNames, ReceiptNumber,
    ReceiptSeller,
};
use ferroboard_kernel::{Cents, Decimal, OrderId, PaymentId, PlanId, StoreError, TradeNo, UserId};

use crate::contract::{FreshStore, assert_duplicate, t};

/// A receipt with a value in every member.
pub(in crate::contract) fn a_receipt(order: i64, place: i64) -> OrderReceipt {
    OrderReceipt {
        number: ReceiptNumber { year: 2025, place },
        order: OrderId::new(order),
        trade_no: TradeNo::stored(format!("{order:025}")),
        user: UserId::new(7),
        kind: OrderKind::Change,
        period: Period::HalfYearly,
        names: ReceiptNames {
            buyer: "ann@demo.test".to_owned(),
            item: "套餐 α".to_owned(),
            method: Some("支付宝".to_owned()),
        },
        seller: ReceiptSeller {
            name: "Seller & Söhne".to_owned(),
            address: "Road 1\nTown".to_owned(),
            tax_number: "DE 123".to_owned(),
            email: "tax@demo.test".to_owned(),
        },
        currency: "CNY".to_owned(),
        amounts: ReceiptAmounts {
            price: Cents::new(2_147_483_647),
            discount: Cents::new(1),
            surplus: Cents::new(2),
            balance: Cents::new(3),
            total: Cents::new(4),
            fee: Cents::new(5),
            bonus: Cents::new(6),
            tax: Cents::new(7),
        },
        tax_name: "VAT".to_owned(),
        tax_rate: Decimal::new(88_750),
        paid_by: PaidBy::Gateway,
        ordered_at: t(1),
        issued_at: t(2),
    }
}

/// By the number of its order.
pub async fn a_receipt_is_read_in_full(fresh: &FreshStore) {
    let plain = OrderReceipt {
        kind: OrderKind::TopUp,
        period: Period::Deposit,
        names: ReceiptNames::default(),
        seller: ReceiptSeller::default(),
        tax_name: String::new(),
        paid_by: PaidBy::Hand,
        ..a_receipt(2, 2)
    };
    let receipts = [a_receipt(1, 1), plain];
    let mut tx = fresh.begin().await;
    for receipt in &receipts {
        tx.insert_receipt(receipt).await.unwrap();
    }
    tx.commit().await.unwrap();
    for receipt in receipts {
        let found = fresh.store.find_receipt(&receipt.trade_no).await;
        assert_eq!(found, Ok(Some(receipt)));
    }
    let none = TradeNo::stored("none".to_owned());
    assert_eq!(fresh.store.find_receipt(&none).await, Ok(None));
}

/// Neither does an order have two, nor do two have one number.
pub async fn a_receipt_is_kept_once(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    tx.insert_receipt(&a_receipt(1, 1)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let again = tx.insert_receipt(&a_receipt(1, 2)).await;
    assert!(
        matches!(again, Err(StoreError::Duplicate { .. })),
        "{again:?}"
    );
    tx.rollback().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_duplicate(tx.insert_receipt(&a_receipt(2, 1)).await, "receipt");
    tx.rollback().await.unwrap();
}

/// The buyer's address and the names of plan and method, as far as there are any.
pub async fn a_receipt_calls_things_by_their_names(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    fresh.seed.insert_plan(&a_plan(4)).await;
    let method = a_payment_method(9);
    fresh.seed.insert_payment(&method, "{}").await;
    let mut tx = fresh.begin().await;
    let named = tx.find_receipt_names(ann, PlanId::new(4), Some(PaymentId::new(9)));
    let expected = ReceiptNames {
        buyer: "ann@demo.test".to_owned(),
        item: a_plan(4).name,
        method: Some(method.name),
    };
    assert_eq!(named.await, Ok(expected));
    let nobody = UserId::new(987_654);
    let unnamed = tx.find_receipt_names(nobody, PlanId::new(0), Some(PaymentId::new(8)));
    assert_eq!(unnamed.await, Ok(ReceiptNames::default()));
    tx.rollback().await.unwrap();
}

/// Of each year by itself; what is undone leaves no gap.
pub async fn numbers_of_receipts_have_no_gaps(fresh: &FreshStore) {
    for (year, place, is_kept) in [
        (2025, 1, true),
        (2025, 2, false),
        (2025, 2, true),
        (2026, 1, false),
        (2026, 1, true),
        (2025, 3, true),
    ] {
        let mut tx = fresh.begin().await;
        assert_eq!(tx.move_receipt_place(year).await, Ok(place), "{year}");
        if is_kept {
            tx.commit().await.unwrap();
        } else {
            tx.rollback().await.unwrap();
        }
    }
}

/// However many draw one at once, also the first of a year, and however many of them give up.
pub async fn many_receipts_at_once_have_no_gaps(fresh: &FreshStore) {
    let drawn = fresh
        .race(64, |runner, mut tx| async move {
            let place = tx.move_receipt_place(2025).await?;
            let order = i64::try_from(runner).unwrap_or(0);
            tx.insert_receipt(&a_receipt(order, place)).await?;
            if runner % 4 == 3 {
                tx.rollback().await?;
                return Ok(None);
            }
            tx.commit().await?;
            Ok(Some(place))
        })
        .await;
    let places: BTreeSet<i64> = drawn.iter().flatten().copied().collect();
    assert_eq!(places, (1..=48).collect());
    let mut tx = fresh.begin().await;
    assert_eq!(tx.move_receipt_place(2025).await, Ok(49));
    tx.rollback().await.unwrap();
}
