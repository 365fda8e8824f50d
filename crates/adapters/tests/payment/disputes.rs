//! Disputes, as both gateways of Stripe tell of them.

use ferroboard_billing::{
    DisputeNotice, GatewayCode, NoticeRefused, NoticeVerdict, PaymentGateways as _,
};
use ferroboard_kernel::Cents;

use crate::scene::*;

const SETTINGS: [(&str, &str); 4] = [
    ("currency", "usd"),
    ("exchange_rate", "0.14"),
    ("stripe_sk_live", "sk_test"),
    ("stripe_webhook_key", "whsec_test"),
];

/// What both gateways say of the event, which is the same.
async fn judge(signature: &str, body: &str) -> Result<NoticeVerdict, NoticeRefused> {
    let signature = format!("t=1767323045,v1={signature}");
    let notice = body_notice("stripe-signature", &signature, body);
    let (gateways, config) = (gateways(), config(&SETTINGS));
    let credit = gateways.gateway(GatewayCode::StripeCredit);
    let credit = credit.verify(&config, &notice, NOW).await;
    let checkout = gateways.gateway(GatewayCode::StripeCheckout);
    assert_eq!(checkout.verify(&config, &notice, NOW).await, credit);
    credit
}

fn dispute() -> DisputeNotice {
    DisputeNotice {
        dispute_no: "dp_1".to_owned(),
        payment_nos: vec!["pi_1".to_owned(), "ch_1".to_owned()],
        amount: Some(Cents::new(630)),
        currency: Some("USD".to_owned()),
        standing: Some("needs_response".to_owned()),
        is_closed: false,
        reply: "success".to_owned(),
    }
}

#[tokio::test]
async fn a_dispute_names_the_payment_by_both_numbers() {
    let closed = DisputeNotice {
        standing: Some("lost".to_owned()),
        is_closed: true,
        ..dispute()
    };
    let yen = DisputeNotice {
        dispute_no: "dp_2".to_owned(),
        payment_nos: vec!["ch_2".to_owned()],
        amount: Some(Cents::new(50_000)),
        currency: Some("JPY".to_owned()),
        standing: None,
        ..dispute()
    };
    for (body, signature, expected) in [
        (
            r#"{"type":"charge.dispute.created","data":{"object":{"id":"dp_1","object":"dispute","charge":"ch_1","payment_intent":"pi_1","amount":630,"currency":"usd","status":"needs_response","metadata":{}}}}"#,
            "4d9aa7afcd15dcbefc82f9670392ad659abbd5887e7e1e960ca5efbac1a268e2",
            dispute(),
        ),
        (
            r#"{"type":"charge.dispute.closed","data":{"object":{"id":"dp_1","object":"dispute","charge":"ch_1","payment_intent":"pi_1","amount":630,"currency":"usd","status":"lost","metadata":{}}}}"#,
            "d83691df78b523740922ab606869a873cc2bda503affd1f877251a5eb5fd115a",
            closed,
        ),
        (
            r#"{"type":"charge.dispute.created","data":{"object":{"id":"dp_2","charge":"ch_2","payment_intent":null,"amount":500,"currency":"jpy"}}}"#,
            "68994e2684cb258aeb28001844ea1c294a7f211ebe27ebf0e10ed2df1b2aedd1",
            yen,
        ),
    ] {
        let verdict = judge(signature, body).await;
        assert_eq!(verdict, Ok(NoticeVerdict::Disputed(expected)), "{body}");
    }
}

#[tokio::test]
async fn what_is_no_dispute_of_a_payment_is_none() {
    let nameless = r#"{"type":"charge.dispute.created","data":{"object":{"charge":"ch_1"}}}"#;
    let verdict = judge(
        "a88ef17271f90a6eed6b6e91f8a8410affb3258883de0b0a407fa425c9633199",
        nameless,
    )
    .await;
    assert_eq!(verdict, Err(NoticeRefused::Malformed));
    // Between beginning and end there is nothing to do.
    let updated = r#"{"type":"charge.dispute.updated","data":{"object":{"id":"dp_1"}}}"#;
    let verdict = judge(
        "23f935c54ae16ed6e0a18c8cc5b22b6cc3250e0b06e2e5da11d85549e76f4994",
        updated,
    )
    .await;
    assert_eq!(verdict, Ok(not_final("success")));
    let verdict = judge("x", updated).await;
    assert_eq!(verdict, Err(NoticeRefused::Signature));
}
