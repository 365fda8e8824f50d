//! The rules of the fields that tickets are made of, and how they become values.

use ferroboard_application::Error;
use ferroboard_kernel::TicketId;
use ferroboard_tickets::{Level, MessageText, PayoutAccount, Subject, TextRefused, TicketError};
use validator::ValidationError;

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::field::Field;
use crate::request::valid::refuse_when;

/// What a ticket is about.
pub(crate) fn subject(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::TicketSubjectRequired)?;
    refuse_text(
        parse(field, Subject::parse).err(),
        Message::TicketSubjectTooLong,
    )
}

/// How urgent a ticket is.
pub(crate) fn level(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::TicketLevelRequired)?;
    refuse_when(field.level().is_none(), Message::TicketLevelInvalid)
}

/// What is written in a ticket.
pub(crate) fn message(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::TicketMessageRequired)?;
    later_message(field)
}

/// The same where a missing message is refused by the handler.
pub(crate) fn later_message(field: &Field) -> Result<(), ValidationError> {
    if field.is_blank() {
        return Ok(());
    }
    let refused = parse(field, MessageText::parse).err();
    refuse_text(refused, Message::TicketMessageTooLong)
}

/// How commission is to be paid out, whether or not the site pays so.
pub(crate) fn withdraw_method(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::WithdrawMethodRequired)
}

/// Where commission is to be paid to.
pub(crate) fn withdraw_account(field: &Field) -> Result<(), ValidationError> {
    refuse_when(field.is_blank(), Message::WithdrawAccountRequired)?;
    let refused = parse(field, PayoutAccount::parse).is_err();
    refuse_when(refused, Message::WithdrawAccountInvalid)
}

/// A list or a switch is no text at all.
fn parse<T>(
    field: &Field,
    parse: impl FnOnce(&str) -> Result<T, TextRefused>,
) -> Result<T, TextRefused> {
    field.text().map_or(Err(TextRefused::Unusable), parse)
}

fn refuse_text(refused: Option<TextRefused>, too_long: Message) -> Result<(), ValidationError> {
    match refused {
        None => Ok(()),
        Some(TextRefused::TooLong) => refuse_when(true, too_long),
        Some(TextRefused::Unusable) => refuse_when(true, Message::TextUnusable),
    }
}

impl Field {
    pub(crate) fn level(&self) -> Option<Level> {
        Level::from_code(self.integer()?)
    }

    /// Whether PHP's `empty` holds, which decides whether some routes got a field at all.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Absent | Self::Null | Self::Flag(false) => true,
            Self::Text(text) | Self::Number(text) => text == "0",
            Self::Flag(true) | Self::Nested => false,
        }
    }

    /// What cannot be the number of a ticket is refused like one that no ticket has.
    pub(crate) fn to_ticket_id(&self) -> Result<TicketId, Fault> {
        let id = self.integer().map(TicketId::new);
        id.ok_or_else(|| Fault::from(Error::Ticket(TicketError::TicketMissing)))
    }

    pub(crate) fn to_subject(&self) -> Result<Subject, Fault> {
        parse(self, Subject::parse).map_err(|_| Fault::refused(Message::TextUnusable))
    }

    pub(crate) fn to_level(&self) -> Result<Level, Fault> {
        self.level()
            .ok_or(Fault::refused(Message::TicketLevelInvalid))
    }

    pub(crate) fn to_message_text(&self) -> Result<MessageText, Fault> {
        parse(self, MessageText::parse).map_err(|_| Fault::refused(Message::TextUnusable))
    }

    pub(crate) fn to_payout_account(&self) -> Result<PayoutAccount, Fault> {
        let account = parse(self, PayoutAccount::parse);
        account.map_err(|_| Fault::refused(Message::WithdrawAccountInvalid))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn rules_answer_for_every_json_type() {
        type Rule = fn(&Field) -> Result<(), ValidationError>;
        let long = json!("x".repeat(20_001));
        let rows: [(Rule, Value, Option<&str>); 21] = [
            (subject, json!("Help"), None),
            (subject, json!(0), None),
            (subject, json!(null), Some("TicketSubjectRequired")),
            (subject, json!(["a"]), Some("TextUnusable")),
            (subject, json!("a\u{0}"), Some("TextUnusable")),
            (subject, long.clone(), Some("TicketSubjectTooLong")),
            (level, json!(2), None),
            (level, json!("0"), None),
            (level, json!(null), Some("TicketLevelRequired")),
            (level, json!(3), Some("TicketLevelInvalid")),
            (level, json!("x"), Some("TicketLevelInvalid")),
            (message, json!("<b>"), None),
            (message, json!(null), Some("TicketMessageRequired")),
            (message, long, Some("TicketMessageTooLong")),
            (later_message, json!(null), None),
            (later_message, json!({}), Some("TextUnusable")),
            (withdraw_method, json!(null), Some("WithdrawMethodRequired")),
            (withdraw_account, json!("addr"), None),
            (
                withdraw_account,
                json!(null),
                Some("WithdrawAccountRequired"),
            ),
            (
                withdraw_account,
                json!("a\nb"),
                Some("WithdrawAccountInvalid"),
            ),
            (
                withdraw_account,
                json!(true),
                Some("WithdrawAccountInvalid"),
            ),
        ];
        for (rule, value, expected) in rows {
            let refused = rule(&Field::from(value.clone())).err();
            let code = refused.map(|error| error.code.into_owned());
            assert_eq!(code.as_deref(), expected, "{value:.60}");
        }
    }

    #[test]
    fn zero_is_empty_as_in_php() {
        for (value, expected) in [
            (json!(null), true),
            (json!(0), true),
            (json!("0"), true),
            (json!(false), true),
            (json!("00"), false),
            (json!("x"), false),
            (json!(true), false),
            (json!([]), false),
        ] {
            assert_eq!(Field::from(value.clone()).is_empty(), expected, "{value}");
        }
        assert!(Field::Absent.is_empty());
    }
}
