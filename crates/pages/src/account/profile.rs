//! What customers decide about themselves.

use actix_web::web::Data;
use askama::Template;
use ferroboard_application::{AccountView, NoticeChange};
use ferroboard_auth::Reminders;
use ferroboard_mail::NoticeChannel;
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
    /// Where notices may go; empty where there is no choice.
    channels: Vec<(&'static str, String)>,
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
    let is_main = account.shadow_of.is_none();
    if is_main {
        fill_choice(&mut form, &account, &panel).await?;
    }
    let page = Page::new(&visitor, "/my/profile", "layout.profile")?;
    let has_choice = is_main && account.telegram_id.is_some();
    answer(&ProfilePage {
        channels: if has_choice {
            channels(&page)
        } else {
            Vec::new()
        },
        page,
        form,
        is_main,
        has_top_ups: account.shadow_of.is_none() && panel.application().orders.top_ups().enabled,
        bot,
        group_link: group_link.filter(is_web),
        has_devices: plugins.online_devices.enabled,
        has_real_names: plugins.real_name.enabled,
        has_ipv6: plugins.ipv6_subscription.enabled,
        account,
    })
}

/// What the account is told of, as the form shows it.
async fn fill_choice(form: &mut Form, account: &AccountView, panel: &Panel) -> Result<(), Failure> {
    let user = account.id;
    let run = panel.run(move |app| async move { app.notice_choices.choice(user).await });
    let choice = run.await?;
    let channel = choice.channel.unwrap_or(NoticeChannel::Mail);
    form.fill("channel", channel.as_str());
    for (name, is_on) in [
        ("renewal", choice.renewal),
        ("payment", choice.payment),
        ("ticket", choice.ticket),
        ("login", choice.login),
    ] {
        form.fill(name, u8::from(is_on));
    }
    Ok(())
}

/// Where notices may go to who has a chat.
fn channels(page: &Page) -> Vec<(&'static str, String)> {
    let label = |channel: NoticeChannel| match channel {
        NoticeChannel::Mail => page.t("account.channel_mail"),
        NoticeChannel::Telegram => page.t("account.channel_telegram"),
        NoticeChannel::Both => page.t("account.channel_both"),
    };
    let all = NoticeChannel::ALL.into_iter();
    all.map(|channel| (channel.as_str(), label(channel).to_owned()))
        .collect()
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

/// Changes what the customer is told of, and where. What the form does not have stays as it is; of a second
/// account there is nothing but the reminders.
pub(super) async fn remind(customer: Customer, form: Form, panel: Data<Panel>) -> PageResult {
    let account = customer.session.account;
    let reminders = Reminders {
        expire: Some(form.has("remind_expire")),
        traffic: Some(form.has("remind_traffic")),
    };
    let (user, is_main) = (account.id, account.shadow_of.is_none());
    let change = change(&form, reminders);
    let run = panel.run(move |app| async move {
        if is_main {
            app.notice_choices.change(user, change).await
        } else {
            app.accounts.update_reminders(user, reminders).await
        }
    });
    run.await?;
    Ok(Flash::done("layout.saved").and_go(&customer.visitor, "/my/profile"))
}

fn change(form: &Form, reminders: Reminders) -> NoticeChange {
    let switch = |name: &str| {
        let is_there = form.input().fields().contains_key(name);
        is_there.then(|| form.has(name))
    };
    NoticeChange {
        channel: NoticeChannel::named(form.text("channel")),
        reminders,
        payment: switch("payment"),
        renewal: switch("renewal"),
        ticket: switch("ticket"),
        login: switch("login"),
    }
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
