use std::sync::Arc;

use crate::administration::context::AdminContext;
use crate::process::Core;
use crate::{Audit, CouponOffers, DeviceUsers, PlanOffers, PluginRegistry, SiteForm, Status};

/// What administrators do. Whoever calls these has made sure that the caller is one.
pub struct Administration {
    /// The record of what they did.
    pub audit: Audit,
    /// The coupons.
    pub coupons: CouponOffers,
    /// From where users are connected.
    pub devices: DeviceUsers,
    /// The site settings.
    pub settings: SiteForm,
    /// The plans.
    pub plans: PlanOffers,
    /// The plugins.
    pub plugins: PluginRegistry,
    /// How the panel is doing.
    pub status: Status,
}

impl Administration {
    pub(crate) fn new(core: &Arc<Core>) -> Self {
        let context = || AdminContext::of(core);
        Self {
            audit: Audit(Arc::clone(core)),
            coupons: CouponOffers(context()),
            devices: DeviceUsers(context()),
            settings: SiteForm(context()),
            plans: PlanOffers(context()),
            plugins: PluginRegistry(context()),
            status: Status(context()),
        }
    }
}
