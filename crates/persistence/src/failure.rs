//! What the databases report, sorted into the kinds that use cases tell apart.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use ferroboard_kernel::StoreError;

use crate::odd_values::Place;

/// A [`StoreError`] to which `?` turns what diesel reports.
pub(crate) struct Failure(pub(crate) StoreError);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(match error {
            Error::DatabaseError(kind, report) => classify(kind, report.as_ref()),
            // Why it was to be rolled back says more than that this failed as well.
            Error::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error).0,
            Error::DeserializationError(error) => match error.downcast::<Place>() {
                Ok(place) => (*place).into(),
                Err(other) => StoreError::Backend(other.to_string()),
            },
            Error::NotFound => StoreError::Backend(ROW_MISSING.to_owned()),
            other => StoreError::Backend(other.to_string()),
        })
    }
}

/// What is told of a row that is always there.
pub(crate) const ROW_MISSING: &str = "a row is missing that is always there";

/// What the servers say when another transaction was in the way. None of the drivers hands out the
/// error code behind it; sessions are set to English messages where a session may choose.
const CONFLICTS: [&str; 9] = [
    "database is locked",
    "database table is locked",
    "Deadlock found",
    "WSREP detected deadlock/conflict",
    "Lock wait timeout exceeded",
    "Record has changed since last read",
    "deadlock detected",
    "canceling statement due to lock timeout",
    "could not serialize access",
];

/// What the systems say when a disk or a table has no room for what is written.
const FULL: [&str; 9] = [
    "database or disk is full",
    "No space left on device",
    "Disk full",
    "Got error 28",
    "errno: 28",
    "Errcode: 28",
    "' is full",
    "could not extend file",
    "Disk quota exceeded",
];

/// How a report begins of a connection that broke, and of a server that comes, goes, lacks something or no
/// longer takes writes (after a fail-over).
const OUTAGES: [&str; 15] = [
    "disk I/O error",
    "out of memory",
    "Out of memory",
    "Input/output error",
    "Driver error",
    "connection closed",
    "terminating connection",
    "Server shutdown in progress",
    "Connection was killed",
    "Query execution was interrupted",
    "WSREP has not yet prepared node",
    "The MariaDB server is running with the --read-only option",
    "The MySQL server is running with the --read-only option",
    "cannot execute",
    "the database system is",
];

fn classify(kind: DatabaseErrorKind, report: &dyn DatabaseErrorInformation) -> StoreError {
    let message = report.message();
    match kind {
        DatabaseErrorKind::UniqueViolation => StoreError::Duplicate {
            constraint: report
                .constraint_name()
                .map_or_else(|| constraint_in(message), str::to_owned),
        },
        DatabaseErrorKind::SerializationFailure => StoreError::Conflict(message.to_owned()),
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            StoreError::Unavailable(message.to_owned())
        }
        _ if CONFLICTS.iter().any(|text| message.contains(text)) => {
            StoreError::Conflict(message.to_owned())
        }
        _ if FULL.iter().any(|text| message.contains(text)) => StoreError::Full(message.to_owned()),
        _ if OUTAGES.iter().any(|text| message.starts_with(text)) => {
            StoreError::Unavailable(message.to_owned())
        }
        _ => corrupt(message).unwrap_or_else(|| StoreError::Backend(message.to_owned())),
    }
}

/// What MariaDB says of a row that is written while a column of it, which the statement need not name, holds
/// no JSON: the row cannot be changed before that is mended.
fn corrupt(message: &str) -> Option<StoreError> {
    let (place, _) = message.strip_prefix("CONSTRAINT `")?.split_once('`')?;
    let (table, column) = place.split_once('.')?;
    Some(StoreError::Corrupt {
        table: table.to_owned().into(),
        column: column.to_owned().into(),
        id: "that is written".to_owned(),
    })
}

/// The index or column that a message about a duplicate names. The message itself is not passed on:
/// on MySQL it quotes the value.
fn constraint_in(message: &str) -> String {
    let named = message
        .rsplit_once("for key ")
        .or_else(|| message.rsplit_once("constraint failed: "))
        .map_or("", |(_, named)| named);
    let named = named.strip_prefix("index ").unwrap_or(named);
    named.trim_matches(['\'', '`', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(kind: DatabaseErrorKind, message: &str) -> StoreError {
        Failure::from(Error::DatabaseError(kind, Box::new(message.to_owned()))).0
    }

    #[test]
    fn a_duplicate_names_its_constraint_and_not_its_value() {
        for (message, expected) in [
            ("UNIQUE constraint failed: v2_user.email", "v2_user.email"),
            (
                "UNIQUE constraint failed: index 'ferro_user_lower_email'",
                "ferro_user_lower_email",
            ),
            (
                "Duplicate entry 'a@demo.test' for key 'v2_user.email'",
                "v2_user.email",
            ),
            ("something else", ""),
        ] {
            assert_eq!(
                kind(DatabaseErrorKind::UniqueViolation, message),
                StoreError::Duplicate {
                    constraint: expected.into()
                }
            );
        }
    }

    #[test]
    fn a_commit_that_was_refused_says_why() {
        let refused = "Deadlock found when trying to get lock; try restarting transaction";
        let report = Box::new(refused.to_owned());
        let failed = Error::RollbackErrorOnCommit {
            rollback_error: Box::new(Error::NotInTransaction),
            commit_error: Box::new(Error::DatabaseError(DatabaseErrorKind::Unknown, report)),
        };
        assert_eq!(
            Failure::from(failed).0,
            StoreError::Conflict(refused.into())
        );
    }

    #[test]
    fn a_row_that_holds_no_json_is_named() {
        let message = "CONSTRAINT `v2_plan.tags` failed for `panel`.`v2_plan`";
        assert_eq!(
            kind(DatabaseErrorKind::Unknown, message),
            StoreError::Corrupt {
                table: "v2_plan".into(),
                column: "tags".into(),
                id: "that is written".into()
            }
        );
    }

    #[test]
    fn a_full_disk_is_told_from_other_faults() {
        for message in [
            "database or disk is full",
            "The table 'v2_user' is full",
            "Disk full (/tmp/#sql); waiting for someone to free some space...",
            "Got error 28 \"No space left on device\" from storage engine InnoDB",
            "Error writing file './x' (errno: 28 \"No space left on device\")",
            "could not extend file \"base/5/16384\": No space left on device",
            "could not extend file \"base/5/16384\": wrote only 4096 of 8192 bytes at block 7",
            "could not write to file \"base/pgsql_tmp/1\": No space left on device",
        ] {
            assert_eq!(
                kind(DatabaseErrorKind::Unknown, message),
                StoreError::Full(message.into())
            );
        }
        let broken = "disk I/O error";
        assert_eq!(
            kind(DatabaseErrorKind::Unknown, broken),
            StoreError::Unavailable(broken.into())
        );
    }

    #[test]
    fn conflicts_and_lost_connections_are_recognised() {
        for message in [
            "database is locked",
            "Deadlock found when trying to get lock; try restarting transaction",
            "deadlock detected",
            "WSREP detected deadlock/conflict and aborted the transaction. Try restarting the transaction",
        ] {
            assert_eq!(
                kind(DatabaseErrorKind::Unknown, message),
                StoreError::Conflict(message.into())
            );
        }
        assert_eq!(
            kind(DatabaseErrorKind::ClosedConnection, "gone"),
            StoreError::Unavailable("gone".into())
        );
        let cut_off = "WSREP has not yet prepared node for application use";
        assert_eq!(
            kind(DatabaseErrorKind::Unknown, cut_off),
            StoreError::Unavailable(cut_off.into())
        );
        assert_eq!(
            kind(DatabaseErrorKind::Unknown, "syntax error"),
            StoreError::Backend("syntax error".into())
        );
    }
}
