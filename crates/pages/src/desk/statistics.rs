//! What days brought, and who was first in what.

use actix_web::HttpRequest;
use actix_web::web::Data;
use chrono::{NaiveDate, NaiveTime};
use ferroboard_application::{Between, Compared, InviterRank, NodeRank, SummedDays, UserRank};
use ferroboard_kernel::{Seconds, UnixSeconds, Zone};
use ferroboard_statistics::DaySums;
use ferroboard_web::Panel;

use super::whole_list::{Item, Key, found};
use crate::failure::{Failure, PageResult};
use crate::format;
use crate::list::{Cell, Filter, Head, ListPage, ListQuery, Row};
use crate::page::Page;
use crate::visitor::Operator;

const SECTION: &str = "/statistics";
/// How many days are shown where the address does not say.
const DAYS: i64 = 30;
/// How many places ranks have.
const PLACES: u32 = 100;

/// The days that the address asks for.
struct Asked {
    period: Between,
    first: String,
    last: String,
    /// Whether it asked for something else.
    is_odd: bool,
}

impl Asked {
    fn of(list: &ListQuery, zone: Zone, now: UnixSeconds) -> Self {
        let day = |column: &str| match list.filter(column) {
            "" => Ok(None),
            text => NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Some),
        };
        let usual_last = zone.wall_clock(now).date();
        let usual_first = zone.wall_clock(now.minus(Seconds::days(DAYS - 1))).date();
        let (first, last, is_odd) = match (day("from"), day("until")) {
            (Ok(first), Ok(last)) => {
                let last = last.unwrap_or(usual_last);
                let first = first.unwrap_or(usual_first.min(last));
                if first <= last {
                    (first, last, false)
                } else {
                    (usual_first, usual_last, true)
                }
            }
            _ => (usual_first, usual_last, true),
        };
        let midnight = |day: NaiveDate| zone.instant(day.and_time(NaiveTime::MIN));
        let until = last.succ_opt().unwrap_or(last);
        Self {
            period: Between {
                from: midnight(first),
                until: midnight(until),
            },
            first: first.to_string(),
            last: last.to_string(),
            is_odd,
        }
    }

    fn hint(&self, page: &Page, more: &str) -> String {
        let odd = if self.is_odd {
            page.t("desk.stat_range_wrong")
        } else {
            ""
        };
        format!("{} – {} {more} {odd}", self.first, self.last)
            .trim()
            .to_owned()
    }
}

/// The page of a statistic.
fn shown(
    page: Page,
    list: ListQuery,
    heads: Vec<Head>,
    items: Vec<Item>,
    hint: String,
) -> ListPage {
    let found = found(&list, items);
    let filters = vec![
        Filter::text("from", page.t("desk.stat_from")),
        Filter::text("until", page.t("desk.stat_until")),
    ];
    let links = [
        ("/statistics", "desk.stat_days"),
        ("/statistics/nodes", "desk.stat_nodes"),
        ("/statistics/users", "desk.stat_users"),
        ("/statistics/inviters", "desk.stat_inviters"),
    ];
    let links = links.map(|(path, label)| (page.to(path), page.t(label).to_owned()));
    let mut shown = ListPage::new(page, list, heads, found);
    shown.filters = filters;
    shown.links = links.into();
    shown.hint = hint;
    shown
}

fn start(operator: &Operator, panel: &Panel) -> Result<(Page, ListQuery, Asked), Failure> {
    let page = Page::console(operator, SECTION, "layout.statistics")?;
    let list = ListQuery::of(&operator.visitor);
    let days = &panel.application().administration.days;
    let asked = Asked::of(&list, days.zone(), days.now());
    Ok((page, list, asked))
}

/// What each day brought.
pub(super) async fn days(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let (page, list, asked) = start(&operator, &panel)?;
    let period = asked.period;
    let run = panel.run(move |app| async move { app.administration.days.list(period).await });
    let days = run.await?;
    let zone = panel.application().administration.days.zone();
    let sum = SummedDays::of(days.iter().map(|(_, sums)| sums));
    let sum = format!(
        "{}: {} · {} {}",
        page.t("desk.stat_sum"),
        page.money(&sum.paid_total),
        page.t("desk.stat_commission"),
        page.money(&sum.commission_total),
    );
    let heads = vec![
        Head::sorted("day", page.t("desk.stat_day")),
        Head::sorted("orders", page.t("desk.stat_orders")),
        Head::sorted("income", page.t("desk.stat_income")),
        Head::sorted("commissions", page.t("desk.stat_commissions")),
        Head::sorted("commission", page.t("desk.stat_commission")),
        Head::sorted("users", page.t("desk.stat_new_users")),
        Head::sorted("traffic", page.t("desk.node_traffic")),
    ];
    let items = days
        .iter()
        .rev()
        .map(|(day, sums)| day_item(*day, sums, zone))
        .collect();
    let hint = asked.hint(&page, &sum);
    shown(page, list, heads, items, hint).answer(&request, "days")
}

fn day_item(day: UnixSeconds, sums: &DaySums, zone: Zone) -> Item {
    Item {
        row: Row {
            key: String::new(),
            cells: vec![
                Cell::text(format::date(day, zone)),
                Cell::text(sums.paid_orders),
                Cell::Money(sums.paid_total),
                Cell::text(sums.commissions),
                Cell::Money(sums.commission_total),
                Cell::text(sums.registrations),
                Cell::Bytes(sums.traffic),
            ],
        },
        keys: vec![
            ("day", Key::Number(day.get())),
            ("orders", Key::Number(sums.paid_orders)),
            ("income", Key::Number(sums.paid_total.get())),
            ("commissions", Key::Number(sums.commissions)),
            ("commission", Key::Number(sums.commission_total.get())),
            ("users", Key::Number(sums.registrations)),
            ("traffic", Key::Number(sums.traffic)),
        ],
        words: String::new(),
        marks: Vec::new(),
    }
}

fn traffic_heads(page: &Page, what: &str) -> Vec<Head> {
    vec![
        Head::plain(page.t(what)),
        Head::sorted("up", page.t("desk.stat_up")),
        Head::sorted("down", page.t("desk.stat_down")),
        Head::sorted("total", page.t("desk.stat_total")),
        Head::sorted("before", page.t("desk.stat_before")),
    ]
}

fn traffic_item(named: Cell, traffic: ferroboard_nodes::Traffic, before: i64) -> Item {
    Item {
        row: Row {
            key: String::new(),
            cells: vec![
                named,
                Cell::Bytes(traffic.upload),
                Cell::Bytes(traffic.download),
                Cell::Bytes(traffic.total()),
                Cell::Bytes(before),
            ],
        },
        keys: vec![
            ("up", Key::Number(traffic.upload)),
            ("down", Key::Number(traffic.download)),
            ("total", Key::Number(traffic.total())),
            ("before", Key::Number(before)),
        ],
        words: String::new(),
        marks: Vec::new(),
    }
}

/// The nodes by what they carried.
pub(super) async fn nodes(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let (page, list, asked) = start(&operator, &panel)?;
    let period = asked.period;
    let run =
        panel.run(move |app| async move { app.administration.ranks.nodes(period, PLACES).await });
    let ranks: Vec<Compared<NodeRank>> = run.await?;
    let items = ranks.into_iter().map(|Compared { rank, previous }| {
        let named = match rank.named {
            Some(named) => Cell::link(page.to(&format!("/nodes/{}", rank.node)), named.name),
            None => Cell::text(format!("#{}", rank.node)),
        };
        traffic_item(named, rank.traffic, previous)
    });
    let items = items.collect();
    let heads = traffic_heads(&page, "desk.stat_node");
    let hint = asked.hint(&page, "");
    shown(page, list, heads, items, hint).answer(&request, "node-traffic")
}

/// The users by what they transferred.
pub(super) async fn users(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let (page, list, asked) = start(&operator, &panel)?;
    let period = asked.period;
    let run =
        panel.run(move |app| async move { app.administration.ranks.users(period, PLACES).await });
    let ranks = run.await?;
    let items = ranks
        .iter()
        .map(|Compared { rank, previous }: &Compared<UserRank>| {
            traffic_item(
                user(&page, rank.user, rank.email.as_ref()),
                rank.traffic,
                *previous,
            )
        });
    let items = items.collect();
    let heads = traffic_heads(&page, "desk.stat_user");
    let hint = asked.hint(&page, "");
    shown(page, list, heads, items, hint).answer(&request, "user-traffic")
}

fn user(page: &Page, id: ferroboard_kernel::UserId, email: Option<&String>) -> Cell {
    match email {
        Some(email) => Cell::link(page.to(&format!("/users/{id}")), email),
        None => Cell::text(format!("#{id}")),
    }
}

/// The users who invited most.
pub(super) async fn inviters(
    operator: Operator,
    request: HttpRequest,
    panel: Data<Panel>,
) -> PageResult {
    let (page, list, asked) = start(&operator, &panel)?;
    let period = asked.period;
    let run = panel
        .run(move |app| async move { app.administration.ranks.inviters(period, PLACES).await });
    let ranks: Vec<InviterRank> = run.await?;
    let items = ranks.iter().map(|rank| Item {
        row: Row {
            key: String::new(),
            cells: vec![
                user(&page, rank.inviter, rank.email.as_ref()),
                Cell::text(rank.count),
            ],
        },
        keys: vec![("count", Key::Number(rank.count))],
        words: String::new(),
        marks: Vec::new(),
    });
    let items = items.collect();
    let heads = vec![
        Head::plain(page.t("desk.stat_user")),
        Head::sorted("count", page.t("desk.stat_invited")),
    ];
    let hint = asked.hint(&page, "");
    shown(page, list, heads, items, hint).answer(&request, "inviters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_days_of_the_site() {
        let (zone, now) = (Zone::default(), UnixSeconds::new(1_735_660_800));
        let asked = |query: &str| Asked::of(&ListQuery::read("/x", query), zone, now);
        let usual = asked("");
        assert_eq!(
            (usual.first.as_str(), usual.last.as_str()),
            ("2024-12-03", "2025-01-01")
        );
        assert_eq!(usual.period.until.since(now), Seconds::days(1));
        let day = asked("f.from=2024-12-31&f.until=2024-12-31");
        assert!(!day.is_odd);
        assert_eq!(day.period.until, now);
        for odd in [
            "f.from=x",
            "f.from=2025-01-02&f.until=2025-01-01",
            "f.until=2024-13-01",
        ] {
            assert!(asked(odd).is_odd, "{odd}");
        }
    }
}
