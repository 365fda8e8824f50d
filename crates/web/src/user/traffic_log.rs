use actix_web::web::Data;
use ferroboard_application::TrafficLogView;
use ferroboard_kernel::UnixSeconds;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Which days, at most 92.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrafficQuery {
    /// From this Unix second; the beginning of this month by default.
    #[param(value_type = Option<i64>)]
    start: Option<UnixSeconds>,
    /// Before this Unix second.
    #[param(value_type = Option<i64>)]
    end: Option<UnixSeconds>,
}

impl Body for TrafficQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let (start, end) = (time(read, "start"), time(read, "end"));
        Ok(Self {
            start: start?,
            end: end?,
        })
    }
}

fn time(read: &mut Reader<'_>, name: &'static str) -> Result<Option<UnixSeconds>, Refused> {
    let time = read.nullable(name).integer().says(Message::TimeInvalid);
    time.map(UnixSeconds::new).get()
}

/// What was transferred through nodes of one rate in one day. Bytes are multiplied by the rate.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrafficItem {
    /// Bytes received.
    d: i64,
    /// Bytes sent.
    u: i64,
    /// 00:00 of the day.
    record_at: i64,
    /// The rate with two decimals.
    server_rate: String,
    user_id: i64,
}

impl From<TrafficLogView> for TrafficItem {
    fn from(view: TrafficLogView) -> Self {
        Self {
            d: view.download,
            u: view.upload,
            record_at: view.record_at.get(),
            server_rate: format!("{}.{:02}", view.rate / 100, view.rate % 100),
            user_id: view.user.get(),
        }
    }
}

/// The user's traffic by day and rate, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/user/stat/getTrafficLog",
    params(TrafficQuery),
    responses(
        (status = 200, description = "The days", body = SuccessBody<Vec<TrafficItem>>),
        (status = 422, description = "A time is malformed", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    session: Session,
    Read(query): Read<TrafficQuery>,
    panel: Data<Panel>,
) -> Result<Success<Vec<TrafficItem>>, Fault> {
    let user = session.0.account.id;
    let TrafficQuery { start, end } = query;
    let run = panel.run(move |app| async move { app.traffic_log.list(user, start, end).await });
    let rows = run.await?.into_iter();
    Ok(Success(rows.map(TrafficItem::from).collect()))
}
