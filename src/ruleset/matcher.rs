//! Runs a [`Program`] over tokens: a deterministic automaton that is made as the text calls for it.
//!
//! A run is begun at every token, so where a match begins is always known. All runs that are open take a token together: each step is
//! a look into a table that is larger than the quick caches of a processor, and steps that do not wait for each other are looked up at
//! once. A step that only a gap can take costs one look, and one that was made before another. A run ends after [`REACH`] tokens, so the
//! whole is linear in the text.

use super::hash::Fast;
use super::program::{MASK_BITS, MASK_WORDS, Program};
use super::template::Breadth;
use crate::effort::spend;
use crate::segment::Id;
use std::collections::HashMap;
use std::ops::Range;

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
    /// By classes, 64 at a time: a bit for those that a template begins with, and how many edges of the program's first state stand before
    /// theirs.
    firsts: Vec<(u64, u32)>,
    /// State 0 is dead.
    states: Vec<State>,
    /// The program states that each state stands for, one after another.
    sets: Vec<u32>,
    /// The templates that each state completes, one after another.
    accepts: Vec<u32>,
    known: HashMap<Box<[u32]>, u32, Fast>,
    steps: Steps,
    /// Room for the program states that a token leads to.
    targets: Vec<u32>,
    /// The token that a step was worked out for last.
    marked: Option<Id>,
    /// By class, a bit for those that hold it.
    marks: Vec<u64>,
    /// The runs that are open.
    open: Vec<Run>,
    /// For each hit, the one before it of the same run, plus one; 0 for none.
    before: Vec<u32>,
    /// Transitions taken: the work done, whatever the machine.
    pub(crate) taken: u64,
}

/// Where a run that began at a token has come.
#[derive(Clone, Copy, Debug)]
struct Run {
    state: u32,
    start: u32,
    /// Its latest hit, plus one; 0 for none.
    hit: u32,
}

/// A deterministic state: all that a step which was made before has to know, in one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct State {
    /// The tokens that some edge may ask for by name: where the bit is not set, only gaps can take the token.
    mask: [u64; MASK_WORDS],
    /// How many steps out of it were worked out.
    worked: u32,
    /// Where gaps lead by the breadth of the token, plus one; 0 where it is not known yet.
    gaps: [u32; 3],
    /// Where its program states end among those of all; they begin where those of the state before end.
    set: u32,
    /// The same for the templates that it completes.
    accept: (u32, u32),
}

/// When the cache holds so many numbers it is begun anew: about 32 MB.
const MAX_HELD: usize = 4 << 20;
const DEAD: u32 = 0;

/// The most tokens that a match may have, anchors included: more than the longest template, so that only a gap full of commas, which
/// are free, comes to an end here.
pub(crate) const REACH: usize = 64;

impl Cache {
    /// Finds where templates match: for each start and template the longest match, in the order in which their shortest ones end. All
    /// ids must be known to the program: see [`crate::segment::Tokens::known_to`].
    pub fn run(&mut self, program: &Program, ids: &[Id], hits: &mut Vec<Hit>) {
        if self.states.is_empty() {
            self.reset(program);
        }
        self.before.clear();
        let mut open = std::mem::take(&mut self.open);
        open.clear();
        for (at, &id) in ids.iter().enumerate() {
            self.taken += open.len() as u64;
            spend(open.len() + 1);
            open.retain_mut(|run| {
                run.state = self.step(program, run.state, id);
                run.state != DEAD && at - (run.start as usize) < REACH
            });
            let state = self.begin(program, id);
            if state != DEAD {
                open.push(Run { state, start: at as u32, hit: 0 });
            }
            for run in &mut open {
                let (from, to) = self.states[run.state as usize].accept;
                if from < to {
                    self.accept(run, from..to, at as u32 + 1, hits);
                }
            }
            if self.held() > MAX_HELD {
                self.reset(program);
                for run in &mut open {
                    let first = self.begin(program, ids[run.start as usize]);
                    let rest = &ids[run.start as usize + 1..=at];
                    run.state = rest.iter().fold(first, |state, &id| self.step(program, state, id));
                }
            }
        }
        self.open = open;
    }

    /// Notes the templates that a run has come to the end of; a longer match of one takes the place of a shorter one.
    fn accept(&mut self, run: &mut Run, templates: Range<u32>, end: u32, hits: &mut Vec<Hit>) {
        // Hits of earlier programs may stand before those of this one.
        let first = hits.len() - self.before.len();
        let shorter = run.hit;
        for &template in &self.accepts[templates.start as usize..templates.end as usize] {
            let mut earlier = shorter;
            while let Some(number) = earlier.checked_sub(1) {
                let hit = &mut hits[first + number as usize];
                if hit.template == template {
                    hit.end = end;
                    break;
                }
                earlier = self.before[number as usize];
            }
            if earlier == 0 {
                hits.push(Hit { template, start: run.start, end });
                self.before.push(run.hit);
                run.hit = self.before.len() as u32;
            }
        }
    }

    /// Numbers held in all tables: what bounds the memory.
    fn held(&self) -> usize {
        2 * self.sets.len() + self.accepts.len() + 16 * self.states.len() + 4 * self.steps.len
    }

    fn reset(&mut self, program: &Program) {
        let before = std::mem::take(&mut self.before);
        *self = Self { taken: self.taken, start: vec![0; program.tokens()], before, ..Self::default() };
        self.firsts = vec![(0, 0); program.classes_count().div_ceil(64)];
        for (edge, class) in program.edges(0).0.iter().enumerate().rev() {
            let (bits, before) = &mut self.firsts[*class as usize / 64];
            (*bits, *before) = (*bits | 1 << (class % 64), edge as u32);
        }
        self.state(program, &[]);
    }

    fn begin(&mut self, program: &Program, token: u32) -> u32 {
        match self.start[token as usize] {
            0 => {
                let state = self.first(program, token);
                self.start[token as usize] = state + 1;
                state
            }
            known => known - 1,
        }
    }

    fn step(&mut self, program: &Program, state: u32, token: u32) -> u32 {
        let bit = token as usize % MASK_BITS;
        let from = &self.states[state as usize];
        if from.mask[bit / 64] >> (bit % 64) & 1 == 0 {
            let breadth = Breadth::of(token);
            if breadth == Breadth::Bound {
                return DEAD;
            }
            let known = from.gaps[breadth as usize];
            if known > 0 {
                return known - 1;
            }
            let next = self.follow_from(program, state, token);
            self.states[state as usize].gaps[breadth as usize] = next + 1;
            return next;
        }
        if let Some(next) = self.steps.get(state, token) {
            return next;
        }
        let next = self.follow_from(program, state, token);
        self.steps.insert(state, token, next);
        next
    }

    fn follow_from(&mut self, program: &Program, state: u32, token: u32) -> u32 {
        let set = self.set(state).to_vec();
        let from = &mut self.states[state as usize];
        from.worked += 1;
        if from.worked == OFTEN {
            from.mask = mask(program, &set);
        }
        self.follow(program, &set, token)
    }

    /// The program states that a state stands for.
    fn set(&self, state: u32) -> &[u32] {
        let from = (state as usize).checked_sub(1).map_or(0, |before| self.states[before].set as usize);
        &self.sets[from..self.states[state as usize].set as usize]
    }

    /// The state for everything that a token begins. The program's first state has thousands of edges, nearly all of classes of their own.
    fn first(&mut self, program: &Program, token: u32) -> u32 {
        let (edges, to) = program.edges(0);
        let mut targets = std::mem::take(&mut self.targets);
        targets.clear();
        for class in program.classes(token as usize) {
            let (bits, before) = self.firsts[*class as usize / 64];
            if bits >> (class % 64) & 1 == 1 {
                let distinct = (bits & ((1 << (class % 64)) - 1)).count_ones();
                let behind = (before + distinct) as usize;
                let own = edges[behind..].iter().zip(&to[behind..]).skip_while(|(edge, _)| *edge < class);
                targets.extend(own.take_while(|(edge, _)| *edge == class).map(|(_, target)| target));
            }
        }
        self.reached(program, targets)
    }

    /// The state for everything that a token leads to from some program states.
    fn follow(&mut self, program: &Program, set: &[u32], token: u32) -> u32 {
        let classes = program.classes(token as usize);
        self.mark(program, token);
        let mut targets = std::mem::take(&mut self.targets);
        targets.clear();
        for &state in set {
            let (edges, to) = program.edges(state);
            if edges.len() <= MANY * classes.len() {
                for (class, target) in edges.iter().zip(to) {
                    if self.marks[*class as usize / 64] >> (class % 64) & 1 == 1 {
                        targets.push(*target);
                    }
                }
                continue;
            }
            let mut from = 0;
            for class in classes {
                from += edges[from..].partition_point(|edge| edge < class);
                while edges.get(from) == Some(class) {
                    targets.push(to[from]);
                    from += 1;
                }
            }
        }
        self.reached(program, targets)
    }

    /// The state that stands for some program states, each of which may be named more than once.
    fn reached(&mut self, program: &Program, mut targets: Vec<u32>) -> u32 {
        targets.sort_unstable();
        targets.dedup();
        let state = self.state(program, &targets);
        self.targets = targets;
        state
    }

    /// Marks the classes of a token, and no others.
    fn mark(&mut self, program: &Program, token: u32) {
        if self.marked == Some(token) {
            return;
        }
        self.marks.resize(program.classes_count().div_ceil(64), 0);
        for class in self.marked.map_or(&[][..], |marked| program.classes(marked as usize)) {
            self.marks[*class as usize / 64] = 0;
        }
        for class in program.classes(token as usize) {
            self.marks[*class as usize / 64] |= 1 << (class % 64);
        }
        self.marked = Some(token);
    }

    fn state(&mut self, program: &Program, set: &[u32]) -> u32 {
        if let Some(&state) = self.known.get(set) {
            return state;
        }
        let mut accepts: Vec<u32> = set.iter().flat_map(|&state| program.accepts(state)).copied().collect();
        accepts.sort_unstable();
        accepts.dedup();
        let first = self.accepts.len();
        self.accepts.append(&mut accepts);
        self.sets.extend(set);
        let accept = (first as u32, self.accepts.len() as u32);
        let state = self.states.len() as u32;
        let mask = [!0; MASK_WORDS];
        self.states.push(State { mask, gaps: [0; 3], worked: 0, set: self.sets.len() as u32, accept });
        self.known.insert(set.into(), state);
        state
    }
}

/// Beyond so many edges for each class of a token, each class is looked for among the edges.
const MANY: usize = 4;

/// How many steps out of a state are worked out one by one before it gets its mask: few states of a single reply are come by so often.
const OFTEN: u32 = 4;

/// The tokens that some edge of some program states asks for by name.
fn mask(program: &Program, set: &[u32]) -> [u64; MASK_WORDS] {
    let mut mask = [0; MASK_WORDS];
    for &class in set.iter().flat_map(|&state| program.edges(state).0) {
        for (all, one) in mask.iter_mut().zip(program.mask(class)) {
            *all |= one;
        }
    }
    mask
}

/// Steps taken before, in an open-addressing table: this is where matching spends its time.
#[derive(Debug, Default)]
struct Steps {
    /// Each a state, a token and the state it leads to, plus one, in 20, 24 and 20 bits; 0 is an empty place. A power of two of them,
    /// at most half full.
    places: Vec<u64>,
    len: usize,
}

/// How many bits number a state; so many are never held.
const STATE_BITS: u32 = 20;
const _: () = assert!(MAX_HELD / 16 < 1 << STATE_BITS);

impl Steps {
    fn key(state: u32, token: u32) -> u64 {
        u64::from(token) << STATE_BITS | u64::from(state)
    }

    fn place(&self, key: u64) -> usize {
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (self.places.len().wrapping_sub(1))
    }

    fn get(&self, state: u32, token: u32) -> Option<u32> {
        let key = Self::key(state, token);
        let mut at = self.place(key);
        loop {
            match *self.places.get(at)? {
                0 => return None,
                known if known >> STATE_BITS == key => return Some((known & ((1 << STATE_BITS) - 1)) as u32 - 1),
                _ => at = (at + 1) & (self.places.len() - 1),
            }
        }
    }

    /// Adds a step that is not there yet.
    fn insert(&mut self, state: u32, token: u32, next: u32) {
        if (self.len + 1) * 2 > self.places.len() {
            let larger = vec![0; (2 * self.places.len()).max(1 << 12)];
            for step in std::mem::replace(&mut self.places, larger) {
                if step != 0 {
                    self.put(step);
                }
            }
        }
        self.len += 1;
        self.put(Self::key(state, token) << STATE_BITS | u64::from(next + 1));
    }

    fn put(&mut self, step: u64) {
        let mut at = self.place(step >> STATE_BITS);
        while self.places[at] != 0 {
            at = (at + 1) & (self.places.len() - 1);
        }
        self.places[at] = step;
    }
}
