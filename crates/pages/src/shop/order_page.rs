//! The page of one order: where it stands, what it costs, and how it can be paid.

use actix_web::http::StatusCode;
use askama::Template;
use ferroboard_application::{Error, OrderView};
use ferroboard_billing::{BillingError, GatewayCode, PaymentMethod};
use ferroboard_kernel::{Cents, TradeNo, UserId};
use ferroboard_web::Panel;

use super::amounts::{self, AmountLine};
use super::order_card::OrderCard;
use crate::failure::{Failure, PageResult};
use crate::form::Form;
use crate::page::{Page, show_as};
use crate::visitor::Customer;

/// A way to pay an order.
struct Choice {
    id: i64,
    name: String,
    icon: Option<String>,
    /// What it costs on top, and then in all.
    fee: Option<(String, String)>,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "shop/order.html")]
struct OrderPage {
    page: Page,
    order: OrderCard,
    lines: Vec<AmountLine>,
    form: Form,
    methods: Vec<Choice>,
    /// Whether there is nothing to pay.
    is_free: bool,
    /// Whether a payment was started, so that the page looks for its end.
    is_awaited: bool,
}

/// The order of this number, where it is the customer's.
pub(super) async fn find(
    panel: &Panel,
    user: UserId,
    number: TradeNo,
) -> Result<OrderView, Failure> {
    let run = panel.run(move |app| async move {
        match app.orders.detail(user, &number).await {
            Ok(view) => Ok(Some(view)),
            Err(Error::Billing(BillingError::OrderMissing)) => Ok(None),
            // Its plan was deleted by another program; what was bought and paid is still known.
            Err(Error::Billing(BillingError::PlanMissing)) => {
                let (orders, _) = app.orders.list(user, None).await?;
                let mut orders = orders.into_iter();
                let order = orders.find(|order| order.trade_no == number);
                Ok(order.map(|order| OrderView {
                    order,
                    plan: None,
                    bonus: None,
                    package: None,
                    payment: None,
                    surplus: Vec::new(),
                }))
            }
            Err(error) => Err(error),
        }
    });
    run.await?.ok_or(Failure::Unknown)
}

/// The page of an order, with what was chosen to pay it and what was wrong with that.
pub(super) async fn of(
    customer: &Customer,
    number: TradeNo,
    form: Form,
    panel: &Panel,
    status: StatusCode,
) -> PageResult {
    let view = find(panel, customer.session.account.id, number).await?;
    let page = Page::new(&customer.visitor, "/my/orders", "shop.order_title")?;
    let order = OrderCard::new(&page, &view);
    let total = view.order.total;
    let methods = if order.is_pending() && total > Cents::ZERO {
        let run = panel.run(|app| async move { app.orders.payment_methods().await });
        choices(&page, run.await?, &form, total)
    } else {
        Vec::new()
    };
    let template = OrderPage {
        lines: amounts::of_order(&page, &view.order),
        is_free: total <= Cents::ZERO,
        is_awaited: order.is_open() && (form.has("wait") || !order.is_pending()),
        methods,
        order,
        form,
        page,
    };
    show_as(status, &template)
}

/// The methods that pages can offer. Cards that are entered on the page need a script of the gateway's, which
/// pages do not load.
fn choices(page: &Page, methods: Vec<PaymentMethod>, form: &Form, total: Cents) -> Vec<Choice> {
    let offered = methods
        .into_iter()
        .filter(|method| !matches!(method.code(), None | Some(GatewayCode::StripeCredit)));
    let mut choices: Vec<Choice> = offered
        .map(|method| Choice::new(page, method, form, total))
        .collect();
    if let [only] = choices.as_mut_slice() {
        only.is_chosen = true;
    }
    choices
}

impl Choice {
    fn new(page: &Page, method: PaymentMethod, form: &Form, total: Cents) -> Self {
        let fee = method.fee(total).ok().flatten();
        let fee = fee.filter(|fee| *fee > Cents::ZERO).map(|fee| {
            let whole = Cents::new(total.get().saturating_add(fee.get()));
            (page.money(&fee), page.money(&whole))
        });
        Self {
            id: method.id.get(),
            icon: method.icon.filter(|icon| icon.starts_with("https://")),
            name: method.name,
            is_chosen: form.is("method", method.id),
            fee,
        }
    }
}
