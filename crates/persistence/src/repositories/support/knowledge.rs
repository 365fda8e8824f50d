use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, Selectable,
    SelectableHelper as _,
};
use ferroboard_application::KnowledgeQueries;
use ferroboard_kernel::{AnnouncementId, ArticleId, StoreError, UnixSeconds};
use ferroboard_knowledge::{Announcement, Article};
use ferroboard_listing::{Found, Page};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, flag, is_storable, reported};
use crate::integer::Int;
use crate::schema::{v2_knowledge, v2_notice};

/// The most articles that a list shows.
pub(super) const LIST_LENGTH: i64 = 1_000;

/// The columns of an [`Article`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_knowledge)]
struct ArticleRow {
    id: Int,
    category: String,
    title: String,
    body: String,
    updated_at: Int,
}

impl From<ArticleRow> for Article {
    fn from(row: ArticleRow) -> Self {
        Self {
            id: ArticleId::new(row.id.0),
            category: row.category,
            title: row.title,
            body: row.body,
            updated_at: UnixSeconds::new(row.updated_at.0),
        }
    }
}

/// The columns of an [`Announcement`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_notice)]
struct AnnouncementRow {
    id: Int,
    sort: Option<Int>,
    title: String,
    content: String,
    img_url: Option<String>,
    tags: Option<String>,
    created_at: Int,
    updated_at: Int,
}

impl From<AnnouncementRow> for Announcement {
    fn from(row: AnnouncementRow) -> Self {
        Self {
            id: AnnouncementId::new(row.id.0),
            sort: row.sort.map(|place| place.0),
            title: row.title,
            content: row.content,
            img_url: row.img_url,
            tags: row.tags,
            created_at: UnixSeconds::new(row.created_at.0),
            updated_at: UnixSeconds::new(row.updated_at.0),
        }
    }
}

#[async_trait]
impl KnowledgeQueries for SqlStore {
    async fn find_article(&self, id: ArticleId) -> Result<Option<Article>, StoreError> {
        let mut connection = self.reader().await?;
        let row = v2_knowledge::table
            .filter(v2_knowledge::id.eq(id.get()))
            .filter(v2_knowledge::show.eq(flag(true)))
            .select(ArticleRow::as_select())
            .first::<ArticleRow>(&mut *connection)
            .await
            .optional();
        Ok(row.map_err(reported)?.map(Article::from))
    }

    async fn list_articles(&self, language: &str) -> Result<Vec<Article>, StoreError> {
        if !is_storable(language) {
            return Ok(Vec::new());
        }
        let mut connection = self.reader().await?;
        let rows = v2_knowledge::table
            .filter(same_but_for_case!(v2_knowledge::language, language))
            .filter(v2_knowledge::show.eq(flag(true)))
            .order((
                v2_knowledge::sort.is_not_null(),
                v2_knowledge::sort,
                v2_knowledge::id,
            ))
            .limit(LIST_LENGTH)
            .select(ArticleRow::as_select())
            .load::<ArticleRow>(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(rows.into_iter().map(Article::from).collect())
    }

    async fn list_article_categories(&self, language: &str) -> Result<Vec<String>, StoreError> {
        if !is_storable(language) {
            return Ok(Vec::new());
        }
        let mut connection = self.reader().await?;
        let rows = v2_knowledge::table
            .filter(same_but_for_case!(v2_knowledge::language, language))
            .filter(v2_knowledge::show.eq(flag(true)))
            .order((
                v2_knowledge::sort.is_not_null(),
                v2_knowledge::sort,
                v2_knowledge::id,
            ))
            .limit(LIST_LENGTH)
            .select(v2_knowledge::category)
            .load::<String>(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(each_once(rows))
    }

    async fn list_announcements(&self, page: Page) -> Result<Found<Announcement>, StoreError> {
        let shown = v2_notice::table.filter(v2_notice::show.eq(flag(true)));
        let mut connection = self.reader().await?;
        let total = shown
            .clone()
            .count()
            .get_result::<Int>(&mut *connection)
            .await
            .map_err(reported)?;
        let rows = shown
            .order((
                v2_notice::sort.is_not_null(),
                v2_notice::sort,
                v2_notice::id.desc(),
            ))
            .offset(page.offset())
            .limit(page.rows())
            .select(AnnouncementRow::as_select())
            .load::<AnnouncementRow>(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(Found {
            rows: rows.into_iter().map(Announcement::from).collect(),
            total: total.0,
        })
    }
}

/// The texts in the order of their first row. The databases do not agree on which of them are equal.
pub(super) fn each_once(texts: Vec<String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}
