use super::Problem;

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
    /// An Xboard database in which something stands in the way: all of it.
    #[error("the database of Xboard cannot be adopted as it is:{}\n{} to mend", listed(.0), .0.len())]
    Unfit(Vec<Problem>),
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
    /// There is nothing of ours to take away.
    #[error("there is nothing of ours in the database")]
    NotOurs,
}

fn listed(problems: &[Problem]) -> String {
    let lines = problems.iter().map(|problem| format!("\n  * {problem}"));
    lines.collect()
}
