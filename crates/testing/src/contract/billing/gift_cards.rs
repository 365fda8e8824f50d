//! Promises about gift cards: recipients, templates, cards and their uses.

use std::collections::HashSet;

use ferroboard_billing::OrderStatus;
use ferroboard_billing::testing::{a_plan, a_subscription, an_order};
use ferroboard_giftcard::testing::{a_card, a_recipient, a_template};
use ferroboard_giftcard::{
    BatchName, CardStatus, CodePrefix, DrawnCode, GiftCard, GiftCode, GiftTemplate, InviterRewards,
    NewGiftCards, NewGiftUsage, PastUses, Recipient, Rewards, TemplateKind,
};
use ferroboard_kernel::{
    Cents, Decimal, Email, GiftCardId, GiftTemplateId, GiftUsageId, PlanId, StoreError, UserId,
};

use crate::SeededRandom;
use crate::contract::{FreshStore, GiftCardLine, assert_duplicate, page, t};

const MISSING: UserId = UserId::new(999_999);

fn code(text: &str) -> GiftCode {
    GiftCode::parse(text).unwrap()
}

fn a_usage(user: UserId, card: i64, template: i64, seconds: i64) -> NewGiftUsage {
    NewGiftUsage {
        card: GiftCardId::new(card),
        template: GiftTemplateId::new(template),
        user,
        invited_by: None,
        rewards: Rewards {
            balance: Some(Cents::new(1_000)),
            ..Rewards::default()
        },
        inviter_rewards: None,
        level: None,
        plan: None,
        multiplier: Decimal::ONE,
        user_agent: None,
        at: t(seconds),
    }
}

async fn record(fresh: &FreshStore, usages: &[NewGiftUsage]) -> Vec<GiftUsageId> {
    let mut tx = fresh.begin().await;
    let mut ids = Vec::new();
    for usage in usages {
        ids.push(tx.insert_gift_usage(usage).await.unwrap());
    }
    tx.commit().await.unwrap();
    ids
}

/// Every column, with the inviter as long as that is another account that exists.
pub async fn a_recipient_is_read_in_full(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let subscription = a_subscription(t(86_400));
    let mut tx = fresh.begin().await;
    let new = a_recipient(ann.get(), t(0));
    assert_eq!(tx.find_recipient(ann).await.unwrap(), Some(new));
    assert_eq!(tx.find_recipient(MISSING).await.unwrap(), None);
    assert_eq!(tx.lock_recipient(MISSING).await.unwrap(), None);
    tx.update_subscription(ann, &subscription, t(1))
        .await
        .unwrap();
    tx.update_inviter(ann, bea).await.unwrap();
    tx.update_inviter(bea, bea).await.unwrap();
    tx.commit().await.unwrap();
    fresh.seed.update_banned(ann).await;
    let full = Recipient {
        banned: true,
        plan_id: Some(subscription.plan_id),
        expired_at: subscription.expired_at,
        invited_by: Some(bea),
        inviter: Some(bea),
        ..new
    };
    let own_guest = Recipient {
        invited_by: Some(bea),
        ..a_recipient(bea.get(), t(0))
    };
    for (user, expected) in [(ann, full), (bea, own_guest)] {
        let mut tx = fresh.begin().await;
        assert_eq!(tx.find_recipient(user).await.unwrap(), Some(expected));
        assert_eq!(tx.lock_recipient(user).await.unwrap(), Some(expected));
        tx.rollback().await.unwrap();
    }
    fresh.seed.delete_user(bea).await;
    let orphan = Recipient {
        inviter: None,
        ..full
    };
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_recipient(ann).await.unwrap(), Some(orphan));
    assert_eq!(tx.lock_recipient(ann).await.unwrap(), Some(orphan));
    tx.rollback().await.unwrap();
}

/// Only completed orders count, and only the user's.
pub async fn completed_orders_of_a_recipient_are_counted(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let all = [
        (ann, OrderStatus::Pending),
        (ann, OrderStatus::Processing),
        (ann, OrderStatus::Cancelled),
        (ann, OrderStatus::Completed),
        (ann, OrderStatus::Discounted),
        (bea, OrderStatus::Discounted),
    ];
    for (id, (user, status)) in (1..).zip(all) {
        let order = ferroboard_billing::Order {
            status,
            ..an_order(id, user)
        };
        fresh.seed.insert_order(&order).await;
    }
    let mut tx = fresh.begin().await;
    assert_eq!(tx.count_recipient_orders(ann).await.unwrap(), 1);
    assert_eq!(tx.count_recipient_orders(bea).await.unwrap(), 0);
    tx.rollback().await.unwrap();
}

/// The plan's place; nothing where it has none, or is gone.
pub async fn the_level_of_a_recipient_is_the_place_of_the_plan(fresh: &FreshStore) {
    for (id, sort) in [(1, Some(7)), (2, None)] {
        let plan = ferroboard_billing::Plan { sort, ..a_plan(id) };
        fresh.seed.insert_plan(&plan).await;
    }
    let mut tx = fresh.begin().await;
    for (plan, level) in [(1, Some(7)), (2, None), (3, None)] {
        let found = tx.find_recipient_level(PlanId::new(plan)).await.unwrap();
        assert_eq!(found, level, "{plan}");
    }
    tx.rollback().await.unwrap();
}

/// Two users who invited each other lock each other's rows in the same order, so both get through.
pub async fn recipients_who_invited_each_other_do_not_block(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let mut tx = fresh.begin().await;
    tx.update_inviter(ann, bea).await.unwrap();
    tx.update_inviter(bea, ann).await.unwrap();
    tx.commit().await.unwrap();
    let locked = fresh
        .race(16, move |runner, mut tx| async move {
            let user = if runner % 2 == 0 { ann } else { bea };
            let found = tx.lock_recipient(user).await?.unwrap();
            tx.commit().await.map(|()| found.inviter.is_some())
        })
        .await;
    assert!(locked.into_iter().all(|invited| invited));
}

/// Every column, and nothing where it has no value.
pub async fn a_gift_template_is_read_in_full(fresh: &FreshStore) {
    let full = GiftTemplate {
        name: "It's “great” 礼品".to_owned(),
        description: Some("For you\\me".to_owned()),
        kind: TemplateKind::Mystery,
        enabled: false,
        conditions: Some(r#"{"paid_user_only":true}"#.to_owned()),
        rewards: Some(r#"{"random_rewards":[{"weight":1,"balance":7}]}"#.to_owned()),
        limits: Some(r#"{"cooldown_hours":1.5}"#.to_owned()),
        special_config: Some(r#"{"festival_bonus":1.5}"#.to_owned()),
        icon: Some("https://demo.test/icon.png".to_owned()),
        background_image: Some("https://demo.test/back.png".to_owned()),
        theme_color: "#000000".to_owned(),
        ..a_template(3)
    };
    let unknown = GiftTemplate {
        kind: TemplateKind::Unknown(9),
        ..a_template(4)
    };
    for template in [full, unknown] {
        fresh.seed.insert_gift_template(&template).await;
        let mut tx = fresh.begin().await;
        let found = tx.find_gift_template(template.id).await.unwrap().unwrap();
        // A database may write JSON with other blanks.
        assert_eq!(found.terms(), template.terms());
        let plain = |template: &GiftTemplate| GiftTemplate {
            conditions: None,
            rewards: None,
            limits: None,
            special_config: None,
            ..template.clone()
        };
        assert_eq!(plain(&found), plain(&template));
        let missing = tx.find_gift_template(GiftTemplateId::new(99)).await;
        assert_eq!(missing.unwrap(), None);
        tx.rollback().await.unwrap();
    }
}

/// One that is spelled exactly so comes first. Other letters are never equal.
pub async fn gift_cards_are_found_in_any_letter_case(fresh: &FreshStore) {
    let full = GiftCard {
        status: CardStatus::Expired,
        expires_at: Some(t(9)),
        usage_count: 2,
        max_usage: 3,
        ..a_card(1, 7, "GCSUMMER01")
    };
    fresh.seed.insert_gift_card(&full).await;
    fresh
        .seed
        .insert_gift_card(&a_card(2, 1, "gcÉté00001"))
        .await;
    let mut tx = fresh.begin().await;
    for (typed, expected) in [
        ("GCSUMMER01", Some(1)),
        ("gcsummer01", Some(1)),
        ("gcÉté00001", Some(2)),
        ("gcEte00001", None),
        ("GCSUMMER0", None),
        ("GCSUMMER0_", None),
        ("%%%%%%%%%%", None),
        ("' OR 1=1 --", None),
        ("gcsum\0mer1", None),
    ] {
        let expected = expected.map(GiftCardId::new);
        let found = tx.find_gift_card(&code(typed)).await.unwrap();
        assert_eq!(found.map(|card| card.id), expected, "{typed:?}");
        let locked = tx.lock_gift_card(&code(typed)).await.unwrap();
        assert_eq!(locked.map(|card| card.id), expected, "{typed:?}");
    }
    let found = tx.find_gift_card(&code("GCSUMMER01")).await.unwrap();
    assert_eq!(found, Some(full));
    tx.rollback().await.unwrap();
}

/// The row says who used it last, and what it turned out to be.
pub async fn a_use_of_a_gift_card_is_counted(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let card = GiftCard {
        max_usage: 2,
        ..a_card(1, 1, "GCTWICE001")
    };
    fresh.seed.insert_gift_card(&card).await;
    let mut tx = fresh.begin().await;
    let drawn = Rewards {
        balance: Some(Cents::new(7)),
        ..Rewards::default()
    }
    .to_json();
    assert!(
        tx.move_gift_card_use(card.id, ann, Some(&drawn), t(1))
            .await
            .unwrap()
    );
    assert!(
        tx.move_gift_card_use(card.id, bea, None, t(2))
            .await
            .unwrap()
    );
    assert!(
        !tx.move_gift_card_use(card.id, ann, None, t(3))
            .await
            .unwrap()
    );
    let missing = GiftCardId::new(999);
    assert!(
        !tx.move_gift_card_use(missing, ann, None, t(3))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let line = fresh.seed.gift_card(card.id).await;
    let stored: String = line
        .drawn
        .iter()
        .flat_map(|json| json.chars())
        .filter(|c| *c != ' ')
        .collect();
    assert_eq!(stored, drawn);
    let expected = GiftCardLine {
        status: 1,
        usage_count: 2,
        max_usage: 2,
        user: Some(bea),
        used_at: Some(t(2)),
        drawn: line.drawn.clone(),
        batch: None,
    };
    assert_eq!(line, expected);
}

/// Whatever uses they have left.
pub async fn expired_and_disabled_gift_cards_are_not_used(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    for (id, status) in [(1, CardStatus::Expired), (2, CardStatus::Disabled)] {
        let card = GiftCard {
            status,
            ..a_card(id, 1, &format!("GC0000000{id}"))
        };
        fresh.seed.insert_gift_card(&card).await;
        let mut tx = fresh.begin().await;
        assert!(
            !tx.move_gift_card_use(card.id, ann, None, t(1))
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        assert_eq!(fresh.seed.gift_card(card.id).await.usage_count, 0);
    }
}

/// 16 at once want one of three.
pub async fn many_never_use_a_gift_card_more_often_than_it_may_be(fresh: &FreshStore) {
    let card = GiftCard {
        max_usage: 3,
        ..a_card(1, 1, "GCTHREE001")
    };
    fresh.seed.insert_gift_card(&card).await;
    let ann = fresh.user("ann@demo.test").await;
    let used = fresh
        .race(16, move |_, mut tx| async move {
            let card = tx.lock_gift_card(&code("gcthree001")).await?.unwrap();
            let used = tx.move_gift_card_use(card.id, ann, None, t(1)).await?;
            tx.commit().await.map(|()| used)
        })
        .await;
    assert_eq!(used.iter().filter(|used| **used).count(), 3);
    assert_eq!(fresh.seed.gift_card(card.id).await.usage_count, 3);
}

/// A batch of more rows than one statement takes; a code that exists is named.
pub async fn gift_cards_are_made_in_batches(fresh: &FreshStore) {
    let random = SeededRandom::new(5);
    let draw = || DrawnCode::draw(&CodePrefix::default(), &random);
    let cards = NewGiftCards {
        template: GiftTemplateId::new(3),
        codes: (0..1_201).map(|_| draw()).collect(),
        batch: BatchName::draw(&random),
        max_usage: 4,
        expires_at: Some(t(50)),
        at: t(1),
    };
    let mut tx = fresh.begin().await;
    tx.insert_gift_cards(&cards).await.unwrap();
    let mut ids = HashSet::new();
    for drawn in [0, 499, 500, 1_200].map(|place: usize| &cards.codes[place]) {
        let found = tx
            .find_gift_card(&code(drawn.as_str()))
            .await
            .unwrap()
            .unwrap();
        let expected = GiftCard {
            expires_at: Some(t(50)),
            max_usage: 4,
            ..a_card(found.id.get(), 3, drawn.as_str())
        };
        assert_eq!(found, expected);
        ids.insert(found.id);
    }
    assert_eq!(ids.len(), 4);
    tx.commit().await.unwrap();
    let first = *ids.iter().min().unwrap();
    let batch = fresh.seed.gift_card(first).await.batch;
    assert_eq!(batch.as_deref(), Some(cards.batch.as_str()));
    let mut tx = fresh.begin().await;
    assert_duplicate(tx.insert_gift_cards(&cards).await, "code");
    let after = tx.find_gift_card(&code("GC00000000")).await;
    assert!(matches!(after, Err(StoreError::Backend(_))));
    tx.rollback().await.unwrap();
}

/// Unused ones whose time is over, so many at a time; the others stay as they are.
pub async fn unused_gift_cards_expire(fresh: &FreshStore) {
    let all = [
        (1, CardStatus::Unused, Some(t(9)), 2),
        (2, CardStatus::Unused, Some(t(10)), 0),
        (3, CardStatus::Unused, None, 0),
        (4, CardStatus::Used, Some(t(9)), 1),
        (5, CardStatus::Disabled, Some(t(9)), 3),
        (6, CardStatus::Unused, Some(t(-9)), 2),
        (7, CardStatus::Unused, Some(t(1)), 2),
    ];
    for (id, status, expires_at, _) in all {
        let card = GiftCard {
            status,
            expires_at,
            ..a_card(id, 1, &format!("GC0000000{id}"))
        };
        fresh.seed.insert_gift_card(&card).await;
    }
    for moved in [2, 1, 0] {
        let mut tx = fresh.begin().await;
        assert_eq!(tx.move_expired_gift_cards(t(10), 2).await.unwrap(), moved);
        tx.commit().await.unwrap();
    }
    for (id, _, _, status) in all {
        let line = fresh.seed.gift_card(GiftCardId::new(id)).await;
        assert_eq!(line.status, status, "{id}");
    }
}

/// By template, with the latest time, and whether the card itself.
pub async fn past_uses_of_gift_cards_are_counted(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let usages = [
        a_usage(ann, 1, 1, 5),
        a_usage(ann, 2, 1, 3),
        a_usage(ann, 3, 2, 9),
        a_usage(bea, 4, 1, 7),
    ];
    record(fresh, &usages).await;
    let mut tx = fresh.begin().await;
    for (user, template, card, expected) in [
        (ann, 1, 1, (2, Some(t(5)), true)),
        (ann, 1, 4, (2, Some(t(5)), false)),
        (ann, 2, 3, (1, Some(t(9)), true)),
        (ann, 3, 1, (0, None, true)),
        (bea, 1, 4, (1, Some(t(7)), true)),
        (MISSING, 1, 1, (0, None, false)),
    ] {
        let (template, card) = (GiftTemplateId::new(template), GiftCardId::new(card));
        let found = tx.find_gift_uses(user, template, card).await.unwrap();
        let (of_template, latest, of_card) = expected;
        let expected = PastUses {
            of_template,
            latest,
            of_card,
        };
        assert_eq!(found, expected, "{user} {template} {card}");
    }
    tx.rollback().await.unwrap();
}

/// Newest first, the page that was asked for, with code and template as long as they exist.
pub async fn gift_usages_are_listed_by_page(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    fresh.seed.insert_gift_template(&a_template(1)).await;
    fresh
        .seed
        .insert_gift_card(&a_card(1, 1, "GCFIRST001"))
        .await;
    let usages = [
        a_usage(ann, 1, 1, 5),
        a_usage(ann, 9, 9, 7),
        a_usage(ann, 1, 1, 7),
        a_usage(bea, 1, 1, 8),
    ];
    let ids = record(fresh, &usages).await;
    let listed = |asked| fresh.store.list_gift_usages(ann, asked);
    let all = listed(page(1, 10)).await.unwrap();
    let shown: Vec<GiftUsageId> = all.rows.iter().map(|row| row.id).collect();
    assert_eq!(shown, [ids[2], ids[1], ids[0]]);
    assert_eq!(all.total, 3);
    let codes: Vec<Option<&str>> = all.rows.iter().map(|row| row.code.as_deref()).collect();
    assert_eq!(codes, [Some("GCFIRST001"), None, Some("GCFIRST001")]);
    let templates: Vec<bool> = all.rows.iter().map(|row| row.template.is_some()).collect();
    assert_eq!(templates, [true, false, true]);
    let second = listed(page(2, 1)).await.unwrap();
    assert_eq!((second.rows.len(), second.total), (1, 3));
    assert_eq!(second.rows[0].id, ids[1]);
    let beyond = listed(page(4, 10)).await.unwrap();
    assert_eq!((beyond.rows.len(), beyond.total), (0, 3));
    let nobody = fresh
        .store
        .list_gift_usages(MISSING, page(1, 10))
        .await
        .unwrap();
    assert_eq!((nobody.rows.len(), nobody.total), (0, 0));
}

/// Every column; nothing for anybody else.
pub async fn a_gift_usage_is_shown_to_its_user(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    fresh.seed.insert_gift_template(&a_template(1)).await;
    fresh
        .seed
        .insert_gift_card(&a_card(1, 1, "GCFIRST001"))
        .await;
    let full = NewGiftUsage {
        invited_by: Some(bea),
        rewards: Rewards {
            transfer_enable: Some(10_737_418_240),
            invite_reward_rate: Decimal::parse("0.25"),
            ..a_usage(ann, 1, 1, 5).rewards
        },
        inviter_rewards: Some(InviterRewards {
            balance: Some(Cents::new(250)),
            transfer_enable: None,
        }),
        level: Some(3),
        plan: Some(PlanId::new(7)),
        multiplier: Decimal::parse("1.13").unwrap(),
        user_agent: Some("It's “curl”".to_owned()),
        ..a_usage(ann, 1, 1, 5)
    };
    let ids = record(fresh, &[full.clone(), a_usage(ann, 9, 9, 6)]).await;
    let shown = fresh
        .store
        .find_gift_usage(ann, ids[0])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(shown.id, ids[0]);
    assert_eq!(shown.code.as_deref(), Some("GCFIRST001"));
    assert_eq!(shown.template.unwrap().name, "Template 1");
    let bare = |json: &str| json.replace(' ', "");
    assert_eq!(bare(&shown.rewards), full.rewards.to_json());
    let share = shown.inviter_rewards.as_deref().map(bare);
    assert_eq!(share.as_deref(), Some(r#"{"balance":250}"#));
    let inviter = (bea, Email::parse("bea@demo.test").unwrap());
    assert_eq!(shown.inviter, Some(inviter));
    assert_eq!((shown.level, shown.plan), (Some(3), Some(PlanId::new(7))));
    assert_eq!(shown.multiplier.to_string(), "1.13");
    assert_eq!((shown.notes, shown.created_at), (None, t(5)));
    let plain = fresh
        .store
        .find_gift_usage(ann, ids[1])
        .await
        .unwrap()
        .unwrap();
    assert!(plain.code.is_none() && plain.template.is_none() && plain.inviter.is_none());
    assert_eq!(plain.inviter_rewards, None);
    assert_eq!(plain.multiplier, Decimal::ONE);
    for (user, id) in [(bea, ids[0]), (ann, GiftUsageId::new(999))] {
        assert_eq!(fresh.store.find_gift_usage(user, id).await.unwrap(), None);
    }
}
