//! Promises about what administrators say about plans.

use std::collections::BTreeMap;

use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_billing::{Edit, Gigabytes, Period, Plan, PlanTerms, Subscription};
use ferroboard_kernel::{Cents, GroupId, PlanId, UserId};

use crate::contract::{FreshStore, t};

fn terms() -> PlanTerms {
    let prices = [(Period::Monthly, 999), (Period::OneTime, 10_000)];
    let prices = prices.map(|(period, price)| (period, Cents::new(price)));
    PlanTerms {
        name: "Größer".to_owned(),
        traffic: Gigabytes::new(200),
        prices: Some(BTreeMap::from(prices)),
        group: Edit::Set(GroupId::new(3)),
        speed_limit: Edit::Set(50),
        device_limit: Edit::Clear,
        capacity_limit: Edit::Set(7),
        content: Edit::Set("<b>it's \\ 100 %</b>".to_owned()),
        tags: Edit::Set(vec!["hot".to_owned()]),
        reset_method: Edit::Clear,
    }
}

async fn stored(fresh: &FreshStore, id: PlanId) -> Option<Plan> {
    fresh.store.find_plan_view(id).await.unwrap()
}

/// With everything that is said about it, and again with nothing.
pub async fn a_plan_is_made_and_changed(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let plan = terms().plan(t(1));
    let id = tx.insert_plan(&plan).await.unwrap();
    tx.commit().await.unwrap();
    let made = Plan { id, ..plan };
    assert_eq!(stored(fresh, id).await, Some(made.clone()));
    let bare = PlanTerms {
        prices: Some(BTreeMap::new()),
        group: Edit::Clear,
        speed_limit: Edit::Clear,
        capacity_limit: Edit::Clear,
        content: Edit::Clear,
        tags: Edit::Clear,
        ..terms()
    };
    let changed = bare.written_to(&made, t(2));
    let mut tx = fresh.begin().await;
    assert!(tx.update_plan(&changed).await.unwrap());
    let missing = Plan {
        id: PlanId::new(99),
        ..changed.clone()
    };
    assert!(!tx.update_plan(&missing).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(stored(fresh, id).await, Some(changed));
}

/// Its switches and its place are others' to write.
pub async fn switches_and_places_of_a_plan_stay(fresh: &FreshStore) {
    let mut plan = a_plan(1);
    plan.sort = Some(4);
    fresh.seed.insert_plan(&plan).await;
    let other = Plan {
        show: false,
        sell: false,
        renew: false,
        sort: Some(9),
        ..plan.clone()
    };
    let mut tx = fresh.begin().await;
    assert!(tx.update_plan(&other).await.unwrap());
    let standing = tx.find_standing_plan(PlanId::new(1)).await.unwrap();
    assert_eq!(standing, Some(plan.clone()));
    assert_eq!(tx.find_standing_plan(PlanId::new(2)).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(stored(fresh, PlanId::new(1)).await, Some(plan));
}

/// Those of the named plans that there are.
pub async fn plans_are_put_in_their_places(fresh: &FreshStore) {
    for id in [1, 2, 3] {
        fresh.seed.insert_plan(&a_plan(id)).await;
    }
    let (one, three, missing) = (PlanId::new(1), PlanId::new(3), PlanId::new(9));
    let mut tx = fresh.begin().await;
    tx.update_plan_places(&[(one, 2), (three, 1)], t(5))
        .await
        .unwrap();
    tx.update_plan_places(&[], t(6)).await.unwrap();
    let places = tx.list_plan_places(&[three, missing, one]).await;
    assert_eq!(places.unwrap(), [(one, Some(2)), (three, Some(1))]);
    tx.commit().await.unwrap();
    let plan = stored(fresh, one).await.unwrap();
    assert_eq!((plan.sort, plan.updated_at), (Some(2), t(5)));
    let other = stored(fresh, PlanId::new(2)).await.unwrap();
    assert_eq!(other.sort, None);
}

async fn subscribe(fresh: &FreshStore, user: UserId, subscription: &Subscription) {
    let mut tx = fresh.begin().await;
    let written = tx.update_subscription(user, subscription, t(0));
    assert!(written.await.unwrap());
    tx.commit().await.unwrap();
}

/// All who have the plan and another group, traffic or limit, and nobody else.
pub async fn members_get_what_their_plan_gives(fresh: &FreshStore) {
    let plan = Plan {
        group_id: Some(GroupId::new(2)),
        traffic: Gigabytes::new(5),
        speed_limit: Some(9),
        device_limit: None,
        ..a_plan(1)
    };
    let [ann, bea, cid] = ["ann@demo.test", "bea@demo.test", "cid@demo.test"];
    let (ann, bea, cid) = (
        fresh.user(ann).await,
        fresh.user(bea).await,
        fresh.user(cid).await,
    );
    let old = a_subscription(t(9));
    let elsewhere = Subscription {
        plan_id: PlanId::new(2),
        ..old.clone()
    };
    let current = Subscription {
        group_id: plan.group_id,
        transfer_enable: plan.traffic.bytes(),
        speed_limit: plan.speed_limit,
        device_limit: plan.device_limit,
        ..old.clone()
    };
    subscribe(fresh, ann, &old).await;
    subscribe(fresh, bea, &elsewhere).await;
    subscribe(fresh, cid, &current).await;
    let mut tx = fresh.begin().await;
    assert_eq!(tx.update_plan_members(&plan, t(3)).await.unwrap(), 1);
    assert_eq!(tx.update_plan_members(&plan, t(4)).await.unwrap(), 0);
    tx.commit().await.unwrap();
    for (user, group, traffic) in [(ann, 2, 5), (bea, 1, 100), (cid, 2, 5)] {
        let view = fresh.view(user).await;
        let expected = (Some(GroupId::new(group)), Gigabytes::new(traffic).bytes());
        assert_eq!((view.group_id, view.transfer_enable), expected, "{user}");
    }
    let bare = Plan {
        group_id: None,
        speed_limit: None,
        ..plan
    };
    let mut tx = fresh.begin().await;
    assert_eq!(tx.update_plan_members(&bare, t(5)).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(fresh.view(ann).await.group_id, None);
}
