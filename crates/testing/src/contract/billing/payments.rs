//! Promises about payment methods, and about what gateways report.

use ferroboard_billing::testing::a_payment_method;
use ferroboard_billing::{
    ClaimedNotice, NewNotice, NoticeOutcome, PaymentMethod, RawNotice, ReviewReason,
};
use ferroboard_kernel::{Cents, PaymentId, Percent, TradeNo};

use crate::contract::{FreshStore, KeptNotice, T0, t};

const CONFIG: &str = r#"{"key":"epay-secret-key","pid":"1001"}"#;

/// Every column, by number and by name, inside a transaction and outside; the share of the fee to
/// the hundredth.
pub async fn a_method_is_read_in_full(fresh: &FreshStore) {
    let full = PaymentMethod {
        gateway: "StripeCredit".into(),
        name: "It's a “card” 卡".into(),
        icon: Some("https://demo.test/card.png".into()),
        notify_domain: Some("https://notify.demo.test".into()),
        fee_fixed: Some(Cents::new(50)),
        enabled: false,
        sort: Some(3),
        ..a_payment_method(9)
    };
    let shares = [Some(115), Some(1), Some(150), Some(29), Some(10_000), None];
    for (id, share) in (1..).zip(shares) {
        let method = PaymentMethod {
            id: PaymentId::new(id),
            uuid: format!("payuuid{id}"),
            fee_percent: share.map(Percent::hundredths),
            ..if id == 1 {
                full.clone()
            } else {
                a_payment_method(id)
            }
        };
        fresh.seed.insert_payment(&method, CONFIG).await;
        let mut tx = fresh.begin().await;
        let (id, uuid) = (method.id, method.uuid.as_str());
        assert_eq!(tx.find_payment(id).await.unwrap().as_ref(), Some(&method));
        let named = tx.find_payment_by_uuid(uuid).await.unwrap();
        assert_eq!(named.as_ref(), Some(&method));
        tx.rollback().await.unwrap();
        let shown = fresh.store.find_payment_method(id).await.unwrap();
        assert_eq!(shown.as_ref(), Some(&method));
        let shown = fresh.store.find_payment_method_by_uuid(uuid).await.unwrap();
        assert_eq!(shown, Some(method));
    }
}

/// Names count letter by letter.
pub async fn a_missing_method_is_none(fresh: &FreshStore) {
    fresh
        .seed
        .insert_payment(&a_payment_method(1), CONFIG)
        .await;
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_payment(PaymentId::new(2)).await.unwrap(), None);
    for uuid in [
        "",
        "PAYUUID1",
        "payuuid",
        "payuuid1 ",
        "pay%",
        "pay\0",
        "páyuuid1",
    ] {
        let named = tx.find_payment_by_uuid(uuid).await.unwrap();
        assert_eq!(named, None, "{uuid:?}");
        let shown = fresh.store.find_payment_method_by_uuid(uuid).await.unwrap();
        assert_eq!(shown, None, "{uuid:?}");
    }
    tx.rollback().await.unwrap();
}

/// Without those that are switched off; one without a place comes first.
pub async fn methods_are_listed_in_their_order(fresh: &FreshStore) {
    for (id, sort, enabled) in [
        (1, Some(7), true),
        (2, Some(1), false),
        (3, Some(1), true),
        (4, None, true),
        (5, Some(1), true),
    ] {
        let method = PaymentMethod {
            sort,
            enabled,
            ..a_payment_method(id)
        };
        fresh.seed.insert_payment(&method, CONFIG).await;
    }
    let listed = fresh.store.list_payment_methods().await.unwrap();
    let ids: Vec<i64> = listed.iter().map(|method| method.id.get()).collect();
    assert_eq!(ids, [4, 3, 5, 1]);
}

/// Whatever bytes its body has; and then what became of it.
pub async fn a_notice_is_kept_as_it_arrived(fresh: &FreshStore) {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let raw = RawNotice {
        method: "POST".into(),
        query: vec![pair("money", "1"), pair("money", "2"), pair("名", "支付")],
        headers: vec![pair("hmac", "a")],
        body: vec![0, 255, 39, 92, 10],
        body_fields: vec![pair("money", "2")],
        fields: vec![pair("money", "2")],
    };
    let notice = NewNotice {
        payment: PaymentId::new(1),
        raw: raw.clone(),
        received_at: t(1),
    };
    let mut tx = fresh.begin().await;
    let id = tx.insert_raw_notice(&notice).await.unwrap();
    let other = tx.insert_raw_notice(&notice).await.unwrap();
    assert_ne!(id, other);
    tx.commit().await.unwrap();
    let kept = KeptNotice {
        method: raw.method,
        query: raw.query,
        headers: raw.headers,
        body: "00ff275c0a".into(),
        outcome: None,
        reason: None,
    };
    assert_eq!(fresh.seed.raw_notice(id).await, kept);
    for (outcome, word, reason) in [
        (NoticeOutcome::Paid, "paid", None),
        (
            NoticeOutcome::Refused("it's wrong".into()),
            "refused",
            Some("it's wrong"),
        ),
        (
            NoticeOutcome::Reviewed(ReviewReason::PaidTwice),
            "reviewed",
            Some("paid_twice"),
        ),
        (NoticeOutcome::NotFinal, "not_final", None),
        (NoticeOutcome::SwitchedOff, "switched_off", None),
    ] {
        let mut tx = fresh.begin().await;
        tx.update_raw_notice(id, &outcome).await.unwrap();
        tx.commit().await.unwrap();
        let judged = fresh.seed.raw_notice(id).await;
        assert_eq!(judged.outcome.as_deref(), Some(word));
        assert_eq!(judged.reason.as_deref(), reason);
    }
    assert_eq!(fresh.seed.raw_notice(other).await, kept);
}

fn claim(payment: i64, callback_no: &str) -> ClaimedNotice {
    ClaimedNotice {
        payment: PaymentId::new(payment),
        callback_no: callback_no.to_owned(),
        trade_no: TradeNo::stored("20250101000000123".into()),
        amount: Some(Cents::new(990)),
        received_at: t(1),
    }
}

/// At each method; letter case tells numbers apart. The transaction goes on after a repetition.
pub async fn a_payment_is_claimed_once(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    for (claim, expected) in [
        (claim(1, "ch_a"), true),
        (claim(1, "ch_a"), false),
        (claim(1, "ch_A"), true),
        (claim(2, "ch_a"), true),
        (claim(1, "支付"), true),
    ] {
        assert_eq!(
            tx.insert_notice(&claim).await.unwrap(),
            expected,
            "{claim:?}"
        );
    }
    tx.commit().await.unwrap();
    let claimed = fresh
        .race(16, |_, mut tx| async move {
            let old = tx.insert_notice(&claim(1, "ch_a")).await?;
            let new = tx.insert_notice(&claim(1, "new")).await?;
            tx.commit().await.map(|()| (old, new))
        })
        .await;
    assert!(claimed.iter().all(|(old, _)| !old));
    assert_eq!(claimed.iter().filter(|(_, new)| *new).count(), 1);
}

/// By any of its numbers, through its own method.
pub async fn a_claimed_payment_is_found(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    for (payment, number) in [(1, "ch_a"), (1, "pi_b"), (2, "pi_a")] {
        assert!(tx.insert_notice(&claim(payment, number)).await.unwrap());
    }
    let numbers = |given: &[&str]| given.iter().map(|number| (*number).to_owned()).collect();
    for (payment, given, expected) in [
        (1, &["pi_a", "ch_a"][..], Some("ch_a")),
        (1, &["pi_b", "ch_a"][..], Some("ch_a")),
        (2, &["pi_a", "ch_a"][..], Some("pi_a")),
        (2, &["CH_A"][..], None),
        (3, &["ch_a"][..], None),
        (1, &[][..], None),
    ] {
        let given: Vec<String> = numbers(given);
        let found = tx.find_notice(PaymentId::new(payment), &given).await;
        let expected = expected.map(|number| claim(payment, number));
        assert_eq!(found.unwrap(), expected, "{payment} {given:?}");
    }
    tx.rollback().await.unwrap();
}

/// The number of the order may be any text.
pub async fn a_payment_for_an_odd_order_is_claimed(fresh: &FreshStore) {
    let odd = ClaimedNotice {
        trade_no: TradeNo::stored("nobody's order ".repeat(20)),
        ..claim(1, "ch_a")
    };
    let mut tx = fresh.begin().await;
    assert!(tx.insert_notice(&odd).await.unwrap());
    assert!(!tx.insert_notice(&odd).await.unwrap());
    tx.rollback().await.unwrap();
}

/// Alone, and once.
pub async fn a_kept_notice_is_deleted(fresh: &FreshStore) {
    let notice = NewNotice {
        payment: PaymentId::new(1),
        raw: RawNotice::default(),
        received_at: T0,
    };
    let mut tx = fresh.begin().await;
    let id = tx.insert_raw_notice(&notice).await.unwrap();
    tx.insert_raw_notice(&notice).await.unwrap();
    tx.delete_raw_notice(id).await.unwrap();
    tx.delete_raw_notice(id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fresh.seed.count_raw_notices().await, 1);
}

fn refused() -> NoticeOutcome {
    NoticeOutcome::Refused("the signature is wrong".into())
}

/// Some at a time, refused ones earlier, but none that is to be reviewed.
pub async fn old_notices_are_deleted(fresh: &FreshStore) {
    let reviewed = NoticeOutcome::Reviewed(ReviewReason::PaidTwice);
    let mut tx = fresh.begin().await;
    for (at, outcome) in [
        (1, None),
        (2, Some(NoticeOutcome::Paid)),
        (3, Some(reviewed)),
        (4, Some(NoticeOutcome::NotFinal)),
        (5, Some(refused())),
        (100, None),
        (100, Some(refused())),
        (150, Some(refused())),
    ] {
        let notice = NewNotice {
            payment: PaymentId::new(1),
            raw: RawNotice::default(),
            received_at: t(at),
        };
        let id = tx.insert_raw_notice(&notice).await.unwrap();
        if let Some(outcome) = outcome {
            tx.update_raw_notice(id, &outcome).await.unwrap();
        }
    }
    for expected in [3, 2, 0] {
        let deleted = tx.delete_raw_notices(t(100), t(150), 3).await.unwrap();
        assert_eq!(deleted, expected);
    }
    tx.commit().await.unwrap();
    assert_eq!(fresh.seed.count_raw_notices().await, 3);
}
