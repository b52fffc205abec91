//! What a rule says: its name, its reason, its examples. How it finds what it looks for is the business of `ruleset`.

use std::borrow::Cow;
use std::fmt;

/// Text that is either built into the program or read from a rule file.
pub type Text = Cow<'static, str>;

/// Texts that stand one behind the other in one. A program that is about to run puts each address that it holds in its place: of
/// thousands of texts, that would be most of what it does before it begins.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// All of them.
    pub joined: Text,
    /// Where each ends, in bytes.
    pub ends: Cow<'static, [u32]>,
}

impl Texts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// One of them, by number; `None` beyond the last.
    pub fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.joined[start as usize..end as usize])
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let text = &self.joined[start as usize..end as usize];
            start = end;
            text
        })
    }

    /// Adds one behind the others.
    pub fn push(&mut self, text: &str) {
        self.joined.to_mut().push_str(text);
        self.ends.to_mut().push(self.joined.len() as u32);
    }
}

impl<S: AsRef<str>> FromIterator<S> for Texts {
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Self {
        let mut all = Self::default();
        texts.into_iter().for_each(|text| all.push(text.as_ref()));
        all
    }
}

/// A check, as people see it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `category.name`, unique in a rule set.
    pub id: Text,
    /// How grave a finding is.
    pub severity: Severity,
    /// How sure it is that a finding is a fault.
    pub confidence: Confidence,
    /// What was found, in lower case, without a full stop.
    pub title: Text,
    /// Why it matters to the customer.
    pub why: Text,
    /// The advice it comes from: article and section.
    pub source: Text,
    /// The rewrites that it offers, as written in the rule file, with `{captures}` and `{blanks}`.
    pub suggest: Texts,
    /// What it replaces and by what, where each wording has a replacement of its own.
    pub swaps: Cow<'static, [(Text, Text)]>,
    /// How far a rewrite may be trusted.
    pub apply: Applicability,
    /// Sentences that show what it finds and what it leaves alone.
    pub examples: Examples,
}

impl Rule {
    /// The part of the id before the dot.
    pub fn category(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }

    /// Whether a name is its id or its category.
    pub fn is_named(&self, name: &str) -> bool {
        name == self.id || name == self.category()
    }

    /// Whether it is a detector: it tells a move or something of the customer's message, and reports nothing.
    pub fn is_detector(&self) -> bool {
        DETECTORS.contains(&self.category())
    }

    /// What it replaces and by what, a line each; words that it leaves out are replaced by nothing.
    pub fn replacements(&self, arrow: &str) -> Texts {
        let told = |to: &Text| if to.is_empty() { "nothing".into() } else { to.clone() };
        self.swaps.iter().map(|(from, to)| format!("{from} {arrow} {}", told(to))).collect()
    }

    /// The part of the id after the dot.
    pub fn name(&self) -> &str {
        self.id.split_once('.').map_or("", |(_, name)| name)
    }
}

/// An article whose advice rules see to.
#[derive(Clone, Debug)]
pub struct Article {
    /// Its title.
    pub title: String,
    /// Its advice, in its order.
    pub advice: Vec<Advice>,
}

/// A piece of advice.
#[derive(Clone, Debug)]
pub struct Advice {
    /// What the article says.
    pub quote: String,
    /// The ids of the rules and detectors, and the categories, that see to it.
    pub by: Vec<String>,
    /// Why text cannot show it, where none do.
    pub untold: Option<String>,
}

/// The categories of detectors: of moves, and of what the customer's message shows.
pub const DETECTORS: [&str; 2] = ["moves", "customer"];

/// The examples of a rule, which are also its tests.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// Texts in which it finds something; `[[…]]` marks the exact place.
    pub fires: Texts,
    /// Texts in which it finds nothing.
    pub quiet: Texts,
    /// Texts before and after its fixes are applied.
    pub fixed: Cow<'static, [(Text, Text)]>,
}

/// How grave a finding is. Ordered: an error is more than a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Advice that may be left alone.
    Info,
    /// A good reviewer would ask for a change.
    Warning,
    /// It would embarrass the company: do not send.
    Error,
}

/// How sure it is that a finding is a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Worth a look.
    Low,
    /// Mostly right.
    Medium,
    /// Nearly always right.
    High,
}

/// How far a rewrite may be trusted. Ordered: what is safe is also allowed where unsafe fixes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// It holds a blank to fill, or is one way among many. Never applied by a flag.
    Manual,
    /// The tone changes; read it before it is sent.
    Unsafe,
    /// Meaning and facts stay the same.
    Safe,
}

macro_rules! words {
    ($type:ident: $($variant:ident = $word:literal),+) => {
        impl $type {
            /// All of them, from least to most.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in rule files and outputs.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The one that a word names.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.word() == word)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words!(Severity: Info = "info", Warning = "warning", Error = "error");
words!(Confidence: Low = "low", Medium = "medium", High = "high");
words!(Applicability: Manual = "manual", Unsafe = "unsafe", Safe = "safe");

/// A text with its first letter a capital.
pub(crate) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_out_as_they_went_in() {
        let given = ["one", "", "zwölf", ""];
        let mut texts: Texts = given.into_iter().collect();
        assert_eq!(texts.iter().collect::<Vec<_>>(), given);
        texts.push("more");
        assert_eq!(
            [texts.get(1), texts.get(2), texts.get(4), texts.get(5)],
            [Some(""), Some("zwölf"), Some("more"), None]
        );
        assert!(texts.len() == 5 && !texts.is_empty() && Texts::default().is_empty());
    }
}
