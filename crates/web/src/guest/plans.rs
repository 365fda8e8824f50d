use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use ferroboard_application::PlanView;
use ferroboard_billing::{Period, Places, Plan, ResetMethod};
use ferroboard_kernel::GroupId;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{self, SuccessBody, success};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};

/// A plan as customers see it: prices in cents, traffic in GB.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanItem {
    id: i64,
    group_id: Option<i64>,
    name: String,
    #[schema(value_type = Option<Vec<String>>)]
    tags: Value,
    /// Its placeholders are filled in.
    content: String,
    #[serde(flatten)]
    prices_in_cents: PricesInCents,
    /// How many may subscribe, a text when nobody may, null for any number.
    capacity_limit: Option<Capacity>,
    transfer_enable: i64,
    /// Mbps.
    speed_limit: Option<i64>,
    device_limit: Option<i64>,
    show: bool,
    sell: bool,
    renew: bool,
    reset_traffic_method: Option<i64>,
    sort: Option<i64>,
    created_at: i64,
    updated_at: i64,
    /// As stored, in major units.
    #[schema(value_type = Object)]
    prices: Value,
}

/// A plan that can be bought.
#[derive(Serialize, ToSchema)]
pub(crate) struct Offer {
    #[serde(flatten)]
    plan: PlanItem,
    /// How many more may subscribe; null for any number.
    remaining: Option<i64>,
}

/// What a plan costs for each period, in cents; null where it is not sold.
#[derive(Serialize, ToSchema)]
#[allow(
    clippy::struct_field_names,
    reason = "clients know them by these names"
)]
pub(crate) struct PricesInCents {
    month_price: Option<i64>,
    quarter_price: Option<i64>,
    half_year_price: Option<i64>,
    year_price: Option<i64>,
    two_year_price: Option<i64>,
    three_year_price: Option<i64>,
    onetime_price: Option<i64>,
    reset_price: Option<i64>,
}

/// How many may subscribe: a number, or a text when nobody may.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Capacity {
    Places(i64),
    None(String),
}

/// What texts about plans depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlanTexts {
    /// The language.
    pub(crate) locale: Locale,
    /// The site's rule for plans without one of their own.
    pub(crate) reset_method: ResetMethod,
}

impl From<&Plan> for PricesInCents {
    fn from(plan: &Plan) -> Self {
        let cents = |period| plan.prices.of(period).map(ferroboard_kernel::Cents::get);
        Self {
            month_price: cents(Period::Monthly),
            quarter_price: cents(Period::Quarterly),
            half_year_price: cents(Period::HalfYearly),
            year_price: cents(Period::Yearly),
            two_year_price: cents(Period::TwoYearly),
            three_year_price: cents(Period::ThreeYearly),
            onetime_price: cents(Period::OneTime),
            reset_price: cents(Period::ResetTraffic),
        }
    }
}

impl PlanItem {
    pub(crate) fn new(plan: Plan, texts: PlanTexts) -> Self {
        Self {
            id: plan.id.get(),
            group_id: plan.group_id.map(GroupId::get),
            tags: plan.tags.stored().clone(),
            content: texts.fill_in(&plan),
            prices_in_cents: PricesInCents::from(&plan),
            capacity_limit: plan.capacity_limit.map(|limit| {
                if limit > 0 {
                    Capacity::Places(limit)
                } else {
                    Capacity::None(Message::SoldOut.text(texts.locale).into_owned())
                }
            }),
            transfer_enable: plan.traffic.get(),
            speed_limit: plan.speed_limit,
            device_limit: plan.device_limit,
            show: plan.show,
            sell: plan.sell,
            renew: plan.renew,
            reset_traffic_method: plan.reset_method.map(ResetMethod::code),
            sort: plan.sort,
            created_at: plan.created_at.get(),
            updated_at: plan.updated_at.get(),
            prices: plan.prices.stored().clone(),
            name: plan.name,
        }
    }
}

impl Offer {
    pub(crate) fn new(view: PlanView, texts: PlanTexts) -> Self {
        let remaining = match view.places() {
            Places::Unlimited => None,
            Places::Left(left) => Some(left.max(0)),
        };
        Self {
            plan: PlanItem::new(view.plan, texts),
            remaining,
        }
    }
}

impl PlanTexts {
    /// The description of a plan with its placeholders filled in; empty where there is none.
    fn fill_in(self, plan: &Plan) -> String {
        let Some(content) = &plan.content else {
            return String::new();
        };
        let limit = |limit: Option<i64>| match limit {
            Some(limit) => limit.to_string(),
            None => Message::NoLimit.text(self.locale).into_owned(),
        };
        let method = match plan.reset_method.unwrap_or(self.reset_method) {
            ResetMethod::FirstDayOfMonth => Message::ResetOnFirstDayOfMonth,
            ResetMethod::Monthly => Message::ResetMonthly,
            ResetMethod::Never => Message::ResetNever,
            ResetMethod::FirstDayOfYear => Message::ResetOnFirstDayOfYear,
            ResetMethod::Yearly => Message::ResetYearly,
        };
        content
            .replace("{{transfer}}", &plan.traffic.get().to_string())
            .replace("{{speed}}", &limit(plan.speed_limit))
            .replace("{{devices}}", &limit(plan.device_limit))
            .replace("{{reset_method}}", &method.text(self.locale))
    }
}

/// The plans on sale that have a place left. The list is written once for all who read it within a second.
pub(crate) async fn offers(panel: &Panel, locale: Locale) -> Result<HttpResponse, Fault> {
    let plans = &panel.application().plans;
    let on_sale = match plans.known_list() {
        Some(on_sale) => on_sale,
        None => {
            panel
                .run(|app| async move { app.plans.list().await })
                .await?
        }
    };
    let texts = PlanTexts {
        locale,
        reset_method: plans.reset_method(),
    };
    let wording = (locale.name(), texts.reset_method);
    let written = on_sale.written(wording, |plans| {
        let offers = plans.iter().cloned();
        let offers: Vec<Offer> = offers.map(|view| Offer::new(view, texts)).collect();
        success(offers)
    });
    Ok(envelope::written(Bytes::from_owner(written)))
}

/// What is on sale. `Content-Language` selects the language of the texts in it.
#[utoipa::path(
    get,
    path = "/api/v1/guest/plan/fetch",
    responses((status = 200, description = "The plans on sale", body = SuccessBody<Vec<Offer>>))
)]
pub(crate) async fn fetch(locale: Locale, panel: Data<Panel>) -> Result<HttpResponse, Fault> {
    offers(&panel, locale).await
}

#[cfg(test)]
mod tests {
    use ferroboard_billing::PriceList;
    use ferroboard_billing::testing::a_plan;
    use serde_json::json;

    use super::*;

    fn item(change: impl FnOnce(&mut Plan), locale: Locale) -> Value {
        let mut plan = a_plan(1);
        change(&mut plan);
        let texts = PlanTexts {
            locale,
            reset_method: ResetMethod::FirstDayOfYear,
        };
        serde_json::to_value(PlanItem::new(plan, texts)).unwrap()
    }

    #[test]
    fn placeholders_are_filled_in() {
        let content = "{{transfer}}/{{speed}}/{{devices}}/{{reset_method}}/{{other}}";
        let limited = |plan: &mut Plan| {
            plan.content = Some(content.into());
            plan.speed_limit = Some(50);
            plan.device_limit = Some(3);
            plan.reset_method = Some(ResetMethod::Monthly);
        };
        let shown = item(limited, Locale::EnUs);
        let traffic = a_plan(1).traffic.get();
        assert_eq!(
            shown["content"],
            format!("{traffic}/50/3/Monthly/{{{{other}}}}")
        );
        let unlimited = |plan: &mut Plan| {
            plan.content = Some(content.into());
            (plan.speed_limit, plan.device_limit, plan.reset_method) = (None, None, None);
        };
        let shown = item(unlimited, Locale::EnUs);
        let expected = format!("{traffic}/No Limit/No Limit/First Day of Year/{{{{other}}}}");
        assert_eq!(shown["content"], expected);
        assert_eq!(
            item(|plan| plan.content = None, Locale::EnUs)["content"],
            ""
        );
    }

    #[test]
    fn a_capacity_of_nobody_is_a_text() {
        for (limit, expected) in [
            (None, json!(null)),
            (Some(5), json!(5)),
            (Some(0), json!("已售罄")),
            (Some(-1), json!("已售罄")),
        ] {
            let shown = item(|plan| plan.capacity_limit = limit, Locale::ZhTw);
            assert_eq!(shown["capacity_limit"], expected, "{limit:?}");
        }
    }

    #[test]
    fn prices_stand_in_cents_and_as_stored() {
        let stored = r#"{"monthly":19.99,"reset_traffic":"0"}"#;
        let shown = item(
            |plan| plan.prices = PriceList::from_json(Some(stored)),
            Locale::EnUs,
        );
        assert_eq!(shown["month_price"], 1_999);
        assert_eq!(shown["reset_price"], 0);
        assert_eq!(shown["year_price"], Value::Null);
        assert_eq!(
            shown["prices"],
            json!({"monthly": 19.99, "reset_traffic": "0"})
        );
    }
}
