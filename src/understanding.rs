//! What was understood of a reply: for people who want to know why something is found, or is not.

use crate::rule::Rule;
use crate::score::Score;
use crate::source::Span;
use std::sync::Arc;

/// What was understood of one reply.
#[derive(Clone, Debug)]
pub struct Understanding {
    /// What the customer's message shows; `None` where it is not known.
    pub customer: Option<Customer>,
    /// The kind of reply, if it is of any.
    pub kind: Option<Kind>,
    /// The sentences of the reply, in order.
    pub sentences: Vec<Sentence>,
    /// What the situation calls for.
    pub demands: Vec<Demand>,
    /// The score.
    pub score: Score,
}

/// The kind of a reply.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name: `complaint`.
    pub name: String,
    /// What such a reply is.
    pub title: String,
    /// What told it; empty where nothing needed to.
    pub because: Vec<Evidence>,
    /// Whether it was said rather than told by anything.
    pub given: bool,
}

/// What the customer's message shows.
#[derive(Clone, Debug)]
pub struct Customer {
    /// How angry the customer is, 0 to 3.
    pub anger: u32,
    /// What it shows and by which words, each once, in the order of the message.
    pub shows: Vec<Evidence>,
}

/// A detector and the words that it found.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The detector, or the rule.
    pub detector: Arc<Rule>,
    /// The words.
    pub words: String,
}

/// A sentence of the reply.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Where it stands, in bytes of the source.
    pub span: Span,
    /// The moves that it makes, each once.
    pub moves: Vec<Arc<Rule>>,
    /// Moves that do not count, each with the rule that found why.
    pub vetoed: Vec<(Arc<Rule>, Arc<Rule>)>,
}

/// Something that the situation calls for.
#[derive(Clone, Debug)]
pub struct Demand {
    /// The rule that asks for it.
    pub rule: Arc<Rule>,
    /// The first sentence that does it, counted from 0; `None` where it is missing.
    pub by: Option<usize>,
}
