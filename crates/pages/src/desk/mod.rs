//! The operator's console: figures, what is sold, the servers, and how the site is set.

mod chart;
mod dashboard;
mod fields;
mod form_page;
mod groups;
mod guide;
mod machines;
mod mails;
mod nodes;
mod packages;
mod plans;
mod plugins;
mod rules;
mod settings;
mod statistics;
mod templates;
mod themes;
mod typed;
mod webhooks;
mod whole_list;

use actix_web::web::ServiceConfig;

use crate::address::{at, form, page};

/// Mounts these pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}").route(page().to(dashboard::show)))
        .service(at("/{console}/guide").route(page().to(guide::show)))
        .service(at("/{console}/statistics").route(page().to(statistics::days)))
        .service(at("/{console}/statistics/nodes").route(page().to(statistics::nodes)))
        .service(at("/{console}/statistics/users").route(page().to(statistics::users)))
        .service(at("/{console}/statistics/inviters").route(page().to(statistics::inviters)))
        .configure(configure_plans)
        .configure(configure_packages)
        .configure(configure_nodes)
        .configure(configure_servers)
        .configure(configure_texts)
        .configure(configure_site)
        .configure(configure_webhooks);
}

fn configure_plans(config: &mut ServiceConfig) {
    use plans::{actions, list, save};
    config
        .service(at("/{console}/plans").route(page().to(list::show)))
        .service(
            at("/{console}/plans/new")
                .route(page().to(save::new))
                .route(form().to(save::create)),
        )
        .service(
            at("/{console}/plans/{id}")
                .route(page().to(save::show))
                .route(form().to(save::change)),
        )
        .service(at("/{console}/plans/{id}/switch").route(form().to(actions::switch)))
        .service(at("/{console}/plans/{id}/{action}").route(form().to(actions::act)));
}

fn configure_packages(config: &mut ServiceConfig) {
    use packages::{actions, list, save};
    config
        .service(at("/{console}/packages").route(page().to(list::show)))
        .service(
            at("/{console}/packages/new")
                .route(page().to(save::new))
                .route(form().to(save::create)),
        )
        .service(
            at("/{console}/packages/{id}")
                .route(page().to(save::show))
                .route(form().to(save::change)),
        )
        .service(at("/{console}/packages/{id}/{action}").route(form().to(actions::act)));
}

fn configure_nodes(config: &mut ServiceConfig) {
    use nodes::{actions, batch, keys, list, save};
    config
        .service(at("/{console}/nodes").route(page().to(list::show)))
        .service(at("/{console}/nodes/new").route(page().to(save::choose)))
        .service(
            at("/{console}/nodes/new/{protocol}")
                .route(page().to(save::new))
                .route(form().to(save::create)),
        )
        .service(at("/{console}/nodes/new/{protocol}/{again}").route(form().to(keys::new)))
        .service(at("/{console}/nodes/many/{action}").route(form().to(batch::act)))
        .service(
            at("/{console}/nodes/{id}")
                .route(page().to(save::show))
                .route(form().to(save::change)),
        )
        .service(at("/{console}/nodes/{id}/switch").route(form().to(actions::switch)))
        .service(
            at("/{console}/nodes/{id}/{again:fields|reality-keys|ech-keys}")
                .route(form().to(keys::known)),
        )
        .service(at("/{console}/nodes/{id}/{action}").route(form().to(actions::act)));
}

fn configure_servers(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/groups").route(page().to(groups::list)))
        .service(
            at("/{console}/groups/new")
                .route(page().to(groups::new))
                .route(form().to(groups::create)),
        )
        .service(
            at("/{console}/groups/{id}")
                .route(page().to(groups::show))
                .route(form().to(groups::rename)),
        )
        .service(at("/{console}/groups/{id}/drop").route(form().to(groups::delete)))
        .service(at("/{console}/routes").route(page().to(rules::list)))
        .service(
            at("/{console}/routes/new")
                .route(page().to(rules::new))
                .route(form().to(rules::create)),
        )
        .service(
            at("/{console}/routes/{id}")
                .route(page().to(rules::show))
                .route(form().to(rules::change)),
        )
        .service(at("/{console}/routes/{id}/drop").route(form().to(rules::delete)))
        .service(at("/{console}/machines").route(page().to(machines::list)))
        .service(
            at("/{console}/machines/new")
                .route(page().to(machines::new))
                .route(form().to(machines::create)),
        )
        .service(
            at("/{console}/machines/{id}")
                .route(page().to(machines::show))
                .route(form().to(machines::change)),
        )
        .service(at("/{console}/machines/{id}/token").route(form().to(machines::reset_token)))
        .service(at("/{console}/machines/{id}/drop").route(form().to(machines::delete)));
}

fn configure_texts(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/templates").route(page().to(templates::first)))
        .service(
            at("/{console}/templates/{name}")
                .route(page().to(templates::show))
                .route(form().to(templates::save)),
        )
        .service(at("/{console}/templates/{name}/preview").route(form().to(templates::preview)))
        .service(at("/{console}/mail-templates").route(page().to(mails::list)))
        .service(
            at("/{console}/mail-templates/{name}")
                .route(page().to(mails::show))
                .route(form().to(mails::save)),
        )
        .service(at("/{console}/mail-templates/{name}/preview").route(form().to(mails::preview)))
        .service(at("/{console}/mail-templates/{name}/test").route(form().to(mails::test)))
        .service(at("/{console}/mail-templates/{name}/reset").route(form().to(mails::reset)));
}

fn configure_site(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/settings").route(page().to(settings::first)))
        .service(at("/{console}/settings/email/test").route(form().to(settings::test_mail)))
        .service(
            at("/{console}/settings/{group}")
                .route(page().to(settings::show))
                .route(form().to(settings::save)),
        )
        .service(at("/{console}/plugins").route(page().to(plugins::list)))
        .service(
            at("/{console}/plugins/{code}")
                .route(page().to(plugins::show))
                .route(form().to(plugins::save)),
        )
        .service(at("/{console}/plugins/{code}/{action}").route(form().to(plugins::act)))
        .service(
            at("/{console}/themes")
                .route(page().to(themes::list))
                .route(form().to(themes::upload)),
        )
        .service(at("/{console}/themes/{name}").route(form().to(themes::configure)))
        .service(at("/{console}/themes/{name}/{action}").route(form().to(themes::act)));
}

fn configure_webhooks(config: &mut ServiceConfig) {
    use webhooks::{actions, deliveries, list, save};
    config
        .service(at("/{console}/webhooks").route(page().to(list::show)))
        .service(
            at("/{console}/webhooks/new")
                .route(page().to(save::new))
                .route(form().to(save::create)),
        )
        .service(at("/{console}/webhooks/deliveries").route(page().to(deliveries::list)))
        .service(at("/{console}/webhooks/deliveries/{id}").route(page().to(deliveries::show)))
        .service(
            at("/{console}/webhooks/deliveries/{id}/redeliver")
                .route(form().to(deliveries::redeliver)),
        )
        .service(
            at("/{console}/webhooks/{id}")
                .route(page().to(save::show))
                .route(form().to(save::change)),
        )
        .service(at("/{console}/webhooks/{id}/{action}").route(form().to(actions::act)));
}
