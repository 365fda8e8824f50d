//! Promises about plans.

use ferroboard_billing::testing::a_plan;
use ferroboard_billing::{Plan, PriceList, ResetMethod, Tags};
use ferroboard_kernel::PlanId;

use crate::contract::{FreshStore, entry, t};

/// Every column, inside a transaction and outside.
pub async fn a_plan_is_read_in_full(fresh: &FreshStore) {
    let plan = Plan {
        speed_limit: Some(100),
        device_limit: Some(3),
        show: false,
        sell: false,
        renew: false,
        sort: Some(7),
        content: Some("<b>It's fast</b> 很快".into()),
        tags: Tags::from_json(Some(r#"["hot"]"#)),
        reset_method: Some(ResetMethod::Yearly),
        capacity_limit: Some(0),
        created_at: t(-5),
        updated_at: t(5),
        ..a_plan(3)
    };
    fresh.seed.insert_plan(&plan).await;
    fresh.seed.insert_plan(&a_plan(4)).await;
    let read = fresh.store.find_plan_view(plan.id).await.unwrap();
    assert_eq!(read.as_ref(), Some(&plan));
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_plan(plan.id).await.unwrap(), Some(plan));
    tx.rollback().await.unwrap();
}

/// NULL is no limit, no price list, no method of its own.
pub async fn a_plan_without_limits_has_none(fresh: &FreshStore) {
    let plan = Plan {
        group_id: None,
        prices: PriceList::default(),
        ..a_plan(1)
    };
    fresh.seed.insert_plan(&plan).await;
    assert_eq!(
        fresh.store.find_plan_view(plan.id).await.unwrap(),
        Some(plan)
    );
}

/// Zero rows are an answer.
pub async fn a_missing_plan_is_none(fresh: &FreshStore) {
    let missing = PlanId::new(999);
    assert_eq!(fresh.store.find_plan_view(missing).await.unwrap(), None);
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_plan(missing).await.unwrap(), None);
    // The transaction goes on.
    let user = tx
        .insert_account(&ferroboard_auth::testing::an_account("a@demo.test", t(0)))
        .await;
    let entry = entry(user.unwrap(), 1, "gift");
    assert!(tx.move_balance(&entry).await.unwrap());
    tx.commit().await.unwrap();
}
