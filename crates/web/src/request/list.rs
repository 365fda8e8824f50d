//! What a client asks of a list: `current`, `pageSize`, `filter` and `sort`, in JSON or as a form names them.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use ferroboard_listing::{
    Asked, AskedFilter, AskedSort, Given as Values, ListError, ListRequest, Listing,
};
use serde_json::{Map, Value};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{RefOr, Required};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::input::Input;
use crate::request::reader::Given;

/// What is asked of a list. Other fields of the request are read beside it.
pub(crate) struct ListInput(Asked);

impl ListInput {
    /// What these fields of a request ask.
    pub(crate) fn of(fields: &Map<String, Value>) -> Result<Self, Fault> {
        asked(fields).map(Self)
    }

    /// What is asked, judged against the columns of the list.
    pub(crate) fn judged(&self, listing: &Listing) -> Result<ListRequest, Fault> {
        listing.judge(&self.0).map_err(refused)
    }

    /// The same with one more condition: that the column has one of these numbers. Without any nothing is
    /// asked of it.
    pub(crate) fn also(mut self, column: &str, numbers: Option<Vec<i64>>) -> Self {
        let values = numbers.map(|numbers| numbers.iter().map(i64::to_string).collect());
        let filter = values.map(|values| AskedFilter::new(column, Values::Many(values)));
        self.0.filters.extend(filter);
        self
    }

    /// The same, where values of a column have another spelling in the list, also behind an operator.
    pub(crate) fn spelled(mut self, column: &str, spell: fn(&str) -> Option<String>) -> Self {
        let whole = |text: &mut String| {
            let (operator, value) = text.split_once(':').unwrap_or(("", text));
            if let Some(value) = spell(value) {
                let colon = if operator.is_empty() { "" } else { ":" };
                *text = format!("{operator}{colon}{value}");
            }
        };
        for filter in self
            .0
            .filters
            .iter_mut()
            .filter(|filter| filter.column == column)
        {
            match &mut filter.value {
                Values::One(text) => whole(text),
                Values::Many(texts) => texts.iter_mut().for_each(whole),
            }
        }
        self
    }

    /// What clients may say: name, meaning and type.
    fn described() -> [(&'static str, &'static str, RefOr<Schema>); 4] {
        let or_null = |kind| SchemaType::from_iter([kind, Type::Null]);
        let number = || {
            ObjectBuilder::new()
                .schema_type(or_null(Type::Integer))
                .into()
        };
        let items = |member: &str, kind: RefOr<Schema>| {
            let item = ObjectBuilder::new();
            let item = item.property("id", String::schema()).required("id");
            let item = item.property(member, kind).required(member);
            let list = ArrayBuilder::new().items(item);
            list.schema_type(or_null(Type::Array)).into()
        };
        [
            ("current", "The page, from 1.", number()),
            ("pageSize", "Rows of a page: 1 to 1,000.", number()),
            (
                "filter",
                "Conditions on columns; in a query `filter[0][id]=…&filter[0][value]=…`.",
                items("value", String::schema()),
            ),
            (
                "sort",
                "Columns to sort by; in a query `sort[0][id]=…&sort[0][desc]=1`.",
                items("desc", bool::schema()),
            ),
        ]
    }
}

impl IntoParams for ListInput {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = |(name, meaning, schema)| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some(meaning))
                .schema(Some(schema))
                .build()
        };
        Self::described().map(parameter).into()
    }
}

impl PartialSchema for ListInput {
    fn schema() -> RefOr<Schema> {
        let described = Self::described().into_iter();
        let object = described.fold(ObjectBuilder::new(), |object, (name, _, schema)| {
            object.property(name, schema)
        });
        object.into()
    }
}

impl ToSchema for ListInput {}

impl FromRequest for ListInput {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let input = Input::from_request(request, payload);
        Box::pin(async move { asked(input.await?.fields()).map(Self) })
    }
}

/// The conditions of a request on what a list shows, where it asks for no list.
pub(crate) struct FilterInput(pub(crate) Vec<AskedFilter>);

impl FromRequest for FilterInput {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let input = Input::from_request(request, payload);
        Box::pin(async move { filters(input.await?.fields()).map(Self) })
    }
}

fn filters(fields: &Map<String, Value>) -> Result<Vec<AskedFilter>, Fault> {
    let filters = members(fields.get("filter")).map(|filters| filters.map(filter).collect());
    let incomplete = || Fault::invalid(vec![("filter", vec![Message::FilterInvalid])]);
    filters.flatten().ok_or_else(incomplete)
}

/// What the fields of a request ask of a list.
pub(crate) fn asked(fields: &Map<String, Value>) -> Result<Asked, Fault> {
    let number = |name: &str| Given::of(fields.get(name)).integer();
    let sorts = members(fields.get("sort")).map(|sorts| sorts.map(sort).collect());
    let unsorted = || Fault::invalid(vec![("sort", vec![Message::SortInvalid])]);
    Ok(Asked {
        page: number("current"),
        rows: number("pageSize"),
        filters: filters(fields)?,
        sorts: sorts.flatten().ok_or_else(unsorted)?,
    })
}

/// Why a list is not shown, to the one who asked.
pub fn refused(error: ListError) -> Fault {
    let (name, message) = match error {
        ListError::FilterUnknown => ("filter", Message::FilterUnknown),
        ListError::OperatorRefused => ("filter", Message::FilterOperatorRefused),
        ListError::NumberExpected => ("filter", Message::FilterNumberExpected),
        ListError::TooMuch => ("filter", Message::FilterTooMuch),
        ListError::SortUnknown => ("sort", Message::SortUnknown),
    };
    Fault::invalid(vec![(name, vec![message])])
}

/// The items of a list, also of one that a form has numbered; none of nothing. `None` for what is no list.
fn members(list: Option<&Value>) -> Option<Box<dyn Iterator<Item = &Value> + '_>> {
    match list {
        None | Some(Value::Null) => Some(Box::new(std::iter::empty())),
        Some(Value::Array(items)) => Some(Box::new(items.iter())),
        Some(Value::Object(items)) => Some(Box::new(items.values())),
        Some(_) => None,
    }
}

fn filter(item: &Value) -> Option<AskedFilter> {
    let value = match item.get("value")? {
        list @ (Value::Array(_) | Value::Object(_)) => {
            // Nothing equals what is absent.
            let items = members(Some(list))?.filter(|item| !item.is_null());
            Values::Many(items.map(spelled).collect::<Option<_>>()?)
        }
        value => Values::One(spelled(value)?),
    };
    let logic = item
        .get("logic")
        .and_then(Value::as_str)
        .unwrap_or_default();
    Some(AskedFilter {
        is_or: logic.eq_ignore_ascii_case("or"),
        ..AskedFilter::new(name(item)?, value)
    })
}

fn sort(item: &Value) -> Option<AskedSort> {
    Some(AskedSort {
        column: name(item)?,
        is_descending: Given::of(item.get("desc")).switch()?,
    })
}

fn name(item: &Value) -> Option<String> {
    Some(item.get("id")?.as_str()?.to_owned())
}

/// A value as a text; flags are numbers, and an emptied field is an empty text.
fn spelled(value: &Value) -> Option<String> {
    match Given::of(Some(value)) {
        Given::Flag(flag) => Some(i64::from(flag).to_string()),
        Given::Null => Some(String::new()),
        given => given.owned_text(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(fields: Value) -> Option<Asked> {
        let Value::Object(fields) = fields else {
            panic!()
        };
        asked(&fields).ok()
    }

    fn one(column: &str, value: &str) -> AskedFilter {
        AskedFilter::new(column, Values::One(value.to_owned()))
    }

    #[test]
    fn a_table_of_the_dashboard_is_understood() {
        let fields = json!({
            "current": 2, "pageSize": "5",
            "filter": [
                {"id": "email", "value": "eq:a@b.c"}, {"id": "plan_id", "value": [1, "2", null]},
                {"id": "banned", "value": true, "logic": "OR"}, {"id": "remarks", "value": null},
                {"id": "id", "value": 7, "logic": null, "more": {}},
            ],
            "sort": [{"id": "balance", "desc": true}, {"id": "id", "desc": "false"}],
        });
        let by = |column: &str, is_descending| AskedSort {
            column: column.to_owned(),
            is_descending,
        };
        let many = Values::Many(vec!["1".to_owned(), "2".to_owned()]);
        let or = AskedFilter {
            is_or: true,
            ..one("banned", "1")
        };
        let expected = Asked {
            page: Some(2),
            rows: Some(5),
            filters: vec![
                one("email", "eq:a@b.c"),
                AskedFilter::new("plan_id", many),
                or,
                one("remarks", ""),
                one("id", "7"),
            ],
            sorts: vec![by("balance", true), by("id", false)],
        };
        assert_eq!(read(fields), Some(expected));
    }

    #[test]
    fn a_query_is_understood_as_php_names_its_fields() {
        let query = "current=3&filter[0][id]=email&filter[0][value]=eq:a@b.c\
            &filter[1][id]=type&filter[1][value][]=1&filter[1][value][]=2&sort[0][id]=id&sort[0][desc]=1";
        let found = asked(&Input::of_query(query).into_fields()).ok();
        let many = Values::Many(vec!["1".to_owned(), "2".to_owned()]);
        let expected = Asked {
            page: Some(3),
            rows: None,
            filters: vec![one("email", "eq:a@b.c"), AskedFilter::new("type", many)],
            sorts: vec![AskedSort {
                column: "id".to_owned(),
                is_descending: true,
            }],
        };
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn values_have_the_spelling_of_the_list() {
        let fields = json!({"filter": [
            {"id": "period", "value": "eq:old"}, {"id": "period", "value": ["old", "x"]},
            {"id": "period", "value": "old"}, {"id": "name", "value": "old"},
        ]});
        let spell = |text: &str| (text == "old").then(|| "new".to_owned());
        let read = ListInput(read(fields).unwrap()).spelled("period", spell).0;
        let many = Values::Many(vec!["new".to_owned(), "x".to_owned()]);
        let expected = vec![
            one("period", "eq:new"),
            AskedFilter::new("period", many),
            one("period", "new"),
            one("name", "old"),
        ];
        assert_eq!(read.filters, expected);
    }

    #[test]
    fn nothing_is_asked_by_empty_lists() {
        for fields in [
            json!({}),
            json!({"filter": [], "sort": {}}),
            json!({"filter": null, "sort": null, "current": "x", "pageSize": []}),
        ] {
            assert_eq!(read(fields.clone()), Some(Asked::default()), "{fields}");
        }
    }

    #[test]
    fn what_is_incomplete_is_refused() {
        for fields in [
            json!({"filter": [{"id": "email"}]}),
            json!({"filter": [{"value": "a"}]}),
            json!({"filter": [{"id": null, "value": "a"}]}),
            json!({"filter": [{"id": ["email"], "value": "a"}]}),
            json!({"filter": [{"id": "email", "value": [["a"]]}]}),
            json!({"filter": {"id": "email", "value": "a"}}),
            json!({"filter": ["email"]}),
            json!({"filter": "email"}),
            json!({"filter": 7}),
            json!({"sort": [{"id": "email"}]}),
            json!({"sort": [{"desc": true}]}),
            json!({"sort": [{"id": "email", "desc": "DESC"}]}),
            json!({"sort": [{"id": "email", "desc": null}]}),
            json!({"sort": "email"}),
        ] {
            assert_eq!(read(fields.clone()), None, "{fields}");
        }
    }
}
