//! What this domain needs from outside, inside one open transaction.

use async_trait::async_trait;
use ferroboard_kernel::{
    GiftCardId, GiftTemplateId, GiftUsageId, PlanId, StoreError, UnixSeconds, UserId,
};

use crate::{
    CardRecord, GiftCard, GiftCode, GiftTemplate, NewGiftCards, NewGiftUsage, PastUses, Recipient,
    TemplateRecord,
};

/// Users as recipients. Nothing here is written.
#[async_trait]
pub trait RecipientRepository: Send {
    /// The user with the inviter, if that account is still there.
    async fn find_recipient(&mut self, user: UserId) -> Result<Option<Recipient>, StoreError>;

    /// The user, locked together with the inviter, if there is one: the smaller number first. Whoever
    /// gives something to both does it behind these locks.
    async fn lock_recipient(&mut self, user: UserId) -> Result<Option<Recipient>, StoreError>;

    /// How many orders of the user are completed (status 3).
    async fn count_recipient_orders(&mut self, user: UserId) -> Result<i64, StoreError>;

    /// The place of a plan in the list (`v2_plan.sort`); `None` also when the plan is gone.
    async fn find_recipient_level(&mut self, plan: PlanId) -> Result<Option<i64>, StoreError>;
}

/// Templates (`v2_gift_card_template`).
#[async_trait]
pub trait GiftTemplateRepository: Send {
    /// The template, switched on or not.
    async fn find_gift_template(
        &mut self,
        id: GiftTemplateId,
    ) -> Result<Option<GiftTemplate>, StoreError>;
}

/// Cards (`v2_gift_card_code`).
#[async_trait]
pub trait GiftCardRepository: Send {
    /// The card with the code, matched exactly first and else without regard to ASCII case; of several
    /// the one with the lowest number.
    async fn find_gift_card(&mut self, code: &GiftCode) -> Result<Option<GiftCard>, StoreError>;

    /// The card, found as [`Self::find_gift_card`] finds it, locked.
    async fn lock_gift_card(&mut self, code: &GiftCode) -> Result<Option<GiftCard>, StoreError>;

    /// Takes one of the card's uses, if it has one left and is neither expired nor disabled by its
    /// status: the status becomes used, user and time are the latest use's, and `drawn` (JSON) is what
    /// a mystery card turned out to be, if given. MUST be one conditional statement; `false` when the
    /// card could not be used.
    async fn move_gift_card_use(
        &mut self,
        card: GiftCardId,
        user: UserId,
        drawn: Option<&str>,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Makes the cards of a batch. [`StoreError::Duplicate`] when one of the codes exists.
    async fn insert_gift_cards(&mut self, cards: &NewGiftCards) -> Result<(), StoreError>;

    /// Marks up to `limit` unused cards as expired whose time was over before `now`; how many.
    async fn move_expired_gift_cards(
        &mut self,
        now: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// Redemptions (`v2_gift_card_usage`).
#[async_trait]
pub trait GiftUsageRepository: Send {
    /// What the user has redeemed of the template, and whether the card.
    async fn find_gift_uses(
        &mut self,
        user: UserId,
        template: GiftTemplateId,
        card: GiftCardId,
    ) -> Result<PastUses, StoreError>;

    /// Records a redemption; the number of its row.
    async fn insert_gift_usage(&mut self, usage: &NewGiftUsage) -> Result<GiftUsageId, StoreError>;
}

/// Templates and cards, as administrators manage them.
#[async_trait]
pub trait GiftOfferRepository: Send {
    /// The template in full. Until the transaction ends nobody changes or deletes it, or makes cards of it.
    async fn lock_gift_template(
        &mut self,
        id: GiftTemplateId,
    ) -> Result<Option<TemplateRecord>, StoreError>;

    /// Adds a template, whatever number it has; the number that it gets.
    async fn insert_gift_template(
        &mut self,
        template: &TemplateRecord,
    ) -> Result<GiftTemplateId, StoreError>;

    /// Writes a locked template but for who made it and when; `false` where there is none.
    async fn update_gift_template(&mut self, template: &TemplateRecord)
    -> Result<bool, StoreError>;

    /// Deletes a template; `false` where there is none.
    async fn delete_gift_template(&mut self, id: GiftTemplateId) -> Result<bool, StoreError>;

    /// Whether there is a card of the template.
    async fn find_card_of_template(&mut self, id: GiftTemplateId) -> Result<bool, StoreError>;

    /// The card in full, which nobody redeems or changes until the transaction ends.
    async fn lock_gift_card_row(
        &mut self,
        id: GiftCardId,
    ) -> Result<Option<CardRecord>, StoreError>;

    /// Writes status, end and number of uses of a locked card; `false` where there is none.
    async fn update_gift_card(&mut self, card: &CardRecord) -> Result<bool, StoreError>;

    /// Deletes a card; `false` where there is none.
    async fn delete_gift_card(&mut self, id: GiftCardId) -> Result<bool, StoreError>;

    /// Whether a redemption of the card is on record.
    async fn find_use_of_card(&mut self, id: GiftCardId) -> Result<bool, StoreError>;
}

ferroboard_kernel::together! {
    /// What administrators of gift cards may touch inside one transaction.
    pub trait GiftOfferTx: GiftOfferRepository + GiftCardRepository
}

ferroboard_kernel::together! {
    /// All that this domain may touch inside one transaction.
    pub trait GiftCardTx:
        RecipientRepository
        + GiftTemplateRepository
        + GiftOfferTx
        + GiftUsageRepository
}
