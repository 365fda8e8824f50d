//! What operators write for customers: articles and notices, with a preview.

mod articles;
mod notices;

use actix_web::web::ServiceConfig;

use super::frame::Console;
use crate::list::Cell;

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    articles::configure(config);
    notices::configure(config);
}

/// What is done with a row of either list.
fn buttons(console: &Console, path: &str, id: i64, is_shown: bool) -> Vec<Cell> {
    let text = if is_shown {
        "console.hide"
    } else {
        "console.show"
    };
    let to = |action: &str| format!("{path}/{action}");
    vec![Cell::Buttons(vec![
        console.button(text, &to("show")).sending("id", id),
        console.button("console.up", &to("up")).sending("id", id),
        console
            .danger("layout.delete", &to("delete"))
            .sending("id", id),
    ])]
}
