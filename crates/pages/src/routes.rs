//! Every address of the pages.

use actix_web::guard::{self, GuardContext};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use ferroboard_kernel::constant_time_eq;
use ferroboard_web::{Panel, Pattern, noted};

use crate::address::{CONSOLE, CUSTOMER};
pub(crate) use crate::address::{at, form, page};
use crate::failure::{Failure, PageResult};
use crate::{account, assets, console, desk, front_ends, shop, stage};

/// Mounts all pages. They stand behind the addresses of the API, so that a subscription link is one also where
/// an operator has given it a path of theirs.
pub fn mount(config: &mut ServiceConfig) {
    let file = noted(
        web::resource("/assets/pages/{file}"),
        Pattern("/assets/pages/{file}"),
    );
    config.service(file.route(web::get().to(assets::file)));
    let icon = noted(web::resource("/favicon.ico"), Pattern("/favicon.ico"));
    config.service(icon.route(web::get().to(assets::icon)));
    let home = noted(web::resource("/"), Pattern("/"))
        .route(page().to(account::home::show))
        .wrap(from_fn(front_ends::first))
        .wrap(from_fn(stage::around))
        .wrap(Compress::default());
    config.service(home);
    config.service(
        web::scope(CUSTOMER)
            .configure(account::configure)
            .configure(shop::configure)
            .configure(console::acting::configure)
            .default_service(web::to(unknown))
            .wrap(from_fn(stage::around))
            .wrap(Compress::default()),
    );
    config.service(
        web::scope(CONSOLE)
            .guard(guard::fn_guard(is_admin_path))
            .configure(console::configure)
            .configure(desk::configure)
            .default_service(web::to(unknown))
            .wrap(from_fn(console::guard::record))
            .wrap(from_fn(front_ends::first))
            .wrap(from_fn(stage::around))
            .wrap(Compress::default()),
    );
}

/// Whether the first part of the path is the admin path of this moment. It is compared in constant time.
fn is_admin_path(context: &GuardContext<'_>) -> bool {
    let path = context.head().uri.path();
    let Some(panel) = context.app_data::<Data<Panel>>() else {
        return false;
    };
    let site = panel.site();
    let own = site.admin_path().filter(|own| !own.is_empty());
    let asked = path.trim_start_matches('/').split('/').next();
    own.zip(asked)
        .is_some_and(|(own, asked)| constant_time_eq(asked, own))
}

async fn unknown() -> PageResult {
    Err(Failure::Unknown)
}
