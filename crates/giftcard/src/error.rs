use ferroboard_kernel::StoreError;

use crate::{CardStatus, Reason};

/// A refusal of this domain, one variant for each that a person can meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GiftCardError {
    /// No card has the code.
    #[error("the gift card does not exist")]
    CodeUnknown,
    /// The template is switched off or gone.
    #[error("this kind of gift card is switched off")]
    TemplateDisabled,
    /// The card is used up, expired or disabled.
    #[error("the gift card is {0:?}")]
    NotAvailable(CardStatus),
    /// The card is not for this user, or not now.
    #[error("the user may not redeem the gift card: {0:?}")]
    NotEligible(Reason),
    /// The template's terms make no sense.
    #[error("the gift card is misconfigured")]
    Misconfigured,
    /// The user has redeemed no card of this number.
    #[error("the gift card usage does not exist")]
    UsageMissing,
    /// The account is gone.
    #[error("the account is gone")]
    AccountMissing,
    /// There is no template of this number.
    #[error("the gift card template does not exist")]
    TemplateMissing,
    /// Cards are to be made of a template that there is not.
    #[error("the template of the gift cards does not exist")]
    KindMissing,
    /// Cards are to be made of a template that is switched off.
    #[error("the template of the gift cards is switched off")]
    TemplateSwitchedOff,
    /// There are cards of the template.
    #[error("there are gift cards of the template")]
    TemplateHasCards,
    /// There is no card of this number.
    #[error("the gift card does not exist any more")]
    CardMissing,
    /// The card was redeemed.
    #[error("the gift card was redeemed")]
    CardUsed,
    /// Somebody's redemption of the card is on record.
    #[error("a redemption of the gift card is on record")]
    CardHasUses,
    /// No card belongs to the batch.
    #[error("the batch of gift cards does not exist")]
    BatchMissing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
