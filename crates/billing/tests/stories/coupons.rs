use std::collections::BTreeSet;
use std::sync::Mutex;

use ferroboard_billing::testing::a_coupon;
use ferroboard_billing::{
    BillingError, Coupon, CouponCode, CouponScope, CouponService, CouponSpan, CouponTerms,
    Discount, NewCodes, UseLimit,
};
use ferroboard_kernel::testing::SeededRandom;
use ferroboard_kernel::{CouponId, PlanId, Random, StoreError};

use crate::support::{BOB, NOW, Shop};

fn terms() -> CouponTerms {
    CouponTerms {
        name: "Ten off".to_owned(),
        discount: Discount::offered(2, 10).unwrap(),
        span: CouponSpan::new(0, 2_000_000_000).unwrap(),
        limit_use: None,
        limit_use_with_user: None,
        plans: None,
        periods: None,
    }
}

fn code(text: &str) -> Option<CouponCode> {
    CouponCode::parse(text)
}

fn coupon(shop: &Shop, text: &str) -> Coupon {
    let mut coupons = shop.tables.coupons.values();
    coupons.find(|coupon| coupon.code == text).unwrap().clone()
}

async fn create(shop: &mut Shop, text: &str) -> Result<(), BillingError> {
    create_with(shop, terms(), text).await
}

async fn create_with(shop: &mut Shop, terms: CouponTerms, text: &str) -> Result<(), BillingError> {
    let (codes, random) = (NewCodes::Own(code(text).unwrap()), SeededRandom::new(1));
    let made = CouponService.create(shop, terms, codes, false, &random, NOW);
    made.await
        .map(|made| assert_eq!(made.codes, [code(text).unwrap()]))
}

/// Makes so many coupons with drawn codes.
async fn generate(
    shop: &mut Shop,
    count: usize,
    random: &dyn Random,
) -> Result<Vec<CouponCode>, BillingError> {
    let codes = NewCodes::Drawn(count);
    let made = CouponService.create(shop, terms(), codes, true, random, NOW);
    made.await.map(|made| made.codes)
}

/// Draws the same bytes until there are no more of them, and then others.
struct Repeating {
    left: Mutex<usize>,
    then: SeededRandom,
}

impl Repeating {
    fn times(left: usize) -> Self {
        Self {
            left: Mutex::new(left),
            then: SeededRandom::new(3),
        }
    }
}

impl Random for Repeating {
    fn fill(&self, buffer: &mut [u8]) {
        let mut left = self.left.lock().unwrap();
        if *left == 0 {
            self.then.fill(buffer);
        } else {
            *left -= 1;
            buffer.fill(0);
        }
    }
}

#[tokio::test]
async fn a_new_coupon_waits_to_be_shown() {
    let mut shop = Shop::open();
    create(&mut shop, "OWN").await.unwrap();
    let made = coupon(&shop, "OWN");
    assert!(!made.show);
    assert_eq!((made.limit_use, made.created_at), (None, NOW));
    assert_eq!(
        shop.buy_with(BOB, "OWN").await,
        Err(BillingError::CouponInvalid)
    );
    let switched = CouponService
        .show(&mut shop, made.id, |shown| !shown, NOW)
        .await;
    let (before, after) = switched.unwrap();
    assert_eq!((before.show, after.show), (false, true));
    shop.buy_with(BOB, "own").await.unwrap();
    for shown in [false, false, true] {
        let switched = CouponService.show(&mut shop, made.id, |_| shown, NOW);
        switched.await.unwrap();
        assert_eq!(coupon(&shop, "OWN").show, shown);
    }
}

#[tokio::test]
async fn a_code_belongs_to_one_coupon() {
    let mut shop = Shop::open();
    create(&mut shop, "Own").await.unwrap();
    for alike in ["Own", "OWN", " own "] {
        let refused = create(&mut shop, alike).await;
        assert_eq!(refused, Err(BillingError::CouponCodeTaken), "{alike}");
    }
    create(&mut shop, "Other").await.unwrap();
    let (own, other) = (coupon(&shop, "Own").id, coupon(&shop, "Other").id);
    let mut change = async |id, text| {
        let wanted = code(text);
        let changed = CouponService
            .change(&mut shop, id, wanted.as_ref(), &terms(), NOW)
            .await;
        changed.map(|(before, _)| before.code)
    };
    assert_eq!(
        change(other, "oWN").await,
        Err(BillingError::CouponCodeTaken)
    );
    // Its own code is not another's, however it is spelled.
    assert_eq!(change(own, "Own").await.unwrap(), "Own");
    assert_eq!(change(own, "OWN").await.unwrap(), "Own");
    assert_eq!(change(own, "").await.unwrap(), "OWN");
}

#[tokio::test]
async fn coupons_of_an_adopted_database_may_share_a_code() {
    let mut shop = Shop::open();
    for id in [1, 2] {
        shop.tables
            .coupons
            .insert(CouponId::new(id), a_coupon(id, "TWIN"));
    }
    let twin = code("TWIN");
    let changed = CouponService
        .change(&mut shop, CouponId::new(2), twin.as_ref(), &terms(), NOW)
        .await;
    let (before, after) = changed.unwrap();
    assert_eq!((before.id, before.name.as_str()), (after.id, "20 % off"));
    assert_eq!(shop.tables.coupons[&CouponId::new(2)], after);
    assert_eq!(after.name, "Ten off");
    let refused = create(&mut shop, "twin").await;
    assert_eq!(refused, Err(BillingError::CouponCodeTaken));
}

#[tokio::test]
async fn drawn_codes_are_free_ones() {
    let mut shop = Shop::open();
    let made = generate(&mut shop, 500, &SeededRandom::new(9)).await;
    let coupons = shop.tables.coupons.values();
    let codes: BTreeSet<String> = coupons.map(|row| row.code.to_ascii_lowercase()).collect();
    assert_eq!(codes.len(), 500);
    assert!(shop.tables.coupons.values().all(|coupon| coupon.show));
    // The same codes are drawn again first, and all of them are taken.
    let again = generate(&mut shop, 600, &SeededRandom::new(9))
        .await
        .unwrap();
    let made = made.unwrap();
    assert!(again.iter().all(|code| !made.contains(code)));
    assert_eq!((made.len(), shop.tables.coupons.len()), (500, 1_100));
}

#[tokio::test]
async fn codes_that_come_twice_are_drawn_again() {
    let mut shop = Shop::open();
    // Eight numbers make a code: two that are alike, and then others.
    let made = generate(&mut shop, 3, &Repeating::times(16)).await;
    assert_eq!((made.unwrap().len(), shop.tables.coupons.len()), (3, 3));
    // Chance that knows one code alone finds no second one, and nothing is made.
    let stuck = generate(&mut shop, 2, &Repeating::times(usize::MAX)).await;
    assert!(
        matches!(stuck, Err(BillingError::Store(StoreError::Conflict(_)))),
        "{stuck:?}"
    );
    assert_eq!(shop.tables.coupons.len(), 3);
}

#[tokio::test]
async fn what_is_not_said_stays() {
    let mut shop = Shop::open();
    let limited = CouponTerms {
        limit_use: UseLimit::times(3),
        plans: CouponScope::plans(&[PlanId::new(8)]),
        ..terms()
    };
    create_with(&mut shop, limited, "LIMITED").await.unwrap();
    let id = coupon(&shop, "LIMITED").id;
    let said = CouponTerms {
        limit_use: Some(UseLimit::Unlimited),
        ..terms()
    };
    CouponService
        .change(&mut shop, id, None, &said, NOW)
        .await
        .unwrap();
    let now = coupon(&shop, "LIMITED");
    assert_eq!(now.limit_use, None);
    assert_eq!(now.limit_plans, Some(vec![PlanId::new(8)]));
}

#[tokio::test]
async fn an_order_outlives_its_coupon() {
    let mut shop = Shop::open();
    create(&mut shop, "GOES").await.unwrap();
    let id = coupon(&shop, "GOES").id;
    CouponService
        .show(&mut shop, id, |_| true, NOW)
        .await
        .unwrap();
    let number = shop.buy_with(BOB, "GOES").await.unwrap();
    CouponService.delete(&mut shop, id).await.unwrap();
    let order = shop.order(&number).clone();
    assert_eq!(order.coupon_id, Some(id));
    assert!(order.discount.is_some());
    shop.cancel(BOB, &number).await.unwrap();
    shop.audit();
    for gone in [
        CouponService.delete(&mut shop, id).await.map(drop),
        CouponService
            .show(&mut shop, id, |_| true, NOW)
            .await
            .map(drop),
        CouponService
            .change(&mut shop, id, None, &terms(), NOW)
            .await
            .map(drop),
    ] {
        assert_eq!(gone, Err(BillingError::CouponMissing));
    }
    assert_eq!(
        shop.buy_with(BOB, "GOES").await,
        Err(BillingError::CouponInvalid)
    );
}
