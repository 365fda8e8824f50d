use ferroboard_attempts::Limit;
use ferroboard_kernel::Seconds;

use crate::Reminders;

/// Exactly the site settings that this domain reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthPolicy {
    /// `stop_register`: nobody may register.
    pub registration_closed: bool,
    /// `email_verify`: a registration needs a mailed code.
    pub email_code_required: bool,
    /// `email_whitelist_suffix` in lower case while `email_whitelist_enable` is on.
    pub email_suffixes: Option<Vec<String>>,
    /// `email_gmail_limit_enable`: no `.` or `+` before the `@`.
    pub email_aliases_refused: bool,
    /// `invite_force`: a registration needs a valid invitation code.
    pub invite_code_required: bool,
    /// `register_limit_*` while `register_limit_by_ip_enable` is on.
    pub registrations_per_address: Option<Limit>,
    /// `password_limit_*` while `password_limit_enable` is on.
    pub failed_logins: Option<Limit>,
    /// `captcha_type` while `captcha_enable` is on.
    pub captcha: Option<CaptchaKind>,
    /// `login_with_mail_link_enable`.
    pub mail_link_enabled: bool,
    /// `default_remind_expire` and `default_remind_traffic`.
    pub default_reminders: Reminders,
}

impl AuthPolicy {
    /// Wrong passwords from one client address, on top of the limit per account.
    pub const FAILED_LOGINS_PER_ADDRESS: Limit = Limit {
        count: 30,
        window: Seconds::minutes(10),
    };
    /// How many times as many wrong passwords the clients that an account does not know may try together.
    pub const STRANGERS_ALLOWANCE: i64 = 10;
    /// Wrong codes at password recovery for one address from one client address.
    pub const FAILED_RECOVERIES: Limit = Limit {
        count: 3,
        window: Seconds::new(300),
    };
    /// Wrong old passwords when changing the password.
    pub const FAILED_PASSWORD_CHANGES: Limit = Limit {
        count: 5,
        window: Seconds::minutes(15),
    };
    /// E-mail codes asked for from one client address.
    pub const EMAIL_CODES_PER_ADDRESS: Limit = Limit {
        count: 10,
        window: Seconds::hours(1),
    };
    /// Registrations from one client address within an hour of the clock, whatever the site settings say.
    pub const REGISTRATIONS_PER_ADDRESS: Limit = Limit {
        count: 100,
        window: Seconds::hours(1),
    };
    /// One code, or one link, to one address in this time.
    pub const MAIL_PAUSE: Limit = Limit {
        count: 1,
        window: Seconds::new(60),
    };
    /// Codes and login links to one address, however many clients ask for them.
    pub const MAILS_TO_ADDRESS: Limit = Limit {
        count: 10,
        window: Seconds::hours(1),
    };
    /// One counted view of an invitation link from one client address in this time.
    pub const INVITE_VIEW_PAUSE: Limit = Limit {
        count: 1,
        window: Seconds::new(10),
    };
    /// How long a session lasts.
    pub const SESSION_LIFETIME: Seconds = Seconds::days(365);
    /// How many live sessions a user keeps; beyond that the least recently used ones end.
    pub const MAX_SESSIONS: i64 = 50;
    /// How old `last_used_at` may grow before a request writes it again.
    pub const SESSION_TOUCH_INTERVAL: Seconds = Seconds::new(60);
}

/// Which service checks that a person is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptchaKind {
    /// Google reCAPTCHA v2.
    Recaptcha {
        /// `recaptcha_key`, the secret.
        secret: String,
    },
    /// Google reCAPTCHA v3.
    RecaptchaV3 {
        /// `recaptcha_v3_secret_key`.
        secret: String,
        /// `recaptcha_v3_score_threshold` in hundredths: 0.5 is 50.
        threshold: i64,
    },
    /// Cloudflare Turnstile.
    Turnstile {
        /// `turnstile_secret_key`.
        secret: String,
    },
    /// A `captcha_type` that no service has: everything is refused.
    Unknown,
}
