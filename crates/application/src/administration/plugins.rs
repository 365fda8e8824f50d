//! The plugins of the program, as administrators manage them.

use ferroboard_audit::AuditChange;
use ferroboard_kernel::StoreError;
use ferroboard_site::{
    BundledPlugin, PluginAction, PluginError, PluginKind, PluginRecord, PluginState, Plugins,
};
use serde_json::{Map, Value};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::{Change, Error, UnitOfWork};

/// A plugin and how it stands.
#[derive(Debug, Clone)]
pub struct PluginView {
    /// The plugin.
    pub plugin: &'static BundledPlugin,
    /// Its row, where there is one.
    pub record: Option<PluginRecord>,
    /// How it stands, with or without a row.
    pub state: PluginState,
    /// Its settings by name, in their order; `null` for what has no value.
    pub values: Vec<(&'static str, Value)>,
}

/// The plugins.
pub struct PluginRegistry(pub(crate) AdminContext);

impl PluginRegistry {
    /// Every plugin, or those of one kind, as the database has them at this moment.
    pub async fn list(&self, kind: Option<PluginKind>) -> Result<Vec<PluginView>, Error> {
        let records = self.0.ports.store.list_plugin_records().await?;
        let now = self.0.ports.clock.now();
        let listed = BundledPlugin::ALL
            .iter()
            .filter(|plugin| kind.is_none_or(|kind| kind == plugin.kind));
        let views = listed.map(|plugin| {
            let record = records.iter().find(|record| record.code == plugin.code);
            let state = PluginState::of(plugin, record, now);
            PluginView {
                plugin,
                record: record.cloned(),
                values: values(plugin, &state),
                state,
            }
        });
        Ok(views.collect())
    }

    /// One plugin; `None` when none has this code.
    pub async fn find(&self, code: &str) -> Result<Option<PluginView>, Error> {
        let all = self.list(None).await?;
        Ok(all.into_iter().find(|view| view.plugin.code == code))
    }

    /// Replaces the settings of a plugin: what is not among `values` has its default again. One bad
    /// value refuses all; what is no setting is ignored.
    pub async fn configure(
        &self,
        code: &str,
        values: &Map<String, Value>,
        change: Change,
    ) -> Result<(), Error> {
        let plugin = BundledPlugin::with_code(code).ok_or(PluginError::Missing)?;
        let config = plugin.config(values).map_err(Error::SettingsRefused)?;
        self.change(code, PluginAction::Configure(config), change)
            .await
    }

    /// Does something to a plugin. It takes effect here at once, in other processes within seconds.
    pub async fn change(
        &self,
        code: &str,
        action: PluginAction,
        change: Change,
    ) -> Result<(), Error> {
        let plugin = BundledPlugin::with_code(code).ok_or(PluginError::Missing)?;
        change!(change, |tx| self.act(tx, plugin, &action).await?)?;
        self.0.site.refresh().await?;
        if code == Plugins::IPV6_SUBSCRIPTION {
            self.0.shadows_follow_settings();
        }
        Ok(())
    }

    async fn act(
        &self,
        tx: &mut dyn UnitOfWork,
        plugin: &BundledPlugin,
        action: &PluginAction,
    ) -> Result<AuditChange, Error> {
        let now = self.0.ports.clock.now();
        let found = tx.lock_plugin(plugin).await?;
        let before = PluginState::of(plugin, found.as_ref(), now);
        let after = before.after(plugin, action, now)?;
        if after == before {
            return Ok(AuditChange::default());
        }
        if found.is_some() {
            tx.update_plugin(plugin, &after, now).await?;
        } else if !tx.insert_plugin(plugin, &after, now).await? {
            // Another transaction wrote the first row meanwhile: what stands there decides.
            return Err(StoreError::Conflict("the plugin has its first row now".to_owned()).into());
        }
        Ok(change_of(plugin, &before, &after))
    }
}

fn values(plugin: &BundledPlugin, state: &PluginState) -> Vec<(&'static str, Value)> {
    let plugins = Plugins::from_rows(&[state.row(plugin.code)]);
    let value = |key| plugins.shown(plugin.code, key).unwrap_or_default();
    let fields = plugin.fields.iter();
    fields.map(|field| (field.key, value(field.key))).collect()
}

/// What administrators are told of a change.
fn change_of(plugin: &BundledPlugin, before: &PluginState, after: &PluginState) -> AuditChange {
    let mut change = AuditChange::default();
    let mut note = |name, state: fn(&PluginState) -> Value| {
        change.note(name, state(before), state(after));
    };
    note("is_installed", |state| Value::from(state.is_installed()));
    note("is_enabled", |state| Value::from(state.enabled));
    note("version", |state| Value::from(state.version.as_str()));
    let settings = values(plugin, before)
        .into_iter()
        .zip(values(plugin, after));
    for ((key, old), (_, new)) in settings {
        change.note(key, old, new);
    }
    change
}
