//! What runs without being asked: scheduled jobs, tasks, queued mail.

pub(crate) mod background;
pub(crate) mod chat_outbox;
pub(crate) mod job;
pub(crate) mod operations;
pub(crate) mod outbox;
pub(crate) mod progress;
pub(crate) mod queries;
pub(crate) mod reminders;
pub(crate) mod schedule;
pub(crate) mod scheduled;
pub(crate) mod task;
pub(crate) mod upkeep;
