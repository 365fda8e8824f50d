//! Every refusal of a use case as a status and a message: the only such table.

use actix_web::http::StatusCode;
use ferroboard_application::{Error, UserRefused};
use ferroboard_attempts::{Attempt, Throttled};
use ferroboard_auth::AuthError;
use ferroboard_billing::BillingError;
use ferroboard_events::EventsError;
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

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::answer::node_flaws;

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Throttled(refusal) => from_throttled(refusal),
            Error::Auth(refusal) => from_auth(refusal),
            Error::Billing(refusal) => from_billing(refusal),
            Error::Events(refusal) => from_events(refusal),
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
            Error::AddressUnknown => {
                Self::refused(Message::AddressUnknown).because(error.to_string())
            }
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
        Refusal::ReviewMissing => Message::ReviewMissing,
        Refusal::ReviewSettled => Message::ReviewSettled,
        Refusal::ReviewOfDispute => Message::ReviewOfDispute,
        Refusal::ReviewAmountMissing => Message::ReviewAmountMissing,
        Refusal::ReviewReasonMissing => Message::ReasonRequired,
        Refusal::ReviewExceedsPaid { paid } => Message::ReviewExceedsPaid { cents: paid.get() },
        Refusal::ReviewDoesNotFit => Message::ReviewDoesNotFit,
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

fn from_events(refusal: EventsError) -> Fault {
    Fault::refused(match refusal {
        EventsError::EndpointMissing => Message::EndpointMissing,
        EventsError::TooManyEndpoints => Message::EndpointsTooMany,
        EventsError::AddressRefused => Message::EndpointAddressRefused,
        EventsError::DeliveryMissing => Message::DeliveryMissing,
        EventsError::Store(error) => return from_store(&error),
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
        Refusal::ChatMissing => Fault::refused(Message::TelegramNotBound),
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
        Refused::NotDays => Message::SettingNotDays,
        Refused::NotPercents => Message::SettingNotPercents,
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
            return Fault::refused(Message::ThemeFolderFailed).because(cause);
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
