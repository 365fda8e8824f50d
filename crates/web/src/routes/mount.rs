//! Builds the router from the table.

use actix_web::dev::HttpServiceFactory;
use actix_web::guard::{self, GuardContext};
use actix_web::http::header::UPGRADE;
use actix_web::web::{self, ServiceConfig};

use super::address::{Address, noted, unknown};
use super::admin_path::AdminPath;
use super::guard::asks;
use super::row::Row;
use crate::panel::Mount;
use crate::request::pattern::Pattern;
use crate::{admin, front_ends, server_api};

/// Where agents dial as well: the reference's WebSocket server takes any path, and addresses of panels
/// are typed with and without slashes.
const SOCKETS: [&str; 3] = ["/", "/ws/", "//ws"];

/// Beginnings that are looked at first: those that nodes and clients ask.
const BUSY: [&str; 3] = ["/api/v1/server", "/api/v2/server", "/api/v1/client"];

/// Beginnings of what is behind the admin path. They come last: whoever asks for anything else is not
/// compared with the admin path at all, and who asks for one of these is compared once.
const ADMIN: [&str; 2] = ["/api/v1/{secure_path}", "/api/v2/{secure_path}"];

/// Where customers find the panel, and where administrators do.
const ROOT: &str = "/";
const ADMIN_PAGE: &str = "/{secure_path}";

/// A request that wants to become a WebSocket.
fn is_upgrade(context: &GuardContext<'_>) -> bool {
    let wanted = context.head().headers.get(UPGRADE);
    wanted.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Mounts the rows, and behind them what stands beside; everything else is 404, and a wrong method on a path of theirs 405.
pub(super) fn mount(config: &mut ServiceConfig, rows: &'static [Row], beside: Mount) {
    let sockets = web::resource(SOCKETS).guard(guard::fn_guard(is_upgrade));
    let connect = web::get().to(server_api::socket::connect);
    config.service(noted(sockets, Pattern("/ws")).route(connect));
    let addresses = Address::of(rows);
    for beginning in scopes(&addresses) {
        config.service(scope(beginning, &addresses));
    }
    for address in addresses.iter().filter(|address| address.scope().is_none()) {
        config.service(address.resource(address.path));
    }
    for beginning in ADMIN {
        let is_admin_path = guard::fn_guard(admin::guard::is_admin_path);
        let behind = AdminPath::new(within(beginning, &addresses));
        let mounted = web::scope(beginning).guard(is_admin_path);
        config.service(mounted.default_service(behind));
    }
    beside(config);
    pages(config);
    config.default_service(unknown());
}

/// The pages of front ends. They come last of all: whatever else is mounted at these addresses shows them itself.
fn pages(config: &mut ServiceConfig) {
    let page = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    let home = noted(web::resource(ROOT), Pattern(ROOT)).route(page().to(front_ends::home));
    config.service(home.default_service(unknown()));
    let is_admin_page = |context: &GuardContext<'_>| asks(context, front_ends::is_admin_page);
    let admin = web::resource(ADMIN_PAGE).guard(guard::fn_guard(is_admin_page));
    let admin = noted(admin, Pattern(ADMIN_PAGE)).route(page().to(front_ends::admin_page));
    config.service(admin.default_service(unknown()));
}

/// Each beginning once, but for those behind the admin path.
fn scopes(addresses: &[Address]) -> Vec<&'static str> {
    let mut scopes = BUSY.to_vec();
    for scope in addresses.iter().filter_map(Address::scope) {
        if !scopes.contains(&scope) && !ADMIN.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes
}

/// The addresses that begin so, each with what its path has more.
fn within<'a>(
    beginning: &'static str,
    addresses: &'a [Address],
) -> impl Iterator<Item = (&'a Address, &'static str)> {
    let all = addresses.iter();
    all.filter(move |address| address.scope() == Some(beginning))
        .filter_map(move |address| Some((address, address.path.strip_prefix(beginning)?)))
}

fn scope(beginning: &'static str, addresses: &[Address]) -> impl HttpServiceFactory + use<> {
    let mut mounted = web::scope(beginning).default_service(unknown());
    for (address, at) in within(beginning, addresses) {
        mounted = mounted.service(address.resource(at));
    }
    mounted
}
