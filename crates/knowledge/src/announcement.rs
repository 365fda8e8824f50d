use ferroboard_kernel::{AnnouncementId, UnixSeconds};

/// An announcement that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The row.
    pub id: AnnouncementId,
    /// Its place; those without one come first.
    pub sort: Option<i64>,
    /// The headline.
    pub title: String,
    /// The text (HTML).
    pub content: String,
    /// A picture.
    pub img_url: Option<String>,
    /// A JSON list of texts.
    pub tags: Option<String>,
    /// When it was written.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}
