//! Promises about payment methods as administrators manage them.

use ferroboard_billing::testing::{a_payment_method, an_order};
use ferroboard_billing::{
    GatewayConfig, Order, OrderStatus, PaymentMethod, RefundResult, RefundStatus,
};
use ferroboard_kernel::{Cents, PaymentId, Percent, UserId};

use super::refunds::a_refund;
use crate::contract::{FreshStore, t};

fn method() -> PaymentMethod {
    PaymentMethod {
        uuid: "abcdEFGH".to_owned(),
        name: "Größer".to_owned(),
        icon: Some("https://i.test/a.png".to_owned()),
        config: GatewayConfig::from_json(r#"{"key":"it's \\ \"secret\"","url":"https://p.test"}"#),
        notify_domain: Some("https://n.test".to_owned()),
        fee_fixed: Some(Cents::new(30)),
        fee_percent: Some(Percent::hundredths(250)),
        enabled: false,
        ..a_payment_method(0)
    }
}

async fn stored(fresh: &FreshStore, id: PaymentId) -> Option<PaymentMethod> {
    fresh.store.find_payment_method(id).await.unwrap()
}

/// With everything that is said about it, and again with nothing.
pub async fn a_method_is_made_and_changed(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let id = tx.insert_payment(&method(), t(1)).await.unwrap();
    tx.commit().await.unwrap();
    let made = PaymentMethod { id, ..method() };
    assert_eq!(stored(fresh, id).await, Some(made.clone()));
    let changed = PaymentMethod {
        name: "Other".to_owned(),
        icon: None,
        config: GatewayConfig::default(),
        notify_domain: None,
        fee_fixed: None,
        fee_percent: None,
        enabled: true,
        ..made.clone()
    };
    let mut tx = fresh.begin().await;
    assert_eq!(tx.lock_payment(id).await.unwrap(), Some(made));
    assert!(tx.update_payment(&changed, t(2)).await.unwrap());
    let missing = PaymentMethod {
        id: PaymentId::new(99),
        ..changed.clone()
    };
    assert!(!tx.update_payment(&missing, t(2)).await.unwrap());
    let standing = tx.find_standing_payment(id).await.unwrap();
    assert_eq!(standing, Some(changed.clone()));
    tx.commit().await.unwrap();
    assert_eq!(stored(fresh, id).await, Some(changed));
}

/// Once, and none is there that was not.
pub async fn a_method_is_deleted(fresh: &FreshStore) {
    let method = a_payment_method(1);
    fresh.seed.insert_payment(&method, "{}").await;
    let mut tx = fresh.begin().await;
    assert!(tx.delete_payment(method.id).await.unwrap());
    assert!(!tx.delete_payment(method.id).await.unwrap());
    assert_eq!(tx.lock_payment(method.id).await.unwrap(), None);
    assert_eq!(tx.find_standing_payment(method.id).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(stored(fresh, method.id).await, None);
}

/// Orders and refunds that wait, and no others.
pub async fn what_waits_for_a_method_is_found(fresh: &FreshStore) {
    let sent = |id: i64, status: OrderStatus, to: i64| Order {
        status,
        payment_id: Some(PaymentId::new(to)),
        ..an_order(id, UserId::new(id))
    };
    fresh
        .seed
        .insert_order(&sent(1, OrderStatus::Pending, 1))
        .await;
    fresh
        .seed
        .insert_order(&sent(2, OrderStatus::Completed, 2))
        .await;
    fresh
        .seed
        .insert_order(&sent(3, OrderStatus::Cancelled, 2))
        .await;
    let mut tx = fresh.begin().await;
    assert!(tx.find_payment_reference(PaymentId::new(1)).await.unwrap());
    let two = PaymentId::new(2);
    assert!(!tx.find_payment_reference(two).await.unwrap());
    let refund = tx.insert_refund(&a_refund("k1", two)).await.unwrap();
    assert!(tx.find_payment_reference(two).await.unwrap());
    let (from, to) = (RefundStatus::Requested, RefundStatus::Refused);
    let result = RefundResult::default();
    assert!(
        tx.move_refund(refund, from, to, &result, t(9))
            .await
            .unwrap()
    );
    assert!(!tx.find_payment_reference(two).await.unwrap());
    tx.rollback().await.unwrap();
}

/// Those of the named methods that there are.
pub async fn methods_are_put_in_their_places(fresh: &FreshStore) {
    for id in [1, 2, 3] {
        fresh.seed.insert_payment(&a_payment_method(id), "{}").await;
    }
    let (one, three, missing) = (PaymentId::new(1), PaymentId::new(3), PaymentId::new(9));
    let mut tx = fresh.begin().await;
    tx.update_payment_places(&[(one, 2), (three, 1)], t(5))
        .await
        .unwrap();
    tx.update_payment_places(&[], t(6)).await.unwrap();
    let places = tx.list_payment_places(&[three, missing, one]).await;
    assert_eq!(places.unwrap(), [(one, Some(2)), (three, Some(1))]);
    tx.commit().await.unwrap();
    assert_eq!(stored(fresh, one).await.unwrap().sort, Some(2));
    assert_eq!(stored(fresh, PaymentId::new(2)).await.unwrap().sort, None);
}
