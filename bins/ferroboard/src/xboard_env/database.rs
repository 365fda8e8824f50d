//! Which database the entries of an `.env` name, as `config/database.php` of Xboard and Laravel's
//! connectors understand them.

use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::dotenv::{Entries, Env};

/// The drivers of Laravel that speak to a database that we know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Driver {
    Sqlite,
    Mysql,
    Postgres,
}

impl Driver {
    /// Reads the name of a connection, or, with Laravel's aliases, the scheme of an address.
    fn named(name: &str) -> Option<Self> {
        match name {
            "sqlite" | "sqlite3" => Some(Self::Sqlite),
            "mysql" | "mysql2" | "mariadb" => Some(Self::Mysql),
            "pgsql" | "postgres" | "postgresql" => Some(Self::Postgres),
            _ => None,
        }
    }
}

/// What a connection is made of, each part as it is meant: nothing is encoded.
struct Parts {
    driver: Driver,
    /// Where an SQLite database is.
    file: Option<PathBuf>,
    host: Option<String>,
    port: Option<String>,
    socket: Option<String>,
    database: Option<String>,
    user: Option<String>,
    password: Option<String>,
}

/// The address of the database in our form; the file of an SQLite database is looked for from `root` on.
/// No error repeats a value.
pub(super) fn address(entries: &Entries, root: &Path) -> Result<String, String> {
    let mut parts = from_entries(entries, root)?;
    if let Some((name, url)) = given_url(entries) {
        let at = |reason: &str| match entries.line(name) {
            Some(line) => format!("line {line}: {name} {reason}"),
            None => format!("{name} {reason}"),
        };
        overlay(&mut parts, &url, root).map_err(at)?;
    }
    Ok(match parts.driver {
        Driver::Sqlite => {
            let usual = || root.join("database/database.sqlite");
            let file = parts.file.unwrap_or_else(usual);
            format!("sqlite://{}", file.display())
        }
        Driver::Mysql => server("mysql", parts),
        Driver::Postgres => server("postgres", parts),
    })
}

/// What an entry is called in messages.
fn place(entries: &Entries, name: &str) -> String {
    match entries.line(name) {
        Some(line) => format!("line {line}: {name}"),
        None => name.to_owned(),
    }
}

/// A text that is not empty.
fn text(entries: &Entries, name: &str) -> Option<String> {
    match entries.env(name)? {
        Env::Text("") | Env::Null => None,
        Env::Text(text) => Some(text.to_owned()),
    }
}

/// What Xboard's configuration takes where an entry is not there at all.
fn or_default(entries: &Entries, name: &str, default: &str) -> Option<String> {
    match entries.env(name) {
        None => Some(default.to_owned()),
        Some(_) => text(entries, name),
    }
}

fn from_entries(entries: &Entries, root: &Path) -> Result<Parts, String> {
    let named = [
        "DB_CONNECTION",
        "DB_HOST",
        "DB_DATABASE",
        "DB_USERNAME",
        "DB_SOCKET",
    ];
    let is_named = named.iter().any(|name| entries.env(name).is_some());
    if !is_named && given_url(entries).is_none() {
        return Err(
            "no entry names a database (DB_CONNECTION, DB_HOST, DB_DATABASE, …): set database.url, \
             or take xboard.env_file away"
                .to_owned(),
        );
    }
    let driver = or_default(entries, "DB_CONNECTION", "mysql").unwrap_or_default();
    let driver = Driver::named(&driver).ok_or_else(|| {
        let place = place(entries, "DB_CONNECTION");
        format!("{place}: the database must be sqlite, mysql, mariadb or pgsql")
    })?;
    // base_path() puts its own folder before an absolute path as well.
    let file = text(entries, "DB_DATABASE").filter(|_| driver == Driver::Sqlite);
    let file = file.map(|file| root.join(file.trim_start_matches('/')));
    let host = or_default(entries, "DB_HOST", "127.0.0.1");
    if host.as_ref().is_some_and(|host| !is_host(host)) {
        let place = place(entries, "DB_HOST");
        return Err(format!(
            "{place} is neither the name nor the address of a host"
        ));
    }
    let port = text(entries, "DB_PORT");
    if port.as_ref().is_some_and(|port| !is_port(port)) {
        let place = place(entries, "DB_PORT");
        return Err(format!("{place} is no number of a port"));
    }
    Ok(Parts {
        driver,
        file,
        host,
        port,
        socket: text(entries, "DB_SOCKET").filter(|_| driver == Driver::Mysql),
        database: or_default(entries, "DB_DATABASE", "forge"),
        user: or_default(entries, "DB_USERNAME", "forge"),
        password: text(entries, "DB_PASSWORD"),
    })
}

/// A name, an address, or, of PostgreSQL, the folder of a socket.
fn is_host(host: &str) -> bool {
    let is_name = |sign: char| sign.is_alphanumeric() || "-._".contains(sign);
    host.starts_with('/') || ipv6(host).is_some() || host.chars().all(is_name)
}

fn ipv6(host: &str) -> Option<Ipv6Addr> {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

fn is_port(port: &str) -> bool {
    port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// Xboard reads `DATABASE_URL`. `DB_URL` is Laravel's newer name, which counts where nothing else names
/// a database.
fn given_url(entries: &Entries) -> Option<(&'static str, String)> {
    if let Some(url) = text(entries, "DATABASE_URL") {
        return Some(("DATABASE_URL", url));
    }
    let others = ["DB_CONNECTION", "DB_HOST", "DB_DATABASE", "DB_USERNAME"];
    if others.iter().any(|name| entries.env(name).is_some()) {
        return None;
    }
    text(entries, "DB_URL").map(|url| ("DB_URL", url))
}

/// An address counts before the other entries, part by part.
fn overlay(parts: &mut Parts, url: &str, root: &Path) -> Result<(), &'static str> {
    let unreadable = "is no address; in its user and password everything but letters and digits is \
                      percent-encoded";
    // Laravel puts a host where sqlite:///PATH has none, and then takes one slash away.
    if let Some((scheme, rest)) = url.split_once(":///")
        && matches!(scheme, "sqlite" | "sqlite3")
    {
        parts.driver = Driver::Sqlite;
        let file = rest.split(['?', '#']).next().unwrap_or_default();
        parts.file = (!file.is_empty()).then(|| root.join(decoded(file)));
        return Ok(());
    }
    let url = Url::parse(url).map_err(|_| unreadable)?;
    let after = [Some(url.path()), url.query(), url.fragment()];
    if after.into_iter().flatten().any(|part| part.contains('@')) {
        return Err(unreadable);
    }
    parts.driver = Driver::named(url.scheme())
        .ok_or("must begin with mysql://, mariadb://, pgsql:// or sqlite://")?;
    let overwrite = |part: &mut Option<String>, given: Option<&str>| {
        if let Some(given) = given.filter(|given| !given.is_empty()) {
            *part = Some(decoded(given));
        }
    };
    overwrite(&mut parts.host, url.host_str());
    overwrite(&mut parts.user, Some(url.username()));
    overwrite(&mut parts.password, url.password());
    let database = url.path().strip_prefix('/');
    if parts.driver == Driver::Sqlite {
        parts.file = database.map(|file| root.join(decoded(file)));
    } else {
        overwrite(&mut parts.database, database);
    }
    if let Some(port) = url.port() {
        parts.port = Some(port.to_string());
    }
    for (name, value) in url.query_pairs() {
        if name == "unix_socket" && !value.is_empty() {
            parts.socket = Some(value.into_owned());
        }
    }
    Ok(())
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Everything but ASCII letters and digits is encoded, so that the drivers read each part as it is meant.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn server(scheme: &str, parts: Parts) -> String {
    let host = parts.host.unwrap_or_else(|| "localhost".to_owned());
    let host = match ipv6(&host) {
        Some(address) => format!("[{address}]"),
        None if host.starts_with('/') => encoded(&host),
        None => host,
    };
    let login = match (parts.user, parts.password) {
        (Some(user), Some(password)) => format!("{}:{}@", encoded(&user), encoded(&password)),
        (Some(user), None) => format!("{}@", encoded(&user)),
        (None, _) => String::new(),
    };
    let port = parts
        .port
        .map_or_else(String::new, |port| format!(":{port}"));
    let database = encoded(&parts.database.unwrap_or_default());
    let socket = parts.socket.map_or_else(String::new, |socket| {
        format!("?socket={}", encoded(&socket))
    });
    format!("{scheme}://{login}{host}{port}/{database}{socket}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &str) -> Result<String, String> {
        let entries = Entries::parse(file.as_bytes()).map_err(|error| error.to_string())?;
        address(&entries, Path::new("/www"))
    }

    #[test]
    fn databases_are_found() {
        let socket = "mysql://root@localhost/xboard?socket=%2Frun%2Fmysqld%2Fmysqld%2Esock";
        for (file, expected) in [
            (
                "DB_CONNECTION=mysql\nDB_HOST=10.0.0.5\nDB_PORT=3307\nDB_DATABASE=xboard\n\
                 DB_USERNAME=root\nDB_PASSWORD=a/b@c",
                "mysql://root:a%2Fb%40c@10.0.0.5:3307/xboard",
            ),
            ("DB_DATABASE=x\nDB_USERNAME=u", "mysql://u@127.0.0.1/x"),
            (
                "DB_CONNECTION=mariadb\nDB_PORT=\nDB_PASSWORD=null",
                "mysql://forge@127.0.0.1/forge",
            ),
            (
                "DB_HOST=localhost\nDB_SOCKET=/run/mysqld/mysqld.sock\nDB_DATABASE=xboard\nDB_USERNAME=root",
                socket,
            ),
            (
                "DB_HOST=::1\nDB_DATABASE=x\nDB_USERNAME=u",
                "mysql://u@[::1]/x",
            ),
            (
                "DB_HOST=null\nDB_DATABASE=x\nDB_USERNAME=u",
                "mysql://u@localhost/x",
            ),
            (
                "DB_CONNECTION=pgsql\nDB_HOST=db\nDB_DATABASE=x\nDB_USERNAME=u\nDB_SOCKET=/run/x",
                "postgres://u@db/x",
            ),
            (
                "DB_CONNECTION=pgsql\nDB_HOST=/run/postgresql\nDB_DATABASE=x\nDB_USERNAME=u",
                "postgres://u@%2Frun%2Fpostgresql/x",
            ),
            (
                "DB_CONNECTION=sqlite\nDB_DATABASE=.docker/.data/database.sqlite",
                "sqlite:///www/.docker/.data/database.sqlite",
            ),
            (
                "DB_CONNECTION=sqlite\nDB_DATABASE=/data/x.sqlite",
                "sqlite:///www/data/x.sqlite",
            ),
            (
                "DB_CONNECTION=sqlite",
                "sqlite:///www/database/database.sqlite",
            ),
            // An address counts before the other entries, which fill what it leaves out.
            (
                "DB_PASSWORD=pw\nDB_USERNAME=u\nDATABASE_URL=mysql://h:3308/y",
                "mysql://u:pw@h:3308/y",
            ),
            (
                "DB_CONNECTION=mysql\nDATABASE_URL=\"postgresql://a:p%2540%2F@h/y\"",
                "postgres://a:p%2540%2F@h/y",
            ),
            (
                "DATABASE_URL=sqlite:///data/x.sqlite",
                "sqlite:///www/data/x.sqlite",
            ),
            (
                "DATABASE_URL=sqlite:////data/x.sqlite",
                "sqlite:///data/x.sqlite",
            ),
            (
                "DATABASE_URL=\nDB_DATABASE=x\nDB_USERNAME=u",
                "mysql://u@127.0.0.1/x",
            ),
            ("DB_URL=mysql://u@h/y", "mysql://u@h/y"),
            (
                "DB_URL=mysql://u@h/y\nDB_DATABASE=x\nDB_USERNAME=u",
                "mysql://u@127.0.0.1/x",
            ),
        ] {
            assert_eq!(of(file).as_deref(), Ok(expected), "{file}");
        }
    }

    #[test]
    fn passwords_reach_the_driver_unchanged() {
        for password in [
            "pa$word", "a%41b", "p@:/?#[]", "100%", "%", "+ +", "\\", "'", "`", "密码", "a&b=c",
            "x;y", "pa${word",
        ] {
            let file = format!(
                "DB_HOST=h\nDB_DATABASE=d\nDB_USERNAME=u\nDB_PASSWORD=\"{}\"",
                password.replace('\\', "\\\\")
            );
            let url = of(&file).unwrap();
            let url = Url::parse(&url).unwrap();
            assert_eq!(decoded(url.password().unwrap()), password);
            let (user, path) = (url.username(), url.path());
            assert_eq!(
                (user, url.host_str(), path),
                ("u", Some("h"), "/d"),
                "{password}"
            );
        }
    }

    #[test]
    fn what_names_no_database_is_told_by_its_line_and_not_quoted() {
        for (file, told) in [
            ("APP_KEY=secret", "no entry names a database"),
            ("", "no entry names a database"),
            ("A=1\nDB_CONNECTION=sqlsrv", "line 2: DB_CONNECTION"),
            ("DB_HOST=secret:3306", "line 1: DB_HOST"),
            ("DB_HOST=h\nDB_PORT=secret", "line 2: DB_PORT"),
            ("DB_HOST=h\nDB_PORT=0", "line 2: DB_PORT"),
            (
                "A=1\nDATABASE_URL=mysql://u:se/cret@h/d",
                "line 2: DATABASE_URL",
            ),
            (
                "DATABASE_URL=mysql://u:12/secret@h/d",
                "line 1: DATABASE_URL",
            ),
            ("DATABASE_URL=oracle://u:secret@h/d", "line 1: DATABASE_URL"),
            ("DATABASE_URL=secret", "line 1: DATABASE_URL"),
        ] {
            let reason = of(file).err().unwrap();
            assert!(reason.starts_with(told), "{file}: {reason}");
            assert!(!reason.contains("cret"), "{reason}");
        }
    }
}
