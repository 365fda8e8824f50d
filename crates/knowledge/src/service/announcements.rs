use ferroboard_kernel::{AnnouncementId, UnixSeconds};

use crate::{
    AnnouncementChange, KnowledgeError, KnowledgeTx, ManagedAnnouncement, Move, NewAnnouncement,
    Order,
};

/// What administrators do with announcements.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnnouncementService;

impl AnnouncementService {
    /// Makes an announcement.
    pub async fn create(
        self,
        tx: &mut dyn KnowledgeTx,
        new: NewAnnouncement,
        at: UnixSeconds,
    ) -> Result<ManagedAnnouncement, KnowledgeError> {
        let id = tx.insert_announcement(&new, at).await?;
        Ok(new.made(id, at))
    }

    /// Changes an announcement: before and after.
    ///
    /// # Errors
    ///
    /// [`KnowledgeError::AnnouncementUnknown`].
    pub async fn change(
        self,
        tx: &mut dyn KnowledgeTx,
        id: AnnouncementId,
        change: AnnouncementChange,
        at: UnixSeconds,
    ) -> Result<(ManagedAnnouncement, ManagedAnnouncement), KnowledgeError> {
        let before = lock(tx, id).await?;
        let after = change.written_to(before.clone(), at);
        write(tx, before, after).await
    }

    /// Shows an announcement that was hidden, and hides one that was shown: before and after.
    ///
    /// # Errors
    ///
    /// [`KnowledgeError::AnnouncementUnknown`].
    pub async fn turn(
        self,
        tx: &mut dyn KnowledgeTx,
        id: AnnouncementId,
        at: UnixSeconds,
    ) -> Result<(ManagedAnnouncement, ManagedAnnouncement), KnowledgeError> {
        let before = lock(tx, id).await?;
        let mut after = before.clone();
        after.show = !before.show;
        after.announcement.updated_at = at;
        write(tx, before, after).await
    }

    /// Puts announcements into an order; those that are not named keep their places.
    ///
    /// # Errors
    ///
    /// [`KnowledgeError::AnnouncementUnknown`] where one of them does not exist; then nothing moves.
    pub async fn arrange(
        self,
        tx: &mut dyn KnowledgeTx,
        order: &Order<AnnouncementId>,
        at: UnixSeconds,
    ) -> Result<Vec<Move<AnnouncementId>>, KnowledgeError> {
        let known = tx.lock_announcement_places(order.ids()).await?;
        let moves = order.moves(&known);
        let moves = moves.ok_or(KnowledgeError::AnnouncementUnknown)?;
        if !moves.is_empty() {
            tx.update_announcement_places(&moves, at).await?;
        }
        Ok(moves)
    }

    /// Deletes an announcement.
    ///
    /// # Errors
    ///
    /// [`KnowledgeError::AnnouncementUnknown`].
    pub async fn delete(
        self,
        tx: &mut dyn KnowledgeTx,
        id: AnnouncementId,
    ) -> Result<ManagedAnnouncement, KnowledgeError> {
        let announcement = lock(tx, id).await?;
        let deleted = tx.delete_announcement(id).await?;
        deleted
            .then_some(announcement)
            .ok_or(KnowledgeError::AnnouncementUnknown)
    }
}

async fn lock(
    tx: &mut dyn KnowledgeTx,
    id: AnnouncementId,
) -> Result<ManagedAnnouncement, KnowledgeError> {
    let announcement = tx.lock_announcement(id).await?;
    announcement.ok_or(KnowledgeError::AnnouncementUnknown)
}

async fn write(
    tx: &mut dyn KnowledgeTx,
    before: ManagedAnnouncement,
    after: ManagedAnnouncement,
) -> Result<(ManagedAnnouncement, ManagedAnnouncement), KnowledgeError> {
    let updated = tx.update_announcement(&after).await?;
    updated
        .then_some((before, after))
        .ok_or(KnowledgeError::AnnouncementUnknown)
}
