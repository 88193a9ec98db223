//! RAM policies for programs that call Alibaba Cloud.
//!
//! A policy is derived in three steps:
//!
//! 1. [`usage`]: the operations that a program calls, found in its source ([`scan`]), in a recording of its tests
//!    ([`record`]), or named.
//! 2. [`requirement`]: the actions and resources that these operations need, by the tables of generated crates or of
//!    documents. An operation without a documented action is listed, and its action is never derived from its name.
//! 3. [`policy`]: statements, grouped by resources and split by RAM's limits.
//!
//! [`check`](mod@check) compares a policy with what is needed, [`explain`](mod@explain) shows where each action is
//! from, and [`fix`](mod@fix) reads the error of a refused call.

pub mod arn;
pub mod check;
pub mod explain;
pub mod fix;
pub mod pattern;
pub mod policy;
pub mod project;
pub mod record;
pub mod requirement;
pub mod scan;
pub mod usage;
