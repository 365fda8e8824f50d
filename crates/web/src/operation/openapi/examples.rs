//! Examples of requests that a panel takes: what the page at `/docs` fills its forms with. They speak of
//! one small panel, with plan 1, order 2026010112000000000000001 and so on.

use serde_json::{Map, Value, json};

/// The secret that nodes present.
const NODE_TOKEN: &str = "the-server-token";
/// The token of a subscription link.
const LINK_TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// The number of an order.
const TRADE_NO: &str = "2026010112000000000000001";

/// Adds an example to every request body and to every parameter that must be given.
pub(super) fn add(document: &mut Value) {
    let schemas = document.pointer_mut("/components/schemas");
    for (name, schema) in schemas.and_then(Value::as_object_mut).into_iter().flatten() {
        if let (Some(example), Some(schema)) = (of_schema(name), schema.as_object_mut()) {
            schema.insert("example".to_owned(), example);
        }
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let operations = item.as_object_mut().into_iter().flat_map(Map::values_mut);
        for operation in operations {
            add_to_operation(path, operation);
        }
    }
}

fn add_to_operation(path: &str, operation: &mut Value) {
    let content = operation.pointer_mut("/requestBody/content");
    for media in content
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut)
    {
        if let (Some(example), Some(media)) = (of_path(path), media.as_object_mut()) {
            media.insert("example".to_owned(), example);
        }
    }
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let name = parameter.get("name").and_then(Value::as_str);
        let example = name.and_then(|name| of_parameter(path, name));
        let is_required = parameter.get("required") == Some(&Value::Bool(true));
        if let (true, Some(example), Some(parameter)) =
            (is_required, example, parameter.as_object_mut())
        {
            parameter.insert("example".to_owned(), example);
        }
    }
}

/// An example of a body with a schema of its own.
fn of_schema(name: &str) -> Option<Value> {
    Some(match name {
        "CancelOrderBody" => json!({"trade_no": TRADE_NO}),
        "ChangePasswordBody" => {
            json!({"old_password": "your password", "new_password": "a new password"})
        }
        "ChangeCoupon" | "ChangePlan" => json!({"id": 1, "show": true}),
        "CheckCouponBody" => json!({"code": "WELCOME1", "plan_id": 1, "period": "month_price"}),
        "CheckoutBody" => json!({"trade_no": TRADE_NO, "method": 1}),
        "CloseBody" | "NamedCoupon" => json!({"id": 1}),
        "ForgetBody" => {
            json!({"email": "you@example.com", "email_code": "123456", "password": "a new password"})
        }
        "GenerateCoupons" => json!({
            "name": "10 % off", "type": 2, "value": 10, "started_at": 1_767_225_600, "ended_at": 1_798_761_600,
            "limit_use": 100, "limit_period": ["month_price"], "code": "SPRING26",
        }),
        "GiftCodeBody" => json!({"code": "GIFTCARD0001"}),
        "ListInput" => json!({
            "current": 1, "pageSize": 20, "filter": [{"id": "id", "value": "1"}],
            "sort": [{"id": "created_at", "desc": true}],
        }),
        "LoginBody" => json!({"email": "you@example.com", "password": "your password"}),
        "MailLinkBody" => json!({"email": "you@example.com", "redirect": "dashboard"}),
        "NamedGiftCardBody" => json!({"giftcard": "GIFTCARD0001"}),
        "NamedPlugin" => json!({"code": "user_online_devices"}),
        "OpenTicketBody" => {
            json!({"subject": "No connection", "level": 1, "message": "Node 1 does not answer."})
        }
        "PlaceOrderBody" => json!({"plan_id": 1, "period": "month_price"}),
        "LoginAddressBody" | "QuickLoginBody" => json!({"redirect": "dashboard"}),
        "RegisterBody" => json!({"email": "new@example.com", "password": "your password"}),
        "RemoveBody" => json!({"session_id": "00000000-0000-4000-8000-000000000001"}),
        "ReplyBody" => json!({"id": 1, "message": "It works now."}),
        "ReviewBody" => json!({"action": "approve"}),
        "SendBody" => json!({"email": "new@example.com"}),
        "DropPlan" | "StripeKeyBody" => json!({"id": 2}),
        "SubmitRealNameBody" => json!({"real_name": "张三", "identity_no": "11010519491231002X"}),
        "TransferBody" => json!({"transfer_amount": 100}),
        "UpdateBody" => json!({"remind_expire": 1, "remind_traffic": 0}),
        "ViewBody" => json!({"invite_code": "AbCdEf12"}),
        "WithdrawBody" => {
            json!({"withdraw_method": "支付宝", "withdraw_account": "you@example.com"})
        }
        _ => return None,
    })
}

/// An example of a body without one: what agents report, and what has no fixed fields.
fn of_path(path: &str) -> Option<Value> {
    let used = |total: i64| json!({"total": total, "used": total / 4});
    let load = || json!({"cpu": 12.5, "mem": used(4 << 30), "swap": used(1 << 30), "disk": used(40 << 30)});
    let traffic = json!({"1": [1_024, 2_048]});
    let devices = json!({"1": ["203.0.113.7"]});
    let machine = json!({"machine_id": 1, "token": "the-machine-token"});
    let (_, route) = path.split_once("/server/").unwrap_or(("", path));
    Some(match route {
        "UniProxy/push" | "push" => traffic,
        "UniProxy/alive" | "alive" => devices,
        "UniProxy/status" | "status" => load(),
        "report" => json!({"traffic": traffic, "alive": devices, "status": load()}),
        "handshake" => json!({"token": NODE_TOKEN, "node_id": 1}),
        "machine/nodes" => machine,
        "machine/status" => merged(machine, load()),
        "ShadowsocksTidalab/submit" | "TrojanTidalab/submit" => {
            json!([{"user_id": 1, "u": 1_024, "d": 2_048}])
        }
        "/api/v1/guest/telegram/webhook" => json!({
            "update_id": 1,
            "message": {
                "message_id": 1, "date": 1_767_225_600, "text": "/traffic",
                "chat": {"id": 1, "type": "private"}, "from": {"id": 1, "is_bot": false, "first_name": "You"},
            },
        }),
        "/api/v2/{secure_path}/config/save" => json!({"app_name": "My panel"}),
        "/api/v2/{secure_path}/plugin/config" => {
            json!({"code": "user_online_devices", "config": {}})
        }
        _ => return None,
    })
}

fn merged(mut one: Value, other: Value) -> Value {
    if let (Some(one), Value::Object(other)) = (one.as_object_mut(), other) {
        one.extend(other);
    }
    one
}

fn of_parameter(path: &str, name: &str) -> Option<Value> {
    let is_node = path.contains("/server/") || path == "/ws";
    Some(match name {
        "secure_path" => json!("admin"),
        "subscribe_path" => json!("s"),
        "token" if is_node => json!(NODE_TOKEN),
        "token" => json!(LINK_TOKEN),
        "node_id" if path.contains("Trojan") => json!("2"),
        "node_id" => json!("1"),
        "local_port" => json!(1_080),
        "method" => json!("EPay"),
        "uuid" => json!("payuuid1"),
        "access_token" => json!("5f4dcc3b5aa765d61d8327deb882cf99"),
        "trade_no" => json!(TRADE_NO),
        "userId" | "id" => json!(1),
        "code" => json!("user_online_devices"),
        _ => return None,
    })
}
