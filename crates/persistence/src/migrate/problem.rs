/// Why a database of Xboard cannot be adopted as it is, with what would mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Tables that know no transactions.
    #[error(
        "{table} is kept by the engine {engine}, which knows no transactions: \
         ALTER TABLE {table} ENGINE=InnoDB"
    )]
    NoTransactions {
        /// The table.
        table: String,
        /// Its engine.
        engine: String,
    },
    /// What the panel uses and no step makes.
    #[error(
        "missing: {}; an Xboard from before 2025 must be brought up to date with \
         `php artisan xboard:update` first", items.join(", ")
    )]
    Missing {
        /// Tables, and `table.column`s.
        items: Vec<String>,
    },
    /// A migration is recorded of which something is not there.
    #[error(
        "`migrations` says that {migration} was run, but there is no {}; restore what is missing, or \
         DELETE FROM migrations WHERE migration = '{migration}' to have it made", items.join(", ")
    )]
    Undone {
        /// Its name.
        migration: &'static str,
        /// Tables, and `table.column`s.
        items: Vec<String>,
    },
    /// A migration is recorded, and rows show that it was not run.
    #[error(
        "`migrations` says that {migration} was run, but {rows} rows are as before (see {show}); \
         DELETE FROM migrations WHERE migration = '{migration}' to have them changed"
    )]
    UndoneRows {
        /// Its name.
        migration: &'static str,
        /// How many rows.
        rows: i64,
        /// A statement that shows them.
        show: String,
    },
    /// Rows that an interrupted migration left in a table that is no longer read.
    #[error(
        "{table} still holds {rows} rows: {migration} was interrupted; restore a backup, or finish it"
    )]
    Interrupted {
        /// The table, or `table.column`.
        table: &'static str,
        /// How many rows.
        rows: i64,
        /// Its name.
        migration: &'static str,
    },
    /// A column of another type.
    #[error("{column} is of type {found}, where {expected} is expected")]
    WrongType {
        /// `table.column`.
        column: String,
        /// Its type.
        found: String,
        /// What it should hold.
        expected: &'static str,
    },
    /// A column that Xboard does not know and that every insert would have to fill.
    #[error(
        "{column} is not Xboard's, takes no NULL and has no default, so nothing could be added to its \
         table: give it a default"
    )]
    Unfillable {
        /// `table.column`.
        column: String,
    },
    /// Rows that a unique key does not allow.
    #[error("{rows} rows of {table} must change, for others have the same {column}: see {show}")]
    Duplicates {
        /// The table.
        table: &'static str,
        /// What should differ.
        column: &'static str,
        /// How many rows must change.
        rows: i64,
        /// A statement that shows them, and those that may stay.
        show: String,
    },
    /// Dates that are none.
    #[error("{rows} rows have an impossible date in {column}: see {show}")]
    ImpossibleDates {
        /// `table.column`.
        column: String,
        /// How many rows.
        rows: i64,
        /// A statement that shows them.
        show: String,
    },
}
