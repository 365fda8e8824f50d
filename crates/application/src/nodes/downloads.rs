//! What subscription links and client programs download.

use std::sync::Arc;

use ferroboard_auth::SubscribeToken;
use ferroboard_billing::{ResetSubject, Subscription};
use ferroboard_kernel::UnixSeconds;
use ferroboard_realname::{Enforcement, RealNameError};
use ferroboard_site::Settings;
use ferroboard_subscription::{
    Client, Document, Export, ExportNode, Host, Prepared, Preparing, Site, StoredNode, Subscriber,
    SubscriptionError, Templates, Wanted, export, export_for_program, selection,
};

use crate::nodes::shown::Occasion;
use crate::process::Core;
use crate::{Error, SubscriberView, TrafficResets, addresses, policies};

/// One request at a subscription link.
#[derive(Debug, Clone, Default)]
pub struct DownloadRequest {
    /// As which client it wants to be answered, by the `flag` of the address.
    pub flag: Option<String>,
    /// What the client says of itself.
    pub user_agent: String,
    /// The protocols that are wanted.
    pub types: Option<String>,
    /// The words that are wanted.
    pub filter: Option<String>,
    /// Scheme and host that the request came to.
    pub root: String,
    /// The host that the request names.
    pub host: Option<Host>,
}

/// Subscription links, as proxy clients use them.
pub struct Downloads(pub(crate) Arc<Core>);

impl Downloads {
    /// Whether somebody has the token.
    pub async fn authenticate(&self, token: &SubscribeToken) -> Result<(), Error> {
        self.find(token).await.map(drop)
    }

    /// The client's configuration, in one statement unless nodes and templates are to be read again, traffic is to be counted anew first, or
    /// the site asks for real names. `None` for a subscription that cannot be used: suspended, without
    /// traffic, or over.
    pub async fn configuration(
        &self,
        token: &SubscribeToken,
        request: &DownloadRequest,
    ) -> Result<Option<Document>, Error> {
        let core = &self.0;
        let now = core.ports.clock.now();
        let client = Client::asking(request.flag.as_deref(), &request.user_agent);
        let account = self.find_reset(token).await?;
        if !account.subscriber.is_usable(now) {
            return Ok(None);
        }
        self.refuse_unnamed(&account).await?;
        let settings = core.site.current();
        let templates = match client.format.template() {
            Some(_) => Some(core.templates.current(core).await?),
            None => None,
        };
        let wanted = Wanted {
            types: request.types.as_deref(),
            filter: request.filter.as_deref(),
        };
        let nodes = match account.group {
            Some(group) => Some(core.nodes.shown.stored(core, group).await?),
            None => None,
        };
        if wanted == Wanted::default()
            && Prepared::suits(client.format)
            && let (Some(nodes), Some(templates)) = (&nodes, &templates)
        {
            let occasion = Occasion {
                client: client.clone(),
                host: request.host.clone(),
                settings: Arc::clone(&settings),
                templates: Arc::clone(templates),
            };
            let prepared = nodes.prepared(occasion, |nodes, occasion| {
                let preparing = Preparing {
                    client: &occasion.client,
                    site: &self.site(&settings, token, request),
                    policy: policies::subscription(&settings),
                    templates: &occasion.templates,
                };
                Prepared::new(nodes, preparing, core.ports.random.as_ref())
            });
            let document = prepared.and_then(|it| it.for_subscriber(&account.subscriber));
            if document.is_some() {
                return Ok(document);
            }
        }
        let subscriber = self.with_days(&account, &settings, now);
        let nodes = nodes.map(|nodes| self.own(&nodes.nodes, &account));
        let nodes = selection::select(
            nodes.unwrap_or_default(),
            wanted,
            &subscriber,
            policies::subscription(&settings),
            core.options.zone,
        );
        let site = self.site(&settings, token, request);
        let contents = Export {
            site: &site,
            subscriber: &subscriber,
            nodes,
            templates: templates.as_deref().unwrap_or_else(|| Templates::shipped()),
            random: core.ports.random.as_ref(),
        };
        Ok(Some(export(&client, contents)))
    }

    /// What the operator's client program shows and does, and when it is asked.
    pub async fn program_settings(
        &self,
        token: &SubscribeToken,
    ) -> Result<(Arc<Settings>, UnixSeconds), Error> {
        self.authenticate(token).await?;
        Ok((self.0.site.current(), self.0.ports.clock.now()))
    }

    /// The nodes for the operator's client program, in as many statements; none for a subscription that
    /// cannot be used.
    pub async fn program_nodes(
        &self,
        token: &SubscribeToken,
        request: &DownloadRequest,
    ) -> Result<Document, Error> {
        let core = &self.0;
        let account = self.find_reset(token).await?;
        let nodes = if account.subscriber.is_usable(core.ports.clock.now()) {
            self.refuse_unnamed(&account).await?;
            self.nodes(&account).await?
        } else {
            Vec::new()
        };
        let site = self.site(&core.site.current(), token, request);
        Ok(export_for_program(Export {
            site: &site,
            subscriber: &account.subscriber,
            nodes,
            templates: Templates::shipped(),
            random: core.ports.random.as_ref(),
        }))
    }

    async fn find(&self, token: &SubscribeToken) -> Result<SubscriberView, Error> {
        let found = self.0.ports.store.find_subscriber(token).await?;
        found.ok_or(Error::Subscription(SubscriptionError::TokenUnknown))
    }

    /// The same after its traffic was counted anew, where the time for that has come.
    async fn find_reset(&self, token: &SubscribeToken) -> Result<SubscriberView, Error> {
        let account = self.find(token).await?;
        let subject = ResetSubject {
            user: account.user,
            banned: account.subscriber.banned,
            plan: account.plan,
            plan_method: account.reset_method,
            expired_at: account.subscriber.expired_at,
            next_reset_at: account.next_reset_at,
        };
        let resets = TrafficResets(Arc::clone(&self.0));
        if resets.reset_if_due(&subject).await {
            return self.find(token).await;
        }
        Ok(account)
    }

    /// Refused while the site asks for a real name.
    async fn refuse_unnamed(&self, account: &SubscriberView) -> Result<(), Error> {
        let covered = Enforcement::covers_subscriptions;
        let is_demanded = self.0.demands_real_name(account.user, covered);
        if is_demanded.await? {
            return Err(RealNameError::Required.into());
        }
        Ok(())
    }

    /// The nodes of the account's group, in their order.
    async fn nodes(&self, account: &SubscriberView) -> Result<Vec<ExportNode>, Error> {
        let Some(group) = account.group else {
            return Ok(Vec::new());
        };
        let stored = self.0.nodes.shown.stored(&self.0, group).await?;
        Ok(self.own(&stored.nodes, account))
    }

    /// Nodes as the account gets them.
    fn own(&self, stored: &[StoredNode], account: &SubscriberView) -> Vec<ExportNode> {
        let (uuid, random) = (&account.subscriber.uuid, self.0.ports.random.as_ref());
        let nodes = stored.iter();
        nodes
            .filter_map(|node| node.for_subscriber(uuid, random))
            .collect()
    }

    fn with_days(
        &self,
        account: &SubscriberView,
        settings: &Settings,
        now: UnixSeconds,
    ) -> Subscriber {
        let subscriber = account.subscriber.clone();
        let method = account
            .reset_method
            .unwrap_or_else(|| policies::reset_method(settings));
        let next = method.next_reset(subscriber.expired_at, now, self.0.options.zone);
        let next = next.filter(|_| account.plan.is_some());
        Subscriber {
            days_until_reset: next.map(|next| Subscription::days_until(next, now)),
            ..subscriber
        }
    }

    fn site(&self, settings: &Settings, token: &SubscribeToken, request: &DownloadRequest) -> Site {
        let random = self.0.ports.random.as_ref();
        Site {
            name: settings.site.app_name.clone(),
            url: settings.site.app_url.clone(),
            support_url: settings.telegram.telegram_discuss_link.clone(),
            announcement: settings.subscribe.subscribe_announcement.clone(),
            link: addresses::subscription(settings, &request.root, token, random),
            path: addresses::subscription_path(settings, token),
            host: request.host.clone(),
            zone: self.0.options.zone,
        }
    }
}
