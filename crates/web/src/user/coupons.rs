use actix_web::web::Data;
use ferroboard_billing::{Coupon, CouponCode, Period};
use ferroboard_kernel::PlanId;
use serde::Serialize;
use utoipa::ToSchema;

use super::orders;
use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// A coupon and what it is wanted for.
#[derive(ToSchema)]
pub(crate) struct CheckCouponBody {
    #[schema(value_type = String)]
    code: CouponCode,
    /// Left out, the coupon's plans do not matter.
    #[schema(value_type = Option<i64>)]
    plan_id: Option<PlanId>,
    /// Left out, the coupon's periods do not matter.
    #[schema(value_type = Option<String>)]
    period: Option<Period>,
}

impl Body for CheckCouponBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let code = read.required("code").says(Message::CouponRequired);
        let code = code.naming(orders::no_coupon, orders::coupon_code).get();
        let (plan, period) = (read.given("plan_id"), read.given("period"));
        // Zero is as good as left out; what names no plan or no period is one that no coupon is for.
        let is_named = |given: Given<'_>| !given.is_blank() && given.integer() != Some(0);
        Ok(Self {
            code: code?,
            plan_id: is_named(plan).then(|| plan.integer().map_or(NO_PLAN, PlanId::new)),
            period: is_named(period).then(|| {
                let period = period.text().and_then(|period| Period::parse(&period));
                period.unwrap_or(Period::Deposit)
            }),
        })
    }
}

/// No row has it.
const NO_PLAN: PlanId = PlanId::new(i64::MIN);

/// A coupon. Times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct CouponBody {
    id: i64,
    code: String,
    name: String,
    /// 1 `value` cents off, 2 `value` percent off.
    r#type: i64,
    value: i64,
    show: bool,
    /// Uses that are left; null for any number.
    limit_use: Option<i64>,
    /// How often one person may use it; null for any number.
    limit_use_with_user: Option<i64>,
    /// The plans that it is for; null for any.
    limit_plan_ids: Option<Vec<String>>,
    /// The periods that it is for; of users `month_price`, null for any; of administrators `monthly`, none for any.
    limit_period: Option<Vec<&'static str>>,
    started_at: i64,
    ended_at: i64,
    created_at: i64,
    updated_at: i64,
}

impl From<Coupon> for CouponBody {
    fn from(coupon: Coupon) -> Self {
        let texts = |ids: Vec<PlanId>| ids.iter().map(|id| id.get().to_string()).collect();
        let keys = |periods: Vec<Period>| periods.into_iter().map(Period::legacy_key).collect();
        Self {
            id: coupon.id.get(),
            code: coupon.code,
            name: coupon.name,
            r#type: coupon.discount.code(),
            value: coupon.discount.value(),
            show: coupon.show,
            limit_use: coupon.limit_use,
            limit_use_with_user: coupon.limit_use_with_user,
            limit_plan_ids: coupon.limit_plans.map(texts),
            limit_period: coupon.limit_periods.map(keys),
            started_at: coupon.started_at.get(),
            ended_at: coupon.ended_at.get(),
            created_at: coupon.created_at.get(),
            updated_at: coupon.updated_at.get(),
        }
    }
}

impl CouponBody {
    /// As administrators see it.
    pub(crate) fn managed(coupon: Coupon) -> Self {
        let periods = coupon.limit_periods.iter().flatten();
        let periods = periods.map(|period| period.key()).collect();
        Self {
            limit_period: Some(periods),
            ..Self::from(coupon)
        }
    }
}

/// Shows a coupon if the user could use it now. Nothing is taken.
#[utoipa::path(
    post,
    path = "/api/v1/user/coupon/check",
    request_body = CheckCouponBody,
    responses(
        (status = 200, description = "The coupon", body = SuccessBody<CouponBody>),
        (status = 400, description = "It cannot be used, or not for this", body = FailureBody),
        (status = 422, description = "The code is missing", body = FailureBody),
        (status = 429, description = "Too many wrong codes; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn check(
    session: Session,
    Read(body): Read<CheckCouponBody>,
    panel: Data<Panel>,
) -> Result<Success<CouponBody>, Fault> {
    let user = session.0.account.id;
    let CheckCouponBody {
        code,
        plan_id,
        period,
    } = body;
    let run =
        panel.run(move |app| async move { app.coupons.check(user, &code, plan_id, period).await });
    Ok(Success(CouponBody::from(run.await?)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::request::body::{body_of, complaint};
    use crate::request::input::Input;

    #[test]
    fn a_code_must_be_there_and_what_is_none_is_unknown() {
        let said = |value| complaint::<CheckCouponBody>("code", &value);
        assert_eq!(said(json!(null)), Some(Message::CouponRequired));
        assert_eq!(said(json!(["a"])), None);
        let read = body_of::<CheckCouponBody>(&Input::of_json(&json!({"code": ["a"]})));
        assert!(read.err().unwrap().is(Message::CouponInvalid));
    }
}
