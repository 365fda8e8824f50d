//! Reading requests: who asks, fields, bodies, pages.

pub(crate) mod body;
pub(crate) mod body_format;
pub(crate) mod client_address;
pub(crate) mod form;
pub(crate) mod hosts;
pub(crate) mod input;
pub(crate) mod list;
pub(crate) mod multipart;
pub(crate) mod page_root;
pub(crate) mod pattern;
pub(crate) mod reader;
pub(crate) mod request_id;
pub(crate) mod storable;
