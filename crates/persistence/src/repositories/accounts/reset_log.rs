//! What the log says of traffic that was counted anew.

use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
use diesel::{QueryResult, QueryableByName};
use ferroboard_application::{RESET_LOG, ResetCounts, ResetFilter, ResetLogView, ResetTraffic};
use ferroboard_kernel::{UnixSeconds, UserId, Zone};
use ferroboard_listing::{Found, Holds, Operand, Page, Test};

use super::super::sql::lists::{self, Asked};
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, dialect};
use crate::integer::Int;
use crate::list_memory::ListMemory;
use crate::lists::{Place, Source, Statement, holds};
use crate::wall_clock::WallClock;

/// The log with the addresses beside it.
const LOG: Source = Source {
    table: "v2_traffic_reset_logs",
    key: "id",
    filled: &["id", "reset_time"],
    places: &[(
        "email",
        Place::Related {
            table: "v2_user",
            column: "email",
            key: "id",
            by: "user_id",
        },
    )],
};

/// A row of `v2_traffic_reset_logs`.
#[derive(QueryableByName)]
struct ResetRow {
    #[diesel(sql_type = BigInt)]
    id: Int,
    #[diesel(sql_type = BigInt)]
    user_id: Int,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    #[diesel(sql_type = Text)]
    reset_type: String,
    #[diesel(sql_type = Nullable<Timestamp>)]
    reset_time: Option<WallClock>,
    #[diesel(sql_type = BigInt)]
    old_upload: Int,
    #[diesel(sql_type = BigInt)]
    old_download: Int,
    #[diesel(sql_type = BigInt)]
    old_total: Int,
    #[diesel(sql_type = BigInt)]
    new_upload: Int,
    #[diesel(sql_type = BigInt)]
    new_download: Int,
    #[diesel(sql_type = BigInt)]
    new_total: Int,
    #[diesel(sql_type = Text)]
    trigger_source: String,
    #[diesel(sql_type = Nullable<Text>)]
    metadata: Option<String>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    created_at: Option<WallClock>,
}

/// What a row is read from.
const COLUMNS: &[&str] = &[
    "id",
    "user_id",
    "email",
    "reset_type",
    "reset_time",
    "old_upload",
    "old_download",
    "old_total",
    "new_upload",
    "new_download",
    "new_total",
    "trigger_source",
    "metadata",
    "created_at",
];

impl ResetRow {
    fn view(self, zone: Zone) -> ResetLogView {
        let at = |stored| WallClock::shown(stored).map(|shown| zone.instant(shown));
        let traffic = |upload: Int, download: Int, total: Int| ResetTraffic {
            upload: upload.0,
            download: download.0,
            total: total.0,
        };
        ResetLogView {
            id: self.id.0,
            user: UserId::new(self.user_id.0),
            email: self.email,
            kind: self.reset_type,
            at: at(self.reset_time),
            before: traffic(self.old_upload, self.old_download, self.old_total),
            after: traffic(self.new_upload, self.new_download, self.new_total),
            source: self.trigger_source,
            note: self.metadata,
            created_at: at(self.created_at),
        }
    }
}

/// The condition that a reset matches. Words of the filter's columns are this program's.
fn scope(filter: &ResetFilter, zone: Zone) -> Statement {
    let mut scope = lists::statement();
    scope.sql("1 = 1");
    if let Some(user) = filter.user {
        scope.sql(" AND v2_traffic_reset_logs.user_id = ");
        scope.bind(user.get());
    }
    if let Some(part) = &filter.email {
        scope.sql(" AND v2_traffic_reset_logs.user_id IN (SELECT v2_user.id FROM v2_user WHERE ");
        let has_part = Test::Contains(part.clone());
        holds(&mut scope, "v2_user.email", Holds::Text, &has_part);
        scope.sql(")");
    }
    for (column, word) in [
        ("reset_type", filter.kind),
        ("trigger_source", filter.source),
    ] {
        if let Some(word) = word {
            let is_word = Test::OneOf(vec![Operand::Text(word.to_owned())]);
            scope.sql(" AND ");
            let value = LOG.expression(dialect::KIND, column);
            holds(&mut scope, &value, Holds::Text, &is_word);
        }
    }
    for (sign, at) in [(">=", filter.from), ("<=", filter.until)] {
        if let Some(at) = at {
            let shown = zone.wall_clock(at);
            scope.sql(&format!(
                " AND v2_traffic_reset_logs.reset_time {sign} '{shown}'"
            ));
        }
    }
    scope
}

/// This page of the resets that match, the latest first.
pub(in super::super) async fn list(
    connection: &mut Conn,
    memory: &ListMemory,
    filter: &ResetFilter,
    page: Page,
    zone: Zone,
) -> QueryResult<Found<ResetLogView>> {
    let request = RESET_LOG.whole(page);
    let asked = Asked {
        memory,
        source: &LOG,
        columns: COLUMNS,
        scope: scope(filter, zone),
        request: &request,
    };
    let found = lists::page::<ResetRow>(connection, asked);
    Ok(found.await?.map(|row| row.view(zone)))
}

/// How many resets of one cause there were.
#[derive(QueryableByName)]
struct CauseRow {
    #[diesel(sql_type = Text)]
    trigger_source: String,
    #[diesel(sql_type = BigInt)]
    count: Int,
}

/// How many resets there were since then.
pub(in super::super) async fn count(
    connection: &mut Conn,
    since: UnixSeconds,
    zone: Zone,
) -> QueryResult<ResetCounts> {
    let query = format!(
        "SELECT trigger_source AS trigger_source, COUNT(*) AS count FROM v2_traffic_reset_logs \
         WHERE reset_time >= '{}' GROUP BY trigger_source",
        zone.wall_clock(since)
    );
    let rows: Vec<CauseRow> = diesel::sql_query(query).load(connection).await?;
    let of = |cause: &str| {
        let found = rows.iter().filter(|row| row.trigger_source == cause);
        found.map(|row| row.count.0).sum()
    };
    Ok(ResetCounts {
        all: rows.iter().map(|row| row.count.0).sum(),
        auto: of("auto"),
        manual: of("manual"),
        cron: of("cron"),
    })
}
