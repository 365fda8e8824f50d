//! The site settings as this process last read them.

use std::sync::Arc;

use arc_swap::ArcSwap;
use ferroboard_site::Settings;

use crate::{Error, Store};

/// Hands out the settings without asking the database.
///
/// Another process, or another program, may change them at any time; [`SiteReader::refresh`] is to
/// be called every few seconds.
pub struct SiteReader {
    store: Arc<dyn Store>,
    current: ArcSwap<Settings>,
}

impl SiteReader {
    /// Reads the settings for the first time.
    pub async fn load(store: Arc<dyn Store>) -> Result<Self, Error> {
        let current = ArcSwap::from_pointee(Settings::from_rows(store.list_settings().await?));
        Ok(Self { store, current })
    }

    /// The settings as of the latest refresh.
    pub fn current(&self) -> Arc<Settings> {
        self.current.load_full()
    }

    /// Reads the settings again; `true` when they changed.
    pub async fn refresh(&self) -> Result<bool, Error> {
        let fresh = Settings::from_rows(self.store.list_settings().await?);
        let changed = **self.current.load() != fresh;
        if changed {
            self.current.store(Arc::new(fresh));
            tracing::info!("the site settings have changed");
        }
        Ok(changed)
    }
}
