//! What the operator's own client program is told of itself.

use crate::Decimal;
use crate::groups::{settings_group, texts};

fn text(text: &str) -> String {
    text.to_owned()
}

settings_group! {
    /// What `GET /api/v2/client/app/getConfig` tells client programs. Some names stand in other groups
    /// as well: where nothing is stored, programs are told another default than the panel acts on.
    ClientAppSettings {
        /// The site's name.
        app_name: String = text("XB加速器"),
        /// The site's motto.
        app_description: String = text("专业的网络加速服务"),
        /// The site's address.
        app_url: String = text("https://app.example.com"),
        /// Address of the logo.
        logo: String = text("https://example.com/logo.png"),
        /// Version of the program.
        app_version: String = text("1.0.0"),
        /// Registration is offered.
        app_enable_register: bool = true,
        /// Invitations are offered.
        app_enable_invite_system: bool = true,
        /// The bot runs.
        telegram_bot_enable: bool = false,
        /// Tickets are offered.
        app_enable_ticket_system: bool = true,
        /// A user may not write twice in a row in a ticket.
        ticket_must_wait_reply: bool = false,
        /// Commission is offered.
        app_enable_commission_system: bool = true,
        /// The traffic log is offered.
        app_enable_traffic_log: bool = true,
        /// Articles are offered.
        app_enable_knowledge_base: bool = true,
        /// Notices are offered.
        app_enable_announcements: bool = true,
        /// Automatic renewal is offered.
        app_enable_auto_renewal: bool = false,
        /// Coupons are offered.
        app_enable_coupon_system: bool = true,
        /// A speed test is offered.
        app_enable_speed_test: bool = true,
        /// Latency is measured.
        app_enable_server_ping: bool = true,
        /// First colour.
        app_primary_color: String = text("#00C851"),
        /// Second colour.
        app_secondary_color: String = text("#007E33"),
        /// Colour of what stands out.
        app_accent_color: String = text("#FF6B35"),
        /// Colour behind everything.
        app_background_color: String = text("#F5F5F5"),
        /// Colour of texts.
        app_text_color: String = text("#333333"),
        /// The home screen has the speed test.
        app_show_speed_test: bool = true,
        /// The home screen has the chart of traffic.
        app_show_traffic_chart: bool = true,
        /// The home screen shows latency.
        app_show_server_ping: bool = true,
        /// How nodes are sorted at first.
        app_default_server_sort: String = text("ping"),
        /// The home screen shows whether it is connected.
        app_show_connection_status: bool = true,
        /// The list of nodes has flags.
        app_show_country_flags: bool = true,
        /// The list of nodes shows latency.
        app_show_ping_values: bool = true,
        /// The list of nodes shows traffic.
        app_show_traffic_usage: bool = true,
        /// The list of nodes is grouped by country.
        app_group_by_country: bool = false,
        /// The list of nodes shows their state.
        app_show_server_status: bool = true,
        /// How long passwords are at least.
        app_min_password_length: i64 = 8,
        /// How many logins may fail.
        app_max_login_attempts: i64 = 5,
        /// How many minutes a session lasts.
        app_session_timeout_minutes: i64 = 30,
        /// After how many minutes the connection is closed.
        app_auto_disconnect_after_minutes: i64 = 60,
        /// How many connections there may be.
        app_max_concurrent_connections: i64 = 3,
        /// At which share of the traffic the user is warned.
        app_traffic_warning_threshold: Decimal = Decimal::new(8_000),
        /// How many days before the end the user is reminded.
        app_subscription_reminder_days: Vec<String> = texts(&["7", "3", "1"]),
        /// How many seconds connecting may take.
        app_connection_timeout_seconds: i64 = 10,
        /// How many seconds pass between two health checks.
        app_health_check_interval_seconds: i64 = 30,
        /// Which core is used: `clash` or `singbox`.
        app_default_kernel: String = text("clash"),
        /// The fastest node is chosen.
        app_auto_select_fastest: bool = true,
        /// Nodes to fall back to.
        app_fallback_servers: Vec<String> = texts(&["server1", "server2"]),
        /// Slow nodes are left.
        app_enable_auto_switch: bool = true,
        /// What is slow, in milliseconds.
        app_switch_threshold_ms: i64 = 1000,
        /// Address of the terms of service.
        tos_url: String = text("https://example.com/tos"),
        /// Address of the privacy policy.
        app_privacy_policy_url: String = text("https://example.com/privacy"),
        /// A registration needs a mailed code.
        email_verify: bool = true,
        /// A registration needs an invitation code.
        invite_force: bool = false,
        /// The domains whose addresses may register.
        email_whitelist_suffix: Vec<String> = Vec::new(),
        /// A captcha stands before registration.
        captcha_enable: bool = true,
        /// Which captcha.
        captcha_type: String = text("recaptcha"),
        /// Site key of reCAPTCHA v2; the default is the one that Google gives for tests.
        recaptcha_site_key: String = text("6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI"),
        /// Site key of reCAPTCHA v3.
        recaptcha_v3_site_key: String = text("6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI"),
        /// The least score of reCAPTCHA v3.
        recaptcha_v3_score_threshold: Decimal = Decimal::new(5_000),
        /// Site key of Turnstile.
        turnstile_site_key: String = text("0x4AAAAAAAABkMYinukE8nzUg"),
        /// Code of the currency.
        currency: String = text("CNY"),
        /// Sign of the currency.
        currency_symbol: String = text("¥"),
        /// How commission can be withdrawn.
        app_withdraw_methods: Vec<String> = texts(&["alipay", "wechat", "bank"]),
        /// The least that can be withdrawn, in cents.
        app_min_withdraw_amount: i64 = 100,
        /// Which share a withdrawal costs.
        app_withdraw_fee_rate: Decimal = Decimal::new(100),
        /// The program shows notices.
        app_enable_push_notifications: bool = true,
        /// Notices go out by mail.
        app_enable_email_notifications: bool = true,
        /// Notices go out as text messages.
        app_enable_sms_notifications: bool = false,
        /// The user is told that traffic runs out.
        app_notification_traffic_warning: bool = true,
        /// The user is told that the subscription ends.
        app_notification_subscription_expiry: bool = true,
        /// The user is told of maintenance.
        app_notification_server_maintenance: bool = true,
        /// The user is told of offers.
        app_notification_promotional_offers: bool = false,
        /// How many seconds the program keeps this.
        app_config_cache_duration: i64 = 3600,
        /// How many seconds the program keeps the list of nodes.
        app_server_list_cache_duration: i64 = 1800,
        /// How many seconds the program keeps the account.
        app_user_info_cache_duration: i64 = 900,
    }
}
