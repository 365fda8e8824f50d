//! What customers decide about themselves.

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::AccountView;
use ferroboard_auth::Reminders;
use ferroboard_web::{Panel, Root};

use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::page::{Page, show as answer};
use crate::visitor::{Customer, MainCustomer};

/// How the bot is bound to an account.
struct Bot {
    name: String,
    /// What is written to it.
    command: String,
}

#[derive(Template)]
#[template(path = "account/profile.html")]
struct ProfilePage {
    page: Page,
    form: Form,
    account: AccountView,
    is_main: bool,
    has_top_ups: bool,
    bot: Option<Bot>,
    group_link: Option<String>,
    has_devices: bool,
    has_real_names: bool,
    has_ipv6: bool,
}

/// The profile.
pub(super) async fn show(customer: Customer, root: Root, panel: Data<Panel>) -> PageResult {
    let Customer { visitor, session } = customer;
    let account = session.account;
    let plugins = panel.plugins();
    let telegram = &visitor.site().telegram;
    let bot = if telegram.telegram_bot_enable && account.telegram_id.is_none() {
        bot(&account, root, &panel).await
    } else {
        None
    };
    let group_link = telegram.telegram_discuss_link.clone();
    let is_web = |link: &String| link.starts_with("https://") || link.starts_with("http://");
    let mut form = Form::default();
    form.fill("remind_expire", u8::from(account.remind_expire));
    form.fill("remind_traffic", u8::from(account.remind_traffic));
    answer(&ProfilePage {
        page: Page::new(&visitor, "/my/profile", "layout.profile")?,
        form,
        is_main: account.shadow_of.is_none(),
        has_top_ups: account.shadow_of.is_none() && panel.application().orders.top_ups().enabled,
        bot,
        group_link: group_link.filter(is_web),
        has_devices: plugins.online_devices.enabled,
        has_real_names: plugins.real_name.enabled,
        has_ipv6: plugins.ipv6_subscription.enabled,
        account,
    })
}

/// The bot, unless Telegram does not tell its name: the page is there all the same.
async fn bot(account: &AccountView, root: Root, panel: &Panel) -> Option<Bot> {
    let account = account.clone();
    let run = panel.run(move |app| async move {
        let name = app.telegram.bot_name().await?;
        let view = app.subscriptions.describe(&account, root.0.for_asker());
        Ok((name, view.await?.subscribe_url))
    });
    let (name, link) = run.await.ok()?;
    let command = format!("/bind {link}");
    (!link.is_empty()).then_some(Bot { name, command })
}

/// Changes the reminder mails.
pub(super) async fn remind(customer: Customer, form: Form, panel: Data<Panel>) -> PageResult {
    let user = customer.session.account.id;
    let reminders = Reminders {
        expire: Some(form.has("remind_expire")),
        traffic: Some(form.has("remind_traffic")),
    };
    let run =
        panel.run(move |app| async move { app.accounts.update_reminders(user, reminders).await });
    run.await?;
    Ok(Flash::done("layout.saved").and_go(&customer.visitor, "/my/profile"))
}

/// Replaces what the subscription link carries: the old one is dead at once.
pub(super) async fn reset(
    customer: MainCustomer,
    root: Root,
    panel: Data<Panel>,
) -> Result<actix_web::HttpResponse, Failure> {
    let MainCustomer(Customer { visitor, session }) = customer;
    let user = session.account.id;
    let run = panel
        .run(move |app| async move { app.accounts.reset_security(user, root.0.for_asker()).await });
    run.await?;
    Ok(Flash::done("account.link_reset").and_go(&visitor, "/"))
}
