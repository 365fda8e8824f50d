//! The rows of a demo.

use std::fmt;

use async_trait::async_trait;
use ferroboard_billing::GatewayCode;
use ferroboard_giftcard::DrawnCode;
use ferroboard_kernel::{StoreError, UnixSeconds};

use crate::administration::demo::goods::DemoGoods;

/// Everything that the demo writes beside its customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoRows {
    /// Plans, nodes and texts.
    pub goods: DemoGoods,
    /// The coupon: so many percent off.
    pub coupon: DemoCoupon,
    /// The gift card.
    pub gift_card: DemoGiftCard,
    /// The payment method.
    pub payment: DemoPayment,
    /// When the rows are made.
    pub now: UnixSeconds,
}

/// A coupon that takes a share off any plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoCoupon {
    /// What customers enter.
    pub code: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// The share in percent.
    pub percent: i64,
    /// How often it may be used.
    pub uses: i64,
    /// Until when.
    pub ended_at: UnixSeconds,
}

/// A gift card and its template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoGiftCard {
    /// What it is called.
    pub name: &'static str,
    /// What it gives, a JSON object.
    pub rewards: &'static str,
    /// Its code.
    pub code: DrawnCode,
}

/// A payment method. Nobody answers at its address: its notices are made by hand.
#[derive(Clone, PartialEq, Eq)]
pub struct DemoPayment {
    /// Names it in notification addresses.
    pub uuid: String,
    /// Its gateway.
    pub gateway: GatewayCode,
    /// What it is called.
    pub name: &'static str,
    /// Its settings, a JSON object.
    pub config: String,
}

// The settings hold a key.
impl fmt::Debug for DemoPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoPayment")
            .field("uuid", &self.uuid)
            .finish_non_exhaustive()
    }
}

/// What keeps a database from being filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoObstacle {
    /// There are plans.
    Plans,
    /// There are orders.
    Orders,
    /// There are payment methods.
    PaymentMethods,
    /// There are coupons.
    Coupons,
    /// There are nodes.
    Nodes,
    /// There are articles.
    Articles,
    /// The customer's address has an account.
    Customer,
}

impl DemoObstacle {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Plans => "plans",
            Self::Orders => "orders",
            Self::PaymentMethods => "payment methods",
            Self::Coupons => "coupons",
            Self::Nodes => "nodes",
            Self::Articles => "articles",
            Self::Customer => "an account of the demo's customer",
        }
    }
}

/// The rows of a demo, in tables of several domains.
#[async_trait]
pub trait DemoRepository: Send {
    /// The first of the tables of plans, orders, payment methods, coupons, nodes and articles in
    /// which there is a row.
    async fn find_demo_obstacle(&mut self) -> Result<Option<DemoObstacle>, StoreError>;

    /// Inserts the rows as Xboard's administration would: all plans and nodes in one new group,
    /// everything shown, on sale and switched on, in the order given.
    async fn insert_demo(&mut self, rows: &DemoRows) -> Result<(), StoreError>;
}
