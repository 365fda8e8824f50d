//! What is found and what is done, in the words of people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ferroboard_billing::{BillingPolicy, CommissionStatus, OrderStatus};
use ferroboard_kernel::{StoreError, UnixSeconds, Zone};
use ferroboard_tickets::{ReplyStatus, TicketPolicy, TicketStatus};

use super::changes::{count, number};
use super::inspection::{Adoption, Found};
use super::structure::Structure;
use super::xboard_steps::{Change, NEWER_REFUND, RENAMED_REFUND, WITHDRAWN};
use super::{Migration, SchemaConnection, Tell, checks};
use crate::kind::Kind;
use crate::options::{ConnectOptions, Location, server_and_name};

/// From how many rows on work on a table is announced.
const MANY_ROWS: i64 = 100_000;

/// How long a row of a table that gets an index takes, in microseconds: measured on a busy machine with
/// two slow cores, so that it is rather too much.
const fn microseconds_a_row(kind: Kind) -> i64 {
    match kind {
        Kind::Sqlite => 15,
        Kind::Mysql | Kind::Postgres => 40,
    }
}

/// What a database holds.
pub(super) struct Survey {
    /// Where it is.
    place: String,
    /// What the server calls itself.
    version: String,
    kind: Kind,
    zone: Zone,
    /// How many rows the tables have that get indexes.
    rows: BTreeMap<&'static str, i64>,
    last_activity: Option<UnixSeconds>,
    /// What jobs would do, in words.
    jobs: Vec<String>,
}

/// The tables whose size matters.
const LARGE: [&str; 10] = [
    "v2_user",
    "v2_order",
    "v2_stat_user",
    "v2_stat_server",
    "v2_ticket",
    "v2_ticket_message",
    "v2_invite_code",
    "v2_commission_log",
    "v2_admin_audit_log",
    "personal_access_tokens",
];

impl Survey {
    /// Counts. Nothing is changed.
    pub(super) async fn make(
        schema: &mut dyn SchemaConnection,
        location: &Location,
        options: &ConnectOptions,
        found: &Found,
        now: UnixSeconds,
    ) -> Result<Self, StoreError> {
        let dialect = schema.dialect();
        let version = schema.texts(dialect.version).await?;
        let mut survey = Self {
            place: match location {
                Location::Sqlite(path) => path.clone(),
                Location::Mysql(_) | Location::Postgres(_) => server_and_name(&options.url),
            },
            version: version.into_iter().next().unwrap_or_default(),
            kind: dialect.kind,
            zone: options.zone,
            rows: BTreeMap::new(),
            last_activity: None,
            jobs: Vec::new(),
        };
        if matches!(found, Found::Empty) {
            return Ok(survey);
        }
        let structure = Structure::read(schema).await?;
        for table in LARGE.into_iter().filter(|table| structure.has(table)) {
            survey.rows.insert(table, count(schema, table).await?);
        }
        if let Found::Xboard(adoption) = found {
            survey.last_activity = last_activity(schema, &structure).await?;
            if ["v2_user", "v2_order", "v2_ticket", "v2_settings"]
                .iter()
                .all(|table| structure.has(table))
            {
                survey.jobs = jobs(schema, adoption, now).await?;
            }
        }
        Ok(survey)
    }

    /// Says it, with what would be done.
    pub(super) fn tell(&self, found: &Found, pending: &[&Migration], tell: Tell<'_>) {
        let place = format!("{} ({})", self.place, self.version);
        match found {
            Found::Empty => tell(&format!(
                "The database {place} is empty: the tables of a new panel are made in it."
            )),
            Found::Ferroboard(done) if pending.is_empty() => {
                let newest = done.iter().max().copied().unwrap_or_default();
                tell(&format!(
                    "The database {place} is ours and at this version (migration {newest}); {}.",
                    self.counts()
                ));
            }
            Found::Ferroboard(_) => {
                tell(&format!("The database {place} is ours; {}.", self.counts()));
                self.tell_work(pending, tell);
            }
            Found::Xboard(adoption) => {
                tell(&format!(
                    "The database {place} is Xboard's; {}.",
                    self.counts()
                ));
                if let Some(at) = self.last_activity {
                    let at = self.zone.wall_clock(at);
                    tell(&format!("  last activity   {at}"));
                }
                tell_adoption(adoption, tell);
                self.tell_work(pending, tell);
                for job in &self.jobs {
                    tell(&format!("  first start     {job}"));
                }
                if !self.jobs.is_empty() {
                    tell("                  (jobs.enabled = false leaves all of this undone)");
                }
            }
        }
    }

    fn counts(&self) -> String {
        let of = |table: &str| self.rows.get(table).copied().unwrap_or_default();
        format!("{} users, {} orders", of("v2_user"), of("v2_order"))
    }

    fn tell_work(&self, pending: &[&Migration], tell: Tell<'_>) {
        let statements = pending.iter().flat_map(|migration| migration.up.lines());
        let (mut tables, mut indexes, mut dropped) = (0, 0, Vec::new());
        let mut touched = 0;
        for line in statements {
            if line.starts_with("CREATE TABLE") {
                tables += 1;
            } else if let Some((_, table)) = made_index(line) {
                indexes += 1;
                touched += self.rows.get(table).copied().unwrap_or_default();
            } else if let Some(name) = line.strip_prefix("DROP INDEX ") {
                let name = name.strip_prefix("IF EXISTS ").unwrap_or(name);
                dropped.extend(name.split([' ', ';']).next());
            }
        }
        tell(&format!(
            "  added           {tables} tables and {indexes} indexes, all named ferro_…"
        ));
        if !dropped.is_empty() {
            tell(&format!(
                "  dropped         {} (indexes)",
                dropped.join(", ")
            ));
        }
        let seconds = touched.saturating_mul(microseconds_a_row(self.kind)) / 1_000_000 + 1;
        tell(&format!(
            "  locked          tables for up to {seconds} s in all, estimated by {touched} rows to index"
        ));
    }

    /// What a statement does, where it takes long.
    pub(super) fn heavy_work(&self, statement: &str) -> Option<String> {
        let line = statement
            .lines()
            .find(|line| !line.is_empty() && !line.starts_with("--"))?;
        let (work, table) = match made_index(line) {
            Some((name, table)) => (format!("index {name}"), table),
            None => {
                line.strip_prefix("INSERT INTO ")?;
                let from = statement.split_once(" FROM ")?.1;
                ("opening rows".to_owned(), from.split_whitespace().next()?)
            }
        };
        let rows = self
            .rows
            .get(table)
            .copied()
            .filter(|rows| *rows >= MANY_ROWS)?;
        Some(format!("{work} over {rows} rows of {table} …"))
    }
}

/// Name and table of an index that a line makes.
fn made_index(line: &str) -> Option<(&str, &str)> {
    let made = line.strip_prefix("CREATE ")?;
    let made = made.strip_prefix("UNIQUE ").unwrap_or(made);
    let mut words = made.strip_prefix("INDEX ")?.split_whitespace();
    let (name, _on, table) = (words.next()?, words.next()?, words.next()?);
    Some((name, table))
}

fn tell_adoption(adoption: &Adoption, tell: Tell<'_>) {
    let Adoption {
        plan,
        structure,
        baseline,
        recorded,
    } = adoption;
    let newest = recorded.iter().filter(|name| !is_strange(name)).max();
    tell(&format!(
        "  version         the newest step of Xboard's that it records is {}",
        newest.map_or("none", String::as_str)
    ));
    for step in &plan.steps {
        let mut what = step.adds.clone();
        if let Some((change, rows)) = step.change.filter(|(_, rows)| *rows > 0) {
            what.push(format!("{} ({rows} rows)", change.words()));
        }
        let what = if what.is_empty() {
            "is done already; it is recorded".to_owned()
        } else {
            what.join(", ")
        };
        tell(&format!("  Xboard's step   {}: {what}", step.name));
        if step
            .change
            .is_some_and(|(change, _)| change == Change::Templates)
        {
            tell(
                "                  templates that were files of Xboard's (resources/rules/custom.*) are not \
                 brought over: put them into the settings of templates",
            );
        }
    }
    for name in &plan.unrecorded {
        tell(&format!(
            "  Xboard's step   {name}: is done already; it is recorded"
        ));
    }
    for shape in &plan.shapes {
        tell(&format!("  changed         {}", shape.words));
    }
    for (table, column) in checks::missing_keys(structure) {
        let name = checks::key_name(table, column);
        tell(&format!(
            "  added           unique index {name}: Xboard's on {table}.{column} is missing"
        ));
    }
    if structure.has(NEWER_REFUND) {
        tell(
            "  found           v2_order.surplus_credit, the newer name of refund_amount; it stays",
        );
    }
    let strange: Vec<&str> = recorded
        .iter()
        .map(String::as_str)
        .filter(|name| is_strange(name))
        .collect();
    tell_left(
        "steps that are unknown here",
        strange.iter().map(|name| (*name).to_owned()),
        tell,
    );
    let known = |table: &&String| baseline.table(table).is_some() || table.starts_with("ferro_");
    let foreign = structure
        .tables
        .iter()
        .filter(|table| !known(table))
        .cloned();
    tell_left("tables that are not Xboard's", foreign, tell);
    let columns = baseline.tables.iter().flat_map(|table| {
        let known = |name: &str| {
            table.columns.iter().any(|column| column.name == name) || name == "surplus_credit"
        };
        let foreign = structure
            .columns(&table.name)
            .filter(move |(name, _)| !known(name));
        foreign
            .map(|(name, _)| format!("{}.{name}", table.name))
            .collect::<Vec<_>>()
    });
    tell_left("columns that are not Xboard's", columns, tell);
    tell_left("views and triggers", structure.extras.iter().cloned(), tell);
}

/// Whether a name stands for something that is not Xboard's.
fn is_strange(name: &str) -> bool {
    let is_newer = name > "2026_04_22_000001_normalize_trojan_tls_settings";
    (is_newer && name != RENAMED_REFUND) || WITHDRAWN.contains(&name)
}

fn tell_left(what: &str, items: impl Iterator<Item = String>, tell: Tell<'_>) {
    let items: Vec<String> = items.collect();
    if !items.is_empty() {
        tell(&format!("  left alone      {what}: {}", items.join(", ")));
    }
}

async fn last_activity(
    schema: &mut dyn SchemaConnection,
    structure: &Structure,
) -> Result<Option<UnixSeconds>, StoreError> {
    let mut newest = 0;
    for (table, column) in [
        ("v2_user", "last_login_at"),
        ("v2_user", "t"),
        ("v2_order", "updated_at"),
    ] {
        if structure.has(&format!("{table}.{column}")) {
            let query = format!("MAX({column}) AS text FROM {table}");
            newest = number(schema, &query).await?.max(newest);
        }
    }
    Ok((newest > 0).then(|| UnixSeconds::new(newest)))
}

/// What jobs find to do at once, by the conditions of their queries.
async fn jobs(
    schema: &mut dyn SchemaConnection,
    adoption: &Adoption,
    now: UnixSeconds,
) -> Result<Vec<String>, StoreError> {
    let structure = &adoption.structure;
    let pending = OrderStatus::Pending.code();
    let since = now.minus(BillingPolicy::ORDER_LIFETIME).get();
    let expired = format!("v2_order WHERE status = {pending} AND created_at <= {since}");
    let processing = OrderStatus::Processing.code();
    let paid = format!("v2_order WHERE status = {processing}");
    let name = "commission_auto_check_enable";
    let setting = format!(
        "SELECT value AS text FROM v2_settings WHERE name = '{name}' AND value IS NOT NULL"
    );
    let confirms = schema.texts(&setting).await?;
    let confirms = confirms
        .first()
        .is_none_or(|value| value != "0" && !value.is_empty());
    let since = now.minus(BillingPolicy::COMMISSION_DELAY).get();
    let mut states = format!("commission_status = {}", CommissionStatus::Payable.code());
    if confirms {
        states = format!(
            "({states} OR (status = {} AND commission_status = {} AND updated_at <= {since}))",
            OrderStatus::Completed.code(),
            CommissionStatus::Unconfirmed.code()
        );
    }
    let commission = format!("v2_order WHERE invite_user_id IS NOT NULL AND {states}");
    let swapped = adoption.plan.steps.iter().any(|step| {
        step.change
            .is_some_and(|(change, rows)| change == Change::ReplyStatus && rows > 0)
    });
    let answered = ReplyStatus::Answered.code();
    let answered = if swapped { 1 - answered } else { answered };
    let since = now.minus(TicketPolicy::LIFETIME_OF_ANSWERED).get();
    let tickets = format!(
        "v2_ticket WHERE status = {} AND reply_status = {answered} AND updated_at <= {since}",
        TicketStatus::Open.code()
    );
    let now = now.get();
    // Flags are compared as texts: PostgreSQL reads them as whatever the column is.
    let active = format!(
        "v2_user WHERE plan_id IS NOT NULL AND banned = '0' AND (expired_at IS NULL OR expired_at > {now})"
    );
    let has_resets = structure.has("v2_user.next_reset_at");
    let unscheduled = if has_resets {
        format!("{active} AND next_reset_at IS NULL")
    } else {
        active.clone()
    };
    let mut work = vec![
        (expired, "unpaid orders are cancelled"),
        (paid, "paid orders are opened"),
        (commission, "orders have their commission confirmed or paid"),
        (tickets, "answered tickets are closed"),
        (
            unscheduled,
            "users may get the time of their next traffic reset",
        ),
    ];
    if has_resets {
        work.push((
            format!("{active} AND next_reset_at <= {now}"),
            "users have their traffic reset",
        ));
    }
    let mut words = Vec::new();
    for (rows, what) in work {
        let rows = count(schema, &rows).await?;
        if rows > 0 {
            words.push(format!("{rows} {what}"));
        }
    }
    Ok(words)
}

/// What is different in a schema.
pub(super) struct Changes {
    tables: usize,
    indexes: usize,
    dropped: usize,
}

impl Changes {
    /// What changed.
    pub(super) fn between(before: &Structure, after: &Structure) -> Self {
        let names = |structure: &Structure| -> BTreeSet<(String, String)> {
            let keys = structure.keys.iter();
            keys.map(|key| (key.table.clone(), key.name.clone()))
                .collect()
        };
        let (old, new) = (names(before), names(after));
        let made = new.difference(&old);
        Self {
            tables: after.tables.difference(&before.tables).count(),
            indexes: made
                .filter(|(table, _)| before.tables.contains(table))
                .count(),
            dropped: old
                .difference(&new)
                .filter(|(table, _)| after.tables.contains(table))
                .count(),
        }
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tables,
            indexes,
            dropped,
        } = self;
        write!(
            f,
            "Done: {tables} tables added; on tables that were there {indexes} indexes added, {dropped} dropped."
        )
    }
}
