use ferroboard_kernel::{GiftUsageId, Random, StoreError, UnixSeconds, UserId};

use crate::{
    Festival, GiftCard, GiftCardError, GiftCardTx, GiftCode, GiftTemplate, InviterRewards,
    NewGiftUsage, Reason, Recipient, Rewards, TemplateKind, Terms,
};

/// What may be done with gift cards, each over an open transaction. Whoever calls these ends it.
#[derive(Debug, Clone, Copy, Default)]
pub struct GiftCardService;

/// A wish to redeem a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemGiftCard {
    /// Who.
    pub user: UserId,
    /// Which.
    pub code: GiftCode,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

/// A card that could be redeemed, as somebody sees it who tries the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The card.
    pub card: GiftCard,
    /// What kind of card it is.
    pub template: GiftTemplate,
    /// What it is sure to give at this moment.
    pub rewards: Rewards,
    /// What a mystery card may give on top or instead, without saying how likely; empty for others.
    pub possible: Vec<Rewards>,
    /// Why this user may not redeem it.
    pub refused: Option<Reason>,
}

/// What is to be given for a card that was just redeemed, in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redemption {
    /// The record.
    pub usage: GiftUsageId,
    /// What the card is called.
    pub template_name: String,
    /// For the user.
    pub rewards: Rewards,
    /// For the inviter, who is locked; `None` where inviters get nothing.
    pub for_inviter: Option<(UserId, InviterRewards)>,
}

impl GiftCardService {
    /// Looks at a card. Refused unless it can be redeemed by somebody. Nothing is written.
    pub async fn inspect(
        self,
        tx: &mut dyn GiftCardTx,
        user: UserId,
        code: &GiftCode,
        now: UnixSeconds,
    ) -> Result<Inspection, GiftCardError> {
        let card = tx.find_gift_card(code).await?;
        let card = card.ok_or(GiftCardError::CodeUnknown)?;
        let recipient = tx.find_recipient(user).await?;
        let recipient = recipient.ok_or(GiftCardError::AccountMissing)?;
        let (template, terms) = active_terms(tx, &card, now).await?;
        let multiplier = terms.multiplier(now);
        let refused = match eligible(tx, &card, &terms, &recipient, now).await {
            Err(GiftCardError::NotEligible(reason)) => Some(reason),
            outcome => outcome.map(|()| None)?,
        };
        let possible = terms.outcomes.iter();
        let possible = possible.map(|outcome| outcome.rewards.times(multiplier));
        Ok(Inspection {
            rewards: terms.rewards.times(multiplier)?,
            possible: possible.collect::<Result<_, _>>()?,
            refused,
            card,
            template,
        })
    }

    /// Redeems a card: its use is counted and recorded. The caller gives what is to be given before it
    /// commits. Locks recipient and inviter, then the card.
    ///
    /// # Errors
    ///
    /// [`GiftCardError::CodeUnknown`], then the first rule that does not hold:
    /// [`GiftCardError::TemplateDisabled`], [`GiftCardError::NotAvailable`], [`GiftCardError::NotEligible`].
    /// [`GiftCardError::Misconfigured`] where its terms make no sense; the card stays unused.
    pub async fn redeem(
        self,
        tx: &mut dyn GiftCardTx,
        wish: &RedeemGiftCard,
        random: &dyn Random,
        now: UnixSeconds,
    ) -> Result<Redemption, GiftCardError> {
        let recipient = tx.lock_recipient(wish.user).await?;
        let recipient = recipient.ok_or(GiftCardError::AccountMissing)?;
        let card = tx.lock_gift_card(&wish.code).await?;
        let card = card.ok_or(GiftCardError::CodeUnknown)?;
        let (template, terms) = active_terms(tx, &card, now).await?;
        eligible(tx, &card, &terms, &recipient, now).await?;
        let rewards = terms.draw(random, now)?;
        let drawn = (terms.kind == TemplateKind::Mystery).then(|| rewards.to_json());
        if !tx
            .move_gift_card_use(card.id, recipient.id, drawn.as_deref(), now)
            .await?
        {
            // It cannot fail while the lock holds; should it all the same, nothing may stay.
            let reason = format!("gift card {} moved behind its lock", card.id);
            return Err(StoreError::Conflict(reason).into());
        }
        let rate = terms.inviter_rate(&rewards);
        let for_inviter = recipient
            .inviter
            .zip(rate)
            .map(|(inviter, rate)| (inviter, rewards.for_inviter(rate)));
        let level = match recipient.plan_id {
            Some(plan) => tx.find_recipient_level(plan).await?,
            None => None,
        };
        let usage = NewGiftUsage {
            card: card.id,
            template: card.template,
            user: recipient.id,
            invited_by: recipient.invited_by,
            rewards,
            inviter_rewards: for_inviter.map(|(_, share)| share),
            level,
            plan: recipient.plan_id,
            multiplier: Festival::recorded(terms.multiplier(now)),
            user_agent: wish.user_agent.clone(),
            at: now,
        };
        Ok(Redemption {
            usage: tx.insert_gift_usage(&usage).await?,
            template_name: template.name,
            rewards,
            for_inviter,
        })
    }
}

/// The card's template and what it says, if the card can be redeemed by somebody.
async fn active_terms(
    tx: &mut dyn GiftCardTx,
    card: &GiftCard,
    now: UnixSeconds,
) -> Result<(GiftTemplate, Terms), GiftCardError> {
    let template = tx.find_gift_template(card.template).await?;
    let template = template
        .filter(|template| template.enabled)
        .ok_or(GiftCardError::TemplateDisabled)?;
    card.check(now)?;
    let terms = template.terms()?;
    Ok((template, terms))
}

/// Whether this user may redeem the card now.
async fn eligible(
    tx: &mut dyn GiftCardTx,
    card: &GiftCard,
    terms: &Terms,
    user: &Recipient,
    now: UnixSeconds,
) -> Result<(), GiftCardError> {
    let conditions = &terms.conditions;
    let has_paid = conditions.paid_user_only && tx.count_recipient_orders(user.id).await? > 0;
    conditions
        .check(terms.kind, &terms.rewards, user, has_paid, now)
        .map_err(GiftCardError::NotEligible)?;
    let past = tx.find_gift_uses(user.id, card.template, card.id).await?;
    terms
        .limits
        .check(&past, now)
        .map_err(GiftCardError::NotEligible)
}
