//! The lists of `/api/v1/{secure_path}` that bots and pages of older panels ask for, whose conditions and
//! columns have other names there.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use ferroboard_application::{OfferedPlanView, USERS};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::admin::pages::Paged;
use crate::admin::plans::OfferedPlan;
use crate::admin::users::body::ListedUserBody;
use crate::answer::envelope::{Bare, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guest::plans::PricesInCents;
use crate::request::client_address::Root;
use crate::request::input::Input;
use crate::request::list::ListInput;

/// Bytes of the unit that older panels compare traffic in.
const GIGABYTE: i64 = 1_073_741_824;

/// Conditions with what newer lists call them.
const CONDITIONS: [(&str, &str); 7] = [
    ("=", "eq"),
    (">", "gt"),
    (">=", "gte"),
    ("<", "lt"),
    ("<=", "lte"),
    ("like", "like"),
    ("模糊", "like"),
];

/// What older clients ask of a list: `filter` with `key`, `condition` and `value`, `sort` and `sort_type`.
/// Conditions that are written as newer lists have them are understood as well.
pub(crate) struct OlderListInput(ListInput);

impl FromRequest for OlderListInput {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let input = Input::from_request(request, payload);
        Box::pin(async move {
            let fields = renamed(input.await?.fields())?;
            ListInput::of(&fields).map(Self)
        })
    }
}

impl PartialSchema for OlderListInput {
    fn schema() -> RefOr<Schema> {
        let or_null = |kind| {
            let kinds = SchemaType::from_iter([kind, Type::Null]);
            ObjectBuilder::new().schema_type(kinds)
        };
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let words = CONDITIONS.iter().map(|(word, _)| *word);
        let condition = ObjectBuilder::new()
            .property("key", text())
            .required("key")
            .property("condition", text().enum_values(Some(words)))
            .required("condition")
            .property("value", text())
            .required("value");
        let conditions = ArrayBuilder::new()
            .items(condition)
            .schema_type(SchemaType::from_iter([Type::Array, Type::Null]));
        let described = |object: ObjectBuilder, text: &str| object.description(Some(text));
        ObjectBuilder::new()
            .property(
                "current",
                described(or_null(Type::Integer), "The page, from 1."),
            )
            .property(
                "pageSize",
                described(or_null(Type::Integer), "Rows of a page: 1 to 1,000."),
            )
            .property("filter", conditions)
            .property(
                "sort",
                described(or_null(Type::String), "A column to sort by."),
            )
            .property(
                "sort_type",
                described(or_null(Type::String), "ASC or DESC."),
            )
            .into()
    }
}

impl ToSchema for OlderListInput {}

/// The fields as newer clients name them.
fn renamed(fields: &Map<String, Value>) -> Result<Map<String, Value>, Fault> {
    let mut renamed = fields.clone();
    let conditions = match renamed.get_mut("filter") {
        Some(Value::Array(items)) => items.iter_mut().collect(),
        Some(Value::Object(items)) => items.values_mut().collect(),
        _ => Vec::new(),
    };
    for condition in conditions {
        if condition.get("key").is_some() {
            *condition = newer(condition)?;
        }
    }
    if let Some(Value::String(column)) = fields.get("sort") {
        let direction = fields.get("sort_type").and_then(Value::as_str);
        let is_ascending = direction.is_some_and(|direction| direction.eq_ignore_ascii_case("asc"));
        let sort = json!([{"id": column, "desc": !is_ascending}]);
        renamed.insert("sort".to_owned(), sort);
    }
    Ok(renamed)
}

/// A condition as newer lists have it.
fn newer(condition: &Value) -> Result<Value, Fault> {
    let invalid = |message| Fault::invalid(vec![("filter", vec![message])]);
    let text = |name: &str| condition.get(name).and_then(Value::as_str);
    let key = text("key").ok_or_else(|| invalid(Message::FilterInvalid))?;
    let word = text("condition").ok_or_else(|| invalid(Message::FilterInvalid))?;
    let known = CONDITIONS.iter().find(|(known, _)| *known == word);
    let (_, word) = known.ok_or_else(|| invalid(Message::FilterOperatorRefused))?;
    let value = match condition.get("value") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(flag)) => i64::from(*flag).to_string(),
        _ => return Err(invalid(Message::FilterInvalid)),
    };
    let (column, value) = match key {
        "d" | "u" | "transfer_enable" | "total_used" => {
            let bytes = value.trim().parse::<i64>().ok();
            let bytes = bytes.and_then(|gigabytes| gigabytes.checked_mul(GIGABYTE));
            let bytes = bytes.ok_or_else(|| invalid(Message::FilterNumberExpected))?;
            (key, bytes.to_string())
        }
        "invite_by_email" => ("invite_user.email", value),
        key => (key, value),
    };
    Ok(json!({"id": column, "value": format!("{word}:{value}")}))
}

/// A user of the list, as older panels have it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OlderUserBody {
    #[serde(flatten)]
    user: ListedUserBody,
    plan_name: Option<String>,
}

/// Users, the newest first, for clients of older panels: money is in cents, and conditions on traffic are in
/// GB of 2³⁰ bytes.
#[utoipa::path(
    method(get, post),
    path = "/api/v1/{secure_path}/user/fetch",
    request_body = OlderListInput,
    responses(
        (status = 200, description = "A page of them", body = Paged<OlderUserBody>),
        (status = 422, description = "The list has no such column, or not so", body = FailureBody),
    )
)]
pub(crate) async fn users(
    _: AdminSession,
    list: OlderListInput,
    Root(root): Root,
    panel: Data<Panel>,
) -> Result<Bare<Paged<OlderUserBody>>, Fault> {
    let request = list.0.judged(&USERS)?;
    let page = request.page();
    let run = panel.run(move |app| async move {
        let users = &app.administration.users;
        let found = users.list(request, root.for_asker()).await?;
        Ok((found, users.zone()))
    });
    let (found, zone) = run.await?;
    let found = found.map(|listed| OlderUserBody {
        plan_name: listed.user.plan_name.clone(),
        user: ListedUserBody::in_cents(listed, zone),
    });
    Ok(Bare(Paged::new(page, found)))
}

/// A plan, as older panels have it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OlderPlan {
    #[serde(flatten)]
    plan: OfferedPlan,
    #[serde(flatten)]
    prices_in_cents: PricesInCents,
    /// Those whose subscription has not ended.
    count: i64,
}

impl From<OfferedPlanView> for OlderPlan {
    fn from(view: OfferedPlanView) -> Self {
        Self {
            prices_in_cents: PricesInCents::from(&view.plan),
            count: view.users.active,
            plan: OfferedPlan::from(view),
        }
    }
}

/// Every plan, for clients of older panels: with its prices in cents.
#[utoipa::path(
    get,
    path = "/api/v1/{secure_path}/plan/fetch",
    responses((status = 200, description = "The plans", body = SuccessBody<Vec<OlderPlan>>))
)]
pub(crate) async fn plans(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<OlderPlan>>, Fault> {
    let run = panel.run(|app| async move { app.administration.plans.list().await });
    let plans = run.await?.into_iter();
    Ok(Success(plans.map(OlderPlan::from).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: Value) -> Option<Value> {
        let Value::Object(fields) = fields else {
            panic!()
        };
        renamed(&fields).ok().map(Value::from)
    }

    #[test]
    fn older_conditions_say_the_same_in_newer_words() {
        let fields = json!({
            "pageSize": 5, "sort": "created_at", "sort_type": "ASC",
            "filter": [
                {"key": "email", "condition": "模糊", "value": "a@b"},
                {"key": "transfer_enable", "condition": ">=", "value": "2"},
                {"key": "invite_by_email", "condition": "=", "value": "x@y.z"},
                {"id": "banned", "value": "eq:1"},
            ],
        });
        let expected = json!({
            "pageSize": 5, "sort": [{"id": "created_at", "desc": false}], "sort_type": "ASC",
            "filter": [
                {"id": "email", "value": "like:a@b"},
                {"id": "transfer_enable", "value": "gte:2147483648"},
                {"id": "invite_user.email", "value": "eq:x@y.z"},
                {"id": "banned", "value": "eq:1"},
            ],
        });
        assert_eq!(read(fields), Some(expected));
        let unsorted = json!({"sort": "id"});
        let expected = json!({"sort": [{"id": "id", "desc": true}]});
        assert_eq!(read(unsorted), Some(expected));
        assert_eq!(read(json!({})), Some(json!({})));
    }

    #[test]
    fn conditions_that_say_nothing_are_refused() {
        for odd in [
            json!({"key": "email"}),
            json!({"key": 1, "condition": "=", "value": "x"}),
            json!({"key": "email", "condition": "!=", "value": "x"}),
            json!({"key": "email", "condition": "= 1 or", "value": "x"}),
            json!({"key": "email", "condition": "=", "value": null}),
            json!({"key": "d", "condition": ">", "value": "much"}),
            json!({"key": "d", "condition": ">", "value": i64::MAX}),
        ] {
            assert_eq!(read(json!({"filter": [odd.clone()]})), None, "{odd}");
            assert_eq!(read(json!({"filter": {"0": odd.clone()}})), None, "{odd}");
        }
    }
}
