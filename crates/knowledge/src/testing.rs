//! The in-memory tables of this domain, and builders for its rows.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{AnnouncementId, ArticleId, StoreError, UnixSeconds};

use crate::{
    Announcement, AnnouncementRepository, Article, ArticleRepository, ArticleTerms,
    ManagedAnnouncement, ManagedArticle, Move, NewAnnouncement,
};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryKnowledge {
    /// `v2_knowledge`.
    pub articles: BTreeMap<ArticleId, ManagedArticle>,
    /// `v2_notice`.
    pub announcements: BTreeMap<AnnouncementId, ManagedAnnouncement>,
}

impl MemoryKnowledge {
    /// The articles that are shown in a language, by `sort` (none first) and number.
    pub fn shown_articles(&self, language: &str) -> Vec<Article> {
        let rows = self.articles.values();
        let mut rows: Vec<&ManagedArticle> = rows
            .filter(|row| row.show && row.language.eq_ignore_ascii_case(language))
            .collect();
        rows.sort_by_key(|row| row.sort);
        rows.into_iter().map(|row| row.article.clone()).collect()
    }

    /// The announcements that are shown, by `sort` (none first), the newer first.
    pub fn shown_announcements(&self) -> Vec<Announcement> {
        let rows = self.announcements.values().rev();
        let mut shown: Vec<&Announcement> = rows
            .filter(|row| row.show)
            .map(|row| &row.announcement)
            .collect();
        shown.sort_by_key(|announcement| announcement.sort);
        shown.into_iter().cloned().collect()
    }
}

/// A transaction that holds this domain's tables.
pub trait HasKnowledge: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn knowledge(&mut self) -> Result<&mut MemoryKnowledge, StoreError>;
}

impl HasKnowledge for MemoryTransaction<'_, MemoryKnowledge> {
    fn knowledge(&mut self) -> Result<&mut MemoryKnowledge, StoreError> {
        self.open()
    }
}

#[async_trait]
impl<T: HasKnowledge> ArticleRepository for T {
    async fn lock_article(&mut self, id: ArticleId) -> Result<Option<ManagedArticle>, StoreError> {
        Ok(self.knowledge()?.articles.get(&id).cloned())
    }

    async fn insert_article(
        &mut self,
        article: &ArticleTerms,
        at: UnixSeconds,
    ) -> Result<ArticleId, StoreError> {
        let articles = &mut self.knowledge()?.articles;
        let last = articles.last_key_value().map_or(0, |(id, _)| id.get());
        let id = ArticleId::new(last + 1);
        let row = ManagedArticle {
            article: Article {
                id,
                category: article.category.clone(),
                title: article.title.clone(),
                body: article.body.as_str().to_owned(),
                updated_at: at,
            },
            language: article.language.clone(),
            sort: None,
            show: article.show.unwrap_or(false),
            created_at: at,
        };
        articles.insert(id, row);
        Ok(id)
    }

    async fn update_article(&mut self, article: &ManagedArticle) -> Result<bool, StoreError> {
        let row = self.knowledge()?.articles.get_mut(&article.article.id);
        let Some(row) = row else { return Ok(false) };
        let sort = row.sort;
        *row = ManagedArticle {
            sort,
            ..article.clone()
        };
        Ok(true)
    }

    async fn lock_article_places(
        &mut self,
        ids: &[ArticleId],
    ) -> Result<Vec<(ArticleId, Option<i64>)>, StoreError> {
        let articles = &self.knowledge()?.articles;
        let known = ids
            .iter()
            .filter_map(|id| Some((*id, articles.get(id)?.sort)));
        Ok(known.collect())
    }

    async fn update_article_places(&mut self, moves: &[Move<ArticleId>]) -> Result<(), StoreError> {
        let articles = &mut self.knowledge()?.articles;
        for moved in moves {
            if let Some(row) = articles.get_mut(&moved.id) {
                row.sort = Some(moved.to);
            }
        }
        Ok(())
    }

    async fn delete_article(&mut self, id: ArticleId) -> Result<bool, StoreError> {
        Ok(self.knowledge()?.articles.remove(&id).is_some())
    }
}

#[async_trait]
impl<T: HasKnowledge> AnnouncementRepository for T {
    async fn lock_announcement(
        &mut self,
        id: AnnouncementId,
    ) -> Result<Option<ManagedAnnouncement>, StoreError> {
        Ok(self.knowledge()?.announcements.get(&id).cloned())
    }

    async fn insert_announcement(
        &mut self,
        announcement: &NewAnnouncement,
        at: UnixSeconds,
    ) -> Result<AnnouncementId, StoreError> {
        let rows = &mut self.knowledge()?.announcements;
        let last = rows.last_key_value().map_or(0, |(id, _)| id.get());
        let id = AnnouncementId::new(last + 1);
        rows.insert(id, announcement.clone().made(id, at));
        Ok(id)
    }

    async fn update_announcement(
        &mut self,
        announcement: &ManagedAnnouncement,
    ) -> Result<bool, StoreError> {
        let id = announcement.announcement.id;
        let Some(row) = self.knowledge()?.announcements.get_mut(&id) else {
            return Ok(false);
        };
        let sort = row.announcement.sort;
        *row = announcement.clone();
        row.announcement.sort = sort;
        Ok(true)
    }

    async fn lock_announcement_places(
        &mut self,
        ids: &[AnnouncementId],
    ) -> Result<Vec<(AnnouncementId, Option<i64>)>, StoreError> {
        let rows = &self.knowledge()?.announcements;
        let place = |id: &AnnouncementId| Some((*id, rows.get(id)?.announcement.sort));
        Ok(ids.iter().filter_map(place).collect())
    }

    async fn update_announcement_places(
        &mut self,
        moves: &[Move<AnnouncementId>],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let rows = &mut self.knowledge()?.announcements;
        for moved in moves {
            if let Some(row) = rows.get_mut(&moved.id) {
                row.announcement.sort = Some(moved.to);
                row.announcement.updated_at = at;
            }
        }
        Ok(())
    }

    async fn delete_announcement(&mut self, id: AnnouncementId) -> Result<bool, StoreError> {
        Ok(self.knowledge()?.announcements.remove(&id).is_some())
    }
}

/// A shown article in Chinese.
pub fn an_article(id: i64) -> ManagedArticle {
    ManagedArticle {
        article: Article {
            id: ArticleId::new(id),
            category: "教程".to_owned(),
            title: format!("Article {id}"),
            body: format!("Body of article {id}"),
            updated_at: UnixSeconds::new(1_704_038_400),
        },
        language: Article::DEFAULT_LANGUAGE.to_owned(),
        sort: Some(id),
        show: true,
        created_at: UnixSeconds::new(1_704_038_400),
    }
}

/// A shown announcement.
pub fn an_announcement(id: i64) -> ManagedAnnouncement {
    ManagedAnnouncement {
        announcement: Announcement {
            id: AnnouncementId::new(id),
            sort: Some(id),
            title: format!("Notice {id}"),
            content: format!("Content of notice {id}"),
            img_url: None,
            tags: None,
            created_at: UnixSeconds::new(1_704_038_400),
            updated_at: UnixSeconds::new(1_704_038_401),
        },
        show: true,
    }
}
