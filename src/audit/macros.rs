//! The macros of an audit, held against each other when all are read.

use super::Place;
use crate::likeness::{Library, Likeness, Reply};

/// Macros, and how they compare.
#[derive(Debug, Default)]
pub struct Macros {
    held: Library,
    places: Vec<Place>,
    /// What comparing found; nothing before the audit has ended.
    pub found: Likeness,
    /// How many replies are no macros: they answer someone.
    pub sent: u64,
}

impl Macros {
    /// Takes in a macro, or a reply that is none.
    pub(super) fn add(&mut self, reply: Option<&Reply>, place: &Place) {
        match reply {
            Some(reply) if self.held.add(reply.clone()) => self.places.push(place.clone()),
            Some(_) => {}
            None => self.sent += 1,
        }
    }

    /// Compares them; redacted, no word of them is kept.
    pub(super) fn compare(&mut self, redact: bool) {
        let found = std::mem::take(&mut self.held).compare();
        self.found = if redact { found.redacted() } else { found };
    }

    /// Where one of them stands.
    pub fn place(&self, number: usize) -> Option<&Place> {
        self.places.get(number)
    }
}
