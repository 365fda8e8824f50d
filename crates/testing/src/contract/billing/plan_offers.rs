//! Promises about plans as administrators manage them.

use ferroboard_billing::testing::{a_plan, an_order};
use ferroboard_billing::{PlanOffer, PlanReference};
use ferroboard_kernel::{PlanId, UserId};

use crate::contract::{FreshStore, t};

/// The others stay as they are.
pub async fn only_the_given_switches_of_a_plan_are_turned(fresh: &FreshStore) {
    fresh.seed.insert_plan(&a_plan(1)).await;
    let offer = PlanOffer {
        show: Some(false),
        ..PlanOffer::default()
    };
    let mut tx = fresh.begin().await;
    assert!(
        tx.update_plan_offer(PlanId::new(1), offer, t(7))
            .await
            .unwrap()
    );
    assert!(
        !tx.update_plan_offer(PlanId::new(2), offer, t(7))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let plan = fresh.store.find_plan_view(PlanId::new(1)).await;
    let plan = plan.unwrap().unwrap();
    assert_eq!((plan.show, plan.sell, plan.renew), (false, true, true));
    assert_eq!(plan.updated_at, t(7));
}

/// And only once.
pub async fn a_plan_is_deleted(fresh: &FreshStore) {
    fresh.seed.insert_plan(&a_plan(1)).await;
    let plan = PlanId::new(1);
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_plan_reference(plan).await.unwrap(), None);
    assert!(tx.delete_plan(plan).await.unwrap());
    assert!(!tx.delete_plan(plan).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(fresh.store.find_plan_view(plan).await.unwrap(), None);
}

/// An order comes before a user.
pub async fn what_holds_a_plan_is_found(fresh: &FreshStore) {
    fresh.seed.insert_plan(&a_plan(1)).await;
    fresh.seed.insert_order(&an_order(1, UserId::new(7))).await;
    let mut tx = fresh.begin().await;
    let found = tx.find_plan_reference(PlanId::new(1)).await.unwrap();
    assert_eq!(found, Some(PlanReference::Order));
    tx.rollback().await.unwrap();
}
