use actix_web::web::Data;
use ferroboard_kernel::Cents;
use utoipa::ToSchema;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// How much is to be moved.
#[derive(ToSchema)]
pub(crate) struct TransferBody {
    /// Cents, as a number or in decimal digits.
    #[schema(value_type = i64, minimum = 1)]
    transfer_amount: Cents,
}

impl Body for TransferBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let amount = read.required("transfer_amount");
        let amount = amount.says(Message::TransferAmountRequired).integer();
        let amount = amount.says(Message::TransferAmountInvalid);
        let amount = amount.parse(Message::TransferAmountInvalid, |cents| {
            (cents >= 1).then(|| Cents::new(cents))
        });
        Ok(Self {
            transfer_amount: amount.get()?,
        })
    }
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
    Read(body): Read<TransferBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let amount = body.transfer_amount;
    let run = panel.run(move |app| async move { app.commissions.transfer(user, amount).await });
    run.await?;
    Ok(DONE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::request::body::complaint;

    #[test]
    fn an_amount_is_a_whole_number_of_cents_from_one_on() {
        for (value, expected) in [
            (json!("100"), None),
            (json!(0), Some(Message::TransferAmountInvalid)),
            (json!(1.5), Some(Message::TransferAmountInvalid)),
            (json!(null), Some(Message::TransferAmountRequired)),
        ] {
            let said = complaint::<TransferBody>("transfer_amount", &value);
            assert_eq!(said, expected, "{value}");
        }
    }
}
