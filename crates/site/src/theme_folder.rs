use async_trait::async_trait;

use crate::{Theme, ThemeError, ThemeName};

/// The operator's folder of themes, where each has one of its own. Nothing here is done within a transaction.
#[async_trait]
pub trait ThemeFolder: Send + Sync {
    /// The themes that lie there, by name.
    async fn list(&self) -> Result<Vec<Theme>, ThemeError>;

    /// The theme of this name.
    async fn find(&self, name: &ThemeName) -> Result<Option<Theme>, ThemeError>;

    /// Unpacks a package: at most 2,000 files of 50 MB in all, none of them
    /// elsewhere than in the theme's folder. It takes the place of an older version as a whole, or nothing
    /// changes.
    async fn install(&self, package: Vec<u8>) -> Result<InstalledTheme, ThemeError>;

    /// Deletes a theme; `false` where there is none.
    async fn delete(&self, name: &ThemeName) -> Result<bool, ThemeError>;
}

impl dyn ThemeFolder {
    /// How many bytes a package may have.
    pub const LARGEST_PACKAGE: usize = 10 * 1024 * 1024;
    /// How many files a package may have.
    pub const MOST_FILES: usize = 2_000;
    /// How many bytes they may have in all.
    pub const MOST_BYTES: u64 = 50 * 1024 * 1024;
}

/// A theme that was just unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledTheme {
    /// The theme.
    pub theme: Theme,
    /// What it was before.
    pub before: Option<Theme>,
}
