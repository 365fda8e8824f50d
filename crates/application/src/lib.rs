#![doc = include_str!("../README.md")]

mod accounts;
mod addresses;
mod administration;
mod billing;
mod context;
mod database;
mod error;
mod events;
mod front_page;
mod health;
mod invite;
mod jobs;
mod nodes;
mod policies;
mod process;
mod real_names;
mod shadows;
mod site;
mod snapshot;
mod store;
mod support;
mod transaction;

use std::sync::Arc;

use ferroboard_auth::AuthService;
use tokio::sync::{Mutex, Notify};

use administration::context::AdminContext;
use context::Context;
use database::Database;

pub use accounts::account::{Accounts, ChangePassword};
pub use accounts::auth_data::AuthData;
pub use accounts::captcha::CaptchaAnswers;
pub use accounts::email_codes::{EmailCodes, SentCode};
pub use accounts::login::{Login, Logins};
pub use accounts::login_links::LoginLinks;
pub use accounts::notice_choices::{NoticeChange, NoticeChoices};
pub use accounts::queries::{
    AccountQueries, SessionQueries, Touched, UserChange, UserChangeQueries, UserChangeRepository,
};
pub use accounts::recovery::{Recovery, ResetPassword};
pub use accounts::registration::{Register, Registration};
pub use accounts::sessions::Sessions;
pub use accounts::views::{AccountView, OverviewView, SessionView};
pub use addresses::{HostStanding, RequestRoot};
pub use administration::audit::change::Change;
pub use administration::audit::{AUDIT_LOG, AdminRequest, Audit};
pub use administration::console::listings::{LEDGER, MAIL_LOG, USER_TASKS};
pub use administration::console::queries::ConsoleQueries;
pub use administration::console::repository::SavedViewRepository;
pub use administration::console::saved_views::SavedViews;
pub use administration::console::views::{LedgerLine, LoggedMail, SavedView};
pub use administration::coupons::{COUPONS, CouponOffers};
pub use administration::demo::obstacle::{DemoObstacle, DemoRepository};
pub use administration::demo::{Demo, DemoError, FilledDemo};
pub use administration::device_users::{DeviceUser, DeviceUsers, DeviceUsersView};
pub use administration::first_steps::{FirstStep, FirstSteps};
pub use administration::gift_cards::codes::{GiftCodes, MadeBatch};
pub use administration::gift_cards::queries::GiftOfferQueries;
pub use administration::gift_cards::templates::GiftTemplates;
pub use administration::gift_cards::uses::{GiftStatistics, GiftUses, UsageDays};
pub use administration::gift_cards::views::{
    CardFilter, GiftCardTotals, OfferedCard, OfferedTemplate, RecordedUsage, TemplateFilter,
    TemplateUses, UsageFilter,
};
pub use administration::mail::queries::{MailTemplateQueries, MailTextQueries};
pub use administration::mail::templates::MailTemplates;
pub use administration::mail::test_mail::TestMails;
pub use administration::mail::views::{MailTemplateView, StoredMailTemplate, TestedMail};
pub use administration::plan_offers::PlanOffers;
pub use administration::plugins::{PluginRegistry, PluginView};
pub use administration::previews::{Previews, SubscriptionPreview};
pub use administration::queries::{
    AdminQueries, AuditQueries, CouponOfferQueries, DeviceUserQueries, PlanOfferQueries,
    RealNameReviewQueries, SecretRepository, SettingQueries, WorkQueries,
};
pub use administration::servers::group_queries::{NodeGroupQueries, NodeGroupRow};
pub use administration::servers::groups::{NodeGroupView, NodeGroups};
pub use administration::servers::machine_queries::{
    MachineNodeView, MachineView, ManagedMachineQueries,
};
pub use administration::servers::machines::ManagedMachines;
pub use administration::servers::node_queries::{ManagedNodeQueries, ManagedNodeView};
pub use administration::servers::nodes::{ManagedNode, ManagedNodes};
pub use administration::servers::route_queries::{NodeRouteQueries, NodeRouteView};
pub use administration::servers::routes::NodeRoutes;
pub use administration::settings::{SettingsPage, SiteForm};
pub use administration::setup::{NewAdmin, Prepared, Setup};
pub use administration::statistics::days::{Days, SummedDays, USER_DAYS};
pub use administration::statistics::figures::Dashboard;
pub use administration::statistics::queries::{FigureQueries, RankQueries};
pub use administration::statistics::ranks::{Compared, Ranks};
pub use administration::statistics::views::{
    Between, DayRecord, FigureTimes, Figures, Income, InviterRank, NodeRank, Payouts, RankedNode,
    UserDayView, UserRank, UserTraffic,
};
pub use administration::status::{FailedJobView, QueueView, Status, SystemStatus, WorkView};
pub use administration::support::announcements::ManagedAnnouncements;
pub use administration::support::articles::ManagedArticles;
pub use administration::support::queries::{
    ManagedAnnouncementQueries, ManagedArticleQueries, ManagedTicketQueries,
};
pub use administration::support::tickets::{ManagedTickets, TICKETS};
pub use administration::support::views::{ArticleHead, ListedTicket, ManagedTicket};
pub use administration::support::webhook::TelegramWebhook;
pub use administration::themes::{ListedTheme, ThemeList, Themes};
pub use administration::trade::accounting::{
    Accounting, BookDays, DaySum, DaySums, SumOf, SummedDay,
};
pub use administration::trade::accounting_queries::{
    AccountingQueries, BOOKED, BookLine, BookPlace, Booking,
};
pub use administration::trade::order_queries::ManagedOrderQueries;
pub use administration::trade::order_views::{CommissionLine, ManagedOrder, OrderDossier};
pub use administration::trade::orders::{AssignedOrder, MANAGED_ORDERS, ManagedOrders};
pub use administration::trade::package_queries::PackageOfferQueries;
pub use administration::trade::packages::PackageOffers;
pub use administration::trade::payment_queries::{ManagedPayment, PaymentOfferQueries};
pub use administration::trade::payments::PaymentOffers;
pub use administration::trade::receipts::ReceiptBook;
pub use administration::trade::refund_queries::{ManagedRefund, ManagedRefundQueries};
pub use administration::trade::refunds::{MANAGED_REFUNDS, ManagedRefunds, WantedRefund};
pub use administration::trade::renewals::RenewalLog;
pub use administration::trade::review_queries::{
    KeptRawNotice, ManagedReview, ManagedReviewQueries,
};
pub use administration::trade::reviewed_notice::ReviewedNotice;
pub use administration::trade::reviews::{
    CreditedUser, MANAGED_REVIEWS, ManagedReviews, ReviewDecision, WantedSettlement,
};
pub use administration::use_cases::Administration;
pub use administration::users::bulk::UserTasks;
pub use administration::users::columns::{ListedUser, ManagedUser, UserView};
pub use administration::users::error::UserRefused;
pub use administration::users::generate::{
    GenerateUsers, GeneratedUser, GeneratedUsers, NewAddresses,
};
pub use administration::users::list::Users;
pub use administration::users::listing::USERS;
pub use administration::users::queries::UserQueries;
pub use administration::users::repository::{ManagedUserRepository, NewUser, NewUsers};
pub use administration::users::reset_log::{
    RESET_LOG, ResetCounts, ResetFilter, ResetLogView, ResetTraffic,
};
pub use administration::users::scope::UserScope;
pub use administration::users::tasks::{UserTask, UserTaskRepository, UserWork};
pub use administration::users::traffic::{ManualReset, ResetLog};
pub use administration::users::update::UserForm;
pub use administration::views::{AuditFilter, AuditView, OfferedPlanView, OutboxCounts, PlanUsers};
pub use administration::webhooks::endpoints::{
    DELIVERIES, ManagedEndpoint, WantedEndpoint, Webhooks,
};
pub use administration::webhooks::queries::{
    DeliveryQueries, EndpointOutcome, ManagedDelivery, WebhookQueries,
};
pub use billing::coupons::Coupons;
pub use billing::gift_cards::{GiftCards, InspectedGiftCard, TryGiftCard};
pub use billing::ledger::Ledger;
pub use billing::on_sale::{KnownPlans, OnSale, Wording};
pub use billing::orders::{NewPurchase, Orders, Pay, StartedPayment};
pub use billing::packages::{HeldPackage, PackageOffer, Packages};
pub use billing::payments::{NoticeAnswer, Payments};
pub use billing::plans::Plans;
pub use billing::queries::{
    CouponQueries, GiftCardQueries, OrderQueries, PaymentQueries, PlanQueries, ReceiptQueries,
    RenewalQueries, StatementQueries, SubscriptionQueries,
};
pub use billing::receipts::Receipts;
pub use billing::refunding::RefundReport;
pub use billing::renewals::AutoRenewals;
pub use billing::statements::Statements;
pub use billing::subscriptions::{SubscriptionView, Subscriptions};
pub use billing::traffic_resets::TrafficResets;
pub use billing::views::{GiftUsageView, OrderView, PlanView, StatementLine, SubscriberView};
pub use context::{Options, Ports};
pub use error::Error;
pub use events::deliveries::WebhookDeliveries;
pub use front_page::{ActiveTheme, FrontPage};
pub use health::Health;
pub use invite::commissions::Commissions;
pub use invite::invitations::{Invitations, InvitePageView};
pub use invite::queries::InviteQueries;
pub use invite::views::{CommissionLogView, InviteCodeView, InviteStatistics};
pub use jobs::chat_outbox::ChatOutbox;
pub use jobs::job::{Job, JobOutcome};
pub use jobs::operations::{OperationRepository, OperationState};
pub use jobs::outbox::Outbox;
pub use jobs::progress::Progress;
pub use jobs::queries::{JobRepository, JobState, UpkeepRepository};
pub use jobs::schedule::Schedule;
pub use jobs::scheduled::Jobs;
pub use jobs::task::{Background, Task};
pub use nodes::device_queries::{
    DeviceOrder, DeviceQueries, DeviceSums, DeviceUserFilter, DeviceUserRow, NodeLabel,
};
pub use nodes::downloads::{DownloadRequest, Downloads};
pub use nodes::node::Nodes;
pub use nodes::online_devices::{DeviceOverview, OnlineDevices};
pub use nodes::queries::NodeQueries;
pub use nodes::queries::TrafficQueries;
pub use nodes::reports::{NodeReport, NodeReports};
pub use nodes::sockets::message::{PanelMessage, SocketPeer};
pub use nodes::sockets::{NodeSocket, NodeSockets, Stirred};
pub use nodes::traffic_log::TrafficLog;
pub use nodes::users::{RenderedList, UserList};
pub use nodes::views::TrafficLogView;
pub use real_names::operations::{OperationProgress, RealNameOperation, RealNameOperations};
pub use real_names::queries::{RealNameFilter, RealNameQueries};
pub use real_names::reviews::{RealNameRecords, RealNameReviews, RevealedName};
pub use real_names::submission::{CannotSubmit, RealNameStatus, RealNames};
pub use real_names::views::{RealNameCounts, RealNameView};
pub use shadows::account::{ShadowDetail, ShadowView, Shadows};
pub use shadows::queries::ShadowQueries;
pub use site::SiteReader;
pub use store::{PanelTx, Queries, Store, UnitOfWork};
pub use support::knowledge::{Knowledge, Viewer};
pub use support::queries::{KnowledgeQueries, TelegramQueries, TicketQueries};
pub use support::telegram::Telegram;
pub use support::tickets::Tickets;
pub use support::views::{ChatAccountView, TicketView};

/// Every use case of the panel. Routes, jobs and commands call these and nothing behind them.
pub struct Application {
    /// Creating accounts.
    pub registration: Registration,
    /// Logging in with a password.
    pub login: Logins,
    /// A new password by mail.
    pub recovery: Recovery,
    /// One-time login links.
    pub login_links: LoginLinks,
    /// Mailed codes.
    pub email_codes: EmailCodes,
    /// Login sessions.
    pub sessions: Sessions,
    /// Accounts, as their owners use them.
    pub accounts: Accounts,
    /// What customers want to be told, and where.
    pub notice_choices: NoticeChoices,
    /// Invitation links.
    pub invitations: Invitations,
    /// Commission balances.
    pub commissions: Commissions,
    /// Subscriptions, as their owners see them.
    pub subscriptions: Subscriptions,
    /// Subscriptions that renew themselves.
    pub auto_renewals: AutoRenewals,
    /// Receipts, as buyers read them.
    pub receipts: Receipts,
    /// What users own, entry by entry.
    pub statements: Statements,
    /// Counting traffic anew.
    pub traffic_resets: TrafficResets,
    /// Subscription links, as proxy clients use them.
    pub downloads: Downloads,
    /// What is on sale.
    pub plans: Plans,
    /// Orders, as their buyers use them.
    pub orders: Orders,
    /// Traffic packages, as customers use them.
    pub packages: Packages,
    /// Coupons, as customers try them.
    pub coupons: Coupons,
    /// Gift cards.
    pub gift_cards: GiftCards,
    /// Articles and announcements.
    pub knowledge: Knowledge,
    /// Payments, as gateways report them.
    pub payments: Payments,
    /// Tickets and withdrawals.
    pub tickets: Tickets,
    /// The Telegram bot.
    pub telegram: Telegram,
    /// What users transferred day by day.
    pub traffic_log: TrafficLog,
    /// Real names, as their owners submit them.
    pub real_names: RealNames,
    /// Real names, as administrators review them.
    pub real_name_reviews: RealNameReviews,
    /// What administrators do with all real names at once.
    pub real_name_operations: RealNameOperations,
    /// Nodes, as their agents and customers see them.
    pub nodes: Nodes,
    /// Reports of nodes and machines.
    pub node_reports: NodeReports,
    /// From where users are connected.
    pub online_devices: OnlineDevices,
    /// Second accounts for the IPv6 nodes.
    pub shadows: Shadows,
    /// Sockets of nodes and machines.
    pub node_sockets: NodeSockets,
    /// Queued mail.
    pub outbox: Outbox,
    /// Queued messages into chats.
    pub chat_outbox: ChatOutbox,
    /// Events on their way out.
    pub webhook_deliveries: WebhookDeliveries,
    /// Scheduled jobs.
    pub jobs: Jobs,
    /// The page at the panel's root.
    pub front_page: FrontPage,
    /// Whether the panel can serve.
    pub health: Health,
    /// What administrators do.
    pub administration: Administration,
    core: Arc<process::Core>,
}

impl Application {
    /// Builds the use cases over their ports and reads the site settings.
    pub async fn new(ports: Ports, options: Options) -> Result<Self, Error> {
        let (store, clock) = (Arc::clone(&ports.store), Arc::clone(&ports.clock));
        let site = Arc::new(SiteReader::load(store.clone()).await?);
        let database = Database::new(store, clock, Arc::clone(&site));
        let mail_queued = Notify::new();
        let bot_name = Mutex::default();
        let core = Arc::new(process::Core {
            context: Context {
                ports: ports.with_store(database),
                options,
                site,
            },
            templates: nodes::templates::TemplateCache::default(),
            mail_queued,
            bot_name,
            auth: AuthService,
            nodes: nodes::memory::NodeMemory::default(),
            on_sale: snapshot::Snapshot::default(),
            plans: snapshot::Snapshot::default(),
            background: Background::default(),
        });
        let shared = || Arc::clone(&core);
        Ok(Self {
            registration: Registration(shared()),
            login: Logins(shared()),
            recovery: Recovery(shared()),
            login_links: LoginLinks(shared()),
            email_codes: EmailCodes(shared()),
            sessions: Sessions(shared()),
            accounts: Accounts(shared()),
            notice_choices: NoticeChoices(shared()),
            invitations: Invitations(shared()),
            commissions: Commissions(shared()),
            subscriptions: Subscriptions(shared()),
            auto_renewals: AutoRenewals(shared()),
            receipts: Receipts(shared()),
            statements: Statements(shared()),
            traffic_resets: TrafficResets(shared()),
            downloads: Downloads(shared()),
            plans: Plans(shared()),
            orders: Orders(shared()),
            packages: Packages(shared()),
            coupons: Coupons(shared()),
            gift_cards: GiftCards(shared()),
            knowledge: Knowledge(shared()),
            payments: Payments(shared()),
            tickets: Tickets(shared()),
            telegram: Telegram(shared()),
            traffic_log: TrafficLog(shared()),
            real_names: RealNames(shared()),
            real_name_reviews: RealNameReviews(AdminContext::of(&core)),
            real_name_operations: RealNameOperations(shared()),
            nodes: Nodes(shared()),
            node_reports: NodeReports(shared()),
            online_devices: OnlineDevices(shared()),
            shadows: Shadows(shared()),
            node_sockets: NodeSockets(shared()),
            outbox: Outbox(shared()),
            chat_outbox: ChatOutbox(shared()),
            webhook_deliveries: WebhookDeliveries(shared()),
            jobs: Jobs(shared()),
            front_page: FrontPage(shared()),
            health: Health(shared()),
            administration: Administration::new(&core),
            core,
        })
    }

    /// The instant by the panel's clock, for what screens count from it.
    pub fn now(&self) -> ferroboard_kernel::UnixSeconds {
        self.core.ports.clock.now()
    }

    /// The site settings.
    pub fn site(&self) -> &SiteReader {
        &self.core.site
    }
}
