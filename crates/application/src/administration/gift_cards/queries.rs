//! What is read about gift cards for administrators.

use async_trait::async_trait;
use ferroboard_kernel::{GiftCardId, GiftTemplateId, StoreError, UnixSeconds, UserId};
use ferroboard_listing::{Found, Page};

use super::views::{
    CardFilter, GiftCardTotals, OfferedCard, OfferedTemplate, RecordedUsage, TemplateFilter,
    TemplateUses, UsageFilter,
};

/// Gift cards, as administrators manage them.
#[async_trait]
pub trait GiftOfferQueries: Send + Sync {
    /// This page of the templates that match, by `sort`, of equal ones the newest first.
    async fn list_gift_templates(
        &self,
        filter: &TemplateFilter,
        page: Page,
    ) -> Result<Found<OfferedTemplate>, StoreError>;

    /// Whether there is such a template.
    async fn has_gift_template(&self, id: GiftTemplateId) -> Result<bool, StoreError>;

    /// Whether there is such a user, for who asks for what one has redeemed.
    async fn has_gift_user(&self, id: UserId) -> Result<bool, StoreError>;

    /// This page of the cards that match, the newest first.
    async fn list_gift_codes(
        &self,
        filter: &CardFilter,
        page: Page,
    ) -> Result<Found<OfferedCard>, StoreError>;

    /// The codes of a batch behind this card, by number, at most so many.
    async fn list_batch_codes(
        &self,
        batch: &str,
        after: GiftCardId,
        limit: u32,
    ) -> Result<Vec<(GiftCardId, String)>, StoreError>;

    /// This page of the redemptions that match, the latest first.
    async fn list_recorded_usages(
        &self,
        filter: &UsageFilter,
        page: Page,
    ) -> Result<Found<RecordedUsage>, StoreError>;

    /// All gift cards in numbers.
    async fn sum_gift_cards(&self) -> Result<GiftCardTotals, StoreError>;

    /// How many redemptions there were from `since` until before `until`, each quarter of an hour (by its
    /// first second) that had one.
    async fn count_usages_by_quarter(
        &self,
        since: UnixSeconds,
        until: UnixSeconds,
    ) -> Result<Vec<(UnixSeconds, i64)>, StoreError>;

    /// How often cards of each template were redeemed, by its number; at most a thousand of them.
    async fn count_usages_by_template(&self) -> Result<Vec<TemplateUses>, StoreError>;
}
