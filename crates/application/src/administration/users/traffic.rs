//! Traffic that is counted anew, as administrators see and want it.

use ferroboard_audit::AuditChange;
use ferroboard_billing::{BillingError, TrafficService};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{Email, Seconds, UnixSeconds, UserId, Zone};
use ferroboard_listing::{Found, Page};
use serde_json::json;

use super::columns::UserView;
use super::error::UserRefused;
use super::reset_log::{RESET_LOG, ResetCounts, ResetFilter, ResetLogView};
use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::{Change, Error, policies};

/// A reset that an administrator wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManualReset {
    /// Whose.
    pub user: UserId,
    /// The address.
    pub email: Email,
    /// When.
    pub at: UnixSeconds,
    /// When the traffic is next counted anew.
    pub next_reset_at: Option<UnixSeconds>,
}

/// Traffic that is counted anew.
pub struct ResetLog(pub(crate) AdminContext);

impl ResetLog {
    /// The zone in which administrators name days.
    pub fn zone(&self) -> Zone {
        self.0.options.zone
    }

    /// The resets that match, the latest first.
    pub async fn list(
        &self,
        filter: &ResetFilter,
        page: Page,
    ) -> Result<Found<ResetLogView>, Error> {
        let store = self.0.ports.store.admin()?;
        Ok(store.list_traffic_resets(filter, page).await?)
    }

    /// How many there were in these last days.
    pub async fn count(&self, days: i64) -> Result<ResetCounts, Error> {
        let since = self.0.ports.clock.now().minus(Seconds::days(days));
        let since = self.0.options.zone.start_of_day(since);
        let store = self.0.ports.store.admin()?;
        Ok(store.count_traffic_resets(since).await?)
    }

    /// A user with the latest resets.
    pub async fn history(
        &self,
        user: UserId,
        limit: i64,
    ) -> Result<(UserView, Vec<ResetLogView>), Error> {
        let store = self.0.ports.store.admin()?;
        let found = store.find_user(user).await?.ok_or(UserRefused::Missing)?;
        let filter = ResetFilter {
            user: Some(user),
            ..ResetFilter::default()
        };
        let page = RESET_LOG.pages.page(None, Some(limit));
        let resets = store.list_traffic_resets(&filter, page).await?;
        Ok((found, resets.rows))
    }

    /// Counts a user's traffic anew, whether or not it is due, and notes who wanted it and why.
    pub async fn reset(
        &self,
        user: UserId,
        reason: Option<String>,
        change: Change,
    ) -> Result<ManualReset, Error> {
        let admin = change.admin();
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let before = tx.lock_managed_user(user).await?;
            let before = before.ok_or(UserRefused::Missing)?;
            let policy = policies::billing(&self.0.site.current(), self.0.options.zone);
            let reset = TrafficService.reset_by_hand(tx, user, &policy, now).await;
            let next_reset_at = match reset {
                Err(BillingError::TrafficResetRefused) => return Err(UserRefused::NotActive.into()),
                reset => reset?,
            };
            let note = json!({"reason": reason, "admin_id": admin.get()});
            tx.update_reset_note(user, &note.to_string()).await?;
            let kind = EventKind::SubscriptionTrafficReset;
            tx.tell(NewEvent::about_subscription(kind, user, None, now));
            let traffic = |upload: i64, download: i64| json!({"u": upload, "d": download});
            let changed =
                AuditChange::between(&traffic(before.upload, before.download), &traffic(0, 0));
            let reset = ManualReset {
                user,
                email: before.email,
                at: now,
                next_reset_at,
            };
            (reset, changed)
        })
    }
}
