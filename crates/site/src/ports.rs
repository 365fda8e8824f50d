//! What this domain needs from outside, inside one open transaction.

use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UnixSeconds};

use crate::{BundledPlugin, PluginRecord, PluginState, SettingChange, TemplateChange};

/// The rows of `v2_settings` and `v2_subscribe_templates`.
#[async_trait]
pub trait SettingRepository: Send {
    /// Writes a setting and when that was; `name` is lower case. A row that is there keeps the time
    /// of its making.
    async fn update_setting(
        &mut self,
        name: &str,
        value: Option<&str>,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Writes all of these settings, in a fixed number of statements.
    async fn update_settings(
        &mut self,
        changes: &[SettingChange],
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Writes all of these templates (`v2_subscribe_templates`), in a fixed number of statements.
    async fn update_templates(
        &mut self,
        changes: &[TemplateChange],
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Writes a setting unless a row of that name with a value exists; `true` when it was written.
    async fn insert_setting(
        &mut self,
        name: &str,
        value: &str,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;
}

/// The rows of `v2_plugins`.
#[async_trait]
pub trait PluginRepository: Send {
    /// The row of a plugin, which nobody else changes until the transaction ends.
    async fn lock_plugin(
        &mut self,
        plugin: &BundledPlugin,
    ) -> Result<Option<PluginRecord>, StoreError>;

    /// Writes the first row of a plugin, unless there is one; `true` when it was written.
    async fn insert_plugin(
        &mut self,
        plugin: &BundledPlugin,
        state: &PluginState,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Writes what may change of a locked row.
    async fn update_plugin(
        &mut self,
        plugin: &BundledPlugin,
        state: &PluginState,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;
}

/// How themes are configured: rows of `v2_settings`, which other settings do not name.
#[async_trait]
pub trait ThemeConfigRepository: Send {
    /// What is stored in the setting of a theme, whose row nobody else changes until the transaction ends.
    async fn lock_theme_config(&mut self, setting: &str) -> Result<Option<String>, StoreError>;
}

/// All that this domain may touch inside one transaction.
pub trait SiteTx: SettingRepository + PluginRepository + ThemeConfigRepository {}
impl<T: SettingRepository + PluginRepository + ThemeConfigRepository + ?Sized> SiteTx for T {}
