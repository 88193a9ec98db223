//! Operations of Alibaba Cloud on one's own machine: find them, fill in their parameters, call them, take the code.
//!
//! A [`Catalog`] reads the vendor's documents. For an operation of it, [`form`] describes the parameters,
//! [`invocation`] checks values and makes a call, and [`snippet`] writes the Rust program, the command line and the raw
//! request for the same values. [`server`] serves them, and a page that uses them, on loopback. The command `alicloud`
//! calls the same functions.

pub mod catalog;
pub mod compare;
pub mod curl;
pub mod diagnosis;
pub mod form;
pub mod history;
pub mod identity;
pub mod invocation;
pub mod outcome;
pub mod pages;
pub mod permission;
mod random;
pub mod recording;
pub mod server;
pub mod signature;
pub mod snippet;
pub mod target;

pub use catalog::Catalog;
