//! `coupon/*`: the coupons.

use actix_web::Either;
use actix_web::web::Data;
use ferroboard_application::CouponRow;
use ferroboard_billing::{
    Coupon, CouponCode, CouponScope, CouponSpan, CouponTerms, Discount, NewCodes, NewCoupons,
    Period, UseLimit,
};
use ferroboard_kernel::{Cents, CouponId, PlanId, UnixSeconds, Zone};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::Changing;
use crate::answer::csv::Csv;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guest::plans::stored_json;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// A coupon as administrators see it. Times are in Unix seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct CouponItem {
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
    #[schema(value_type = Option<Vec<String>>)]
    limit_plan_ids: Value,
    /// The periods that it is for (`monthly`); none for any.
    limit_period: Vec<String>,
    started_at: i64,
    ended_at: i64,
    created_at: i64,
    updated_at: i64,
}

/// A coupon that is made or changed, or many that are made.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes what `Generate` reads")]
pub(crate) struct GenerateCoupons {
    /// The coupon that is changed; a new one without it.
    id: Option<i64>,
    /// So many coupons are made with drawn codes, and answered as a table; at most 500.
    generate_count: Option<i64>,
    name: String,
    /// 1 `value` cents off, 2 `value` percent off.
    r#type: i64,
    value: i64,
    started_at: i64,
    ended_at: i64,
    /// How many uses are left; null for any number.
    limit_use: Option<i64>,
    /// How often one person may use it; null for any number.
    limit_use_with_user: Option<i64>,
    /// The plans that it is for; null for any.
    limit_plan_ids: Option<Vec<String>>,
    /// The periods that it is for, in either spelling; null for any.
    limit_period: Option<Vec<String>>,
    /// A new coupon without one gets a drawn code.
    code: Option<String>,
}

/// The same as it is read.
pub(crate) struct Generate {
    id: Option<CouponId>,
    count: usize,
    terms: CouponTerms,
    code: Option<CouponCode>,
}

/// At most so many coupons are made at once.
const MOST: i64 = 500;

impl Body for Generate {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let count = read.nullable("generate_count").integer();
        let count = count.says(Message::CouponCountInvalid).max(MOST);
        let count = count.says(Message::CouponCountTooLarge);
        let count = count.parse(Message::CouponCountInvalid, |count| count.try_into().ok());
        let count = count.or(0);
        let name = read.required("name").says(Message::CouponNameRequired);
        let name = name.text().max(255).get();
        let kind = read.required("type").says(Message::CouponTypeRequired);
        let kind = kind.one_of(&["1", "2"]).says(Message::CouponTypeInvalid);
        let kind = kind.map(|kind| if kind == "1" { 1 } else { 2 }).get();
        let value = read.required("value").says(Message::CouponValueRequired);
        let value = value.integer().says(Message::CouponValueInvalid).get();
        let discount = kind.and_then(|kind| {
            let discount = Discount::offered(kind, value?);
            discount.ok_or_else(|| read.complain("value", Message::CouponValueInvalid))
        });
        let start = read.required("started_at");
        let start = start.says(Message::CouponStartRequired).integer();
        let start = start.says(Message::CouponStartInvalid).get();
        let end = read.required("ended_at").says(Message::CouponEndRequired);
        let end = end.integer().says(Message::CouponEndInvalid).get();
        let span = start.and_then(|start| {
            let span = CouponSpan::new(start, end?);
            span.ok_or_else(|| read.complain("ended_at", Message::CouponEndsBeforeStart))
        });
        let limit_use = uses(read, "limit_use", Message::CouponUsesInvalid);
        let message = Message::CouponUserUsesInvalid;
        let limit_use_with_user = uses(read, "limit_use_with_user", message);
        let plan = |text: String| text.parse().ok().map(PlanId::new);
        let message = Message::CouponPlansInvalid;
        let plans = scope(read, "limit_plan_ids", message, plan, CouponScope::plans);
        let period = |text: String| Period::parse(&text);
        let message = Message::CouponPeriodsInvalid;
        let periods = scope(read, "limit_period", message, period, CouponScope::periods);
        let code = read.nullable("code").text();
        let code = code.parse(Message::FieldTooLong { limit: 255 }, |code| {
            CouponCode::offered(&code)
        });
        let code = code.get();
        let id = read.nullable("id").integer();
        let id = id.says(Message::CouponIdInvalid).get();
        Ok(Self {
            id: id?.filter(|id| *id != 0).map(CouponId::new),
            count: count?,
            terms: CouponTerms {
                name: name?,
                discount: discount?,
                span: span?,
                limit_use: limit_use?,
                limit_use_with_user: limit_use_with_user?,
                plans: plans?,
                periods: periods?,
            },
            code: code?,
        })
    }
}

/// How often a coupon may be used; null is any number.
fn uses(
    read: &mut Reader<'_>,
    field: &'static str,
    message: Message,
) -> Result<Option<UseLimit>, Refused> {
    let uses = read.nullable(field).integer().says(message);
    let said = uses.parse(message, UseLimit::times).change()?;
    Ok(said.map(|limit| limit.unwrap_or(UseLimit::Unlimited)))
}

/// What a coupon is only for; null is anything.
fn scope<T>(
    read: &mut Reader<'_>,
    field: &'static str,
    message: Message,
    item: impl Fn(String) -> Option<T>,
    only: impl Fn(&[T]) -> Option<CouponScope>,
) -> Result<Option<CouponScope>, Refused> {
    let items = read.nullable(field);
    let items = items.each(|given| given.text().says(message).parse(message, &item).get());
    let said = items.says(message).parse(message, |items| only(&items));
    Ok(said.change()?.map(|scope| scope.unwrap_or(CouponScope::ANY)))
}

/// Makes a coupon that is not shown yet, changes one, or makes many, which are shown at once.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/coupon/generate",
    request_body = GenerateCoupons,
    responses(
        (status = 200, content(
            (SuccessBody<bool> = "application/json"),
            (String = "text/html"),
        ), description = "Done; a table in CSV where there are many"),
        (status = 400, description = "Another coupon has the code, or there is no such coupon", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn generate(
    Changing(change): Changing,
    Read(body): Read<Generate>,
    panel: Data<Panel>,
) -> Result<Either<Success<bool>, Csv>, Fault> {
    let run = panel.run(move |app| async move {
        let coupons = &app.administration.coupons;
        let Generate { terms, code, .. } = body;
        if body.count > 0 {
            let made = coupons.create(terms, NewCodes::Drawn(body.count), true, change);
            return Ok(Some((made.await?, coupons.zone())));
        }
        match body.id {
            Some(id) => coupons.change(id, terms, code, change).await?,
            None => {
                let codes = code.map_or(NewCodes::Drawn(1), NewCodes::Own);
                coupons.create(terms, codes, false, change).await.map(drop)?;
            }
        }
        Ok(None)
    });
    let made = run.await?;
    Ok(made.map_or(Either::Left(DONE), |(made, zone)| Either::Right(table(&made, zone))))
}

/// What was made, in the words of the reference in every language: programs read it.
fn table(made: &NewCoupons, zone: Zone) -> Csv {
    let terms = &made.terms;
    let time = |at: UnixSeconds| zone.wall_clock(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let no_limit = || "不限制".to_owned();
    let (kind, value) = match terms.discount {
        Discount::Amount(cents) => ("金额", short(cents)),
        share => ("比例", share.value().to_string()),
    };
    let uses = terms.limit_use.and_then(UseLimit::stored);
    let uses = uses.map_or_else(no_limit, |uses| uses.to_string());
    let plans = terms.plans.as_ref().and_then(CouponScope::stored);
    let plans = Coupon::plans_from_json(plans).map(|plans| {
        let plans: Vec<String> = plans.iter().map(PlanId::to_string).collect();
        plans.join("/")
    });
    let (start, end) = (time(terms.span.started_at()), time(terms.span.ended_at()));
    let (plans, made_at) = (plans.unwrap_or_else(no_limit), time(made.at));
    let mut csv = Csv::shown();
    csv.line([
        "名称", "类型", "金额或比例", "开始时间", "结束时间", "可用次数", "可用于订阅", "券码", "生成时间",
    ]);
    for code in &made.codes {
        let code = code.as_str();
        csv.line([
            terms.name.as_str(), kind, &value, &start, &end, &uses, &plans, code, &made_at,
        ]);
    }
    csv
}

/// An amount in units of the currency as PHP writes numbers: 1.00 is 1.
fn short(amount: Cents) -> String {
    let text = amount.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Which coupon.
#[derive(ToSchema)]
pub(crate) struct NamedCoupon {
    #[schema(value_type = i64)]
    id: CouponId,
}

impl Body for NamedCoupon {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.required("id").says(Message::CouponIdRequired);
        let id = id.integer().says(Message::CouponIdInvalid);
        let id = id.map(CouponId::new).get()?;
        Ok(Self { id })
    }
}

/// Whether a coupon may be used.
#[derive(ToSchema)]
pub(crate) struct ChangeCoupon {
    #[schema(value_type = i64)]
    id: CouponId,
    /// Left out or null it stays as it is.
    show: Option<bool>,
}

impl Body for ChangeCoupon {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let (named, show) = (NamedCoupon::read(read), read.nullable("show").boolean().get());
        Ok(Self {
            id: named?.id,
            show: show?,
        })
    }
}

/// Lets a coupon be used, or no longer.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/coupon/update",
    request_body = ChangeCoupon,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such coupon", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn update(
    Changing(change): Changing,
    Read(body): Read<ChangeCoupon>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let turn = move |shown| body.show.unwrap_or(shown);
    let run = panel.run(move |app| async move {
        app.administration.coupons.show(body.id, turn, change).await
    });
    run.await?;
    Ok(DONE)
}

/// Lets a coupon be used that could not be, and the other way round.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/coupon/show",
    request_body = NamedCoupon,
    responses(
        (status = 200, description = "Done", body = SuccessBody<bool>),
        (status = 400, description = "There is no such coupon", body = FailureBody),
        (status = 422, description = "No coupon was named", body = FailureBody),
    )
)]
pub(crate) async fn show(
    Changing(change): Changing,
    Read(body): Read<NamedCoupon>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let turn = |shown: bool| !shown;
    let run = panel.run(move |app| async move {
        app.administration.coupons.show(body.id, turn, change).await
    });
    run.await?;
    Ok(DONE)
}

/// Deletes a coupon. Orders that used it keep their discount.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/coupon/drop",
    request_body = NamedCoupon,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "There is no such coupon", body = FailureBody),
        (status = 422, description = "No coupon was named", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedCoupon>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        app.administration.coupons.delete(body.id, change).await
    });
    run.await?;
    Ok(DONE)
}
