use ferroboard_kernel::StoreError;

/// A refusal of this domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KnowledgeError {
    /// There is no such article, or it is not shown.
    #[error("the article does not exist")]
    ArticleMissing,
    /// No article has this number, shown or not.
    #[error("no article has this number")]
    ArticleUnknown,
    /// No announcement has this number.
    #[error("no announcement has this number")]
    AnnouncementUnknown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
