//! What was tried to renew subscriptions.

use actix_web::web::Data;
use ferroboard_billing::RenewalAttempt;
use ferroboard_kernel::{Cents, TradeNo};
use ferroboard_listing::{Found, PageRule};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::answer::envelope::Bare;
use crate::answer::fault::Fault;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Pages of attempts.
pub(crate) const ATTEMPT_PAGES: PageRule = PageRule::always(20);

/// Which page of the attempts.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AttemptQuery {
    /// From 1, which is also the default. A page has 20 rows.
    current: Option<i64>,
}

impl Body for AttemptQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            current: read.given("current").integer(),
        })
    }
}

/// One page of attempts.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttemptsBody {
    data: Vec<AttemptItem>,
    /// How many rows there are on all pages.
    total: i64,
}

/// An attempt to renew a subscription. Amounts are in cents.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttemptItem {
    user_id: i64,
    /// Which end of the subscription.
    ends_at: i64,
    /// `renewed`, `unpaid`, `busy` (another order is unfinished) or `unavailable`.
    outcome: &'static str,
    /// What the renewal costs, where that was found.
    price: Option<i64>,
    /// What was on the balance.
    balance: i64,
    /// The order, where one was placed.
    trade_no: Option<String>,
    created_at: i64,
}

impl From<RenewalAttempt> for AttemptItem {
    fn from(attempt: RenewalAttempt) -> Self {
        let number = |trade_no: TradeNo| trade_no.as_str().to_owned();
        Self {
            user_id: attempt.user.get(),
            ends_at: attempt.ends.get(),
            outcome: attempt.outcome.as_str(),
            price: attempt.price.map(Cents::get),
            balance: attempt.balance.get(),
            trade_no: attempt.trade_no.map(number),
            created_at: attempt.at.get(),
        }
    }
}

impl From<Found<RenewalAttempt>> for AttemptsBody {
    fn from(page: Found<RenewalAttempt>) -> Self {
        Self {
            data: page.rows.into_iter().map(AttemptItem::from).collect(),
            total: page.total,
        }
    }
}

/// What was tried to renew the user's subscription, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/user/auto-renewal/fetch",
    params(AttemptQuery),
    responses((status = 200, description = "A page, without the usual envelope", body = AttemptsBody))
)]
pub(crate) async fn list(
    session: Session,
    Read(query): Read<AttemptQuery>,
    panel: Data<Panel>,
) -> Result<Bare<AttemptsBody>, Fault> {
    let user = session.0.account.id;
    let page = ATTEMPT_PAGES.page(query.current, None);
    let run = panel.run(move |app| async move { app.auto_renewals.attempts(user, page).await });
    Ok(Bare(AttemptsBody::from(run.await?)))
}
