//! Promises about gift cards as administrators list them.

use ferroboard_application::{
    CardFilter, GiftCardTotals, RecordedUsage, TemplateFilter, TemplateUses, UsageFilter,
};
use ferroboard_giftcard::testing::{a_card, a_template};
use ferroboard_giftcard::{
    CardStatus, GiftCard, GiftTemplate, InviterRewards, NewGiftUsage, Rewards, TemplateKind,
    TemplateRecord,
};
use ferroboard_kernel::{Cents, Decimal, GiftCardId, GiftTemplateId, UnixSeconds, UserId};
use ferroboard_listing::{Page, PageRule};

use crate::contract::{FreshStore, t};

const RULE: PageRule = PageRule::new(15, 1, 500);

fn page(number: i64, rows: i64) -> Page {
    RULE.page(Some(number), Some(rows))
}

fn all() -> Page {
    RULE.page(None, None)
}

fn template(id: i64) -> GiftTemplateId {
    GiftTemplateId::new(id)
}

fn a_usage(user: UserId, card: i64, of: i64, at: UnixSeconds) -> NewGiftUsage {
    NewGiftUsage {
        card: GiftCardId::new(card),
        template: template(of),
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
        at,
    }
}

/// By their place, of equal ones the newest first, with the numbers of their cards and uses.
pub async fn gift_templates_are_listed_with_what_became_of_them(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    let mut ids = Vec::new();
    for (sort, made, kind, enabled) in [
        (2, t(9), TemplateKind::General, true),
        (1, t(1), TemplateKind::Plan, false),
        (1, t(2), TemplateKind::General, true),
        (1, t(2), TemplateKind::Mystery, true),
    ] {
        let record = TemplateRecord {
            template: GiftTemplate {
                kind,
                enabled,
                ..a_template(0)
            },
            sort,
            admin: ann,
            created_at: made,
            updated_at: made,
        };
        ids.push(tx.insert_gift_template(&record).await.unwrap());
    }
    for number in [1, 2] {
        let usage = a_usage(ann, number, ids[0].get(), t(number));
        tx.insert_gift_usage(&usage).await.unwrap();
    }
    tx.commit().await.unwrap();
    for number in 1..=3 {
        let card = a_card(number, ids[0].get(), &format!("GCNUMBER0{number}"));
        fresh.seed.insert_gift_card(&card).await;
    }
    let admin = fresh.admin();
    let none = TemplateFilter::default();
    let found = admin.list_gift_templates(&none, all()).await.unwrap();
    let order: Vec<_> = found
        .rows
        .iter()
        .map(|row| row.record.template.id)
        .collect();
    assert_eq!(order, [ids[2], ids[3], ids[1], ids[0]]);
    assert_eq!((found.rows[3].cards, found.rows[3].uses), (3, 2));
    assert_eq!((found.rows[0].cards, found.rows[0].uses), (0, 0));
    assert_eq!(found.rows[3].record.admin, ann);
    let second = admin.list_gift_templates(&none, page(2, 3)).await.unwrap();
    assert_eq!((second.rows.len(), second.total), (1, 4));
    for (kind, enabled, expected) in [
        (Some(1), None, 2),
        (Some(9), None, 0),
        (None, Some(false), 1),
        (Some(3), Some(true), 1),
    ] {
        let filter = TemplateFilter { kind, enabled };
        let found = admin.list_gift_templates(&filter, all()).await.unwrap();
        let shown = i64::try_from(found.rows.len()).unwrap();
        assert_eq!((found.total, shown), (expected, expected), "{filter:?}");
    }
    assert!(admin.has_gift_template(ids[0]).await.unwrap());
    assert!(!admin.has_gift_template(template(99)).await.unwrap());
    assert!(admin.has_gift_user(ann).await.unwrap());
    assert!(!admin.has_gift_user(UserId::new(999)).await.unwrap());
}

/// With their templates and users as long as these are there.
pub async fn gift_cards_are_listed_with_template_and_user(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    fresh.seed.insert_gift_template(&a_template(1)).await;
    for (id, of, status) in [
        (1, 1, CardStatus::Unused),
        (2, 1, CardStatus::Disabled),
        (3, 9, CardStatus::Expired),
    ] {
        let card = GiftCard {
            status,
            ..a_card(id, of, &format!("GCNUMBER0{id}"))
        };
        fresh.seed.insert_gift_card(&card).await;
    }
    let mut tx = fresh.begin().await;
    let used = tx.move_gift_card_use(GiftCardId::new(1), ann, Some("{}"), t(3));
    assert!(used.await.unwrap());
    tx.commit().await.unwrap();
    let admin = fresh.admin();
    let none = CardFilter::default();
    let found = admin.list_gift_codes(&none, all()).await.unwrap();
    let order: Vec<i64> = found
        .rows
        .iter()
        .map(|row| row.record.card.id.get())
        .collect();
    assert_eq!((order, found.total), (vec![1, 2, 3], 3));
    let first = &found.rows[0];
    assert_eq!(first.record.used_at, Some(t(3)));
    assert_eq!(first.record.drawn.as_deref(), Some("{}"));
    assert_eq!(first.template.as_ref().unwrap().template.name, "Template 1");
    let user = first.user.as_ref().unwrap();
    assert_eq!((user.id, user.email.as_str()), (ann, "ann@demo.test"));
    assert_eq!((user.banned, user.last_online_at), (false, None));
    assert_eq!(
        (&found.rows[2].template, &found.rows[2].user),
        (&None, &None)
    );
    let second = admin.list_gift_codes(&none, page(2, 2)).await.unwrap();
    assert_eq!((second.rows.len(), second.total), (1, 3));
    for (filter, expected) in [
        (
            CardFilter {
                template: Some(template(1)),
                ..CardFilter::default()
            },
            2,
        ),
        (
            CardFilter {
                status: Some(CardStatus::Disabled),
                ..CardFilter::default()
            },
            1,
        ),
        (
            CardFilter {
                batch: Some("none".to_owned()),
                ..CardFilter::default()
            },
            0,
        ),
    ] {
        let found = admin.list_gift_codes(&filter, all()).await.unwrap();
        assert_eq!(found.total, expected, "{filter:?}");
    }
    fresh.seed.delete_user(ann).await;
    let found = admin.list_gift_codes(&none, all()).await.unwrap();
    assert_eq!(found.rows[0].user, None);
    assert_eq!(found.rows[0].record.user, Some(ann));
}

/// In portions, each behind the last card of the one before.
pub async fn the_codes_of_a_batch_are_exported(fresh: &FreshStore) {
    use ferroboard_giftcard::{BatchName, CodePrefix, DrawnCode, NewGiftCards};
    let random = crate::SeededRandom::new(7);
    let batch = |count: usize| NewGiftCards {
        template: template(1),
        codes: (0..count)
            .map(|_| DrawnCode::draw(&CodePrefix::default(), &random))
            .collect(),
        batch: BatchName::draw(&random),
        max_usage: 1,
        expires_at: None,
        at: t(1),
    };
    let (other, own) = (batch(3), batch(25));
    let mut tx = fresh.begin().await;
    tx.insert_gift_cards(&other).await.unwrap();
    tx.insert_gift_cards(&own).await.unwrap();
    tx.commit().await.unwrap();
    let mut exported = Vec::new();
    let mut last = GiftCardId::new(0);
    loop {
        let admin = fresh.admin();
        let portion = admin.list_batch_codes(own.batch.as_str(), last, 10).await;
        let portion = portion.unwrap();
        let Some((behind, _)) = portion.last() else {
            break;
        };
        last = *behind;
        exported.extend(portion.into_iter().map(|(_, code)| code));
    }
    let made: Vec<&str> = own.codes.iter().map(DrawnCode::as_str).collect();
    assert_eq!(exported, made);
}

/// The latest first; what was deleted since is left away.
pub async fn redemptions_are_listed_for_administrators(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    fresh.seed.insert_gift_template(&a_template(1)).await;
    fresh
        .seed
        .insert_gift_card(&a_card(1, 1, "GCFIRST001"))
        .await;
    let full = NewGiftUsage {
        invited_by: Some(bea),
        inviter_rewards: Some(InviterRewards {
            balance: Some(Cents::new(200)),
            transfer_enable: None,
        }),
        multiplier: Decimal::new(15_000),
        ..a_usage(ann, 1, 1, t(1))
    };
    let mut tx = fresh.begin().await;
    for usage in [&full, &a_usage(bea, 9, 9, t(2)), &a_usage(ann, 9, 9, t(2))] {
        tx.insert_gift_usage(usage).await.unwrap();
    }
    tx.commit().await.unwrap();
    let admin = fresh.admin();
    let none = UsageFilter::default();
    let found = admin.list_recorded_usages(&none, all()).await.unwrap();
    assert_eq!(found.total, 3);
    let emails: Vec<_> = found.rows.iter().map(|row| row.email.as_deref()).collect();
    let expected = ["bea@demo.test", "ann@demo.test", "ann@demo.test"];
    assert_eq!(emails, expected.map(Some));
    let json = |text: &Option<String>| -> serde_json::Value {
        serde_json::from_str(text.as_deref().unwrap()).unwrap()
    };
    let last = &found.rows[2];
    assert_eq!(json(&last.rewards), serde_json::json!({"balance": 1000}));
    let share = json(&last.inviter_rewards);
    assert_eq!(share, serde_json::json!({"balance": 200}));
    let expected = RecordedUsage {
        id: last.id,
        code: Some("GCFIRST001".to_owned()),
        template: Some("Template 1".to_owned()),
        email: Some("ann@demo.test".to_owned()),
        inviter: Some("bea@demo.test".to_owned()),
        rewards: last.rewards.clone(),
        inviter_rewards: last.inviter_rewards.clone(),
        multiplier: Decimal::new(15_000),
        created_at: t(1),
    };
    assert_eq!(*last, expected);
    let first = &found.rows[0];
    assert_eq!((&first.code, &first.template), (&None, &None));
    assert_eq!((&first.inviter, &first.inviter_rewards), (&None, &None));
    for (template_id, user, expected) in [
        (Some(1), None, 1),
        (None, Some(ann), 2),
        (Some(9), Some(ann), 1),
    ] {
        let filter = UsageFilter {
            template: template_id.map(template),
            user,
        };
        let found = admin.list_recorded_usages(&filter, page(1, 1)).await;
        assert_eq!(found.unwrap().total, expected, "{filter:?}");
    }
}

/// In all, by time and by template.
pub async fn gift_cards_are_summed(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let admin = fresh.admin();
    assert_eq!(
        admin.sum_gift_cards().await.unwrap(),
        GiftCardTotals::default()
    );
    let off = GiftTemplate {
        enabled: false,
        kind: TemplateKind::Plan,
        ..a_template(2)
    };
    for template in [a_template(1), off] {
        fresh.seed.insert_gift_template(&template).await;
    }
    for (id, status) in [(1, CardStatus::Used), (2, CardStatus::Unused)] {
        let card = GiftCard {
            status,
            ..a_card(id, 1, &format!("GCNUMBER0{id}"))
        };
        fresh.seed.insert_gift_card(&card).await;
    }
    let mut tx = fresh.begin().await;
    for (of, seconds) in [(2, 0), (2, 899), (2, 900), (9, 86_400), (1, 90_000)] {
        let usage = a_usage(ann, 1, of, t(seconds));
        tx.insert_gift_usage(&usage).await.unwrap();
    }
    tx.commit().await.unwrap();
    let totals = GiftCardTotals {
        templates: 2,
        active_templates: 1,
        codes: 2,
        used_codes: 1,
        usages: 5,
    };
    assert_eq!(admin.sum_gift_cards().await.unwrap(), totals);
    let quarters = admin.count_usages_by_quarter(t(0), t(90_000)).await;
    let expected = [(t(0), 2), (t(900), 1), (t(86_400), 1)];
    assert_eq!(quarters.unwrap(), expected);
    let of = |template: Option<(&str, i64)>, count| TemplateUses {
        template: template.map(|(name, kind)| (name.to_owned(), kind)),
        count,
    };
    let expected = [
        of(Some(("Template 1", 1)), 1),
        of(Some(("Template 2", 2)), 3),
        of(None, 1),
    ];
    assert_eq!(admin.count_usages_by_template().await.unwrap(), expected);
}
