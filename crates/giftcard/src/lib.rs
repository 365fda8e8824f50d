#![doc = include_str!("../README.md")]

mod card;
mod eligibility;
mod error;
mod festival;
mod generation;
mod outcome;
mod ports;
mod recipient;
mod rewards;
mod service;
mod stored;
mod template;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod usage;

pub use card::{CardStatus, GiftCard, GiftCode};
pub use eligibility::{Conditions, Limits, Reason};
pub use error::GiftCardError;
pub use festival::Festival;
pub use generation::{CodePrefix, DrawnCode, NewGiftCards};
pub use outcome::Outcome;
pub use ports::{
    GiftCardRepository, GiftCardTx, GiftTemplateRepository, GiftUsageRepository,
    RecipientRepository,
};
pub use recipient::Recipient;
pub use rewards::{InviterRewards, Rewards};
pub use service::{GiftCardService, Inspection, RedeemGiftCard, Redemption};
pub use stored::without_odds;
pub use template::{GiftTemplate, TemplateKind, Terms};
pub use usage::{NewGiftUsage, PastUses};
