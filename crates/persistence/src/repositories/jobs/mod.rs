//! Scheduled jobs, queued mail, upkeep.

pub(super) mod mail_templates;
pub(super) mod operations;
pub(super) mod outbox;
pub(super) mod reminders;
pub(super) mod scheduled;
pub(super) mod upkeep;
pub(super) mod user_tasks;
