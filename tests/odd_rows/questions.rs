//! What the panel is asked.

use serde_json::{Value, json};

use crate::house::{ADMIN_PATH, NODE_TOKEN};

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) path: String,
    pub(crate) token: String,
    pub(crate) body: Option<Value>,
}

impl Question {
    pub(crate) fn get(path: &str, token: &str) -> Self {
        Self {
            path: path.to_owned(),
            token: token.to_owned(),
            body: None,
        }
    }

    pub(crate) fn post(path: &str, token: &str, body: Value) -> Self {
        Self {
            body: Some(body),
            ..Self::get(path, token)
        }
    }
}

/// Routes that change something although they are asked with GET.
const CHANGING: [&str; 3] = ["resetSecurity", "invite/save", "token2Login"];

/// The clients whose format is asked for.
const CLIENTS: [&str; 12] = [
    "",
    "general",
    "clash",
    "meta",
    "stash",
    "sing-box",
    "surge",
    "loon",
    "quantumult%20x",
    "shadowrocket",
    "surfboard",
    "hiddify",
];

/// Every path that the description of the interface says may be asked with GET.
pub(crate) fn listed(page: &Value) -> Vec<String> {
    let paths = page["paths"].as_object().unwrap();
    let readable = paths.iter().filter(|(_, verbs)| verbs.get("get").is_some());
    let filled = readable.map(|(path, _)| {
        let path = path.replace("{secure_path}", ADMIN_PATH);
        let path = path
            .replace("{method}", "EPay")
            .replace("{uuid}", "11111111");
        let path = path
            .replace("{subscribe_path}", "s")
            .replace("{token}", "none");
        format!(
            "{path}?page=1&pageSize=1000&current=1&id=1&language=zh-CN&code=ALICE001&type=feature"
        )
    });
    let mut paths: Vec<String> = filled
        .filter(|path| !path.contains(['{', '<']))
        .filter(|path| !CHANGING.iter().any(|word| path.contains(word)))
        .collect();
    assert!(paths.len() > 40, "{paths:?}");
    paths.push(format!(
        "/api/v2/{ADMIN_PATH}/plugin/config?code=user_online_devices"
    ));
    paths
}

/// The subscription in every format.
pub(crate) fn links(token: &str) -> Vec<String> {
    let flags = CLIENTS.iter();
    let links = flags.map(|flag| format!("/api/v1/client/subscribe?token={token}&flag={flag}"));
    links
        .chain([
            format!("/s/{token}"),
            format!("/api/v1/client/app/getConfig?token={token}"),
            format!("/api/v2/client/app/getConfig?token={token}"),
        ])
        .collect()
}

/// What agents of the good nodes ask.
pub(crate) fn of_nodes() -> Vec<String> {
    let nodes = [(1, "shadowsocks"), (2, "trojan")];
    let mut paths = Vec::new();
    for (node, kind) in nodes {
        for route in ["config", "user", "alivelist"] {
            for version in ["v1/server/UniProxy", "v2/server"] {
                paths.push(format!(
                    "/api/{version}/{route}?token={NODE_TOKEN}&node_id={node}&node_type={kind}"
                ));
            }
        }
    }
    paths.push(format!(
        "/api/v1/server/TrojanTidalab/user?token={NODE_TOKEN}&node_id=2&local_port=1"
    ));
    paths.push(format!(
        "/api/v1/server/ShadowsocksTidalab/user?token={NODE_TOKEN}&node_id=1"
    ));
    paths
}

/// What a planted user does.
pub(crate) fn posts_of_a_user(number: i64, token: &str) -> Vec<Question> {
    let user = "/api/v1/user";
    vec![
        Question::post(
            "/api/v1/passport/auth/login",
            "",
            json!({"email": format!("victim-{number}@demo.test"), "password": "wrong-password"}),
        ),
        Question::post(
            &format!("{user}/transfer"),
            token,
            json!({"transfer_amount": 1}),
        ),
        Question::post(
            &format!("{user}/update"),
            token,
            json!({"remind_expire": 1}),
        ),
        Question::post(
            &format!("{user}/order/save"),
            token,
            json!({"plan_id": 1, "period": "month_price"}),
        ),
        Question::post(
            &format!("{user}/ticket/withdraw"),
            token,
            json!({"withdraw_method": "USDT", "withdraw_account": "a"}),
        ),
        Question::post(
            &format!("{user}/ticket/save"),
            token,
            json!({"subject": "S", "level": 1, "message": "M"}),
        ),
        Question::post(
            &format!("{user}/gift-card/check"),
            token,
            json!({"code": "GCGOOD0001"}),
        ),
        Question::post(
            &format!("{user}/user-add-ipv6-subscription/enable"),
            token,
            json!({}),
        ),
        Question::post(&format!("{user}/resetSecurity"), token, json!({})),
    ]
}

/// What names a planted row of another table.
pub(crate) fn about(table: &str, number: i64, owner: &str, admin: &str) -> Vec<Question> {
    let user = "/api/v1/user";
    let admin_v2 = format!("/api/v2/{ADMIN_PATH}");
    match table {
        "v2_order" => {
            let trade_no = json!({"trade_no": format!("victim-{number}"), "method": 1});
            vec![
                Question::get(&format!("{user}/order/detail?trade_no=victim-{number}"), owner),
                Question::get(&format!("{user}/order/check?trade_no=victim-{number}"), owner),
                Question::post(&format!("{user}/order/checkout"), owner, trade_no.clone()),
                Question::post(&format!("{user}/order/cancel"), owner, trade_no),
            ]
        }
        "v2_plan" => vec![
            Question::get(&format!("{user}/plan/fetch?id={number}"), owner),
            Question::post(
                &format!("{user}/order/save"),
                owner,
                json!({"plan_id": number, "period": "month_price"}),
            ),
            Question::post(&format!("{admin_v2}/plan/update"), admin, json!({"id": number, "show": 1})),
        ],
        "v2_coupon" => vec![Question::post(
            &format!("{user}/coupon/check"),
            owner,
            json!({"code": format!("victim-{number}"), "plan_id": 1}),
        )],
        "v2_gift_card_code" => ["check", "redeem"]
            .map(|verb| {
                Question::post(
                    &format!("{user}/gift-card/{verb}"),
                    owner,
                    json!({"code": format!("VICTIM{number}")}),
                )
            })
            .to_vec(),
        "v2_gift_card_usage" => vec![Question::get(
            &format!("{user}/gift-card/detail?id={number}"),
            owner,
        )],
        "v2_invite_code" => vec![Question::post(
            "/api/v1/passport/comm/pv",
            "",
            json!({"invite_code": format!("vict{number}")}),
        )],
        "v2_knowledge" => vec![Question::get(&format!("{user}/knowledge/fetch?id={number}"), owner)],
        "v2_payment" => vec![
            Question::post(&format!("{user}/comm/getStripePublicKey"), owner, json!({"id": number})),
            Question::get(&format!("/api/v1/guest/payment/notify/EPay/v{number}?a=1"), ""),
        ],
        "v2_plugins" => vec![Question::get(
            &format!("{admin_v2}/plugin/config?code=victim-{number}"),
            admin,
        )],
        "v2_ticket" => vec![
            Question::get(&format!("{user}/ticket/fetch?id={number}"), owner),
            Question::post(&format!("{user}/ticket/reply"), owner, json!({"id": number, "message": "M"})),
            Question::post(&format!("{user}/ticket/close"), owner, json!({"id": number})),
        ],
        "v2_server" => ["config", "user"]
            .map(|route| {
                Question::get(
                    &format!(
                        "/api/v1/server/UniProxy/{route}?token={NODE_TOKEN}&node_id={number}&node_type=shadowsocks"
                    ),
                    "",
                )
            })
            .to_vec(),
        "v2_server_machine" => vec![Question::post(
            "/api/v2/server/machine/nodes",
            "",
            json!({"machine_id": number, "token": format!("victim-{number}")}),
        )],
        "personal_access_tokens" => vec![Question::get(
            &format!("{user}/info"),
            &format!("{number}|secret-{number}"),
        )],
        "ferro_real_name" => vec![Question::post(
            &format!("/api/v1/{ADMIN_PATH}/realname/review/{number}"),
            admin,
            json!({"status": "rejected", "reason": "R"}),
        )],
        _ => Vec::new(),
    }
}
