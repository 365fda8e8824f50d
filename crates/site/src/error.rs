use ferroboard_kernel::StoreError;

use crate::BundledPlugin;

/// Why a plugin does not become what it was to become.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PluginError {
    /// No plugin of the program has this code.
    #[error("there is no such plugin")]
    Missing,
    /// It is not installed.
    #[error("the plugin is not installed")]
    NotInstalled,
    /// It is installed.
    #[error("the plugin is installed already")]
    AlreadyInstalled,
    /// It must be switched off first.
    #[error("the plugin is still switched on")]
    StillEnabled,
    /// Its version is the latest.
    #[error("the plugin is up to date")]
    UpToDate,
    /// It is a part of the program.
    #[error("the plugin is a part of the program and cannot be deleted")]
    Protected,
    /// The program runs no packages of others.
    #[error("packages of plugins cannot be run")]
    PackageRefused,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PluginError {
    /// Why the plugin with this code cannot be deleted: those that there are belong to the program.
    pub fn of_deletion(code: &str) -> Self {
        match BundledPlugin::with_code(code) {
            Some(_) => Self::Protected,
            None => Self::Missing,
        }
    }
}
