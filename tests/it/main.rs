//! What holds of the program as a whole. The cases are data, in `tests/cli`.

mod budget;
mod cli;
mod fixes;
mod outputs;
mod records;
mod rules;
mod schema;
mod spans;
mod templates;
mod tidy;
mod words;
