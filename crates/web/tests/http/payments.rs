//! Checkouts, and what gateways report.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ferroboard_application::Options;
use ferroboard_billing::RawNotice;
use ferroboard_billing::testing::{a_payment_method, an_order};
use ferroboard_kernel::{Cents, PaymentId, Percent, TradeNo, UserId};
use ferroboard_testing::MemoryTables;
use ferroboard_web::{AllowedHosts, RateLimits, WebOptions};
use serde_json::{Value, json};

use crate::gateway::{ANSWER, RefusingGateway};
use crate::harness::Site;

const CHECKOUT: &str = "/api/v1/user/order/checkout";
/// What the fake gateways take for a signature.
const KEY: &str = "epay-secret-key";
const NOTICES: &str = "/api/v1/guest/payment/notify/EPay/payuuid1";

/// Puts a pending order of alice's into the store; its number.
fn pending(site: &Site) -> String {
    let mut order = an_order(1, UserId::new(1));
    order.trade_no = TradeNo::stored("T1".into());
    site.fakes.store.write(|tables| {
        let number = order.trade_no.clone();
        tables.billing.open_orders.insert(order.user_id, number);
        tables.billing.orders.insert(order.id, order);
    });
    "T1".into()
}

/// What arrived, oldest first.
fn kept_notices(site: &Site) -> Vec<RawNotice> {
    let kept = |tables: &MemoryTables| {
        let notices = tables.billing.raw_notices.values();
        notices.map(|kept| kept.notice.raw.clone()).collect()
    };
    site.fakes.store.read(kept)
}

async fn status(site: &Site, token: &str, number: &str) -> Value {
    let path = format!("/api/v1/user/order/check?trade_no={number}");
    site.get_as(token, &path).await.body()["data"].clone()
}

#[actix_web::test]
async fn methods_are_listed_with_their_fees() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    site.fakes.store.write(|tables| {
        let mut charged = a_payment_method(2);
        charged.fee_fixed = Some(Cents::new(30));
        charged.fee_percent = Some(Percent::hundredths(250));
        charged.icon = Some("https://demo.test/a.png".into());
        let mut off = a_payment_method(3);
        off.enabled = false;
        for method in [charged, off] {
            tables.billing.payments.insert(method.id, method);
        }
    });
    let path = "/api/v1/user/order/getPaymentMethod";
    let listed = site.get_as(&token, path).await.body();
    let expected = json!([
        {"id": 1, "name": "EPay", "payment": "EPay", "icon": null,
         "handling_fee_fixed": null, "handling_fee_percent": null},
        {"id": 2, "name": "EPay", "payment": "EPay", "icon": "https://demo.test/a.png",
         "handling_fee_fixed": 30, "handling_fee_percent": "2.50"},
    ]);
    assert_eq!(listed["data"], expected);
}

#[actix_web::test]
async fn a_checkout_leads_to_the_gateway_and_back_to_the_page() {
    let site = Site::shop(&[("app_url", "https://panel.test")]).await;
    let token = site.alice().await;
    let number = pending(&site);
    for (referer, page) in [
        (
            "https://panel.test:8443/#/plan/1",
            "https://panel.test:8443",
        ),
        ("http://api.test/x", "https://panel.test"),
        ("https://evil.test/", "https://panel.test"),
        ("", "https://panel.test"),
    ] {
        let request = TestRequest::post()
            .uri(CHECKOUT)
            .set_json(json!({"trade_no": number, "method": "1", "token": "tok"}))
            .insert_header(("Authorization", token.clone()))
            .insert_header(("Host", "api.test"))
            .insert_header(("Referer", referer));
        let answer = site.send(request).await;
        assert_eq!(answer.text, r#"{"type":1,"data":"https://EPay.test/T1"}"#);
        let asked = site.fakes.gateways.requests().pop().unwrap();
        assert_eq!(asked.return_url, format!("{page}/#/order/T1"));
        assert_eq!(asked.notify_url, format!("https://panel.test{NOTICES}"));
        assert_eq!(asked.token.as_deref(), Some("tok"));
        assert_eq!(asked.amount, Cents::new(990));
    }
    assert_eq!(
        status(&site, &token, &number).await,
        0,
        "only a notice pays"
    );
}

#[actix_web::test]
async fn a_gateway_is_told_addresses_of_the_operator_alone() {
    let named = AllowedHosts::named(&["panel.test".to_owned()]).unwrap();
    for (hosts, host, app_url, domain, told) in [
        (&named, "evil.test", "", None, None),
        (&named, "panel.test", "", None, Some("http://panel.test")),
        (
            &named,
            "127.0.0.1:7001",
            "",
            None,
            Some("http://127.0.0.1:7001"),
        ),
        (
            &named,
            "evil.test",
            "https://site.test",
            None,
            Some("https://site.test"),
        ),
        (
            &named,
            "evil.test",
            "",
            Some("https://pay.test/"),
            Some("https://pay.test"),
        ),
        (
            &AllowedHosts::Any,
            "evil.test",
            "",
            None,
            Some("http://evil.test"),
        ),
    ] {
        let web = WebOptions {
            hosts: hosts.clone(),
            ..WebOptions::default()
        };
        let site = Site::with(&[("app_url", app_url)], web).await;
        site.sell();
        site.fakes.store.write(|tables| {
            let method = tables.billing.payments.get_mut(&PaymentId::new(1));
            method.unwrap().notify_domain = domain.map(Into::into);
        });
        let token = site.alice().await;
        let number = pending(&site);
        let request = TestRequest::post()
            .uri(CHECKOUT)
            .set_json(json!({"trade_no": number, "method": 1}))
            .insert_header(("Authorization", token.clone()))
            .insert_header(("Host", host))
            .insert_header(("Referer", format!("http://{host}/")));
        let orders = || {
            site.fakes
                .store
                .read(|tables| format!("{:?}", tables.billing))
        };
        let before = orders();
        let answer = site.send(request).await;
        let asked = site.fakes.gateways.requests().pop();
        let Some(told) = told else {
            assert_eq!(answer.status, 400, "{host}");
            assert!(answer.message().contains("app_url"), "{}", answer.text);
            assert!(asked.is_none());
            assert_eq!(orders(), before);
            continue;
        };
        assert_eq!(answer.status, 200, "{host} {}", answer.text);
        let asked = asked.unwrap();
        assert_eq!(asked.notify_url, format!("{told}{NOTICES}"));
        assert_eq!(asked.return_url, format!("{told}/#/order/T1"));
    }
}

#[actix_web::test]
async fn what_cannot_be_paid_is_400_and_tells_no_secret() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    let number = pending(&site);
    for body in [
        json!({}),
        json!({"trade_no": "x", "method": 1}),
        json!({"trade_no": number}),
        json!({"trade_no": number, "method": 99}),
        json!({"trade_no": number, "method": "x"}),
    ] {
        let answer = site.post_as(&token, CHECKOUT, body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
    }
    assert_eq!(status(&site, &token, &number).await, 0);
}

#[actix_web::test]
async fn what_a_gateway_answers_stays_inside() {
    let fakes = Site::shop(&[]).await.fakes;
    let mut ports = fakes.ports();
    ports.gateways = Arc::new(RefusingGateway);
    let options = Options::new("test".into());
    let site = Site::over(fakes, ports, WebOptions::default(), options).await;
    let token = site.alice().await;
    let number = pending(&site);
    let body = json!({"trade_no": number, "method": 1});
    let answer = site.post_as(&token, CHECKOUT, body).await;
    assert_eq!(answer.status, 400);
    assert!(!answer.text.contains(ANSWER), "{}", answer.text);
    assert_eq!(
        status(&site, &token, &number).await,
        0,
        "it may be tried again"
    );
}

#[actix_web::test]
async fn a_believed_notice_opens_the_order_once() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    let number = pending(&site);
    let query = format!("{NOTICES}?sign={KEY}&trade_no={number}&callback_no=P1");
    for round in 0..2 {
        let answer = site.get(&query).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (200, "success"),
            "{round}"
        );
        assert!(answer.header("content-type").starts_with("text/plain"));
    }
    assert_eq!(status(&site, &token, &number).await, 3);
    let kept = kept_notices(&site);
    assert_eq!(kept.len(), 2, "every notice is kept");
    assert_eq!(kept[0].method, "GET");
}

#[actix_web::test]
async fn a_posted_notice_reaches_the_gateway_byte_for_byte() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    let number = pending(&site);
    let body = format!("callback_no=P1&trade_no={number}&note=+a%20&sign={KEY}");
    let request = TestRequest::post()
        .uri(&format!("{NOTICES}?x=1"))
        .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
        .insert_header(("X-Signature", "abc"))
        .set_payload(body.clone());
    assert_eq!(site.send(request).await.text, "success");
    assert_eq!(status(&site, &token, &number).await, 3);
    let notice = kept_notices(&site).remove(0);
    assert_eq!(
        (notice.method.as_str(), notice.body),
        ("POST", body.into_bytes())
    );
    let headers = &notice.headers;
    assert!(headers.contains(&("x-signature".to_owned(), "abc".to_owned())));
    let names: Vec<&str> = notice
        .fields
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["x", "callback_no", "trade_no", "note", "sign"]);
    let note = notice.fields.iter().find(|(name, _)| name == "note");
    assert_eq!(note.unwrap().1, " a ");
}

/// A body of this media type with these members.
fn written(kind: &str, members: &[(&str, &str)]) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    match kind {
        "application/json" => {
            let members = members.iter();
            let members = members.map(|(name, value)| ((*name).to_owned(), json!(value)));
            Value::Object(members.collect()).to_string()
        }
        "multipart/form-data; boundary=x" => {
            members.iter().map(part).collect::<String>() + "--x--\r\n"
        }
        _ => {
            let pairs = members.iter();
            let pairs: Vec<_> = pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            pairs.join("&")
        }
    }
}

#[actix_web::test]
async fn a_notice_is_read_whatever_it_is_written_in() {
    for kind in [
        "application/x-www-form-urlencoded",
        "application/json",
        "multipart/form-data; boundary=x",
    ] {
        let site = Site::shop(&[]).await;
        let token = site.alice().await;
        let number = pending(&site);
        for (sign, expected, paid) in [("wrong", 400, 0), (KEY, 200, 3)] {
            let members = [
                ("sign", sign),
                ("trade_no", number.as_str()),
                ("callback_no", "P1"),
            ];
            // What the body says comes before what the address says.
            let request = TestRequest::post()
                .uri(&format!("{NOTICES}?sign={KEY}x&callback_no=x&trade_no=x"))
                .insert_header(("Content-Type", kind))
                .set_payload(written(kind, &members));
            assert_eq!(site.send(request).await.status, expected, "{kind}");
            assert_eq!(status(&site, &token, &number).await, paid, "{kind}");
        }
    }
}

#[actix_web::test]
async fn notices_that_pay_nothing_are_fail() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    let number = pending(&site);
    let good = format!("sign={KEY}&trade_no={number}&callback_no=P1");
    site.fakes.store.write(|tables| {
        let mut off = a_payment_method(2);
        off.enabled = false;
        tables.billing.payments.insert(off.id, off);
    });
    let root = "/api/v1/guest/payment/notify";
    for (path, expected) in [
        (format!("{root}/EPay/payuuid1"), 400),
        (format!("{root}/EPay/payuuid1?sign[]={KEY}"), 400),
        (
            format!("{root}/EPay/payuuid1?sign={KEY}&trade_no=nope&callback_no=P1"),
            400,
        ),
        (format!("{root}/EPay/payuuid2?{good}"), 400),
        (format!("{root}/EPay/nope?{good}"), 404),
        (format!("{root}/Coinbase/payuuid1?{good}"), 404),
        (format!("{root}/NoPay/payuuid1?{good}"), 404),
    ] {
        for method in [Method::GET, Method::POST] {
            let request = TestRequest::default().method(method).uri(&path);
            let answer = site.send(request).await;
            assert_eq!(
                (answer.status.as_u16(), answer.text.as_str()),
                (expected, "fail"),
                "{path}"
            );
        }
    }
    assert_eq!(status(&site, &token, &number).await, 0);
}

#[actix_web::test]
async fn a_notice_may_not_be_larger_than_other_bodies() {
    let web = WebOptions {
        max_body_bytes: 10,
        ..WebOptions::default()
    };
    let site = Site::with(&[], web).await;
    let request = TestRequest::post().uri(NOTICES).set_payload("x".repeat(11));
    assert_eq!(site.send(request).await.status, 413);
}

#[actix_web::test]
async fn a_stripe_key_is_shown_while_its_method_is_on() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    let stripe = PaymentId::new(2);
    site.fakes.store.write(|tables| {
        let mut method = a_payment_method(2);
        method.gateway = "StripeCredit".into();
        let config = r#"{"stripe_pk_live":"pk_live_1","stripe_sk_live":"sk_live_1"}"#;
        method.config = ferroboard_billing::GatewayConfig::from_json(config);
        tables.billing.payments.insert(stripe, method);
    });
    let path = "/api/v1/user/comm/getStripePublicKey";
    let shown = site.post_as(&token, path, json!({"id": 2})).await.body();
    assert_eq!(shown["data"], "pk_live_1");
    for body in [
        json!({}),
        json!({"id": 1}),
        json!({"id": 99}),
        json!({"id": "x"}),
    ] {
        let answer = site.post_as(&token, path, body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
    }
    site.fakes.store.write(|tables| {
        tables.billing.payments.get_mut(&stripe).unwrap().enabled = false;
    });
    let answer = site.post_as(&token, path, json!({"id": 2})).await;
    assert_eq!(answer.status, 400, "switched off");
}

#[actix_web::test]
async fn a_notice_of_more_than_64_kib_is_413_and_not_kept() {
    let site = Site::shop(&[]).await;
    for (bytes, status) in [(65_537, 413), (600_000, 413), (65_536, 400)] {
        let request = TestRequest::post().uri(NOTICES);
        let answer = site.send(request.set_payload("x".repeat(bytes))).await;
        assert_eq!(answer.status, status, "{bytes}");
    }
    let kept = kept_notices(&site);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].body.len(), 65_536);
}

#[actix_web::test]
async fn a_true_notice_is_taken_while_forged_ones_are_429() {
    let web = WebOptions {
        limits: RateLimits {
            notices_per_address_per_minute: 2,
            ..RateLimits::default()
        },
        ..WebOptions::default()
    };
    let site = Site::with(&[], web).await;
    site.sell();
    let token = site.alice().await;
    let number = pending(&site);
    let forged = format!("{NOTICES}?sign=x&trade_no={number}&callback_no=P1");
    for expected in [400, 400, 429, 429] {
        let answer = site.get(&forged).await;
        assert_eq!(answer.status, expected);
        assert_eq!(answer.header("retry-after").is_empty(), expected == 400);
    }
    let good = format!("{NOTICES}?sign={KEY}&trade_no={number}&callback_no=P1");
    for _ in 0..4 {
        assert_eq!(site.get(&good).await.text, "success");
    }
    assert_eq!(status(&site, &token, &number).await, 3);
    assert_eq!(site.get(&forged).await.status, 429);
}
