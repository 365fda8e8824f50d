//! A subscription that goes on: by itself from the balance, or at once where its traffic is used up.

use actix_web::web::Data;
use askama::Template;
use ferroboard_billing::{EarlyPeriod, RenewalAttempt, RenewalForecast, RenewalOutcome};
use ferroboard_kernel::UnixSeconds;
use ferroboard_listing::PageRule;
use ferroboard_web::Panel;

use super::names;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::list::Tone;
use crate::page::{Page, show as answer};
use crate::visitor::MainCustomer;

/// Where the page stands.
const PATH: &str = "/my/renewal";
/// How many attempts a page shows: the latest.
const ATTEMPTS: PageRule = PageRule::always(10);

/// What would be taken, and when.
struct Forecast {
    period: &'static str,
    /// What it costs; nothing while another order is unfinished.
    price: Option<String>,
    balance: String,
    /// What is missing on the balance.
    missing: Option<String>,
    tried_from: UnixSeconds,
    ends: UnixSeconds,
}

/// What was tried.
struct Attempt {
    at: UnixSeconds,
    outcome: &'static str,
    tone: Tone,
    price: String,
    /// The order that was placed.
    order: Option<String>,
}

#[derive(Template)]
#[template(path = "shop/renewal.html")]
struct RenewalPage {
    page: Page,
    is_on: bool,
    forecast: Option<Forecast>,
    early: Option<EarlyPeriod>,
    attempts: Vec<Attempt>,
    has_top_ups: bool,
}

/// Whether the subscription renews itself, what that takes, and what was tried.
pub(super) async fn show(customer: MainCustomer, panel: Data<Panel>) -> PageResult {
    let customer = customer.0;
    let account = customer.session.account.clone();
    let run = panel.run(move |app| async move {
        // A period that is over is none that could be given up.
        let account = app.traffic_resets.on_access(account).await;
        let user = account.id;
        let forecast = app.auto_renewals.forecast(user).await?;
        let early = app.traffic_resets.early_period(user).await?;
        let latest = ATTEMPTS.page(None, None);
        let attempts = app.auto_renewals.attempts(user, latest).await?;
        let has_top_ups = app.orders.top_ups().enabled;
        Ok((
            account.auto_renewal,
            forecast,
            early,
            attempts.rows,
            has_top_ups,
        ))
    });
    let (is_on, forecast, early, attempts, has_top_ups) = run.await?;
    let page = Page::new(&customer.visitor, PATH, "shop.renewal")?;
    let attempts = attempts.into_iter();
    answer(&RenewalPage {
        is_on,
        forecast: forecast.map(|forecast| Forecast::new(&page, forecast)),
        early,
        attempts: attempts.map(|tried| Attempt::new(&page, tried)).collect(),
        has_top_ups,
        page,
    })
}

/// Has the subscription renew itself, or no longer.
pub(super) async fn switch(customer: MainCustomer, form: Form, panel: Data<Panel>) -> PageResult {
    let is_on = match form.text("on") {
        "1" => true,
        "0" => false,
        _ => return Err(Failure::Unknown),
    };
    let user = customer.0.session.account.id;
    let run = panel.run(move |app| async move { app.auto_renewals.switch(user, is_on).await });
    run.await?;
    let said = if is_on {
        Flash::done("shop.renewal_is_on")
    } else {
        Flash::done("shop.renewal_is_off")
    };
    Ok(said.and_go(&customer.0.visitor, PATH))
}

/// Begins the next period at once. What is refused is said on the page.
pub(super) async fn begin_next_period(customer: MainCustomer, panel: Data<Panel>) -> PageResult {
    let user = customer.0.session.account.id;
    let run = panel.run(move |app| async move { app.traffic_resets.begin_next_period(user).await });
    let visitor = &customer.0.visitor;
    match run.await {
        Ok(()) => Ok(Flash::done("shop.period_begun").and_go(visitor, PATH)),
        Err(fault) => {
            let told = fault.told(visitor.lang().locale()).message;
            Form::default().refused(visitor, fault)?;
            Ok(Flash::refused("shop.period_refused")
                .with(told)
                .and_go(visitor, PATH))
        }
    }
}

impl Forecast {
    fn new(page: &Page, forecast: RenewalForecast) -> Self {
        Self {
            period: page.t(names::period(forecast.period)),
            price: forecast.price.map(|price| page.money(&price)),
            balance: page.money(&forecast.balance),
            missing: forecast.missing().map(|missing| page.money(&missing)),
            tried_from: forecast.tried_from,
            ends: forecast.ends,
        }
    }
}

impl Attempt {
    fn new(page: &Page, tried: RenewalAttempt) -> Self {
        let (tone, outcome) = outcome(tried.outcome);
        let price = tried.price.map(|price| page.money(&price));
        Self {
            at: tried.at,
            outcome: page.t(outcome),
            tone,
            price: price.unwrap_or_else(|| "–".to_owned()),
            order: tried.trade_no.map(|number| number.as_str().to_owned()),
        }
    }
}

/// How an attempt ended.
const fn outcome(outcome: RenewalOutcome) -> (Tone, &'static str) {
    match outcome {
        RenewalOutcome::Renewed => (Tone::Good, "shop.renewal_renewed"),
        RenewalOutcome::Unpaid => (Tone::Bad, "shop.renewal_unpaid"),
        RenewalOutcome::Busy => (Tone::Warn, "shop.renewal_busy"),
        RenewalOutcome::Unavailable => (Tone::Bad, "shop.renewal_unavailable"),
    }
}
