use std::sync::Arc;

use crate::administration::context::AdminContext;
use crate::administration::servers::nodes::ManagedNodes;
use crate::process::Core;
use crate::{
    Accounting, Audit, CouponOffers, Dashboard, Days, DeviceUsers, FirstSteps, GiftCodes,
    GiftTemplates, GiftUses, MailTemplates, ManagedAnnouncements, ManagedArticles, ManagedMachines,
    ManagedOrders, ManagedRefunds, ManagedReviews, ManagedTickets, NodeGroups, NodeRoutes,
    PackageOffers, PaymentOffers, PlanOffers, PluginRegistry, Previews, Ranks, ReceiptBook,
    RenewalLog, ResetLog, SavedViews, SiteForm, Status, TelegramWebhook, TestMails, Themes,
    UserTasks, Users, Webhooks,
};

/// What administrators do. Whoever calls these has made sure that the caller is one.
pub struct Administration {
    /// The books.
    pub accounting: Accounting,
    /// The announcements.
    pub announcements: ManagedAnnouncements,
    /// The articles.
    pub articles: ManagedArticles,
    /// The record of what they did.
    pub audit: Audit,
    /// The coupons.
    pub coupons: CouponOffers,
    /// The panel in numbers.
    pub dashboard: Dashboard,
    /// What days brought.
    pub days: Days,
    /// From where users are connected.
    pub devices: DeviceUsers,
    /// What an empty panel still lacks.
    pub first_steps: FirstSteps,
    /// The gift cards.
    pub gift_codes: GiftCodes,
    /// The templates of gift cards.
    pub gift_templates: GiftTemplates,
    /// What was redeemed of gift cards.
    pub gift_uses: GiftUses,
    /// The permission groups.
    pub groups: NodeGroups,
    /// The machines.
    pub machines: ManagedMachines,
    /// The texts of mails.
    pub mail_templates: MailTemplates,
    /// The nodes.
    pub nodes: ManagedNodes,
    /// The rules that nodes apply to traffic.
    pub routes: NodeRoutes,
    /// Lists that operators keep.
    pub saved_views: SavedViews,
    /// The site settings.
    pub settings: SiteForm,
    /// The orders.
    pub orders: ManagedOrders,
    /// The traffic packages.
    pub packages: PackageOffers,
    /// The payment methods.
    pub payments: PaymentOffers,
    /// The plans.
    pub plans: PlanOffers,
    /// The plugins.
    pub plugins: PluginRegistry,
    /// What subscribers would download.
    pub previews: Previews,
    /// Who is first in what.
    pub ranks: Ranks,
    /// The receipts.
    pub receipts: ReceiptBook,
    /// The refunds.
    pub refunds: ManagedRefunds,
    /// Subscriptions that renew themselves.
    pub renewals: RenewalLog,
    /// Money that bought nothing, and disputes.
    pub reviews: ManagedReviews,
    /// Traffic that is counted anew.
    pub resets: ResetLog,
    /// How the panel is doing.
    pub status: Status,
    /// Whether mail arrives.
    pub test_mails: TestMails,
    /// The themes.
    pub themes: Themes,
    /// The tickets of everybody.
    pub tickets: ManagedTickets,
    /// The endpoints that events are sent to.
    pub endpoints: Webhooks,
    /// What is done with many users.
    pub user_tasks: UserTasks,
    /// The users.
    pub users: Users,
    /// Where Telegram finds the bot.
    pub webhook: TelegramWebhook,
}

impl Administration {
    pub(crate) fn new(core: &Arc<Core>) -> Self {
        let context = || AdminContext::of(core);
        Self {
            accounting: Accounting(context()),
            announcements: ManagedAnnouncements(context()),
            articles: ManagedArticles(context()),
            audit: Audit(Arc::clone(core)),
            coupons: CouponOffers(context()),
            dashboard: Dashboard::new(context()),
            days: Days(context()),
            devices: DeviceUsers(context()),
            endpoints: Webhooks(context()),
            first_steps: FirstSteps(context()),
            gift_codes: GiftCodes(context()),
            gift_templates: GiftTemplates(context()),
            gift_uses: GiftUses(context()),
            groups: NodeGroups::new(context()),
            machines: ManagedMachines(context()),
            mail_templates: MailTemplates(context()),
            nodes: ManagedNodes(context()),
            orders: ManagedOrders(context()),
            packages: PackageOffers(context()),
            payments: PaymentOffers(context()),
            plans: PlanOffers::new(context()),
            plugins: PluginRegistry(context()),
            previews: Previews(context()),
            ranks: Ranks::new(context()),
            receipts: ReceiptBook(context()),
            refunds: ManagedRefunds(context()),
            renewals: RenewalLog(context()),
            resets: ResetLog(context()),
            reviews: ManagedReviews(context()),
            routes: NodeRoutes(context()),
            saved_views: SavedViews(context()),
            settings: SiteForm(context()),
            status: Status(context()),
            test_mails: TestMails(context()),
            themes: Themes(context()),
            tickets: ManagedTickets(context()),
            user_tasks: UserTasks(Arc::clone(core)),
            users: Users(context()),
            webhook: TelegramWebhook(context()),
        }
    }
}
