//! Examples of requests that a panel takes: what the page at `/docs` fills its forms with. They speak of
//! one small panel, with plan 1, order 2026010112000000000000001 and so on, and `answers.json` has what a panel with
//! the demo answered them (`.ci/record-answers`).

use serde_json::{Map, Value, json};

/// By method and path.
const ANSWERS: &str = include_str!("answers.json");

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
    let answers: Map<String, Value> = serde_json::from_str(ANSWERS).unwrap_or_default();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (verb, operation) in item.as_object_mut().into_iter().flatten() {
            add_to_operation(path, operation);
            let place = operation.pointer_mut("/responses/200/content/application~1json");
            let answer = answer_of(&answers, verb, path).cloned();
            if let (Some(answer), Some(media)) = (answer, place.and_then(Value::as_object_mut)) {
                media.insert("example".to_owned(), answer);
            }
        }
    }
}

/// What was answered there, or by the same handler at its other address.
fn answer_of<'a>(answers: &'a Map<String, Value>, verb: &str, path: &str) -> Option<&'a Value> {
    let at = |path: &str| answers.get(&format!("{verb} {path}"));
    at(path).or_else(|| at(&path.replace("/api/v1/", "/api/v2/")))
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
#[allow(clippy::too_many_lines, reason = "it is a table")]
fn of_schema(name: &str) -> Option<Value> {
    Some(match name {
        "AnswerTicket" => json!({"id": 1, "message": "Please update your subscription."}),
        "ArticleOrder" | "NamedInOrder" | "NoticeOrder" => json!({"ids": [1]}),
        "AssignOrderBody" => json!({
            "email": "you@example.com", "plan_id": 1, "period": "month_price", "total_amount": 1_000,
        }),
        "CancelOrderBody" | "NumberedOrder" => json!({"trade_no": TRADE_NO}),
        "ChangePasswordBody" => {
            json!({"old_password": "your password", "new_password": "a new password"})
        }
        "ChangeCoupon" | "ChangePlan" => json!({"id": 1, "show": true}),
        "CheckCouponBody" => json!({"code": "WELCOME1", "plan_id": 1, "period": "month_price"}),
        "CheckoutBody" => json!({"trade_no": TRADE_NO, "method": 1}),
        "CloseBody" | "NamedArticle" | "NamedCoupon" | "NamedDelivery" | "NamedEndpoint"
        | "NamedMachine" | "NamedNode" | "NamedNodeGroup" | "NamedNodeRoute" | "NamedNotice"
        | "NamedOrder" | "NamedPackage" | "NamedPayment" | "NamedTicket" => {
            json!({"id": 1})
        }
        "CodeQuery" => json!({"template_id": 1, "status": 0, "page": 1, "per_page": 15}),
        "ConfigureTheme" => json!({"name": "Xboard", "config": {"theme_color": "blue"}}),
        "CreateTemplate" => json!({
            "name": "Ten for you", "type": 1, "rewards": {"balance": 1000}, "limits": {"max_use_per_user": 1},
            "theme_color": "#1890ff", "sort": 1,
        }),
        "DecideCommission" => json!({"trade_no": TRADE_NO, "commission_status": 1}),
        "ForgetBody" => {
            json!({"email": "you@example.com", "email_code": "123456", "password": "a new password"})
        }
        "GenerateBody" => {
            json!({"email_prefix": "new", "email_suffix": "example.com", "generate_count": 2, "plan_id": 1})
        }
        "GenerateCoupons" => json!({
            "name": "10 % off", "type": 2, "value": 10, "started_at": 1_767_225_600, "ended_at": 1_798_761_600,
            "limit_use": 100, "limit_period": ["month_price"], "code": "SPRING26",
        }),
        "GenerateCodes" => json!({
            "template_id": 1, "count": 10, "prefix": "GC", "expires_hours": 720, "max_usage": 1,
        }),
        "GiftCodeBody" => json!({"code": "GIFTCARD0001"}),
        "ListInput" => json!({
            "current": 1, "pageSize": 20, "filter": [{"id": "id", "value": "1"}],
            "sort": [{"id": "created_at", "desc": true}],
        }),
        "LoginBody" => json!({"email": "you@example.com", "password": "your password"}),
        "MailLinkBody" => json!({"email": "you@example.com", "redirect": "dashboard"}),
        "NamedCode" | "NamedUser" => json!({"id": 1}),
        "NamedForm" => json!({"payment": "EPay"}),
        "NamedGiftCardBody" => json!({"giftcard": "GIFTCARD0001"}),
        "NamedMailTemplate" | "TestMailTemplate" => json!({"name": "notify"}),
        "NamedPlugin" => json!({"code": "user_online_devices"}),
        "NamedTheme" => json!({"name": "Xboard"}),
        "OpenTicketBody" => {
            json!({"subject": "No connection", "level": 1, "message": "Node 1 does not answer."})
        }
        "NamedNodes" => json!({"ids": [1, 2]}),
        "OlderListInput" => json!({
            "current": 1, "pageSize": 20, "sort": "id", "sort_type": "DESC",
            "filter": [{"key": "email", "condition": "模糊", "value": "example.com"}],
        }),
        "SaveOrderBody" | "PlaceOrderBody" => json!({"plan_id": 1, "period": "month_price"}),
        "LoginAddressBody" | "QuickLoginBody" => json!({"redirect": "dashboard"}),
        "RedemptionQuery" => json!({"template_id": 1, "user_id": 1, "page": 1, "per_page": 15}),
        "RefundOrder" => json!({
            "trade_no": TRADE_NO, "amount": 500, "to": "balance", "reason": "Asked for in ticket 1",
            "take_back": false,
        }),
        "RegisterBody" => json!({"email": "new@example.com", "password": "your password"}),
        "RemoveBody" => json!({"session_id": "00000000-0000-4000-8000-000000000001"}),
        "ReplyBody" => json!({"id": 1, "message": "It works now."}),
        "ResetTrafficBody" => json!({"user_id": 1, "reason": "Asked for in ticket 1"}),
        "ReviewBody" => json!({"action": "approve"}),
        "SaveArticle" => json!({
            "category": "Guides", "language": "en-US", "title": "First steps",
            "body": "Your address is {{subscribeUrl}}", "show": true,
        }),
        "SaveMachine" => json!({"name": "Rack 4", "notes": "two ports", "is_active": true}),
        "SaveMailTemplate" => json!({
            "name": "notify", "subject": "News of {{name}}", "content": "<p>{{content}}</p>",
        }),
        "SaveNode" => json!({
            "type": "anytls", "name": "Tokyo 1", "host": "tokyo.example.com", "port": "443",
            "server_port": 443, "rate": 1.5, "group_ids": [1], "tags": ["new"], "show": true,
            "protocol_settings": {"tls": {"server_name": "tokyo.example.com"}},
        }),
        "SaveNodeGroup" => json!({"name": "VIP"}),
        "SaveNodeRoute" => json!({
            "remarks": "No mail", "match": ["port:25"], "action": "block", "action_value": null,
        }),
        "SaveEndpoint" => json!({
            "url": "https://hooks.example.com/ferroboard", "types": ["order.paid", "order.opened"],
        }),
        "SaveNotice" => json!({
            "title": "Maintenance", "content": "Node 1 rests on Sunday.", "tags": ["弹窗"], "show": true,
        }),
        "SavePackage" => json!({
            "name": "50 GB", "transfer_enable": 50, "price": 1000, "until": "used_up", "plan_ids": [1],
        }),
        "SavePayment" => json!({
            "name": "Alipay", "payment": "EPay", "handling_fee_percent": 2.5,
            "config": {"url": "https://pay.example.com", "pid": "1001", "key": "the merchant's key", "type": "alipay"},
        }),
        "SaveNotifications" => json!({"channel": "mail", "payment": 1, "login": 1}),
        "SavePlan" => json!({
            "name": "Basic", "transfer_enable": 100, "prices": {"monthly": 9.99, "yearly": 99}, "group_id": 1,
        }),
        "ScopeFields" => {
            json!({"user_ids": [1], "filter": [{"id": "email", "value": "example.com"}]})
        }
        "SendMail" => json!({
            "user_ids": [1], "filter": [{"id": "email", "value": "example.com"}], "subject": "Hello",
            "content": "Dear {{user.email}}, your plan is {{user.plan_name|none}}.",
        }),
        "SetInviter" => json!({"id": 1, "invite_user_email": null}),
        "SendBody" => json!({"email": "new@example.com"}),
        "SettleReviewBody" => {
            json!({"id": 1, "as": "outside", "reason": "Sent back through the bank"})
        }
        "StatisticsQuery" => json!({"start_date": "2026-11-01", "end_date": "2026-11-30"}),
        "DropPlan" | "NamedTemplate" | "StripeKeyBody" => json!({"id": 2}),
        "SubmitRealNameBody" => json!({"real_name": "张三", "identity_no": "11010519491231002X"}),
        "SwitchNode" => json!({"id": 1, "show": false}),
        "SwitchNodes" => json!({"ids": [1, 2], "enabled": true}),
        "SetWebhook" => json!({"telegram_bot_token": "123456:the-token-of-the-bot"}),
        "TemplateQuery" => json!({"type": 1, "status": 1, "page": 1, "per_page": 15}),
        "ToggleCode" => json!({"id": 1, "action": "disable"}),
        "TransferBody" => json!({"transfer_amount": 100}),
        "UpdateCode" => json!({"id": 1, "expires_at": 1_798_761_600, "max_usage": 3, "status": 0}),
        "UpdateNotice" => json!({"id": 1, "title": "Maintenance is over"}),
        "UpdateTemplate" => json!({
            "id": 1, "name": "Twenty for you", "status": true, "rewards": {"balance": 2000},
            "special_config": {"start_time": 1_767_225_600, "end_time": 1_798_761_600, "festival_bonus": 1.5},
        }),
        "UserDaysInput" => json!({"user_id": 1, "pageSize": 10, "page": 1}),
        "UpdateBody" => json!({"remind_expire": 1, "remind_traffic": 0}),
        "UpdateUser" => json!({"id": 1, "balance": 12.34, "remarks": "A good customer"}),
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
        "manage/sort" => json!([{"id": 1, "order": 2}, {"id": 2, "order": 1}]),
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
        "/api/v1/{secure_path}/config/testSendMail"
        | "/api/v2/{secure_path}/config/testSendMail" => {
            json!({"email_host": "smtp.example.com", "email_port": 465, "email_encryption": "ssl"})
        }
        "/api/v2/{secure_path}/config/save" => json!({"app_name": "My panel"}),
        "/api/v2/{secure_path}/plugin/config" => {
            json!({"code": "user_online_devices", "config": {"show_full_ip": true}})
        }
        _ => return None,
    })
}

/// One of the values of a parameter that says what is asked for.
fn of_type(path: &str) -> Option<&'static str> {
    let (_, noun) = path.rsplit_once('/')?;
    Some(match noun {
        "getRanking" => "server_traffic_rank",
        "getStatRecord" => "paid_total",
        "getTrafficRank" => "node",
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
        "from" => json!("2026-01-01"),
        "to" => json!("2026-12-31"),
        "local_port" => json!(1_080),
        "method" => json!("EPay"),
        "uuid" => json!("payuuid1"),
        "access_token" => json!("5f4dcc3b5aa765d61d8327deb882cf99"),
        "trade_no" => json!(TRADE_NO),
        "machine_id" | "user_id" | "userId" | "id" => json!(1),
        "type" => json!(of_type(path)?),
        "batch_id" => json!("batch_0123456789abc"),
        "code" => json!("user_online_devices"),
        "name" => json!("verify"),
        _ => return None,
    })
}
