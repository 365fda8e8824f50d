//! One user's whole story, as far as no other list tells it.

use ferroboard_auth::SessionRecord;
use ferroboard_kernel::UserId;
use ferroboard_listing::{Asked, AskedFilter, Found, Given, ListRequest};

use crate::{Error, LedgerLine, USERS, UserScope, Users};

impl Users {
    /// The entries of the ledger that are asked for.
    pub async fn ledger(&self, request: &ListRequest) -> Result<Found<LedgerLine>, Error> {
        Ok(self.0.ports.store.admin()?.list_ledger(request).await?)
    }

    /// A user's live sessions, the latest activity first, at most 200.
    pub async fn sessions(&self, user: UserId) -> Result<Vec<SessionRecord>, Error> {
        let now = self.0.ports.clock.now();
        Ok(self.0.ports.store.list_sessions(user, now).await?)
    }

    /// How many users something would be about. Of more than a thousand that were named by number it is how
    /// many were named.
    pub async fn count(&self, scope: &UserScope) -> Result<i64, Error> {
        let filters = match scope.ids() {
            Some(ids) => {
                let ids = ids.iter().map(ToString::to_string).collect();
                vec![AskedFilter::new("id", Given::Many(ids))]
            }
            None => scope.filters().to_vec(),
        };
        let asked = Asked {
            rows: Some(1),
            filters,
            ..Asked::default()
        };
        match USERS.judge(&asked) {
            Ok(request) => {
                let found = self.0.ports.store.admin()?.list_users(&request).await?;
                Ok(found.total)
            }
            Err(_) => Ok(scope
                .ids()
                .map_or(0, |ids| i64::try_from(ids.len()).unwrap_or(i64::MAX))),
        }
    }
}
