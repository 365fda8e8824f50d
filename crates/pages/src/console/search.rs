//! The search of the console, and the lists that an operator keeps.

use actix_web::web::ServiceConfig;

use super::forms::done;
use super::frame::{Console, Sent};
use super::guard::Changing;
use crate::failure::{Failure, PageResult};
use crate::flash::go;
use crate::routes::{at, form, page};

/// How long what is kept may be: a query in bytes, names in characters.
const LONGEST_QUERY: usize = 4_000;
const LONGEST_NAME: usize = 60;
const LONGEST_LIST: usize = 32;

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/search").route(page().to(search)))
        .service(at("/{console}/saved-views/save").route(form().to(keep)))
        .service(at("/{console}/saved-views/delete").route(form().to(forget)));
}

/// Where to look for what was typed: a user by number, an order by its number, or users by their address.
fn place(wanted: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    let is_number = !wanted.is_empty() && wanted.bytes().all(|byte| byte.is_ascii_digit());
    let is_hex = wanted.bytes().all(|byte| byte.is_ascii_hexdigit());
    match wanted.len() {
        0 => "users".to_owned(),
        1..=12 if is_number => format!("users/{wanted}"),
        20.. if is_number || is_hex => format!("orders?f_trade_no={encoded}"),
        36 if wanted.matches('-').count() == 4 => format!("users?f_uuid={encoded}&o_uuid=eq"),
        _ => format!("users?f_email={encoded}"),
    }
}

async fn search(console: Console) -> PageResult {
    let query = console.query();
    let place = place(query.get("q").unwrap_or_default());
    Ok(go(&console.to(&place)))
}

async fn keep(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let text = |name: &str| sent.text(name).to_owned();
    let (list, name, query) = (text("list"), text("name"), text("query"));
    let is_path = |byte: u8| byte.is_ascii_lowercase() || byte == b'-' || byte == b'/';
    let fits = !list.is_empty()
        && list.len() <= LONGEST_LIST
        && list.bytes().all(is_path)
        && query.len() <= LONGEST_QUERY
        && !name.is_empty()
        && name.chars().count() <= LONGEST_NAME;
    if !fits {
        return Err(Failure::Unknown);
    }
    let back = console.seen().query(&list, &query);
    let run = console.run(move |app| async move {
        app.administration
            .saved_views
            .keep(&list, &name, &query, change)
            .await
    });
    run.await?;
    Ok(go(&back))
}

async fn forget(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = sent.id()?;
    let run = console
        .run(move |app| async move { app.administration.saved_views.forget(id, change).await });
    run.await?;
    Ok(done(&console, "layout.deleted", sent.text("list")))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn what_was_typed_is_looked_for_where_it_belongs() {
        for (typed, expected) in [
            ("", "users"),
            ("17", "users/17"),
            ("ann@demo.test", "users?f_email=ann%40demo.test"),
            (
                "2026112911300012345678",
                "orders?f_trade_no=2026112911300012345678",
            ),
            (
                "6b1a9c0e-0000-4000-8000-000000000000",
                "users?f_uuid=6b1a9c0e-0000-4000-8000-000000000000&o_uuid=eq",
            ),
            ("<script>", "users?f_email=%3Cscript%3E"),
        ] {
            assert_eq!(place(typed), expected);
        }
    }
}
