use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, Payment,
    PaymentGateways as _,
};

use crate::fake::{Answer, Asked, FakeGateway, ok};
use crate::scene::*;

const SETTINGS: [(&str, &str); 4] = [
    ("currency", "usd"),
    ("exchange_rate", "0.14"),
    ("stripe_sk_live", "sk_test"),
    ("stripe_webhook_key", "whsec_test"),
];

fn kept(gateway: &str) -> String {
    format!(
        r#""metadata":{{"out_trade_no":"{TRADE_NO}","user_id":"6","gateway":"{gateway}","due_cents":"4500","charged_units":"630","charged_currency":"usd"}}"#
    )
}

fn charge(kind: &str, status: &str, captured: bool, units: i64, received: i64) -> String {
    let kept = kept("StripeCredit");
    format!(
        r#"{{"type":"{kind}","data":{{"object":{{"id":"ch_1","status":"{status}","captured":{captured},"amount":{units},"amount_captured":{received},"currency":"usd",{kept}}}}}}}"#
    )
}

fn intent(gateway: &str) -> String {
    let kept = kept(gateway);
    format!(
        r#"{{"type":"payment_intent.succeeded","data":{{"object":{{"id":"pi_1","status":"succeeded","latest_charge":"ch_1","amount":630,"amount_received":630,"currency":"usd",{kept}}}}}}}"#
    )
}

async fn judge(
    config: &GatewayConfig,
    signature: &str,
    body: &str,
) -> Result<NoticeVerdict, NoticeRefused> {
    let signature = format!("t=1767323045,v1={signature}");
    let notice = body_notice("stripe-signature", &signature, body);
    let gateways = gateways();
    let gateway = gateways.gateway(GatewayCode::StripeCredit);
    gateway.verify(config, &notice, NOW).await
}

/// Pays with the token at a Stripe that answers the confirmation like this.
async fn pay(token: &str, answer: Answer) -> (Result<Payment, GatewayError>, Vec<Asked>) {
    let stripe = FakeGateway::start(move |asked: &Asked| {
        if asked.line.ends_with("/confirm") {
            answer.clone()
        } else {
            ok(r#"{"id":"pi_1","status":"requires_payment_method"}"#)
        }
    })
    .await;
    let gateways = gateways_at(&stripe.address);
    let mut request = request(GatewayCode::StripeCredit);
    request.token = Some(token.to_owned());
    let gateway = gateways.gateway(GatewayCode::StripeCredit);
    let payment = gateway.pay(&config(&SETTINGS), &request).await;
    (payment, stripe.asked())
}

#[tokio::test]
async fn the_payment_is_created_once_and_confirmed_with_the_card() {
    let succeeded = ok(r#"{"id":"pi_1","status":"succeeded"}"#);
    let (payment, asked) = pay("tok_visa", succeeded.clone()).await;
    assert_eq!(payment, Ok(Payment::Done));
    let [created, confirmed] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!(created.line, "POST /v1/payment_intents");
    assert_eq!(created.header("authorization"), "Bearer sk_test");
    assert_eq!(
        created.header("idempotency-key"),
        format!("{TRADE_NO}-630usd")
    );
    let form = created.body.replace("%5B", "[").replace("%5D", "]");
    let expected = format!(
        "amount=630&currency=usd&payment_method_types[0]=card&description={TRADE_NO}\
         &metadata[out_trade_no]={TRADE_NO}&metadata[user_id]=6&metadata[gateway]=StripeCredit\
         &metadata[due_cents]=4500&metadata[charged_units]=630&metadata[charged_currency]=usd"
    );
    assert_eq!(form, expected);
    assert_eq!(confirmed.line, "POST /v1/payment_intents/pi_1/confirm");
    let back = format!("return_url=https%3A%2F%2Fpanel.test%2F%23%2Forder%2F{TRADE_NO}");
    let form = confirmed.body.replace("%5B", "[").replace("%5D", "]");
    let card = "payment_method_data[type]=card&payment_method_data[card][token]=tok_visa";
    assert_eq!(form, format!("{back}&{card}"));

    let (payment, asked) = pay("pm_1", succeeded).await;
    assert_eq!(payment, Ok(Payment::Done));
    assert_eq!(asked[1].body, format!("{back}&payment_method=pm_1"));
}

#[tokio::test]
async fn a_confirmation_ends_in_many_ways() {
    let refused = |text: &str| Err(GatewayError::Refused(text.to_owned()));
    let action = r#"{"status":"requires_action","next_action":{"redirect_to_url":{"url":"https://bank.test"}}}"#;
    let declined = r#"{"error":{"message":"Your card was declined."}}"#;
    for (answer, expected) in [
        (ok(r#"{"status":"processing"}"#), Ok(Payment::Done)),
        (
            ok(action),
            Ok(Payment::Redirect("https://bank.test".to_owned())),
        ),
        (
            ok(r#"{"status":"requires_action"}"#),
            refused("the bank's page is missing"),
        ),
        (
            ok(r#"{"status":"requires_payment_method"}"#),
            refused("the card was not charged"),
        ),
        (
            ("402 Payment Required", declined.to_owned()),
            refused("Your card was declined."),
        ),
        (
            ("500 Oops", String::new()),
            Err(GatewayError::Unreachable("status 500".to_owned())),
        ),
    ] {
        assert_eq!(pay("tok_visa", answer).await.0, expected);
    }
    let (payment, asked) = pay("  ", ok("{}")).await;
    assert_eq!(payment, refused("no card was given"));
    assert!(asked.is_empty());
}

#[tokio::test]
async fn both_events_report_the_same_charge() {
    for (body, signature, expected) in [
        (
            charge("charge.succeeded", "succeeded", true, 630, 630),
            "3b1e6442859acda730974b746cc9df93f90f404806be20b0d4ce9fa0138ed88d",
            4_500,
        ),
        (
            charge("charge.succeeded", "succeeded", true, 630, 630),
            "3b1e6442859acda730974b746cc9df93f90f404806be20b0d4ce9fa0138ed88d",
            4_500,
        ),
        (
            intent("StripeCredit"),
            "6e8ffa6bee71029ffffa3b3421b99acdf9cb6fe8d4a18d4b67593adb945b53cc",
            4_500,
        ),
        (
            charge("charge.succeeded", "succeeded", true, 1, 1),
            "8a9594701331152fde18a0b6538555b00e11d508310f522a14f24a8f65302f67",
            7,
        ),
    ] {
        assert_eq!(
            judge(&config(&SETTINGS), signature, &body).await,
            Ok(NoticeVerdict::Paid(paid("ch_1", expected))),
            "{body}"
        );
    }
}

#[tokio::test]
async fn other_events_change_nothing() {
    let sale = r#"{"type":"charge.succeeded","data":{"object":{"id":"ch_9","status":"succeeded","captured":true,"amount":1,"amount_captured":1,"currency":"usd","metadata":{}}}}"#;
    for (body, signature) in [
        (
            charge("charge.succeeded", "succeeded", false, 630, 0),
            "a53877abc799fbdbfb76cd539995a2085b18ec137c95a3e238c9e4092f4b144d",
        ),
        (
            charge("charge.succeeded", "pending", true, 630, 630),
            "08b6d89a2e6ed6270d2e3cfea1a57ad56394f6c0d32738419fe5fdb249f23929",
        ),
        (
            charge("charge.refunded", "succeeded", true, 630, 630),
            "b09ead811e77adb38f38b2a2ee8dad0c177f0443e86bc163461bb574ea53274c",
        ),
        (
            intent("StripeCheckout"),
            "e4ccf88cb05b6d896cd8538ef80c88bd757c0e76e6be93ae66fd06bb28ff3e4b",
        ),
        (
            sale.to_owned(),
            "07d190adb4550a4a82d156f3b5e68f115f65e156e0e90b0d5bd334872f2721bc",
        ),
    ] {
        let verdict = judge(&config(&SETTINGS), signature, &body).await;
        assert_eq!(verdict, Ok(not_final("success")), "{body}");
    }
}

#[tokio::test]
async fn forgeries_are_refused() {
    let body = intent("StripeCredit");
    for signature in [
        "x",
        "3b1e6442859acda730974b746cc9df93f90f404806be20b0d4ce9fa0138ed88d",
    ] {
        let verdict = judge(&config(&SETTINGS), signature, &body).await;
        assert_eq!(verdict, Err(NoticeRefused::Signature));
    }
    let keyless = config_but(&SETTINGS, "stripe_webhook_key", "");
    let verdict = judge(
        &keyless,
        "6e8ffa6bee71029ffffa3b3421b99acdf9cb6fe8d4a18d4b67593adb945b53cc",
        &body,
    )
    .await;
    assert_eq!(verdict, Err(NoticeRefused::Unconfigured));
}

#[tokio::test]
async fn stripe_is_asked_about_an_order() {
    let kept = kept("StripeCredit");
    let found = format!(
        r#"{{"data":[{{"id":"pi_1","status":"succeeded","latest_charge":"ch_1","amount_received":630,"currency":"usd",{kept}}}]}}"#
    );
    let stripe = FakeGateway::start(move |_: &Asked| ok(found.clone())).await;
    let gateways = gateways_at(&stripe.address);
    let gateway = gateways.gateway(GatewayCode::StripeCredit);
    let payment = gateway.find_payment(&config(&SETTINGS), &trade_no()).await;
    assert_eq!(payment, Ok(Some(paid("ch_1", 4_500))));
}
