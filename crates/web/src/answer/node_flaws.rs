//! What is said about useless settings of nodes.

use std::borrow::Cow;

use ferroboard_protocol::{Flaw, Wrong};

use crate::answer::messages::Message;

/// What is said about a member of a node's settings.
pub(crate) const fn said_of(what: Wrong) -> Message {
    match what {
        Wrong::Missing => Message::FieldRequired,
        Wrong::NotText => Message::TextInvalid,
        Wrong::NotInteger => Message::FieldNotInteger,
        Wrong::NotFlag => Message::FieldNotFlag,
        Wrong::NotList => Message::FieldNotList,
        Wrong::NotOneOf => Message::FieldNotOneOf,
        Wrong::TooDeep => Message::FieldTooDeep,
        Wrong::NotKey => Message::NodeKeyInvalid,
        Wrong::NotShortId => Message::NodeShortIdInvalid,
        Wrong::Unusable => Message::NodeValueUnusable,
    }
}

/// The members with what is said about each, as fields of a request.
pub(super) fn refused(flaws: &[Flaw]) -> Vec<(Cow<'static, str>, Vec<Message>)> {
    let field = |flaw: &Flaw| {
        let name = format!("protocol_settings.{}", flaw.path);
        (Cow::Owned(name), vec![said_of(flaw.what)])
    };
    flaws.iter().map(field).collect()
}
