//! What holds of the program as a whole. The cases are data, in `tests/cli`.

mod budget;
mod cli;
mod fixes;
mod records;
mod rules;
mod spans;
mod suppression;
mod templates;
mod tidy;
mod words;
