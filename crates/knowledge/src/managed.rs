//! What administrators see and say of articles and announcements.

use ferroboard_kernel::{AnnouncementId, UnixSeconds};

use crate::{Announcement, Article, LongText, Tags};

/// An article as administrators see it, shown or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedArticle {
    /// What users see of it.
    pub article: Article,
    /// Its language.
    pub language: String,
    /// Its place; those without one come first.
    pub sort: Option<i64>,
    /// Whether users see it.
    pub show: bool,
    /// When it was written.
    pub created_at: UnixSeconds,
}

/// What an administrator says of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleTerms {
    /// Its language; at most five characters.
    pub language: String,
    /// What it is about; at most 255 characters.
    pub category: String,
    /// The headline; at most 255 characters.
    pub title: String,
    /// The text.
    pub body: LongText,
    /// Whether users see it; `None` leaves it as it is, and a new one hidden.
    pub show: Option<bool>,
}

impl ArticleTerms {
    /// The article once this is said of it.
    pub(crate) fn written_to(&self, article: &ManagedArticle, at: UnixSeconds) -> ManagedArticle {
        ManagedArticle {
            article: Article {
                id: article.article.id,
                category: self.category.clone(),
                title: self.title.clone(),
                body: self.body.as_str().to_owned(),
                updated_at: at,
            },
            language: self.language.clone(),
            show: self.show.unwrap_or(article.show),
            ..*article
        }
    }
}

/// An announcement as administrators see it, shown or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedAnnouncement {
    /// What users see of it.
    pub announcement: Announcement,
    /// Whether users see it.
    pub show: bool,
}

/// An announcement that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnnouncement {
    /// The headline; at most 255 characters.
    pub title: String,
    /// The text.
    pub content: LongText,
    /// The address of a picture; at most 255 characters.
    pub img_url: Option<String>,
    /// Its tags.
    pub tags: Option<Tags>,
    /// Whether users see it.
    pub show: bool,
}

impl NewAnnouncement {
    /// The announcement with this number.
    pub(crate) fn made(self, id: AnnouncementId, at: UnixSeconds) -> ManagedAnnouncement {
        ManagedAnnouncement {
            announcement: Announcement {
                id,
                sort: None,
                title: self.title,
                content: self.content.into_string(),
                img_url: self.img_url,
                tags: self.tags.map(Tags::into_stored),
                created_at: at,
                updated_at: at,
            },
            show: self.show,
        }
    }
}

/// What becomes of something that there need not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revision<T> {
    /// It stays as it is.
    Kept,
    /// It is taken away.
    Removed,
    /// It becomes this.
    Set(T),
}

impl<T> Revision<T> {
    /// What is there once this was done to what was there.
    pub fn applied_to(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Kept => old,
            Self::Removed => None,
            Self::Set(new) => Some(new),
        }
    }

    /// The same of something else.
    fn map<U>(self, turn: impl FnOnce(T) -> U) -> Revision<U> {
        match self {
            Self::Kept => Revision::Kept,
            Self::Removed => Revision::Removed,
            Self::Set(new) => Revision::Set(turn(new)),
        }
    }
}

/// What an administrator changes about an announcement; what is not said stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncementChange {
    /// The headline; at most 255 characters.
    pub title: Option<String>,
    /// The text.
    pub content: Option<LongText>,
    /// The address of a picture; at most 255 characters.
    pub img_url: Revision<String>,
    /// Its tags.
    pub tags: Revision<Tags>,
    /// Whether users see it.
    pub show: Option<bool>,
}

impl AnnouncementChange {
    /// The announcement once this is said of it.
    pub(crate) fn written_to(
        self,
        managed: ManagedAnnouncement,
        at: UnixSeconds,
    ) -> ManagedAnnouncement {
        let old = managed.announcement;
        let content = self.content.map(LongText::into_string);
        ManagedAnnouncement {
            announcement: Announcement {
                title: self.title.unwrap_or(old.title),
                content: content.unwrap_or(old.content),
                img_url: self.img_url.applied_to(old.img_url),
                tags: self.tags.map(Tags::into_stored).applied_to(old.tags),
                updated_at: at,
                ..old
            },
            show: self.show.unwrap_or(managed.show),
        }
    }
}
