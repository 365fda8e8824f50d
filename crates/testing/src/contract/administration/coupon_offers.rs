//! Promises about coupons as administrators list them.

use ferroboard_application::COUPONS;
use ferroboard_billing::testing::a_coupon;
use ferroboard_billing::{Coupon, Discount, Period};
use ferroboard_kernel::{Cents, PlanId, UnixSeconds};
use ferroboard_listing::{Asked, AskedFilter, AskedSort, Found, Given};

use crate::contract::{FreshStore, T0, t};

/// Three coupons, of which the last two were made at one moment.
async fn three(fresh: &FreshStore) -> [Coupon; 3] {
    let coupon = |id: i64, code: &str, made: UnixSeconds| Coupon {
        ended_at: t(id),
        created_at: made,
        updated_at: made,
        ..a_coupon(id, code)
    };
    let spring = Coupon {
        name: "50 % Rabatt".into(),
        discount: Discount::Amount(Cents::new(500)),
        show: false,
        limit_use: None,
        limit_use_with_user: Some(2),
        limit_plans: Some(vec![PlanId::new(8), PlanId::new(1)]),
        limit_periods: Some(vec![Period::Yearly, Period::OneTime]),
        started_at: T0,
        ..coupon(1, "SPRING", T0)
    };
    let coupons = [spring, coupon(2, "Summer", t(9)), coupon(3, "AUTUMN", t(9))];
    for coupon in &coupons {
        fresh.seed.insert_coupon(coupon).await;
    }
    coupons
}

async fn listed(fresh: &FreshStore, asked: Asked) -> Found<Coupon> {
    let request = COUPONS.judge(&asked).unwrap();
    fresh.admin().list_coupons(&request).await.unwrap()
}

fn ids(found: &Found<Coupon>) -> Vec<i64> {
    let rows = found.rows.iter();
    rows.map(|coupon| coupon.id.get()).collect()
}

/// The newest first, of several of one moment the one with the lowest number.
pub async fn coupons_are_listed_in_full(fresh: &FreshStore) {
    assert_eq!(listed(fresh, Asked::default()).await, Found::default());
    let [first, second, third] = three(fresh).await;
    let found = listed(fresh, Asked::default()).await;
    assert_eq!(found.rows, [second, third, first.clone()]);
    let last = Asked {
        page: Some(2),
        rows: Some(2),
        ..Asked::default()
    };
    let found = listed(fresh, last).await;
    assert_eq!((found.rows, found.total), (vec![first], 3));
}

/// By every column that they are filtered by.
pub async fn coupons_are_filtered(fresh: &FreshStore) {
    three(fresh).await;
    let one = |text: &str| Given::One(text.to_owned());
    let many = |texts: &[&str]| Given::Many(texts.iter().map(|text| (*text).to_owned()).collect());
    for (column, value, expected) in [
        ("id", many(&["1", "3", "99"]), vec![3, 1]),
        ("name", one("50 %"), vec![1]),
        ("name", one("50_%"), vec![]),
        ("code", one("um"), vec![2, 3]),
        ("code", many(&["summer", "spring"]), vec![2, 1]),
        ("code", one("eq:SPRING"), vec![]),
        ("type", many(&["1"]), vec![1]),
        ("value", one("50"), vec![1]),
        ("show", one("1"), vec![2, 3]),
        ("show", many(&["0"]), vec![1]),
        ("limit_use", one("5"), vec![2, 3]),
        ("started_at", many(&["0"]), vec![2, 3]),
        ("ended_at", many(&[&t(2).get().to_string()]), vec![2]),
        ("created_at", one(&t(9).get().to_string()), vec![2, 3]),
    ] {
        let name = format!("{column} {value:?}");
        let asked = Asked {
            filters: vec![AskedFilter::new(column, value)],
            ..Asked::default()
        };
        assert_eq!(ids(&listed(fresh, asked).await), expected, "{name}");
    }
}

/// By every column that they are sorted by; what is absent is the smallest.
pub async fn coupons_are_sorted(fresh: &FreshStore) {
    three(fresh).await;
    for (column, is_descending, expected) in [
        ("id", true, [3, 2, 1]),
        ("name", true, [1, 2, 3]),
        ("code", false, [3, 1, 2]),
        ("type", true, [2, 3, 1]),
        ("value", true, [1, 2, 3]),
        ("show", false, [1, 2, 3]),
        ("limit_use", false, [1, 2, 3]),
        ("started_at", true, [1, 2, 3]),
        ("ended_at", true, [3, 2, 1]),
        ("created_at", false, [1, 2, 3]),
    ] {
        let column = column.to_owned();
        let asked = Asked {
            sorts: vec![AskedSort {
                column: column.clone(),
                is_descending,
            }],
            ..Asked::default()
        };
        assert_eq!(ids(&listed(fresh, asked).await), expected, "{column}");
    }
}
