//! The in-memory table of this domain.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::StoreError;

use crate::SettingRepository;

/// The table of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemorySite {
    /// `v2_settings`: value by name.
    pub settings: BTreeMap<String, Option<String>>,
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

    async fn insert_setting(&mut self, name: &str, value: &str) -> Result<bool, StoreError> {
        let settings = &mut self.site()?.settings;
        if matches!(settings.get(name), Some(Some(_))) {
            return Ok(false);
        }
        settings.insert(name.to_owned(), Some(value.to_owned()));
        Ok(true)
    }
}
