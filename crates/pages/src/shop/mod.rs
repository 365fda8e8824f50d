//! The customer's pages: what is bought, what is used, and whom to ask.

mod amounts;
mod chart;
mod checkout;
mod description;
mod gift_cards;
mod gift_texts;
mod invite;
mod invite_page;
mod named;
mod names;
mod node_load;
mod nodes;
mod order;
mod order_card;
mod order_page;
mod orders;
mod packages;
mod placed;
mod plan_card;
mod plans;
mod purchase;
mod renewal;
mod support;
mod tab;
mod top_up;
mod traffic;
mod unfinished;

use actix_web::web::ServiceConfig;

use crate::routes::{at, form, page};

/// Mounts them.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/my/plans").route(page().to(plans::list)))
        .service(
            at("/my/plans/{id}")
                .route(page().to(purchase::plan))
                .route(form().to(purchase::order)),
        )
        .service(at("/my/orders").route(page().to(orders::list)))
        .service(at("/my/orders/{trade_no}").route(page().to(order::show_order)))
        .service(at("/my/orders/{trade_no}/state").route(page().to(order::state)))
        .service(at("/my/orders/{trade_no}/receipt").route(page().to(order::receipt)))
        .service(at("/my/orders/{trade_no}/cancel").route(form().to(order::cancel)))
        .service(
            at("/my/orders/{trade_no}/pay")
                .route(page().to(checkout::back))
                .route(form().to(checkout::pay)),
        )
        .service(
            at("/my/top-up")
                .route(page().to(top_up::show))
                .route(form().to(top_up::order)),
        )
        .service(
            at("/my/packages")
                .route(page().to(packages::show))
                .route(form().to(packages::order)),
        )
        .service(
            at("/my/renewal")
                .route(page().to(renewal::show))
                .route(form().to(renewal::switch)),
        )
        .service(at("/my/renewal/next-period").route(form().to(renewal::begin_next_period)))
        .service(at("/my/nodes").route(page().to(nodes::list)))
        .service(at("/my/traffic").route(page().to(traffic::list)))
        .service(
            at("/my/invite")
                .route(page().to(invite::overview))
                .route(form().to(invite::make_code)),
        )
        .service(
            at("/my/invite/transfer")
                .route(page().to(invite::back))
                .route(form().to(invite::transfer)),
        )
        .service(
            at("/my/invite/withdraw")
                .route(page().to(invite::back))
                .route(form().to(invite::withdraw)),
        )
        .service(
            at("/my/gift-cards")
                .route(page().to(gift_cards::overview))
                .route(form().to(gift_cards::try_code)),
        )
        .service(at("/my/tickets").route(page().to(support::tickets::list)))
        .service(
            at("/my/tickets/new")
                .route(page().to(support::tickets::new))
                .route(form().to(support::tickets::open)),
        )
        .service(
            at("/my/tickets/{id}")
                .route(page().to(support::ticket::conversation))
                .route(form().to(support::ticket::reply)),
        )
        .service(at("/my/tickets/{id}/close").route(form().to(support::ticket::close)))
        .service(at("/my/knowledge").route(page().to(support::knowledge::list)))
        .service(at("/my/knowledge/{id}").route(page().to(support::knowledge::article)));
}
