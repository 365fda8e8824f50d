//! A plan as customers see it.

use ferroboard_application::PlanView;
use ferroboard_billing::{Period, Places, Plan, ResetMethod};
use ferroboard_kernel::PlanId;
use serde_json::Value;

use super::description::{Description, Feature};
use super::names;
use crate::page::Page;
use crate::prose::{Prose, markdown};

/// What a plan says of itself, as a page shows it.
pub(super) enum PlanText {
    Nothing,
    Features(Vec<Feature>),
    Prose(Prose),
}

/// A plan with texts in the page's language.
pub(super) struct PlanCard {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) tags: Vec<String>,
    pub(super) is_own: bool,
    /// What its first period costs; nothing where it is not sold.
    pub(super) price: Option<String>,
    pub(super) traffic: String,
    pub(super) speed: String,
    pub(super) devices: String,
    pub(super) reset: &'static str,
    /// How many places are left, where there is a limit.
    pub(super) places: Option<String>,
    pub(super) text: PlanText,
}

impl PlanCard {
    /// The card of a plan on a page; `usual` is the site's rule for when traffic starts anew.
    pub(super) fn new(
        page: &Page,
        view: &PlanView,
        own: Option<PlanId>,
        usual: ResetMethod,
    ) -> Self {
        let plan = &view.plan;
        let unlimited = || page.t("shop.plan_unlimited").to_owned();
        let text = text(page, plan, usual);
        Self {
            id: plan.id.get(),
            name: plan.name.clone(),
            tags: tags(plan.tags.stored()),
            is_own: own == Some(plan.id),
            price: first_price(page, plan),
            traffic: format!("{} GB", plan.traffic.get()),
            speed: plan
                .speed_limit
                .map_or_else(unlimited, |limit| format!("{limit} Mbps")),
            devices: plan
                .device_limit
                .map_or_else(unlimited, |limit| limit.to_string()),
            reset: page.t(names::reset_method(plan.reset_method.unwrap_or(usual))),
            places: match view.places() {
                Places::Unlimited => None,
                Places::Left(left) => Some(page.put("shop.plan_places", "count", left.max(0))),
            },
            text,
        }
    }
}

/// The price of the first period for which it is sold, with that period.
fn first_price(page: &Page, plan: &Plan) -> Option<String> {
    let mut sold = Period::ALL
        .into_iter()
        .filter(|period| *period != Period::ResetTraffic);
    let (period, price) = sold.find_map(|period| Some((period, plan.prices.of(period)?)))?;
    let price = if price.get() == 0 {
        page.t("shop.plan_free").to_owned()
    } else {
        page.money(&price)
    };
    Some(format!("{price} · {}", page.t(names::period(period))))
}

fn tags(stored: &Value) -> Vec<String> {
    let items = stored.as_array().into_iter().flatten();
    let texts = items.filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// What a plan says of itself, with its placeholders filled in as the API fills them.
fn text(page: &Page, plan: &Plan, usual: ResetMethod) -> PlanText {
    let Some(content) = &plan.content else {
        return PlanText::Nothing;
    };
    let limit = |limit: Option<i64>| match limit {
        Some(limit) => limit.to_string(),
        None => page.t("shop.plan_unlimited").to_owned(),
    };
    let method = plan.reset_method.unwrap_or(usual);
    let content = content
        .replace("{{transfer}}", &plan.traffic.get().to_string())
        .replace("{{speed}}", &limit(plan.speed_limit))
        .replace("{{devices}}", &limit(plan.device_limit))
        .replace("{{reset_method}}", page.t(names::reset_method(method)));
    match Description::read(&content) {
        Description::Features(features) if features.is_empty() => PlanText::Nothing,
        Description::Features(features) => PlanText::Features(features),
        Description::Text(text) if text.is_empty() => PlanText::Nothing,
        Description::Text(text) => PlanText::Prose(markdown(&text)),
    }
}
