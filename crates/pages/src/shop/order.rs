//! One order: its page, its state by itself, its receipt, and its end.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use ferroboard_application::Error;
use ferroboard_billing::{BillingError, OrderReceipt};
use ferroboard_kernel::{Cents, TradeNo, UserId};
use ferroboard_web::Panel;

use super::amounts::{self, AmountLine};
use super::order_card::{OrderCard, OrderState};
use super::{named, order_page};
use crate::failure::{Failure, PageResult};
use crate::flash::{Flash, go};
use crate::form::Form;
use crate::page::{Page, show};
use crate::visitor::MainCustomer;

#[derive(Template)]
#[template(path = "shop/order_state.html")]
struct StateFragment {
    page: Page,
    number: String,
    state: OrderState,
    /// Whether something is still to happen, and whether that has just ended.
    is_awaited: bool,
    is_done: bool,
}

#[derive(Template)]
#[template(path = "shop/receipt.html")]
struct ReceiptPage {
    page: Page,
    order: OrderCard,
    lines: Vec<AmountLine>,
    issued: Option<Issued>,
}

/// What a receipt says that was issued when the order was paid.
struct Issued {
    number: String,
    /// Name, address, tax number and e-mail address, as far as the site says them.
    seller: Vec<String>,
    buyer: String,
    /// What the tax is called, with its rate, and how much of it was paid.
    tax: Option<(String, String)>,
}

/// The page of an order.
pub(super) async fn show_order(
    customer: MainCustomer,
    number: Path<String>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let number = named::order(&number)?;
    order_page::of(&customer.0, number, form, &panel, StatusCode::OK).await
}

/// Where an order stands, for the page to look at while it waits.
pub(super) async fn state(
    customer: MainCustomer,
    number: Path<String>,
    panel: Data<Panel>,
) -> PageResult {
    let number = named::order(&number)?;
    let user = customer.0.session.account.id;
    let asked = number.clone();
    let run = panel.run(move |app| async move {
        match app.orders.status(user, &asked).await {
            Ok(status) => Ok(Some(status)),
            Err(Error::Billing(BillingError::OrderMissing)) => Ok(None),
            Err(error) => Err(error),
        }
    });
    let status = run.await?.ok_or(Failure::Unknown)?;
    let page = Page::new(&customer.0.visitor, "/my/orders", "shop.order_title")?;
    show(&StateFragment {
        state: OrderState::new(&page, status, None),
        is_awaited: status.is_unfinished(),
        is_done: !status.is_unfinished(),
        number: number.as_str().to_owned(),
        page,
    })
}

/// The receipt that was issued for the order; none for what was paid before there were receipts.
async fn issued(
    panel: &Panel,
    user: UserId,
    number: TradeNo,
) -> Result<Option<OrderReceipt>, Failure> {
    let run = panel.run(move |app| async move {
        match app.receipts.find(user, &number).await {
            Ok(receipt) => Ok(Some(receipt)),
            Err(Error::Billing(BillingError::ReceiptMissing)) => Ok(None),
            Err(error) => Err(error),
        }
    });
    Ok(run.await?)
}

impl Issued {
    fn new(page: &Page, receipt: &OrderReceipt) -> Self {
        let seller = &receipt.seller;
        let tax_number = Some(&seller.tax_number).filter(|number| !number.is_empty());
        let tax_number =
            tax_number.map(|number| page.put("shop.receipt_tax_number", "number", number.clone()));
        let lines = std::iter::once(seller.name.as_str()).chain(seller.address.lines());
        let lines = lines.map(str::to_owned).chain(tax_number);
        let lines = lines.chain([seller.email.clone()]);
        let tax = receipt.amounts.tax;
        let called = format!("{} {} %", receipt.tax_name, receipt.tax_rate);
        Self {
            number: receipt.number.to_string(),
            seller: lines.filter(|line| !line.trim().is_empty()).collect(),
            buyer: receipt.names.buyer.clone(),
            tax: (tax > Cents::ZERO).then(|| (called.trim().to_owned(), page.money(&tax))),
        }
    }
}

/// A receipt to print, once the order is paid.
pub(super) async fn receipt(
    customer: MainCustomer,
    number: Path<String>,
    panel: Data<Panel>,
) -> PageResult {
    let number = named::order(&number)?;
    let customer = customer.0;
    let user = customer.session.account.id;
    let view = order_page::find(&panel, user, number.clone()).await?;
    let page = Page::new(&customer.visitor, "/my/orders", "shop.receipt_title")?;
    let mut order = OrderCard::new(&page, &view);
    if !order.has_receipt() {
        return Ok(go(&format!("/my/orders/{}", order.number)));
    }
    let receipt = issued(&panel, user, number).await?;
    if let Some(receipt) = &receipt {
        order.keep(receipt);
    }
    let lines = receipt.as_ref().map_or_else(
        || amounts::of_order(&page, &view.order),
        |receipt| amounts::of_receipt(&page, receipt),
    );
    show(&ReceiptPage {
        lines,
        issued: receipt.map(|receipt| Issued::new(&page, &receipt)),
        order,
        page,
    })
}

/// Cancels an order that waits for payment.
pub(super) async fn cancel(
    customer: MainCustomer,
    number: Path<String>,
    panel: Data<Panel>,
) -> PageResult {
    let number = named::order(&number)?;
    let user = customer.0.session.account.id;
    let asked = number.clone();
    let run = panel.run(move |app| async move {
        match app.orders.cancel(user, &asked).await {
            Ok(()) => Ok(Some(true)),
            Err(Error::Billing(BillingError::OrderNotCancellable)) => Ok(Some(false)),
            Err(Error::Billing(BillingError::OrderMissing)) => Ok(None),
            Err(error) => Err(error),
        }
    });
    let flash = match run.await? {
        Some(true) => Flash::done("shop.order_cancel_done"),
        Some(false) => Flash::refused("shop.order_cancel_refused"),
        None => return Err(Failure::Unknown),
    };
    Ok(flash.and_go(&customer.0.visitor, &format!("/my/orders/{number}")))
}
