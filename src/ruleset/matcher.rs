//! Runs a [`Program`] over tokens: a deterministic automaton that is made as the text calls for it.
//!
//! It is run from every token anew, so where a match begins is always known. Most tokens begin nothing and cost one look into an
//! array. A step that only a gap can take costs another, and one that was made before a hash probe. A run is no longer than the
//! longest template, but for the commas it passes, so the whole is linear in the text.

use super::hash::Fast;
use super::program::{MASK_BITS, MASK_WORDS, Program};
use super::template::Breadth;
use crate::segment::Id;
use std::collections::HashMap;

/// A template that matched, and the tokens it took, anchors included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The template's number.
    pub template: u32,
    /// The first token.
    pub start: u32,
    /// One past the last token.
    pub end: u32,
}

/// The states made so far. One for each thread that matches; it may be used for one program only.
#[derive(Debug, Default)]
pub struct Cache {
    /// For each token id, the state that it begins, plus one; 0 where it is not known yet.
    start: Vec<u32>,
    /// For each state, the program states it stands for. State 0 is dead.
    sets: Vec<Box<[u32]>>,
    /// For each state, the templates it completes.
    accepts: Vec<Box<[u32]>>,
    /// For each state, the tokens that some edge asks for by name: where the bit is not set, only gaps can take the token.
    masks: Vec<[u64; MASK_WORDS]>,
    /// For each state, where gaps lead by the breadth of the token, plus one; 0 where it is not known yet.
    gaps: Vec<[u32; 3]>,
    known: HashMap<Box<[u32]>, u32, Fast>,
    steps: HashMap<u64, u32, Fast>,
    /// For each template, where its latest hit may stand among the hits.
    latest: Vec<u32>,
    /// Transitions taken: the work done, whatever the machine.
    pub(crate) taken: u64,
    /// Numbers held in all sets: what bounds the memory.
    held: usize,
}

/// When the cache holds so many numbers it is begun anew: about 32 MB.
const MAX_HELD: usize = 4 << 20;
const DEAD: u32 = 0;

impl Cache {
    /// Finds where templates match: for each start and template the longest match, sorted by start. All ids must be known to the
    /// program: see [`crate::segment::Tokens::known_to`].
    pub fn run(&mut self, program: &Program, ids: &[Id], hits: &mut Vec<Hit>) {
        if self.sets.is_empty() {
            self.reset(program);
        }
        for start in 0..ids.len() {
            let mut state = self.begin(program, ids[start]);
            if state == DEAD {
                continue;
            }
            let first = hits.len();
            let mut at = start + 1;
            loop {
                for &template in &*self.accepts[state as usize] {
                    let hit = Hit { template, start: start as u32, end: at as u32 };
                    let latest = &mut self.latest[template as usize];
                    match hits[first..].get_mut((*latest as usize).wrapping_sub(first)) {
                        Some(shorter) if shorter.template == template => *shorter = hit,
                        _ => {
                            *latest = hits.len() as u32;
                            hits.push(hit);
                        }
                    }
                }
                let Some(&id) = ids.get(at) else { break };
                self.taken += 1;
                state = self.step(program, state, id);
                if state == DEAD {
                    break;
                }
                at += 1;
            }
            if self.held > MAX_HELD {
                self.reset(program);
            }
        }
    }

    fn reset(&mut self, program: &Program) {
        let templates = program.accept.iter().max().map_or(0, |&t| t as usize + 1);
        *self =
            Self { taken: self.taken, start: vec![0; program.tokens()], latest: vec![0; templates], ..Self::default() };
        self.state(program, Vec::new());
    }

    fn begin(&mut self, program: &Program, token: u32) -> u32 {
        match self.start[token as usize] {
            0 => {
                let state = self.follow(program, &[0], token);
                self.start[token as usize] = state + 1;
                state
            }
            known => known - 1,
        }
    }

    fn step(&mut self, program: &Program, state: u32, token: u32) -> u32 {
        let bit = token as usize % MASK_BITS;
        if self.masks[state as usize][bit / 64] >> (bit % 64) & 1 == 0 {
            let breadth = Breadth::of(token);
            if breadth == Breadth::Bound {
                return DEAD;
            }
            let known = self.gaps[state as usize][breadth as usize];
            if known > 0 {
                return known - 1;
            }
            let next = self.follow_from(program, state, token);
            self.gaps[state as usize][breadth as usize] = next + 1;
            return next;
        }
        let key = u64::from(state) << 32 | u64::from(token);
        if let Some(&next) = self.steps.get(&key) {
            return next;
        }
        let next = self.follow_from(program, state, token);
        self.steps.insert(key, next);
        self.held += 4;
        next
    }

    fn follow_from(&mut self, program: &Program, state: u32, token: u32) -> u32 {
        let set = std::mem::take(&mut self.sets[state as usize]);
        let next = self.follow(program, &set, token);
        self.sets[state as usize] = set;
        next
    }

    /// The state for everything that a token leads to from some program states.
    fn follow(&mut self, program: &Program, set: &[u32], token: u32) -> u32 {
        let classes = program.classes(token as usize);
        let mut targets = Vec::new();
        for &state in set {
            let (edges, to) = program.edges(state);
            if edges.len() <= 2 * classes.len() {
                targets.extend(edges.iter().zip(to).filter(|(c, _)| classes.binary_search(c).is_ok()).map(|(_, &t)| t));
            } else {
                for class in classes {
                    let from = edges.partition_point(|c| c < class);
                    targets.extend(
                        edges[from..].iter().zip(&to[from..]).take_while(|(c, _)| *c == class).map(|(_, &t)| t),
                    );
                }
            }
        }
        targets.sort_unstable();
        targets.dedup();
        self.state(program, targets)
    }

    fn state(&mut self, program: &Program, set: Vec<u32>) -> u32 {
        let set = set.into_boxed_slice();
        if let Some(&state) = self.known.get(&set) {
            return state;
        }
        let mut accepts: Vec<u32> = set.iter().flat_map(|&s| program.accepts(s)).copied().collect();
        accepts.sort_unstable();
        accepts.dedup();
        let mut mask = [0; MASK_WORDS];
        for &class in set.iter().flat_map(|&s| program.edges(s).0) {
            for (all, one) in mask.iter_mut().zip(program.mask(class)) {
                *all |= one;
            }
        }
        self.masks.push(mask);
        self.gaps.push([0; 3]);
        let state = self.sets.len() as u32;
        self.held += 2 * set.len() + accepts.len() + 8;
        self.sets.push(set.clone());
        self.accepts.push(accepts.into());
        self.known.insert(set, state);
        state
    }
}
