#![doc = include_str!("../README.md")]

pub mod diagnostic;
pub mod document;
pub mod gateway;
pub mod json;
pub mod permissions;
pub mod source;
mod span;
pub mod spelling;
