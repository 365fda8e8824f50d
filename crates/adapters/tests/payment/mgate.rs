use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, PaidNotice, Payment,
    PaymentGateways as _, RawNotice,
};

use crate::fake::{Asked, FakeGateway, ok};
use crate::scene::*;

const SETTINGS: [(&str, &str); 4] = [
    ("mgate_url", "http://127.0.0.1:1"),
    ("mgate_app_id", "app"),
    ("mgate_app_secret", "mg-secret"),
    ("mgate_source_currency", "CNY"),
];

const PAID: [(&str, &str); 4] = [
    ("out_trade_no", TRADE_NO),
    ("trade_no", "MG 1"),
    ("total_amount", "4500"),
    ("sign", "04badc7cb7d6ef6809c997bbd17fbce2"),
];

/// The body that a request for this order must have, signature included.
const ASKED: &str = "app_id=app&notify_url=https%3A%2F%2Fpanel.test%2Fapi%2Fv1%2Fguest%2Fpayment%2Fnotify%2FMGate%2Fpayuuid1&out_trade_no=2025010100000000000000006&return_url=https%3A%2F%2Fpanel.test%2F%23%2Forder%2F2025010100000000000000006&sign=d8f6abdef4249c8a38acc4976468edfb&source_currency=CNY&total_amount=4500";

async fn verify(
    config: &GatewayConfig,
    notice: &RawNotice,
) -> Result<NoticeVerdict, NoticeRefused> {
    let gateways = gateways();
    gateways
        .gateway(GatewayCode::MGate)
        .verify(config, notice, NOW)
        .await
}

#[tokio::test]
async fn a_payment_page_is_asked_for() {
    let broker = FakeGateway::start(|asked: &Asked| {
        if asked.body == ASKED {
            ok(r#"{"data":{"trade_no":"MG 1","pay_url":"https://mg.test/p/1"}}"#)
        } else {
            let body = r#"{"message":"invalid","errors":{"sign":["the sign is wrong"]}}"#;
            ("422 Unprocessable", body.to_owned())
        }
    })
    .await;
    let settings = config_but(&SETTINGS, "mgate_url", &format!("{}/", broker.address));
    let gateways = gateways();
    let gateway = gateways.gateway(GatewayCode::MGate);
    let mut request = request(GatewayCode::MGate);
    assert_eq!(
        gateway.pay(&settings, &request).await,
        Ok(Payment::Redirect("https://mg.test/p/1".to_owned()))
    );
    let asked = &broker.asked()[0];
    assert_eq!(asked.line, "POST /v1/gateway/fetch");
    assert_eq!(asked.header("user-agent"), "MGate");
    assert_eq!(
        asked.header("content-type"),
        "application/x-www-form-urlencoded"
    );

    request.amount = ferroboard_kernel::Cents::new(1);
    assert_eq!(
        gateway.pay(&settings, &request).await,
        Err(GatewayError::Refused("the sign is wrong".to_owned()))
    );
}

#[tokio::test]
async fn refusals_are_told() {
    let refused = |text: &str| Err(GatewayError::Refused(text.to_owned()));
    for (answer, expected) in [
        (
            ("400 Bad", r#"{"message":"closed"}"#.to_owned()),
            refused("closed"),
        ),
        (("400 Bad", "?".to_owned()), refused("status 400")),
        (ok(r#"{"data":{}}"#), refused("no payment was begun")),
        (
            ok(r#"{"data":{"trade_no":"1"}}"#),
            refused("the answer names no payment page"),
        ),
    ] {
        let broker = FakeGateway::start(move |_: &Asked| answer.clone()).await;
        let settings = config_but(&SETTINGS, "mgate_url", &broker.address);
        let gateways = gateways();
        let gateway = gateways.gateway(GatewayCode::MGate);
        let request = request(GatewayCode::MGate);
        assert_eq!(gateway.pay(&settings, &request).await, expected);
        assert_eq!(gateway.find_payment(&settings, &trade_no()).await, Ok(None));
    }
}

#[tokio::test]
async fn paid_notices_are_believed() {
    let no_amount = PaidNotice {
        amount: None,
        ..paid("MG 1", 0)
    };
    for (others, expected) in [
        (vec![], paid("MG 1", 4_500)),
        (vec![], paid("MG 1", 4_500)),
        (
            vec![
                ("total_amount", "1"),
                ("sign", "831aa86e39a062e0d67b74d38d4ffe6c"),
            ],
            paid("MG 1", 1),
        ),
        (
            vec![
                ("total_amount", ""),
                ("sign", "59423528d6a19c2a0b6398a819b38a41"),
            ],
            no_amount,
        ),
        (
            vec![
                ("app_id", "app"),
                ("sign", "a2e015ca41897fe3846a64d349ebe053"),
            ],
            paid("MG 1", 4_500),
        ),
    ] {
        let notice = form_notice(&PAID, &others);
        assert_eq!(
            verify(&config(&SETTINGS), &notice).await,
            Ok(NoticeVerdict::Paid(expected)),
            "{others:?}"
        );
    }
}

#[tokio::test]
async fn the_recorded_notice_is_believed() {
    let settings = config_but(&SETTINGS, "mgate_source_currency", "");
    let recorded = [
        ("trade_no", "MG1"),
        ("sign", "1461653c7860fed515c2efbe1e27d02a"),
    ];
    assert_eq!(
        verify(&settings, &form_notice(&PAID, &recorded)).await,
        Ok(NoticeVerdict::Paid(paid("MG1", 4_500)))
    );
}

#[tokio::test]
async fn forgeries_are_refused() {
    use NoticeRefused::{ForeignMerchant, Malformed, Signature, Unconfigured};
    for (others, refusal) in [
        (vec![("sign", "x")], Signature),
        (vec![("sign", "")], Signature),
        (
            vec![("sign", "b081fce156e7264c2cd93fabb12034d6")],
            Signature,
        ),
        (vec![("total_amount", "9999")], Signature),
        (
            vec![
                ("app_id", "app2"),
                ("sign", "76d11e910e77ad037c081a6474d15b01"),
            ],
            ForeignMerchant,
        ),
        (
            vec![
                ("total_amount", "45.00"),
                ("sign", "50df8a805752c282c8a43ec4b8b62707"),
            ],
            Malformed,
        ),
    ] {
        let notice = form_notice(&PAID, &others);
        assert_eq!(
            verify(&config(&SETTINGS), &notice).await,
            Err(refusal),
            "{others:?}"
        );
    }
    let forged = form_notice(&PAID, &[("sign", "b081fce156e7264c2cd93fabb12034d6")]);
    let keyless = config_but(&SETTINGS, "mgate_app_secret", "");
    assert_eq!(verify(&keyless, &forged).await, Err(Unconfigured));
}
