use crate::{
    AppSettings, ClientAppSettings, DepositSettings, EmailSettings, FrontendSettings,
    InviteSettings, ReceiptSettings, SafeSettings, ServerSettings, SiteSettings, StoredSettings,
    SubscribeSettings, TelegramSettings, ThemeConfigs,
};

/// Everything an administrator can set, read from `v2_settings`. What was never set, or is
/// malformed, has its default. The `Debug` form hides secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Invitations and commission.
    pub invite: InviteSettings,
    /// Name, addresses, registration, currency.
    pub site: SiteSettings,
    /// Top-ups.
    pub deposit: DepositSettings,
    /// Who sells, and which tax prices contain.
    pub receipt: ReceiptSettings,
    /// Subscriptions and their links.
    pub subscribe: SubscribeSettings,
    /// The theme.
    pub frontend: FrontendSettings,
    /// How nodes talk to the panel.
    pub server: ServerSettings,
    /// The mail server.
    pub email: EmailSettings,
    /// The Telegram bot.
    pub telegram: TelegramSettings,
    /// Client programs.
    pub app: AppSettings,
    /// What client programs are told of themselves.
    pub client_app: ClientAppSettings,
    /// Limits, captcha, and the path of the admin pages.
    pub safe: SafeSettings,
    /// How themes are configured.
    pub theme_configs: ThemeConfigs,
}

impl Settings {
    /// Reads the rows of `v2_settings` as (name, value). It never fails: rows that no setting has
    /// are ignored, and what is malformed counts as absent.
    pub fn from_rows(rows: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        let stored = StoredSettings::from_rows(rows);
        Self {
            invite: InviteSettings::from_stored(&stored),
            site: SiteSettings::from_stored(&stored),
            deposit: DepositSettings::from_stored(&stored),
            receipt: ReceiptSettings::from_stored(&stored),
            subscribe: SubscribeSettings::from_stored(&stored),
            frontend: FrontendSettings::from_stored(&stored),
            server: ServerSettings::from_stored(&stored),
            email: EmailSettings::from_stored(&stored),
            telegram: TelegramSettings::from_stored(&stored),
            app: AppSettings::from_stored(&stored),
            client_app: ClientAppSettings::from_stored(&stored),
            safe: SafeSettings::from_stored(&stored),
            theme_configs: ThemeConfigs::from_stored(&stored),
        }
    }

    /// The path of the admin pages and routes.
    pub fn admin_path(&self) -> Option<&str> {
        let safe = &self.safe;
        let path = safe.secure_path.as_ref();
        path.or(safe.frontend_admin_path.as_ref())
            .map(String::as_str)
    }

    /// The setting of this name as JSON.
    pub(crate) fn shown(&self, key: &str) -> Option<serde_json::Value> {
        let find = [
            self.invite.shown(key),
            self.site.shown(key),
            self.deposit.shown(key),
            self.receipt.shown(key),
            self.subscribe.shown(key),
            self.frontend.shown(key),
            self.server.shown(key),
            self.email.shown(key),
            self.telegram.shown(key),
            self.app.shown(key),
            self.safe.shown(key),
        ];
        find.into_iter().flatten().next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Decimal;

    fn settings(rows: &[(&str, &str)]) -> Settings {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), Some((*value).to_owned()));
        Settings::from_rows(rows.iter().map(own))
    }

    #[test]
    fn without_rows_everything_has_its_default() {
        let defaults = Settings::default();
        assert_eq!(settings(&[]), defaults);
        assert_eq!(defaults.site.app_name, "XBoard");
        assert_eq!(defaults.subscribe.reset_traffic_method, 1);
        assert_eq!(defaults.invite.commission_withdraw_limit.whole(), Some(100));
        assert_eq!(defaults.site.try_out_hour.whole(), Some(1));
        assert_eq!(
            defaults.safe.recaptcha_v3_score_threshold.to_string(),
            "0.5"
        );
        assert!(defaults.safe.password_limit_enable);
        assert!(!defaults.safe.login_with_mail_link_enable);
        assert_eq!(defaults.safe.email_whitelist_suffix.len(), 9);
    }

    #[test]
    fn rows_of_every_kind_arrive_in_their_fields() {
        let read = settings(&[
            ("app_name", "123"),
            ("APP_URL", "https://panel.test"),
            ("server_token", "0123456789012345678901234567890"),
            ("stop_register", "1"),
            ("try_out_hour", "1.5"),
            ("try_out_plan_id", "\"7\""),
            ("commission_distribution_l1", "50"),
            ("email_port", "465"),
            ("email_whitelist_suffix", "gmail.com,qq.com"),
            ("no_such_setting", "1"),
        ]);
        assert_eq!(read.site.app_name, "123");
        assert_eq!(read.site.app_url.as_deref(), Some("https://panel.test"));
        let token = read.server.server_token.as_deref();
        assert_eq!(token, Some("0123456789012345678901234567890"));
        assert!(read.site.stop_register);
        assert_eq!(read.site.try_out_hour, Decimal::new(15_000));
        assert_eq!(read.site.try_out_plan_id, 7);
        let level = read.invite.commission_distribution_l1;
        assert_eq!(level, Some(Decimal::new(500_000)));
        assert_eq!(read.email.email_port, Some(465));
        assert_eq!(read.safe.email_whitelist_suffix, ["gmail.com", "qq.com"]);
    }

    #[test]
    fn malformed_rows_leave_the_default() {
        let read = settings(&[
            ("password_limit_enable", "maybe"),
            ("password_limit_count", "five"),
            ("commission_withdraw_limit", "1,5"),
            ("commission_withdraw_method", "[broken"),
            ("email_port", "null"),
        ]);
        assert_eq!(read, Settings::default());
    }

    #[test]
    fn secrets_are_not_printed() {
        let names = [
            "server_token",
            "email_password",
            "telegram_bot_token",
            "recaptcha_key",
            "recaptcha_v3_secret_key",
            "turnstile_secret_key",
            "secure_path",
            "frontend_admin_path",
        ];
        let read = settings(&names.map(|name| (name, "swordfish")));
        assert_ne!(read, Settings::default());
        let shown = format!("{read:?}");
        assert!(!shown.contains("swordfish"), "{shown}");
        assert!(shown.contains("server_token: Some(…)"), "{shown}");
        assert!(shown.contains("telegram_bot_enable: false"), "{shown}");
    }
}
