//! New users: one, or many at once. Passwords that are drawn are shown once.

use ferroboard_application::GeneratedUsers;
use ferroboard_web::forms::GenerateBody;
use serde_json::json;

use super::list;
use crate::console::choices;
use crate::console::form_page::{Field, FieldKind, Form};
use crate::console::frame::{Console, FormShape, Part, Sent, Story};
use crate::console::guard::Changing;
use crate::console::under_way;
use crate::failure::{Failure, PageResult};
use crate::list::Cell;

async fn fields(console: &Console) -> Result<Vec<Field>, Failure> {
    let spelling = console.spelling;
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, spelling);
    Ok(vec![
        field("email_prefix", "console.email_prefix", FieldKind::Line)
            .hinted("console.email_prefix_hint", spelling),
        field("email_suffix", "console.email_suffix", FieldKind::Line).required(),
        field("generate_count", "console.how_many", FieldKind::Number)
            .hinted("console.how_many_users_hint", spelling),
        field("password", "console.password", FieldKind::Secret)
            .hinted("console.drawn_password_hint", spelling),
        field(
            "plan_id",
            "console.plan",
            FieldKind::Choice(choices::plans(console).await?),
        ),
        field("expired_at", "console.ends", FieldKind::Time).hinted("console.ends_hint", spelling),
    ])
}

fn shape() -> FormShape {
    FormShape {
        submit: "layout.new",
        ..FormShape::new("/users", "console.new_user", "users/new", "users")
    }
}

/// Shows the form.
pub(super) async fn show(console: Console) -> PageResult {
    let form = Form::filled(fields(&console).await?, &json!({}), console.spelling);
    console.show_form(&shape(), &form)
}

/// Makes them, all or none. Hashing the passwords of many takes a while.
pub(super) async fn make(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let form = Form::typed(fields(&console).await?, &sent.0);
    let root = list::root(&console).await?;
    let total = |body: &GenerateBody| u64::try_from(body.count()).unwrap_or_default();
    let shape = shape();
    let made = under_way::submit(
        &console,
        &shape,
        form,
        total,
        move |app, body: GenerateBody, progress| async move {
            let users = &app.administration.users;
            let wanted = body.into_command();
            users.generate(wanted, &root, &progress, change).await
        },
        told,
    );
    made.await
}

/// What was made, with what nobody can read later.
fn told(console: &Console, made: &GeneratedUsers) -> Story {
    let rows = made.users.iter().map(|user| {
        vec![
            Cell::text(user.email.as_str()),
            Cell::text(user.password.expose()),
            Cell::text(&user.uuid),
            Cell::text(&user.subscribe_url),
        ]
    });
    let heads = [
        "console.email",
        "console.password",
        "console.uuid",
        "console.subscription_link",
    ];
    Story {
        section: "/users",
        title: console.t("console.users_made"),
        tools: vec![console.link("layout.users", "users")],
        facts: vec![(console.t("console.how_many"), Cell::text(made.users.len()))],
        parts: vec![Part {
            title: console.t("console.shown_once"),
            heads: heads.map(|head| console.t(head)).into(),
            rows: rows.collect(),
            more: None,
        }],
    }
}
