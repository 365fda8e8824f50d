//! Promises about reviews as administrators list them.

use ferroboard_application::{MANAGED_REVIEWS, ManagedReview};
use ferroboard_billing::testing::{a_payment_method, a_review};
use ferroboard_billing::{
    NewNotice, PaymentReview, RawNotice, ReviewReason, ReviewStatus, Settlement,
};
use ferroboard_kernel::{Cents, NoticeId, PaymentId, TradeNo, UserId};
use ferroboard_listing::{Asked, AskedFilter, Found, Given};

use crate::contract::{FreshStore, t};

async fn listed(fresh: &FreshStore, filters: Vec<AskedFilter>) -> Found<ManagedReview> {
    let asked = Asked {
        filters,
        ..Asked::default()
    };
    let request = MANAGED_REVIEWS.judge(&asked).unwrap();
    let reviews = fresh.admin().list_managed_reviews(&request);
    reviews.await.unwrap()
}

fn filter(column: &str, value: &str) -> AskedFilter {
    AskedFilter::new(column, Given::One(value.to_owned()))
}

fn dispute(user: UserId, number: &str) -> PaymentReview {
    PaymentReview {
        callback_no: number.to_owned(),
        user: Some(user),
        reason: ReviewReason::Dispute,
        standing: Some("needs_response".to_owned()),
        ..a_review()
    }
}

/// Newest first, with whose they are and how they ended; whoever has an open dispute is marked in each of theirs.
pub async fn reviews_are_listed_with_the_mark(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let method = a_payment_method(1);
    fresh.seed.insert_payment(&method, "{}").await;
    let own = |user, number: &str| PaymentReview {
        callback_no: number.to_owned(),
        user: Some(user),
        reason: ReviewReason::PaidTwice,
        ..a_review()
    };
    let mut tx = fresh.begin().await;
    for review in [
        &a_review(),
        &own(ann, "n2"),
        &own(bea, "n3"),
        &dispute(ann, "dp_1"),
        &dispute(ann, "dp_2"),
    ] {
        assert!(tx.insert_review(review).await.unwrap());
    }
    let settlement = Settlement {
        status: ReviewStatus::Credited,
        credited: Some((bea, Cents::new(900))),
        trade_no: Some(TradeNo::stored("T9".to_owned())),
        note: Some("It's hers".to_owned()),
        by: Some(ann),
        at: t(9),
    };
    let open = ReviewStatus::Open;
    assert!(
        tx.move_review(&own(bea, "n3"), open, &settlement)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let found = listed(fresh, vec![]).await;
    assert_eq!(found.total, 5);
    let seen: Vec<_> = found
        .rows
        .iter()
        .map(|row| (row.callback_no.as_str(), row.is_disputed))
        .collect();
    assert_eq!(
        seen,
        [
            ("dp_2", true),
            ("dp_1", true),
            ("n3", false),
            ("n2", true),
            ("n1", false)
        ]
    );
    let settled = &found.rows[2];
    let expected = ManagedReview {
        id: settled.id,
        payment: 1,
        method: Some(method.name),
        gateway: Some(method.gateway),
        callback_no: "n3".to_owned(),
        reason: "paid_twice".to_owned(),
        trade_no: "unknown".to_owned(),
        order: None,
        user: Some(bea.get()),
        email: Some("bea@demo.test".to_owned()),
        is_disputed: false,
        amount: Some(990),
        currency: None,
        standing: None,
        notice: None,
        received_at: a_review().received_at.get(),
        status: "credited".to_owned(),
        note: Some("It's hers".to_owned()),
        settled_by: Some(ann.get()),
        settled_user: Some(bea.get()),
        settled_amount: Some(900),
        settled_trade_no: Some("T9".to_owned()),
        settled_at: Some(t(9).get()),
    };
    assert_eq!(*settled, expected);
    let disputes = listed(fresh, vec![filter("reason", "eq:dispute")]).await;
    assert_eq!(disputes.total, 2);
    let hers = [filter("status", "eq:open"), filter("email", "ann@")];
    assert_eq!(listed(fresh, hers.into()).await.total, 3);
    // The mark goes with the last open dispute.
    let mut tx = fresh.begin().await;
    let dismissed = Settlement {
        status: ReviewStatus::Dismissed,
        credited: None,
        ..settlement
    };
    for number in ["dp_1", "dp_2"] {
        let about = dispute(ann, number);
        assert!(tx.move_review(&about, open, &dismissed).await.unwrap());
    }
    tx.commit().await.unwrap();
    let found = listed(fresh, vec![]).await;
    assert!(found.rows.iter().all(|row| !row.is_disputed));
}

/// Those that are there, as they were kept.
pub async fn kept_notices_are_read_for_administrators(fresh: &FreshStore) {
    let pairs = |name: &str| vec![(name.to_owned(), "it's".to_owned())];
    let notice = NewNotice {
        payment: PaymentId::new(1),
        raw: RawNotice {
            method: "POST".to_owned(),
            query: pairs("pid"),
            headers: pairs("host"),
            body: vec![0xff, 0, 7],
            ..RawNotice::default()
        },
        received_at: t(1),
    };
    let mut tx = fresh.begin().await;
    let first = tx.insert_raw_notice(&notice).await.unwrap();
    let second = tx.insert_raw_notice(&notice).await.unwrap();
    tx.commit().await.unwrap();
    let ids = [second, first, NoticeId::new(99)].map(NoticeId::get);
    let kept = fresh.admin().list_raw_notices(&ids).await.unwrap();
    let found: Vec<_> = kept.iter().map(|kept| kept.id).collect();
    assert_eq!(found, [first.get(), second.get()]);
    assert_eq!(kept[0].method, "POST");
    assert_eq!(kept[0].query, r#"[["pid","it's"]]"#);
    assert_eq!(kept[0].headers, r#"[["host","it's"]]"#);
    assert_eq!(kept[0].body, [0xff, 0, 7]);
    let none = fresh.admin().list_raw_notices(&[]).await.unwrap();
    assert!(none.is_empty());
}
