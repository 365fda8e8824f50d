//! What proxy clients ask, `/api/v1/client` and the subscription link: its token stands for a login.

pub(crate) mod link;
pub(crate) mod program;
mod program_config;
pub(crate) mod subscription;
mod token;
