//! What the load runs share.
#![allow(
    dead_code,
    unused_imports,
    reason = "each load run uses a part of this"
)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that meets something unexpected is to stop and say so"
)]

pub(crate) mod arguments;
pub(crate) mod bare;
pub(crate) mod crowd;
pub(crate) mod market;
pub(crate) mod memory;
pub(crate) mod processor;
pub(crate) mod processors;
pub(crate) mod pushes;
pub(crate) mod requests;
pub(crate) mod wrk;

pub(crate) use arguments::Arguments;
pub(crate) use crowd::Crowd;
pub(crate) use memory::Memory;
pub(crate) use processors::Processors;
