//! Real names.

pub(super) mod real_name_views;
pub(super) mod submissions;
