//! Which database, and how many connections to it.

use ferroboard_kernel::Zone;

/// What is needed to reach the database. Its `Debug` form hides the password.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectOptions {
    /// Where the database is: `sqlite:PATH`, `sqlite://PATH`, `mysql://…`, `mariadb://…`,
    /// `postgres://…` or `postgresql://…`. An absolute SQLite path begins with `/` after the scheme
    /// (`sqlite:///var/lib/panel.sqlite`).
    pub url: String,
    /// How many connections are opened at most. SQLite opens between four and eight readers of
    /// them, and one writer beside them.
    pub max_connections: usize,
    /// The zone in whose wall-clock time the `TIMESTAMP` columns are written.
    pub zone: Zone,
}

impl std::fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("url", &hide_password(&self.url))
            .field("max_connections", &self.max_connections)
            .field("zone", &self.zone)
            .finish()
    }
}

/// A database named by a URL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Location {
    /// A file.
    Sqlite(String),
    /// A MySQL or MariaDB server, as its driver spells it.
    Mysql(String),
    /// A PostgreSQL server.
    Postgres(String),
}

/// The URL names no database that this program knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// No scheme, or an unknown one.
    #[error(
        "the database URL must begin with sqlite:, mysql://, mariadb://, postgres:// or postgresql://"
    )]
    UnknownScheme,
    /// `sqlite:` without a path.
    #[error("the database URL names no file after sqlite:")]
    MissingPath,
    /// Parameters behind a path of SQLite, which would become a part of the file's name.
    #[error(
        "the database URL of a SQLite file takes no parameters: leave out the ? and what follows it"
    )]
    Parameters,
    /// SQLite's private in-memory databases cannot be shared by several connections.
    #[error("an in-memory SQLite database cannot be used: every connection would have its own")]
    InMemory,
}

impl Location {
    /// What the database is called.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Mysql(_) => "MySQL and MariaDB",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Reads a URL.
    pub(crate) fn parse(url: &str) -> Result<Self, InvalidUrl> {
        let (scheme, rest) = url
            .trim()
            .split_once(':')
            .ok_or(InvalidUrl::UnknownScheme)?;
        let server = rest.starts_with("//");
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() {
                    Err(InvalidUrl::MissingPath)
                } else if path.starts_with(":memory:") || path.contains("mode=memory") {
                    Err(InvalidUrl::InMemory)
                } else if path.contains('?') {
                    Err(InvalidUrl::Parameters)
                } else {
                    Ok(Self::Sqlite(path.to_owned()))
                }
            }
            "mysql" | "mariadb" if server => Ok(Self::Mysql(format!("mysql:{rest}"))),
            "postgres" | "postgresql" if server => Ok(Self::Postgres(format!("postgres:{rest}"))),
            _ => Err(InvalidUrl::UnknownScheme),
        }
    }
}

/// The URL with `***` in place of passwords.
pub(crate) fn hide_password(url: &str) -> String {
    passwords(url).fold(url.to_owned(), |hidden, password| {
        hidden
            .replacen(&format!(":{password}@"), ":***@", 1)
            .replace(&format!("password={password}"), "password=***")
    })
}

/// A driver's message without the passwords, should the driver have quoted the URL.
pub(crate) fn redact(message: &str, url: &str) -> String {
    passwords(url).fold(message.to_owned(), |message, password| {
        message.replace(password, "***")
    })
}

/// What stands before the host, and in a parameter of that name.
fn passwords(url: &str) -> impl Iterator<Item = &str> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let login = authority.rsplit_once('@').map(|(login, _)| login);
    let before_host = login.and_then(|login| login.split_once(':'));
    let parameters = rest
        .split_once('?')
        .map_or("", |(_, parameters)| parameters);
    let parameters = parameters
        .split('&')
        .filter_map(|parameter| parameter.strip_prefix("password="));
    before_host
        .map(|(_, password)| password)
        .into_iter()
        .chain(parameters)
        .filter(|password| !password.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_chooses_the_database() {
        for (url, expected) in [
            (
                "sqlite:///var/lib/a.sqlite",
                Location::Sqlite("/var/lib/a.sqlite".into()),
            ),
            (
                "sqlite://data/a.sqlite",
                Location::Sqlite("data/a.sqlite".into()),
            ),
            (
                "sqlite:data/a.sqlite",
                Location::Sqlite("data/a.sqlite".into()),
            ),
            ("mysql://u:p@h/d", Location::Mysql("mysql://u:p@h/d".into())),
            (
                "mariadb://u@h:1/d",
                Location::Mysql("mysql://u@h:1/d".into()),
            ),
            (
                "postgres://h/d",
                Location::Postgres("postgres://h/d".into()),
            ),
            (
                "postgresql://h/d",
                Location::Postgres("postgres://h/d".into()),
            ),
        ] {
            assert_eq!(Location::parse(url), Ok(expected), "{url}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for (url, expected) in [
            ("", InvalidUrl::UnknownScheme),
            ("data/a.sqlite", InvalidUrl::UnknownScheme),
            ("oracle://h/d", InvalidUrl::UnknownScheme),
            ("mysql:h/d", InvalidUrl::UnknownScheme),
            ("sqlite://", InvalidUrl::MissingPath),
            ("sqlite::memory:", InvalidUrl::InMemory),
            ("sqlite://a?mode=memory", InvalidUrl::InMemory),
            ("sqlite:/a.sqlite?mode=ro", InvalidUrl::Parameters),
            ("sqlite:///a.sqlite?", InvalidUrl::Parameters),
        ] {
            assert_eq!(Location::parse(url), Err(expected), "{url}");
        }
    }

    #[test]
    fn passwords_are_hidden() {
        let url = "mysql://panel:s3cr:et%40@db.test:3306/panel";
        assert_eq!(hide_password(url), "mysql://panel:***@db.test:3306/panel");
        assert_eq!(redact("bad url: s3cr:et%40", url), "bad url: ***");
        assert_eq!(
            hide_password("postgres://h/d?user=u&password=pw&x=1"),
            "postgres://h/d?user=u&password=***&x=1"
        );
        assert_eq!(hide_password("sqlite://a@b:c"), "sqlite://a@b:c");
        assert_eq!(hide_password("postgres://h/d"), "postgres://h/d");
        let options = ConnectOptions {
            url: url.into(),
            max_connections: 1,
            zone: Zone::default(),
        };
        assert!(!format!("{options:?}").contains("s3cr"));
    }
}
