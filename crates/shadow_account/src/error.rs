use ferroboard_kernel::StoreError;

/// Why a user cannot have a shadow now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The plugin has no group of nodes yet.
    Unconfigured,
    /// A shadow has no shadow.
    IsShadow,
    /// The user is suspended.
    Banned,
    /// The user has no plan.
    NoPlan,
    /// The subscription has ended.
    Expired,
    /// The plan does not come with one.
    PlanNotAllowed,
    /// Only verified users may have one.
    RealNameRequired,
}

impl Refusal {
    /// The name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unconfigured => "plugin_not_configured",
            Self::IsShadow => "is_shadow",
            Self::Banned => "banned",
            Self::NoPlan => "no_plan",
            Self::Expired => "expired",
            Self::PlanNotAllowed => "plan_not_allowed",
            Self::RealNameRequired => "real_name_required",
        }
    }
}

/// A refusal of this domain, one variant for each that a person can meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShadowError {
    /// The user cannot have a shadow now.
    #[error("no shadow account: {0:?}")]
    NotEligible(Refusal),
    /// The user has no shadow.
    #[error("there is no shadow account")]
    Missing,
    /// Shadows may not log in, so that they have no password to copy.
    #[error("shadow accounts may not log in")]
    LoginClosed,
    /// The account is gone.
    #[error("the account is gone")]
    AccountMissing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
