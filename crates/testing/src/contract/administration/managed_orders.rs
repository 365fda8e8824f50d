//! Promises about orders and payment methods as administrators list them.

use ferroboard_application::{MANAGED_ORDERS, ManagedOrder};
use ferroboard_billing::testing::{a_payment_method, a_plan, an_order};
use ferroboard_billing::{CommissionStatus, Order, OrderKind, OrderStatus, Period};
use ferroboard_kernel::{Cents, OrderId, PaymentId, TradeNo, UserId};
use ferroboard_listing::{Asked, AskedFilter, AskedSort, Found, Given};

use crate::contract::{FreshStore, t};

/// Three orders of two people, of which the last was invited.
async fn three(fresh: &FreshStore) -> [UserId; 2] {
    let (ann, bea) = (
        fresh.user("ann@demo.test").await,
        fresh.user("bea@demo.test").await,
    );
    fresh.seed.insert_plan(&a_plan(1)).await;
    let method = a_payment_method(3);
    fresh.seed.insert_payment(&method, "{}").await;
    let first = Order {
        status: OrderStatus::Completed,
        period: Period::Yearly,
        payment_id: Some(method.id),
        callback_no: Some("cb-1".to_owned()),
        total: Cents::new(500),
        paid_at: Some(t(4)),
        created_at: t(1),
        trade_no: TradeNo::stored("20250101AAA".into()),
        ..an_order(1, ann)
    };
    let second = Order {
        created_at: t(2),
        trade_no: TradeNo::stored("20250101BBB".into()),
        ..an_order(2, ann)
    };
    let third = Order {
        status: OrderStatus::Discounted,
        kind: OrderKind::Change,
        total: Cents::new(90),
        surplus: Some(Cents::new(7)),
        refund: Some(Cents::ZERO),
        surplus_orders: Some(vec![OrderId::new(1)]),
        inviter: Some(ann),
        commission: Cents::new(9),
        commission_status: Some(CommissionStatus::Payable),
        created_at: t(2),
        trade_no: TradeNo::stored("20250102CCC".into()),
        ..an_order(3, bea)
    };
    for order in [first, second, third] {
        fresh.seed.insert_order(&order).await;
    }
    [ann, bea]
}

async fn listed(fresh: &FreshStore, asked: Asked, of_commission: bool) -> Found<ManagedOrder> {
    let request = MANAGED_ORDERS.judge(&asked).unwrap();
    let orders = fresh.admin().list_managed_orders(&request, of_commission);
    orders.await.unwrap()
}

fn ids(found: &Found<ManagedOrder>) -> Vec<i64> {
    found.rows.iter().map(|order| order.id).collect()
}

/// With the names of plan, method and buyer.
pub async fn orders_are_listed_in_full(fresh: &FreshStore) {
    let [ann, bea] = three(fresh).await;
    let found = listed(fresh, Asked::default(), false).await;
    assert_eq!((ids(&found), found.total), (vec![2, 3, 1], 3));
    let paid = &found.rows[2];
    assert_eq!(paid.method, Some(("EPay".into(), "EPay".into())));
    assert_eq!(paid.callback_no.as_deref(), Some("cb-1"));
    assert_eq!(paid.email.as_deref(), Some("ann@demo.test"));
    assert_eq!(paid.plan_name.as_deref(), Some("Plan 1"));
    assert_eq!((paid.period.as_str(), paid.status), ("yearly", 3));
    let changed = &found.rows[1];
    assert_eq!(
        (changed.user, changed.inviter),
        (bea.get(), Some(ann.get()))
    );
    assert_eq!((changed.surplus, changed.refund), (Some(7), Some(0)));
    assert_eq!(changed.surplus_orders, Some(vec![1]));
    assert_eq!((changed.method.as_ref(), changed.payment), (None, None));
    let earning = listed(fresh, Asked::default(), true).await;
    assert_eq!(ids(&earning), [3]);
}

/// By what administrators look for.
pub async fn orders_are_filtered_and_sorted(fresh: &FreshStore) {
    three(fresh).await;
    let one = |text: &str| Given::One(text.to_owned());
    let many = |texts: &[&str]| Given::Many(texts.iter().map(|text| (*text).to_owned()).collect());
    for (column, value, expected) in [
        ("trade_no", one("101b"), vec![2]),
        ("email", one("BEA@"), vec![3]),
        ("user.email", one("eq:ann@demo.test"), vec![2, 1]),
        ("status", one("eq:3"), vec![1]),
        ("status", many(&["0", "4"]), vec![2, 3]),
        ("period", many(&["yearly"]), vec![1]),
        ("period", one("month"), vec![2, 3]),
        ("type", one("eq:3"), vec![3]),
        ("total_amount", one("gt:400"), vec![2, 1]),
        ("commission_status", one("eq:1"), vec![3]),
        ("callback_no", one("notnull:"), vec![1]),
        ("paid_at", one("null:"), vec![2, 3]),
        ("payment_id", one("eq:3"), vec![1]),
        ("invite_user_id", one("notnull:"), vec![3]),
    ] {
        let name = format!("{column} {value:?}");
        let asked = Asked {
            filters: vec![AskedFilter::new(column, value)],
            ..Asked::default()
        };
        assert_eq!(ids(&listed(fresh, asked, false).await), expected, "{name}");
    }
    for (column, is_descending, expected) in [
        ("total_amount", true, [2, 1, 3]),
        ("trade_no", false, [1, 2, 3]),
        ("period", true, [1, 2, 3]),
    ] {
        let asked = Asked {
            sorts: vec![AskedSort {
                column: column.to_owned(),
                is_descending,
            }],
            ..Asked::default()
        };
        assert_eq!(
            ids(&listed(fresh, asked, false).await),
            expected,
            "{column}"
        );
    }
}

/// The order, its people, and what it replaces.
pub async fn an_order_is_read_with_all_that_belongs_to_it(fresh: &FreshStore) {
    let [ann, bea] = three(fresh).await;
    let missing = fresh.admin().find_order_dossier(OrderId::new(99)).await;
    assert_eq!(missing.unwrap(), None);
    let found = fresh.admin().find_order_dossier(OrderId::new(3)).await;
    let dossier = found.unwrap().unwrap();
    assert_eq!(dossier.order.trade_no, "20250102CCC");
    let user = dossier.user.unwrap();
    assert_eq!((user.id, user.email.as_str()), (bea, "bea@demo.test"));
    assert_eq!(dossier.inviter.unwrap().id, ann);
    assert_eq!(dossier.plan, Some(a_plan(1)));
    let surplus: Vec<i64> = dossier.surplus.iter().map(|order| order.id).collect();
    assert_eq!((surplus, dossier.commission_log), (vec![1], vec![]));
}

/// By place, those without one first, also such as are switched off.
pub async fn methods_are_listed_for_administrators(fresh: &FreshStore) {
    for (id, sort, enabled) in [(1, Some(2), true), (2, Some(1), false), (3, None, true)] {
        let mut method = a_payment_method(id);
        (method.sort, method.enabled) = (sort, enabled);
        fresh.seed.insert_payment(&method, r#"{"key":"k"}"#).await;
    }
    let methods = fresh.admin().list_managed_payments().await.unwrap();
    let shown: Vec<_> = methods
        .iter()
        .map(|managed| (managed.method.id, managed.method.enabled))
        .collect();
    let expected = [(3, true), (2, false), (1, true)];
    assert_eq!(
        shown,
        expected.map(|(id, enabled)| (PaymentId::new(id), enabled))
    );
    assert_eq!(methods[0].method.config.get("key"), Some("k"));
}
