//! Promises about coupons.

use ferroboard_billing::testing::{a_coupon, an_order};
use ferroboard_billing::{Coupon, CouponCode, Discount, Order, OrderStatus, Period};
use ferroboard_kernel::{Cents, CouponId, PlanId};

use crate::contract::{FreshStore, t};

fn code(text: &str) -> CouponCode {
    CouponCode::parse(text).unwrap()
}

/// Every column, inside a transaction and outside, and NULL where it has no value.
pub async fn a_coupon_is_read_in_full(fresh: &FreshStore) {
    let full = Coupon {
        name: "It's “cheap” 优惠".into(),
        discount: Discount::Amount(Cents::new(99_999_900)),
        show: false,
        limit_use_with_user: Some(2),
        limit_plans: Some(vec![PlanId::new(8), PlanId::new(1)]),
        limit_periods: Some(vec![Period::Yearly, Period::OneTime]),
        started_at: t(-5),
        ended_at: t(5),
        created_at: t(1),
        updated_at: t(2),
        ..a_coupon(3, "FULL")
    };
    let plain = Coupon {
        limit_use: None,
        ended_at: t(5),
        ..a_coupon(4, "PLAIN")
    };
    for coupon in [full, plain] {
        fresh.seed.insert_coupon(&coupon).await;
        let code = code(&coupon.code);
        let shown = fresh.store.find_coupon_view(&code).await.unwrap();
        assert_eq!(shown.as_ref(), Some(&coupon));
        let mut tx = fresh.begin().await;
        assert_eq!(tx.find_coupon(&code).await.unwrap().as_ref(), Some(&coupon));
        assert_eq!(tx.lock_coupon(&code).await.unwrap(), Some(coupon));
        tx.rollback().await.unwrap();
    }
}

/// One that is spelled exactly so comes first, then the one with the lowest number.
pub async fn coupons_are_found_in_any_letter_case(fresh: &FreshStore) {
    for (id, code) in [(1, "Summer"), (2, "SUMMER"), (3, "summer"), (4, "Été")] {
        let coupon = Coupon {
            ended_at: t(5),
            ..a_coupon(id, code)
        };
        fresh.seed.insert_coupon(&coupon).await;
    }
    let mut tx = fresh.begin().await;
    for (typed, expected) in [
        ("Summer", Some(1)),
        ("SUMMER", Some(2)),
        ("summer", Some(3)),
        ("sUmMeR", Some(1)),
        ("Été", Some(4)),
        ("Ete", None),
        ("summe", None),
        ("summe_", None),
        ("%", None),
        ("' OR 1=1 --", None),
        ("sum\0mer", None),
    ] {
        let expected = expected.map(CouponId::new);
        let found = tx.find_coupon(&code(typed)).await.unwrap();
        assert_eq!(found.map(|coupon| coupon.id), expected, "{typed:?}");
        let locked = tx.lock_coupon(&code(typed)).await.unwrap();
        assert_eq!(locked.map(|coupon| coupon.id), expected, "{typed:?}");
        let shown = fresh.store.find_coupon_view(&code(typed)).await.unwrap();
        assert_eq!(shown.map(|coupon| coupon.id), expected, "{typed:?}");
    }
    tx.rollback().await.unwrap();
}

/// A use that is given back can be taken again. Without a limit nothing is counted.
pub async fn uses_are_taken_and_given_back(fresh: &FreshStore) {
    let limited = Coupon {
        limit_use: Some(1),
        ended_at: t(5),
        ..a_coupon(1, "LAST")
    };
    let free = Coupon {
        limit_use: None,
        ..limited.clone()
    };
    fresh.seed.insert_coupon(&limited).await;
    let free = Coupon {
        id: CouponId::new(2),
        code: "FREE".into(),
        ..free
    };
    fresh.seed.insert_coupon(&free).await;
    let mut tx = fresh.begin().await;
    assert!(tx.move_coupon_use(limited.id, t(3)).await.unwrap());
    assert!(!tx.move_coupon_use(limited.id, t(3)).await.unwrap());
    tx.update_coupon_use(limited.id, t(4)).await.unwrap();
    assert!(tx.move_coupon_use(limited.id, t(5)).await.unwrap());
    let left = tx.find_coupon(&code("LAST")).await.unwrap().unwrap();
    assert_eq!((left.limit_use, left.updated_at), (Some(0), t(5)));
    assert!(!tx.move_coupon_use(free.id, t(3)).await.unwrap());
    tx.update_coupon_use(free.id, t(3)).await.unwrap();
    assert_eq!(tx.find_coupon(&code("FREE")).await.unwrap(), Some(free));
    let missing = CouponId::new(999);
    assert!(!tx.move_coupon_use(missing, t(3)).await.unwrap());
    tx.update_coupon_use(missing, t(3)).await.unwrap();
    tx.commit().await.unwrap();
}

/// 16 at once want one of three.
pub async fn many_never_take_more_uses_than_there_are(fresh: &FreshStore) {
    let coupon = Coupon {
        limit_use: Some(3),
        ended_at: t(5),
        ..a_coupon(1, "THREE")
    };
    fresh.seed.insert_coupon(&coupon).await;
    let taken = fresh
        .race(16, |_, mut tx| async move {
            let coupon = tx.lock_coupon(&code("three")).await?.unwrap();
            let taken = tx.move_coupon_use(coupon.id, t(3)).await?;
            tx.commit().await.map(|()| taken)
        })
        .await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 3);
    let left = fresh.store.find_coupon_view(&code("THREE")).await.unwrap();
    assert_eq!(left.unwrap().limit_use, Some(0));
}

/// Of this user, with this coupon, neither pending nor cancelled.
pub async fn uses_of_a_user_are_counted(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let coupon = CouponId::new(5);
    let all = [
        (ann, Some(coupon), OrderStatus::Pending),
        (ann, Some(coupon), OrderStatus::Processing),
        (ann, Some(coupon), OrderStatus::Cancelled),
        (ann, Some(coupon), OrderStatus::Completed),
        (ann, Some(coupon), OrderStatus::Discounted),
        (ann, Some(CouponId::new(6)), OrderStatus::Completed),
        (ann, None, OrderStatus::Completed),
        (bea, Some(coupon), OrderStatus::Completed),
    ];
    for (id, (user, coupon_id, status)) in (1..).zip(all) {
        let order = Order {
            coupon_id,
            status,
            ..an_order(id, user)
        };
        fresh.seed.insert_order(&order).await;
    }
    let mut tx = fresh.begin().await;
    assert_eq!(tx.count_coupon_uses(ann, coupon).await.unwrap(), 3);
    assert_eq!(tx.count_coupon_uses(bea, coupon).await.unwrap(), 1);
    tx.rollback().await.unwrap();
    let shown = fresh.store.count_coupon_uses_of(ann, coupon).await.unwrap();
    assert_eq!(shown, 3);
}
