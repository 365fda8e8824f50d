//! Whether the OpenAPI document is one, and says what is true: every operation is called with its example.
//!
//! `openapi-3.1.json` is the OpenAPI Initiative's own schema of such documents
//! (<https://spec.openapis.org/oas/3.1/schema/2022-10-07>, Apache-2.0).

mod small_panel;

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use actix_web::test::TestRequest;
use jsonschema::Validator;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::harness::{Answer, Site};

/// What an example alone cannot do, with the status that says so, and why.
const REFUSED: &[(&str, &str, u16)] = &[
    // No gateway signed it.
    ("get", "/api/v1/guest/payment/notify/{method}/{uuid}", 400),
    ("post", "/api/v1/guest/payment/notify/{method}/{uuid}", 400),
    // There is no bot.
    ("post", "/api/v1/guest/telegram/webhook", 401),
    ("get", "/api/v1/user/telegram/getBotInfo", 400),
    // The site lets nobody begin a period early.
    ("post", "/api/v1/user/newPeriod", 400),
    // A token or a code is mailed, and good for minutes.
    ("get", "/api/v1/passport/auth/token2Login", 400),
    ("get", "/api/v2/passport/auth/token2Login", 400),
    ("post", "/api/v1/passport/auth/forget", 400),
    ("post", "/api/v2/passport/auth/forget", 400),
    // A request that asks for no WebSocket.
    ("get", "/ws", 400),
    // It is switched on; it is the latest; plugins are parts of the program.
    ("post", "/api/v2/{secure_path}/plugin/uninstall", 400),
    ("post", "/api/v2/{secure_path}/plugin/upgrade", 400),
    ("post", "/api/v2/{secure_path}/plugin/upload", 400),
    ("post", "/api/v2/{secure_path}/plugin/delete", 403),
    // The panel's theme stays; a package comes as a file.
    ("post", "/api/v2/{secure_path}/theme/delete", 400),
    ("post", "/api/v1/{secure_path}/theme/delete", 400),
    ("post", "/api/v2/{secure_path}/theme/upload", 422),
    ("post", "/api/v1/{secure_path}/theme/upload", 422),
    // The store in memory reads nothing for administrators; `tests/journeys` asks a database.
    ("get", "/api/v2/{secure_path}/accounting/export", 500),
    ("get", "/api/v2/{secure_path}/coupon/fetch", 500),
    ("post", "/api/v2/{secure_path}/coupon/fetch", 500),
    ("get", "/api/v1/{secure_path}/knowledge/fetch", 500),
    ("get", "/api/v2/{secure_path}/knowledge/fetch", 500),
    ("get", "/api/v1/{secure_path}/knowledge/getCategory", 500),
    ("get", "/api/v2/{secure_path}/knowledge/getCategory", 500),
    ("get", "/api/v1/{secure_path}/notice/fetch", 500),
    ("get", "/api/v2/{secure_path}/notice/fetch", 500),
    ("get", "/api/v1/{secure_path}/ticket/fetch", 500),
    ("get", "/api/v2/{secure_path}/ticket/fetch", 500),
    ("post", "/api/v1/{secure_path}/ticket/fetch", 500),
    ("post", "/api/v2/{secure_path}/ticket/fetch", 500),
    ("get", "/api/v2/{secure_path}/mail/template/list", 500),
    ("get", "/api/v2/{secure_path}/gift-card/codes", 500),
    ("post", "/api/v2/{secure_path}/gift-card/codes", 500),
    ("get", "/api/v2/{secure_path}/gift-card/export-codes", 500),
    ("get", "/api/v2/{secure_path}/gift-card/statistics", 500),
    ("post", "/api/v2/{secure_path}/gift-card/statistics", 500),
    ("get", "/api/v2/{secure_path}/gift-card/templates", 500),
    ("post", "/api/v2/{secure_path}/gift-card/templates", 500),
    ("get", "/api/v2/{secure_path}/gift-card/usages", 500),
    ("post", "/api/v2/{secure_path}/gift-card/usages", 500),
    ("get", "/api/v1/{secure_path}/order/fetch", 500),
    ("post", "/api/v1/{secure_path}/order/fetch", 500),
    ("get", "/api/v2/{secure_path}/order/fetch", 500),
    ("post", "/api/v2/{secure_path}/order/fetch", 500),
    ("get", "/api/v1/{secure_path}/order/refunds", 500),
    ("post", "/api/v1/{secure_path}/order/refunds", 500),
    ("get", "/api/v2/{secure_path}/order/refunds", 500),
    ("post", "/api/v2/{secure_path}/order/refunds", 500),
    ("post", "/api/v1/{secure_path}/order/detail", 500),
    ("post", "/api/v2/{secure_path}/order/detail", 500),
    ("get", "/api/v1/{secure_path}/payment/fetch", 500),
    ("get", "/api/v2/{secure_path}/payment/fetch", 500),
    ("get", "/api/v1/{secure_path}/realname/records", 500),
    (
        "get",
        "/api/v1/{secure_path}/user-online-devices/users",
        500,
    ),
    ("get", "/api/v2/{secure_path}/plan/fetch", 500),
    ("get", "/api/v1/{secure_path}/plan/fetch", 500),
    ("get", "/api/v1/{secure_path}/server/manage/getNodes", 500),
    ("get", "/api/v2/{secure_path}/server/manage/getNodes", 500),
    ("get", "/api/v2/{secure_path}/system/getAuditLog", 500),
    ("post", "/api/v2/{secure_path}/system/getAuditLog", 500),
    (
        "get",
        "/api/v2/{secure_path}/system/getHorizonFailedJobs",
        500,
    ),
    ("get", "/api/v2/{secure_path}/system/getQueueStats", 500),
    ("get", "/api/v2/{secure_path}/system/getQueueWorkload", 500),
    ("get", "/api/v2/{secure_path}/system/getSystemStatus", 500),
    ("get", "/api/v2/{secure_path}/payment-review/fetch", 500),
    ("post", "/api/v2/{secure_path}/payment-review/fetch", 500),
    ("get", "/api/v2/{secure_path}/traffic-package/fetch", 500),
    ("get", "/api/v2/{secure_path}/webhook/deliveries", 500),
    ("post", "/api/v2/{secure_path}/webhook/deliveries", 500),
    ("get", "/api/v2/{secure_path}/webhook/fetch", 500),
    ("get", "/api/v2/{secure_path}/traffic-reset/logs", 500),
    ("get", "/api/v2/{secure_path}/traffic-reset/stats", 500),
    (
        "get",
        "/api/v2/{secure_path}/traffic-reset/user/{userId}/history",
        500,
    ),
    ("get", "/api/v2/{secure_path}/user/fetch", 500),
    ("post", "/api/v2/{secure_path}/user/fetch", 500),
    ("get", "/api/v1/{secure_path}/user/fetch", 500),
    ("post", "/api/v1/{secure_path}/user/fetch", 500),
    ("get", "/api/v1/{secure_path}/user/getUserInfoById", 500),
    ("get", "/api/v2/{secure_path}/user/getUserInfoById", 500),
    ("post", "/api/v2/{secure_path}/user/dumpCSV", 500),
    ("post", "/api/v2/{secure_path}/user/sendMail", 500),
    ("post", "/api/v2/{secure_path}/user/ban", 500),
    // Nobody deletes oneself.
    ("post", "/api/v2/{secure_path}/user/destroy", 400),
    ("get", "/api/v2/{secure_path}/server/group/fetch", 500),
    ("get", "/api/v1/{secure_path}/server/group/fetch", 500),
    ("get", "/api/v2/{secure_path}/server/route/fetch", 500),
    ("get", "/api/v1/{secure_path}/server/route/fetch", 500),
    ("get", "/api/v2/{secure_path}/stat/getOverride", 500),
    ("get", "/api/v1/{secure_path}/stat/getOverride", 500),
    ("get", "/api/v2/{secure_path}/stat/getRanking", 500),
    ("get", "/api/v1/{secure_path}/stat/getRanking", 500),
    ("get", "/api/v2/{secure_path}/stat/getServerLastRank", 500),
    ("get", "/api/v1/{secure_path}/stat/getServerLastRank", 500),
    (
        "get",
        "/api/v2/{secure_path}/stat/getServerYesterdayRank",
        500,
    ),
    (
        "get",
        "/api/v1/{secure_path}/stat/getServerYesterdayRank",
        500,
    ),
    ("get", "/api/v2/{secure_path}/stat/getStatRecord", 500),
    ("get", "/api/v1/{secure_path}/stat/getStatRecord", 500),
    ("get", "/api/v2/{secure_path}/server/machine/fetch", 500),
    ("get", "/api/v2/{secure_path}/server/machine/nodes", 500),
    ("get", "/api/v2/{secure_path}/server/machine/history", 500),
    ("get", "/api/v2/{secure_path}/stat/getOrder", 500),
    ("get", "/api/v2/{secure_path}/stat/getStats", 500),
    ("get", "/api/v2/{secure_path}/stat/getTrafficRank", 500),
    ("get", "/api/v2/{secure_path}/stat/getStatUser", 500),
    ("post", "/api/v2/{secure_path}/stat/getStatUser", 500),
    ("get", "/api/v1/{secure_path}/stat/getStatUser", 500),
    ("post", "/api/v1/{secure_path}/stat/getStatUser", 500),
    // A node serves it; a rule and an update there are none of.
    ("post", "/api/v2/{secure_path}/server/group/drop", 400),
    ("post", "/api/v2/{secure_path}/server/route/drop", 400),
    ("post", "/api/v1/{secure_path}/server/group/drop", 400),
    ("post", "/api/v1/{secure_path}/server/route/drop", 400),
    ("post", "/api/v2/{secure_path}/update/execute", 400),
];

/// One operation of the document.
struct Operation {
    path: String,
    verb: String,
    about: Value,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.verb, self.path)
    }

    /// The example of the body, whether it stands with the operation or with its schema.
    fn body(&self, document: &Value) -> Option<Value> {
        let media = self
            .about
            .pointer("/requestBody/content/application~1json")?;
        let own = media.get("example");
        let of_schema = || resolved(document, &media["schema"])?.get("example");
        own.or_else(of_schema).cloned()
    }

    fn request(&self, body: Option<&Value>) -> TestRequest {
        let mut path = self.path.clone();
        let mut query = Vec::new();
        let parameters = self.about["parameters"].as_array();
        for parameter in parameters.into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            if parameter["required"] != true {
                continue;
            }
            let example = match &parameter["example"] {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                other => panic!("{}: no example of {name}: {other}", self.name()),
            };
            let example = utf8_percent_encode(&example, NON_ALPHANUMERIC).to_string();
            match parameter["in"].as_str() {
                Some("path") => path = path.replace(&format!("{{{name}}}"), &example),
                Some("query") => query.push(format!("{name}={example}")),
                other => panic!("{}: {other:?}", self.name()),
            }
        }
        let method = Method::from_bytes(self.verb.to_uppercase().as_bytes()).unwrap();
        let uri = format!("{path}?{}", query.join("&"));
        let request = TestRequest::default().method(method).uri(&uri);
        match body {
            Some(body) => request.set_json(body),
            None => request,
        }
    }

    /// What the panel of the examples answers.
    async fn ask(&self, body: Option<&Value>) -> Answer {
        let (site, token) = small_panel::open(&self.path).await;
        let request = self.request(body);
        let request = request.insert_header(("Authorization", token));
        site.send(request).await
    }
}

async fn document() -> Value {
    Site::open().await.get("/openapi.json").await.body()
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (verb, about) in item.as_object().unwrap() {
            operations.push(Operation {
                path: path.clone(),
                verb: verb.clone(),
                about: about.clone(),
            });
        }
    }
    operations
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')),
        None => Some(schema),
    }
}

/// Judges values by a schema of the document.
fn judge(document: &Value, schema: &Value) -> Validator {
    let mut whole = schema.as_object().cloned().unwrap_or_default();
    whole.insert("components".to_owned(), document["components"].clone());
    jsonschema::draft202012::new(&Value::Object(whole)).unwrap()
}

fn complaints(validator: &Validator, value: &Value) -> Vec<String> {
    let errors = validator.iter_errors(value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[actix_web::test]
async fn the_document_is_what_the_specification_demands() {
    let document = document().await;
    let schema: Value = serde_json::from_str(include_str!("openapi-3.1.json")).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    assert_eq!(complaints(&validator, &document), Vec::<String>::new());

    let references = references(&document);
    assert!(references.len() > 50);
    for reference in references {
        let target = document.pointer(reference.trim_start_matches('#'));
        assert!(target.is_some(), "{reference} leads nowhere");
    }
    let declared = document["tags"].as_array().unwrap().iter();
    let declared: BTreeSet<&str> = declared
        .filter(|tag| !tag["description"].as_str().unwrap_or_default().is_empty())
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let mut ids = BTreeSet::new();
    for operation in operations(&document) {
        let about = &operation.about;
        let id = about["operationId"].as_str().unwrap();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        assert!(
            id.chars().all(is_plain) && ids.insert(id.to_owned()),
            "{id}"
        );
        let summary = about["summary"].as_str().unwrap();
        assert!(!summary.is_empty() && !summary.contains('`'), "{summary}");
        for tag in about["tags"].as_array().unwrap() {
            assert!(declared.contains(tag.as_str().unwrap()), "{tag}");
        }
        let named: BTreeSet<String> = about["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect();
        let in_path = operation.path.split('/');
        let in_path = in_path.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        assert_eq!(named, in_path.map(str::to_owned).collect(), "{id}");
    }
}

fn references(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let within = members.values().flat_map(references);
            own.map(str::to_owned).into_iter().chain(within).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

#[actix_web::test]
async fn defaults_and_examples_are_what_their_schemas_allow() {
    let document = document().await;
    let mut judged = 0;
    let mut check = |schema: &Value, place: &str| {
        for word in ["default", "example"] {
            if let Some(value) = schema.get(word) {
                let found = complaints(&judge(&document, schema), value);
                assert_eq!(found, Vec::<String>::new(), "{place} {word}");
                judged += 1;
            }
        }
    };
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        check(schema, name);
        let members = schema["properties"].as_object();
        for (member, schema) in members.into_iter().flatten() {
            check(schema, &format!("{name}.{member}"));
        }
    }
    for operation in operations(&document) {
        for parameter in operation.about["parameters"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let mut schema = parameter["schema"].clone();
            if let Some(example) = parameter.get("example") {
                schema["example"] = example.clone();
            }
            check(&schema, &operation.name());
        }
        let content = operation.about.pointer("/requestBody/content");
        for media in content
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(Map::values)
        {
            let mut schema = media["schema"].clone();
            if let Some(example) = media.get("example") {
                schema["example"] = example.clone();
            }
            check(&schema, &operation.name());
        }
    }
    assert!(judged > 100, "{judged}");
}

/// Of which successes no example could be recorded, and why not.
const UNRECORDED: &[&str] = &[
    // Telegram, a gateway and a mailbox are needed, or plugins and a file that the demo does not have.
    "get /api/v1/user/telegram/getBotInfo",
    "post /api/v1/user/comm/getStripePublicKey",
    "post /api/v1/user/user-add-ipv6-subscription/enable",
    "post /api/v1/user/user-add-ipv6-subscription/sync-password",
    "post /api/v1/{secure_path}/config/setTelegramWebhook",
    "post /api/v2/{secure_path}/config/setTelegramWebhook",
    "get /api/v1/passport/auth/token2Login",
    "get /api/v2/passport/auth/token2Login",
    "post /api/v1/passport/auth/forget",
    "post /api/v2/passport/auth/forget",
    "post /api/v2/{secure_path}/plugin/install",
    "post /api/v2/{secure_path}/plugin/upgrade",
    "post /api/v1/{secure_path}/theme/delete",
    "post /api/v2/{secure_path}/theme/delete",
    "post /api/v1/{secure_path}/theme/upload",
    "post /api/v2/{secure_path}/theme/upload",
    // It has been done by another address, or another request stands in its way.
    "post /api/v1/user/order/quote",
    "post /api/v1/user/redeemgiftcard",
    "post /api/v1/user/transfer",
    "post /api/v1/{secure_path}/realname/review/{userId}",
];

/// Run `.ci/record-answers` where it fails for an answer that has changed.
#[actix_web::test]
async fn every_operation_has_an_example_of_its_answer_that_its_schema_allows() {
    let document = document().await;
    let (mut wrong, mut missing) = (Vec::new(), BTreeSet::new());
    for operation in operations(&document) {
        let media = operation
            .about
            .pointer("/responses/200/content/application~1json");
        let Some(media) = media else {
            continue;
        };
        match media.get("example") {
            Some(example) => {
                let found = complaints(&judge(&document, &media["schema"]), example);
                if !found.is_empty() {
                    wrong.push(format!("{}: {found:?}", operation.name()));
                }
            }
            None => {
                missing.insert(operation.name());
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    let expected = UNRECORDED.iter().map(|name| (*name).to_owned());
    assert_eq!(missing, expected.collect());
}

#[actix_web::test]
async fn every_operation_answers_its_example_as_described() {
    let document = document().await;
    let mut refused = BTreeMap::new();
    let mut wrong = Vec::new();
    for operation in operations(&document) {
        let body = operation.body(&document);
        if operation.about["requestBody"].is_object() && body.is_none() {
            wrong.push(format!("{}: no example of its body", operation.name()));
            continue;
        }
        let answer = operation.ask(body.as_ref()).await;
        let status = answer.status.as_u16();
        if status != 200 {
            refused.insert((operation.verb.clone(), operation.path.clone()), status);
        }
        let answers = &operation.about["responses"];
        let described = &answers[status.to_string()];
        let Some(content) = described["content"].as_object() else {
            if !answer.text.is_empty() {
                wrong.push(format!("{}: {status} has a body", operation.name()));
            }
            continue;
        };
        let (kind, media) = content.iter().next().unwrap();
        if !answer.header("content-type").starts_with(kind.as_str()) {
            let got = answer.header("content-type");
            wrong.push(format!(
                "{}: {status} is {got}, not {kind}",
                operation.name()
            ));
        } else if kind == "application/json" {
            let found = complaints(&judge(&document, &media["schema"]), &answer.body());
            if !found.is_empty() {
                wrong.push(format!("{}: {found:?} {}", operation.name(), answer.text));
            }
            let is_envelope = answer.body().get("status").is_some_and(Value::is_string)
                && answer.body().get("error").is_some();
            let text = described["description"].as_str().unwrap();
            if is_envelope == text.contains("without the envelope") {
                wrong.push(format!("{}: {text} {}", operation.name(), answer.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let listed = REFUSED.iter();
    let listed = listed.map(|(verb, path, status)| (((*verb).into(), (*path).into()), *status));
    assert_eq!(refused, listed.collect());
}

#[actix_web::test]
async fn every_operation_describes_how_it_refuses_a_stranger() {
    let document = document().await;
    let site = Site::open().await;
    let mut refused = 0;
    for operation in operations(&document) {
        let answer = site.send(operation.request(None)).await;
        let status = answer.status.as_u16();
        let described = &operation.about["responses"][status.to_string()];
        assert!(described.is_object(), "{} {status}", operation.name());
        let headers = &described["headers"];
        assert!(headers["X-Request-Id"].is_object(), "{}", operation.name());
        refused += usize::from(status >= 400);
    }
    assert!(refused > 100, "{refused}");
}

#[actix_web::test]
async fn what_is_required_is_refused_when_it_is_missing_and_nothing_else_is() {
    let document = document().await;
    let mut dropped = 0;
    for operation in operations(&document) {
        let Some(Value::Object(example)) = operation.body(&document) else {
            continue;
        };
        let media = operation
            .about
            .pointer("/requestBody/content/application~1json");
        let schema = resolved(&document, &media.unwrap()["schema"]).unwrap();
        let Some(members) = schema["properties"].as_object() else {
            continue;
        };
        let validator = judge(&document, schema);
        let whole = operation.ask(Some(&json!(example))).await.status.as_u16();
        for member in members.keys() {
            let mut body = example.clone();
            body.remove(member);
            let body = Value::Object(body);
            let answer = operation.ask(Some(&body)).await;
            let status = answer.status.as_u16();
            let name = format!(
                "{} without {member}: {status} {}",
                operation.name(),
                answer.text
            );
            if validator.is_valid(&body) {
                assert!(status == whole || status == 400, "{name}");
            } else {
                assert!(matches!(status, 400 | 422), "{name}");
                dropped += 1;
            }
        }
    }
    assert!(dropped > 30, "{dropped}");
}

#[actix_web::test]
async fn whatever_takes_a_password_says_that_it_may_have_to_wait() {
    let document = document().await;
    let mut found = 0;
    for operation in operations(&document) {
        let media = operation
            .about
            .pointer("/requestBody/content/application~1json");
        let Some(schema) = media.and_then(|media| resolved(&document, &media["schema"])) else {
            continue;
        };
        let members = &schema["properties"];
        if members["password"].is_object() || members["new_password"].is_object() {
            let text = operation.about["responses"]["503"]["description"].as_str();
            let text = text.unwrap_or_default();
            assert!(text.contains("logging in"), "{}: {text}", operation.name());
            found += 1;
        }
    }
    assert_eq!(found, 9);
}
