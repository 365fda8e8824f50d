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

pub use self::address::noted;
pub(crate) use self::guard::{Guard, Refusal};
use self::row::{Place, routes, row};
pub(crate) use self::row::{Row, Verb};
use crate::panel::Mount;
use crate::{admin, client, front_ends, guest, operation, passport, server_api, user};

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
        Post     user::subscription::begin_next_period    MainUser "/api/v1/user/newPeriod";
        Get      user::account::overview                  Session "/api/v1/user/getStat";
        Get      user::account::check_login               Session "/api/v1/user/checkLogin";
        Get|Post user::security::reset                    MainUser "/api/v1/user/resetSecurity" "/api/v2/user/resetSecurity";
        Post     user::security::change_password          MainUser "/api/v1/user/changePassword";
        Post     user::account::update                    Session "/api/v1/user/update";
        Get      user::renewals::list                     MainUser "/api/v1/user/auto-renewal/fetch";
        Get      user::notifications::fetch               MainUser "/api/v1/user/notification/fetch";
        Post     user::notifications::save                MainUser "/api/v1/user/notification/save";
        Get      user::books::statements::list            MainUser "/api/v1/user/ledger/fetch";
        Post     user::commission::transfer               MainUser "/api/v1/user/transfer";
        Post     user::sessions::quick_login_url          Session "/api/v1/user/getQuickLoginUrl";
        Get      user::sessions::list                     Session "/api/v1/user/getActiveSession";
        Get|Post user::sessions::log_out                  Session "/api/v1/user/logout";
        Post     user::sessions::remove                   Session "/api/v1/user/removeActiveSession";
        Get      user::config::fetch                      Session "/api/v1/user/comm/config";
        Post     user::payments::stripe_public_key        Session "/api/v1/user/comm/getStripePublicKey";
        Get      user::plans::fetch                       Session "/api/v1/user/plan/fetch";
        Get      user::packages::fetch                    Session "/api/v1/user/traffic-package/fetch";
        Post     user::orders::place                      MainUser "/api/v1/user/order/save";
        Post     user::quotes::quote                      MainUser "/api/v1/user/order/quote";
        Post     user::payments::check_out                MainUser "/api/v1/user/order/checkout";
        Get      user::orders::status                     MainUser "/api/v1/user/order/check";
        Get      user::orders::detail                     MainUser "/api/v1/user/order/detail";
        Get      user::orders::list                       MainUser "/api/v1/user/order/fetch";
        Get      user::books::receipts::show              MainUser "/api/v1/user/order/receipt";
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
        Post     admin::support::webhook::set              Admin "/api/v2/{secure_path}/config/setTelegramWebhook" "/api/v1/{secure_path}/config/setTelegramWebhook";
        Post     admin::mail::test_mail::send              Admin "/api/v2/{secure_path}/config/testSendMail" "/api/v1/{secure_path}/config/testSendMail";
        Get      admin::trade::accounting::export         Admin "/api/v2/{secure_path}/accounting/export";
        Get      admin::trade::renewals::list             Admin "/api/v2/{secure_path}/auto-renewal/fetch";
        Get|Post admin::coupons::fetch                    AdminReading "/api/v2/{secure_path}/coupon/fetch";
        Post     admin::coupons::generate                 Admin "/api/v2/{secure_path}/coupon/generate";
        Post     admin::coupons::update                   Admin "/api/v2/{secure_path}/coupon/update";
        Post     admin::coupons::show                     Admin "/api/v2/{secure_path}/coupon/show";
        Post     admin::coupons::delete                   Admin "/api/v2/{secure_path}/coupon/drop";
        Get      admin::support::knowledge::fetch          Admin "/api/v2/{secure_path}/knowledge/fetch" "/api/v1/{secure_path}/knowledge/fetch";
        Get      admin::support::knowledge::categories     Admin "/api/v2/{secure_path}/knowledge/getCategory" "/api/v1/{secure_path}/knowledge/getCategory";
        Post     admin::support::knowledge::save           Admin "/api/v2/{secure_path}/knowledge/save" "/api/v1/{secure_path}/knowledge/save";
        Post     admin::support::knowledge::show           Admin "/api/v2/{secure_path}/knowledge/show" "/api/v1/{secure_path}/knowledge/show";
        Post     admin::support::knowledge::sort           Admin "/api/v2/{secure_path}/knowledge/sort" "/api/v1/{secure_path}/knowledge/sort";
        Post     admin::support::knowledge::delete         Admin "/api/v2/{secure_path}/knowledge/drop" "/api/v1/{secure_path}/knowledge/drop";
        Get      admin::mail::templates::list              Admin "/api/v2/{secure_path}/mail/template/list";
        Get      admin::mail::templates::get               Admin "/api/v2/{secure_path}/mail/template/get";
        Post     admin::mail::templates::save              Admin "/api/v2/{secure_path}/mail/template/save";
        Post     admin::mail::templates::reset             Admin "/api/v2/{secure_path}/mail/template/reset";
        Post     admin::mail::templates::test              Admin "/api/v2/{secure_path}/mail/template/test";
        Get      admin::support::notices::fetch            Admin "/api/v2/{secure_path}/notice/fetch" "/api/v1/{secure_path}/notice/fetch";
        Post     admin::support::notices::save             Admin "/api/v2/{secure_path}/notice/save" "/api/v1/{secure_path}/notice/save";
        Post     admin::support::notices::update           Admin "/api/v2/{secure_path}/notice/update" "/api/v1/{secure_path}/notice/update";
        Post     admin::support::notices::show             Admin "/api/v2/{secure_path}/notice/show" "/api/v1/{secure_path}/notice/show";
        Post     admin::support::notices::delete           Admin "/api/v2/{secure_path}/notice/drop" "/api/v1/{secure_path}/notice/drop";
        Post     admin::support::notices::sort             Admin "/api/v2/{secure_path}/notice/sort" "/api/v1/{secure_path}/notice/sort";
        Get|Post admin::gift_cards::templates::fetch      AdminReading "/api/v2/{secure_path}/gift-card/templates";
        Post     admin::gift_cards::templates::create     Admin "/api/v2/{secure_path}/gift-card/create-template";
        Post     admin::gift_cards::templates::update     Admin "/api/v2/{secure_path}/gift-card/update-template";
        Post     admin::gift_cards::templates::delete     Admin "/api/v2/{secure_path}/gift-card/delete-template";
        Post     admin::gift_cards::batches::generate     Admin "/api/v2/{secure_path}/gift-card/generate-codes";
        Get      admin::gift_cards::batches::export       Admin "/api/v2/{secure_path}/gift-card/export-codes";
        Get|Post admin::gift_cards::codes::fetch          AdminReading "/api/v2/{secure_path}/gift-card/codes";
        Post     admin::gift_cards::codes::toggle         Admin "/api/v2/{secure_path}/gift-card/toggle-code";
        Post     admin::gift_cards::codes::update         Admin "/api/v2/{secure_path}/gift-card/update-code";
        Post     admin::gift_cards::codes::delete         Admin "/api/v2/{secure_path}/gift-card/delete-code";
        Get|Post admin::gift_cards::uses::fetch           AdminReading "/api/v2/{secure_path}/gift-card/usages";
        Get|Post admin::gift_cards::uses::statistics      AdminReading "/api/v2/{secure_path}/gift-card/statistics";
        Get      admin::gift_cards::uses::types           Admin "/api/v2/{secure_path}/gift-card/types";
        Get|Post admin::trade::orders::fetch              AdminReading "/api/v2/{secure_path}/order/fetch" "/api/v1/{secure_path}/order/fetch";
        Post     admin::trade::orders::detail             Admin "/api/v2/{secure_path}/order/detail" "/api/v1/{secure_path}/order/detail";
        Post     admin::trade::order_changes::update      Admin "/api/v2/{secure_path}/order/update" "/api/v1/{secure_path}/order/update";
        Post     admin::trade::order_changes::assign      Admin "/api/v2/{secure_path}/order/assign" "/api/v1/{secure_path}/order/assign";
        Post     admin::trade::order_changes::pay         Admin "/api/v2/{secure_path}/order/paid" "/api/v1/{secure_path}/order/paid";
        Post     admin::trade::order_changes::cancel      Admin "/api/v2/{secure_path}/order/cancel" "/api/v1/{secure_path}/order/cancel";
        Get      admin::trade::receipts::show             Admin "/api/v2/{secure_path}/order/receipt" "/api/v1/{secure_path}/order/receipt";
        Post     admin::trade::refunds::refund            Admin "/api/v2/{secure_path}/order/refund" "/api/v1/{secure_path}/order/refund";
        Get|Post admin::trade::refunds::fetch             AdminReading "/api/v2/{secure_path}/order/refunds" "/api/v1/{secure_path}/order/refunds";
        Get|Post admin::trade::reviews::fetch             AdminReading "/api/v2/{secure_path}/payment-review/fetch";
        Post     admin::trade::reviews::settle            Admin "/api/v2/{secure_path}/payment-review/settle";
        Get      admin::trade::packages::fetch            Admin "/api/v2/{secure_path}/traffic-package/fetch";
        Post     admin::trade::packages::save             Admin "/api/v2/{secure_path}/traffic-package/save";
        Post     admin::trade::packages::show             Admin "/api/v2/{secure_path}/traffic-package/show";
        Post     admin::trade::packages::delete           Admin "/api/v2/{secure_path}/traffic-package/drop";
        Post     admin::trade::packages::sort             Admin "/api/v2/{secure_path}/traffic-package/sort";
        Get      admin::webhooks::fetch                   Admin "/api/v2/{secure_path}/webhook/fetch";
        Post     admin::webhooks::save                    Admin "/api/v2/{secure_path}/webhook/save";
        Post     admin::webhooks::delete                  Admin "/api/v2/{secure_path}/webhook/drop";
        Post     admin::webhooks::test                    Admin "/api/v2/{secure_path}/webhook/test";
        Get|Post admin::webhooks::deliveries              AdminReading "/api/v2/{secure_path}/webhook/deliveries";
        Post     admin::webhooks::redeliver               Admin "/api/v2/{secure_path}/webhook/redeliver";
        Get      admin::trade::payments::fetch            Admin "/api/v2/{secure_path}/payment/fetch" "/api/v1/{secure_path}/payment/fetch";
        Get      admin::trade::payment_forms::gateways    Admin "/api/v2/{secure_path}/payment/getPaymentMethods" "/api/v1/{secure_path}/payment/getPaymentMethods";
        Post     admin::trade::payment_forms::form        Admin "/api/v2/{secure_path}/payment/getPaymentForm" "/api/v1/{secure_path}/payment/getPaymentForm";
        Post     admin::trade::payment_forms::save        Admin "/api/v2/{secure_path}/payment/save" "/api/v1/{secure_path}/payment/save";
        Post     admin::trade::payments::show             Admin "/api/v2/{secure_path}/payment/show" "/api/v1/{secure_path}/payment/show";
        Post     admin::trade::payments::delete           Admin "/api/v2/{secure_path}/payment/drop" "/api/v1/{secure_path}/payment/drop";
        Post     admin::trade::payments::sort             Admin "/api/v2/{secure_path}/payment/sort" "/api/v1/{secure_path}/payment/sort";
        Get      admin::plans::fetch                      Admin "/api/v2/{secure_path}/plan/fetch";
        Get      admin::older_lists::plans                Admin "/api/v1/{secure_path}/plan/fetch";
        Post     admin::trade::plan_forms::save           Admin "/api/v2/{secure_path}/plan/save";
        Post     admin::plans::update                     Admin "/api/v2/{secure_path}/plan/update" "/api/v1/{secure_path}/plan/update";
        Post     admin::plans::delete                     Admin "/api/v2/{secure_path}/plan/drop" "/api/v1/{secure_path}/plan/drop";
        Post     admin::trade::plan_forms::sort           Admin "/api/v2/{secure_path}/plan/sort";
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
        Get      admin::servers::nodes::list               Admin "/api/v2/{secure_path}/server/manage/getNodes" "/api/v1/{secure_path}/server/manage/getNodes";
        Post     admin::servers::nodes::save               Admin "/api/v2/{secure_path}/server/manage/save" "/api/v1/{secure_path}/server/manage/save";
        Post     admin::servers::node_switches::update     Admin "/api/v2/{secure_path}/server/manage/update" "/api/v1/{secure_path}/server/manage/update";
        Post     admin::servers::nodes::delete             Admin "/api/v2/{secure_path}/server/manage/drop" "/api/v1/{secure_path}/server/manage/drop";
        Post     admin::servers::nodes::delete_all         Admin "/api/v2/{secure_path}/server/manage/batchDelete" "/api/v1/{secure_path}/server/manage/batchDelete";
        Post     admin::servers::node_switches::update_all Admin "/api/v2/{secure_path}/server/manage/batchUpdate" "/api/v1/{secure_path}/server/manage/batchUpdate";
        Post     admin::servers::nodes::copy               Admin "/api/v2/{secure_path}/server/manage/copy" "/api/v1/{secure_path}/server/manage/copy";
        Post     admin::servers::nodes::sort               Admin "/api/v2/{secure_path}/server/manage/sort" "/api/v1/{secure_path}/server/manage/sort";
        Post     admin::servers::nodes::reset_traffic      Admin "/api/v2/{secure_path}/server/manage/resetTraffic" "/api/v1/{secure_path}/server/manage/resetTraffic";
        Post     admin::servers::nodes::reset_all_traffic  Admin "/api/v2/{secure_path}/server/manage/batchResetTraffic" "/api/v1/{secure_path}/server/manage/batchResetTraffic";
        Get      admin::servers::node_keys::ech            Admin "/api/v2/{secure_path}/server/manage/generateEchKey" "/api/v1/{secure_path}/server/manage/generateEchKey";
        Get|Post admin::servers::node_keys::reality        AdminReading "/api/v2/{secure_path}/server/manage/generateRealityKey" "/api/v1/{secure_path}/server/manage/generateRealityKey";
        Get      admin::servers::groups::fetch             Admin "/api/v2/{secure_path}/server/group/fetch" "/api/v1/{secure_path}/server/group/fetch";
        Post     admin::servers::groups::save              Admin "/api/v2/{secure_path}/server/group/save" "/api/v1/{secure_path}/server/group/save";
        Post     admin::servers::groups::delete            Admin "/api/v2/{secure_path}/server/group/drop" "/api/v1/{secure_path}/server/group/drop";
        Get      admin::servers::machines::fetch           Admin "/api/v2/{secure_path}/server/machine/fetch";
        Post     admin::servers::machines::save            Admin "/api/v2/{secure_path}/server/machine/save";
        Post     admin::servers::machines::delete          Admin "/api/v2/{secure_path}/server/machine/drop";
        Post     admin::servers::machines::reset_token     Admin "/api/v2/{secure_path}/server/machine/resetToken";
        Get      admin::servers::machines::token           Admin "/api/v2/{secure_path}/server/machine/getToken";
        Get      admin::servers::machines::install_command Admin "/api/v2/{secure_path}/server/machine/installCommand";
        Get      admin::servers::machine_views::nodes      Admin "/api/v2/{secure_path}/server/machine/nodes";
        Get      admin::servers::machine_views::history    Admin "/api/v2/{secure_path}/server/machine/history";
        Get      admin::servers::routes::fetch             Admin "/api/v2/{secure_path}/server/route/fetch" "/api/v1/{secure_path}/server/route/fetch";
        Post     admin::servers::routes::save              Admin "/api/v2/{secure_path}/server/route/save" "/api/v1/{secure_path}/server/route/save";
        Post     admin::servers::routes::delete            Admin "/api/v2/{secure_path}/server/route/drop" "/api/v1/{secure_path}/server/route/drop";
        Get      admin::statistics::dashboard::overview    Admin "/api/v2/{secure_path}/stat/getOverride" "/api/v1/{secure_path}/stat/getOverride";
        Get      admin::statistics::dashboard::statistics  Admin "/api/v2/{secure_path}/stat/getStats";
        Get      admin::statistics::orders::days           Admin "/api/v2/{secure_path}/stat/getOrder";
        Get      admin::statistics::ranks::today           Admin "/api/v2/{secure_path}/stat/getServerLastRank" "/api/v1/{secure_path}/stat/getServerLastRank";
        Get      admin::statistics::ranks::yesterday       Admin "/api/v2/{secure_path}/stat/getServerYesterdayRank" "/api/v1/{secure_path}/stat/getServerYesterdayRank";
        Get      admin::statistics::ranks::ranking         Admin "/api/v2/{secure_path}/stat/getRanking" "/api/v1/{secure_path}/stat/getRanking";
        Get      admin::statistics::records::fetch         Admin "/api/v2/{secure_path}/stat/getStatRecord" "/api/v1/{secure_path}/stat/getStatRecord";
        Get      admin::statistics::traffic_ranks::fetch   Admin "/api/v2/{secure_path}/stat/getTrafficRank";
        Get|Post admin::statistics::users::fetch           AdminReading "/api/v2/{secure_path}/stat/getStatUser" "/api/v1/{secure_path}/stat/getStatUser";
        Get      admin::system::status                    Admin "/api/v2/{secure_path}/system/getSystemStatus";
        Get      admin::system::queue_numbers             Admin "/api/v2/{secure_path}/system/getQueueStats";
        Get      admin::system::queue_loads               Admin "/api/v2/{secure_path}/system/getQueueWorkload";
        Get      admin::system::queue_masters             Admin "/api/v2/{secure_path}/system/getQueueMasters";
        Get      admin::system::failed_jobs               Admin "/api/v2/{secure_path}/system/getHorizonFailedJobs";
        Get|Post admin::audit_log::fetch                  AdminReading "/api/v2/{secure_path}/system/getAuditLog";
        Get|Post admin::support::tickets::fetch            AdminReading "/api/v2/{secure_path}/ticket/fetch" "/api/v1/{secure_path}/ticket/fetch";
        Post     admin::support::tickets::reply            Admin "/api/v2/{secure_path}/ticket/reply" "/api/v1/{secure_path}/ticket/reply";
        Post     admin::support::tickets::close            Admin "/api/v2/{secure_path}/ticket/close" "/api/v1/{secure_path}/ticket/close";
        Get      admin::users::resets::logs                Admin "/api/v2/{secure_path}/traffic-reset/logs";
        Get      admin::users::resets::stats               Admin "/api/v2/{secure_path}/traffic-reset/stats";
        Get      admin::users::resets::history             Admin "/api/v2/{secure_path}/traffic-reset/user/{userId}/history";
        Post     admin::users::resets::reset               Admin "/api/v2/{secure_path}/traffic-reset/reset-user";
        Get|Post admin::users::list::fetch                 AdminReading "/api/v2/{secure_path}/user/fetch";
        Get|Post admin::older_lists::users                AdminReading "/api/v1/{secure_path}/user/fetch";
        Get      admin::users::list::find                  Admin "/api/v2/{secure_path}/user/getUserInfoById" "/api/v1/{secure_path}/user/getUserInfoById";
        Get      admin::users::ledger::list                Admin "/api/v2/{secure_path}/user/ledger" "/api/v1/{secure_path}/user/ledger";
        Post     admin::users::update::update              Admin "/api/v2/{secure_path}/user/update";
        Post     admin::users::update::set_inviter         Admin "/api/v2/{secure_path}/user/setInviteUser" "/api/v1/{secure_path}/user/setInviteUser";
        Post     admin::users::access::reset_secret        Admin "/api/v2/{secure_path}/user/resetSecret" "/api/v1/{secure_path}/user/resetSecret";
        Post     admin::users::access::delete              Admin "/api/v2/{secure_path}/user/destroy";
        Post     admin::users::generate::generate          Admin "/api/v2/{secure_path}/user/generate";
        Post     admin::users::export::dump                Admin "/api/v2/{secure_path}/user/dumpCSV";
        Post     admin::users::many::send_mail             Admin "/api/v2/{secure_path}/user/sendMail";
        Post     admin::users::many::ban                   Admin "/api/v2/{secure_path}/user/ban";
        Get      admin::themes::fetch                     Admin "/api/v2/{secure_path}/theme/getThemes" "/api/v1/{secure_path}/theme/getThemes";
        Post     admin::themes::upload                    AdminUpload "/api/v2/{secure_path}/theme/upload" "/api/v1/{secure_path}/theme/upload";
        Post     admin::themes::delete                    Admin "/api/v2/{secure_path}/theme/delete" "/api/v1/{secure_path}/theme/delete";
        Post     admin::themes::config                    Admin "/api/v2/{secure_path}/theme/getThemeConfig" "/api/v1/{secure_path}/theme/getThemeConfig";
        Post     admin::themes::configure                 Admin "/api/v2/{secure_path}/theme/saveThemeConfig" "/api/v1/{secure_path}/theme/saveThemeConfig";
        Get      admin::update::check                      Admin "/api/v2/{secure_path}/update/check";
        Post     admin::update::execute                    Admin "/api/v2/{secure_path}/update/execute";

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
    // What describes the API describes neither itself nor files of pages.
    undescribed {
        Get      operation::docs::description             Documentation "/openapi.json";
        Get      operation::docs::index                   Documentation "/docs";
        Get      operation::docs::file                    Documentation "/docs/{file:.*}";

        Get      front_ends::theme_file                   File "/theme/{name}/{file:.*}";
        Get      front_ends::admin_file                   File "/assets/admin/{file:.*}";
    }
}

/// Mounts the table, and what stands beside it.
pub(crate) fn configure(config: &mut ServiceConfig, beside: Mount) {
    mount::mount(config, TABLE, beside);
}

/// Mounts the table with handlers that do nothing, and as many more paths as make so many.
#[cfg(feature = "bench")]
pub fn filled(paths: usize) -> impl Fn(&mut ServiceConfig) + Clone {
    let rows = filled::rows(TABLE, paths);
    move |config| mount::mount(config, rows, |_| {})
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
        Admin, AdminReading, AdminUpload, Agent, Documentation, File, Limited, Link, Machine,
        MainUser, Metrics, Node, NodeOrMachine, Open, Session, ShadowsocksNode, TrojanNode,
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
            !paths.any(|(_, guard)| matches!(guard, Documentation | File))
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
    fn one_of_the_last_two_parts_behind_the_admin_path_may_be_named() {
        for (_, path, _) in places() {
            if let Some((_, tail)) = path.split_once("/{secure_path}/") {
                let parts: Vec<&str> = tail.split('/').collect();
                let named = parts.iter().filter(|part| part.contains('{')).count();
                let fixed = parts.iter().rev().skip(2);
                assert!(
                    named <= 1 && fixed.clone().all(|part| !part.contains('{')),
                    "{path}"
                );
            }
        }
    }

    /// What a second account may not do, by how addresses begin.
    const CLOSED_TO_SHADOWS: [&str; 15] = [
        "order/",
        "coupon/",
        "gift-card/",
        "redeemgiftcard",
        "invite/",
        "ticket/",
        "transfer",
        "changePassword",
        "resetSecurity",
        "newPeriod",
        "auto-renewal/",
        "notification/",
        "ledger/",
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
                Some("{secure_path}") if path.ends_with("/theme/upload") => AdminUpload,
                Some("{secure_path}") => Admin,
                _ => match path {
                    "/{subscribe_path}/{token}" => Link,
                    "/metrics" => Metrics,
                    "/theme/{name}/{file:.*}" | "/assets/admin/{file:.*}" => File,
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
            "admin::guard" => matches!(guard, Admin | AdminReading | AdminUpload),
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
    fn handlers_that_read_fields_say_that_fields_may_be_wrong() {
        let document = crate::operation::openapi::document();
        let (mut reading, mut silent) = (0, Vec::new());
        for (row, path, _) in places() {
            let arguments = (row.handler.1)();
            let readers = ["request::body::Read<", "request::list::"];
            if readers.iter().any(|reader| arguments.contains(reader)) {
                for verb in row.verbs() {
                    let refusal = &document["paths"][path][verb.name()]["responses"]["422"];
                    if !refusal.is_object() {
                        silent.push(format!("{} {path}", verb.name()));
                    }
                    reading += 1;
                }
            }
        }
        assert_eq!(silent, Vec::<String>::new());
        assert!(reading > 150, "{reading}");
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
