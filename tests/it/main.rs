//! What holds of the program as a whole. The cases are data, in `tests/cli`.

mod audit;
mod audit_page;
mod budget;
mod cli;
mod corpus;
mod determinism;
mod exit_codes;
mod faults;
mod fixes;
mod generated;
mod injection;
mod limits;
mod linear;
mod metamorphic;
mod packaging;
mod outputs;
#[cfg(feature = "parquet")]
mod parquet;
mod records;
mod rule_files;
mod rules;
mod scopes;
mod schema;
mod sound;
mod spans;
mod suppression;
mod templates;
mod terminal;
mod tidy;
mod wire;
mod words;
