#![doc = include_str!("../README.md")]

mod bonuses;
mod bundled;
mod client_app;
mod entry;
mod error;
mod form;
mod groups;
mod judge;
mod numbers;
mod plugin_field;
mod plugins;
mod ports;
mod registry;
mod setting_field;
mod settings;
#[cfg(feature = "testing")]
pub mod testing;
mod theme;
mod theme_folder;
mod value;

pub use bonuses::{Bonus, Bonuses};
pub use bundled::{BundledPlugin, PluginKind};
pub use client_app::ClientAppSettings;
pub use entry::{Group, TEMPLATE_NAMES};
pub use error::PluginError;
pub use ferroboard_kernel::Decimal;
pub use form::{
    SettingChange, SettingsForm, TEMPLATE_FIELDS, TemplateChange, shown_group, shown_setting,
};
pub use groups::{
    AppSettings, DepositSettings, EmailSettings, FrontendSettings, InviteSettings, ReceiptSettings,
    SafeSettings, ServerSettings, SiteSettings, SubscribeSettings, TelegramSettings,
};
pub use judge::{ROUTED, SettingRefused, is_no_address};
pub use numbers::Numbers;
pub use plugin_field::{FieldKind, PluginField};
pub use plugins::{
    Ipv6SubscriptionSettings, OnlineDeviceSettings, Plugin, PluginRow, Plugins, RealNameSettings,
    TelegramBotSettings,
};
pub use ports::{PluginRepository, SettingRepository, SiteTx, ThemeConfigRepository};
pub use registry::{PluginAction, PluginRecord, PluginState};
pub use setting_field::SettingField;
pub use settings::Settings;
pub use theme::{Theme, ThemeConfigs, ThemeError, ThemeName};
pub use theme_folder::{InstalledTheme, ThemeFolder};
pub use value::{SettingValue, StoredSettings};
