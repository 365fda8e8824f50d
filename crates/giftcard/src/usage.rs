use ferroboard_kernel::{Decimal, GiftCardId, GiftTemplateId, PlanId, UnixSeconds, UserId};

use crate::{InviterRewards, Rewards};

/// A redemption to be recorded in `v2_gift_card_usage`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGiftUsage {
    /// Which card.
    pub card: GiftCardId,
    /// Of which kind.
    pub template: GiftTemplateId,
    /// By whom.
    pub user: UserId,
    /// Who invited that user.
    pub invited_by: Option<UserId>,
    /// What the user got.
    pub rewards: Rewards,
    /// What the inviter got; `None` where inviters get nothing.
    pub inviter_rewards: Option<InviterRewards>,
    /// The place of the user's plan in the list, before the card.
    pub level: Option<i64>,
    /// The user's plan before the card.
    pub plan: Option<PlanId>,
    /// By how much the amounts were multiplied, with at most two decimals.
    pub multiplier: Decimal,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// When.
    pub at: UnixSeconds,
}

/// What a user has redeemed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PastUses {
    /// How many cards of the template.
    pub of_template: i64,
    /// When the latest of them.
    pub latest: Option<UnixSeconds>,
    /// Whether this very card.
    pub of_card: bool,
}
