//! The in-memory tables of this domain, and builders for its rows.

mod offers;

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{
    GiftCardId, GiftTemplateId, GiftUsageId, PlanId, StoreError, UnixSeconds, UserId,
};

use crate::{
    CardStatus, GiftCard, GiftCardRepository, GiftCode, GiftTemplate, GiftTemplateRepository,
    GiftUsageRepository, NewGiftCards, NewGiftUsage, PastUses, Recipient, RecipientRepository,
    TemplateKind,
};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryGiftCards {
    /// `v2_gift_card_template`.
    pub templates: BTreeMap<GiftTemplateId, GiftTemplate>,
    /// What decides nothing about a template, for those that were made or changed here.
    pub template_facts: BTreeMap<GiftTemplateId, TemplateFacts>,
    /// `v2_gift_card_code`.
    pub cards: BTreeMap<GiftCardId, GiftCardRow>,
    /// `v2_gift_card_usage`.
    pub usages: BTreeMap<GiftUsageId, NewGiftUsage>,
    /// Users, where these tables stand alone; other domains know them where there are some.
    pub recipients: BTreeMap<UserId, Recipient>,
    /// How many orders a user completed, where these tables stand alone.
    pub completed_orders: BTreeMap<UserId, i64>,
    /// `v2_plan.sort`, where these tables stand alone.
    pub plan_levels: BTreeMap<PlanId, i64>,
}

/// The columns of `v2_gift_card_template` that decide nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateFacts {
    /// `sort`.
    pub sort: i64,
    /// `admin_id`.
    pub admin: UserId,
    /// `created_at`.
    pub created_at: UnixSeconds,
    /// `updated_at`.
    pub updated_at: UnixSeconds,
}

impl Default for TemplateFacts {
    /// Those of a row that was there before.
    fn default() -> Self {
        Self {
            sort: 0,
            admin: UserId::new(1),
            created_at: UnixSeconds::new(1),
            updated_at: UnixSeconds::new(1),
        }
    }
}

/// A row of `v2_gift_card_code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftCardRow {
    /// What decisions are made on.
    pub card: GiftCard,
    /// `batch_id`.
    pub batch: Option<String>,
    /// `user_id` and `used_at` of the latest use.
    pub used: Option<(UserId, UnixSeconds)>,
    /// `actual_rewards`.
    pub drawn: Option<String>,
    /// `created_at` and `updated_at`.
    pub written: (UnixSeconds, UnixSeconds),
}

/// A transaction that holds this domain's tables.
pub trait HasGiftCards: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn gift_cards(&mut self) -> Result<&mut MemoryGiftCards, StoreError>;

    /// The row of `v2_user`; an error once the transaction is over.
    fn recipient(&mut self, user: UserId) -> Result<Option<Recipient>, StoreError>;

    /// How many orders of the user are completed; an error once the transaction is over.
    fn completed_orders(&mut self, user: UserId) -> Result<i64, StoreError>;

    /// `v2_plan.sort`; an error once the transaction is over.
    fn plan_level(&mut self, plan: PlanId) -> Result<Option<i64>, StoreError>;

    /// Ends the transaction with this error and gives it back.
    fn fail(&mut self, error: StoreError) -> StoreError;
}

impl HasGiftCards for MemoryTransaction<'_, MemoryGiftCards> {
    fn gift_cards(&mut self) -> Result<&mut MemoryGiftCards, StoreError> {
        self.open()
    }

    fn recipient(&mut self, user: UserId) -> Result<Option<Recipient>, StoreError> {
        Ok(self.open()?.recipients.get(&user).copied())
    }

    fn completed_orders(&mut self, user: UserId) -> Result<i64, StoreError> {
        let known = self.open()?.completed_orders.get(&user);
        Ok(known.copied().unwrap_or(0))
    }

    fn plan_level(&mut self, plan: PlanId) -> Result<Option<i64>, StoreError> {
        Ok(self.open()?.plan_levels.get(&plan).copied())
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

/// A general template that is switched on and gives 1,000 cents.
pub fn a_template(id: i64) -> GiftTemplate {
    GiftTemplate {
        id: GiftTemplateId::new(id),
        name: format!("Template {id}"),
        description: None,
        kind: TemplateKind::General,
        enabled: true,
        conditions: None,
        rewards: Some(r#"{"balance":1000}"#.to_owned()),
        limits: None,
        special_config: None,
        icon: None,
        background_image: None,
        theme_color: "#1890ff".to_owned(),
    }
}

/// A card of the template that nobody has redeemed, good for one use.
pub fn a_card(id: i64, template: i64, code: &str) -> GiftCard {
    GiftCard {
        id: GiftCardId::new(id),
        template: GiftTemplateId::new(template),
        code: code.to_owned(),
        status: CardStatus::Unused,
        expires_at: None,
        usage_count: 0,
        max_usage: 1,
    }
}

/// A user without plan whom nobody invited.
pub fn a_recipient(id: i64, created_at: UnixSeconds) -> Recipient {
    Recipient {
        id: UserId::new(id),
        banned: false,
        created_at,
        plan_id: None,
        expired_at: None,
        invited_by: None,
        inviter: None,
    }
}

impl MemoryGiftCards {
    /// Adds a card with its number.
    pub fn push_card(&mut self, card: GiftCard) {
        let row = GiftCardRow {
            card,
            batch: None,
            used: None,
            drawn: None,
            written: (UnixSeconds::new(1), UnixSeconds::new(1)),
        };
        self.cards.insert(row.card.id, row);
    }

    /// The card with the code.
    pub fn card(&self, code: &str) -> Option<&GiftCardRow> {
        let mut rows = self.cards.values();
        let exact = self.cards.values().find(|row| row.card.code == code);
        exact.or_else(|| rows.find(|row| row.card.code.eq_ignore_ascii_case(code)))
    }
}

#[async_trait]
impl<T: HasGiftCards> RecipientRepository for T {
    async fn find_recipient(&mut self, user: UserId) -> Result<Option<Recipient>, StoreError> {
        self.recipient(user)
    }

    async fn lock_recipient(&mut self, user: UserId) -> Result<Option<Recipient>, StoreError> {
        self.recipient(user)
    }

    async fn count_recipient_orders(&mut self, user: UserId) -> Result<i64, StoreError> {
        self.completed_orders(user)
    }

    async fn find_recipient_level(&mut self, plan: PlanId) -> Result<Option<i64>, StoreError> {
        self.plan_level(plan)
    }
}

#[async_trait]
impl<T: HasGiftCards> GiftTemplateRepository for T {
    async fn find_gift_template(
        &mut self,
        id: GiftTemplateId,
    ) -> Result<Option<GiftTemplate>, StoreError> {
        Ok(self.gift_cards()?.templates.get(&id).cloned())
    }
}

#[async_trait]
impl<T: HasGiftCards> GiftCardRepository for T {
    async fn find_gift_card(&mut self, code: &GiftCode) -> Result<Option<GiftCard>, StoreError> {
        let found = self.gift_cards()?.card(code.as_str());
        Ok(found.map(|row| row.card.clone()))
    }

    async fn lock_gift_card(&mut self, code: &GiftCode) -> Result<Option<GiftCard>, StoreError> {
        self.find_gift_card(code).await
    }

    async fn move_gift_card_use(
        &mut self,
        card: GiftCardId,
        user: UserId,
        drawn: Option<&str>,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.gift_cards()?.cards.get_mut(&card);
        let usable = row.filter(|row| {
            let is_over = matches!(row.card.status, CardStatus::Expired | CardStatus::Disabled);
            !is_over && row.card.usage_count < row.card.max_usage
        });
        let Some(row) = usable else { return Ok(false) };
        row.card.usage_count += 1;
        row.card.status = CardStatus::Used;
        row.used = Some((user, at));
        row.written.1 = at;
        if let Some(drawn) = drawn {
            row.drawn = Some(drawn.to_owned());
        }
        Ok(true)
    }

    async fn insert_gift_cards(&mut self, cards: &NewGiftCards) -> Result<(), StoreError> {
        for code in &cards.codes {
            let tables = self.gift_cards()?;
            if tables
                .cards
                .values()
                .any(|row| row.card.code == code.as_str())
            {
                let constraint = "v2_gift_card_code.code".to_owned();
                return Err(self.fail(StoreError::Duplicate { constraint }));
            }
            let last = tables.cards.last_key_value().map_or(0, |(id, _)| id.get());
            let card = GiftCard {
                expires_at: cards.expires_at,
                max_usage: cards.max_usage,
                ..a_card(last + 1, cards.template.get(), code.as_str())
            };
            let row = GiftCardRow {
                card,
                batch: Some(cards.batch.as_str().to_owned()),
                used: None,
                drawn: None,
                written: (cards.at, cards.at),
            };
            tables.cards.insert(row.card.id, row);
        }
        Ok(())
    }

    async fn move_expired_gift_cards(
        &mut self,
        now: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let cards = self.gift_cards()?.cards.values_mut();
        let over = cards.filter(|row| {
            let is_over = row.card.expires_at.is_some_and(|end| end < now);
            row.card.status == CardStatus::Unused && is_over
        });
        let mut moved = 0;
        for row in over.take(usize::try_from(limit).unwrap_or(usize::MAX)) {
            row.card.status = CardStatus::Expired;
            row.written.1 = now;
            moved += 1;
        }
        Ok(moved)
    }
}

#[async_trait]
impl<T: HasGiftCards> GiftUsageRepository for T {
    async fn find_gift_uses(
        &mut self,
        user: UserId,
        template: GiftTemplateId,
        card: GiftCardId,
    ) -> Result<PastUses, StoreError> {
        let usages = self.gift_cards()?.usages.values();
        let own: Vec<&NewGiftUsage> = usages.filter(|usage| usage.user == user).collect();
        let of_template = own.iter().filter(|usage| usage.template == template);
        Ok(PastUses {
            of_template: i64::try_from(of_template.clone().count()).unwrap_or(i64::MAX),
            latest: of_template.map(|usage| usage.at).max(),
            of_card: own.iter().any(|usage| usage.card == card),
        })
    }

    async fn insert_gift_usage(&mut self, usage: &NewGiftUsage) -> Result<GiftUsageId, StoreError> {
        let usages = &mut self.gift_cards()?.usages;
        let last = usages.last_key_value().map_or(0, |(id, _)| id.get());
        let id = GiftUsageId::new(last + 1);
        usages.insert(id, usage.clone());
        Ok(id)
    }
}
