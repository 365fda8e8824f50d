//! Redeeming gift cards: the card is counted, and what it gives is given, in one transaction.

use std::sync::Arc;

use ferroboard_attempts::{Attempt, CounterName, Limit};
use ferroboard_auth::ClientInfo;
use ferroboard_billing::{Gift, Plan, ResetSource, SubscriptionService};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_giftcard::{
    GiftCardError, GiftCardService, GiftCode, Inspection, InviterRewards, RedeemGiftCard,
    Redemption, Rewards, TemplateKind,
};
use ferroboard_kernel::{
    Cents, GiftUsageId, LedgerEntry, LedgerKind, Seconds, UnixSeconds, UserId,
};
use ferroboard_listing::{Found, Page};

use crate::process::Core;
use crate::transaction::{look, transact};
use crate::{Error, GiftUsageView, UnitOfWork, policies};

/// How many unknown codes a user may try.
const UNKNOWN_CODES: Limit = Limit {
    count: 10,
    window: Seconds::minutes(10),
};
/// How many unknown codes may be tried from one client address.
const UNKNOWN_CODES_PER_ADDRESS: Limit = Limit {
    count: 30,
    window: Seconds::minutes(10),
};
/// How many cards one transaction marks as expired.
const BATCH: u32 = 500;

/// Gift cards.
pub struct GiftCards(pub(crate) Arc<Core>);

/// A code that a user tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TryGiftCard {
    /// Who.
    pub user: UserId,
    /// The code.
    pub code: GiftCode,
    /// From where, and with what.
    pub client: ClientInfo,
}

/// A card as somebody sees it who tries its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedGiftCard {
    /// The card.
    pub inspection: Inspection,
    /// The plan that a plan card gives, unless it was deleted.
    pub plan: Option<Plan>,
}

impl GiftCards {
    /// Looks at a card. Nothing of it changes; an unknown code is counted.
    pub async fn check(&self, tried: &TryGiftCard) -> Result<InspectedGiftCard, Error> {
        let looked = look!(self.0.ports.store, |tx| self
            .check_within(tx, tried)
            .await?);
        self.counting_guesses(tried, looked).await
    }

    async fn check_within(
        &self,
        tx: &mut dyn UnitOfWork,
        tried: &TryGiftCard,
    ) -> Result<InspectedGiftCard, Error> {
        let now = self.0.ports.clock.now();
        self.0
            .look_at_attempts(tx, &Self::limits(tried), Attempt::GiftCard)
            .await?;
        let inspection = GiftCardService
            .inspect(tx, tried.user, &tried.code, now)
            .await?;
        let plan = match inspection.rewards.plan_id {
            Some(plan) if inspection.template.kind == TemplateKind::Plan => {
                tx.find_plan(plan).await?
            }
            _ => None,
        };
        Ok(InspectedGiftCard { inspection, plan })
    }

    /// Redeems a card: all of what it gives, to user and inviter, or nothing. An unknown code is
    /// counted.
    pub async fn redeem(&self, tried: &TryGiftCard) -> Result<Redemption, Error> {
        let redeemed = transact!(self.0.ports.store, |tx| self
            .redeem_within(tx, tried)
            .await?);
        self.counting_guesses(tried, redeemed).await
    }

    async fn redeem_within(
        &self,
        tx: &mut dyn UnitOfWork,
        tried: &TryGiftCard,
    ) -> Result<Redemption, Error> {
        let now = self.0.ports.clock.now();
        self.0
            .look_at_attempts(tx, &Self::limits(tried), Attempt::GiftCard)
            .await?;
        let wish = RedeemGiftCard {
            user: tried.user,
            code: tried.code.clone(),
            user_agent: tried.client.user_agent.clone(),
        };
        let random = self.0.ports.random.as_ref();
        let redemption = GiftCardService.redeem(tx, &wish, random, now).await?;
        let kind = EventKind::GiftCardRedeemed;
        tx.tell(NewEvent::about_user(kind, tried.user, now));
        let usage = redemption.usage;
        let rewards = &redemption.rewards;
        self.credit(tx, tried.user, rewards.balance, usage, now)
            .await?;
        self.give(tx, tried.user, gift(rewards), now).await?;
        if let Some((inviter, share)) = redemption.for_inviter {
            self.credit(tx, inviter, share.balance, usage, now).await?;
            self.give(tx, inviter, gift_for_inviter(&share), now)
                .await?;
        }
        Ok(redemption)
    }

    async fn credit(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        amount: Option<Cents>,
        usage: GiftUsageId,
        now: UnixSeconds,
    ) -> Result<(), Error> {
        let Some(amount) = amount.filter(|amount| *amount > Cents::ZERO) else {
            return Ok(());
        };
        let entry = LedgerEntry {
            user,
            amount,
            kind: LedgerKind::GiftCard,
            reference: usage.to_string(),
            at: now,
        };
        Ok(SubscriptionService.top_up(tx, &entry).await?)
    }

    async fn give(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        gift: Gift,
        now: UnixSeconds,
    ) -> Result<(), Error> {
        if gift == Gift::default() {
            return Ok(());
        }
        let policy = policies::billing(&self.0.site.current(), self.0.options.zone);
        SubscriptionService
            .give(tx, user, gift, ResetSource::GiftCard, &policy, now)
            .await?;
        Ok(())
    }

    /// The counters that a try looks at, with their limits.
    fn limits(tried: &TryGiftCard) -> Vec<(CounterName, Limit)> {
        let mut counters = UNKNOWN_CODES_PER_ADDRESS
            .by_network(&tried.client.ip, CounterName::unknown_gift_cards_from);
        counters.insert(
            0,
            (CounterName::unknown_gift_cards(tried.user), UNKNOWN_CODES),
        );
        counters
    }

    /// Counts a try of an unknown code, in a transaction of its own that succeeds.
    async fn counting_guesses<T>(
        &self,
        tried: &TryGiftCard,
        outcome: Result<T, Error>,
    ) -> Result<T, Error> {
        if let Err(Error::GiftCard(GiftCardError::CodeUnknown)) = &outcome {
            let tries = Self::limits(tried);
            self.0
                .count_attempt_apart(&tries, Attempt::GiftCard)
                .await?;
        }
        outcome
    }

    /// A page of what the user redeemed, newest first; pages are counted from 1.
    pub async fn history(&self, user: UserId, page: Page) -> Result<Found<GiftUsageView>, Error> {
        Ok(self.0.ports.store.list_gift_usages(user, page).await?)
    }

    /// One of the user's redemptions.
    pub async fn detail(&self, user: UserId, id: GiftUsageId) -> Result<GiftUsageView, Error> {
        let found = self.0.ports.store.find_gift_usage(user, id).await?;
        Ok(found.ok_or(GiftCardError::UsageMissing)?)
    }

    /// Marks cards as expired whose time is over; how many.
    pub(crate) async fn expire(&self) -> Result<u64, Error> {
        let mut expired = 0;
        loop {
            let moved = transact!(self.0.ports.store, |tx| {
                let now = self.0.ports.clock.now();
                tx.move_expired_gift_cards(now, BATCH).await?
            })?;
            expired += moved;
            if moved < u64::from(BATCH) {
                return Ok(expired);
            }
        }
    }
}

/// What billing gives of the rewards; the balance goes through the ledger.
fn gift(rewards: &Rewards) -> Gift {
    let days = rewards.plan_validity_days.unwrap_or(0);
    Gift {
        plan: rewards.plan_id.map(|plan| (plan, days)),
        days: rewards.expire_days.unwrap_or(0),
        traffic: rewards.transfer_enable.unwrap_or(0),
        devices: rewards.device_limit.unwrap_or(0),
        resets_traffic: rewards.reset_package.unwrap_or(false),
    }
}

fn gift_for_inviter(share: &InviterRewards) -> Gift {
    Gift {
        traffic: share.transfer_enable.unwrap_or(0),
        ..Gift::default()
    }
}
