//! The plans as a list.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ferroboard_application::OfferedPlanView;
use ferroboard_billing::Period;
use ferroboard_web::Panel;

use super::SECTION;
use crate::desk::whole_list::{Item, Key, WORDS, found};
use crate::failure::PageResult;
use crate::list::{Button, Cell, Filter, Head, ListPage, ListQuery, Row, Tone};
use crate::page::Page;
use crate::visitor::Operator;

/// Every plan with its subscribers.
pub(in crate::desk) async fn show(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let run = panel.run(|app| async move { app.administration.plans.list().await });
    let plans = run.await?;
    let page = Page::console(&operator, SECTION, "layout.plans")?;
    let list = ListQuery::of(&operator.visitor);
    let items = plans.iter().enumerate();
    let items = items
        .map(|(place, offered)| item(&page, place, offered))
        .collect();
    let found = found(&list, items);
    let heads = vec![
        Head::sorted("place", "#"),
        Head::sorted("name", page.t("desk.plan_name")),
        Head::plain(page.t("desk.plan_prices")),
        Head::sorted("traffic", page.t("desk.plan_traffic")),
        Head::sorted("users", page.t("desk.plan_subscribers")),
        Head::plain(page.t("desk.plan_show")),
        Head::plain(page.t("desk.plan_sell")),
        Head::plain(page.t("desk.plan_renew")),
        Head::plain(""),
    ];
    let choice = |column, label: &str| {
        let choices = vec![
            ("1".to_owned(), page.t("layout.yes").to_owned()),
            ("0".to_owned(), page.t("layout.no").to_owned()),
        ];
        Filter::choice(column, page.t(label), choices)
    };
    let filters = vec![
        Filter::text(WORDS, page.t("desk.plan_name")),
        choice("show", "desk.plan_show"),
        choice("sell", "desk.plan_sell"),
    ];
    let links = vec![(page.to("/plans/new"), page.t("desk.plan_new").to_owned())];
    let mut shown = ListPage::new(page, list, heads, found);
    shown.filters = filters;
    shown.links = links;
    shown.answer(&request, "plans")
}

fn item(page: &Page, place: usize, offered: &OfferedPlanView) -> Item {
    let plan = &offered.plan;
    let id = plan.id;
    let place = i64::try_from(place).unwrap_or(i64::MAX).saturating_add(1);
    let group = offered
        .group
        .clone()
        .unwrap_or_else(|| page.t("layout.none").to_owned());
    let cells = vec![
        Cell::text(id),
        Cell::link(page.to(&format!("/plans/{id}")), &plan.name),
        prices(page, offered),
        Cell::Two {
            text: format!("{} GB", plan.traffic.get()),
            below: group,
        },
        Cell::text(format!("{} / {}", offered.users.active, offered.users.all)),
        switch(page, offered, "show", plan.show),
        switch(page, offered, "sell", plan.sell),
        switch(page, offered, "renew", plan.renew),
        Cell::Buttons(buttons(page, offered)),
    ];
    let flag = |is_on: bool| u8::from(is_on).to_string();
    Item {
        row: Row {
            key: id.to_string(),
            cells,
        },
        keys: vec![
            ("place", Key::Number(place)),
            ("name", Key::Text(plan.name.to_lowercase())),
            ("traffic", Key::Number(plan.traffic.get())),
            ("users", Key::Number(offered.users.all)),
        ],
        words: plan.name.clone(),
        marks: vec![("show", flag(plan.show)), ("sell", flag(plan.sell))],
    }
}

/// What it costs for each period for which it is sold.
fn prices(page: &Page, offered: &OfferedPlanView) -> Cell {
    let prices = Period::ALL.into_iter().filter_map(|period| {
        let price = offered.plan.prices.of(period)?;
        let period = page.t(super::form::label(period));
        Some(format!("{period} {}", page.money(&price)))
    });
    let prices: Vec<String> = prices.collect();
    if prices.is_empty() {
        Cell::Nothing
    } else {
        Cell::Text(prices.join(", "))
    }
}

/// A switch: how it stands, and what turns it.
fn switch(page: &Page, offered: &OfferedPlanView, name: &'static str, is_on: bool) -> Cell {
    let label = page.t(if is_on { "layout.yes" } else { "layout.no" });
    let path = page.to(&format!("/plans/{}/switch", offered.plan.id));
    let mut button = Button::new(path, label).sending(name, u8::from(!is_on));
    button.tone = if is_on { Tone::Good } else { Tone::Plain };
    Cell::Switch(button)
}

fn buttons(page: &Page, offered: &OfferedPlanView) -> Vec<Button> {
    let at = |action: &str| page.to(&format!("/plans/{}/{action}", offered.plan.id));
    vec![
        Button::new(at("up"), page.t("desk.node_move_up")),
        Button::new(at("down"), page.t("desk.node_move_down")),
        Button::new(at("drop"), page.t("layout.delete")).asking(page.t("layout.sure")),
    ]
}
