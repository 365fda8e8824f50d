//! Notices.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use ferroboard_application::Application;
use ferroboard_kernel::AnnouncementId;
use ferroboard_knowledge::{ManagedAnnouncement, Order};
use ferroboard_web::forms::SaveNotice;
use serde_json::{Value, json};

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
use crate::prose;
use crate::routes::{at, form, page};

const NOTICES: Noun<ManagedAnnouncement> = Noun {
    path: "notices",
    title: "layout.notices",
    section: "/notices",
    listing: &AT_HAND,
    columns: &[
        Column::new("id", "console.id", |row: &ManagedAnnouncement| {
            Cell::Number(row.announcement.id.get())
        }),
        Column::new("title", "console.headline", |row: &ManagedAnnouncement| {
            Cell::link(
                format!("notices/{}", row.announcement.id),
                &row.announcement.title,
            )
        }),
        Column::new("show", "console.shown", |row: &ManagedAnnouncement| {
            Cell::flag(row.show)
        }),
        Column::new("created", "console.created", |row: &ManagedAnnouncement| {
            Cell::time(Some(row.announcement.created_at.get()))
        }),
        Column::new("changed", "console.changed", |row: &ManagedAnnouncement| {
            Cell::time(Some(row.announcement.updated_at.get()))
        }),
    ],
    filters: lists::ANYTHING,
    key: |row: &ManagedAnnouncement| row.announcement.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/notices").route(page().to(notices)))
        .service(at("/{console}/notices/new").route(page().to(new_notice)))
        .service(at("/{console}/notices/save").route(form().to(save_notice)))
        .service(at("/{console}/notices/preview").route(form().to(preview_notice)))
        .service(at("/{console}/notices/show").route(form().to(turn_notice)))
        .service(at("/{console}/notices/up").route(form().to(raise_notice)))
        .service(at("/{console}/notices/delete").route(form().to(delete_notice)))
        .service(at("/{console}/notices/{id}").route(page().to(edit_notice)));
}

async fn notices(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        Ok(wanted.cut(&NOTICES, app.administration.announcements.list().await?))
    };
    lists::answer(
        &console,
        &NOTICES,
        fetch,
        |shape, _| shape.tools.push(console.link("layout.new", "notices/new")),
        |row| buttons(&console, "notices", row.announcement.id.get(), row.show),
    )
    .await
}

fn notice_fields(console: &Console) -> Vec<Field> {
    let spelling = console.spelling;
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, spelling);
    vec![
        Field::called("id", String::new(), FieldKind::Hidden),
        field("title", "console.headline", FieldKind::Line).required(),
        field("content", "console.content", FieldKind::Marked).required(),
        field("img_url", "console.picture", FieldKind::Line),
        field("tags", "console.tags", FieldKind::Lines).hinted("console.tags_hint", spelling),
        field("show", "console.shown", FieldKind::Flag),
    ]
}

fn notice_shape() -> FormShape {
    FormShape {
        preview: Some("notices/preview"),
        ..FormShape::new("/notices", "console.notice", "notices/save", "notices")
    }
}

async fn new_notice(console: Console) -> PageResult {
    let form = Form::filled(
        notice_fields(&console),
        &json!({"show": true}),
        console.spelling,
    );
    console.show_form(&notice_shape(), &form)
}

async fn edit_notice(console: Console, RowId(id): RowId) -> PageResult {
    let id = AnnouncementId::new(id);
    let all = console.run(|app| async move { app.administration.announcements.list().await });
    let found = all.await?.into_iter().find(|row| row.announcement.id == id);
    let found = found.ok_or(Failure::Unknown)?;
    let said = found.announcement;
    let tags = said.tags.as_deref();
    let tags: Option<Value> = tags.and_then(|tags| serde_json::from_str(tags).ok());
    let values = json!({
        "id": id.get().to_string(),
        "title": said.title,
        "content": said.content,
        "img_url": said.img_url,
        "tags": tags,
        "show": found.show,
    });
    let form = Form::filled(notice_fields(&console), &values, console.spelling);
    console.show_form(&notice_shape(), &form)
}

async fn save_notice(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let form = Form::typed(notice_fields(&console), &sent.0);
    save(
        &console,
        &notice_shape(),
        form,
        move |app, body: SaveNotice| async move {
            let notices = &app.administration.announcements;
            match body.id() {
                Some(id) => notices.change(id, body.into_change(), change).await,
                None => notices.create(body.into_new(), change).await,
            }
        },
    )
    .await
}

async fn preview_notice(console: Console, sent: Sent) -> PageResult {
    let form = Form::typed(notice_fields(&console), &sent.0);
    let shown = prose::markdown(sent.text("content"));
    console.preview(&notice_shape(), &form, shown)
}

async fn turn_notice(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = AnnouncementId::new(sent.id()?);
    let run = console
        .run(move |app| async move { app.administration.announcements.turn(id, change).await });
    run.await?;
    Ok(done(&console, "layout.saved", "notices"))
}

async fn raise_notice(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = AnnouncementId::new(sent.id()?);
    let all = console.run(|app| async move { app.administration.announcements.list().await });
    let ids = all.await?.into_iter().map(|row| row.announcement.id);
    let order = Order::new(moved_up(ids.collect(), id)).ok_or(Failure::Unknown)?;
    let run = console.run(move |app| async move {
        app.administration
            .announcements
            .arrange(order, change)
            .await
    });
    run.await?;
    Ok(done(&console, "layout.saved", "notices"))
}

async fn delete_notice(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = AnnouncementId::new(sent.id()?);
    let run = console
        .run(move |app| async move { app.administration.announcements.delete(id, change).await });
    run.await?;
    Ok(done(&console, "layout.deleted", "notices"))
}
