//! Paying through gateways.

use ferroboard_billing::PaymentMethod;
use ferroboard_billing::testing::a_payment_method;
use ferroboard_kernel::{Cents, Percent};

use super::{alice, has, has_not, order, page, refused, shop};
use crate::browser::Site;

fn add(site: &Site, method: PaymentMethod) {
    site.fakes.store.write(|tables| {
        tables.billing.payments.insert(method.id, method);
    });
}

#[actix_web::test]
async fn the_only_method_is_chosen_and_leads_to_its_gateway_by_a_page() {
    let site = shop(&[("app_url", "http://demo.test")]).await;
    let browser = alice(&site).await;
    let path = order(&browser).await;
    has(
        &page(&browser, &path).await,
        &["name=\"method\" value=\"1\" checked", "Pay now"],
    );
    let pay = format!("{path}/pay");
    let answer = browser.fill(&path, &pay, &[("method", "1")]).await;
    assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
    let number = path.rsplit('/').next().unwrap();
    let gateway = format!("https://EPay.test/{number}");
    has(
        &answer.text,
        &[
            &format!("href=\"{gateway}\""),
            &format!("content=\"0;url={gateway}\""),
        ],
    );
    has(&answer.text, &[&format!("href=\"{path}?wait=1\"")]);
    let requests = site.fakes.gateways.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].amount, Cents::new(990));
    assert_eq!(
        requests[0].return_url,
        format!("http://demo.test/#/order/{number}")
    );
    // The switch of languages asks for the form as a page.
    assert_eq!(browser.get(&pay).await.leads_to(), path);
}

#[actix_web::test]
async fn fees_are_told_before_they_are_paid() {
    let site = shop(&[]).await;
    add(
        &site,
        PaymentMethod {
            name: "With <fee>".into(),
            fee_fixed: Some(Cents::new(30)),
            fee_percent: Some(Percent::hundredths(250)),
            ..a_payment_method(2)
        },
    );
    let browser = alice(&site).await;
    let path = order(&browser).await;
    let shown = page(&browser, &path).await;
    has(&shown, &["With &#60;fee&#62;", "fee ¥0.55, ¥10.45 in all"]);
    has_not(&shown, &["checked"]);
    browser
        .fill(&path, &format!("{path}/pay"), &[("method", "2")])
        .await;
    has(&page(&browser, &path).await, &["¥0.55", "¥10.45"]);
    assert_eq!(site.fakes.gateways.requests()[0].amount, Cents::new(1_045));
}

#[actix_web::test]
async fn without_a_method_nothing_is_started() {
    let site = shop(&[]).await;
    add(&site, a_payment_method(2));
    let browser = alice(&site).await;
    let path = order(&browser).await;
    let pay = format!("{path}/pay");
    let none = browser.fill(&path, &pay, &[]).await;
    refused(
        &none,
        422,
        &["id=\"method-error\"", "Choose how to pay", "Pay now"],
    );
    let unknown = browser.fill(&path, &pay, &[("method", "99")]).await;
    refused(&unknown, 400, &["role=\"alert\"", "Pay now"]);
    assert!(site.fakes.gateways.requests().is_empty());
}

#[actix_web::test]
async fn methods_that_need_a_script_of_theirs_are_not_offered() {
    let site = shop(&[]).await;
    for gateway in ["StripeCredit", "Unheard"] {
        add(
            &site,
            PaymentMethod {
                gateway: gateway.into(),
                ..a_payment_method(1)
            },
        );
        let browser = site.browser();
        browser.register(&format!("{gateway}@demo.test")).await;
        let path = order(&browser).await;
        has(
            &page(&browser, &path).await,
            &["No payment method is available."],
        );
    }
}
