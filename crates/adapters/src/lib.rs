#![doc = include_str!("../README.md")]

mod bcrypt_hasher;
mod captcha;
mod clock;
mod endpoint;
mod hashing_pool;
mod hs256;
mod identity_cipher;
mod jwt;
pub mod payment;
mod random;
mod smtp;
mod telegram;
mod themes;
mod webhooks;

pub use bcrypt_hasher::{BcryptHasher, HashingOptions, HashingRefused};
pub use captcha::{CaptchaUnavailable, CaptchaUrls, HttpCaptchaVerifier};
pub use clock::SystemClock;
pub use endpoint::NotAnEndpoint;
pub use identity_cipher::XChaChaIdentityCipher;
pub use jwt::JwtSigner;
pub use random::OsRandom;
pub use smtp::{SmtpMailer, UnconfiguredMail};
pub use telegram::{HttpTelegramBot, TelegramUnavailable};
pub use themes::ThemeDirectory;
pub use webhooks::{HttpWebhookSender, WebhooksUnavailable};
