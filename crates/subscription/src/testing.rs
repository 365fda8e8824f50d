//! Builders, for tests.

pub mod matrix;

use std::sync::Arc;

use ferroboard_kernel::{NodeId, Random, UnixSeconds, Zone};
use ferroboard_protocol::{Protocol, Settings};
use serde_json::Value;

use crate::{ExportNode, Host, Site, StoredNode, Subscriber};

/// A node called `Node` at `n.test:443`.
pub fn a_node(protocol: Protocol, settings: &Value) -> ExportNode {
    ExportNode {
        id: NodeId::new(1),
        protocol,
        name: "Node".into(),
        host: "n.test".into(),
        port: 443,
        ports: None,
        password: "secret".into(),
        tags: Vec::new(),
        settings: Arc::new(Settings::normalised(protocol, settings)),
    }
}

/// The row of a node called `Node` at `n.test:443`, made at the [`new_year`].
pub fn a_stored_node(protocol: Protocol, settings: &Value) -> StoredNode {
    StoredNode {
        id: NodeId::new(1),
        protocol,
        name: "Node".into(),
        host: "n.test".into(),
        port: "443".into(),
        tags: Vec::new(),
        settings: Arc::new(Settings::normalised(protocol, settings)),
        keyed_at: new_year(),
    }
}

/// A subscriber who has used 3 of 10 GB and whose time has no end.
pub fn a_subscriber() -> Subscriber {
    Subscriber {
        upload: 1 << 30,
        download: 2 << 30,
        transfer_enable: 10 << 30,
        expired_at: None,
        banned: false,
        uuid: "b831381d-6324-4d53-ad4f-8cda48b30811".into(),
        days_until_reset: None,
    }
}

/// A site called `Demo Panel`.
pub fn a_site() -> Site {
    Site {
        name: "Demo Panel".into(),
        url: Some("http://demo.test".into()),
        support_url: None,
        announcement: None,
        link: "https://sub.test/s/token".into(),
        path: "/s/token".into(),
        host: Host::parse("demo.test"),
        zone: Zone::default(),
    }
}

/// 2024-01-01 00:00 in the default zone.
pub fn new_year() -> UnixSeconds {
    UnixSeconds::new(1_704_038_400)
}

/// Always draws the first.
pub struct FirstDrawn;

impl Random for FirstDrawn {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}
