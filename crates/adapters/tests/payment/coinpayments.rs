use ferroboard_billing::{
    GatewayCode, GatewayConfig, GatewayError, NoticeRefused, NoticeVerdict, PaidNotice, Payment,
    PaymentGateways as _, RawNotice,
};

use crate::scene::*;

const SETTINGS: [(&str, &str); 3] = [
    ("coinpayments_merchant_id", " m1 "),
    ("coinpayments_ipn_secret", " cp-secret "),
    ("coinpayments_currency", "CNY"),
];

const PAID: &str = "ipn_mode=hmac&merchant=m1&status=100&item_number=2025010100000000000000006&txn_id=CP1&currency1=CNY&amount1=45.00000000&item_name=a+b%2Ac~";
const PAID_HMAC: &str = "bfcfbb197218d519358e9d2b185fecab0352e72c53f18274f34e3dc11afded0b5349f1ae29784f8d33efb5849368d46578381de7b22aef5499ae675b7e795b81";

async fn verify(
    config: &GatewayConfig,
    notice: &RawNotice,
) -> Result<NoticeVerdict, NoticeRefused> {
    let gateways = gateways();
    let gateway = gateways.gateway(GatewayCode::CoinPayments);
    gateway.verify(config, notice, NOW).await
}

fn ipn_ok(payment: PaidNotice) -> NoticeVerdict {
    NoticeVerdict::Paid(PaidNotice {
        reply: "IPN OK".to_owned(),
        ..payment
    })
}

#[tokio::test]
async fn the_customer_is_sent_to_the_recorded_page() {
    let mut request = request(GatewayCode::CoinPayments);
    request.return_url = format!("http://demo.test/#/order/{TRADE_NO}");
    let notify = "http://demo.test/api/v1/guest/payment/notify/CoinPayments/payuuid1";
    notify.clone_into(&mut request.notify_url);
    let recorded = "https://www.coinpayments.net/index.php?cmd=_pay_simple&reset=1&merchant=m1\
        &item_name=2025010100000000000000006&item_number=2025010100000000000000006\
        &want_shipping=0&currency=CNY&amountf=45.00&success_url=http%3A%2F%2Fdemo.test\
        &cancel_url=http%3A%2F%2Fdemo.test%2F%23%2Forder%2F2025010100000000000000006\
        &ipn_url=http%3A%2F%2Fdemo.test%2Fapi%2Fv1%2Fguest%2Fpayment%2Fnotify%2FCoinPayments%2Fpayuuid1";
    let gateways = gateways();
    let gateway = gateways.gateway(GatewayCode::CoinPayments);
    assert_eq!(
        gateway.pay(&config(&SETTINGS), &request).await,
        Ok(Payment::Redirect(recorded.to_owned()))
    );
    request.return_url = "https://panel.test:8443/#/order/1".to_owned();
    let payment = gateway.pay(&config(&SETTINGS), &request).await;
    let Payment::Redirect(page) = payment.unwrap() else {
        panic!("no page")
    };
    assert!(
        page.contains("&success_url=https%3A%2F%2Fpanel.test%3A8443&"),
        "{page}"
    );
    for missing in [
        "coinpayments_merchant_id",
        "coinpayments_ipn_secret",
        "coinpayments_currency",
    ] {
        assert_eq!(
            gateway
                .pay(&config_but(&SETTINGS, missing, ""), &request)
                .await,
            Err(GatewayError::Unconfigured(missing))
        );
    }
    assert_eq!(
        gateway.find_payment(&config(&SETTINGS), &trade_no()).await,
        Ok(None)
    );
}

#[tokio::test]
async fn a_finished_payment_is_believed_by_either_signature() {
    for hmac in [
        PAID_HMAC,
        PAID_HMAC,
        "744f8eb979c34a0c92f9a9226f339d020bdc2b2484a511a8404e9a2830ef17f077158a8d053c240ebb702e9110fe65ddc8067de705fbad2abfced6692ac97b3e",
    ] {
        let notice = body_notice("hmac", hmac, PAID);
        assert_eq!(
            verify(&config(&SETTINGS), &notice).await,
            Ok(ipn_ok(paid("CP1", 4_500)))
        );
    }
    let queued = body_notice(
        "hmac",
        "7a3a421ceed42af39740cc037dc714ffadf993a36a53902791cb21b279fc09b8765b6623139f207e8b5f81d2b7f3213a5caa33ed9306dc84915734ec3a9952f0",
        &PAID.replace("status=100", "status=2"),
    );
    assert_eq!(
        verify(&config(&SETTINGS), &queued).await,
        Ok(ipn_ok(paid("CP1", 4_500)))
    );
}

#[tokio::test]
async fn the_recorded_notice_is_believed() {
    let hmac = "e9272f21062c3df7a204764ab529791469c973fc1a18076d4e58b0233cbbf4a6\
                d42b7a91e1952532c623c3cce460196e9f9f634225d653e284a1d68566d8b690";
    let body = format!("merchant=m1&item_number={TRADE_NO}&txn_id=CP1&status=100&ipn_type=button");
    let without_amount = PaidNotice {
        amount: None,
        ..paid("CP1", 0)
    };
    let notice = body_notice("hmac", hmac, &body);
    assert_eq!(
        verify(&config(&SETTINGS), &notice).await,
        Ok(ipn_ok(without_amount))
    );
}

#[tokio::test]
async fn what_the_payer_changed_is_reported_as_it_is() {
    let small = PAID.replace("amount1=45.00000000", "amount1=0.01");
    let notice = body_notice(
        "hmac",
        "ce608d3c46f5ab87b7b14d1a9166cca35d6b7cafd2e6a0a33434f8f84fc9d17525e43ac931f2f00dd091902b8342d46fe8255b6ab723ff8d5e2b8162fed42304",
        &small,
    );
    assert_eq!(
        verify(&config(&SETTINGS), &notice).await,
        Ok(ipn_ok(paid("CP1", 1)))
    );
    let currency = PAID.replace("currency1=CNY", "currency1=VND");
    let notice = body_notice(
        "hmac",
        "d7cd04d6ab2bc55ef5d27ef6c03731294f6838dc70e791609bb7581edaff79209591380e30da5cab135235d984c72a658cc9ed20613ff00f4c9b63a924dd6a42",
        &currency,
    );
    assert_eq!(
        verify(&config(&SETTINGS), &notice).await,
        Ok(ipn_ok(paid_in("VND", "CP1", 4_500)))
    );
}

#[tokio::test]
async fn what_is_not_paid_changes_nothing() {
    for (body, hmac, reply) in [
        (
            PAID.replace("status=100", "status=1"),
            "ce1ed64416f06cbe4c5e816d79a4d5cc818900a83257b436a22a612c066771883a9e28282461dcd848581b6d8fc802f4f1497ff917c08c02a2518ae5505e498f",
            "IPN OK: pending",
        ),
        (
            PAID.replace("status=100", "status=-1"),
            "1b9e93e3492c6d1ab691936a556fb12e04a3d00cc45f0207017793971160fe7b6b90b12b8f21a9f7ca78a7fcc95e126db2062ac22c9ec6b06fc15b7f5d672961",
            "IPN OK",
        ),
        (
            PAID.replace(&format!("item_number={TRADE_NO}&"), ""),
            "59b13d2baffc1f569d334edc80c8b5485178af7e58402306418697af47fc41a28a599f38a4a38faa9c271c48669b5ee590897ee4ccab0ab6db8beb8f5cfb4c6f",
            "IPN OK",
        ),
    ] {
        let notice = body_notice("hmac", hmac, &body);
        assert_eq!(
            verify(&config(&SETTINGS), &notice).await,
            Ok(not_final(reply))
        );
    }
}

#[tokio::test]
async fn forgeries_are_refused() {
    use NoticeRefused::{ForeignMerchant, Malformed, Signature, Unconfigured};
    for (header, hmac, body, refusal) in [
        ("hmac", "x", PAID.to_owned(), Signature),
        ("other", PAID_HMAC, PAID.to_owned(), Signature),
        (
            "hmac",
            "84b1537785f5eb67ae68a5e1c5c81ecf9043b019c12c89aab5b574dc48ffb73b4d273828ba619985f2963ddc222ec426442295936aff48245aff3f788153313f",
            PAID.to_owned(),
            Signature,
        ),
        ("hmac", PAID_HMAC, PAID.replace("45.00", "99.00"), Signature),
        (
            "hmac",
            "7ef4b8580897bf98e9f5ef20c7e098266be062c568612ce033cdd819026fe505d9748738514f8eec90bd96896e890e374eb76399cdf7fff4c4eac35beca01876",
            PAID.replace("merchant=m1", "merchant=m2"),
            ForeignMerchant,
        ),
        (
            "hmac",
            "d1d3eb459b62bd5e73239a055dd1f4a6dfa458c86c8ce373b84905322e14aadebd30a444a7b714b49f7dd45bc4f4c33c223cb7544838894913c4eea1680cffcb",
            PAID.replace("45.00000000", "1e9"),
            Malformed,
        ),
        (
            "hmac",
            "c1385c41caa3bc571081b94e7d208f7121ce9de8f624fa4a260defcb30f1b343b761c12b05e824fd59acdc823dbcd99d726115aaf2f74f4c6fbcf63b6ba66c47",
            PAID.replace("status=100", "status=x"),
            Malformed,
        ),
    ] {
        let notice = body_notice(header, hmac, &body);
        assert_eq!(
            verify(&config(&SETTINGS), &notice).await,
            Err(refusal),
            "{body}"
        );
    }
    let forged = body_notice(
        "hmac",
        "84b1537785f5eb67ae68a5e1c5c81ecf9043b019c12c89aab5b574dc48ffb73b4d273828ba619985f2963ddc222ec426442295936aff48245aff3f788153313f",
        PAID,
    );
    let keyless = config_but(&SETTINGS, "coinpayments_ipn_secret", "");
    assert_eq!(verify(&keyless, &forged).await, Err(Unconfigured));
}

fn members(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[tokio::test]
async fn a_body_of_any_format_is_signed_as_it_is_or_by_its_members() {
    let pairs = [
        ("merchant", "m1"),
        ("item_number", TRADE_NO),
        ("txn_id", "CP1"),
        ("status", "100"),
        ("amount1", "45"),
    ];
    // amount1=45&item_number=…&merchant=m1&status=100&txn_id=CP1
    let sorted = "113538b0306a0cdf19a69a48014ab0be563449754a14d7fa3c7c241c2b3e36bdd3a7f934eed75e99f8ad32dc3d870a56b26957bf99b2dbd4cf0e0c5a682e7e0f";
    let json = format!(
        r#"{{"merchant":"m1","item_number":"{TRADE_NO}","txn_id":"CP1","status":100,"amount1":45}}"#
    );
    for (hmac, body) in [
        (
            "1c9419dcc387582b7a2167536a95715849a8047025140ea87ce8feeaa4a2b7493168e19f730c9e948580f87f07796628fd0e5ad9cfb58497a9be04cee13b9979",
            json.as_str(),
        ),
        (sorted, json.as_str()),
        (sorted, "--x\r\nContent-Disposition: …"),
    ] {
        let mut notice = body_notice("hmac", hmac, body);
        notice.body_fields = members(&pairs);
        assert_eq!(
            verify(&config(&SETTINGS), &notice).await,
            Ok(ipn_ok(paid("CP1", 4_500))),
            "{body}"
        );
        notice.body_fields = members(&[&pairs[..4], &[("amount1", "46")]].concat());
        if hmac == sorted {
            let refused = Err(NoticeRefused::Signature);
            assert_eq!(verify(&config(&SETTINGS), &notice).await, refused);
        }
    }
}

#[tokio::test]
async fn signed_bytes_mean_the_same_under_every_media_type() {
    let mut notice = body_notice("hmac", PAID_HMAC, PAID);
    notice.body_fields = members(&[("merchant", "m1"), ("status", "100"), ("txn_id", "CP2")]);
    assert_eq!(
        verify(&config(&SETTINGS), &notice).await,
        Ok(ipn_ok(paid("CP1", 4_500)))
    );
}

#[tokio::test]
async fn the_address_cannot_replace_what_is_signed() {
    let mut notice = body_notice("hmac", PAID_HMAC, PAID);
    let other = ("item_number".to_owned(), "other-order".to_owned());
    notice.query = vec![other.clone()];
    notice.fields = vec![other];
    assert_eq!(
        verify(&config(&SETTINGS), &notice).await,
        Ok(ipn_ok(paid("CP1", 4_500)))
    );
}
