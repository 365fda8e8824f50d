//! What gift cards look like in answers.

use std::collections::BTreeMap;

use ferroboard_application::{GiftUsageView, InspectedGiftCard};
use ferroboard_giftcard::{
    CardStatus, GiftCode, GiftTemplate, InviterRewards, Reason, Redemption, Rewards, TemplateKind,
    without_odds,
};
use ferroboard_kernel::{Cents, PlanId, UserId};
use ferroboard_listing::{Found, Page};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::answer::decimal::number;
use crate::answer::envelope::SUCCESS_MESSAGE;
use crate::answer::messages::{Locale, Message};
use crate::answer::refusals::reason_text;
use crate::guest::plans::{PlanItem, PlanTexts};

/// What a card gives: the members that it has.
#[derive(Serialize, ToSchema)]
pub(crate) struct RewardsBody {
    /// Cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    balance: Option<i64>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_enable: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expire_days: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_limit: Option<i64>,
    /// Whether the traffic is counted anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset_package: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan_validity_days: Option<i64>,
    /// The inviter's share.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    invite_reward_rate: Option<Value>,
}

/// What the inviter gets: the members that there are.
#[derive(Serialize, ToSchema)]
pub(crate) struct InviterRewardsBody {
    /// Cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    balance: Option<i64>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_enable: Option<i64>,
}

/// A card that somebody looks at.
#[derive(Serialize, ToSchema)]
pub(crate) struct GiftCardPreview {
    code_info: CodeInfo,
    reward_preview: RewardPreview,
    can_redeem: bool,
    /// Why not.
    reason: Option<String>,
    /// The same for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_code: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
struct CodeInfo {
    code: String,
    template: TemplateInfo,
    /// 0 unused, 1 used: a card of several uses may have some left.
    status: i64,
    status_name: String,
    expires_at: Option<i64>,
    usage_count: i64,
    max_usage: i64,
    /// The plan that a plan card gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan_info: Option<PlanItem>,
}

#[derive(Serialize, ToSchema)]
struct TemplateInfo {
    name: String,
    description: Option<String>,
    /// 1 general, 2 plan, 3 mystery.
    r#type: i64,
    type_name: String,
    icon: Option<String>,
    background_image: Option<String>,
    theme_color: String,
}

/// What a card is sure to give, and what a mystery card may give.
#[derive(Serialize, ToSchema)]
struct RewardPreview {
    #[serde(flatten)]
    certain: RewardsBody,
    /// Only for mystery cards.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_random: Option<bool>,
    /// Only for mystery cards: one of these on top, or instead where a member is the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    possible_rewards: Option<Vec<RewardsBody>>,
}

/// A card that was redeemed.
#[derive(Serialize, ToSchema)]
pub(crate) struct RedeemedGiftCard {
    message: String,
    rewards: RewardsBody,
    /// What the inviter got; null where inviters get nothing.
    invite_rewards: Option<InviterRewardsBody>,
    template_name: String,
}

/// One page of redeemed cards.
#[derive(Serialize, ToSchema)]
pub(crate) struct GiftCardHistory {
    data: Vec<GiftCardHistoryItem>,
    pagination: Pagination,
}

#[derive(Serialize, ToSchema)]
struct Pagination {
    current_page: i64,
    last_page: i64,
    per_page: i64,
    total: i64,
}

/// A redeemed card. What was deleted since is an empty text.
#[derive(Serialize, ToSchema)]
struct GiftCardHistoryItem {
    id: i64,
    /// Its beginning.
    code: String,
    template_name: String,
    #[schema(value_type = i64)]
    template_type: Value,
    template_type_name: String,
    #[schema(value_type = Object)]
    rewards_given: Value,
    #[schema(value_type = Option<Object>)]
    invite_rewards: Option<Value>,
    /// By how much amounts were multiplied.
    #[schema(value_type = f64)]
    multiplier_applied: Value,
    created_at: i64,
}

/// A redeemed card in full. What was deleted since, and what its template lacks, is an empty text.
#[derive(Serialize, ToSchema)]
pub(crate) struct GiftCardDetail {
    id: i64,
    code: String,
    template: UsedTemplate,
    #[schema(value_type = Object)]
    rewards_given: Value,
    #[schema(value_type = Option<Object>)]
    invite_rewards: Option<Value>,
    invite_user: Option<MaskedInviter>,
    user_level_at_use: Option<i64>,
    plan_id_at_use: Option<i64>,
    /// By how much amounts were multiplied.
    #[schema(value_type = f64)]
    multiplier_applied: Value,
    notes: Option<String>,
    created_at: i64,
}

#[derive(Serialize, ToSchema)]
struct UsedTemplate {
    name: String,
    description: String,
    #[schema(value_type = i64)]
    r#type: Value,
    type_name: String,
    icon: String,
    theme_color: String,
}

#[derive(Serialize, ToSchema)]
struct MaskedInviter {
    id: i64,
    /// Its beginning.
    email: String,
}

/// The kinds of cards with their names.
#[derive(Serialize, ToSchema)]
pub(crate) struct GiftCardTypes {
    types: BTreeMap<String, String>,
}

pub(crate) fn kind_name(kind: TemplateKind, locale: Locale) -> String {
    let message = match kind {
        TemplateKind::General => Message::GiftKindGeneral,
        TemplateKind::Plan => Message::GiftKindPlan,
        TemplateKind::Mystery => Message::GiftKindMystery,
        TemplateKind::Unknown(_) => Message::GiftKindUnknown,
    };
    message.text(locale).into_owned()
}

pub(crate) fn status_name(status: CardStatus, locale: Locale) -> String {
    let message = match status {
        CardStatus::Unused => Message::GiftStatusUnused,
        CardStatus::Used => Message::GiftStatusUsed,
        CardStatus::Expired => Message::GiftStatusExpired,
        CardStatus::Disabled => Message::GiftStatusDisabled,
    };
    message.text(locale).into_owned()
}

/// What a reason is called in answers.
const fn reason_code(reason: Reason) -> &'static str {
    match reason {
        Reason::PlanRequired => "plan_required",
        Reason::HasActivePlan => "has_active_plan",
        Reason::NotNewUser => "not_new_user",
        Reason::NotPaidUser => "not_paid_user",
        Reason::PlanNotAllowed => "plan_not_allowed",
        Reason::InviterRequired => "inviter_required",
        Reason::LimitReached => "limit_reached",
        Reason::Cooldown => "cooldown",
    }
}

impl From<Rewards> for RewardsBody {
    fn from(rewards: Rewards) -> Self {
        Self {
            balance: rewards.balance.map(Cents::get),
            transfer_enable: rewards.transfer_enable,
            expire_days: rewards.expire_days,
            device_limit: rewards.device_limit,
            reset_package: rewards.reset_package,
            plan_id: rewards.plan_id.map(PlanId::get),
            plan_validity_days: rewards.plan_validity_days,
            invite_reward_rate: rewards.invite_reward_rate.map(|rate| number(rate).into()),
        }
    }
}

impl From<InviterRewards> for InviterRewardsBody {
    fn from(rewards: InviterRewards) -> Self {
        Self {
            balance: rewards.balance.map(Cents::get),
            transfer_enable: rewards.transfer_enable,
        }
    }
}

impl GiftCardPreview {
    pub(crate) fn new(found: InspectedGiftCard, texts: PlanTexts) -> Self {
        let locale = texts.locale;
        let (card, seen) = (found.inspection.card, found.inspection.template);
        let possible = found.inspection.possible;
        let is_random = !possible.is_empty();
        let refused = found.inspection.refused;
        Self {
            code_info: CodeInfo {
                code: card.code,
                template: TemplateInfo {
                    r#type: seen.kind.code(),
                    type_name: kind_name(seen.kind, locale),
                    name: seen.name,
                    description: seen.description,
                    icon: seen.icon,
                    background_image: seen.background_image,
                    theme_color: seen.theme_color,
                },
                status: card.status.code(),
                status_name: status_name(card.status, locale),
                expires_at: card.expires_at.map(ferroboard_kernel::UnixSeconds::get),
                usage_count: card.usage_count,
                max_usage: card.max_usage,
                plan_info: found.plan.map(|plan| PlanItem::new(plan, texts)),
            },
            reward_preview: RewardPreview {
                certain: found.inspection.rewards.into(),
                is_random: is_random.then_some(true),
                possible_rewards: is_random
                    .then(|| possible.into_iter().map(RewardsBody::from).collect()),
            },
            can_redeem: refused.is_none(),
            reason: refused.map(|reason| reason_text(reason).text(locale).into_owned()),
            reason_code: refused.map(reason_code),
        }
    }
}

impl RedeemedGiftCard {
    pub(crate) fn new(redeemed: Redemption, locale: Locale) -> Self {
        let share = redeemed.for_inviter.map(|(_, share)| share);
        Self {
            message: Message::GiftRedeemed.text(locale).into_owned(),
            rewards: redeemed.rewards.into(),
            invite_rewards: share.map(InviterRewardsBody::from),
            template_name: redeemed.template_name,
        }
    }
}

/// The first of what a card gave, in the words of older panels: of a plan, money, traffic, days and a
/// fresh count of the traffic.
#[derive(Serialize, ToSchema)]
pub(crate) struct MainReward {
    status: &'static str,
    message: &'static str,
    /// Always `true`.
    data: bool,
    #[schema(value_type = Option<String>)]
    error: Option<()>,
    /// 1 cents for the balance, 2 days, 3 GB of traffic, 4 the traffic is counted anew, 5 days of a plan; null where
    /// it was none of these.
    r#type: Option<u8>,
    /// How much of it.
    value: Option<i64>,
}

impl MainReward {
    pub(crate) fn of(rewards: Rewards) -> Self {
        let plan = rewards.plan_id.map(|_| (5, rewards.plan_validity_days));
        let balance = rewards.balance.map(|cents| (1, Some(cents.get())));
        let traffic = rewards.transfer_enable.map(|bytes| (3, Some(bytes >> 30)));
        let days = rewards.expire_days.map(|days| (2, Some(days)));
        let reset = (rewards.reset_package == Some(true)).then_some((4, None));
        let main = plan.or(balance).or(traffic).or(days).or(reset);
        let (kind, value) = main.unzip();
        Self {
            status: "success",
            message: SUCCESS_MESSAGE,
            data: true,
            error: None,
            r#type: kind,
            value: value.flatten(),
        }
    }
}

/// The code of a kind; an empty text for a template that is gone.
fn kind_code(template: Option<&GiftTemplate>) -> Value {
    template.map_or_else(
        || Value::String(String::new()),
        |template| template.kind.code().into(),
    )
}

impl GiftCardHistory {
    pub(crate) fn new(found: Found<GiftUsageView>, page: Page, locale: Locale) -> Self {
        let item = |row| GiftCardHistoryItem::new(row, locale);
        Self {
            data: found.rows.into_iter().map(item).collect(),
            pagination: Pagination {
                current_page: page.number(),
                last_page: page.last(found.total),
                per_page: page.rows(),
                total: found.total,
            },
        }
    }
}

impl GiftCardHistoryItem {
    fn new(row: GiftUsageView, locale: Locale) -> Self {
        let kind = row.template.as_ref().map(|template| template.kind);
        Self {
            id: row.id.get(),
            code: row
                .code
                .as_deref()
                .map(GiftCode::masked)
                .unwrap_or_default(),
            template_type: kind_code(row.template.as_ref()),
            template_type_name: kind.map(|kind| kind_name(kind, locale)).unwrap_or_default(),
            template_name: row.template.map(|found| found.name).unwrap_or_default(),
            rewards_given: without_odds(&row.rewards),
            invite_rewards: row.inviter_rewards.as_deref().map(without_odds),
            multiplier_applied: number(row.multiplier).into(),
            created_at: row.created_at.get(),
        }
    }
}

impl GiftCardDetail {
    pub(crate) fn new(row: GiftUsageView, locale: Locale) -> Self {
        Self {
            id: row.id.get(),
            code: row.code.unwrap_or_default(),
            template: UsedTemplate::new(row.template, locale),
            rewards_given: without_odds(&row.rewards),
            invite_rewards: row.inviter_rewards.as_deref().map(without_odds),
            invite_user: row.inviter.map(|(id, email)| MaskedInviter {
                id: UserId::get(id),
                email: email
                    .as_str()
                    .chars()
                    .take(3)
                    .chain("***@***".chars())
                    .collect(),
            }),
            user_level_at_use: row.level,
            plan_id_at_use: row.plan.map(PlanId::get),
            multiplier_applied: number(row.multiplier).into(),
            notes: row.notes,
            created_at: row.created_at.get(),
        }
    }
}

impl UsedTemplate {
    fn new(template: Option<GiftTemplate>, locale: Locale) -> Self {
        let code = kind_code(template.as_ref());
        match template {
            Some(found) => Self {
                r#type: code,
                type_name: kind_name(found.kind, locale),
                name: found.name,
                description: found.description.unwrap_or_default(),
                icon: found.icon.unwrap_or_default(),
                theme_color: found.theme_color,
            },
            None => Self {
                r#type: code,
                type_name: String::new(),
                name: String::new(),
                description: String::new(),
                icon: String::new(),
                theme_color: String::new(),
            },
        }
    }
}

impl GiftCardTypes {
    pub(crate) fn new(locale: Locale) -> Self {
        let named = |kind: TemplateKind| (kind.code().to_string(), kind_name(kind, locale));
        Self {
            types: TemplateKind::ALL.into_iter().map(named).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_panels_name_the_main_thing_that_a_card_gave() {
        let days = Some(7);
        let traffic = Some(5 << 30);
        for (rewards, expected) in [
            (Rewards::default(), (None, None)),
            (
                Rewards {
                    balance: Some(Cents::new(100)),
                    transfer_enable: traffic,
                    ..Rewards::default()
                },
                (Some(1), Some(100)),
            ),
            (
                Rewards {
                    expire_days: days,
                    ..Rewards::default()
                },
                (Some(2), days),
            ),
            (
                Rewards {
                    transfer_enable: traffic,
                    expire_days: days,
                    ..Rewards::default()
                },
                (Some(3), Some(5)),
            ),
            (
                Rewards {
                    reset_package: Some(true),
                    ..Rewards::default()
                },
                (Some(4), None),
            ),
            (
                Rewards {
                    balance: Some(Cents::new(100)),
                    plan_id: Some(PlanId::new(1)),
                    plan_validity_days: Some(30),
                    ..Rewards::default()
                },
                (Some(5), Some(30)),
            ),
        ] {
            let main = MainReward::of(rewards);
            assert_eq!((main.r#type, main.value), expected, "{rewards:?}");
        }
    }
}
