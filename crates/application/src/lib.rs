#![doc = include_str!("../README.md")]

mod accounts;
mod addresses;
mod administration;
mod attempts;
mod audit;
mod background;
mod captcha;
mod commissions;
mod core;
mod coupons;
mod demo;
mod device_users;
mod downloads;
mod email_codes;
mod error;
mod gift_cards;
mod health;
mod invitations;
mod jobs;
mod knowledge;
mod known_clients;
mod ledger;
mod login;
mod login_links;
mod node_alerts;
mod node_directory;
mod node_memory;
mod node_reports;
mod node_sockets;
mod node_store;
mod node_users;
mod nodes;
mod notice_mail;
mod notice_room;
mod online_devices;
mod opening;
mod operations;
mod order_jobs;
mod orders;
mod outbox;
mod payments;
mod plan_offers;
mod plans;
mod plugin_registry;
mod policies;
mod real_name_operations;
mod real_name_reviews;
mod real_names;
mod recovery;
mod registration;
mod reminders;
mod schedule;
mod sessions;
mod settings_form;
mod setup;
mod shadows;
mod shadows_follow;
mod site;
mod staff_notices;
mod status;
mod store;
mod subscriptions;
mod telegram;
mod templates;
mod tickets;
mod traffic_log;
mod traffic_resets;
mod transaction;
mod upkeep;
mod user_changes;
mod views;

use std::sync::Arc;

use ferroboard_auth::AuthService;
use tokio::sync::{Mutex, Notify};

pub use accounts::{Accounts, ChangePassword};
pub use addresses::{HostStanding, RequestRoot};
pub use administration::Administration;
pub use audit::{AdminRequest, Audit};
pub use background::{Background, Task};
pub use captcha::CaptchaAnswers;
pub use commissions::Commissions;
pub use core::{AuthData, Options, Ports};
pub use coupons::Coupons;
pub use demo::{
    Demo, DemoAnnouncement, DemoArticle, DemoCoupon, DemoError, DemoGiftCard, DemoGoods, DemoNode,
    DemoObstacle, DemoPayment, DemoPlan, DemoRepository, DemoRows, FilledDemo,
};
pub use device_users::{
    DeviceOrder, DeviceSums, DeviceUser, DeviceUserFilter, DeviceUserPage, DeviceUserRow,
    DeviceUsers, DeviceUsersView,
};
pub use downloads::{DownloadRequest, Downloads};
pub use email_codes::{EmailCodes, SentCode};
pub use error::Error;
pub use gift_cards::{GiftCardBatch, GiftCards, InspectedGiftCard, TryGiftCard};
pub use health::Health;
pub use invitations::{Invitations, InvitePageView};
pub use jobs::{Job, JobOutcome, Jobs};
pub use knowledge::{Knowledge, Viewer};
pub use ledger::Ledger;
pub use login::{Login, Logins};
pub use login_links::LoginLinks;
pub use node_reports::{NodeReport, NodeReports};
pub use node_sockets::{NodeSocket, NodeSockets, PanelMessage, SocketPeer, Stirred};
pub use node_store::NodeQueries;
pub use node_users::{RenderedList, UserList};
pub use nodes::Nodes;
pub use online_devices::{DeviceOverview, DeviceQueries, NodeLabel, OnlineDevices};
pub use operations::{OperationRepository, OperationState};
pub use orders::{NewPurchase, Orders, Pay, StartedPayment};
pub use outbox::Outbox;
pub use payments::{NoticeAnswer, Payments};
pub use plan_offers::PlanOffers;
pub use plans::Plans;
pub use plugin_registry::{PluginRegistry, PluginView};
pub use real_name_operations::{OperationProgress, RealNameOperation, RealNameOperations};
pub use real_name_reviews::{RealNameRecords, RealNameReviews, RevealedName};
pub use real_names::{CannotSubmit, RealNameStatus, RealNames};
pub use recovery::{Recovery, ResetPassword};
pub use registration::{Register, Registration};
pub use schedule::Schedule;
pub use sessions::Sessions;
pub use settings_form::{SettingsPage, SiteForm};
pub use setup::{NewAdmin, Prepared, Setup};
pub use shadows::{ShadowDetail, ShadowQueries, ShadowView, Shadows};
pub use site::SiteReader;
pub use status::{FailedJobView, QueueView, Status, SystemStatus, WorkView};
pub use store::{
    AccountQueries, AdminQueries, CouponQueries, GiftCardQueries, InviteQueries, JobRepository,
    JobState, KnowledgeQueries, OrderQueries, PanelTx, PaymentQueries, PlanQueries, RealNameFilter,
    RealNameQueries, SecretRepository, SessionQueries, SettingQueries, Store, SubscriptionQueries,
    TelegramQueries, TicketQueries, TrafficQueries, UnitOfWork, UpkeepRepository, UserChange,
    UserChangeQueries, UserChangeRepository,
};
pub use subscriptions::{SubscriptionView, Subscriptions};
pub use telegram::Telegram;
pub use tickets::Tickets;
pub use traffic_log::TrafficLog;
pub use traffic_resets::TrafficResets;
pub use views::{
    AccountView, AuditFilter, AuditPage, AuditView, ChatAccountView, CommissionLogPage,
    CommissionLogView, GiftUsagePage, GiftUsageView, InviteCodeView, InviteStatistics,
    OfferedPlanView, OrderView, OutboxCounts, OverviewView, PlanView, RealNameCounts, RealNamePage,
    RealNameView, SessionView, SubscriberView, TicketView, TrafficLogView,
};

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
    /// Invitation links.
    pub invitations: Invitations,
    /// Commission balances.
    pub commissions: Commissions,
    /// Subscriptions, as their owners see them.
    pub subscriptions: Subscriptions,
    /// Counting traffic anew.
    pub traffic_resets: TrafficResets,
    /// Subscription links, as proxy clients use them.
    pub downloads: Downloads,
    /// What is on sale.
    pub plans: Plans,
    /// Orders, as their buyers use them.
    pub orders: Orders,
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
    /// Scheduled jobs.
    pub jobs: Jobs,
    /// Whether the panel can serve.
    pub health: Health,
    /// What administrators do.
    pub administration: Administration,
    core: Arc<core::Core>,
}

impl Application {
    /// Builds the use cases over their ports and reads the site settings.
    pub async fn new(ports: Ports, options: Options) -> Result<Self, Error> {
        let site = SiteReader::load(Arc::clone(&ports.store)).await?;
        let mail_queued = Notify::new();
        let bot_name = Mutex::default();
        let core = Arc::new(core::Core {
            ports,
            options,
            site,
            templates: templates::TemplateCache::default(),
            mail_queued,
            bot_name,
            auth: AuthService,
            nodes: node_memory::NodeMemory::default(),
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
            invitations: Invitations(shared()),
            commissions: Commissions(shared()),
            subscriptions: Subscriptions(shared()),
            traffic_resets: TrafficResets(shared()),
            downloads: Downloads(shared()),
            plans: Plans(shared()),
            orders: Orders(shared()),
            coupons: Coupons(shared()),
            gift_cards: GiftCards(shared()),
            knowledge: Knowledge(shared()),
            payments: Payments(shared()),
            tickets: Tickets(shared()),
            telegram: Telegram(shared()),
            traffic_log: TrafficLog(shared()),
            real_names: RealNames(shared()),
            real_name_reviews: RealNameReviews(shared()),
            real_name_operations: RealNameOperations(shared()),
            nodes: Nodes(shared()),
            node_reports: NodeReports(shared()),
            online_devices: OnlineDevices(shared()),
            shadows: Shadows(shared()),
            node_sockets: NodeSockets(shared()),
            outbox: Outbox(shared()),
            jobs: Jobs(shared()),
            health: Health(shared()),
            administration: Administration::new(&core),
            core,
        })
    }

    /// The site settings.
    pub fn site(&self) -> &SiteReader {
        &self.core.site
    }
}
