use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, Payment,
    PaymentGateways as _,
};

use crate::fake::{Answer, Asked, FakeGateway, ok};
use crate::scene::*;

const SETTINGS: [(&str, &str); 4] = [
    ("btcpay_url", "http://127.0.0.1:1/"),
    ("btcpay_storeId", "s/1"),
    ("btcpay_api_key", "bt-api"),
    ("btcpay_webhook_key", "bt-secret"),
];

const SETTLED: &str = r#"{"type":"InvoiceSettled","invoiceId":"Inv1","storeId":"s/1"}"#;
const SETTLED_SIGNATURE: &str =
    "sha256=9847054c53b2bc952c224c344d07085781c96b9fad29a9028e203b3757b6a016";

fn invoice(id: &str, status: &str, amount: &str, order: &str) -> String {
    format!(
        r#"{{"id":"{id}","storeId":"s/1","status":"{status}","amount":{amount},"currency":"CNY","metadata":{{"orderId":{order}}}}}"#
    )
}

fn our_order() -> String {
    format!("\"{TRADE_NO}\"")
}

/// A server whose invoices all have this answer, for whoever has the key.
async fn server(answer: Answer) -> FakeGateway {
    FakeGateway::start(move |asked: &Asked| {
        if asked.header("authorization") == "token bt-api" {
            answer.clone()
        } else {
            (
                "401 Unauthorized",
                r#"{"message":"Authentication is required"}"#.to_owned(),
            )
        }
    })
    .await
}

async fn judge(
    config: &GatewayConfig,
    signature: &str,
    body: &str,
) -> Result<NoticeVerdict, NoticeRefused> {
    let notice = body_notice("btcpay-sig", signature, body);
    let gateways = gateways();
    gateways
        .gateway(GatewayCode::BtcPay)
        .verify(config, &notice, NOW)
        .await
}

#[tokio::test]
async fn an_invoice_is_created() {
    let server = server(ok(
        r#"{"id":"Inv1","checkoutLink":"https://bt.test/i/Inv1"}"#,
    ))
    .await;
    let settings = config_but(&SETTINGS, "btcpay_url", &server.address);
    let gateways = gateways();
    let gateway = gateways.gateway(GatewayCode::BtcPay);
    let request = request(GatewayCode::BtcPay);
    assert_eq!(
        gateway.pay(&settings, &request).await,
        Ok(Payment::Redirect("https://bt.test/i/Inv1".to_owned()))
    );
    let asked = &server.asked()[0];
    assert_eq!(asked.line, "POST /api/v1/stores/s%2F1/invoices");
    assert_eq!(asked.header("content-type"), "application/json");
    let sent: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
    let expected = serde_json::json!({
        "jsonResponse": true, "amount": "45.00", "currency": "CNY",
        "metadata": { "orderId": TRADE_NO },
    });
    assert_eq!(sent, expected);

    let mut other_key = SETTINGS;
    other_key[0].1 = &server.address;
    let other_key = config_but(&other_key, "btcpay_api_key", "other");
    assert_eq!(
        gateway.pay(&other_key, &request).await,
        Err(GatewayError::Refused(
            "Authentication is required".to_owned()
        ))
    );
    let dots = config_but(&SETTINGS, "btcpay_storeId", "..");
    assert_eq!(
        gateway.pay(&dots, &request).await,
        Err(GatewayError::Unconfigured("btcpay_storeId"))
    );
}

#[tokio::test]
async fn a_notice_is_worth_what_the_server_says() {
    for (answer, expected) in [
        (
            invoice("Inv1", "Settled", r#""45.00""#, &our_order()),
            Ok(NoticeVerdict::Paid(paid_in("CNY", "Inv1", 4_500))),
        ),
        (
            invoice("Inv1", "Settled", "45.0", &our_order()),
            Ok(NoticeVerdict::Paid(paid_in("CNY", "Inv1", 4_500))),
        ),
        (
            invoice("Inv1", "Settled", r#""0.01""#, &our_order()),
            Ok(NoticeVerdict::Paid(paid_in("CNY", "Inv1", 1))),
        ),
        (
            invoice("Inv1", "New", r#""45.00""#, &our_order()),
            Ok(not_final("success")),
        ),
        (
            invoice("Inv1", "Processing", r#""45.00""#, &our_order()),
            Ok(not_final("success")),
        ),
        (
            invoice("Inv1", "Expired", r#""45.00""#, &our_order()),
            Ok(not_final("success")),
        ),
        (
            invoice("Inv1", "Settled", r#""45.00""#, "null"),
            Ok(not_final("success")),
        ),
        (
            invoice("Inv2", "Settled", r#""45.00""#, &our_order()),
            Err(NoticeRefused::Malformed),
        ),
        (
            invoice("Inv1", "Settled", r#""45,00""#, &our_order()),
            Err(NoticeRefused::Malformed),
        ),
    ] {
        let server = server(ok(answer.clone())).await;
        let settings = config_but(&SETTINGS, "btcpay_url", &server.address);
        for _ in 0..2 {
            let verdict = judge(&settings, SETTLED_SIGNATURE, SETTLED).await;
            assert_eq!(verdict, expected, "{answer}");
        }
        assert_eq!(
            server.asked()[0].line,
            "GET /api/v1/stores/s%2F1/invoices/Inv1"
        );
    }
}

#[tokio::test]
async fn white_space_around_the_body_may_be_signed_or_not() {
    let answer = invoice("Inv1", "Settled", r#""45.00""#, &our_order());
    let server = server(ok(answer)).await;
    let settings = config_but(&SETTINGS, "btcpay_url", &server.address);
    let padded = format!("\n {SETTLED} \n");
    for signature in [
        SETTLED_SIGNATURE,
        "sha256=b218768779dd381680e0203828fc5e6d70b5dc9e6f0428d7df8275902a57c6eb",
    ] {
        assert_eq!(
            judge(&settings, signature, &padded).await,
            Ok(NoticeVerdict::Paid(paid_in("CNY", "Inv1", 4_500)))
        );
    }
}

#[tokio::test]
async fn the_number_of_an_invoice_stays_in_its_folder() {
    let server = server(("404 Not Found", String::new())).await;
    let settings = config_but(&SETTINGS, "btcpay_url", &server.address);
    let body = r#"{"type":"InvoiceSettled","invoiceId":"../../users/me?x#y","storeId":"s/1"}"#;
    assert_eq!(
        judge(
            &settings,
            "sha256=76bb51869d2c86898720f0561b76ddc5f4b8fc7ec7f0c8c84e2852fb940acb52",
            body
        )
        .await,
        Err(NoticeRefused::Gateway("status 404".to_owned()))
    );
    let path = "GET /api/v1/stores/s%2F1/invoices/..%2F..%2Fusers%2Fme%3Fx%23y";
    assert_eq!(server.asked()[0].line, path);

    let body = r#"{"type":"InvoiceSettled","invoiceId":"..","storeId":"s/1"}"#;
    let verdict = judge(
        &settings,
        "sha256=4b4d367324dd3d9294d061505a5aef778783f9c6d31769ec1a66d92cc11e8517",
        body,
    )
    .await;
    assert_eq!(verdict, Err(NoticeRefused::Malformed));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn forgeries_are_refused_without_asking() {
    use NoticeRefused::{ForeignMerchant, Malformed, Signature, Unconfigured};
    let settings = config(&SETTINGS);
    let foreign = r#"{"type":"InvoiceSettled","invoiceId":"Inv1","storeId":"s2"}"#;
    for (signature, body, refusal) in [
        ("sha256=x", SETTLED, Signature),
        ("", SETTLED, Signature),
        (
            "9847054c53b2bc952c224c344d07085781c96b9fad29a9028e203b3757b6a016",
            SETTLED,
            Signature,
        ),
        (
            "sha256=bcb29d99ff2242c710cc3b4e66395cdc8777e764fda5b1384cb9928f4cd778c2",
            SETTLED,
            Signature,
        ),
        (SETTLED_SIGNATURE, foreign, Signature),
        (
            "sha256=d2bd52054b75e6313e684ce9fc66ea722dec9e7c6dcff025c3aa8192f85b55df",
            foreign,
            ForeignMerchant,
        ),
        (
            "sha256=6c36bbf178fd2590b1db37b5d3e0435b2d9bb0de9a2871cc8873cdaec254c9e8",
            "{",
            Malformed,
        ),
    ] {
        assert_eq!(
            judge(&settings, signature, body).await,
            Err(refusal),
            "{signature}"
        );
    }
    let keyless = config_but(&SETTINGS, "btcpay_webhook_key", "");
    let verdict = judge(
        &keyless,
        "sha256=bcb29d99ff2242c710cc3b4e66395cdc8777e764fda5b1384cb9928f4cd778c2",
        SETTLED,
    )
    .await;
    assert_eq!(verdict, Err(Unconfigured));
    let payout = r#"{"type":"PayoutCreated","storeId":"s/1"}"#;
    let verdict = judge(
        &settings,
        "sha256=0572e02f845a83132042599924ae313d0cd3056d3feab0ce598e7ea14c5574fc",
        payout,
    )
    .await;
    assert_eq!(verdict, Ok(not_final("success")));
    // Nobody listens: the notice must come again.
    let verdict = judge(&settings, SETTLED_SIGNATURE, SETTLED).await;
    assert!(
        matches!(verdict, Err(NoticeRefused::Gateway(_))),
        "{verdict:?}"
    );
}

#[tokio::test]
async fn the_server_is_asked_about_an_order() {
    let new = invoice("Inv0", "New", r#""45.00""#, &our_order());
    let other = invoice("Inv9", "Settled", r#""45.00""#, r#""other""#);
    let settled = invoice("Inv1", "Settled", r#""45.00""#, &our_order());
    for (answer, expected) in [
        (
            format!("[{new},{other},{settled}]"),
            Some(paid_in("CNY", "Inv1", 4_500)),
        ),
        (format!("[{new},{other}]"), None),
        ("[]".to_owned(), None),
    ] {
        let server = server(ok(answer)).await;
        let settings = config_but(&SETTINGS, "btcpay_url", &server.address);
        let gateways = gateways();
        let gateway = gateways.gateway(GatewayCode::BtcPay);
        assert_eq!(
            gateway.find_payment(&settings, &trade_no()).await,
            Ok(expected)
        );
        let path = format!("GET /api/v1/stores/s%2F1/invoices?orderId={TRADE_NO}");
        assert_eq!(server.asked()[0].line, path);
    }
}
