use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, Payment,
    PaymentGateways as _, RawNotice,
};

use crate::fake::{Asked, FakeGateway, ok};
use crate::scene::*;

const SETTINGS: [(&str, &str); 4] = [
    ("url", "https://pay.test/"),
    ("pid", "1001"),
    ("key", "epay-key"),
    ("type", "alipay"),
];

const PAID: [(&str, &str); 9] = [
    ("money", "45.00"),
    ("name", TRADE_NO),
    ("out_trade_no", TRADE_NO),
    ("pid", "1001"),
    ("trade_no", "EP1"),
    ("trade_status", "TRADE_SUCCESS"),
    ("type", "alipay"),
    ("sign", "caf80e26acacda02b089420ca57c13d6"),
    ("sign_type", "MD5"),
];

async fn verify(
    config: &GatewayConfig,
    notice: &RawNotice,
) -> Result<NoticeVerdict, NoticeRefused> {
    let gateways = gateways();
    gateways
        .gateway(GatewayCode::EPay)
        .verify(config, notice, NOW)
        .await
}

#[tokio::test]
async fn the_customer_is_sent_away_with_a_signed_query() {
    let gateways = gateways();
    let request = request(GatewayCode::EPay);
    let gateway = gateways.gateway(GatewayCode::EPay);
    assert_eq!(
        gateway.pay(&config(&SETTINGS), &request).await.unwrap(),
        Payment::Redirect("https://pay.test/submit.php?money=45.00&name=2025010100000000000000006&notify_url=https%3A%2F%2Fpanel.test%2Fapi%2Fv1%2Fguest%2Fpayment%2Fnotify%2FEPay%2Fpayuuid1&out_trade_no=2025010100000000000000006&pid=1001&return_url=https%3A%2F%2Fpanel.test%2F%23%2Forder%2F2025010100000000000000006&sign=aed0ed8aad1ca8be6b3e1b32f8e962f6&sign_type=MD5&type=alipay".to_owned())
    );
    for missing in ["url", "pid", "key"] {
        let incomplete = config_but(&SETTINGS, missing, " ");
        assert_eq!(
            gateway.pay(&incomplete, &request).await,
            Err(GatewayError::Unconfigured(missing))
        );
    }
}

#[tokio::test]
async fn the_written_vector_is_signed_alike() {
    // money=1&name=n&notify_url=http://a/n&out_trade_no=n&pid=1&return_url=http://a/rk
    let mut request = request(GatewayCode::EPay);
    request.trade_no = ferroboard_kernel::TradeNo::parse("n").unwrap();
    request.notify_url = "http://a/n".to_owned();
    request.return_url = "http://a/r".to_owned();
    request.amount = ferroboard_kernel::Cents::new(100);
    let settings = config(&[("url", "http://e"), ("pid", "1"), ("key", "k")]);
    let gateways = gateways();
    let payment = gateways
        .gateway(GatewayCode::EPay)
        .pay(&settings, &request)
        .await;
    let Payment::Redirect(page) = payment.unwrap() else {
        panic!("no page")
    };
    // The vector has `money=1`; ours always has two decimals.
    assert!(
        page.contains("money=1.00&") && page.contains("sign=390fad10b5db2addd6a74dbbb30ca541"),
        "{page}"
    );

    let whole = form_notice(
        &[
            ("money", "1"),
            ("name", "n"),
            ("notify_url", "http://a/n"),
            ("out_trade_no", "n"),
            ("pid", "1"),
            ("return_url", "http://a/r"),
            ("sign", "979fc6cc32e7965b3998493c31163284"),
        ],
        &[],
    );
    // Signed rightly, and refused only because it names no payment.
    assert_eq!(
        verify(&settings, &whole).await,
        Err(NoticeRefused::Malformed)
    );
}

#[tokio::test]
async fn a_paid_notice_is_believed_as_often_as_it_comes() {
    for others in [
        vec![],
        // An empty member is not signed, wherever it comes from.
        vec![("sign_type", "")],
        vec![
            ("trade_status", ""),
            ("sign", "9d55395230627b22a755d9abe1addb1b"),
        ],
    ] {
        for _ in 0..2 {
            let notice = form_notice(&PAID, &others);
            assert_eq!(
                verify(&config(&SETTINGS), &notice).await,
                Ok(NoticeVerdict::Paid(paid("EP1", 4_500)))
            );
        }
    }
    let mut with_empty = form_notice(&PAID, &[]);
    with_empty.fields.push(("param".to_owned(), String::new()));
    assert!(verify(&config(&SETTINGS), &with_empty).await.is_ok());
}

#[tokio::test]
async fn a_smaller_sum_is_reported_as_it_is() {
    let notice = form_notice(
        &PAID,
        &[
            ("money", "0.01"),
            ("sign", "8cb395c1aa6018db931230d1f30d66a6"),
        ],
    );
    assert_eq!(
        verify(&config(&SETTINGS), &notice).await,
        Ok(NoticeVerdict::Paid(paid("EP1", 1)))
    );
}

#[tokio::test]
async fn what_is_not_paid_changes_nothing() {
    let notice = form_notice(
        &PAID,
        &[
            ("trade_status", "WAIT_BUYER_PAY"),
            ("sign", "e8f30ab40bff732b72afb1a26cf8e755"),
        ],
    );
    assert_eq!(
        verify(&config(&SETTINGS), &notice).await,
        Ok(not_final("success"))
    );
}

#[tokio::test]
async fn forgeries_are_refused() {
    use NoticeRefused::{ForeignMerchant, Malformed, Signature};
    for (others, refusal) in [
        (
            vec![("sign", "00000000000000000000000000000000")],
            Signature,
        ),
        (vec![("sign", "")], Signature),
        (
            vec![("sign", "3941ef813d110d822e97117b34332cde")],
            Signature,
        ),
        (
            vec![("sign", "6c53e92b53625e73e4aa4070eff64639")],
            Signature,
        ),
        (vec![("money", "9999.00")], Signature),
        (vec![("extra", "1")], Signature),
        (
            vec![
                ("pid", "1002"),
                ("sign", "8d70286ae218db1a2d1eb5805b8b4682"),
            ],
            ForeignMerchant,
        ),
        (
            vec![("pid", ""), ("sign", "ede8dd9b64c5813be1885e547b555aaf")],
            ForeignMerchant,
        ),
        (
            vec![
                ("money", "45,00"),
                ("sign", "0266ce677bdd675f317a7804b03fcb04"),
            ],
            Malformed,
        ),
        (
            vec![
                ("money", "45.009"),
                ("sign", "4b4dc93848203ac5f39206bf21b6422f"),
            ],
            Malformed,
        ),
        (
            vec![("money", ""), ("sign", "42148a8e1f2af520b2575b837d0e31b3")],
            Malformed,
        ),
        (
            vec![
                ("trade_no", ""),
                ("sign", "581f1928ce50ddfdbb639e8fc99be9ad"),
            ],
            Malformed,
        ),
        (
            vec![
                ("out_trade_no", "a b"),
                ("sign", "8c8ad8c748ad85d247ec5272363d7368"),
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
    // `sign[]=…` is another name.
    let list = form_notice(
        &PAID,
        &[("sign", ""), ("sign[]", "caf80e26acacda02b089420ca57c13d6")],
    );
    assert_eq!(verify(&config(&SETTINGS), &list).await, Err(Signature));
    // A second value replaces the first, for the signature too.
    let mut twice = form_notice(&PAID, &[]);
    twice
        .fields
        .push(("money".to_owned(), "9999.00".to_owned()));
    assert_eq!(verify(&config(&SETTINGS), &twice).await, Err(Signature));
}

#[tokio::test]
async fn without_a_key_nothing_is_believed() {
    let forged = form_notice(&PAID, &[("sign", "6c53e92b53625e73e4aa4070eff64639")]);
    for key in ["", "  "] {
        assert_eq!(
            verify(&config_but(&SETTINGS, "key", key), &forged).await,
            Err(NoticeRefused::Unconfigured)
        );
    }
    assert_eq!(
        verify(&GatewayConfig::default(), &forged).await,
        Err(NoticeRefused::Unconfigured)
    );
}

#[tokio::test]
async fn a_broker_is_asked_about_an_order() {
    let order = |status: &str, number: &str, pid: &str| {
        let numbers = r#""code":1,"msg":"succ","trade_no":"EP1","type":"alipay""#;
        let text = format!(
            r#"{{{numbers},"out_trade_no":"{number}","pid":{pid},"money":"45.00","status":{status}}}"#
        );
        ok(text)
    };
    for (answer, expected) in [
        (order("1", TRADE_NO, "1001"), Ok(Some(paid("EP1", 4_500)))),
        (
            order(r#""1""#, TRADE_NO, r#""1001""#),
            Ok(Some(paid("EP1", 4_500))),
        ),
        (order("0", TRADE_NO, "1001"), Ok(None)),
        (order("1", "other", "1001"), Ok(None)),
        (order("1", TRADE_NO, "1002"), Ok(None)),
        (ok(r#"{"code":-1,"msg":"no such order"}"#), Ok(None)),
        (
            ok("<html>"),
            Err(GatewayError::Unreachable(
                "the answer is not JSON".to_owned(),
            )),
        ),
        (
            ("503 Busy", String::new()),
            Err(GatewayError::Unreachable("status 503".to_owned())),
        ),
        (
            ("403 Forbidden", r#"{"msg":"key is wrong"}"#.to_owned()),
            Err(GatewayError::Refused("key is wrong".to_owned())),
        ),
    ] {
        let broker = FakeGateway::start(move |_: &Asked| answer.clone()).await;
        let settings = config_but(&SETTINGS, "url", &broker.address);
        let gateways = gateways();
        let gateway = gateways.gateway(GatewayCode::EPay);
        assert_eq!(gateway.find_payment(&settings, &trade_no()).await, expected);
        let line = &broker.asked()[0].line;
        let query = format!("act=order&pid=1001&key=epay-key&out_trade_no={TRADE_NO}");
        assert_eq!(*line, format!("GET /api.php?{query}"));
    }
}
