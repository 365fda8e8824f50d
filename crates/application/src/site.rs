//! The site settings, and the plugins, as this process last read them.

use std::sync::Arc;

use arc_swap::ArcSwap;
use ferroboard_site::{Plugins, Settings};

use crate::{Error, Queries};

/// Hands out settings and plugins without asking the database.
///
/// Another process, or another program, may change them at any time; [`SiteReader::refresh`] is to
/// be called every few seconds.
pub struct SiteReader {
    store: Arc<dyn Queries>,
    current: ArcSwap<Settings>,
    plugins: ArcSwap<Plugins>,
}

impl SiteReader {
    /// Reads both for the first time.
    pub async fn load(store: Arc<dyn Queries>) -> Result<Self, Error> {
        let current = ArcSwap::from_pointee(Settings::from_rows(store.list_settings().await?));
        let plugins = ArcSwap::from_pointee(Plugins::from_rows(&store.list_plugins().await?));
        Ok(Self {
            store,
            current,
            plugins,
        })
    }

    /// The settings as of the latest refresh.
    pub fn current(&self) -> Arc<Settings> {
        self.current.load_full()
    }

    /// The plugins as of the latest refresh.
    pub fn plugins(&self) -> Arc<Plugins> {
        self.plugins.load_full()
    }

    /// Reads both again; `true` when one of them changed.
    pub async fn refresh(&self) -> Result<bool, Error> {
        let settings = Settings::from_rows(self.store.list_settings().await?);
        let plugins = Plugins::from_rows(&self.store.list_plugins().await?);
        let settings_changed = **self.current.load() != settings;
        let plugins_changed = **self.plugins.load() != plugins;
        if settings_changed {
            self.current.store(Arc::new(settings));
            tracing::info!("the site settings have changed");
        }
        if plugins_changed {
            self.plugins.store(Arc::new(plugins));
            tracing::info!("the plugins have changed");
        }
        Ok(settings_changed || plugins_changed)
    }
}
