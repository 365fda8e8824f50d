//! Promises about money that waits for review, and about disputes.

use ferroboard_billing::testing::a_review;
use ferroboard_billing::{PaymentReview, Review, ReviewReason, ReviewStatus, Settlement};
use ferroboard_kernel::{Cents, NoticeId, OrderId, PaymentId, ReviewId, TradeNo, UserId};

use crate::contract::{FreshStore, t};

fn full() -> PaymentReview {
    PaymentReview {
        payment: PaymentId::new(2),
        callback_no: "ch_a".to_owned(),
        trade_no: TradeNo::stored("20250101000000123".to_owned()),
        order: Some(OrderId::new(7)),
        user: Some(UserId::new(3)),
        amount: Some(Cents::new(1)),
        currency: Some("USD".to_owned()),
        reason: ReviewReason::Dispute,
        standing: Some("needs_response".to_owned()),
        notice: Some(NoticeId::new(3)),
        received_at: t(1),
    }
}

fn settlement(status: ReviewStatus) -> Settlement {
    Settlement {
        status,
        credited: Some((UserId::new(3), Cents::new(990))),
        trade_no: Some(TradeNo::stored("20250101000000123".to_owned())),
        note: Some("It's “settled” 已处理".to_owned()),
        by: Some(UserId::new(1)),
        at: t(9),
    }
}

async fn first_id(fresh: &FreshStore, about: &PaymentReview) -> ReviewId {
    let mut tx = fresh.begin().await;
    let found = tx.find_review_of(about.payment, &about.callback_no).await;
    tx.rollback().await.unwrap();
    found.unwrap().unwrap().id
}

/// One for each method, number and reason; the order may be unknown, its number any text.
pub async fn a_review_is_added_once(fresh: &FreshStore) {
    let odd = PaymentReview {
        trade_no: TradeNo::stored("nobody's order ".repeat(20)),
        amount: None,
        ..a_review()
    };
    let other = PaymentReview {
        reason: ReviewReason::AmountTooSmall,
        ..full()
    };
    let mut tx = fresh.begin().await;
    for (review, is_new) in [
        (&odd, true),
        (&other, true),
        (&odd, false),
        (&full(), true),
        (&other, false),
    ] {
        assert_eq!(tx.insert_review(review).await.unwrap(), is_new);
    }
    tx.commit().await.unwrap();
    let rows = fresh.seed.reviews().await;
    let plain: Vec<_> = rows
        .iter()
        .map(|(number, why)| (number.as_str(), why.as_str()))
        .collect();
    assert_eq!(
        plain,
        [
            ("n1", "unknown_order"),
            ("ch_a", "amount_too_small"),
            ("ch_a", "dispute")
        ]
    );
}

/// Of many who report one payment at once, one adds its review.
pub async fn of_many_reviews_of_one_payment_one_is_added(fresh: &FreshStore) {
    let added = fresh
        .race(64, |_, mut tx| async move {
            let added = tx.insert_review(&a_review()).await?;
            tx.commit().await.map(|()| added)
        })
        .await;
    assert_eq!(added.iter().filter(|added| **added).count(), 1);
    assert_eq!(fresh.seed.reviews().await.len(), 1);
}

/// Every column, by number and by the gateway's; of several about one payment the first.
pub async fn a_review_is_read_in_full(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let second = PaymentReview {
        reason: ReviewReason::PaidTwice,
        ..full()
    };
    for review in [&a_review(), &full(), &second] {
        assert!(tx.insert_review(review).await.unwrap());
    }
    for about in [a_review(), full()] {
        let found = tx.find_review_of(about.payment, &about.callback_no).await;
        let found = found.unwrap().unwrap();
        let expected = Review {
            id: found.id,
            about,
            status: ReviewStatus::Open,
            paid: None,
            credited: None,
        };
        assert_eq!(found, expected);
        let by_id = tx.find_review(found.id).await.unwrap();
        assert_eq!(by_id, Some(expected));
    }
    for (payment, number) in [(1, "ch_a"), (2, "CH_A"), (9, "n1")] {
        let found = tx.find_review_of(PaymentId::new(payment), number).await;
        assert_eq!(found.unwrap(), None, "{payment} {number}");
    }
    assert_eq!(tx.find_review(ReviewId::new(99)).await.unwrap(), None);
    tx.rollback().await.unwrap();
}

/// All that is open about one payment, once, and nothing else.
pub async fn a_review_moves_only_from_where_it_stands(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let second = PaymentReview {
        reason: ReviewReason::PaidTwice,
        ..a_review()
    };
    let elsewhere = PaymentReview {
        payment: PaymentId::new(2),
        ..a_review()
    };
    for review in [&a_review(), &second, &elsewhere] {
        assert!(tx.insert_review(review).await.unwrap());
    }
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let (open, ends) = (ReviewStatus::Open, settlement(ReviewStatus::Credited));
    assert!(tx.move_review(&second, open, &ends).await.unwrap());
    for status in ReviewStatus::ALL.into_iter().skip(1) {
        let again = settlement(status);
        assert!(!tx.move_review(&second, open, &again).await.unwrap());
    }
    tx.commit().await.unwrap();
    let id = first_id(fresh, &a_review()).await;
    let other = first_id(fresh, &elsewhere).await;
    let mut tx = fresh.begin().await;
    for (id, status) in [(id, ReviewStatus::Credited), (other, open)] {
        let found = tx.find_review(id).await.unwrap().unwrap();
        assert_eq!(found.status, status);
        let is_settled = status == ReviewStatus::Credited;
        let (paid, credited) = (ends.trade_no.clone(), ends.credited.map(|(user, _)| user));
        let expected = (paid.filter(|_| is_settled), credited.filter(|_| is_settled));
        assert_eq!((found.paid, found.credited), expected);
    }
    tx.rollback().await.unwrap();
}

/// Of many who settle one review at once, one does.
pub async fn of_many_settlements_of_one_review_one_wins(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    assert!(tx.insert_review(&a_review()).await.unwrap());
    tx.commit().await.unwrap();
    let settled = fresh
        .race(64, |runner, mut tx| async move {
            let status = match runner % 4 {
                0 => ReviewStatus::Credited,
                1 => ReviewStatus::Opened,
                2 => ReviewStatus::RefundedOutside,
                _ => ReviewStatus::Dismissed,
            };
            let ends = settlement(status);
            let moved = tx
                .move_review(&a_review(), ReviewStatus::Open, &ends)
                .await?;
            tx.commit().await.map(|()| moved.then_some(status))
        })
        .await;
    let winners: Vec<_> = settled.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    let id = first_id(fresh, &a_review()).await;
    let mut tx = fresh.begin().await;
    let found = tx.find_review(id).await.unwrap().unwrap();
    assert_eq!(found.status, winners[0]);
    tx.rollback().await.unwrap();
}

/// Of disputes alone, whatever became of their reviews.
pub async fn the_standing_of_a_dispute_is_written(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let money = PaymentReview {
        reason: ReviewReason::PaidTwice,
        standing: None,
        callback_no: "ch_b".to_owned(),
        ..full()
    };
    for review in [&full(), &money] {
        assert!(tx.insert_review(review).await.unwrap());
    }
    let ends = settlement(ReviewStatus::Dismissed);
    assert!(
        tx.move_review(&full(), ReviewStatus::Open, &ends)
            .await
            .unwrap()
    );
    for number in ["ch_a", "ch_b", "ch_c"] {
        let payment = PaymentId::new(2);
        tx.update_review_standing(payment, number, "lost")
            .await
            .unwrap();
    }
    for (about, standing) in [(full(), Some("lost")), (money, None)] {
        let found = tx.find_review_of(about.payment, &about.callback_no).await;
        let found = found.unwrap().unwrap();
        assert_eq!(found.about.standing.as_deref(), standing);
    }
    tx.rollback().await.unwrap();
}
