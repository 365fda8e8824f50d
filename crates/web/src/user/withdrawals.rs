use actix_web::web::Data;
use ferroboard_kernel::TicketId;
use ferroboard_tickets::{PayoutAccount, WithdrawalWords};
use utoipa::ToSchema;

use super::tickets::{close_by, no_ticket};
use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// Either a ticket to be taken back, or how and where to commission is to be paid. With fields of both
/// it is the latter.
#[derive(ToSchema)]
pub(crate) struct WithdrawBody {
    /// The ticket to be closed.
    #[schema(value_type = Option<i64>)]
    id: Option<TicketId>,
    /// One of the site's `withdraw_methods`.
    withdraw_method: Option<String>,
    /// One line.
    #[schema(value_type = Option<String>, max_length = 255)]
    withdraw_account: Option<PayoutAccount>,
}

impl Body for WithdrawBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let is_about_money = ["withdraw_method", "withdraw_account"]
            .iter()
            .any(|name| !read.given(name).is_blank());
        if !is_about_money && !read.given("id").is_blank() {
            return Ok(Self {
                id: read.given("id").integer().map(TicketId::new),
                withdraw_method: None,
                withdraw_account: None,
            });
        }
        // Without any field, all of them are missing.
        if !is_about_money {
            read.complain("id", Message::TicketRequired);
        }
        let method = read.required("withdraw_method");
        let method = method.says(Message::WithdrawMethodRequired);
        // What is no text is the name of no method.
        let method = method.map(|method| method.owned_text().unwrap_or_default());
        let method = method.get();
        let account = read.required("withdraw_account");
        let account = account.says(Message::WithdrawAccountRequired);
        let account = account.parse(Message::WithdrawAccountInvalid, |account| {
            PayoutAccount::parse(&account.text()?).ok()
        });
        let account = account.get();
        Ok(Self {
            id: None,
            withdraw_method: Some(method?),
            withdraw_account: Some(account?),
        })
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
    Read(body): Read<WithdrawBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (Some(method), Some(account)) = (body.withdraw_method, body.withdraw_account) else {
        // What is no number names no ticket.
        let id = body.id.ok_or_else(no_ticket)?;
        return close_by(session, id, &panel).await;
    };
    let user = session.0.account.id;
    let words = words(locale);
    let run = panel
        .run(move |app| async move { app.tickets.withdraw(user, method, account, words).await });
    run.await?;
    Ok(DONE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::request::body::complaint;

    #[test]
    fn methods_and_accounts_are_judged_whatever_their_type() {
        let said = complaint::<WithdrawBody>("withdraw_method", &json!(null));
        assert_eq!(said, Some(Message::WithdrawMethodRequired));
        for (value, expected) in [
            (json!("addr"), None),
            (json!(null), Some(Message::WithdrawAccountRequired)),
            (json!("a\nb"), Some(Message::WithdrawAccountInvalid)),
            (json!(true), Some(Message::WithdrawAccountInvalid)),
        ] {
            let said = complaint::<WithdrawBody>("withdraw_account", &value);
            assert_eq!(said, expected, "{value}");
        }
    }
}
