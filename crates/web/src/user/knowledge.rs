use actix_web::Responder;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use ferroboard_application::Viewer;
use ferroboard_kernel::ArticleId;
use ferroboard_knowledge::Article;
use serde::{Serialize, Serializer};
use utoipa::{IntoParams, ToSchema};
use validator::ValidateLength as _;

use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::client_address::Root;
use crate::request::reader::{Given, Reader, Refused};

/// Bodies hold the viewer's subscription address.
const SECRET: (actix_web::http::header::HeaderName, &str) = (CACHE_CONTROL, "private, no-store");

/// Which articles.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ArticleQuery {
    /// One article, in whatever language.
    #[param(value_type = Option<i64>)]
    id: Option<ArticleId>,
    /// Of this language; zh-CN by default.
    #[param(value_type = Option<String>)]
    language: String,
    /// Only those that hold this, in any letter case.
    keyword: Option<String>,
    /// 1 for a plain list instead of one list for each category.
    #[param(value_type = Option<u8>)]
    flat: bool,
}

/// Of which language.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CategoryQuery {
    /// zh-CN by default.
    #[param(value_type = Option<String>)]
    language: String,
}

impl Body for ArticleQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.nullable("id").parse(Message::ArticleInvalid, |id| {
            id.integer().filter(|id| *id >= 1).map(ArticleId::new)
        });
        let (id, language) = (id.get(), language(read));
        let keyword = short(read, "keyword", 255, Message::KeywordInvalid);
        Ok(Self {
            id: id?,
            language: language?,
            keyword: keyword?,
            flat: read.given("flat").switch() == Some(true),
        })
    }
}

impl Body for CategoryQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let language = language(read)?;
        Ok(Self { language })
    }
}

fn language(read: &mut Reader<'_>) -> Result<String, Refused> {
    let language = short(read, "language", 10, Message::LanguageInvalid)?;
    Ok(language.unwrap_or_else(|| Article::DEFAULT_LANGUAGE.to_owned()))
}

/// A text of at most so many characters.
fn short(
    read: &mut Reader<'_>,
    name: &'static str,
    longest: u64,
    message: Message,
) -> Result<Option<String>, Refused> {
    let text = read.nullable(name).parse(message, Given::owned_text);
    let is_short = |text: &String| text.validate_length(None, Some(longest), None);
    text.parse(message, |text| Some(text).filter(is_short))
        .get()
}

/// An article as the viewer may see it: HTML or Markdown as an administrator wrote it, with the
/// viewer's own addresses filled in.
#[derive(Serialize, ToSchema)]
pub(crate) struct ArticleBody {
    id: i64,
    category: String,
    title: String,
    body: String,
    updated_at: i64,
}

impl From<Article> for ArticleBody {
    fn from(article: Article) -> Self {
        Self {
            id: article.id.get(),
            category: article.category,
            title: article.title,
            body: article.body,
            updated_at: article.updated_at.get(),
        }
    }
}

/// Articles by category, categories in the order of their first article.
#[derive(ToSchema)]
#[schema(value_type = std::collections::HashMap<String, Vec<ArticleBody>>)]
pub(crate) struct ByCategory(Vec<(String, Vec<ArticleBody>)>);

impl ByCategory {
    fn new(articles: Vec<Article>) -> Self {
        let groups = Article::by_category(articles).into_iter();
        let bodies = |group: Vec<Article>| group.into_iter().map(ArticleBody::from).collect();
        Self(groups.map(|(name, group)| (name, bodies(group))).collect())
    }
}

impl Serialize for ByCategory {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, group)| (name, group)))
    }
}

/// What is answered: it depends on what was asked for.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Articles {
    /// With `id`.
    One(ArticleBody),
    /// With `flat=1`.
    List(Vec<ArticleBody>),
    /// Otherwise.
    ByCategory(ByCategory),
}

/// The articles of a language by category, or one article with `id`, or a plain list with `flat=1`.
#[utoipa::path(
    get,
    path = "/api/v1/user/knowledge/fetch",
    params(ArticleQuery),
    responses(
        (
            status = 200,
            description = "Lists of articles by category; with `id` the article itself, with `flat=1` a list",
            body = SuccessBody<Articles>,
        ),
        (status = 404, description = "There is no such article", body = FailureBody),
        (status = 422, description = "A field is malformed", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    session: Session,
    Read(query): Read<ArticleQuery>,
    locale: Locale,
    root: Root,
    panel: Data<Panel>,
) -> Result<impl Responder, Fault> {
    let viewer = Viewer {
        account: session.0.account,
        root: root.0.into_asker(),
        refusal: Message::ForSubscribers.text(locale).into_owned(),
    };
    let found = if let Some(id) = query.id {
        let run = panel.run(move |app| async move { app.knowledge.article(id, &viewer).await });
        Articles::One(run.await?.into())
    } else {
        let (language, keyword) = (query.language, query.keyword);
        let run = panel.run(move |app| async move {
            let keyword = keyword.as_deref();
            app.knowledge.articles(&language, keyword, &viewer).await
        });
        let articles = run.await?;
        if query.flat {
            Articles::List(articles.into_iter().map(ArticleBody::from).collect())
        } else {
            Articles::ByCategory(ByCategory::new(articles))
        }
    };
    Ok(Success(found).customize().insert_header(SECRET))
}

/// The categories of the articles of a language, in the order of their first article.
#[utoipa::path(
    get,
    path = "/api/v1/user/knowledge/getCategory",
    params(CategoryQuery),
    responses(
        (status = 200, description = "The categories", body = SuccessBody<Vec<String>>),
        (status = 422, description = "The language is malformed", body = FailureBody),
    )
)]
pub(crate) async fn categories(
    _session: Session,
    Read(query): Read<CategoryQuery>,
    panel: Data<Panel>,
) -> Result<Success<Vec<String>>, Fault> {
    let language = query.language;
    let run = panel.run(move |app| async move { app.knowledge.categories(&language).await });
    Ok(Success(run.await?))
}
