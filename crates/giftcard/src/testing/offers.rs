//! What administrators do with the tables in memory.

use async_trait::async_trait;
use ferroboard_kernel::{GiftCardId, GiftTemplateId, StoreError};

use super::{HasGiftCards, TemplateFacts};
use crate::{CardRecord, GiftOfferRepository, TemplateRecord};

/// What decides nothing about the template.
fn facts(template: &TemplateRecord) -> TemplateFacts {
    TemplateFacts {
        sort: template.sort,
        admin: template.admin,
        created_at: template.created_at,
        updated_at: template.updated_at,
    }
}

#[async_trait]
impl<T: HasGiftCards> GiftOfferRepository for T {
    async fn lock_gift_template(
        &mut self,
        id: GiftTemplateId,
    ) -> Result<Option<TemplateRecord>, StoreError> {
        let tables = self.gift_cards()?;
        let facts = tables.template_facts.get(&id).copied().unwrap_or_default();
        let template = tables.templates.get(&id).cloned();
        Ok(template.map(|template| TemplateRecord {
            template,
            sort: facts.sort,
            admin: facts.admin,
            created_at: facts.created_at,
            updated_at: facts.updated_at,
        }))
    }

    async fn insert_gift_template(
        &mut self,
        template: &TemplateRecord,
    ) -> Result<GiftTemplateId, StoreError> {
        let tables = self.gift_cards()?;
        let last = tables.templates.last_key_value();
        let id = GiftTemplateId::new(last.map_or(0, |(id, _)| id.get()) + 1);
        let mut row = template.template.clone();
        row.id = id;
        tables.templates.insert(id, row);
        tables.template_facts.insert(id, facts(template));
        Ok(id)
    }

    async fn update_gift_template(
        &mut self,
        template: &TemplateRecord,
    ) -> Result<bool, StoreError> {
        let tables = self.gift_cards()?;
        let id = template.template.id;
        let Some(row) = tables.templates.get_mut(&id) else {
            return Ok(false);
        };
        row.clone_from(&template.template);
        let written = facts(template);
        let known = tables.template_facts.entry(id).or_default();
        (known.sort, known.updated_at) = (written.sort, written.updated_at);
        Ok(true)
    }

    async fn delete_gift_template(&mut self, id: GiftTemplateId) -> Result<bool, StoreError> {
        let tables = self.gift_cards()?;
        tables.template_facts.remove(&id);
        Ok(tables.templates.remove(&id).is_some())
    }

    async fn find_card_of_template(&mut self, id: GiftTemplateId) -> Result<bool, StoreError> {
        let mut cards = self.gift_cards()?.cards.values();
        Ok(cards.any(|row| row.card.template == id))
    }

    async fn lock_gift_card_row(
        &mut self,
        id: GiftCardId,
    ) -> Result<Option<CardRecord>, StoreError> {
        let row = self.gift_cards()?.cards.get(&id).cloned();
        Ok(row.map(|row| CardRecord {
            card: row.card,
            batch: row.batch,
            user: row.used.map(|(user, _)| user),
            used_at: row.used.map(|(_, at)| at),
            drawn: row.drawn,
            metadata: None,
            created_at: row.written.0,
            updated_at: row.written.1,
        }))
    }

    async fn update_gift_card(&mut self, card: &CardRecord) -> Result<bool, StoreError> {
        let Some(row) = self.gift_cards()?.cards.get_mut(&card.card.id) else {
            return Ok(false);
        };
        row.card.status = card.card.status;
        row.card.expires_at = card.card.expires_at;
        row.card.max_usage = card.card.max_usage;
        row.written.1 = card.updated_at;
        Ok(true)
    }

    async fn delete_gift_card(&mut self, id: GiftCardId) -> Result<bool, StoreError> {
        Ok(self.gift_cards()?.cards.remove(&id).is_some())
    }

    async fn find_use_of_card(&mut self, id: GiftCardId) -> Result<bool, StoreError> {
        let mut usages = self.gift_cards()?.usages.values();
        Ok(usages.any(|usage| usage.card == id))
    }
}
