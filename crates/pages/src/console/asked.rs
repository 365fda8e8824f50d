//! What the address of a list asks for: `?page=2&rows=50&sort=-created_at&f_email=ann&o_email=like`.

use ferroboard_kernel::{Decimal, Zone};
use ferroboard_listing::{Asked, AskedFilter, AskedSort, Given};

use super::instant;

/// Bytes of a gigabyte.
pub(crate) const GIGABYTE: i64 = 1 << 30;
/// How many pairs of an address are read.
const MOST: usize = 200;

/// What a column is filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FilterKind {
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// An amount in units of the currency, which the column holds in cents.
    Money,
    /// A size in gigabytes, which the column holds in bytes.
    Gigabytes,
    /// An instant by the operator's clock.
    Time,
    /// One of these: the column's value, and its word.
    Choice(&'static [(&'static str, &'static str)]),
}

/// A filter of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    /// The listing's column.
    pub(crate) column: &'static str,
    /// What it is called: a name of the catalogue.
    pub(crate) text: &'static str,
    /// What it is filtered by.
    pub(crate) kind: FilterKind,
}

impl Filter {
    /// A filter by what a column contains.
    pub(crate) const fn text(column: &'static str, text: &'static str) -> Self {
        Self::new(column, text, FilterKind::Text)
    }

    /// A filter by a whole number.
    pub(crate) const fn number(column: &'static str, text: &'static str) -> Self {
        Self::new(column, text, FilterKind::Number)
    }

    /// A filter of this kind.
    pub(crate) const fn new(column: &'static str, text: &'static str, kind: FilterKind) -> Self {
        Self { column, text, kind }
    }

    /// The operators that it has, with their words; none where there is nothing to choose.
    pub(crate) const fn operators(&self) -> &'static [(&'static str, &'static str)] {
        match self.kind {
            FilterKind::Text => &[
                ("like", "console.op_contains"),
                ("notlike", "console.op_lacks"),
                ("eq", "console.op_is"),
                ("null", "console.op_empty"),
                ("notnull", "console.op_filled"),
            ],
            FilterKind::Choice(_) => &[],
            _ => &[
                ("eq", "console.op_is"),
                ("gte", "console.op_least"),
                ("lte", "console.op_most"),
                ("null", "console.op_empty"),
                ("notnull", "console.op_filled"),
            ],
        }
    }

    /// The value as the column holds it.
    fn stored(&self, typed: &str, zone: Zone) -> Option<String> {
        let scaled = |by: i64| {
            let number = Decimal::parse(typed)?.ten_thousandths();
            let scaled = i128::from(number) * i128::from(by) / 10_000;
            Some(scaled.to_string())
        };
        match self.kind {
            FilterKind::Money => scaled(100),
            FilterKind::Gigabytes => scaled(GIGABYTE),
            FilterKind::Time => Some(instant::parsed(typed, zone)?.to_string()),
            _ => Some(typed.to_owned()),
        }
    }
}

/// What an address asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ListQuery {
    pairs: Vec<(String, String)>,
}

impl ListQuery {
    /// The pairs of a query; empty ones are left out.
    pub(crate) fn parse(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let pairs = pairs.filter(|(_, value)| !value.trim().is_empty());
        let pairs = pairs.take(MOST);
        Self {
            pairs: pairs
                .map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
                .collect(),
        }
    }

    /// What is said under a name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs.iter();
        let found = pairs.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// All that is said under a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.pairs.iter().filter(move |(known, _)| known == name);
        pairs.map(|(_, value)| value.as_str())
    }

    /// The number that is said under a name.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok()
    }

    /// What is typed into a filter.
    pub(crate) fn typed(&self, filter: &Filter) -> &str {
        self.get(&format!("f_{}", filter.column))
            .unwrap_or_default()
    }

    /// The operator that is chosen of a filter; its first where none is.
    pub(crate) fn operator(&self, filter: &Filter) -> &'static str {
        let chosen = self.get(&format!("o_{}", filter.column));
        let operators = filter.operators();
        let found = operators.iter().find(|(name, _)| Some(*name) == chosen);
        found.or(operators.first()).map_or("eq", |(name, _)| *name)
    }

    /// The conditions on these filters' columns, and which of them say what no column holds.
    pub(crate) fn conditions(
        &self,
        filters: &[Filter],
        has_operators: bool,
        zone: Zone,
    ) -> (Vec<AskedFilter>, Vec<&'static str>) {
        let (mut conditions, mut odd) = (Vec::new(), Vec::new());
        for filter in filters {
            let (typed, operator) = (self.typed(filter), self.operator(filter));
            let value = match operator {
                "null" | "notnull" if has_operators => Given::One(format!("{operator}:")),
                _ if typed.is_empty() => continue,
                _ => match filter.stored(typed, zone) {
                    Some(value) if has_operators => Given::One(format!("{operator}:{value}")),
                    Some(value) if filter.kind == FilterKind::Text => Given::One(value),
                    Some(value) => Given::Many(vec![value]),
                    None => {
                        odd.push(filter.column);
                        continue;
                    }
                },
            };
            conditions.push(AskedFilter::new(filter.column, value));
        }
        (conditions, odd)
    }

    /// What is sorted by, the first column first.
    pub(crate) fn sorts(&self) -> Vec<AskedSort> {
        let names = self.get("sort").unwrap_or_default().split(',');
        let names = names.filter(|name| !name.is_empty());
        let sorts = names.map(|name| AskedSort {
            column: name.trim_start_matches('-').to_owned(),
            is_descending: name.starts_with('-'),
        });
        sorts.collect()
    }

    /// All of it, for a list with these filters, and which filters say what no column holds.
    pub(crate) fn asked(
        &self,
        filters: &[Filter],
        has_operators: bool,
        zone: Zone,
    ) -> (Asked, Vec<&'static str>) {
        let (filters, odd) = self.conditions(filters, has_operators, zone);
        let asked = Asked {
            page: self.number("page"),
            rows: self.number("rows"),
            filters,
            sorts: self.sorts(),
        };
        (asked, odd)
    }

    /// The query with another value under a name, from the first page on; without the name for `None`.
    pub(crate) fn with(&self, name: &str, value: Option<&str>) -> String {
        let kept = self.pairs.iter();
        let kept = kept.filter(|(known, _)| known != name && known != "page" && known != "csv");
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in kept {
            query.append_pair(name, value);
        }
        if let Some(value) = value {
            query.append_pair(name, value);
        }
        query.finish()
    }

    /// The query as somebody may keep it: without the page.
    pub(crate) fn kept(&self) -> String {
        self.with("page", None)
    }

    /// What must be sent along by a form that asks for the same list in another way: all but these names.
    pub(crate) fn besides(&self, left_out: &[&str]) -> Vec<(String, String)> {
        let is_left_out = |name: &str| {
            left_out.iter().any(|start| name.starts_with(start)) || name == "page" || name == "csv"
        };
        let kept = self.pairs.iter().filter(|(name, _)| !is_left_out(name));
        kept.cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILTERS: &[Filter] = &[
        Filter::text("email", "console.email"),
        Filter::new("balance", "console.balance", FilterKind::Money),
        Filter::new("created_at", "console.created", FilterKind::Time),
        Filter::new("u", "console.used", FilterKind::Gigabytes),
    ];

    fn conditions(query: &str) -> (Vec<(String, Given)>, Vec<&'static str>) {
        let zone = Zone::named("UTC").unwrap();
        let (found, odd) = ListQuery::parse(query).conditions(FILTERS, true, zone);
        let found = found.into_iter();
        (
            found.map(|filter| (filter.column, filter.value)).collect(),
            odd,
        )
    }

    #[test]
    fn filters_become_conditions_in_the_units_of_their_columns() {
        let one = |column: &str, text: &str| (column.to_owned(), Given::One(text.to_owned()));
        for (query, expected) in [
            ("f_email=a%40b", vec![one("email", "like:a@b")]),
            ("f_email=eq%3Ax&o_email=eq", vec![one("email", "eq:eq:x")]),
            ("o_email=null", vec![one("email", "null:")]),
            (
                "f_balance=1.5&o_balance=gte",
                vec![one("balance", "gte:150")],
            ),
            ("f_u=0.5", vec![one("u", "eq:536870912")]),
            (
                "f_created_at=1970-01-02T00%3A00&o_created_at=lte",
                vec![one("created_at", "lte:86400")],
            ),
            ("f_password=x&o_email=drop", vec![]),
        ] {
            assert_eq!(conditions(query), (expected, vec![]), "{query}");
        }
        assert_eq!(
            conditions("f_balance=x&f_created_at=soon"),
            (vec![], vec!["balance", "created_at"])
        );
    }

    #[test]
    fn a_query_is_changed_in_one_place() {
        let query = ListQuery::parse("f_email=a&page=3&sort=-id&csv=1&empty=");
        assert_eq!(query.with("sort", Some("id")), "f_email=a&sort=id");
        assert_eq!(query.kept(), "f_email=a&sort=-id");
        let besides = query.besides(&["f_"]);
        assert_eq!(besides, [("sort".to_owned(), "-id".to_owned())]);
        let sorts = query.sorts();
        assert_eq!(
            (sorts[0].column.as_str(), sorts[0].is_descending),
            ("id", true)
        );
    }
}
