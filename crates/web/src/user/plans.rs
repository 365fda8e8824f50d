use actix_web::web::Data;
use actix_web::{Either, Responder};
use ferroboard_billing::BillingError;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Locale;
use crate::guards::session::Session;
use crate::guest::plans::{Offer, PlanTexts, offers};
use crate::request::field::Field;
use crate::request::valid::Valid;

/// Which plan to show.
#[derive(Deserialize, Default, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlanQuery {
    /// One plan; 0 or left out for all that are on sale.
    #[param(value_type = Option<i64>, required = false)]
    id: Field,
}

/// What is on sale, or one plan that the user may buy or renew. `Content-Language` selects the
/// language of the texts in it.
#[utoipa::path(
    get,
    path = "/api/v1/user/plan/fetch",
    params(PlanQuery),
    responses(
        (status = 200, description = "The plans; with `id` the one plan itself instead of a list", body = SuccessBody<Vec<Offer>>),
        (status = 400, description = "There is no such plan for the user", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    session: Session,
    Valid(query): Valid<PlanQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<impl Responder, Fault> {
    if query.id.is_blank() || query.id.integer() == Some(0) {
        return Ok(Either::Left(Success(offers(&panel, locale).await?)));
    }
    let id = query.id.plan_id();
    let own = session.0.account.plan_id;
    let run = panel.run(move |app| async move {
        let id = id.ok_or(BillingError::PlanMissing)?;
        Ok((app.plans.detail(id, own).await?, app.plans.reset_method()))
    });
    let (plan, reset_method) = run.await?;
    let texts = PlanTexts {
        locale,
        reset_method,
    };
    Ok(Either::Right(Success(Offer::new(plan, texts))))
}
