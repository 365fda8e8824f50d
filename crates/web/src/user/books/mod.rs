//! What customers read of the books.

pub(crate) mod receipts;
pub(crate) mod statements;
