//! Rows of the tables of gift cards, as administrators see them.

use ferroboard_application::{OfferedCard, OfferedTemplate, RecordedUsage};
use ferroboard_giftcard::{CardRecord, TemplateRecord};
use ferroboard_kernel::{UnixSeconds, Zone};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::admin::users::body::UserBody;
use crate::answer::decimal::number;
use crate::answer::messages::Locale;
use crate::answer::stored::stored_json;
use crate::user::gift_cards::body::{kind_name, status_name};

/// A template.
#[derive(Serialize, ToSchema)]
pub(crate) struct TemplateRow {
    id: i64,
    name: String,
    description: Option<String>,
    /// 1 general, 2 plan, 3 mystery.
    r#type: i64,
    /// Whether its cards may be redeemed.
    status: bool,
    /// Who may redeem.
    #[schema(value_type = Option<Object>)]
    conditions: Value,
    /// What its cards give.
    #[schema(value_type = Option<Object>)]
    rewards: Value,
    /// How often.
    #[schema(value_type = Option<Object>)]
    limits: Value,
    /// When cards give more.
    #[schema(value_type = Option<Object>)]
    special_config: Value,
    icon: Option<String>,
    background_image: Option<String>,
    theme_color: String,
    sort: i64,
    admin_id: i64,
    created_at: i64,
    updated_at: i64,
}

impl From<TemplateRecord> for TemplateRow {
    fn from(record: TemplateRecord) -> Self {
        let template = record.template;
        Self {
            id: template.id.get(),
            r#type: template.kind.code(),
            status: template.enabled,
            conditions: stored_json(template.conditions.as_deref()),
            rewards: stored_json(template.rewards.as_deref()),
            limits: stored_json(template.limits.as_deref()),
            special_config: stored_json(template.special_config.as_deref()),
            name: template.name,
            description: template.description,
            icon: template.icon,
            background_image: template.background_image,
            theme_color: template.theme_color,
            sort: record.sort,
            admin_id: record.admin.get(),
            created_at: record.created_at.get(),
            updated_at: record.updated_at.get(),
        }
    }
}

/// A template and what became of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListedTemplate {
    #[serde(flatten)]
    row: TemplateRow,
    type_name: String,
    /// How many cards were made of it.
    codes_count: i64,
    /// How often one of them was redeemed.
    used_count: i64,
}

impl ListedTemplate {
    pub(super) fn of(offered: OfferedTemplate, locale: Locale) -> Self {
        Self {
            type_name: kind_name(offered.record.template.kind, locale),
            codes_count: offered.cards,
            used_count: offered.uses,
            row: offered.record.into(),
        }
    }
}

/// A card.
#[derive(Serialize, ToSchema)]
pub(crate) struct CardRow {
    id: i64,
    template_id: i64,
    code: String,
    batch_id: Option<String>,
    /// 0 unused, 1 used, 2 expired, 3 switched off.
    status: i64,
    /// Who redeemed it last.
    user_id: Option<i64>,
    used_at: Option<i64>,
    /// Null is for ever.
    expires_at: Option<i64>,
    /// What a mystery card turned out to be.
    #[schema(value_type = Option<Object>)]
    actual_rewards: Value,
    usage_count: i64,
    max_usage: i64,
    #[schema(value_type = Option<Object>)]
    metadata: Value,
    created_at: i64,
    updated_at: i64,
}

impl From<CardRecord> for CardRow {
    fn from(record: CardRecord) -> Self {
        let card = record.card;
        Self {
            id: card.id.get(),
            template_id: card.template.get(),
            code: card.code,
            batch_id: record.batch,
            status: card.status.code(),
            user_id: record.user.map(ferroboard_kernel::UserId::get),
            used_at: record.used_at.map(UnixSeconds::get),
            expires_at: card.expires_at.map(UnixSeconds::get),
            actual_rewards: stored_json(record.drawn.as_deref()),
            usage_count: card.usage_count,
            max_usage: card.max_usage,
            metadata: stored_json(record.metadata.as_deref()),
            created_at: record.created_at.get(),
            updated_at: record.updated_at.get(),
        }
    }
}

/// A card with its template and who redeemed it last; null where these were deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListedCard {
    #[serde(flatten)]
    row: CardRow,
    template_name: String,
    status_name: String,
    /// The beginning of the user's address.
    user_email: Option<String>,
    template: Option<TemplateRow>,
    user: Option<UserBody>,
}

impl ListedCard {
    pub(super) fn of(offered: OfferedCard, locale: Locale, zone: Zone) -> Self {
        let template = offered.template;
        let user = offered.user;
        Self {
            template_name: template
                .as_ref()
                .map(|record| record.template.name.clone())
                .unwrap_or_default(),
            status_name: status_name(offered.record.card.status, locale),
            user_email: user.as_ref().map(|user| masked(&user.email)),
            row: offered.record.into(),
            template: template.map(TemplateRow::from),
            user: user.map(|user| UserBody::beside(user, zone)),
        }
    }
}

/// The beginning of an address.
fn masked(email: &str) -> String {
    email.chars().take(3).chain("***@***".chars()).collect()
}

/// A redemption. What was deleted since is an empty text.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsageRow {
    id: i64,
    code: String,
    template_name: String,
    user_email: String,
    /// The beginning of the inviter's address.
    invite_user_email: Option<String>,
    #[schema(value_type = Option<Object>)]
    rewards_given: Value,
    #[schema(value_type = Option<Object>)]
    invite_rewards: Value,
    /// By how much amounts were multiplied.
    #[schema(value_type = f64)]
    multiplier_applied: Value,
    created_at: i64,
}

impl From<RecordedUsage> for UsageRow {
    fn from(usage: RecordedUsage) -> Self {
        Self {
            id: usage.id.get(),
            code: usage.code.unwrap_or_default(),
            template_name: usage.template.unwrap_or_default(),
            user_email: usage.email.unwrap_or_default(),
            invite_user_email: usage.inviter.as_deref().map(masked),
            rewards_given: stored_json(usage.rewards.as_deref()),
            invite_rewards: stored_json(usage.inviter_rewards.as_deref()),
            multiplier_applied: number(usage.multiplier).into(),
            created_at: usage.created_at.get(),
        }
    }
}
