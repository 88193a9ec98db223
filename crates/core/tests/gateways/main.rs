//! Services behind gateways with their own hosts, signatures and errors.
#![allow(missing_docs, unreachable_pub)]

mod fc;
#[path = "../local/mod.rs"]
mod local;
mod pds;
mod signatures;
mod sls;
#[path = "../thing/mod.rs"]
mod thing;
