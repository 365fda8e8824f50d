//! What administrators read about articles, announcements and tickets.

use async_trait::async_trait;
use ferroboard_kernel::{ArticleId, Email, StoreError, TicketId};
use ferroboard_knowledge::{ManagedAnnouncement, ManagedArticle};
use ferroboard_listing::{Found, ListRequest};

use crate::administration::support::views::{ArticleHead, ListedTicket, ManagedTicket};

/// The articles, shown or not.
#[async_trait]
pub trait ManagedArticleQueries: Send + Sync {
    /// The articles without their texts, by `sort` (null first) and id, at most 1,000.
    async fn list_article_heads(&self) -> Result<Vec<ArticleHead>, StoreError>;

    /// An article in full.
    async fn find_managed_article(
        &self,
        id: ArticleId,
    ) -> Result<Option<ManagedArticle>, StoreError>;

    /// The categories of the first 1,000 articles by id, each once, in the order of their first article.
    async fn list_all_categories(&self) -> Result<Vec<String>, StoreError>;
}

/// The announcements, shown or not.
#[async_trait]
pub trait ManagedAnnouncementQueries: Send + Sync {
    /// By `sort` (null first), then the larger id first, at most 1,000.
    async fn list_managed_announcements(&self) -> Result<Vec<ManagedAnnouncement>, StoreError>;
}

/// The tickets of everybody.
#[async_trait]
pub trait ManagedTicketQueries: Send + Sync {
    /// What is asked of [`TICKETS`](crate::TICKETS), of the owner with this address where there is one; in a
    /// fixed number of statements.
    async fn list_managed_tickets(
        &self,
        request: &ListRequest,
        owner: Option<&Email>,
    ) -> Result<Found<ListedTicket>, StoreError>;

    /// A ticket with its messages, oldest first (by id): of more than 500 the latest 500.
    async fn find_managed_ticket(&self, id: TicketId) -> Result<Option<ManagedTicket>, StoreError>;
}
