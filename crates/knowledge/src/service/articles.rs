use ferroboard_kernel::{ArticleId, UnixSeconds};

use crate::{Article, ArticleTerms, KnowledgeError, KnowledgeTx, ManagedArticle, Move, Order};

/// What administrators do with articles.
#[derive(Debug, Clone, Copy, Default)]
pub struct ArticleService;

impl ArticleService {
    /// Makes an article, hidden unless something else is said.
    pub async fn create(
        self,
        tx: &mut dyn KnowledgeTx,
        terms: &ArticleTerms,
        at: UnixSeconds,
    ) -> Result<ManagedArticle, KnowledgeError> {
        let id = tx.insert_article(terms, at).await?;
        let blank = ManagedArticle {
            article: Article {
                id,
                category: String::new(),
                title: String::new(),
                body: String::new(),
                updated_at: at,
            },
            language: String::new(),
            sort: None,
            show: false,
            created_at: at,
        };
        Ok(terms.written_to(&blank, at))
    }

    /// Changes what is said in an article: before and after.
    ///
    /// # Errors
    ///
    /// [`KnowledgeError::ArticleUnknown`].
    pub async fn change(
        self,
        tx: &mut dyn KnowledgeTx,
        id: ArticleId,
        terms: &ArticleTerms,
        at: UnixSeconds,
    ) -> Result<(ManagedArticle, ManagedArticle), KnowledgeError> {
        let article = lock(tx, id).await?;
        let changed = terms.written_to(&article, at);
        write(tx, article, changed).await
    }

    /// Shows an article that was hidden, and hides one that was shown: before and after.
    ///
    /// # Errors
    ///
    /// [`KnowledgeError::ArticleUnknown`].
    pub async fn turn(
        self,
        tx: &mut dyn KnowledgeTx,
        id: ArticleId,
        at: UnixSeconds,
    ) -> Result<(ManagedArticle, ManagedArticle), KnowledgeError> {
        let article = lock(tx, id).await?;
        let mut changed = article.clone();
        changed.show = !article.show;
        changed.article.updated_at = at;
        write(tx, article, changed).await
    }

    /// Puts articles into an order; those that are not named keep their places.
    ///
    /// # Errors
    ///
    /// [`KnowledgeError::ArticleUnknown`] where one of them does not exist; then nothing moves.
    pub async fn arrange(
        self,
        tx: &mut dyn KnowledgeTx,
        order: &Order<ArticleId>,
    ) -> Result<Vec<Move<ArticleId>>, KnowledgeError> {
        let known = tx.lock_article_places(order.ids()).await?;
        let moves = order.moves(&known).ok_or(KnowledgeError::ArticleUnknown)?;
        if !moves.is_empty() {
            tx.update_article_places(&moves).await?;
        }
        Ok(moves)
    }

    /// Deletes an article.
    ///
    /// # Errors
    ///
    /// [`KnowledgeError::ArticleUnknown`].
    pub async fn delete(
        self,
        tx: &mut dyn KnowledgeTx,
        id: ArticleId,
    ) -> Result<ManagedArticle, KnowledgeError> {
        let article = lock(tx, id).await?;
        let deleted = tx.delete_article(id).await?;
        deleted
            .then_some(article)
            .ok_or(KnowledgeError::ArticleUnknown)
    }
}

async fn lock(tx: &mut dyn KnowledgeTx, id: ArticleId) -> Result<ManagedArticle, KnowledgeError> {
    let article = tx.lock_article(id).await?;
    article.ok_or(KnowledgeError::ArticleUnknown)
}

async fn write(
    tx: &mut dyn KnowledgeTx,
    before: ManagedArticle,
    after: ManagedArticle,
) -> Result<(ManagedArticle, ManagedArticle), KnowledgeError> {
    let updated = tx.update_article(&after).await?;
    updated
        .then_some((before, after))
        .ok_or(KnowledgeError::ArticleUnknown)
}
