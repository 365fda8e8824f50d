//! Ports for what a test starts.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below those that the system draws for connections and for whoever asks for any port: between the
/// choice and the moment at which a program listens, seconds may pass on a loaded machine.
const FIRST: u16 = 10_000;
const COUNT: u16 = 22_000;

/// A port of the loopback address that nobody listens on, and that this process chooses for nothing else.
///
/// Other processes begin at places of their own.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Processes that run side by side have numbers close together; these places are far apart.
    let own = std::process::id().wrapping_mul(6_151);
    for _ in 0..COUNT {
        let place =
            own.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed).into()) % u32::from(COUNT);
        let port = u16::try_from(place).map_or(FIRST, |place| FIRST + place);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free")
}
