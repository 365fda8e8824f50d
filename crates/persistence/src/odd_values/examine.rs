//! What the values of each database tell about themselves.

use diesel::backend::Backend;
use diesel::deserialize::FromSql;
use diesel::expression::QueryMetadata;

use super::Examine;

#[cfg(feature = "sqlite")]
impl Examine for diesel::sqlite::Sqlite {
    fn integer(mut value: <Self as Backend>::RawValue<'_>) -> Option<i64> {
        use diesel::sqlite::SqliteType;
        matches!(value.value_type()?, SqliteType::Long).then(|| value.read_long())
    }

    fn integers<ST>() -> Vec<bool>
    where
        Self: QueryMetadata<ST>,
    {
        let mut types = Vec::new();
        <Self as QueryMetadata<ST>>::row_metadata(&mut (), &mut types);
        let is_integer = |kind| matches!(kind, Some(diesel::sqlite::SqliteType::Long));
        types.into_iter().map(is_integer).collect()
    }

    /// SQLite keeps any value in any column: only the query knows what was expected, and times are
    /// known by the names of their columns.
    fn is_odd(name: &str, is_integer: bool, value: <Self as Backend>::RawValue<'_>) -> bool {
        use diesel::sqlite::SqliteType;
        let Some(kind) = value.value_type() else {
            return false;
        };
        if is_integer {
            return matches!(kind, SqliteType::Text | SqliteType::Binary);
        }
        let is_time = name.ends_with("_at") || name.ends_with("_time");
        is_time && time::<Self>(value).is_none()
    }
}

#[cfg(feature = "mysql")]
impl Examine for diesel::mysql::Mysql {
    fn integer(value: <Self as Backend>::RawValue<'_>) -> Option<i64> {
        number::<Self>(value)
    }

    fn integers<ST>() -> Vec<bool>
    where
        Self: QueryMetadata<ST>,
    {
        Vec::new()
    }

    fn is_odd(_name: &str, _is_integer: bool, value: <Self as Backend>::RawValue<'_>) -> bool {
        use diesel::mysql::MysqlType;
        match value.value_type() {
            MysqlType::Timestamp | MysqlType::DateTime => time::<Self>(value).is_none(),
            MysqlType::UnsignedLongLong => number::<Self>(value).is_none(),
            _ => false,
        }
    }
}

#[cfg(feature = "postgres")]
impl Examine for diesel::pg::Pg {
    fn integer(value: <Self as Backend>::RawValue<'_>) -> Option<i64> {
        /// `int8`, `int2` and `int4` in `pg_type`.
        const INTEGERS: [u32; 3] = [20, 21, 23];
        let is_integer = INTEGERS.contains(&value.get_oid().get());
        let read = || crate::integer::from_network_order(value.as_bytes()).ok();
        is_integer.then(read).flatten()
    }

    fn integers<ST>() -> Vec<bool>
    where
        Self: QueryMetadata<ST>,
    {
        Vec::new()
    }

    fn is_odd(_name: &str, _is_integer: bool, value: <Self as Backend>::RawValue<'_>) -> bool {
        /// `timestamp` in `pg_type`.
        const TIMESTAMP: u32 = 1114;
        value.get_oid().get() == TIMESTAMP && time::<Self>(value).is_none()
    }
}

fn time<DB: Backend>(value: DB::RawValue<'_>) -> Option<chrono::NaiveDateTime>
where
    chrono::NaiveDateTime: FromSql<diesel::sql_types::Timestamp, DB>,
{
    let stored = crate::wall_clock::WallClock::from_sql(value).ok();
    crate::wall_clock::WallClock::shown(stored)
}

#[cfg(feature = "mysql")]
fn number<DB: Backend>(value: DB::RawValue<'_>) -> Option<i64>
where
    i64: FromSql<diesel::sql_types::BigInt, DB>,
{
    i64::from_sql(value).ok()
}
