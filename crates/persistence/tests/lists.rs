//! Lists as they are asked for, on every database against plain predicates on the same random rows.
//!
//! What renders them is mounted here: it names no repository, and the library need not be compiled for it.
#![cfg(all(feature = "sqlite", feature = "mysql", feature = "postgres"))]
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "what is mounted is used by the library, here only by its tests"
)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

#[path = "../src/kind.rs"]
mod kind;
#[path = "../src/lists/mod.rs"]
mod lists;
#[path = "../src/patterns.rs"]
mod patterns;

use std::cmp::Ordering;

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, SqliteConnection};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{
    AsyncConnection as _, AsyncMysqlConnection, AsyncPgConnection, RunQueryDsl as _,
};
use ferroboard_listing::{
    Asked, AskedFilter, AskedSort, Column, Comparison, Direction, Filter, Given, ListRequest,
    Listing, Number, Operand, PageRule, Sort, Test, Words,
};
use ferroboard_testing::databases::{Backend, Database};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use kind::Kind;
use lists::{Bind, Place, Source, Statement, matching, ordered};

const SAMPLES: Listing = Listing {
    columns: &[
        Column::number("id"),
        Column::text("word"),
        Column::number("amount"),
        Column::flag("show"),
        Column::number("sum"),
        Column::named("level", &[("low", 0), ("high", 2)]),
        Column::text("kin.name"),
        Column::number("kin.amount"),
    ],
    words: Words::Operators,
    joins: true,
    order: &[("level", Direction::Descending)],
    pages: PageRule::new(1_000, 1, 1_000),
};
const SOURCE: Source = Source {
    table: "sample",
    key: "id",
    filled: &[],
    places: &[
        (
            "sum",
            Place::Made(|| "(sample.amount + sample.level)".to_owned()),
        ),
        ("kin.name", kin("word")),
        ("kin.amount", kin("amount")),
    ],
};

/// A column of the row of the same table that a row names.
const fn kin(column: &'static str) -> Place {
    Place::Related {
        table: "sample",
        column,
        key: "id",
        by: "kin_id",
    }
}

/// How many random requests each database answers.
const REQUESTS: usize = 400;
/// How many random rows it has.
const ROWS: usize = 60;

#[derive(Debug, Clone)]
struct Sample {
    id: i64,
    word: Option<String>,
    amount: Option<i64>,
    show: Option<bool>,
    level: i64,
    kin: Option<i64>,
}

/// The value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    Absent,
    Number(i64),
    Text(String),
}

impl Cell {
    fn number(number: Option<i64>) -> Self {
        number.map_or(Self::Absent, Self::Number)
    }

    fn text(text: Option<&String>) -> Self {
        text.map_or(Self::Absent, |text| Self::Text(text.clone()))
    }

    /// As it is written.
    fn written(&self) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.to_ascii_lowercase()),
        }
    }

    /// What is absent is the smallest.
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.cmp(other),
            (one, other) => one
                .written()
                .map(String::into_bytes)
                .cmp(&other.written().map(String::into_bytes)),
        }
    }
}

fn cell(rows: &[Sample], row: &Sample, name: &str) -> Cell {
    let kin = || rows.iter().find(|other| Some(other.id) == row.kin);
    match name {
        "id" => Cell::Number(row.id),
        "word" => Cell::text(row.word.as_ref()),
        "amount" => Cell::number(row.amount),
        "show" => Cell::number(row.show.map(i64::from)),
        "level" => Cell::Number(row.level),
        "sum" => Cell::number(row.amount.map(|amount| amount + row.level)),
        "kin.name" => Cell::text(kin().and_then(|kin| kin.word.as_ref())),
        "kin.amount" => Cell::number(kin().and_then(|kin| kin.amount)),
        other => panic!("{other}"),
    }
}

/// How a number stands to one that may be none that a column holds.
fn stands(number: i64, to: Number) -> Ordering {
    match to {
        Number::Whole(whole) => number.cmp(&whole),
        Number::After(floor) if number <= floor => Ordering::Less,
        Number::After(_) | Number::Lowest => Ordering::Greater,
    }
}

fn is_true(test: &Test, cell: &Cell, has_row: bool) -> bool {
    let Some(written) = cell.written() else {
        return *test == Test::Null && has_row;
    };
    let equals = |operand: &Operand| match (operand, cell) {
        (Operand::Text(text), _) => text.to_ascii_lowercase() == written,
        (Operand::Number(to), Cell::Number(number)) => stands(*number, *to) == Ordering::Equal,
        (Operand::Number(_), _) => panic!("{operand:?} for {cell:?}"),
    };
    match test {
        Test::Null => false,
        Test::NotNull => true,
        Test::Contains(text) => written.contains(&text.to_ascii_lowercase()),
        Test::Lacks(text) => !written.contains(&text.to_ascii_lowercase()),
        Test::Reads(text) => match cell {
            Cell::Text(_) => written == text.to_ascii_lowercase(),
            _ => written == *text,
        },
        Test::OneOf(operands) => operands.iter().any(equals),
        Test::Compare(comparison, operand) => {
            let order = match (operand, cell) {
                (Operand::Text(text), _) => written
                    .into_bytes()
                    .cmp(&text.to_ascii_lowercase().into_bytes()),
                (Operand::Number(to), Cell::Number(number)) => stands(*number, *to),
                (Operand::Number(_), _) => panic!("{operand:?} for {cell:?}"),
            };
            match comparison {
                Comparison::Greater => order.is_gt(),
                Comparison::GreaterOrEqual => order.is_ge(),
                Comparison::Less => order.is_lt(),
                Comparison::LessOrEqual => order.is_le(),
            }
        }
    }
}

fn is_listed(rows: &[Sample], row: &Sample, filters: &[Filter]) -> bool {
    let is_met = |filter: &Filter| {
        let name = filter.column().name;
        let has_row =
            !name.starts_with("kin.") || rows.iter().any(|other| Some(other.id) == row.kin);
        is_true(filter.test(), &cell(rows, row, name), has_row)
    };
    let mut alternatives: Vec<Vec<&Filter>> = vec![Vec::new()];
    for filter in filters {
        if filter.is_or() && !alternatives[0].is_empty() {
            alternatives.push(Vec::new());
        }
        alternatives.last_mut().unwrap().push(filter);
    }
    alternatives
        .iter()
        .any(|all| all.iter().all(|filter| is_met(filter)))
}

/// What the list is to be, by a plain predicate and a plain sort.
fn expected(rows: &[Sample], request: &ListRequest) -> Vec<i64> {
    let listed = rows
        .iter()
        .filter(|row| is_listed(rows, row, request.filters()));
    let mut listed: Vec<&Sample> = listed.collect();
    let by = |one: &Sample, other: &Sample, sort: &Sort| {
        let order = cell(rows, one, sort.name).compare(&cell(rows, other, sort.name));
        match sort.direction {
            Direction::Ascending => order,
            Direction::Descending => order.reverse(),
        }
    };
    listed.sort_by(|one, other| {
        let orders = request.sorts().iter().map(|sort| by(one, other, sort));
        orders
            .fold(Ordering::Equal, Ordering::then)
            .then(one.id.cmp(&other.id))
    });
    listed.iter().map(|row| row.id).collect()
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

enum Connection {
    Sqlite(SyncConnectionWrapper<SqliteConnection>),
    Mysql(AsyncMysqlConnection),
    Postgres(Box<AsyncPgConnection>),
}

macro_rules! ask {
    ($statement:expr, $connection:expr, $backend:ty) => {{
        let mut query = diesel::sql_query($statement.text()).into_boxed::<$backend>();
        for bind in $statement.binds() {
            query = match bind.clone() {
                Bind::Text(text) => query.bind::<Text, _>(text),
                Bind::Number(number) => query.bind::<BigInt, _>(number),
            };
        }
        query.load::<Id>($connection).await
    }};
}

impl Connection {
    async fn open(database: &Database) -> Self {
        let url = database.url();
        match database.backend() {
            Backend::Sqlite => {
                let path = url.trim_start_matches("sqlite://");
                Self::Sqlite(SyncConnectionWrapper::establish(path).await.unwrap())
            }
            Backend::Mysql => Self::Mysql(AsyncMysqlConnection::establish(url).await.unwrap()),
            Backend::Postgres => {
                let connection = AsyncPgConnection::establish(url).await;
                Self::Postgres(Box::new(connection.unwrap()))
            }
        }
    }

    async fn ids(&mut self, statement: &Statement) -> Vec<i64> {
        let rows = match self {
            Self::Sqlite(connection) => ask!(statement, connection, diesel::sqlite::Sqlite),
            Self::Mysql(connection) => ask!(statement, connection, diesel::mysql::Mysql),
            Self::Postgres(connection) => ask!(statement, connection, diesel::pg::Pg),
        };
        let rows = rows.unwrap_or_else(|error| panic!("{error}: {statement:?}"));
        rows.into_iter().map(|row| row.id).collect()
    }
}

const fn kind_of(backend: Backend) -> Kind {
    match backend {
        Backend::Sqlite => Kind::Sqlite,
        Backend::Mysql => Kind::Mysql,
        Backend::Postgres => Kind::Postgres,
    }
}

fn statement(kind: Kind, request: &ListRequest) -> Statement {
    let conditions = matching(Statement::new(kind), &SOURCE, request);
    let text = format!(
        "SELECT sample.id AS id FROM sample WHERE {} ORDER BY {}",
        conditions.text(),
        ordered(kind, &SOURCE, request),
    );
    conditions.saying(text)
}

/// Letters of two cases and two scripts, signs of patterns and of literals, blanks, digits.
fn words() -> impl Strategy<Value = String> {
    "[aAbBzZäÄéßж中%_!'\"\\\\ 07.]{0,5}"
}

fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -12_i64..13, 1 => Just(4_000_000_000_000), 1 => Just(-4_000_000_000_000)]
}

fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let word = proptest::option::weighted(0.85, words());
    let amount = proptest::option::weighted(0.85, amounts());
    let show = proptest::option::weighted(0.85, any::<bool>());
    let kin = proptest::option::weighted(0.7, 1_i64..70);
    let row = (word, amount, show, 0_i64..3, kin);
    proptest::collection::vec(row, ROWS).prop_map(|rows| {
        let rows = rows.into_iter().zip(1..);
        rows.map(|((word, amount, show, level, kin), id)| Sample {
            id,
            word,
            amount,
            show,
            level,
            kin,
        })
        .collect()
    })
}

/// A number as clients may write it.
fn numbers() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => amounts().prop_map(|number| number.to_string()),
        2 => (-13_i64..13, 0..100).prop_map(|(whole, part)| format!("{whole}.{part}")),
        1 => Just("99999999999999999999".to_owned()),
        1 => Just("-99999999999999999999.5".to_owned()),
    ]
}

fn filters() -> impl Strategy<Value = AskedFilter> {
    let names = SAMPLES.columns.iter().map(|column| column.name);
    let name = proptest::sample::select(names.collect::<Vec<_>>());
    let operator = proptest::sample::select(vec![
        "", "eq:", "GT:", "gte:", "Lt:", "lte:", "like:", "notLike:", "null:", "notnull:", "what:",
        "many",
    ]);
    (name, operator, any::<bool>()).prop_flat_map(|(name, operator, is_or)| {
        let is_text = ["word", "kin.name"].contains(&name);
        let value = match operator {
            _ if is_text => words().boxed(),
            "" | "like:" | "notLike:" | "what:" => prop_oneof![numbers(), words()].boxed(),
            _ if name == "level" => prop_oneof![numbers(), Just("High".to_owned())].boxed(),
            _ => numbers().boxed(),
        };
        proptest::collection::vec(value, 1..4).prop_map(move |values| AskedFilter {
            column: name.to_owned(),
            value: match operator {
                "many" => Given::Many(values),
                operator => Given::One(format!("{operator}{}", values[0])),
            },
            is_or,
        })
    })
}

fn requests() -> impl Strategy<Value = Asked> {
    let names = SAMPLES.columns.iter().map(|column| column.name);
    let name = proptest::sample::select(names.collect::<Vec<_>>());
    let sort = (name, any::<bool>()).prop_map(|(name, is_descending)| AskedSort {
        column: name.to_owned(),
        is_descending,
    });
    let filters = proptest::collection::vec(filters(), 0..4);
    let sorts = proptest::collection::vec(sort, 0..3);
    (filters, sorts).prop_map(|(filters, sorts)| Asked {
        filters,
        sorts,
        ..Asked::default()
    })
}

async fn fill(database: &Database, rows: &[Sample]) {
    let sql = database.sql();
    let flag = if database.backend() == Backend::Postgres {
        "boolean"
    } else {
        "smallint"
    };
    sql.execute(&format!(
        "CREATE TABLE sample (id bigint PRIMARY KEY, word varchar(191), amount bigint, \
         `show` {flag}, level smallint NOT NULL, kin_id bigint)"
    ))
    .await;
    let or_null = |value: Option<String>| value.unwrap_or_else(|| "NULL".to_owned());
    for row in rows {
        let word = or_null(row.word.as_ref().map(|word| sql.quoted(word)));
        let amount = or_null(row.amount.map(|amount| amount.to_string()));
        let show = or_null(
            row.show
                .map(|show| sql.quoted(&i64::from(show).to_string())),
        );
        let kin = or_null(row.kin.map(|kin| kin.to_string()));
        let (id, level) = (row.id, row.level);
        sql.execute(&format!(
            "INSERT INTO sample VALUES ({id}, {word}, {amount}, {show}, {level}, {kin})"
        ))
        .await;
    }
}

fn random<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

async fn every_operator_agrees_with_a_plain_predicate(backend: Backend) {
    let Some(database) = Database::fresh(backend).await else {
        return;
    };
    let mut runner = TestRunner::default();
    let rows = random(&mut runner, &samples());
    fill(&database, &rows).await;
    let mut connection = Connection::open(&database).await;
    let requests = requests();
    let mut matched = 0;
    for _ in 0..REQUESTS {
        let asked = random(&mut runner, &requests);
        let request = SAMPLES.judge(&asked).unwrap();
        let statement = statement(kind_of(backend), &request);
        let found = connection.ids(&statement).await;
        assert_eq!(
            found,
            expected(&rows, &request),
            "{asked:?}\n{statement:?}\n{rows:?}"
        );
        matched += usize::from(!found.is_empty() && found.len() < rows.len());
    }
    assert!(
        matched > REQUESTS / 10,
        "only {matched} requests told rows apart"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operator_agrees_with_a_plain_predicate_on_sqlite() {
    every_operator_agrees_with_a_plain_predicate(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operator_agrees_with_a_plain_predicate_on_mysql() {
    every_operator_agrees_with_a_plain_predicate(Backend::Mysql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operator_agrees_with_a_plain_predicate_on_postgres() {
    every_operator_agrees_with_a_plain_predicate(Backend::Postgres).await;
}

#[test]
fn what_a_client_says_is_bound_and_never_a_word_of_the_statement() {
    let value = "q7q' OR 1=1 --";
    for column in SAMPLES.columns {
        for operator in [
            "", "eq:", "gt:", "lte:", "like:", "notlike:", "null:", "other:",
        ] {
            for given in [
                Given::One(format!("{operator}{value}")),
                Given::Many(vec![value.to_owned()]),
            ] {
                let filters = vec![AskedFilter::new(column.name, given)];
                let asked = Asked {
                    filters,
                    ..Asked::default()
                };
                let Ok(request) = SAMPLES.judge(&asked) else {
                    continue;
                };
                for kind in [Kind::Sqlite, Kind::Mysql, Kind::Postgres] {
                    let statement = statement(kind, &request);
                    assert!(!statement.text().contains("q7q"), "{statement:?}");
                    let places = statement.text().matches(['?', '$']).count();
                    assert_eq!(places, statement.binds().len(), "{statement:?}");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn a_name_outside_the_list_never_reaches_a_statement(name in "\\PC{0,40}", by in any::<bool>()) {
        prop_assume!(SAMPLES.columns.iter().all(|column| column.name != name));
        let asked = if by {
            Asked { sorts: vec![AskedSort { column: name, is_descending: by }], ..Asked::default() }
        } else {
            let filters = vec![AskedFilter::new(name, Given::One("1".to_owned()))];
            Asked { filters, ..Asked::default() }
        };
        prop_assert!(SAMPLES.judge(&asked).is_err());
    }
}
