use ferroboard_attempts::{Attempt, Throttled};
use std::collections::HashSet;

use ferroboard_application::{Error, Job, JobOutcome, TryGiftCard, UserChangeQueries as _};
use ferroboard_auth::ClientInfo;
use ferroboard_auth::testing::a_client;
use ferroboard_billing::BillingError;
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_giftcard::testing::{a_card, a_template};
use ferroboard_giftcard::{
    CodePrefix, DrawnCode, GiftCard, GiftCardBatch, GiftCardError, GiftCode, GiftTemplate,
    Redemption, TemplateKind,
};
use ferroboard_kernel::{
    Cents, Clock as _, GiftCardId, GiftTemplateId, GiftUsageId, LedgerKind, PlanId, Seconds,
    UnixSeconds, UserId,
};
use ferroboard_listing::PageRule;

use crate::Panel;

const CODE: &str = "GCTEST0001";

/// A panel with a template of these rewards and one card of it; its user and that user's inviter.
async fn with_card(kind: TemplateKind, rewards: &str) -> (Panel, UserId, UserId) {
    let panel = Panel::new().await;
    let mut users = Vec::new();
    for email in ["inviter@demo.test", "ann@demo.test"] {
        let token = panel.register(email).await.unwrap().token;
        users.push(panel.who(&token).await.unwrap());
    }
    let (inviter, ann) = (users[0], users[1]);
    panel.fakes.store.write(|tables| {
        tables.user(ann).invite.inviter = Some(inviter);
        let template = GiftTemplate {
            kind,
            rewards: Some(rewards.to_owned()),
            ..a_template(1)
        };
        tables.gift_cards.templates.insert(template.id, template);
        tables.gift_cards.push_card(a_card(1, 1, CODE));
        let plan = a_plan(1);
        tables.billing.plans.insert(plan.id, plan);
    });
    (panel, ann, inviter)
}

fn tried(user: UserId, code: &str) -> TryGiftCard {
    TryGiftCard {
        user,
        code: GiftCode::parse(code).unwrap(),
        client: a_client(),
    }
}

async fn redeem(panel: &Panel, user: UserId) -> Result<Redemption, Error> {
    panel.app.gift_cards.redeem(&tried(user, CODE)).await
}

fn uses(panel: &Panel) -> i64 {
    let id = GiftCardId::new(1);
    panel
        .fakes
        .store
        .read(|tables| tables.gift_cards.cards[&id].card.usage_count)
}

#[tokio::test]
async fn money_goes_through_the_ledger_to_both() {
    let rewards = r#"{"balance":999,"invite_reward_rate":0.2}"#;
    let (panel, ann, inviter) = with_card(TemplateKind::General, rewards).await;
    let usage = redeem(&panel, ann).await.unwrap().usage;
    panel.fakes.store.read(|tables| {
        for (user, amount) in [(ann, 999), (inviter, 199)] {
            let row = &tables.users[&user].billing;
            assert_eq!(row.balance, Cents::new(amount));
            assert_eq!(tables.billing.recorded_balance(user), row.balance);
        }
        for entry in &tables.billing.ledger {
            assert_eq!(entry.kind, LedgerKind::GiftCard);
            assert_eq!(entry.reference, usage.to_string());
        }
        assert_eq!(tables.billing.ledger.len(), 2);
    });
}

#[tokio::test]
async fn nodes_hear_of_everybody_whose_subscription_changed() {
    let rewards = r#"{"transfer_enable":1000,"invite_reward_rate":0.5}"#;
    let (panel, ann, inviter) = with_card(TemplateKind::Mystery, rewards).await;
    let before = panel.fakes.store.list_user_changes(0, 99).await.unwrap();
    redeem(&panel, ann).await.unwrap();
    let after = panel.fakes.store.list_user_changes(0, 99).await.unwrap();
    let noted = after.iter().skip(before.len()).map(|change| change.user);
    // In the order of their numbers: the commit tells of everybody at once.
    assert!(inviter < ann);
    assert_eq!(noted.collect::<Vec<_>>(), [inviter, ann]);
}

#[tokio::test]
async fn a_festival_multiplies_what_both_get() {
    let rewards = r#"{"balance":999,"invite_reward_rate":0.2}"#;
    let (panel, ann, inviter) = with_card(TemplateKind::General, rewards).await;
    panel.fakes.store.write(|tables| {
        let template = tables.gift_cards.templates.values_mut().next().unwrap();
        let festival = r#"{"start_time":0,"end_time":99999999999,"festival_bonus":1.5}"#;
        template.special_config = Some(festival.to_owned());
    });
    redeem(&panel, ann).await.unwrap();
    panel.fakes.store.read(|tables| {
        assert_eq!(tables.users[&ann].billing.balance, Cents::new(1_498));
        assert_eq!(tables.users[&inviter].billing.balance, Cents::new(299));
    });
}

#[tokio::test]
async fn a_plan_card_gives_its_plan_with_everything_on_top() {
    let rewards = r#"{"plan_id":1,"plan_validity_days":10,"transfer_enable":1000,"balance":5,
        "device_limit":2,"expire_days":99,"invite_reward_rate":0.5}"#;
    let (panel, ann, inviter) = with_card(TemplateKind::Plan, rewards).await;
    let looked = panel.app.gift_cards.check(&tried(ann, CODE)).await.unwrap();
    assert_eq!(looked.plan.map(|plan| plan.id), Some(PlanId::new(1)));
    redeem(&panel, ann).await.unwrap();
    let now = panel.fakes.clock.now();
    panel.fakes.store.read(|tables| {
        let given = tables.users[&ann].billing.subscription().unwrap();
        assert_eq!(given.transfer_enable, 107_374_182_400 + 1_000);
        assert_eq!(given.expired_at, Some(now.plus(Seconds::days(10))));
        assert_eq!(given.device_limit, None);
        assert_eq!(tables.users[&ann].billing.balance, Cents::new(5));
        assert_eq!(tables.users[&inviter].billing.transfer_enable, 500);
        let usage = tables.gift_cards.usages.values().next().unwrap();
        assert_eq!((usage.plan, usage.level), (None, None), "before the card");
    });
}

#[tokio::test]
async fn what_cannot_be_given_leaves_the_card_unused() {
    let missing = r#"{"plan_id":99,"plan_validity_days":10,"balance":5}"#;
    let (panel, ann, _) = with_card(TemplateKind::Plan, missing).await;
    let refused = redeem(&panel, ann).await;
    assert_eq!(refused, Err(Error::Billing(BillingError::GiftUnusable)));
    let (over, ann, _) = with_card(TemplateKind::Plan, r#"{"plan_id":1}"#).await;
    over.fakes.store.write(|tables| {
        let row = &mut tables.user(ann).billing;
        row.subscribe(&a_subscription(UnixSeconds::new(1)));
    });
    let refused = redeem(&over, ann).await;
    assert_eq!(refused, Err(Error::Billing(BillingError::GiftUnusable)));
    let (rich, ann, _) = with_card(TemplateKind::General, r#"{"balance":2147483647}"#).await;
    rich.fakes.store.write(|tables| {
        tables.user(ann).billing.balance = Cents::new(1);
    });
    let refused = redeem(&rich, ann).await;
    assert_eq!(
        refused,
        Err(Error::Billing(BillingError::BalanceOutOfRange))
    );
    for panel in [panel, over, rich] {
        assert_eq!(uses(&panel), 0);
        panel.fakes.store.read(|tables| {
            assert!(tables.gift_cards.usages.is_empty() && tables.billing.ledger.is_empty());
        });
    }
}

#[tokio::test]
async fn guessers_are_stopped_by_user_and_by_address() {
    let (panel, ann, other) = with_card(TemplateKind::General, r#"{"balance":1}"#).await;
    let unknown = Err(Error::GiftCard(GiftCardError::CodeUnknown));
    let guess = |user, ip: &str| TryGiftCard {
        client: ClientInfo {
            ip: ip.to_owned(),
            user_agent: None,
        },
        ..tried(user, "GCWRONG001")
    };
    for number in 0..10 {
        let guess = guess(ann, "192.0.2.1");
        if number % 2 == 0 {
            assert_eq!(panel.app.gift_cards.redeem(&guess).await, unknown);
        } else {
            let looked = panel.app.gift_cards.check(&guess).await;
            assert_eq!(looked.err(), unknown.clone().err());
        }
    }
    let throttled = |outcome: Result<Redemption, Error>| {
        matches!(
            outcome,
            Err(Error::Throttled(Throttled {
                what: Attempt::GiftCard,
                ..
            }))
        )
    };
    assert!(
        throttled(redeem(&panel, ann).await),
        "not even a right code"
    );
    assert_eq!(uses(&panel), 0);
    // 20 more from the same address, by users who have not guessed yet.
    for user in 100..120 {
        panel.fakes.store.write(|tables| {
            let mut row = tables.users[&ann].auth.clone();
            row.account.id = UserId::new(user);
            tables.users.insert(UserId::new(user), row.into());
        });
        let guess = guess(UserId::new(user), "192.0.2.1");
        assert_eq!(panel.app.gift_cards.redeem(&guess).await, unknown);
    }
    let blocked = guess(other, "192.0.2.1");
    assert!(throttled(panel.app.gift_cards.redeem(&blocked).await));
    let elsewhere = guess(other, "192.0.2.2");
    assert_eq!(panel.app.gift_cards.redeem(&elsewhere).await, unknown);
    panel.fakes.clock.advance(Seconds::minutes(10));
    redeem(&panel, ann).await.unwrap();
}

#[tokio::test]
async fn a_batch_is_made_of_a_template_that_is_switched_on() {
    let (panel, ann, _) = with_card(TemplateKind::General, r#"{"balance":7}"#).await;
    let batch = GiftCardBatch {
        template: GiftTemplateId::new(1),
        count: 100,
        prefix: CodePrefix::parse("XMAS").unwrap(),
        max_usage: 2,
        lifetime: Some(Seconds::hours(i64::MAX)),
    };
    let make = async |batch: &GiftCardBatch| {
        let change = panel.change(ann, "gift-card/generate-codes").await;
        let codes = &panel.app.administration.gift_codes;
        codes.generate(batch.clone(), change).await
    };
    let made = make(&batch).await.unwrap().cards;
    assert_eq!(made.expires_at, Some(GiftCardBatch::LATEST_END));
    let codes: HashSet<&str> = made.codes.iter().map(DrawnCode::as_str).collect();
    assert_eq!(codes.len(), 100);
    assert!(
        codes
            .iter()
            .all(|code| code.starts_with("XMAS") && code.len() == 16)
    );
    let one = tried(ann, made.codes[42].as_str());
    let redeemed = panel.app.gift_cards.redeem(&one).await.unwrap();
    assert_eq!(redeemed.rewards.balance, Some(Cents::new(7)));
    let unknown = GiftCardBatch {
        template: GiftTemplateId::new(9),
        ..batch.clone()
    };
    let refused = make(&unknown).await;
    assert_eq!(refused, Err(Error::GiftCard(GiftCardError::KindMissing)));
    panel.fakes.store.write(|tables| {
        let template = tables.gift_cards.templates.get_mut(&batch.template);
        template.unwrap().enabled = false;
    });
    let refused = make(&batch).await;
    let off = GiftCardError::TemplateSwitchedOff;
    assert_eq!(refused, Err(Error::GiftCard(off)));
}

#[tokio::test]
async fn the_hourly_job_marks_what_has_expired() {
    let (panel, _, _) = with_card(TemplateKind::General, "{}").await;
    let now = panel.fakes.clock.now();
    panel.fakes.store.write(|tables| {
        for id in 2..=1_203 {
            let card = GiftCard {
                expires_at: Some(now),
                ..a_card(id, 1, &format!("GCOVER{id:04}"))
            };
            tables.gift_cards.push_card(card);
        }
    });
    let job = Job::CleanupGiftCards;
    assert_eq!(panel.app.jobs.run(job).await, Ok(JobOutcome::Done(0)));
    panel.fakes.clock.advance(Seconds::hours(1));
    assert_eq!(
        panel.app.jobs.run_if_due(job).await,
        Ok(JobOutcome::Done(1_202))
    );
    assert_eq!(panel.app.jobs.run(job).await, Ok(JobOutcome::Done(0)));
}

#[tokio::test]
async fn others_see_nothing_of_a_redemption() {
    let (panel, ann, other) = with_card(TemplateKind::General, r#"{"balance":7}"#).await;
    let id = redeem(&panel, ann).await.unwrap().usage;
    let own = panel.app.gift_cards.detail(ann, id).await.unwrap();
    assert_eq!(own.code.as_deref(), Some(CODE));
    let missing = Err(Error::GiftCard(GiftCardError::UsageMissing));
    assert_eq!(panel.app.gift_cards.detail(other, id).await, missing);
    let unknown = GiftUsageId::new(99);
    assert_eq!(panel.app.gift_cards.detail(ann, unknown).await, missing);
    let first = PageRule::always(15).page(None, None);
    let page = panel.app.gift_cards.history(other, first).await.unwrap();
    assert_eq!((page.rows.len(), page.total), (0, 0));
}
