use ferroboard_kernel::{UnixSeconds, lower_hex};
use ferroboard_site::ClientAppSettings;
use md5::{Digest as _, Md5};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::answer::decimal::number;

/// What the operator's client program shows and does: `app_info, features, ui_config,
/// business_rules, server_config, security_config, payment_config, notification_config,
/// cache_config`, each an object of settings; `last_updated`, and a `config_hash` that changes with
/// the others.
#[derive(ToSchema)]
#[schema(value_type = Object)]
pub(crate) struct ProgramConfig(Value);

impl Serialize for ProgramConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl ProgramConfig {
    /// What the settings say at this moment.
    pub(crate) fn new(settings: &ClientAppSettings, at: UnixSeconds) -> Self {
        let mut config = json!({
            "app_info": {
                "app_name": settings.app_name,
                "app_description": settings.app_description,
                "app_url": settings.app_url,
                "logo": settings.logo,
                "version": settings.app_version,
            },
            "features": features(settings),
            "ui_config": appearance(settings),
            "business_rules": rules(settings),
            "server_config": {
                "default_kernel": settings.app_default_kernel,
                "auto_select_fastest": settings.app_auto_select_fastest,
                "fallback_servers": settings.app_fallback_servers,
                "enable_auto_switch": settings.app_enable_auto_switch,
                "switch_threshold_ms": settings.app_switch_threshold_ms,
            },
            "security_config": security(settings),
            "payment_config": {
                "currency": settings.currency,
                "currency_symbol": settings.currency_symbol,
                "withdraw_methods": settings.app_withdraw_methods,
                "min_withdraw_amount": settings.app_min_withdraw_amount,
                "withdraw_fee_rate": number(settings.app_withdraw_fee_rate),
            },
            "notification_config": notifications(settings),
            "cache_config": {
                "config_cache_duration": settings.app_config_cache_duration,
                "server_list_cache_duration": settings.app_server_list_cache_duration,
                "user_info_cache_duration": settings.app_user_info_cache_duration,
            },
        });
        // The time is not hashed: the hash tells whether anything changed.
        let hash = lower_hex(Md5::digest(config.to_string()));
        if let Some(members) = config.as_object_mut() {
            members.insert("last_updated".to_owned(), at.get().into());
            members.insert("config_hash".to_owned(), hash.into());
        }
        Self(config)
    }
}

fn features(settings: &ClientAppSettings) -> Value {
    json!({
        "enable_register": settings.app_enable_register,
        "enable_invite_system": settings.app_enable_invite_system,
        "enable_telegram_bot": settings.telegram_bot_enable,
        "enable_ticket_system": settings.app_enable_ticket_system,
        "ticket_must_wait_reply": settings.ticket_must_wait_reply,
        "enable_commission_system": settings.app_enable_commission_system,
        "enable_traffic_log": settings.app_enable_traffic_log,
        "enable_knowledge_base": settings.app_enable_knowledge_base,
        "enable_announcements": settings.app_enable_announcements,
        "enable_auto_renewal": settings.app_enable_auto_renewal,
        "enable_coupon_system": settings.app_enable_coupon_system,
        "enable_speed_test": settings.app_enable_speed_test,
        "enable_server_ping": settings.app_enable_server_ping,
    })
}

fn appearance(settings: &ClientAppSettings) -> Value {
    json!({
        "theme": {
            "primary_color": settings.app_primary_color,
            "secondary_color": settings.app_secondary_color,
            "accent_color": settings.app_accent_color,
            "background_color": settings.app_background_color,
            "text_color": settings.app_text_color,
        },
        "home_screen": {
            "show_speed_test": settings.app_show_speed_test,
            "show_traffic_chart": settings.app_show_traffic_chart,
            "show_server_ping": settings.app_show_server_ping,
            "default_server_sort": settings.app_default_server_sort,
            "show_connection_status": settings.app_show_connection_status,
        },
        "server_list": {
            "show_country_flags": settings.app_show_country_flags,
            "show_ping_values": settings.app_show_ping_values,
            "show_traffic_usage": settings.app_show_traffic_usage,
            "group_by_country": settings.app_group_by_country,
            "show_server_status": settings.app_show_server_status,
        },
    })
}

fn rules(settings: &ClientAppSettings) -> Value {
    let days = settings.app_subscription_reminder_days.iter();
    let days: Vec<i64> = days.filter_map(|days| days.parse().ok()).collect();
    json!({
        "min_password_length": settings.app_min_password_length,
        "max_login_attempts": settings.app_max_login_attempts,
        "session_timeout_minutes": settings.app_session_timeout_minutes,
        "auto_disconnect_after_minutes": settings.app_auto_disconnect_after_minutes,
        "max_concurrent_connections": settings.app_max_concurrent_connections,
        "traffic_warning_threshold": number(settings.app_traffic_warning_threshold),
        "subscription_reminder_days": days,
        "connection_timeout_seconds": settings.app_connection_timeout_seconds,
        "health_check_interval_seconds": settings.app_health_check_interval_seconds,
    })
}

fn security(settings: &ClientAppSettings) -> Value {
    json!({
        "tos_url": settings.tos_url,
        "privacy_policy_url": settings.app_privacy_policy_url,
        "is_email_verify": i64::from(settings.email_verify),
        "is_invite_force": i64::from(settings.invite_force),
        "email_whitelist_suffix": i64::from(!settings.email_whitelist_suffix.is_empty()),
        "is_captcha": i64::from(settings.captcha_enable),
        "captcha_type": settings.captcha_type,
        "recaptcha_site_key": settings.recaptcha_site_key,
        "recaptcha_v3_site_key": settings.recaptcha_v3_site_key,
        "recaptcha_v3_score_threshold": number(settings.recaptcha_v3_score_threshold),
        "turnstile_site_key": settings.turnstile_site_key,
    })
}

fn notifications(settings: &ClientAppSettings) -> Value {
    json!({
        "enable_push_notifications": settings.app_enable_push_notifications,
        "enable_email_notifications": settings.app_enable_email_notifications,
        "enable_sms_notifications": settings.app_enable_sms_notifications,
        "notification_schedule": {
            "traffic_warning": settings.app_notification_traffic_warning,
            "subscription_expiry": settings.app_notification_subscription_expiry,
            "server_maintenance": settings.app_notification_server_maintenance,
            "promotional_offers": settings.app_notification_promotional_offers,
        },
    })
}
