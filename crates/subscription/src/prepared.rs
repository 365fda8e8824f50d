//! Configurations of which only what is the subscriber's own is missing.

use std::sync::atomic::{AtomicBool, Ordering};

use ferroboard_kernel::Random;
use ferroboard_protocol::credentials::user_key;

use crate::document::account;
use crate::{
    Client, Document, Export, Format, Site, StoredNode, Subscriber, SubscriptionPolicy, Templates,
    Wanted, export, selection,
};

/// Stands where a subscriber's UUID will stand. Nobody has it.
const NOBODY: &str = "9b1c7e52-4f0d-4a6b-8e3f-d205c6a97f18";

/// Ciphers of Shadowsocks 2022 with a short and with a long key, which are made of the UUID.
const SHORT: &str = "2022-blake3-aes-128-gcm";
const LONG: &str = "2022-blake3-aes-256-gcm";

/// A document for all subscribers of a group, made once for a client, a site, nodes and templates.
#[derive(Debug)]
pub struct Prepared {
    /// With another body, and with the account of nobody.
    document: Document,
    /// The body, cut where a secret belongs between two parts.
    parts: Vec<(String, Secret)>,
    /// What is behind the last secret.
    end: String,
}

/// Which of the texts that are made of a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Secret {
    Uuid,
    /// The key of a cipher.
    Key(&'static str),
}

impl Secret {
    const ALL: [Self; 3] = [Self::Uuid, Self::Key(SHORT), Self::Key(LONG)];

    fn of(self, uuid: &str) -> String {
        match self {
            Self::Uuid => uuid.to_owned(),
            Self::Key(cipher) => user_key(cipher, uuid).unwrap_or_default(),
        }
    }
}

/// What documents are made of beside the nodes.
#[derive(Debug, Clone, Copy)]
pub struct Preparing<'a> {
    /// Who asks.
    pub client: &'a Client,
    /// The site; its link is not read.
    pub site: &'a Site,
    /// How nodes are presented.
    pub policy: SubscriptionPolicy,
    /// The templates of the formats that have one.
    pub templates: &'a Templates,
}

impl Prepared {
    /// Whether documents of this format can be prepared: those in which every text stands in quotes, so that none is
    /// written otherwise for what is in it.
    pub fn suits(format: Format) -> bool {
        matches!(format, Format::Clash | Format::ClashMeta | Format::Stash)
    }

    /// The document of these nodes; `None` for a format, or a presentation, whose body says more of the subscriber
    /// than secrets, and where something in it is drawn by chance for each.
    pub fn new(
        nodes: &[StoredNode],
        preparing: Preparing<'_>,
        random: &dyn Random,
    ) -> Option<Self> {
        let Preparing {
            client,
            site,
            policy,
            templates,
        } = preparing;
        if !Self::suits(client.format) || policy.show_account {
            return None;
        }
        let watched = Watched {
            random,
            was_asked: AtomicBool::default(),
        };
        let nodes = nodes.iter();
        let nodes = nodes.filter_map(|node| node.for_subscriber(NOBODY, &watched));
        let nobody = Subscriber {
            upload: 0,
            download: 0,
            transfer_enable: 0,
            expired_at: None,
            banned: false,
            uuid: NOBODY.to_owned(),
            days_until_reset: None,
        };
        let nodes = selection::select(
            nodes.collect(),
            Wanted::default(),
            &nobody,
            policy,
            site.zone,
        );
        let contents = Export {
            site,
            subscriber: &nobody,
            nodes,
            templates,
            random: &watched,
        };
        let mut document = export(client, contents);
        if watched.was_asked.load(Ordering::Relaxed) {
            return None;
        }
        let body = std::mem::take(&mut document.body);
        let (parts, end) = cut(&body);
        Some(Self {
            document,
            parts,
            end,
        })
    }

    /// The document for this subscriber; `None` for a UUID that is none, and may be written otherwise.
    pub fn for_subscriber(&self, subscriber: &Subscriber) -> Option<Document> {
        let uuid = subscriber.uuid.as_str();
        let is_plain = |c: char| c.is_ascii_hexdigit() || c == '-';
        if uuid.len() != NOBODY.len() || !uuid.chars().all(is_plain) {
            return None;
        }
        let secrets = Secret::ALL.map(|secret| (secret, secret.of(uuid)));
        let text = |wanted: Secret| {
            let found = secrets.iter().find(|(secret, _)| *secret == wanted);
            found.map_or("", |(_, text)| text.as_str())
        };
        let lengths = self
            .parts
            .iter()
            .map(|(part, secret)| part.len() + text(*secret).len());
        let mut body = String::with_capacity(lengths.sum::<usize>() + self.end.len());
        for (part, secret) in &self.parts {
            body.push_str(part);
            body.push_str(text(*secret));
        }
        body.push_str(&self.end);
        let headers = self
            .document
            .headers
            .iter()
            .map(|(name, value)| match *name {
                "subscription-userinfo" => (*name, account(subscriber)),
                name => (name, value.clone()),
            });
        Some(Document {
            content_type: self.document.content_type,
            headers: headers.collect(),
            body,
        })
    }
}

/// Cuts a body where the secrets of nobody stand.
fn cut(body: &str) -> (Vec<(String, Secret)>, String) {
    let secrets = Secret::ALL.map(|secret| (secret, secret.of(NOBODY)));
    let (mut parts, mut rest) = (Vec::new(), body);
    loop {
        let found = secrets.iter().filter_map(|(secret, text)| {
            let (before, after) = rest.split_once(text.as_str())?;
            Some((before, *secret, after))
        });
        // Where one begins like another, the longer one is meant.
        let first = found.min_by_key(|(before, _, after)| (before.len(), after.len()));
        let Some((before, secret, after)) = first else {
            return (parts, rest.to_owned());
        };
        parts.push((before.to_owned(), secret));
        rest = after;
    }
}

/// Chance, of which is noted whether it was asked.
struct Watched<'a> {
    random: &'a dyn Random,
    was_asked: AtomicBool,
}

impl Random for Watched<'_> {
    fn fill(&self, buffer: &mut [u8]) {
        self.was_asked.store(true, Ordering::Relaxed);
        self.random.fill(buffer);
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_protocol::Protocol;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::testing::{FirstDrawn, a_site, a_stored_node, a_subscriber};

    fn nodes() -> Vec<StoredNode> {
        let tls = json!({"server_name": "s.test"});
        let settings = [
            (Protocol::Shadowsocks, json!({"cipher": "aes-128-gcm"})),
            (Protocol::Shadowsocks, json!({"cipher": SHORT})),
            (Protocol::Shadowsocks, json!({"cipher": LONG})),
            (
                Protocol::Vmess,
                json!({"tls": 1, "tls_settings": tls, "network": "ws"}),
            ),
            (
                Protocol::Vless,
                json!({"tls": 1, "tls_settings": tls, "network": "tcp"}),
            ),
            (
                Protocol::Trojan,
                json!({"tls_settings": tls, "network": "grpc"}),
            ),
            (Protocol::Hysteria, json!({"version": 2, "tls": tls})),
            (Protocol::Hysteria, json!({"version": 1, "tls": tls})),
            (Protocol::Tuic, json!({"version": 5, "tls": tls})),
            (Protocol::Tuic, json!({"version": 4, "tls": tls})),
            (Protocol::Anytls, json!({"tls": tls})),
            (Protocol::Socks, json!({"tls": 0})),
            (Protocol::Http, json!({"tls": 1, "tls_settings": tls})),
            (Protocol::Mieru, json!({"transport": "TCP"})),
        ];
        let nodes = settings.into_iter().zip(1..);
        let node = |((protocol, settings), number): ((Protocol, _), i64)| StoredNode {
            name: format!("Node {number}"),
            ..a_stored_node(protocol, &settings)
        };
        nodes.map(node).collect()
    }

    fn directly(
        client: &Client,
        nodes: &[StoredNode],
        subscriber: &Subscriber,
        policy: SubscriptionPolicy,
    ) -> Document {
        let site = a_site();
        let own = nodes
            .iter()
            .filter_map(|node| node.for_subscriber(&subscriber.uuid, &FirstDrawn));
        let nodes = selection::select(
            own.collect(),
            Wanted::default(),
            subscriber,
            policy,
            site.zone,
        );
        export(
            client,
            Export {
                site: &site,
                subscriber,
                nodes,
                templates: Templates::shipped(),
                random: &FirstDrawn,
            },
        )
    }

    fn prepared(
        client: &Client,
        nodes: &[StoredNode],
        policy: SubscriptionPolicy,
    ) -> Option<Prepared> {
        let preparing = Preparing {
            client,
            site: &a_site(),
            policy,
            templates: Templates::shipped(),
        };
        Prepared::new(nodes, preparing, &FirstDrawn)
    }

    proptest! {
        #[test]
        fn a_prepared_document_is_the_one_that_is_made_directly(
            uuid in "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            upload in 0_i64..1 << 50,
            show_protocol: bool,
        ) {
            let policy = SubscriptionPolicy { show_account: false, show_protocol };
            let subscriber = Subscriber { upload, uuid, ..a_subscriber() };
            for agent in ["clash", "clash.meta/1.19.32", "Stash/3.1.0 Clash/1.9.0"] {
                let client = Client::detect(agent);
                let prepared = prepared(&client, &nodes(), policy).unwrap();
                let made = directly(&client, &nodes(), &subscriber, policy);
                prop_assert!(made.body.contains(&subscriber.uuid));
                prop_assert_eq!(prepared.for_subscriber(&subscriber), Some(made));
            }
        }
    }

    #[test]
    fn what_is_another_one_each_time_is_not_prepared() {
        let meta = Client::detect("clash.meta/1.19.32");
        let plain = SubscriptionPolicy::default();
        assert!(prepared(&Client::detect("sing-box"), &nodes(), plain).is_none());
        assert!(prepared(&Client::detect("v2rayn"), &nodes(), plain).is_none());
        let shown = SubscriptionPolicy {
            show_account: true,
            ..plain
        };
        assert!(prepared(&meta, &nodes(), shown).is_none());
        let mut several = nodes();
        several[0].port = "1000-2000".into();
        assert!(prepared(&meta, &several, plain).is_none());
        let prepared = prepared(&meta, &nodes(), plain).unwrap();
        for odd in ["", "x", "b831381d-6324-4d53-ad4f-8cda48b3081\"", "b831381d"] {
            let odd = Subscriber {
                uuid: odd.to_owned(),
                ..a_subscriber()
            };
            assert_eq!(prepared.for_subscriber(&odd), None);
        }
    }
}
