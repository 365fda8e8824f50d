//! Why a user can have no second account, in words.

use ferroboard_shadow_account::Refusal;

use crate::answer::messages::Message;

/// Why there can be none.
pub(crate) const fn shadow_refusal_text(refusal: Refusal) -> Message {
    match refusal {
        Refusal::Unconfigured => Message::Ipv6Unconfigured,
        Refusal::IsShadow => Message::ShadowRefused,
        Refusal::Banned => Message::AccountSuspended,
        Refusal::NoPlan => Message::Ipv6NeedsPlan,
        Refusal::Expired => Message::Ipv6NeedsRunningPlan,
        Refusal::PlanNotAllowed => Message::Ipv6PlanNotAllowed,
        Refusal::RealNameRequired => Message::RealNameDemanded,
    }
}
