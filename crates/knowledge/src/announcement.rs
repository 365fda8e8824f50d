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

/// One page of announcements.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnnouncementPage {
    /// The rows of the page.
    pub rows: Vec<Announcement>,
    /// How many are shown on all pages.
    pub total: i64,
}

impl AnnouncementPage {
    /// How many announcements a page has.
    pub const SIZE: i64 = 5;

    /// How many rows stand before page `number`, which counts from 1; anything below is the first.
    pub fn offset(number: i64) -> i64 {
        number.max(1).saturating_sub(1).saturating_mul(Self::SIZE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_count_from_one() {
        for (number, expected) in [(1, 0), (2, 5), (9, 40), (0, 0), (-1, 0), (i64::MIN, 0)] {
            assert_eq!(AnnouncementPage::offset(number), expected, "{number}");
        }
        assert_eq!(AnnouncementPage::offset(i64::MAX), i64::MAX);
    }
}
