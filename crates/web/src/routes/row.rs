//! What a row of the table is, and the macro that reads one.

use actix_web::Route;
use actix_web::guard;
use actix_web::http::Method;
use actix_web::web;

use super::guard::Guard;

/// One handler with everything about how it is reached.
pub(crate) struct Row {
    pub(super) verbs: &'static [Verb],
    pub(super) places: &'static [Place],
    pub(super) handle: fn(Route) -> Route,
    /// The names that lead to the handler, and the types of its arguments.
    #[cfg(test)]
    pub(super) handler: (&'static [&'static str], fn() -> &'static str),
}

/// Addresses that have the same guard.
pub(super) struct Place {
    pub(super) guard: Guard,
    pub(super) paths: &'static [&'static str],
}

/// A method that handlers are asked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// GET, and HEAD with it.
    Get,
    /// POST.
    Post,
}

impl Verb {
    /// As the description calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
        }
    }

    /// Which of them a request asks by.
    pub(super) fn of(method: &Method) -> Option<Self> {
        match *method {
            Method::GET | Method::HEAD => Some(Self::Get),
            Method::POST => Some(Self::Post),
            _ => None,
        }
    }
}

impl Row {
    /// Each path with the guard before it.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&'static str, Guard)> {
        self.places
            .iter()
            .flat_map(|place| place.paths.iter().map(|path| (*path, place.guard)))
    }

    /// The path at which the handler describes itself: its first.
    pub(crate) fn first_path(&self) -> Option<&'static str> {
        self.paths().next().map(|(path, _)| path)
    }

    /// Its methods.
    pub(crate) const fn verbs(&self) -> &'static [Verb] {
        self.verbs
    }

    /// What answers a method, behind a guard.
    pub(super) fn route(&self, verb: Verb, guard: Guard) -> Route {
        let route = match verb {
            Verb::Get => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
            Verb::Post => web::post(),
        };
        guard.before((self.handle)(route))
    }
}

/// The types of a handler's arguments, as the compiler calls them.
#[cfg(test)]
pub(super) fn arguments<F: actix_web::Handler<A>, A>(_: F) -> &'static str {
    std::any::type_name::<A>()
}

/// Makes the table, and the description of its handlers, from rows like
///
/// ```text
/// Get|Post user::invitations::create  MainUser "/api/v1/user/invite/save";
/// Get      user::account::info        Session "/api/v1/user/info" "/api/v2/user/info";
/// Post     server_api::load::status   Node "/api/v1/…/status" NodeOrMachine "/api/v2/…/status";
/// ```
///
/// that is: methods, handler, and each guard with the paths behind it.
macro_rules! routes {
    (
        described { $($($verb:ident)|+ $($name:ident)::+ $($guard:ident $($path:literal)+)+;)* }
        undescribed { $($($verb2:ident)|+ $($name2:ident)::+ $($guard2:ident $($path2:literal)+)+;)* }
    ) => {
        /// The whole table. HEAD is answered wherever GET is.
        pub(crate) const TABLE: &[Row] = &[
            $(row!($($verb)|+ $($name)::+ $($guard $($path)+)+),)*
            $(row!($($verb2)|+ $($name2)::+ $($guard2 $($path2)+)+),)*
        ];

        /// What the handlers say of themselves.
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($name)::+),*))]
        struct Described;
    };
}

/// One row.
macro_rules! row {
    ($($verb:ident)|+ $($name:ident)::+ $($guard:ident $($path:literal)+)+) => {
        Row {
            verbs: &[$(Verb::$verb),+],
            places: &[$(Place { guard: Guard::$guard, paths: &[$($path),+] }),+],
            handle: |route| route.to($($name)::+),
            #[cfg(test)]
            handler: (&[$(stringify!($name)),+], || row::arguments($($name)::+)),
        }
    };
}

pub(super) use {routes, row};
