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
}

/// A transaction that holds this domain's table.
pub trait HasSite: Send {
    /// The table as the transaction sees it; an error once the transaction is over.
    fn site(&mut self) -> Result<&mut MemorySite, StoreError>;
}

#[async_trait]
impl<T: HasSite> SettingRepository for T {
    async fn update_setting(&mut self, name: &str, value: Option<&str>) -> Result<(), StoreError> {
        self.site()?
            .settings
            .insert(name.to_owned(), value.map(str::to_owned));
        Ok(())
    }

    async fn update_settings(
        &mut self,
        changes: &[SettingChange],
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let settings = &mut self.site()?.settings;
        for change in changes {
            settings.insert(change.key.to_owned(), change.value.clone());
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

    async fn insert_setting(&mut self, name: &str, value: &str) -> Result<bool, StoreError> {
        let settings = &mut self.site()?.settings;
        if matches!(settings.get(name), Some(Some(_))) {
            return Ok(false);
        }
        settings.insert(name.to_owned(), Some(value.to_owned()));
        Ok(true)
    }
}
