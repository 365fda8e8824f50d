//! The list of users.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, Responder as _};
use ferroboard_application::{ListedUser, USERS, UserScope};
use ferroboard_kernel::{UnixSeconds, UserId};
use ferroboard_web::{Csv, CsvFile, Fault, list_refused};
use futures_util::stream;

use crate::console::asked::{Filter, FilterKind};
use crate::console::cell::Cell;
use crate::console::frame::{BulkView, Console};
use crate::console::list_page::{Column, Noun, OFFERED};
use crate::console::lists;
use crate::console::under_way::{self, Meter};
use crate::failure::{Failure, PageResult};
use crate::list::Tone;

/// What commission a user earns of orders.
pub(super) const COMMISSION_KINDS: &[(i64, &str, Tone)] = &[
    (0, "console.commission_as_site", Tone::Plain),
    (1, "console.commission_every", Tone::Plain),
    (2, "console.commission_first", Tone::Plain),
];

/// What can be done with many.
pub(super) const WORKS: &[(&str, &str)] = &[
    ("mail", "console.work_mail"),
    ("ban", "console.work_ban"),
    ("reset", "console.work_reset"),
    ("export", "console.work_export"),
];

const YES_OR_NO: FilterKind = FilterKind::Choice(&[("1", "layout.yes"), ("0", "layout.no")]);

/// How an account stands.
pub(super) fn state(banned: bool, is_admin: bool, is_staff: bool) -> Cell {
    match (banned, is_admin, is_staff) {
        (true, _, _) => Cell::Word("console.banned", Tone::Bad),
        (_, true, _) => Cell::Word("console.admin", Tone::Warn),
        (_, _, true) => Cell::Word("console.staff", Tone::Warn),
        _ => Cell::Word("console.active", Tone::Good),
    }
}

/// When a subscription ends: never where nothing is said.
pub(in super::super) fn ends(expired_at: Option<i64>) -> Cell {
    match expired_at {
        None => Cell::Word("layout.never", Tone::Plain),
        at => Cell::time(at),
    }
}

/// The users as the console lists them.
pub(super) const NOUN: Noun<ListedUser> = Noun {
    path: "users",
    title: "layout.users",
    section: "/users",
    listing: &USERS,
    columns: &[
        Column::new("id", "console.id", |row: &ListedUser| {
            Cell::Number(row.user.id.get())
        })
        .by("id"),
        Column::new("email", "console.email", |row: &ListedUser| {
            Cell::link(format!("users/{}", row.user.id), &row.user.email)
        })
        .by("email"),
        Column::new("state", "console.state", |row: &ListedUser| {
            state(row.user.banned, row.user.is_admin, row.user.is_staff)
        })
        .by("banned"),
        Column::new("plan", "console.plan", |row: &ListedUser| {
            Cell::text(row.user.plan_name.as_deref())
        })
        .by("plan_id"),
        Column::new("group", "console.group", |row: &ListedUser| {
            Cell::text(row.user.group_name.as_deref())
        })
        .by("group_id")
        .hidden(),
        Column::new("used", "console.used", |row: &ListedUser| {
            Cell::Bytes(row.user.used())
        })
        .by("total_used"),
        Column::new("quota", "console.quota", |row: &ListedUser| {
            Cell::Bytes(row.user.transfer_enable)
        })
        .by("transfer_enable"),
        Column::new("ends", "console.ends", |row: &ListedUser| {
            ends(row.user.expired_at)
        })
        .by("expired_at"),
        Column::new("balance", "console.balance", |row: &ListedUser| {
            Cell::Money(row.user.balance.get())
        })
        .by("balance"),
        Column::new("commission", "console.commission", |row: &ListedUser| {
            Cell::Money(row.user.commission_balance.get())
        })
        .by("commission_balance"),
        Column::new("online", "console.online", |row: &ListedUser| {
            Cell::number(row.user.online_count)
        })
        .by("online_count"),
        Column::new("seen", "console.last_online", |row: &ListedUser| {
            Cell::time(row.user.last_online_at.map(UnixSeconds::get))
        })
        .by("last_online_at")
        .hidden(),
        Column::new("login", "console.last_login", |row: &ListedUser| {
            Cell::time(row.user.last_login_at)
        })
        .by("last_login_at")
        .hidden(),
        Column::new("inviter", "console.inviter", |row: &ListedUser| {
            row.user.inviter.map_or(Cell::Nothing, |inviter| {
                Cell::user(inviter.get(), row.user.inviter_email.as_deref())
            })
        })
        .by("invite_user_id")
        .hidden(),
        Column::new("remarks", "console.remarks", |row: &ListedUser| {
            Cell::text(row.user.remarks.as_deref())
        })
        .by("remarks")
        .hidden(),
        Column::new("link", "console.subscription_link", |row: &ListedUser| {
            Cell::Text(row.subscribe_url.clone())
        })
        .hidden(),
        Column::new("created", "console.created", |row: &ListedUser| {
            Cell::time(Some(row.user.created_at))
        })
        .by("created_at"),
    ],
    filters: &[
        Filter::text("email", "console.email"),
        Filter::number("id", "console.id"),
        Filter::new("banned", "console.banned", YES_OR_NO),
        Filter::text("plan.name", "console.plan"),
        Filter::text("group.name", "console.group"),
        Filter::new("expired_at", "console.ends", FilterKind::Time),
        Filter::new("total_used", "console.used", FilterKind::Gigabytes),
        Filter::new("transfer_enable", "console.quota", FilterKind::Gigabytes),
        Filter::new("balance", "console.balance", FilterKind::Money),
        Filter::new(
            "commission_balance",
            "console.commission",
            FilterKind::Money,
        ),
        Filter::number("online_count", "console.online"),
        Filter::text("invite_user.email", "console.inviter"),
        Filter::number("invite_user_id", "console.inviter_id"),
        Filter::text("remarks", "console.remarks"),
        Filter::text("uuid", "console.uuid"),
        Filter::new("is_admin", "console.admin", YES_OR_NO),
        Filter::new("is_staff", "console.staff", YES_OR_NO),
        Filter::new("created_at", "console.created", FilterKind::Time),
    ],
    key: |row: &ListedUser| row.user.id.to_string(),
};

/// Shows the list.
pub(super) async fn show(console: Console, request: HttpRequest) -> PageResult {
    if console.query().get("csv").is_some() && console.query().sorts().is_empty() {
        let (filters, odd) = console
            .query()
            .conditions(NOUN.filters, true, console.spelling.zone);
        if !odd.is_empty() {
            return Err(Failure::Unknown);
        }
        let scope = UserScope::filtered(filters);
        let scope = scope.map_err(|error| Failure::Fault(list_refused(error)))?;
        if console.query().get("csv") == Some(OFFERED) {
            let query = console.query().with("csv", Some("1"));
            return offer(&console, NOUN.path, &query, scope).await;
        }
        return export(&console, &request, scope).await;
    }
    let root = root(&console).await?;
    lists::answer(
        &console,
        &NOUN,
        move |app, wanted| {
            let root = root.clone();
            async move { app.administration.users.list(wanted.request, &root).await }
        },
        |shape, found| {
            shape
                .tools
                .push(console.link("console.new_user", "users/new"));
            shape.bulk = Some(BulkView {
                path: console.to("users/bulk"),
                works: WORKS
                    .iter()
                    .map(|(work, text)| (*work, console.t(text)))
                    .collect(),
                total: found.total,
            });
        },
        |row| vec![console.link("layout.edit", &format!("users/{}/edit", row.user.id))],
    )
    .await
}

/// Where subscription links of this request lead.
pub(in super::super) async fn root(console: &Console) -> Result<String, Failure> {
    use actix_web::FromRequest as _;
    let root = ferroboard_web::Root::extract(console.request()).await?;
    Ok(root.0.into_asker())
}

/// A page that has the users downloaded as a table, and says how far it is.
pub(super) async fn offer(
    console: &Console,
    path: &str,
    query: &str,
    scope: UserScope,
) -> PageResult {
    let run = console.run(move |app| async move { app.administration.users.count(&scope).await });
    under_way::offer(console, path, query, run.await?)
}

/// Users as a table, by number: however many there are, each batch is found by where the last one ended.
pub(super) async fn export(
    console: &Console,
    request: &HttpRequest,
    scope: UserScope,
) -> PageResult {
    let (query, spelling) = (console.query(), console.spelling);
    let (root, panel) = (root(console).await?, console.panel.clone());
    let batch = move |after: Option<UserId>| {
        let (scope, root, panel) = (scope.clone(), root.clone(), panel.clone());
        async move {
            let run = panel.run(move |app| async move {
                app.administration.users.export(&scope, after, &root).await
            });
            run.await
        }
    };
    let mut head = Csv::shown();
    head.line(NOUN.head(&query, spelling));
    let head = Bytes::from(format!("\u{feff}{}", head.into_text()));
    // What cannot be read at all is no table.
    let first = batch(None).await?;
    let state = (batch, first, Meter::of(console));
    let lines = stream::try_unfold(state, move |(batch, users, meter)| {
        let query = query.clone();
        async move {
            let Some(last) = users.last().map(|listed| listed.user.id) else {
                meter.ends();
                return Ok(None);
            };
            meter.add(users.len());
            let mut csv = Csv::shown();
            for user in &users {
                csv.line(NOUN.line(user, &query, spelling));
            }
            let next = batch(Some(last)).await?;
            Ok::<_, Fault>(Some((Bytes::from(csv.into_text()), (batch, next, meter))))
        }
    });
    Ok(CsvFile::streamed("users.csv".to_owned(), head, lines).respond_to(request))
}
