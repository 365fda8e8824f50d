//! `coupon/*`: the coupons.

use std::marker::PhantomData;

use actix_web::Either;
use actix_web::web::Data;
use ferroboard_application::COUPONS;
use ferroboard_billing::{
    CouponCode, CouponScope, CouponSpan, CouponTerms, Discount, NewCodes, NewCoupons, Period,
    UseLimit,
};
use ferroboard_kernel::{CouponId, Decimal, PlanId, UnixSeconds, Zone};
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::admin::pages::Paged;
use crate::answer::csv::Csv;
use crate::answer::envelope::{Bare, DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::list::ListInput;
use crate::request::reader::{Reader, Refused};
use crate::user::coupons::CouponBody;

/// Coupons, the newest first.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/coupon/fetch",
    params(ListInput),
    request_body = ListInput,
    responses(
        (status = 200, description = "A page of them", body = Paged<CouponBody>),
        (status = 422, description = "The list has no such column, or not so", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    list: ListInput,
    panel: Data<Panel>,
) -> Result<Bare<Paged<CouponBody>>, Fault> {
    let request = list.judged(&COUPONS)?;
    let page = request.page();
    let run = panel.run(move |app| async move { app.administration.coupons.list(request).await });
    let found = run.await?.map(CouponBody::managed);
    Ok(Bare(Paged::new(page, found)))
}

/// A coupon that is made or changed, or many that are made. What two fields say together is held by the
/// second of them.
#[derive(ToSchema)]
pub struct GenerateCoupons {
    /// The coupon that is changed; a new one without it.
    #[schema(value_type = Option<i64>)]
    id: Option<CouponId>,
    /// So many coupons are made with drawn codes, and answered as a table; at most 500.
    #[schema(value_type = Option<i64>)]
    generate_count: usize,
    name: String,
    /// 1 `value` cents off, 2 `value` percent off.
    #[schema(value_type = i64)]
    r#type: PhantomData<Discount>,
    #[schema(value_type = i64)]
    value: Discount,
    #[schema(value_type = i64)]
    started_at: PhantomData<CouponSpan>,
    #[schema(value_type = i64)]
    ended_at: CouponSpan,
    /// How many uses are left; null for any number.
    #[schema(value_type = Option<i64>)]
    limit_use: Option<UseLimit>,
    /// How often one person may use it; null for any number.
    #[schema(value_type = Option<i64>)]
    limit_use_with_user: Option<UseLimit>,
    /// The plans that it is for; null for any.
    #[schema(value_type = Option<Vec<String>>)]
    limit_plan_ids: Option<CouponScope>,
    /// The periods that it is for, in either spelling; null for any.
    #[schema(value_type = Option<Vec<String>>)]
    limit_period: Option<CouponScope>,
    /// A new coupon without one gets a drawn code.
    #[schema(value_type = Option<String>)]
    code: Option<CouponCode>,
}

/// At most so many coupons are made at once.
const MOST: i64 = 500;

impl Body for GenerateCoupons {
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
        let start = start.says(Message::CouponStartInvalid);
        let start = start.parse(Message::CouponStartInvalid, |at| (at >= 0).then_some(at));
        let start = start.get();
        let end = read.required("ended_at").says(Message::CouponEndRequired);
        let end = end.integer().says(Message::CouponEndInvalid);
        // One that no coupon has, whenever it starts.
        let end = end.parse(Message::CouponEndInvalid, |at| {
            CouponSpan::new(0, at).map(|_| at)
        });
        let end = end.get();
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
            generate_count: count?,
            name: name?,
            r#type: PhantomData,
            value: discount?,
            started_at: PhantomData,
            ended_at: span?,
            limit_use: limit_use?,
            limit_use_with_user: limit_use_with_user?,
            limit_plan_ids: plans?,
            limit_period: periods?,
            code: code?,
        })
    }
}

impl GenerateCoupons {
    /// The coupon that is changed; a new one without it.
    pub fn id(&self) -> Option<CouponId> {
        self.id
    }

    /// How many are made with drawn codes; 0 where one is made or changed.
    pub fn count(&self) -> usize {
        self.generate_count
    }

    /// The code, which is taken out.
    pub fn take_code(&mut self) -> Option<CouponCode> {
        self.code.take()
    }

    /// What is said about the coupons.
    pub fn into_terms(self) -> CouponTerms {
        CouponTerms {
            name: self.name,
            discount: self.value,
            span: self.ended_at,
            limit_use: self.limit_use,
            limit_use_with_user: self.limit_use_with_user,
            plans: self.limit_plan_ids,
            periods: self.limit_period,
        }
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
    Ok(said.cleared_to(UseLimit::Unlimited))
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
    Ok(said.change()?.cleared_to(CouponScope::ANY))
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
    Read(mut body): Read<GenerateCoupons>,
    panel: Data<Panel>,
) -> Result<Either<Success<bool>, Csv>, Fault> {
    let run = panel.run(move |app| async move {
        let coupons = &app.administration.coupons;
        let (id, count, code) = (body.id, body.generate_count, body.code.take());
        let terms = body.into_terms();
        if count > 0 {
            let made = coupons.create(terms, NewCodes::Drawn(count), true, change);
            return Ok(Some((made.await?, coupons.zone())));
        }
        match id {
            Some(id) => coupons.change(id, terms, code, change).await?,
            None => {
                let codes = code.map_or(NewCodes::Drawn(1), NewCodes::Own);
                coupons.create(terms, codes, false, change).await?;
            }
        }
        Ok(None)
    });
    let made = run.await?;
    Ok(made.map_or(Either::Left(DONE), |(made, zone)| {
        Either::Right(table(&made, zone))
    }))
}

/// The first line of the table, in the words of the reference in every language: programs read it.
const COLUMNS: &str = "名称,类型,金额或比例,开始时间,结束时间,可用次数,可用于订阅,券码,生成时间";
const NO_LIMIT: &str = "不限制";

/// What was made.
fn table(made: &NewCoupons, zone: Zone) -> Csv {
    let terms = &made.terms;
    let time = |at: UnixSeconds| zone.wall_clock(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let limit = |limit: Option<String>| limit.unwrap_or_else(|| NO_LIMIT.to_owned());
    let (kind, value) = match terms.discount {
        // In units of the currency, as PHP writes numbers: 1.00 is 1.
        Discount::Amount(cents) => {
            let units = Decimal::new(cents.get().saturating_mul(100));
            ("金额", units.to_string())
        }
        share => ("比例", share.value().to_string()),
    };
    let uses = terms.limit_use.and_then(UseLimit::stored);
    let uses = limit(uses.map(|uses| uses.to_string()));
    let plans = terms.plans.as_ref().map(CouponScope::items);
    let plans = limit(plans.filter(|ids| !ids.is_empty()).map(|ids| ids.join("/")));
    let (start, end) = (time(terms.span.started_at()), time(terms.span.ended_at()));
    let (name, made_at) = (terms.name.as_str(), time(made.at));
    let mut csv = Csv::shown();
    csv.line(COLUMNS.split(','));
    for code in &made.codes {
        let code = code.as_str();
        csv.line([
            name, kind, &value, &start, &end, &uses, &plans, code, &made_at,
        ]);
    }
    csv
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
        let named = NamedCoupon::read(read);
        let show = read.nullable("show").boolean().get();
        let id = named?.id;
        Ok(Self { id, show: show? })
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
    let run = panel
        .run(move |app| async move { app.administration.coupons.delete(body.id, change).await });
    run.await?;
    Ok(DONE)
}
