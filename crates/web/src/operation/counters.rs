//! What the program counts, in the text format of Prometheus.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use ferroboard_application::{Background, Task};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds in seconds: from an answer out of memory to a client's patience.
const LATENCY_BUCKETS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TaskLabels {
    task: &'static str,
}

/// The counters of this process. Labels take few values: routes are patterns and unknown methods one
/// word, so that no client can make them grow.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    latency: Family<RouteLabels, Histogram, fn() -> Histogram>,
    in_flight: Gauge<i64, AtomicI64>,
    sockets: Gauge<i64, AtomicI64>,
    restarts: Family<TaskLabels, Counter>,
    lost_log_lines: Counter,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let requests = Family::default();
        let latency: Family<_, _, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(LATENCY_BUCKETS));
        let in_flight = Gauge::default();
        let mut registry = Registry::default();
        registry.register(
            "http_requests",
            "Requests answered, by route pattern, method and status",
            Family::clone(&requests),
        );
        registry.register(
            "http_request_duration_seconds",
            "Time from a request's head to its answer",
            latency.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests not answered yet",
            Gauge::clone(&in_flight),
        );
        let sockets = Gauge::default();
        registry.register(
            "node_sockets_open",
            "WebSockets that agents of nodes have open",
            Gauge::clone(&sockets),
        );
        let restarts = Family::default();
        registry.register(
            "background_task_restarts",
            "How often a task of the background ended and was started again",
            Family::clone(&restarts),
        );
        let lost_log_lines = Counter::default();
        registry.register(
            "log_lines_lost",
            "Lines of the log that could not be written",
            Counter::clone(&lost_log_lines),
        );
        Self {
            registry,
            requests,
            latency,
            in_flight,
            sockets,
            restarts,
            lost_log_lines,
        }
    }

    /// Counts a request as in flight until what is returned is dropped.
    pub(crate) fn enter(&self) -> Counted {
        Counted::new(&self.in_flight)
    }

    /// Counts a WebSocket as open until what is returned is dropped.
    pub(crate) fn open_socket(&self) -> Counted {
        Counted::new(&self.sockets)
    }

    pub(crate) fn answered(
        &self,
        route: &'static str,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        let status = status.as_u16();
        let labels = RequestLabels {
            route,
            method: name_of(method),
            status,
        };
        self.requests.get_or_create(&labels).inc();
        self.latency
            .get_or_create(&RouteLabels { route })
            .observe(took.as_secs_f64());
    }

    /// Takes over what others count.
    pub(crate) fn read(&self, background: &Background, lost_log_lines: u64) {
        for task in Task::ALL {
            let labels = TaskLabels { task: task.name() };
            let counter = self.restarts.get_or_create(&labels);
            counter
                .inner()
                .store(background.restarts(task), Ordering::Relaxed);
        }
        let lost = self.lost_log_lines.inner();
        lost.store(lost_log_lines, Ordering::Relaxed);
    }

    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// One of something that there is at this moment.
pub(crate) struct Counted(Gauge<i64, AtomicI64>);

impl Counted {
    fn new(gauge: &Gauge<i64, AtomicI64>) -> Self {
        gauge.inc();
        Self(Gauge::clone(gauge))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The method as a label.
pub(crate) fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_route_method_and_status() {
        let metrics = Metrics::new();
        let busy = metrics.enter();
        let took = Duration::from_millis(3);
        metrics.answered("/healthz", &Method::GET, StatusCode::OK, took);
        metrics.answered(
            "/healthz",
            &Method::from_bytes(b"ODD").unwrap(),
            StatusCode::OK,
            took,
        );
        let text = metrics.text().unwrap();
        for line in [
            r#"http_requests_total{route="/healthz",method="GET",status="200"} 1"#,
            r#"http_requests_total{route="/healthz",method="other",status="200"} 1"#,
            r#"http_request_duration_seconds_count{route="/healthz"} 2"#,
            "http_requests_in_flight 1",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        drop(busy);
        assert!(
            metrics
                .text()
                .unwrap()
                .contains("http_requests_in_flight 0")
        );
    }
}
