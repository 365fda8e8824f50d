//! What the page at the panel's root is made of.

use std::sync::Arc;

use ferroboard_site::{Theme, ThemeName};
use serde_json::{Map, Value};

use crate::process::Core;

/// The page at the panel's root.
pub struct FrontPage(pub(crate) Arc<Core>);

/// A theme with how it is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveTheme {
    /// The theme.
    pub theme: Theme,
    /// The values of its fields; of those that were never set the theme's own.
    pub config: Map<String, Value>,
}

impl FrontPage {
    /// The theme that customers are to see, as the settings of this moment name it. `None` where that are the
    /// panel's own pages: they are chosen, or there is no folder of the theme that is, or none that can be read.
    pub async fn theme(&self) -> Option<ActiveTheme> {
        let settings = self.0.site.current();
        let name = ThemeName::parse(&settings.frontend.frontend_theme)?;
        if name.is_alike(Theme::OWN) {
            return None;
        }
        match self.0.ports.themes.find(&name).await {
            Ok(theme) => theme.map(|theme| ActiveTheme {
                config: theme.config(settings.theme_configs.of(&name)),
                theme,
            }),
            Err(error) => {
                tracing::warn!(theme = name.as_str(), %error, "the theme cannot be shown");
                None
            }
        }
    }
}
