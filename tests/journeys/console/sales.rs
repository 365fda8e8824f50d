//! What is sold: orders, coupons, gift cards, payment methods.

use super::{Office, to};
use crate::support::Seeds;

async fn add_plan(office: &Office) {
    let seeds = Seeds::of(&office.panel, &office.database).await;
    seeds.add_plan(1, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_assigned_paid_and_cancelled() {
    let office = Office::open().await;
    add_plan(&office).await;
    let (ann, _) = office.customer("ann@demo.test").await;
    let browser = office.browser().await;
    let order = [
        ("email", "ann@demo.test"),
        ("plan_id", "1"),
        ("period", "monthly"),
        ("total_amount", "12.50"),
    ];
    let assign = to("orders/assign");
    let wrong = browser
        .fill(
            &assign,
            &assign,
            &[("email", "nobody"), ("total_amount", "x")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    // Whether there is somebody of that name is asked once all else is right.
    wrong.has(&["f-total_amount-about", "value=\"nobody\""]);
    browser.fill(&assign, &assign, &order).await.leads_to();
    browser.open(&to("orders?f_status=0")).await.has(&[
        "1 in all",
        "12.50",
        "Plan 1",
        "ann@demo.test",
    ]);
    let detail = to("orders/1");
    let shown = browser.open(&detail).await;
    shown.has(&["Waits for payment", "Mark as paid", "Cancel the order"]);
    let number = office
        .database
        .sql()
        .text("SELECT trade_no FROM v2_order WHERE id = 1")
        .await
        .unwrap();
    let named = [("trade_no", number.as_str()), ("id", "1")];
    let paid = browser.press(&detail, &to("orders/paid"), &named).await;
    assert_eq!(paid.leads_to(), detail);
    browser.open(&detail).await.has(&["Completed"]);
    assert_eq!(office.rows().of_user("plan_id", ann).await, 1);
    let twice = browser.press(&detail, &to("orders/paid"), &named).await;
    assert_eq!(twice.status, 400);
    browser.fill(&assign, &assign, &order).await.leads_to();
    let number = office
        .database
        .sql()
        .text("SELECT trade_no FROM v2_order WHERE id = 2")
        .await
        .unwrap();
    let named = [("trade_no", number.as_str()), ("id", "2")];
    browser
        .press(&to("orders/2"), &to("orders/cancel"), &named)
        .await
        .leads_to();
    browser.open(&to("orders/2")).await.has(&["Cancelled"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_an_order_is_refunded_to_the_balance() {
    let office = Office::open().await;
    add_plan(&office).await;
    let (ann, _) = office.customer("ann@demo.test").await;
    let browser = office.browser().await;
    let order = [
        ("email", "ann@demo.test"),
        ("plan_id", "1"),
        ("period", "monthly"),
        ("total_amount", "12.50"),
    ];
    let assign = to("orders/assign");
    browser.fill(&assign, &assign, &order).await.leads_to();
    let (detail, refund) = (to("orders/1"), to("orders/refund"));
    browser.open(&detail).await.lacks(&["orders/refund"]);
    let number = office
        .database
        .sql()
        .text("SELECT trade_no FROM v2_order WHERE id = 1")
        .await
        .unwrap();
    let named = [("trade_no", number.as_str()), ("id", "1")];
    browser
        .press(&detail, &to("orders/paid"), &named)
        .await
        .leads_to();
    let shown = browser.open(&detail).await;
    shown.has(&["Refunds", "orders/refund"]);
    for (amount, target, reason, status, field) in [
        ("12.51", "balance", "slow nodes", 400, "amount"),
        ("4.505", "balance", "slow nodes", 422, "amount"),
        ("0", "balance", "slow nodes", 422, "amount"),
        ("4.50", "balance", "", 422, "reason"),
        ("4.50", "elsewhere", "slow nodes", 422, "to"),
        // It was paid by hand.
        ("4.50", "gateway", "slow nodes", 400, "to"),
    ] {
        let wrong = [("amount", amount), ("to", target), ("reason", reason)];
        let refused = browser.send_back(&shown, &refund, &wrong).await;
        assert_eq!(refused.status, status, "{wrong:?} {}", refused.text);
        let marked = format!("aria-invalid=\"true\" aria-describedby=\"f-{field}-about\"");
        let typed = [amount, reason].map(|typed| format!("value=\"{typed}\""));
        refused.has(&["Nothing was refunded", &marked, &typed[0], &typed[1]]);
    }
    assert_eq!(office.rows().count("ferro_refund", "1 = 1").await, 0);
    let part = [
        ("amount", "4.50"),
        ("to", "balance"),
        ("reason", "slow nodes"),
    ];
    let done = browser.send_back(&shown, &refund, &part).await;
    assert_eq!(done.leads_to(), detail);
    browser.open(&detail).await.has(&[
        "The refund is done.",
        "4.50",
        "data-label=\"Reason\">slow nodes<",
    ]);
    assert_eq!(office.rows().of_user("balance", ann).await, 450);
    assert!(office.change("orders.refund").await.contains("450"));
    // What is sent twice is refunded once.
    let again = browser.send_back(&shown, &refund, &part).await;
    assert_eq!(again.status, 422);
    again.has(&["Something was refunded since", "value=\"4.50\""]);
    let known = "amount = 450 AND destination = 'balance' AND status = 'done'";
    assert_eq!(office.rows().count("ferro_refund", known).await, 1);
    assert_eq!(office.rows().of_user("balance", ann).await, 450);
    // Whoever has seen it may go on.
    let more = browser.send_back(&again, &refund, &[]).await;
    assert_eq!(more.leads_to(), detail);
    assert_eq!(office.rows().of_user("balance", ann).await, 900);
}

#[tokio::test(flavor = "multi_thread")]
async fn coupons_are_made_changed_and_switched() {
    let office = Office::open().await;
    add_plan(&office).await;
    let browser = office.browser().await;
    let coupon = [
        ("name", "Spring"),
        ("code", "SPRING"),
        ("type", "2"),
        ("value", "20"),
        ("started_at", "2026-01-01T00:00"),
        ("ended_at", "2036-01-01T00:00"),
        ("limit_plan_ids[]", "1"),
    ];
    let made = browser
        .fill(&to("coupons/new"), &to("coupons/save"), &coupon)
        .await;
    assert_eq!(made.status, 200, "{}", made.text);
    made.has(&["SPRING"]);
    let mut wrong = coupon;
    wrong[3].1 = "101";
    wrong[5].1 = "2025-01-01T00:00";
    let refused = browser
        .fill(&to("coupons/1"), &to("coupons/save"), &wrong)
        .await;
    assert_eq!(refused.status, 422);
    refused.has(&["f-value-about", "f-ended_at-about", "checked"]);
    let mut changed = coupon;
    changed[0].1 = "Summer";
    browser
        .fill(&to("coupons/1"), &to("coupons/save"), &changed)
        .await
        .leads_to();
    browser
        .press(
            &to("coupons"),
            &to("coupons/show"),
            &[("id", "1"), ("show", "0")],
        )
        .await
        .leads_to();
    browser.open(&to("coupons")).await.has(&["Summer", "20 %"]);
    assert_eq!(
        office
            .rows()
            .count("v2_coupon", "`show` = 0 AND name = 'Summer'")
            .await,
        1
    );
    browser
        .press(&to("coupons"), &to("coupons/delete"), &[("id", "1")])
        .await
        .leads_to();
    assert_eq!(office.rows().count("v2_coupon", "1 = 1").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn gift_cards_are_made_of_a_template_and_written_as_a_table() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let template = [
        ("name", "Ten"),
        ("type", "1"),
        ("rewards[balance]", "10.00"),
        ("rewards[transfer_enable]", "1.5"),
        ("status", "1"),
    ];
    browser
        .fill(&to("gift-cards/new"), &to("gift-cards/save"), &template)
        .await
        .leads_to();
    let stored = office
        .database
        .sql()
        .text("SELECT rewards FROM v2_gift_card_template")
        .await
        .unwrap();
    let stored: serde_json::Value = serde_json::from_str(&stored).unwrap();
    assert_eq!(stored["balance"], 1_000);
    assert_eq!(stored["transfer_enable"], 1_610_612_736_i64);
    let new = to("gift-cards/codes/new");
    let made = browser
        .fill(
            &new,
            &new,
            &[("template_id", "1"), ("count", "3"), ("prefix", "AB")],
        )
        .await;
    assert_eq!(made.status, 200, "{}", made.text);
    made.has(&["gift-cards/batches/batch_"]);
    browser
        .open(&to("gift-cards/codes?f_template=1"))
        .await
        .has(&["3 in all", "Ten", "Unused"]);
    let batch = office
        .database
        .sql()
        .text("SELECT batch_id FROM v2_gift_card_code LIMIT 1")
        .await
        .unwrap();
    let table = browser
        .open(&to(&format!("gift-cards/batches/{batch}")))
        .await;
    assert_eq!(table.text.lines().count(), 4);
    let off = [("id", "1"), ("on", "0")];
    browser
        .press(
            &to("gift-cards/codes"),
            &to("gift-cards/codes/switch"),
            &off,
        )
        .await
        .leads_to();
    assert_eq!(
        office.rows().count("v2_gift_card_code", "status = 3").await,
        1
    );
    browser
        .open(&to("gift-cards/statistics"))
        .await
        .has(&["Cards", "3"]);
    let refused = browser
        .fill(&new, &new, &[("template_id", "1"), ("count", "0")])
        .await;
    assert_eq!(refused.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_method_has_the_fields_of_its_gateway() {
    let office = Office::open().await;
    let browser = office.browser().await;
    office
        .execute(
            "INSERT INTO v2_plugins (name, code, version, is_enabled, config) \
             VALUES ('EPay', 'epay', '1.0.0', 1, '{}')",
        )
        .await;
    let is_noticed = || async { browser.get(&to("payments/new?payment=EPay")).await.status == 200 };
    assert!(crate::support::within(30, is_noticed).await);
    let new = to("payments/new?payment=EPay");
    browser
        .open(&new)
        .await
        .has(&["name=\"config[pid]\"", "Merchant key"]);
    let method = [
        ("name", "Card"),
        ("config[url]", "https://pay.test"),
        ("config[pid]", "7"),
        ("config[key]", "swordfish"),
        ("handling_fee_percent", "1.5"),
    ];
    browser
        .fill(&new, &to("payments/save"), &method)
        .await
        .leads_to();
    browser
        .open(&to("payments"))
        .await
        .has(&["Card", "EPay", "1.50 %"]);
    browser
        .open(&to("payments/1"))
        .await
        .has(&["value=\"swordfish\"", "value=\"1.50\""]);
    browser
        .press(&to("payments"), &to("payments/show"), &[("id", "1")])
        .await
        .leads_to();
    assert_eq!(office.rows().count("v2_payment", "enable = 1").await, 1);
    // What is secret is not recorded.
    assert_eq!(
        office
            .rows()
            .count("v2_admin_audit_log", "request_data LIKE '%swordfish%'")
            .await,
        0
    );
    browser
        .press(&to("payments"), &to("payments/delete"), &[("id", "1")])
        .await
        .leads_to();
    assert_eq!(office.rows().count("v2_payment", "1 = 1").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_under_review_is_settled() {
    let office = Office::open().await;
    office.customer("ann@demo.test").await;
    for number in ["P1", "P2"] {
        office
            .execute(&format!(
                "INSERT INTO ferro_payment_review (payment_id, callback_no, reason, trade_no, amount, received_at) \
                 VALUES (1, '{number}', 'unknown_order', 'nobody', 990, 1700000000)"
            ))
            .await;
    }
    let browser = office.browser().await;
    let list = browser.open(&to("reviews?f_status=open")).await;
    list.has(&["2 in all", "P1", "Unknown order", "9.90", "Settle"]);
    let (shown, settle) = (to("reviews/1"), to("reviews/1/settle"));
    browser.open(&shown).await.has(&["P1", "nobody", "Open"]);
    let wrong = [("as", "dismiss"), ("reason", "")];
    let refused = browser.fill(&settle, &settle, &wrong).await;
    assert_eq!(refused.status, 422);
    refused.has(&["f-reason-about"]);
    let credit = [
        ("as", "balance"),
        ("email", "ann@demo.test"),
        ("amount", "9"),
    ];
    let settled = browser.fill(&settle, &settle, &credit).await;
    assert_eq!(settled.leads_to(), to("reviews"));
    browser.open(&shown).await.has(&["Credited", "9.00"]);
    let again = browser
        .press(&to("reviews/2/settle"), &settle, &credit)
        .await;
    assert_eq!(again.status, 422);
    let left = browser.open(&to("reviews?f_status=open")).await;
    left.has(&["1 in all", "P2"]);
    let entry = "kind = 'review_credit' AND amount = 900";
    assert_eq!(office.rows().count("ferro_ledger", entry).await, 1);
}
