use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types::BigInt;
use ferroboard_kernel::UnixSeconds;

#[cfg(any(feature = "sqlite", feature = "mysql"))]
use crate::odd_values;

/// An integer or a flag as a query returns it, whatever its width in the table.
///
/// SQLite and MySQL widen by themselves. PostgreSQL sends what the table holds: two, four or eight
/// bytes, or one for the `boolean` of a database that Xboard made.
///
/// SQLite keeps texts in columns of integers: one counts as the number that it begins with, or as 0, as
/// PHP does it. On MySQL a number that is too large counts as the largest. The log is told. Fractions,
/// which Xboard leaves in the traffic of SQLite databases, are cut off without a word. What money is
/// decided by is read as an [`Amount`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub(crate) struct Int(pub(crate) i64);

impl Int {
    /// As a flag: anything but 0 is set.
    pub(crate) const fn is_set(self) -> bool {
        self.0 != 0
    }
}

/// The number of a column that may be NULL.
pub(crate) fn number(value: Option<Int>) -> Option<i64> {
    value.map(|value| value.0)
}

/// The instant of a column that may be NULL.
pub(crate) fn instant(value: Option<Int>) -> Option<UnixSeconds> {
    value.map(|value| UnixSeconds::new(value.0))
}

/// An amount of money, or what is compared again: as an [`Int`], but one that is no integer is an error,
/// as it may not be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub(crate) struct Amount(pub(crate) i64);

#[cfg(feature = "sqlite")]
impl FromSql<BigInt, diesel::sqlite::Sqlite> for Amount {
    fn from_sql(
        value: <diesel::sqlite::Sqlite as Backend>::RawValue<'_>,
    ) -> deserialize::Result<Self> {
        if !is_integer(&value) {
            return Err("an amount is no integer".into());
        }
        <i64 as FromSql<BigInt, diesel::sqlite::Sqlite>>::from_sql(value).map(Self)
    }
}

#[cfg(feature = "mysql")]
impl FromSql<BigInt, diesel::mysql::Mysql> for Amount {
    fn from_sql(
        value: <diesel::mysql::Mysql as Backend>::RawValue<'_>,
    ) -> deserialize::Result<Self> {
        <i64 as FromSql<BigInt, diesel::mysql::Mysql>>::from_sql(value).map(Self)
    }
}

#[cfg(feature = "postgres")]
impl FromSql<BigInt, diesel::pg::Pg> for Amount {
    fn from_sql(value: <diesel::pg::Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        from_network_order(value.as_bytes()).map(Self)
    }
}

#[cfg(feature = "sqlite")]
fn is_fraction(value: &<diesel::sqlite::Sqlite as Backend>::RawValue<'_>) -> bool {
    use diesel::sqlite::SqliteType;
    matches!(
        value.value_type(),
        Some(SqliteType::Double | SqliteType::Float)
    )
}

#[cfg(feature = "sqlite")]
fn is_integer(value: &<diesel::sqlite::Sqlite as Backend>::RawValue<'_>) -> bool {
    use diesel::sqlite::SqliteType;
    matches!(
        value.value_type(),
        Some(SqliteType::Long | SqliteType::Integer)
    )
}

#[cfg(feature = "sqlite")]
impl FromSql<BigInt, diesel::sqlite::Sqlite> for Int {
    fn from_sql(
        value: <diesel::sqlite::Sqlite as Backend>::RawValue<'_>,
    ) -> deserialize::Result<Self> {
        if !is_integer(&value) && !is_fraction(&value) {
            odd_values::notice();
        }
        <i64 as FromSql<BigInt, diesel::sqlite::Sqlite>>::from_sql(value).map(Self)
    }
}

#[cfg(feature = "mysql")]
impl FromSql<BigInt, diesel::mysql::Mysql> for Int {
    fn from_sql(
        value: <diesel::mysql::Mysql as Backend>::RawValue<'_>,
    ) -> deserialize::Result<Self> {
        use diesel::mysql::MysqlType;
        let is_wide = matches!(value.value_type(), MysqlType::UnsignedLongLong);
        let number = <i64 as FromSql<BigInt, diesel::mysql::Mysql>>::from_sql(value);
        if is_wide && number.is_err() {
            odd_values::notice();
            return Ok(Self(i64::MAX));
        }
        number.map(Self)
    }
}

#[cfg(feature = "postgres")]
impl FromSql<BigInt, diesel::pg::Pg> for Int {
    fn from_sql(value: <diesel::pg::Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        from_network_order(value.as_bytes()).map(Self)
    }
}

#[cfg(feature = "postgres")]
pub(crate) fn from_network_order(bytes: &[u8]) -> deserialize::Result<i64> {
    if let [flag] = *bytes {
        return Ok(i64::from(flag));
    }
    if let Ok(short) = bytes.try_into() {
        return Ok(i64::from(i16::from_be_bytes(short)));
    }
    if let Ok(middle) = bytes.try_into() {
        return Ok(i64::from(i32::from_be_bytes(middle)));
    }
    match bytes.try_into() {
        Ok(long) => Ok(i64::from_be_bytes(long)),
        Err(_) => Err(format!("an integer cannot have {} bytes", bytes.len()).into()),
    }
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::from_network_order;

    #[test]
    fn every_width_is_read() {
        assert_eq!(from_network_order(&[1]).unwrap(), 1);
        assert_eq!(from_network_order(&(-2_i16).to_be_bytes()).unwrap(), -2);
        assert_eq!(from_network_order(&(-3_i32).to_be_bytes()).unwrap(), -3);
        assert_eq!(
            from_network_order(&i64::MIN.to_be_bytes()).unwrap(),
            i64::MIN
        );
        assert!(from_network_order(&[1, 2, 3]).is_err());
    }
}
