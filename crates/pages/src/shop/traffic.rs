//! What a customer transferred, day by day.

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::TrafficLogView;
use ferroboard_kernel::{Seconds, UnixSeconds, Zone};
use ferroboard_web::Panel;

use super::chart::{self, DayBar};
use super::tab::Tab;
use crate::failure::PageResult;
use crate::form::Form;
use crate::format;
use crate::page::{Page, show};
use crate::visitor::Customer;

/// How many months back can be looked at: those of which days are kept.
const MONTHS: u32 = 2;

/// What was transferred through nodes of one rate in one day.
struct DayRow {
    day: String,
    rate: String,
    download: String,
    upload: String,
    counted: String,
}

#[derive(Template)]
#[template(path = "shop/traffic.html")]
struct TrafficPage {
    page: Page,
    tabs: Vec<Tab>,
    rows: Vec<DayRow>,
    /// A drawing of ours.
    chart: Option<String>,
    sum: String,
    /// Whether there is more to be bought.
    has_packages: bool,
}

/// The traffic of a month: this one, or one of those before. Days are those of the site's zone, in which they
/// are counted.
pub(super) async fn list(customer: Customer, form: Form, panel: Data<Panel>) -> PageResult {
    let user = customer.session.account.id;
    let is_main = customer.session.account.shadow_of.is_none();
    let asked = form.given("month");
    let run = panel.run(move |app| async move {
        let (now, zone) = (app.nodes.now(), app.nodes.policy().zone);
        let months = months(now, zone);
        let named = |(name, _): &&(String, UnixSeconds)| Some(name) == asked.as_ref();
        let found = months.iter().find(named).or(months.first());
        let start = found.map_or(now, |(_, start)| *start);
        let end = zone.start_of_next_month(start);
        let rows = app.traffic_log.list(user, Some(start), Some(end)).await?;
        let (offers, own) = app.packages.list(user).await?;
        let has_packages = is_main && !(offers.is_empty() && own.is_empty());
        Ok((rows, months, start, zone, has_packages))
    });
    let (rows, months, start, zone, has_packages) = run.await?;
    let page = Page::new(&customer.visitor, "/my/traffic", "shop.traffic_title")?;
    let sum = rows
        .iter()
        .fold(0, |sum: i64, row| sum.saturating_add(counted(row)));
    let tabs = months
        .into_iter()
        .map(|(name, first)| Tab::new(format!("/my/traffic?month={name}"), name, first == start));
    show(&TrafficPage {
        tabs: tabs.collect(),
        chart: chart::days(&bars(&rows, start, zone), &format::bytes),
        rows: rows.iter().map(|row| DayRow::new(row, zone)).collect(),
        sum: format::bytes(sum),
        has_packages,
        page,
    })
}

/// The months that can be looked at, this one first, with their first instants.
fn months(now: UnixSeconds, zone: Zone) -> Vec<(String, UnixSeconds)> {
    let before = 0..=MONTHS;
    let starts = before.map(|months| zone.months_before(zone.start_of_month(now), months));
    let named = starts.map(|start| {
        let name = zone.wall_clock(start).format("%Y-%m").to_string();
        (name, start)
    });
    named.collect()
}

/// Received and sent on each day of the month, over all rates.
fn bars(rows: &[TrafficLogView], start: UnixSeconds, zone: Zone) -> Vec<DayBar> {
    // The last day of a month has the number of its days.
    let last = zone.start_of_next_month(start).minus(Seconds::new(1));
    let mut bars = vec![DayBar::default(); day_of_month(last, zone)];
    for row in rows {
        let index = day_of_month(row.record_at, zone).checked_sub(1);
        if let Some(bar) = index.and_then(|index| bars.get_mut(index)) {
            bar.lower = bar.lower.saturating_add(row.download);
            bar.upper = bar.upper.saturating_add(row.upload);
        }
    }
    bars
}

fn day_of_month(at: UnixSeconds, zone: Zone) -> usize {
    let day = zone.wall_clock(at).format("%d").to_string();
    day.parse().unwrap_or_default()
}

const fn counted(row: &TrafficLogView) -> i64 {
    row.upload.saturating_add(row.download)
}

/// What was transferred of bytes that are counted at a rate in hundredths; at no rate nothing is known of it.
fn transferred(counted: i64, rate: i64) -> i64 {
    let whole = i128::from(counted).saturating_mul(100);
    let bytes = whole.checked_div(i128::from(rate.max(0)));
    bytes.map_or(counted, |bytes| i64::try_from(bytes).unwrap_or(i64::MAX))
}

impl DayRow {
    fn new(row: &TrafficLogView, zone: Zone) -> Self {
        Self {
            day: format::date(row.record_at, zone),
            rate: format!("{}.{:02}", row.rate / 100, row.rate % 100),
            download: format::bytes(transferred(row.download, row.rate)),
            upload: format::bytes(transferred(row.upload, row.rate)),
            counted: format::bytes(counted(row)),
        }
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::UserId;

    use super::*;

    #[test]
    fn what_was_transferred_is_counted_by_its_rate() {
        assert_eq!(transferred(150, 150), 100);
        assert_eq!(transferred(150, 50), 300);
        assert_eq!(transferred(i64::MAX, 1), i64::MAX);
        assert_eq!(transferred(7, 0), 7);
    }

    #[test]
    fn months_are_those_of_the_sites_zone() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        // 2026-01-31 17:00 UTC is February there.
        let now = UnixSeconds::new(1_769_878_800);
        let named: Vec<String> = months(now, zone)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(named, ["2026-02", "2026-01", "2025-12"]);
    }

    #[test]
    fn the_days_of_a_month_are_summed_over_rates() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let start = zone.start_of_month(UnixSeconds::new(1_769_878_800));
        let row = |days: i64, rate, download| TrafficLogView {
            user: UserId::new(1),
            upload: 1,
            download,
            rate,
            record_at: start.plus(Seconds::days(days)),
        };
        let rows = [row(27, 100, 5), row(2, 100, 7), row(2, 50, 8)];
        let bars = bars(&rows, start, zone);
        assert_eq!(bars.len(), 28);
        let of = |day: usize| bars.get(day).copied();
        assert_eq!(
            of(2),
            Some(DayBar {
                lower: 15,
                upper: 2
            })
        );
        assert_eq!(of(27), Some(DayBar { lower: 5, upper: 1 }));
        assert_eq!(of(0), Some(DayBar::default()));
    }
}
