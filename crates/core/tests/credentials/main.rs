//! Where credentials come from, and how they are kept: against peers on this machine.
#![allow(missing_docs)]

mod cache;
mod chain;
mod cli;
mod client;
mod clock;
mod direct;
mod ecs;
mod home;
mod ini;
mod interleavings;
#[path = "../local/mod.rs"]
mod local;
mod malformed;
mod oidc;
mod process;
mod region;
mod secrets;
mod services;
mod share;
mod sign_in;
mod sts;
#[path = "../thing/mod.rs"]
mod thing;
mod uri;
