//! Template logic: what of a text is there under which conditions.
//!
//! No template is run. Its tags are paired, and each condition is taken to hold or not; a loop runs once. What cannot be paired is
//! left alone, so that all of the text is there.

use super::placeholder::{Foreign, Kind, Mark, Scanner};
use crate::source::Span;

/// The conditions of a text, and what stands under them.
#[derive(Clone, Debug, Default)]
pub struct Logic {
    /// What they are called, each once.
    conditions: Vec<String>,
    /// In the order of their tags.
    arms: Vec<Arm>,
    /// How many times one of several arms is chosen.
    choices: usize,
    /// What stands between arms so that they do not run into each other.
    between: Vec<Span>,
}

/// A stretch of the text that is there where its condition holds and those before it in the same choice do not.
#[derive(Clone, Debug)]
struct Arm {
    span: Span,
    choice: usize,
    /// A condition, and whether it is to hold; without one, the arm is for what is left.
    wants: Option<(usize, bool)>,
    /// The arm that it stands in.
    around: Option<usize>,
}

/// The most ways through a text that are looked at.
pub(super) const MAX_PATHS: usize = 16;

/// The most conditions of which every combination is tried.
const MAX_COMBINED: usize = 4;

/// A text with deeper or more logic than this is taken as it is.
const MAX_DEPTH: usize = 100;
const MAX_ARMS: usize = 500;

/// A tag, and the place in the derived text where nothing shows of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) mark: Mark,
    pub(super) at: Span,
}

/// What a tag does.
enum Step {
    Open(Opening),
    /// The next of several alternatives.
    Mid(Written),
    Close(&'static str, String),
    /// Nothing that matters here.
    Void,
    /// Something after which nothing is sure.
    Unsure,
}

struct Opening {
    family: &'static str,
    /// What its end is called.
    name: String,
    opens: Opens,
}

enum Opens {
    /// Text for where this holds.
    If(String, bool),
    /// Alternatives for the values of this.
    Case(String),
    /// Text that is there once, and perhaps other text for where there is nothing to repeat.
    Loop(String),
}

/// How an alternative is written.
enum Written {
    If(String, bool),
    When(String),
    Else,
}

struct Frame {
    family: &'static str,
    name: String,
    tag: Span,
    /// The arm that is open and the choice it belongs to.
    arm: Option<usize>,
    choice: Option<usize>,
    /// What a `case` looks at, or a loop's condition with where it began.
    case: String,
    start: Option<usize>,
}

impl Logic {
    /// Pairs tags. Where that fails, there is no logic, and the tags that have no other half are told.
    pub(super) fn read(source: &str, places: &[Place], whole: &Foreign) -> (Self, Vec<Span>) {
        let mut logic = Self::default();
        let mut stack: Vec<Frame> = Vec::new();
        let mut alone = Vec::new();
        let mut sure = true;
        for place in places {
            if stack.len() > MAX_DEPTH || logic.arms.len() > MAX_ARMS {
                return Default::default();
            }
            match step(source, place.mark) {
                Step::Void => {}
                Step::Unsure => return Default::default(),
                Step::Open(Opening { family, name, opens }) => {
                    let mut frame = Frame {
                        family,
                        name,
                        tag: place.mark.span,
                        arm: None,
                        choice: None,
                        case: String::new(),
                        start: None,
                    };
                    let around = stack.iter().rev().find_map(|f| f.arm);
                    match opens {
                        Opens::If(condition, holds) => {
                            frame.choice = Some(logic.choice());
                            frame.arm = Some(logic.open(&frame, Some((condition, holds)), around, place.at.end));
                        }
                        Opens::Case(of) => (frame.case, frame.choice) = (of, Some(logic.choice())),
                        Opens::Loop(condition) => (frame.case, frame.start) = (condition, Some(place.at.end)),
                    }
                    stack.push(frame);
                }
                Step::Mid(written) => {
                    let Some((frame, below)) = stack.split_last_mut() else {
                        sure = false;
                        continue;
                    };
                    let around = below.iter().rev().find_map(|f| f.arm);
                    logic.between.push(place.at);
                    // What a loop repeats is one of two alternatives only now.
                    if let Some(start) = frame.start.take() {
                        let inside = logic.arms.len();
                        frame.choice = Some(logic.choice());
                        let condition = (frame.case.clone(), true);
                        let arm = logic.open(frame, Some(condition), around, start);
                        let body = Span::new(start, place.at.start.max(start));
                        let held = |a: &&mut Arm| a.around == around && body.contains(a.span) && a.span.start >= start;
                        logic.arms[..inside].iter_mut().filter(held).for_each(|a| a.around = Some(arm));
                        frame.arm = Some(arm);
                    }
                    logic.close(frame.arm.take(), place.at.start);
                    let wants = match written {
                        Written::If(condition, holds) => Some((condition, holds)),
                        Written::When(value) => Some((format!("{} is {value}", frame.case), true)),
                        Written::Else => None,
                    };
                    frame.arm = Some(logic.open(frame, wants, around, place.at.end));
                }
                Step::Close(family, name) => {
                    let ends = |f: &Frame| f.family == family && (name.is_empty() || f.name == name);
                    if stack.last().is_some_and(ends) {
                        let arm = stack.pop().and_then(|frame| frame.arm);
                        logic.close(arm, place.at.start);
                    } else {
                        sure = false;
                        // What stands open above its other half has none.
                        match stack.iter().rposition(ends) {
                            Some(at) => alone.extend(stack.drain(at..).skip(1).map(|f| (f.family, f.tag))),
                            None => alone.push((family, place.mark.span)),
                        }
                    }
                }
            }
        }
        alone.extend(stack.iter().map(|f| (f.family, f.tag)));
        if sure && alone.is_empty() {
            return (logic, Vec::new());
        }
        // Code in a template is another language's to judge.
        let mut alone: Vec<Span> = alone.into_iter().filter(|(f, _)| *f != CODE).map(|(_, tag)| tag).collect();
        if !alone.is_empty() && whole.is_balanced(|| is_balanced(source)) {
            alone.clear();
        }
        alone.sort_by_key(|tag| tag.start);
        (Self::default(), alone)
    }

    fn choice(&mut self) -> usize {
        self.choices += 1;
        self.choices - 1
    }

    fn open(&mut self, frame: &Frame, wants: Option<(String, bool)>, around: Option<usize>, at: usize) -> usize {
        let wants = wants.map(|(condition, holds)| {
            let known = self.conditions.iter().take(MAX_CONDITIONS).position(|c| *c == condition);
            let number = known.unwrap_or_else(|| {
                self.conditions.push(condition);
                self.conditions.len() - 1
            });
            (number, holds)
        });
        self.arms.push(Arm { span: Span::new(at, at), choice: frame.choice.unwrap_or_default(), wants, around });
        self.arms.len() - 1
    }

    fn close(&mut self, arm: Option<usize>, at: usize) {
        if let Some(arm) = arm.and_then(|arm| self.arms.get_mut(arm)) {
            arm.span.end = at.max(arm.span.start);
        }
    }

    /// The ways through the text: for each, which conditions hold. None where there is but one.
    pub(super) fn paths(&self) -> Vec<Vec<bool>> {
        let count = self.conditions.len();
        let mut paths: Vec<Vec<bool>> = Vec::new();
        let mut seen: Vec<Vec<bool>> = Vec::new();
        let mut add = |holds: Vec<bool>| {
            let taken = self.taken(&holds);
            if paths.len() < MAX_PATHS && !seen.contains(&taken) {
                seen.push(taken);
                paths.push(holds);
            }
        };
        if count <= MAX_COMBINED {
            (0..1_usize << count).for_each(|bits| add((0..count).map(|c| bits & 1 << c == 0).collect()));
        } else {
            add(vec![true; count]);
            add(vec![false; count]);
            for arm in 0..self.arms.len().min(MAX_PATHS * 2) {
                let mut holds = self.reaching(arm);
                add(holds.clone());
                if let Some((condition, wants)) = self.arms[arm].wants {
                    holds[condition] = !wants;
                    add(holds);
                }
            }
        }
        if paths.len() > 1 { paths } else { Vec::new() }
    }

    /// By arm, whether it is the one chosen.
    fn taken(&self, holds: &[bool]) -> Vec<bool> {
        let mut chosen = vec![false; self.choices];
        let mut taken = vec![false; self.arms.len()];
        for (number, arm) in self.arms.iter().enumerate() {
            let wanted = arm.wants.is_none_or(|(condition, wants)| holds[condition] == wants);
            // Only the first that holds is chosen.
            taken[number] = wanted && !chosen[arm.choice];
            chosen[arm.choice] |= wanted;
        }
        for (number, arm) in self.arms.iter().enumerate() {
            taken[number] &= arm.around.is_none_or(|around| taken[around]);
        }
        taken
    }

    /// What must hold for an arm to be chosen; everything else holds.
    fn reaching(&self, arm: usize) -> Vec<bool> {
        let mut holds = vec![true; self.conditions.len()];
        let mut next = Some(arm);
        while let Some(arm) = next.and_then(|number| self.arms.get(number)) {
            for other in
                self.arms.iter().filter(|other| other.choice == arm.choice && other.span.start < arm.span.start)
            {
                if let Some((condition, wants)) = other.wants {
                    holds[condition] = !wants;
                }
            }
            if let Some((condition, wants)) = arm.wants {
                holds[condition] = wants;
            }
            next = arm.around;
        }
        holds
    }

    /// The stretches of the derived text that are not there, sorted and apart.
    pub(super) fn gone(&self, holds: &[bool]) -> Vec<Span> {
        let taken = self.taken(holds);
        let arms = self.arms.iter().zip(taken).filter(|(_, taken)| !taken).map(|(arm, _)| arm.span);
        let mut gone: Vec<Span> = arms.chain(self.between.iter().copied()).filter(|span| !span.is_empty()).collect();
        gone.sort_by_key(|span| (span.start, span.end));
        gone.dedup_by(|next, last| {
            let joined = next.start <= last.end;
            if joined {
                last.end = last.end.max(next.end);
            }
            joined
        });
        gone
    }

    /// What tells some of the paths (a bit each) from the others, by which conditions hold on each: `where “vip” does not hold`. Nothing
    /// does where they are all.
    pub fn describe(&self, paths: &[&[bool]], some: u32) -> Option<String> {
        let all = (1_u32 << paths.len().min(MAX_PATHS)) - 1;
        if some == all {
            return None;
        }
        let mut left = all;
        let mut told: Vec<(usize, bool)> = Vec::new();
        let where_is = |condition: usize, holds: bool| {
            let set = paths.iter().take(MAX_PATHS).enumerate().filter(|(_, p)| p.get(condition) == Some(&holds));
            set.fold(0_u32, |set, (number, _)| set | 1 << number)
        };
        while left != some && told.len() < 2 {
            let literals = (0..self.conditions.len()).flat_map(|c| [(c, true), (c, false)]);
            let common = literals.map(|(c, holds)| (left & where_is(c, holds), c, holds));
            let Some((set, condition, holds)) =
                common.filter(|(set, ..)| set & some == some && *set != left).min_by_key(|(set, ..)| set.count_ones())
            else {
                break;
            };
            left = set;
            told.push((condition, holds));
        }
        if left != some || told.is_empty() {
            return Some("in some branches".to_owned());
        }
        let said = told.iter().map(|&(condition, holds)| {
            let verb = if holds { "holds" } else { "does not hold" };
            format!("“{}” {verb}", shortened(&self.conditions[condition]))
        });
        Some(format!("where {}", said.collect::<Vec<_>>().join(" and ")))
    }
}

/// Conditions after so many are not compared with each other.
const MAX_CONDITIONS: usize = 64;

/// The longest condition that is shown, in characters.
const MAX_SHOWN: usize = 40;

fn shortened(condition: &str) -> String {
    match condition.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", condition[..end].trim_end()),
        None => condition.to_owned(),
    }
}

/// Whether a whole file opens what it closes, of every name: then what is alone in a text has its other half outside of it.
fn is_balanced(source: &str) -> bool {
    let mut scanner = Scanner::new(source).with_html_comments();
    let (mut at, mut open) = (0, std::collections::HashMap::<_, i64>::new());
    while let Some(mark) = scanner.find(at) {
        at = mark.span.end;
        match step(source, mark) {
            Step::Open(Opening { family, name, .. }) => *open.entry((family, name)).or_default() += 1,
            Step::Close(family, name) => *open.entry((family, name)).or_default() -= 1,
            _ => {}
        }
    }
    open.values().all(|n| *n == 0)
}

const LIQUID: &str = "{%";
const HANDLEBARS: &str = "{{";
const TOOLKIT: &str = "[%";
const CODE: &str = "<%";

fn step(source: &str, mark: Mark) -> Step {
    let raw = source.get(mark.span.range()).unwrap_or_default();
    let inside = |close: &str| {
        let inner = raw.get(2..).and_then(|r| r.strip_suffix(close)).unwrap_or_default();
        inner.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '+' | '~'))
    };
    match raw.get(..2) {
        _ if mark.kind == Kind::Comment => Step::Void,
        Some(LIQUID) if mark.kind != Kind::Slot => liquid(inside("%}")),
        Some(HANDLEBARS) => handlebars(inside("}}"), mark.kind),
        Some(TOOLKIT) => toolkit(inside("%]"), mark.kind),
        Some(CODE) => code(inside("%>")),
        _ => Step::Void,
    }
}

/// Liquid, Jinja, Twig, Nunjucks, Django.
fn liquid(inside: &str) -> Step {
    let (word, rest) = first_word(inside);
    let pairs =
        |word: &str| word.starts_with("if") || matches!(word, "unless" | "case" | "switch" | "for" | "tablerow");
    let opens = match word {
        "raw" | "verbatim" | "end" | "liquid" => return Step::Unsure,
        "else" if rest.starts_with("if ") => return Step::Mid(condition(&rest[3..], true)),
        "else" | "empty" => return Step::Mid(Written::Else),
        "elsif" | "elif" | "elseif" => return Step::Mid(condition(rest, true)),
        "when" => return Step::Mid(Written::When(tidy(rest))),
        "unless" => if_of(rest, false),
        "case" | "switch" => Opens::Case(tidy(rest)),
        "for" | "tablerow" => Opens::Loop(tidy(inside)),
        "if" => if_of(rest, true),
        _ if pairs(word) => if_of(inside, true),
        _ => {
            let ended = word.strip_prefix("end").filter(|name| pairs(name));
            return ended.map_or(Step::Void, |name| Step::Close(LIQUID, name.to_owned()));
        }
    };
    Step::Open(Opening { family: LIQUID, name: word.to_owned(), opens })
}

/// Handlebars and Mustache.
fn handlebars(inside: &str, kind: Kind) -> Step {
    let name = |text: &str| {
        let text = text.trim_start_matches(['>', '*', ' ']);
        text.split(|c: char| c.is_whitespace() || matches!(c, '~' | '}')).next().unwrap_or_default().to_owned()
    };
    let (word, rest) = first_word(inside);
    match inside.as_bytes().first() {
        // Templates of Go.
        _ if kind == Kind::Slot => {
            if word == "end" {
                Step::Unsure
            } else {
                Step::Void
            }
        }
        Some(b'^') if inside.len() == 1 => Step::Mid(Written::Else),
        Some(b'/') => Step::Close(HANDLEBARS, name(&inside[1..])),
        Some(b'^') => {
            let opens = if_of(&inside[1..], false);
            Step::Open(Opening { family: HANDLEBARS, name: name(&inside[1..]), opens })
        }
        Some(b'#') if kind == Kind::Tag => {
            let (word, rest) = first_word(&inside[1..]);
            let opens = match word {
                "if" => if_of(rest, true),
                "unless" => if_of(rest, false),
                "each" | "with" | "list" | "foreach" => Opens::Loop(tidy(&inside[1..])),
                _ if rest.is_empty() => if_of(word, true),
                _ => Opens::Loop(tidy(&inside[1..])),
            };
            Step::Open(Opening { family: HANDLEBARS, name: name(&inside[1..]), opens })
        }
        _ if word == "else" || word == "#else" => match rest.strip_prefix("if ") {
            Some(rest) => Step::Mid(condition(rest, true)),
            None => Step::Mid(Written::Else),
        },
        _ => Step::Void,
    }
}

/// Template Toolkit.
fn toolkit(inside: &str, kind: Kind) -> Step {
    let (word, rest) = first_word(inside);
    let opens = match word {
        _ if inside.contains(';') || rest.contains("BLOCK") => return Step::Unsure,
        _ if kind == Kind::Slot => return Step::Void,
        "IF" => if_of(rest, true),
        "UNLESS" => if_of(rest, false),
        "SWITCH" => Opens::Case(tidy(rest)),
        "FOREACH" | "FOR" | "WHILE" | "BLOCK" | "FILTER" | "WRAPPER" | "TRY" | "VIEW" => Opens::Loop(tidy(inside)),
        "MACRO" | "PERL" | "RAWPERL" | "CATCH" | "FINAL" => return Step::Unsure,
        "ELSE" => return Step::Mid(Written::Else),
        "ELSIF" => return Step::Mid(condition(rest, true)),
        "CASE" if matches!(rest, "" | "DEFAULT") => return Step::Mid(Written::Else),
        "CASE" => return Step::Mid(Written::When(tidy(rest))),
        "END" => return Step::Close(TOOLKIT, String::new()),
        _ => return Step::Void,
    };
    Step::Open(Opening { family: TOOLKIT, name: word.to_owned(), opens })
}

/// Ruby in a template.
fn code(inside: &str) -> Step {
    let (word, rest) = first_word(inside.trim_start_matches(['=', ' ']));
    let block = inside.ends_with(" do") || inside.ends_with('|') && inside.contains(" do |");
    let opens = match word {
        _ if inside.ends_with('{') || inside.starts_with('}') => return Step::Unsure,
        "if" => if_of(rest, true),
        "unless" => if_of(rest, false),
        "case" => Opens::Case(tidy(rest)),
        "else" => return Step::Mid(Written::Else),
        "elsif" => return Step::Mid(condition(rest, true)),
        "when" => return Step::Mid(Written::When(tidy(rest))),
        "end" => return Step::Close(CODE, String::new()),
        _ if block || matches!(word, "for" | "while" | "until" | "begin") => Opens::Loop(tidy(inside)),
        _ => return Step::Void,
    };
    Step::Open(Opening { family: CODE, name: String::new(), opens })
}

fn if_of(condition: &str, holds: bool) -> Opens {
    let (condition, holds) = literal(condition, holds);
    Opens::If(condition, holds)
}

fn condition(condition: &str, holds: bool) -> Written {
    let (condition, holds) = literal(condition, holds);
    Written::If(condition, holds)
}

/// `not vip` is `vip`, which is not to hold.
fn literal(condition: &str, holds: bool) -> (String, bool) {
    let condition = tidy(condition);
    let bare = condition.strip_prefix("not ").or_else(|| condition.strip_prefix('!'));
    match bare.filter(|bare| !bare.is_empty() && !bare.contains([' ', '|', '&', '='])) {
        Some(bare) => (bare.to_owned(), !holds),
        None => (condition, holds),
    }
}

/// On one line.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(text.len());
    (&text[..end], text[end..].trim())
}
