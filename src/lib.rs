//! A linter for customer replies.
//!
//! The modules below are listed in reading order, which is also the order of dependency: each names only those above it.

pub mod document;
pub mod error;
pub mod finding;
pub mod segment;

pub mod builtin;
pub mod fix;
pub mod linter;
pub mod mapped;
pub mod rule;
pub mod ruleset;
pub mod source;
pub mod trial;
