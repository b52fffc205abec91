//! A linter for customer replies.
//!
//! The modules below are listed in reading order, which is also the order of dependency: each names only those above it.

pub mod effort;
pub mod error;
pub mod source;
pub mod date;
pub mod toml_file;
pub mod mapped;
pub mod segment;
pub mod document;
pub mod rule;
pub mod finding;
pub mod ruleset;
pub mod selection;
pub mod config;
pub mod builtin;
pub mod score;
pub mod understanding;
pub mod linter;
pub mod likeness;
pub mod baseline;
pub mod suppression;
pub mod fix;
pub mod trial;
pub mod report;
pub mod audit;
pub mod output;
