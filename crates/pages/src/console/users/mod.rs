//! Users: who there is, all that is known of one, and what is done with one or many.

mod actions;
mod bulk;
mod edit;
mod list;
mod made;
mod story;

use actix_web::web::ServiceConfig;

pub(super) use list::{ends, root};

use crate::routes::{at, form, page};

/// Mounts these pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/users").route(page().to(list::show)))
        .service(
            at("/{console}/users/new")
                .route(page().to(made::show))
                .route(form().to(made::make)),
        )
        .service(
            at("/{console}/users/bulk")
                .route(page().to(bulk::preview))
                .route(form().to(bulk::run)),
        )
        .service(at("/{console}/users/save").route(form().to(edit::save)))
        .service(at("/{console}/users/delete").route(form().to(actions::delete)))
        .service(at("/{console}/users/reset-secret").route(form().to(actions::reset_secret)))
        .service(at("/{console}/users/act-as").route(form().to(actions::act_as)))
        .service(at("/{console}/users/{id}").route(page().to(story::show)))
        .service(at("/{console}/users/{id}/edit").route(page().to(edit::show)));
}
