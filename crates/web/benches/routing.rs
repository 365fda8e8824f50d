//! How long a request takes to find its handler, by the thread's processor time: what other programs do
//! meanwhile does not count.
//!
//! `cargo bench -p ferroboard-web --features bench --bench routing`
//!
//! The router is the real one with handlers that do nothing, filled up to 134 and to 250 paths. `alone` is a
//! router of that one path: what it costs to take a request and to answer it, however it was found. The way
//! to the handler is the difference.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a measurement that meets something unexpected is to stop and say so"
)]

use std::time::Duration;

use actix_web::dev::Service as _;
use actix_web::http::Method;
use actix_web::rt::System;
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpResponse};
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use futures_util::FutureExt as _;
use rustix::time::{ClockId, clock_gettime};

/// What is asked.
const ASKED: [(Method, &str); 6] = [
    (Method::POST, "/api/v1/server/UniProxy/push"),
    (Method::GET, "/api/v1/client/subscribe"),
    (Method::POST, "/api/v2/server/report"),
    (Method::GET, "/api/v1/user/info"),
    (Method::GET, "/api/v1/guest/comm/config"),
    (Method::GET, "/healthz"),
];

/// The processor time of this thread.
struct ThreadTime(WallTime);

impl Measurement for ThreadTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        let now = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(
            now.tv_sec.try_into().unwrap(),
            now.tv_nsec.try_into().unwrap(),
        )
    }

    fn end(&self, start: Duration) -> Duration {
        self.start() - start
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        self.0.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        self.0.formatter()
    }
}

fn find(
    criterion: &mut Criterion<ThreadTime>,
    name: &str,
    (method, path): (Method, &str),
    configure: impl FnOnce(&mut ServiceConfig),
) {
    let service = System::new().block_on(init_service(App::new().configure(configure)));
    criterion.bench_function(&format!("{method} {path}/{name}"), |bencher| {
        let request = || {
            TestRequest::with_uri(path)
                .method(method.clone())
                .to_request()
        };
        let ask = |request| {
            // The handlers are ready at once.
            let response = service.call(request).now_or_never().unwrap().unwrap();
            assert_eq!(response.status(), 204, "{path}");
            response
        };
        bencher.iter_batched(request, ask, BatchSize::SmallInput);
    });
}

fn routing(criterion: &mut Criterion<ThreadTime>) {
    for asked in ASKED {
        let path = asked.1;
        find(criterion, "alone", asked.clone(), |config| {
            let nothing = web::to(async || HttpResponse::NoContent());
            config.service(web::resource(path).route(nothing));
        });
        for paths in [134, 250] {
            let filled = ferroboard_web::filled(paths);
            find(criterion, &paths.to_string(), asked.clone(), filled);
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ThreadTime(WallTime));
    targets = routing
}
criterion_main!(benches);
