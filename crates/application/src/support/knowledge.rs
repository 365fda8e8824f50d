//! What users may read.

use std::sync::Arc;

use ferroboard_kernel::ArticleId;
use ferroboard_knowledge::{Announcement, Article, KnowledgeError, Reader};
use ferroboard_listing::{Found, Page};
use ferroboard_realname::Enforcement;

use crate::process::Core;
use crate::{AccountView, Error, addresses};

/// Who reads, and how the request came.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The account, as read a moment ago.
    pub account: AccountView,
    /// The panel's address as the request reached it.
    pub root: String,
    /// What stands in place of what only subscribers may read, in the viewer's language.
    pub refusal: String,
}

/// Articles and announcements.
pub struct Knowledge(pub(crate) Arc<Core>);

impl Knowledge {
    /// The article as this viewer may see it.
    pub async fn article(&self, id: ArticleId, viewer: &Viewer) -> Result<Article, Error> {
        let found = self.0.ports.store.find_article(id).await?;
        let article = found.ok_or(KnowledgeError::ArticleMissing)?;
        let has_link = self.has_link(viewer).await?;
        Ok(self.as_seen(article, viewer, has_link))
    }

    /// The articles in a language, as this viewer may see them; with a keyword those where the viewer
    /// may see it.
    pub async fn articles(
        &self,
        language: &str,
        keyword: Option<&str>,
        viewer: &Viewer,
    ) -> Result<Vec<Article>, Error> {
        let mut articles = self.0.ports.store.list_articles(language).await?;
        if let Some(keyword) = keyword {
            let may_read = self.may_read_protected(viewer);
            articles.retain(|article| article.matches(keyword, may_read));
        }
        let has_link = self.has_link(viewer).await?;
        let seen = articles.into_iter();
        Ok(seen
            .map(|article| self.as_seen(article, viewer, has_link))
            .collect())
    }

    /// The categories of the articles in a language.
    pub async fn categories(&self, language: &str) -> Result<Vec<String>, Error> {
        let store = &self.0.ports.store;
        Ok(store.list_article_categories(language).await?)
    }

    /// A page of announcements; pages count from 1.
    pub async fn announcements(&self, page: Page) -> Result<Found<Announcement>, Error> {
        Ok(self.0.ports.store.list_announcements(page).await?)
    }

    fn may_read_protected(&self, viewer: &Viewer) -> bool {
        viewer.account.may_use_nodes(self.0.ports.clock.now())
    }

    /// Whether articles tell the viewer's subscription address: not while a real name is asked for.
    async fn has_link(&self, viewer: &Viewer) -> Result<bool, Error> {
        let covered = Enforcement::covers_subscriptions;
        let is_demanded = self.0.demands_real_name_of(&viewer.account, covered);
        Ok(!is_demanded.await?)
    }

    /// The subscription address is drawn anew for each article.
    fn as_seen(&self, article: Article, viewer: &Viewer, has_link: bool) -> Article {
        let settings = self.0.site.current();
        let random = self.0.ports.random.as_ref();
        let token = &viewer.account.subscribe_token;
        let reader = Reader {
            may_read_protected: self.may_read_protected(viewer),
            refusal: viewer.refusal.clone(),
            site_name: settings.site.app_name.clone(),
            subscribe_url: if has_link {
                addresses::subscription(&settings, &viewer.root, token, random)
            } else {
                String::new()
            },
        };
        Article {
            body: reader.read(&article.body),
            ..article
        }
    }
}
