use ferroboard_kernel::{ClientNetworks, Seconds, UnixSeconds, client_networks, ip_address};

use crate::CounterName;

/// A counter as it stands. One that has run out counts as absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter {
    /// How often the event was counted.
    pub count: i64,
    /// When the counter starts again from nothing.
    pub expires_at: UnixSeconds,
}

/// How many events are allowed, and how long after the latest one they are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The first event beyond this many is refused.
    pub count: i64,
    /// How long after the latest event the counter runs out.
    pub window: Seconds,
}

impl Limit {
    /// The counters of a limit by client address: the client's own, and with a larger allowance that of
    /// the wider network around an IPv6 client. `name` is given the address or the network.
    pub fn by_network(
        self,
        ip: &str,
        name: impl Fn(&str) -> CounterName,
    ) -> Vec<(CounterName, Self)> {
        let site = ip_address(ip).and_then(|ip| client_networks(ip).site);
        let around = site.map(|site| {
            let allowance = self.times(i64::from(ClientNetworks::SITE_ALLOWANCE));
            (name(&format!("{site}/48")), allowance)
        });
        std::iter::once((name(ip), self)).chain(around).collect()
    }

    /// Whether a counter at this value refuses the next event.
    pub fn is_reached_by(self, counter: Option<Counter>) -> bool {
        counter.is_some_and(|counter| counter.count >= self.count)
    }

    /// So many times as much in the same window.
    #[must_use]
    pub const fn times(self, factor: i64) -> Self {
        Self {
            count: self.count.saturating_mul(factor),
            window: self.window,
        }
    }

    /// How long the span of the clock in which the instant lies goes on, for counters that are named after
    /// such a span.
    pub const fn rest_of_span(self, at: UnixSeconds) -> Seconds {
        let length = if self.window.get() > 0 {
            self.window.get()
        } else {
            1
        };
        Seconds::new(length - at.get().rem_euclid(length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: Limit = Limit {
        count: 3,
        window: Seconds::new(60),
    };

    #[test]
    fn a_site_of_ipv6_is_counted_too_with_a_larger_allowance() {
        let of = |ip: &str| THREE.by_network(ip, CounterName::failed_logins_from);
        assert_eq!(
            of("192.0.2.1"),
            [(CounterName::failed_logins_from("192.0.2.1"), THREE)]
        );
        let [own, site] = of("2001:db8:1:2::7").try_into().unwrap();
        assert_eq!(
            own,
            (CounterName::failed_logins_from("2001:db8:1:2::9"), THREE)
        );
        assert_eq!((site.1.count, site.1.window), (30, THREE.window));
        let neighbour = of("2001:db8:1:3::7");
        assert_ne!(neighbour.first(), Some(&own));
        assert_eq!(neighbour.last(), Some(&site));
        assert_ne!(of("2001:db8:2:2::7").last(), Some(&site));
        // The network's own address is another name than the network.
        assert_ne!(of("2001:db8:1::").first().unwrap().0, site.0);
    }
}
