//! The OpenAPI document, put together from the handlers' own descriptions.

mod answers;
mod examples;
mod guards;
mod requests;

use serde_json::Value;
use utoipa::OpenApi;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::{
    admin, client, guest, operation::health, operation::metrics, passport, routes, server_api, user,
};

/// In which other formats than JSON every body is accepted.
const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ferroboard",
        description = "Subscription panel with the REST API of Xboard.\n\n\
            **Answers** are the envelope `{status, message, data, error}`, with `errors` beside them where a field is \
            refused (422). `Content-Language` selects the language of refusals (zh-CN, zh-TW, en-US, ru-RU; without it \
            zh-CN). Some successes are another shape, because clients look for it, and say so: \
            `user/order/checkout` (`type`, `data`), lists with `total` or `pagination` beside `data`, \
            `system/getAuditLog`, and what the agents of nodes and machines ask. Payment notices, subscriptions and \
            metrics are not JSON.\n\n\
            **Logging in**: `passport/auth/login` answers a `token`, which goes into the header `Authorization`.\n\n\
            **Bodies** may be JSON, forms or multipart forms; fields of the query count where the body has none of the \
            name. Numbers may be texts of digits. The examples speak of a panel with one plan, one order and one node: \
            put in your own numbers."
    ),
    paths(
        admin::real_names::records,
        admin::online_devices::users,
        admin::real_name_reviews::review,
        admin::real_name_reviews::reset,
        admin::real_name_reviews::sync_all,
        admin::real_name_reviews::approve_all,
        admin::real_name_reviews::clear_cache,
        admin::config::fetch,
        admin::config::save,
        admin::config::email_designs,
        admin::config::themes,
        admin::plans::fetch,
        admin::plans::update,
        admin::plans::delete,
        admin::plugins::types,
        admin::plugins::list,
        admin::plugins::integrations,
        admin::plugins::config,
        admin::plugin_changes::save_config,
        admin::plugin_changes::install,
        admin::plugin_changes::uninstall,
        admin::plugin_changes::enable,
        admin::plugin_changes::disable,
        admin::plugin_changes::upgrade,
        admin::plugin_changes::upload,
        admin::plugin_changes::delete,
        admin::system::status,
        admin::system::queue_numbers,
        admin::system::queue_loads,
        admin::system::queue_masters,
        admin::system::failed_jobs,
        admin::audit_log::fetch,
        admin::audit_log::fetch_posted,
        guest::config::fetch,
        guest::plans::fetch,
        guest::payment_notices::receive,
        guest::payment_notices::receive_posted,
        guest::telegram::receive,
        passport::registration::register,
        passport::login::login,
        passport::login::log_out,
        passport::login_links::redeem,
        passport::recovery::reset_password,
        passport::login_links::quick_login_url,
        passport::login_links::mail,
        passport::email_codes::send,
        passport::invitations::count_view,
        user::account::info,
        user::subscription::describe,
        user::account::overview,
        user::account::check_login,
        user::security::reset,
        user::security::reset_by_post,
        user::security::change_password,
        user::account::update,
        user::commission::transfer,
        user::sessions::quick_login_url,
        user::sessions::list,
        user::sessions::remove,
        user::sessions::log_out,
        user::sessions::log_out_by_get,
        user::config::fetch,
        user::payments::stripe_public_key,
        user::plans::fetch,
        user::orders::place,
        user::payments::check_out,
        user::orders::status,
        user::orders::detail,
        user::orders::list,
        user::payments::methods,
        user::orders::cancel,
        user::coupons::check,
        user::gift_cards::check,
        user::gift_cards::redeem,
        user::gift_cards::redeem_named,
        user::gift_cards::history,
        user::gift_cards::detail,
        user::gift_cards::types,
        user::invitations::create,
        user::invitations::create_by_post,
        user::invitations::overview,
        user::invitations::commission_log,
        user::knowledge::fetch,
        user::knowledge::categories,
        user::announcements::fetch,
        user::traffic_log::fetch,
        user::ipv6_subscription::check,
        user::ipv6_subscription::enable,
        user::ipv6_subscription::copy_password,
        user::online_devices::show,
        user::real_name::status,
        user::real_name::submit,
        user::tickets::fetch,
        user::tickets::open,
        user::tickets::reply,
        user::tickets::close,
        user::withdrawals::withdraw,
        user::nodes::fetch,
        server_api::uniproxy::config,
        server_api::uniproxy::users,
        server_api::uniproxy::push,
        server_api::uniproxy::alive,
        server_api::uniproxy::alive_list,
        server_api::load::status,
        server_api::tidalab::shadowsocks_users,
        server_api::tidalab::shadowsocks_submit,
        server_api::tidalab::trojan_users,
        server_api::tidalab::trojan_submit,
        server_api::tidalab::trojan_config,
        server_api::combined::handshake,
        server_api::combined::handshake_by_post,
        server_api::combined::report,
        server_api::socket::connect,
        server_api::machines::nodes,
        server_api::machines::status,
        client::subscription::download,
        client::subscription::download_by_link,
        client::program::nodes,
        client::program::versions,
        client::program::config,
        user::telegram::bot_info,
        health::check,
        metrics::show,
    ),
    tags(
        (name = "guest", description = "What anybody may see"),
        (name = "passport", description = "Everything before a login"),
        (name = "user", description = "What needs a login"),
        (name = "node", description = "For the agents of nodes and machines"),
        (name = "admin", description = "For administrators: below the admin path, and with the login of one"),
        (name = "client", description = "What proxy clients ask: the token of a subscription link stands for a login"),
        (name = "operation", description = "For operators"),
    )
)]
struct Described;

/// The whole document: what the handlers describe, and what is the same for many of them.
pub(crate) fn document() -> Value {
    let mut document = serde_json::to_value(described()).unwrap_or_default();
    requests::complete(&mut document);
    answers::complete(&mut document);
    examples::add(&mut document);
    document
}

fn described() -> utoipa::openapi::OpenApi {
    let mut document = Described::openapi();
    let paths = &mut document.paths.paths;
    for (path, first) in routes::second_version() {
        let item = paths.get(&first).cloned();
        if let Some(item) = item.filter(|_| !paths.contains_key(path)) {
            paths.insert(path.to_owned(), item);
        }
    }
    for (path, item) in paths.iter_mut() {
        for (verb, operation) in operations_of(item) {
            operation.operation_id = Some(name_of(verb, path));
            guards::describe(verb, path, operation);
            operation.summary = operation.summary.take().map(|text| text.replace('`', ""));
            accept_forms(operation);
        }
    }
    let session = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The `token` of a login"))
        .build();
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("session", SecurityScheme::Http(session));
    document
}

fn operations_of(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let get = item.get.as_mut().map(|operation| ("get", operation));
    let post = item.post.as_mut().map(|operation| ("post", operation));
    get.into_iter().chain(post)
}

/// `get_api_v1_user_info`: unique, since a path has each verb once.
fn name_of(verb: &str, path: &str) -> String {
    format!(
        "{verb}{}",
        path.replace(['/', '.'], "_").replace(['{', '}'], "")
    )
}

fn accept_forms(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    let Some(content) = body.content.get("application/json").cloned() else {
        return;
    };
    for form in FORMS {
        body.content.insert(form.to_owned(), content.clone());
    }
}

/// Every path of the document with each of its methods.
#[cfg(test)]
pub(crate) fn operations() -> Vec<(String, &'static str)> {
    let mut paths = described().paths.paths;
    let listed = paths
        .iter_mut()
        .flat_map(|(path, item)| operations_of(item).map(move |(verb, _)| (path.clone(), verb)));
    listed.collect()
}
