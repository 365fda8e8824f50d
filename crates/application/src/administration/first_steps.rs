//! What an empty panel still lacks until it sells its first plan.

use std::collections::HashSet;

use ferroboard_billing::{Period, Plan};
use ferroboard_kernel::GroupId;
use ferroboard_listing::{Asked, AskedFilter, Given};
use ferroboard_site::Settings;

use crate::Error;
use crate::administration::context::AdminContext;
use crate::administration::trade::orders::MANAGED_ORDERS;

/// A step from the empty panel to the first plan that is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstStep {
    /// The site has a name of its own.
    SiteName,
    /// The site knows its address.
    SiteAddress,
    /// The site has a mail server and a sender.
    Mail,
    /// The nodes have a secret, or there is a machine with one of its own.
    NodeSecret,
    /// There is a permission group.
    Group,
    /// Customers see a node of a group.
    Node,
    /// Customers see a plan, may buy it, and get a node by it.
    Plan,
    /// There is a way to pay.
    Payment,
    /// Customers find an article.
    Article,
    /// A plan was sold.
    Sale,
}

impl FirstStep {
    /// Every step, in the order in which they are best taken.
    pub const ALL: [Self; 10] = [
        Self::SiteName,
        Self::SiteAddress,
        Self::Mail,
        Self::NodeSecret,
        Self::Group,
        Self::Node,
        Self::Plan,
        Self::Payment,
        Self::Article,
        Self::Sale,
    ];

    /// Whether a plan can be sold without it.
    pub const fn may_wait(self) -> bool {
        matches!(self, Self::SiteName | Self::Mail | Self::Article)
    }
}

/// The statuses of orders that were opened, as their list is filtered by them; the value of the latter went into a
/// later order.
const OPENED: [&str; 2] = ["3", "4"];

/// What an empty panel still lacks.
pub struct FirstSteps(pub(crate) AdminContext);

impl FirstSteps {
    /// Every step and whether it is taken, by what the database has at this moment.
    pub async fn list(&self) -> Result<Vec<(FirstStep, bool)>, Error> {
        let store = &self.0.ports.store;
        let admin = store.admin()?;
        let settings = Settings::from_rows(store.list_settings().await?);
        let groups = admin.list_node_groups().await?;
        let nodes = admin.list_managed_nodes().await?;
        let served: HashSet<GroupId> = nodes
            .iter()
            .filter(|node| node.record.show)
            .flat_map(|node| node.groups.iter().map(|(group, _)| *group))
            .collect();
        let plans = admin.list_offered_plans().await?;
        let taken = |step| match step {
            FirstStep::SiteName => settings.site.app_name != Settings::default().site.app_name,
            FirstStep::SiteAddress => settings.site.app_url.is_some(),
            FirstStep::Mail => {
                settings.email.email_host.is_some() && settings.email.email_from_address.is_some()
            }
            FirstStep::Group => !groups.is_empty(),
            FirstStep::Node => !served.is_empty(),
            FirstStep::Plan => plans.iter().any(|(plan, _)| is_on_sale(plan, &served)),
            _ => false,
        };
        let mut steps = Vec::new();
        for step in FirstStep::ALL {
            let is_taken = match step {
                FirstStep::NodeSecret => {
                    settings.server.server_token.is_some()
                        || !admin.list_managed_machines().await?.is_empty()
                }
                FirstStep::Payment => {
                    let methods = admin.list_managed_payments().await?;
                    methods.iter().any(|managed| managed.method.enabled)
                }
                FirstStep::Article => {
                    let articles = admin.list_article_heads().await?;
                    articles.iter().any(|article| article.show)
                }
                FirstStep::Sale => self.has_sold().await?,
                step => taken(step),
            };
            steps.push((step, is_taken));
        }
        Ok(steps)
    }

    /// Whether an order was ever opened.
    async fn has_sold(&self) -> Result<bool, Error> {
        let opened = Given::Many(OPENED.map(str::to_owned).into());
        let asked = Asked {
            page: Some(1),
            rows: Some(1),
            filters: vec![AskedFilter::new("status", opened)],
            sorts: Vec::new(),
        };
        let request = MANAGED_ORDERS.judge(&asked);
        let request = request.map_err(|odd| Error::Internal(odd.to_string()))?;
        let admin = self.0.ports.store.admin()?;
        Ok(admin.list_managed_orders(&request, false).await?.total > 0)
    }
}

/// Whether customers see the plan, may buy it for a time or for good, and get a node by it.
fn is_on_sale(plan: &Plan, served: &HashSet<GroupId>) -> bool {
    let is_priced = |period: Period| plan.prices.of(period).is_some();
    let mut periods = Period::ALL
        .into_iter()
        .filter(|period| *period != Period::ResetTraffic);
    let is_served = plan.group_id.is_some_and(|group| served.contains(&group));
    plan.show && plan.sell && is_served && periods.any(is_priced)
}
