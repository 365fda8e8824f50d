//! What subscribers would download, before anything is saved.

use std::collections::HashMap;

use ferroboard_auth::SubscribeToken;
use ferroboard_kernel::{NodeId, UnixSeconds};
use ferroboard_nodes::{Node, NodeRecord};
use ferroboard_subscription::{
    Client, Document, Export, ExportNode, Site, StoredNode, Subscriber, TemplateName, Templates,
    export, obstacle,
};

use crate::administration::context::AdminContext;
use crate::{Error, addresses};

/// Whose subscription is shown: nobody's.
const UUID: &str = "00000000-0000-4000-8000-000000000000";
/// The token of its link.
const TOKEN: &str = "00000000000000000000000000000000";
/// Bytes of a gigabyte.
const GIGABYTE: i64 = 1 << 30;

/// What a client would download, and what of the nodes is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionPreview {
    /// The configuration.
    pub document: Document,
    /// How many nodes are shown to customers and have a port.
    pub nodes: usize,
    /// How many of them the client cannot read.
    pub unreadable: usize,
}

/// What subscribers would download.
pub struct Previews(pub(crate) AdminContext);

impl Previews {
    /// What a client that calls itself so would download with every node that is shown, and with this text in
    /// the place of a template. Nothing is saved, and no user's secret is in it.
    pub async fn subscription(
        &self,
        client: &str,
        template: Option<(TemplateName, String)>,
        root: &str,
    ) -> Result<SubscriptionPreview, Error> {
        let store = &self.0.ports.store;
        let records = store.admin()?.list_managed_nodes().await?;
        let records: Vec<NodeRecord> = records.into_iter().map(|view| view.record).collect();
        let mut rows = store.list_templates().await?;
        if let Some((name, content)) = template {
            rows.retain(|(stored, _)| stored != name.name());
            rows.push((name.name().to_owned(), Some(content)));
        }
        let client = Client::detect(client);
        let nodes = self.nodes(records);
        let unreadable = nodes
            .iter()
            .filter(|node| obstacle(&client, node).is_some());
        let (unreadable, count) = (unreadable.count(), nodes.len());
        let document = export(
            &client,
            Export {
                site: &self.site(root),
                subscriber: &self.subscriber(),
                nodes,
                templates: &Templates::from_rows(rows),
                random: self.0.ports.random.as_ref(),
            },
        );
        Ok(SubscriptionPreview {
            document,
            nodes: count,
            unreadable,
        })
    }

    /// The nodes that are shown, as a subscriber gets them.
    fn nodes(&self, records: Vec<NodeRecord>) -> Vec<ExportNode> {
        let made = records.iter().map(|node| (node.id, node.created_at));
        let made: HashMap<NodeId, UnixSeconds> = made.collect();
        let random = self.0.ports.random.as_ref();
        let shown = records.into_iter().filter(|node| node.show);
        let stored = shown.map(|record| {
            let keyed_at = record.parent.and_then(|parent| made.get(&parent).copied());
            let node = Node::from(record);
            StoredNode {
                id: node.id,
                protocol: node.protocol,
                name: node.name,
                host: node.host,
                port: node.port,
                tags: node.tags.unwrap_or_default(),
                settings: node.settings.into(),
                keyed_at: keyed_at.unwrap_or(node.created_at),
            }
        });
        stored
            .filter_map(|node| node.for_subscriber(UUID, random))
            .collect()
    }

    fn site(&self, root: &str) -> Site {
        let settings = self.0.site.current();
        let token = SubscribeToken::new(TOKEN.to_owned());
        let random = self.0.ports.random.as_ref();
        Site {
            name: settings.site.app_name.clone(),
            url: settings.site.app_url.clone(),
            support_url: settings.telegram.telegram_discuss_link.clone(),
            announcement: settings.subscribe.subscribe_announcement.clone(),
            link: addresses::subscription(&settings, root, &token, random),
            path: addresses::subscription_path(&settings, &token),
            host: None,
            zone: self.0.options.zone,
        }
    }

    /// Somebody who has used 3 of 100 GB and has a month left.
    fn subscriber(&self) -> Subscriber {
        let now = self.0.ports.clock.now();
        Subscriber {
            upload: GIGABYTE,
            download: 2 * GIGABYTE,
            transfer_enable: 100 * GIGABYTE,
            expired_at: Some(self.0.options.zone.months_after(now, 1)),
            banned: false,
            uuid: UUID.to_owned(),
            days_until_reset: Some(30),
        }
    }
}
