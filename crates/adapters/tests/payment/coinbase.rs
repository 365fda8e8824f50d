use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, Payment,
    PaymentGateways as _, RawNotice,
};

use crate::fake::{Asked, FakeGateway};
use crate::scene::*;

const SETTINGS: [(&str, &str); 3] = [
    ("coinbase_url", "http://127.0.0.1:1/charges"),
    ("coinbase_api_key", "cb-api"),
    ("coinbase_webhook_key", "cb-secret"),
];

fn event(id: &str, kind: &str, amount: &str) -> String {
    let data = format!(
        r#"{{"metadata":{{"outTradeNo":"{TRADE_NO}"}},"pricing":{{"local":{{"amount":"{amount}","currency":"CNY"}}}}}}"#
    );
    format!(r#"{{"event":{{"id":"{id}","type":"{kind}","data":{data}}}}}"#)
}

async fn judge(
    config: &GatewayConfig,
    signature: &str,
    body: &str,
) -> Result<NoticeVerdict, NoticeRefused> {
    let notice: RawNotice = body_notice("x-cc-webhook-signature", signature, body);
    let gateways = gateways();
    gateways
        .gateway(GatewayCode::Coinbase)
        .verify(config, &notice, NOW)
        .await
}

#[tokio::test]
async fn a_charge_is_created() {
    let service = FakeGateway::start(|asked: &Asked| {
        if asked.header("x-cc-api-key") == "cb-api" {
            let created = r#"{"data":{"hosted_url":"https://cb.test/charges/C1"}}"#;
            ("201 Created", created.to_owned())
        } else {
            let error = r#"{"error":{"type":"authentication_error","message":"No such API key."}}"#;
            ("401 Unauthorized", error.to_owned())
        }
    })
    .await;
    let url = format!("{}/charges", service.address);
    let mut settings = SETTINGS;
    settings[0].1 = &url;
    let gateways = gateways();
    let gateway = gateways.gateway(GatewayCode::Coinbase);
    let request = request(GatewayCode::Coinbase);
    assert_eq!(
        gateway.pay(&config(&settings), &request).await,
        Ok(Payment::Redirect("https://cb.test/charges/C1".to_owned()))
    );
    let asked = &service.asked()[0];
    assert_eq!(asked.line, "POST /charges");
    assert_eq!(asked.header("x-cc-version"), "2018-03-22");
    assert_eq!(
        asked.body,
        format!(
            "name=Ferro&description={TRADE_NO}&pricing_type=fixed_price&local_price%5Bamount%5D=45.00\
             &local_price%5Bcurrency%5D=CNY&metadata%5BoutTradeNo%5D={TRADE_NO}"
        )
    );
    let other_key = config_but(&settings, "coinbase_api_key", "other");
    assert_eq!(
        gateway.pay(&other_key, &request).await,
        Err(GatewayError::Refused("No such API key.".to_owned()))
    );
    assert_eq!(
        gateway.find_payment(&other_key, &trade_no()).await,
        Ok(None)
    );
}

#[tokio::test]
async fn confirmed_and_resolved_charges_are_paid() {
    for (body, signature, expected) in [
        (
            event("ev1", "charge:confirmed", "45.00"),
            "adcf636a20ff605958a7e3e57f4c1f195fe974ddad16a5cb92b71471e1c6f311",
            paid_in("CNY", "ev1", 4_500),
        ),
        (
            event("ev1", "charge:confirmed", "45.00"),
            "adcf636a20ff605958a7e3e57f4c1f195fe974ddad16a5cb92b71471e1c6f311",
            paid_in("CNY", "ev1", 4_500),
        ),
        (
            event("ev2", "charge:resolved", "45.00"),
            "d8a7c635d0f1ffea6714a06ef57fe29b153228f18025886f190a995202f4e18b",
            paid_in("CNY", "ev2", 4_500),
        ),
        (
            event("ev1", "charge:confirmed", "0.01"),
            "39775a13e3f95260667f6e14b6cdb54a8d1f9bfd9f6e041240497cb9e9974b2c",
            paid_in("CNY", "ev1", 1),
        ),
    ] {
        assert_eq!(
            judge(&config(&SETTINGS), signature, &body).await,
            Ok(NoticeVerdict::Paid(expected)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn other_events_change_nothing() {
    for (body, signature) in [
        (
            event("ev3", "charge:created", "45.00"),
            "f89fadbb0fc168a68679171e7503f378eaf8f74f2bccc52bd938d71730350022",
        ),
        (
            event("ev4", "charge:pending", "45.00"),
            "7c48879ada558e9404bc4d1cb4c02b0b67fcb7825b952f56b3cdb6f8664a26f5",
        ),
        (
            r#"{"event":{"id":"ev1","type":"charge:confirmed","data":{"metadata":{}}}}"#.to_owned(),
            "441cb82ca2b0f50eb5b1ea1be1273dd924e8bb4e18f917e330a24d321943a93b",
        ),
    ] {
        let verdict = judge(&config(&SETTINGS), signature, &body).await;
        assert_eq!(verdict, Ok(not_final("success")), "{body}");
    }
}

#[tokio::test]
async fn forgeries_are_refused() {
    use NoticeRefused::{Malformed, Signature, Unconfigured};
    let body = event("ev1", "charge:confirmed", "45.00");
    let free = format!(
        r#"{{"event":{{"id":"ev1","type":"charge:confirmed","data":{{"metadata":{{"outTradeNo":"{TRADE_NO}"}}}}}}}}"#
    );
    for (signature, body, refusal) in [
        ("x", body.clone(), Signature),
        (
            "e6518a4fad4822348a72f3e55b6219d261a63e112926a078b51db9372f46d5f4",
            body.clone(),
            Signature,
        ),
        (
            "adcf636a20ff605958a7e3e57f4c1f195fe974ddad16a5cb92b71471e1c6f311",
            body.replace("45.00", "99.00"),
            Signature,
        ),
        (
            "207e4ec5981a13a967a5b7d56cb47ecf26d800f7ecf6b21f31e12fd361dee9e4",
            event("ev1", "charge:confirmed", "-45"),
            Malformed,
        ),
        (
            "0946870b26891c488fb93a94151139c0851c511e52f135726a5e7761413822ef",
            free,
            Malformed,
        ),
        (
            "a14a28c26ec4aca4fec5081d019ecd2deb4ca40956ad24e40e43d12c8aaad379",
            "{".to_owned(),
            Malformed,
        ),
    ] {
        let verdict = judge(&config(&SETTINGS), signature, &body).await;
        assert_eq!(verdict, Err(refusal), "{body}");
    }
    let keyless = config_but(&SETTINGS, "coinbase_webhook_key", " ");
    let verdict = judge(
        &keyless,
        "e6518a4fad4822348a72f3e55b6219d261a63e112926a078b51db9372f46d5f4",
        &body,
    )
    .await;
    assert_eq!(verdict, Err(Unconfigured));
}
