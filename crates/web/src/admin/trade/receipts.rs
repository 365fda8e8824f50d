//! `order/receipt`: receipts, as administrators read them.

use actix_web::web::Data;

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::Read;
use crate::user::books::receipts::{ReceiptBody, ReceiptQuery};

/// The receipt of anybody's order, as its buyer reads it.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/order/receipt",
    params(ReceiptQuery),
    responses(
        (status = 200, description = "The receipt", body = SuccessBody<ReceiptBody>),
        (status = 400, description = "That is no number of an order", body = FailureBody),
        (status = 404, description = "There is no such order, or it has no receipt", body = FailureBody),
        (status = 422, description = "The number is missing", body = FailureBody),
    )
)]
pub(crate) async fn show(
    _admin: AdminSession,
    Read(query): Read<ReceiptQuery>,
    panel: Data<Panel>,
) -> Result<Success<ReceiptBody>, Fault> {
    let trade_no = query.trade_no;
    let run = panel.run(move |app| async move {
        let receipts = &app.administration.receipts;
        receipts.find(&trade_no).await
    });
    Ok(Success(ReceiptBody::new(run.await?)))
}
