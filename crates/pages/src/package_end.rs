//! How long a traffic package lasts, in words.

use ferroboard_billing::PackageEnd;

/// The name of the text.
pub(crate) const fn until(end: PackageEnd) -> &'static str {
    match end {
        PackageEnd::Reset => "shop.package_until_reset",
        PackageEnd::SubscriptionEnd => "shop.package_until_end",
        PackageEnd::UsedUp => "shop.package_until_used_up",
    }
}
