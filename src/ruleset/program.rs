//! All templates of a rule set as one automaton over token classes.
//!
//! A state is known by the states it is reached from and the class that leads there, so templates that begin alike share their
//! states. The result is a few flat arrays, which the build script writes into the program for the built-in rules.

use super::hash::Fast;
use super::template::{self, Choice, Kind, Node, Start, Template};
use crate::segment::{BOUND, COLON, COMMA, DASH, EXCLAMATION, Id, Letters, PAREN, QUESTION, SEMICOLON};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

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
    /// For each class, which tokens it may hold: bit `t % MASK_BITS` is set for each of its tokens. Zero for wide classes, which are
    /// told by [`template::Breadth`] alone.
    pub class_masks: Cow<'static, [u64]>,
    /// The state each edge leads to.
    pub edge_target: Cow<'static, [u32]>,
    /// Where the templates that each state completes end.
    pub accept_ends: Cow<'static, [u32]>,
    /// Template numbers.
    pub accept: Cow<'static, [u32]>,
}

/// How many bits tell the tokens of a class apart.
pub const MASK_BITS: usize = 256;
/// The words that hold them.
pub const MASK_WORDS: usize = MASK_BITS / 64;

impl Program {
    /// The mask of a class.
    pub fn mask(&self, class: u32) -> &[u64] {
        &self.class_masks[class as usize * MASK_WORDS..][..MASK_WORDS]
    }

    /// How many classes there are.
    pub fn classes_count(&self) -> usize {
        self.class_masks.len() / MASK_WORDS
    }

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
    classes: HashMap<Box<[Id]>, u32, Fast>,
    wide: HashMap<Wide, u32>,
    /// The classes of lists, by their addresses: all templates are alive while they are compiled.
    choices: HashMap<usize, u32, Fast>,
    /// The classes of single tokens, plus one; 0 where there is none yet.
    single: Vec<u32>,
    /// Sets of more than one state, numbered.
    frontiers: HashMap<Box<[u32]>, u32, Fast>,
    /// The state that a class leads to from a state, or from a numbered set of them.
    states: HashMap<(u64, u32), u32, Fast>,
    /// For each state its edges: class and target.
    edges: Vec<Vec<(u32, u32)>>,
    /// States and the templates that they complete.
    accepts: Vec<(u32, u32)>,
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

impl Wide {
    /// Whether all tokens of the same [`template::Breadth`] are alike to it.
    fn is_told_by_breadth(self) -> bool {
        matches!(self, Self::Gap(_) | Self::Free | Self::Kind(Kind::Word))
    }
}

impl<'n> Compiler<'n> {
    /// For a vocabulary whose last id is `tokens - 1`.
    pub fn new(tokens: Id, letters: &'n dyn Fn(Id) -> Letters) -> Self {
        Self {
            classes: HashMap::default(),
            wide: HashMap::new(),
            choices: HashMap::default(),
            single: vec![0; tokens as usize],
            frontiers: HashMap::default(),
            states: HashMap::default(),
            edges: vec![Vec::new()],
            accepts: Vec::new(),
            tokens,
            letters,
        }
    }

    /// Adds a template under a number.
    pub fn add(&mut self, number: u32, template: &Template) {
        let mut frontier = vec![0];
        match template.start {
            Start::Anywhere => {}
            Start::Sentence => frontier = self.step(&frontier, &[BOUND]),
            Start::Clause => frontier = self.step(&frontier, &[BOUND, COMMA, SEMICOLON, COLON, DASH, PAREN]),
        }
        frontier = self.node(frontier, &template.node);
        if template.end {
            frontier = self.step(&frontier, &[BOUND, QUESTION, EXCLAMATION]);
        }
        for state in frontier {
            self.accepts.push((state, number));
        }
    }

    fn node(&mut self, frontier: Vec<u32>, node: &Node) -> Vec<u32> {
        match node {
            Node::Word(id) => self.step(&frontier, std::slice::from_ref(id)),
            Node::Set(ids) => self.step(&frontier, ids),
            Node::Kind(kind) => self.kind(&frontier, *kind),
            Node::Capture(_, node) => self.node(frontier, node),
            Node::Seq(parts) => parts.iter().fold(frontier, |frontier, part| self.node(frontier, part)),
            Node::Alt(choice) => {
                let longer = choice.branches.iter().filter(|b| b.node.words().is_none());
                let mut out: Vec<u32> = longer.flat_map(|b| self.node(frontier.clone(), &b.node)).collect();
                if !choice.words.is_empty() {
                    let class = self.choice_class(choice);
                    out.push(self.step_class(&frontier, class));
                }
                sorted(out)
            }
            Node::Gap { max, over } => {
                let word = self.wide(Wide::Gap(*over));
                let free = self.wide(Wide::Free);
                let mut out = frontier.clone();
                let mut last = frontier;
                for n in 0..=*max {
                    if n > 0 {
                        last = vec![self.step_class(&last, word)];
                        out.extend(&last);
                    }
                    // Commas and dashes cost nothing, however many.
                    let passed = self.step_class(&last, free);
                    self.edges[passed as usize].push((free, passed));
                    last.push(passed);
                    last.sort_unstable();
                    out.push(passed);
                }
                sorted(out)
            }
        }
    }

    fn kind(&mut self, frontier: &[u32], kind: Kind) -> Vec<u32> {
        let class = self.wide(Wide::Kind(kind));
        vec![self.step_class(frontier, class)]
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
        let ids: Vec<Id> = ids.collect();
        let class = self.class(&ids);
        self.wide.insert(wide, class);
        class
    }

    /// The class of the words of a list; a list that many templates use is looked up by its address.
    fn choice_class(&mut self, choice: &Arc<Choice>) -> u32 {
        let address = Arc::as_ptr(choice) as usize;
        if let Some(&class) = self.choices.get(&address) {
            return class;
        }
        let class = self.class(&choice.words);
        if Arc::strong_count(choice) > 1 {
            self.choices.insert(address, class);
        }
        class
    }

    fn class(&mut self, ids: &[Id]) -> u32 {
        let single = if let [id] = ids { Some(*id as usize) } else { None };
        if let Some(class) = single.and_then(|id| self.single[id].checked_sub(1)) {
            return class;
        }
        if let Some(&class) = self.classes.get(ids) {
            return class;
        }
        let class = self.classes.len() as u32;
        self.classes.insert(ids.into(), class);
        if let Some(id) = single {
            self.single[id] = class + 1;
        }
        class
    }

    fn step(&mut self, frontier: &[u32], ids: &[Id]) -> Vec<u32> {
        let class = self.class(ids);
        vec![self.step_class(frontier, class)]
    }

    fn frontier(&mut self, states: &[u32]) -> u32 {
        if let Some(&number) = self.frontiers.get(states) {
            return number;
        }
        let number = self.frontiers.len() as u32;
        self.frontiers.insert(states.into(), number);
        number
    }

    /// The state that a class leads to from all of some states.
    fn step_class(&mut self, frontier: &[u32], class: u32) -> u32 {
        let from = match frontier {
            [one] => u64::from(*one),
            _ => u64::from(self.frontier(frontier)) | 1 << 32,
        };
        let next = self.edges.len() as u32;
        let state = *self.states.entry((from, class)).or_insert(next);
        if state == next {
            self.edges.push(Vec::new());
            for &from in frontier {
                self.edges[from as usize].push((class, state));
            }
        }
        state
    }

    /// For each token the classes that hold it. Most tokens are in the same few wide classes, so they are counted first and then
    /// written to their places.
    fn classes_of_tokens(&self) -> (Flat, Flat) {
        let mut classes: Vec<(u32, &[Id])> = self.classes.iter().map(|(ids, &class)| (class, &**ids)).collect();
        classes.sort_unstable_by_key(|c| c.0);
        let mut ends = vec![0_u32; self.tokens as usize];
        for &id in classes.iter().flat_map(|c| c.1) {
            ends[id as usize] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            (*end, sum) = (sum, sum + *end);
        }
        // `ends` holds starts until each token's classes are written behind one another.
        let mut list = vec![0; sum as usize];
        for (class, ids) in classes {
            for &id in ids {
                list[ends[id as usize] as usize] = class;
                ends[id as usize] += 1;
            }
        }
        (ends.into(), list.into())
    }

    fn masks(&self) -> Cow<'static, [u64]> {
        let mut masks = vec![0; self.classes.len() * MASK_WORDS];
        let wide: Vec<u32> =
            self.wide.iter().filter(|(w, _)| w.is_told_by_breadth()).map(|(_, &class)| class).collect();
        for (ids, &class) in self.classes.iter().filter(|(_, class)| !wide.contains(class)) {
            for &id in &**ids {
                let bit = id as usize % MASK_BITS;
                masks[class as usize * MASK_WORDS + bit / 64] |= 1 << (bit % 64);
            }
        }
        masks.into()
    }

    /// The finished automaton.
    pub fn finish(mut self) -> Program {
        let (class_ends, class_list) = self.classes_of_tokens();
        for edges in &mut self.edges {
            edges.sort_unstable();
            edges.dedup();
        }
        let (edge_ends, edge_class) = flatten(self.edges.iter().map(|e| e.iter().map(|e| e.0)));
        let (_, edge_target) = flatten(self.edges.iter().map(|e| e.iter().map(|e| e.1)));
        let class_masks = self.masks();
        let mut accepts = vec![Vec::new(); self.edges.len()];
        for (state, template) in self.accepts {
            accepts[state as usize].push(template);
        }
        let (accept_ends, accept) = flatten(accepts.iter().map(|a| a.iter().copied()));
        Program { class_ends, class_list, class_masks, edge_ends, edge_class, edge_target, accept_ends, accept }
    }
}

fn sorted(mut states: Vec<u32>) -> Vec<u32> {
    states.sort_unstable();
    states.dedup();
    states
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
