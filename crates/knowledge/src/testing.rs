//! The in-memory tables of this domain, and builders for its rows.

use std::collections::BTreeMap;

use ferroboard_kernel::{AnnouncementId, ArticleId, UnixSeconds};

use crate::{Announcement, Article};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryKnowledge {
    /// `v2_knowledge`.
    pub articles: BTreeMap<ArticleId, ArticleRow>,
    /// `v2_notice`.
    pub announcements: BTreeMap<AnnouncementId, AnnouncementRow>,
}

/// A row of `v2_knowledge`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleRow {
    /// What users see of it.
    pub article: Article,
    /// `language`.
    pub language: String,
    /// `sort`.
    pub sort: Option<i64>,
    /// `show`.
    pub show: bool,
}

/// A row of `v2_notice`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncementRow {
    /// What users see of it.
    pub announcement: Announcement,
    /// `show`.
    pub show: bool,
}

impl MemoryKnowledge {
    /// The articles that are shown in a language, by `sort` (none first) and number.
    pub fn shown_articles(&self, language: &str) -> Vec<Article> {
        let rows = self.articles.values();
        let mut rows: Vec<&ArticleRow> = rows
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

/// A shown article in Chinese.
pub fn an_article(id: i64) -> ArticleRow {
    ArticleRow {
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
    }
}

/// A shown announcement.
pub fn an_announcement(id: i64) -> AnnouncementRow {
    AnnouncementRow {
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
