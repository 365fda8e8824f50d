use actix_web::web::Data;
use ferroboard_application::TrafficLogView;
use ferroboard_kernel::UnixSeconds;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session::Session;
use crate::request::field::Field;
use crate::request::valid::{Valid, refuse_when};

/// Which days, at most 92.
#[derive(Deserialize, Default, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrafficQuery {
    /// From this Unix second; the beginning of this month by default.
    #[validate(custom(function = time))]
    #[param(value_type = Option<i64>, required = false)]
    start: Field,
    /// Before this Unix second.
    #[validate(custom(function = time))]
    #[param(value_type = Option<i64>, required = false)]
    end: Field,
}

fn time(field: &Field) -> Result<(), ValidationError> {
    let refused = !field.is_blank() && field.integer().is_none();
    refuse_when(refused, Message::TimeInvalid)
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
    Valid(query): Valid<TrafficQuery>,
    panel: Data<Panel>,
) -> Result<Success<Vec<TrafficItem>>, Fault> {
    let user = session.0.account.id;
    let at = |field: &Field| field.integer().map(UnixSeconds::new);
    let (start, end) = (at(&query.start), at(&query.end));
    let run = panel.run(move |app| async move { app.traffic_log.list(user, start, end).await });
    let rows = run.await?.into_iter();
    Ok(Success(rows.map(TrafficItem::from).collect()))
}
