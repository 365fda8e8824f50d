//! `system/*`: how the panel is doing.

use std::collections::BTreeMap;

use actix_web::web::Data;
use ferroboard_application::QueueView;
use ferroboard_kernel::UnixSeconds;
use ferroboard_listing::PageRule;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::envelope::{Bare, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// How the panel is doing.
#[derive(Serialize, ToSchema)]
pub(crate) struct SystemState {
    /// Whether jobs are run.
    schedule: bool,
    /// The same: the panel runs its jobs itself.
    horizon: bool,
    /// When a job last began.
    schedule_last_runtime: Option<i64>,
    /// The time here, in Unix seconds.
    server_time: i64,
    /// The zone in which days are counted.
    timezone: &'static str,
    app_name: String,
    app_url: Option<String>,
    /// Of this program.
    version: &'static str,
}

/// Whether jobs run, the time, and the basics of the site.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/system/getSystemStatus",
    responses((status = 200, description = "The state", body = SuccessBody<SystemState>))
)]
pub(crate) async fn status(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<SystemState>, Fault> {
    let run = panel.run(|app| async move { app.administration.status.system().await });
    let status = run.await?;
    Ok(Success(SystemState {
        schedule: status.is_scheduled,
        horizon: status.is_scheduled,
        schedule_last_runtime: status.last_job_at.map(UnixSeconds::get),
        server_time: status.now.get(),
        timezone: status.zone,
        app_name: status.app_name,
        app_url: status.app_url,
        version: env!("CARGO_PKG_VERSION"),
    }))
}

/// The work of the job runner in numbers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueNumbers {
    failed_jobs: i64,
    jobs_per_minute: i64,
    paused_masters: i64,
    periods: Periods,
    processes: i64,
    #[schema(value_type = Option<String>)]
    queue_with_max_runtime: Option<()>,
    #[schema(value_type = Option<String>)]
    queue_with_max_throughput: Option<()>,
    recent_jobs: i64,
    /// Whether jobs are run.
    status: bool,
    /// How many wait, by queue.
    wait: BTreeMap<&'static str, i64>,
}

/// Over how many minutes is counted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Periods {
    failed_jobs: i64,
    recent_jobs: i64,
}

/// The job runner in numbers, in the words of the reference's queues.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/system/getQueueStats",
    responses((status = 200, description = "The numbers", body = SuccessBody<QueueNumbers>))
)]
pub(crate) async fn queue_numbers(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<QueueNumbers>, Fault> {
    let run = panel.run(|app| async move { app.administration.status.work().await });
    let work = run.await?;
    let waiting = work.queues.iter().filter(|queue| queue.waiting > 0);
    Ok(Success(QueueNumbers {
        failed_jobs: work.failed,
        jobs_per_minute: work.recent / 60,
        paused_masters: 0,
        periods: Periods {
            failed_jobs: 10_080,
            recent_jobs: 60,
        },
        processes: work.queues.iter().map(|queue| queue.processes).sum(),
        queue_with_max_runtime: None,
        queue_with_max_throughput: None,
        recent_jobs: work.recent,
        status: work.is_scheduled,
        wait: waiting.map(|queue| (queue.name, queue.waiting)).collect(),
    }))
}

/// What waits in one queue.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueueLoad {
    name: &'static str,
    length: i64,
    /// Seconds.
    wait: i64,
    processes: i64,
    #[schema(value_type = Option<Vec<String>>)]
    split_queues: Option<()>,
}

impl From<QueueView> for QueueLoad {
    fn from(queue: QueueView) -> Self {
        Self {
            name: queue.name,
            length: queue.waiting,
            wait: 0,
            processes: queue.processes,
            split_queues: None,
        }
    }
}

/// What waits, queue by queue.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/system/getQueueWorkload",
    responses((status = 200, description = "The queues by name", body = SuccessBody<Vec<QueueLoad>>))
)]
pub(crate) async fn queue_loads(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<QueueLoad>>, Fault> {
    let run = panel.run(|app| async move { app.administration.status.queues().await });
    let queues = run.await?.into_iter();
    Ok(Success(queues.map(QueueLoad::from).collect()))
}

/// The processes that manage queues: none, the panel runs its jobs itself.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/system/getQueueMasters",
    responses((status = 200, description = "An empty object", body = Object))
)]
pub(crate) async fn queue_masters(_: AdminSession) -> Bare<BTreeMap<String, String>> {
    Bare(BTreeMap::new())
}

/// How long a page of failures is.
const FAILURE_PAGES: PageRule = PageRule::new(20, 10, 1_000);

/// Which failures to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FailureQuery {
    /// The page, from 1.
    current: Option<i64>,
    /// Rows of a page: at least 10.
    page_size: Option<i64>,
}

impl Body for FailureQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            current: read.given("current").integer(),
            page_size: read.given("page_size").integer(),
        })
    }
}

/// Jobs that failed.
#[derive(Serialize, ToSchema)]
pub(crate) struct FailedJobs {
    data: Vec<FailedJob>,
    total: i64,
    current: i64,
    page_size: i64,
}

/// A job whose latest run failed.
#[derive(Serialize, ToSchema)]
pub(crate) struct FailedJob {
    id: String,
    connection: &'static str,
    queue: &'static str,
    name: String,
    status: &'static str,
    payload: &'static str,
    /// Why it failed.
    exception: String,
    /// When that run began, in Unix seconds.
    failed_at: Option<i64>,
}

/// The jobs whose latest run failed, the latest first.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/system/getHorizonFailedJobs",
    params(FailureQuery),
    responses((status = 200, description = "The jobs", body = FailedJobs))
)]
pub(crate) async fn failed_jobs(
    _: AdminSession,
    Read(query): Read<FailureQuery>,
    panel: Data<Panel>,
) -> Result<Bare<FailedJobs>, Fault> {
    let page = FAILURE_PAGES.page(query.current, query.page_size);
    let run = panel.run(|app| async move { app.administration.status.failed_jobs().await });
    let row = |job: ferroboard_application::FailedJobView| FailedJob {
        id: job.name.clone(),
        connection: "database",
        queue: "default",
        name: job.name,
        status: "failed",
        payload: "",
        exception: job.reason,
        failed_at: job.started_at.map(UnixSeconds::get),
    };
    let found = page.of(run.await?).map(row);
    Ok(Bare(FailedJobs {
        data: found.rows,
        total: found.total,
        current: page.number(),
        page_size: page.rows(),
    }))
}
