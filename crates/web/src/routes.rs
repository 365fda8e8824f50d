//! Every address of the panel.

mod address;
mod admin_path;
#[cfg(feature = "bench")]
mod filled;
mod guard;
mod mount;
mod row;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi as _;

pub(crate) use self::guard::{Guard, Refusal};
use self::row::{Place, routes, row};
pub(crate) use self::row::{Row, Verb};
use crate::{admin, client, guest, operation, passport, server_api, user};

// A row is: methods, handler, and each guard with the paths behind it. The first path is the one at which the
// handler describes itself; HEAD is answered wherever GET is.
#[rustfmt::skip]
routes! {
    described {
        Get      guest::config::fetch                     Open "/api/v1/guest/comm/config";
        Get      guest::plans::fetch                      Open "/api/v1/guest/plan/fetch";
        Get|Post guest::payment_notices::receive          Open "/api/v1/guest/payment/notify/{method}/{uuid}";
        Post     guest::telegram::receive                 Open "/api/v1/guest/telegram/webhook";

        Post     passport::registration::register         Limited "/api/v1/passport/auth/register" "/api/v2/passport/auth/register";
        Post     passport::login::login                   Limited "/api/v1/passport/auth/login" "/api/v2/passport/auth/login";
        Post     passport::login::log_out                 Limited "/api/v1/passport/auth/logout" "/api/v2/passport/auth/logout";
        Get      passport::login_links::redeem            Limited "/api/v1/passport/auth/token2Login" "/api/v2/passport/auth/token2Login";
        Post     passport::recovery::reset_password       Limited "/api/v1/passport/auth/forget" "/api/v2/passport/auth/forget";
        Post     passport::login_links::quick_login_url   Limited "/api/v1/passport/auth/getQuickLoginUrl" "/api/v2/passport/auth/getQuickLoginUrl";
        Post     passport::login_links::mail              Limited "/api/v1/passport/auth/loginWithMailLink" "/api/v2/passport/auth/loginWithMailLink";
        Post     passport::email_codes::send              Limited "/api/v1/passport/comm/sendEmailVerify" "/api/v2/passport/comm/sendEmailVerify";
        Post     passport::invitations::count_view        Limited "/api/v1/passport/comm/pv" "/api/v2/passport/comm/pv";

        Get      user::account::info                      Session "/api/v1/user/info" "/api/v2/user/info";
        Get      user::subscription::describe             Session "/api/v1/user/getSubscribe";
        Get      user::account::overview                  Session "/api/v1/user/getStat";
        Get      user::account::check_login               Session "/api/v1/user/checkLogin";
        Get|Post user::security::reset                    MainUser "/api/v1/user/resetSecurity" "/api/v2/user/resetSecurity";
        Post     user::security::change_password          MainUser "/api/v1/user/changePassword";
        Post     user::account::update                    Session "/api/v1/user/update";
        Post     user::commission::transfer               MainUser "/api/v1/user/transfer";
        Post     user::sessions::quick_login_url          Session "/api/v1/user/getQuickLoginUrl";
        Get      user::sessions::list                     Session "/api/v1/user/getActiveSession";
        Get|Post user::sessions::log_out                  Session "/api/v1/user/logout";
        Post     user::sessions::remove                   Session "/api/v1/user/removeActiveSession";
        Get      user::config::fetch                      Session "/api/v1/user/comm/config";
        Post     user::payments::stripe_public_key        Session "/api/v1/user/comm/getStripePublicKey";
        Get      user::plans::fetch                       Session "/api/v1/user/plan/fetch";
        Post     user::orders::place                      MainUser "/api/v1/user/order/save";
        Post     user::payments::check_out                MainUser "/api/v1/user/order/checkout";
        Get      user::orders::status                     MainUser "/api/v1/user/order/check";
        Get      user::orders::detail                     MainUser "/api/v1/user/order/detail";
        Get      user::orders::list                       MainUser "/api/v1/user/order/fetch";
        Get      user::payments::methods                  MainUser "/api/v1/user/order/getPaymentMethod";
        Post     user::orders::cancel                     MainUser "/api/v1/user/order/cancel";
        Post     user::coupons::check                     MainUser "/api/v1/user/coupon/check";
        Post     user::gift_cards::check                  MainUser "/api/v1/user/gift-card/check";
        Post     user::gift_cards::redeem                 MainUser "/api/v1/user/gift-card/redeem";
        Post     user::gift_cards::redeem_named           MainUser "/api/v1/user/redeemgiftcard";
        Get      user::gift_cards::history                MainUser "/api/v1/user/gift-card/history";
        Get      user::gift_cards::detail                 MainUser "/api/v1/user/gift-card/detail";
        Get      user::gift_cards::types                  MainUser "/api/v1/user/gift-card/types";
        Get|Post user::invitations::create                MainUser "/api/v1/user/invite/save";
        Get      user::invitations::overview              MainUser "/api/v1/user/invite/fetch";
        Get      user::invitations::commission_log        MainUser "/api/v1/user/invite/details";
        Get      user::knowledge::fetch                   Session "/api/v1/user/knowledge/fetch";
        Get      user::knowledge::categories              Session "/api/v1/user/knowledge/getCategory";
        Get      user::announcements::fetch               Session "/api/v1/user/notice/fetch";
        Get      user::traffic_log::fetch                 Session "/api/v1/user/stat/getTrafficLog";
        Get      user::online_devices::show               Session "/api/v1/user/user-online-devices/get-ip";
        Get      user::ipv6_subscription::check           Session "/api/v1/user/user-add-ipv6-subscription/check";
        Post     user::ipv6_subscription::enable          MainUser "/api/v1/user/user-add-ipv6-subscription/enable";
        Post     user::ipv6_subscription::copy_password   Session "/api/v1/user/user-add-ipv6-subscription/sync-password";
        Get      user::real_name::status                  Session "/api/v1/user/real-name-verification/status";
        Post     user::real_name::submit                  MainUser "/api/v1/user/real-name-verification/submit";
        Get      user::tickets::fetch                     MainUser "/api/v1/user/ticket/fetch";
        Post     user::tickets::open                      MainUser "/api/v1/user/ticket/save";
        Post     user::tickets::reply                     MainUser "/api/v1/user/ticket/reply";
        Post     user::tickets::close                     MainUser "/api/v1/user/ticket/close";
        Post     user::withdrawals::withdraw              MainUser "/api/v1/user/ticket/withdraw";
        Get      user::nodes::fetch                       Session "/api/v1/user/server/fetch";
        Get      user::telegram::bot_info                 Session "/api/v1/user/telegram/getBotInfo";

        Get      admin::real_names::records               Admin "/api/v1/{secure_path}/realname/records";
        Post     admin::real_name_reviews::review         Admin "/api/v1/{secure_path}/realname/review/{userId}";
        Post     admin::real_name_reviews::reset          Admin "/api/v1/{secure_path}/realname/reset/{userId}";
        Post     admin::real_name_reviews::sync_all       Admin "/api/v1/{secure_path}/realname/sync-all";
        Post     admin::real_name_reviews::approve_all    Admin "/api/v1/{secure_path}/realname/approve-all";
        Post     admin::real_name_reviews::clear_cache    Admin "/api/v1/{secure_path}/realname/clear-cache";
        Get      admin::online_devices::users             Admin "/api/v1/{secure_path}/user-online-devices/users";
        Get      admin::config::fetch                     Admin "/api/v2/{secure_path}/config/fetch";
        Post     admin::config::save                      Admin "/api/v2/{secure_path}/config/save";
        Get      admin::config::email_designs             Admin "/api/v2/{secure_path}/config/getEmailTemplate";
        Get      admin::config::themes                    Admin "/api/v2/{secure_path}/config/getThemeTemplate";
        Get|Post admin::coupons::fetch                    AdminReading "/api/v2/{secure_path}/coupon/fetch";
        Post     admin::coupons::generate                 Admin "/api/v2/{secure_path}/coupon/generate";
        Post     admin::coupons::update                   Admin "/api/v2/{secure_path}/coupon/update";
        Post     admin::coupons::show                     Admin "/api/v2/{secure_path}/coupon/show";
        Post     admin::coupons::delete                   Admin "/api/v2/{secure_path}/coupon/drop";
        Get      admin::plans::fetch                      Admin "/api/v2/{secure_path}/plan/fetch";
        Post     admin::plans::update                     Admin "/api/v2/{secure_path}/plan/update";
        Post     admin::plans::delete                     Admin "/api/v2/{secure_path}/plan/drop";
        Get      admin::plugins::types                    Admin "/api/v2/{secure_path}/plugin/types";
        Get      admin::plugins::list                     Admin "/api/v2/{secure_path}/plugin/getPlugins";
        Get      admin::plugins::integrations             Admin "/api/v2/{secure_path}/plugin/integration-status";
        Get      admin::plugins::config                   Admin "/api/v2/{secure_path}/plugin/config";
        Post     admin::plugin_changes::save_config       Admin "/api/v2/{secure_path}/plugin/config";
        Post     admin::plugin_changes::install           Admin "/api/v2/{secure_path}/plugin/install";
        Post     admin::plugin_changes::uninstall         Admin "/api/v2/{secure_path}/plugin/uninstall";
        Post     admin::plugin_changes::enable            Admin "/api/v2/{secure_path}/plugin/enable";
        Post     admin::plugin_changes::disable           Admin "/api/v2/{secure_path}/plugin/disable";
        Post     admin::plugin_changes::upgrade           Admin "/api/v2/{secure_path}/plugin/upgrade";
        Post     admin::plugin_changes::upload            Admin "/api/v2/{secure_path}/plugin/upload";
        Post     admin::plugin_changes::delete            Admin "/api/v2/{secure_path}/plugin/delete";
        Get      admin::system::status                    Admin "/api/v2/{secure_path}/system/getSystemStatus";
        Get      admin::system::queue_numbers             Admin "/api/v2/{secure_path}/system/getQueueStats";
        Get      admin::system::queue_loads               Admin "/api/v2/{secure_path}/system/getQueueWorkload";
        Get      admin::system::queue_masters             Admin "/api/v2/{secure_path}/system/getQueueMasters";
        Get      admin::system::failed_jobs               Admin "/api/v2/{secure_path}/system/getHorizonFailedJobs";
        Get|Post admin::audit_log::fetch                  AdminReading "/api/v2/{secure_path}/system/getAuditLog";

        Get      client::subscription::download           Open "/api/v1/client/subscribe";
        Get      client::program::nodes                   Open "/api/v1/client/app/getConfig";
        Get      client::program::versions                Open "/api/v1/client/app/getVersion" "/api/v2/client/app/getVersion";
        Get      client::program::config                  Open "/api/v2/client/app/getConfig";
        Get      client::subscription::download_by_link   Link "/{subscribe_path}/{token}";

        Get      server_api::uniproxy::config             Node "/api/v1/server/UniProxy/config" NodeOrMachine "/api/v2/server/config";
        Get      server_api::uniproxy::users              Node "/api/v1/server/UniProxy/user" NodeOrMachine "/api/v2/server/user";
        Post     server_api::uniproxy::push               Node "/api/v1/server/UniProxy/push" NodeOrMachine "/api/v2/server/push";
        Post     server_api::uniproxy::alive              Node "/api/v1/server/UniProxy/alive" NodeOrMachine "/api/v2/server/alive";
        Get      server_api::uniproxy::alive_list         Node "/api/v1/server/UniProxy/alivelist" NodeOrMachine "/api/v2/server/alivelist";
        Post     server_api::load::status                 Node "/api/v1/server/UniProxy/status" NodeOrMachine "/api/v2/server/status";
        Get      server_api::tidalab::shadowsocks_users   ShadowsocksNode "/api/v1/server/ShadowsocksTidalab/user";
        Post     server_api::tidalab::shadowsocks_submit  ShadowsocksNode "/api/v1/server/ShadowsocksTidalab/submit";
        Get      server_api::tidalab::trojan_users        TrojanNode "/api/v1/server/TrojanTidalab/user";
        Post     server_api::tidalab::trojan_submit       TrojanNode "/api/v1/server/TrojanTidalab/submit";
        Get      server_api::tidalab::trojan_config       TrojanNode "/api/v1/server/TrojanTidalab/config";
        Get|Post server_api::combined::handshake          Agent "/api/v2/server/handshake";
        Post     server_api::combined::report             NodeOrMachine "/api/v2/server/report";
        Post     server_api::machines::nodes              Machine "/api/v2/server/machine/nodes";
        Post     server_api::machines::status             Machine "/api/v2/server/machine/status";
        Get      server_api::socket::connect              Open "/ws";

        Get      operation::health::check                 Open "/healthz";
        Get      operation::metrics::show                 Metrics "/metrics";
    }
    // What describes the API describes neither itself nor its page.
    undescribed {
        Get      operation::docs::description             Documentation "/openapi.json";
        Get      operation::docs::index                   Documentation "/docs";
        Get      operation::docs::file                    Documentation "/docs/{file:.*}";
    }
}

/// Mounts the table.
pub(crate) fn configure(config: &mut ServiceConfig) {
    mount::mount(config, TABLE);
}

/// Mounts the table with handlers that do nothing, and as many more paths as make so many.
#[cfg(feature = "bench")]
pub fn filled(paths: usize) -> impl Fn(&mut ServiceConfig) + Clone {
    let rows = filled::rows(TABLE, paths);
    move |config| mount::mount(config, rows)
}

/// What the handlers say of themselves.
pub(crate) fn described() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

/// What stands before the handlers of this path.
pub(crate) fn guard_of(path: &str) -> Guard {
    let mut paths = TABLE.iter().flat_map(Row::paths);
    let found = paths.find(|(known, _)| *known == path);
    found.map_or(Guard::Open, |(_, guard)| guard)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Guard::{
        Admin, AdminReading, Agent, Documentation, Limited, Link, Machine, MainUser, Metrics, Node,
        NodeOrMachine, Open, Session, ShadowsocksNode, TrojanNode,
    };
    use super::*;

    fn places() -> impl Iterator<Item = (&'static Row, &'static str, Guard)> {
        let rows = TABLE.iter();
        rows.flat_map(|row| row.paths().map(move |(path, guard)| (row, path, guard)))
    }

    #[test]
    fn handlers_describe_themselves_at_the_first_path_of_their_row() {
        let described: BTreeSet<(String, &str)> = described()
            .paths
            .paths
            .into_iter()
            .flat_map(|(path, item)| {
                let get = item.get.map(|_| "get");
                let verbs = get.into_iter().chain(item.post.map(|_| "post"));
                verbs.map(move |verb| (path.clone(), verb))
            })
            .collect();
        let rows = TABLE.iter().filter(|row| {
            let mut paths = row.paths();
            !paths.any(|(_, guard)| guard == Documentation)
        });
        let expected: BTreeSet<(String, &str)> = rows
            .flat_map(|row| {
                let first = row.first_path().unwrap_or_default();
                let verbs = row.verbs().iter();
                verbs.map(move |verb| (first.to_owned(), verb.name()))
            })
            .collect();
        assert_eq!(described, expected);
    }

    #[test]
    fn an_address_has_one_answer_to_a_method() {
        let mut seen = BTreeSet::new();
        for (row, path, _) in places() {
            for verb in row.verbs() {
                assert!(seen.insert((path, verb.name())), "{path}");
            }
        }
    }

    #[test]
    fn only_the_last_part_behind_the_admin_path_is_named() {
        for (_, path, _) in places() {
            if let Some((_, tail)) = path.split_once("/{secure_path}/") {
                let fixed = tail.rsplit_once('/').map_or("", |(fixed, _)| fixed);
                assert!(!fixed.contains('{'), "{path}");
            }
        }
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
        for (row, path, guard) in places() {
            let mut names = path.split('/').skip(2);
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
                    let mut closed = CLOSED_TO_SHADOWS.iter();
                    if closed.any(|closed| tail.starts_with(closed)) {
                        MainUser
                    } else {
                        Session
                    }
                }
                Some("passport") => Limited,
                Some("{secure_path}") if row.verbs() == [Verb::Get, Verb::Post] => AdminReading,
                Some("{secure_path}") => Admin,
                _ => match path {
                    "/{subscribe_path}/{token}" => Link,
                    "/metrics" => Metrics,
                    "/openapi.json" | "/docs" | "/docs/{file:.*}" => Documentation,
                    _ => Open,
                },
            };
            assert_eq!(guard, expected, "{path} {:?}", row.handler.0);
        }
    }

    /// Whether these are the guards that leave an argument of a type from this module for their handlers.
    fn leaves(guard: Guard, module: &str) -> bool {
        match module {
            "admin::guard" => matches!(guard, Admin | AdminReading),
            "guards::session" => matches!(guard, Session | MainUser),
            _ => matches!(
                guard,
                Node | ShadowsocksNode | TrojanNode | NodeOrMachine | Agent | Machine
            ),
        }
    }

    #[test]
    fn handlers_stand_behind_the_guard_that_they_need() {
        let mut seen = 0;
        for (row, path, guard) in places() {
            let (names, arguments) = (row.handler.0, (row.handler.1)());
            let takes = |module: &str| arguments.contains(&format!("ferroboard_web::{module}::"));
            for module in ["admin::guard", "guards::session", "server_api::call"] {
                if takes(module) {
                    assert!(leaves(guard, module), "{path} takes {arguments}");
                    seen += 1;
                }
            }
            // Whatever is an administrator's, asks who it is.
            let is_admin = leaves(guard, "admin::guard");
            assert_eq!(names.first() == Some(&"admin"), is_admin, "{path}");
            assert_eq!(takes("admin::guard"), is_admin, "{path} takes {arguments}");
        }
        assert!(seen > 100, "{seen}");
    }

    #[test]
    fn no_setting_of_a_path_may_be_what_an_address_begins_with() {
        let firsts: BTreeSet<&str> = places()
            .flat_map(|(_, path, _)| {
                let parts: Vec<&str> = path.split('/').skip(1).collect();
                // The admin path stands where these have their nouns.
                let noun = parts.get(2).filter(|_| parts.first() == Some(&"api"));
                [parts.first().copied(), noun.copied()]
            })
            .flatten()
            .filter(|part| !part.starts_with('{'))
            .collect();
        assert_eq!(firsts, BTreeSet::from(ferroboard_site::ROUTED));
    }
}
