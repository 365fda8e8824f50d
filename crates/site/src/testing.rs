//! The in-memory table of this domain.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UnixSeconds};

use crate::{PluginRow, SettingChange, SettingRepository, TemplateChange};

/// The table of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemorySite {
    /// `v2_settings`: value by name.
    pub settings: BTreeMap<String, Option<String>>,
    /// `v2_subscribe_templates`: content by name.
    pub templates: BTreeMap<String, Option<String>>,
    /// `v2_plugins`.
    pub plugins: Vec<PluginRow>,
    /// When each row was made and when it was last written, for rows that this program wrote.
    pub written: BTreeMap<String, (UnixSeconds, UnixSeconds)>,
}

impl MemorySite {
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
