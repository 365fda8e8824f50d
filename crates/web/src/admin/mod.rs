//! What administrators use, behind `/api/v2/{secure_path}`.

pub(crate) mod audit_log;
pub(crate) mod config;
pub(crate) mod guard;
pub(crate) mod plans;
pub(crate) mod system;
