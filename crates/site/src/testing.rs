//! The in-memory tables of this domain.
