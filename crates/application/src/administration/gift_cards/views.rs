//! What administrators see of gift cards.

use ferroboard_giftcard::{CardRecord, CardStatus, TemplateRecord};
use ferroboard_kernel::{Decimal, GiftTemplateId, GiftUsageId, UnixSeconds, UserId};

use crate::administration::users::columns::UserView;

/// Which templates are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TemplateFilter {
    /// Of this kind, which may be one that nobody knows.
    pub kind: Option<i64>,
    /// Those that are switched on, or those that are not.
    pub enabled: Option<bool>,
}

/// A template and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedTemplate {
    /// The template.
    pub record: TemplateRecord,
    /// How many cards were made of it.
    pub cards: i64,
    /// How often one of them was redeemed.
    pub uses: i64,
}

/// Which cards are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardFilter {
    /// Of this template.
    pub template: Option<GiftTemplateId>,
    /// Of this batch.
    pub batch: Option<String>,
    /// With this status, as it is stored.
    pub status: Option<CardStatus>,
}

/// A card with its template and who redeemed it last, unless these were deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedCard {
    /// The card.
    pub record: CardRecord,
    /// Its template.
    pub template: Option<TemplateRecord>,
    /// Who redeemed it.
    pub user: Option<UserView>,
}

/// Which redemptions are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UsageFilter {
    /// Of cards of this template.
    pub template: Option<GiftTemplateId>,
    /// By this user.
    pub user: Option<UserId>,
}

/// A redemption. What was deleted since is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedUsage {
    /// The record.
    pub id: GiftUsageId,
    /// The code.
    pub code: Option<String>,
    /// What the template is called.
    pub template: Option<String>,
    /// The user's address.
    pub email: Option<String>,
    /// The address of who invited the user.
    pub inviter: Option<String>,
    /// What the user got: JSON as stored.
    pub rewards: Option<String>,
    /// What the inviter got: JSON as stored.
    pub inviter_rewards: Option<String>,
    /// By how much amounts were multiplied.
    pub multiplier: Decimal,
    /// When.
    pub created_at: UnixSeconds,
}

/// All gift cards in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GiftCardTotals {
    /// Templates.
    pub templates: i64,
    /// Those of them that are switched on.
    pub active_templates: i64,
    /// Cards.
    pub codes: i64,
    /// Those of them with the status of a used one.
    pub used_codes: i64,
    /// Redemptions.
    pub usages: i64,
}

/// How often cards of one template were redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateUses {
    /// The name and the kind of the template, unless it was deleted.
    pub template: Option<(String, i64)>,
    /// How often.
    pub count: i64,
}
