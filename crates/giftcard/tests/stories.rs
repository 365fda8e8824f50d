//! The rules of gift cards, told over the tables in memory.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

use ferroboard_auth::AccountRepository as _;
use ferroboard_auth::testing::an_account;
use ferroboard_giftcard::testing::{HasGiftCards as _, a_card, a_template};
use ferroboard_giftcard::{
    CardStatus, GiftCard, GiftCardError, GiftCardService, GiftCode, GiftTemplate, Inspection,
    NewGiftUsage, Reason, RedeemGiftCard, Redemption, Rewards, TemplateKind,
};
use ferroboard_invite::InviterRepository as _;
use ferroboard_kernel::{Decimal, GiftCardId, Seconds, UnixSeconds, UserId};
use ferroboard_testing::{MemoryStore, MemoryTx, SeededRandom};
use proptest::prelude::*;

const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);
const CODE: &str = "GCTEST0001";

type Change = fn(&mut GiftTemplate, &mut GiftCard);

struct Scene {
    tx: MemoryTx,
    ann: UserId,
    bea: UserId,
    random: SeededRandom,
    now: UnixSeconds,
}

impl Scene {
    /// Two users, one template with one card.
    async fn with(template: GiftTemplate, card: GiftCard) -> Self {
        let mut tx = MemoryStore::default().transaction().await.unwrap();
        let mut users = Vec::new();
        for email in ["ann@demo.test", "bea@demo.test"] {
            users.push(tx.insert_account(&an_account(email, NOW)).await.unwrap());
        }
        let tables = tx.gift_cards().unwrap();
        tables.templates.insert(template.id, template);
        tables.push_card(card);
        Self {
            tx,
            ann: users[0],
            bea: users[1],
            random: SeededRandom::new(1),
            now: NOW,
        }
    }

    /// A general template with these rewards.
    async fn giving(rewards: &str) -> Self {
        let template = GiftTemplate {
            rewards: Some(rewards.to_owned()),
            ..a_template(1)
        };
        Self::with(template, a_card(1, 1, CODE)).await
    }

    fn change(&mut self, change: impl FnOnce(&mut GiftTemplate, &mut GiftCard)) {
        let tables = self.tx.gift_cards().unwrap();
        let template = tables.templates.values_mut().next().unwrap();
        change(
            template,
            &mut tables.cards.values_mut().next().unwrap().card,
        );
    }

    fn add_card(&mut self, id: i64, code: &str) {
        self.tx.gift_cards().unwrap().push_card(a_card(id, 1, code));
    }

    async fn redeem(&mut self, user: UserId, code: &str) -> Result<Redemption, GiftCardError> {
        let wish = RedeemGiftCard {
            user,
            code: GiftCode::parse(code).unwrap(),
            user_agent: Some("curl".to_owned()),
        };
        GiftCardService
            .redeem(&mut self.tx, &wish, &self.random, self.now)
            .await
    }

    async fn inspect(&mut self, user: UserId, code: &str) -> Result<Inspection, GiftCardError> {
        let code = GiftCode::parse(code).unwrap();
        GiftCardService
            .inspect(&mut self.tx, user, &code, self.now)
            .await
    }

    fn usages(&mut self) -> Vec<NewGiftUsage> {
        let usages = &self.tx.gift_cards().unwrap().usages;
        usages.values().cloned().collect()
    }
}

#[tokio::test]
async fn a_redemption_is_counted_and_recorded() {
    let mut scene = Scene::giving(r#"{"balance":999,"invite_reward_rate":0.2}"#).await;
    let (ann, bea) = (scene.ann, scene.bea);
    scene.tx.update_inviter(ann, bea).await.unwrap();
    let redeemed = scene.redeem(ann, "gctest0001").await.unwrap();
    assert_eq!(redeemed.template_name, "Template 1");
    assert_eq!(
        redeemed.rewards.to_json(),
        r#"{"balance":999,"invite_reward_rate":0.2}"#
    );
    let (inviter, share) = redeemed.for_inviter.unwrap();
    assert_eq!(
        (inviter, share.to_json()),
        (bea, r#"{"balance":199}"#.to_owned())
    );
    let row = scene.tx.gift_cards().unwrap().cards[&GiftCardId::new(1)].clone();
    assert_eq!(
        (row.card.status, row.card.usage_count),
        (CardStatus::Used, 1)
    );
    assert_eq!((row.used, row.drawn), (Some((ann, NOW)), None));
    let usages = scene.usages();
    assert_eq!(usages.len(), 1);
    assert_eq!(
        (usages[0].rewards, usages[0].inviter_rewards),
        (redeemed.rewards, Some(share))
    );
    assert_eq!(
        (usages[0].invited_by, usages[0].multiplier),
        (Some(bea), Decimal::ONE)
    );
    assert_eq!(usages[0].user_agent.as_deref(), Some("curl"));
    let again = scene.redeem(bea, CODE).await;
    assert_eq!(again, Err(GiftCardError::NotAvailable(CardStatus::Used)));
}

#[tokio::test]
async fn nobody_redeems_one_code_twice() {
    let mut scene = Scene::giving(r#"{"balance":1}"#).await;
    let (ann, bea) = (scene.ann, scene.bea);
    scene.change(|_, card| card.max_usage = 3);
    scene.redeem(ann, CODE).await.unwrap();
    let again = scene.redeem(ann, CODE).await;
    assert_eq!(again, Err(GiftCardError::NotEligible(Reason::LimitReached)));
    scene.redeem(bea, CODE).await.unwrap();
    let looked = scene.inspect(ann, CODE).await.unwrap();
    assert_eq!(looked.refused, Some(Reason::LimitReached));
    assert_eq!((looked.card.usage_count, scene.usages().len()), (2, 2));
}

#[tokio::test]
async fn cards_that_nobody_can_redeem_are_refused_outright() {
    let mut scene = Scene::giving(r#"{"balance":1}"#).await;
    let ann = scene.ann;
    let broken: [(Change, GiftCardError); 5] = [
        (
            |template, _| template.rewards = Some("7".to_owned()),
            GiftCardError::Misconfigured,
        ),
        (
            |_, card| card.expires_at = Some(NOW.minus(Seconds::new(1))),
            GiftCardError::NotAvailable(CardStatus::Expired),
        ),
        (
            |_, card| card.status = CardStatus::Disabled,
            GiftCardError::NotAvailable(CardStatus::Disabled),
        ),
        (
            |template, _| template.enabled = false,
            GiftCardError::TemplateDisabled,
        ),
        (
            |_, card| card.code = "GCOTHER001".to_owned(),
            GiftCardError::CodeUnknown,
        ),
    ];
    // Each is refused by an earlier rule than the one before.
    for (change, refusal) in broken {
        scene.change(change);
        assert_eq!(scene.inspect(ann, CODE).await, Err(refusal.clone()));
        assert_eq!(scene.redeem(ann, CODE).await, Err(refusal));
    }
    let mut scene = Scene::giving("{}").await;
    scene.tx.gift_cards().unwrap().templates.clear();
    assert_eq!(
        scene.redeem(ann, CODE).await,
        Err(GiftCardError::TemplateDisabled)
    );
    let nobody = scene.redeem(UserId::new(99), CODE).await;
    assert_eq!(nobody, Err(GiftCardError::AccountMissing));
    assert!(scene.usages().is_empty());
}

#[tokio::test]
async fn conditions_are_told_to_who_looks_and_refuse_who_redeems() {
    let mut scene = Scene::giving(r#"{"transfer_enable":1}"#).await;
    let ann = scene.ann;
    let looked = scene.inspect(ann, CODE).await.unwrap();
    assert_eq!(looked.refused, Some(Reason::PlanRequired));
    let refused = scene.redeem(ann, CODE).await;
    assert_eq!(
        refused,
        Err(GiftCardError::NotEligible(Reason::PlanRequired))
    );
    scene.change(|template, _| {
        template.rewards = Some(r#"{"balance":1}"#.to_owned());
        template.conditions = Some(r#"{"paid_user_only":true}"#.to_owned());
    });
    let looked = scene.inspect(ann, CODE).await.unwrap();
    assert_eq!(looked.refused, Some(Reason::NotPaidUser));
    scene.change(|template, _| template.conditions = None);
    assert_eq!(scene.inspect(ann, CODE).await.unwrap().refused, None);
}

#[tokio::test]
async fn a_cooldown_ends_at_its_last_second() {
    let mut scene = Scene::giving(r#"{"balance":1}"#).await;
    let ann = scene.ann;
    scene.change(|template, _| template.limits = Some(r#"{"cooldown_hours":24}"#.to_owned()));
    scene.add_card(2, "GCTEST0002");
    scene.redeem(ann, CODE).await.unwrap();
    scene.now = NOW.plus(Seconds::new(24 * 3_600 - 1));
    let early = scene.redeem(ann, "GCTEST0002").await;
    assert_eq!(early, Err(GiftCardError::NotEligible(Reason::Cooldown)));
    scene.now = NOW.plus(Seconds::hours(24));
    scene.redeem(ann, "GCTEST0002").await.unwrap();
}

#[tokio::test]
async fn a_mystery_card_shows_no_odds_and_draws_once() {
    let rewards = r#"{"balance":1,"device_limit":2,
        "random_rewards":[{"weight":70,"balance":7},{"weight":30,"balance":9}]}"#;
    let mut scene = Scene::giving(rewards).await;
    let ann = scene.ann;
    scene.change(|template, card| {
        template.kind = TemplateKind::Mystery;
        template.special_config =
            Some(r#"{"start_time":0,"end_time":9999999999,"festival_bonus":2}"#.to_owned());
        card.max_usage = 9;
    });
    let looked = scene.inspect(ann, CODE).await.unwrap();
    assert_eq!(
        looked.rewards.to_json(),
        r#"{"balance":2,"device_limit":4}"#
    );
    let possible: Vec<String> = looked.possible.iter().map(Rewards::to_json).collect();
    assert_eq!(possible, [r#"{"balance":14}"#, r#"{"balance":18}"#]);
    assert!(scene.usages().is_empty());
    let given = scene.redeem(ann, CODE).await.unwrap().rewards.to_json();
    let outcomes = [
        r#"{"balance":14,"device_limit":4}"#,
        r#"{"balance":18,"device_limit":4}"#,
    ];
    assert!(outcomes.contains(&given.as_str()), "{given}");
    let row = scene.tx.gift_cards().unwrap().cards[&GiftCardId::new(1)].clone();
    assert_eq!(row.drawn, Some(given.clone()));
    let usages = scene.usages();
    assert_eq!(usages[0].rewards.to_json(), given);
    assert_eq!(usages[0].multiplier.to_string(), "2");
    assert!(!given.contains("weight") && !given.contains("random"));
}

#[tokio::test]
async fn inviters_get_nothing_unless_the_card_says_so() {
    for (rewards, share) in [
        (r#"{"balance":1000}"#, None),
        (r#"{"balance":4,"invite_reward_rate":0.2}"#, Some("{}")),
        (
            r#"{"transfer_enable":1000,"invite_reward_rate":0.5}"#,
            Some(r#"{"transfer_enable":500}"#),
        ),
    ] {
        let mut scene = Scene::giving(rewards).await;
        let (ann, bea) = (scene.ann, scene.bea);
        scene.change(|template, _| template.kind = TemplateKind::Mystery);
        scene.tx.update_inviter(ann, bea).await.unwrap();
        let redeemed = scene.redeem(ann, CODE).await.unwrap();
        let given = redeemed.for_inviter.map(|(_, share)| share.to_json());
        assert_eq!(given.as_deref(), share, "{rewards}");
    }
    let mut scene = Scene::giving(r#"{"balance":100,"invite_reward_rate":1}"#).await;
    let ann = scene.ann;
    scene.tx.update_inviter(ann, ann).await.unwrap();
    let own = scene.redeem(ann, CODE).await.unwrap();
    assert_eq!(own.for_inviter, None, "nobody is one's own inviter");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whoever tries which code how often: each code is used at most as often as it may be, once by
    /// each user, and every use has its record.
    #[test]
    fn codes_are_never_used_more_often_than_they_may_be(
        limits in prop::collection::vec(0_i64..4, 3),
        tries in prop::collection::vec((0_usize..5, 0_usize..3), 0..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let mut scene = Scene::giving(r#"{"balance":1}"#).await;
            let mut users = vec![scene.ann, scene.bea];
            for name in ["cal", "dan", "eve"] {
                let account = an_account(&format!("{name}@demo.test"), NOW);
                users.push(scene.tx.insert_account(&account).await.unwrap());
            }
            for (id, limit) in (11_i64..).zip(&limits) {
                let card = GiftCard {
                    max_usage: *limit,
                    ..a_card(id, 1, &format!("GCMANY00{id}"))
                };
                scene.tx.gift_cards().unwrap().push_card(card);
            }
            let mut won = 0;
            for (user, card) in tries {
                let code = format!("GCMANY00{}", 11 + card);
                won += usize::from(scene.redeem(users[user], &code).await.is_ok());
            }
            let usages = scene.usages();
            prop_assert_eq!(usages.len(), won);
            for (id, limit) in (11_i64..).zip(&limits) {
                let id = GiftCardId::new(id);
                let of_card: Vec<_> = usages.iter().filter(|usage| usage.card == id).collect();
                let counted = scene.tx.gift_cards().unwrap().cards[&id].card.usage_count;
                prop_assert_eq!(i64::try_from(of_card.len()).unwrap(), counted);
                prop_assert!(counted <= *limit);
                let mut by: Vec<UserId> = of_card.iter().map(|usage| usage.user).collect();
                by.sort();
                by.dedup();
                prop_assert_eq!(by.len(), of_card.len());
            }
            Ok(())
        })?;
    }
}
