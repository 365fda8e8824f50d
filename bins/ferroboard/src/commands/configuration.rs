//! `config check`: whether `serve` could use the configuration.

use std::io::ErrorKind;

use super::say;
use crate::config::{Config, Profile};
use crate::{parts, warnings};

/// Tells what the configuration says. Its parts were built before any command; what is left is the
/// address, which is taken and given back. That the panel listens there already is no fault.
pub(crate) fn check(config: &Config) -> Result<(), String> {
    let bind = config.http.bind;
    let listening = match parts::listen(config) {
        Ok(_) => "",
        Err(error) if error.kind() == ErrorKind::AddrInUse => "  (in use at the moment)",
        Err(error) => return Err(format!("http.bind: {bind}: {error}")),
    };
    // The scheme only: what follows it may hold a password.
    let database = config.database.url.split(':').next().unwrap_or_default();
    let profile = match config.profile {
        Profile::Development => "development",
        Profile::Production => "production",
    };
    say(&format!(
        "profile   {profile}\ndatabase  {database}  (not asked)\nbind      {bind}{listening}"
    ));
    for warning in warnings::of(config).map_err(|error| error.to_string())? {
        say(&format!("warning   {warning}"));
    }
    say("the configuration is good");
    Ok(())
}
