//! Data files as a tree: every string with its path, its place in the file, and the way it is written there.
//!
//! To add a format: a file here that makes a [`Tree`], and its line in [`Tree::parse`].

mod json;
pub(super) mod path;
mod po;
mod quoting;
pub(super) mod separated;
mod table;
mod toml;
mod xml;
mod yaml;

use super::Syntax;
use crate::effort::spend;
use crate::mapped::{Builder, Mapped};
use crate::source::Span;
pub(super) use quoting::Quoting;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The values of a data file.
#[derive(Debug)]
pub(super) struct Tree<'s> {
    nodes: Vec<Node<'s>>,
    /// What the large maps hold, by name: each is asked for names once for every reply in it.
    large: HashMap<usize, HashMap<Cow<'s, str>, Vec<usize>>>,
    /// What may not be meant as it is read.
    pub(super) doubts: Vec<Fault>,
}

/// A value, and where it hangs.
#[derive(Debug)]
pub(super) struct Node<'s> {
    /// The list or map that holds it. The root holds itself.
    pub(super) parent: usize,
    /// Its place there.
    pub(super) step: Step<'s>,
    pub(super) value: Value<'s>,
}

/// A place in a map or in a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step<'s> {
    /// A name. One map may hold the same twice.
    Key(Cow<'s, str>),
    /// A place, from 0. The root has 0.
    Index(usize),
}

#[derive(Debug)]
pub(super) enum Value<'s> {
    /// Values by name, in the order of the file.
    Map(Vec<usize>),
    List(Vec<usize>),
    Text(Text<'s>),
    /// A number, a truth value or nothing, as it is written.
    Other(Cow<'s, str>),
}

/// A string.
#[derive(Clone, Debug)]
pub(super) struct Text<'s> {
    /// What it says, with the way back to the file.
    pub(super) text: Mapped<'s>,
    /// How it is written, from the inside out: a string of JSON in a cell of a table is quoted twice.
    pub(super) quoting: Vec<Quoting>,
}

/// Why a file cannot be read, or may not say what it is read to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where that shows, in bytes of the source.
    pub at: usize,
    /// What is wrong, in lower case, without a full stop. It holds no word of the file, as it is told where these are not to be.
    pub message: String,
}

impl<'s> Tree<'s> {
    /// Reads a span of a source.
    pub(super) fn parse(source: &'s str, span: Span, syntax: Syntax) -> Result<Self, Fault> {
        let mut tree = match syntax {
            Syntax::Json => json::parse(source, span),
            Syntax::JsonLines => json::parse_lines(source, span),
            Syntax::Yaml => yaml::parse(source, span),
            Syntax::Csv => table::parse(source, span, None),
            Syntax::Tsv => table::parse(source, span, Some(b'\t')),
            Syntax::Xml => xml::parse(source, span),
            Syntax::Gettext => po::parse(source, span),
            Syntax::Toml => toml::parse(source, span),
            Syntax::Separated => Ok(separated::parse(source, span)),
        }?;
        tree.open_strings();
        tree.index_large_maps();
        Ok(tree)
    }

    /// A tree with nothing but its root, which is a map or a list.
    fn new(root: Value<'s>) -> Self {
        Self {
            nodes: vec![Node { parent: ROOT, step: Step::Index(0), value: root }],
            large: HashMap::new(),
            doubts: Vec::new(),
        }
    }

    /// Adds a value to a map, or to the end of a list.
    fn add(&mut self, parent: usize, key: Option<Cow<'s, str>>, value: Value<'s>) -> usize {
        let number = self.nodes.len();
        spend(1);
        let step = match &mut self.nodes[parent].value {
            Value::Map(held) => {
                held.push(number);
                Step::Key(key.unwrap_or_default())
            }
            Value::List(held) => {
                held.push(number);
                Step::Index(held.len() - 1)
            }
            Value::Text(_) | Value::Other(_) => Step::Index(0),
        };
        self.nodes.push(Node { parent, step, value });
        number
    }

    /// Takes strings that are JSON objects and lists themselves for what they hold.
    fn open_strings(&mut self) {
        let mut next = 0;
        while next < self.nodes.len() {
            let number = next;
            next += 1;
            let Value::Text(text) = &self.nodes[number].value else { continue };
            let inside = text.text.text();
            let begins = |open: char| {
                let rest = inside.trim_start().strip_prefix(open).map(str::trim_start);
                rest.is_some_and(|rest| rest.starts_with(['{', '"', '[']))
            };
            if !begins('[') && !begins('{') {
                continue;
            }
            let Ok(inner) = json::parse(inside, Span::new(0, inside.len())) else { continue };
            if !matches!(inner.nodes[ROOT].value, Value::Map(_) | Value::List(_)) {
                continue;
            }
            let opened: Vec<Node<'s>> = inner.nodes.into_iter().map(|node| node.inside(text)).collect();
            let first = self.nodes.len();
            let renumbered = |n: usize| if n == ROOT { number } else { first + n - 1 };
            for (i, mut node) in opened.into_iter().enumerate() {
                if let Value::Map(held) | Value::List(held) = &mut node.value {
                    held.iter_mut().for_each(|n| *n = renumbered(*n));
                }
                if i == ROOT {
                    self.nodes[number].value = node.value;
                } else {
                    node.parent = renumbered(node.parent);
                    self.nodes.push(node);
                }
            }
        }
    }

    fn index_large_maps(&mut self) {
        for (number, node) in self.nodes.iter().enumerate() {
            let Value::Map(held) = &node.value else { continue };
            if held.len() < LARGE {
                continue;
            }
            let names = self.large.entry(number).or_default();
            for n in held {
                if let Step::Key(key) = &self.nodes[*n].step {
                    names.entry(key.clone()).or_default().push(*n);
                }
            }
        }
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A value by its number.
    pub(super) fn node(&self, number: usize) -> &Node<'s> {
        &self.nodes[number]
    }

    /// The text of a value, if it is one.
    pub(super) fn text(&self, number: usize) -> Option<&Text<'s>> {
        match &self.nodes[number].value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A string, a number or a truth value as people would write it.
    pub(super) fn scalar(&self, number: usize) -> Option<&str> {
        match &self.nodes[number].value {
            Value::Text(text) => Some(text.text.text()),
            Value::Other(written) => Some(written),
            Value::Map(_) | Value::List(_) => None,
        }
    }

    /// Whether a value says nothing: a text of white space, or what a format writes where there is no value.
    pub(super) fn is_blank(&self, number: usize) -> bool {
        match &self.nodes[number].value {
            Value::Text(text) => text.text.text().trim().is_empty(),
            Value::Other(written) => quoting::is_null(written),
            Value::Map(held) | Value::List(held) => held.is_empty(),
        }
    }

    /// Whether it is a map.
    pub(super) fn is_map(&self, number: usize) -> bool {
        matches!(self.nodes[number].value, Value::Map(_))
    }

    /// What a map or a list holds.
    pub(super) fn held(&self, number: usize) -> &[usize] {
        match &self.nodes[number].value {
            Value::Map(held) | Value::List(held) => held,
            Value::Text(_) | Value::Other(_) => &[],
        }
    }

    /// What a map holds under a name.
    pub(super) fn under<'t>(&'t self, number: usize, key: &'t str) -> impl Iterator<Item = usize> + 't {
        let named = move |&&n: &&usize| matches!(&self.nodes[n].step, Step::Key(name) if name == key);
        let held = match (self.large.get(&number), &self.nodes[number].value) {
            (Some(names), _) => names.get(key).map_or(&[][..], Vec::as_slice),
            (None, Value::Map(held)) => held,
            (None, _) => &[],
        };
        spend(held.len());
        held.iter().filter(named).copied()
    }

    /// The value, and what holds it, from the inside out.
    pub(super) fn ancestors(&self, number: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(number), |&n| (n != ROOT).then(|| self.nodes[n].parent))
    }

    /// The strings of the file, in order.
    pub(super) fn texts(&self) -> impl Iterator<Item = (usize, &Text<'s>)> {
        let mut texts: Vec<_> = (0..self.nodes.len()).filter_map(|n| Some((n, self.text(n)?))).collect();
        texts.sort_by_key(|(_, text)| text.text.to_source(Span::default()).start);
        texts.into_iter()
    }

    /// The path of a value as people write it: `macros[3].actions[2].value`.
    pub(super) fn path(&self, number: usize) -> String {
        self.path_with(number, |index| format!("[{index}]"), |_, _| false)
    }

    /// The same with `*` for keys other than those that are known to be no stranger's: `*[3].actions[2].value`.
    pub(super) fn shape(&self, number: usize, is_known: impl Fn(&str) -> bool) -> String {
        self.path_with(number, |index| format!("[{index}]"), |_, key| !is_known(key))
    }

    /// The path that leads to it in each element of lists, and in each value of some maps: `macros[].actions[].value`, `*.text`.
    pub(super) fn general_path(&self, number: usize, dictionaries: &HashSet<usize>) -> String {
        self.path_with(number, |_| "[]".to_owned(), |map, _| dictionaries.contains(&map))
    }

    /// The maps whose keys are names of things and not of properties: all they hold is maps, with a key in common.
    pub(super) fn dictionaries(&self) -> HashSet<usize> {
        let keys = |number: &usize| -> HashSet<&str> {
            let key = |n: &usize| match &self.nodes[*n].step {
                Step::Key(key) => Some(key.as_ref()),
                Step::Index(_) => None,
            };
            match &self.nodes[*number].value {
                Value::Map(held) => held.iter().filter_map(key).collect(),
                _ => HashSet::new(),
            }
        };
        let is_dictionary = |number: &usize| match &self.nodes[*number].value {
            Value::Map(held) if held.len() > 1 => {
                let mut all = held.iter().map(keys);
                let first = all.next().unwrap_or_default();
                !all.fold(first, |common, keys| &common & &keys).is_empty()
            }
            _ => false,
        };
        (0..self.nodes.len()).filter(is_dictionary).collect()
    }

    /// `is_any` tells of a map and a key in it whether `*` stands for the key.
    fn path_with(
        &self,
        number: usize,
        bracket: impl Fn(usize) -> String,
        is_any: impl Fn(usize, &str) -> bool,
    ) -> String {
        let mut steps: Vec<usize> = Vec::new();
        let mut path = String::new();
        let mut length = 0;
        for step in self.ancestors(number).filter(|n| *n != ROOT) {
            length += match &self.nodes[step].step {
                Step::Key(key) => key.len() + 1,
                Step::Index(_) => 4,
            };
            // Many values may hang in one that stands far in.
            if length > MAX_PATH && !steps.is_empty() {
                path.push('…');
                break;
            }
            steps.push(step);
        }
        steps.reverse();
        for step in steps {
            match &self.nodes[step].step {
                Step::Index(index) => path += &bracket(*index),
                Step::Key(key) if is_any(self.nodes[step].parent, key) => {
                    path += if path.is_empty() { "*" } else { ".*" };
                }
                Step::Key(key) if is_plain(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path += &cut(key, MAX_PATH);
                }
                Step::Key(key) => {
                    path += &format!("['{}']", cut(key, MAX_PATH).replace('\\', "\\\\").replace('\'', "\\'"));
                }
            }
        }
        path
    }
}

impl Node<'_> {
    /// The same in a tree of which `outer` holds the text that this one was read from.
    fn inside<'t>(self, outer: &Text<'_>) -> Node<'t> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let step = match self.step {
            Step::Key(key) => Step::Key(owned(key)),
            Step::Index(index) => Step::Index(index),
        };
        let value = match self.value {
            Value::Map(held) => Value::Map(held),
            Value::List(held) => Value::List(held),
            Value::Other(written) => Value::Other(owned(written)),
            Value::Text(Text { text, mut quoting }) => {
                quoting.extend(outer.quoting.iter().cloned());
                Value::Text(Text { text: text.through(&outer.text).into_owned(), quoting })
            }
        };
        Node { parent: self.parent, step, value }
    }
}

impl<'s> Text<'s> {
    /// A string of the file. `decoded` is how this module reads it, `value` what the format's own parser made of it: where the two
    /// differ, nothing is known of the places inside, and nothing is written there.
    fn new(source: &'s str, raw: Span, decoded: Builder<'s>, quoting: Quoting, value: &str) -> Self {
        if decoded.text() == value {
            return Self { text: decoded.finish(), quoting: vec![quoting] };
        }
        let mut whole = Builder::new(source);
        whole.escaped(raw, value);
        Self { text: whole.finish(), quoting: vec![Quoting::Sealed] }
    }
}

/// A map that holds so many values is looked through but once.
const LARGE: usize = 64;

/// The longest path that is shown, in bytes, and the longest name: many values may share one.
const MAX_PATH: usize = 500;
pub(super) const MAX_NAME: usize = 500;

/// The beginning of a text that is longer than so many bytes.
pub(super) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", &text[..text.floor_char_boundary(most)]))
}

/// The number of the root.
pub(super) const ROOT: usize = 0;

/// Whether a key needs no quotes in a path.
pub(super) fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '/' | '@' | '#'))
}

#[cfg(test)]
mod tests;
