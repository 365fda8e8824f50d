use diesel::{QueryDsl as _, QueryResult};
use diesel_async::RunQueryDsl as _;
use ferroboard_site::PluginRow;

use super::Conn;
use crate::integer::Int;
use crate::schema::v2_plugins;

/// How many plugins a panel has at most.
const LISTED: i64 = 200;

/// The plugins that are installed.
pub(super) async fn list(connection: &mut Conn) -> QueryResult<Vec<PluginRow>> {
    let rows: Vec<(String, Int, Option<String>)> = v2_plugins::table
        .order(v2_plugins::id)
        .limit(LISTED)
        .select((v2_plugins::code, v2_plugins::is_enabled, v2_plugins::config))
        .load(connection)
        .await?;
    let rows = rows.into_iter().map(|(code, enabled, config)| PluginRow {
        code,
        enabled: enabled.is_set(),
        config,
    });
    Ok(rows.collect())
}
