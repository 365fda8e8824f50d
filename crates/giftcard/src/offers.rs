use ferroboard_kernel::{
    GiftCardId, GiftTemplateId, Random, Seconds, StoreError, UnixSeconds, UserId,
};

use crate::{
    BatchName, CardChange, CardRecord, CardStatus, CodePrefix, DrawnCode, GiftCardError,
    GiftOfferTx, GiftTemplate, NewGiftCards, NewTemplate, TemplateChange, TemplateRecord,
};

/// What administrators do with templates and cards, each over an open transaction. Whoever calls these ends it.
#[derive(Debug, Clone, Copy, Default)]
pub struct GiftOfferService;

/// Cards to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftCardBatch {
    /// What kind of cards.
    pub template: GiftTemplateId,
    /// How many.
    pub count: usize,
    /// What their codes begin with.
    pub prefix: CodePrefix,
    /// How often each may be redeemed.
    pub max_usage: i64,
    /// For how long; `None` is for ever. The end is at most [`GiftCardBatch::LATEST_END`].
    pub lifetime: Option<Seconds>,
}

impl GiftCardBatch {
    /// The last instant that the column of a card's end holds.
    pub const LATEST_END: UnixSeconds = UnixSeconds::new(2_147_483_647);
}

impl GiftOfferService {
    /// Makes a template.
    pub async fn create_template(
        self,
        tx: &mut dyn GiftOfferTx,
        new: &NewTemplate,
        admin: UserId,
        now: UnixSeconds,
    ) -> Result<TemplateRecord, GiftCardError> {
        let mut record = TemplateRecord::of(new, admin, now);
        record.template.id = tx.insert_gift_template(&record).await?;
        Ok(record)
    }

    /// Changes what is said about a template; what it was and is. Cards that were made of it change with it.
    pub async fn change_template(
        self,
        tx: &mut dyn GiftOfferTx,
        id: GiftTemplateId,
        change: &TemplateChange,
        now: UnixSeconds,
    ) -> Result<(TemplateRecord, TemplateRecord), GiftCardError> {
        let before = tx.lock_gift_template(id).await?;
        let before = before.ok_or(GiftCardError::TemplateMissing)?;
        let mut after = before.clone();
        after.take(change);
        if after != before {
            after.updated_at = now;
            let updated = tx.update_gift_template(&after).await?;
            moved(updated, "a template changed behind its lock")?;
        }
        Ok((before, after))
    }

    /// Deletes a template of which there is no card; what it was.
    pub async fn delete_template(
        self,
        tx: &mut dyn GiftOfferTx,
        id: GiftTemplateId,
    ) -> Result<TemplateRecord, GiftCardError> {
        let template = tx.lock_gift_template(id).await?;
        let template = template.ok_or(GiftCardError::TemplateMissing)?;
        if tx.find_card_of_template(id).await? {
            return Err(GiftCardError::TemplateHasCards);
        }
        let deleted = tx.delete_gift_template(id).await?;
        moved(deleted, "a template went behind its lock")?;
        Ok(template)
    }

    /// Makes cards of a template that is switched on, with codes that nobody can guess.
    pub async fn generate(
        self,
        tx: &mut dyn GiftOfferTx,
        batch: &GiftCardBatch,
        random: &dyn Random,
        now: UnixSeconds,
    ) -> Result<(NewGiftCards, GiftTemplate), GiftCardError> {
        let found = tx.lock_gift_template(batch.template).await?;
        let template = found.ok_or(GiftCardError::KindMissing)?.template;
        if !template.enabled {
            return Err(GiftCardError::TemplateSwitchedOff);
        }
        let end = |lifetime| now.plus(lifetime).min(GiftCardBatch::LATEST_END);
        let codes = (0..batch.count).map(|_| DrawnCode::draw(&batch.prefix, random));
        let cards = NewGiftCards {
            template: batch.template,
            codes: codes.collect(),
            batch: BatchName::draw(random),
            max_usage: batch.max_usage,
            expires_at: batch.lifetime.map(end),
            at: now,
        };
        match tx.insert_gift_cards(&cards).await {
            // Others are drawn.
            Err(StoreError::Duplicate { constraint }) => {
                Err(StoreError::Conflict(constraint).into())
            }
            outcome => Ok(outcome.map(|()| (cards, template))?),
        }
    }

    /// Lets a card be redeemed no longer, or again; what it was and is. One that was not switched off is not switched on.
    pub async fn switch_card(
        self,
        tx: &mut dyn GiftOfferTx,
        id: GiftCardId,
        on: bool,
        now: UnixSeconds,
    ) -> Result<(CardRecord, CardRecord), GiftCardError> {
        let before = lock_card(tx, id).await?;
        let status = match (on, before.card.status) {
            (true, CardStatus::Disabled) => CardStatus::Unused,
            (true, other) => other,
            (false, _) => CardStatus::Disabled,
        };
        let change = CardChange {
            status: Some(status),
            ..CardChange::default()
        };
        turn_card(tx, before, &change, now).await
    }

    /// Changes what is said about a card; what it was and is.
    pub async fn change_card(
        self,
        tx: &mut dyn GiftOfferTx,
        id: GiftCardId,
        change: &CardChange,
        now: UnixSeconds,
    ) -> Result<(CardRecord, CardRecord), GiftCardError> {
        let before = lock_card(tx, id).await?;
        turn_card(tx, before, change, now).await
    }

    /// Deletes a card that nobody has redeemed; what it was.
    pub async fn delete_card(
        self,
        tx: &mut dyn GiftOfferTx,
        id: GiftCardId,
    ) -> Result<CardRecord, GiftCardError> {
        let card = lock_card(tx, id).await?;
        if card.card.status == CardStatus::Used {
            return Err(GiftCardError::CardUsed);
        }
        if tx.find_use_of_card(id).await? {
            return Err(GiftCardError::CardHasUses);
        }
        let deleted = tx.delete_gift_card(id).await?;
        moved(deleted, "a gift card went behind its lock")?;
        Ok(card)
    }
}

async fn lock_card(tx: &mut dyn GiftOfferTx, id: GiftCardId) -> Result<CardRecord, GiftCardError> {
    let card = tx.lock_gift_card_row(id).await?;
    card.ok_or(GiftCardError::CardMissing)
}

/// Writes a change of a locked card.
async fn turn_card(
    tx: &mut dyn GiftOfferTx,
    before: CardRecord,
    change: &CardChange,
    now: UnixSeconds,
) -> Result<(CardRecord, CardRecord), GiftCardError> {
    let mut after = before.clone();
    after.take(change);
    if after != before {
        after.updated_at = now;
        let updated = tx.update_gift_card(&after).await?;
        moved(updated, "a gift card changed behind its lock")?;
    }
    Ok((before, after))
}

/// What is locked can be written; should it not be so, nothing may stay.
fn moved(was_moved: bool, otherwise: &str) -> Result<(), StoreError> {
    if was_moved {
        Ok(())
    } else {
        Err(StoreError::Conflict(otherwise.to_owned()))
    }
}
