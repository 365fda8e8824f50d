use actix_web::web::Data;
use actix_web::{Either, Responder};
use ferroboard_application::Error;
use ferroboard_billing::BillingError;
use ferroboard_kernel::PlanId;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Locale;
use crate::guards::session::Session;
use crate::guest::plans::{Offer, PlanTexts, offers};
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// Which plan to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlanQuery {
    /// One plan; 0 or left out for all that are on sale.
    #[param(value_type = Option<i64>)]
    id: Option<PlanId>,
}

impl Body for PlanQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let unknown = || Error::from(BillingError::PlanMissing).into();
        let id = read.nullable("id").naming(unknown, Given::integer).get();
        Ok(Self {
            id: id?.filter(|id| *id != 0).map(PlanId::new),
        })
    }
}

/// Either all plans on sale or one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum OffersBody {
    /// In the order of the shop.
    #[expect(dead_code, reason = "the list is written once for everybody")]
    All(Vec<Offer>),
    /// Whether on sale or the user's own.
    One(Box<Offer>),
}

/// What is on sale, or one plan that the user may buy or renew. `Content-Language` selects the
/// language of the texts in it.
#[utoipa::path(
    get,
    path = "/api/v1/user/plan/fetch",
    params(PlanQuery),
    responses(
        (status = 200, description = "The plans; with `id` the one plan itself instead of a list", body = SuccessBody<OffersBody>),
        (status = 400, description = "There is no such plan for the user", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    session: Session,
    Read(query): Read<PlanQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<impl Responder, Fault> {
    let Some(id) = query.id else {
        return Ok(Either::Left(offers(&panel, locale).await?));
    };
    let own = session.0.account.plan_id;
    let run = panel.run(move |app| async move {
        Ok((app.plans.detail(id, own).await?, app.plans.reset_method()))
    });
    let (plan, reset_method) = run.await?;
    let texts = PlanTexts {
        locale,
        reset_method,
    };
    let offer = Offer::new(plan, texts);
    Ok(Either::Right(Success(OffersBody::One(Box::new(offer)))))
}
