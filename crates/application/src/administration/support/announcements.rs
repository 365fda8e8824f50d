//! Announcements, as administrators manage them.

use ferroboard_audit::AuditChange;
use ferroboard_kernel::AnnouncementId;
use ferroboard_knowledge::{
    AnnouncementChange, AnnouncementService, ManagedAnnouncement, NewAnnouncement, Order,
};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::{Change, Error};

/// The announcements.
pub struct ManagedAnnouncements(pub(crate) AdminContext);

impl ManagedAnnouncements {
    /// All of them, in the order in which users see them.
    pub async fn list(&self) -> Result<Vec<ManagedAnnouncement>, Error> {
        let store = self.0.ports.store.admin()?;
        Ok(store.list_managed_announcements().await?)
    }

    /// Makes an announcement.
    pub async fn create(&self, new: NewAnnouncement, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let made = AnnouncementService.create(tx, new.clone(), now).await?;
            AuditChange::between(&Value::Null, &shown(&made))
        })
    }

    /// Changes an announcement.
    pub async fn change(
        &self,
        id: AnnouncementId,
        said: AnnouncementChange,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let changed = AnnouncementService.change(tx, id, said.clone(), now);
            let (before, after) = changed.await?;
            AuditChange::between(&shown(&before), &shown(&after))
        })
    }

    /// Shows an announcement that was hidden, and hides one that was shown.
    pub async fn turn(&self, id: AnnouncementId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let (before, after) = AnnouncementService.turn(tx, id, now).await?;
            AuditChange::between(&shown(&before), &shown(&after))
        })
    }

    /// Puts announcements into an order.
    pub async fn arrange(&self, order: Order<AnnouncementId>, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let mut places = AuditChange::default();
            for moved in AnnouncementService.arrange(tx, &order, now).await? {
                let name = moved.id.to_string();
                places.note(name, Value::from(moved.from), Value::from(moved.to));
            }
            places
        })
    }

    /// Deletes an announcement.
    pub async fn delete(&self, id: AnnouncementId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let announcement = AnnouncementService.delete(tx, id).await?;
            AuditChange::between(&shown(&announcement), &Value::Null)
        })
    }
}

/// What the record says of an announcement.
fn shown(managed: &ManagedAnnouncement) -> Value {
    let said = &managed.announcement;
    json!({
        "id": said.id.get(),
        "title": said.title,
        "content": said.content,
        "img_url": said.img_url,
        "tags": said.tags,
        "show": managed.show,
    })
}
