use async_trait::async_trait;
use ferroboard_application::{KnowledgeQueries, TrafficLogView, TrafficQueries};
use ferroboard_kernel::{ArticleId, StoreError, UnixSeconds, UserId};
use ferroboard_knowledge::{Announcement, Article, ManagedAnnouncement, ManagedArticle};
use ferroboard_listing::{Found, Page};

use super::MemoryStore;
use crate::contract::KnowledgeSeed;

/// How many articles, and how many rows of a log, are listed at most.
const LISTED_ARTICLES: usize = 1_000;
const LISTED_TRAFFIC: usize = 5_000;

#[async_trait]
impl KnowledgeQueries for MemoryStore {
    async fn find_article(&self, id: ArticleId) -> Result<Option<Article>, StoreError> {
        Ok(self.read(|tables| {
            let row = tables.knowledge.articles.get(&id)?;
            row.show.then(|| row.article.clone())
        }))
    }

    async fn list_articles(&self, language: &str) -> Result<Vec<Article>, StoreError> {
        let mut articles = self.read(|tables| tables.knowledge.shown_articles(language));
        articles.truncate(LISTED_ARTICLES);
        Ok(articles)
    }

    async fn list_article_categories(&self, language: &str) -> Result<Vec<String>, StoreError> {
        let articles = Article::by_category(self.list_articles(language).await?);
        Ok(articles.into_iter().map(|(category, _)| category).collect())
    }

    async fn list_announcements(&self, page: Page) -> Result<Found<Announcement>, StoreError> {
        Ok(page.of(self.read(|tables| tables.knowledge.shown_announcements())))
    }
}

#[async_trait]
impl TrafficQueries for MemoryStore {
    async fn list_traffic_log(
        &self,
        user: UserId,
        from: UnixSeconds,
        until: UnixSeconds,
    ) -> Result<Vec<TrafficLogView>, StoreError> {
        let is_asked =
            |row: &&TrafficLogView| row.user == user && (from..until).contains(&row.record_at);
        let mut rows: Vec<TrafficLogView> =
            self.read(|tables| tables.traffic.iter().filter(is_asked).cloned().collect());
        rows.sort_by_key(|row| std::cmp::Reverse(row.record_at));
        rows.truncate(LISTED_TRAFFIC);
        Ok(rows)
    }
}

#[async_trait]
impl KnowledgeSeed for MemoryStore {
    async fn insert_article(&self, row: &ManagedArticle) {
        let row = row.clone();
        self.write(|tables| tables.knowledge.articles.insert(row.article.id, row));
    }

    async fn insert_announcement(&self, row: &ManagedAnnouncement) {
        let row = row.clone();
        self.write(|tables| {
            let announcements = &mut tables.knowledge.announcements;
            announcements.insert(row.announcement.id, row)
        });
    }

    async fn insert_traffic(&self, record_type: &str, row: &TrafficLogView) {
        if record_type == "d" {
            self.write(|tables| tables.traffic.push(row.clone()));
        }
    }
}
