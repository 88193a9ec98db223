//! What the generator does with documents of every shape, good, bad and hostile.

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
mod mutation;
mod names;
mod permissions;
mod schema;
mod shapes;
mod texts;
mod tree;
