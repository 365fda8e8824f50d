//! What holds for the requests of every gateway.

use ferroboard_billing::{GatewayCode, GatewayError, PaymentGateways as _};

use crate::fake::{Asked, FakeGateway, ok};
use crate::scene::*;

const SETTINGS: [(&str, &str); 3] = [("url", ""), ("pid", "1001"), ("key", "epay-key")];

async fn find(address: &str) -> Result<Option<ferroboard_billing::PaidNotice>, GatewayError> {
    let gateways = gateways();
    let settings = config_but(&SETTINGS, "url", address);
    let gateway = gateways.gateway(GatewayCode::EPay);
    gateway.find_payment(&settings, &trade_no()).await
}

#[tokio::test]
async fn keys_are_not_sent_on_to_another_host() {
    let thief = FakeGateway::start(|_: &Asked| ok("{}")).await;
    let target = format!("{}/api.php", thief.address);
    let gateway = FakeGateway::start(move |_: &Asked| ("302 Found", target.clone())).await;
    assert_eq!(
        find(&gateway.address).await,
        Err(GatewayError::Refused("status 302".to_owned()))
    );
    assert!(thief.asked().is_empty());
}

#[tokio::test]
async fn a_redirect_within_the_host_is_followed() {
    let gateway = FakeGateway::start(|asked: &Asked| {
        if asked.line == "GET /moved" {
            ok(r#"{"code":-1}"#)
        } else {
            let host = asked.header("host");
            ("302 Found", format!("http://{host}/moved"))
        }
    })
    .await;
    assert_eq!(find(&gateway.address).await, Ok(None));
    assert_eq!(gateway.asked().len(), 2);
}

#[tokio::test]
async fn redirects_end() {
    let gateway = FakeGateway::start(|asked: &Asked| {
        let host = asked.header("host");
        ("302 Found", format!("http://{host}/again"))
    })
    .await;
    assert!(find(&gateway.address).await.is_err());
    assert_eq!(gateway.asked().len(), 4);
}

#[tokio::test]
async fn an_error_names_neither_address_nor_key() {
    let Err(GatewayError::Unreachable(text)) = find("http://127.0.0.1:1").await else {
        panic!("somebody answered")
    };
    assert!(
        !text.contains("127.0.0.1") && !text.contains("epay-key"),
        "{text}"
    );
}

#[tokio::test]
async fn endless_answers_are_cut_off() {
    let gateway = FakeGateway::start(|_: &Asked| ok(" ".repeat(2 * 1024 * 1024))).await;
    assert_eq!(
        find(&gateway.address).await,
        Err(GatewayError::Unreachable(
            "the answer is too long".to_owned()
        ))
    );
}
