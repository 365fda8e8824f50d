use ferroboard_kernel::Percent;

/// Exactly the site settings that this domain reads about codes and terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitePolicy {
    /// `invite_force`: an unknown code refuses the registration instead of being ignored.
    pub code_required: bool,
    /// `invite_never_expire`: a code stays usable after a registration.
    pub codes_are_reusable: bool,
    /// `invite_gen_limit`: how many unused codes a user may have.
    pub code_limit: i64,
    /// `invite_commission`: the rate of inviters without one of their own.
    pub commission_rate: Percent,
    /// `commission_first_time_enable`: for inviters without a mode of their own, only the first
    /// order of an invited user earns anything.
    pub first_order_only: bool,
}

impl Default for InvitePolicy {
    /// The settings of a site where nothing was set.
    fn default() -> Self {
        Self {
            code_required: false,
            codes_are_reusable: false,
            code_limit: 5,
            commission_rate: Percent::whole(10),
            first_order_only: true,
        }
    }
}
