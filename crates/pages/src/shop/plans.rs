//! What is on sale.

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::PlanView;
use ferroboard_billing::Period;
use ferroboard_web::Panel;

use super::plan_card::{PlanCard, PlanText};
use super::tab::Tab;
use crate::failure::PageResult;
use crate::form::Form;
use crate::page::{Page, show};
use crate::visitor::Customer;

/// Which plans are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    All,
    /// Those that last for a while.
    ByPeriod,
    /// Those whose traffic never ends.
    ByTraffic,
}

impl Kind {
    const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::All, "/my/plans", "shop.plans_all"),
        (
            Self::ByPeriod,
            "/my/plans?kind=period",
            "shop.plans_by_period",
        ),
        (
            Self::ByTraffic,
            "/my/plans?kind=traffic",
            "shop.plans_by_traffic",
        ),
    ];

    fn named(name: &str) -> Self {
        match name {
            "period" => Self::ByPeriod,
            "traffic" => Self::ByTraffic,
            _ => Self::All,
        }
    }

    fn has(self, view: &PlanView) -> bool {
        let is_sold_for = |period: Period| view.plan.prices.of(period).is_some();
        match self {
            Self::All => true,
            Self::ByPeriod => Period::ALL
                .into_iter()
                .any(|period| period.months().is_some() && is_sold_for(period)),
            Self::ByTraffic => is_sold_for(Period::OneTime),
        }
    }
}

#[derive(Template)]
#[template(path = "shop/plans.html")]
struct PlansPage {
    page: Page,
    tabs: Vec<Tab>,
    plans: Vec<PlanCard>,
    empty: Option<&'static str>,
}

/// The plans on sale, all or some.
pub(super) async fn list(customer: Customer, form: Form, panel: Data<Panel>) -> PageResult {
    let run = panel.run(|app| async move {
        let plans = app.plans.list().await?;
        let is_sold_out = plans.plans().is_empty() && app.plans.is_sold_out().await?;
        Ok((plans, app.plans.reset_method(), is_sold_out))
    });
    let (on_sale, usual, is_sold_out) = run.await?;
    let plans = on_sale.plans();
    let kind = Kind::named(form.text("kind"));
    let page = Page::new(&customer.visitor, "/my/plans", "shop.plans_title")?;
    let wanted: Vec<&PlanView> = plans.iter().filter(|view| kind.has(view)).collect();
    let empty = match (wanted.is_empty(), plans.is_empty(), is_sold_out) {
        (false, ..) => None,
        (true, false, _) => Some(page.t("shop.plans_none_of_kind")),
        (true, true, true) => Some(page.t("shop.plans_sold_out")),
        (true, true, false) => Some(page.t("shop.plans_none")),
    };
    let own = customer.session.account.plan_id;
    let cards = wanted.into_iter();
    let cards = cards.map(|view| PlanCard::new(&page, view, own, usual));
    let tabs = Kind::ALL.into_iter();
    let tabs = tabs.map(|(known, href, name)| Tab::new(href, page.t(name), known == kind));
    show(&PlansPage {
        plans: cards.collect(),
        tabs: tabs.collect(),
        empty,
        page,
    })
}
