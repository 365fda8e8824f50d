//! What is read about settings and for administrators, and the secrets of the panel.

use async_trait::async_trait;
use ferroboard_billing::Coupon;
use ferroboard_kernel::{StoreError, UnixSeconds};
use ferroboard_listing::{Found, ListRequest, Page};
use ferroboard_site::{PluginRecord, PluginRow};

use crate::administration::views::{AuditFilter, AuditView, OfferedPlanView, OutboxCounts};
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
    /// Every plan by `sort` (null first) and id with its subscribers and its group; at most 1,000,
    /// in a fixed number of statements.
    async fn list_offered_plans(
        &self,
        now: UnixSeconds,
    ) -> Result<Vec<OfferedPlanView>, StoreError>;
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

/// All that administrators read. Of a store in which only commands are tested there is none
/// ([`Queries::admin`](crate::Queries::admin)): these are tested on the databases.
pub trait AdminQueries:
    AuditQueries
    + CouponOfferQueries
    + DeviceUserQueries
    + PlanOfferQueries
    + RealNameReviewQueries
    + WorkQueries
{
}

impl<T> AdminQueries for T where
    T: AuditQueries
        + CouponOfferQueries
        + DeviceUserQueries
        + PlanOfferQueries
        + RealNameReviewQueries
        + WorkQueries
        + ?Sized
{
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
