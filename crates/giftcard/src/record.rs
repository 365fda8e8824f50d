//! Rows of templates and cards in full, as administrators manage them.

use ferroboard_kernel::{GiftTemplateId, UnixSeconds, UserId};

use crate::{CardStatus, Edit, GiftCard, GiftTemplate, OfferedTerms, TemplateKind};

/// A row of `v2_gift_card_template` in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRecord {
    /// What decisions are made on.
    pub template: GiftTemplate,
    /// Its place on the list.
    pub sort: i64,
    /// Who made it.
    pub admin: UserId,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

/// What administrators say about a template; the rest stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateChange {
    /// `name`.
    pub name: Option<String>,
    /// `description`.
    pub description: Edit<String>,
    /// `type`.
    pub kind: Option<TemplateKind>,
    /// `status`.
    pub enabled: Option<bool>,
    /// `conditions`.
    pub conditions: Edit<OfferedTerms>,
    /// `rewards`.
    pub rewards: Option<OfferedTerms>,
    /// `limits`.
    pub limits: Edit<OfferedTerms>,
    /// `special_config`.
    pub special_config: Edit<OfferedTerms>,
    /// `icon`.
    pub icon: Edit<String>,
    /// `background_image`.
    pub background_image: Edit<String>,
    /// `theme_color`.
    pub theme_color: Option<String>,
    /// `sort`.
    pub sort: Option<i64>,
}

/// A template to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTemplate {
    /// What it is called.
    pub name: String,
    /// What it makes.
    pub kind: TemplateKind,
    /// What its cards give.
    pub rewards: OfferedTerms,
    /// What else is said about it.
    pub more: TemplateChange,
}

impl TemplateRecord {
    /// The colour of a template that names none.
    pub const COLOR: &'static str = "#1890ff";

    /// A new one, without a number as yet.
    pub(crate) fn of(new: &NewTemplate, admin: UserId, at: UnixSeconds) -> Self {
        let mut record = Self {
            template: GiftTemplate {
                id: GiftTemplateId::new(0),
                name: new.name.clone(),
                description: None,
                kind: new.kind,
                enabled: true,
                conditions: None,
                rewards: Some(new.rewards.as_json().to_owned()),
                limits: None,
                special_config: None,
                icon: None,
                background_image: None,
                theme_color: Self::COLOR.to_owned(),
            },
            sort: 0,
            admin,
            created_at: at,
            updated_at: at,
        };
        record.take(&new.more);
        record
    }

    /// Becomes what administrators say.
    pub(crate) fn take(&mut self, change: &TemplateChange) {
        fn set<T: Clone>(column: &mut T, said: Option<&T>) {
            if let Some(said) = said {
                column.clone_from(said);
            }
        }
        let json = |terms: &Edit<OfferedTerms>| match terms {
            Edit::Keep => Edit::Keep,
            Edit::Clear => Edit::Clear,
            Edit::Set(terms) => Edit::Set(terms.as_json().to_owned()),
        };
        let template = &mut self.template;
        set(&mut template.name, change.name.as_ref());
        change.description.apply(&mut template.description);
        set(&mut template.kind, change.kind.as_ref());
        set(&mut template.enabled, change.enabled.as_ref());
        json(&change.conditions).apply(&mut template.conditions);
        if let Some(rewards) = &change.rewards {
            template.rewards = Some(rewards.as_json().to_owned());
        }
        json(&change.limits).apply(&mut template.limits);
        json(&change.special_config).apply(&mut template.special_config);
        change.icon.apply(&mut template.icon);
        change
            .background_image
            .apply(&mut template.background_image);
        set(&mut template.theme_color, change.theme_color.as_ref());
        set(&mut self.sort, change.sort.as_ref());
    }
}

/// A row of `v2_gift_card_code` in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRecord {
    /// What decisions are made on.
    pub card: GiftCard,
    /// `batch_id`.
    pub batch: Option<String>,
    /// `user_id`: who redeemed it last.
    pub user: Option<UserId>,
    /// `used_at`.
    pub used_at: Option<UnixSeconds>,
    /// `actual_rewards`: what a mystery card turned out to be, as JSON.
    pub drawn: Option<String>,
    /// `metadata`, as JSON.
    pub metadata: Option<String>,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

/// What administrators say about a card; the rest stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardChange {
    /// `status`.
    pub status: Option<CardStatus>,
    /// `expires_at`.
    pub expires_at: Edit<UnixSeconds>,
    /// `max_usage`.
    pub max_usage: Option<i64>,
}

impl CardRecord {
    /// Becomes what administrators say.
    pub(crate) fn take(&mut self, change: &CardChange) {
        let card = &mut self.card;
        card.status = change.status.unwrap_or(card.status);
        change.expires_at.apply(&mut card.expires_at);
        card.max_usage = change.max_usage.unwrap_or(card.max_usage);
    }
}
