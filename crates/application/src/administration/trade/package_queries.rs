use async_trait::async_trait;
use ferroboard_billing::TrafficPackage;
use ferroboard_kernel::StoreError;

/// The list of traffic packages, as administrators see it.
#[async_trait]
pub trait PackageOfferQueries: Send + Sync {
    /// Every package by `sort` (null first) and number, at most 1,000; none whose row cannot be read.
    async fn list_managed_packages(&self) -> Result<Vec<TrafficPackage>, StoreError>;
}
