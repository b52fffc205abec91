//! All templates of a rule set as one automaton over token classes.
//!
//! A state is known by the states it is reached from and the class that leads there, so templates that begin alike share their
//! states. The result is a few flat arrays, which the build script writes into the program for the built-in rules.

use super::template::{self, Kind, Node, Start, Template};
use crate::segment::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A nondeterministic automaton without empty moves. State 0 is where every template begins.
#[derive(Clone, Debug)]
pub struct Program {
    /// The classes that hold each token, sorted: those of token `t` are `class_list[class_ends[t-1]..class_ends[t]]`.
    pub class_ends: Cow<'static, [u32]>,
    /// See `class_ends`.
    pub class_list: Cow<'static, [u32]>,
    /// Where the edges of each state end.
    pub edge_ends: Cow<'static, [u32]>,
    /// The class of each edge, sorted within a state.
    pub edge_class: Cow<'static, [u32]>,
    /// The state each edge leads to.
    pub edge_target: Cow<'static, [u32]>,
    /// Where the templates that each state completes end.
    pub accept_ends: Cow<'static, [u32]>,
    /// Template numbers.
    pub accept: Cow<'static, [u32]>,
}

impl Program {
    /// One past the last token id it knows; those from there on are unknown to it.
    pub fn tokens(&self) -> usize {
        self.class_ends.len()
    }

    /// The classes that hold a token.
    pub fn classes(&self, token: usize) -> &[u32] {
        &self.class_list[range(&self.class_ends, token)]
    }

    /// The edges of a state: their classes, sorted, and where they lead.
    pub fn edges(&self, state: u32) -> (&[u32], &[u32]) {
        let edges = range(&self.edge_ends, state as usize);
        (&self.edge_class[edges.clone()], &self.edge_target[edges])
    }

    /// The templates that a state completes.
    pub fn accepts(&self, state: u32) -> &[u32] {
        &self.accept[range(&self.accept_ends, state as usize)]
    }
}

fn range(ends: &[u32], i: usize) -> std::ops::Range<usize> {
    (if i == 0 { 0 } else { ends[i - 1] as usize })..ends[i] as usize
}

/// Makes a [`Program`], template by template.
pub struct Compiler<'n> {
    classes: HashMap<Vec<Id>, u32>,
    wide: HashMap<Wide, u32>,
    states: HashMap<(Vec<u32>, u32), u32>,
    /// For each state its edges, class to targets.
    edges: Vec<BTreeMap<u32, BTreeSet<u32>>>,
    accepts: Vec<BTreeSet<u32>>,
    /// One past the last token id.
    tokens: Id,
    /// Tells what words are made of.
    letters: &'n dyn Fn(Id) -> Letters,
}

/// Classes that hold most tokens, or whole kinds of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Wide {
    Gap(bool),
    Free,
    Kind(Kind),
}

impl<'n> Compiler<'n> {
    /// For a vocabulary whose last id is `tokens - 1`.
    pub fn new(tokens: Id, letters: &'n dyn Fn(Id) -> Letters) -> Self {
        Self {
            classes: HashMap::new(),
            wide: HashMap::new(),
            states: HashMap::new(),
            edges: vec![BTreeMap::new()],
            accepts: vec![BTreeSet::new()],
            tokens,
            letters,
        }
    }

    /// Adds a template under a number.
    pub fn add(&mut self, number: u32, template: &Template) {
        let mut frontier = vec![0];
        match template.start {
            Start::Anywhere => {}
            Start::Sentence => frontier = self.step(&frontier, vec![BOUND]),
            Start::Clause => frontier = self.step(&frontier, vec![BOUND, COMMA, SEMICOLON, COLON, DASH, PAREN]),
        }
        frontier = self.node(frontier, &template.node);
        if template.end {
            frontier = self.step(&frontier, vec![BOUND, QUESTION, EXCLAMATION]);
        }
        for state in frontier {
            self.accepts[state as usize].insert(number);
        }
    }

    fn node(&mut self, frontier: Vec<u32>, node: &Node) -> Vec<u32> {
        match node {
            Node::Set(ids) => self.step(&frontier, ids.clone()),
            Node::Kind(kind) => self.kind(&frontier, *kind),
            Node::Capture(_, node) => self.node(frontier, node),
            Node::Seq(parts) => parts.iter().fold(frontier, |frontier, part| self.node(frontier, part)),
            Node::Alt(branches) => {
                // One-word alternatives are one class: one state instead of many.
                let mut words = BTreeSet::new();
                let mut out = BTreeSet::new();
                for branch in branches.iter() {
                    match &branch.node {
                        Node::Set(ids) => words.extend(ids.iter().copied()),
                        node => out.extend(self.node(frontier.clone(), node)),
                    }
                }
                if !words.is_empty() {
                    out.extend(self.step(&frontier, words.into_iter().collect()));
                }
                out.into_iter().collect()
            }
            Node::Gap { max, over } => {
                let word = self.wide(Wide::Gap(*over));
                let free = self.wide(Wide::Free);
                let mut out: BTreeSet<u32> = frontier.iter().copied().collect();
                let mut last = frontier;
                for n in 0..=*max {
                    if n > 0 {
                        last = self.step_class(&last, word);
                        out.extend(&last);
                    }
                    // Commas and dashes cost nothing, however many.
                    let passed = self.step_class(&last, free);
                    for &state in &passed {
                        self.edges[state as usize].entry(free).or_default().insert(state);
                    }
                    last.extend(&passed);
                    last.sort_unstable();
                    out.extend(passed);
                }
                out.into_iter().collect()
            }
        }
    }

    fn kind(&mut self, frontier: &[u32], kind: Kind) -> Vec<u32> {
        let class = self.wide(Wide::Kind(kind));
        self.step_class(frontier, class)
    }

    /// A class that is told by a property; walking all tokens for it happens once.
    fn wide(&mut self, wide: Wide) -> u32 {
        if let Some(&class) = self.wide.get(&wide) {
            return class;
        }
        let ids = (0..self.tokens).filter(|&id| match wide {
            Wide::Gap(over) => template::is_gap_word(id, over),
            Wide::Free => template::is_free(id),
            Wide::Kind(kind) => kind.holds(id, self.letters),
        });
        let class = self.class(ids.collect());
        self.wide.insert(wide, class);
        class
    }

    fn class(&mut self, ids: Vec<Id>) -> u32 {
        let next = self.classes.len() as u32;
        *self.classes.entry(ids).or_insert(next)
    }

    fn step(&mut self, frontier: &[u32], ids: Vec<Id>) -> Vec<u32> {
        let class = self.class(ids);
        self.step_class(frontier, class)
    }

    fn step_class(&mut self, frontier: &[u32], class: u32) -> Vec<u32> {
        let next = self.edges.len() as u32;
        let state = *self.states.entry((frontier.to_vec(), class)).or_insert(next);
        if state == next {
            self.edges.push(BTreeMap::new());
            self.accepts.push(BTreeSet::new());
            for &from in frontier {
                self.edges[from as usize].entry(class).or_default().insert(state);
            }
        }
        vec![state]
    }

    /// The finished automaton.
    pub fn finish(self) -> Program {
        let mut classes_of = vec![Vec::new(); self.tokens as usize];
        for (ids, class) in self.classes {
            for id in ids {
                classes_of[id as usize].push(class);
            }
        }
        classes_of.iter_mut().for_each(|c| c.sort_unstable());
        let (class_ends, class_list) = flatten(classes_of.iter().map(|c| c.iter().copied()));
        let edges = |pick: fn((u32, u32)) -> u32| {
            flatten(self.edges.iter().map(|e| e.iter().flat_map(|(&c, ts)| ts.iter().map(move |&t| (c, t))).map(pick)))
        };
        let (edge_ends, edge_class) = edges(|e| e.0);
        let (_, edge_target) = edges(|e| e.1);
        let (accept_ends, accept) = flatten(self.accepts.iter().map(|a| a.iter().copied()));
        Program { class_ends, class_list, edge_ends, edge_class, edge_target, accept_ends, accept }
    }
}

type Flat = Cow<'static, [u32]>;

fn flatten(rows: impl Iterator<Item = impl Iterator<Item = u32>>) -> (Flat, Flat) {
    let (mut ends, mut all) = (Vec::new(), Vec::new());
    for row in rows {
        all.extend(row);
        ends.push(all.len() as u32);
    }
    (ends.into(), all.into())
}
