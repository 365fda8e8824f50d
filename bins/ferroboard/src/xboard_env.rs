//! The `.env` file of an Xboard installation: which database it uses, and its admin path.

use std::collections::HashMap;
use std::path::Path;

use url::Url;

/// The key in Xboard's example configuration, which everybody knows.
const PUBLISHED_KEY: &str = "base64:PZXk5vTuTinfeEVG5FpYv2l6WEhLsyvGpiWK7IgJJ60=";

/// What is taken over from an Xboard installation. Holds secrets, so it has no `Debug` form.
#[derive(Clone)]
pub(crate) struct XboardEnv {
    /// Its database in our form.
    pub(crate) database_url: Option<String>,
    app_key: Option<String>,
}

impl XboardEnv {
    /// Reads the file, and only reads it.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let entries = dotenvy::from_path_iter(path).map_err(|error| error.to_string())?;
        let mut values = HashMap::new();
        for entry in entries {
            // The error's text would quote the line, which may hold a password.
            let (key, value) = entry.map_err(|_| "a line cannot be read".to_owned())?;
            if !value.is_empty() && value != "null" {
                values.insert(key, value);
            }
        }
        let root = path.parent().unwrap_or(Path::new("."));
        Ok(Self {
            database_url: database_url(&values, root)?,
            app_key: values.remove("APP_KEY"),
        })
    }

    /// The database that the installation uses. It claims that there is one, so none is made in its place.
    pub(crate) fn existing_database(&self) -> Result<String, String> {
        let none = "names no database: it has neither DB_CONNECTION nor DATABASE_URL";
        let url = self.database_url.clone().ok_or(none)?;
        let file = url
            .strip_prefix("sqlite:")
            .map(|rest| rest.strip_prefix("//").unwrap_or(rest));
        match file {
            Some(file) if !Path::new(file).is_file() => Err(format!(
                "names the database file {file}, which does not exist"
            )),
            _ => Ok(url),
        }
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

fn database_url(values: &HashMap<String, String>, root: &Path) -> Result<Option<String>, String> {
    let value = |key: &str| values.get(key).map(String::as_str);
    if let Some(url) = value("DATABASE_URL") {
        return Ok(Some(url.to_owned()));
    }
    let scheme = match value("DB_CONNECTION") {
        None => return Ok(None),
        Some("sqlite") => {
            let file = root.join(value("DB_DATABASE").unwrap_or("database/database.sqlite"));
            return Ok(Some(format!("sqlite://{}", file.display())));
        }
        Some("mysql" | "mariadb") => "mysql",
        Some("pgsql") => "postgres",
        Some(other) => return Err(format!("DB_CONNECTION {other:?} is not known")),
    };
    let unusable = |()| "the DB_ entries make no address".to_owned();
    let mut url = Url::parse(&format!("{scheme}://localhost")).map_err(|_| unusable(()))?;
    url.set_host(value("DB_HOST")).map_err(|_| unusable(()))?;
    if let Some(port) = value("DB_PORT") {
        let port = port.parse().map_err(|_| unusable(()))?;
        url.set_port(Some(port)).map_err(unusable)?;
    }
    url.set_username(value("DB_USERNAME").unwrap_or_default())
        .map_err(unusable)?;
    url.set_password(value("DB_PASSWORD")).map_err(unusable)?;
    url.set_path(value("DB_DATABASE").unwrap_or_default());
    Ok(Some(url.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn databases_are_found() {
        for (pairs, expected) in [
            (vec![], None),
            (
                vec![
                    ("DB_CONNECTION", "mysql"),
                    ("DB_HOST", "10.0.0.5"),
                    ("DB_PORT", "3307"),
                    ("DB_DATABASE", "xboard"),
                    ("DB_USERNAME", "root"),
                    ("DB_PASSWORD", "a/b@c"),
                ],
                Some("mysql://root:a%2Fb%40c@10.0.0.5:3307/xboard"),
            ),
            (
                vec![
                    ("DB_CONNECTION", "sqlite"),
                    ("DB_DATABASE", ".docker/.data/database.sqlite"),
                ],
                Some("sqlite:///www/.docker/.data/database.sqlite"),
            ),
            (
                vec![
                    ("DB_CONNECTION", "pgsql"),
                    ("DB_HOST", "db"),
                    ("DB_DATABASE", "x"),
                ],
                Some("postgres://db/x"),
            ),
        ] {
            let url = database_url(&values(&pairs), Path::new("/www")).unwrap();
            assert_eq!(url.as_deref(), expected, "{pairs:?}");
        }
        let unknown = values(&[("DB_CONNECTION", "sqlsrv")]);
        assert!(database_url(&unknown, Path::new(".")).is_err());
    }

    #[test]
    fn the_published_key_gives_the_known_path() {
        let env = XboardEnv {
            database_url: None,
            app_key: Some(PUBLISHED_KEY.to_owned()),
        };
        assert_eq!(env.default_admin_path().as_deref(), Some("144b73d9"));
        assert!(env.has_published_key());
    }
}
