//! Gift cards: templates, cards one by one and in batches, and what was redeemed.

mod codes;
mod templates;
mod uses;

use actix_web::web::ServiceConfig;

use super::frame::Console;
use crate::list::Cell;

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    codes::configure(config);
    uses::configure(config);
    templates::configure(config);
}

/// The ways between the lists.
fn ways(console: &Console) -> Vec<Cell> {
    vec![
        console.link("console.gift_templates", "gift-cards"),
        console.link("console.gift_codes", "gift-cards/codes"),
        console.link("console.gift_uses", "gift-cards/uses"),
    ]
}
