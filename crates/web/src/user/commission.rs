use actix_web::web::Data;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::guards::session::Session;
use crate::request::field::Field;
use crate::request::valid::{self, Valid};

/// How much is to be moved.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct TransferBody {
    /// Cents, as a number or in decimal digits.
    #[validate(custom(function = valid::transfer_amount))]
    #[schema(value_type = i64, minimum = 1)]
    transfer_amount: Field,
}

/// Moves commission to the balance.
#[utoipa::path(
    post,
    path = "/api/v1/user/transfer",
    request_body = TransferBody,
    responses(
        (status = 200, description = "Moved", body = SuccessBody<bool>),
        (status = 400, description = "There is not that much commission", body = FailureBody),
        (status = 422, description = "A field is missing or malformed", body = FailureBody),
        (status = 429, description = "Too many from this account; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn transfer(
    session: Session,
    Valid(body): Valid<TransferBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let amount = body.transfer_amount.to_amount()?;
    let run = panel.run(move |app| async move { app.commissions.transfer(user, amount).await });
    run.await?;
    Ok(DONE)
}
