//! Everything that the panel says to people, by name; the texts are in `locales/texts.json`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::LazyLock;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use ferroboard_kernel::Cents;
use serde::Deserialize;

/// Declares the messages; braces mark those that tell a number:
/// `{ minutes }` how long to wait, `{ limit }` how many there may be, `{ cents }` how much money.
macro_rules! messages {
    ($($name:ident $({ $number:ident })?,)+) => {
        /// Something that the panel says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Message {
            $($name $({ $number: i64 })?,)+
        }

        impl Message {
            /// Each message once.
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name $({ $number: 1 })?,)+];

            /// Its name in the catalogue.
            pub(crate) const fn key(self) -> &'static str {
                match self {
                    $(Self::$name $({ $number: _ })? => stringify!($name),)+
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
    TextInvalid,
    EmailRequired,
    EmailInvalid,
    PasswordRequired,
    PasswordTooShort,
    PasswordTooLong,
    PasswordUnusable,
    PasswordOver72Bytes,
    PasswordTooCommon,
    OldPasswordRequired,
    NewPasswordRequired,
    EmailCodeRequired,
    TransferAmountRequired,
    TransferAmountInvalid,
    ReminderInvalid,
    NoticeSwitchInvalid,
    NoticeChannelInvalid,
    TelegramNotBound,
    AutoRenewalInvalid,
    SessionRequired,
    PlanRequired,
    PeriodRequired,
    PeriodInvalid,
    DepositAmountRequired,
    DepositAmountInvalid,
    TradeNoRequired,
    OrderStatusInvalid,
    CouponRequired,
    GiftCodeRequired,
    GiftCodeInvalid,
    GiftCodeTooShort,
    GiftCodeTooLong,
    GiftUsageRequired,
    GiftUsageInvalid,
    PageInvalid,
    PageSizeInvalid,
    FilterInvalid,
    FilterUnknown,
    FilterOperatorRefused,
    FilterNumberExpected,
    FilterTooMuch,
    SortInvalid,
    SortUnknown,
    ArticleInvalid,
    LanguageInvalid,
    KeywordInvalid,
    TimeInvalid,
    RealNameRequired,
    RealNameInvalid,
    IdentityNoRequired,
    IdentityNoInvalid,
    IdentityNoChecksum,
    IdentityTooYoung,
    TextUnusable,
    TicketRequired,
    TicketSubjectRequired,
    TicketSubjectTooLong,
    TicketLevelRequired,
    TicketLevelInvalid,
    TicketMessageRequired,
    TicketMessageTooLong,
    WithdrawMethodRequired,
    WithdrawAccountRequired,
    WithdrawAccountInvalid,
    FieldRequired,
    FieldNotNumeric,
    FieldNotInteger,
    FieldTooSmall,
    FieldTooLarge,
    FieldNotFlag,
    FieldNotList,
    FieldNotOneOf,
    FieldNotAddress,
    FieldNotDate,
    FieldTooDeep,
    FieldTooShort { limit },
    FieldTooLong { limit },
    FieldTooFew { limit },
    FieldTooMany { limit },
    RealNameStatusInvalid,
    RealNameActionInvalid,
    RealNameReasonRequired,
    RealNameReasonTooLong,
    RealNameIdsInvalid,
    // Accounts.
    RegistrationsThrottled { minutes },
    CaptchaRefused,
    CaptchaUnknown,
    EmailSuffixRefused,
    EmailAliasRefused,
    RegistrationClosed,
    InviteCodeRequired,
    InviteCodeInvalid,
    EmailCodeIncorrect,
    EmailTaken,
    LoginsThrottled { minutes },
    CredentialsIncorrect,
    AccountSuspended,
    AccountMissing,
    RecordUnreadable,
    LoginTokenInvalid,
    RecoveriesThrottled { minutes },
    NotRegistered,
    MailLinkDisabled,
    MailLinkThrottled,
    EmailCodeThrottled,
    EmailCodesThrottled { minutes },
    Unauthenticated,
    LoginFirst,
    OldPasswordIncorrect,
    PasswordChangesThrottled { minutes },
    Busy,
    // Plans, balances, commission.
    PlanMissing,
    BalanceOutOfRange,
    CommissionInsufficient,
    CommissionReserved,
    PlanSoldOut,
    PlanNotRenewable,
    SubscriptionExpired,
    PlanChangeClosed,
    PeriodNotSold,
    TrafficResetRefused,
    PackageMissing,
    PackageSoldOut,
    PackageRefused,
    TopUpClosed,
    EndpointMissing,
    EndpointsTooMany,
    EndpointAddressRefused,
    EndpointSecretInvalid,
    DeliveryMissing,
    EarlyPeriodClosed,
    TrafficLeft,
    NoNextPeriod,
    BalanceInsufficient,
    AmountOutOfRange,
    InviteCodesExhausted,
    // Orders, coupons, payments.
    OrderUnfinished,
    OrderMissing,
    OrderNotPayable,
    OrderNotCancellable,
    OrderNotPending,
    OrderAmountRequired,
    OrderAmountInvalid,
    BuyerHasOrder,
    CommissionPaid,
    CommissionStatusInvalid,
    OrderStateInvalid,
    ReceiptMissing,
    OrderNotRefundable,
    RefundExceedsPaid { cents },
    RefundAmountInvalid,
    RefundDestinationInvalid,
    ReasonRequired,
    GatewayCannotRefund,
    ReviewMissing,
    ReviewSettled,
    ReviewOfDispute,
    ReviewAmountMissing,
    ReviewExceedsPaid { cents },
    ReviewDoesNotFit,
    SettlementInvalid,
    NothingToTakeBack,
    SurplusChanged,
    CouponMissing,
    CouponCodeTaken,
    CouponIdRequired,
    CouponIdInvalid,
    CouponCountInvalid,
    CouponCountTooLarge,
    CouponNameRequired,
    CouponTypeRequired,
    CouponTypeInvalid,
    CouponValueRequired,
    CouponValueInvalid,
    CouponStartRequired,
    CouponStartInvalid,
    CouponEndRequired,
    CouponEndInvalid,
    CouponEndsBeforeStart,
    CouponUsesInvalid,
    CouponUserUsesInvalid,
    CouponPlansInvalid,
    CouponPeriodsInvalid,
    CouponInvalid,
    CouponExhausted,
    CouponNotStarted,
    CouponExpired,
    CouponNotForPlan,
    CouponNotForPeriod,
    CouponUsedByUser { limit },
    CouponChecksThrottled { minutes },
    PaymentMethodUnavailable,
    PaymentMethodMissing,
    PaymentMethodInUse,
    PaymentNameRequired,
    PaymentGatewayRequired,
    PaymentConfigRequired,
    PaymentConfigInvalid,
    PaymentDomainInvalid,
    PaymentFeeInvalid,
    PaymentShareInvalid,
    GatewayUnavailable,
    SiteAddressMissing,
    GatewayFailed,
    // Gift cards.
    GiftCardUnknown,
    GiftCardKindDisabled,
    GiftCardUsed,
    GiftCardExpired,
    GiftCardDisabled,
    GiftConditionsUnmet,
    GiftLimitReached,
    GiftCardMisconfigured,
    GiftCardsThrottled { minutes },
    GiftUsageMissing,
    GiftRedeemed,
    GiftKindGeneral,
    GiftKindPlan,
    GiftKindMystery,
    GiftKindUnknown,
    GiftStatusUnused,
    GiftStatusUsed,
    GiftStatusExpired,
    GiftStatusDisabled,
    LedgerOpening,
    LedgerOrderDebit,
    LedgerOrderRefund,
    LedgerSurplusRefund,
    LedgerLatePayment,
    LedgerReviewCredit,
    LedgerCommission,
    LedgerTransfer,
    LedgerWithdrawal,
    LedgerClawback,
    LedgerRefund,
    LedgerRefundPayout,
    LedgerGiftCard,
    LedgerAdmin,
    LedgerDeposit,
    LedgerDepositBonus,
    // Articles and announcements.
    GiftTemplateNameRequired,
    GiftTemplateTypeRequired,
    GiftTemplateTypeInvalid,
    GiftRewardsRequired,
    GiftRewardsInvalid,
    GiftConditionsInvalid,
    GiftLimitsInvalid,
    GiftSpecialConfigInvalid,
    GiftColorInvalid,
    GiftBackgroundInvalid,
    GiftBatchTemplateRequired,
    GiftCountRequired,
    GiftCountTooLarge,
    GiftPrefixInvalid,
    GiftTemplateMissing,
    GiftTemplateSwitchedOff,
    GiftTemplateHasCards,
    GiftBatchMissing,
    GiftCardRedeemed,
    GiftCardHasUses,
    GiftCardSwitchedOn,
    GiftCardSwitchedOff,
    GiftCardDeleted,
    GiftCodesGenerated,
    // Articles.
    ArticleMissing,
    ArticleUnknown,
    ArticleIdRequired,
    ArticleCategoryRequired,
    ArticleLanguageRequired,
    ArticleShowInvalid,
    TitleRequired,
    ContentRequired,
    NoticeUnknown,
    NoticeIdRequired,
    NoticeImageInvalid,
    NoticeTagsInvalid,
    OrderInvalid,
    ForSubscribers,
    // Plugins.
    PluginDisabled,
    PluginMissing,
    PluginNotInstalled,
    PluginInstalled,
    PluginStillEnabled,
    PluginUpToDate,
    PluginProtected,
    PluginPackageRefused,
    PluginConfigInvalid,
    PluginUnconfigurable,
    PluginConfigSaved,
    PluginSwitchedOn,
    PluginSwitchedOff,
    PluginKindFeature,
    PluginKindPayment,
    PluginKindFeatureAbout,
    PluginKindPaymentAbout,
    // Themes.
    ThemeNameInvalid,
    ThemeFileRequired,
    ThemeFileTooLarge,
    ThemeFileNameInvalid,
    ThemeConfigInvalid,
    ThemeMissing,
    ThemeActive,
    ThemeSystem,
    ThemeNameTaken,
    ThemeNotNewer,
    ThemeNotZip,
    ThemeBroken,
    ThemeTooManyFiles,
    ThemeTooLarge,
    ThemePathRefused,
    ThemeLinkRefused,
    ThemeConfigMissing,
    ThemeConfigOdd,
    ThemePageMissing,
    ThemeFolderFailed,
    // Real names.
    RealNameUnsubmitted,
    RealNamePending,
    RealNameApproved,
    RealNameRejected,
    RealNameAlreadyPending,
    RealNameAlreadyApproved,
    RealNameResubmissionClosed,
    RealNamesThrottled { minutes },
    IdentityUsed,
    RealNameDemanded,
    RealNameMissing,
    RealNameConflict,
    OperationRunning,
    // Tickets and withdrawals.
    TicketMissing,
    TicketIdRequired,
    TicketOpen,
    TicketClosed,
    TicketAnswerAwaited,
    TicketMessagesThrottled,
    WithdrawalClosed,
    WithdrawalMethodUnsupported,
    WithdrawalBelowMinimum { cents },
    WithdrawalNotRequested,
    WithdrawalSubject,
    WithdrawalMethodLabel,
    WithdrawalAccountLabel,
    WithdrawalAmountLabel,
    // The bot.
    BotUnavailable,
    NotTelegram,
    BotTokenMissing,
    WebhookAddressMissing,
    TelegramRefused,
    // Mails.
    MailTemplateUnknown,
    MailTemplateVerify,
    MailTemplateNotify,
    MailTemplateRemindExpire,
    MailTemplateRemindTraffic,
    MailTemplateMailLogin,
    MailPlaceholderMissing,
    MailNotSent,
    // Second accounts.
    ShadowRefused,
    ShadowMissing,
    ShadowLoginClosed,
    ShadowsThrottled { minutes },
    Ipv6Unconfigured,
    Ipv6NeedsPlan,
    Ipv6NeedsRunningPlan,
    Ipv6PlanNotAllowed,
    // What descriptions of plans say.
    SoldOut,
    NoLimit,
    ResetOnFirstDayOfMonth,
    ResetMonthly,
    ResetNever,
    ResetOnFirstDayOfYear,
    ResetYearly,
    // Nodes and machines.
    NodeTokenInvalid,
    NodeTypeInvalid,
    WebSocketExpected,
    NodeMissing,
    MachineUnknown,
    MachineDisabled,
    MachineRefused,
    NodeNotOnMachine,
    NodeCodeTaken,
    NodeNothingToChange,
    NodeParentMissing,
    NodeRunnerMissing,
    NodeNameRequired,
    NodeHostRequired,
    NodePortRequired,
    NodeServerPortRequired,
    NodeRateRequired,
    NodeRateInvalid,
    NodeGroupsInvalid,
    NodeRoutesInvalid,
    NodeUpperInvalid,
    NodeLimitInvalid,
    NodeLimitNegative,
    NodeHostInvalid,
    NodePortInvalid,
    NodeServerPortInvalid,
    NodeTimeInvalid,
    NodeKeyInvalid,
    NodeShortIdInvalid,
    NodeValueUnusable,
    NodePublicNameInvalid,
    ReportInvalid,
    DevicesInvalid,
    GroupMissing,
    GroupNameRequired,
    GroupHasNodes,
    GroupHasPlans,
    GroupHasUsers,
    MachineMissing,
    RouteMissing,
    RouteRemarksRequired,
    RouteMatchRequired,
    RouteActionRequired,
    RouteActionInvalid,
    // Subscription links.
    SubscribeTokenMissing,
    SubscribeTokenUnknown,
    // Requests as such.
    RequestInvalid,
    JsonInvalid,
    BodyUnreadable,
    FieldsTooMany,
    TextUnstorable,
    AddressUnknown,
    BodyTooLarge,
    BodyTooSlow,
    RouteUnknown,
    HostRefused,
    MethodRefused,
    RequestsThrottled,
    Unavailable,
    DiskFull,
    Internal,
    // What administrators do.
    AdminRequired,
    PlanNameRequired,
    PlanNameTooLong,
    PlanTrafficRequired,
    PlanTrafficInvalid,
    PlanTrafficTooSmall,
    PlanGroupInvalid,
    PlanPriceInvalid,
    PlanPriceNegative,
    PlanPeriodUnknown,
    PlanHasOrders,
    PlanHasUsers,
    PlanIsTrial,
    InviterIsSelf,
    InviterMissing,
    LastAdmin,
    ResetDone,
    ResetOfFirstOfMonth,
    ResetOfFirstOfYear,
    ResetByHand,
    ResetEachMonth,
    ResetOnPurchase,
    ResetEachYear,
    SourceAccess,
    SourceApi,
    SourceAuto,
    SourceGiftCard,
    SourceManual,
    SourceOrder,
    SourceSchedule,
    UserAddressInvalid,
    UserAddressesRequired,
    UserAdminInvalid,
    UserBalanceInvalid,
    UserBannedInvalid,
    UserCommissionInvalid,
    UserCountInvalid,
    UserCountTooLarge,
    UserDevicesInvalid,
    UserDiscountInvalid,
    UserDiscountTooLarge,
    UserDiscountTooSmall,
    UserDownloadInvalid,
    UserExpiryInvalid,
    UserGroupMissing,
    UserIdRequired,
    UserIsAdmin,
    UserIsSelf,
    UserMailContentRequired,
    UserMailSubjectRequired,
    UserNotActive,
    UserPasswordTooShort,
    UserPlanInvalid,
    UserRateInvalid,
    UserRateTooLarge,
    UserRateTooSmall,
    UserScopeRequired,
    UserSpeedInvalid,
    UserStaffInvalid,
    UserTrafficInvalid,
    UserUploadInvalid,
    UserWorkElsewhere,
    UsersUnselected,
    SettingNotFlag,
    SettingNotInteger,
    SettingNotNumber,
    SettingTooSmall,
    SettingTooLarge,
    SettingOverHundred,
    SettingNotText,
    SettingTooShort { limit },
    SettingTooLong,
    SettingNotOneOf,
    SettingNotAddress,
    SettingNotList,
    SettingNotPath,
    SettingNotPair,
    SettingNotDays,
    SettingNotPercents,
    SettingPathTaken,
    SettingNotTemplate,
    UpdateByOperator,
}

impl Message {
    /// The text in this language.
    pub(crate) fn text(self, locale: Locale) -> Cow<'static, str> {
        let text = CATALOGUE
            .get(self.key())
            .map_or(self.key(), |texts| texts.of(locale));
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

/// A language in which refusals are told. Pages speak them all; clients of the API are answered in the first
/// four, which are those of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    /// Simplified Chinese.
    ZhCn,
    /// Traditional Chinese.
    ZhTw,
    /// English.
    EnUs,
    /// Russian.
    RuRu,
    /// Persian.
    FaIr,
    /// Vietnamese.
    ViVn,
}

/// One message in every language.
#[derive(Deserialize)]
struct Texts {
    #[serde(rename = "zh-CN")]
    zh_cn: String,
    #[serde(rename = "zh-TW")]
    zh_tw: String,
    #[serde(rename = "en-US")]
    en_us: String,
    #[serde(rename = "ru-RU")]
    ru_ru: String,
    #[serde(rename = "fa-IR")]
    fa_ir: String,
    #[serde(rename = "vi-VN")]
    vi_vn: String,
}

impl Texts {
    fn of(&self, locale: Locale) -> &str {
        match locale {
            Locale::ZhCn => &self.zh_cn,
            Locale::ZhTw => &self.zh_tw,
            Locale::EnUs => &self.en_us,
            Locale::RuRu => &self.ru_ru,
            Locale::FaIr => &self.fa_ir,
            Locale::ViVn => &self.vi_vn,
        }
    }
}

/// The file is compiled in, and a test reads it all.
static CATALOGUE: LazyLock<HashMap<String, Texts>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../locales/texts.json")).unwrap_or_default()
});

impl FromRequest for Locale {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request.headers())))
    }
}

impl Locale {
    /// Each of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 6] = [
        Self::ZhCn,
        Self::ZhTw,
        Self::EnUs,
        Self::RuRu,
        Self::FaIr,
        Self::ViVn,
    ];

    /// What a client speaks that says nothing.
    pub(crate) const DEFAULT: Self = Self::ZhCn;

    /// The language that the request's `Content-Language` names; English for one that the
    /// API does not speak, though pages may.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(CONTENT_LANGUAGE) else {
            return Self::DEFAULT;
        };
        let name = value.to_str().unwrap_or_default().trim();
        let known = [Self::ZhCn, Self::ZhTw, Self::RuRu].into_iter();
        let mut named = known.filter(|locale| locale.name().eq_ignore_ascii_case(name));
        named.next().unwrap_or(Self::EnUs)
    }

    /// What it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::ZhTw => "zh-TW",
            Self::EnUs => "en-US",
            Self::RuRu => "ru-RU",
            Self::FaIr => "fa-IR",
            Self::ViVn => "vi-VN",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn every_message_has_a_text_in_every_language_and_no_text_is_left_over() {
        for message in Message::ALL {
            let texts = CATALOGUE.get(message.key());
            let texts = texts.unwrap_or_else(|| panic!("{} has no texts", message.key()));
            for locale in Locale::ALL {
                let raw = texts.of(locale);
                assert!(!raw.trim().is_empty(), "{locale:?} {}", message.key());
                for name in ["minutes", "limit", "cents"] {
                    let counts = raw.matches(placeholder(name)).count();
                    let told = message.number().is_some_and(|(told, _)| told == name);
                    assert_eq!(counts, usize::from(told), "{locale:?} {}", message.key());
                    let text = message.text(locale);
                    assert!(!text.contains(placeholder(name)), "{}", message.key());
                }
            }
        }
        assert_eq!(CATALOGUE.len(), Message::ALL.len());
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
        let keys: BTreeSet<&str> = Message::ALL.iter().map(|message| message.key()).collect();
        assert_eq!(keys.len(), Message::ALL.len());
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
            ("fa-IR", Locale::EnUs),
            ("vi-VN", Locale::EnUs),
            ("xx-YY", Locale::EnUs),
        ] {
            headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(name));
            assert_eq!(Locale::of(&headers), expected, "{name}");
        }
        let waiting = Message::LoginsThrottled { minutes: 60 };
        assert!(waiting.text(Locale::ZhCn).contains("60"));
    }
}
