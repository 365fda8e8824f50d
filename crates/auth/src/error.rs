use ferroboard_kernel::{Seconds, StoreError};

/// A refusal of this domain, one variant for each that a person can meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// Too many registrations from one address.
    #[error("too many registrations from this address")]
    RegistrationsThrottled {
        /// How long to wait.
        wait: Seconds,
    },
    /// No captcha answer, a wrong one, or the service could not be asked.
    #[error("the captcha was not solved")]
    CaptchaRefused,
    /// The captcha settings name no known service.
    #[error("the captcha type is unknown")]
    CaptchaUnknown,
    /// The address's domain may not register.
    #[error("the e-mail domain is not on the list")]
    EmailSuffixRefused,
    /// `.` or `+` before the `@`.
    #[error("e-mail aliases are not accepted")]
    EmailAliasRefused,
    /// Nobody may register.
    #[error("registration is closed")]
    RegistrationClosed,
    /// An invitation code is needed and none was given.
    #[error("an invitation code is required")]
    InviteCodeRequired,
    /// An e-mail code is needed and none was given.
    #[error("an e-mail code is required")]
    EmailCodeRequired,
    /// The e-mail code is wrong, void, used or expired.
    #[error("the e-mail code is incorrect")]
    EmailCodeIncorrect,
    /// More bytes than the stored form distinguishes.
    #[error("the new password has more than 72 bytes")]
    PasswordTooLong,
    /// One that is tried first everywhere, or the address itself.
    #[error("the new password is too common")]
    PasswordTooCommon,
    /// An account has this address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// Too many wrong passwords for this account or from this address.
    #[error("too many wrong passwords")]
    LoginsThrottled {
        /// How long to wait.
        wait: Seconds,
    },
    /// No such account, or the wrong password: which one is not told.
    #[error("the e-mail address or the password is incorrect")]
    CredentialsIncorrect,
    /// An administrator suspended the account.
    #[error("the account is suspended")]
    AccountSuspended,
    /// The one-time login token is unknown, used or expired.
    #[error("the login token is not good")]
    LoginTokenInvalid,
    /// Too many wrong codes at password recovery.
    #[error("too many wrong e-mail codes")]
    RecoveriesThrottled {
        /// How long to wait.
        wait: Seconds,
    },
    /// No account has this address; told only to who holds a code for it.
    #[error("no account has this e-mail address")]
    NotRegistered,
    /// Login links by mail are switched off.
    #[error("login links by mail are switched off")]
    MailLinkDisabled,
    /// A login link was mailed a moment ago.
    #[error("a login link was sent a moment ago")]
    MailLinkThrottled {
        /// How long to wait.
        wait: Seconds,
    },
    /// A code was mailed a moment ago.
    #[error("an e-mail code was sent a moment ago")]
    EmailCodeThrottled,
    /// Too many codes asked for from one address.
    #[error("too many e-mail codes from this address")]
    EmailCodesThrottled {
        /// How long to wait.
        wait: Seconds,
    },
    /// No session, or one that ended.
    #[error("not logged in")]
    Unauthenticated,
    /// The account of a session is gone.
    #[error("the account is gone")]
    AccountMissing,
    /// The old password is wrong.
    #[error("the old password is incorrect")]
    OldPasswordIncorrect,
    /// Too many wrong old passwords.
    #[error("too many wrong old passwords")]
    PasswordChangesThrottled {
        /// How long to wait.
        wait: Seconds,
    },
    /// Too many wrong coupon codes.
    #[error("too many wrong coupon codes")]
    CouponChecksThrottled {
        /// How long to wait.
        wait: Seconds,
    },
    /// Too many unknown codes of gift cards.
    #[error("too many unknown gift cards")]
    GiftCardsThrottled {
        /// How long to wait.
        wait: Seconds,
    },
    /// Too many messages in tickets within a minute.
    #[error("too many messages")]
    TicketMessagesThrottled {
        /// How long to wait.
        wait: Seconds,
    },
    /// Too many of one kind of acts that leave rows behind.
    #[error("too many acts of one kind")]
    ActsThrottled {
        /// How long to wait.
        wait: Seconds,
    },
    /// More passwords are waiting to be hashed than the panel lets wait.
    #[error("too many logins at once")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
