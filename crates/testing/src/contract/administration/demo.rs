//! Promises about the demo.

use ferroboard_application::{Demo, DemoError, DemoObstacle, FilledDemo, Store};
use ferroboard_billing::testing::a_plan;
use ferroboard_billing::{CouponCode, Period, ReviewReason, ReviewStatus};
use ferroboard_events::{Endpoint, EndpointTerms};
use ferroboard_kernel::{Cents, PlanId};

use crate::contract::{FreshStore, T0};
use crate::{FastHasher, FixedClock, SeededRandom};

async fn fill(store: &dyn Store) -> Result<FilledDemo, DemoError> {
    let demo = Demo {
        store,
        clock: &FixedClock::at(T0),
        random: &SeededRandom::new(7),
        hasher: &FastHasher,
    };
    demo.fill().await
}

/// Plans, coupon, payment method and customer can be used as they are.
pub async fn a_demo_has_all_that_a_purchase_needs(fresh: &FreshStore) {
    let filled = fill(fresh.store.as_ref()).await.unwrap();
    let plans = fresh.store.list_plans_on_sale(T0).await.unwrap();
    assert_eq!(plans.len(), 3);
    assert_eq!(plans[0].plan.name, "Basic");
    assert_eq!(
        plans[0].plan.prices.of(Period::Monthly),
        Some(Cents::new(990))
    );
    assert!(
        plans
            .iter()
            .all(|view| view.plan.group_id == plans[0].plan.group_id)
    );
    assert!(plans.iter().all(|view| view.plan.group_id.is_some()));
    assert!(plans.iter().all(|view| view.plan.reset_method.is_none()));
    let code = CouponCode::parse(filled.coupon).unwrap();
    let coupon = fresh.store.find_coupon_view(&code).await.unwrap().unwrap();
    assert_eq!(coupon.discount.of(Cents::new(990)), Ok(Cents::new(99)));
    assert!((coupon.limit_plans.is_none(), coupon.started_at) == (true, T0));
    let methods = fresh.store.list_payment_methods().await.unwrap();
    assert_eq!(
        (methods.len(), methods[0].uuid.as_str()),
        (1, filled.payment_uuid.as_str())
    );
    assert_eq!(methods[0].gateway, "EPay");
    assert_eq!(
        methods[0].config.get("key"),
        Some(filled.payment_key.as_str())
    );
    assert_eq!(methods[0].config.get("pid"), Some(filled.merchant));
    let customer = fresh
        .store
        .find_login(&filled.email)
        .await
        .unwrap()
        .unwrap();
    assert!(!customer.is_admin && !customer.banned);
}

/// Payments that wait for somebody to decide, and an endpoint that nothing is sent to.
pub async fn a_demo_has_reviews_and_an_endpoint(fresh: &FreshStore) {
    fill(fresh.store.as_ref()).await.unwrap();
    let method = fresh.store.list_payment_methods().await.unwrap()[0].id;
    let mut tx = fresh.begin().await;
    for (number, status) in [
        ("P1", ReviewStatus::Open),
        ("P2", ReviewStatus::RefundedOutside),
        ("P3", ReviewStatus::Open),
    ] {
        let review = tx.find_review_of(method, number).await.unwrap().unwrap();
        assert_eq!(review.status, status, "{number}");
        assert_eq!(review.about.reason, ReviewReason::UnknownOrder);
        assert!(review.about.notice.is_some());
    }
    let endpoints = tx.list_endpoints().await.unwrap();
    assert_eq!(endpoints.len(), 1);
    assert!(!endpoints[0].terms.active);
    assert_eq!(endpoints[0].failing_since, None);
    // Neither when it is switched on is anything sent that was.
    let terms = EndpointTerms {
        active: true,
        ..endpoints[0].terms.clone()
    };
    let on = Endpoint {
        terms,
        ..endpoints[0].clone()
    };
    tx.update_endpoint(&on).await.unwrap();
    assert_eq!(tx.list_due_endpoints(T0).await.unwrap(), []);
    assert!(!tx.has_new_events().await.unwrap());
    tx.rollback().await.unwrap();
}

/// A second filling is refused and changes nothing.
pub async fn a_demo_is_filled_once(fresh: &FreshStore) {
    fill(fresh.store.as_ref()).await.unwrap();
    let again = fill(fresh.store.as_ref()).await.err();
    assert_eq!(again, Some(DemoError::NotEmpty(DemoObstacle::Plans)));
    assert_eq!(fresh.store.list_plans_on_sale(T0).await.unwrap().len(), 3);
}

/// Whoever has begun to use a panel gets no demo.
pub async fn a_panel_in_use_gets_no_demo(fresh: &FreshStore) {
    fresh.seed.insert_plan(&a_plan(4)).await;
    let refused = fill(fresh.store.as_ref()).await.err();
    assert_eq!(refused, Some(DemoError::NotEmpty(DemoObstacle::Plans)));
    assert_eq!(
        fresh.store.find_plan_view(PlanId::new(1)).await.unwrap(),
        None
    );
    assert_eq!(fresh.store.list_payment_methods().await.unwrap(), []);
}

/// Administrators are no obstacle, the customer's own account is.
pub async fn an_account_of_the_customer_is_an_obstacle(fresh: &FreshStore) {
    fresh.user("customer@example.com").await;
    let refused = fill(fresh.store.as_ref()).await.err();
    assert_eq!(refused, Some(DemoError::NotEmpty(DemoObstacle::Customer)));
    assert!(fresh.store.list_plans_on_sale(T0).await.unwrap().is_empty());
}
