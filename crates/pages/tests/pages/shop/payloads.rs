//! Whatever a customer writes is shown as it was written, and does nothing.

use super::{ALICE, alice, has_not, page, shop};

/// What has done something on some page somewhere.
const PAYLOADS: [&str; 12] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' onmouseover='alert(1)",
    "<iframe src=javascript:alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "{{ 7*7 }}{% include \"layout.html\" %}",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
];

/// What none of them may come to in a page.
const TRACES: [&str; 9] = [
    "<script>alert",
    "<img src=x",
    "<svg/onload",
    "<iframe",
    "\" autofocus onfocus",
    "' onmouseover='",
    "<a href=\"javascript:",
    "</textarea><script",
    "</title><script",
];

#[actix_web::test]
async fn every_text_of_a_customer_is_escaped_everywhere() {
    let site = shop(&[("commission_withdraw_limit", "0")]).await;
    let browser = alice(&site).await;
    let mut id = 0;
    for payload in PAYLOADS {
        // A customer may write ten messages a minute.
        site.fakes
            .clock
            .advance(ferroboard_kernel::Seconds::minutes(1));
        id += 1;
        let ticket = format!("/my/tickets/{id}");
        let fields = [("subject", payload), ("level", "0"), ("message", payload)];
        let opened = browser
            .fill("/my/tickets/new", "/my/tickets/new", &fields)
            .await;
        assert_eq!(opened.leads_to(), ticket, "{payload}");
        browser
            .fill(&ticket, &ticket, &[("message", payload)])
            .await;
        for path in [ticket.as_str(), "/my/tickets"] {
            let shown = page(&browser, path).await;
            has_not(&shown, &TRACES);
        }
        // What is refused comes back as it was typed.
        let again = browser
            .fill("/my/tickets/new", "/my/tickets/new", &fields)
            .await;
        assert_eq!(again.status.as_u16(), 400, "{payload}");
        has_not(&again.text, &TRACES);
        browser.fill(&ticket, &format!("{ticket}/close"), &[]).await;
        for (form, field) in [
            ("/my/invite/transfer", "amount"),
            ("/my/invite/withdraw", "account"),
            ("/my/gift-cards", "code"),
            ("/my/plans/1", "coupon"),
        ] {
            let of = form
                .trim_end_matches("/transfer")
                .trim_end_matches("/withdraw");
            let fields = [(field, payload), ("method", payload), ("period", payload)];
            let answer = browser.fill(of, form, &fields).await;
            assert!(
                answer.status.is_client_error(),
                "{form} {payload}: {answer:?}"
            );
            has_not(&answer.text, &TRACES);
        }
        let query: String = form_urlencoded::byte_serialize(payload.as_bytes()).collect();
        for path in [
            "/my/plans?kind=",
            "/my/orders?status=",
            "/my/traffic?month=",
            "/my/knowledge?keyword=",
            "/my/plans/1?coupon=",
            "/my/plans/1?period=",
            "/my/tickets?page=",
            "/my/invite?page=",
        ] {
            let answer = browser.get(&format!("{path}{query}")).await;
            has_not(&answer.text, &TRACES);
        }
    }
    assert_eq!(super::balance(&site, ALICE), 0);
}
