use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, Payment,
    PaymentGateways as _,
};
use ferroboard_kernel::Cents;

use crate::fake::{Asked, FakeGateway, ok};
use crate::scene::*;

const SETTINGS: [(&str, &str); 5] = [
    ("currency", "USD"),
    ("exchange_rate", "0.14"),
    ("stripe_sk_live", "sk_test"),
    ("stripe_webhook_key", "whsec_test"),
    ("stripe_custom_field_name", "Telegram"),
];

/// What is kept with a payment of 6.30 USD for 45.00 CNY.
fn kept() -> String {
    format!(
        r#""metadata":{{"out_trade_no":"{TRADE_NO}","user_id":"6","gateway":"StripeCheckout","due_cents":"4500","charged_units":"630","charged_currency":"usd"}}"#
    )
}

fn session(kind: &str, status: &str, total: &str, currency: &str, metadata: &str) -> String {
    format!(
        r#"{{"type":"{kind}","data":{{"object":{{"id":"cs_1","client_reference_id":"{TRADE_NO}","payment_intent":"pi_1","payment_status":"{status}","amount_total":{total},"currency":"{currency}",{metadata}}}}}}}"#
    )
}

fn completed() -> String {
    session("checkout.session.completed", "paid", "630", "usd", &kept())
}

async fn judge(
    config: &GatewayConfig,
    signature: &str,
    body: &str,
) -> Result<NoticeVerdict, NoticeRefused> {
    let notice = body_notice("stripe-signature", signature, body);
    let gateways = gateways();
    let gateway = gateways.gateway(GatewayCode::StripeCheckout);
    gateway.verify(config, &notice, NOW).await
}

#[tokio::test]
async fn a_session_is_opened() {
    let stripe = FakeGateway::start(|asked: &Asked| {
        if asked.header("authorization") == "Bearer sk_test" {
            ok(r#"{"id":"cs_1","url":"https://checkout.stripe.test/c/cs_1"}"#)
        } else {
            let error = r#"{"error":{"message":"Invalid API Key provided"}}"#;
            ("401 Unauthorized", error.to_owned())
        }
    })
    .await;
    let gateways = gateways_at(&stripe.address);
    let gateway = gateways.gateway(GatewayCode::StripeCheckout);
    let request = request(GatewayCode::StripeCheckout);
    assert_eq!(
        gateway.pay(&config(&SETTINGS), &request).await,
        Ok(Payment::Redirect(
            "https://checkout.stripe.test/c/cs_1".to_owned()
        ))
    );
    let asked = &stripe.asked()[0];
    assert_eq!(asked.line, "POST /v1/checkout/sessions");
    assert_eq!(
        asked.header("idempotency-key"),
        format!("{TRADE_NO}-630usd")
    );
    assert!(!asked.header("stripe-version").is_empty());
    let form = asked.body.replace("%5B", "[").replace("%5D", "]");
    let back = format!("https%3A%2F%2Fpanel.test%2F%23%2Forder%2F{TRADE_NO}");
    let metadata = |outer: &str| {
        format!(
            "{outer}[out_trade_no]={TRADE_NO}&{outer}[user_id]=6&{outer}[gateway]=StripeCheckout\
             &{outer}[due_cents]=4500&{outer}[charged_units]=630&{outer}[charged_currency]=usd"
        )
    };
    let item = "line_items[0][price_data]";
    let expected = format!(
        "mode=payment&client_reference_id={TRADE_NO}&{item}[currency]=usd&{item}[unit_amount]=630\
         &{item}[product_data][name]={TRADE_NO}&line_items[0][quantity]=1&success_url={back}\
         &cancel_url={back}&custom_fields[0][key]=contactinfo\
         &custom_fields[0][label][type]=custom&custom_fields[0][label][custom]=Telegram\
         &custom_fields[0][type]=text&{}&{}",
        metadata("metadata"),
        metadata("payment_intent_data[metadata]")
    );
    assert_eq!(form, expected);
    assert_eq!(
        gateway
            .pay(&config_but(&SETTINGS, "stripe_sk_live", "other"), &request)
            .await,
        Err(GatewayError::Refused("Invalid API Key provided".to_owned()))
    );
}

#[tokio::test]
async fn the_charge_is_converted_exactly_and_rounded_down() {
    for (currency, rate, cents, expected) in [
        ("usd", "0.14", 4_500, Some("630usd")),
        ("USD", "0.1399", 4_599, Some("643usd")),
        ("cny", "", 4_500, Some("4500cny")),
        ("cny", "1", 4_500, Some("4500cny")),
        ("jpy", "20.5", 4_599, Some("942jpy")),
        ("kwd", "0.043", 4_500, Some("1930kwd")),
        ("usd", "", 4_500, None),
        ("usd", "0,14", 4_500, None),
        ("usd", "-0.14", 4_500, None),
        ("usd", "0", 4_500, None),
        ("usd", "0.14", 1, None),
        ("usd", "99999999999999999999999999", i64::MAX, None),
    ] {
        let stripe = FakeGateway::start(|_: &Asked| ok(r#"{"url":"https://s.test"}"#)).await;
        let mut settings = SETTINGS;
        settings[0].1 = currency;
        settings[1].1 = rate;
        let mut request = request(GatewayCode::StripeCheckout);
        request.amount = Cents::new(cents);
        let gateways = gateways_at(&stripe.address);
        let gateway = gateways.gateway(GatewayCode::StripeCheckout);
        let payment = gateway.pay(&config(&settings), &request).await;
        if let Some(charge) = expected {
            assert!(payment.is_ok(), "{payment:?}");
            let key = format!("{TRADE_NO}-{charge}");
            assert_eq!(stripe.asked()[0].header("idempotency-key"), key);
        } else {
            assert_eq!(
                payment,
                Err(GatewayError::Unconfigured("exchange_rate")),
                "{rate}"
            );
            assert!(stripe.asked().is_empty());
        }
    }
}

#[tokio::test]
async fn paid_sessions_are_believed_at_the_terms_of_their_charge() {
    let done = "checkout.session.completed";
    let later = "checkout.session.async_payment_succeeded";
    let nothing = r#""metadata":{}"#;
    for (body, signature, expected) in [
        (
            completed(),
            "c81c2eb3ec7d4e64c3e9c8c93cea9b6301fb4c1242307106e210aa767ce3e533",
            paid("pi_1", 4_500),
        ),
        (
            completed(),
            "c81c2eb3ec7d4e64c3e9c8c93cea9b6301fb4c1242307106e210aa767ce3e533",
            paid("pi_1", 4_500),
        ),
        (
            session(later, "paid", "630", "usd", &kept()),
            "88f10cee4bbdfbadbd9cb42178f5ebd991e08c34f1ba6bdececca99662160741",
            paid("pi_1", 4_500),
        ),
        (
            session(done, "paid", "629", "usd", &kept()),
            "fff0c9f791ff634858dba603b2affd0c3daf3f9bb2c7cfc28c49292151270b91",
            paid("pi_1", 4_492),
        ),
        // Another sale of the account, whose buyer named our order: it keeps its own currency.
        (
            session(done, "paid", "4500", "cny", nothing),
            "0d6f65c1e36319e9506d2cd9cb3d327f643db42876fbc09813c76644a79ae7cd",
            paid_in("CNY", "pi_1", 4_500),
        ),
        (
            session(done, "paid", "45", "jpy", nothing),
            "b0b3668dd662d900e750b16ca0da86486cf0092ac18c2a08e5e40e06a493fb05",
            paid_in("JPY", "pi_1", 4_500),
        ),
        (
            session(done, "paid", "630", "inr", &kept()),
            "49b6a4290cacca861fe387c76d0f878af96b0af327cc1b1c9565a69d9aa30958",
            paid_in("INR", "pi_1", 630),
        ),
    ] {
        let signature = format!("t=1767323045,v1={signature},v0=x");
        assert_eq!(
            judge(&config(&SETTINGS), &signature, &body).await,
            Ok(NoticeVerdict::Paid(expected)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn other_events_change_nothing() {
    let done = "checkout.session.completed";
    let orderless = completed().replace(
        &format!(r#""client_reference_id":"{TRADE_NO}""#),
        r#""client_reference_id":null"#,
    );
    for (body, signature) in [
        (
            session(done, "unpaid", "630", "usd", &kept()),
            "f573a8a7f9187be0467c858420e3fd6ed3ef493f5a04f79ca29912f08cb32ebc",
        ),
        (
            session("checkout.session.expired", "paid", "630", "usd", &kept()),
            "61138af0ea85eab6fc427aadf5b814adf72564083ff1bdddc2f3bf2b472d31d4",
        ),
        (
            orderless,
            "4f4d71e0d7cee573a20022a1d15c6fd21d8bbbe6a7026545d038b00c6960dc96",
        ),
    ] {
        let signature = format!("t=1767323045,v1={signature}");
        let verdict = judge(&config(&SETTINGS), &signature, &body).await;
        assert_eq!(verdict, Ok(not_final("success")), "{body}");
    }
}

#[tokio::test]
async fn signatures_age_and_overlap() {
    let settings = config(&SETTINGS);
    let believed = Ok(NoticeVerdict::Paid(paid("pi_1", 4_500)));
    for (signature, expected) in [
        (
            "t=1767322745,v1=e09cbdfc20c3db140a0fe4cf6bad610ed6313f869aeb8701168bde8082502676",
            believed.clone(),
        ),
        (
            "t=1767322744,v1=c4191dca2cdf86f9cc3e622387b3955f084949dbbb0c6e070feff88080fb2b8c",
            Err(NoticeRefused::Signature),
        ),
        (
            "t=1767323346,v1=cb78546a62fabe23f3767267c4ab9023750a0a207b7c7ada0037ce75056987c4",
            Err(NoticeRefused::Signature),
        ),
        (
            "t=1767323045,v1=c38462b7b61fbe0efecf3db990388ab44e8054f9356b55be0f2ee783c0be4457,v1=c81c2eb3ec7d4e64c3e9c8c93cea9b6301fb4c1242307106e210aa767ce3e533",
            believed,
        ),
        (
            "t=1767323045,v1=c38462b7b61fbe0efecf3db990388ab44e8054f9356b55be0f2ee783c0be4457",
            Err(NoticeRefused::Signature),
        ),
        (
            "t=1767323045,v1=5f40846c9a78a1f9f94cf1815cc89880eb896fbeb0450df92364ab4894a96740",
            Err(NoticeRefused::Signature),
        ),
        (
            "t=1767323046,v1=c81c2eb3ec7d4e64c3e9c8c93cea9b6301fb4c1242307106e210aa767ce3e533",
            Err(NoticeRefused::Signature),
        ),
        (
            "t=1767323045,v0=c81c2eb3ec7d4e64c3e9c8c93cea9b6301fb4c1242307106e210aa767ce3e533",
            Err(NoticeRefused::Signature),
        ),
        (
            "v1=c81c2eb3ec7d4e64c3e9c8c93cea9b6301fb4c1242307106e210aa767ce3e533",
            Err(NoticeRefused::Signature),
        ),
        (
            "t=,v1=c81c2eb3ec7d4e64c3e9c8c93cea9b6301fb4c1242307106e210aa767ce3e533",
            Err(NoticeRefused::Signature),
        ),
        ("", Err(NoticeRefused::Signature)),
    ] {
        assert_eq!(
            judge(&settings, signature, &completed()).await,
            expected,
            "{signature}"
        );
    }
    let keyless = config_but(&SETTINGS, "stripe_webhook_key", "");
    let verdict = judge(
        &keyless,
        "t=1767323045,v1=5f40846c9a78a1f9f94cf1815cc89880eb896fbeb0450df92364ab4894a96740",
        &completed(),
    )
    .await;
    assert_eq!(verdict, Err(NoticeRefused::Unconfigured));
    let total = session("checkout.session.completed", "paid", "null", "usd", &kept());
    let verdict = judge(
        &settings,
        "t=1767323045,v1=5e6d25b392ffa1468b792e2217ca0b95a81b3057da67024ad6c1741473ef0824",
        &total,
    )
    .await;
    assert_eq!(verdict, Err(NoticeRefused::Malformed));
}

#[tokio::test]
async fn stripe_is_asked_about_an_order() {
    let intent = |status: &str, metadata: &str| {
        format!(
            r#"{{"id":"pi_1","status":"{status}","amount_received":630,"currency":"usd","latest_charge":"ch_1",{metadata}}}"#
        )
    };
    let other_gateway = kept().replace("StripeCheckout", "StripeCredit");
    let other_order = kept().replace(TRADE_NO, "other");
    for (found, expected) in [
        (intent("succeeded", &kept()), Some(paid("pi_1", 4_500))),
        (intent("requires_payment_method", &kept()), None),
        (intent("succeeded", &other_gateway), None),
        (intent("succeeded", &other_order), None),
        (String::new(), None),
    ] {
        let answer = format!(r#"{{"object":"search_result","data":[{found}]}}"#);
        let stripe = FakeGateway::start(move |_: &Asked| ok(answer.clone())).await;
        let gateways = gateways_at(&stripe.address);
        let gateway = gateways.gateway(GatewayCode::StripeCheckout);
        let payment = gateway.find_payment(&config(&SETTINGS), &trade_no()).await;
        assert_eq!(payment, Ok(expected), "{found}");
        let asked = &stripe.asked()[0];
        assert_eq!(asked.header("authorization"), "Bearer sk_test");
        let query = format!("metadata%5B%27out_trade_no%27%5D%3A%27{TRADE_NO}%27");
        assert_eq!(
            asked.line,
            format!("GET /v1/payment_intents/search?query={query}")
        );
    }
}
