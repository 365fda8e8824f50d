#![doc = include_str!("../README.md")]

mod announcement;
mod article;
mod body;
mod error;
#[cfg(feature = "testing")]
pub mod testing;

pub use announcement::Announcement;
pub use article::Article;
pub use body::Reader;
pub use error::KnowledgeError;
