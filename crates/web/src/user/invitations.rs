use actix_web::Responder;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use ferroboard_application::{CommissionLogView, InviteCodeView, InvitePageView};
use ferroboard_listing::{Found, PageRule};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::answer::envelope::{Bare, DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// How long a page of the commission log is.
const LOG_PAGES: PageRule = PageRule::new(10, 10, 100);

/// Makes an invitation code. It changes something although it is a GET, because clients ask for it
/// so.
#[utoipa::path(
    method(get, post),
    path = "/api/v1/user/invite/save",
    responses(
        (status = 200, description = "Made", body = SuccessBody<bool>),
        (status = 400, description = "The user has as many unused codes as one may have", body = FailureBody),
    )
)]
pub(crate) async fn create(session: Session, panel: Data<Panel>) -> Result<impl Responder, Fault> {
    let user = session.0.account.id;
    let run = panel.run(move |app| async move { app.invitations.create_code(user).await });
    run.await?;
    Ok(DONE.customize().insert_header((CACHE_CONTROL, "no-store")))
}

/// What the user's invitations brought.
#[derive(Serialize, ToSchema)]
pub(crate) struct InviteOverview {
    codes: Vec<InviteCodeItem>,
    /// Invited users; commission paid; commission to be confirmed; the rate in percent; commission
    /// that can be withdrawn. Amounts are in cents.
    stat: [i64; 5],
}

/// An unused invitation code.
#[derive(Serialize, ToSchema)]
pub(crate) struct InviteCodeItem {
    user_id: i64,
    code: String,
    /// How often its link was looked at.
    pv: i64,
    /// Whether it is used: always false.
    status: bool,
    created_at: i64,
    updated_at: i64,
}

impl From<InviteCodeView> for InviteCodeItem {
    fn from(view: InviteCodeView) -> Self {
        Self {
            user_id: view.user.get(),
            code: view.code,
            pv: view.views,
            status: false,
            created_at: view.created_at.get(),
            updated_at: view.updated_at.get(),
        }
    }
}

impl From<InvitePageView> for InviteOverview {
    fn from(page: InvitePageView) -> Self {
        Self {
            codes: page.codes.into_iter().map(InviteCodeItem::from).collect(),
            stat: [
                page.statistics.invited,
                page.statistics.earned.get(),
                page.pending.get(),
                // Clients compare a whole number.
                page.rate.get() / 100,
                page.statistics.available.get(),
            ],
        }
    }
}

/// The user's unused invitation codes, and what came of the others.
#[utoipa::path(
    get,
    path = "/api/v1/user/invite/fetch",
    responses((status = 200, description = "Codes and figures", body = SuccessBody<InviteOverview>))
)]
pub(crate) async fn overview(
    session: Session,
    panel: Data<Panel>,
) -> Result<Success<InviteOverview>, Fault> {
    let user = session.0.account.id;
    let run = panel.run(move |app| async move { app.invitations.overview(user).await });
    Ok(Success(InviteOverview::from(run.await?)))
}

/// Which page of the log.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogQuery {
    /// From 1, which is also the default.
    current: Option<i64>,
    /// 10 to 100; 10 by default.
    page_size: Option<i64>,
}

impl Body for LogQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            current: read.given("current").integer(),
            page_size: read.given("page_size").integer(),
        })
    }
}

/// One page of the commission log.
#[derive(Serialize, ToSchema)]
pub(crate) struct CommissionLogBody {
    data: Vec<CommissionLogItem>,
    /// How many rows there are on all pages.
    total: i64,
}

/// A paid commission. Amounts are in cents.
#[derive(Serialize, ToSchema)]
pub(crate) struct CommissionLogItem {
    id: i64,
    order_amount: i64,
    trade_no: String,
    get_amount: i64,
    created_at: i64,
}

impl From<CommissionLogView> for CommissionLogItem {
    fn from(view: CommissionLogView) -> Self {
        Self {
            id: view.id,
            order_amount: view.order_amount.get(),
            trade_no: view.trade_no,
            get_amount: view.amount.get(),
            created_at: view.created_at.get(),
        }
    }
}

impl From<Found<CommissionLogView>> for CommissionLogBody {
    fn from(page: Found<CommissionLogView>) -> Self {
        Self {
            data: page.rows.into_iter().map(CommissionLogItem::from).collect(),
            total: page.total,
        }
    }
}

/// The commission that was paid to the user, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/user/invite/details",
    params(LogQuery),
    responses((status = 200, description = "A page, without the usual envelope", body = CommissionLogBody))
)]
pub(crate) async fn commission_log(
    session: Session,
    Read(query): Read<LogQuery>,
    panel: Data<Panel>,
) -> Result<Bare<CommissionLogBody>, Fault> {
    let user = session.0.account.id;
    let page = LOG_PAGES.page(query.current, query.page_size);
    let run = panel.run(move |app| async move { app.invitations.log(user, page).await });
    Ok(Bare(CommissionLogBody::from(run.await?)))
}
