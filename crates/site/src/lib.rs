#![doc = include_str!("../README.md")]

mod catalog;
mod client_app;
mod form;
mod groups;
mod judge;
mod plugins;
mod ports;
mod settings;
#[cfg(feature = "testing")]
pub mod testing;
mod value;

pub use catalog::{Group, TEMPLATE_NAMES};
pub use client_app::ClientAppSettings;
pub use ferroboard_kernel::Decimal;
pub use form::{
    SettingChange, SettingsForm, TEMPLATE_FIELDS, TemplateChange, shown_group, shown_setting,
};
pub use groups::{
    AppSettings, EmailSettings, FrontendSettings, InviteSettings, SafeSettings, ServerSettings,
    SiteSettings, SubscribeSettings, TelegramSettings,
};
pub use judge::SettingRefused;
pub use plugins::{
    Ipv6SubscriptionSettings, OnlineDeviceSettings, Plugin, PluginRow, Plugins, RealNameSettings,
    TelegramBotSettings,
};
pub use ports::{SettingRepository, SiteTx};
pub use settings::Settings;
pub use value::{SettingValue, StoredSettings};
