//! The addresses of the table: each path once, with all that answers there.

use actix_web::guard::{self, GuardContext};
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Resource, Route, web};

use super::guard::{Guard, asks};
use super::row::{Row, Verb};
use crate::answer::fault::Fault;
use crate::request::pattern::Pattern;

/// A subscription link as the router takes it: its first part is a site setting, which may hold slashes.
const LINK: &str = "/{subscribe_path:.+}/{token}";

/// One path with all that answers there.
pub(super) struct Address {
    pub(super) path: &'static str,
    answers: Vec<(Verb, Guard, &'static Row)>,
}

impl Address {
    /// Each path of the rows once, in their order.
    pub(super) fn of(rows: &'static [Row]) -> Vec<Self> {
        let mut addresses: Vec<Self> = Vec::new();
        for row in rows {
            for (path, guard) in row.paths() {
                let answers = row.verbs().iter().map(|verb| (*verb, guard, row));
                match addresses.iter_mut().find(|address| address.path == path) {
                    Some(address) => address.answers.extend(answers),
                    None => addresses.push(Self {
                        path,
                        answers: answers.collect(),
                    }),
                }
            }
        }
        addresses
    }

    /// What answers there, by method.
    pub(super) fn routes(&self) -> impl Iterator<Item = (Verb, Route)> {
        let answers = self.answers.iter();
        answers.map(|(verb, guard, row)| (*verb, row.route(*verb, *guard)))
    }

    /// What answers any other method: 405, and to OPTIONS what there is.
    pub(super) fn other_method(&self) -> Route {
        let has = |verb| self.answers.iter().any(|(known, ..)| *known == verb);
        let allowed = HeaderValue::from_static(match (has(Verb::Get), has(Verb::Post)) {
            (true, false) => "GET, HEAD",
            (true, true) => "GET, HEAD, POST",
            (false, _) => "POST",
        });
        web::to(move |request: HttpRequest| {
            std::future::ready(other_method(&request, allowed.clone()))
        })
    }

    /// The address as the router takes it, mounted `at` what its scope leaves of the path.
    pub(super) fn resource(&self, at: &'static str) -> Resource {
        let is_link = self
            .answers
            .iter()
            .any(|(_, guard, _)| *guard == Guard::Link);
        let mut resource = web::resource(if is_link { LINK } else { at });
        for (_, guard, _) in &self.answers {
            if let Some(presence) = guard.presence() {
                let is_there = move |context: &GuardContext<'_>| asks(context, presence);
                resource = resource.guard(guard::fn_guard(is_there));
            }
        }
        resource = noted(resource, Pattern(self.path));
        for (_, route) in self.routes() {
            resource = resource.route(route);
        }
        resource.default_service(self.other_method())
    }

    /// The beginning that the path shares with its neighbours: a request is first looked for by it, and
    /// then among the addresses that have it.
    pub(super) fn scope(&self) -> Option<&'static str> {
        let tail = self.path.strip_prefix("/api/")?;
        let (version, tail) = tail.split_once('/')?;
        let (noun, _) = tail.split_once('/')?;
        self.path
            .get(.."/api/".len() + version.len() + 1 + noun.len())
    }
}

/// The resource, which tells the log and the counters its row as soon as a request is found to be its own. To be
/// mounted with no further guards: they are asked in their order, and this one lets everything through.
pub fn noted(resource: Resource, row: Pattern) -> Resource {
    resource.app_data(row).guard(guard::fn_guard(move |_| {
        row.found();
        true
    }))
}

/// What answers where nothing is.
pub(super) fn unknown() -> Route {
    web::to(|| async { Err::<HttpResponse, _>(Fault::unknown_route()) })
}

fn other_method(request: &HttpRequest, allowed: HeaderValue) -> Result<HttpResponse, Fault> {
    if request.method() == Method::OPTIONS {
        Ok(HttpResponse::NoContent()
            .insert_header((ALLOW, allowed))
            .finish())
    } else {
        Err(Fault::method_refused(allowed))
    }
}
