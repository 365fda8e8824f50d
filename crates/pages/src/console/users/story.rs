//! One user's whole story: orders, money, traffic, devices, tickets, sessions, and who came through them.

use ferroboard_application::{
    DeviceUserFilter, LEDGER, MANAGED_ORDERS, RESET_LOG, ResetFilter, TICKETS, USERS, UserView,
};
use ferroboard_kernel::{GroupId, Seconds, UnixSeconds, UserId};
use ferroboard_listing::{Asked, AskedFilter, Given, ListRequest, Listing, PageRule};
use ferroboard_web::list_refused;

use super::list::{COMMISSION_KINDS, ends, root, state};
use crate::console::cell::Cell;
use crate::console::frame::{Console, Part, RowId, Story};
use crate::console::{ledger, orders, resets, tickets};
use crate::failure::{Failure, PageResult};
use crate::format;
use crate::list::Cell as Drawn;

/// Rows of each part; the lists have the rest.
const ROWS: i64 = 10;
/// How far back traffic is shown.
const TRAFFIC: Seconds = Seconds::days(31);
/// How a page of a part is cut.
const PART: PageRule = PageRule::new(ROWS, 1, ROWS);

/// Shows all that is known of a user.
pub(super) async fn show(console: Console, RowId(id): RowId) -> PageResult {
    let user = UserId::new(id);
    let run = console.run(move |app| async move { app.administration.users.find(user).await });
    let (found, inviter) = run.await?;
    let mut facts = facts(&console, &found);
    if let Some(inviter) = inviter {
        let inviter = Cell::user(inviter.id.get(), Some(&inviter.email));
        facts.push(console.fact("console.inviter", &inviter));
    }
    let parts = vec![
        orders_of(&console, id).await?,
        money_of(&console, id).await?,
        traffic_of(&console, user).await?,
        resets_of(&console, user).await?,
        devices_of(&console, user).await?,
        tickets_of(&console, id).await?,
        sessions_of(&console, user).await?,
        invited_by(&console, id).await?,
    ];
    let button = |name, path| Drawn::Buttons(vec![console.button(name, path).sending("id", id)]);
    let danger = |name, path| Drawn::Buttons(vec![console.danger(name, path).sending("id", id)]);
    console.show_story(Story {
        section: "/users",
        tools: vec![
            console.link("layout.edit", &format!("users/{id}/edit")),
            console.link(
                "console.assign",
                &format!("orders/assign?email={}", encoded(&found.email)),
            ),
            button("console.act_as", "users/act-as"),
            danger("console.reset_traffic_now", "resets/reset"),
            danger("console.reset_secret", "users/reset-secret"),
            danger("layout.delete", "users/delete"),
        ],
        title: found.email,
        facts,
        parts,
    })
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn facts(console: &Console, user: &UserView) -> Vec<(String, Drawn)> {
    let named = |id: Option<i64>, name: &Option<String>| {
        let shown = name.clone().or_else(|| id.map(|id| format!("#{id}")));
        Cell::text(shown.as_deref())
    };
    let plan = user.plan.map(ferroboard_kernel::PlanId::get);
    let facts = [
        ("console.id", Cell::Number(user.id.get())),
        (
            "console.state",
            state(user.banned, user.is_admin, user.is_staff),
        ),
        ("console.plan", named(plan, &user.plan_name)),
        (
            "console.group",
            named(user.group.map(GroupId::get), &user.group_name),
        ),
        ("console.ends", ends(user.expired_at)),
        ("console.used", Cell::Bytes(user.used())),
        ("console.quota", Cell::Bytes(user.transfer_enable)),
        ("console.next_reset", Cell::time(user.next_reset_at)),
        ("console.balance", Cell::Money(user.balance.get())),
        (
            "console.commission",
            Cell::Money(user.commission_balance.get()),
        ),
        (
            "console.commission_kind",
            Cell::word(user.commission_type, COMMISSION_KINDS),
        ),
        (
            "console.commission_rate",
            user.commission_rate.map_or(Cell::Nothing, Cell::Percent),
        ),
        (
            "console.discount",
            user.discount.map_or(Cell::Nothing, Cell::Percent),
        ),
        ("console.speed_limit", Cell::number(user.speed_limit)),
        ("console.device_limit", Cell::number(user.device_limit)),
        ("console.online", Cell::number(user.online_count)),
        (
            "console.last_online",
            Cell::time(user.last_online_at.map(UnixSeconds::get)),
        ),
        ("console.last_login", Cell::time(user.last_login_at)),
        ("console.telegram", Cell::number(user.telegram_id)),
        ("console.uuid", Cell::Text(user.uuid.clone())),
        ("console.created", Cell::time(Some(user.created_at))),
        ("console.remarks", Cell::text(user.remarks.as_deref())),
    ];
    let facts = facts.iter();
    facts
        .map(|(name, value)| console.fact(name, value))
        .collect()
}

/// The first rows of a list in which a column has this value.
fn request(listing: &'static Listing, column: &str, id: i64) -> Result<ListRequest, Failure> {
    let asked = Asked {
        rows: Some(ROWS),
        filters: vec![AskedFilter::new(column, Given::Many(vec![id.to_string()]))],
        ..Asked::default()
    };
    let judged = listing.judge(&asked);
    judged.map_err(|error| Failure::Fault(list_refused(error)))
}

fn part(console: &Console, title: &str, heads: &[&str], rows: Vec<Vec<Cell>>) -> Part {
    let drawn = rows.into_iter();
    Part {
        title: console.t(title),
        heads: heads.iter().map(|head| console.t(head)).collect(),
        rows: drawn
            .map(|row| row.iter().map(|cell| console.drawn(cell)).collect())
            .collect(),
        more: None,
    }
}

async fn orders_of(console: &Console, id: i64) -> Result<Part, Failure> {
    let request = request(&MANAGED_ORDERS, "user_id", id)?;
    let run =
        console.run(move |app| async move { app.administration.orders.list(request, false).await });
    let rows = run.await?.rows.into_iter().map(|order| {
        vec![
            Cell::link(format!("orders/{}", order.id), &order.trade_no),
            Cell::text(order.plan_name.as_deref()),
            Cell::Money(order.total),
            Cell::word(order.status, orders::STATUSES),
            Cell::time(Some(order.created_at)),
        ]
    });
    let heads = [
        "console.trade_no",
        "console.plan",
        "console.amount",
        "console.state",
        "console.created",
    ];
    let mut part = part(console, "layout.orders", &heads, rows.collect());
    part.more = Some(console.to(&format!("orders?f_user_id={id}")));
    Ok(part)
}

async fn money_of(console: &Console, id: i64) -> Result<Part, Failure> {
    let request = request(&LEDGER, "user_id", id)?;
    let run =
        console.run(move |app| async move { app.administration.users.ledger(&request).await });
    let rows = run.await?.rows.into_iter().map(|line| {
        vec![
            Cell::time(Some(line.created_at.get())),
            Cell::word(line.account, ledger::ACCOUNTS),
            Cell::Money(line.amount),
            ledger::kind(&line),
            ledger::reference(&line),
        ]
    });
    let heads = [
        "console.when",
        "console.account",
        "console.amount",
        "console.kind",
        "console.reference",
    ];
    let mut part = part(console, "console.ledger", &heads, rows.collect());
    part.more = Some(console.to(&format!("ledger?f_user_id={id}")));
    Ok(part)
}

async fn traffic_of(console: &Console, user: UserId) -> Result<Part, Failure> {
    let run = console.run(move |app| async move {
        let since = app.administration.users.now().minus(TRAFFIC);
        app.traffic_log.list(user, Some(since), None).await
    });
    // A day is one of the site's zone, in which it was counted, wherever the viewer is.
    let zone = console.panel.application().administration.users.zone();
    let rows = run.await?.into_iter().map(|day| {
        vec![
            Cell::Text(format::date(day.record_at, zone)),
            Cell::Bytes(day.upload),
            Cell::Bytes(day.download),
            Cell::Text(crate::console::cell::units(day.rate)),
        ]
    });
    let heads = [
        "console.day",
        "console.upload",
        "console.download",
        "console.rate",
    ];
    Ok(part(console, "layout.traffic", &heads, rows.collect()))
}

async fn resets_of(console: &Console, user: UserId) -> Result<Part, Failure> {
    let filter = ResetFilter {
        user: Some(user),
        ..ResetFilter::default()
    };
    let page = RESET_LOG.pages.page(None, Some(ROWS));
    let run =
        console.run(move |app| async move { app.administration.resets.list(&filter, page).await });
    let rows = run.await?.rows.into_iter().map(|reset| {
        vec![
            Cell::time(reset.at.map(UnixSeconds::get)),
            resets::kind(&reset),
            resets::source(&reset),
            Cell::Bytes(reset.before.total),
        ]
    });
    let heads = [
        "console.when",
        "console.kind",
        "console.source",
        "console.before",
    ];
    let mut part = part(console, "layout.resets", &heads, rows.collect());
    part.more = Some(console.to(&format!("resets?f_user={user}")));
    Ok(part)
}

async fn devices_of(console: &Console, user: UserId) -> Result<Part, Failure> {
    let filter = DeviceUserFilter {
        user: Some(user),
        ..DeviceUserFilter::default()
    };
    let page = PART.page(None, None);
    let run =
        console.run(move |app| async move { app.administration.devices.list(&filter, page).await });
    let found = run.await?;
    let devices = found
        .users
        .rows
        .iter()
        .flat_map(|user| &user.overview.devices);
    let rows = devices.map(|device| {
        let nodes = device.nodes.iter();
        let nodes = nodes.map(|id| {
            found
                .nodes
                .get(id)
                .cloned()
                .unwrap_or_else(|| format!("#{id}"))
        });
        vec![
            Cell::Text(device.address.shown(true)),
            Cell::Text(nodes.collect::<Vec<_>>().join(", ")),
            Cell::time(Some(device.last_seen.get())),
        ]
    });
    let heads = ["console.address", "layout.nodes", "console.last_online"];
    Ok(part(console, "console.devices", &heads, rows.collect()))
}

async fn tickets_of(console: &Console, id: i64) -> Result<Part, Failure> {
    let (request, root) = (request(&TICKETS, "user_id", id)?, root(console).await?);
    let run = console
        .run(move |app| async move { app.administration.tickets.list(request, None, &root).await });
    let rows = run.await?.rows.into_iter().map(|row| {
        vec![
            Cell::link(format!("tickets/{}", row.ticket.id), &row.ticket.subject),
            tickets::state(&row.ticket),
            Cell::time(Some(row.ticket.updated_at.get())),
        ]
    });
    let heads = ["console.subject", "console.state", "console.changed"];
    let mut part = part(console, "layout.tickets", &heads, rows.collect());
    part.more = Some(console.to(&format!("tickets?f_user_id={id}")));
    Ok(part)
}

async fn sessions_of(console: &Console, user: UserId) -> Result<Part, Failure> {
    let run = console.run(move |app| async move { app.administration.users.sessions(user).await });
    let rows = run.await?.into_iter().take(50).map(|session| {
        let client = session.client.as_ref();
        vec![
            Cell::text(
                client
                    .map(|client| client.ip.as_str())
                    .filter(|ip| !ip.is_empty()),
            ),
            Cell::text(client.and_then(|client| client.user_agent.as_deref())),
            Cell::time(session.last_used_at.map(UnixSeconds::get)),
            Cell::time(session.created_at.map(UnixSeconds::get)),
        ]
    });
    let heads = [
        "console.address",
        "console.program",
        "console.last_used",
        "console.created",
    ];
    Ok(part(console, "console.sessions", &heads, rows.collect()))
}

async fn invited_by(console: &Console, id: i64) -> Result<Part, Failure> {
    let (request, root) = (request(&USERS, "invite_user_id", id)?, root(console).await?);
    let run =
        console.run(move |app| async move { app.administration.users.list(request, &root).await });
    let rows = run.await?.rows.into_iter().map(|row| {
        vec![
            Cell::user(row.user.id.get(), Some(&row.user.email)),
            Cell::text(row.user.plan_name.as_deref()),
            Cell::time(Some(row.user.created_at)),
        ]
    });
    let heads = ["console.email", "console.plan", "console.created"];
    let mut part = part(console, "console.invited", &heads, rows.collect());
    part.more = Some(console.to(&format!("users?f_invite_user_id={id}")));
    Ok(part)
}
