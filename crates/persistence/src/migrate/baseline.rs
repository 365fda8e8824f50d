//! Xboard's schema, read from the migration that makes it: what a database of Xboard has, and the
//! statements that make what an older one lacks.

use super::Migration;
use crate::kind::Kind;

/// Xboard's whole schema on one kind of database.
pub(super) struct Baseline {
    pub(super) tables: Vec<Table>,
}

/// A table of Xboard's.
pub(super) struct Table {
    pub(super) name: String,
    /// The statement that makes it, with the keys that are written inside it.
    pub(super) statement: String,
    pub(super) columns: Vec<Column>,
    /// Its keys and indexes but for the primary one.
    pub(super) keys: Vec<Key>,
    /// Constraints that refer to other tables.
    references: Vec<Reference>,
}

pub(super) struct Column {
    pub(super) name: String,
    /// The name, quoted, and all that follows it.
    definition: String,
}

/// A key or an index.
pub(super) struct Key {
    pub(super) name: String,
    /// Whether no two rows may have the same.
    pub(super) unique: bool,
    /// Its columns, in order.
    pub(super) columns: Vec<String>,
    /// Whether it is made inside the statement that makes the table.
    within_table: bool,
}

struct Reference {
    column: String,
    line: String,
}

impl Baseline {
    /// Reads the first of these. Its lines are ours, each with one column or key.
    pub(super) fn of(migrations: &[Migration]) -> Self {
        let mut tables: Vec<Table> = Vec::new();
        let up = migrations.first().map_or("", |migration| migration.up);
        for statement in up.split_inclusive(";\n") {
            let statement = without_comments(statement);
            let mut lines = statement.lines();
            let first = lines.next().unwrap_or_default();
            if let Some(made) = first.strip_prefix("CREATE TABLE ") {
                tables.push(Table::read(made, &statement));
            } else if let Some((table, key)) = index(first)
                && let Some(owner) = tables.iter_mut().find(|owner| owner.name == table)
            {
                owner.keys.push(key);
            }
        }
        Self { tables }
    }

    /// The table of this name.
    pub(super) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The index of this name, and its table.
    pub(super) fn index(&self, name: &str) -> Option<(&Table, &Key)> {
        self.tables.iter().find_map(|table| {
            let key = table.keys.iter().find(|key| key.name == name)?;
            Some((table, key))
        })
    }
}

impl Table {
    fn read(made: &str, statement: &str) -> Self {
        let made = made.strip_prefix("IF NOT EXISTS ").unwrap_or(made);
        let mut table = Self {
            name: names(made).into_iter().next().unwrap_or_default(),
            statement: statement.trim().trim_end_matches(';').to_owned(),
            columns: Vec::new(),
            keys: Vec::new(),
            references: Vec::new(),
        };
        for line in statement.lines().skip(1) {
            let line = line.trim().trim_end_matches(',');
            let mut quoted = names(line).into_iter();
            if line.starts_with(['"', '`']) {
                let name = quoted.next().unwrap_or_default();
                let definition = line.to_owned();
                table.columns.push(Column { name, definition });
            } else if line.to_ascii_lowercase().contains("foreign key") {
                let column = line.split_once('(').map(|(_, rest)| names(rest));
                let column = column.and_then(|names| names.into_iter().next());
                let column = column.unwrap_or_default();
                let line = line.to_owned();
                table.references.push(Reference { column, line });
            } else if !line.starts_with("PRIMARY") && !line.starts_with(')') {
                let name = quoted.next().unwrap_or_default();
                table.keys.push(Key {
                    name,
                    unique: line.contains("UNIQUE"),
                    columns: quoted.collect(),
                    within_table: true,
                });
            }
        }
        table
    }

    /// The statements that make the table with all its indexes.
    pub(super) fn statements(&self, kind: Kind) -> Vec<String> {
        let apart = self.keys.iter().filter(|key| !key.within_table);
        let indexes = apart.map(|key| key.statement(&self.name, &key.name, kind));
        std::iter::once(self.statement.clone())
            .chain(indexes)
            .collect()
    }

    /// The statements that add a column, and what it refers to.
    pub(super) fn addition(&self, column: &Column, kind: Kind) -> Vec<String> {
        let Self { name, .. } = self;
        let mut add = format!("ALTER TABLE {name} ADD COLUMN {}", column.definition);
        let reference = self.references.iter().find(|it| it.column == column.name);
        let Some(Reference { line, .. }) = reference else {
            return vec![add];
        };
        if kind == Kind::Sqlite {
            let at = line.find("references").unwrap_or(line.len());
            add.push(' ');
            add.push_str(line.get(at..).unwrap_or_default());
            return vec![add];
        }
        vec![add, format!("ALTER TABLE {name} ADD {line}")]
    }
}

impl Key {
    /// The statement that makes it by itself, under this name.
    pub(super) fn statement(&self, table: &str, name: &str, kind: Kind) -> String {
        let unique = if self.unique { "UNIQUE " } else { "" };
        let columns = self.columns.iter().map(|column| kind.quote(column));
        let columns = columns.collect::<Vec<_>>().join(", ");
        format!("CREATE {unique}INDEX {name} ON {table} ({columns})")
    }
}

/// What `CREATE INDEX` makes, and on which table.
fn index(line: &str) -> Option<(String, Key)> {
    let made = line.strip_prefix("CREATE ")?;
    let unique = made.strip_prefix("UNIQUE ");
    let made = unique.unwrap_or(made).strip_prefix("INDEX ")?;
    let mut quoted = names(made).into_iter();
    let (name, table) = (quoted.next()?, quoted.next()?);
    let key = Key {
        name,
        unique: unique.is_some(),
        columns: quoted.collect(),
        within_table: false,
    };
    Some((table, key))
}

/// What stands between quotation marks.
fn names(line: &str) -> Vec<String> {
    let parts = line.split(['"', '`']).skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

fn without_comments(statement: &str) -> String {
    let lines = statement.lines().filter(|line| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with("--")
    });
    lines.collect::<Vec<_>>().join("\n")
}
