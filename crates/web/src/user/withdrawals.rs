use actix_web::web::Data;
use ferroboard_tickets::WithdrawalWords;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError, ValidationErrors};

use super::tickets::close_by;
use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::answer::ticket_fields as rules;
use crate::guards::session::Session;
use crate::request::field::Field;
use crate::request::valid::{Valid, refuse_when};

/// Either a ticket to be taken back, or how and where to commission is to be paid. With fields of both
/// it is the latter.
#[derive(Deserialize, Default, ToSchema)]
#[serde(default)]
pub(crate) struct WithdrawBody {
    /// The ticket to be closed.
    #[schema(value_type = Option<i64>, required = false)]
    id: Field,
    /// One of the site's `withdraw_methods`.
    #[schema(value_type = Option<String>, required = false)]
    withdraw_method: Field,
    /// One line.
    #[schema(value_type = Option<String>, required = false, max_length = 255)]
    withdraw_account: Field,
}

impl WithdrawBody {
    fn is_about_money(&self) -> bool {
        !(self.withdraw_method.is_blank() && self.withdraw_account.is_blank())
    }
}

impl Validate for WithdrawBody {
    /// Which fields are needed depends on which there are; without any, all of them are missing.
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        let mut note = |field, outcome: Result<(), ValidationError>| {
            if let Err(error) = outcome {
                errors.add(field, error);
            }
        };
        let names_ticket = !self.id.is_blank();
        if self.is_about_money() || !names_ticket {
            note(
                "id",
                refuse_when(!self.is_about_money(), Message::TicketRequired),
            );
            note(
                "withdraw_method",
                rules::withdraw_method(&self.withdraw_method),
            );
            note(
                "withdraw_account",
                rules::withdraw_account(&self.withdraw_account),
            );
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }
}

/// The words of the ticket in the language of the request.
fn words(locale: Locale) -> WithdrawalWords {
    let text = |message: Message| message.text(locale).into_owned();
    WithdrawalWords {
        subject: text(Message::WithdrawalSubject),
        method: text(Message::WithdrawalMethodLabel),
        account: text(Message::WithdrawalAccountLabel),
        amount: text(Message::WithdrawalAmountLabel),
    }
}

/// Asks for the whole commission balance to be paid out, or takes a ticket back.
///
/// A request opens a ticket and reserves the amount until the ticket is closed. With `id` alone the
/// ticket is closed.
#[utoipa::path(
    post,
    path = "/api/v1/user/ticket/withdraw",
    request_body = WithdrawBody,
    responses(
        (status = 200, description = "Asked for, or closed", body = SuccessBody<bool>),
        (status = 400, description = "Commission is not paid out, another ticket is open, or there is no such ticket", body = FailureBody),
        (status = 422, description = "A field is missing or malformed, commission is not paid out so, or there is too little", body = FailureBody),
        (status = 429, description = "More than ten messages within a minute; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn withdraw(
    session: Session,
    locale: Locale,
    Valid(body): Valid<WithdrawBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    if !body.is_about_money() {
        return close_by(session, &body.id, &panel).await;
    }
    let user = session.0.account.id;
    let account = body.withdraw_account.to_payout_account()?;
    // What is no text is the name of no method.
    let method = body.withdraw_method.into_text().unwrap_or_default();
    let words = words(locale);
    let run = panel
        .run(move |app| async move { app.tickets.withdraw(user, method, account, words).await });
    run.await?;
    Ok(DONE)
}
