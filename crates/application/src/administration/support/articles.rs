//! Articles, as administrators manage them.

use ferroboard_audit::AuditChange;
use ferroboard_kernel::ArticleId;
use ferroboard_knowledge::{ArticleService, ArticleTerms, KnowledgeError, ManagedArticle, Order};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::support::views::ArticleHead;
use crate::{Change, Error};

/// The articles.
pub struct ManagedArticles(pub(crate) AdminContext);

impl ManagedArticles {
    /// All of them, without their texts.
    pub async fn list(&self) -> Result<Vec<ArticleHead>, Error> {
        Ok(self.0.ports.store.admin()?.list_article_heads().await?)
    }

    /// One in full.
    pub async fn show(&self, id: ArticleId) -> Result<ManagedArticle, Error> {
        let found = self.0.ports.store.admin()?.find_managed_article(id).await?;
        found.ok_or(KnowledgeError::ArticleUnknown.into())
    }

    /// The categories, each once.
    pub async fn categories(&self) -> Result<Vec<String>, Error> {
        Ok(self.0.ports.store.admin()?.list_all_categories().await?)
    }

    /// Makes an article, hidden unless something else is said.
    pub async fn create(&self, terms: ArticleTerms, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let made = ArticleService.create(tx, &terms, now).await?;
            AuditChange::between(&Value::Null, &shown(&made))
        })
    }

    /// Changes what is said in an article.
    pub async fn change(
        &self,
        id: ArticleId,
        terms: ArticleTerms,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let (before, after) = ArticleService.change(tx, id, &terms, now).await?;
            AuditChange::between(&shown(&before), &shown(&after))
        })
    }

    /// Shows an article that was hidden, and hides one that was shown.
    pub async fn turn(&self, id: ArticleId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let (before, after) = ArticleService.turn(tx, id, now).await?;
            AuditChange::between(&shown(&before), &shown(&after))
        })
    }

    /// Puts articles into an order.
    pub async fn arrange(&self, order: Order<ArticleId>, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let mut places = AuditChange::default();
            for moved in ArticleService.arrange(tx, &order).await? {
                let name = moved.id.to_string();
                places.note(name, Value::from(moved.from), Value::from(moved.to));
            }
            places
        })
    }

    /// Deletes an article.
    pub async fn delete(&self, id: ArticleId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let article = ArticleService.delete(tx, id).await?;
            AuditChange::between(&shown(&article), &Value::Null)
        })
    }
}

/// What the record says of an article.
fn shown(article: &ManagedArticle) -> Value {
    let said = &article.article;
    json!({
        "id": said.id.get(),
        "language": article.language,
        "category": said.category,
        "title": said.title,
        "body": said.body,
        "show": article.show,
    })
}
