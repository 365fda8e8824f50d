//! The operator's folder of themes.

mod package;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ferroboard_site::{InstalledTheme, Theme, ThemeError, ThemeFolder, ThemeName};

use self::package::{failed, unpack};

/// What the folders begin with that are there for a moment. No theme is called so.
const PASSING: &str = ".passing-";
/// How many themes are listed.
const MOST_THEMES: usize = 500;

/// A folder in which each theme has one of its own, as in `theme/` of Xboard. It is made when the first theme
/// is unpacked. What is done to files is done on threads that may wait, one thing after the other.
#[derive(Debug, Clone)]
pub struct ThemeDirectory(Arc<Directory>);

#[derive(Debug)]
struct Directory {
    root: PathBuf,
    /// Held by whoever writes.
    writing: Mutex<()>,
    /// How many passing folders were made.
    passed: AtomicU64,
}

impl ThemeDirectory {
    /// The folder at this path, which need not be there.
    pub fn new(root: &Path) -> Self {
        Self(Arc::new(Directory {
            root: root.to_owned(),
            writing: Mutex::new(()),
            passed: AtomicU64::new(0),
        }))
    }

    /// Runs what waits for files.
    async fn run<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Directory) -> Result<T, ThemeError> + Send + 'static,
    ) -> Result<T, ThemeError> {
        let directory = Arc::clone(&self.0);
        let task = tokio::task::spawn_blocking(move || act(&directory));
        task.await
            .unwrap_or_else(|ended| Err(ThemeError::FolderFailed(ended.to_string())))
    }
}

#[async_trait]
impl ThemeFolder for ThemeDirectory {
    async fn list(&self) -> Result<Vec<Theme>, ThemeError> {
        self.run(Directory::list).await
    }

    async fn find(&self, name: &ThemeName) -> Result<Option<Theme>, ThemeError> {
        let name = name.clone();
        self.run(move |directory| directory.find(&name)).await
    }

    async fn install(&self, package: Vec<u8>) -> Result<InstalledTheme, ThemeError> {
        self.run(move |directory| directory.install(&package)).await
    }

    async fn delete(&self, name: &ThemeName) -> Result<bool, ThemeError> {
        let name = name.clone();
        self.run(move |directory| directory.delete(&name)).await
    }
}

impl Directory {
    fn writing(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The names of the folders that may be themes.
    fn names(&self) -> Result<Vec<ThemeName>, ThemeError> {
        let entries = match std::fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(|error| failed(&error))?.file_name();
            names.extend(name.to_str().and_then(ThemeName::parse));
        }
        names.sort();
        names.truncate(MOST_THEMES);
        Ok(names)
    }

    fn list(&self) -> Result<Vec<Theme>, ThemeError> {
        let names = self.names()?.into_iter();
        let themes = names.map(|name| self.find(&name));
        let themes = themes.collect::<Result<Vec<_>, _>>()?;
        Ok(themes.into_iter().flatten().collect())
    }

    /// A theme is a folder with a page and a description that makes sense.
    fn find(&self, name: &ThemeName) -> Result<Option<Theme>, ThemeError> {
        let folder = self.root.join(name.as_str());
        if !folder.join(Theme::PAGE).is_file() {
            return Ok(None);
        }
        let Some(config) = config_of(&folder)? else {
            return Ok(None);
        };
        Ok(Theme::in_folder(name.clone(), &config).ok())
    }

    fn install(&self, package: &[u8]) -> Result<InstalledTheme, ThemeError> {
        let _writing = self.writing();
        std::fs::create_dir_all(&self.root).map_err(|error| failed(&error))?;
        let passing = self.passing()?;
        let installed = self.install_by(package, &passing);
        clear(&passing);
        installed
    }

    /// Unpacks into a passing folder, and then lets the theme take its place.
    fn install_by(&self, package: &[u8], passing: &Path) -> Result<InstalledTheme, ThemeError> {
        let unpacked = unpack(package, &passing.join("new"))?;
        let config = config_of(&unpacked)?.ok_or(ThemeError::ConfigMissing)?;
        let theme = Theme::of_package(&config)?;
        if !unpacked.join(Theme::PAGE).is_file() {
            return Err(ThemeError::PageMissing);
        }
        let is_other = |name: &ThemeName| *name != theme.name && name.is_alike(theme.name.as_str());
        if theme.name.is_system() || self.names()?.iter().any(is_other) {
            return Err(ThemeError::NameTaken);
        }
        let place = self.root.join(theme.name.as_str());
        let before = self.find(&theme.name)?;
        match &before {
            Some(before) => theme.judge_upgrade(before)?,
            // Something of the operator's own.
            None if place.exists() => return Err(ThemeError::NameTaken),
            None => {}
        }
        let old = passing.join("old");
        let rename =
            |from: &Path, to: &Path| std::fs::rename(from, to).map_err(|error| failed(&error));
        if before.is_some() {
            rename(&place, &old)?;
        }
        if let Err(error) = rename(&unpacked, &place) {
            if before.is_some() {
                rename(&old, &place)?;
            }
            return Err(error);
        }
        Ok(InstalledTheme { theme, before })
    }

    fn delete(&self, name: &ThemeName) -> Result<bool, ThemeError> {
        let _writing = self.writing();
        let place = self.root.join(name.as_str());
        if !place.exists() {
            return Ok(false);
        }
        let passing = self.passing()?;
        // It is gone at once, however long its files take.
        let moved = std::fs::rename(&place, passing.join("old"));
        clear(&passing);
        moved.map(|()| true).map_err(|error| failed(&error))
    }

    /// A new folder beside the themes, so that what is in it can be moved among them.
    fn passing(&self) -> Result<PathBuf, ThemeError> {
        let number = self.passed.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let passing = self.root.join(format!("{PASSING}{process}-{number}"));
        // What a process of the same number left when it was cut.
        clear(&passing);
        std::fs::create_dir(&passing).map_err(|error| failed(&error))?;
        Ok(passing)
    }
}

/// Deletes a passing folder. What cannot be deleted is in nobody's way.
fn clear(folder: &Path) {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(folder = %folder.display(), %error, "a passing folder was left behind");
        }
        _ => {}
    }
}

/// What the description of a theme says, if it has one that is not too long.
fn config_of(folder: &Path) -> Result<Option<Vec<u8>>, ThemeError> {
    let path = folder.join(Theme::CONFIG);
    let is_read = |about: std::fs::Metadata| {
        let length = usize::try_from(about.len()).unwrap_or(usize::MAX);
        about.is_file() && length <= Theme::LARGEST_CONFIG
    };
    if !std::fs::metadata(&path).is_ok_and(is_read) {
        return Ok(None);
    }
    std::fs::read(&path)
        .map(Some)
        .map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests;
