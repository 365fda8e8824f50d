//! The OpenAPI document, put together from the handlers' own descriptions.

mod answers;
mod examples;
mod guards;
mod requests;
mod webhooks;

use serde_json::Value;
use utoipa::OpenApi;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::routes::{self, Guard, Row, Verb};

/// In which other formats than JSON every body is accepted.
const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ferroboard",
        description = "Subscription panel with the REST API of Xboard.\n\n\
            **Answers** are the envelope `{status, message, data, error}`, with `errors` beside them where a field is \
            refused (422). `Content-Language` selects the language of refusals (zh-CN, zh-TW, en-US, ru-RU; without it \
            zh-CN). Some successes are another shape, because clients look for it, and say so: \
            `user/order/checkout` (`type`, `data`), lists with `total` or `pagination` beside `data`, \
            `system/getAuditLog`, and what the agents of nodes and machines ask. Payment notices, subscriptions and \
            metrics are not JSON.\n\n\
            **Logging in**: `passport/auth/login` answers a `token`, which goes into the header `Authorization`.\n\n\
            **Bodies** may be JSON, forms or multipart forms; fields of the query count where the body has none of the \
            name. Numbers may be texts of digits. The examples speak of a panel with one plan, one order and one node: \
            put in your own numbers."
    ),
    tags(
        (name = "guest", description = "What anybody may see"),
        (name = "passport", description = "Everything before a login"),
        (name = "user", description = "What needs a login"),
        (name = "node", description = "For the agents of nodes and machines"),
        (name = "admin", description = "For administrators: below the admin path, and with the login of one"),
        (name = "client", description = "What proxy clients ask: the token of a subscription link stands for a login"),
        (name = "operation", description = "For operators"),
    )
)]
struct About;

/// The whole document: what the handlers describe, and what is the same for many of them.
pub(crate) fn document() -> Value {
    let mut document = serde_json::to_value(described()).unwrap_or_default();
    requests::complete(&mut document);
    answers::complete(&mut document);
    examples::add(&mut document);
    webhooks::add(&mut document);
    document
}

fn described() -> utoipa::openapi::OpenApi {
    let mut document = About::openapi();
    let handlers = routes::described();
    document.components = handlers.components;
    let paths = &mut document.paths.paths;
    for row in routes::TABLE {
        let first = row.first_path();
        let Some(own) = first.and_then(|path| handlers.paths.paths.get(path)) else {
            continue;
        };
        for (path, guard) in row.paths() {
            let item = paths.entry(path.to_owned()).or_default();
            for verb in row.verbs() {
                if let Some(operation) = operation_of(own, *verb) {
                    let operation = completed(row, *verb, path, guard, operation.clone());
                    put(item, *verb, operation);
                }
            }
        }
    }
    let session = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The `token` of a login"))
        .build();
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("session", SecurityScheme::Http(session));
    document
}

fn operation_of(item: &PathItem, verb: Verb) -> Option<&Operation> {
    match verb {
        Verb::Get => item.get.as_ref(),
        Verb::Post => item.post.as_ref(),
    }
}

fn put(item: &mut PathItem, verb: Verb, operation: Operation) {
    match verb {
        Verb::Get => item.get = Some(operation),
        Verb::Post => item.post = Some(operation),
    }
}

/// What a handler says of itself, with all that follows from where its row mounts it.
fn completed(
    row: &Row,
    verb: Verb,
    path: &str,
    guard: Guard,
    mut operation: Operation,
) -> Operation {
    operation.operation_id = Some(name_of(verb.name(), path));
    operation.summary = operation.summary.map(|text| text.replace('`', ""));
    guards::describe(path, guard, &mut operation);
    if row.verbs().len() > 1 {
        divide(verb, &mut operation);
    }
    accept_forms(&mut operation);
    operation
}

/// One handler answers GET and POST: GET has no body, and what a body has is not in the query.
fn divide(verb: Verb, operation: &mut Operation) {
    if verb == Verb::Get {
        operation.request_body = None;
    } else if operation.request_body.is_some() {
        let own = operation.parameters.take().into_iter().flatten();
        let own = own.filter(|parameter| {
            !matches!(parameter, RefOr::T(own) if own.parameter_in == ParameterIn::Query)
        });
        let own: Vec<_> = own.collect();
        operation.parameters = Some(own).filter(|own| !own.is_empty());
    }
}

/// `get_api_v1_user_info`: unique, since a path has each verb once.
fn name_of(verb: &str, path: &str) -> String {
    format!(
        "{verb}{}",
        path.replace(['/', '.'], "_").replace(['{', '}'], "")
    )
}

fn accept_forms(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    let Some(content) = body.content.get("application/json").cloned() else {
        return;
    };
    for form in FORMS {
        body.content.insert(form.to_owned(), content.clone());
    }
}
