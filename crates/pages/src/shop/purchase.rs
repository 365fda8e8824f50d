//! One plan: what it would cost, and ordering it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use ferroboard_application::{Error, NewPurchase, PlanView};
use ferroboard_billing::{
    BillingError, CouponCode, OrderKind, Period, Plan, QuotedPurchase, ResetMethod,
};
use ferroboard_kernel::{PlanId, TradeNo, UserId};
use ferroboard_web::{Fault, Panel};

use super::amounts::{self, AmountLine};
use super::placed::Placed;
use super::plan_card::{PlanCard, PlanText};
use super::unfinished::unfinished;
use super::{named, names};
use crate::catalogue::text;
use crate::failure::{Failure, PageResult};
use crate::form::Form;
use crate::page::{Page, show_as};
use crate::visitor::{Customer, MainCustomer};

/// What an order says of the price that was shown.
const SHOWN_PERIOD: &str = "shown_period";
const SHOWN_COUPON: &str = "shown_coupon";

/// Something to choose: for how long.
struct PeriodChoice {
    key: &'static str,
    name: &'static str,
    price: String,
    is_chosen: bool,
}

/// What the order would be.
struct Offer {
    /// Where the order is sent. It says what is shown, beside what is chosen and typed by then.
    action: String,
    kind: &'static str,
    is_change: bool,
    coupon: Option<String>,
    lines: Vec<AmountLine>,
}

#[derive(Template)]
#[template(path = "shop/plan.html")]
struct PlanPage {
    page: Page,
    plan: PlanCard,
    periods: Vec<PeriodChoice>,
    form: Form,
    offer: Option<Offer>,
    /// The order that must be finished first.
    unfinished: Option<TradeNo>,
}

#[derive(Template)]
#[template(path = "shop/plan_gone.html")]
struct PlanGonePage {
    page: Page,
}

/// What became of asking for a price.
enum Quoted {
    Offer(Box<QuotedPurchase>),
    Unfinished(Option<TradeNo>),
    Refused(BillingError),
}

/// Shows a plan and what it would cost.
pub(super) async fn plan(
    customer: MainCustomer,
    id: Path<String>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = PlanId::new(named::row(&id)?);
    offered(&customer.0, id, form, &panel, StatusCode::OK).await
}

/// Orders a plan.
pub(super) async fn order(
    customer: MainCustomer,
    id: Path<String>,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = PlanId::new(named::row(&id)?);
    let customer = customer.0;
    if !is_as_shown(&form) {
        form.refuse(text(customer.visitor.lang(), "shop.quote_changed"));
        return offered(&customer, id, form, &panel, StatusCode::OK).await;
    }
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(period) = Period::parse(form.text("period")) {
        let wanted = wanted(id, period, &form);
        match place(&customer, wanted, &panel).await {
            // It was finished a moment ago: the page says what the plan would cost now.
            Ok(Ok(Placed::Unfinished(None))) => status = StatusCode::OK,
            Ok(Ok(placed)) => return Ok(placed.and_go(&customer.visitor, "/my/plans")),
            Ok(Err(refusal)) => status = complain_of_coupon(&mut form, &customer, refusal),
            Err(fault) => status = form.refused(&customer.visitor, fault)?,
        }
    }
    offered(&customer, id, form, &panel, status).await
}

/// Whether what is ordered is what the price was shown for: a coupon may have been typed since, and without the
/// script another period chosen.
fn is_as_shown(form: &Form) -> bool {
    let Some(period) = form.given(SHOWN_PERIOD) else {
        return true;
    };
    let is_same_period = Period::parse(&period) == Period::parse(form.text("period"));
    is_same_period && form.text(SHOWN_COUPON).trim() == form.text("coupon").trim()
}

fn wanted(plan_id: PlanId, period: Period, form: &Form) -> NewPurchase {
    let is_refused = form.is_wrong("coupon");
    NewPurchase {
        plan_id,
        period,
        coupon: CouponCode::parse(form.text("coupon")).filter(|_| !is_refused),
    }
}

/// What became of the order, or what is wrong with the coupon.
async fn place(
    customer: &Customer,
    wanted: NewPurchase,
    panel: &Panel,
) -> Result<Result<Placed, BillingError>, Fault> {
    let account = customer.session.account.clone();
    let run = panel.run(|app| async move {
        match app.orders.place(&account, wanted).await {
            Err(Error::Billing(refusal)) if is_about_coupon(&refusal) => Ok(Err(refusal)),
            placed => Placed::of(placed, account.id, &app).await.map(Ok),
        }
    });
    run.await
}

async fn quote(panel: &Panel, user: UserId, wanted: NewPurchase) -> Result<Quoted, Fault> {
    let run = panel.run(move |app| async move {
        match app.orders.quote(user, wanted).await {
            Ok(offer) => Ok(Quoted::Offer(Box::new(offer))),
            Err(Error::Billing(BillingError::OrderUnfinished)) => {
                Ok(Quoted::Unfinished(unfinished(&app, user).await?))
            }
            Err(Error::Billing(refusal)) => Ok(Quoted::Refused(refusal)),
            Err(error) => Err(error),
        }
    });
    run.await
}

/// Whether it is the coupon that is refused, and not the plan.
const fn is_about_coupon(refusal: &BillingError) -> bool {
    matches!(
        refusal,
        BillingError::CouponInvalid
            | BillingError::CouponExhausted
            | BillingError::CouponNotStarted
            | BillingError::CouponExpired
            | BillingError::CouponNotForPlan
            | BillingError::CouponNotForPeriod
            | BillingError::CouponUsedByUser { .. }
    )
}

/// Says beside the coupon what is wrong with it.
fn complain_of_coupon(form: &mut Form, customer: &Customer, refusal: BillingError) -> StatusCode {
    let fault = Fault::from(Error::from(refusal));
    let told = fault.told(customer.visitor.lang().locale());
    form.complain("coupon", told.message);
    StatusCode::UNPROCESSABLE_ENTITY
}

/// The page of a plan with what it would cost for the period and with the coupon of the form.
async fn offered(
    customer: &Customer,
    id: PlanId,
    mut form: Form,
    panel: &Panel,
    mut status: StatusCode,
) -> PageResult {
    let account = &customer.session.account;
    let (user, own) = (account.id, account.plan_id);
    let Some((view, usual)) = find(panel, id, own).await? else {
        let page = Page::new(&customer.visitor, "/my/plans", "shop.plan_unavailable")?;
        return show_as(StatusCode::NOT_FOUND, &PlanGonePage { page });
    };
    let page = Page::titled(&customer.visitor, "/my/plans", view.plan.name.clone())?;
    let sold = sold_to(&view.plan, own);
    let asked = Period::parse(form.text("period"));
    let chosen = asked.filter(|period| sold.contains(period));
    let chosen = chosen.or_else(|| sold.first().copied());
    let mut quoted = None;
    if let Some(period) = chosen {
        let tried = quote(panel, user, wanted(id, period, &form)).await;
        let tried = match tried {
            Ok(Quoted::Refused(refusal)) if is_about_coupon(&refusal) => {
                status = complain_of_coupon(&mut form, customer, refusal);
                // What it costs without the coupon is of use all the same.
                quote(panel, user, wanted(id, period, &form)).await
            }
            tried => tried,
        };
        match tried {
            Ok(Quoted::Refused(refusal)) => {
                status = form.refused(&customer.visitor, Error::from(refusal))?;
            }
            Ok(tried) => quoted = Some(tried),
            Err(fault) => status = form.refused(&customer.visitor, fault)?,
        }
    }
    let unfinished = match &quoted {
        Some(Quoted::Unfinished(number)) => number.clone(),
        _ => None,
    };
    let offer = match quoted {
        Some(Quoted::Offer(quoted)) => chosen.map(|period| {
            let action = order_address(id, period, &form);
            Offer::new(&page, action, *quoted)
        }),
        _ => None,
    };
    let choices = sold.into_iter();
    let choices = choices.filter_map(|period| {
        let price = view.plan.prices.of(period)?;
        Some(PeriodChoice {
            key: period.legacy_key(),
            name: page.t(names::period(period)),
            price: page.money(&price),
            is_chosen: chosen == Some(period),
        })
    });
    let template = PlanPage {
        periods: choices.collect(),
        plan: PlanCard::new(&page, &view, own, usual),
        form,
        offer,
        unfinished,
        page,
    };
    show_as(status, &template)
}

/// The plan with the site's rule for when traffic starts anew, where the customer may look at it.
async fn find(
    panel: &Panel,
    id: PlanId,
    own: Option<PlanId>,
) -> Result<Option<(PlanView, ResetMethod)>, Failure> {
    let run = panel.run(move |app| async move {
        match app.plans.detail(id, own).await {
            Ok(view) => Ok(Some((view, app.plans.reset_method()))),
            Err(Error::Billing(BillingError::PlanMissing)) => Ok(None),
            Err(error) => Err(error),
        }
    });
    Ok(run.await?)
}

/// The periods for which a plan is sold: its traffic starts anew for those alone who have it.
fn sold_to(plan: &Plan, own: Option<PlanId>) -> Vec<Period> {
    let is_own = own == Some(plan.id);
    let periods = Period::ALL.into_iter();
    let periods = periods.filter(|period| is_own || *period != Period::ResetTraffic);
    periods
        .filter(|period| plan.prices.of(*period).is_some())
        .collect()
}

/// Where what is shown is ordered.
fn order_address(id: PlanId, period: Period, form: &Form) -> String {
    // A coupon that is refused is not in the price.
    let coupon = Some(form.text("coupon")).filter(|_| !form.is_wrong("coupon"));
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair(SHOWN_PERIOD, period.legacy_key())
        .append_pair(SHOWN_COUPON, coupon.unwrap_or_default())
        .finish();
    format!("/my/plans/{id}?{query}")
}

impl Offer {
    fn new(page: &Page, action: String, quoted: QuotedPurchase) -> Self {
        let QuotedPurchase { coupon, quote, .. } = quoted;
        Self {
            action,
            kind: page.t(names::order_kind(quote.kind)),
            is_change: quote.kind == OrderKind::Change,
            coupon: coupon.map(|coupon| page.put("shop.quote_coupon_of", "name", coupon.name)),
            lines: amounts::of_quote(page, &quote),
        }
    }
}
