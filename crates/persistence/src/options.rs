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
        let scheme = self.url.split(':').next().unwrap_or_default();
        f.debug_struct("ConnectOptions")
            .field("url", &format_args!("{scheme}:***"))
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
    /// SQLite's own notation for files, which would make a file of another name.
    #[error("the database URL of SQLite is a path alone, without parameters and without file:")]
    SqliteParameters,
    /// Not an address, or not one that means what was meant. Never quotes it.
    #[error(
        "the database URL cannot be read: it is SCHEME://USER:PASSWORD@HOST:PORT/NAME, and everything \
         but letters and digits in user, password and name is percent-encoded (@ is %40, / is %2F)"
    )]
    Unreadable,
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

    pub(crate) fn parse(url: &str) -> Result<Self, InvalidUrl> {
        let (scheme, rest) = url
            .trim()
            .split_once(':')
            .ok_or(InvalidUrl::UnknownScheme)?;
        let server = rest.starts_with("//");
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => sqlite(rest.strip_prefix("//").unwrap_or(rest)),
            "mysql" | "mariadb" if server => mysql(format!("mysql:{rest}")),
            "postgres" | "postgresql" if server => postgres(format!("postgres:{rest}")),
            _ => Err(InvalidUrl::UnknownScheme),
        }
    }
}

/// Server and name of a database, for people to read: without login and parameters.
pub(crate) fn server_and_name(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let rest = rest.split('?').next().unwrap_or_default();
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, name) = rest.split_at(end);
    let server = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{server}{name}")
}

fn sqlite(path: &str) -> Result<Location, InvalidUrl> {
    if path.is_empty() {
        Err(InvalidUrl::MissingPath)
    } else if path.starts_with(":memory:") || path.contains("mode=memory") {
        Err(InvalidUrl::InMemory)
    } else if path.contains('?') || path.starts_with("file:") {
        Err(InvalidUrl::SqliteParameters)
    } else {
        Ok(Location::Sqlite(path.to_owned()))
    }
}

/// Has the driver read the address now: what it says of one that it cannot read may quote a password.
fn mysql(url: String) -> Result<Location, InvalidUrl> {
    require_host(&url)?;
    #[cfg(feature = "mysql")]
    mysql_async::Opts::from_url(&url).map_err(|_| InvalidUrl::Unreadable)?;
    Ok(Location::Mysql(url))
}

/// As [`mysql`].
fn postgres(url: String) -> Result<Location, InvalidUrl> {
    require_host(&url)?;
    #[cfg(feature = "postgres")]
    url.parse::<tokio_postgres::Config>()
        .map_err(|_| InvalidUrl::Unreadable)?;
    Ok(Location::Postgres(url))
}

/// A password with a `/`, `?` or `#` in it ends the host early, and an `@` is left over behind it: the
/// drivers would connect to somewhere else and name the rest.
fn require_host(url: &str) -> Result<(), InvalidUrl> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default();
    let names_none = host.is_empty() && !after.contains("host=");
    if names_none || after.contains(['@', '#']) {
        return Err(InvalidUrl::Unreadable);
    }
    Ok(())
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
    fn people_see_no_login() {
        for (url, expected) in [
            (
                "mysql://u:p%40x@db:3306/panel?a=b@c",
                "mysql://db:3306/panel",
            ),
            ("postgres://h/d?user=u&password=pw", "postgres://h/d"),
        ] {
            assert_eq!(server_and_name(url), expected);
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
        ] {
            assert_eq!(Location::parse(url), Err(expected), "{url}");
        }
    }

    #[test]
    fn addresses_that_mean_something_else_are_refused_without_quoting_them() {
        for (url, expected) in [
            ("sqlite:/x.sqlite?mode=ro", InvalidUrl::SqliteParameters),
            ("sqlite:file:x.sqlite", InvalidUrl::SqliteParameters),
            ("mysql://", InvalidUrl::Unreadable),
            ("mysql://u:p@/d", InvalidUrl::Unreadable),
            ("mysql://u:sec/ret@h/d", InvalidUrl::Unreadable),
            ("mysql://u:12/secret@h/d", InvalidUrl::Unreadable),
            ("mysql://u:1?secret@h/d", InvalidUrl::Unreadable),
            ("mysql://u:1#secret@h/d", InvalidUrl::Unreadable),
            ("mysql://u:p@h:port/d", InvalidUrl::Unreadable),
            ("mysql://u:p@h/d?secret=1", InvalidUrl::Unreadable),
            ("postgres://u:sec/ret@h/d", InvalidUrl::Unreadable),
            ("postgres://u:p@h:port/d", InvalidUrl::Unreadable),
            ("postgres://u:p@h/d?secret=1", InvalidUrl::Unreadable),
        ] {
            let refused = Location::parse(url).err();
            assert_eq!(refused.as_ref(), Some(&expected), "{url}");
            assert!(!expected.to_string().contains("secret"));
        }
        for url in [
            "mysql://root:a%2541b@h/d?socket=%2Frun%2Fmysqld.sock",
            "mysql://u:p%40%3A%2F%3F%23%5B%5D@[::1]:3307/d",
            "postgres://u:pa%24word@%2Frun%2Fpostgresql/d",
            "postgres://u:p@h/d?sslmode=disable",
        ] {
            assert!(Location::parse(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn the_drivers_read_encoded_passwords_as_they_are_meant() {
        for (written, meant) in [
            ("p%40%3A%2F%3F%23%5B%5D", "p@:/?#[]"),
            ("a%2541b", "a%41b"),
            ("pa%24word", "pa$word"),
            ("100%25%20%2B", "100% +"),
            ("%E5%AF%86", "密"),
        ] {
            #[cfg(feature = "mysql")]
            {
                let opts = mysql_async::Opts::from_url(&format!("mysql://u:{written}@h/d"));
                assert_eq!(opts.unwrap().pass(), Some(meant));
            }
            #[cfg(feature = "postgres")]
            {
                let url = format!("postgres://u:{written}@h/d");
                let config = url.parse::<tokio_postgres::Config>().unwrap();
                assert_eq!(config.get_password(), Some(meant.as_bytes()));
            }
        }
    }

    #[test]
    fn an_address_is_never_shown() {
        let options = ConnectOptions {
            url: "mysql://panel:s3cr:et%40@db.test:3306/panel".into(),
            max_connections: 1,
            zone: Zone::default(),
        };
        let shown = format!("{options:?}");
        assert!(
            shown.contains("mysql:***") && !shown.contains("s3cr"),
            "{shown}"
        );
    }
}
