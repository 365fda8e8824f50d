//! What is read about articles, tickets and chats.

use async_trait::async_trait;
use ferroboard_kernel::{ArticleId, StoreError, TicketId, UserId};
use ferroboard_knowledge::{Announcement, Article};
use ferroboard_listing::{Found, Page};
use ferroboard_telegram::ChatId;
use ferroboard_tickets::Ticket;

use crate::support::views::{ChatAccountView, TicketView};

/// Articles and announcements. Only rows that are shown are there.
#[async_trait]
pub trait KnowledgeQueries: Send + Sync {
    /// The article, in whatever language.
    async fn find_article(&self, id: ArticleId) -> Result<Option<Article>, StoreError>;

    /// The articles in a language, by `sort` (null first) and id, at most 1,000.
    async fn list_articles(&self, language: &str) -> Result<Vec<Article>, StoreError>;

    /// The categories of the articles in a language, each once, in the order of their first
    /// article in [`list_articles`](Self::list_articles).
    async fn list_article_categories(&self, language: &str) -> Result<Vec<String>, StoreError>;

    /// Announcements by `sort` (null first), then the larger id first.
    async fn list_announcements(&self, page: Page) -> Result<Found<Announcement>, StoreError>;
}

/// Screens about tickets.
#[async_trait]
pub trait TicketQueries: Send + Sync {
    /// The user's tickets, newest first (`created_at`, then id, both descending), at most 1,000.
    async fn list_tickets(&self, user: UserId) -> Result<Vec<Ticket>, StoreError>;

    /// A ticket of the user's with its messages, oldest first (by id): of more than 500 the latest
    /// 500. `None` when there is no such ticket or it is another user's.
    async fn find_ticket_view(
        &self,
        user: UserId,
        id: TicketId,
    ) -> Result<Option<TicketView>, StoreError>;
}

/// The bot.
#[async_trait]
pub trait TelegramQueries: Send + Sync {
    /// The account of a chat; of several the one with the lowest number.
    async fn find_chat_account(&self, chat: ChatId) -> Result<Option<ChatAccountView>, StoreError>;

    /// The chats of administrators and staff who are not suspended, each once, at most 100.
    async fn list_staff_chats(&self) -> Result<Vec<ChatId>, StoreError>;
}
