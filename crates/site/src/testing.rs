//! The in-memory table of this domain.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{PluginId, StoreError, UnixSeconds};

mod themes;

pub use themes::MemoryThemes;

use crate::{
    BundledPlugin, PluginRecord, PluginRepository, PluginRow, PluginState, SettingChange,
    SettingRepository, TemplateChange, ThemeConfigRepository,
};

/// The table of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemorySite {
    /// `v2_settings`: value by name.
    pub settings: BTreeMap<String, Option<String>>,
    /// `v2_subscribe_templates`: content by name.
    pub templates: BTreeMap<String, Option<String>>,
    /// `v2_plugins`.
    pub plugins: Vec<PluginRow>,
    /// What this program wrote about plugins beside that: version, installation and times, by code.
    pub plugin_facts: BTreeMap<String, PluginFacts>,
    /// When each row was made and when it was last written, for rows that this program wrote.
    pub written: BTreeMap<String, (UnixSeconds, UnixSeconds)>,
}

/// The columns of `v2_plugins` that decide nothing.
#[derive(Debug, Clone)]
pub struct PluginFacts {
    /// `version`.
    pub version: String,
    /// `installed_at`.
    pub installed_at: Option<UnixSeconds>,
    /// `created_at`.
    pub created_at: Option<UnixSeconds>,
    /// `updated_at`.
    pub updated_at: Option<UnixSeconds>,
}

impl Default for PluginFacts {
    /// Those of a row that was there before.
    fn default() -> Self {
        Self {
            version: "1.0.0".to_owned(),
            installed_at: None,
            created_at: None,
            updated_at: None,
        }
    }
}

impl MemorySite {
    /// `v2_plugins` in full, by id.
    pub fn plugin_records(&self) -> Vec<PluginRecord> {
        let numbered = (1_i64..).zip(&self.plugins);
        let records = numbered.map(|(number, row)| {
            let facts = self.plugin_facts.get(&row.code).cloned();
            let facts = facts.unwrap_or_default();
            PluginRecord {
                id: PluginId::new(number),
                code: row.code.clone(),
                state: PluginState {
                    enabled: row.enabled,
                    config: row.config.clone(),
                    version: facts.version,
                    installed_at: facts.installed_at,
                },
                created_at: facts.created_at,
                updated_at: facts.updated_at,
            }
        });
        records.collect()
    }

    fn note_plugin(&mut self, code: &str, state: &PluginState, at: UnixSeconds) {
        let facts = self.plugin_facts.entry(code.to_owned()).or_default();
        facts.version.clone_from(&state.version);
        facts.installed_at = state.installed_at;
        facts.updated_at = Some(at);
    }

    fn note(&mut self, name: &str, at: UnixSeconds) {
        let times = self.written.entry(name.to_owned()).or_insert((at, at));
        times.1 = at;
    }
}

/// A transaction that holds this domain's table.
pub trait HasSite: Send {
    /// The table as the transaction sees it; an error once the transaction is over.
    fn site(&mut self) -> Result<&mut MemorySite, StoreError>;
}

impl HasSite for MemoryTransaction<'_, MemorySite> {
    fn site(&mut self) -> Result<&mut MemorySite, StoreError> {
        self.open()
    }
}

#[async_trait]
impl<T: HasSite> SettingRepository for T {
    async fn update_setting(
        &mut self,
        name: &str,
        value: Option<&str>,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        self.site()?.note(name, at);
        self.site()?
            .settings
            .insert(name.to_owned(), value.map(str::to_owned));
        Ok(())
    }

    async fn update_settings(
        &mut self,
        changes: &[SettingChange],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let tables = self.site()?;
        for change in changes {
            tables.note(change.key, at);
            tables
                .settings
                .insert(change.key.to_owned(), change.value.clone());
        }
        Ok(())
    }

    async fn update_templates(
        &mut self,
        changes: &[TemplateChange],
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let templates = &mut self.site()?.templates;
        for change in changes {
            templates.insert(change.name.to_owned(), change.content.clone());
        }
        Ok(())
    }

    async fn insert_setting(
        &mut self,
        name: &str,
        value: &str,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let settings = &mut self.site()?.settings;
        if matches!(settings.get(name), Some(Some(_))) {
            return Ok(false);
        }
        self.site()?.note(name, at);
        let settings = &mut self.site()?.settings;
        settings.insert(name.to_owned(), Some(value.to_owned()));
        Ok(true)
    }
}

#[async_trait]
impl<T: HasSite> ThemeConfigRepository for T {
    async fn lock_theme_config(&mut self, setting: &str) -> Result<Option<String>, StoreError> {
        Ok(self.site()?.settings.get(setting).cloned().flatten())
    }
}

#[async_trait]
impl<T: HasSite> PluginRepository for T {
    async fn lock_plugin(
        &mut self,
        plugin: &BundledPlugin,
    ) -> Result<Option<PluginRecord>, StoreError> {
        let mut records = self.site()?.plugin_records().into_iter();
        Ok(records.find(|record| record.code == plugin.code))
    }

    async fn insert_plugin(
        &mut self,
        plugin: &BundledPlugin,
        state: &PluginState,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let tables = self.site()?;
        if tables.plugins.iter().any(|row| row.code == plugin.code) {
            return Ok(false);
        }
        tables.plugins.push(state.row(plugin.code));
        tables.note_plugin(plugin.code, state, at);
        if let Some(facts) = tables.plugin_facts.get_mut(plugin.code) {
            facts.created_at = Some(at);
        }
        Ok(true)
    }

    async fn update_plugin(
        &mut self,
        plugin: &BundledPlugin,
        state: &PluginState,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let tables = self.site()?;
        let row = tables
            .plugins
            .iter_mut()
            .find(|row| row.code == plugin.code);
        if let Some(row) = row {
            *row = state.row(plugin.code);
            tables.note_plugin(plugin.code, state, at);
        }
        Ok(())
    }
}
