//! `traffic-reset/*`: traffic that is counted anew.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use chrono::{Days, NaiveDateTime, NaiveTime};
use ferroboard_application::{RESET_LOG, ResetFilter};
use ferroboard_kernel::{UnixSeconds, UserId};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::access::{existing, named_by};
use super::reset_body::{ResetBody, ResetOfUser};
use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{Bare, FailureBody};
use crate::answer::fault::Fault;
use crate::answer::instant::iso;
use crate::answer::messages::{Locale, Message};
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Which resets are shown.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogQuery {
    #[param(value_type = Option<i64>)]
    user_id: Option<UserId>,
    /// A part of the address.
    user_email: Option<String>,
    /// `monthly`, `first_day_month`, `yearly`, `first_day_year`, `manual` or `purchase`.
    #[param(value_type = Option<String>)]
    reset_type: Option<&'static str>,
    /// `auto`, `manual`, `api`, `cron` or `user_access`.
    #[param(value_type = Option<String>)]
    trigger_source: Option<&'static str>,
    /// The first day.
    #[param(value_type = Option<String>)]
    start_date: Option<NaiveDateTime>,
    /// The last day.
    #[param(value_type = Option<String>)]
    end_date: Option<NaiveDateTime>,
    /// 1 to 10,000.
    per_page: Option<i64>,
    page: Option<i64>,
}

const KINDS: &[&str] = &[
    "monthly",
    "first_day_month",
    "yearly",
    "first_day_year",
    "manual",
    "purchase",
];
const SOURCES: &[&str] = &["auto", "manual", "api", "cron", "user_access"];

impl Body for LogQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let user = read.nullable("user_id").integer().map(UserId::new).get();
        let email = read.nullable("user_email").text().max(255).get();
        let kind = read.nullable("reset_type").one_of(KINDS).get();
        let source = read.nullable("trigger_source").one_of(SOURCES).get();
        let start = read.nullable("start_date").date().get();
        let end = read.nullable("end_date").date().get();
        let end = end.and_then(|end| match (start, end) {
            (Ok(Some(start)), Some(end)) if end < start => {
                Err(read.complain("end_date", Message::FieldTooSmall))
            }
            _ => Ok(end),
        });
        let rows = read.nullable("per_page").integer().min(1);
        let rows = rows.max(RESET_LOG.pages.most).get();
        let page = read.nullable("page").integer().min(1).get();
        Ok(Self {
            user_id: user?,
            user_email: email?,
            reset_type: kind?,
            trigger_source: source?,
            start_date: start?,
            end_date: end?,
            per_page: rows?,
            page: page?,
        })
    }
}

/// A page of resets.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResetPage {
    data: Vec<ResetBody>,
    pagination: Pagination,
}

/// Which page it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Pagination {
    current_page: i64,
    /// At least 1.
    last_page: i64,
    per_page: i64,
    /// Rows on all pages.
    total: i64,
}

/// The end of the day that a date names; a time is meant as it stands.
fn end_of(shown: NaiveDateTime) -> NaiveDateTime {
    let next = (shown.time() == NaiveTime::MIN).then(|| shown.checked_add_days(Days::new(1)));
    let last = next.flatten().and_then(|next| {
        let second = chrono::TimeDelta::seconds(1);
        next.checked_sub_signed(second)
    });
    last.unwrap_or(shown)
}

/// Resets of traffic, the latest first.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/traffic-reset/logs",
    params(LogQuery),
    responses(
        (status = 200, description = "A page of them", body = ResetPage),
        (status = 422, description = "A field is odd", body = FailureBody),
    )
)]
pub(crate) async fn logs(
    _: AdminSession,
    Read(query): Read<LogQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<ResetPage>, Fault> {
    let page = RESET_LOG.pages.page(query.page, query.per_page);
    let zone = panel.application().administration.resets.zone();
    let filter = ResetFilter {
        user: query.user_id,
        email: query.user_email,
        kind: query.reset_type,
        source: query.trigger_source,
        from: query.start_date.map(|shown| zone.instant(shown)),
        until: query.end_date.map(|shown| zone.instant(end_of(shown))),
    };
    let run =
        panel.run(move |app| async move { app.administration.resets.list(&filter, page).await });
    let found = run.await?;
    let resets = found.rows.into_iter();
    Ok(Bare(ResetPage {
        data: resets.map(|reset| ResetBody::of(reset, locale)).collect(),
        pagination: Pagination {
            current_page: page.number(),
            last_page: page.last(found.total),
            per_page: page.rows(),
            total: found.total,
        },
    }))
}

/// How many days are looked at.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatsQuery {
    /// 1 to 365; 30 without it.
    #[param(value_type = Option<i64>)]
    days: i64,
}

impl Body for StatsQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let days = read.nullable("days").integer().min(1).max(365).or(30)?;
        Ok(Self { days })
    }
}

/// An answer whose values stand in `data` alone.
#[derive(Serialize, ToSchema)]
pub(crate) struct InData<T> {
    data: T,
}

/// How many resets there were.
#[derive(Serialize, ToSchema)]
#[allow(clippy::struct_field_names, reason = "the names of the wire")]
pub(crate) struct ResetNumbers {
    total_resets: i64,
    auto_resets: i64,
    manual_resets: i64,
    cron_resets: i64,
}

/// How many resets there were in the last days.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/traffic-reset/stats",
    params(StatsQuery),
    responses(
        (status = 200, description = "The numbers", body = InData<ResetNumbers>),
        (status = 422, description = "A field is odd", body = FailureBody),
    )
)]
pub(crate) async fn stats(
    _: AdminSession,
    Read(query): Read<StatsQuery>,
    panel: Data<Panel>,
) -> Result<Bare<InData<ResetNumbers>>, Fault> {
    let run =
        panel.run(move |app| async move { app.administration.resets.count(query.days).await });
    let counts = run.await?;
    Ok(Bare(InData {
        data: ResetNumbers {
            total_resets: counts.all,
            auto_resets: counts.auto,
            manual_resets: counts.manual,
            cron_resets: counts.cron,
        },
    }))
}

/// How many resets are shown.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// 1 to 50; 10 without it.
    #[param(value_type = Option<i64>)]
    limit: i64,
}

impl Body for HistoryQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let limit = read.nullable("limit").integer().min(1).max(50).or(10)?;
        Ok(Self { limit })
    }
}

/// A user with the latest resets.
#[derive(Serialize, ToSchema)]
pub(crate) struct History {
    user: ResetUser,
    history: Vec<ResetOfUser>,
}

/// Whose traffic it is. Times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResetUser {
    id: i64,
    email: String,
    reset_count: i64,
    last_reset_at: Option<i64>,
    next_reset_at: Option<i64>,
}

fn nobody() -> Fault {
    Fault::new(StatusCode::NOT_FOUND, Message::AccountMissing)
}

/// The latest resets of one user.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/traffic-reset/user/{userId}/history",
    params(("userId" = i64, Path, description = "Whose"), HistoryQuery),
    responses(
        (status = 200, description = "The user and the resets", body = InData<History>),
        (status = 404, description = "There is no such user", body = FailureBody),
        (status = 422, description = "A field is odd", body = FailureBody),
    )
)]
pub(crate) async fn history(
    _: AdminSession,
    path: Path<(String, String)>,
    Read(query): Read<HistoryQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<InData<History>>, Fault> {
    let user = path.1.parse().map(UserId::new).map_err(|_| nobody())?;
    let run = panel.run(move |app| async move {
        existing(app.administration.resets.history(user, query.limit).await)
    });
    let (user, resets) = run.await?.ok_or_else(nobody)?;
    let resets = resets.iter().map(|reset| ResetOfUser::of(reset, locale));
    Ok(Bare(InData {
        data: History {
            history: resets.collect(),
            user: ResetUser {
                id: user.id.get(),
                email: user.email,
                reset_count: user.reset_count,
                last_reset_at: user.last_reset_at,
                next_reset_at: user.next_reset_at,
            },
        },
    }))
}

/// Whose traffic is counted anew, and why.
#[derive(ToSchema)]
pub(crate) struct ResetTrafficBody {
    #[schema(value_type = i64)]
    user_id: UserId,
    /// Noted beside the reset.
    reason: Option<String>,
}

impl Body for ResetTrafficBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let user = read.required("user_id").says(Message::UserIdRequired);
        let user = user.integer().map(UserId::new).get();
        let reason = read.nullable("reason").string().max(255).get();
        Ok(Self {
            user_id: user?,
            reason: reason?,
        })
    }
}

/// What was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResetDone {
    message: String,
    data: ResetOutcome,
}

/// Whose traffic was counted anew.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResetOutcome {
    user_id: i64,
    email: String,
    reset_time: Option<String>,
    next_reset_at: Option<i64>,
}

/// Counts a user's traffic anew, due or not.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/traffic-reset/reset-user",
    request_body = ResetTrafficBody,
    responses(
        (status = 200, description = "Done", body = ResetDone),
        (status = 400, description = "The user is banned, or no plan runs", body = FailureBody),
        (status = 422, description = "A field is odd, or there is no such user", body = FailureBody),
    )
)]
pub(crate) async fn reset(
    Changing(change): Changing,
    Read(body): Read<ResetTrafficBody>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<ResetDone>, Fault> {
    let run = panel.run(move |app| async move {
        let resets = &app.administration.resets;
        existing(resets.reset(body.user_id, body.reason, change).await)
    });
    let reset = named_by("user_id", run.await?)?;
    Ok(Bare(ResetDone {
        message: Message::ResetDone.text(locale).into_owned(),
        data: ResetOutcome {
            user_id: reset.user.get(),
            email: reset.email.as_str().to_owned(),
            reset_time: iso(reset.at),
            next_reset_at: reset.next_reset_at.map(UnixSeconds::get),
        },
    }))
}
