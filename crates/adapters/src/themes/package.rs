//! Unpacks what strangers may have packed.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{Cursor, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use ferroboard_site::{Theme, ThemeError, ThemeFolder};
use zip::ZipArchive;

/// How an entry begins in the directory of an archive.
const ENTRY: &[u8] = b"PK\x01\x02";
/// How deep folders lie, and how long a path is.
const DEEPEST: usize = 32;
const LONGEST_PATH: usize = 1_000;
/// How much is read at once.
const PORTION: usize = 64 * 1024;

/// Unpacks a package into a new folder; the folder within it where the theme begins.
pub(super) fn unpack(package: &[u8], into: &Path) -> Result<PathBuf, ThemeError> {
    let most = <dyn ThemeFolder>::MOST_FILES;
    // Before the library makes anything of them.
    let mut entries = package.windows(ENTRY.len());
    if entries
        .by_ref()
        .filter(|bytes| *bytes == ENTRY)
        .nth(4 * most)
        .is_some()
    {
        return Err(ThemeError::TooManyFiles);
    }
    let archive = ZipArchive::new(Cursor::new(package));
    let mut archive = archive.map_err(|_| ThemeError::NotZip)?;
    if archive.len() > 2 * most {
        return Err(ThemeError::TooManyFiles);
    }
    let mut unpacking = Unpacking {
        into,
        folders: HashSet::new(),
        files: 0,
        left: <dyn ThemeFolder>::MOST_BYTES,
        config: None,
    };
    unpacking.folder(into)?;
    for index in 0..archive.len() {
        unpacking.take(&mut archive, index)?;
    }
    let config = unpacking.config.ok_or(ThemeError::ConfigMissing)?;
    let root = config.parent().ok_or(ThemeError::ConfigMissing)?;
    Ok(into.join(root))
}

struct Unpacking<'a> {
    into: &'a Path,
    /// The folders that were made.
    folders: HashSet<PathBuf>,
    files: usize,
    /// How many bytes may still come.
    left: u64,
    /// The description that lies nearest to the top.
    config: Option<PathBuf>,
}

impl Unpacking<'_> {
    fn take(
        &mut self,
        archive: &mut ZipArchive<Cursor<&[u8]>>,
        index: usize,
    ) -> Result<(), ThemeError> {
        let mut entry = archive.by_index(index).map_err(|_| ThemeError::Broken)?;
        let name = entry.name().map_err(|_| ThemeError::PathRefused)?;
        let path = path_within(&name).ok_or(ThemeError::PathRefused)?;
        let is_folder = name.ends_with('/');
        drop(name);
        // Nothing but files and folders: no link, no device.
        let kind = entry.unix_mode().map_or(0, |mode| mode & 0o170_000);
        if entry.is_symlink() || !matches!(kind, 0 | 0o040_000 | 0o100_000) {
            return Err(ThemeError::LinkRefused);
        }
        let place = self.into.join(&path);
        if is_folder {
            return self.folder(&place);
        }
        self.files += 1;
        if self.files > <dyn ThemeFolder>::MOST_FILES {
            return Err(ThemeError::TooManyFiles);
        }
        if let Some(parent) = place.parent() {
            self.folder(parent)?;
        }
        self.note_config(path);
        // Two files of one name are no package that somebody made in earnest.
        let file = File::options().write(true).create_new(true).open(&place);
        let mut file = file.map_err(|error| written(&error))?;
        let mut portion = vec![0; PORTION];
        loop {
            let length = entry.read(&mut portion).map_err(|_| ThemeError::Broken)?;
            let bytes = portion.get(..length).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(());
            }
            // Counted while they come: what the archive says of its sizes is not believed.
            let length = u64::try_from(length).unwrap_or(u64::MAX);
            self.left = self.left.checked_sub(length).ok_or(ThemeError::TooLarge)?;
            file.write_all(bytes).map_err(|error| written(&error))?;
        }
    }

    /// Makes a folder with those that it lies in.
    fn folder(&mut self, place: &Path) -> Result<(), ThemeError> {
        if self.folders.contains(place) {
            return Ok(());
        }
        if place != self.into
            && let Some(parent) = place.parent()
        {
            self.folder(parent)?;
        }
        if self.folders.len() > <dyn ThemeFolder>::MOST_FILES {
            return Err(ThemeError::TooManyFiles);
        }
        fs::create_dir(place).map_err(|error| written(&error))?;
        self.folders.insert(place.to_owned());
        Ok(())
    }

    fn note_config(&mut self, path: PathBuf) {
        let depth = |path: &Path| path.components().count();
        let is_config = path.file_name().is_some_and(|name| name == Theme::CONFIG);
        let known = self.config.as_deref();
        if is_config && known.is_none_or(|known| depth(&path) < depth(known)) {
            self.config = Some(path);
        }
    }
}

/// What goes wrong with the operator's folder is told to the operator.
pub(super) fn failed(error: &std::io::Error) -> ThemeError {
    ThemeError::FolderFailed(error.to_string())
}

/// Something is there already, so that the package contradicts itself; or the folder fails.
fn written(error: &std::io::Error) -> ThemeError {
    match error.kind() {
        ErrorKind::AlreadyExists
        | ErrorKind::NotADirectory
        | ErrorKind::InvalidInput
        | ErrorKind::InvalidFilename => ThemeError::Broken,
        _ => failed(error),
    }
}

/// The path of an entry, if it leads nowhere but further down, on every system.
fn path_within(name: &str) -> Option<PathBuf> {
    let path = name.strip_suffix('/').unwrap_or(name);
    let parts: Vec<&str> = path.split('/').collect();
    let is_plain = |part: &&str| {
        let is_odd = |sign: char| sign.is_control() || matches!(sign, '\\' | ':');
        !matches!(*part, "" | "." | "..") && part.len() <= 255 && !part.contains(is_odd)
    };
    let fits = path.len() <= LONGEST_PATH && parts.len() <= DEEPEST;
    (fits && parts.iter().all(is_plain)).then(|| parts.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_further_down() {
        for path in ["config.json", "My Theme/assets/umi.js", "a/b/", "主题/x"] {
            assert!(path_within(path).is_some(), "{path}");
        }
        for path in [
            "",
            "/",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a/./b",
            "a//b",
            "C:/x",
            "a\\..\\x",
            "a\0b",
            &"a/".repeat(40),
            &"x".repeat(300),
        ] {
            assert_eq!(path_within(path), None, "{path}");
        }
    }
}
