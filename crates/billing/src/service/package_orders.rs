use ferroboard_kernel::{OrderId, PackageId, Referral, TradeNo, UnixSeconds, UserId};

use super::orders::{Placed, insert_placed};
use super::quotes::is_first_order;
use super::{OrderService, moved_behind_lock, must_happen};
use crate::{
    Basket, BillingError, BillingPolicy, BillingTx, Buyer, Order, OrderEvent, PackageEnd,
    PackageOrder, Period, Quote, TopUpPolicy, TrafficPackage, quote,
};

/// A package that a customer wants to buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacePackage {
    /// Which.
    pub package: PackageId,
    /// Who invited the buyer.
    pub referral: Option<Referral>,
    /// The order's number, drawn by the caller.
    pub trade_no: TradeNo,
    /// Now.
    pub now: UnixSeconds,
}

impl OrderService {
    /// Places an order for a package: one less is for sale, and the balance pays what it can. What it gives is fixed
    /// now, whatever an administrator makes of the package meanwhile. The buyer is as [locked](Self::lock_buyer) in
    /// this transaction.
    ///
    /// # Errors
    ///
    /// What [`TrafficPackage::check_sale`] refuses; [`BillingError::PackageSoldOut`];
    /// [`BillingError::OrderUnfinished`] and [`BillingError::BalanceInsufficient`] where somebody was first;
    /// [`BillingError::AmountOutOfRange`].
    pub async fn place_package(
        self,
        tx: &mut dyn BillingTx,
        buyer: &Buyer,
        wanted: &PlacePackage,
        policy: &BillingPolicy,
    ) -> Result<OrderId, BillingError> {
        if tx.find_unfinished_order(buyer.id).await?.is_some() {
            return Err(BillingError::OrderUnfinished);
        }
        // Counted first, as nobody changes the package then until this ends.
        let has_place = tx.move_package_sold(wanted.package).await?;
        let package = tx.find_package(wanted.package).await?;
        let package = package.ok_or(BillingError::PackageMissing)?;
        package.check_sale(buyer, wanted.now)?;
        if !has_place {
            return Err(BillingError::PackageSoldOut);
        }
        let referral = wanted.referral.as_ref();
        let is_first_order = is_first_order(tx, buyer.id, referral).await?;
        let quote = package_quote(
            &package,
            buyer,
            referral,
            is_first_order,
            policy,
            wanted.now,
        )?;
        let placed = Placed {
            plan_id: TopUpPolicy::NO_PLAN,
            period: Period::Traffic,
            coupon_id: None,
            quote,
            trade_no: &wanted.trade_no,
            now: wanted.now,
        };
        let order = insert_placed(tx, buyer.id, placed).await?;
        let bought = PackageOrder {
            order,
            user: buyer.id,
            package: package.id,
            name: package.terms.name,
            bytes: package.terms.traffic.bytes(),
            until: package.terms.until,
        };
        tx.insert_package_order(&bought).await?;
        Ok(order)
    }

    /// The packages on sale, in their places, those that this buyer cannot have with why.
    ///
    /// # Errors
    ///
    /// [`BillingError::AccountMissing`].
    pub async fn list_packages_for(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<Vec<(TrafficPackage, Option<BillingError>)>, BillingError> {
        let buyer = tx.find_buyer(user).await?;
        let buyer = buyer.ok_or(BillingError::AccountMissing)?;
        let mut packages = tx.list_packages().await?;
        packages.retain(|package| package.show);
        packages.sort_by_key(|package| package.sort);
        let judged = packages.into_iter().map(|package| {
            let refused = package.check_sale(&buyer, now).err();
            let sold_out = (!package.has_place()).then_some(BillingError::PackageSoldOut);
            (package, refused.or(sold_out))
        });
        Ok(judged.collect())
    }

    /// What a user has of packages: what each bought, and the bytes that are left of it at this moment.
    ///
    /// # Errors
    ///
    /// [`BillingError::Store`].
    pub async fn list_packages_of(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
    ) -> Result<Vec<(PackageOrder, i64)>, BillingError> {
        let Some(holder) = tx.list_package_holders(&[user]).await?.pop() else {
            return Ok(Vec::new());
        };
        let shares = holder.remaining();
        let orders: Vec<OrderId> = shares.iter().map(|share| share.order).collect();
        let bought = tx.list_package_orders(&orders).await?;
        let of = |order: OrderId| bought.iter().find(|bought| bought.order == order);
        let held = shares.into_iter().filter_map(|share| {
            let until = share.until;
            let bought = of(share.order)?.clone();
            Some((PackageOrder { until, ..bought }, share.left))
        });
        Ok(held.collect())
    }

    /// Gives what a paid order for a package bought; the order is locked with its buyer. Where the subscription has
    /// ended since it was placed, what was paid for is kept until it is used up.
    pub(super) async fn open_package(
        self,
        tx: &mut dyn BillingTx,
        order: &Order,
        buyer: &Buyer,
        now: UnixSeconds,
    ) -> Result<(), BillingError> {
        let bought = tx.find_package_order(order.id).await?;
        let bought = bought.ok_or(BillingError::PackageMissing)?;
        let has_subscription = buyer.plan_id.is_some() && buyer.is_running(now);
        let until = if has_subscription {
            bought.until
        } else {
            PackageEnd::UsedUp
        };
        let begun = tx.move_package_begun(order.id, until, now).await?;
        moved_behind_lock(begun, format_args!("the package of order {}", order.id))?;
        if !tx.update_quota(buyer.id, bought.bytes, 0, now).await? {
            return Err(BillingError::AmountOutOfRange);
        }
        must_happen(tx, order, OrderEvent::Open, now).await?;
        Ok(tx.delete_opening_failure(order.id).await?)
    }
}

/// What the package costs this buyer: as a plan does, without coupon and surplus.
fn package_quote(
    package: &TrafficPackage,
    buyer: &Buyer,
    referral: Option<&Referral>,
    is_first_order: bool,
    policy: &BillingPolicy,
    now: UnixSeconds,
) -> Result<Quote, BillingError> {
    quote(&Basket {
        buyer,
        plan_id: TopUpPolicy::NO_PLAN,
        period: Period::Traffic,
        price: package.terms.price,
        coupon: None,
        completed: &[],
        cleared: 0,
        referral,
        is_first_order,
        policy,
        now,
    })
}
