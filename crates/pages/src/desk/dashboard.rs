//! The panel in numbers, and what it does by itself.

use std::sync::Arc;

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::{
    Application, Between, Error, FailedJobView, Figures, NodeRank, UserRank, WorkView,
};
use ferroboard_kernel::{Cents, Seconds, UnixSeconds, Zone};
use ferroboard_statistics::DaySums;
use ferroboard_web::Panel;

use super::chart::Chart;
use crate::failure::PageResult;
use crate::format;
use crate::page::{Page, show as answer};
use crate::visitor::Operator;

/// How many days the chart has.
const DAYS: u32 = 30;
/// How far back ranks look.
const SPAN: Seconds = Seconds::days(7);
/// How many places ranks have.
const PLACES: u32 = 10;
/// How many failed jobs are named.
const FAILED: usize = 10;

/// A figure on the page.
struct Figure {
    label: String,
    value: String,
    /// What stands below it.
    below: String,
    /// Where more of it is.
    href: Option<String>,
}

/// A place in a rank.
struct Place {
    name: String,
    href: Option<String>,
    bytes: i64,
}

#[derive(Template)]
#[template(path = "desk/dashboard.html")]
struct DashboardPage {
    page: Page,
    figures: Vec<Figure>,
    chart: Chart,
    nodes: Vec<Place>,
    users: Vec<Place>,
    work: WorkView,
    failed: Vec<FailedJobView>,
    /// How many steps of the guide are left.
    left: usize,
}

/// What the page is made of.
struct Read {
    figures: Figures,
    days: Vec<(UnixSeconds, DaySums)>,
    zone: Zone,
    nodes: Vec<NodeRank>,
    users: Vec<UserRank>,
    work: WorkView,
    failed: Vec<FailedJobView>,
    left: usize,
}

async fn read(app: Arc<Application>) -> Result<Read, Error> {
    let admin = &app.administration;
    let figures = admin.dashboard.figures().await?;
    let (now, zone) = (admin.days.now(), admin.days.zone());
    let until = UnixSeconds::new(now.get().saturating_add(1));
    let first = zone.start_of_day(now.minus(Seconds::days(i64::from(DAYS) - 1)));
    let days = admin.days.list(Between { from: first, until }).await?;
    let week = Between {
        from: now.minus(SPAN),
        until,
    };
    let nodes = admin.ranks.nodes(week, PLACES).await?.into_iter();
    let users = admin.ranks.users(week, PLACES).await?;
    let mut failed = admin.status.failed_jobs().await?;
    failed.truncate(FAILED);
    // A panel that sells needs no guide.
    let income = figures.income;
    let sells = income.month > Cents::ZERO || income.last_month > Cents::ZERO;
    let left = if sells {
        0
    } else {
        let steps = admin.first_steps.list().await?.into_iter();
        steps.filter(|(_, is_taken)| !is_taken).count()
    };
    Ok(Read {
        figures,
        days,
        zone,
        nodes: nodes.map(|compared| compared.rank).collect(),
        users: users.iter().map(|compared| compared.rank.clone()).collect(),
        work: admin.status.work().await?,
        failed,
        left,
    })
}

/// The panel in numbers.
pub(super) async fn show(operator: Operator, panel: Data<Panel>) -> PageResult {
    let read = panel.run(read).await?;
    let page = Page::console(&operator, "", "layout.dashboard")?;
    let title = page.put("desk.dash_income_chart", "days", DAYS);
    let days = every_day(
        &read.days,
        read.zone,
        panel.application().administration.days.now(),
    );
    let chart = Chart::of(title, &days, |amount| page.money(amount));
    let nodes = read.nodes.into_iter().map(|rank| {
        let href = rank
            .named
            .as_ref()
            .map(|_| page.to(&format!("/nodes/{}", rank.node)));
        let name = rank.named.map(|named| named.parent.unwrap_or(named.name));
        Place {
            name: name.unwrap_or_else(|| format!("#{}", rank.node)),
            href,
            bytes: rank.traffic.total(),
        }
    });
    let nodes = nodes.collect();
    let users = read.users.into_iter().map(|rank| Place {
        href: rank
            .email
            .as_ref()
            .map(|_| page.to(&format!("/users/{}", rank.user))),
        name: rank.email.unwrap_or_else(|| format!("#{}", rank.user)),
        bytes: rank.traffic.total(),
    });
    let users = users.collect();
    answer(&DashboardPage {
        figures: figures(&page, &read.figures),
        chart,
        nodes,
        users,
        work: read.work,
        failed: read.failed,
        left: read.left,
        page,
    })
}

/// Each day of the chart with what was earned, also where that is nothing.
fn every_day(
    days: &[(UnixSeconds, DaySums)],
    zone: Zone,
    now: UnixSeconds,
) -> Vec<(String, Cents)> {
    let today = zone.start_of_day(now);
    let before = |day: &UnixSeconds| Some(zone.start_of_day_before(*day));
    let all = std::iter::successors(Some(today), before);
    let count = usize::try_from(DAYS).unwrap_or_default();
    let mut all: Vec<UnixSeconds> = all.take(count).collect();
    all.reverse();
    let earned = |day: &UnixSeconds| {
        let found = days.iter().find(|(known, _)| known == day);
        found.map_or(Cents::ZERO, |(_, sums)| sums.paid_total)
    };
    all.iter()
        .map(|day| (format::date(*day, zone), earned(day)))
        .collect()
}

fn figures(page: &Page, figures: &Figures) -> Vec<Figure> {
    let figure = |label: &str, value: String| Figure {
        label: page.t(label).to_owned(),
        value,
        below: String::new(),
        href: None,
    };
    let at = |figure: Figure, path: &str| Figure {
        href: Some(page.to(path)),
        ..figure
    };
    let (income, payouts) = (figures.income, figures.payouts);
    let money = |label: &str, now: Cents, before: Cents| Figure {
        below: growth(page, now, before),
        ..figure(label, page.money(&now))
    };
    let count = |label: &str, number: i64| figure(label, number.to_string());
    let bytes = |label: &str, number: i64| figure(label, page.bytes(&number));
    vec![
        at(
            money("desk.dash_income_today", income.today, income.yesterday),
            "/orders",
        ),
        money("desk.dash_income_month", income.month, income.last_month),
        money(
            "desk.dash_income_last",
            income.last_month,
            income.month_before,
        ),
        money("desk.dash_commission", payouts.month, payouts.last_month),
        count("desk.dash_pending_commission", figures.pending_commissions),
        at(count("desk.dash_tickets", figures.open_tickets), "/tickets"),
        at(count("desk.dash_users", figures.users), "/users"),
        count("desk.dash_active_users", figures.active_users),
        count("desk.dash_new_users", figures.users_of_month),
        count("desk.dash_online_users", figures.online_users),
        count("desk.dash_online_devices", figures.online_devices),
        at(
            count("desk.dash_online_nodes", figures.online_nodes),
            "/nodes",
        ),
        bytes("desk.dash_traffic_today", figures.traffic_today.total()),
        bytes("desk.dash_traffic_month", figures.traffic_of_month.total()),
        at(
            bytes("desk.dash_traffic_total", figures.traffic_total.total()),
            "/statistics/nodes",
        ),
    ]
}

/// How much more it is than before, in whole percent; nothing where there was nothing.
fn growth(page: &Page, now: Cents, before: Cents) -> String {
    let (now, before) = (i128::from(now.get()), i128::from(before.get()));
    if before <= 0 {
        return String::new();
    }
    let percent = (now - before) * 100 / before;
    page.put("desk.dash_versus", "growth", format!("{percent:+}"))
}
