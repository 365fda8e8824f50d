//! Traffic that is sold beside plans.

use std::sync::Arc;

use ferroboard_attempts::Act;
use ferroboard_billing::{BillingError, OrderService, PackageOrder, PlacePackage, TrafficPackage};
use ferroboard_invite::InviteService;
use ferroboard_kernel::{PackageId, TradeNo, UserId};

use crate::billing::orders::order_placed;
use crate::process::Core;
use crate::transaction::{look, transact};
use crate::{AccountView, Error, Orders, UnitOfWork, policies};

/// A package on sale, as a customer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageOffer {
    /// The package.
    pub package: TrafficPackage,
    /// Why this customer cannot buy it, where that is so.
    pub refused: Option<BillingError>,
}

/// What a customer has of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPackage {
    /// What was bought.
    pub bought: PackageOrder,
    /// Bytes that are left at this moment.
    pub left: i64,
}

/// Traffic packages, as customers use them.
pub struct Packages(pub(crate) Arc<Core>);

impl Packages {
    /// What is on sale, in its places, and what the user has.
    pub async fn list(&self, user: UserId) -> Result<(Vec<PackageOffer>, Vec<HeldPackage>), Error> {
        look!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            let offers = OrderService.list_packages_for(tx, user, now).await?;
            let held = OrderService.list_packages_of(tx, user).await?;
            let offer = |(package, refused)| PackageOffer { package, refused };
            let own = |(bought, left)| HeldPackage { bought, left };
            (
                offers.into_iter().map(offer).collect(),
                held.into_iter().map(own).collect(),
            )
        })
    }

    /// Places an order for a package: takes one of those that are for sale and what the balance pays, or nothing at
    /// all. Of any number of orders that one user places at once one is placed.
    pub async fn place(&self, account: &AccountView, package: PackageId) -> Result<TradeNo, Error> {
        let orders = Orders(Arc::clone(&self.0));
        orders.require_real_name(account).await?;
        transact!(self.0.ports.store, |tx| self
            .place_within(tx, account.id, package)
            .await?)
    }

    async fn place_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        package: PackageId,
    ) -> Result<TradeNo, Error> {
        let core = &self.0;
        let now = core.ports.clock.now();
        let settings = core.site.current();
        let policy = policies::billing(&settings, core.options.zone);
        let buyer = OrderService.lock_buyer(tx, user).await?;
        let invite = policies::invite(&settings);
        let wanted = PlacePackage {
            package,
            referral: InviteService.referral(tx, user, invite).await?,
            trade_no: TradeNo::draw(now, core.options.zone, core.ports.random.as_ref()),
            now,
        };
        OrderService
            .place_package(tx, &buyer, &wanted, &policy)
            .await?;
        tx.tell(order_placed(&wanted.trade_no, user, now));
        core.count_act(tx, Act::PlaceOrder, user).await?;
        Ok(wanted.trade_no)
    }
}
