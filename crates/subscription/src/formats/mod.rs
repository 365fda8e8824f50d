//! One module per format: each writes the document of a client family.

pub(crate) mod clash;
pub(crate) mod clash_family;
pub(crate) mod clash_meta;
pub(crate) mod egern;
pub(crate) mod general;
mod line;
pub(crate) mod loon;
pub(crate) mod quantumult_x;
pub(crate) mod shadowrocket;
pub(crate) mod shadowsocks;
pub(crate) mod sing_box;
mod sip003;
pub(crate) mod stash;
pub(crate) mod surfboard;
pub(crate) mod surge;
mod surge_family;
pub(crate) mod xray_json;
