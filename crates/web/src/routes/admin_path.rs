//! Everything behind the admin path: whoever has passed its guard is led to the row by one look into a
//! map, however many rows there are.

use std::collections::HashMap;
use std::rc::Rc;

use actix_web::dev::{
    Extensions, ResourceDef, Service, ServiceFactory, ServiceRequest, ServiceResponse, always_ready,
};
use actix_web::middleware::from_fn;
use actix_web::{Error, Route};
use futures_util::future::LocalBoxFuture;

use super::address::{Address, unknown};
use super::row::Verb;
use crate::admin::guard;
use crate::request::pattern::Pattern;

/// What the log calls an address that is not in the table.
const ELSEWHERE: &str = "/api/{version:v1|v2}/{secure_path}/{route:.*}";

/// A route, ready to answer in one worker.
type Ready = <Route as ServiceFactory<ServiceRequest>>::Service;

/// What answers at one address.
struct Answers<T> {
    pattern: Pattern,
    /// The same, for the counters.
    noted: Rc<Extensions>,
    /// How the part of the path is taken that the row names (`{userId}`).
    named: Option<ResourceDef>,
    by_verb: Vec<(Verb, T)>,
    /// What answers any other method, also only to administrators: to nobody else is the address there.
    other: T,
}

impl<T> Answers<T> {
    fn new(
        pattern: Pattern,
        named: Option<ResourceDef>,
        by_verb: Vec<(Verb, T)>,
        other: T,
    ) -> Self {
        let mut noted = Extensions::new();
        noted.insert(pattern);
        Self {
            pattern,
            noted: Rc::new(noted),
            named,
            by_verb,
            other,
        }
    }

    fn to(&self, verb: Option<Verb>) -> &T {
        let mut by_verb = self.by_verb.iter();
        let known = by_verb.find(|(known, _)| Some(*known) == verb);
        known.map_or(&self.other, |(_, answer)| answer)
    }
}

impl Answers<Route> {
    fn ready(&self) -> impl Future<Output = Result<Answers<Ready>, ()>> + use<> {
        let by_verb = self.by_verb.iter();
        let routes: Vec<_> = by_verb
            .map(|(verb, route)| (*verb, route.new_service(())))
            .collect();
        let other = self.other.new_service(());
        let (pattern, noted, named) = (self.pattern, Rc::clone(&self.noted), self.named.clone());
        async move {
            let mut by_verb = Vec::with_capacity(routes.len());
            for (verb, route) in routes {
                by_verb.push((verb, route.await?));
            }
            Ok(Answers {
                pattern,
                noted,
                named,
                by_verb,
                other: other.await?,
            })
        }
    }
}

/// All addresses behind the admin path under one version of the API.
pub(super) struct AdminPath {
    answers: Vec<(&'static str, Answers<Route>)>,
    elsewhere: Answers<Route>,
}

impl AdminPath {
    /// Addresses, each with what its path has behind the admin path.
    pub(super) fn new<'a>(addresses: impl Iterator<Item = (&'a Address, &'static str)>) -> Self {
        let answers = addresses.map(|(address, tail)| {
            let (key, named) = key(tail);
            let other = address.other_method().wrap(from_fn(guard::require));
            let routes = address.routes().collect();
            (
                key,
                Answers::new(Pattern(address.path), named, routes, other),
            )
        });
        let nothing = unknown().wrap(from_fn(guard::require_only));
        Self {
            answers: answers.collect(),
            elsewhere: Answers::new(Pattern(ELSEWHERE), None, Vec::new(), nothing),
        }
    }
}

/// Under what an address is kept: all of its path, or what stands before the part that is named, which is one of
/// the last two.
fn key(tail: &'static str) -> (&'static str, Option<ResourceDef>) {
    match tail.find('{').and_then(|at| tail.get(..at)) {
        Some(fixed) => (fixed, Some(ResourceDef::new(tail))),
        None => (tail, None),
    }
}

impl ServiceFactory<ServiceRequest> for AdminPath {
    type Response = ServiceResponse;
    type Error = Error;
    type Config = ();
    type Service = Rows;
    type InitError = ();
    type Future = LocalBoxFuture<'static, Result<Rows, ()>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let answers = self.answers.iter();
        let answers: Vec<_> = answers
            .map(|(key, answers)| (*key, answers.ready()))
            .collect();
        let elsewhere = self.elsewhere.ready();
        Box::pin(async move {
            let mut rows = HashMap::with_capacity(answers.len());
            for (key, answers) in answers {
                rows.insert(key, answers.await?);
            }
            let elsewhere = elsewhere.await?;
            Ok(Rows { rows, elsewhere })
        })
    }
}

/// The same, ready to answer in one worker.
pub(super) struct Rows {
    rows: HashMap<&'static str, Answers<Ready>>,
    elsewhere: Answers<Ready>,
}

impl Rows {
    /// What answers a request, which takes the named part of its path along.
    fn find(&self, request: &mut ServiceRequest) -> &Answers<Ready> {
        let tail = request.match_info().unprocessed();
        let before_last = |path: &str| {
            let fixed = path.get(..=path.rfind('/')?)?;
            self.rows.get(fixed)
        };
        let found = self.rows.get(tail).or_else(|| before_last(tail));
        let found = found.or_else(|| before_last(tail.rsplit_once('/')?.0));
        let found = found.filter(|answers| match &answers.named {
            Some(named) => named.capture_match_info(request),
            None => true,
        });
        found.unwrap_or(&self.elsewhere)
    }
}

impl Service<ServiceRequest> for Rows {
    type Response = ServiceResponse;
    type Error = Error;
    type Future = <Ready as Service<ServiceRequest>>::Future;

    always_ready!();

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let answers = self.find(&mut request);
        answers.pattern.found();
        request.add_data_container(Rc::clone(&answers.noted));
        answers.to(Verb::of(request.method())).call(request)
    }
}
