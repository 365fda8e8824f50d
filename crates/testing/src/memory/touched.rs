//! Whom a transaction changed in a way that nodes see: found by comparing, so that no fake has to say it.

use std::collections::BTreeMap;

use ferroboard_application::Touched;
use ferroboard_kernel::UserId;
use ferroboard_shadow_account::{ShadowColumns, ShadowRow};

use super::MemoryTables;
use super::tables::UserRow;

/// What nodes work with of a user.
#[derive(PartialEq)]
struct Seen {
    uuid: String,
    columns: ShadowColumns,
    openings: u64,
}

impl Seen {
    fn traffic(&self) -> i64 {
        let ShadowColumns {
            upload, download, ..
        } = self.columns;
        upload.saturating_add(download)
    }

    fn is_exhausted(&self) -> bool {
        self.columns.transfer_enable > 0 && self.traffic() >= self.columns.transfer_enable
    }

    /// The same with the other's traffic and resets.
    fn with_traffic_of(&self, other: &Self) -> Self {
        Self {
            uuid: self.uuid.clone(),
            columns: ShadowColumns {
                upload: other.columns.upload,
                download: other.columns.download,
                next_reset_at: other.columns.next_reset_at,
                last_reset_at: other.columns.last_reset_at,
                ..self.columns.clone()
            },
            openings: self.openings,
        }
    }
}

impl MemoryTables {
    fn seen(&self) -> BTreeMap<UserId, Seen> {
        let seen = |(user, row): (&UserId, &UserRow)| {
            let ShadowRow { uuid, columns, .. } = self.shadow_account_row(*user)?;
            let seen = Seen {
                uuid,
                columns,
                openings: row.billing.openings,
            };
            Some((*user, seen))
        };
        self.users.iter().filter_map(seen).collect()
    }

    /// Whom these tables show otherwise than `earlier` did.
    pub(super) fn touched_since(&self, earlier: &Self) -> Touched {
        let mut touched = Touched::default();
        let (before, after) = (earlier.seen(), self.seen());
        for user in before.keys().chain(after.keys()) {
            match (before.get(user), after.get(user)) {
                (Some(before), Some(after)) => {
                    let is_cleared = after.traffic() < before.traffic();
                    if after.with_traffic_of(before) != *before || is_cleared {
                        touched.users.insert(*user);
                    } else if after.is_exhausted() && !before.is_exhausted() {
                        touched.exhausted.insert(*user);
                    }
                }
                _ => {
                    touched.users.insert(*user);
                }
            }
        }
        let (before, after) = (&earlier.real_name.records, &self.real_name.records);
        let users = before.keys().chain(after.keys());
        let changed = users.filter(|user| before.get(*user) != after.get(*user));
        touched.verified.extend(changed);
        touched
    }
}
