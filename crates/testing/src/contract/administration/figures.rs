//! Promises about the panel in numbers.

use ferroboard_application::{Between, FigureTimes, Figures, Income, Payouts, UserTraffic};
use ferroboard_auth::testing::an_account;
use ferroboard_billing::testing::{a_subscription, an_order};
use ferroboard_billing::{CommissionStatus, Order, OrderStatus};
use ferroboard_invite::CommissionLog;
use ferroboard_kernel::{Cents, Decimal, NodeId, OrderId, Seconds, TradeNo, UnixSeconds, UserId};
use ferroboard_listing::PageRule;
use ferroboard_nodes::testing::a_node;
use ferroboard_nodes::{Node, NodeTraffic, Traffic};
use ferroboard_protocol::Protocol;
use ferroboard_statistics::{Day, DaySums};
use ferroboard_tickets::TicketService;
use ferroboard_tickets::testing::a_new_ticket;

use crate::contract::{FreshStore, T0, page};

/// So many days after [`T0`], which is the first of a month.
const fn day(number: i64) -> UnixSeconds {
    T0.plus(Seconds::days(number))
}

/// The 15th at noon.
const NOW: UnixSeconds = day(14).plus(Seconds::hours(12));
const TIMES: FigureTimes = FigureTimes {
    now: NOW,
    today: day(14),
    yesterday: day(13),
    month: T0,
    last_month: day(-31),
    month_before: day(-61),
};

async fn user(fresh: &FreshStore, name: &str, at: UnixSeconds) -> UserId {
    let mut tx = fresh.begin().await;
    let new = an_account(&format!("{name}@demo.test"), at);
    let user = tx.insert_account(&new).await.unwrap();
    tx.commit().await.unwrap();
    user
}

async fn ends(fresh: &FreshStore, user: UserId, end: Option<UnixSeconds>) {
    let mut tx = fresh.begin().await;
    let mut subscription = a_subscription(NOW);
    subscription.expired_at = end;
    assert!(
        tx.update_subscription(user, &subscription, T0)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
}

fn bytes(upload: i64, download: i64) -> Traffic {
    Traffic { upload, download }
}

async fn carried(fresh: &FreshStore, node: i64, day: UnixSeconds, traffic: Traffic) {
    let mut tx = fresh.begin().await;
    let carried = NodeTraffic {
        node: NodeId::new(node),
        protocol: Protocol::Shadowsocks,
        traffic,
        day,
        at: day,
    };
    tx.update_node_traffic(&carried).await.unwrap();
    tx.commit().await.unwrap();
}

async fn transferred(fresh: &FreshStore, user: UserId, rate: i64, at: UnixSeconds, count: Traffic) {
    let mut tx = fresh.begin().await;
    let counts = [(user, count)];
    let written = tx.update_user_statistics(Decimal::new(rate), &counts, at, at);
    written.await.unwrap();
    tx.commit().await.unwrap();
}

/// Of an empty database too.
pub async fn a_panel_without_anything_is_all_zeros(fresh: &FreshStore) {
    let figures = fresh.admin().sum_figures(&TIMES).await.unwrap();
    assert_eq!(figures, Figures::default());
}

/// Each figure by the time that counts for it.
#[allow(
    clippy::too_many_lines,
    reason = "the figures of one panel are read together"
)]
pub async fn a_panel_is_summed_up(fresh: &FreshStore) {
    let ann = user(fresh, "ann", day(-40)).await;
    let bea = user(fresh, "bea", day(-1)).await;
    let cid = user(fresh, "cid", day(0)).await;
    ends(fresh, ann, Some(NOW)).await;
    ends(fresh, bea, Some(NOW.minus(Seconds::new(1)))).await;
    ends(fresh, cid, None).await;
    let order = |id: i64, status, created_at| Order {
        id: OrderId::new(id),
        trade_no: TradeNo::stored(format!("T{id}")),
        total: Cents::new(1 << id),
        status,
        created_at,
        inviter: Some(ann),
        commission: Cents::new(5),
        commission_status: Some(CommissionStatus::Unconfirmed),
        ..an_order(id, bea)
    };
    for order in [
        order(1, OrderStatus::Completed, NOW),
        order(2, OrderStatus::Processing, day(14)),
        order(3, OrderStatus::Discounted, day(13)),
        order(4, OrderStatus::Completed, T0),
        order(5, OrderStatus::Completed, day(-31)),
        order(6, OrderStatus::Completed, day(-32)),
        order(7, OrderStatus::Pending, day(14)),
        order(8, OrderStatus::Cancelled, day(14)),
        Order {
            commission: Cents::ZERO,
            ..order(9, OrderStatus::Completed, day(-62))
        },
        Order {
            inviter: None,
            ..order(10, OrderStatus::Completed, day(-62))
        },
        Order {
            commission_status: Some(CommissionStatus::Payable),
            ..order(11, OrderStatus::Completed, day(-62))
        },
    ] {
        fresh.seed.insert_order(&order).await;
    }
    let mut tx = fresh.begin().await;
    for (number, at) in [day(14), T0, day(-31), day(-61), day(-62)]
        .into_iter()
        .enumerate()
    {
        let log = CommissionLog {
            inviter: ann,
            buyer: bea,
            trade_no: TradeNo::stored(format!("T{number}")),
            order_amount: Cents::new(1_000),
            amount: Cents::new(1 << number),
            at,
        };
        tx.insert_commission_log(&log).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (user, ago, devices) in [(ann, 600, 2), (bea, 601, 4), (cid, 0, 8)] {
        fresh
            .seed
            .update_traffic_time(user, NOW.minus(Seconds::new(ago)))
            .await;
        fresh.seed.update_online(user, devices, Some(NOW)).await;
    }
    let mut tx = fresh.begin().await;
    let ticket = a_new_ticket(bea, NOW);
    let opened = TicketService.open(tx.as_mut(), &ticket);
    opened.await.unwrap();
    tx.commit().await.unwrap();
    // The second shares the first one's state, the third is another protocol's, the fourth was not heard of.
    for (id, parent, protocol) in [
        (1, None, Protocol::Shadowsocks),
        (2, Some(1), Protocol::Shadowsocks),
        (3, Some(1), Protocol::Vmess),
        (4, None, Protocol::Shadowsocks),
    ] {
        let node = Node {
            parent: parent.map(NodeId::new),
            protocol,
            ..a_node(id)
        };
        fresh.seed.insert_node(&node).await;
    }
    for (node, ago) in [(1, 300), (4, 301)] {
        let at = NOW.minus(Seconds::new(ago));
        fresh
            .store
            .update_nodes_checked(&[NodeId::new(node)], at)
            .await
            .unwrap();
    }
    for (at, traffic) in [
        (day(14), bytes(1, 2)),
        (day(13), bytes(10, 20)),
        (day(-1), bytes(100, 200)),
        // By a clock that was ahead.
        (day(15), bytes(1_000, 2_000)),
    ] {
        carried(fresh, 1, at, traffic).await;
    }
    let sum = |powers: &[i64]| Cents::new(powers.iter().map(|power| 1 << power).sum());
    let expected = Figures {
        income: Income {
            today: sum(&[1, 2]),
            yesterday: sum(&[3]),
            month: sum(&[1, 2, 3, 4]),
            last_month: sum(&[5]),
            month_before: sum(&[6]),
        },
        payouts: Payouts {
            month: sum(&[0, 1]),
            last_month: sum(&[2]),
            month_before: sum(&[3]),
        },
        pending_commissions: 6,
        confirmable_commissions: 5,
        users: 3,
        active_users: 2,
        users_of_month: 1,
        users_of_last_month: 1,
        online_users: 2,
        online_devices: 10,
        open_tickets: 1,
        online_nodes: 2,
        traffic_today: bytes(1, 2),
        traffic_of_month: bytes(11, 22),
        traffic_total: bytes(1_111, 2_222),
        rows: 14,
    };
    let figures = fresh.admin().sum_figures(&TIMES).await.unwrap();
    assert_eq!(figures, expected);
}

/// The latest of those that are asked for, the oldest first.
pub async fn records_of_days_are_listed(fresh: &FreshStore) {
    let sums = |orders| DaySums {
        orders,
        order_total: Cents::new(2),
        paid_orders: 3,
        paid_total: Cents::new(4),
        commissions: 5,
        commission_total: Cents::new(6),
        registrations: 7,
        invitations: 8,
        traffic: 9_000_000_000,
    };
    for number in [2, 0, 1] {
        let span = Day {
            from: day(number),
            until: day(number + 1),
        };
        let mut tx = fresh.begin().await;
        tx.update_day(span, &sums(number), day(5)).await.unwrap();
        tx.commit().await.unwrap();
    }
    for (from, until, limit, expected) in [
        (i64::MIN, i64::MAX, 10, vec![0, 1, 2]),
        (i64::MIN, i64::MAX, 2, vec![1, 2]),
        (day(1).get(), day(2).get(), 10, vec![1]),
        (day(2).get(), day(1).get(), 10, vec![]),
    ] {
        let period = Between {
            from: UnixSeconds::new(from),
            until: UnixSeconds::new(until),
        };
        let listed = fresh.admin().list_day_records(period, limit).await.unwrap();
        let shown = listed.iter();
        let shown = shown.map(|record| (record.day, record.sums, record.updated_at));
        let expected = expected.into_iter();
        let expected = expected.map(|number| (day(number), sums(number), day(5)));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            expected.collect::<Vec<_>>(),
            "{from} {until} {limit}"
        );
    }
}

/// The latest day first, and of one day the row that was there first.
pub async fn traffic_of_a_user_is_listed(fresh: &FreshStore) {
    let (ann, bea) = (
        fresh.user("ann@demo.test").await,
        fresh.user("bea@demo.test").await,
    );
    for (user, rate, number, traffic) in [
        (ann, 15_000, 0, bytes(1, 2)),
        (ann, 10_000, 1, bytes(3, 4)),
        (bea, 10_000, 1, bytes(5, 6)),
        (ann, 5_000, 1, bytes(7, 8)),
        (ann, 10_000, 1, bytes(10, 10)),
    ] {
        transferred(fresh, user, rate, day(number), traffic).await;
    }
    let found = fresh
        .admin()
        .list_user_days(ann, PageRule::TABLE.page(None, None));
    let found = found.await.unwrap();
    let rows = found.rows.iter();
    let rows = rows.map(|row| (row.user, row.rate, row.traffic, row.day, row.kind.as_str()));
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [
            (ann, 100, bytes(13, 14), day(1), "d"),
            (ann, 50, bytes(7, 8), day(1), "d"),
            (ann, 150, bytes(1, 2), day(0), "d"),
        ]
    );
    let second = fresh.admin().list_user_days(ann, page(2, 2)).await.unwrap();
    assert_eq!((second.total, second.rows[0].rate), (3, 150));
}

fn days(from: i64, until: i64) -> Between {
    Between {
        from: day(from),
        until: day(until),
    }
}

/// By both directions together, within the time alone; those who are gone have no name.
pub async fn nodes_are_ranked(fresh: &FreshStore) {
    for (id, parent, name) in [(1, None, "HK 1"), (2, Some(1), "HK 2")] {
        let node = Node {
            parent: parent.map(NodeId::new),
            name: name.into(),
            ..a_node(id)
        };
        fresh.seed.insert_node(&node).await;
    }
    for (node, number, traffic) in [
        (1, 0, bytes(500, 500)),
        (1, 1, bytes(10, 20)),
        (2, 1, bytes(30, 30)),
        (9, 2, bytes(20, 10)),
        (1, 3, bytes(1_000, 1_000)),
    ] {
        carried(fresh, node, day(number), traffic).await;
    }
    let ranks = fresh.admin().rank_nodes(days(1, 3), 10).await.unwrap();
    let shown = ranks.iter().map(|rank| {
        let named = rank.named.as_ref();
        let names = named.map(|named| (named.name.as_str(), named.parent.as_deref()));
        (rank.node.get(), rank.traffic, names)
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            (2, bytes(30, 30), Some(("HK 2", Some("HK 1")))),
            (1, bytes(10, 20), Some(("HK 1", None))),
            (9, bytes(20, 10), None),
        ]
    );
    let first = fresh.admin().rank_nodes(days(1, 3), 1).await.unwrap();
    assert_eq!(first, ranks[..1]);
    let some = [1, 7].map(NodeId::new);
    let sums = fresh.admin().sum_nodes(&some, days(0, 1));
    assert_eq!(sums.await.unwrap(), [(NodeId::new(1), 1_000)]);
    assert_eq!(fresh.admin().sum_nodes(&[], days(0, 1)).await.unwrap(), []);
}

/// The same: all rates of a day are one.
pub async fn users_are_ranked(fresh: &FreshStore) {
    let (ann, bea) = (
        fresh.user("ann@demo.test").await,
        fresh.user("bea@demo.test").await,
    );
    let gone = UserId::new(99);
    for (user, rate, number, traffic) in [
        (ann, 10_000, 1, bytes(1, 2)),
        (ann, 15_000, 1, bytes(3, 4)),
        (bea, 10_000, 2, bytes(5, 6)),
        (gone, 10_000, 2, bytes(2, 2)),
        (ann, 10_000, 0, bytes(100, 0)),
    ] {
        transferred(fresh, user, rate, day(number), traffic).await;
    }
    let used = |user, upload, download| UserTraffic {
        user,
        traffic: bytes(upload, download),
    };
    let first = fresh.admin().list_first_users(days(1, 3), 10).await;
    let expected = [used(bea, 5, 6), used(ann, 4, 6), used(gone, 2, 2)];
    assert_eq!(first.unwrap(), expected);
    let first = fresh.admin().list_first_users(days(1, 3), 1).await;
    assert_eq!(first.unwrap(), expected[..1]);
    let some = fresh
        .admin()
        .list_user_traffic(&[ann, bea], days(0, 1))
        .await;
    assert_eq!(some.unwrap(), [used(ann, 100, 0)]);
    let none = fresh.admin().list_user_traffic(&[], days(0, 1)).await;
    assert_eq!(none.unwrap(), []);
    let emails = fresh.admin().list_emails(&[bea, gone]).await.unwrap();
    assert_eq!(emails, [(bea, "bea@demo.test".to_owned())]);
    for (limit, expected) in [(10, 4), (3, 3)] {
        let count = fresh.admin().count_user_days(days(1, 3), limit).await;
        assert_eq!(count.unwrap(), expected);
    }
}

/// By how many of those who registered within the time they invited.
pub async fn inviters_are_ranked(fresh: &FreshStore) {
    let (ann, bea) = (
        user(fresh, "ann", day(-9)).await,
        user(fresh, "bea", day(-9)).await,
    );
    for (name, at, inviter) in [
        ("cid", day(0), bea),
        ("dan", day(1), bea),
        ("eve", day(1), ann),
        ("fay", day(2), ann),
        ("gus", day(-1), ann),
    ] {
        let invited = user(fresh, name, at).await;
        let mut tx = fresh.begin().await;
        tx.update_inviter(invited, inviter).await.unwrap();
        tx.commit().await.unwrap();
    }
    let ranks = fresh.admin().rank_inviters(days(0, 2), 10).await.unwrap();
    let shown = ranks.iter();
    let shown = shown.map(|rank| (rank.inviter, rank.count, rank.email.as_deref()));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            (bea, 2, Some("bea@demo.test")),
            (ann, 1, Some("ann@demo.test"))
        ]
    );
}
