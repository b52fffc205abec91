//! Phrase templates: the language in which rules say what they look for.
//!
//! A template is parsed to a [`Node`] tree over tokens. From it come the automaton that finds it in a reply (`program`), the words
//! that its captures hold, and the list of alternatives that some example must show (`trace`).

use super::inflection;
use crate::segment::{
    ACRONYM, AMOUNT, APOSTROPHE_D, APOSTROPHE_IS, APOSTROPHE_S, BOUND, CLOCK, COLON, COMMA, DASH, DATE, EMAIL, EMOJI,
    EXCLAMATION, FIRST_WORD, HAD, HAS, IS, Id, Letters, Lexicon, NEVER, NO, NOT, NUMBER, PAREN, PLACEHOLDER, QUESTION,
    SEMICOLON, SLOT_AMOUNT, SLOT_DATE, SLOT_EMAIL, SLOT_NUMBER, SLOT_URL, SLOTS, SYMBOL, Tokens, UNKNOWN, URL, WOULD,
};
use crate::toml_file::{Literal, Place, Problem, similar};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// Emoticons that a template may name; their brackets are no brackets of the template.
const FACES: &[&str] = &[":)", ":-)", ":(", ":-(", ";)", ";-)", "=)"];
/// Gap words without a number: "a few".
const GAP: usize = 3;
/// Bounds that keep matching linear with a small factor, from measurements of worst cases.
const MAX_GAPS: usize = 2;
const MAX_GAP_WORDS: usize = 12;
const MAX_TOKENS: usize = 40;
/// A template with all its lists written out has at most so many words.
const MAX_PARTS: usize = 20_000;
/// Lists use lists at most so deep.
const MAX_NESTING: usize = 16;
/// So many brackets stand in one another.
const MAX_BRACKETS: usize = 8;

/// A phrase template.
#[derive(Clone, Debug)]
pub struct Template {
    /// What it matches.
    pub node: Node,
    /// Where it must begin.
    pub start: Start,
    /// Whether it must reach the end of its sentence.
    pub end: bool,
}

/// Where a template may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At any word.
    Anywhere,
    /// At the start of a clause: `^`.
    Clause,
    /// At the start of a sentence: `^^`.
    Sentence,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Node {
    /// One token.
    Word(Id),
    /// One token out of a sorted set.
    Set(Vec<Id>),
    /// One token of a kind.
    Kind(Kind),
    /// One part after another.
    Seq(Vec<Node>),
    /// One of several parts.
    Alt(Arc<Choice>),
    /// Up to so many words, or none; `over` says whether it passes over negations.
    Gap {
        /// The most words it passes.
        max: usize,
        /// Whether it passes over not, never and no.
        over: bool,
    },
    /// A part with a name.
    Capture(String, Box<Node>),
}

/// Several parts of which one matches, and what is asked of them again and again.
#[derive(Debug, Default)]
pub struct Choice {
    /// The alternatives.
    pub branches: Vec<Branch>,
    /// The tokens of all alternatives of one word, sorted: one class instead of many.
    pub words: Vec<Id>,
    size: Size,
    open_start: bool,
    open_end: bool,
}

impl Choice {
    fn new(branches: Vec<Branch>) -> Arc<Self> {
        let mut words: Vec<Id> = branches.iter().filter_map(|b| b.node.words()).flatten().copied().collect();
        words.sort_unstable();
        words.dedup();
        let size = branches.iter().map(|b| b.node.size()).reduce(|a, b| Size {
            parts: a.parts.saturating_add(b.parts),
            least: a.least.min(b.least),
            most: a.most.max(b.most),
            gaps: a.gaps.max(b.gaps),
            gap_words: a.gap_words.max(b.gap_words),
        });
        let open_start = branches.iter().any(|b| b.node.open_start());
        let open_end = branches.iter().any(|b| b.node.open_end());
        Arc::new(Self { branches, words, size: size.unwrap_or_default(), open_start, open_end })
    }
}

/// An alternative, and where it is written. An optional part is an alternative beside an empty one.
#[derive(Clone, Debug)]
pub struct Branch {
    /// What it matches. An empty [`Node::Seq`] is the way around an optional part.
    pub node: Node,
    /// Its place, in bytes of the rule file; `None` for the way around.
    pub place: Option<Place>,
}

/// Tokens that are not particular words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Any word, number or slot: `<word>`.
    Word,
    /// `<number>` and all those with digits.
    Number,
    /// `<emoji>`: any, those that rules name too.
    Emoji,
    /// One of a few fixed tokens.
    Token(&'static [Id]),
}

impl Kind {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("word", Self::Word),
        ("number", Self::Number),
        ("amount", Self::Token(&[AMOUNT, SLOT_AMOUNT])),
        ("clock", Self::Token(&[CLOCK])),
        ("date", Self::Token(&[DATE, SLOT_DATE])),
        ("acronym", Self::Token(&[ACRONYM])),
        ("placeholder", Self::Token(SLOTS)),
        ("url", Self::Token(&[URL, SLOT_URL])),
        ("email", Self::Token(&[EMAIL, SLOT_EMAIL])),
        ("emoji", Self::Emoji),
    ];
}

/// What is wrong with a template, and where in it.
#[derive(Debug)]
pub struct Fault {
    /// Bytes of the template's text.
    pub at: Range<usize>,
    /// What is wrong, in lower case.
    pub message: String,
}

type Parsed<T> = Result<T, Fault>;

fn fault<T>(at: Range<usize>, message: impl Into<String>) -> Parsed<T> {
    Err(Fault { at, message: message.into() })
}

/// A named list of alternatives, parsed when a template first asks for it.
enum List {
    /// Its entries as written.
    Raw(Vec<Literal>),
    /// It is being parsed.
    Open,
    /// Its entries.
    Parsed(Arc<Choice>),
}

/// Parses templates.
pub struct Parser<'b, W> {
    /// Gives an id to a word in lower case.
    intern: W,
    /// The lists by name.
    lists: HashMap<String, List>,
    /// Lists of the rules that these extend; they are taken over when one is asked for.
    base: &'b [super::List],
    /// How many lists are being parsed, one for another.
    nesting: usize,
    /// What is wrong with the lists.
    pub problems: Vec<Problem>,
}

impl<'b, W: FnMut(&str) -> Id> Parser<'b, W> {
    /// A parser over the lists of a rule set.
    pub fn new(intern: W, base: &'b [super::List]) -> Self {
        Self { intern, lists: HashMap::new(), base, nesting: 0, problems: Vec::new() }
    }

    /// Names a list. One of the same name is forgotten.
    pub fn define(&mut self, name: &str, entries: Vec<Literal>) {
        // Lists that used one of this name before are parsed already, and stay as they are.
        self.lists.insert(name.to_owned(), List::Raw(entries));
    }

    /// Whether there is a list of a name.
    pub fn has_list(&self, name: &str) -> bool {
        self.lists.contains_key(name) || self.base.iter().any(|l| l.name == name)
    }

    /// The entries of a list; `None` if there is no such list, or it holds itself.
    pub fn list(&mut self, name: &str) -> Option<Arc<Choice>> {
        if !self.lists.contains_key(name) {
            let base = self.base.iter().rev().find(|l| l.name == name)?;
            self.define(name, base.entries().map(Literal::bare).collect());
        }
        if self.nesting >= MAX_NESTING {
            return None;
        }
        let entry = self.lists.get_mut(name)?;
        let raw = match entry {
            List::Parsed(done) => return Some(done.clone()),
            List::Open => return None,
            List::Raw(raw) => std::mem::take(raw),
        };
        *entry = List::Open;
        self.nesting += 1;
        let mut branches = Vec::with_capacity(raw.len());
        for literal in &raw {
            let mut reader = Reader { text: &literal.text, at: 0, parser: self, place: &|r| literal.part(r) };
            match reader.whole() {
                Ok(node) => {
                    branches.push(Branch { node, place: Some(literal.place) });
                }
                Err(fault) => {
                    let place = literal.part(fault.at);
                    self.problems.push(Problem { place, message: fault.message });
                }
            }
        }
        self.nesting -= 1;
        let done = Choice::new(branches);
        self.lists.insert(name.to_owned(), List::Parsed(done.clone()));
        Some(done)
    }

    /// Parses one template. `place` turns a byte range of `text` into a place in the rule file.
    ///
    /// # Errors
    /// The first thing in it that cannot be read or is not allowed.
    pub fn template(&mut self, text: &str, place: &dyn Fn(Range<usize>) -> Place) -> Parsed<Template> {
        let mut reader = Reader { text, at: 0, parser: self, place };
        let start = match (reader.eat("^^"), reader.eat("^")) {
            (true, _) => Start::Sentence,
            (_, true) => Start::Clause,
            _ => Start::Anywhere,
        };
        let node = reader.sequence(0)?;
        let end = reader.eat("$");
        reader.done()?;
        let template = Template { node, start, end };
        template.check(text)?;
        Ok(template)
    }
}

struct Reader<'t, 'p, 'b, W> {
    text: &'t str,
    at: usize,
    parser: &'p mut Parser<'b, W>,
    place: &'p dyn Fn(Range<usize>) -> Place,
}

impl<W: FnMut(&str) -> Id> Reader<'_, '_, '_, W> {
    /// An entry of a list: a template without anchors.
    fn whole(&mut self) -> Parsed<Node> {
        let node = self.sequence(0)?;
        self.done()?;
        let all = 0..self.text.len();
        if node.size().least == 0 {
            return fault(all, "every part of this entry may be left out; make one part fixed");
        }
        node.bounded(all)?;
        Ok(node)
    }

    fn done(&mut self) -> Parsed<()> {
        self.blank();
        match self.rest().chars().next() {
            None => Ok(()),
            Some(c) => fault(self.at..self.behind(), format!("`{c}` does not belong here")),
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn blank(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Where the next character ends.
    fn behind(&self) -> usize {
        self.at + self.rest().chars().next().map_or(0, char::len_utf8)
    }

    fn eat(&mut self, mark: &str) -> bool {
        self.blank();
        let found = self.rest().starts_with(mark);
        self.at += if found { mark.len() } else { 0 };
        found
    }

    /// Parts up to `|`, a closing bracket or the end.
    fn sequence(&mut self, depth: usize) -> Parsed<Node> {
        if depth > MAX_BRACKETS {
            let message = format!("brackets nest more than {MAX_BRACKETS} deep; name the inner part as a list");
            return fault(self.at..self.behind(), message);
        }
        let mut parts = Vec::new();
        loop {
            self.blank();
            let at = self.at;
            let Some(c) = self.rest().chars().next() else { break };
            match c {
                '|' | ')' | ']' | '>' | '$' => break,
                '(' | '[' => {
                    self.at += 1;
                    let (close, optional) = if c == '(' { (")", false) } else { ("]", true) };
                    parts.push(self.alternatives(at, close, optional, depth)?);
                }
                '@' => {
                    let name = self.name(at + 1);
                    let Some(list) = self.parser.list(&name) else {
                        let message = if self.parser.has_list(&name) {
                            format!("the list `{name}` holds itself, or lists nest more than {MAX_NESTING} deep")
                        } else {
                            let base = self.parser.base.iter().map(|l| l.name.as_ref());
                            let near = similar(&name, self.parser.lists.keys().map(String::as_str).chain(base));
                            format!("there is no list `{name}`{near}")
                        };
                        return fault(at..at + 1 + name.len(), message);
                    };
                    parts.push(Node::Alt(list));
                }
                '~' => {
                    let verb = self.name(at + 1).to_ascii_lowercase();
                    if verb.is_empty() {
                        return fault(at..at + 1, "a verb must follow `~`");
                    }
                    let mut ids: Vec<Id> =
                        inflection::forms(&verb).iter().map(|form| (self.parser.intern)(form)).collect();
                    ids.sort_unstable();
                    ids.dedup();
                    let more = closed(&ids);
                    parts.push(Node::Set(if more.is_empty() { ids } else { more }));
                }
                '…' => parts.push(self.gap('…'.len_utf8())?),
                '.' if self.rest().starts_with("...") => parts.push(self.gap(3)?),
                '<' => parts.push(self.angle(at, depth)?),
                '^' => return fault(at..at + 1, "`^` may stand only at the start of a template"),
                _ => self.literal(&mut parts)?,
            }
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node::Seq(parts) })
    }

    fn alternatives(&mut self, open: usize, close: &str, optional: bool, depth: usize) -> Parsed<Node> {
        let mut branches = Vec::new();
        loop {
            self.blank();
            let from = self.at;
            let node = self.sequence(depth + 1)?;
            let to = from + self.text[from..self.at].trim_end().len();
            if matches!(&node, Node::Seq(parts) if parts.is_empty()) {
                return fault(open..self.behind(), "an alternative is empty; write `[…]` for what may be left out");
            }
            branches.push(Branch { node, place: Some((self.place)(from..to)) });
            if self.eat("|") {
                continue;
            }
            if self.eat(close) {
                break;
            }
            return fault(open..open + 1, format!("this bracket is not closed by `{close}`"));
        }
        if optional {
            branches.push(Branch { node: Node::Seq(Vec::new()), place: None });
        }
        Ok(Node::Alt(Choice::new(branches)))
    }

    fn name(&mut self, from: usize) -> String {
        let len = self.text[from..]
            .find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
            .unwrap_or(self.text.len() - from);
        self.at = from + len;
        self.text[from..from + len].to_owned()
    }

    fn gap(&mut self, mark: usize) -> Parsed<Node> {
        let from = self.at;
        let sign = self.text[from..from + mark].to_owned();
        self.at += mark;
        let over = self.rest().starts_with(&sign);
        self.at += if over { mark } else { 0 };
        let digits = self.rest().find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest().len());
        let max = if digits == 0 { Some(GAP) } else { self.rest()[..digits].parse().ok() };
        self.at += digits;
        match max {
            Some(max) if (1..=MAX_GAP_WORDS).contains(&max) => Ok(Node::Gap { max, over }),
            _ => fault(from..self.at, format!("a gap has 1 to {MAX_GAP_WORDS} words")),
        }
    }

    /// `<number>` or `<name: part>`.
    fn angle(&mut self, open: usize, depth: usize) -> Parsed<Node> {
        let name = self.name(open + 1);
        if self.eat(":") {
            let node = self.sequence(depth + 1)?;
            if !self.eat(">") {
                return fault(open..open + 1, "this capture is not closed by `>`");
            }
            return Ok(Node::Capture(name, Box::new(node)));
        }
        if !self.eat(">") {
            return fault(open..open + 1, "this is not closed by `>`");
        }
        match Kind::NAMES.iter().find(|(n, _)| *n == name) {
            Some((_, kind)) => Ok(Node::Kind(*kind)),
            None => {
                let near = similar(&name, Kind::NAMES.iter().map(|k| k.0));
                fault(open..self.at, format!("there is no token class `<{name}>`{near}"))
            }
        }
    }

    fn literal(&mut self, parts: &mut Vec<Node>) -> Parsed<()> {
        let from = self.at;
        let rest = self.rest();
        let face = FACES.iter().find(|f| rest.starts_with(**f)).map(|f| f.len());
        let mut word = rest.char_indices().skip(1);
        let end = word.find(|(_, c)| {
            c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '|' | '@' | '~' | '…' | '<' | '>' | '^' | '$')
        });
        let len = face.unwrap_or(end.map_or(rest.len(), |(at, _)| at));
        self.at += len;
        let text = &self.text[from..self.at];
        let intern = &mut self.parser.intern;
        let ids = Tokens::of_literal(text, |word| std::str::from_utf8(word).map_or(UNKNOWN, &mut *intern));
        // A literal without an id of its own would stand for every unknown word, or for every address.
        let loose = |id: &Id| *id == UNKNOWN || (NUMBER..APOSTROPHE_D).contains(id);
        if ids.is_empty() || ids.iter().any(loose) {
            return fault(
                from..self.at,
                format!(
                    "`{text}` holds nothing that can be matched as a word; a full stop is written `$`, a number `<number>`"
                ),
            );
        }
        parts.extend(ids.into_iter().map(|id| match closed(&[id]) {
            ids if ids.is_empty() => Node::Word(id),
            ids => Node::Set(ids),
        }));
        Ok(())
    }
}

/// A set with the ambiguous contractions added that may stand for what is in it, and the other way round; empty where there is
/// nothing to add.
fn closed(ids: &[Id]) -> Vec<Id> {
    let has = |id: Id| ids.binary_search(&id).is_ok();
    let more: &[(&[Id], &[Id])] = &[
        (&[IS, HAS], &[APOSTROPHE_IS, APOSTROPHE_S]),
        (&[APOSTROPHE_IS], &[IS, HAS, APOSTROPHE_S]),
        (&[APOSTROPHE_S], &[APOSTROPHE_IS]),
        (&[HAD, WOULD], &[APOSTROPHE_D]),
        (&[APOSTROPHE_D], &[HAD, WOULD]),
    ];
    let mut out: Vec<Id> =
        more.iter().filter(|(of, _)| of.iter().any(|&id| has(id))).flat_map(|(_, more)| *more).copied().collect();
    if !out.is_empty() {
        out.extend(ids);
        out.sort_unstable();
        out.dedup();
    }
    out
}

impl Template {
    /// How many parts it has with its lists written out.
    pub(super) fn parts(&self) -> usize {
        self.node.size().parts
    }

    /// Refuses what would match nothing in particular, or make matching slow.
    fn check(&self, text: &str) -> Parsed<()> {
        let size = self.node.size();
        let all = 0..text.len();
        if size.least == 0 {
            return fault(all, "every part may be left out, so it would match anywhere; make one part fixed");
        }
        if size.gaps > MAX_GAPS || size.gap_words > MAX_GAP_WORDS {
            return fault(
                all,
                format!("at most {MAX_GAPS} gaps and {MAX_GAP_WORDS} gap words fit in a template; split it"),
            );
        }
        self.node.bounded(all.clone())?;
        if self.node.open_start() || self.node.open_end() {
            return fault(all, "a gap stands at its start or end; leave it out");
        }
        Ok(())
    }

    /// Whether it holds a capture, so that a match must be read again to know the words.
    pub fn has_captures(&self) -> bool {
        self.node.any(&|n| matches!(n, Node::Capture(..)))
    }

    /// Whether it holds a capture of this name.
    pub fn captures(&self, name: &str) -> bool {
        self.node.any(&|n| matches!(n, Node::Capture(c, _) if c == name))
    }

    /// The places of all its alternatives, the entries of the lists it uses included.
    pub fn places(&self, out: &mut BTreeSet<Place>) {
        self.node.places(out);
    }

    /// Whether it matches all of some tokens, anchors aside.
    #[cfg(test)]
    pub(crate) fn matches(&self, ids: &[Id], letters: &dyn Fn(Id) -> Letters) -> bool {
        self.trace(ids, letters).found
    }

    /// Reads a match again: the ways through the alternatives by which it matches all of `ids`, and what the first way captured,
    /// as token ranges.
    pub fn trace(&self, ids: &[Id], letters: &dyn Fn(Id) -> Letters) -> Trace {
        let mut walk = Walk { ids, letters, steps: 0, way: Vec::new(), captured: Vec::new(), trace: Trace::default() };
        walk.run(&[Todo::Node(&self.node)], 0);
        walk.trace
    }
}

/// How a template matched.
#[derive(Debug, Default)]
pub struct Trace {
    /// The alternatives that took part in some way of matching.
    pub used: BTreeSet<Place>,
    /// The captures of the first way, as token ranges of the match.
    pub captures: Vec<(String, Range<usize>)>,
    /// The choices of the first way: the alternatives there were, and the token range that the chosen one took.
    pub choices: Vec<(Arc<Choice>, Range<usize>)>,
    found: bool,
}

#[derive(Clone, Copy)]
enum Todo<'n> {
    Node(&'n Node),
    /// A capture that began at a token ends here.
    Close(&'n str, usize),
    /// A choice of this number on the way ends here.
    Chosen(usize),
}

/// A branch that was taken at an alternative.
struct Taken<'n> {
    among: &'n Arc<Choice>,
    taken: &'n Branch,
    tokens: Range<usize>,
}

struct Walk<'n, 'i> {
    ids: &'i [Id],
    letters: &'i dyn Fn(Id) -> Letters,
    steps: usize,
    way: Vec<Taken<'n>>,
    captured: Vec<(&'n str, Range<usize>)>,
    trace: Trace,
}

impl<'n> Walk<'n, '_> {
    /// Matches are at most [`MAX_TOKENS`] long, and so many steps are far more than any needs; a template made to need more is
    /// traced in part.
    const MAX_STEPS: usize = 20_000;

    fn run(&mut self, todo: &[Todo<'n>], at: usize) {
        self.steps += 1;
        if self.steps > Self::MAX_STEPS {
            return;
        }
        let Some((first, rest)) = todo.split_first() else {
            if at == self.ids.len() {
                self.trace.used.extend(self.way.iter().filter_map(|c| c.taken.place));
                if !self.trace.found {
                    self.trace.found = true;
                    self.trace.choices = self.way.iter().map(|c| (c.among.clone(), c.tokens.clone())).collect();
                    self.trace.captures = self.captured.iter().map(|(n, r)| ((*n).to_owned(), r.clone())).collect();
                }
            }
            return;
        };
        let node = match *first {
            Todo::Close(name, from) => {
                self.captured.push((name, from..at));
                self.run(rest, at);
                self.captured.pop();
                return;
            }
            Todo::Chosen(choice) => {
                let before = std::mem::replace(&mut self.way[choice].tokens.end, at);
                self.run(rest, at);
                self.way[choice].tokens.end = before;
                return;
            }
            Todo::Node(node) => node,
        };
        match node {
            Node::Set(ids) if self.ids.get(at).is_some_and(|id| ids.binary_search(id).is_ok()) => {
                self.run(rest, at + 1);
            }
            Node::Kind(kind) if self.ids.get(at).is_some_and(|&id| kind.holds(id, self.letters)) => {
                self.run(rest, at + 1);
            }
            Node::Word(id) if self.ids.get(at) == Some(id) => self.run(rest, at + 1),
            Node::Word(_) | Node::Set(_) | Node::Kind(_) => {}
            Node::Seq(parts) => {
                let todo: Vec<_> = parts.iter().map(Todo::Node).chain(rest.iter().copied()).collect();
                self.run(&todo, at);
            }
            Node::Alt(choice) => {
                for branch in &choice.branches {
                    let steps = [Todo::Node(&branch.node), Todo::Chosen(self.way.len())];
                    let todo: Vec<_> = steps.into_iter().chain(rest.iter().copied()).collect();
                    self.way.push(Taken { among: choice, taken: branch, tokens: at..at });
                    self.run(&todo, at);
                    self.way.pop();
                }
            }
            Node::Capture(name, part) => {
                let todo: Vec<_> =
                    [Todo::Node(part), Todo::Close(name, at)].into_iter().chain(rest.iter().copied()).collect();
                self.run(&todo, at);
            }
            Node::Gap { max, over } => {
                let (mut words, mut at) = (0, at);
                self.run(rest, at);
                while let Some(&id) = self.ids.get(at) {
                    if is_free(id) {
                    } else if words < *max && is_gap_word(id, *over) {
                        words += 1;
                    } else {
                        break;
                    }
                    at += 1;
                    self.run(rest, at);
                }
            }
        }
    }
}

impl Kind {
    /// Whether a token is of this kind. `letters` tells what a word that rules name is made of.
    pub fn holds(self, id: Id, letters: &dyn Fn(Id) -> Letters) -> bool {
        let named = |kind| id >= FIRST_WORD && letters(id) == kind;
        match self {
            Self::Word => is_gap_word(id, true),
            Self::Number => {
                matches!(id, NUMBER | AMOUNT | CLOCK | DATE | SLOT_NUMBER | SLOT_AMOUNT | SLOT_DATE)
                    || named(Letters::Digits)
            }
            Self::Emoji => id == EMOJI || named(Letters::Emoji),
            Self::Token(tokens) => tokens.contains(&id),
        }
    }
}

/// All that gaps and `<word>` ask of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breadth {
    /// Any gap counts it as a word.
    Word,
    /// A gap that passes over negations counts it.
    Negation,
    /// Any gap passes it.
    Free,
    /// No gap passes it.
    Bound,
}

impl Breadth {
    /// That of a token.
    pub fn of(id: Id) -> Self {
        match id {
            COMMA | DASH | PAREN | SYMBOL => Self::Free,
            BOUND | SEMICOLON | COLON | QUESTION | EXCLAMATION => Self::Bound,
            NOT | NEVER | NO => Self::Negation,
            _ => Self::Word,
        }
    }
}

/// Tokens that a gap passes without counting them.
pub fn is_free(id: Id) -> bool {
    Breadth::of(id) == Breadth::Free
}

/// Tokens that a gap counts as words.
pub fn is_gap_word(id: Id, over: bool) -> bool {
    match Breadth::of(id) {
        Breadth::Word => true,
        Breadth::Negation => over,
        _ => false,
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Size {
    /// How many parts it is written out in.
    parts: usize,
    least: usize,
    most: usize,
    gaps: usize,
    gap_words: usize,
}

impl Node {
    /// The tokens that it is one of, if it is one.
    pub fn words(&self) -> Option<&[Id]> {
        match self {
            Self::Word(id) => Some(std::slice::from_ref(id)),
            Self::Set(ids) => Some(ids),
            _ => None,
        }
    }

    /// A text that it matches: the first of all alternatives, the shortest of all gaps.
    pub fn sample(&self, lexicon: &Lexicon) -> String {
        let token = |id: Id| match id {
            COMMA => ",",
            SEMICOLON => ";",
            COLON => ":",
            DASH => " - ",
            QUESTION => "?",
            EXCLAMATION => "!",
            APOSTROPHE_S | APOSTROPHE_IS => "'s",
            APOSTROPHE_D => "'d",
            NUMBER => "3",
            AMOUNT => "$20",
            CLOCK => "10:30",
            DATE => "12/04/2026",
            ACRONYM => "XQZ",
            PLACEHOLDER => "{{name}}",
            URL => "example.com",
            EMAIL => "sam@example.com",
            EMOJI => "🙂",
            _ => "x",
        };
        match self {
            Self::Word(id) => lexicon.word(*id).unwrap_or_else(|| token(*id)).to_owned(),
            Self::Set(ids) => {
                let named = ids.iter().find_map(|&id| lexicon.word(id));
                named.unwrap_or_else(|| token(ids.first().copied().unwrap_or(UNKNOWN))).to_owned()
            }
            Self::Kind(Kind::Word) => "x".to_owned(),
            Self::Kind(Kind::Number) => token(NUMBER).to_owned(),
            Self::Kind(Kind::Emoji) => token(EMOJI).to_owned(),
            Self::Kind(Kind::Token(ids)) => token(ids.first().copied().unwrap_or(UNKNOWN)).to_owned(),
            Self::Seq(parts) => parts.iter().map(|p| p.sample(lexicon)).collect::<Vec<_>>().join(" "),
            Self::Alt(choice) => choice.branches.first().map(|b| b.node.sample(lexicon)).unwrap_or_default(),
            Self::Gap { .. } => String::new(),
            Self::Capture(_, node) => node.sample(lexicon),
        }
    }

    /// Refuses what is too long, or has too many alternatives once its lists are written out.
    fn bounded(&self, all: Range<usize>) -> Parsed<()> {
        let size = self.size();
        if size.most > MAX_TOKENS {
            return fault(all, format!("it may match more than {MAX_TOKENS} tokens; split it"));
        }
        if size.parts > MAX_PARTS {
            return fault(
                all,
                format!("with its lists it has more than {MAX_PARTS} parts; use fewer or smaller lists"),
            );
        }
        Ok(())
    }

    fn size(&self) -> Size {
        match self {
            Self::Word(_) | Self::Set(_) | Self::Kind(_) => Size { parts: 1, least: 1, most: 1, ..Size::default() },
            // A gap of one word is no more than an optional word.
            Self::Gap { max, .. } => {
                Size { parts: *max, least: 0, most: *max, gaps: usize::from(*max > 1), gap_words: *max }
            }
            Self::Capture(_, node) => node.size(),
            Self::Seq(parts) => parts.iter().map(Self::size).fold(Size::default(), |a, b| Size {
                parts: a.parts.saturating_add(b.parts),
                least: a.least.saturating_add(b.least),
                most: a.most.saturating_add(b.most),
                gaps: a.gaps.saturating_add(b.gaps),
                gap_words: a.gap_words.saturating_add(b.gap_words),
            }),
            Self::Alt(choice) => choice.size,
        }
    }

    fn open_start(&self) -> bool {
        match self {
            Self::Gap { .. } => true,
            Self::Capture(_, node) => node.open_start(),
            Self::Seq(parts) => {
                let fixed = parts.iter().position(|p| p.size().least > 0).unwrap_or(parts.len());
                parts.iter().take(fixed + 1).any(Self::open_start)
            }
            Self::Alt(choice) => choice.open_start,
            _ => false,
        }
    }

    fn open_end(&self) -> bool {
        match self {
            Self::Gap { .. } => true,
            Self::Capture(_, node) => node.open_end(),
            Self::Seq(parts) => {
                let fixed = parts.iter().rev().position(|p| p.size().least > 0).unwrap_or(parts.len());
                parts.iter().rev().take(fixed + 1).any(Self::open_end)
            }
            Self::Alt(choice) => choice.open_end,
            _ => false,
        }
    }

    fn any(&self, test: &dyn Fn(&Self) -> bool) -> bool {
        test(self)
            || match self {
                Self::Capture(_, node) => node.any(test),
                Self::Seq(parts) => parts.iter().any(|p| p.any(test)),
                Self::Alt(choice) => choice.branches.iter().any(|b| b.node.any(test)),
                _ => false,
            }
    }

    fn places(&self, out: &mut BTreeSet<Place>) {
        match self {
            Self::Capture(_, node) => node.places(out),
            Self::Seq(parts) => parts.iter().for_each(|p| p.places(out)),
            Self::Alt(choice) => {
                for branch in &choice.branches {
                    out.extend(branch.place);
                    branch.node.places(out);
                }
            }
            _ => {}
        }
    }
}
