//! What a client asked, judged against the columns of the list.

use crate::asked::{Asked, AskedFilter, AskedSort, Given};
use crate::column::{Column, Direction, Holds, Listing, Operator, Words};
use crate::error::ListError;
use crate::number::Number;
use crate::page::Page;
use crate::request::{Comparison, Filter, ListRequest, Operand, Sort, Test};

/// The most conditions of a request.
const MOST_FILTERS: usize = 50;
/// The most values in all of its lists.
const MOST_VALUES: usize = 1_000;
/// The most characters of a value.
const LONGEST: usize = 500;

impl Listing {
    /// What was asked, in the list's own words.
    pub fn judge(&self, asked: &Asked) -> Result<ListRequest, ListError> {
        if asked.filters.len() > MOST_FILTERS {
            return Err(ListError::TooMuch);
        }
        let filters = asked.filters.iter().map(|filter| self.filter(filter));
        let filters: Vec<Filter> = filters.collect::<Result<_, _>>()?;
        if values(&filters) > MOST_VALUES {
            return Err(ListError::TooMuch);
        }
        let sorts = asked.sorts.iter().map(|sort| self.sort(sort));
        let named: Vec<Sort> = sorts.collect::<Result<_, _>>()?;
        Ok(ListRequest {
            page: self.pages.table_page(asked.page, asked.rows),
            filters,
            sorts: self.ordered(named),
        })
    }

    /// This page of the whole list.
    pub fn whole(&self, page: Page) -> ListRequest {
        ListRequest {
            page,
            filters: Vec::new(),
            sorts: self.ordered(Vec::new()),
        }
    }

    fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    fn filter(&self, asked: &AskedFilter) -> Result<Filter, ListError> {
        let column = self.column(&asked.column).ok_or(ListError::FilterUnknown)?;
        let test = match &asked.value {
            Given::One(text) => self.test(column, text)?,
            Given::Many(items) => one_of(column, items, Operator::OneOf)?,
        };
        let is_or = asked.is_or && self.joins;
        Ok(Filter {
            column,
            test,
            is_or,
        })
    }

    fn test(&self, column: &Column, text: &str) -> Result<Test, ListError> {
        let Some((word, rest)) = text
            .split_once(':')
            .filter(|_| self.words == Words::Operators)
        else {
            admit(column, Operator::Like)?;
            return readable(text).map(Test::Contains);
        };
        let Some(operator) = Operator::named(word) else {
            admit(column, Operator::Like)?;
            return readable(rest).map(Test::Reads);
        };
        let compare = |comparison| Ok(Test::Compare(comparison, operand(column, rest)?));
        admit(column, operator)?;
        match operator {
            Operator::Equal | Operator::OneOf => one_of(column, &[rest.to_owned()], operator),
            Operator::Greater => compare(Comparison::Greater),
            Operator::GreaterOrEqual => compare(Comparison::GreaterOrEqual),
            Operator::Less => compare(Comparison::Less),
            Operator::LessOrEqual => compare(Comparison::LessOrEqual),
            Operator::Like => readable(rest).map(Test::Contains),
            Operator::NotLike => readable(rest).map(Test::Lacks),
            Operator::Null => Ok(Test::Null),
            Operator::NotNull => Ok(Test::NotNull),
        }
    }

    fn sort(&self, asked: &AskedSort) -> Result<Sort, ListError> {
        let column = self.column(&asked.column);
        let column = column.filter(|column| column.is_sortable);
        let column = column.ok_or(ListError::SortUnknown)?;
        Ok(Sort {
            name: column.name,
            holds: column.holds,
            direction: if asked.is_descending {
                Direction::Descending
            } else {
                Direction::Ascending
            },
        })
    }

    /// What was named, and then the list's own order.
    fn ordered(&self, named: Vec<Sort>) -> Vec<Sort> {
        let own = self.order.iter().map(|(name, direction)| Sort {
            name,
            holds: self
                .column(name)
                .map_or(Holds::Number, |column| column.holds),
            direction: *direction,
        });
        let mut sorts: Vec<Sort> = Vec::with_capacity(named.len() + self.order.len());
        for sort in named.into_iter().chain(own) {
            if sorts.iter().all(|earlier| earlier.name != sort.name) {
                sorts.push(sort);
            }
        }
        sorts
    }
}

fn admit(column: &Column, operator: Operator) -> Result<(), ListError> {
    if column.operators.contains(&operator) {
        Ok(())
    } else {
        Err(ListError::OperatorRefused)
    }
}

fn one_of(column: &Column, items: &[String], operator: Operator) -> Result<Test, ListError> {
    admit(column, operator)?;
    let operands = items.iter().map(|item| operand(column, item));
    operands.collect::<Result<_, _>>().map(Test::OneOf)
}

/// The text, if it is not longer than a column is compared with. No value holds NUL.
fn readable(text: &str) -> Result<String, ListError> {
    if text.chars().count() > LONGEST || text.contains('\0') {
        return Err(ListError::TooMuch);
    }
    Ok(text.to_owned())
}

fn operand(column: &Column, text: &str) -> Result<Operand, ListError> {
    let number = |text: &str| {
        let number = Number::parse(text).ok_or(ListError::NumberExpected)?;
        Ok(Operand::Number(number))
    };
    match column.holds {
        Holds::Text => readable(text).map(Operand::Text),
        Holds::Number | Holds::Flag => number(text),
        Holds::Named(names) => {
            let mut names = names.iter();
            let named = names.find(|(name, _)| name.eq_ignore_ascii_case(text));
            named.map_or_else(
                || number(text),
                |(_, code)| Ok(Operand::Number(Number::Whole(*code))),
            )
        }
    }
}

fn values(filters: &[Filter]) -> usize {
    let count = |filter: &Filter| match &filter.test {
        Test::OneOf(items) => items.len(),
        _ => 1,
    };
    filters.iter().map(count).sum()
}

#[cfg(test)]
mod tests {
    use Direction::{Ascending, Descending};
    use proptest::prelude::*;

    use super::*;
    use crate::page::PageRule;

    const USERS: Listing = Listing {
        columns: &[
            Column::number("id"),
            Column::text("email"),
            Column::flag("banned"),
            Column::text("token").only(&[Operator::Equal]).unsorted(),
            Column::named("status", &[("pending", 0), ("approved", 1)]),
            Column::text("plan.name").unsorted(),
        ],
        words: Words::Operators,
        joins: true,
        order: &[("id", Direction::Descending)],
        pages: PageRule::TABLE,
    };
    const COUPONS: Listing = Listing {
        words: Words::Plain,
        joins: false,
        ..USERS
    };

    fn one(text: &str) -> Given {
        Given::One(text.to_owned())
    }

    fn test(listing: &Listing, column: &str, value: Given) -> Result<Test, ListError> {
        let filters = vec![AskedFilter::new(column, value)];
        let asked = Asked {
            filters,
            ..Asked::default()
        };
        let request = listing.judge(&asked)?;
        Ok(request.filters()[0].test().clone())
    }

    fn whole(number: i64) -> Operand {
        Operand::Number(Number::Whole(number))
    }

    #[test]
    fn a_value_is_read_by_its_column_and_its_operator() {
        let text = |text: &str| text.to_owned();
        for (column, value, expected) in [
            ("email", one("ali"), Ok(Test::Contains(text("ali")))),
            ("email", one(""), Ok(Test::Contains(text("")))),
            ("email", one("LIKE:a:b"), Ok(Test::Contains(text("a:b")))),
            ("email", one("notlike:a"), Ok(Test::Lacks(text("a")))),
            ("email", one("what:a"), Ok(Test::Reads(text("a")))),
            ("email", one(":a"), Ok(Test::Reads(text("a")))),
            (
                "email",
                one("Eq:a"),
                Ok(Test::OneOf(vec![Operand::Text(text("a"))])),
            ),
            ("id", one("eq:3"), Ok(Test::OneOf(vec![whole(3)]))),
            (
                "id",
                one("gt:3.5"),
                Ok(Test::Compare(
                    Comparison::Greater,
                    Operand::Number(Number::After(3)),
                )),
            ),
            (
                "id",
                one("lte:-1"),
                Ok(Test::Compare(Comparison::LessOrEqual, whole(-1))),
            ),
            ("id", one("12"), Ok(Test::Contains(text("12")))),
            ("id", one("eq:x"), Err(ListError::NumberExpected)),
            ("id", one("null:x"), Ok(Test::Null)),
            ("email", one("NOTNULL:"), Ok(Test::NotNull)),
            ("banned", one("eq:1"), Ok(Test::OneOf(vec![whole(1)]))),
            (
                "status",
                one("eq:Approved"),
                Ok(Test::OneOf(vec![whole(1)])),
            ),
            ("status", one("eq:7"), Ok(Test::OneOf(vec![whole(7)]))),
            ("status", one("eq:gone"), Err(ListError::NumberExpected)),
            (
                "token",
                one("eq:abc"),
                Ok(Test::OneOf(vec![Operand::Text(text("abc"))])),
            ),
            ("token", one("abc"), Err(ListError::OperatorRefused)),
            ("token", one("x:abc"), Err(ListError::OperatorRefused)),
            ("token", one("gt:abc"), Err(ListError::OperatorRefused)),
            (
                "token",
                Given::Many(vec![text("a")]),
                Err(ListError::OperatorRefused),
            ),
            (
                "id",
                Given::Many(vec![text("1"), text("2")]),
                Ok(Test::OneOf(vec![whole(1), whole(2)])),
            ),
            (
                "id",
                Given::Many(vec![text("1"), text("x")]),
                Err(ListError::NumberExpected),
            ),
            ("id", Given::Many(vec![]), Ok(Test::OneOf(vec![]))),
            (
                "plan.name",
                one("eq:Basic"),
                Ok(Test::OneOf(vec![Operand::Text(text("Basic"))])),
            ),
            ("email", one(&"x".repeat(501)), Err(ListError::TooMuch)),
            ("email", one("a\0"), Err(ListError::TooMuch)),
        ] {
            assert_eq!(
                test(&USERS, column, value.clone()),
                expected,
                "{column} {value:?}"
            );
        }
    }

    #[test]
    fn a_plain_list_knows_no_operators() {
        let contained = Ok(Test::Contains("eq:1".to_owned()));
        assert_eq!(test(&COUPONS, "id", one("eq:1")), contained);
        let listed = Given::Many(vec!["1".to_owned()]);
        assert_eq!(
            test(&COUPONS, "id", listed),
            Ok(Test::OneOf(vec![whole(1)]))
        );
    }

    #[test]
    fn alternatives_are_heard_where_the_list_takes_them() {
        let alternative = AskedFilter {
            is_or: true,
            ..AskedFilter::new("email", one("a"))
        };
        let asked = Asked {
            filters: vec![alternative],
            ..Asked::default()
        };
        assert!(USERS.judge(&asked).unwrap().filters()[0].is_or());
        assert!(!COUPONS.judge(&asked).unwrap().filters()[0].is_or());
    }

    #[test]
    fn a_list_ends_its_order_with_its_own() {
        let by = |column: &str, is_descending| AskedSort {
            column: column.to_owned(),
            is_descending,
        };
        let order = |sorts: Vec<AskedSort>| {
            let asked = Asked {
                sorts,
                ..Asked::default()
            };
            let request = USERS.judge(&asked)?;
            let sorts = request.sorts().iter();
            Ok(sorts.map(|sort| (sort.name, sort.direction)).collect())
        };
        for (sorts, expected) in [
            (vec![], Ok(vec![("id", Descending)])),
            (
                vec![by("email", false), by("banned", true), by("email", true)],
                Ok(vec![
                    ("email", Ascending),
                    ("banned", Descending),
                    ("id", Descending),
                ]),
            ),
            (vec![by("id", false)], Ok(vec![("id", Ascending)])),
            (vec![by("token", false)], Err(ListError::SortUnknown)),
            (vec![by("plan.name", false)], Err(ListError::SortUnknown)),
            (
                vec![by("id desc, (SELECT 1)", false)],
                Err(ListError::SortUnknown),
            ),
        ] {
            assert_eq!(order(sorts.clone()), expected, "{sorts:?}");
        }
    }

    #[test]
    fn too_much_at_once_is_refused() {
        let filters = |count: usize, value: Given| Asked {
            filters: vec![AskedFilter::new("email", value); count],
            ..Asked::default()
        };
        assert!(USERS.judge(&filters(MOST_FILTERS, one("a"))).is_ok());
        assert_eq!(
            USERS.judge(&filters(MOST_FILTERS + 1, one("a"))),
            Err(ListError::TooMuch)
        );
        let many = |count: usize| Given::Many(vec!["a".to_owned(); count]);
        assert!(USERS.judge(&filters(2, many(MOST_VALUES / 2))).is_ok());
        assert_eq!(
            USERS.judge(&filters(2, many(MOST_VALUES / 2 + 1))),
            Err(ListError::TooMuch)
        );
    }

    proptest! {
        #[test]
        fn a_name_outside_the_list_is_refused(name in "[a-z_.]{0,12}|.{0,40}") {
            prop_assume!(USERS.columns.iter().all(|column| column.name != name));
            prop_assert_eq!(test(&USERS, &name, one("a")), Err(ListError::FilterUnknown));
            let sorts = vec![AskedSort { column: name, is_descending: true }];
            let asked = Asked { sorts, ..Asked::default() };
            prop_assert_eq!(USERS.judge(&asked), Err(ListError::SortUnknown));
        }

        #[test]
        fn what_is_accepted_names_columns_of_the_list(name in "id|email|token|plan.name|password", value: String) {
            let asked = Asked {
                filters: vec![AskedFilter::new(name, Given::One(value))],
                ..Asked::default()
            };
            if let Ok(request) = USERS.judge(&asked) {
                let column = request.filters()[0].column();
                prop_assert!(USERS.columns.iter().any(|known| known == column));
            }
        }
    }
}
