//! The customer's orders.

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::OrderView;
use ferroboard_billing::OrderStatus;
use ferroboard_web::Panel;

use super::names;
use super::order_card::OrderCard;
use super::tab::Tab;
use crate::failure::PageResult;
use crate::list::ListQuery;
use crate::page::{Page, show};
use crate::visitor::MainCustomer;

/// How many orders a page shows.
const ROWS: usize = 20;

#[derive(Template)]
#[template(path = "shop/orders.html")]
struct OrdersPage {
    page: Page,
    tabs: Vec<Tab>,
    orders: Vec<OrderCard>,
    list: ListQuery,
    last: i64,
}

/// The orders, newest first, all or those that stand somewhere.
pub(super) async fn list(customer: MainCustomer, panel: Data<Panel>) -> PageResult {
    let customer = customer.0;
    let query = ListQuery::of(&customer.visitor);
    let asked = query.other("status").parse().ok();
    let status = asked.and_then(OrderStatus::from_code);
    let user = customer.session.account.id;
    let run = panel.run(move |app| async move { app.orders.list(user, status).await });
    let (found, plans) = run.await?;
    let page = Page::new(&customer.visitor, "/my/orders", "shop.orders_title")?;
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let skipped = usize::try_from(query.number() - 1).unwrap_or(usize::MAX);
    let shown = found
        .into_iter()
        .skip(skipped.saturating_mul(ROWS))
        .take(ROWS);
    let views = shown.map(|order| OrderView {
        plan: plans.get(&order.plan_id).cloned(),
        order,
        bonus: None,
        package: None,
        payment: None,
        surplus: Vec::new(),
    });
    let orders = views.map(|view| OrderCard::new(&page, &view)).collect();
    let known = (0..).map_while(OrderStatus::from_code);
    let named = known.map(|known| {
        let href = format!("/my/orders?status={}", known.code());
        Tab::new(
            href,
            page.t(names::order_status(known)),
            status == Some(known),
        )
    });
    let all = Tab::new("/my/orders", page.t("shop.plans_all"), status.is_none());
    let template = OrdersPage {
        tabs: std::iter::once(all).chain(named).collect(),
        last: query.pages(total),
        list: query,
        orders,
        page,
    };
    show(&template)
}
