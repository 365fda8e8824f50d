//! Token buckets before the passport routes, so that nobody tries passwords or codes in bulk, and for payment
//! notices that are not believed and subscription tokens that nobody has.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use ferroboard_kernel::{ClientNetworks, Email, Seconds, client_networks};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::RateLimits;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;

/// After how many requests full buckets are thrown away: between two sweeps at most this many new
/// ones are made.
const SWEEP_INTERVAL: u32 = 4_096;

/// The buckets of this process.
pub(crate) struct Limits {
    addresses: Option<NetworkBuckets>,
    /// Keyed by a hash of the address, so that long ones cost no memory.
    accounts: Option<Buckets<u64>>,
    notices: Option<NetworkBuckets>,
    unknown_tokens: Option<NetworkBuckets>,
    hasher: RandomState,
}

impl Limits {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self {
            addresses: NetworkBuckets::per_minute(limits.per_address_per_minute),
            accounts: Buckets::per_minute(limits.per_account_per_minute),
            notices: NetworkBuckets::per_minute(limits.notices_per_address_per_minute),
            unknown_tokens: NetworkBuckets::per_minute(
                limits.unknown_tokens_per_address_per_minute,
            ),
            hasher: RandomState::new(),
        }
    }

    /// Takes a token of the client's bucket.
    pub(crate) fn admit_address(&self, address: IpAddr) -> Result<(), Fault> {
        let buckets = self.addresses.as_ref();
        buckets.map_or(Ok(()), |buckets| buckets.admit(address))
    }

    /// Takes a token of the client's bucket for payment notices that are not believed.
    pub(crate) fn admit_refused_notice(&self, address: IpAddr) -> Result<(), Fault> {
        let buckets = self.notices.as_ref();
        buckets.map_or(Ok(()), |buckets| buckets.admit(address))
    }

    /// Takes a token of the bucket for subscription tokens that nobody has.
    pub(crate) fn admit_unknown_token(&self, address: IpAddr) -> Result<(), Fault> {
        let buckets = self.unknown_tokens.as_ref();
        buckets.map_or(Ok(()), |buckets| buckets.admit(address))
    }

    /// Takes a token of the account's bucket, whether or not there is such an account.
    pub(crate) fn admit_account(&self, email: &Email) -> Result<(), Fault> {
        let key = self.hasher.hash_one(email);
        self.accounts
            .as_ref()
            .map_or(Ok(()), |buckets| buckets.admit(&key))
    }
}

/// A bucket for each client, and a larger one for each site.
struct NetworkBuckets {
    clients: Buckets<IpAddr>,
    sites: Buckets<IpAddr>,
}

impl NetworkBuckets {
    fn per_minute(count: u32) -> Option<Self> {
        let of_site = count.saturating_mul(ClientNetworks::SITE_ALLOWANCE);
        Some(Self {
            clients: Buckets::per_minute(count)?,
            sites: Buckets::per_minute(of_site)?,
        })
    }

    /// Who was refused as a client uses up nothing of the site.
    fn admit(&self, address: IpAddr) -> Result<(), Fault> {
        let networks = client_networks(address);
        self.clients.admit(&networks.client)?;
        networks.site.map_or(Ok(()), |site| self.sites.admit(&site))
    }
}

struct Buckets<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    asked: AtomicU32,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn per_minute(count: u32) -> Option<Self> {
        let count = NonZeroU32::new(count)?;
        Some(Self {
            limiter: RateLimiter::keyed(Quota::per_minute(count)),
            clock: DefaultClock::default(),
            asked: AtomicU32::new(0),
        })
    }

    fn admit(&self, key: &K) -> Result<(), Fault> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP_INTERVAL == SWEEP_INTERVAL - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now()).as_secs();
            let wait = Seconds::new(i64::try_from(wait).unwrap_or(0) + 1);
            Fault::throttled(Message::RequestsThrottled, wait)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(count: u32) -> Limits {
        Limits::new(RateLimits {
            per_address_per_minute: count,
            per_account_per_minute: count,
            notices_per_address_per_minute: count,
            unknown_tokens_per_address_per_minute: count,
        })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_bucket_starts_full_and_others_are_untouched() {
        let limits = limits(3);
        for _ in 0..3 {
            assert!(limits.admit_address(ip("192.0.2.1")).is_ok());
            assert!(limits.admit_account(&Email::stored("a@b.test")).is_ok());
        }
        assert!(limits.admit_address(ip("192.0.2.1")).is_err());
        assert!(limits.admit_account(&Email::stored("A@B.test")).is_err());
        assert!(limits.admit_address(ip("192.0.2.2")).is_ok());
        assert!((0..3).all(|_| limits.admit_refused_notice(ip("192.0.2.1")).is_ok()));
        assert!(limits.admit_refused_notice(ip("192.0.2.1")).is_err());
        assert!(limits.admit_account(&Email::stored("b@b.test")).is_ok());
    }

    #[test]
    fn an_ipv6_network_shares_one_bucket() {
        let limits = limits(1);
        assert!(limits.admit_address(ip("2001:db8:1:2::1")).is_ok());
        assert!(limits.admit_address(ip("2001:db8:1:2:ffff::9")).is_err());
        assert!(limits.admit_address(ip("2001:db8:1:3::1")).is_ok());
    }

    #[test]
    fn a_site_of_ipv6_has_the_tokens_of_ten_clients() {
        let limits = limits(2);
        let ask = |network: u16, host: u16| {
            limits.admit_address(ip(&format!("2001:db8:1:{network:x}::{host:x}")))
        };
        // A client that goes on asking takes nothing from its neighbours.
        assert_eq!((0..40).filter(|host| ask(0, *host).is_ok()).count(), 2);
        let admitted = (1..40).filter(|network| ask(*network, 1).is_ok()).count();
        assert_eq!(admitted, 18);
        assert!(limits.admit_address(ip("2001:db8:2::1")).is_ok());
        assert!(limits.admit_address(ip("192.0.2.1")).is_ok());
    }

    #[test]
    fn zero_switches_a_limit_off() {
        let limits = limits(0);
        assert!((0..1_000).all(|_| limits.admit_address(ip("192.0.2.1")).is_ok()));
    }
}
