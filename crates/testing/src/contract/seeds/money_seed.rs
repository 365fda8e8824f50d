use async_trait::async_trait;
use ferroboard_billing::{Coupon, Order, PaymentMethod};
use ferroboard_kernel::{LedgerAccount, NoticeId, OrderId, TradeNo, UnixSeconds, UserId};

/// Reads and writes of the tables of money that no port offers. Every method panics when the database
/// refuses.
#[async_trait]
pub trait MoneySeed: Send + Sync {
    /// Adds an order with its id, as another program leaves it: the ledger and the table of open
    /// orders know nothing of it.
    async fn insert_order(&self, order: &Order);

    /// Adds a coupon with its id.
    async fn insert_coupon(&self, coupon: &Coupon);

    /// Adds a payment method with its id; its settings are this JSON object.
    async fn insert_payment(&self, method: &PaymentMethod, config: &str);

    /// Overwrites columns of a user, past the ledger.
    async fn update_user(&self, user: UserId, columns: &UserColumns);

    /// The user's entries in the ledger, oldest first.
    async fn ledger(&self, user: UserId) -> Vec<LedgerLine>;

    /// Which order is the user's open one.
    async fn open_order(&self, user: UserId) -> Option<TradeNo>;

    /// The failures of an order: reason, attempts, and when the last one was.
    async fn order_failure(&self, order: OrderId) -> Option<(String, i64, UnixSeconds)>;

    /// A raw notice as it is kept.
    async fn raw_notice(&self, id: NoticeId) -> KeptNotice;

    /// The review rows: callback number and reason, oldest first.
    async fn reviews(&self) -> Vec<(String, String)>;

    /// The log of traffic resets, oldest first.
    async fn traffic_resets(&self) -> Vec<ResetLine>;
}

/// Columns of `v2_user` that administrators and nodes write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UserColumns {
    /// `balance`.
    pub balance: i64,
    /// `commission_balance`.
    pub commission_balance: i64,
    /// `discount`.
    pub discount: Option<i64>,
    /// `commission_type`: 0, 1 or 2.
    pub commission_type: i64,
    /// `commission_rate`.
    pub commission_rate: Option<i64>,
    /// `u`.
    pub upload: i64,
    /// `d`.
    pub download: i64,
}

/// What a row of `ferro_ledger` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// Which account.
    pub account: LedgerAccount,
    /// What was added.
    pub amount: i64,
    /// Why.
    pub kind: String,
    /// What caused it.
    pub reference: String,
}

/// What a row of `ferro_raw_notice` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptNotice {
    /// `GET` or `POST`.
    pub method: String,
    /// The decoded query.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body in lower-case hexadecimal digits.
    pub body: String,
    /// The word for what became of it.
    pub outcome: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// What a row of `v2_traffic_reset_logs` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetLine {
    /// Whose traffic.
    pub user: UserId,
    /// Under which method.
    pub reset_type: String,
    /// Bytes sent before.
    pub old_upload: i64,
    /// Bytes received before.
    pub old_download: i64,
    /// Both.
    pub old_total: i64,
    /// All bytes after.
    pub new_total: i64,
    /// Why.
    pub source: String,
}
