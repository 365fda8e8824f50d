//! Accounts: how people get in and out, what waits for them, and what they decide about themselves.

mod apps;
mod captcha;
mod devices;
pub(crate) mod home;
mod links;
mod login;
mod password;
mod preferences;
mod profile;
mod real_name;
mod recovery;
mod register;
mod second_account;
mod sessions;

use actix_web::web::ServiceConfig;

use crate::address::{at, form, page};

/// Mounts these pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(
            at("/my/login")
                .route(page().to(login::show))
                .route(form().to(login::log_in)),
        )
        .service(
            at("/my/login/link")
                .route(page().to(links::show))
                .route(form().to(links::mail)),
        )
        .service(
            at("/my/enter")
                .route(page().to(links::confirm))
                .route(form().to(links::enter)),
        )
        .service(
            at("/my/register")
                .route(page().to(register::show))
                .route(form().to(register::register)),
        )
        .service(at("/my/register/code").route(form().to(register::send_code)))
        .service(
            at("/my/recover")
                .route(page().to(recovery::show))
                .route(form().to(recovery::recover)),
        )
        .service(at("/my/recover/code").route(form().to(recovery::send_code)))
        .service(at("/my/logout").route(form().to(login::log_out)))
        .service(at("/my/preferences").route(form().to(preferences::save)))
        .service(at("/my/profile").route(page().to(profile::show)))
        .service(
            at("/my/profile/password")
                .route(page().to(password::show))
                .route(form().to(password::change)),
        )
        .service(at("/my/profile/reminders").route(form().to(profile::remind)))
        .service(at("/my/profile/reset").route(form().to(profile::reset)))
        .service(
            at("/my/profile/sessions")
                .route(page().to(sessions::show))
                .route(form().to(sessions::end)),
        )
        .service(at("/my/profile/devices").route(page().to(devices::show)))
        .service(
            at("/my/profile/real-name")
                .route(page().to(real_name::show))
                .route(form().to(real_name::submit)),
        )
        .service(
            at("/my/profile/ipv6")
                .route(page().to(second_account::show))
                .route(form().to(second_account::enable)),
        )
        .service(at("/my/profile/ipv6/password").route(form().to(second_account::copy_password)));
}
