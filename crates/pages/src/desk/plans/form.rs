//! The form of a plan.

use ferroboard_application::NodeGroupView;
use ferroboard_billing::{Period, Plan, ResetMethod};
use ferroboard_kernel::PlanId;
use serde_json::{Map, Value, json};

use super::SECTION;
use crate::desk::fields::{Filled, Kind, Section, Spec};
use crate::desk::form_page::FormPage;
use crate::desk::typed::Typed;
use crate::failure::Failure;
use crate::form::Form;
use crate::page::Page;
use crate::visitor::Operator;

const RESETS: &[(&str, &str)] = &[
    ("", "desk.plan_reset_site"),
    ("0", "desk.reset_0"),
    ("1", "desk.reset_1"),
    ("2", "desk.reset_2"),
    ("3", "desk.reset_3"),
    ("4", "desk.reset_4"),
];

const NAME: Spec = Spec::new("name", "desk.plan_name", Kind::Line).needed();
const GROUP: Spec =
    Spec::new("group_id", "desk.plan_group", Kind::Among).hint("desk.plan_group_hint");
const TRAFFIC: Spec = Spec::new("transfer_enable", "desk.plan_traffic", Kind::Number)
    .hint("desk.plan_traffic_hint")
    .needed();
const PRICES: &[Spec] = &[
    Spec::new("prices.monthly", label(Period::Monthly), Kind::Number),
    Spec::new("prices.quarterly", label(Period::Quarterly), Kind::Number),
    Spec::new(
        "prices.half_yearly",
        label(Period::HalfYearly),
        Kind::Number,
    ),
    Spec::new("prices.yearly", label(Period::Yearly), Kind::Number),
    Spec::new("prices.two_yearly", label(Period::TwoYearly), Kind::Number),
    Spec::new(
        "prices.three_yearly",
        label(Period::ThreeYearly),
        Kind::Number,
    ),
    Spec::new("prices.onetime", label(Period::OneTime), Kind::Number),
    Spec::new(
        "prices.reset_traffic",
        label(Period::ResetTraffic),
        Kind::Number,
    ),
];
const LIMITS: &[Spec] = &[
    Spec::new("speed_limit", "desk.plan_speed", Kind::Number).hint("desk.plan_limit_hint"),
    Spec::new("device_limit", "desk.plan_devices", Kind::Number).hint("desk.plan_limit_hint"),
    Spec::new("capacity_limit", "desk.plan_capacity", Kind::Number).hint("desk.plan_limit_hint"),
    Spec::new(
        "reset_traffic_method",
        "desk.plan_reset",
        Kind::Choice(RESETS),
    ),
];
const TEXTS: &[Spec] = &[
    Spec::new("tags", "desk.plan_tags", Kind::Commas).hint("desk.node_tags_hint"),
    Spec::new("content", "desk.plan_content", Kind::Area).hint("desk.plan_content_hint"),
];
/// What is asked of those who have the plan, where there may be some.
const FORCE: Spec = Spec::new("force_update", "desk.plan_force", Kind::Tick);

/// The name of the text that a period is called by.
pub(super) const fn label(period: Period) -> &'static str {
    match period {
        Period::Monthly => "desk.plan_period_monthly",
        Period::Quarterly => "desk.plan_period_quarterly",
        Period::HalfYearly => "desk.plan_period_half_yearly",
        Period::Yearly => "desk.plan_period_yearly",
        Period::TwoYearly => "desk.plan_period_two_yearly",
        Period::ThreeYearly => "desk.plan_period_three_yearly",
        Period::OneTime => "desk.plan_period_onetime",
        Period::ResetTraffic => "desk.plan_period_reset_traffic",
        // No plan has a price for it.
        Period::Traffic => "shop.period_traffic",
        Period::Deposit => "shop.period_deposit",
    }
}

/// Every field.
pub(super) fn specs() -> Vec<Spec> {
    let first = [NAME, GROUP, TRAFFIC];
    let all = first.iter().chain(PRICES).chain(LIMITS).chain(TEXTS);
    all.chain([&FORCE]).copied().collect()
}

/// What stands in the form of a plan that there is.
pub(super) fn edited(plan: &Plan) -> Typed {
    let prices = Period::ALL.into_iter().filter_map(|period| {
        let price = plan.prices.of(period)?;
        Some((period.key().to_owned(), Value::from(price.to_string())))
    });
    let prices: Map<String, Value> = prices.collect();
    Typed::edited(json!({
        "name": plan.name,
        "group_id": plan.group_id.map(ferroboard_kernel::GroupId::get),
        "transfer_enable": plan.traffic.get(),
        "prices": prices,
        "speed_limit": plan.speed_limit,
        "device_limit": plan.device_limit,
        "capacity_limit": plan.capacity_limit,
        "reset_traffic_method": plan.reset_method.map(ResetMethod::code),
        "tags": plan.tags.stored(),
        "content": plan.content,
    }))
}

/// What stands in the form of a new plan.
pub(super) fn blank() -> Typed {
    Typed::edited(json!({"transfer_enable": 100}))
}

/// The form.
pub(super) fn page(
    operator: &Operator,
    id: Option<PlanId>,
    groups: &[NodeGroupView],
    typed: &Typed,
    form: &Form,
) -> Result<FormPage, Failure> {
    let title = if id.is_some() {
        "desk.plan_edit"
    } else {
        "desk.plan_new"
    };
    let page = Page::console(operator, SECTION, title)?;
    let filled = Filled {
        page: &page,
        typed,
        form,
    };
    let mut choices = vec![(String::new(), page.t("layout.none").to_owned())];
    let named = groups.iter().map(|view| &view.group);
    choices.extend(named.map(|group| (group.id.to_string(), group.name.clone())));
    let mut first = vec![
        filled.field(&NAME, Vec::new()),
        filled.field(&GROUP, choices),
        filled.field(&TRAFFIC, Vec::new()),
    ];
    if id.is_some() {
        first.push(filled.field(&FORCE, Vec::new()));
    }
    let mut prices = Section::new(page.t("desk.plan_prices"), filled.fields(PRICES));
    page.t("desk.plan_prices_hint").clone_into(&mut prices.hint);
    let sections = vec![
        Section::new("", first),
        prices,
        Section::new("", filled.fields(LIMITS)),
        Section::new("", filled.fields(TEXTS)),
    ];
    let action = match id {
        Some(id) => operator.to(&format!("/plans/{id}")),
        None => operator.to("/plans/new"),
    };
    Ok(FormPage::new(page, action, form, sections))
}
