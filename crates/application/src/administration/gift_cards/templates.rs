//! The templates of gift cards.

use ferroboard_audit::AuditChange;
use ferroboard_giftcard::{GiftOfferService, NewTemplate, TemplateChange, TemplateRecord};
use ferroboard_kernel::GiftTemplateId;
use ferroboard_listing::{Found, Page};
use serde_json::{Value, json};

use super::views::{OfferedTemplate, TemplateFilter};
use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::{Change, Error};

/// The templates.
pub struct GiftTemplates(pub(crate) AdminContext);

impl GiftTemplates {
    /// A page of the templates that match.
    pub async fn list(
        &self,
        filter: &TemplateFilter,
        page: Page,
    ) -> Result<Found<OfferedTemplate>, Error> {
        let admin = self.0.ports.store.admin()?;
        Ok(admin.list_gift_templates(filter, page).await?)
    }

    /// Makes a template.
    pub async fn create(&self, new: NewTemplate, change: Change) -> Result<TemplateRecord, Error> {
        let admin = change.admin();
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let made = GiftOfferService.create_template(tx, &new, admin, now);
            let made = made.await?;
            let change = AuditChange::between(&Value::Null, &shown(&made));
            (made, change)
        })
    }

    /// Changes what is said about a template; what it is now.
    pub async fn change(
        &self,
        id: GiftTemplateId,
        said: TemplateChange,
        change: Change,
    ) -> Result<TemplateRecord, Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let turned = GiftOfferService.change_template(tx, id, &said, now);
            let (before, after) = turned.await?;
            let change = AuditChange::between(&shown(&before), &shown(&after));
            (after, change)
        })
    }

    /// Deletes a template of which there is no card.
    pub async fn delete(&self, id: GiftTemplateId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let template = GiftOfferService.delete_template(tx, id).await?;
            AuditChange::between(&shown(&template), &Value::Null)
        })
    }
}

/// What the record says of a template.
fn shown(record: &TemplateRecord) -> Value {
    let template = &record.template;
    let terms = |text: &Option<String>| {
        let text = text.as_deref();
        text.and_then(|text| serde_json::from_str::<Value>(text).ok())
    };
    json!({
        "name": template.name,
        "description": template.description,
        "type": template.kind.code(),
        "status": template.enabled,
        "conditions": terms(&template.conditions),
        "rewards": terms(&template.rewards),
        "limits": terms(&template.limits),
        "special_config": terms(&template.special_config),
        "icon": template.icon,
        "background_image": template.background_image,
        "theme_color": template.theme_color,
        "sort": record.sort,
    })
}
