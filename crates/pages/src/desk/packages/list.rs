//! The packages as a list.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ferroboard_billing::TrafficPackage;
use ferroboard_web::Panel;

use super::SECTION;
use crate::desk::whole_list::{Item, Key, WORDS, found};
use crate::failure::PageResult;
use crate::list::{Button, Cell, Filter, Head, ListPage, ListQuery, Row, Tone};
use crate::package_end::until;
use crate::page::Page;
use crate::visitor::Operator;

/// Every package, on sale or not.
pub(in crate::desk) async fn show(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let run = panel.run(|app| async move { app.administration.packages.list().await });
    let packages = run.await?;
    let page = Page::console(&operator, SECTION, "shop.packages")?;
    let list = ListQuery::of(&operator.visitor);
    let items = packages.iter().enumerate();
    let items = items
        .map(|(place, package)| item(&page, place, package))
        .collect();
    let found = found(&list, items);
    let heads = vec![
        Head::sorted("place", "#"),
        Head::sorted("name", page.t("shop.package_name")),
        Head::sorted("traffic", page.t("desk.plan_traffic")),
        Head::sorted("price", page.t("desk.package_price")),
        Head::plain(page.t("shop.package_until")),
        Head::sorted("sold", page.t("desk.package_sold")),
        Head::plain(page.t("desk.plan_show")),
        Head::plain(""),
    ];
    let switched = vec![
        ("1".to_owned(), page.t("layout.yes").to_owned()),
        ("0".to_owned(), page.t("layout.no").to_owned()),
    ];
    let filters = vec![
        Filter::text(WORDS, page.t("shop.package_name")),
        Filter::choice("show", page.t("desk.plan_show"), switched),
    ];
    let links = vec![(
        page.to("/packages/new"),
        page.t("desk.package_new").to_owned(),
    )];
    let mut shown = ListPage::new(page, list, heads, found);
    shown.filters = filters;
    shown.links = links;
    shown.answer(&request, "packages")
}

fn item(page: &Page, place: usize, package: &TrafficPackage) -> Item {
    let terms = &package.terms;
    let place = i64::try_from(place).unwrap_or(i64::MAX).saturating_add(1);
    let sold = match terms.capacity {
        Some(capacity) => format!("{} / {capacity}", package.sold),
        None => package.sold.to_string(),
    };
    let cells = vec![
        Cell::text(package.id),
        Cell::link(page.to(&format!("/packages/{}", package.id)), &terms.name),
        Cell::text(format!("{} GB", terms.traffic.get())),
        Cell::text(page.money(&terms.price)),
        Cell::text(page.t(until(terms.until))),
        Cell::text(sold),
        switch(page, package),
        Cell::Buttons(buttons(page, package)),
    ];
    Item {
        row: Row {
            key: package.id.to_string(),
            cells,
        },
        keys: vec![
            ("place", Key::Number(place)),
            ("name", Key::Text(terms.name.to_lowercase())),
            ("traffic", Key::Number(terms.traffic.get())),
            ("price", Key::Number(terms.price.get())),
            ("sold", Key::Number(package.sold)),
        ],
        words: terms.name.clone(),
        marks: vec![("show", u8::from(package.show).to_string())],
    }
}

/// Whether it is on sale, and what changes that.
fn switch(page: &Page, package: &TrafficPackage) -> Cell {
    let label = if package.show {
        "layout.yes"
    } else {
        "layout.no"
    };
    let path = page.to(&format!("/packages/{}/switch", package.id));
    let mut button = Button::new(path, page.t(label));
    button.tone = if package.show {
        Tone::Good
    } else {
        Tone::Plain
    };
    Cell::Switch(button)
}

fn buttons(page: &Page, package: &TrafficPackage) -> Vec<Button> {
    let at = |action: &str| page.to(&format!("/packages/{}/{action}", package.id));
    vec![
        Button::new(at("up"), page.t("desk.node_move_up")),
        Button::new(at("down"), page.t("desk.node_move_down")),
        Button::new(at("drop"), page.t("layout.delete")).asking(page.t("layout.sure")),
    ]
}
