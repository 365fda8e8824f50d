//! Which site settings each domain gets to see, in the domain's own words.

use ferroboard_attempts::Limit;
use ferroboard_auth::{AuthPolicy, CaptchaKind, Reminders};
use ferroboard_billing::{
    BillingPolicy, BonusTier, ReceiptPolicy, ReceiptSeller, ReminderPolicy, ResetMethod,
    TopUpPolicy, TrafficReminders, TryOut,
};
use ferroboard_invite::{CommissionPolicy, InvitePolicy};
use ferroboard_kernel::{Cents, GroupId, Percent, PlanId, Seconds, Zone};
use ferroboard_mail::{Encryption, SmtpSettings};
use ferroboard_nodes::{NodePolicy, NodeSecret};
use ferroboard_realname::{Enforcement, MaskStyle, RealNamePolicy};
use ferroboard_shadow_account::{ShadowPolicy, TrafficMode};
use ferroboard_site::{
    Decimal, DepositSettings, Ipv6SubscriptionSettings, Numbers, Plugin, Plugins, RealNameSettings,
    ReceiptSettings, SafeSettings, Settings, TelegramBotSettings,
};
use ferroboard_subscription::SubscriptionPolicy;
use ferroboard_telegram::BotTexts;
use ferroboard_tickets::{TicketPolicy, WithdrawalPolicy};

pub(crate) fn auth(settings: &Settings) -> AuthPolicy {
    let safe = &settings.safe;
    let limit = |count, minutes| Limit {
        count,
        window: Seconds::minutes(minutes),
    };
    AuthPolicy {
        registration_closed: settings.site.stop_register,
        email_code_required: safe.email_verify,
        email_suffixes: safe.email_whitelist_enable.then(|| {
            safe.email_whitelist_suffix
                .iter()
                .map(|s| s.to_ascii_lowercase())
                .collect()
        }),
        email_aliases_refused: safe.email_gmail_limit_enable,
        invite_code_required: settings.invite.invite_force,
        registrations_per_address: safe
            .register_limit_by_ip_enable
            .then(|| limit(safe.register_limit_count, safe.register_limit_expire)),
        failed_logins: safe
            .password_limit_enable
            .then(|| limit(safe.password_limit_count, safe.password_limit_expire)),
        captcha: safe.captcha_enable.then(|| captcha(safe)),
        mail_link_enabled: safe.login_with_mail_link_enable,
        default_reminders: Reminders {
            expire: Some(settings.subscribe.default_remind_expire),
            traffic: Some(settings.subscribe.default_remind_traffic),
        },
    }
}

/// When customers are reminded: what was never set is as in Xboard.
pub(crate) fn reminders(settings: &Settings) -> ReminderPolicy {
    let ReminderPolicy { days, traffic } = ReminderPolicy::default();
    let set = &settings.subscribe;
    let percents = set.notice_traffic_percents.as_ref();
    ReminderPolicy {
        days: set
            .notice_expire_days
            .as_ref()
            .map_or(days, |set| set.0.clone()),
        traffic: percents.map_or(traffic, |set| TrafficReminders::At(set.0.clone())),
    }
}

/// The part of it that is told at once, and not on the daily run alone: what was set.
pub(crate) fn prompt_reminders(settings: &Settings) -> ReminderPolicy {
    let set = &settings.subscribe;
    let numbers = |set: &Option<Numbers>| set.as_ref().map(|set| set.0.clone());
    ReminderPolicy {
        days: numbers(&set.notice_expire_days).unwrap_or_default(),
        traffic: TrafficReminders::At(numbers(&set.notice_traffic_percents).unwrap_or_default()),
    }
}

pub(crate) fn subscription(settings: &Settings) -> SubscriptionPolicy {
    SubscriptionPolicy {
        show_account: settings.subscribe.show_info_to_server_enable,
        show_protocol: settings.subscribe.show_protocol_to_server_enable,
    }
}

fn captcha(safe: &SafeSettings) -> CaptchaKind {
    match safe.captcha_type.as_str() {
        "recaptcha" => CaptchaKind::Recaptcha {
            secret: safe.recaptcha_key.clone().unwrap_or_default(),
        },
        "recaptcha-v3" => CaptchaKind::RecaptchaV3 {
            secret: safe.recaptcha_v3_secret_key.clone().unwrap_or_default(),
            threshold: safe.recaptcha_v3_score_threshold.ten_thousandths() / 100,
        },
        "turnstile" => CaptchaKind::Turnstile {
            secret: safe.turnstile_secret_key.clone().unwrap_or_default(),
        },
        _ => CaptchaKind::Unknown,
    }
}

pub(crate) fn invite(settings: &Settings) -> InvitePolicy {
    InvitePolicy {
        code_required: settings.invite.invite_force,
        codes_are_reusable: settings.invite.invite_never_expire,
        code_limit: settings.invite.invite_gen_limit,
        commission_rate: whole_percent(settings.invite.invite_commission),
        first_order_only: settings.invite.commission_first_time_enable,
    }
}

pub(crate) fn node_secret(settings: &Settings) -> NodeSecret<'_> {
    NodeSecret(settings.server.server_token.as_deref())
}

pub(crate) fn node(settings: &Settings, zone: Zone) -> NodePolicy {
    let server = &settings.server;
    NodePolicy {
        push_interval: Seconds::new(server.server_push_interval),
        pull_interval: Seconds::new(server.server_pull_interval),
        socket_enabled: server.server_ws_enable,
        socket_url: server.server_ws_url.clone(),
        zone,
    }
}

/// How commission is shared. A level that was never set has no share.
pub(crate) fn commission(settings: &Settings) -> CommissionPolicy {
    let invite = &settings.invite;
    let share = |level: Option<Decimal>| {
        Percent::hundredths(
            level
                .map_or(0, |share| share.ten_thousandths() / 100)
                .max(0),
        )
    };
    let shares = if invite.commission_distribution_enable {
        vec![
            share(invite.commission_distribution_l1),
            share(invite.commission_distribution_l2),
            share(invite.commission_distribution_l3),
        ]
    } else {
        vec![Percent::whole(100)]
    };
    CommissionPolicy {
        shares,
        to_balance: invite.withdraw_close_enable,
    }
}

pub(crate) fn tickets(settings: &Settings) -> TicketPolicy {
    TicketPolicy {
        owners_wait_for_answers: settings.site.ticket_must_wait_reply,
    }
}

/// How commission is paid out. The limit is in units of the currency; a fraction of a cent counts as
/// a whole one.
pub(crate) fn withdrawals(settings: &Settings) -> WithdrawalPolicy {
    let invite = &settings.invite;
    let limit = invite.commission_withdraw_limit.ten_thousandths();
    WithdrawalPolicy {
        closed: invite.withdraw_close_enable,
        methods: invite.commission_withdraw_method.clone(),
        minimum: Cents::new(limit.saturating_add(99).div_euclid(100)),
    }
}

fn whole_percent(percent: i64) -> Percent {
    Percent::hundredths(percent.saturating_mul(100))
}

pub(crate) fn try_out(settings: &Settings) -> Option<TryOut> {
    let site = &settings.site;
    let lasts = site.try_out_hour.ten_thousandths().saturating_mul(3_600) / 10_000;
    (site.try_out_plan_id != 0).then(|| TryOut {
        plan_id: PlanId::new(site.try_out_plan_id),
        lasts: Seconds::new(lasts),
    })
}

fn top_ups(settings: &DepositSettings) -> TopUpPolicy {
    let cents = |amount: Decimal| Cents::new(amount.ten_thousandths() / 100);
    let tiers = settings.deposit_bounus.0.iter();
    TopUpPolicy {
        enabled: settings.deposit_enable,
        bonuses: tiers
            .map(|tier| BonusTier {
                from: cents(tier.from),
                bonus: cents(tier.bonus),
            })
            .collect(),
        earns_commission: settings.deposit_commission_enable,
    }
}

fn receipts(settings: &ReceiptSettings) -> ReceiptPolicy {
    let said = |text: Option<&String>| text.cloned().unwrap_or_default();
    ReceiptPolicy {
        seller: ReceiptSeller {
            name: said(settings.receipt_seller_name.as_ref()),
            address: said(settings.receipt_seller_address.as_ref()),
            tax_number: said(settings.receipt_seller_tax_number.as_ref()),
            email: said(settings.receipt_seller_email.as_ref()),
        },
        tax_name: said(settings.tax_name.as_ref()),
        tax_rate: settings.tax_rate_percent,
    }
}

pub(crate) fn billing(settings: &Settings, zone: Zone) -> BillingPolicy {
    let subscribe = &settings.subscribe;
    BillingPolicy {
        plan_change_allowed: subscribe.plan_change_enable,
        surplus_counts: subscribe.surplus_enable,
        reset_on_new: subscribe.new_order_event_id == 1,
        reset_on_renewal: subscribe.renew_order_event_id == 1,
        reset_on_change: subscribe.change_order_event_id == 1,
        reset_method: reset_method(settings),
        early_periods: subscribe.allow_new_period,
        renewal_grace: Seconds::days(subscribe.auto_renewal_grace_days.clamp(0, 365)),
        currency: settings.site.currency.clone(),
        top_ups: top_ups(&settings.deposit),
        receipts: receipts(&settings.receipt),
        zone,
    }
}

pub(crate) fn reset_method(settings: &Settings) -> ResetMethod {
    let code = settings.subscribe.reset_traffic_method;
    ResetMethod::from_code(code).unwrap_or(ResetMethod::Monthly)
}

/// How real names are verified. What has no meaning counts as not set.
pub(crate) fn real_name(settings: &RealNameSettings) -> RealNamePolicy {
    RealNamePolicy {
        auto_approve: settings.auto_approve,
        allow_resubmit: settings.allow_resubmit,
        strict_checksum: settings.strict_checksum,
        min_age: i32::try_from(settings.min_age).unwrap_or(0),
        max_accounts: (settings.max_accounts_per_identity > 0)
            .then_some(settings.max_accounts_per_identity),
        submissions: settings.submit_limit,
        enforcement: Enforcement::named(&settings.enforce).unwrap_or_default(),
        exempts_admins: settings.exempt_admin,
        grace: Seconds::days(settings.grace_days),
        notice: settings.notice.clone(),
        mask: MaskStyle::named(&settings.mask_style).unwrap_or_default(),
        rejected_kept: Seconds::days(settings.retention_days_rejected),
    }
}

/// The rules, where nodes leave out who is not verified.
pub(crate) fn real_names_of_nodes(plugins: &Plugins) -> Option<RealNamePolicy> {
    let plugin = &plugins.real_name;
    let policy = plugin.enabled.then(|| real_name(&plugin.settings));
    policy.filter(|policy| policy.enforcement.covers_nodes())
}

/// How shadow accounts follow. What has no meaning counts as not set.
pub(crate) fn shadow(plugin: &Plugin<Ipv6SubscriptionSettings>) -> ShadowPolicy {
    const GIBIBYTE: i64 = 1_073_741_824;
    let settings = &plugin.settings;
    let plans = settings.allowed_plan_ids.iter();
    let quota = settings.independent_gb.filter(|quota| *quota >= 0);
    ShadowPolicy {
        enabled: plugin.enabled,
        group: settings
            .ipv6_group_id
            .filter(|id| *id > 0)
            .map(GroupId::new),
        plan: settings.ipv6_plan_id.filter(|id| *id > 0).map(PlanId::new),
        allowed_plans: plans
            .filter_map(|id| id.parse().ok().map(PlanId::new))
            .collect(),
        real_name_required: settings.require_real_name,
        suffix: settings.email_suffix.clone(),
        traffic: if settings.traffic_mode == "independent" {
            TrafficMode::Independent {
                quota: quota.map(|quota| quota.saturating_mul(GIBIBYTE)),
            }
        } else {
            TrafficMode::Shared
        },
        copies_password: settings.auto_sync_password,
        allows_login: settings.allow_login,
    }
}

/// The mail server, when the site has one.
pub(crate) fn smtp(settings: &Settings) -> Option<SmtpSettings> {
    let email = &settings.email;
    let host = email.email_host.clone()?;
    let port = email.email_port.and_then(|port| u16::try_from(port).ok());
    let encryption = encryption(email.email_encryption.as_deref(), port);
    let usual_port = match encryption {
        Encryption::Tls => 465,
        Encryption::StartTls => 587,
        Encryption::None => 25,
    };
    let from_address = email
        .email_from_address
        .clone()
        .or_else(|| email.email_username.clone());
    Some(SmtpSettings {
        host,
        port: port.unwrap_or(usual_port),
        username: email.email_username.clone(),
        password: email.email_password.clone(),
        encryption,
        from_address: from_address.unwrap_or_default(),
        from_name: settings.site.app_name.clone(),
    })
}

/// How a connection is protected that is to be. Ports that are for one way alone are right, whatever it is
/// called: a server never speaks TLS first on 587, and always does on 465.
fn encryption(said: Option<&str>, port: Option<u16>) -> Encryption {
    let said = said.map(str::to_ascii_lowercase);
    let usual = match said.as_deref() {
        Some("ssl" | "smtps") => Encryption::Tls,
        Some("tls" | "starttls") => Encryption::StartTls,
        _ => return Encryption::None,
    };
    match port {
        Some(465) => Encryption::Tls,
        Some(25 | 587) => Encryption::StartTls,
        _ => usual,
    }
}

/// What the bot says: the administrator's own texts where there are some.
pub(crate) fn bot_texts(settings: &TelegramBotSettings) -> BotTexts {
    let usual = BotTexts::default();
    let text = |own: &Option<String>, usual: String| {
        let own = own.as_ref().filter(|own| !own.trim().is_empty());
        own.cloned().unwrap_or(usual)
    };
    BotTexts {
        welcome_title: text(&settings.start_welcome_title, usual.welcome_title),
        description: text(&settings.start_bot_description, usual.description),
        bind_guide: text(&settings.start_bind_guide, usual.bind_guide),
        bind_commands: text(&settings.start_bind_commands, usual.bind_commands),
        bound_commands: text(&settings.start_unbind_guide, usual.bound_commands),
        footer: text(&settings.start_footer, usual.footer),
        help: text(&settings.help_text, usual.help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_goes_out_by_what_its_port_is_for() {
        use Encryption::{None as Plain, StartTls, Tls};
        for (said, port, expected) in [
            (None, Some("25"), (Plain, 25)),
            (Some("none"), Some("587"), (Plain, 587)),
            (None, None, (Plain, 25)),
            (Some("ssl"), Some("465"), (Tls, 465)),
            (Some("ssl"), None, (Tls, 465)),
            (Some("SSL"), Some("587"), (StartTls, 587)),
            (Some("tls"), Some("587"), (StartTls, 587)),
            (Some("tls"), Some("25"), (StartTls, 25)),
            (Some("tls"), Some("465"), (Tls, 465)),
            (Some("starttls"), None, (StartTls, 587)),
            (Some("ssl"), Some("2465"), (Tls, 2_465)),
            (Some("tls"), Some("2525"), (StartTls, 2_525)),
        ] {
            let rows = [
                ("email_host", Some("smtp.demo.test")),
                ("email_encryption", said),
                ("email_port", port),
            ];
            let rows = rows.map(|(name, value)| (name.to_owned(), value.map(str::to_owned)));
            let smtp = smtp(&Settings::from_rows(rows)).unwrap();
            assert_eq!((smtp.encryption, smtp.port), expected, "{said:?} {port:?}");
        }
    }
}
