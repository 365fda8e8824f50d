//! What was redeemed, row by row and in numbers.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};
use ferroboard_kernel::{GiftTemplateId, UserId};
use ferroboard_listing::{Found, Page};

use super::views::{GiftCardTotals, RecordedUsage, TemplateUses, UsageFilter};
use crate::Error;
use crate::administration::context::AdminContext;

/// What was redeemed.
pub struct GiftUses(pub(crate) AdminContext);

/// From which day to which, both included, by the site's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UsageDays {
    /// The first; thirty days ago where none is named.
    pub first: Option<NaiveDate>,
    /// The last; today where none is named.
    pub last: Option<NaiveDate>,
}

/// What became of all gift cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftStatistics {
    /// In numbers.
    pub totals: GiftCardTotals,
    /// The days on which cards were redeemed, with how many.
    pub days: Vec<(NaiveDate, i64)>,
    /// The templates whose cards were redeemed, with how many.
    pub templates: Vec<TemplateUses>,
}

/// How many days of numbers are read at most: ten years.
const MOST_DAYS: u64 = 3_660;
/// How many days before today are shown where nothing is asked for.
const USUAL_DAYS: u64 = 30;

impl GiftUses {
    /// A page of the redemptions that match.
    pub async fn list(
        &self,
        filter: &UsageFilter,
        page: Page,
    ) -> Result<Found<RecordedUsage>, Error> {
        let admin = self.0.ports.store.admin()?;
        Ok(admin.list_recorded_usages(filter, page).await?)
    }

    /// Which of these, where one is named, there is not: `template_id`, `user_id`.
    pub async fn unknown(
        &self,
        template: Option<GiftTemplateId>,
        user: Option<UserId>,
    ) -> Result<Vec<&'static str>, Error> {
        let admin = self.0.ports.store.admin()?;
        let mut unknown = Vec::new();
        if let Some(template) = template
            && !admin.has_gift_template(template).await?
        {
            unknown.push("template_id");
        }
        if let Some(user) = user
            && !admin.has_gift_user(user).await?
        {
            unknown.push("user_id");
        }
        Ok(unknown)
    }

    /// The numbers, with those of the days that are asked for, of a longer time the last ten years.
    pub async fn statistics(&self, asked: UsageDays) -> Result<GiftStatistics, Error> {
        let zone = self.0.options.zone;
        let today = zone.wall_clock(self.0.ports.clock.now()).date();
        let before = |day: NaiveDate, days| day.checked_sub_days(Days::new(days)).unwrap_or(day);
        let last = asked.last.unwrap_or(today);
        let first = asked.first.unwrap_or_else(|| before(today, USUAL_DAYS));
        let first = first.max(before(last, MOST_DAYS));
        let start = |day: NaiveDate| zone.instant(day.and_time(NaiveTime::MIN));
        let until = start(last.succ_opt().unwrap_or(last));
        let admin = self.0.ports.store.admin()?;
        let quarters = admin.count_usages_by_quarter(start(first), until).await?;
        let mut days = BTreeMap::new();
        for (at, count) in quarters {
            *days.entry(zone.wall_clock(at).date()).or_insert(0) += count;
        }
        Ok(GiftStatistics {
            totals: admin.sum_gift_cards().await?,
            days: days.into_iter().collect(),
            templates: admin.count_usages_by_template().await?,
        })
    }
}
