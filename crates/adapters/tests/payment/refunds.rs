//! Refunds, each against a fake of the gateway's API that checks who asks and keeps one refund for each key.

use std::sync::Mutex;

use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, GatewayPayment, GatewayRefund, PaymentGateways as _,
};
use ferroboard_kernel::{Cents, PaymentId};

use crate::fake::{Answer, Asked, FakeGateway, ok};
use crate::scene::*;

/// `openssl dgst -sha256 -sign` with the merchant's key over the sorted parameters of the request.
const REFUND_SIGN: &str = "kMORqh15gQ6ZbSxqYHYMAYVDc2UMQw2lWk/HTk15Xe5gt08qIkfYhnd9pui/tk3GmTG7nOx+fzF7YirSSVL2dza3FWt54oNpEAiWuiG14U+w79td/2nhKvo2L2294CxHhqBEKDSIwXEdwbNT+3alFtOHxqsjHecXygSNtMpydeJ+160nWUKXbn2vwvmjiiazvNOAnGFk6jQ3uMoU35gl4ago3XSQfqwt3WM9SkuswdOVXpShPl652zJZDozIXzW7UrR5p5510IQVg847Hg5lg3B17j8U20QPnTQf+ozkkzQFkQ6vKYgNNtgxiBo+3BXDV4iuNaAFcNZNdPUlVQpNSQ==";

const STRIPE: [(&str, &str); 4] = [
    ("currency", "usd"),
    ("exchange_rate", "0.5"),
    ("stripe_sk_live", "sk_test"),
    ("stripe_webhook_key", "whsec_test"),
];

fn refund(callback_no: &str, cents: i64) -> GatewayRefund {
    GatewayRefund {
        key: "key-1".to_owned(),
        trade_no: trade_no(),
        payment: GatewayPayment {
            payment: PaymentId::new(1),
            callback_no: callback_no.to_owned(),
            asked: Cents::new(4_500),
        },
        amount: Cents::new(cents),
        currency: "CNY".to_owned(),
        reason: "asked for".to_owned(),
    }
}

/// As of one that may have been asked for before.
async fn ask(
    address: &str,
    code: GatewayCode,
    settings: &GatewayConfig,
    refund: &GatewayRefund,
) -> Result<String, GatewayError> {
    let gateways = gateways_at(address);
    let gateway = gateways.gateway(code).refunds().unwrap();
    if let Some(number) = gateway.find_refund(settings, refund).await? {
        return Ok(number);
    }
    gateway.refund(settings, refund).await
}

async fn ask_first(
    address: &str,
    code: GatewayCode,
    settings: &GatewayConfig,
    refund: &GatewayRefund,
) -> Result<String, GatewayError> {
    let gateways = gateways_at(address);
    let gateway = gateways.gateway(code).refunds().unwrap();
    gateway.refund(settings, refund).await
}

/// What was asked, without the query.
fn lines(fake: &FakeGateway) -> Vec<String> {
    let asked = fake.asked().into_iter();
    asked
        .map(|asked| asked.line.split('?').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn other_gateways_give_nothing_back() {
    let gateways = gateways();
    for code in GatewayCode::ALL {
        let expected = matches!(
            code,
            GatewayCode::AlipayF2F
                | GatewayCode::BtcPay
                | GatewayCode::StripeCheckout
                | GatewayCode::StripeCredit
        );
        let gateway = gateways.gateway(code);
        assert_eq!(gateway.refunds().is_some(), expected, "{code:?}");
    }
}

/// A Stripe with a payment of 630 US cents for 45.00, of which it refunds once for each key; `status` is what
/// becomes of a refund.
async fn stripe(status: &'static str) -> FakeGateway {
    let made: Mutex<Vec<String>> = Mutex::default();
    FakeGateway::start(move |asked: &Asked| {
        if asked.header("authorization") != "Bearer sk_test" {
            let refused = r#"{"error":{"message":"Invalid API Key"}}"#;
            return ("401 Unauthorized", refused.to_owned());
        }
        let path = asked.line.split('?').next().unwrap_or_default();
        let mut made = made.lock().unwrap();
        match path {
            "GET /v1/refunds" => ok(format!(r#"{{"data":[{}]}}"#, made.join(","))),
            "GET /v1/payment_intents/pi_1" | "GET /v1/charges/ch_1" => ok(
                r#"{"currency":"usd","metadata":{"due_cents":"4500","charged_units":"630","charged_currency":"usd"}}"#,
            ),
            "POST /v1/refunds" => {
                assert_eq!(asked.header("idempotency-key"), "key-1");
                let id = made.len() + 1;
                let refund = format!(
                    r#"{{"id":"re_{id}","status":"{status}","failure_reason":"lost_or_stolen_card","metadata":{{"refund":"key-1"}}}}"#
                );
                made.push(refund.clone());
                ok(refund)
            }
            other => panic!("{other}"),
        }
    })
    .await
}

#[tokio::test]
async fn stripe_refunds_a_part_by_the_terms_of_the_charge_once() {
    for (code, number, name) in [
        (GatewayCode::StripeCheckout, "pi_1", "payment_intent"),
        (GatewayCode::StripeCredit, "ch_1", "charge"),
    ] {
        let stripe = stripe("succeeded").await;
        let settings = config(&STRIPE);
        // A third of 45.00 is a third of 6.30, whatever the rate is today.
        let wanted = refund(number, 1_500);
        for _ in 0..3 {
            let made = ask(&stripe.address, code, &settings, &wanted).await;
            assert_eq!(made, Ok("re_1".to_owned()));
        }
        let asked = stripe.asked();
        let posted: Vec<&Asked> = asked
            .iter()
            .filter(|asked| asked.line.starts_with("POST"))
            .collect();
        let [posted] = &posted[..] else {
            panic!("{posted:?}")
        };
        let form = posted.body.replace("%5B", "[").replace("%5D", "]");
        let expected = format!(
            "{name}={number}&amount=210&metadata[out_trade_no]={TRADE_NO}&metadata[refund]=key-1"
        );
        assert_eq!(form, expected);
        let listed = format!("GET /v1/refunds?{name}={number}&limit=100");
        assert_eq!(asked[0].line, listed);
    }
}

#[tokio::test]
async fn stripe_tells_what_became_of_a_refund() {
    let refused = |text: &str| Err(GatewayError::Refused(text.to_owned()));
    for (status, expected) in [
        ("pending", Ok("re_1".to_owned())),
        ("requires_action", Ok("re_1".to_owned())),
        ("failed", refused("lost_or_stolen_card")),
        ("canceled", refused("lost_or_stolen_card")),
    ] {
        let stripe = stripe(status).await;
        let (settings, wanted) = (config(&STRIPE), refund("pi_1", 4_500));
        let code = GatewayCode::StripeCheckout;
        let made = ask(&stripe.address, code, &settings, &wanted).await;
        assert_eq!(made, expected, "{status}");
    }
    let stripe = stripe("succeeded").await;
    let code = GatewayCode::StripeCheckout;
    let settings = config_but(&STRIPE, "stripe_sk_live", "sk_other");
    let made = ask_first(&stripe.address, code, &settings, &refund("pi_1", 100)).await;
    assert_eq!(made, refused("Invalid API Key"));
    // Whoever is not let in learns nothing of what was asked for before.
    let made = ask(&stripe.address, code, &settings, &refund("pi_1", 100)).await;
    let unknown = "the gateway refused: Invalid API Key";
    assert_eq!(made, Err(GatewayError::Unreachable(unknown.to_owned())));
    let made = ask(&stripe.address, code, &config(&[]), &refund("pi_1", 100)).await;
    assert!(
        matches!(made, Err(GatewayError::Unreachable(_))),
        "{made:?}"
    );
    // Nothing of it is a unit of the payment's currency.
    let made = ask(&stripe.address, code, &config(&STRIPE), &refund("pi_1", 1)).await;
    let nothing = "the amount is none of the payment's currency";
    assert_eq!(made, refused(nothing));
}

#[tokio::test]
async fn a_gateway_that_is_busy_is_asked_again() {
    for status in [
        "409 Conflict",
        "429 Too Many Requests",
        "500 Internal Server Error",
    ] {
        let busy = FakeGateway::start(move |_: &Asked| (status, String::new())).await;
        let settings = config(&STRIPE);
        let code = GatewayCode::StripeCredit;
        let made = ask(&busy.address, code, &settings, &refund("ch_1", 100)).await;
        assert!(
            matches!(made, Err(GatewayError::Unreachable(_))),
            "{made:?}"
        );
    }
}

/// A server with an invoice that was paid by Lightning.
async fn btcpay() -> FakeGateway {
    let made: Mutex<Vec<String>> = Mutex::default();
    FakeGateway::start(move |asked: &Asked| -> Answer {
        assert_eq!(asked.header("authorization"), "token bt-api");
        let mut made = made.lock().unwrap();
        match asked.line.as_str() {
            "GET /api/v1/stores/s%2F1/pull-payments?includeArchived=true" => {
                ok(format!("[{}]", made.join(",")))
            }
            "GET /api/v1/stores/s%2F1/invoices/Inv1/payment-methods" => ok(
                r#"[{"paymentMethodId":"BTC-CHAIN","paymentMethodPaid":"0.0"},{"paymentMethodId":"BTC-LN","paymentMethodPaid":"0.001"}]"#,
            ),
            "POST /api/v1/stores/s%2F1/invoices/Inv1/refund" => {
                let number = made.len() + 1;
                let payment = format!(
                    r#"{{"id":"pp{number}","name":"key-1","viewLink":"https://bt.test/pp{number}"}}"#
                );
                made.push(payment.clone());
                ok(payment)
            }
            other => panic!("{other}"),
        }
    })
    .await
}

#[tokio::test]
async fn btcpay_makes_one_pull_payment_for_a_key() {
    let server = btcpay().await;
    let settings = config(&[
        ("btcpay_url", server.address.as_str()),
        ("btcpay_storeId", "s/1"),
        ("btcpay_api_key", "bt-api"),
        ("btcpay_webhook_key", "bt-secret"),
    ]);
    let code = GatewayCode::BtcPay;
    for _ in 0..2 {
        let made = ask(
            "http://127.0.0.1:1",
            code,
            &settings,
            &refund("Inv1", 2_000),
        )
        .await;
        assert_eq!(made, Ok("https://bt.test/pp1".to_owned()));
    }
    let listed = "GET /api/v1/stores/s%2F1/pull-payments";
    let expected = [
        listed,
        "GET /api/v1/stores/s%2F1/invoices/Inv1/payment-methods",
        "POST /api/v1/stores/s%2F1/invoices/Inv1/refund",
        listed,
    ];
    assert_eq!(lines(&server), expected);
    let sent: serde_json::Value = serde_json::from_str(&server.asked()[2].body).unwrap();
    let expected = serde_json::json!({
        "name": "key-1", "description": "asked for", "payoutMethodId": "BTC-LN",
        "paymentMethod": "BTC-LN", "refundVariant": "Custom", "customAmount": "20.00",
        "customCurrency": "CNY",
    });
    assert_eq!(sent, expected);
}

/// An Alipay that answers whoever signs the refund.
async fn alipay(answer: &'static str) -> FakeGateway {
    FakeGateway::start(move |asked: &Asked| {
        let (_, query) = asked.line.split_once('?').unwrap();
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        let sign = pairs.find(|(name, _)| name == "sign").unwrap().1;
        if sign == REFUND_SIGN {
            ok(format!(
                r#"{{"alipay_trade_refund_response":{answer},"sign":"x"}}"#
            ))
        } else {
            ok(r#"{"error_response":{"code":"40002","sub_msg":"isv.invalid-signature"}}"#)
        }
    })
    .await
}

#[tokio::test]
async fn alipay_knows_a_refund_by_its_request() {
    let key = include_str!("keys/merchant.pkcs8.pem");
    let public = include_str!("keys/alipay.public.pem");
    let settings = config(&[
        ("app_id", "2021"),
        ("private_key", key),
        ("public_key", public),
    ]);
    let code = GatewayCode::AlipayF2F;
    let refused = |text: &str| Err(GatewayError::Refused(text.to_owned()));
    let unclear = |text: &str| Err(GatewayError::Unreachable(text.to_owned()));
    for (answer, expected) in [
        (
            r#"{"code":"10000","msg":"Success","fund_change":"Y"}"#,
            Ok("key-1".to_owned()),
        ),
        // Asked for the second time.
        (
            r#"{"code":"10000","msg":"Success","fund_change":"N"}"#,
            Ok("key-1".to_owned()),
        ),
        (
            r#"{"code":"20000","sub_code":"isp.unknow-error"}"#,
            unclear("isp.unknow-error"),
        ),
        (
            r#"{"code":"40004","sub_code":"ACQ.SYSTEM_ERROR"}"#,
            unclear("ACQ.SYSTEM_ERROR"),
        ),
        (
            r#"{"code":"40004","sub_code":"ACQ.SELLER_BALANCE_NOT_ENOUGH","sub_msg":"no money"}"#,
            refused("no money"),
        ),
    ] {
        let alipay = alipay(answer).await;
        let made = ask(&alipay.address, code, &settings, &refund("AL1", 2_000)).await;
        assert_eq!(made, expected, "{answer}");
    }
    let alipay = alipay(r#"{"code":"10000"}"#).await;
    let made = ask_first(&alipay.address, code, &settings, &refund("AL1", 2_001)).await;
    assert_eq!(made, refused("isv.invalid-signature"));
    let made = ask(&alipay.address, code, &settings, &refund("AL1", 2_001)).await;
    assert_eq!(made, unclear("the gateway refused: isv.invalid-signature"));
}
