#![doc = include_str!("../README.md")]

mod groups;
mod ports;
mod settings;
#[cfg(feature = "testing")]
pub mod testing;
mod value;

pub use ferroboard_kernel::Decimal;
pub use groups::{
    AppSettings, EmailSettings, FrontendSettings, InviteSettings, SafeSettings, ServerSettings,
    SiteSettings, SubscribeSettings, TelegramSettings,
};
pub use ports::{SettingRepository, SiteTx};
pub use settings::Settings;
pub use value::{SettingValue, StoredSettings};
