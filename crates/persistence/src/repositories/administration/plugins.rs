use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    Selectable, SelectableHelper as _,
};
use ferroboard_kernel::{PluginId, StoreError, UnixSeconds, Zone};
use ferroboard_site::{BundledPlugin, PluginRecord, PluginRepository, PluginRow, PluginState};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx};
use crate::integer::Int;
use crate::odd_values;
use crate::schema::v2_plugins;
use crate::wall_clock::WallClock;

/// How many plugins a panel has at most.
const LISTED: i64 = 200;

/// The columns of a [`PluginRecord`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_plugins)]
struct RecordRow {
    id: Int,
    code: String,
    is_enabled: Int,
    config: Option<String>,
    version: String,
    installed_at: Option<WallClock>,
    created_at: Option<WallClock>,
    updated_at: Option<WallClock>,
}

impl RecordRow {
    fn read(self, zone: Zone) -> PluginRecord {
        odd_values::tell_no_json(
            "v2_plugins",
            self.id.0,
            &[("config", self.config.as_deref())],
        );
        let instant = |stored| WallClock::shown(stored).map(|shown| zone.instant(shown));
        PluginRecord {
            id: PluginId::new(self.id.0),
            code: self.code,
            state: PluginState {
                enabled: self.is_enabled.is_set(),
                config: self.config,
                version: self.version,
                installed_at: instant(self.installed_at),
            },
            created_at: instant(self.created_at),
            updated_at: instant(self.updated_at),
        }
    }
}

/// The plugins that are installed.
pub(in super::super) async fn list(connection: &mut Conn) -> QueryResult<Vec<PluginRow>> {
    let rows: Vec<(Int, String, Int, Option<String>)> = v2_plugins::table
        .order(v2_plugins::id)
        .limit(LISTED)
        .select((
            v2_plugins::id,
            v2_plugins::code,
            v2_plugins::is_enabled,
            v2_plugins::config,
        ))
        .load(connection)
        .await?;
    let rows = rows
        .into_iter()
        .map(|(_, code, enabled, config)| PluginRow {
            code,
            enabled: enabled.is_set(),
            config,
        });
    Ok(rows.collect())
}

/// The same in full.
pub(in super::super) async fn list_records(
    connection: &mut Conn,
    zone: Zone,
) -> QueryResult<Vec<PluginRecord>> {
    let rows: Vec<RecordRow> = v2_plugins::table
        .order(v2_plugins::id)
        .limit(LISTED)
        .select(RecordRow::as_select())
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.read(zone)).collect())
}

#[async_trait]
impl PluginRepository for SqlTx {
    async fn lock_plugin(
        &mut self,
        plugin: &BundledPlugin,
    ) -> Result<Option<PluginRecord>, StoreError> {
        let query = v2_plugins::table
            .filter(v2_plugins::code.eq(plugin.code))
            .select(RecordRow::as_select());
        let row = lock!(query)
            .first::<RecordRow>(self.open()?)
            .await
            .optional();
        let zone = self.zone;
        Ok(self.settle(row)?.map(|row| row.read(zone)))
    }

    async fn insert_plugin(
        &mut self,
        plugin: &BundledPlugin,
        state: &PluginState,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let zone = self.zone;
        let shown = zone.wall_clock(at);
        let config = state.config.as_deref();
        let row = (
            v2_plugins::name.eq(plugin.name),
            v2_plugins::code.eq(plugin.code),
            v2_plugins::type_.eq(plugin.kind.name()),
            v2_plugins::version.eq(&state.version),
            v2_plugins::is_enabled.eq(i64::from(state.enabled)),
            v2_plugins::config.eq(json_text!(config)),
            v2_plugins::installed_at.eq(state.installed_at.map(|at| zone.wall_clock(at))),
            v2_plugins::created_at.eq(shown),
            v2_plugins::updated_at.eq(shown),
        );
        let inserted = insert_or_ignore!(v2_plugins::table, row)
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(|count| count > 0)
    }

    async fn update_plugin(
        &mut self,
        plugin: &BundledPlugin,
        state: &PluginState,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let zone = self.zone;
        let row = v2_plugins::table.filter(v2_plugins::code.eq(plugin.code));
        let config = state.config.as_deref();
        let written = diesel::update(row)
            .set((
                v2_plugins::version.eq(&state.version),
                v2_plugins::is_enabled.eq(i64::from(state.enabled)),
                v2_plugins::config.eq(json_text!(config)),
                v2_plugins::installed_at.eq(state.installed_at.map(|at| zone.wall_clock(at))),
                v2_plugins::updated_at.eq(zone.wall_clock(at)),
            ))
            .execute(self.open()?)
            .await;
        self.settle(written).map(drop)
    }
}
