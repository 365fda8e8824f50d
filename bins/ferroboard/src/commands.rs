//! The commands that do one thing and end.

mod admin;
mod configuration;

use std::io::Write as _;
use std::process::ExitCode;

use ferroboard_adapters::SystemClock;
use ferroboard_application::{Demo, Error, Job, JobOutcome, Ledger};
use ferroboard_kernel::{Clock as _, Email, StoreError};
use ferroboard_persistence::MigrateError;

use crate::config::{Config, Profile};
use crate::wiring;

pub(crate) use self::admin::{set_password, show_admin_path};
pub(crate) use self::configuration::check;

/// What the reference calls the command that sets a password.
const RESET_PASSWORD: &str = "reset:password";

/// Says on standard error why the program ends.
#[allow(
    clippy::print_stderr,
    reason = "the last word of the program, also before there is a log"
)]
pub(crate) fn fail(reason: &str) -> ExitCode {
    eprintln!("ferroboard: {reason}");
    ExitCode::FAILURE
}

/// The result of a command. A reader that went away stops no migration half-way.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Beside the result.
fn say_aside(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Brings the database to this version, or only says what that would be.
pub(crate) async fn migrate(config: &Config, only_check: bool) -> Result<(), String> {
    if !only_check {
        wiring::migrate(config, say).await?;
        say("the database is at this version");
        return Ok(());
    }
    let options = wiring::connect_options(config)?;
    match ferroboard_persistence::survey(&options, SystemClock.now(), &say).await {
        Ok(()) => {
            say("Nothing was changed.");
            Ok(())
        }
        Err(MigrateError::NoFile(path)) => Err(format!(
            "there is no database file {path}; `ferroboard migrate` would make a new, empty one"
        )),
        Err(error) => Err(error.to_string()),
    }
}

/// Takes away what is ours, or only says what that would be.
pub(crate) async fn unadopt(config: &Config, only_check: bool) -> Result<(), String> {
    let options = wiring::connect_options(config)?;
    let outcome = if only_check {
        let survey = ferroboard_persistence::survey_return(&options, &say).await;
        survey.map(|()| say("Nothing was changed."))
    } else {
        ferroboard_persistence::unadopt(&options, &say).await
    };
    outcome.map_err(|error| error.to_string())
}

/// Fills an empty panel. What is shown can be read by people and by a shell.
pub(crate) async fn fill_demo(config: &Config) -> Result<(), String> {
    if config.profile == Profile::Production {
        return Err("a demo has no place in production".to_owned());
    }
    // What is shown is read by a shell, so this stands elsewhere.
    wiring::migrate(config, say_aside).await?;
    let foundation = wiring::foundation(config).await?;
    let demo = Demo {
        store: foundation.store.as_ref(),
        clock: foundation.clock.as_ref(),
        random: foundation.random.as_ref(),
        hasher: foundation.hasher.as_ref(),
    };
    let filled = demo.fill().await.map_err(|error| error.to_string())?;
    let panel = config.http.bind;
    say(&format!(
        "# The demo's customer, codes and payment method; the password is shown only once.\n\
         PANEL=http://{panel}\n\
         EMAIL={}\n\
         PASSWORD={}\n\
         COUPON={}\n\
         GIFT_CARD={}\n\
         EPAY_UUID={}\n\
         EPAY_PID={}\n\
         EPAY_KEY={}",
        filled.email,
        filled.password,
        filled.coupon,
        filled.gift_card.as_str(),
        filled.payment_uuid,
        filled.merchant,
        filled.payment_key,
    ));
    Ok(())
}

pub(crate) async fn run_job(
    config: &Config,
    name: &str,
    arguments: &[String],
) -> Result<(), String> {
    if name == RESET_PASSWORD {
        return reset_password(config, arguments).await;
    }
    let asked = [&[name.to_owned()], arguments].concat().join(" ");
    let Some(job) = Job::named(&asked) else {
        let names = Job::ALL.iter().map(|job| job.name());
        let names = names.collect::<Vec<_>>().join(", ");
        return Err(format!(
            "there is no job {asked:?}; there are: {names}, {RESET_PASSWORD}"
        ));
    };
    let foundation = wiring::foundation(config).await?;
    // No token is signed by a job, so any key will do.
    let key = foundation.random.hex32();
    let application = wiring::application(config, foundation, &key).await?;
    let name = job.name();
    match application
        .jobs
        .run(job)
        .await
        .map_err(|error| error.to_string())?
    {
        JobOutcome::Done(rows) => say(&format!("{name}: done, {rows} rows")),
        JobOutcome::RunningElsewhere => {
            return Err(format!("{name} is being run by another process"));
        }
        JobOutcome::NotDue => {}
    }
    Ok(())
}

/// Sets the password of an account. A password that was drawn is shown once.
async fn reset_password(config: &Config, arguments: &[String]) -> Result<(), String> {
    let (email, given) = match arguments {
        [email] => (email, None),
        [email, password] => (email, Some(password.as_str())),
        _ => return Err(format!("{RESET_PASSWORD} EMAIL [PASSWORD]")),
    };
    admin::replace_password(config, email, given).await
}

/// Recomputes every account from its ledger entries; an account that differs fails the command.
pub(crate) async fn check_ledger(config: &Config) -> Result<(), String> {
    let foundation = wiring::foundation(config).await?;
    let ledger = Ledger {
        store: foundation.store.as_ref(),
        clock: foundation.clock.as_ref(),
    };
    let differing = ledger.check().await.map_err(|error| error.to_string())?;
    for balance in &differing {
        let (user, account) = (balance.user, balance.account.as_str());
        let held = balance.held;
        say(&match balance.recorded {
            Some(recorded) => {
                format!("user {user}: {account} holds {held}, its entries say {recorded}")
            }
            None => format!(
                "user {user}: {account} holds {held}, one of its entries is no amount that it can have moved"
            ),
        });
    }
    if differing.is_empty() {
        say("every account agrees with its entries");
        Ok(())
    } else {
        Err(format!(
            "{} accounts differ from their entries",
            differing.len()
        ))
    }
}

pub(crate) async fn create_admin(config: &Config, email: &str) -> Result<(), String> {
    let email = Email::parse(email).map_err(|error| format!("{email:?}: {error}"))?;
    let foundation = wiring::foundation(config).await?;
    let setup = foundation.setup();
    let admin = setup
        .create_admin(&email)
        .await
        .map_err(|error| match error {
            Error::Store(StoreError::Duplicate { .. }) => format!("{email} has an account already"),
            other => other.to_string(),
        })?;
    say(&format!(
        "e-mail    {}\npassword  {}  (shown only once)",
        admin.email, admin.password
    ));
    Ok(())
}
