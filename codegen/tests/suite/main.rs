//! Tests of the generator with valid, invalid and hostile documents.

mod determinism;
mod diagnostics;
mod document;
mod documents;
mod fixture;
mod gateways;
mod hostile;
mod json;
mod mistakes;
mod mutants;
mod names;
mod permissions;
mod robustness;
mod schema;
mod shapes;
mod texts;
mod tree;
