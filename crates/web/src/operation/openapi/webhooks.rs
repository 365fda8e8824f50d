//! What endpoints are told: every kind of event with an example, as OpenAPI 3.1 describes webhooks.

use ferroboard_events::{Event, EventKind, NewEvent};
use ferroboard_kernel::EventId;
use serde_json::{Map, Value, json};

/// Adds them to the document.
pub(super) fn add(document: &mut Value) {
    let kinds = EventKind::offered().chain([EventKind::EndpointTest]);
    let webhooks = kinds.map(|kind| (kind.as_str().to_owned(), described(kind)));
    let webhooks: Map<String, Value> = webhooks.collect();
    if let Some(document) = document.as_object_mut() {
        document.insert("webhooks".to_owned(), Value::Object(webhooks));
    }
}

fn described(kind: EventKind) -> Value {
    let example = NewEvent::example(kind);
    let event = Event {
        id: EventId::new(1),
        kind,
        subject: example.subject,
        data: example.data.to_string(),
        at: example.at,
    };
    let body: Value = serde_json::from_str(&event.body()).unwrap_or_default();
    let header = |name: &str, meaning: &str| {
        json!({
            "name": name, "in": "header", "required": true, "description": meaning,
            "schema": {"type": "string"},
        })
    };
    json!({
        "post": {
            "summary": kind.meaning(),
            "parameters": [
                header("Ferroboard-Signature", "`t=<unix>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>` under the endpoint's secret"),
                header("Ferroboard-Event", "The kind of the event"),
                header("Ferroboard-Event-Id", "The number of the event, the same at every attempt"),
                header("Ferroboard-Delivery", "The number of the delivery"),
            ],
            "requestBody": {
                "required": true,
                "content": {"application/json": {"schema": schema(kind, &body), "example": body}},
            },
            "responses": {
                "2XX": {"description": "The event is taken; whatever else is answered, it is sent again later"},
            },
        },
    })
}

/// Every event of a family has the members of the example, null where something is not at hand.
fn schema(kind: EventKind, example: &Value) -> Value {
    let data = example.get("data").and_then(Value::as_object);
    let members: Vec<&String> = data.map(|data| data.keys().collect()).unwrap_or_default();
    json!({
        "type": "object",
        "required": ["id", "type", "created_at", "subject", "data"],
        "properties": {
            "id": {"type": "integer", "description": "The number of the event, the same at every attempt"},
            "type": {"const": kind.as_str()},
            "created_at": {"type": "integer", "description": "When it happened, in Unix seconds"},
            "subject": {"type": "string", "description": "What it is about: events of one subject arrive in their order"},
            "data": {"type": "object", "required": members},
        },
    })
}
