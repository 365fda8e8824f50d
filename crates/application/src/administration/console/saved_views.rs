//! Lists that operators keep: what was filtered and sorted by, under a name.

use ferroboard_audit::AuditChange;
use ferroboard_kernel::UserId;
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::console::views::SavedView;
use crate::administration::context::AdminContext;
use crate::{Change, Error};

/// How many lists an operator keeps at most.
const MOST: u32 = 100;

/// Lists that operators keep.
pub struct SavedViews(pub(crate) AdminContext);

impl SavedViews {
    /// Those of this operator, by list and name.
    pub async fn list(&self, admin: UserId) -> Result<Vec<SavedView>, Error> {
        Ok(self.0.ports.store.admin()?.list_saved_views(admin).await?)
    }

    /// Keeps a list under a name, in place of the one that had the name. Of more than a hundred the oldest
    /// goes.
    pub async fn keep(
        &self,
        list: &str,
        name: &str,
        query: &str,
        change: Change,
    ) -> Result<(), Error> {
        let admin = change.admin();
        change!(change, |tx| {
            let view = SavedView {
                id: 0,
                admin,
                list: list.to_owned(),
                name: name.to_owned(),
                query: query.to_owned(),
                created_at: self.0.ports.clock.now(),
            };
            tx.replace_saved_view(&view, MOST).await?;
            let kept = json!({"list": list, "name": name, "query": query});
            AuditChange::between(&Value::Null, &kept)
        })
    }

    /// Forgets one of the operator's lists; one that is gone already stays gone.
    pub async fn forget(&self, id: i64, change: Change) -> Result<(), Error> {
        let admin = change.admin();
        change!(change, |tx| {
            let mut changed = AuditChange::default();
            if tx.delete_saved_view(admin, id).await? {
                changed.note("saved_view", json!(id), Value::Null);
            }
            changed
        })
    }
}
