//! The articles that a customer may read.

use actix_web::web::{Data, Path};
use askama::Template;
use ferroboard_application::{Error, Viewer};
use ferroboard_kernel::{ArticleId, UnixSeconds};
use ferroboard_knowledge::{Article, KnowledgeError};
use ferroboard_web::{Panel, Root};

use crate::catalogue;
use crate::failure::{Failure, PageResult};
use crate::form::Form;
use crate::page::{Page, show};
use crate::prose::{Prose, markdown};
use crate::shop::named;
use crate::visitor::Customer;

/// How many characters of a keyword are looked for.
const KEYWORD_CHARACTERS: usize = 255;

/// An article in the list.
struct Head {
    id: i64,
    title: String,
    updated_at: UnixSeconds,
}

/// Articles about one thing.
struct Category {
    name: String,
    articles: Vec<Head>,
}

#[derive(Template)]
#[template(path = "shop/articles.html")]
struct ArticlesPage {
    page: Page,
    keyword: String,
    categories: Vec<Category>,
}

#[derive(Template)]
#[template(path = "shop/article.html")]
struct ArticlePage {
    page: Page,
    category: String,
    updated_at: UnixSeconds,
    body: Prose,
}

/// The articles by category, in the viewer's language; in the usual one where there are none. With a keyword
/// those that hold it.
pub(in crate::shop) async fn list(
    customer: Customer,
    root: Root,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let keyword: String = form
        .text("keyword")
        .trim()
        .chars()
        .take(KEYWORD_CHARACTERS)
        .collect();
    let asked = Some(keyword.clone()).filter(|keyword| !keyword.is_empty());
    let viewer = viewer(&customer, root);
    let language = customer.visitor.lang().tag();
    let run = panel.run(move |app| async move {
        let asked = asked.as_deref();
        let own = app.knowledge.articles(language, asked, &viewer).await?;
        if own.is_empty() && language != Article::DEFAULT_LANGUAGE {
            let usual = Article::DEFAULT_LANGUAGE;
            return app.knowledge.articles(usual, asked, &viewer).await;
        }
        Ok(own)
    });
    let articles = run.await?;
    let categories = Article::by_category(articles).into_iter();
    let categories = categories.map(|(name, articles)| Category {
        name,
        articles: articles.into_iter().map(Head::from).collect(),
    });
    show(&ArticlesPage {
        categories: categories.collect(),
        keyword,
        page: Page::new(
            &customer.visitor,
            "/my/knowledge",
            "support.knowledge_title",
        )?,
    })
}

/// An article, with the viewer's own addresses filled in.
pub(in crate::shop) async fn article(
    customer: Customer,
    root: Root,
    id: Path<String>,
    panel: Data<Panel>,
) -> PageResult {
    let id = ArticleId::new(named::row(&id)?);
    let viewer = viewer(&customer, root);
    let run = panel.run(move |app| async move {
        match app.knowledge.article(id, &viewer).await {
            Ok(article) => Ok(Some(article)),
            Err(Error::Knowledge(KnowledgeError::ArticleMissing)) => Ok(None),
            Err(error) => Err(error),
        }
    });
    let article = run.await?.ok_or(Failure::Unknown)?;
    show(&ArticlePage {
        body: markdown(&article.body),
        category: article.category,
        updated_at: article.updated_at,
        page: Page::titled(&customer.visitor, "/my/knowledge", article.title)?,
    })
}

fn viewer(customer: &Customer, root: Root) -> Viewer {
    let lang = customer.visitor.lang();
    Viewer {
        account: customer.session.account.clone(),
        root: root.0.into_asker(),
        refusal: catalogue::text(lang, "support.knowledge_for_subscribers").to_owned(),
    }
}

impl From<Article> for Head {
    fn from(article: Article) -> Self {
        Self {
            id: article.id.get(),
            title: article.title,
            updated_at: article.updated_at,
        }
    }
}
