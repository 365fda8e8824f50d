//! Every address of the panel.

use actix_web::dev::HttpServiceFactory;
use actix_web::guard::{self, GuardContext};
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue, UPGRADE};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Route};
use percent_encoding::percent_decode_str;

use crate::answer::fault::Fault;
use crate::request::pattern::Pattern;
use crate::server_api::guard as server_guard;
use crate::{
    MetricsAccess, Panel, admin, client, guards::limited, guards::session, guest, operation::docs,
    operation::health, operation::metrics, passport, server_api, user,
};

/// What stands before a handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Nothing.
    Open,
    /// The rate limit of the client's address.
    Limited,
    /// A login, also of a second account.
    Session,
    /// A login that is no second account's: money, secrets and standing are the main account's.
    MainUser,
    /// The admin path and an administrator's login; what is posted is recorded.
    Admin,
    /// The same for what only reads, though it is posted.
    AdminReading,
    /// The nodes' secret.
    Node,
    /// The nodes' secret, for a node that is Shadowsocks unless it says otherwise.
    ShadowsocksNode,
    /// The nodes' secret, for a node that is Trojan unless it says otherwise.
    TrojanNode,
    /// The nodes' secret, or that of a machine.
    NodeOrMachine,
    /// The same, and about no node in particular.
    Agent,
    /// Nothing but the reading of the request: the handler asks for a machine's secret.
    Machine,
}
use Guard::{
    Admin, AdminReading, Agent, Limited, Machine, MainUser, Node, NodeOrMachine, Open, Session,
    ShadowsocksNode, TrojanNode,
};

/// A refusal that is the same for many routes: its status, and when it is given.
pub(crate) type Refusal = (&'static str, &'static str);

impl Guard {
    /// How it refuses, which the description says of every route behind it.
    pub(crate) const fn refusals(self) -> &'static [Refusal] {
        match self {
            Open | Machine => &[],
            Limited => &[(
                "429",
                "Too many requests from this address; see `Retry-After`",
            )],
            Session => &[("403", "No live session, or the account is suspended")],
            MainUser => &[(
                "403",
                "No live session, the account is suspended, or it is a second account",
            )],
            Admin | AdminReading => &[
                ("403", "No session of an administrator"),
                ("404", "The admin path is another one"),
            ],
            Node | ShadowsocksNode | TrojanNode => &[
                ("400", "No such node"),
                ("422", "A field, or the token, is wrong"),
            ],
            NodeOrMachine | Agent => &[
                ("400", "No such node"),
                ("401", "No such machine"),
                ("403", "The machine is switched off"),
                ("422", "A field, or the token, is wrong"),
            ],
        }
    }
}

/// Where gateways report payments to.
const NOTICES: &str = "/api/v1/guest/payment/notify/{method}/{uuid}";

/// What is not in the table behind the admin path.
const ELSEWHERE: &str = "/api/{version:v1|v2}/{secure_path}/{route:.*}";

/// A subscription link. The first part is a site setting, which may hold slashes.
const LINK: &str = "/{subscribe_path}/{token}";

/// The whole table. HEAD is answered wherever GET is.
#[rustfmt::skip]
const TABLE: &[Entry] = &[
    get ("/api/v1/guest/comm/config",                Open,    |r| r.to(guest::config::fetch)),
    get ("/api/v1/guest/plan/fetch",                 Open,    |r| r.to(guest::plans::fetch)),
    get (NOTICES,                                    Open,    |r| r.to(guest::payment_notices::receive)),
    post(NOTICES,                                    Open,    |r| r.to(guest::payment_notices::receive_posted)),
    post("/api/v1/guest/telegram/webhook",           Open,    |r| r.to(guest::telegram::receive)),

    post("/api/v1/passport/auth/register",           Limited, |r| r.to(passport::registration::register)),
    post("/api/v1/passport/auth/login",              Limited, |r| r.to(passport::login::login)),
    post("/api/v1/passport/auth/logout",             Limited, |r| r.to(passport::login::log_out)),
    get ("/api/v1/passport/auth/token2Login",        Limited, |r| r.to(passport::login_links::redeem)),
    post("/api/v1/passport/auth/forget",             Limited, |r| r.to(passport::recovery::reset_password)),
    post("/api/v1/passport/auth/getQuickLoginUrl",   Limited, |r| r.to(passport::login_links::quick_login_url)),
    post("/api/v1/passport/auth/loginWithMailLink",  Limited, |r| r.to(passport::login_links::mail)),
    post("/api/v1/passport/comm/sendEmailVerify",    Limited, |r| r.to(passport::email_codes::send)),
    post("/api/v1/passport/comm/pv",                 Limited, |r| r.to(passport::invitations::count_view)),

    post("/api/v2/passport/auth/register",           Limited, |r| r.to(passport::registration::register)),
    post("/api/v2/passport/auth/login",              Limited, |r| r.to(passport::login::login)),
    post("/api/v2/passport/auth/logout",             Limited, |r| r.to(passport::login::log_out)),
    get ("/api/v2/passport/auth/token2Login",        Limited, |r| r.to(passport::login_links::redeem)),
    post("/api/v2/passport/auth/forget",             Limited, |r| r.to(passport::recovery::reset_password)),
    post("/api/v2/passport/auth/getQuickLoginUrl",   Limited, |r| r.to(passport::login_links::quick_login_url)),
    post("/api/v2/passport/auth/loginWithMailLink",  Limited, |r| r.to(passport::login_links::mail)),
    post("/api/v2/passport/comm/sendEmailVerify",    Limited, |r| r.to(passport::email_codes::send)),
    post("/api/v2/passport/comm/pv",                 Limited, |r| r.to(passport::invitations::count_view)),

    get ("/api/v1/user/info",                        Session, |r| r.to(user::account::info)),
    get ("/api/v1/user/getSubscribe",                Session, |r| r.to(user::subscription::describe)),
    get ("/api/v1/user/getStat",                     Session, |r| r.to(user::account::overview)),
    get ("/api/v1/user/checkLogin",                  Session, |r| r.to(user::account::check_login)),
    get ("/api/v1/user/resetSecurity",               MainUser, |r| r.to(user::security::reset)),
    post("/api/v1/user/resetSecurity",               MainUser, |r| r.to(user::security::reset_by_post)),
    post("/api/v1/user/changePassword",              MainUser, |r| r.to(user::security::change_password)),
    post("/api/v1/user/update",                      Session, |r| r.to(user::account::update)),
    post("/api/v1/user/transfer",                    MainUser, |r| r.to(user::commission::transfer)),
    post("/api/v1/user/getQuickLoginUrl",            Session, |r| r.to(user::sessions::quick_login_url)),
    get ("/api/v1/user/getActiveSession",            Session, |r| r.to(user::sessions::list)),
    get ("/api/v1/user/logout",                      Session, |r| r.to(user::sessions::log_out_by_get)),
    post("/api/v1/user/logout",                      Session, |r| r.to(user::sessions::log_out)),
    post("/api/v1/user/removeActiveSession",         Session, |r| r.to(user::sessions::remove)),
    get ("/api/v1/user/comm/config",                 Session, |r| r.to(user::config::fetch)),
    post("/api/v1/user/comm/getStripePublicKey",     Session, |r| r.to(user::payments::stripe_public_key)),
    get ("/api/v1/user/plan/fetch",                  Session, |r| r.to(user::plans::fetch)),
    post("/api/v1/user/order/save",                  MainUser, |r| r.to(user::orders::place)),
    post("/api/v1/user/order/checkout",              MainUser, |r| r.to(user::payments::check_out)),
    get ("/api/v1/user/order/check",                 MainUser, |r| r.to(user::orders::status)),
    get ("/api/v1/user/order/detail",                MainUser, |r| r.to(user::orders::detail)),
    get ("/api/v1/user/order/fetch",                 MainUser, |r| r.to(user::orders::list)),
    get ("/api/v1/user/order/getPaymentMethod",      MainUser, |r| r.to(user::payments::methods)),
    post("/api/v1/user/order/cancel",                MainUser, |r| r.to(user::orders::cancel)),
    post("/api/v1/user/coupon/check",                MainUser, |r| r.to(user::coupons::check)),
    post("/api/v1/user/gift-card/check",             MainUser, |r| r.to(user::gift_cards::check)),
    post("/api/v1/user/gift-card/redeem",            MainUser, |r| r.to(user::gift_cards::redeem)),
    post("/api/v1/user/redeemgiftcard",              MainUser, |r| r.to(user::gift_cards::redeem_named)),
    get ("/api/v1/user/gift-card/history",           MainUser, |r| r.to(user::gift_cards::history)),
    get ("/api/v1/user/gift-card/detail",            MainUser, |r| r.to(user::gift_cards::detail)),
    get ("/api/v1/user/gift-card/types",             MainUser, |r| r.to(user::gift_cards::types)),
    get ("/api/v1/user/invite/save",                 MainUser, |r| r.to(user::invitations::create)),
    post("/api/v1/user/invite/save",                 MainUser, |r| r.to(user::invitations::create_by_post)),
    get ("/api/v1/user/invite/fetch",                MainUser, |r| r.to(user::invitations::overview)),
    get ("/api/v1/user/invite/details",              MainUser, |r| r.to(user::invitations::commission_log)),
    get ("/api/v1/user/knowledge/fetch",             Session, |r| r.to(user::knowledge::fetch)),
    get ("/api/v1/user/knowledge/getCategory",       Session, |r| r.to(user::knowledge::categories)),
    get ("/api/v1/user/notice/fetch",                Session, |r| r.to(user::announcements::fetch)),
    get ("/api/v1/user/stat/getTrafficLog",          Session, |r| r.to(user::traffic_log::fetch)),
    get ("/api/v1/user/user-online-devices/get-ip",             Session, |r| r.to(user::online_devices::show)),
    get ("/api/v1/user/user-add-ipv6-subscription/check",       Session, |r| r.to(user::ipv6_subscription::check)),
    post("/api/v1/user/user-add-ipv6-subscription/enable",      MainUser, |r| r.to(user::ipv6_subscription::enable)),
    post("/api/v1/user/user-add-ipv6-subscription/sync-password", Session, |r| r.to(user::ipv6_subscription::copy_password)),
    get ("/api/v1/user/real-name-verification/status", Session, |r| r.to(user::real_name::status)),
    post("/api/v1/user/real-name-verification/submit", MainUser, |r| r.to(user::real_name::submit)),
    get ("/api/v1/user/ticket/fetch",                MainUser, |r| r.to(user::tickets::fetch)),
    post("/api/v1/user/ticket/save",                 MainUser, |r| r.to(user::tickets::open)),
    post("/api/v1/user/ticket/reply",                MainUser, |r| r.to(user::tickets::reply)),
    post("/api/v1/user/ticket/close",                MainUser, |r| r.to(user::tickets::close)),
    post("/api/v1/user/ticket/withdraw",             MainUser, |r| r.to(user::withdrawals::withdraw)),
    get ("/api/v1/user/telegram/getBotInfo",         Session, |r| r.to(user::telegram::bot_info)),

    get ("/api/v2/user/info",                        Session, |r| r.to(user::account::info)),
    get ("/api/v2/user/resetSecurity",               MainUser, |r| r.to(user::security::reset)),
    post("/api/v2/user/resetSecurity",               MainUser, |r| r.to(user::security::reset_by_post)),

    get ("/api/v1/{secure_path}/realname/records",   Admin,   |r| r.to(admin::real_names::records)),
    post("/api/v1/{secure_path}/realname/review/{userId}", Admin, |r| r.to(admin::real_name_reviews::review)),
    post("/api/v1/{secure_path}/realname/reset/{userId}", Admin, |r| r.to(admin::real_name_reviews::reset)),
    post("/api/v1/{secure_path}/realname/sync-all",  Admin,   |r| r.to(admin::real_name_reviews::sync_all)),
    post("/api/v1/{secure_path}/realname/approve-all", Admin, |r| r.to(admin::real_name_reviews::approve_all)),
    post("/api/v1/{secure_path}/realname/clear-cache", Admin, |r| r.to(admin::real_name_reviews::clear_cache)),
    get ("/api/v1/{secure_path}/user-online-devices/users", Admin, |r| r.to(admin::online_devices::users)),
    get ("/api/v2/{secure_path}/config/fetch",       Admin,   |r| r.to(admin::config::fetch)),
    post("/api/v2/{secure_path}/config/save",        Admin,   |r| r.to(admin::config::save)),
    get ("/api/v2/{secure_path}/config/getEmailTemplate", Admin, |r| r.to(admin::config::email_designs)),
    get ("/api/v2/{secure_path}/config/getThemeTemplate", Admin, |r| r.to(admin::config::themes)),
    get ("/api/v2/{secure_path}/plan/fetch",         Admin,   |r| r.to(admin::plans::fetch)),
    post("/api/v2/{secure_path}/plan/update",        Admin,   |r| r.to(admin::plans::update)),
    post("/api/v2/{secure_path}/plan/drop",          Admin,   |r| r.to(admin::plans::delete)),
    get ("/api/v2/{secure_path}/plugin/types"       ,    Admin,   |r| r.to(admin::plugins::types)),
    get ("/api/v2/{secure_path}/plugin/getPlugins"  ,    Admin,   |r| r.to(admin::plugins::list)),
    get ("/api/v2/{secure_path}/plugin/integration-status",    Admin,   |r| r.to(admin::plugins::integrations)),
    get ("/api/v2/{secure_path}/plugin/config"      ,    Admin,   |r| r.to(admin::plugins::config)),
    post("/api/v2/{secure_path}/plugin/config"      ,    Admin,   |r| r.to(admin::plugin_changes::save_config)),
    post("/api/v2/{secure_path}/plugin/install"     ,    Admin,   |r| r.to(admin::plugin_changes::install)),
    post("/api/v2/{secure_path}/plugin/uninstall"   ,    Admin,   |r| r.to(admin::plugin_changes::uninstall)),
    post("/api/v2/{secure_path}/plugin/enable"      ,    Admin,   |r| r.to(admin::plugin_changes::enable)),
    post("/api/v2/{secure_path}/plugin/disable"     ,    Admin,   |r| r.to(admin::plugin_changes::disable)),
    post("/api/v2/{secure_path}/plugin/upgrade"     ,    Admin,   |r| r.to(admin::plugin_changes::upgrade)),
    post("/api/v2/{secure_path}/plugin/upload"      ,    Admin,   |r| r.to(admin::plugin_changes::upload)),
    post("/api/v2/{secure_path}/plugin/delete"      ,    Admin,   |r| r.to(admin::plugin_changes::delete)),
    get ("/api/v2/{secure_path}/system/getSystemStatus", Admin, |r| r.to(admin::system::status)),
    get ("/api/v2/{secure_path}/system/getQueueStats", Admin, |r| r.to(admin::system::queue_numbers)),
    get ("/api/v2/{secure_path}/system/getQueueWorkload", Admin, |r| r.to(admin::system::queue_loads)),
    get ("/api/v2/{secure_path}/system/getQueueMasters", Admin, |r| r.to(admin::system::queue_masters)),
    get ("/api/v2/{secure_path}/system/getHorizonFailedJobs", Admin, |r| r.to(admin::system::failed_jobs)),
    get ("/api/v2/{secure_path}/system/getAuditLog", Admin,   |r| r.to(admin::audit_log::fetch)),
    post("/api/v2/{secure_path}/system/getAuditLog", AdminReading, |r| r.to(admin::audit_log::fetch_posted)),
    get ("/api/v1/client/subscribe",                 Open,    |r| r.to(client::subscription::download)),
    get ("/api/v1/client/app/getConfig",             Open,    |r| r.to(client::program::nodes)),
    get ("/api/v1/client/app/getVersion",            Open,    |r| r.to(client::program::versions)),
    get ("/api/v2/client/app/getConfig",             Open,    |r| r.to(client::program::config)),
    get ("/api/v2/client/app/getVersion",            Open,    |r| r.to(client::program::versions)),
    get (LINK,                                       Open,    |r| r.to(client::subscription::download_by_link)),

    get ("/api/v1/user/server/fetch",                Session, |r| r.to(user::nodes::fetch)),

    get ("/api/v1/server/UniProxy/config",           Node,    |r| r.to(server_api::uniproxy::config)),
    get ("/api/v1/server/UniProxy/user",             Node,    |r| r.to(server_api::uniproxy::users)),
    post("/api/v1/server/UniProxy/push",             Node,    |r| r.to(server_api::uniproxy::push)),
    post("/api/v1/server/UniProxy/alive",            Node,    |r| r.to(server_api::uniproxy::alive)),
    get ("/api/v1/server/UniProxy/alivelist",        Node,    |r| r.to(server_api::uniproxy::alive_list)),
    post("/api/v1/server/UniProxy/status",           Node,    |r| r.to(server_api::load::status)),
    get ("/api/v1/server/ShadowsocksTidalab/user",   ShadowsocksNode, |r| r.to(server_api::tidalab::shadowsocks_users)),
    post("/api/v1/server/ShadowsocksTidalab/submit", ShadowsocksNode, |r| r.to(server_api::tidalab::shadowsocks_submit)),
    get ("/api/v1/server/TrojanTidalab/user",        TrojanNode, |r| r.to(server_api::tidalab::trojan_users)),
    post("/api/v1/server/TrojanTidalab/submit",      TrojanNode, |r| r.to(server_api::tidalab::trojan_submit)),
    get ("/api/v1/server/TrojanTidalab/config",      TrojanNode, |r| r.to(server_api::tidalab::trojan_config)),

    get ("/api/v2/server/handshake",                 Agent,   |r| r.to(server_api::combined::handshake)),
    post("/api/v2/server/handshake",                 Agent,   |r| r.to(server_api::combined::handshake_by_post)),
    post("/api/v2/server/report",                    NodeOrMachine, |r| r.to(server_api::combined::report)),
    get ("/api/v2/server/config",                    NodeOrMachine, |r| r.to(server_api::uniproxy::config)),
    get ("/api/v2/server/user",                      NodeOrMachine, |r| r.to(server_api::uniproxy::users)),
    post("/api/v2/server/push",                      NodeOrMachine, |r| r.to(server_api::uniproxy::push)),
    post("/api/v2/server/alive",                     NodeOrMachine, |r| r.to(server_api::uniproxy::alive)),
    get ("/api/v2/server/alivelist",                 NodeOrMachine, |r| r.to(server_api::uniproxy::alive_list)),
    post("/api/v2/server/status",                    NodeOrMachine, |r| r.to(server_api::load::status)),
    post("/api/v2/server/machine/nodes",             Machine, |r| r.to(server_api::machines::nodes)),
    post("/api/v2/server/machine/status",            Machine, |r| r.to(server_api::machines::status)),

    get ("/ws",                                      Open,    |r| r.to(server_api::socket::connect)),

    get ("/healthz",                                 Open,    |r| r.to(health::check)),
    get (METRICS,                                    Open,    |r| r.to(metrics::show)),
    get ("/openapi.json",                            Open,    |r| r.to(docs::description)),
    get ("/docs",                                    Open,    |r| r.to(docs::index)),
    get ("/docs/{file:.*}",                          Open,    |r| r.to(docs::file)),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Get,
    Post,
}

struct Entry {
    path: &'static str,
    verb: Verb,
    guard: Guard,
    handle: fn(Route) -> Route,
}

const fn get(path: &'static str, guard: Guard, handle: fn(Route) -> Route) -> Entry {
    Entry {
        path,
        verb: Verb::Get,
        guard,
        handle,
    }
}

const fn post(path: &'static str, guard: Guard, handle: fn(Route) -> Route) -> Entry {
    Entry {
        path,
        verb: Verb::Post,
        guard,
        handle,
    }
}

impl Entry {
    fn route(&self) -> Route {
        let route = match self.verb {
            Verb::Get => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
            Verb::Post => web::post(),
        };
        let route = (self.handle)(route);
        match self.guard {
            // Of admin routes the whole resource is guarded: a method that it lacks is nobody else's
            // business either.
            Open | Admin | AdminReading => route,
            Limited => route.wrap(from_fn(limited::guard)),
            Session => route.wrap(from_fn(session::require)),
            MainUser => route.wrap(from_fn(session::require_main)),
            Node => route.wrap(from_fn(server_guard::node)),
            ShadowsocksNode => route.wrap(from_fn(server_guard::shadowsocks)),
            TrojanNode => route.wrap(from_fn(server_guard::trojan)),
            NodeOrMachine => route.wrap(from_fn(server_guard::node_or_machine)),
            Agent => route.wrap(from_fn(server_guard::anybody)),
            Machine => route.wrap(from_fn(server_guard::machine)),
        }
    }
}

/// Where agents dial as well: the reference's WebSocket server takes any path, and addresses of panels
/// are typed with and without slashes.
const SOCKETS: [&str; 3] = ["/", "/ws/", "//ws"];

/// A request that wants to become a WebSocket.
fn is_upgrade(context: &GuardContext<'_>) -> bool {
    let wanted = context.head().headers.get(UPGRADE);
    wanted.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Mounts the table; everything else is 404, and a wrong method on a path of the table 405.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(
        web::resource(SOCKETS)
            .guard(guard::fn_guard(is_upgrade))
            .app_data(Pattern("/ws"))
            .route(web::get().to(server_api::socket::connect)),
    );
    for scope in scopes() {
        config.service(scope_of(scope));
    }
    for path in paths().into_iter().filter(|path| scope(path).is_none()) {
        config.service(resource(path, path));
    }
    for scope in ADMIN_SCOPES {
        config.service(admin_scope(scope));
    }
    config.default_service(unknown());
}

/// Beginnings that the rows behind the admin path share. They come last: whoever asks for anything else
/// is not compared with the admin path at all, and who asks for one of these is compared once.
const ADMIN_SCOPES: [&str; 2] = ["/api/v1/{secure_path}", "/api/v2/{secure_path}"];

/// The beginning that a path shares with its neighbours: a request is first looked for by it, and then
/// among the rows that have it.
fn scope(path: &'static str) -> Option<&'static str> {
    let tail = path.strip_prefix("/api/")?;
    let (version, tail) = tail.split_once('/')?;
    let (noun, _) = tail.split_once('/')?;
    path.get(.."/api/".len() + version.len() + 1 + noun.len())
}

/// Each of them once, but for those behind the admin path, with those first that nodes and clients ask.
fn scopes() -> Vec<&'static str> {
    let mut scopes = vec!["/api/v1/server", "/api/v2/server", "/api/v1/client"];
    for scope in paths().into_iter().filter_map(scope) {
        if !scopes.contains(&scope) && !ADMIN_SCOPES.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes
}

/// The rows that begin so, each as what its path has more.
fn rows_of(beginning: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = paths().into_iter();
    all.filter(move |path| scope(path) == Some(beginning))
        .filter_map(move |path| Some((path, path.strip_prefix(beginning)?)))
}

fn scope_of(beginning: &'static str) -> impl HttpServiceFactory {
    let mut mounted = web::scope(beginning).default_service(unknown());
    for (path, at) in rows_of(beginning) {
        mounted = mounted.service(resource(path, at));
    }
    mounted
}

fn admin_scope(beginning: &'static str) -> impl HttpServiceFactory {
    let mut mounted = web::scope(beginning).guard(guard::fn_guard(admin::guard::is_admin_path));
    for (path, at) in rows_of(beginning) {
        let guarded = resource(path, at);
        mounted = if changes(path) {
            mounted.service(guarded.wrap(from_fn(admin::guard::require_and_record)))
        } else {
            mounted.service(guarded.wrap(from_fn(admin::guard::require)))
        };
    }
    mounted.service(elsewhere_behind_the_admin_path())
}

/// The row, or both rows, of a path, mounted `at` what its scope leaves of it; any other method is 405.
fn resource(path: &'static str, at: &'static str) -> Resource {
    let mut resource = match path {
        LINK => web::resource("/{subscribe_path:.+}/{token}").guard(guard::fn_guard(leads_to_link)),
        _ => web::resource(at),
    };
    if belongs_to_operation(path) {
        resource = resource.guard(guard::fn_guard(move |context| is_opened(context, path)));
    }
    resource = resource.app_data(Pattern(path));
    for entry in TABLE.iter().filter(|entry| entry.path == path) {
        resource = resource.route(entry.route());
    }
    let allowed = allowed(path);
    resource = resource.default_service(web::to(move |request: HttpRequest| {
        std::future::ready(other_method(&request, allowed.clone()))
    }));
    resource
}

fn unknown() -> Route {
    web::to(|| async { Err::<HttpResponse, _>(Fault::unknown_route()) })
}

/// Whatever else is asked under the admin path: only administrators learn that it is nothing.
fn elsewhere_behind_the_admin_path() -> impl HttpServiceFactory {
    web::resource("/{route:.*}")
        .app_data(Pattern(ELSEWHERE))
        .default_service(unknown())
        .wrap(from_fn(admin::guard::require_only))
}

/// Whether what an administrator posts to this path may change something.
fn changes(path: &str) -> bool {
    let mut entries = TABLE.iter().filter(|entry| entry.path == path);
    entries.any(|entry| entry.verb == Verb::Post && entry.guard == Admin)
}

/// What stands before the handlers of this path.
pub(crate) fn guard_of(path: &str) -> Guard {
    let entry = TABLE.iter().find(|entry| entry.path == path);
    entry.map_or(Open, |entry| entry.guard)
}

/// The counters.
const METRICS: &str = "/metrics";

/// What is for operators and developers, and not there where the operator has not opened it.
fn belongs_to_operation(path: &str) -> bool {
    path == METRICS || is_documentation(path)
}

/// What describes the API.
fn is_documentation(path: &str) -> bool {
    path == "/openapi.json" || path.starts_with("/docs")
}

fn is_opened(context: &GuardContext<'_>, path: &str) -> bool {
    let panel = context.app_data::<Data<Panel>>();
    panel.is_some_and(|panel| match path {
        METRICS => panel.options.metrics != MetricsAccess::Closed,
        _ => panel.options.docs,
    })
}

fn leads_to_link(context: &GuardContext<'_>) -> bool {
    let panel = context.app_data::<Data<Panel>>();
    panel.is_some_and(|panel| is_link(panel, context.head().uri.path()))
}

/// Whether all of the path but its last part is the site's `subscribe_path`, as it stands or
/// percent-encoded.
pub(crate) fn is_link(panel: &Panel, path: &str) -> bool {
    let before = path.rsplit_once('/').map_or("", |(before, _)| before);
    let before = before.trim_start_matches('/');
    let site = panel.site();
    let own = site.subscribe.subscribe_path.trim_matches('/');
    before == own
        || percent_decode_str(before)
            .decode_utf8()
            .is_ok_and(|text| text == own)
}

fn other_method(request: &HttpRequest, allowed: HeaderValue) -> Result<HttpResponse, Fault> {
    if request.method() == Method::OPTIONS {
        Ok(HttpResponse::NoContent()
            .insert_header((ALLOW, allowed))
            .finish())
    } else {
        Err(Fault::method_refused(allowed))
    }
}

/// Each path once, in the order of the table.
fn paths() -> Vec<&'static str> {
    let mut paths: Vec<&'static str> = Vec::with_capacity(TABLE.len());
    for entry in TABLE {
        if !paths.contains(&entry.path) {
            paths.push(entry.path);
        }
    }
    paths
}

fn allowed(path: &str) -> HeaderValue {
    let has = |verb| {
        TABLE
            .iter()
            .any(|entry| entry.path == path && entry.verb == verb)
    };
    HeaderValue::from_static(match (has(Verb::Get), has(Verb::Post)) {
        (true, false) => "GET, HEAD",
        (true, true) => "GET, HEAD, POST",
        (false, _) => "POST",
    })
}

/// The paths under `/api/v2`, each with the one under `/api/v1` that has the same handlers.
pub(crate) fn second_version() -> impl Iterator<Item = (&'static str, String)> {
    // Admin routes are described as they are: under `/api/v1` there are others.
    let second = |path: &'static str| {
        let tail = path.strip_prefix("/api/v2/")?;
        (!tail.starts_with('{')).then_some((path, tail))
    };
    paths().into_iter().filter_map(second).map(|(path, tail)| {
        let first = match tail.strip_prefix("server/") {
            Some(tail) => format!("/api/v1/server/UniProxy/{tail}"),
            None => format!("/api/v1/{tail}"),
        };
        (path, first)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::operation::openapi;

    #[test]
    fn every_route_is_described_and_every_description_has_its_route() {
        let described: BTreeSet<(String, &str)> = openapi::operations().into_iter().collect();
        let routed: BTreeSet<(String, &str)> = TABLE
            .iter()
            // What describes the API describes neither itself nor its page.
            .filter(|entry| !is_documentation(entry.path))
            .map(|entry| {
                let verb = if entry.verb == Verb::Get {
                    "get"
                } else {
                    "post"
                };
                (entry.path.to_owned(), verb)
            })
            .collect();
        assert_eq!(described, routed);
    }

    /// What a second account may not do, by how addresses begin.
    const CLOSED_TO_SHADOWS: [&str; 11] = [
        "order/",
        "coupon/",
        "gift-card/",
        "redeemgiftcard",
        "invite/",
        "ticket/",
        "transfer",
        "changePassword",
        "resetSecurity",
        "real-name-verification/submit",
        "user-add-ipv6-subscription/enable",
    ];

    #[test]
    fn guards_are_where_the_paths_say() {
        for entry in TABLE {
            let mut names = entry.path.split('/').skip(2);
            let version = names.next();
            let expected = match names.next() {
                Some("server") => match (version, names.next(), names.next()) {
                    (_, Some("machine"), _) => Machine,
                    (_, Some("handshake"), _) => Agent,
                    (Some("v2"), ..) => NodeOrMachine,
                    (_, Some("ShadowsocksTidalab"), _) => ShadowsocksNode,
                    (_, Some("TrojanTidalab"), _) => TrojanNode,
                    _ => Node,
                },
                Some("user") => {
                    let tail: Vec<&str> = names.collect();
                    let tail = tail.join("/");
                    if CLOSED_TO_SHADOWS
                        .iter()
                        .any(|closed| tail.starts_with(closed))
                    {
                        MainUser
                    } else {
                        Session
                    }
                }
                Some("passport") => Limited,
                Some("{secure_path}") if entry.path.ends_with("getAuditLog") => match entry.verb {
                    Verb::Get => Admin,
                    Verb::Post => AdminReading,
                },
                Some("{secure_path}") => Admin,
                _ => Open,
            };
            assert_eq!(entry.guard, expected, "{}", entry.path);
        }
    }
}
