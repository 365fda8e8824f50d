//! The operator's console: customers, sales and servers. A noun says of its columns, filters and fields what they
//! are; lists, forms and stories are made of that in one place each.

pub(crate) mod acting;
pub(crate) mod asked;
mod audit;
pub(crate) mod cell;
pub(crate) mod choices;
mod content;
mod coupons;
mod devices;
pub(crate) mod form_page;
pub(crate) mod forms;
pub(crate) mod frame;
mod gift_cards;
pub(crate) mod guard;
pub(crate) mod instant;
mod ledger;
pub(crate) mod list_page;
pub(crate) mod lists;
mod login;
mod orders;
mod payments;
pub(crate) mod places;
mod progress;
mod real_names;
mod resets;
mod reviews;
mod search;
mod tickets;
mod under_way;
mod users;
mod work;

use actix_web::web::ServiceConfig;

/// Mounts these pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    for pages in [
        login::configure,
        users::configure,
        orders::configure,
        coupons::configure,
        gift_cards::configure,
        payments::configure,
        reviews::configure,
        tickets::configure,
        content::configure,
        resets::configure,
        devices::configure,
        real_names::configure,
        ledger::configure,
        audit::configure,
        work::configure,
        under_way::configure,
        search::configure,
    ] {
        pages(config);
    }
}
