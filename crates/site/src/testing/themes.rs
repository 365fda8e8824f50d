use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::{InstalledTheme, Theme, ThemeError, ThemeFolder, ThemeName};

/// A folder of themes in memory. A package is what its `config.json` says. Clones are the same folder.
#[derive(Debug, Clone, Default)]
pub struct MemoryThemes(Arc<Mutex<BTreeMap<ThemeName, Theme>>>);

impl MemoryThemes {
    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<ThemeName, Theme>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl ThemeFolder for MemoryThemes {
    async fn list(&self) -> Result<Vec<Theme>, ThemeError> {
        Ok(self.with(|themes| themes.values().cloned().collect()))
    }

    async fn find(&self, name: &ThemeName) -> Result<Option<Theme>, ThemeError> {
        Ok(self.with(|themes| themes.get(name).cloned()))
    }

    async fn install(&self, package: Vec<u8>) -> Result<InstalledTheme, ThemeError> {
        let theme = Theme::of_package(&package)?;
        if theme.name.is_system() {
            return Err(ThemeError::NameTaken);
        }
        self.with(|themes| {
            let before = themes.get(&theme.name).cloned();
            if let Some(before) = &before {
                theme.judge_upgrade(before)?;
            }
            themes.insert(theme.name.clone(), theme.clone());
            Ok(InstalledTheme { theme, before })
        })
    }

    async fn delete(&self, name: &ThemeName) -> Result<bool, ThemeError> {
        Ok(self.with(|themes| themes.remove(name).is_some()))
    }
}
