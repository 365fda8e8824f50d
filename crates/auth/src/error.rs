use ferroboard_kernel::StoreError;

/// A refusal of this domain, one variant for each that a person can meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
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
    /// No such account, or the wrong password: which one is not told.
    #[error("the e-mail address or the password is incorrect")]
    CredentialsIncorrect,
    /// An administrator suspended the account.
    #[error("the account is suspended")]
    AccountSuspended,
    /// The one-time login token is unknown, used or expired.
    #[error("the login token is not good")]
    LoginTokenInvalid,
    /// No account has this address; told only to who holds a code for it.
    #[error("no account has this e-mail address")]
    NotRegistered,
    /// Login links by mail are switched off.
    #[error("login links by mail are switched off")]
    MailLinkDisabled,
    /// No session, or one that ended.
    #[error("not logged in")]
    Unauthenticated,
    /// The account of a session is gone.
    #[error("the account is gone")]
    AccountMissing,
    /// The old password is wrong.
    #[error("the old password is incorrect")]
    OldPasswordIncorrect,
    /// More passwords are waiting to be hashed than the panel lets wait.
    #[error("too many logins at once")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
