//! Everything that the panel says to people, by name; the texts are in `locales/`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::LazyLock;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use ferroboard_kernel::Cents;

/// Declares the messages with their keys in the locale files; braces mark those that tell a number:
/// `{ minutes }` how long to wait, `{ limit }` how many there may be, `{ cents }` how much money.
macro_rules! messages {
    ($($name:ident $({ $number:ident })? = $key:literal,)+) => {
        /// Something that the panel says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Message {
            $($name $({ $number: i64 })?,)+
        }

        impl Message {
            /// Each message once.
            const ALL: &[Self] = &[$(Self::$name $({ $number: 1 })?,)+];

            /// Its name in the locale files.
            pub(crate) const fn key(self) -> &'static str {
                match self {
                    $(Self::$name $({ $number: _ })? => $key,)+
                }
            }

            /// The number that it tells, with its name.
            const fn number(self) -> Option<(&'static str, i64)> {
                #[allow(unreachable_patterns, reason = "the arm for messages without a number")]
                match self {
                    $($(Self::$name { $number } => Some((stringify!($number), $number)),)?)+
                    _ => None,
                }
            }
        }
    };
}

messages! {
    // What a request body may lack.
    TextInvalid = "text_invalid",
    EmailRequired = "email_required",
    EmailInvalid = "email_invalid",
    PasswordRequired = "password_required",
    PasswordTooShort = "password_too_short",
    PasswordTooLong = "password_too_long",
    PasswordUnusable = "password_unusable",
    PasswordOver72Bytes = "password_over_72_bytes",
    PasswordTooCommon = "password_too_common",
    OldPasswordRequired = "old_password_required",
    NewPasswordRequired = "new_password_required",
    EmailCodeRequired = "email_code_required",
    TransferAmountRequired = "transfer_amount_required",
    TransferAmountInvalid = "transfer_amount_invalid",
    ReminderInvalid = "reminder_invalid",
    SessionRequired = "session_required",
    PlanRequired = "plan_required",
    PeriodRequired = "period_required",
    PeriodInvalid = "period_invalid",
    TradeNoRequired = "trade_no_required",
    OrderStatusInvalid = "order_status_invalid",
    CouponRequired = "coupon_required",
    GiftCodeRequired = "gift_code_required",
    GiftCodeInvalid = "gift_code_invalid",
    GiftCodeTooShort = "gift_code_too_short",
    GiftCodeTooLong = "gift_code_too_long",
    GiftUsageRequired = "gift_usage_required",
    GiftUsageInvalid = "gift_usage_invalid",
    PageInvalid = "page_invalid",
    PageSizeInvalid = "page_size_invalid",
    ArticleInvalid = "article_invalid",
    LanguageInvalid = "language_invalid",
    KeywordInvalid = "keyword_invalid",
    TimeInvalid = "time_invalid",
    RealNameRequired = "real_name_required",
    RealNameInvalid = "real_name_invalid",
    IdentityNoRequired = "identity_no_required",
    IdentityNoInvalid = "identity_no_invalid",
    IdentityNoChecksum = "identity_no_checksum",
    IdentityTooYoung = "identity_too_young",
    TextUnusable = "text_unusable",
    TicketRequired = "ticket_required",
    TicketSubjectRequired = "ticket_subject_required",
    TicketSubjectTooLong = "ticket_subject_too_long",
    TicketLevelRequired = "ticket_level_required",
    TicketLevelInvalid = "ticket_level_invalid",
    TicketMessageRequired = "ticket_message_required",
    TicketMessageTooLong = "ticket_message_too_long",
    WithdrawMethodRequired = "withdraw_method_required",
    WithdrawAccountRequired = "withdraw_account_required",
    WithdrawAccountInvalid = "withdraw_account_invalid",
    FieldRequired = "field_required",
    FieldNotNumeric = "field_not_numeric",
    FieldNotInteger = "field_not_integer",
    FieldTooSmall = "field_too_small",
    FieldTooLarge = "field_too_large",
    RealNameStatusInvalid = "real_name_status_invalid",
    RealNameActionInvalid = "real_name_action_invalid",
    RealNameReasonRequired = "real_name_reason_required",
    RealNameReasonTooLong = "real_name_reason_too_long",
    RealNameIdsInvalid = "real_name_ids_invalid",
    // Accounts.
    RegistrationsThrottled { minutes } = "registrations_throttled",
    CaptchaRefused = "captcha_refused",
    CaptchaUnknown = "captcha_unknown",
    EmailSuffixRefused = "email_suffix_refused",
    EmailAliasRefused = "email_alias_refused",
    RegistrationClosed = "registration_closed",
    InviteCodeRequired = "invite_code_required",
    InviteCodeInvalid = "invite_code_invalid",
    EmailCodeIncorrect = "email_code_incorrect",
    EmailTaken = "email_taken",
    LoginsThrottled { minutes } = "logins_throttled",
    CredentialsIncorrect = "credentials_incorrect",
    AccountSuspended = "account_suspended",
    AccountMissing = "account_missing",
    RecordUnreadable = "record_unreadable",
    LoginTokenInvalid = "login_token_invalid",
    RecoveriesThrottled { minutes } = "recoveries_throttled",
    NotRegistered = "not_registered",
    MailLinkDisabled = "mail_link_disabled",
    MailLinkThrottled = "mail_link_throttled",
    EmailCodeThrottled = "email_code_throttled",
    EmailCodesThrottled { minutes } = "email_codes_throttled",
    Unauthenticated = "unauthenticated",
    LoginFirst = "login_first",
    OldPasswordIncorrect = "old_password_incorrect",
    PasswordChangesThrottled { minutes } = "password_changes_throttled",
    Busy = "busy",
    // Plans, balances, commission.
    PlanMissing = "plan_missing",
    BalanceOutOfRange = "balance_out_of_range",
    CommissionInsufficient = "commission_insufficient",
    CommissionReserved = "commission_reserved",
    PlanSoldOut = "plan_sold_out",
    PlanNotRenewable = "plan_not_renewable",
    SubscriptionExpired = "subscription_expired",
    PlanChangeClosed = "plan_change_closed",
    PeriodNotSold = "period_not_sold",
    TrafficResetRefused = "traffic_reset_refused",
    BalanceInsufficient = "balance_insufficient",
    AmountOutOfRange = "amount_out_of_range",
    InviteCodesExhausted = "invite_codes_exhausted",
    // Orders, coupons, payments.
    OrderUnfinished = "order_unfinished",
    OrderMissing = "order_missing",
    OrderNotPayable = "order_not_payable",
    OrderNotCancellable = "order_not_cancellable",
    SurplusChanged = "surplus_changed",
    CouponInvalid = "coupon_invalid",
    CouponExhausted = "coupon_exhausted",
    CouponNotStarted = "coupon_not_started",
    CouponExpired = "coupon_expired",
    CouponNotForPlan = "coupon_not_for_plan",
    CouponNotForPeriod = "coupon_not_for_period",
    CouponUsedByUser { limit } = "coupon_used_by_user",
    CouponChecksThrottled { minutes } = "coupon_checks_throttled",
    PaymentMethodUnavailable = "payment_method_unavailable",
    GatewayFailed = "gateway_failed",
    // Gift cards.
    GiftCardUnknown = "gift_card_unknown",
    GiftCardKindDisabled = "gift_card_kind_disabled",
    GiftCardUsed = "gift_card_used",
    GiftCardExpired = "gift_card_expired",
    GiftCardDisabled = "gift_card_disabled",
    GiftConditionsUnmet = "gift_conditions_unmet",
    GiftLimitReached = "gift_limit_reached",
    GiftCardMisconfigured = "gift_card_misconfigured",
    GiftCardsThrottled { minutes } = "gift_cards_throttled",
    GiftUsageMissing = "gift_usage_missing",
    GiftRedeemed = "gift_redeemed",
    GiftKindGeneral = "gift_kind_general",
    GiftKindPlan = "gift_kind_plan",
    GiftKindMystery = "gift_kind_mystery",
    GiftKindUnknown = "gift_kind_unknown",
    GiftStatusUnused = "gift_status_unused",
    GiftStatusUsed = "gift_status_used",
    GiftStatusExpired = "gift_status_expired",
    GiftStatusDisabled = "gift_status_disabled",
    // Articles.
    ArticleMissing = "article_missing",
    ForSubscribers = "for_subscribers",
    // Plugins.
    PluginDisabled = "plugin_disabled",
    PluginMissing = "plugin_missing",
    PluginNotInstalled = "plugin_not_installed",
    PluginInstalled = "plugin_installed",
    PluginStillEnabled = "plugin_still_enabled",
    PluginUpToDate = "plugin_up_to_date",
    PluginProtected = "plugin_protected",
    PluginPackageRefused = "plugin_package_refused",
    PluginConfigInvalid = "plugin_config_invalid",
    PluginKindFeature = "plugin_kind_feature",
    PluginKindPayment = "plugin_kind_payment",
    PluginKindFeatureAbout = "plugin_kind_feature_about",
    PluginKindPaymentAbout = "plugin_kind_payment_about",
    // Real names.
    RealNameUnsubmitted = "real_name_unsubmitted",
    RealNamePending = "real_name_pending",
    RealNameApproved = "real_name_approved",
    RealNameRejected = "real_name_rejected",
    RealNameAlreadyPending = "real_name_already_pending",
    RealNameAlreadyApproved = "real_name_already_approved",
    RealNameResubmissionClosed = "real_name_resubmission_closed",
    RealNamesThrottled { minutes } = "real_names_throttled",
    IdentityUsed = "identity_used",
    RealNameDemanded = "real_name_demanded",
    RealNameMissing = "real_name_missing",
    RealNameConflict = "real_name_conflict",
    OperationRunning = "operation_running",
    // Tickets and withdrawals.
    TicketMissing = "ticket_missing",
    TicketOpen = "ticket_open",
    TicketClosed = "ticket_closed",
    TicketAnswerAwaited = "ticket_answer_awaited",
    TicketMessagesThrottled = "ticket_messages_throttled",
    WithdrawalClosed = "withdrawal_closed",
    WithdrawalMethodUnsupported = "withdrawal_method_unsupported",
    WithdrawalBelowMinimum { cents } = "withdrawal_below_minimum",
    WithdrawalNotRequested = "withdrawal_not_requested",
    WithdrawalSubject = "withdrawal_subject",
    WithdrawalMethodLabel = "withdrawal_method_label",
    WithdrawalAccountLabel = "withdrawal_account_label",
    WithdrawalAmountLabel = "withdrawal_amount_label",
    // The bot.
    BotUnavailable = "bot_unavailable",
    NotTelegram = "not_telegram",
    // Second accounts.
    ShadowRefused = "shadow_refused",
    ShadowMissing = "shadow_missing",
    ShadowLoginClosed = "shadow_login_closed",
    ShadowsThrottled { minutes } = "shadows_throttled",
    Ipv6Unconfigured = "ipv6_unconfigured",
    Ipv6NeedsPlan = "ipv6_needs_plan",
    Ipv6NeedsRunningPlan = "ipv6_needs_running_plan",
    Ipv6PlanNotAllowed = "ipv6_plan_not_allowed",
    // What descriptions of plans say.
    SoldOut = "sold_out",
    NoLimit = "no_limit",
    ResetOnFirstDayOfMonth = "reset_on_first_day_of_month",
    ResetMonthly = "reset_monthly",
    ResetNever = "reset_never",
    ResetOnFirstDayOfYear = "reset_on_first_day_of_year",
    ResetYearly = "reset_yearly",
    // Nodes and machines.
    NodeTokenInvalid = "node_token_invalid",
    NodeTypeInvalid = "node_type_invalid",
    WebSocketExpected = "web_socket_expected",
    NodeMissing = "node_missing",
    MachineUnknown = "machine_unknown",
    MachineDisabled = "machine_disabled",
    MachineRefused = "machine_refused",
    NodeNotOnMachine = "node_not_on_machine",
    ReportInvalid = "report_invalid",
    DevicesInvalid = "devices_invalid",
    // Subscription links.
    SubscribeTokenMissing = "subscribe_token_missing",
    SubscribeTokenUnknown = "subscribe_token_unknown",
    // Requests as such.
    RequestInvalid = "request_invalid",
    JsonInvalid = "json_invalid",
    BodyUnreadable = "body_unreadable",
    TextUnstorable = "text_unstorable",
    AddressUnknown = "address_unknown",
    BodyTooLarge = "body_too_large",
    BodyTooSlow = "body_too_slow",
    RouteUnknown = "route_unknown",
    MethodRefused = "method_refused",
    RequestsThrottled = "requests_throttled",
    Unavailable = "unavailable",
    DiskFull = "disk_full",
    Internal = "internal",
    // What administrators do.
    AdminRequired = "admin_required",
    PlanHasOrders = "plan_has_orders",
    PlanHasUsers = "plan_has_users",
    SettingNotFlag = "setting_not_flag",
    SettingNotInteger = "setting_not_integer",
    SettingNotNumber = "setting_not_number",
    SettingTooSmall = "setting_too_small",
    SettingTooLarge = "setting_too_large",
    SettingNotText = "setting_not_text",
    SettingTooShort { limit } = "setting_too_short",
    SettingTooLong = "setting_too_long",
    SettingNotOneOf = "setting_not_one_of",
    SettingNotAddress = "setting_not_address",
    SettingNotList = "setting_not_list",
    SettingNotPath = "setting_not_path",
    SettingPathTaken = "setting_path_taken",
    SettingNotTemplate = "setting_not_template",
}

impl Message {
    /// The message with this key.
    pub(crate) fn for_key(key: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|message| message.key() == key)
    }

    /// The text in this language.
    pub(crate) fn text(self, locale: Locale) -> Cow<'static, str> {
        let text = locale
            .texts()
            .get(self.key())
            .map_or(self.key(), String::as_str);
        match self.number() {
            Some((name, number)) => text.replace(placeholder(name), &told(name, number)).into(),
            None => text.into(),
        }
    }
}

/// What stands for a number in the texts.
fn placeholder(name: &str) -> &'static str {
    match name {
        "minutes" => ":minute",
        "cents" => ":amount",
        _ => ":limit",
    }
}

/// A number as the texts tell it: money in units of the currency, with its cents where it has any.
fn told(name: &str, number: i64) -> String {
    match name {
        "cents" if number % 100 == 0 => (number / 100).to_string(),
        "cents" => Cents::new(number).to_string(),
        _ => number.to_string(),
    }
}

/// A language that the panel speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locale {
    ZhCn,
    ZhTw,
    EnUs,
    RuRu,
}

type Texts = HashMap<String, String>;

impl FromRequest for Locale {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request.headers())))
    }
}

impl Locale {
    /// What a client speaks that says nothing.
    pub(crate) const DEFAULT: Self = Self::ZhCn;

    /// The language that the request's `Content-Language` names; English for one that we do not speak.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(CONTENT_LANGUAGE) else {
            return Self::DEFAULT;
        };
        let name = value.to_str().unwrap_or_default().trim();
        let known = [
            ("zh-CN", Self::ZhCn),
            ("zh-TW", Self::ZhTw),
            ("ru-RU", Self::RuRu),
        ];
        known
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or(Self::EnUs, |(_, locale)| *locale)
    }

    fn texts(self) -> &'static Texts {
        static ZH_CN: LazyLock<Texts> =
            LazyLock::new(|| parse(include_str!("../locales/zh-CN.json")));
        static ZH_TW: LazyLock<Texts> =
            LazyLock::new(|| parse(include_str!("../locales/zh-TW.json")));
        static EN_US: LazyLock<Texts> =
            LazyLock::new(|| parse(include_str!("../locales/en-US.json")));
        static RU_RU: LazyLock<Texts> =
            LazyLock::new(|| parse(include_str!("../locales/ru-RU.json")));
        match self {
            Self::ZhCn => &ZH_CN,
            Self::ZhTw => &ZH_TW,
            Self::EnUs => &EN_US,
            Self::RuRu => &RU_RU,
        }
    }
}

/// The files are compiled in, and a test reads them all.
fn parse(json: &str) -> Texts {
    serde_json::from_str(json).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const LOCALES: [Locale; 4] = [Locale::ZhCn, Locale::ZhTw, Locale::EnUs, Locale::RuRu];

    #[test]
    fn every_message_has_a_text_in_every_language_and_no_text_is_left_over() {
        for locale in LOCALES {
            for message in Message::ALL {
                let raw = locale.texts().get(message.key());
                let raw = raw.unwrap_or_else(|| panic!("{locale:?} lacks {}", message.key()));
                assert!(!raw.trim().is_empty(), "{locale:?} {}", message.key());
                for name in ["minutes", "limit", "cents"] {
                    let counts = raw.matches(placeholder(name)).count();
                    let told = message.number().is_some_and(|(told, _)| told == name);
                    assert_eq!(counts, usize::from(told), "{locale:?} {}", message.key());
                    let text = message.text(locale);
                    assert!(!text.contains(placeholder(name)), "{}", message.key());
                }
            }
            assert_eq!(locale.texts().len(), Message::ALL.len(), "{locale:?}");
        }
    }

    #[test]
    fn money_is_told_in_units_of_the_currency() {
        for (cents, expected) in [(10_000, "100"), (20_001, "200.01"), (5, "0.05")] {
            let text = Message::WithdrawalBelowMinimum { cents }.text(Locale::ZhCn);
            assert!(text.ends_with(expected), "{text}");
        }
    }

    #[test]
    fn keys_are_unique() {
        for message in Message::ALL {
            assert_eq!(Message::for_key(message.key()), Some(*message));
        }
        assert_eq!(Message::for_key("nothing"), None);
    }

    #[test]
    fn the_content_language_chooses() {
        let mut headers = HeaderMap::new();
        assert_eq!(Locale::of(&headers), Locale::ZhCn);
        for (name, expected) in [
            ("zh-CN", Locale::ZhCn),
            ("zh-tw", Locale::ZhTw),
            ("en-US", Locale::EnUs),
            ("ru-RU", Locale::RuRu),
            ("xx-YY", Locale::EnUs),
        ] {
            headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(name));
            assert_eq!(Locale::of(&headers), expected, "{name}");
        }
        let waiting = Message::LoginsThrottled { minutes: 60 };
        assert!(waiting.text(Locale::ZhCn).contains("60"));
    }
}
