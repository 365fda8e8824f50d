//! The way back in: where the administration is, and a new password.

use ferroboard_auth::Password;
use ferroboard_kernel::Email;

use super::say;
use crate::config::Config;
use crate::wiring;
use crate::xboard_env::XboardEnv;

/// Shows the stored path; one that an Xboard installation derives from its key where none is stored.
pub(crate) async fn show_admin_path(
    config: &Config,
    xboard: Option<&XboardEnv>,
) -> Result<(), String> {
    let foundation = wiring::foundation(config).await?;
    let setup = foundation.setup();
    let stored = setup.admin_path().await;
    let stored = stored.map_err(|error| error.to_string())?;
    let path = stored
        .or_else(|| xboard.and_then(XboardEnv::default_admin_path))
        .ok_or("there is no admin path yet: the first start of `ferroboard serve` makes one")?;
    say(&format!("/{path}"));
    Ok(())
}

/// Sets a password that was drawn, or the one on standard input.
pub(crate) async fn set_password(
    config: &Config,
    email: &str,
    from_stdin: bool,
) -> Result<(), String> {
    if !from_stdin {
        return replace_password(config, email, None).await;
    }
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| format!("standard input: {error}"))?;
    let password = line.trim_end_matches(['\r', '\n']);
    replace_password(config, email, Some(password)).await
}

/// Sets the password of an account. A password that was drawn is shown once.
pub(super) async fn replace_password(
    config: &Config,
    email: &str,
    given: Option<&str>,
) -> Result<(), String> {
    let address = Email::parse(email).map_err(|error| format!("{email:?}: {error}"))?;
    // Judged before the database is asked.
    let given = given.map(Password::parse).transpose();
    let given = given.map_err(|error| error.to_string())?;
    let foundation = wiring::foundation(config).await?;
    let drawn = foundation.random.hex32();
    // No token is signed here, so any key will do.
    let key = foundation.random.hex32();
    let is_drawn = given.is_none();
    let password = match given {
        Some(password) => password,
        None => Password::parse(&drawn).map_err(|error| error.to_string())?,
    };
    let application = wiring::application(config, foundation, &key).await?;
    application
        .recovery
        .replace_password(&address, &password)
        .await
        .map_err(|error| error.to_string())?;
    if is_drawn {
        say(&format!("password  {drawn}  (shown only once)"));
    }
    say(&format!("the password of {address} is set"));
    Ok(())
}
