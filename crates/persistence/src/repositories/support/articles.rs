//! Articles, as administrators manage them.

use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, Selectable,
    SelectableHelper as _,
};
use ferroboard_application::{ArticleHead, ManagedArticleQueries};
use ferroboard_kernel::{ArticleId, StoreError, UnixSeconds};
use ferroboard_knowledge::{Article, ArticleRepository, ArticleTerms, ManagedArticle, Move};

use super::super::sql::places;
use super::super::sql::reading::RunQuery as _;
use super::super::{SqlStore, SqlTx, flag, reported};
use super::knowledge::{LIST_LENGTH, each_once};
use crate::failure::Failure;
use crate::integer::{Int, number};
use crate::schema::v2_knowledge;

/// A row of `v2_knowledge`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_knowledge)]
struct ManagedRow {
    id: Int,
    language: String,
    category: String,
    title: String,
    body: String,
    sort: Option<Int>,
    show: Int,
    created_at: Int,
    updated_at: Int,
}

impl From<ManagedRow> for ManagedArticle {
    fn from(row: ManagedRow) -> Self {
        Self {
            article: Article {
                id: ArticleId::new(row.id.0),
                category: row.category,
                title: row.title,
                body: row.body,
                updated_at: UnixSeconds::new(row.updated_at.0),
            },
            // A database of Xboard's on PostgreSQL fills short names with blanks.
            language: row.language.trim_end().to_owned(),
            sort: number(row.sort),
            show: row.show.is_set(),
            created_at: UnixSeconds::new(row.created_at.0),
        }
    }
}

/// What of a row stands in the list.
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_knowledge)]
struct HeadRow {
    id: Int,
    title: String,
    category: String,
    show: Int,
    updated_at: Int,
}

impl From<HeadRow> for ArticleHead {
    fn from(row: HeadRow) -> Self {
        Self {
            id: ArticleId::new(row.id.0),
            title: row.title,
            category: row.category,
            show: row.show.is_set(),
            updated_at: UnixSeconds::new(row.updated_at.0),
        }
    }
}

#[async_trait]
impl ArticleRepository for SqlTx {
    async fn lock_article(&mut self, id: ArticleId) -> Result<Option<ManagedArticle>, StoreError> {
        let query = v2_knowledge::table
            .filter(v2_knowledge::id.eq(id.get()))
            .select(ManagedRow::as_select());
        let row = lock!(query).first::<ManagedRow>(self.open()?).await;
        let row = self.settle(row.optional())?;
        Ok(row.map(ManagedArticle::from))
    }

    async fn insert_article(
        &mut self,
        article: &ArticleTerms,
        at: UnixSeconds,
    ) -> Result<ArticleId, StoreError> {
        let insert = diesel::insert_into(v2_knowledge::table).values((
            v2_knowledge::language.eq(&article.language),
            v2_knowledge::category.eq(&article.category),
            v2_knowledge::title.eq(&article.title),
            v2_knowledge::body.eq(article.body.as_str()),
            v2_knowledge::show.eq(flag(article.show.unwrap_or(false))),
            v2_knowledge::created_at.eq(at.get()),
            v2_knowledge::updated_at.eq(at.get()),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, v2_knowledge::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| ArticleId::new(id.0))
    }

    async fn update_article(&mut self, article: &ManagedArticle) -> Result<bool, StoreError> {
        let said = &article.article;
        let updated =
            diesel::update(v2_knowledge::table.filter(v2_knowledge::id.eq(said.id.get())))
                .set((
                    v2_knowledge::language.eq(&article.language),
                    v2_knowledge::category.eq(&said.category),
                    v2_knowledge::title.eq(&said.title),
                    v2_knowledge::body.eq(&said.body),
                    v2_knowledge::show.eq(flag(article.show)),
                    v2_knowledge::updated_at.eq(said.updated_at.get()),
                ))
                .execute(self.open()?)
                .await;
        self.settle(updated).map(|count| count == 1)
    }

    async fn lock_article_places(
        &mut self,
        ids: &[ArticleId],
    ) -> Result<Vec<(ArticleId, Option<i64>)>, StoreError> {
        let query = v2_knowledge::table
            .filter(v2_knowledge::id.eq_any(ids.iter().map(|id| id.get())))
            .order(v2_knowledge::id)
            .select((v2_knowledge::id, v2_knowledge::sort));
        let rows = lock!(query).load::<(Int, Option<Int>)>(self.open()?).await;
        let rows = self.settle(rows)?.into_iter();
        let place = |(id, sort): (Int, Option<Int>)| (ArticleId::new(id.0), number(sort));
        Ok(rows.map(place).collect())
    }

    async fn update_article_places(&mut self, moves: &[Move<ArticleId>]) -> Result<(), StoreError> {
        let moves: Vec<(i64, i64)> = moves.iter().map(|m| (m.id.get(), m.to)).collect();
        let update = places::written("v2_knowledge", &moves, "");
        let updated = diesel::sql_query(update).execute(self.open()?).await;
        self.settle(updated).map(drop)
    }

    async fn delete_article(&mut self, id: ArticleId) -> Result<bool, StoreError> {
        let deleted = diesel::delete(v2_knowledge::table.filter(v2_knowledge::id.eq(id.get())))
            .execute(self.open()?)
            .await;
        self.settle(deleted).map(|count| count == 1)
    }
}

#[async_trait]
impl ManagedArticleQueries for SqlStore {
    async fn list_article_heads(&self) -> Result<Vec<ArticleHead>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = v2_knowledge::table
            .order((
                v2_knowledge::sort.is_not_null(),
                v2_knowledge::sort,
                v2_knowledge::id,
            ))
            .limit(LIST_LENGTH)
            .select(HeadRow::as_select())
            .load::<HeadRow>(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(rows.into_iter().map(ArticleHead::from).collect())
    }

    async fn find_managed_article(
        &self,
        id: ArticleId,
    ) -> Result<Option<ManagedArticle>, StoreError> {
        let mut connection = self.reader().await?;
        let row = v2_knowledge::table
            .filter(v2_knowledge::id.eq(id.get()))
            .select(ManagedRow::as_select())
            .first::<ManagedRow>(&mut *connection)
            .await
            .optional();
        Ok(row.map_err(reported)?.map(ManagedArticle::from))
    }

    async fn list_all_categories(&self) -> Result<Vec<String>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = v2_knowledge::table
            .order(v2_knowledge::id)
            .limit(LIST_LENGTH)
            .select(v2_knowledge::category)
            .load::<String>(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(each_once(rows))
    }
}
