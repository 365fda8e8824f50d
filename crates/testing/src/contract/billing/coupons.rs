//! Promises about coupons.

use ferroboard_billing::testing::{a_coupon, an_order};
use ferroboard_billing::{
    Coupon, CouponCode, CouponScope, CouponSpan, CouponTerms, Discount, NewCoupons, Order,
    OrderStatus, Period, UseLimit,
};
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

/// What an administrator said who said everything.
fn full_terms() -> CouponTerms {
    CouponTerms {
        name: "It's “cheap”, 优惠 \\".into(),
        discount: Discount::offered(1, 2_147_483_647).unwrap(),
        span: CouponSpan::new(0, 2_147_483_647).unwrap(),
        limit_use: UseLimit::times(7),
        limit_use_with_user: UseLimit::times(0),
        plans: CouponScope::plans(&[PlanId::new(8), PlanId::new(1)]),
        periods: CouponScope::periods(&[Period::Yearly, Period::Monthly]),
    }
}

/// What one said who said no more than is needed.
fn bare_terms() -> CouponTerms {
    CouponTerms {
        name: "Changed".into(),
        discount: Discount::offered(2, 30).unwrap(),
        span: CouponSpan::new(3, 4).unwrap(),
        limit_use: None,
        limit_use_with_user: None,
        plans: None,
        periods: None,
    }
}

fn made(terms: CouponTerms, codes: &[&str], show: bool) -> NewCoupons {
    NewCoupons {
        terms,
        codes: codes.iter().map(|text| code(text)).collect(),
        show,
        at: t(5),
    }
}

/// One coupon for each code, with all that was said, and no limit where nothing was.
pub async fn coupons_are_made(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let full = made(full_terms(), &["Full1", "Fü' ll2"], true);
    tx.insert_coupons(&full).await.unwrap();
    let bare = made(bare_terms(), &["BARE"], false);
    tx.insert_coupons(&bare).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let mut ids = Vec::new();
    for text in ["Full1", "Fü' ll2"] {
        let coupon = tx.find_coupon(&code(text)).await.unwrap().unwrap();
        ids.push(coupon.id);
        let expected = Coupon {
            id: coupon.id,
            code: text.into(),
            name: full_terms().name,
            discount: full_terms().discount,
            show: true,
            limit_use: Some(7),
            limit_use_with_user: Some(0),
            limit_plans: Some(vec![PlanId::new(8), PlanId::new(1)]),
            limit_periods: Some(vec![Period::Yearly, Period::Monthly]),
            started_at: full_terms().span.started_at(),
            ended_at: full_terms().span.ended_at(),
            created_at: t(5),
            updated_at: t(5),
        };
        assert_eq!(coupon, expected);
    }
    assert_ne!(ids[0], ids[1]);
    let bare = tx.find_coupon(&code("BARE")).await.unwrap().unwrap();
    assert!(!bare.show);
    assert_eq!((bare.limit_use, bare.limit_use_with_user), (None, None));
    assert_eq!((bare.limit_plans, bare.limit_periods), (None, None));
    tx.rollback().await.unwrap();
}

/// As many as are made at once.
pub async fn many_coupons_are_made_at_once(fresh: &FreshStore) {
    let codes: Vec<CouponCode> = (0..1_200).map(|n| code(&format!("Many{n}"))).collect();
    let mut many = made(full_terms(), &[], true);
    many.codes.clone_from(&codes);
    let mut tx = fresh.begin().await;
    tx.insert_coupons(&many).await.unwrap();
    let wanted = [&codes[..500], &[code("Other")]].concat();
    let mut found = tx.list_coupon_codes(&wanted).await.unwrap();
    found.sort_unstable();
    let mut expected: Vec<&str> = codes[..500].iter().map(CouponCode::as_str).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    tx.rollback().await.unwrap();
}

/// In any letter case, and as they are spelled there; none of none.
pub async fn taken_codes_are_told(fresh: &FreshStore) {
    for (id, code) in [(1, "Summer1"), (2, "WINTER2"), (3, "plain3")] {
        let coupon = Coupon {
            ended_at: t(5),
            ..a_coupon(id, code)
        };
        fresh.seed.insert_coupon(&coupon).await;
    }
    let mut tx = fresh.begin().await;
    let wanted = ["sUMMER1", "winter2", "PLAIN3", "free4"].map(code);
    let mut taken = tx.list_coupon_codes(&wanted).await.unwrap();
    taken.sort_unstable();
    assert_eq!(taken, ["Summer1", "WINTER2", "plain3"]);
    assert!(tx.list_coupon_codes(&[]).await.unwrap().is_empty());
    tx.rollback().await.unwrap();
}

/// What is not said stays; what is said to be no limit is none.
pub async fn what_is_said_about_a_coupon_is_written(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let new = made(full_terms(), &["FULL", "OTHER"], true);
    tx.insert_coupons(&new).await.unwrap();
    let full = tx.find_coupon(&code("FULL")).await.unwrap().unwrap();
    let other = tx.find_coupon(&code("OTHER")).await.unwrap().unwrap();
    let bare = bare_terms();
    assert!(tx.update_coupon(full.id, None, &bare, t(9)).await.unwrap());
    let changed = tx.lock_coupon_row(full.id).await.unwrap().unwrap();
    let expected = Coupon {
        name: bare.name.clone(),
        discount: bare.discount,
        started_at: bare.span.started_at(),
        ended_at: bare.span.ended_at(),
        updated_at: t(9),
        ..full.clone()
    };
    assert_eq!(changed, expected);
    let unlimited = CouponTerms {
        limit_use: Some(UseLimit::Unlimited),
        limit_use_with_user: Some(UseLimit::Unlimited),
        plans: CouponScope::plans(&[]),
        periods: CouponScope::periods(&[]),
        ..bare
    };
    let renamed = code("RENAMED");
    let written = tx.update_coupon(full.id, Some(&renamed), &unlimited, t(10));
    assert!(written.await.unwrap());
    let changed = tx.lock_coupon_row(full.id).await.unwrap().unwrap();
    let expected = Coupon {
        code: "RENAMED".into(),
        limit_use: None,
        limit_use_with_user: None,
        limit_plans: None,
        limit_periods: None,
        updated_at: t(10),
        ..expected
    };
    assert_eq!(changed, expected);
    // The same once more is no other answer.
    let again = tx.update_coupon(full.id, Some(&renamed), &unlimited, t(10));
    assert!(again.await.unwrap());
    let gone = CouponId::new(999);
    assert!(
        !tx.update_coupon(gone, None, &unlimited, t(9))
            .await
            .unwrap()
    );
    assert_eq!(tx.lock_coupon_row(other.id).await.unwrap(), Some(other));
    tx.commit().await.unwrap();
}

/// Each time and in one statement; the others stay as they are.
pub async fn a_coupon_is_switched_and_deleted(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let new = made(full_terms(), &["A", "B"], false);
    tx.insert_coupons(&new).await.unwrap();
    let a = tx.find_coupon(&code("A")).await.unwrap().unwrap();
    let b = tx.find_coupon(&code("B")).await.unwrap().unwrap();
    for show in [true, true, false] {
        assert!(tx.update_coupon_show(a.id, show, t(9)).await.unwrap());
        let now = tx.lock_coupon_row(a.id).await.unwrap().unwrap();
        assert_eq!((now.show, now.updated_at), (show, t(9)));
    }
    assert!(tx.delete_coupon(a.id).await.unwrap());
    assert!(!tx.delete_coupon(a.id).await.unwrap());
    assert!(!tx.update_coupon_show(a.id, true, t(9)).await.unwrap());
    assert_eq!(tx.lock_coupon_row(a.id).await.unwrap(), None);
    assert_eq!(tx.lock_coupon_row(b.id).await.unwrap(), Some(b));
    tx.commit().await.unwrap();
}

/// Each of 64 looks whether the code is free behind the lock, and takes it if nobody has.
pub async fn of_many_coupons_one_gets_a_code(fresh: &FreshStore) {
    let got = fresh
        .race(64, |runner, mut tx| async move {
            tx.lock_coupon_codes().await?;
            let wanted = code(if runner % 2 == 0 { "Same" } else { "sAME" });
            let is_free = tx.find_coupon(&wanted).await?.is_none();
            if is_free {
                let mut new = made(bare_terms(), &[], false);
                new.codes.push(wanted);
                tx.insert_coupons(&new).await?;
            }
            tx.commit().await?;
            Ok(is_free)
        })
        .await;
    assert_eq!(got.iter().filter(|got| **got).count(), 1);
}

/// Of 16 who turn it the other way round behind its lock nobody's turn is lost.
pub async fn a_locked_coupon_is_read_as_it_is(fresh: &FreshStore) {
    let coupon = Coupon {
        limit_use: Some(100),
        show: false,
        ended_at: t(5),
        ..a_coupon(1, "TURN")
    };
    fresh.seed.insert_coupon(&coupon).await;
    let seen = fresh
        .race(16, |_, mut tx| async move {
            let coupon = tx.lock_coupon_row(CouponId::new(1)).await?.unwrap();
            tx.update_coupon_show(coupon.id, !coupon.show, t(3)).await?;
            tx.commit().await.map(|()| coupon.show)
        })
        .await;
    assert_eq!(seen.iter().filter(|shown| **shown).count(), 8);
    let left = fresh.store.find_coupon_view(&code("TURN")).await.unwrap();
    assert!(!left.unwrap().show);
}
