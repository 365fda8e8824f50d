//! Articles of the knowledge base.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, ArticleHead};
use ferroboard_kernel::ArticleId;
use ferroboard_knowledge::Order;
use ferroboard_web::forms::SaveArticle;
use serde_json::json;

use super::buttons;
use crate::console::cell::Cell;
use crate::console::form_page::{Field, FieldKind, Form};
use crate::console::forms::{done, save};
use crate::console::frame::{Console, FormShape, RowId, Sent};
use crate::console::guard::Changing;
use crate::console::list_page::{AT_HAND, Column, Noun};
use crate::console::lists::{self, Wanted};
use crate::console::places::moved_up;
use crate::failure::{Failure, PageResult};
use crate::lang::Lang;
use crate::prose;
use crate::routes::{at, form, page};

const ARTICLES: Noun<ArticleHead> = Noun {
    path: "knowledge",
    title: "layout.knowledge",
    section: "/knowledge",
    listing: &AT_HAND,
    columns: &[
        Column::new("id", "console.id", |row: &ArticleHead| {
            Cell::Number(row.id.get())
        }),
        Column::new("title", "console.headline", |row: &ArticleHead| {
            Cell::link(format!("knowledge/{}", row.id), &row.title)
        }),
        Column::new("category", "console.category", |row: &ArticleHead| {
            Cell::Text(row.category.clone())
        }),
        Column::new("show", "console.shown", |row: &ArticleHead| {
            Cell::flag(row.show)
        }),
        Column::new("changed", "console.changed", |row: &ArticleHead| {
            Cell::time(Some(row.updated_at.get()))
        }),
    ],
    filters: lists::ANYTHING,
    key: |row: &ArticleHead| row.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/knowledge").route(page().to(articles)))
        .service(at("/{console}/knowledge/new").route(page().to(new_article)))
        .service(at("/{console}/knowledge/save").route(form().to(save_article)))
        .service(at("/{console}/knowledge/preview").route(form().to(preview_article)))
        .service(at("/{console}/knowledge/show").route(form().to(turn_article)))
        .service(at("/{console}/knowledge/up").route(form().to(raise_article)))
        .service(at("/{console}/knowledge/delete").route(form().to(delete_article)))
        .service(at("/{console}/knowledge/{id}").route(page().to(edit_article)));
}

async fn articles(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        Ok(wanted.cut(&ARTICLES, app.administration.articles.list().await?))
    };
    lists::answer(
        &console,
        &ARTICLES,
        fetch,
        |shape, _| {
            shape
                .tools
                .push(console.link("layout.new", "knowledge/new"));
        },
        |row| buttons(&console, "knowledge", row.id.get(), row.show),
    )
    .await
}

fn article_fields(console: &Console) -> Vec<Field> {
    let spelling = console.spelling;
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, spelling);
    let languages = Lang::ALL.iter();
    let languages = languages.map(|lang| (lang.tag().to_owned(), lang.name().to_owned()));
    vec![
        Field::called("id", String::new(), FieldKind::Hidden),
        field("title", "console.headline", FieldKind::Line).required(),
        field("category", "console.category", FieldKind::Line).required(),
        field(
            "language",
            "layout.language",
            FieldKind::Choice(languages.collect()),
        )
        .required(),
        field("body", "console.content", FieldKind::Marked)
            .required()
            .hinted("console.article_hint", spelling),
        field("show", "console.shown", FieldKind::Flag),
    ]
}

fn article_shape() -> FormShape {
    FormShape {
        preview: Some("knowledge/preview"),
        ..FormShape::new(
            "/knowledge",
            "console.article",
            "knowledge/save",
            "knowledge",
        )
    }
}

async fn new_article(console: Console) -> PageResult {
    let values = json!({"language": console.spelling.lang.tag(), "show": true});
    let form = Form::filled(article_fields(&console), &values, console.spelling);
    console.show_form(&article_shape(), &form)
}

async fn edit_article(console: Console, RowId(id): RowId) -> PageResult {
    let id = ArticleId::new(id);
    let run = console.run(move |app| async move { app.administration.articles.show(id).await });
    let found = run.await?;
    let values = json!({
        "id": id.get().to_string(),
        "title": found.article.title,
        "category": found.article.category,
        "language": found.language,
        "body": found.article.body,
        "show": found.show,
    });
    let form = Form::filled(article_fields(&console), &values, console.spelling);
    console.show_form(&article_shape(), &form)
}

async fn save_article(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let form = Form::typed(article_fields(&console), &sent.0);
    save(
        &console,
        &article_shape(),
        form,
        move |app, body: SaveArticle| async move {
            let articles = &app.administration.articles;
            match body.into_terms() {
                (Some(id), terms) => articles.change(id, terms, change).await,
                (None, terms) => articles.create(terms, change).await,
            }
        },
    )
    .await
}

async fn preview_article(console: Console, sent: Sent) -> PageResult {
    let form = Form::typed(article_fields(&console), &sent.0);
    let shown = prose::markdown(sent.text("body"));
    console.preview(&article_shape(), &form, shown)
}

async fn turn_article(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = ArticleId::new(sent.id()?);
    let run =
        console.run(move |app| async move { app.administration.articles.turn(id, change).await });
    run.await?;
    Ok(done(&console, "layout.saved", "knowledge"))
}

async fn raise_article(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = ArticleId::new(sent.id()?);
    let heads = console.run(|app| async move { app.administration.articles.list().await });
    let ids = heads.await?.into_iter().map(|head| head.id);
    let order = Order::new(moved_up(ids.collect(), id)).ok_or(Failure::Unknown)?;
    let run = console
        .run(move |app| async move { app.administration.articles.arrange(order, change).await });
    run.await?;
    Ok(done(&console, "layout.saved", "knowledge"))
}

async fn delete_article(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = ArticleId::new(sent.id()?);
    let run =
        console.run(move |app| async move { app.administration.articles.delete(id, change).await });
    run.await?;
    Ok(done(&console, "layout.deleted", "knowledge"))
}
