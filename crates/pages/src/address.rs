//! How a page says where it is.

use actix_web::guard;
use actix_web::web;
use actix_web::{Resource, Route};
use ferroboard_web::{Pattern, noted};

/// What stands before the customer's pages.
pub(crate) const CUSTOMER: &str = "/my";
/// What stands before the console's pages: the admin path, whatever it is.
pub(crate) const CONSOLE: &str = "/{console}";

/// The address of a page by its whole pattern, such as `/my/orders/{trade_no}` or `/{console}/users`, for the
/// scope that it is in.
pub(crate) fn at(pattern: &'static str) -> Resource {
    let within = pattern.strip_prefix(CUSTOMER);
    let within = within.or_else(|| pattern.strip_prefix(CONSOLE));
    noted(web::resource(within.unwrap_or(pattern)), Pattern(pattern))
}

/// A route by GET, and by HEAD with it.
pub(crate) fn page() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// A route by POST: a form.
pub(crate) fn form() -> Route {
    web::post()
}
