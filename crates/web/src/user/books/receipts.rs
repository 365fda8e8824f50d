//! Receipts of orders.

use actix_web::web::Data;
use ferroboard_billing::OrderReceipt;
use ferroboard_kernel::TradeNo;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};
use crate::user::orders::named_order;

/// Of which order the receipt is.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReceiptQuery {
    #[param(value_type = String)]
    pub(crate) trade_no: TradeNo,
}

impl Body for ReceiptQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            trade_no: named_order(read)?,
        })
    }
}

/// A receipt, as the order stood when it was paid: whatever is changed later, it says the same. Amounts are in
/// cents; price = discount + surplus + balance + total.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReceiptBody {
    /// Without gaps in each year of the site's time zone.
    #[schema(example = "R2026-000123")]
    number: String,
    trade_no: String,
    /// When the order was paid.
    issued_at: i64,
    /// When it was placed.
    ordered_at: i64,
    /// Code of the currency.
    currency: String,
    seller: SellerBody,
    buyer: BuyerBody,
    lines: Vec<ReceiptLine>,
    price: i64,
    /// Taken off by coupon and member discount.
    discount: i64,
    /// Paid with the value of the plan that it replaced.
    surplus: i64,
    /// Paid from the balance.
    balance: i64,
    /// Paid beside the balance, without fee.
    total: i64,
    /// The fee of the payment method.
    fee: i64,
    /// What came on top of a top-up.
    bonus: i64,
    /// Paid in all: balance, total and fee.
    paid: i64,
    tax: TaxBody,
    /// `gateway`, `hand` (an administrator vouched for it), `balance` or `nothing` (it was free).
    paid_by: &'static str,
    /// The name of the payment method; null where no gateway took part.
    method: Option<String>,
}

/// Who sells; what the site does not say is empty.
#[derive(Serialize, ToSchema)]
pub(crate) struct SellerBody {
    name: String,
    address: String,
    tax_number: String,
    email: String,
}

/// Who bought.
#[derive(Serialize, ToSchema)]
pub(crate) struct BuyerBody {
    id: i64,
    email: String,
}

/// What was bought.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReceiptLine {
    /// 1 new, 2 renewal, 3 change of plan, 4 traffic reset, 9 top-up.
    r#type: i64,
    /// The plan's name; empty for a top-up.
    name: String,
    /// `month_price`, `quarter_price` and so on, or `deposit`.
    period: &'static str,
    amount: i64,
}

/// The tax that is contained in what was paid; of a top-up in its fee alone.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaxBody {
    name: String,
    /// In percent, as a text: exact to four digits.
    rate_percent: String,
    amount: i64,
}

impl ReceiptBody {
    /// The receipt; of one whose amounts no panel can have written nothing was paid.
    pub(crate) fn new(receipt: OrderReceipt) -> Self {
        let amounts = receipt.amounts;
        Self {
            number: receipt.number.to_string(),
            trade_no: receipt.trade_no.as_str().to_owned(),
            issued_at: receipt.issued_at.get(),
            ordered_at: receipt.ordered_at.get(),
            currency: receipt.currency,
            seller: SellerBody {
                name: receipt.seller.name,
                address: receipt.seller.address,
                tax_number: receipt.seller.tax_number,
                email: receipt.seller.email,
            },
            buyer: BuyerBody {
                id: receipt.user.get(),
                email: receipt.names.buyer,
            },
            lines: vec![ReceiptLine {
                r#type: receipt.kind.code(),
                name: receipt.names.item,
                period: receipt.period.legacy_key(),
                amount: amounts.price.get(),
            }],
            price: amounts.price.get(),
            discount: amounts.discount.get(),
            surplus: amounts.surplus.get(),
            balance: amounts.balance.get(),
            total: amounts.total.get(),
            fee: amounts.fee.get(),
            bonus: amounts.bonus.get(),
            paid: amounts.paid().unwrap_or_default().get(),
            tax: TaxBody {
                name: receipt.tax_name,
                rate_percent: receipt.tax_rate.to_string(),
                amount: amounts.tax.get(),
            },
            paid_by: receipt.paid_by.as_str(),
            method: receipt.names.method,
        }
    }
}

/// The receipt of an order. Orders have one from the moment in which they are paid; those that were paid
/// before this panel knew receipts have none.
#[utoipa::path(
    get,
    path = "/api/v1/user/order/receipt",
    params(ReceiptQuery),
    responses(
        (status = 200, description = "The receipt", body = SuccessBody<ReceiptBody>),
        (status = 400, description = "That is no number of an order", body = FailureBody),
        (status = 404, description = "The user has no such order, or it has no receipt", body = FailureBody),
        (status = 422, description = "The number is missing", body = FailureBody),
    )
)]
pub(crate) async fn show(
    session: Session,
    Read(query): Read<ReceiptQuery>,
    panel: Data<Panel>,
) -> Result<Success<ReceiptBody>, Fault> {
    let user = session.0.account.id;
    let trade_no = query.trade_no;
    let run = panel.run(move |app| async move { app.receipts.find(user, &trade_no).await });
    Ok(Success(ReceiptBody::new(run.await?)))
}
