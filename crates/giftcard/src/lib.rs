#![doc = include_str!("../README.md")]

mod card;
mod edit;
mod eligibility;
mod error;
mod festival;
mod generation;
mod offered;
mod offers;
mod outcome;
mod ports;
mod recipient;
mod record;
mod rewards;
mod service;
mod stored;
mod template;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod usage;

pub use card::{CardStatus, GiftCard, GiftCode};
pub use edit::Edit;
pub use eligibility::{Conditions, Limits, Reason};
pub use error::GiftCardError;
pub use festival::Festival;
pub use generation::{BatchName, CodePrefix, DrawnCode, NewGiftCards};
pub use offered::OfferedTerms;
pub use offers::{GiftCardBatch, GiftOfferService};
pub use outcome::Outcome;
pub use ports::{
    GiftCardRepository, GiftCardTx, GiftOfferRepository, GiftOfferTx, GiftTemplateRepository,
    GiftUsageRepository, RecipientRepository,
};
pub use recipient::Recipient;
pub use record::{CardChange, CardRecord, NewTemplate, TemplateChange, TemplateRecord};
pub use rewards::{InviterRewards, Rewards};
pub use service::{GiftCardService, Inspection, RedeemGiftCard, Redemption};
pub use stored::without_odds;
pub use template::{GiftTemplate, TemplateKind, Terms};
pub use usage::{NewGiftUsage, PastUses};
