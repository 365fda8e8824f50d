//! Scheduled jobs, queued mail, upkeep.

pub(super) mod chat_outbox;
pub(super) mod mail_templates;
pub(super) mod notice_choices;
pub(super) mod operations;
pub(super) mod outbox;
pub(super) mod reminders;
pub(super) mod scheduled;
pub(super) mod upkeep;
pub(super) mod user_tasks;
