#![doc = include_str!("../README.md")]

mod account;
mod credential;
mod email_code;
mod error;
mod login_token;
mod new_password;
mod password;
mod policy;
mod ports;
mod requester;
mod service;
mod session;
#[cfg(feature = "testing")]
pub mod testing;

pub use account::{Account, NewAccount, Reminders, SubscribeToken};
pub use credential::{Credential, TokenDigest};
pub use email_code::{EmailCode, EmailCodeVerdict};
pub use error::AuthError;
pub use login_token::{LoginTokenDigest, NewLoginToken};
pub use password::{Password, PasswordRefused, PasswordScheme, StoredPassword};
pub use policy::{AuthPolicy, CaptchaKind};
pub use ports::{
    AccountRepository, AuthTx, CaptchaVerifier, Claims, EmailCodeRepository, HashingFailed,
    LoginTokenRepository, PasswordHasher, PasswordVerdict, SessionRepository, TokenSigner,
};
pub use requester::Requester;
pub use service::AuthService;
pub use session::{
    ClientInfo, NewSession, SessionKey, SessionName, SessionRecord, is_from_new_network,
};
