//! What this domain needs from outside, inside one open transaction. "Lock" means that no other
//! transaction changes the row before this one ends.

use async_trait::async_trait;
use ferroboard_kernel::{AnnouncementId, ArticleId, StoreError, UnixSeconds};

use crate::{ArticleTerms, ManagedAnnouncement, ManagedArticle, Move, NewAnnouncement};

/// Articles (`v2_knowledge`), as administrators change them.
#[async_trait]
pub trait ArticleRepository: Send {
    /// The article, locked until the transaction ends.
    async fn lock_article(&mut self, id: ArticleId) -> Result<Option<ManagedArticle>, StoreError>;

    /// Makes an article without a place, hidden unless something else is said.
    async fn insert_article(
        &mut self,
        article: &ArticleTerms,
        at: UnixSeconds,
    ) -> Result<ArticleId, StoreError>;

    /// Writes all of a locked article but its place. `false` when it is gone.
    async fn update_article(&mut self, article: &ManagedArticle) -> Result<bool, StoreError>;

    /// The places of those of the articles that there are, locked.
    async fn lock_article_places(
        &mut self,
        ids: &[ArticleId],
    ) -> Result<Vec<(ArticleId, Option<i64>)>, StoreError>;

    /// Gives locked articles their new places, and leaves `updated_at` as it is. MUST take one statement
    /// for all.
    async fn update_article_places(&mut self, moves: &[Move<ArticleId>]) -> Result<(), StoreError>;

    /// Deletes the article. `false` when it is gone.
    async fn delete_article(&mut self, id: ArticleId) -> Result<bool, StoreError>;
}

/// Announcements (`v2_notice`), as administrators change them.
#[async_trait]
pub trait AnnouncementRepository: Send {
    /// The announcement, locked until the transaction ends.
    async fn lock_announcement(
        &mut self,
        id: AnnouncementId,
    ) -> Result<Option<ManagedAnnouncement>, StoreError>;

    /// Makes an announcement without a place.
    async fn insert_announcement(
        &mut self,
        announcement: &NewAnnouncement,
        at: UnixSeconds,
    ) -> Result<AnnouncementId, StoreError>;

    /// Writes all of a locked announcement but its place. `false` when it is gone.
    async fn update_announcement(
        &mut self,
        announcement: &ManagedAnnouncement,
    ) -> Result<bool, StoreError>;

    /// The places of those of the announcements that there are, locked.
    async fn lock_announcement_places(
        &mut self,
        ids: &[AnnouncementId],
    ) -> Result<Vec<(AnnouncementId, Option<i64>)>, StoreError>;

    /// Gives locked announcements their new places. MUST take one statement for all.
    async fn update_announcement_places(
        &mut self,
        moves: &[Move<AnnouncementId>],
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Deletes the announcement. `false` when it is gone.
    async fn delete_announcement(&mut self, id: AnnouncementId) -> Result<bool, StoreError>;
}

/// All that this domain may touch inside one transaction.
pub trait KnowledgeTx: ArticleRepository + AnnouncementRepository {}
impl<T: ArticleRepository + AnnouncementRepository + ?Sized> KnowledgeTx for T {}
