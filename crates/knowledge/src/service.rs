//! What administrators may do, each over an open transaction. Whoever calls these ends the transaction.

mod announcements;
mod articles;

pub use self::announcements::AnnouncementService;
pub use self::articles::ArticleService;
