use crate::MailFailed;

/// A refusal of this domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// A template's text lacks a placeholder without which its mail says nothing.
    #[error("the text lacks the placeholder {0}")]
    PlaceholderMissing(&'static str),
    /// A message that was to be sent at once was not.
    #[error(transparent)]
    NotSent(#[from] MailFailed),
}
