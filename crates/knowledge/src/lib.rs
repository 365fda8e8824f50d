#![doc = include_str!("../README.md")]

mod announcement;
mod article;
mod body;
mod error;
mod managed;
mod places;
mod ports;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text;

pub use announcement::Announcement;
pub use article::Article;
pub use body::Reader;
pub use error::KnowledgeError;
pub use managed::{
    AnnouncementChange, ArticleTerms, ManagedAnnouncement, ManagedArticle, NewAnnouncement,
    Revision,
};
pub use places::{Move, Order};
pub use ports::{AnnouncementRepository, ArticleRepository, KnowledgeTx};
pub use service::{AnnouncementService, ArticleService};
pub use text::{LongText, Tags};
