/// A refusal of this domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KnowledgeError {
    /// There is no such article, or it is not shown.
    #[error("the article does not exist")]
    ArticleMissing,
}
