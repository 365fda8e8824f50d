//! Promises about real names, as administrators see them.

use ferroboard_application::{RealNameCounts, RealNameFilter, RealNameView};
use ferroboard_kernel::{Email, UserId};
use ferroboard_realname::{RealNameRecord, Status};

use crate::contract::real_names::{bulk, insert, record, sealed};
use crate::contract::{FreshStore, page, t};

/// The latest first, with the addresses of user and reviewer.
pub async fn submissions_are_listed_and_counted(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("b_a@demo.test").await;
    let admin = fresh.user("admin@demo.test").await;
    let gone = UserId::new(admin.get() + 1_000);
    let old = record(ann, Status::Pending, "ab");
    let new = RealNameRecord {
        submitted_at: t(50),
        review: Some(bulk(admin)),
        ..record(bea, Status::Approved, "cd")
    };
    let orphan = record(gone, Status::Rejected, "ab");
    for record in [&old, &new, &orphan] {
        insert(fresh, record).await;
    }
    let list = async |filter: &RealNameFilter, page| {
        let found = fresh.admin().list_real_names(filter, page).await;
        let found = found.unwrap();
        let users: Vec<UserId> = found.rows.iter().map(|row| row.user).collect();
        (users, found)
    };
    let all = RealNameFilter::default();
    let (users, found) = list(&all, page(1, 10)).await;
    assert_eq!((users, found.total), (vec![bea, ann, gone], 3));
    let expected = RealNameView {
        user: bea,
        email: Some(Email::stored("b_a@demo.test")),
        record: Some(new),
        reviewer: Some(Email::stored("admin@demo.test")),
    };
    assert_eq!(found.rows[0], expected);
    assert_eq!(
        (&found.rows[2].email, &found.rows[1].reviewer),
        (&None, &None)
    );
    let (users, found) = list(&all, page(2, 1)).await;
    assert_eq!((users, found.total), (vec![ann], 3));
    let email = |part: &str| RealNameFilter {
        email: Some(part.to_owned()),
        ..RealNameFilter::default()
    };
    let filters = [
        (
            RealNameFilter {
                status: Some(Status::Approved),
                ..all.clone()
            },
            vec![bea],
        ),
        (
            RealNameFilter {
                user: Some(ann),
                ..all.clone()
            },
            vec![ann],
        ),
        (
            RealNameFilter {
                identity: Some(sealed("ab").hash),
                ..all.clone()
            },
            vec![ann, gone],
        ),
        (email("demo.test"), vec![bea, ann]),
        (email("b_a"), vec![bea]),
        (email("_n"), vec![]),
        (email("%"), vec![]),
        (email("' OR 1=1 --"), vec![]),
        (email("demo\0"), vec![]),
    ];
    for (filter, expected) in filters {
        let (users, found) = list(&filter, page(1, 10)).await;
        let total = i64::try_from(expected.len()).unwrap();
        assert_eq!((users, found.total), (expected, total), "{filter:?}");
    }
    let expected = RealNameCounts {
        unsubmitted: 1,
        pending: 1,
        approved: 1,
        rejected: 0,
    };
    let counts = fresh.admin().count_real_names().await.unwrap();
    assert_eq!(counts, expected);
}

/// By user.
pub async fn users_without_a_submission_are_listed(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let cid = fresh.user("cid@other.test").await;
    insert(fresh, &record(bea, Status::Rejected, "ab")).await;
    let without = RealNameFilter {
        status: Some(Status::Unsubmitted),
        ..RealNameFilter::default()
    };
    let filters = [
        (without.clone(), vec![ann, cid]),
        (
            RealNameFilter {
                user: Some(cid),
                ..without.clone()
            },
            vec![cid],
        ),
        (
            RealNameFilter {
                user: Some(bea),
                ..without.clone()
            },
            vec![],
        ),
        (
            RealNameFilter {
                email: Some("demo".into()),
                ..without.clone()
            },
            vec![ann],
        ),
        (
            RealNameFilter {
                identity: Some(sealed("ab").hash),
                ..without
            },
            vec![],
        ),
    ];
    for (filter, expected) in filters {
        let found = fresh.admin().list_real_names(&filter, page(1, 10)).await;
        let found = found.unwrap();
        let users: Vec<UserId> = found.rows.iter().map(|row| row.user).collect();
        assert_eq!(users, expected, "{filter:?}");
        assert_eq!(found.total, i64::try_from(expected.len()).unwrap());
        assert!(found.rows.iter().all(|row| row.record.is_none()));
    }
}
