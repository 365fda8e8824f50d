//! What stands in the way of a demo.

use async_trait::async_trait;
use ferroboard_kernel::StoreError;

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

/// Whether a demo may be written.
#[async_trait]
pub trait DemoRepository: Send {
    /// The first of the tables of plans, orders, payment methods, coupons, nodes and articles in
    /// which there is a row.
    async fn find_demo_obstacle(&mut self) -> Result<Option<DemoObstacle>, StoreError>;
}
