//! Ferroboard: the panel's one program.

mod commands;
mod config;
mod logging;
mod parts;
mod serve;
mod warnings;
mod wiring;
mod xboard_env;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::parts::Parts;

/// A subscription-billing panel: the API of Xboard on SQLite, MariaDB/MySQL or PostgreSQL.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Configuration file (TOML); `ferroboard.toml` in the working directory by default.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Migrate, make what a panel needs where it is missing, and serve. The default.
    Serve,
    /// Create the tables, or bring them to this version; an Xboard database is adopted.
    Migrate {
        /// Only say what is found and what would be done.
        #[arg(long)]
        check: bool,
    },
    /// Take away what is ours, so that Xboard can go on with the database.
    Unadopt {
        /// Only say what would be done.
        #[arg(long)]
        check: bool,
    },
    /// Fill an empty panel with plans, nodes, articles, a coupon, a payment method and a customer to
    /// try a purchase with. Not in production.
    Demo,
    /// The ledger of everything that customers own.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Scheduled jobs.
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// Administrators.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// The configuration.
    #[command(subcommand, name = "config")]
    Config(ConfigCommand),
}

#[derive(Subcommand)]
enum LedgerCommand {
    /// Recompute every account from its entries, and report any that differs.
    Check,
}

#[derive(Subcommand)]
enum JobsCommand {
    /// Run one job now, whether or not its time has come.
    ///
    /// `reset:password EMAIL [PASSWORD]` sets a password, a random one where none is given.
    Run {
        /// The job's name; a wrong one lists the right ones.
        name: String,
        /// What belongs to the name, such as `--fix-null` of `reset:traffic`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Make an administrator with a random password, which is shown once.
    Create {
        /// The address to log in with.
        #[arg(long)]
        email: String,
    },
    /// Show the path of the administration.
    Path,
    /// Set the password of an account, and end its sessions. A random one, which is shown once, unless
    /// one is given.
    Password {
        /// The account's address.
        #[arg(long)]
        email: String,
        /// Take the first line of standard input.
        #[arg(long)]
        stdin: bool,
    },
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Read and judge the configuration without starting anything.
    Check,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (config, xboard) = match Config::load(arguments.config.as_deref()) {
        Ok(loaded) => loaded,
        Err(error) => return commands::fail(&error.to_string()),
    };
    // Every command is told of a mistake that only another one would come across.
    if let Err(error) = Parts::of(&config) {
        return commands::fail(&error.to_string());
    }
    let logging = match logging::start(&config.log) {
        Ok(logging) => logging,
        Err(reason) => return commands::fail(&reason),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return commands::fail(&format!("no runtime: {error}")),
    };
    let done = runtime.block_on(async {
        match arguments.command.unwrap_or(Command::Serve) {
            Command::Serve => serve::run(&config, xboard.as_ref(), &logging).await,
            Command::Migrate { check } => commands::migrate(&config, check).await,
            Command::Unadopt { check } => commands::unadopt(&config, check).await,
            Command::Demo => commands::fill_demo(&config).await,
            Command::Ledger(LedgerCommand::Check) => commands::check_ledger(&config).await,
            Command::Jobs(JobsCommand::Run { name, arguments }) => {
                commands::run_job(&config, &name, &arguments).await
            }
            Command::Admin(AdminCommand::Create { email }) => {
                commands::create_admin(&config, &email).await
            }
            Command::Admin(AdminCommand::Path) => {
                commands::show_admin_path(&config, xboard.as_ref()).await
            }
            Command::Admin(AdminCommand::Password { email, stdin }) => {
                commands::set_password(&config, &email, stdin).await
            }
            Command::Config(ConfigCommand::Check) => commands::check(&config),
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => commands::fail(&reason),
    }
}
