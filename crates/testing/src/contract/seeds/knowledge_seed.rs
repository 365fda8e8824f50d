use async_trait::async_trait;
use ferroboard_application::TrafficLogView;
use ferroboard_knowledge::{ManagedAnnouncement, ManagedArticle};

/// Writes of the tables that only administrators and nodes write. Every method panics when the
/// database refuses.
#[async_trait]
pub trait KnowledgeSeed: Send + Sync {
    /// Adds an article with its id.
    async fn insert_article(&self, row: &ManagedArticle);

    /// Adds an announcement with its id.
    async fn insert_announcement(&self, row: &ManagedAnnouncement);

    /// Adds a row of `v2_stat_user`; type `d` stands for a whole day.
    async fn insert_traffic(&self, record_type: &str, row: &TrafficLogView);
}
