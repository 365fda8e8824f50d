//! What users transferred.

use std::sync::Arc;

use ferroboard_kernel::{Seconds, UnixSeconds, UserId};

use crate::process::Core;
use crate::{Error, TrafficLogView};

/// How far a log reaches at most.
const LONGEST: Seconds = Seconds::days(92);

/// Traffic, as users look back on it.
pub struct TrafficLog(pub(crate) Arc<Core>);

impl TrafficLog {
    /// The user's traffic by day and rate, newest first: from the beginning of this month on, or,
    /// where `start` or `end` is given, the days between them, at most 92.
    pub async fn list(
        &self,
        user: UserId,
        start: Option<UnixSeconds>,
        end: Option<UnixSeconds>,
    ) -> Result<Vec<TrafficLogView>, Error> {
        let core = &self.0;
        let this_month = core.options.zone.start_of_month(core.ports.clock.now());
        let from = start.unwrap_or(this_month);
        let furthest = from.plus(LONGEST);
        let until = match (start, end) {
            (None, None) => UnixSeconds::new(i64::MAX),
            (_, end) => end.map_or(furthest, |end| end.min(furthest)),
        };
        Ok(core.ports.store.list_traffic_log(user, from, until).await?)
    }
}
