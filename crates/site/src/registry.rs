//! How a plugin of the program is installed, switched and set.

use ferroboard_kernel::{PluginId, UnixSeconds};

use crate::{BundledPlugin, PluginError, PluginRow};

/// What of a row of `v2_plugins` may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginState {
    /// `is_enabled`.
    pub enabled: bool,
    /// `config`: a JSON object, or nothing of use.
    pub config: Option<String>,
    /// `version`.
    pub version: String,
    /// `installed_at`; nothing for a plugin that was uninstalled.
    pub installed_at: Option<UnixSeconds>,
}

/// A row of `v2_plugins`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginRecord {
    /// Its number.
    pub id: PluginId,
    /// `code`.
    pub code: String,
    /// What may change.
    pub state: PluginState,
    /// When it was written first.
    pub created_at: Option<UnixSeconds>,
    /// When it was written last.
    pub updated_at: Option<UnixSeconds>,
}

/// What may be done to a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PluginAction {
    /// It becomes usable; it is still switched off.
    Install,
    /// It loses its settings; it must be switched off.
    Uninstall,
    /// It is switched on.
    Enable,
    /// It is switched off.
    Disable,
    /// Its version becomes the program's.
    Upgrade,
    /// Its settings become these, as [`BundledPlugin::config`] gives them.
    Configure(String),
}

impl PluginState {
    /// How a plugin stands, with or without a row.
    pub fn of(plugin: &BundledPlugin, record: Option<&PluginRecord>, now: UnixSeconds) -> Self {
        record.map_or_else(
            || Self::without_row(plugin, now),
            |record| record.state.clone(),
        )
    }

    /// How a plugin without a row stands.
    pub fn without_row(plugin: &BundledPlugin, now: UnixSeconds) -> Self {
        Self {
            enabled: plugin.is_standard,
            config: None,
            version: plugin.version.to_owned(),
            installed_at: plugin.is_standard.then_some(now),
        }
    }

    /// The row of this state, as far as it decides anything.
    pub fn row(&self, code: &str) -> PluginRow {
        PluginRow {
            code: code.to_owned(),
            enabled: self.enabled,
            config: self.config.clone(),
        }
    }

    /// Whether it can be switched on. Rows of other programs may lack the time.
    pub fn is_installed(&self) -> bool {
        self.enabled || self.installed_at.is_some()
    }

    /// Whether the program has a later version of it.
    pub fn needs_upgrade(&self, plugin: &BundledPlugin) -> bool {
        self.is_installed() && parts(plugin.version) > parts(&self.version)
    }

    /// The state after an action; the same one where nothing is left to do.
    pub fn after(
        &self,
        plugin: &BundledPlugin,
        action: &PluginAction,
        now: UnixSeconds,
    ) -> Result<Self, PluginError> {
        let installed = self.is_installed();
        let fresh = |installed_at| Self {
            enabled: false,
            config: None,
            version: plugin.version.to_owned(),
            installed_at,
        };
        match action {
            PluginAction::Install if installed => Err(PluginError::AlreadyInstalled),
            PluginAction::Install => Ok(fresh(Some(now))),
            _ if !installed => Err(PluginError::NotInstalled),
            PluginAction::Uninstall if self.enabled => Err(PluginError::StillEnabled),
            PluginAction::Uninstall => Ok(fresh(None)),
            PluginAction::Enable | PluginAction::Disable => Ok(Self {
                enabled: *action == PluginAction::Enable,
                // A row without the time would count as uninstalled once it is off.
                installed_at: self.installed_at.or(Some(now)),
                ..self.clone()
            }),
            PluginAction::Upgrade if !self.needs_upgrade(plugin) => Err(PluginError::UpToDate),
            PluginAction::Upgrade => Ok(Self {
                version: plugin.version.to_owned(),
                ..self.clone()
            }),
            PluginAction::Configure(config) => Ok(Self {
                config: Some(config.clone()),
                ..self.clone()
            }),
        }
    }
}

/// The numbers of a version.
fn parts(version: &str) -> Vec<u64> {
    let numbers = version.split('.').map(|part| part.trim().parse());
    numbers.map(Result::unwrap_or_default).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_000);

    fn plugin(code: &str) -> &'static BundledPlugin {
        BundledPlugin::with_code(code).unwrap()
    }

    fn state(enabled: bool, installed: bool, version: &str) -> PluginState {
        PluginState {
            enabled,
            config: Some("{\"a\":1}".to_owned()),
            version: version.to_owned(),
            installed_at: installed.then_some(UnixSeconds::new(1)),
        }
    }

    #[test]
    fn every_state_answers_every_action() {
        use PluginAction::{Configure, Disable, Enable, Install, Uninstall, Upgrade};
        use PluginError as Refused;
        let off = state(false, true, "1.0.0");
        let on = state(true, true, "1.0.0");
        let gone = PluginState {
            config: None,
            installed_at: None,
            ..off.clone()
        };
        let fresh = PluginState {
            installed_at: Some(NOW),
            ..gone.clone()
        };
        let set = |state: &PluginState| PluginState {
            config: Some("{}".to_owned()),
            ..state.clone()
        };
        let old = state(true, true, "0.9");
        for (from, action, expected) in [
            (&gone, Install, Ok(fresh)),
            (&off, Install, Err(Refused::AlreadyInstalled)),
            (&on, Install, Err(Refused::AlreadyInstalled)),
            (&gone, Uninstall, Err(Refused::NotInstalled)),
            (&off, Uninstall, Ok(gone.clone())),
            (&on, Uninstall, Err(Refused::StillEnabled)),
            (&gone, Enable, Err(Refused::NotInstalled)),
            (&off, Enable, Ok(on.clone())),
            (&on, Enable, Ok(on.clone())),
            (&gone, Disable, Err(Refused::NotInstalled)),
            (&off, Disable, Ok(off.clone())),
            (&on, Disable, Ok(off.clone())),
            (&gone, Upgrade, Err(Refused::NotInstalled)),
            (&on, Upgrade, Err(Refused::UpToDate)),
            (&old, Upgrade, Ok(on.clone())),
            (&gone, Configure("{}".into()), Err(Refused::NotInstalled)),
            (&off, Configure("{}".into()), Ok(set(&off))),
            (&on, Configure("{}".into()), Ok(set(&on))),
        ] {
            let after = from.after(plugin(crate::Plugins::REAL_NAME), &action, NOW);
            assert_eq!(after, expected, "{from:?} {action:?}");
        }
    }

    #[test]
    fn a_row_without_its_time_stays_installed_when_it_is_switched_off() {
        let imported = state(true, false, "1.0.0");
        let off = imported.after(plugin("epay"), &PluginAction::Disable, NOW);
        assert!(off.unwrap().is_installed());
    }

    #[test]
    fn standard_plugins_need_no_row() {
        assert!(PluginState::without_row(plugin("epay"), NOW).enabled);
        let own = PluginState::without_row(plugin(crate::Plugins::ONLINE_DEVICES), NOW);
        assert!(!own.is_installed() && !own.enabled);
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (version, expected) in [
            ("1.0.0", true),
            ("1.0.1", false),
            ("1.0.10", false),
            ("0.9.9", true),
            ("2", false),
            ("dev", true),
            ("", true),
        ] {
            let stored = state(true, true, version);
            assert_eq!(
                stored.needs_upgrade(plugin("telegram")),
                expected,
                "{version}"
            );
        }
    }
}
