//! What is read about settings and for administrators, and the secrets of the panel.

use async_trait::async_trait;
use ferroboard_billing::{Coupon, Plan};
use ferroboard_kernel::{PlanId, StoreError, UnixSeconds};
use ferroboard_listing::{Found, ListRequest, Page};
use ferroboard_site::{PluginRecord, PluginRow};

use crate::administration::console::queries::ConsoleQueries;
use crate::administration::gift_cards::queries::GiftOfferQueries;
use crate::administration::mail::queries::MailTemplateQueries;
use crate::administration::servers::group_queries::NodeGroupQueries;
use crate::administration::servers::machine_queries::ManagedMachineQueries;
use crate::administration::servers::node_queries::ManagedNodeQueries;
use crate::administration::servers::route_queries::NodeRouteQueries;
use crate::administration::statistics::queries::{FigureQueries, RankQueries};
use crate::administration::support::queries::{
    ManagedAnnouncementQueries, ManagedArticleQueries, ManagedTicketQueries,
};
use crate::administration::trade::accounting_queries::AccountingQueries;
use crate::administration::trade::order_queries::ManagedOrderQueries;
use crate::administration::trade::package_queries::PackageOfferQueries;
use crate::administration::trade::payment_queries::PaymentOfferQueries;
use crate::administration::trade::refund_queries::ManagedRefundQueries;
use crate::administration::trade::review_queries::ManagedReviewQueries;
use crate::administration::users::queries::UserQueries;
use crate::administration::views::{AuditFilter, AuditView, OutboxCounts, PlanUsers};
use crate::administration::webhooks::queries::{DeliveryQueries, WebhookQueries};
use crate::jobs::queries::JobState;
use crate::nodes::device_queries::{DeviceSums, DeviceUserFilter, DeviceUserRow};
use crate::real_names::queries::RealNameFilter;
use crate::real_names::views::{RealNameCounts, RealNameView};

/// The site settings and plugins.
#[async_trait]
pub trait SettingQueries: Send + Sync {
    /// Every row of `v2_settings` as (name, value).
    async fn list_settings(&self) -> Result<Vec<(String, Option<String>)>, StoreError>;

    /// Every row of `v2_subscribe_templates` as (name, content).
    async fn list_templates(&self) -> Result<Vec<(String, Option<String>)>, StoreError>;

    /// Every row of `v2_plugins`, by id, at most 200.
    async fn list_plugins(&self) -> Result<Vec<PluginRow>, StoreError>;

    /// The same rows in full.
    async fn list_plugin_records(&self) -> Result<Vec<PluginRecord>, StoreError>;
}

/// The record of what administrators did.
#[async_trait]
pub trait AuditQueries: Send + Sync {
    /// This page of the recorded requests that match, newest first.
    async fn list_audit_entries(
        &self,
        filter: &AuditFilter,
        page: Page,
    ) -> Result<Found<AuditView>, StoreError>;
}

/// The coupons, as administrators manage them.
#[async_trait]
pub trait CouponOfferQueries: Send + Sync {
    /// What is asked of [`COUPONS`](crate::COUPONS).
    async fn list_coupons(&self, request: &ListRequest) -> Result<Found<Coupon>, StoreError>;
}

/// The plans, as administrators manage them.
#[async_trait]
pub trait PlanOfferQueries: Send + Sync {
    /// Every plan by `sort` (null first) and id with the name of its group, while there is one; at most 1,000,
    /// in a fixed number of statements.
    async fn list_offered_plans(&self) -> Result<Vec<(Plan, Option<String>)>, StoreError>;

    /// How many users have which plan, second accounts left out; of those that somebody has.
    async fn count_users_of_plans(
        &self,
        now: UnixSeconds,
    ) -> Result<Vec<(PlanId, PlanUsers)>, StoreError>;
}

/// What the panel does by itself.
#[async_trait]
pub trait WorkQueries: Send + Sync {
    /// The state of every job that ever ran, by name.
    async fn list_job_states(&self) -> Result<Vec<(String, JobState)>, StoreError>;

    /// How many messages wait in the outbox, and how many were given up.
    async fn count_outbox(&self) -> Result<OutboxCounts, StoreError>;
}

/// Real names, as administrators review them.
#[async_trait]
pub trait RealNameReviewQueries: Send + Sync {
    /// Submissions, the latest first (then by user), or users without one, by user.
    async fn list_real_names(
        &self,
        filter: &RealNameFilter,
        page: Page,
    ) -> Result<Found<RealNameView>, StoreError>;

    /// How many users stand where.
    async fn count_real_names(&self) -> Result<RealNameCounts, StoreError>;
}

/// From where users are connected.
#[async_trait]
pub trait DeviceUserQueries: Send + Sync {
    /// The users that match, where what was seen at `since` or later counts.
    async fn list_users_by_devices(
        &self,
        filter: &DeviceUserFilter,
        page: Page,
        since: UnixSeconds,
    ) -> Result<Found<DeviceUserRow>, StoreError>;

    /// All devices that were seen at `since` or later, in numbers.
    async fn sum_devices(&self, since: UnixSeconds) -> Result<DeviceSums, StoreError>;
}

ferroboard_kernel::together! {
    /// All that administrators read. Of a store in which only commands are tested there is none
    /// ([`Queries::admin`](crate::Queries::admin)): these are tested on the databases.
    pub trait AdminQueries:
        AccountingQueries
        + AuditQueries
        + ConsoleQueries
        + CouponOfferQueries
        + DeliveryQueries
        + DeviceUserQueries
        + GiftOfferQueries
        + MailTemplateQueries
        + ManagedAnnouncementQueries
        + ManagedArticleQueries
        + ManagedTicketQueries
        + ManagedNodeQueries
        + FigureQueries
        + ManagedMachineQueries
        + NodeGroupQueries
        + NodeRouteQueries
        + ManagedOrderQueries
        + ManagedRefundQueries
        + ManagedReviewQueries
        + PackageOfferQueries
        + PaymentOfferQueries
        + PlanOfferQueries
        + RankQueries
        + RealNameReviewQueries
        + UserQueries
        + WebhookQueries
        + WorkQueries
}

/// The panel's own secrets (`ferro_secret`).
#[async_trait]
pub trait SecretRepository: Send {
    /// The secret of this name; `None` before it was stored.
    async fn find_secret(&mut self, name: &str) -> Result<Option<String>, StoreError>;

    /// Stores a secret that does not exist yet. MUST return [`StoreError::Duplicate`] when it does.
    async fn insert_secret(
        &mut self,
        name: &str,
        value: &str,
        now: UnixSeconds,
    ) -> Result<(), StoreError>;
}
