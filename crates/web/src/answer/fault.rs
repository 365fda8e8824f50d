//! Every refusal and failure as a status and a message: the only such table.

use ferroboard_attempts::{Attempt, Throttled};
use std::borrow::Cow;

use actix_web::body::{BoxBody, EitherBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use ferroboard_application::{Error, UserRefused};
use ferroboard_auth::AuthError;
use ferroboard_billing::BillingError;
use ferroboard_giftcard::{CardStatus, GiftCardError, Reason};
use ferroboard_invite::InviteError;
use ferroboard_kernel::{Seconds, StoreError};
use ferroboard_knowledge::KnowledgeError;
use ferroboard_mail::{MailError, MailFailed};
use ferroboard_nodes::NodeError;
use ferroboard_realname::{NumberRefused, RealNameError};
use ferroboard_shadow_account::ShadowError;
use ferroboard_site::{PluginError, SettingRefused, ThemeError};
use ferroboard_subscription::SubscriptionError;
use ferroboard_telegram::{TelegramError, TelegramFailed};
use ferroboard_tickets::TicketError;

use crate::answer::envelope::{FailureBody, FieldTexts};
use crate::answer::messages::{Locale, Message};
use crate::answer::node_flaws;

/// How many seconds a client is asked to wait when the panel is overloaded or its database away.
const RETRY_SOON: i64 = 1;

/// A field and what is wrong with it.
pub(crate) type RefusedField = (Cow<'static, str>, Vec<Message>);

/// What a [`Fault`] says in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The refusal as a whole.
    pub message: String,
    /// Fields and what is wrong with each, in the order of their declaration. Members of lists are named with
    /// points, as in `prices.0`.
    pub fields: Vec<(String, Vec<String>)>,
}

/// Why a request got no success: a status, and texts that are taken from the catalogue.
#[derive(Debug)]
pub struct Fault {
    status: StatusCode,
    message: Message,
    code: Option<&'static str>,
    fields: Vec<RefusedField>,
    /// How many messages about further fields are left out.
    untold: u32,
    /// `data` is false instead of null.
    is_false: bool,
    /// The message stands in `error` as well.
    is_detailed: bool,
    /// What others say of it, in their own words; behind the message.
    quoted: Option<Box<str>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Box<str>>,
}

impl Fault {
    pub(crate) const fn new(status: StatusCode, message: Message) -> Self {
        Self {
            status,
            message,
            code: None,
            fields: Vec::new(),
            untold: 0,
            is_false: false,
            is_detailed: false,
            quoted: None,
            headers: Vec::new(),
            cause: None,
        }
    }

    /// 400 with this message.
    pub(crate) const fn refused(message: Message) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 422 with this message.
    pub(crate) const fn unprocessable(message: Message) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// The same with its message in `error` as well, where old clients look for it.
    pub(crate) const fn detailed(mut self) -> Self {
        self.is_detailed = true;
        self
    }

    /// The same with what others say of it, in their own words.
    pub(crate) fn quoting(mut self, words: impl Into<String>) -> Self {
        self.quoted = Some(words.into().into_boxed_str());
        self
    }

    /// A refusal (and no failure) in other words.
    pub(crate) fn replaced(self, status: StatusCode, message: Message) -> Self {
        if self.status.is_client_error() {
            Self::new(status, message)
        } else {
            self
        }
    }

    /// The same with `data` false, where pages look for it.
    pub(crate) const fn with_false(mut self) -> Self {
        self.is_false = true;
        self
    }

    /// 422 for these fields, in the order of their declaration.
    pub(crate) fn invalid(fields: Vec<(&'static str, Vec<Message>)>) -> Self {
        let fields = fields.into_iter();
        let fields = fields.map(|(field, messages)| (Cow::Borrowed(field), messages));
        Self::complaining(fields.collect(), 0)
    }

    /// The same where so many messages more are not told.
    pub(crate) fn complaining(fields: Vec<RefusedField>, untold: u32) -> Self {
        let first = fields.iter().flat_map(|(_, messages)| messages).next();
        let message = first.copied().unwrap_or(Message::RequestInvalid);
        Self {
            fields,
            untold,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
        }
    }

    /// What was read, unless these fields are wrong as well, which are complained of beside the others.
    pub(crate) fn beside<T>(
        read: Result<T, Self>,
        fields: Vec<(&'static str, Vec<Message>)>,
    ) -> Result<T, Self> {
        if fields.is_empty() {
            return read;
        }
        let mut wrong = Self::invalid(fields);
        match read {
            Err(fault) if fault.fields.is_empty() => return Err(fault),
            Err(fault) => {
                wrong.fields.extend(fault.fields);
                wrong.untold = fault.untold;
            }
            Ok(_) => {}
        }
        Err(wrong)
    }

    /// 500; the cause goes to the log alone.
    pub(crate) fn internal(cause: String) -> Self {
        Self {
            cause: Some(cause.into_boxed_str()),
            ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, Message::Internal)
        }
    }

    /// 404 of a path that is none of ours.
    pub(crate) const fn unknown_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, Message::RouteUnknown)
    }

    /// 405, naming what the path does support.
    pub(crate) fn method_refused(allowed: HeaderValue) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, Message::MethodRefused).with(ALLOW, allowed)
    }

    /// 429 with the seconds to wait.
    pub(crate) fn throttled(message: Message, wait: Seconds) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
            .with(RETRY_AFTER, HeaderValue::from(wait.get().max(1)))
    }

    /// 403 for a shadow account.
    pub(crate) const fn of_shadow() -> Self {
        Self::new(StatusCode::FORBIDDEN, Message::ShadowRefused).coded("shadow_account")
    }

    /// Names the reason for programs.
    pub(crate) const fn coded(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds a header to the answer.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// 503; the cause goes to the log alone.
    pub(crate) fn out_of_service(cause: String) -> Self {
        Self::unavailable(Message::Unavailable, Some(cause.into_boxed_str()))
    }

    /// 503 that says that the database has no room left.
    pub(crate) fn disk_full(cause: String) -> Self {
        Self::unavailable(Message::DiskFull, Some(cause.into_boxed_str())).coded("disk_full")
    }

    fn unavailable(message: Message, cause: Option<Box<str>>) -> Self {
        Self {
            cause,
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
        }
        .with(RETRY_AFTER, HeaderValue::from(RETRY_SOON))
    }

    /// Whether it says this.
    pub(crate) fn is(&self, message: Message) -> bool {
        self.message == message
    }

    /// The fields and what is wrong with them.
    #[cfg(test)]
    pub(crate) fn complaints(&self) -> &[RefusedField] {
        &self.fields
    }

    /// What went wrong inside, for the log.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// How many seconds to wait before another try, where it says so.
    pub fn retry_after(&self) -> Option<&HeaderValue> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(name, _)| *name == RETRY_AFTER);
        found.map(|(_, value)| value)
    }

    /// What it says, for a page: as a whole, and of each field.
    pub fn told(&self, locale: Locale) -> Told {
        let texts = |messages: &[Message]| {
            let texts = messages.iter().map(|message| message.text(locale));
            texts.map(Cow::into_owned).collect()
        };
        let fields = self.fields.iter();
        Told {
            message: match &self.quoted {
                Some(words) => format!("{}: {words}", self.message.text(locale)),
                None => self.message.text(locale).into_owned(),
            },
            fields: fields
                .map(|(field, messages)| (field.to_string(), texts(messages)))
                .collect(),
        }
    }

    /// The answer in this language.
    pub(crate) fn respond(&self, locale: Locale) -> HttpResponse {
        let (message, texts) = (self.headline(locale), self.field_texts(locale));
        let detail = self.is_detailed.then(|| message.clone());
        let data = self.is_false.then_some(false);
        let body = FailureBody::new(message, data, detail, self.code, texts);
        let mut response = body.answer(self.status);
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response
    }

    /// The answer of a guard. The fault stays with it, so that it is logged with its cause and told in the
    /// request's language as a handler's is.
    pub(crate) fn refuse<B>(self, request: HttpRequest) -> ServiceResponse<EitherBody<B, BoxBody>> {
        ServiceResponse::new(request, HttpResponse::from_error(self)).map_into_right_body()
    }

    fn headline(&self, locale: Locale) -> String {
        let mut text = self.message.text(locale);
        if let Some(words) = &self.quoted {
            text = Cow::Owned(format!("{text}: {words}"));
        }
        let told: usize = self.fields.iter().map(|(_, messages)| messages.len()).sum();
        let untold = usize::try_from(self.untold).unwrap_or(usize::MAX);
        match told.saturating_add(untold) {
            // Pages that look for false show the message as it is.
            _ if self.is_false => text.into_owned(),
            0 | 1 => text.into_owned(),
            2 => format!("{text} (and 1 more error)"),
            more => format!("{text} (and {} more errors)", more - 1),
        }
    }

    fn field_texts(&self, locale: Locale) -> Option<FieldTexts> {
        let texts = |messages: &[Message]| {
            let texts = messages.iter().map(|message| message.text(locale));
            texts.map(Cow::into_owned).collect()
        };
        let fields = self.fields.iter();
        let fields = fields.map(|(field, messages)| (field.clone(), texts(messages)));
        (!self.fields.is_empty()).then(|| FieldTexts(fields.collect()))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message.key())
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// In the default language; what surrounds every request renders it again for another one.
    fn error_response(&self) -> HttpResponse {
        self.respond(Locale::DEFAULT)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Throttled(refusal) => from_throttled(refusal),
            Error::Auth(refusal) => from_auth(refusal),
            Error::Billing(refusal) => from_billing(refusal),
            Error::GiftCard(refusal) => from_gift_card(refusal),
            Error::Invite(refusal) => from_invite(refusal),
            Error::SettingsRefused(fields) => from_settings(&fields),
            Error::Knowledge(refusal) => from_knowledge(&refusal),
            Error::Mail(refusal) => from_mail(refusal),
            Error::RealName(refusal) => from_real_name(refusal),
            Error::Shadow(refusal) => from_shadow(refusal),
            Error::PluginDisabled => Self::refused(Message::PluginDisabled),
            Error::Plugin(refusal) => from_plugin(&refusal),
            Error::Theme(refusal) => from_theme(refusal),
            Error::Ticket(refusal) => from_ticket(&refusal),
            Error::Nodes(refusal) => from_nodes(&refusal),
            Error::Subscription(refusal) => refusal.into(),
            Error::User(refusal) => Self::refused(from_user(refusal)),
            Error::Telegram(refusal) => from_telegram(refusal),
            Error::TelegramFailed(TelegramFailed(reason)) => {
                Self::refused(Message::TelegramRefused).quoting(reason)
            }
            Error::GatewayFailed => Self::refused(Message::GatewayFailed),
            Error::SiteAddressMissing => Self::refused(Message::SiteAddressMissing),
            Error::AddressUnknown => Self {
                cause: Some(error.to_string().into_boxed_str()),
                ..Self::refused(Message::AddressUnknown)
            },
            Error::Store(error) => from_store(&error),
            Error::Internal(cause) => Self::internal(cause),
        }
    }
}

impl From<SubscriptionError> for Fault {
    fn from(refusal: SubscriptionError) -> Self {
        match refusal {
            SubscriptionError::TokenUnknown => {
                Self::new(StatusCode::FORBIDDEN, Message::SubscribeTokenUnknown)
            }
        }
    }
}

/// Why a change of a user was refused. Pages log out whom they take for no administrator, so that none of
/// it is 401 or 403.
const fn from_user(refusal: UserRefused) -> Message {
    match refusal {
        UserRefused::Missing => Message::AccountMissing,
        UserRefused::EmailTaken => Message::EmailTaken,
        UserRefused::GroupMissing => Message::UserGroupMissing,
        UserRefused::InviterMissing => Message::InviterMissing,
        UserRefused::InviterIsSelf => Message::InviterIsSelf,
        UserRefused::IsSelf => Message::UserIsSelf,
        UserRefused::IsAdmin => Message::UserIsAdmin,
        UserRefused::LastAdmin => Message::LastAdmin,
        UserRefused::NotActive => Message::UserNotActive,
        UserRefused::WorkedElsewhere => Message::UserWorkElsewhere,
    }
}

fn from_throttled(refusal: Throttled) -> Fault {
    let Throttled { what, wait } = refusal;
    let minutes = minutes(wait);
    let message = match what {
        Attempt::Act => Message::RequestsThrottled,
        Attempt::Coupon => Message::CouponChecksThrottled { minutes },
        Attempt::EmailCode => Message::EmailCodesThrottled { minutes },
        // As the reference says it.
        Attempt::EmailCodeAgain => return Fault::refused(Message::EmailCodeThrottled),
        Attempt::GiftCard => Message::GiftCardsThrottled { minutes },
        Attempt::Login => Message::LoginsThrottled { minutes },
        Attempt::MailLink => Message::MailLinkThrottled,
        Attempt::PasswordChange => Message::PasswordChangesThrottled { minutes },
        Attempt::RealName => Message::RealNamesThrottled { minutes },
        Attempt::Recovery => Message::RecoveriesThrottled { minutes },
        Attempt::Registration => Message::RegistrationsThrottled { minutes },
        Attempt::Shadow => Message::ShadowsThrottled { minutes },
        Attempt::TicketMessage => Message::TicketMessagesThrottled,
    };
    Fault::throttled(message, wait)
}

fn from_auth(refusal: AuthError) -> Fault {
    use AuthError as Refusal;
    match refusal {
        Refusal::PasswordTooLong => Fault::unprocessable(Message::PasswordOver72Bytes),
        Refusal::PasswordTooCommon => Fault::unprocessable(Message::PasswordTooCommon),
        Refusal::InviteCodeRequired => Fault::unprocessable(Message::InviteCodeRequired),
        Refusal::EmailCodeRequired => Fault::unprocessable(Message::EmailCodeRequired),
        Refusal::MailLinkDisabled => Fault::new(StatusCode::NOT_FOUND, Message::MailLinkDisabled),
        Refusal::Unauthenticated => Fault::new(StatusCode::FORBIDDEN, Message::Unauthenticated),
        Refusal::Busy => Fault::unavailable(Message::Busy, None),
        Refusal::CaptchaRefused => Fault::refused(Message::CaptchaRefused),
        Refusal::CaptchaUnknown => Fault::refused(Message::CaptchaUnknown),
        Refusal::EmailSuffixRefused => Fault::refused(Message::EmailSuffixRefused),
        Refusal::EmailAliasRefused => Fault::refused(Message::EmailAliasRefused),
        Refusal::RegistrationClosed => Fault::refused(Message::RegistrationClosed),
        Refusal::EmailCodeIncorrect => Fault::refused(Message::EmailCodeIncorrect),
        Refusal::EmailTaken => Fault::refused(Message::EmailTaken),
        Refusal::CredentialsIncorrect => Fault::refused(Message::CredentialsIncorrect),
        Refusal::AccountSuspended => Fault::refused(Message::AccountSuspended),
        Refusal::LoginTokenInvalid => Fault::refused(Message::LoginTokenInvalid),
        Refusal::NotRegistered => Fault::refused(Message::NotRegistered),
        Refusal::AccountMissing => Fault::refused(Message::AccountMissing),
        Refusal::OldPasswordIncorrect => Fault::refused(Message::OldPasswordIncorrect),
        Refusal::Store(error) => from_store(&error),
    }
}

fn from_billing(refusal: BillingError) -> Fault {
    use BillingError as Refusal;
    Fault::refused(match refusal {
        Refusal::PlanMissing => Message::PlanMissing,
        Refusal::PlanHasOrders => Message::PlanHasOrders,
        Refusal::PlanHasUsers => Message::PlanHasUsers,
        Refusal::PlanIsTrial => Message::PlanIsTrial,
        Refusal::PlanSoldOut => Message::PlanSoldOut,
        Refusal::PlanNotRenewable => Message::PlanNotRenewable,
        Refusal::SubscriptionExpired => Message::SubscriptionExpired,
        Refusal::PlanChangeClosed => Message::PlanChangeClosed,
        Refusal::PeriodNotSold => Message::PeriodNotSold,
        Refusal::TrafficResetRefused => Message::TrafficResetRefused,
        Refusal::EarlyPeriodClosed => Message::EarlyPeriodClosed,
        Refusal::TrafficLeft => Message::TrafficLeft,
        Refusal::NoNextPeriod => Message::NoNextPeriod,
        Refusal::PackageMissing => Message::PackageMissing,
        Refusal::PackageSoldOut => Message::PackageSoldOut,
        Refusal::PackageRefused => Message::PackageRefused,
        Refusal::TopUpClosed => Message::TopUpClosed,
        Refusal::OrderUnfinished => Message::OrderUnfinished,
        Refusal::OrderMissing => Message::OrderMissing,
        Refusal::ReceiptMissing => {
            return Fault::new(StatusCode::NOT_FOUND, Message::ReceiptMissing);
        }
        Refusal::OrderNotPayable => Message::OrderNotPayable,
        Refusal::OrderNotCancellable => Message::OrderNotCancellable,
        Refusal::OrderNotPending => Message::OrderNotPending,
        Refusal::BuyerHasOrder => Message::BuyerHasOrder,
        Refusal::CommissionPaid => Message::CommissionPaid,
        Refusal::OrderNotRefundable => Message::OrderNotRefundable,
        Refusal::RefundExceedsPaid { left } => Message::RefundExceedsPaid { cents: left.get() },
        Refusal::GatewayCannotRefund => Message::GatewayCannotRefund,
        Refusal::NothingToTakeBack => Message::NothingToTakeBack,
        Refusal::SurplusChanged => Message::SurplusChanged,
        Refusal::CouponMissing => Message::CouponMissing,
        Refusal::CouponCodeTaken => Message::CouponCodeTaken,
        Refusal::CouponInvalid => Message::CouponInvalid,
        Refusal::CouponExhausted => Message::CouponExhausted,
        Refusal::CouponNotStarted => Message::CouponNotStarted,
        Refusal::CouponExpired => Message::CouponExpired,
        Refusal::CouponNotForPlan => Message::CouponNotForPlan,
        Refusal::CouponNotForPeriod => Message::CouponNotForPeriod,
        Refusal::CouponUsedByUser { limit } => Message::CouponUsedByUser { limit },
        Refusal::GiftUnusable => Message::GiftCardMisconfigured,
        Refusal::PaymentMethodUnavailable => Message::PaymentMethodUnavailable,
        Refusal::PaymentMethodMissing => Message::PaymentMethodMissing,
        Refusal::PaymentMethodInUse => Message::PaymentMethodInUse,
        Refusal::GatewayUnavailable => Message::GatewayUnavailable,
        Refusal::BalanceInsufficient => Message::BalanceInsufficient,
        Refusal::BalanceOutOfRange => Message::BalanceOutOfRange,
        Refusal::AmountOutOfRange => Message::AmountOutOfRange,
        Refusal::AccountMissing => Message::AccountMissing,
        Refusal::Store(error) => return from_store(&error),
    })
}

fn from_gift_card(refusal: GiftCardError) -> Fault {
    use GiftCardError as Refusal;
    Fault::refused(match refusal {
        Refusal::CodeUnknown => Message::GiftCardUnknown,
        Refusal::TemplateDisabled => Message::GiftCardKindDisabled,
        Refusal::NotAvailable(CardStatus::Unused | CardStatus::Used) => Message::GiftCardUsed,
        Refusal::NotAvailable(CardStatus::Expired) => Message::GiftCardExpired,
        Refusal::NotAvailable(CardStatus::Disabled) => Message::GiftCardDisabled,
        Refusal::NotEligible(reason) => reason_text(reason),
        Refusal::Misconfigured => Message::GiftCardMisconfigured,
        Refusal::UsageMissing => {
            return Fault::new(StatusCode::NOT_FOUND, Message::GiftUsageMissing);
        }
        Refusal::AccountMissing => Message::AccountMissing,
        Refusal::TemplateSwitchedOff => Message::GiftTemplateSwitchedOff,
        Refusal::TemplateHasCards => Message::GiftTemplateHasCards,
        Refusal::CardUsed => Message::GiftCardRedeemed,
        Refusal::CardHasUses => Message::GiftCardHasUses,
        // As the reference says it: the field names nothing.
        Refusal::TemplateMissing => return unknown_row("id", Message::GiftTemplateMissing),
        Refusal::KindMissing => return unknown_row("template_id", Message::GiftTemplateMissing),
        Refusal::CardMissing => return unknown_row("id", Message::GiftCardUnknown),
        Refusal::BatchMissing => return unknown_row("batch_id", Message::GiftBatchMissing),
        Refusal::Store(error) => return from_store(&error),
    })
}

/// 422 for a field that names a row which there is not.
fn unknown_row(field: &'static str, message: Message) -> Fault {
    Fault::invalid(vec![(field, vec![message])])
}

/// Why a user may not redeem a gift card, for people: more is told to programs.
pub(crate) const fn reason_text(reason: Reason) -> Message {
    match reason {
        Reason::LimitReached | Reason::Cooldown => Message::GiftLimitReached,
        Reason::PlanRequired
        | Reason::HasActivePlan
        | Reason::NotNewUser
        | Reason::NotPaidUser
        | Reason::PlanNotAllowed
        | Reason::InviterRequired => Message::GiftConditionsUnmet,
    }
}

fn from_ticket(refusal: &TicketError) -> Fault {
    use TicketError as Refusal;
    match refusal {
        Refusal::TicketMissing => Fault::refused(Message::TicketMissing),
        Refusal::TicketOpen => Fault::refused(Message::TicketOpen),
        Refusal::TicketClosed => Fault::refused(Message::TicketClosed),
        Refusal::AnswerAwaited => Fault::refused(Message::TicketAnswerAwaited),
        Refusal::WithdrawalClosed => Fault::refused(Message::WithdrawalClosed),
        Refusal::WithdrawalMethodUnsupported => {
            Fault::unprocessable(Message::WithdrawalMethodUnsupported)
        }
        Refusal::WithdrawalBelowMinimum { minimum } => {
            let cents = minimum.get();
            Fault::unprocessable(Message::WithdrawalBelowMinimum { cents })
        }
        Refusal::WithdrawalNotRequested => Fault::refused(Message::WithdrawalNotRequested),
        Refusal::AccountMissing => Fault::refused(Message::AccountMissing),
        Refusal::Store(error) => from_store(error),
    }
}

fn from_knowledge(refusal: &KnowledgeError) -> Fault {
    use KnowledgeError as Refusal;
    match refusal {
        Refusal::ArticleMissing => Fault::new(StatusCode::NOT_FOUND, Message::ArticleMissing),
        Refusal::ArticleUnknown => Fault::refused(Message::ArticleUnknown),
        Refusal::AnnouncementUnknown => Fault::refused(Message::NoticeUnknown),
        Refusal::Store(error) => from_store(error),
    }
}

fn from_mail(refusal: MailError) -> Fault {
    match refusal {
        MailError::PlaceholderMissing(name) => {
            let placeholder = format!("{{{{{name}}}}}");
            Fault::unprocessable(Message::MailPlaceholderMissing).quoting(placeholder)
        }
        // As the reference answers it; the words are the mail server's, who is the operator's own.
        MailError::NotSent(MailFailed(reason)) => {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            Fault::new(status, Message::MailNotSent).quoting(reason)
        }
    }
}

fn from_telegram(refusal: TelegramError) -> Fault {
    use TelegramError as Refusal;
    match refusal {
        Refusal::BotUnavailable => Fault::refused(Message::BotUnavailable),
        Refusal::NotTelegram => Fault::new(StatusCode::UNAUTHORIZED, Message::NotTelegram),
        Refusal::TokenMissing => {
            Fault::invalid(vec![("telegram_bot_token", vec![Message::BotTokenMissing])])
        }
        Refusal::AddressMissing => Fault::invalid(vec![(
            "telegram_webhook_url",
            vec![Message::WebhookAddressMissing],
        )]),
    }
}

fn from_invite(refusal: InviteError) -> Fault {
    Fault::refused(match refusal {
        InviteError::CodeInvalid => Message::InviteCodeInvalid,
        InviteError::CodeLimitReached => Message::InviteCodesExhausted,
        InviteError::CommissionReserved => Message::CommissionReserved,
        InviteError::CommissionInsufficient => Message::CommissionInsufficient,
        InviteError::CommissionOutOfRange => Message::BalanceOutOfRange,
        InviteError::AmountOutOfRange => Message::AmountOutOfRange,
        InviteError::AccountMissing => Message::AccountMissing,
        InviteError::Store(error) => return from_store(&error),
    })
}

fn from_nodes(refusal: &NodeError) -> Fault {
    match refusal {
        NodeError::TokenWrong => Fault::unprocessable(Message::NodeTokenInvalid),
        NodeError::NodeMissing => Fault::refused(Message::NodeMissing),
        NodeError::MachineUnknown => Fault::new(StatusCode::UNAUTHORIZED, Message::MachineUnknown),
        NodeError::MachineDisabled => Fault::new(StatusCode::FORBIDDEN, Message::MachineDisabled),
        NodeError::CodeTaken => Fault::refused(Message::NodeCodeTaken),
        NodeError::NothingToChange => Fault::refused(Message::NodeNothingToChange),
        NodeError::ParentMissing => {
            Fault::invalid(vec![("parent_id", vec![Message::NodeParentMissing])])
        }
        NodeError::RunnerMissing => {
            Fault::invalid(vec![("machine_id", vec![Message::NodeRunnerMissing])])
        }
        NodeError::Useless(flaws) => Fault::complaining(node_flaws::refused(flaws), 0),
        NodeError::GroupMissing => Fault::refused(Message::GroupMissing),
        NodeError::GroupHasNodes => Fault::refused(Message::GroupHasNodes),
        NodeError::GroupHasPlans => Fault::refused(Message::GroupHasPlans),
        NodeError::GroupHasUsers => Fault::refused(Message::GroupHasUsers),
        NodeError::MachineMissing => Fault::invalid(vec![("id", vec![Message::MachineMissing])]),
        NodeError::RouteMissing => Fault::refused(Message::RouteMissing),
        NodeError::SocketsOff => Fault::unknown_route(),
        NodeError::NotOnMachine => Fault::refused(Message::NodeNotOnMachine),
        NodeError::Store(error) => from_store(error),
    }
}

fn from_settings(fields: &[(&'static str, SettingRefused)]) -> Fault {
    use SettingRefused as Refused;
    let message = |refusal| match refusal {
        Refused::NotFlag => Message::SettingNotFlag,
        Refused::NotInteger => Message::SettingNotInteger,
        Refused::NotNumber => Message::SettingNotNumber,
        Refused::TooSmall => Message::SettingTooSmall,
        Refused::TooLarge => Message::SettingTooLarge,
        Refused::OverHundred => Message::SettingOverHundred,
        Refused::NotText => Message::SettingNotText,
        Refused::TooShort(least) => Message::SettingTooShort {
            limit: i64::try_from(least).unwrap_or(i64::MAX),
        },
        Refused::TooLong => Message::SettingTooLong,
        Refused::NotOneOf => Message::SettingNotOneOf,
        Refused::NotAddress => Message::SettingNotAddress,
        Refused::NotList => Message::SettingNotList,
        Refused::NotPair => Message::SettingNotPair,
        Refused::NotPath => Message::SettingNotPath,
        Refused::PathTaken => Message::SettingPathTaken,
        Refused::NotTemplate => Message::SettingNotTemplate,
    };
    let fields = fields.iter();
    Fault::invalid(
        fields
            .map(|(field, refusal)| (*field, vec![message(*refusal)]))
            .collect(),
    )
}

fn from_plugin(refusal: &PluginError) -> Fault {
    use PluginError as Refusal;
    Fault::refused(match refusal {
        Refusal::Missing => Message::PluginMissing,
        Refusal::NotInstalled => Message::PluginNotInstalled,
        Refusal::AlreadyInstalled => Message::PluginInstalled,
        Refusal::StillEnabled => Message::PluginStillEnabled,
        Refusal::UpToDate => Message::PluginUpToDate,
        Refusal::PackageRefused => Message::PluginPackageRefused,
        Refusal::Protected => return Fault::new(StatusCode::FORBIDDEN, Message::PluginProtected),
        Refusal::Store(error) => return from_store(error),
    })
}

fn from_theme(refusal: ThemeError) -> Fault {
    use ThemeError as Refusal;
    Fault::refused(match refusal {
        Refusal::Missing => Message::ThemeMissing,
        Refusal::Active => Message::ThemeActive,
        Refusal::System => Message::ThemeSystem,
        Refusal::NameTaken => Message::ThemeNameTaken,
        Refusal::NotNewer => Message::ThemeNotNewer,
        Refusal::NotZip => Message::ThemeNotZip,
        Refusal::Broken => Message::ThemeBroken,
        Refusal::TooManyFiles => Message::ThemeTooManyFiles,
        Refusal::TooLarge => Message::ThemeTooLarge,
        Refusal::PathRefused => Message::ThemePathRefused,
        Refusal::LinkRefused => Message::ThemeLinkRefused,
        Refusal::ConfigMissing => Message::ThemeConfigMissing,
        Refusal::ConfigOdd => Message::ThemeConfigOdd,
        Refusal::PageMissing => Message::ThemePageMissing,
        Refusal::FolderFailed(cause) => {
            return Fault {
                cause: Some(cause.into_boxed_str()),
                ..Fault::refused(Message::ThemeFolderFailed)
            };
        }
        Refusal::Store(error) => return from_store(&error),
    })
}

fn from_real_name(refusal: RealNameError) -> Fault {
    use RealNameError as Refusal;
    match refusal {
        Refusal::Invalid(refused) => {
            let name = refused
                .name
                .map(|_| ("real_name", vec![Message::RealNameInvalid]));
            let number = refused.number.map(|refused| {
                let message = match refused {
                    NumberRefused::Malformed => Message::IdentityNoInvalid,
                    NumberRefused::ChecksumWrong => Message::IdentityNoChecksum,
                    NumberRefused::TooYoung => Message::IdentityTooYoung,
                };
                ("identity_no", vec![message])
            });
            Fault::invalid(name.into_iter().chain(number).collect())
        }
        Refusal::AlreadyPending => {
            Fault::refused(Message::RealNameAlreadyPending).coded("already_pending")
        }
        Refusal::AlreadyApproved => {
            Fault::refused(Message::RealNameAlreadyApproved).coded("already_approved")
        }
        Refusal::ResubmissionClosed => {
            Fault::refused(Message::RealNameResubmissionClosed).coded("resubmit_closed")
        }
        Refusal::IdentityUsed => Fault::refused(Message::IdentityUsed).coded("identity_used"),
        Refusal::Required => Fault::refused(Message::RealNameDemanded).coded("realname_required"),
        Refusal::RecordMissing => Fault::new(StatusCode::NOT_FOUND, Message::RealNameMissing),
        Refusal::StateConflict => Fault::new(StatusCode::CONFLICT, Message::RealNameConflict),
        Refusal::OperationRunning => Fault::new(StatusCode::CONFLICT, Message::OperationRunning),
        Refusal::Store(error) => from_store(&error),
    }
}

fn from_shadow(refusal: ShadowError) -> Fault {
    use ShadowError as Refusal;
    match refusal {
        Refusal::NotEligible(reason) => {
            let text = crate::answer::shadow_refusal::shadow_refusal_text(reason);
            Fault::refused(text).coded(reason.name())
        }
        Refusal::Missing => Fault::refused(Message::ShadowMissing).coded("no_shadow_account"),
        Refusal::LoginClosed => Fault::refused(Message::ShadowLoginClosed).coded("login_closed"),
        Refusal::AccountMissing => Fault::refused(Message::AccountMissing),
        Refusal::Store(error) => from_store(&error),
    }
}

fn from_store(error: &StoreError) -> Fault {
    match error {
        StoreError::Unavailable(_) | StoreError::Conflict(_) | StoreError::Full(_) => {
            Fault::out_of_service(error.to_string())
        }
        // The store has told the log, and a server's error would have clients try again for ever.
        StoreError::Corrupt { .. } => Fault::new(StatusCode::CONFLICT, Message::RecordUnreadable),
        StoreError::Duplicate { .. } | StoreError::Backend(_) => Fault::internal(error.to_string()),
    }
}

/// Begun minutes count as whole.
fn minutes(wait: Seconds) -> i64 {
    (wait.get().max(1) + 59) / 60
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody as _;
    use serde_json::Value;

    use super::*;

    fn body(fault: &Fault, locale: Locale) -> Value {
        let bytes = fault.respond(locale).into_body().try_into_bytes();
        serde_json::from_slice(&bytes.unwrap_or_default()).unwrap()
    }

    #[test]
    fn waits_are_told_in_minutes_and_in_seconds() {
        let refusal = Throttled {
            what: Attempt::Login,
            wait: Seconds::new(61),
        };
        let fault = Fault::from(Error::from(refusal));
        let response = fault.respond(Locale::EnUs);
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "61");
        assert!(
            body(&fault, Locale::EnUs)["message"]
                .as_str()
                .unwrap()
                .contains('2')
        );
    }

    #[test]
    fn the_headline_counts_the_other_errors() {
        let field = |name, count| (name, vec![Message::EmailRequired; count]);
        for (fields, expected) in [
            (vec![field("a", 1)], "Email can not be empty"),
            (
                vec![field("a", 1), field("b", 1)],
                "Email can not be empty (and 1 more error)",
            ),
            (
                vec![field("a", 2), field("b", 1)],
                "Email can not be empty (and 2 more errors)",
            ),
        ] {
            let body = body(&Fault::invalid(fields), Locale::EnUs);
            assert_eq!(body["message"], expected);
            assert_eq!(body["errors"]["a"][0], "Email can not be empty");
        }
    }

    #[test]
    fn pages_that_look_for_false_get_it_beside_the_first_message_alone() {
        let field = |name: &'static str| (Cow::Borrowed(name), vec![Message::EmailRequired]);
        let fault = Fault::complaining(vec![field("a"), field("b")], 3);
        let told = body(&fault, Locale::EnUs);
        assert_eq!(
            told["message"],
            "Email can not be empty (and 4 more errors)"
        );
        assert!(told["data"].is_null());
        let told = body(&fault.with_false(), Locale::EnUs);
        assert_eq!(told["message"], "Email can not be empty");
        assert_eq!(told["data"], false);
        assert_eq!(told["errors"]["b"][0], "Email can not be empty");
    }

    #[test]
    fn inner_causes_stay_inside() {
        let secret = "the database reported: syntax error near users";
        for error in [
            StoreError::Backend("syntax error near users".into()),
            StoreError::Unavailable("postgres://user:password@host".into()),
        ] {
            let fault = Fault::from(Error::Store(error));
            assert!(fault.cause().is_some());
            let text = body(&fault, Locale::EnUs).to_string();
            assert!(
                !text.contains("users") && !text.contains("password"),
                "{text}"
            );
        }
        let fault = Fault::from(Error::Store(StoreError::Backend(
            "syntax error near users".into(),
        )));
        assert_eq!(fault.cause(), Some(secret));
    }
}
