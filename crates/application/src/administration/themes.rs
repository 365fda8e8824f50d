//! The themes, as administrators manage them.

use ferroboard_audit::AuditChange;
use ferroboard_kernel::UnixSeconds;
use ferroboard_site::{Settings, Theme, ThemeError, ThemeName};
use serde_json::{Map, Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::{Change, Error, UnitOfWork};

/// The themes. Their files lie in the operator's folder, their configuration among the settings.
pub struct Themes(pub(crate) AdminContext);

/// A theme on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedTheme {
    /// The theme.
    pub theme: Theme,
    /// Whether it may be deleted.
    pub can_delete: bool,
}

/// The themes that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeList {
    /// Those of the panel first, then by name.
    pub themes: Vec<ListedTheme>,
    /// What the one in use is called.
    pub active: String,
}

impl Themes {
    /// The themes that there are.
    pub async fn list(&self) -> Result<ThemeList, Error> {
        let mut themes = self.0.ports.themes.list().await?;
        for bundled in Theme::bundled() {
            if !themes.iter().any(|theme| theme.name == bundled.name) {
                themes.push(bundled);
            }
        }
        themes.sort_by_key(|theme| (!theme.name.is_system(), theme.name.clone()));
        let active = self.active().await?;
        let listed = |theme: Theme| ListedTheme {
            can_delete: !theme.name.is_system() && !theme.name.is_alike(&active),
            theme,
        };
        let themes = themes.into_iter().map(listed).collect();
        Ok(ThemeList { themes, active })
    }

    /// What the theme in use is called, as the database has it at this moment.
    async fn active(&self) -> Result<String, Error> {
        let rows = self.0.ports.store.list_settings().await?;
        Ok(Settings::from_rows(rows).frontend.frontend_theme)
    }

    async fn find(&self, name: &ThemeName) -> Result<Option<Theme>, Error> {
        let found = self.0.ports.themes.find(name).await?;
        let mut bundled = Theme::bundled().into_iter();
        Ok(found.or_else(|| bundled.find(|theme| theme.name == *name)))
    }

    /// Unpacks a package. What a theme is configured by stays, and what is new in it has its default.
    pub async fn upload(&self, package: Vec<u8>, change: Change) -> Result<(), Error> {
        let installed = self.0.ports.themes.install(package).await?;
        let (theme, before) = (&installed.theme, installed.before.as_ref());
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            configure(tx, theme, &Map::new(), now).await?;
            let shown = |theme: Option<&Theme>| theme.map_or(Value::Null, shown);
            AuditChange::between(&shown(before), &shown(Some(theme)))
        })?;
        self.show().await
    }

    /// Has the front page show from now on what was changed.
    async fn show(&self) -> Result<(), Error> {
        self.0.site.refresh().await?;
        Ok(())
    }

    /// Deletes a theme that is neither in use nor the panel's, and forgets how it was configured.
    pub async fn delete(&self, name: &ThemeName, change: Change) -> Result<(), Error> {
        if name.is_system() {
            return Err(ThemeError::System.into());
        }
        if name.is_alike(&self.active().await?) {
            return Err(ThemeError::Active.into());
        }
        let theme = self.0.ports.themes.find(name).await?;
        let theme = theme.ok_or(ThemeError::Missing)?;
        if !self.0.ports.themes.delete(name).await? {
            return Err(ThemeError::Missing.into());
        }
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            tx.update_setting(&name.setting(), None, now).await?;
            AuditChange::between(&shown(&theme), &Value::Null)
        })?;
        self.show().await
    }

    /// How a theme is configured, which is written where it was not yet; `None` without such a theme.
    pub async fn config(
        &self,
        name: &ThemeName,
        change: Change,
    ) -> Result<Option<Map<String, Value>>, Error> {
        let Some(theme) = self.find(name).await? else {
            return Ok(None);
        };
        let config = change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let (_, config) = configure(tx, &theme, &Map::new(), now).await?;
            (config, AuditChange::default())
        });
        Ok(Some(config?))
    }

    /// Gives fields of a theme these values; how it is configured then.
    pub async fn configure(
        &self,
        name: &ThemeName,
        values: &Map<String, Value>,
        change: Change,
    ) -> Result<Map<String, Value>, Error> {
        let theme = self.find(name).await?;
        let theme = theme.ok_or(ThemeError::Missing)?;
        let config = change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let (before, after) = configure(tx, &theme, values, now).await?;
            let change = AuditChange::between(&Value::from(before), &Value::from(after.clone()));
            (after, change)
        })?;
        self.show().await?;
        Ok(config)
    }
}

/// How a theme was configured and is now, with these values of its fields.
async fn configure(
    tx: &mut dyn UnitOfWork,
    theme: &Theme,
    values: &Map<String, Value>,
    now: UnixSeconds,
) -> Result<(Map<String, Value>, Map<String, Value>), Error> {
    let setting = theme.name.setting();
    let usual = Value::from(theme.defaults()).to_string();
    // There has to be a row to lock.
    tx.insert_setting(&setting, &usual, now).await?;
    let stored = tx.lock_theme_config(&setting).await?;
    let before = theme.config(stored.as_deref());
    let after = theme.configured(stored.as_deref(), values);
    let text = Value::from(after.clone()).to_string();
    if stored.as_deref() != Some(text.as_str()) {
        tx.update_setting(&setting, Some(&text), now).await?;
    }
    Ok((before, after))
}

/// What the record says of a theme.
fn shown(theme: &Theme) -> Value {
    json!({"theme": theme.name.as_str(), "version": theme.version()})
}
