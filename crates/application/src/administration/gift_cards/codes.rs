//! The cards: their codes, one by one and in batches.

use ferroboard_audit::AuditChange;
use ferroboard_giftcard::{
    CardChange, CardRecord, GiftCardBatch, GiftCardError, GiftOfferService, GiftTemplate,
    NewGiftCards,
};
use ferroboard_kernel::{GiftCardId, Zone};
use ferroboard_listing::{Found, Page};
use serde_json::{Value, json};

use super::views::{CardFilter, OfferedCard};
use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::{Change, Error};

/// How many codes are read at once when a batch is exported.
const EXPORTED_AT_ONCE: u32 = 1_000;

/// The cards.
pub struct GiftCodes(pub(crate) AdminContext);

/// A batch that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBatch {
    /// The cards.
    pub cards: NewGiftCards,
    /// What they were made of.
    pub template: GiftTemplate,
}

impl GiftCodes {
    /// The zone in which administrators read times.
    pub fn zone(&self) -> Zone {
        self.0.options.zone
    }

    /// A page of the cards that match.
    pub async fn list(&self, filter: &CardFilter, page: Page) -> Result<Found<OfferedCard>, Error> {
        let admin = self.0.ports.store.admin()?;
        Ok(admin.list_gift_codes(filter, page).await?)
    }

    /// Makes the cards of a batch, all of them or none.
    pub async fn generate(&self, batch: GiftCardBatch, change: Change) -> Result<MadeBatch, Error> {
        change!(change, |tx| {
            let (random, now) = (self.0.ports.random.as_ref(), self.0.ports.clock.now());
            let made = GiftOfferService.generate(tx, &batch, random, now);
            let (cards, template) = made.await?;
            let change = AuditChange::between(&Value::Null, &made_of(&cards));
            (MadeBatch { cards, template }, change)
        })
    }

    /// Some codes of a batch: those behind this card. None are left where there are none.
    pub async fn export(
        &self,
        batch: &str,
        after: GiftCardId,
    ) -> Result<Vec<(GiftCardId, String)>, Error> {
        let admin = self.0.ports.store.admin()?;
        let codes = admin.list_batch_codes(batch, after, EXPORTED_AT_ONCE);
        Ok(codes.await?)
    }

    /// The first codes of a batch, which there has to be.
    pub async fn begin_export(&self, batch: &str) -> Result<Vec<(GiftCardId, String)>, Error> {
        let codes = self.export(batch, GiftCardId::new(0)).await?;
        if codes.is_empty() {
            return Err(GiftCardError::BatchMissing.into());
        }
        Ok(codes)
    }

    /// Lets a card be redeemed no longer, or again.
    pub async fn switch(&self, id: GiftCardId, on: bool, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let turned = GiftOfferService.switch_card(tx, id, on, now);
            let (before, after) = turned.await?;
            AuditChange::between(&shown(&before), &shown(&after))
        })
    }

    /// Changes what is said about a card; what it is now.
    pub async fn change(
        &self,
        id: GiftCardId,
        said: CardChange,
        change: Change,
    ) -> Result<CardRecord, Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let turned = GiftOfferService.change_card(tx, id, &said, now);
            let (before, after) = turned.await?;
            let change = AuditChange::between(&shown(&before), &shown(&after));
            (after, change)
        })
    }

    /// Deletes a card that nobody has redeemed.
    pub async fn delete(&self, id: GiftCardId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let card = GiftOfferService.delete_card(tx, id).await?;
            AuditChange::between(&shown(&card), &Value::Null)
        })
    }
}

/// What the record says of a card. Its code is as good as money, so only its beginning.
fn shown(record: &CardRecord) -> Value {
    let card = &record.card;
    json!({
        "id": card.id.get(),
        "card": ferroboard_giftcard::GiftCode::masked(&card.code),
        "batch_id": record.batch,
        "status": card.status.code(),
        "expires_at": card.expires_at.map(ferroboard_kernel::UnixSeconds::get),
        "max_usage": card.max_usage,
    })
}

/// What the record says of a batch.
fn made_of(cards: &NewGiftCards) -> Value {
    json!({
        "batch_id": cards.batch.as_str(),
        "template_id": cards.template.get(),
        "count": cards.codes.len(),
        "expires_at": cards.expires_at.map(ferroboard_kernel::UnixSeconds::get),
        "max_usage": cards.max_usage,
    })
}
