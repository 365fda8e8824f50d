//! Paying an order.

use actix_web::http::{StatusCode, Uri};
use actix_web::web::{Data, Path};
use askama::Template;
use ferroboard_application::{Error, Pay, StartedPayment};
use ferroboard_billing::{BillingError, Payment};
use ferroboard_kernel::{PaymentId, TradeNo};
use ferroboard_web::{PageRoot, Panel, Root};

use super::order_card::OrderState;
use super::{amounts, named, order_page};
use crate::failure::PageResult;
use crate::flash::{Flash, go};
use crate::form::Form;
use crate::page::{Page, show};
use crate::qr;
use crate::visitor::{Customer, MainCustomer};

/// A code to be scanned.
#[derive(Template)]
#[template(path = "shop/pay_code.html")]
struct CodePage {
    page: Page,
    number: String,
    amount: String,
    code: String,
    /// The code as a drawing; nothing where it is too long for one.
    drawing: Option<String>,
    /// The code as a link, where it is one that a browser may open.
    link: Option<String>,
    state: OrderState,
}

/// The way to a payment page. It is a page and no redirect: forms of ours lead nowhere else.
#[derive(Template)]
#[template(path = "shop/pay_leave.html")]
struct LeavePage {
    page: Page,
    number: String,
    address: String,
    host: String,
}

/// Leads back from the form that somebody asks for as a page, as the switch of languages does.
pub(super) async fn back(_customer: MainCustomer, number: Path<String>) -> PageResult {
    let number = named::order(&number)?;
    Ok(go(&format!("/my/orders/{number}")))
}

/// What became of a checkout.
enum Tried {
    Started(StartedPayment),
    MethodMissing,
}

/// Starts the payment of an order, or opens it where there is nothing to pay.
pub(super) async fn pay(
    customer: MainCustomer,
    number: Path<String>,
    root: Root,
    page_root: PageRoot,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let number = named::order(&number)?;
    let customer = customer.0;
    let method = form.text("method").parse().ok().map(PaymentId::new);
    let command = Pay {
        user: customer.session.account.id,
        trade_no: number.clone(),
        method,
        token: None,
        root: root.0,
        page_root: page_root.0,
    };
    let run = panel.run(move |app| async move {
        match app.orders.check_out(command).await {
            Ok(started) => Ok(Tried::Started(started)),
            Err(Error::Billing(BillingError::PaymentMethodUnavailable)) if method.is_none() => {
                Ok(Tried::MethodMissing)
            }
            Err(error) => Err(error),
        }
    });
    let path = format!("/my/orders/{number}");
    let payment = match run.await {
        Ok(Tried::Started(StartedPayment::Free)) => {
            let flash = Flash::done("shop.order_completed_text");
            return Ok(flash.and_go(&customer.visitor, &path));
        }
        Ok(Tried::Started(StartedPayment::AtGateway(payment))) => payment,
        Ok(Tried::MethodMissing) => {
            let page = Page::new(&customer.visitor, "/my/orders", "shop.order_title")?;
            form.complain("method", page.t("shop.pay_method_required"));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return order_page::of(&customer, number, form, &panel, status).await;
        }
        Err(fault) => {
            let status = form.refused(&customer.visitor, fault)?;
            return order_page::of(&customer, number, form, &panel, status).await;
        }
    };
    match payment {
        Payment::Done => Ok(go(&format!("{path}?wait=1"))),
        Payment::Code(code) => scan(&customer, number, code, &panel).await,
        Payment::Redirect(address) => match host(&address) {
            Some(host) => leave(&customer, &number, &address, host),
            // What no browser opens may be of use to a camera.
            None => scan(&customer, number, address, &panel).await,
        },
    }
}

/// The page with a code that a payment app scans.
async fn scan(customer: &Customer, number: TradeNo, code: String, panel: &Panel) -> PageResult {
    let view = order_page::find(panel, customer.session.account.id, number.clone()).await?;
    let page = Page::new(&customer.visitor, "/my/orders", "shop.pay_title")?;
    show(&CodePage {
        number: number.as_str().to_owned(),
        amount: page.money(&amounts::whole(&view.order)),
        drawing: qr::svg(&code),
        link: host(&code).map(|_| code.clone()),
        state: OrderState::new(&page, view.order.status, Some(view.order.created_at)),
        code,
        page,
    })
}

/// The page that leads to the gateway's.
fn leave(customer: &Customer, number: &TradeNo, address: &str, host: String) -> PageResult {
    let page = Page::new(&customer.visitor, "/my/orders", "shop.pay_leaving")?;
    show(&LeavePage {
        number: number.as_str().to_owned(),
        address: address.to_owned(),
        host,
        page,
    })
}

/// The host of an address that a browser may be led to: one of the web.
fn host(address: &str) -> Option<String> {
    let address: Uri = address.parse().ok()?;
    let is_web = matches!(address.scheme_str()?, "http" | "https");
    let host = address.host().filter(|host| !host.is_empty())?;
    is_web.then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn browsers_are_led_to_the_web_and_nowhere_else() {
        for (address, expected) in [
            ("https://pay.test/x?a=1&b=2", Some("pay.test")),
            ("http://pay.test:8080", Some("pay.test")),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("weixin://wxpay/x", None),
            ("//pay.test", None),
            ("/my/orders", None),
            ("", None),
        ] {
            assert_eq!(host(address).as_deref(), expected, "{address}");
        }
    }
}
