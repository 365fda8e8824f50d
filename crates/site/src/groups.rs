//! Every setting by its name, in the groups in which administrators see them.

use crate::Decimal;
use crate::bonuses::Bonuses;
use crate::entry::Rule::{
    AdminPath, AmountPairs, Days, Flag, Integer, Lines, List, LongText, Name, Number, OneOf,
    Percentage, Percents, Roots, Segment, Share, SocketAddress, Text, WebAddress,
};
use crate::entry::Shown::{Bit, Else, Never};
use crate::entry::{Entry, optional, required};
use crate::numbers::Numbers;

/// Declares a group: a struct whose fields are named as the settings, its defaults, how it is read,
/// and a `Debug` form that hides what is marked `(secret)`.
macro_rules! settings_group {
    (
        $(#[$about:meta])*
        $group:ident {
            $($(#[$doc:meta])* $key:ident $(($secret:ident))? : $kind:ty = $default:expr,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $group {
            $($(#[$doc])* pub $key: $kind,)+
        }

        impl $group {
            pub(crate) fn from_stored(stored: &$crate::StoredSettings) -> Self {
                Self {
                    $($key: stored.value(stringify!($key)).unwrap_or_else(|| $default),)+
                }
            }

            /// The setting of this name as JSON; `None` when the group has no such setting.
            pub fn shown(&self, key: &str) -> Option<serde_json::Value> {
                match key {
                    $(stringify!($key) => Some(crate::SettingValue::shown(&self.$key)),)+
                    _ => None,
                }
            }
        }

        impl Default for $group {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl std::fmt::Debug for $group {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($group))
                    $(.field(stringify!($key), settings_group!(@shown self.$key $(, $secret)?)))+
                    .finish()
            }
        }
    };
    (@shown $field:expr) => { &$field };
    (@shown $field:expr, secret) => { &$field.as_ref().map(|_| Hidden) };
}

pub(crate) use settings_group;

/// Declares a group of the settings page: what [`settings_group`] makes, and behind `=>` what administrators
/// see of a setting and what it may become. A setting without that is none of theirs.
macro_rules! settings {
    (
        $(#[$about:meta])*
        $group:ident {
            $(
                $(#[$doc:meta])*
                $key:ident $(($secret:ident))? : $kind:ty = $default:expr $(=> $entry:expr)?,
            )+
        }
    ) => {
        settings_group! {
            $(#[$about])*
            $group {
                $($(#[$doc])* $key $(($secret))? : $kind = $default,)+
            }
        }

        impl $group {
            /// What administrators see and may set of it, in the order in which it is answered.
            pub(crate) const ENTRIES: &'static [Entry] =
                &[$($($entry.named(stringify!($key)),)?)+];
        }
    };
}

/// Stands for a secret that is set.
struct Hidden;

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

const SHADES: &[&str] = &["dark", "light"];
const COLOURS: &[&str] = &["default", "darkblue", "black", "green"];
const METHODS: &[&str] = &["0", "1", "2", "3", "4"];
const CAPTCHAS: &[&str] = &["recaptcha", "turnstile", "recaptcha-v3"];

pub(crate) fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

settings! {
    /// Group `invite`: invitations and commission.
    InviteSettings {
        /// A registration needs a valid invitation code.
        invite_force: bool = false => optional(Flag),
        /// Percent of commission for inviters without a rate of their own.
        invite_commission: i64 = 10 => optional(Integer),
        /// How many unused invitation codes a user may have.
        invite_gen_limit: i64 = 5 => optional(Integer),
        /// An invitation code stays usable after a registration.
        invite_never_expire: bool = false => optional(Flag),
        /// Only the first order of an invited user pays commission.
        commission_first_time_enable: bool = true => optional(Flag),
        /// Commission is confirmed by a job.
        commission_auto_check_enable: bool = true => optional(Flag),
        /// The least that can be withdrawn, in units of the currency.
        commission_withdraw_limit: Decimal = Decimal::new(1_000_000) => optional(Number),
        /// How commission can be withdrawn.
        commission_withdraw_method: Vec<String> = texts(&["支付宝", "USDT", "Paypal"]) => optional(List),
        /// Nothing can be withdrawn; commission goes to the balance.
        withdraw_close_enable: bool = false => optional(Flag),
        /// Commission is shared among three levels of inviters.
        commission_distribution_enable: bool = false => optional(Flag),
        /// Percent for the inviter.
        commission_distribution_l1: Option<Decimal> = None => optional(Number),
        /// Percent for the inviter's inviter.
        commission_distribution_l2: Option<Decimal> = None => optional(Number),
        /// Percent for the third level.
        commission_distribution_l3: Option<Decimal> = None => optional(Number),
    }
}

settings! {
    /// Group `site`: name, addresses, registration, currency.
    SiteSettings {
        /// Address of the logo.
        logo: Option<String> = None => optional(WebAddress),
        /// Addresses that the panel makes begin with `https`.
        force_https: bool = false => optional(Flag).shown(Bit),
        /// Nobody may register.
        stop_register: bool = false => optional(Flag).shown(Bit),
        /// The site's name.
        app_name: String = "XBoard".to_owned() => optional(Text),
        /// The site's motto, if it has one. Only administrators are told one before it is stored.
        app_description: Option<String> = None => optional(Text).shown(Else("XBoard is best!")),
        /// Root of all addresses that the panel makes.
        app_url: Option<String> = None => optional(WebAddress),
        /// Roots of subscription links, with commas between them.
        subscribe_url: Option<String> = None => optional(Roots),
        /// Whether there is a trial, as other panels write it; nothing depends on it.
        try_out_enable: Option<String> = None => optional(Text).shown(Never),
        /// The plan that a registration gets for a trial; 0 for none.
        try_out_plan_id: i64 = 0 => required(Integer),
        /// How many hours the trial lasts.
        try_out_hour: Decimal = Decimal::new(10_000) => required(Number),
        /// Address of the terms of service.
        tos_url: Option<String> = None => optional(WebAddress),
        /// Code of the currency.
        currency: String = "CNY".to_owned() => optional(Text),
        /// Sign of the currency.
        currency_symbol: String = "¥".to_owned() => optional(Text),
        /// A user may not write twice in a row in a ticket.
        ticket_must_wait_reply: bool = false => optional(Flag),
        /// Publishable key of Stripe, for browsers.
        stripe_pk_live: Option<String> = None,
    }
}

settings! {
    /// Group `deposit`: top-ups.
    DepositSettings {
        /// Customers may top up their balance.
        deposit_enable: bool = false => optional(Flag),
        /// What comes on top of a top-up, as `amount:bonus`, in units of the currency.
        deposit_bounus: Bonuses = Bonuses::default() => optional(AmountPairs),
        /// Inviters earn commission of top-ups.
        deposit_commission_enable: bool = false => optional(Flag),
    }
}

settings! {
    /// Group `receipt`: who sells, and which tax prices contain.
    ReceiptSettings {
        /// Who sells, as receipts name it.
        receipt_seller_name: Option<String> = None => optional(Text),
        /// The seller's address, of several lines.
        receipt_seller_address: Option<String> = None => optional(Lines),
        /// The seller's number at the tax office.
        receipt_seller_tax_number: Option<String> = None => optional(Text),
        /// Where customers write about receipts.
        receipt_seller_email: Option<String> = None => optional(Text),
        /// How many percent of tax come on top of a price without it. Prices contain it.
        tax_rate_percent: Decimal = Decimal::new(0) => required(Percentage),
        /// What the tax is called.
        tax_name: Option<String> = None => optional(Text),
    }
}

settings! {
    /// Group `subscribe`: subscriptions and their links.
    SubscribeSettings {
        /// Another plan may be bought while one is running.
        plan_change_enable: bool = true => optional(Flag),
        /// Code of the rule by which traffic is counted anew, where the plan has none: 0 to 4.
        reset_traffic_method: i64 = 1 => required(OneOf(METHODS)),
        /// Whoever has used the traffic up may begin the next period early.
        allow_new_period: bool = false => optional(Flag),
        /// For how many days a subscription that ended still renews itself, as soon as there is money.
        auto_renewal_grace_days: i64 = 0 => optional(Integer),
        /// The unused value counts towards another plan.
        surplus_enable: bool = true => optional(Flag),
        /// 1: a new order resets the traffic.
        new_order_event_id: i64 = 0 => optional(Integer),
        /// 1: a renewal resets the traffic.
        renew_order_event_id: i64 = 0 => optional(Integer),
        /// 1: a change of plan resets the traffic.
        change_order_event_id: i64 = 0 => optional(Integer),
        /// Subscriptions show the account's state as nodes.
        show_info_to_server_enable: bool = false => optional(Flag),
        /// Names of nodes begin with their protocol.
        show_protocol_to_server_enable: bool = false => optional(Flag),
        /// New users are reminded before they expire.
        default_remind_expire: bool = true => required(Flag),
        /// New users are reminded when their traffic runs out.
        default_remind_traffic: bool = true => required(Flag),
        /// How many days before the end customers are reminded of it, 0 at the end; where it was never set, as
        /// Xboard does: on the day before.
        notice_expire_days: Option<Numbers> = None => optional(Days),
        /// At how many percent of the traffic customers are reminded of it, each once in a period; where it was
        /// never set, as Xboard does: daily from 80 on.
        notice_traffic_percents: Option<Numbers> = None => optional(Percents),
        /// First segment of the path of a subscription link.
        subscribe_path: String = "s".to_owned() => optional(Segment),
        /// What proxy clients show above the nodes.
        subscribe_announcement: Option<String> = None => optional(Text),
    }
}

settings! {
    /// Group `frontend`: the theme.
    FrontendSettings {
        /// Name of the theme.
        frontend_theme: String = "Xboard".to_owned() => optional(Name),
        /// Shade of the side bar: `light` or `dark`.
        frontend_theme_sidebar: String = "light".to_owned() => optional(OneOf(SHADES)),
        /// Shade of the header: `light` or `dark`.
        frontend_theme_header: String = "dark".to_owned() => optional(OneOf(SHADES)),
        /// Colour: `default`, `darkblue`, `black` or `green`.
        frontend_theme_color: String = "default".to_owned() => optional(OneOf(COLOURS)),
        /// Address of the background picture.
        frontend_background_url: Option<String> = None => optional(WebAddress),
    }
}

settings! {
    /// Group `server`: how nodes talk to the panel.
    ServerSettings {
        /// The secret that all nodes share.
        server_token (secret): Option<String> = None => optional(LongText(16)),
        /// How many seconds pass between two pulls of a node.
        server_pull_interval: i64 = 60 => required(Integer),
        /// How many seconds pass between two pushes of a node.
        server_push_interval: i64 = 60 => required(Integer),
        /// Stored for administrators; nothing depends on it.
        device_limit_mode: i64 = 0 => required(Integer),
        /// The handshake offers the WebSocket.
        server_ws_enable: bool = true => required(Flag),
        /// Address of the WebSocket, where it is not the panel's own.
        server_ws_url: Option<String> = None => optional(SocketAddress).shown(Else("")),
    }
}

settings! {
    /// Group `email`: the mail server.
    EmailSettings {
        /// Host name; without it the site has no mail server.
        email_host: Option<String> = None => optional(Text),
        /// Port.
        email_port: Option<i64> = None => optional(Integer),
        /// Login name.
        email_username: Option<String> = None => optional(Text),
        /// Password of the login.
        email_password (secret): Option<String> = None => optional(Text),
        /// `ssl`, `tls` or nothing.
        email_encryption: Option<String> = None => optional(Text),
        /// Sender address.
        email_from_address: Option<String> = None => optional(Text),
        /// Users are reminded by mail.
        remind_mail_enable: bool = false => optional(Flag),
    }
}

settings! {
    /// Group `telegram`: the bot.
    TelegramSettings {
        /// The bot runs.
        telegram_bot_enable: bool = false => optional(Flag),
        /// The bot's secret.
        telegram_bot_token (secret): Option<String> = None => optional(Text),
        /// Where Telegram delivers to, where it is not the panel's own address.
        telegram_webhook_url: Option<String> = None => optional(WebAddress),
        /// The discussion group, as other panels write it; nothing depends on it.
        telegram_discuss_id: Option<String> = None => optional(Text).shown(Never),
        /// The channel, as other panels write it; nothing depends on it.
        telegram_channel_id: Option<String> = None => optional(Text).shown(Never),
        /// Address of the discussion group.
        telegram_discuss_link: Option<String> = None => optional(WebAddress),
    }
}

settings! {
    /// Group `app`: versions and addresses of the client programs.
    AppSettings {
        /// Version for Windows.
        windows_version: Option<String> = None => optional(Text).shown(Else("")),
        /// Address of the program for Windows.
        windows_download_url: Option<String> = None => optional(Text).shown(Else("")),
        /// Version for macOS.
        macos_version: Option<String> = None => optional(Text).shown(Else("")),
        /// Address of the program for macOS.
        macos_download_url: Option<String> = None => optional(Text).shown(Else("")),
        /// Version for Android.
        android_version: Option<String> = None => optional(Text).shown(Else("")),
        /// Address of the program for Android.
        android_download_url: Option<String> = None => optional(Text).shown(Else("")),
    }
}

settings! {
    /// Group `safe`: limits, captcha, and the path of the admin pages.
    SafeSettings {
        /// A registration needs a mailed code.
        email_verify: bool = false => required(Flag),
        /// The home page answers only on the host of `app_url`.
        safe_mode_enable: bool = false => required(Flag),
        /// Path of the admin pages and routes; the first start makes one.
        secure_path (secret): Option<String> = None => required(AdminPath),
        /// Path of the admin pages as older installations set it; counts where `secure_path` is absent.
        frontend_admin_path (secret): Option<String> = None,
        /// Only addresses of the listed domains may register.
        email_whitelist_enable: bool = false => required(Flag),
        /// The listed domains.
        email_whitelist_suffix: Vec<String> = texts(&[
            "gmail.com", "qq.com", "163.com", "yahoo.com", "sina.com", "126.com", "outlook.com",
            "yeah.net", "foxmail.com",
        ]) => optional(List),
        /// No `.` or `+` before the `@` of an address that registers.
        email_gmail_limit_enable: bool = false => required(Flag),
        /// A login link may be asked for by mail.
        login_with_mail_link_enable: bool = false => required(Flag).shown(Never),
        /// A captcha stands before registration and mailed codes.
        captcha_enable: bool = false => required(Flag),
        /// Which captcha: `recaptcha`, `recaptcha-v3` or `turnstile`.
        captcha_type: String = "recaptcha".to_owned() => required(OneOf(CAPTCHAS)),
        /// Secret of reCAPTCHA v2.
        recaptcha_key (secret): Option<String> = None => optional(Text).shown(Else("")),
        /// Site key of reCAPTCHA v2, for browsers.
        recaptcha_site_key: Option<String> = None => optional(Text).shown(Else("")),
        /// Secret of reCAPTCHA v3.
        recaptcha_v3_secret_key (secret): Option<String> = None => optional(Text).shown(Else("")),
        /// Site key of reCAPTCHA v3, for browsers.
        recaptcha_v3_site_key: Option<String> = None => optional(Text).shown(Else("")),
        /// The least score that reCAPTCHA v3 must give: 0 to 1.
        recaptcha_v3_score_threshold: Decimal = Decimal::new(5_000) => required(Share),
        /// Secret of Turnstile.
        turnstile_secret_key (secret): Option<String> = None => optional(Text).shown(Else("")),
        /// Site key of Turnstile, for browsers.
        turnstile_site_key: Option<String> = None => optional(Text).shown(Else("")),
        /// Registrations are limited for each client address.
        register_limit_by_ip_enable: bool = false => required(Flag),
        /// How many registrations one client address has.
        register_limit_count: i64 = 3 => required(Integer),
        /// For how many minutes registrations are counted.
        register_limit_expire: i64 = 60 => required(Integer),
        /// Failed logins are limited for each account.
        password_limit_enable: bool = true => required(Flag),
        /// How many failed logins an account has.
        password_limit_count: i64 = 5 => required(Integer),
        /// For how many minutes failed logins are counted.
        password_limit_expire: i64 = 60 => required(Integer),
        /// Another name of `captcha_enable`: saving it stores a row that nothing reads.
        recaptcha_enable: bool = false => required(Flag),
    }
}
