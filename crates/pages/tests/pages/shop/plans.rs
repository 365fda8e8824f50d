//! Plans, and what they would cost.

use ferroboard_billing::testing::{a_coupon, a_plan};
use ferroboard_billing::{Coupon, Period, Plan, PriceList};
use ferroboard_kernel::{Cents, PlanId};

use super::{ALICE, alice, endow, has, has_not, order, page, refused, shop, subscribe};
use crate::browser::Site;

fn change_plan(site: &Site, change: impl Fn(&mut Plan)) {
    site.fakes.store.write(|tables| {
        change(tables.billing.plans.get_mut(&PlanId::new(1)).unwrap());
    });
}

#[actix_web::test]
async fn plans_are_listed_with_what_they_have_and_filtered() {
    let site = shop(&[]).await;
    site.fakes.store.write(|tables| {
        let plan = Plan {
            name: "Once".into(),
            prices: PriceList::from_json(Some(r#"{"onetime": 0}"#)),
            speed_limit: Some(50),
            content: Some(
                r#"[{"feature":"{{speed}} fast","support":true},{"feature":"TV","support":false}]"#
                    .into(),
            ),
            capacity_limit: Some(3),
            ..a_plan(2)
        };
        tables.billing.plans.insert(plan.id, plan);
    });
    let browser = alice(&site).await;
    let all = page(&browser, "/my/plans").await;
    has(
        &all,
        &[
            "Plan 1",
            "¥9.90 · Monthly",
            "100 GB",
            "Unlimited",
            "href=\"/my/plans/1\"",
        ],
    );
    has(
        &all,
        &[
            "Once",
            "Free · One-time",
            "50 Mbps",
            "50 fast",
            "Not included: </span>TV",
            "3 places left",
        ],
    );
    let by_period = page(&browser, "/my/plans?kind=period").await;
    has(
        &by_period,
        &[
            "Plan 1",
            "href=\"/my/plans?kind=period\" aria-current=\"page\"",
        ],
    );
    has_not(&by_period, &["Once"]);
    let by_traffic = page(&browser, "/my/plans?kind=traffic").await;
    has(&by_traffic, &["Once"]);
    has_not(&by_traffic, &["Plan 1"]);
}

#[actix_web::test]
async fn where_there_is_nothing_to_buy_the_page_says_why() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    let none_of_kind = page(&browser, "/my/plans?kind=traffic").await;
    has(&none_of_kind, &["No plan matches this filter."]);
    change_plan(&site, |plan| plan.capacity_limit = Some(0));
    has(
        &page(&browser, "/my/plans").await,
        &["Everything is sold out."],
    );
    let gone = browser.get("/my/plans/1").await;
    refused(
        &gone,
        404,
        &["This plan cannot be bought", "href=\"/my/plans\""],
    );
    change_plan(&site, |plan| plan.show = false);
    has(
        &page(&browser, "/my/plans").await,
        &["Nothing is on sale at the moment."],
    );
    for path in ["/my/plans/99", "/my/plans/x", "/my/plans/-1"] {
        assert_eq!(browser.get(path).await.status.as_u16(), 404, "{path}");
    }
}

#[actix_web::test]
async fn a_price_is_shown_as_the_order_will_be() {
    let site = shop(&[]).await;
    site.fakes.store.write(|tables| {
        let coupon = a_coupon(1, "SAVE20");
        tables.billing.coupons.insert(coupon.id, coupon);
    });
    let browser = alice(&site).await;
    endow(&site, ALICE, 300);
    let first = page(&browser, "/my/plans/1").await;
    has(
        &first,
        &[
            "value=\"month_price\" data-submit checked",
            "¥9.90",
            "-¥3.00",
            "¥6.90",
        ],
    );
    let with_coupon = page(&browser, "/my/plans/1?period=year_price&coupon=save20").await;
    has(
        &with_coupon,
        &[
            "value=\"year_price\" data-submit checked",
            "-¥19.20",
            "¥73.80",
        ],
    );
    has(
        &with_coupon,
        &[
            "Coupon: 20 % off",
            "?shown_period=year_price&#38;shown_coupon=save20\"",
        ],
    );
    let token = browser.get("/my/plans/1").await.token();
    let fields = [
        ("_csrf", token.as_str()),
        ("period", "year_price"),
        ("coupon", "SAVE20"),
    ];
    let placed = browser.post("/my/plans/1", &fields).await;
    has(
        &page(&browser, placed.leads_to()).await,
        &["-¥19.20", "-¥3.00", "¥73.80"],
    );
}

#[actix_web::test]
async fn what_was_typed_since_the_price_was_shown_is_not_dropped() {
    let site = shop(&[]).await;
    site.fakes.store.write(|tables| {
        let coupon = a_coupon(1, "SAVE20");
        tables.billing.coupons.insert(coupon.id, coupon);
    });
    let browser = alice(&site).await;
    let shown = "/my/plans/1?shown_period=month_price&shown_coupon=";
    // The button sends the fields of the form that shows them.
    has(
        &page(&browser, "/my/plans/1").await,
        &[
            "form=\"choose\" formmethod=\"post\"",
            "formaction=\"/my/plans/1?shown_period=month_price&#38;shown_coupon=\"",
        ],
    );
    for (period, coupon, priced) in [
        ("month_price", "SAVE20", "-¥1.98"),
        ("year_price", "", "?shown_period=year_price&#38;"),
    ] {
        let fields = [("period", period), ("coupon", coupon)];
        let answer = browser.fill("/my/plans/1", shown, &fields).await;
        assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
        has(&answer.text, &["Nothing is ordered yet", priced]);
    }
    let orders = page(&browser, "/my/orders").await;
    has(&orders, &["There are no orders yet."]);
    let fields = [("period", "month_price"), ("coupon", " SAVE20 ")];
    let placed = browser
        .fill("/my/plans/1", &format!("{shown}SAVE20"), &fields)
        .await;
    has(
        &page(&browser, placed.leads_to()).await,
        &["-¥1.98", "¥7.92"],
    );
}

#[actix_web::test]
async fn a_wrong_coupon_is_named_beside_its_field_and_kept() {
    let site = shop(&[]).await;
    site.fakes.store.write(|tables| {
        let coupon = Coupon {
            limit_periods: Some(vec![Period::Yearly]),
            ..a_coupon(1, "YEARLY")
        };
        tables.billing.coupons.insert(coupon.id, coupon);
    });
    let browser = alice(&site).await;
    for (code, said) in [
        ("NOPE", "Invalid coupon"),
        (
            "YEARLY",
            "The coupon cannot be used for this payment period",
        ),
    ] {
        let looked = browser
            .get(&format!("/my/plans/1?period=month_price&coupon={code}"))
            .await;
        let kept = format!("value=\"{code}\"");
        refused(
            &looked,
            422,
            &[&kept, "id=\"coupon-error\"", said, "aria-invalid=\"true\""],
        );
        // What it costs without is shown all the same.
        has(&looked.text, &["¥9.90", "Place the order"]);
        let fields = [("period", "month_price"), ("coupon", code)];
        let ordered = browser.fill("/my/plans/1", "/my/plans/1", &fields).await;
        refused(&ordered, 422, &[&kept, "id=\"coupon-error\"", said]);
    }
    let orders = page(&browser, "/my/orders").await;
    has(&orders, &["There are no orders yet."]);
}

#[actix_web::test]
async fn whoever_has_an_unfinished_order_is_led_to_it() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    let path = order(&browser).await;
    let again = page(&browser, "/my/plans/1").await;
    has(
        &again,
        &["You have an unfinished order.", &format!("href=\"{path}\"")],
    );
    has_not(&again, &["Place the order"]);
    let fields = [("period", "year_price"), ("coupon", "")];
    let answer = browser.fill("/my/plans/1", "/my/plans/1", &fields).await;
    assert_eq!(answer.leads_to(), path);
    has(
        &page(&browser, &path).await,
        &["You have an unfinished order.", "¥9.90"],
    );
}

#[actix_web::test]
async fn a_subscriber_renews_and_resets_the_own_plan() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    change_plan(&site, |plan| {
        plan.prices = PriceList::from_json(Some(r#"{"monthly": 9.9, "reset_traffic": 2}"#));
    });
    has_not(&page(&browser, "/my/plans/1").await, &["reset_price"]);
    subscribe(&site, ALICE);
    has(&page(&browser, "/my/plans").await, &["Your plan", "Renew"]);
    let own = page(&browser, "/my/plans/1?period=reset_price").await;
    has(&own, &["Traffic reset", "¥2.00"]);
    change_plan(&site, |plan| plan.renew = false);
    assert_eq!(browser.get("/my/plans/1").await.status.as_u16(), 404);
}

#[actix_web::test]
async fn a_change_of_plan_says_so_and_is_refused_where_it_is_closed() {
    let site = shop(&[]).await;
    let browser = alice(&site).await;
    subscribe(&site, ALICE);
    site.fakes.store.write(|tables| {
        let plan = a_plan(2);
        tables.billing.plans.insert(plan.id, plan);
    });
    has(
        &page(&browser, "/my/plans/2").await,
        &["This takes the place of your present plan."],
    );
    site.fakes.store.write(|tables| {
        let setting = ("plan_change_enable".to_owned(), Some("0".to_owned()));
        tables.site.settings.extend([setting]);
    });
    site.refresh().await;
    let closed = browser.get("/my/plans/2").await;
    assert_eq!(closed.status.as_u16(), 400);
    has_not(&closed.text, &["Place the order"]);
    assert_eq!(super::balance(&site, ALICE), Cents::ZERO.get());
}
