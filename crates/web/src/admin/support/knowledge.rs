//! `knowledge/*`: the articles.

use actix_web::web::Data;
use ferroboard_application::ArticleHead;
use ferroboard_kernel::ArticleId;
use ferroboard_knowledge::{ArticleTerms, LongText, ManagedArticle, Order};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Which article.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ManagedArticleQuery {
    /// One article in full; left out, all of them without their texts.
    #[param(value_type = Option<i64>)]
    id: Option<ArticleId>,
}

impl Body for ManagedArticleQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.nullable("id").integer().get()?;
        let id = id.filter(|id| *id != 0);
        Ok(Self {
            id: id.map(ArticleId::new),
        })
    }
}

/// An article without its text.
#[derive(Serialize, ToSchema)]
pub(crate) struct ArticleHeadBody {
    title: String,
    id: i64,
    updated_at: i64,
    category: String,
    show: bool,
}

impl From<ArticleHead> for ArticleHeadBody {
    fn from(head: ArticleHead) -> Self {
        Self {
            title: head.title,
            id: head.id.get(),
            updated_at: head.updated_at.get(),
            category: head.category,
            show: head.show,
        }
    }
}

/// An article as it was written, with its placeholders and protected parts.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManagedArticleBody {
    id: i64,
    language: String,
    category: String,
    title: String,
    body: String,
    /// Its place; those without one come first.
    sort: Option<i64>,
    show: bool,
    created_at: i64,
    updated_at: i64,
}

impl From<ManagedArticle> for ManagedArticleBody {
    fn from(managed: ManagedArticle) -> Self {
        let said = managed.article;
        Self {
            id: said.id.get(),
            language: managed.language,
            category: said.category,
            title: said.title,
            body: said.body,
            sort: managed.sort,
            show: managed.show,
            created_at: managed.created_at.get(),
            updated_at: said.updated_at.get(),
        }
    }
}

/// Either all articles or one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ManagedArticles {
    /// In the order of their places, at most 1,000.
    All(Vec<ArticleHeadBody>),
    /// In full.
    One(ManagedArticleBody),
}

/// The articles, or one of them in full.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/knowledge/fetch",
    params(ManagedArticleQuery),
    responses(
        (status = 200, description = "A list, or one article where `id` is given", body = SuccessBody<ManagedArticles>),
        (status = 400, description = "There is no such article", body = FailureBody),
        (status = 422, description = "The number is none", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    Read(query): Read<ManagedArticleQuery>,
    panel: Data<Panel>,
) -> Result<Success<ManagedArticles>, Fault> {
    let Some(id) = query.id else {
        let run = panel.run(|app| async move { app.administration.articles.list().await });
        let heads = run.await?.into_iter().map(ArticleHeadBody::from);
        return Ok(Success(ManagedArticles::All(heads.collect())));
    };
    let run = panel.run(move |app| async move { app.administration.articles.show(id).await });
    Ok(Success(ManagedArticles::One(run.await?.into())))
}

/// The categories of the articles, each once.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/knowledge/getCategory",
    responses((status = 200, description = "In the order of their first article", body = SuccessBody<Vec<String>>))
)]
pub(crate) async fn categories(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<String>>, Fault> {
    let run = panel.run(|app| async move { app.administration.articles.categories().await });
    Ok(Success(run.await?))
}

/// An article that is made or changed.
#[derive(ToSchema)]
pub struct SaveArticle {
    /// The article that is changed; a new one without it.
    #[schema(value_type = Option<i64>)]
    id: Option<ArticleId>,
    #[schema(max_length = 255)]
    category: String,
    /// Such as `zh-CN`.
    #[schema(max_length = 5)]
    language: String,
    #[schema(max_length = 255)]
    title: String,
    /// HTML or Markdown; at most 65,535 bytes.
    #[schema(value_type = String)]
    body: LongText,
    /// Whether users see it. A new one is hidden without it.
    show: Option<bool>,
}

impl Body for SaveArticle {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let category = read
            .required("category")
            .says(Message::ArticleCategoryRequired);
        let category = category.text().max(255).get();
        let language = read
            .required("language")
            .says(Message::ArticleLanguageRequired);
        let language = language.text().max(5).get();
        let title = read.required("title").says(Message::TitleRequired);
        let title = title.text().max(255).get();
        let body = read.required("body").says(Message::ContentRequired).text();
        let too_long = Message::FieldTooLong { limit: 65_535 };
        let body = body.parse(too_long, LongText::new).get();
        let show = read.nullable("show").boolean();
        let show = show.says(Message::ArticleShowInvalid).get();
        let id = read.nullable("id").integer().get();
        Ok(Self {
            id: id?.filter(|id| *id != 0).map(ArticleId::new),
            category: category?,
            language: language?,
            title: title?,
            body: body?,
            show: show?,
        })
    }
}

impl SaveArticle {
    /// The article that is changed, a new one without it; and what is said of it.
    pub fn into_terms(self) -> (Option<ArticleId>, ArticleTerms) {
        let terms = ArticleTerms {
            language: self.language,
            category: self.category,
            title: self.title,
            body: self.body,
            show: self.show,
        };
        (self.id, terms)
    }
}

/// Makes an article, which comes first as it has no place, or changes one.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/knowledge/save",
    request_body = SaveArticle,
    responses(
        (status = 200, description = "Saved", body = SuccessBody<bool>),
        (status = 400, description = "There is no such article", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    Read(body): Read<SaveArticle>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (id, terms) = body.into_terms();
    let run = panel.run(move |app| async move {
        let articles = &app.administration.articles;
        match id {
            Some(id) => articles.change(id, terms, change).await,
            None => articles.create(terms, change).await,
        }
    });
    run.await?;
    Ok(DONE)
}

/// Which article.
#[derive(ToSchema)]
pub(crate) struct NamedArticle {
    #[schema(value_type = i64)]
    id: ArticleId,
}

impl Body for NamedArticle {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.required("id").says(Message::ArticleIdRequired);
        let id = id.integer().map(ArticleId::new).get()?;
        Ok(Self { id })
    }
}

/// Shows an article that was hidden, and hides one that was shown.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/knowledge/show",
    request_body = NamedArticle,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such article", body = FailureBody),
        (status = 422, description = "No article was named", body = FailureBody),
    )
)]
pub(crate) async fn show(
    Changing(change): Changing,
    Read(body): Read<NamedArticle>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.articles.turn(body.id, change).await });
    run.await?;
    Ok(DONE)
}

/// Deletes an article.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/knowledge/drop",
    request_body = NamedArticle,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "There is no such article", body = FailureBody),
        (status = 422, description = "No article was named", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedArticle>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.articles.delete(body.id, change).await });
    run.await?;
    Ok(DONE)
}

/// The articles in their new order.
#[derive(ToSchema)]
pub(crate) struct ArticleOrder {
    /// Each once, at most 1,000; those that are not named keep their places.
    #[schema(value_type = Vec<i64>)]
    ids: Order<ArticleId>,
}

impl Body for ArticleOrder {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let message = Message::OrderInvalid;
        let ids = read.required("ids").says(message);
        let ids = ids.each(|id| id.integer().map(ArticleId::new).get());
        let ids = ids.says(message).parse(message, Order::new).get()?;
        Ok(Self { ids })
    }
}

/// Puts articles into an order, which is the one that users see.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/knowledge/sort",
    request_body = ArticleOrder,
    responses(
        (status = 200, description = "Sorted", body = SuccessBody<bool>),
        (status = 400, description = "One of them does not exist; nothing is sorted", body = FailureBody),
        (status = 422, description = "No articles were named, or one of them twice", body = FailureBody),
    )
)]
pub(crate) async fn sort(
    Changing(change): Changing,
    Read(body): Read<ArticleOrder>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let articles = &app.administration.articles;
        articles.arrange(body.ids, change).await
    });
    run.await?;
    Ok(DONE)
}
