use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, Error};
use ferroboard_kernel::{Email, Random};
use ferroboard_site::{Plugins, Settings};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::answer::fault::Fault;
use crate::guards::rate_limit::Limits;
use crate::operation::counters::Metrics;
use crate::options::WebOptions;
use crate::request::request_id::RequestIds;

/// How long a client waits for a use case. Longer than a gateway may take (15 s); what takes longer
/// waits for a database that does not answer, and a client had better come again.
const PATIENCE: Duration = Duration::from_secs(20);

/// What every request shares. Handlers reach the use cases only through it.
pub struct Panel {
    application: Arc<Application>,
    runtime: Handle,
    running: TaskTracker,
    /// Cancelled when the panel stops; requests in flight finish, conversations end.
    pub(crate) stopping: CancellationToken,
    pub(crate) options: WebOptions,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) request_ids: RequestIds,
    pub(crate) beside: Mount,
}

/// Adds services to the server, beside those of the API. All that surrounds a request surrounds theirs.
pub type Mount = fn(&mut ServiceConfig);

impl Panel {
    /// A panel whose use cases run on `runtime`, which must outlive the server.
    pub fn new(
        application: Arc<Application>,
        runtime: Handle,
        options: WebOptions,
        random: &dyn Random,
    ) -> Self {
        Self {
            application,
            runtime,
            running: TaskTracker::new(),
            stopping: CancellationToken::new(),
            limits: Limits::new(options.limits),
            metrics: Metrics::new(),
            request_ids: RequestIds::new(random),
            options,
            beside: |_| {},
        }
    }

    /// The same with services beside the API's. They are asked after the API's own addresses, and before what
    /// answers where nothing is.
    #[must_use]
    pub fn with(mut self, beside: Mount) -> Self {
        self.beside = beside;
        self
    }

    /// Takes a token of the client's bucket, as the routes that anybody may try do; a fault of 429 when there is
    /// none left.
    pub fn admit_address(&self, address: IpAddr) -> Result<(), Fault> {
        self.limits.admit_address(address)
    }

    /// Takes a token of the account's bucket, whether or not there is such an account.
    pub fn admit_account(&self, account: &Email) -> Result<(), Fault> {
        self.limits.admit_account(account)
    }

    /// The largest request body in bytes.
    pub fn max_body_bytes(&self) -> usize {
        self.options.max_body_bytes
    }

    /// Runs one use case to its end: a client that hangs up cancels nothing, so that no change is
    /// left half acknowledged. A panic inside is a fault, not the end of the worker.
    pub async fn run<T, F, Fut>(&self, use_case: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(Arc<Application>) -> Fut,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (answer, mut answered) = oneshot::channel();
        let task = use_case(Arc::clone(&self.application));
        self.finish(Box::pin(async move {
            // Whoever asked may have hung up.
            let _ = answer.send(task.await);
        }))
        .await?;
        let outcome = answered.try_recv();
        Ok(outcome.map_err(|_| Fault::internal("a use case told no outcome".to_owned()))??)
    }

    /// Waits for what is begun, and for no longer than a client does. The task is boxed, so that what runs tasks is
    /// compiled once and not for each use case.
    async fn finish(&self, task: Pin<Box<dyn Future<Output = ()> + Send>>) -> Result<(), Fault> {
        let task = self.running.spawn_on(task.in_current_span(), &self.runtime);
        match tokio::time::timeout(PATIENCE, task).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(ended)) => Err(Fault::internal(format!("a use case ended early: {ended}"))),
            Err(_) => Err(Fault::out_of_service(format!(
                "no answer within {} s; the use case goes on",
                PATIENCE.as_secs()
            ))),
        }
    }

    /// Begins a use case that may take longer than a client waits, and that says itself how it ends. A panel that
    /// stops waits for it as for any other.
    pub fn begin<F, Fut>(&self, use_case: F)
    where
        F: FnOnce(Arc<Application>) -> Fut,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let task = use_case(Arc::clone(&self.application)).in_current_span();
        self.running.spawn_on(task, &self.runtime);
    }

    /// The use cases, for what they answer from memory.
    pub fn application(&self) -> &Application {
        &self.application
    }

    /// The site settings of this moment.
    pub fn site(&self) -> Arc<Settings> {
        self.application.site().current()
    }

    /// The plugins of this moment.
    pub fn plugins(&self) -> Arc<Plugins> {
        self.application.site().plugins()
    }

    /// Waits for the use cases whose clients hung up, for at most this long.
    pub(crate) async fn finish_running(&self, at_most: Duration) {
        self.running.close();
        if tokio::time::timeout(at_most, self.running.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                count = self.running.len(),
                "use cases are still running; they are cut"
            );
        }
    }
}
