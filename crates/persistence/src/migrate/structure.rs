//! What a database consists of, as its catalogue says.

use std::collections::{BTreeMap, BTreeSet};

use ferroboard_kernel::StoreError;

use super::{Dialect, SchemaConnection};

/// What stands between the fields of a line that a query of the catalogue answers.
const SEPARATOR: char = '\u{1f}';

/// The tables of a database, with all that belongs to them.
pub(super) struct Structure {
    pub(super) tables: BTreeSet<String>,
    /// The columns of each table.
    columns: BTreeMap<(String, String), Column>,
    /// The keys and indexes.
    pub(super) keys: Vec<Key>,
    /// Views and triggers, each in words.
    pub(super) extras: Vec<String>,
}

/// A column that was found.
#[derive(Debug)]
pub(super) struct Column {
    /// Its type, in small letters.
    pub(super) kind: String,
    /// Whether it takes no NULL.
    pub(super) required: bool,
    /// Whether it gets a value where an insert gives none.
    pub(super) filled: bool,
    /// Its default, as the database spells it.
    pub(super) default: String,
}

/// A key or an index that was found.
#[derive(Debug, Default)]
pub(super) struct Key {
    pub(super) table: String,
    pub(super) name: String,
    /// Whether no two rows may have the same.
    pub(super) unique: bool,
    /// Its columns, in order.
    pub(super) columns: Vec<String>,
}

/// The columns that a query of the catalogue answers.
async fn columns(
    schema: &mut dyn SchemaConnection,
    query: &str,
) -> Result<BTreeMap<(String, String), Column>, StoreError> {
    let mut columns = BTreeMap::new();
    for line in schema.texts(query).await? {
        let mut fields = line.split(SEPARATOR).map(str::to_owned);
        let mut next = || fields.next().unwrap_or_default();
        let place = (next(), next());
        let column = Column {
            kind: next().to_ascii_lowercase(),
            required: next() == "1",
            filled: next() == "1",
            default: next(),
        };
        columns.insert(place, column);
    }
    Ok(columns)
}

impl Structure {
    /// Reads the catalogue.
    pub(super) async fn read(schema: &mut dyn SchemaConnection) -> Result<Self, StoreError> {
        let dialect = schema.dialect();
        let tables: BTreeSet<String> = schema.texts(dialect.tables).await?.into_iter().collect();
        let mut columns = columns(schema, dialect.columns).await?;
        columns.retain(|(table, _), _| tables.contains(table));
        let mut keys: BTreeMap<(String, String), Key> = BTreeMap::new();
        for line in schema.texts(dialect.keys).await? {
            let mut fields = line.split(SEPARATOR).map(str::to_owned);
            let mut next = || fields.next().unwrap_or_default();
            let (table, name, unique) = (next(), next(), next() == "1");
            let key = keys.entry((table.clone(), name.clone()));
            let key = key.or_insert_with(|| Key {
                table,
                name,
                unique,
                columns: Vec::new(),
            });
            key.columns.push(next());
        }
        Ok(Self {
            tables,
            columns,
            keys: keys.into_values().collect(),
            extras: schema.texts(dialect.extras).await?,
        })
    }

    /// Whether the database has a `table.column`. The rest of the catalogue is not read for it.
    pub(super) async fn names_column(
        schema: &mut dyn SchemaConnection,
        item: &str,
    ) -> Result<bool, StoreError> {
        let Some((table, column)) = item.split_once('.') else {
            return Ok(false);
        };
        let Dialect {
            columns: all,
            table_of,
            ..
        } = schema.dialect();
        let of_table = columns(schema, &format!("{all} AND {table_of} = '{table}'")).await?;
        Ok(of_table.keys().any(|(_, name)| name == column))
    }

    /// The column of this place.
    pub(super) fn column(&self, table: &str, name: &str) -> Option<&Column> {
        self.columns.get(&(table.to_owned(), name.to_owned()))
    }

    /// The columns of a table, with their names.
    pub(super) fn columns<'a>(
        &'a self,
        table: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Column)> {
        let of_table = self.columns.iter().filter(move |((of, _), _)| of == table);
        of_table.map(|((_, name), column)| (name.as_str(), column))
    }

    /// Whether a table, or a `table.column`, is there.
    pub(super) fn has(&self, item: &str) -> bool {
        match item.split_once('.') {
            Some((table, column)) => self.column(table, column).is_some(),
            None => self.tables.contains(item),
        }
    }

    /// What each index and each column is called, as `table.name`.
    pub(super) fn names(&self) -> Vec<String> {
        let keys = self.keys.iter().map(|key| (&key.table, &key.name));
        let columns = self.columns.keys().map(|(table, name)| (table, name));
        let names = keys.chain(columns);
        names
            .map(|(table, name)| format!("{table}.{name}"))
            .collect()
    }

    /// Whether the table has an index of this name.
    pub(super) fn has_index(&self, table: &str, name: &str) -> bool {
        let mut keys = self.keys.iter();
        keys.any(|key| key.table == table && key.name == name)
    }

    /// Whether the database itself refuses two rows with the same values here.
    pub(super) fn is_unique(&self, table: &str, columns: &[String]) -> bool {
        let wanted: BTreeSet<&String> = columns.iter().collect();
        self.keys.iter().any(|key| {
            key.table == table
                && key.unique
                && key.columns.iter().collect::<BTreeSet<_>>() == wanted
        })
    }
}
