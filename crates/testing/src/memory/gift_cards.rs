use async_trait::async_trait;
use ferroboard_application::{GiftCardQueries, GiftUsageView};
use ferroboard_billing::OrderStatus;
use ferroboard_giftcard::testing::{HasGiftCards, MemoryGiftCards};
use ferroboard_giftcard::{GiftCard, GiftTemplate, InviterRewards, NewGiftUsage, Recipient};
use ferroboard_kernel::{GiftCardId, GiftUsageId, PlanId, StoreError, UserId};
use ferroboard_listing::{Found, Page};

use super::{MemoryStore, MemoryTables, MemoryTx};
use crate::contract::{GiftCardLine, GiftSeed};

impl HasGiftCards for MemoryTx {
    fn gift_cards(&mut self) -> Result<&mut MemoryGiftCards, StoreError> {
        Ok(&mut self.open()?.gift_cards)
    }

    fn recipient(&mut self, user: UserId) -> Result<Option<Recipient>, StoreError> {
        let tables = self.open()?;
        let Some(row) = tables.users.get(&user) else {
            return Ok(None);
        };
        let invited_by = row.invite.inviter;
        let inviter =
            invited_by.filter(|inviter| *inviter != user && tables.users.contains_key(inviter));
        Ok(Some(Recipient {
            id: user,
            banned: row.auth.account.banned,
            created_at: row.auth.created_at,
            plan_id: row.billing.plan_id,
            expired_at: row.billing.expired_at,
            invited_by,
            inviter,
        }))
    }

    fn completed_orders(&mut self, user: UserId) -> Result<i64, StoreError> {
        let orders = self.open()?.billing.orders.values();
        let completed =
            orders.filter(|order| order.user_id == user && order.status == OrderStatus::Completed);
        Ok(i64::try_from(completed.count()).unwrap_or(i64::MAX))
    }

    fn plan_level(&mut self, plan: PlanId) -> Result<Option<i64>, StoreError> {
        let plan = self.open()?.billing.plans.get(&plan);
        Ok(plan.and_then(|plan| plan.sort))
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

fn view(tables: &MemoryTables, id: GiftUsageId, usage: &NewGiftUsage) -> GiftUsageView {
    let card = tables.gift_cards.cards.get(&usage.card);
    GiftUsageView {
        id,
        code: card.map(|row| row.card.code.clone()),
        template: tables.gift_cards.templates.get(&usage.template).cloned(),
        rewards: usage.rewards.to_json(),
        inviter_rewards: usage.inviter_rewards.as_ref().map(InviterRewards::to_json),
        inviter: None,
        level: usage.level,
        plan: usage.plan,
        multiplier: usage.multiplier,
        notes: None,
        created_at: usage.at,
    }
}

#[async_trait]
impl GiftCardQueries for MemoryStore {
    async fn list_gift_usages(
        &self,
        user: UserId,
        page: Page,
    ) -> Result<Found<GiftUsageView>, StoreError> {
        Ok(self.read(|tables| {
            let usages = tables.gift_cards.usages.iter();
            let own = usages.filter(|(_, usage)| usage.user == user);
            let mut rows: Vec<_> = own.map(|(id, usage)| view(tables, *id, usage)).collect();
            rows.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
            page.of(rows)
        }))
    }

    async fn find_gift_usage(
        &self,
        user: UserId,
        id: GiftUsageId,
    ) -> Result<Option<GiftUsageView>, StoreError> {
        Ok(self.read(|tables| {
            let usage = tables.gift_cards.usages.get(&id)?;
            let usage = (usage.user == user).then_some(usage)?;
            let inviter = usage.invited_by.and_then(|inviter| {
                let row = tables.users.get(&inviter)?;
                Some((inviter, row.auth.account.email.clone()))
            });
            Some(GiftUsageView {
                inviter,
                ..view(tables, id, usage)
            })
        }))
    }
}

#[async_trait]
impl GiftSeed for MemoryStore {
    async fn insert_gift_template(&self, template: &GiftTemplate) {
        self.write(|tables| {
            tables
                .gift_cards
                .templates
                .insert(template.id, template.clone())
        });
    }

    async fn insert_gift_card(&self, card: &GiftCard) {
        self.write(|tables| tables.gift_cards.push_card(card.clone()));
    }

    async fn gift_card(&self, id: GiftCardId) -> GiftCardLine {
        let row = self.read(|tables| tables.gift_cards.cards.get(&id).cloned());
        let Some(row) = row else {
            panic!("no gift card {id}")
        };
        GiftCardLine {
            status: row.card.status.code(),
            usage_count: row.card.usage_count,
            max_usage: row.card.max_usage,
            user: row.used.map(|(user, _)| user),
            used_at: row.used.map(|(_, at)| at),
            drawn: row.drawn,
            batch: row.batch,
        }
    }
}
