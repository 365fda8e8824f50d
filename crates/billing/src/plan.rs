use ferroboard_kernel::{GroupId, PlanId, UnixSeconds};

use crate::ResetMethod;

/// An amount of traffic in the unit of `v2_plan.transfer_enable`: 1 GB is 1,073,741,824 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Gigabytes(i64);

impl Gigabytes {
    /// This many gigabytes.
    pub const fn new(gigabytes: i64) -> Self {
        Self(gigabytes)
    }

    /// The number of gigabytes.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The amount in bytes, as `v2_user.transfer_enable` holds it; the largest number where it
    /// would not fit.
    pub const fn bytes(self) -> i64 {
        self.0.saturating_mul(1_073_741_824)
    }
}

/// A row of `v2_plan`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The row.
    pub id: PlanId,
    /// Which nodes its subscribers may use.
    pub group_id: Option<GroupId>,
    /// Traffic for one period.
    pub traffic: Gigabytes,
    /// Shown to customers.
    pub name: String,
    /// The JSON object of prices in major units as stored (`{"monthly": 9.9}`).
    pub prices: Option<String>,
    /// Whether new customers may buy it.
    pub sell: bool,
    /// Mbps; `None` is unlimited.
    pub speed_limit: Option<i64>,
    /// Devices at once; `None` is unlimited.
    pub device_limit: Option<i64>,
    /// Whether it is listed.
    pub show: bool,
    /// Its place in the list.
    pub sort: Option<i64>,
    /// Whether subscribers may renew it.
    pub renew: bool,
    /// Description (HTML or Markdown), with placeholders.
    pub content: Option<String>,
    /// The JSON list of tags as stored.
    pub tags: Option<String>,
    /// When its traffic is counted anew; `None` follows the site setting.
    pub reset_method: Option<ResetMethod>,
    /// How many may subscribe: `None` any number, 0 or less nobody.
    pub capacity_limit: Option<i64>,
    /// When the row was made.
    pub created_at: UnixSeconds,
    /// When the row was last changed.
    pub updated_at: UnixSeconds,
}

#[cfg(test)]
mod tests {
    use super::Gigabytes;

    #[test]
    fn a_gigabyte_is_two_to_the_thirtieth_bytes() {
        assert_eq!(Gigabytes::new(100).bytes(), 107_374_182_400);
        assert_eq!(Gigabytes::new(i64::MAX).bytes(), i64::MAX);
    }
}
