use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

/// Plenty of room.
const ROOM: usize = 10_000;

fn stranger(network: &str, account: &str) -> Requester {
    let email = Email::stored(&format!("{account}@demo.test"));
    Requester::client(&email, network, false)
}

fn known(network: &str, account: &str) -> Requester {
    Requester {
        is_known: true,
        ..stranger(network, account)
    }
}

fn drained<T>(queue: &mut FairQueue<T>) -> Vec<T> {
    std::iter::from_fn(|| queue.pop()).collect()
}

/// The order in which requesters of these names, in their order of arrival, are served.
fn order(arrivals: &[(&'static str, Requester)]) -> String {
    let mut queue = FairQueue::new();
    for (name, requester) in arrivals {
        assert_eq!(queue.push(*name, requester, ROOM), Pushed::Waits);
    }
    drained(&mut queue).concat()
}

#[test]
fn networks_and_accounts_take_turns() {
    let one = |account| stranger("192.0.2.1", account);
    let two = |account| stranger("192.0.2.2", account);
    let site = |network: u8, account: &str| stranger(&format!("2001:db8:1:{network}::1"), account);
    for (what, arrivals, expected) in [
        (
            "one network with many accounts",
            vec![
                ("a", one("a")),
                ("b", one("b")),
                ("c", one("c")),
                ("x", two("x")),
            ],
            "axbc",
        ),
        (
            "many networks at one account",
            vec![
                ("a", one("victim")),
                ("b", two("victim")),
                ("c", stranger("192.0.2.3", "victim")),
                ("x", stranger("192.0.2.4", "x")),
            ],
            "axbc",
        ),
        (
            "who waits for a busy account loses no turn of his own",
            vec![
                ("a", one("victim")),
                ("b", two("victim")),
                ("c", two("x")),
                ("d", one("y")),
            ],
            "abcd",
        ),
        (
            "neighbours in one /64",
            vec![
                ("a", site(1, "a")),
                ("b", stranger("2001:db8:1:1::2", "b")),
                ("x", one("x")),
            ],
            "axb",
        ),
        (
            "a /48 has the turns of ten clients",
            (0..12)
                .map(|number| ("s", site(number, &format!("s{number}"))))
                .chain([("x", one("x"))])
                .collect(),
            // Those beyond the first come a tenth of a turn after each other.
            "sxsssssssssss",
        ),
        (
            "three of four turns belong to known ones",
            vec![
                ("a", one("a")),
                ("b", two("b")),
                ("1", known("192.0.2.11", "k1")),
                ("2", known("192.0.2.12", "k2")),
                ("3", known("192.0.2.13", "k3")),
                ("4", known("192.0.2.14", "k4")),
                ("5", known("192.0.2.15", "k5")),
            ],
            "123a45b",
        ),
        (
            "known ones take turns among themselves",
            vec![
                ("1", known("192.0.2.11", "k1")),
                ("2", known("192.0.2.11", "k1")),
                ("x", known("192.0.2.12", "k2")),
            ],
            "1x2",
        ),
        (
            "the operator waits for no turn",
            vec![
                ("1", known("192.0.2.11", "k1")),
                ("2", known("192.0.2.11", "k1")),
                ("o", Requester::operator()),
            ],
            "1o2",
        ),
    ] {
        assert_eq!(order(&arrivals), expected, "{what}");
    }
}

#[test]
fn a_known_one_waits_for_one_stranger_at_most() {
    let mut queue = FairQueue::new();
    for number in 0..60 {
        for _ in 0..8 {
            let flood = stranger(&format!("198.51.100.{number}"), &format!("victim{number}"));
            queue.push("flood", &flood, ROOM);
        }
    }
    for _ in 0..100 {
        queue.push("owner", &known("192.0.2.1", "owner"), ROOM);
        let served = [queue.pop(), queue.pop()];
        assert!(served.contains(&Some("owner")), "{served:?}");
    }
}

#[test]
fn a_stranger_waits_for_one_of_each_network() {
    let mut queue = FairQueue::new();
    for number in 0..60 {
        for _ in 0..8 {
            let flood = stranger(&format!("198.51.100.{number}"), &format!("victim{number}"));
            queue.push("flood", &flood, ROOM);
        }
    }
    queue.push("owner", &stranger("192.0.2.1", "owner"), ROOM);
    let place = drained(&mut queue).iter().position(|name| *name == "owner");
    assert_eq!(place, Some(60));
}

#[test]
fn a_full_queue_gives_back_what_would_be_served_last() {
    let mut queue = FairQueue::new();
    let flood = stranger("198.51.100.1", "victim");
    for number in 0..4 {
        assert_eq!(queue.push(number, &flood, 4), Pushed::Waits);
    }
    assert_eq!(queue.push(4, &flood, 4), Pushed::Refused(4));
    let other = stranger("192.0.2.1", "other");
    assert_eq!(queue.push(5, &other, 4), Pushed::InPlaceOf(3));
    let owner = known("192.0.2.2", "owner");
    assert_eq!(queue.push(6, &owner, 4), Pushed::InPlaceOf(2));
    for number in 7..9 {
        assert!(matches!(
            queue.push(number, &owner, 4),
            Pushed::InPlaceOf(_)
        ));
    }
    // Known ones are not given back for strangers, and not for their own flood.
    let newcomer = stranger("192.0.2.9", "new");
    assert_eq!(queue.push(9, &newcomer, 4), Pushed::Refused(9));
    assert_eq!(queue.push(10, &owner, 4), Pushed::InPlaceOf(0));
    assert_eq!(queue.push(11, &owner, 4), Pushed::Refused(11));
    let another = known("192.0.2.3", "another");
    assert_eq!(queue.push(12, &another, 4), Pushed::InPlaceOf(10));
    assert_eq!(drained(&mut queue), [6, 12, 7, 8]);
}

#[test]
fn what_was_given_back_has_used_up_nothing() {
    let mut queue = FairQueue::new();
    let flood = stranger("198.51.100.1", "victim");
    queue.push("first", &flood, 2);
    queue.push("second", &flood, 2);
    let other = stranger("192.0.2.1", "other");
    assert_eq!(queue.push("other", &other, 2), Pushed::InPlaceOf("second"));
    queue.push("again", &flood, 3);
    queue.push("late", &other, 4);
    assert_eq!(drained(&mut queue), ["first", "other", "again", "late"]);
}

#[test]
fn an_idle_queue_remembers_nobody() {
    let mut queue = FairQueue::new();
    for number in 0..1_000 {
        let one = stranger(&format!("2001:db8:{number:x}:1::1"), &number.to_string());
        queue.push(number, &one, ROOM);
    }
    assert_eq!(drained(&mut queue).len(), 1_000);
    // Only those of the last turn may still be known.
    for _ in 0..=COST {
        queue.push(0, &Requester::operator(), ROOM);
        queue.push(0, &stranger("192.0.2.1", "a"), ROOM);
        drained(&mut queue);
    }
    assert!(queue.strangers.next_turns.len() <= 8);
    assert!(queue.known.next_turns.is_empty());
}

/// Something that happens to a queue.
#[derive(Debug, Clone)]
enum Event {
    Push(Requester),
    Pop,
}

fn requester() -> impl Strategy<Value = Requester> {
    let network = prop_oneof![
        (0..12_u8).prop_map(|host| format!("192.0.2.{host}")),
        (0..3_u8, 0..6_u8).prop_map(|(site, net)| format!("2001:db8:{site}:{net}::1")),
    ];
    (network, 0..10_u8, prop::bool::weighted(0.3)).prop_map(|(network, account, is_known)| {
        Requester {
            is_known,
            ..stranger(&network, &format!("account{account}"))
        }
    })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => requester().prop_map(Event::Push),
        2 => Just(Event::Pop),
    ]
}

proptest! {
    /// Every entry is served, given back or refused, exactly once, and never do more wait than may.
    #[test]
    fn nothing_is_lost_and_no_more_wait_than_may(
        events in prop::collection::vec(event(), 0..300),
        room in 0..40_usize,
    ) {
        let mut queue = FairQueue::new();
        let mut settled = HashSet::new();
        let mut pushed = 0;
        for event in events {
            match event {
                Event::Push(requester) => {
                    match queue.push(pushed, &requester, room) {
                        Pushed::Waits => {}
                        Pushed::InPlaceOf(entry) | Pushed::Refused(entry) => {
                            prop_assert!(settled.insert(entry));
                        }
                    }
                    pushed += 1;
                }
                Event::Pop => {
                    let waited = queue.len();
                    match queue.pop() {
                        Some(entry) => prop_assert!(settled.insert(entry)),
                        None => prop_assert_eq!(waited, 0),
                    }
                }
            }
            prop_assert!(queue.len() <= room);
        }
        for entry in drained(&mut queue) {
            prop_assert!(settled.insert(entry));
        }
        prop_assert_eq!(settled.len(), pushed);
    }

    /// Of two networks that always wait, none is served more often than the other, however much more
    /// it asks for.
    #[test]
    fn two_networks_share_alike(flood in 1..20_usize, turns in 2..80_usize) {
        let mut queue = FairQueue::new();
        let mut accounts = 0;
        let mut push = |queue: &mut FairQueue<usize>, network: usize| {
            accounts += 1;
            let one = stranger(&format!("192.0.2.{network}"), &accounts.to_string());
            queue.push(network, &one, ROOM);
        };
        for _ in 0..flood {
            push(&mut queue, 1);
        }
        push(&mut queue, 2);
        let mut served = [0_usize; 3];
        for _ in 0..turns {
            let network = queue.pop().unwrap();
            served[network] += 1;
            push(&mut queue, network);
        }
        prop_assert!(served[1].abs_diff(served[2]) <= 1, "{:?}", served);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// However many newcomers arrive for each one that is served, each of another network and for another
    /// account, whoever waits is served: behind all that waited before, and those that arrive while a fixed
    /// number is served for each of its own.
    #[test]
    fn nobody_starves(
        before in prop::collection::vec(requester(), 0..60),
        own in 1..4_u64,
        arriving in 1..3_u64,
    ) {
        let mut queue = FairQueue::new();
        for requester in &before {
            queue.push(false, requester, ROOM);
        }
        let waiting = stranger("203.0.113.1", "waiting");
        for number in 1..=own {
            queue.push(number == own, &waiting, ROOM);
        }
        let waited = u64::try_from(queue.len()).unwrap();
        // One in four is a stranger; half of the newcomers are.
        let at_most = 4 * (waited + 2 * arriving * own * COST);
        let mut newcomers = 0_u32;
        for _ in 0..=at_most {
            for _ in 0..arriving {
                newcomers += 1;
                let [_, a, b, c] = newcomers.to_be_bytes();
                let stranger = stranger(&format!("10.{a}.{b}.{c}"), &newcomers.to_string());
                let flood = Requester { is_known: newcomers.is_multiple_of(2), ..stranger };
                queue.push(false, &flood, usize::MAX);
            }
            if queue.pop() == Some(true) {
                return Ok(());
            }
        }
        prop_assert!(false, "not served after {} others", at_most);
    }
}
