//! Themes: what their packages say, how they are told apart, and how they are configured.

mod version;

use std::collections::BTreeMap;

use ferroboard_kernel::StoreError;
use serde_json::{Map, Value, json};

use crate::StoredSettings;

/// The name of a theme, which is also the name of its folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThemeName(String);

impl ThemeName {
    /// The name; `None` for a text that is no name: letters, digits, `-` and `_`, at most 64 of them.
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(is_plain);
        fits.then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the same name but perhaps for the case of its letters: folders and settings are not
    /// told apart by it.
    pub fn is_alike(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }

    /// Whether the theme belongs to the panel.
    pub fn is_system(&self) -> bool {
        SYSTEM.iter().any(|name| self.is_alike(name))
    }

    /// The setting that holds the theme's configuration.
    pub fn setting(&self) -> String {
        format!("{SETTING}{}", self.0.to_ascii_lowercase())
    }
}

/// What the settings begin with that hold configurations.
const SETTING: &str = "theme_";

/// How themes are configured: what is stored of each, by the name of its setting.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThemeConfigs(BTreeMap<String, String>);

impl ThemeConfigs {
    pub(crate) fn from_stored(stored: &StoredSettings) -> Self {
        let rows = stored.beginning(SETTING);
        let rows = rows.map(|(name, text)| (name.to_owned(), text.to_owned()));
        Self(rows.collect())
    }

    /// What is stored of a theme.
    pub fn of(&self, theme: &ThemeName) -> Option<&str> {
        self.0.get(&theme.setting()).map(String::as_str)
    }
}

/// Themes that belong to the panel.
const SYSTEM: [&str; 3] = ["Xboard", "v2board", Theme::OWN];

/// Why nothing becomes of a theme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// There is none of this name.
    #[error("there is no such theme")]
    Missing,
    /// It is the one in use.
    #[error("the theme is in use")]
    Active,
    /// It belongs to the panel.
    #[error("the theme belongs to the panel")]
    System,
    /// Another theme has the name.
    #[error("another theme has the name")]
    NameTaken,
    /// What there is, is as new.
    #[error("the theme exists, and the package is no later version")]
    NotNewer,
    /// The package is no zip archive.
    #[error("the package is no zip archive")]
    NotZip,
    /// The package cannot be unpacked.
    #[error("the package cannot be unpacked")]
    Broken,
    /// The package has too many files.
    #[error("the package has too many files")]
    TooManyFiles,
    /// The package is too large once it is unpacked.
    #[error("the package is too large once it is unpacked")]
    TooLarge,
    /// A file of the package would lie elsewhere.
    #[error("a path in the package leads outside")]
    PathRefused,
    /// The package has something that is neither file nor folder.
    #[error("the package has a link")]
    LinkRefused,
    /// The package lacks its `config.json`.
    #[error("the package has no config.json")]
    ConfigMissing,
    /// The package's `config.json` makes no sense.
    #[error("the config.json of the package is odd")]
    ConfigOdd,
    /// The package lacks its page.
    #[error("the package has no dashboard.blade.php")]
    PageMissing,
    /// The operator's folder cannot be read or written.
    #[error("the folder of the themes: {0}")]
    FolderFailed(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A theme by what its `config.json` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: ThemeName,
    /// All that `config.json` says.
    pub members: Map<String, Value>,
}

impl Theme {
    /// What a theme is described in.
    pub const CONFIG: &'static str = "config.json";
    /// What the panel's own pages are called where a theme is chosen. They have no folder.
    pub const OWN: &'static str = "ferroboard";
    /// The page that every theme has.
    pub const PAGE: &'static str = "dashboard.blade.php";
    /// How many bytes `config.json` may have.
    pub const LARGEST_CONFIG: usize = 256 * 1024;
    /// How many fields a theme may be configured by.
    const MOST_FIELDS: usize = 200;

    /// The theme of a package, which names itself.
    pub fn of_package(config: &[u8]) -> Result<Self, ThemeError> {
        let members = members_of(config)?;
        let name = members.get("name").and_then(Value::as_str);
        let name = name.and_then(ThemeName::parse);
        let name = name.ok_or(ThemeError::ConfigOdd)?;
        Ok(Self { name, members })
    }

    /// The theme of a folder, which is called as its folder is.
    pub fn in_folder(name: ThemeName, config: &[u8]) -> Result<Self, ThemeError> {
        let members = members_of(config)?;
        Ok(Self { name, members })
    }

    /// The themes that are there also without any folder: that of Xboard, whose files the operator brings, and
    /// the panel's own pages, which have none.
    pub fn bundled() -> [Self; 2] {
        [Self::xboard(), Self::own()]
    }

    fn own() -> Self {
        let members = [
            ("name", Value::from(Self::OWN)),
            ("description", Value::from("Ferroboard")),
            ("version", Value::from(env!("CARGO_PKG_VERSION"))),
            ("images", Value::from("")),
            ("configs", json!([])),
        ];
        let members = members.map(|(name, value)| (name.to_owned(), value));
        Self {
            name: ThemeName(Self::OWN.to_owned()),
            members: members.into_iter().collect(),
        }
    }

    /// What Xboard's theme is configured by.
    fn xboard() -> Self {
        let field = |label: &str, placeholder: &str, name: &str, kind: &str| {
            json!({
                "label": label, "placeholder": placeholder, "field_name": name, "field_type": kind,
            })
        };
        let mut color = field("主题色", "请选择主题颜色", "theme_color", "select");
        if let Some(color) = color.as_object_mut() {
            let options = json!({
                "default": "默认(绿色)", "blue": "蓝色", "black": "黑色", "darkblue": "暗蓝色",
            });
            color.insert("select_options".to_owned(), options);
            color.insert("default_value".to_owned(), Value::from("default"));
        }
        let background = field("背景", "请输入背景图片URL", "background_url", "input");
        let html = "可以实现客服JS代码的加入等";
        let html = field("自定义页脚HTML", html, "custom_html", "textarea");
        let members = [
            ("name", Value::from("Xboard")),
            ("description", Value::from("Xboard")),
            ("version", Value::from("1.0.0")),
            ("images", Value::from("")),
            ("configs", json!([color, background, html])),
        ];
        let members = members.map(|(name, value)| (name.to_owned(), value));
        Self {
            name: ThemeName("Xboard".to_owned()),
            members: members.into_iter().collect(),
        }
    }

    /// Its version; `0.0.0` where it names none.
    pub fn version(&self) -> String {
        match self.members.get("version") {
            Some(Value::String(version)) => version.clone(),
            Some(Value::Number(version)) => version.to_string(),
            _ => "0.0.0".to_owned(),
        }
    }

    /// Whether it may take the place of what there is.
    pub fn judge_upgrade(&self, of: &Self) -> Result<(), ThemeError> {
        let order = version::compare(&self.version(), &of.version());
        if order.is_gt() {
            Ok(())
        } else {
            Err(ThemeError::NotNewer)
        }
    }

    /// The fields that it is configured by, with their defaults.
    pub fn defaults(&self) -> Map<String, Value> {
        let fields = self.members.get("configs").and_then(Value::as_array);
        let fields = fields.into_iter().flatten();
        let default = |field: &Value| {
            let name = field.get("field_name")?.as_str()?.to_owned();
            let value = field.get("default_value").filter(|value| !value.is_null());
            Some((name, value.cloned().unwrap_or_else(|| Value::from(""))))
        };
        fields.filter_map(default).take(Self::MOST_FIELDS).collect()
    }

    /// How it is configured: as it is stored, and by default where nothing is.
    pub fn config(&self, stored: Option<&str>) -> Map<String, Value> {
        let mut config = self.defaults();
        let stored = stored.and_then(|text| serde_json::from_str(text).ok());
        if let Some(Value::Object(stored)) = stored {
            config.extend(stored);
        }
        config
    }

    /// The same with these values of its fields. What is no field is ignored.
    pub fn configured(
        &self,
        stored: Option<&str>,
        values: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut config = self.config(stored);
        for name in self.defaults().keys() {
            if let Some(value) = values.get(name) {
                config.insert(name.clone(), value.clone());
            }
        }
        config
    }
}

fn members_of(config: &[u8]) -> Result<Map<String, Value>, ThemeError> {
    if config.len() > Theme::LARGEST_CONFIG {
        return Err(ThemeError::ConfigOdd);
    }
    let config = config.strip_prefix("\u{feff}".as_bytes()).unwrap_or(config);
    serde_json::from_slice(config).map_err(|_| ThemeError::ConfigOdd)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(config: &Value) -> Result<Theme, ThemeError> {
        Theme::of_package(config.to_string().as_bytes())
    }

    #[test]
    fn names_are_plain() {
        for name in ["Xboard", "my-theme_2", &"x".repeat(64)] {
            assert!(ThemeName::parse(name).is_some(), "{name}");
        }
        for other in [
            "",
            "..",
            "a/b",
            "a.b",
            "a b",
            "主题",
            "a\0",
            &"x".repeat(65),
        ] {
            assert_eq!(ThemeName::parse(other), None, "{other}");
        }
        let name = ThemeName::parse("My-Theme").unwrap();
        assert_eq!(name.setting(), "theme_my-theme");
        assert!(!name.is_system());
        assert!(ThemeName::parse("xBoard").unwrap().is_system());
    }

    #[test]
    fn a_package_names_its_theme() {
        let known = theme(&json!({"name": "Mine", "version": 2})).unwrap();
        assert_eq!((known.name.as_str(), known.version()), ("Mine", "2".into()));
        for odd in [
            json!({}),
            json!([]),
            json!({"name": "../x"}),
            json!({"name": 1}),
            json!({"name": "Mine", "more": "x".repeat(Theme::LARGEST_CONFIG)}),
        ] {
            assert_eq!(theme(&odd), Err(ThemeError::ConfigOdd));
        }
        assert_eq!(Theme::of_package(b"{"), Err(ThemeError::ConfigOdd));
        let marked = "\u{feff}{\"name\":\"Mine\"}";
        assert!(Theme::of_package(marked.as_bytes()).is_ok());
    }

    #[test]
    fn what_is_stored_lies_over_the_defaults() {
        let xboard = Theme::xboard();
        let usual = json!({"theme_color": "default", "background_url": "", "custom_html": ""});
        assert_eq!(Value::from(xboard.config(None)), usual);
        assert_eq!(Value::from(xboard.config(Some("nonsense"))), usual);
        let stored = r#"{"theme_color":"blue","of_old":1}"#;
        let values = json!({"custom_html": "<b>", "unknown": 1, "background_url": null});
        let config = xboard.configured(Some(stored), values.as_object().unwrap());
        let expected = json!({
            "theme_color": "blue", "background_url": null, "custom_html": "<b>", "of_old": 1,
        });
        assert_eq!(Value::from(config), expected);
    }

    #[test]
    fn only_a_later_version_takes_a_place() {
        let of = |version: &str| theme(&json!({"name": "Mine", "version": version})).unwrap();
        assert_eq!(of("1.10.0").judge_upgrade(&of("1.9.9")), Ok(()));
        for version in ["1.9.9", "1.9.8", "1.9.9-beta"] {
            let judged = of(version).judge_upgrade(&of("1.9.9"));
            assert_eq!(judged, Err(ThemeError::NotNewer), "{version}");
        }
        let unnamed = theme(&json!({"name": "Mine"})).unwrap();
        assert_eq!(of("0.0.1").judge_upgrade(&unnamed), Ok(()));
    }
}
