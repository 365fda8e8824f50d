//! The form of a package.

use ferroboard_billing::{PackageEnd, TrafficPackage};
use ferroboard_kernel::{PackageId, PlanId};
use serde_json::json;

use super::SECTION;
use crate::desk::fields::{Filled, Kind, Section, Spec};
use crate::desk::form_page::FormPage;
use crate::desk::typed::Typed;
use crate::failure::Failure;
use crate::form::Form;
use crate::package_end::until;
use crate::page::Page;
use crate::visitor::Operator;

const ENDS: &[(&str, &str)] = &[
    ("reset", until(PackageEnd::Reset)),
    ("end", until(PackageEnd::SubscriptionEnd)),
    ("used_up", until(PackageEnd::UsedUp)),
];

const FIRST: &[Spec] = &[
    Spec::new("name", "shop.package_name", Kind::Line).needed(),
    Spec::new("transfer_enable", "desk.plan_traffic", Kind::Number).needed(),
    PRICE,
    Spec::new("until", "shop.package_until", Kind::Choice(ENDS)).needed(),
    Spec::new("capacity_limit", "desk.plan_capacity", Kind::Number).hint("desk.plan_limit_hint"),
];
/// In units of the currency; the API takes cents.
pub(super) const PRICE: Spec = Spec::new("price", "desk.package_price", Kind::Number)
    .hint("desk.package_price_hint")
    .needed();
const PLANS: Spec =
    Spec::new("plan_ids", "layout.plans", Kind::Several).hint("desk.package_plans_hint");

/// Every field.
pub(super) fn specs() -> Vec<Spec> {
    FIRST.iter().chain([&PLANS]).copied().collect()
}

/// What stands in the form of a package that there is.
pub(super) fn edited(package: &TrafficPackage) -> Typed {
    let terms = &package.terms;
    let plans = terms.plans.iter().flatten().copied().map(PlanId::get);
    let price = terms.price.get();
    Typed::edited(json!({
        "name": terms.name,
        "transfer_enable": terms.traffic.get(),
        "price": format!("{}.{:02}", price / 100, price % 100),
        "until": terms.until.as_str(),
        "capacity_limit": terms.capacity,
        "plan_ids": plans.collect::<Vec<_>>(),
    }))
}

/// What stands in the form of a new package.
pub(super) fn blank() -> Typed {
    Typed::edited(json!({"transfer_enable": 100, "until": PackageEnd::UsedUp.as_str()}))
}

/// The form, with the plans that there are.
pub(super) fn page(
    operator: &Operator,
    id: Option<PackageId>,
    plans: Vec<(String, String)>,
    typed: &Typed,
    form: &Form,
) -> Result<FormPage, Failure> {
    let (title, action) = match id {
        Some(id) => ("desk.package_edit", format!("{SECTION}/{id}")),
        None => ("desk.package_new", format!("{SECTION}/new")),
    };
    let page = Page::console(operator, SECTION, title)?;
    let filled = Filled {
        page: &page,
        typed,
        form,
    };
    let sections = vec![
        Section::new("", filled.fields(FIRST)),
        Section::new("", vec![filled.field(&PLANS, plans)]),
    ];
    Ok(FormPage::new(page, operator.to(&action), form, sections))
}
