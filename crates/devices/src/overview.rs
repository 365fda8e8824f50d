use std::collections::{BTreeMap, BTreeSet};

use ferroboard_kernel::{Seconds, UnixSeconds, UserId};

use crate::DeviceAddress;

/// One address of one user at one node, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Whose.
    pub user: UserId,
    /// Through which node.
    pub node: i64,
    /// From where.
    pub address: String,
    /// When it was last seen.
    pub last_seen: UnixSeconds,
}

/// One device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// From where it is connected.
    pub address: DeviceAddress,
    /// Through which nodes, by number.
    pub nodes: Vec<i64>,
    /// When it was last seen.
    pub last_seen: UnixSeconds,
    /// Whose it is.
    pub user: UserId,
}

/// The devices of a user, the latest first, then by address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overview {
    /// The devices.
    pub devices: Vec<Device>,
    /// How many there may be; `None` for any number.
    pub limit: Option<i64>,
}

impl Overview {
    /// For how long a device counts after it was seen.
    pub const LIFETIME: Seconds = Seconds::new(300);

    /// The oldest sighting that counts now.
    pub fn since(now: UnixSeconds) -> UnixSeconds {
        now.minus(Self::LIFETIME)
    }

    /// Puts the sightings together that are one device. `limit` is the column, of which null and 0
    /// are none. Where an address was seen for several users, the first of them has it.
    pub fn of(sightings: &[Sighting], limit: Option<i64>, now: UnixSeconds) -> Self {
        let mut devices: BTreeMap<DeviceAddress, Device> = BTreeMap::new();
        let live = sightings
            .iter()
            .filter(|sighting| sighting.last_seen >= Self::since(now));
        for sighting in live {
            let address = DeviceAddress::stored(&sighting.address);
            let device = devices.entry(address.clone()).or_insert(Device {
                address,
                nodes: Vec::new(),
                last_seen: sighting.last_seen,
                user: sighting.user,
            });
            device.last_seen = device.last_seen.max(sighting.last_seen);
            device.nodes.push(sighting.node);
        }
        let mut devices: Vec<Device> = devices.into_values().collect();
        for device in &mut devices {
            device.nodes.sort_unstable();
            device.nodes.dedup();
        }
        // The sort is stable: what was seen at one moment stays in the order of addresses.
        devices.sort_by_key(|device| std::cmp::Reverse(device.last_seen));
        Self {
            devices,
            limit: limit.filter(|limit| *limit > 0),
        }
    }

    /// The nodes that the devices are connected to, each once, by number.
    pub fn nodes(&self) -> Vec<i64> {
        let devices = self.devices.iter();
        let nodes: BTreeSet<i64> = devices
            .flat_map(|device| device.nodes.iter().copied())
            .collect();
        nodes.into_iter().collect()
    }

    /// How many devices are online.
    pub fn count(&self) -> i64 {
        i64::try_from(self.devices.len()).unwrap_or(i64::MAX)
    }

    /// How many more there may be; `None` for any number.
    pub fn remaining(&self) -> Option<i64> {
        let left = |limit: i64| limit.saturating_sub(self.count()).max(0);
        self.limit.map(left)
    }

    /// Whether there are more than there may be.
    pub fn is_exceeded(&self) -> bool {
        self.limit.is_some_and(|limit| self.count() > limit)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(10_000);

    fn seen(node: i64, address: &str, ago: i64) -> Sighting {
        Sighting {
            user: UserId::new(1),
            node,
            address: address.to_owned(),
            last_seen: NOW.minus(Seconds::new(ago)),
        }
    }

    fn shown(overview: &Overview) -> Vec<(String, Vec<i64>)> {
        let devices = overview.devices.iter();
        devices
            .map(|device| (device.address.shown(true), device.nodes.clone()))
            .collect()
    }

    #[test]
    fn one_address_at_two_nodes_is_one_device() {
        let sightings = [
            seen(2, "1.2.3.4", 10),
            seen(1, "::ffff:1.2.3.4", 5),
            seen(1, "2001:db8::1", 20),
        ];
        let overview = Overview::of(&sightings, None, NOW);
        let expected = [
            ("1.2.3.4".to_owned(), vec![1, 2]),
            ("2001:db8::1".to_owned(), vec![1]),
        ];
        assert_eq!(shown(&overview), expected);
        assert_eq!(overview.devices[0].last_seen, NOW.minus(Seconds::new(5)));
    }

    #[test]
    fn a_device_counts_for_300_seconds() {
        for (ago, count) in [(0, 1), (300, 1), (301, 0)] {
            let overview = Overview::of(&[seen(1, "1.2.3.4", ago)], None, NOW);
            assert_eq!(overview.count(), count, "{ago}");
        }
    }

    #[test]
    fn the_latest_come_first_and_then_addresses_in_order() {
        let sightings = [
            seen(1, "9.9.9.9", 5),
            seen(1, "2001:db8::1", 5),
            seen(1, "10.0.0.1", 5),
            seen(1, "8.8.8.8", 1),
        ];
        let order: Vec<String> = shown(&Overview::of(&sightings, None, NOW))
            .into_iter()
            .map(|(address, _)| address)
            .collect();
        assert_eq!(order, ["8.8.8.8", "9.9.9.9", "10.0.0.1", "2001:db8::1"]);
    }

    #[test]
    fn limits_are_none_or_a_number() {
        let sightings = [seen(1, "1.1.1.1", 0), seen(1, "2.2.2.2", 0)];
        for (limit, remaining, exceeded) in [
            (None, None, false),
            (Some(0), None, false),
            (Some(-1), None, false),
            (Some(1), Some(0), true),
            (Some(2), Some(0), false),
            (Some(5), Some(3), false),
        ] {
            let overview = Overview::of(&sightings, limit, NOW);
            assert_eq!(overview.remaining(), remaining, "{limit:?}");
            assert_eq!(overview.is_exceeded(), exceeded, "{limit:?}");
        }
    }

    proptest! {
        #[test]
        fn there_are_never_more_devices_than_sightings(
            places in proptest::collection::vec((0_i64..4, 0_u8..4, 0_i64..600), 0..20)
        ) {
            let sightings: Vec<Sighting> = places
                .iter()
                .map(|(node, last, ago)| seen(*node, &format!("10.0.0.{last}"), *ago))
                .collect();
            let overview = Overview::of(&sightings, Some(3), NOW);
            prop_assert!(overview.devices.len() <= sightings.len().min(4));
            prop_assert_eq!(overview.is_exceeded(), overview.count() > 3);
        }
    }
}
