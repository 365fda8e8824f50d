use async_trait::async_trait;
use ferroboard_giftcard::{GiftCard, GiftTemplate};
use ferroboard_kernel::{GiftCardId, UnixSeconds, UserId};

/// Reads and writes of the tables of gift cards that no port offers. Every method panics when the
/// database refuses.
#[async_trait]
pub trait GiftSeed: Send + Sync {
    /// Adds a template with its id.
    async fn insert_gift_template(&self, template: &GiftTemplate);

    /// Adds a card with its id.
    async fn insert_gift_card(&self, card: &GiftCard);

    /// What the row of a card says.
    async fn gift_card(&self, id: GiftCardId) -> GiftCardLine;
}

/// What a row of `v2_gift_card_code` says about its uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftCardLine {
    /// `status`.
    pub status: i64,
    /// `usage_count`.
    pub usage_count: i64,
    /// `max_usage`.
    pub max_usage: i64,
    /// `user_id`: the latest use's.
    pub user: Option<UserId>,
    /// `used_at`.
    pub used_at: Option<UnixSeconds>,
    /// `actual_rewards`.
    pub drawn: Option<String>,
    /// `batch_id`.
    pub batch: Option<String>,
}
