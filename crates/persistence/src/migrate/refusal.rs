/// What a database is that may not be migrated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else's.
    #[error(
        "the database holds tables that are neither Xboard's nor ours ({found}); use an empty database"
    )]
    Foreign {
        /// Some of its tables.
        found: String,
    },
    /// Xboard's tables without Xboard's record of its migrations, as v2board leaves them.
    #[error(
        "the database has tables of Xboard or v2board but no table `migrations`; \
         bring it up to date with Xboard first"
    )]
    Unrecorded,
    /// An Xboard database older than the schema that we know.
    #[error(
        "the database was made by an older Xboard (its newest migration is {newest}, \
         expected {expected}); run `php artisan xboard:update` there first"
    )]
    OlderXboard {
        /// Its newest migration.
        newest: String,
        /// The one that it should be.
        expected: &'static str,
    },
    /// An Xboard database newer than the schema that we know.
    #[error("the database was made by a newer Xboard: its migration {name} is unknown here")]
    NewerXboard {
        /// Its newest migration.
        name: String,
    },
    /// An Xboard database that lacks something.
    #[error("the database is not a complete Xboard database: it lacks {missing}")]
    Incomplete {
        /// Tables, or `table.column`s.
        missing: String,
    },
    /// Two rows that a unique index of ours would not allow.
    #[error(
        "{rows} rows of {table} have the same {column} as another one, the first of them row {row}; \
         make them different first"
    )]
    Duplicates {
        /// The table.
        table: &'static str,
        /// What should differ.
        column: &'static str,
        /// How many values occur more than once.
        rows: usize,
        /// A row that has one of them.
        row: String,
    },
    /// The database was migrated by a newer version of this program.
    #[error(
        "the database was migrated by a newer version of this program (it has migration \
         {version}, the newest one known here is {known})"
    )]
    NewerFerroboard {
        /// Its newest migration.
        version: i64,
        /// Ours.
        known: i64,
    },
}
