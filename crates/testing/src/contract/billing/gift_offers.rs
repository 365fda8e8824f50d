//! Promises about templates and cards, as administrators change them.

use ferroboard_giftcard::testing::{a_card, a_template};
use ferroboard_giftcard::{
    CardRecord, CardStatus, GiftCard, GiftTemplate, NewGiftUsage, Rewards, TemplateKind,
    TemplateRecord,
};
use ferroboard_kernel::{Cents, Decimal, GiftCardId, GiftTemplateId, UnixSeconds, UserId};

use crate::contract::{FreshStore, t};

fn card(id: i64) -> GiftCardId {
    GiftCardId::new(id)
}

/// A template with something in every column.
fn a_record() -> TemplateRecord {
    TemplateRecord {
        template: GiftTemplate {
            name: "Für \"dich\"".to_owned(),
            description: Some("Zehn".to_owned()),
            kind: TemplateKind::Mystery,
            enabled: false,
            conditions: Some(r#"{"paid_user_only":true}"#.to_owned()),
            rewards: Some(r#"{"balance":1000}"#.to_owned()),
            limits: Some(r#"{"max_use_per_user":1}"#.to_owned()),
            special_config: Some(r#"{"festival_bonus":1.5}"#.to_owned()),
            icon: Some("icon".to_owned()),
            background_image: Some("https://a.test/b.png".to_owned()),
            theme_color: "#ff0000".to_owned(),
            ..a_template(0)
        },
        sort: 7,
        admin: UserId::new(3),
        created_at: t(1),
        updated_at: t(1),
    }
}

/// JSON as each database writes it.
fn plain(record: Option<TemplateRecord>) -> TemplateRecord {
    let mut record = record.unwrap();
    let template = &mut record.template;
    for column in [
        &mut template.conditions,
        &mut template.rewards,
        &mut template.limits,
        &mut template.special_config,
    ] {
        let value = column.take();
        let value = value.map(|text| serde_json::from_str::<serde_json::Value>(&text).unwrap());
        *column = value.map(|value| value.to_string());
    }
    record
}

/// Every column is written, and changed but for who made it and when.
pub async fn a_gift_template_is_made_changed_and_deleted(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let missing = GiftTemplateId::new(99);
    assert_eq!(tx.lock_gift_template(missing).await.unwrap(), None);
    let id = tx.insert_gift_template(&a_record()).await.unwrap();
    let mut record = a_record();
    record.template.id = id;
    let found = tx.lock_gift_template(id).await.unwrap();
    assert_eq!(plain(found), record);
    let bare = TemplateRecord {
        template: GiftTemplate {
            id,
            ..a_template(0)
        },
        sort: 0,
        admin: UserId::new(8),
        created_at: t(5),
        updated_at: t(5),
    };
    assert!(tx.update_gift_template(&bare).await.unwrap());
    let found = tx.lock_gift_template(id).await.unwrap();
    let expected = TemplateRecord {
        admin: UserId::new(3),
        created_at: t(1),
        ..bare.clone()
    };
    assert_eq!(plain(found), expected);
    let other = TemplateRecord {
        template: a_template(99),
        ..bare
    };
    assert!(!tx.update_gift_template(&other).await.unwrap());
    let second = tx.insert_gift_template(&a_record()).await.unwrap();
    assert_ne!(second, id);
    assert!(tx.delete_gift_template(id).await.unwrap());
    assert!(!tx.delete_gift_template(id).await.unwrap());
    assert!(tx.lock_gift_template(second).await.unwrap().is_some());
    tx.commit().await.unwrap();
}

/// A card in full; what may change of it, and nothing else.
pub async fn a_gift_card_is_changed_and_deleted(fresh: &FreshStore) {
    let first = a_card(1, 3, "GCFIRST001");
    fresh.seed.insert_gift_card(&first).await;
    fresh
        .seed
        .insert_gift_card(&a_card(2, 4, "GCSECOND01"))
        .await;
    let record = CardRecord {
        card: first.clone(),
        batch: None,
        user: None,
        used_at: None,
        drawn: None,
        metadata: None,
        created_at: UnixSeconds::new(1),
        updated_at: UnixSeconds::new(1),
    };
    let mut tx = fresh.begin().await;
    assert_eq!(tx.lock_gift_card_row(card(99)).await.unwrap(), None);
    let found = tx.lock_gift_card_row(card(1)).await.unwrap();
    assert_eq!(found, Some(record.clone()));
    let changed = CardRecord {
        card: GiftCard {
            status: CardStatus::Disabled,
            expires_at: Some(t(9)),
            max_usage: 5,
            ..first.clone()
        },
        updated_at: t(2),
        ..record
    };
    let said = CardRecord {
        card: GiftCard {
            code: "ANOTHER000".to_owned(),
            usage_count: 3,
            ..changed.card.clone()
        },
        batch: Some("other".to_owned()),
        ..changed.clone()
    };
    assert!(tx.update_gift_card(&said).await.unwrap());
    let found = tx.lock_gift_card_row(card(1)).await.unwrap();
    assert_eq!(found, Some(changed.clone()));
    let unlimited = CardRecord {
        card: GiftCard {
            expires_at: None,
            ..changed.card.clone()
        },
        ..changed
    };
    assert!(tx.update_gift_card(&unlimited).await.unwrap());
    let found = tx.lock_gift_card_row(card(1)).await.unwrap();
    assert_eq!(found, Some(unlimited));
    assert!(tx.delete_gift_card(card(1)).await.unwrap());
    assert!(!tx.delete_gift_card(card(1)).await.unwrap());
    let gone = CardRecord {
        card: first,
        ..said
    };
    assert!(!tx.update_gift_card(&gone).await.unwrap());
    assert!(tx.lock_gift_card_row(card(2)).await.unwrap().is_some());
    tx.commit().await.unwrap();
}

/// Whether a template has cards, and a card a redemption on record.
pub async fn what_keeps_gift_cards_from_being_deleted_is_found(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    fresh
        .seed
        .insert_gift_card(&a_card(1, 3, "GCFIRST001"))
        .await;
    let usage = NewGiftUsage {
        card: card(5),
        template: GiftTemplateId::new(3),
        user: ann,
        invited_by: None,
        rewards: Rewards {
            balance: Some(Cents::new(1)),
            ..Rewards::default()
        },
        inviter_rewards: None,
        level: None,
        plan: None,
        multiplier: Decimal::ONE,
        user_agent: None,
        at: t(1),
    };
    let mut tx = fresh.begin().await;
    tx.insert_gift_usage(&usage).await.unwrap();
    for (template, expected) in [(3, true), (4, false)] {
        let template = GiftTemplateId::new(template);
        let found = tx.find_card_of_template(template).await.unwrap();
        assert_eq!(found, expected, "{template}");
    }
    for (number, expected) in [(5, true), (1, false)] {
        let found = tx.find_use_of_card(card(number)).await.unwrap();
        assert_eq!(found, expected, "{number}");
    }
    tx.rollback().await.unwrap();
}
