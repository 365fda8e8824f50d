use ferroboard_kernel::lower_hex;

/// Which databases spell their statements alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// SQLite.
    #[cfg_attr(
        not(feature = "sqlite"),
        allow(dead_code, reason = "its feature is off")
    )]
    Sqlite,
    /// MySQL and MariaDB.
    #[cfg_attr(
        not(feature = "mysql"),
        allow(dead_code, reason = "its feature is off")
    )]
    Mysql,
    /// PostgreSQL.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(dead_code, reason = "its feature is off")
    )]
    Postgres,
}

impl Kind {
    /// A name that may be a word of SQL.
    pub(crate) fn quote(self, name: &str) -> String {
        match self {
            Self::Mysql => format!("`{name}`"),
            Self::Sqlite | Self::Postgres => format!("\"{name}\""),
        }
    }

    /// An expression for this text, whatever is in it and whatever the session takes for an escape.
    pub(crate) fn literal(self, text: &str) -> String {
        let digits = lower_hex(text);
        match self {
            Self::Sqlite => format!("CAST(X'{digits}' AS TEXT)"),
            Self::Mysql => format!("CONVERT(X'{digits}' USING utf8mb4)"),
            Self::Postgres => format!("convert_from(decode('{digits}', 'hex'), 'UTF8')"),
        }
    }

    /// An expression that writes these ones one after another, with something between that no text has.
    pub(crate) fn joined(self, parts: &[&str]) -> String {
        match self {
            Self::Sqlite => parts.join(" || char(31) || "),
            Self::Mysql => format!("CONCAT_WS(CHAR(31 USING utf8mb4), {})", parts.join(", ")),
            Self::Postgres => parts.join(" || chr(31) || "),
        }
    }

    /// An expression as a text.
    pub(crate) fn text(self, expression: &str) -> String {
        let kind = if self == Self::Mysql { "CHAR" } else { "TEXT" };
        format!("CAST({expression} AS {kind})")
    }
}
