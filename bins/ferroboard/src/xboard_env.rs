//! The `.env` file of an Xboard installation: which database it uses, and its admin path.

mod database;
mod dotenv;

use std::path::Path;

use self::dotenv::{Entries, Env};

/// The key in Xboard's example configuration, which everybody knows.
const PUBLISHED_KEY: &str = "base64:PZXk5vTuTinfeEVG5FpYv2l6WEhLsyvGpiWK7IgJJ60=";

/// What is taken over from an Xboard installation. Holds secrets, so it has no `Debug` form.
#[derive(Clone)]
pub(crate) struct XboardEnv {
    /// Its database in our form, or why the entries name none.
    database_url: Result<String, String>,
    app_key: Option<String>,
}

impl XboardEnv {
    /// Reads the file, and only reads it.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
        let root = path.parent().unwrap_or(Path::new("."));
        Self::parse(&bytes, root)
    }

    fn parse(bytes: &[u8], root: &Path) -> Result<Self, String> {
        let entries = Entries::parse(bytes).map_err(|error| error.to_string())?;
        let app_key = match entries.env("APP_KEY") {
            Some(Env::Text(key)) if !key.is_empty() => Some(key.to_owned()),
            _ => None,
        };
        Ok(Self {
            database_url: database::address(&entries, root),
            app_key,
        })
    }

    /// Its database in our form. Asked for where the configuration names none itself.
    pub(crate) fn database_url(&self) -> Result<&str, &str> {
        self.database_url.as_deref().map_err(String::as_str)
    }

    /// Whether the key is the published one.
    pub(crate) fn has_published_key(&self) -> bool {
        self.app_key.as_deref() == Some(PUBLISHED_KEY)
    }

    /// The admin path that the installation uses while none is stored: the CRC-32 of the whole key.
    pub(crate) fn default_admin_path(&self) -> Option<String> {
        let key = self.app_key.as_ref()?;
        Some(format!("{:08x}", crc32fast::hash(key.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_key_gives_the_known_path() {
        let file = format!("DB_DATABASE=xboard\nAPP_KEY={PUBLISHED_KEY}\n");
        let env =
            XboardEnv::parse(file.as_bytes(), Path::new("/www")).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(env.default_admin_path().as_deref(), Some("144b73d9"));
        assert!(env.has_published_key());
        assert_eq!(env.database_url(), Ok("mysql://forge@127.0.0.1/xboard"));
    }

    #[test]
    fn a_file_without_a_database_still_has_its_key() {
        let env =
            XboardEnv::parse(b"APP_KEY=key", Path::new("/www")).unwrap_or_else(|e| panic!("{e}"));
        assert!(env.database_url().is_err());
        assert!(env.default_admin_path().is_some());
    }
}
