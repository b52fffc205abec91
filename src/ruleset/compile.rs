//! From what rule files say to rules that can run.

use super::expression;
use super::file::{Answer, ConditionSpec, Detects, LimitSpec, Mood, Scope};
use super::file::{EntrySpec, KindSpec, Replace, RuleFile, RuleSpec};
use super::program::Compiler;
use super::template::{Parser, Start, Template};
use super::{
    Answers, Check, Condition, Entry, Extra, Guard, Kind, Limit, List, Order, Pack, Pattern, RegexEntry, Require, Role,
    Ruleset, Side, Tag,
};
use crate::rule::{Applicability, Confidence, Examples, Rule, Severity, Text, Texts};
use crate::segment::{Id, Interner};
use crate::toml_file::{Literal, Place, Problem, similar};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// The guard that holds where the customer used every word of the match.
const CUSTOMER_WORDS: &str = "customer-words";
/// The guard behind `mood = "command"`: a sentence that begins with a verb of this list.
const COMMAND_LIST: &str = "command-verb";
const COMMAND_TEMPLATE: &str = "^^ [and|so|then|now|first|next|please|just|simply|kindly] @command-verb";

/// Compiles files over a set. Where something is wrong, the set lacks it and `problems` has it.
pub(super) fn compile(base: &Ruleset, files: &[RuleFile], problems: &mut Vec<Problem>) -> Ruleset {
    let interner = RefCell::new(Interner::over(&base.lexicon));
    let intern = |word: &str| interner.borrow_mut().intern(word);
    let parser = Parser::new(intern, &base.lists);
    let mut work = Work {
        set: base.clone(),
        parser,
        templates: Vec::new(),
        parts: 0,
        is_full: false,
        entry_whens: Vec::new(),
        rule_numbers: base.all.iter().enumerate().map(|(i, r)| (r.id.to_string(), i)).collect(),
        guard_numbers: base.guards.iter().enumerate().map(|(i, g)| (g.name.to_string(), i as u32)).collect(),
        problems,
    };
    for file in files {
        work.file(file);
    }
    let Work { mut set, parser, templates, problems, .. } = work;
    debug_assert_eq!(set.entries.len(), set.templates.len(), "each entry has its template");
    problems.extend(parser.problems);
    if !problems.is_empty() {
        return set;
    }
    let interner = interner.into_inner();
    let letters = |id: Id| interner.letters(id);
    for side in [Side::Reply, Side::Customer] {
        let first = set.patterns.len();
        let mut compiler = Compiler::new(interner.end(), &letters);
        for (role, template) in &templates {
            if set.side(*role).is_some_and(|own| own != side) {
                continue;
            }
            compiler.add((set.patterns.len() - first) as u32, template);
            set.patterns.to_mut().push(Pattern {
                role: *role,
                anchored_start: template.start != Start::Anywhere,
                anchored_end: template.end,
            });
        }
        if set.patterns.len() > first {
            set.packs.push(Pack { program: compiler.finish(), first, side });
        }
    }
    set.lexicon.push(interner.finish());
    set
}

/// Parses a template that was compiled before, over the same words.
pub(super) fn reread(set: &Ruleset, entry: usize) -> Option<Template> {
    let intern = |word: &str| set.lexicon.get(word.as_bytes());
    let lists = &set.lists[..set.entries[entry].lists as usize];
    Parser::new(intern, lists).template(set.templates.get(entry)?, &|_| Place::default()).ok()
}

/// All templates of a run that are not built in have at most so many parts with their lists written out.
const MAX_PARTS: usize = 4_000_000;

/// The most rules that one set may have.
const MAX_RULES: usize = 20_000;

struct Work<'p, 'b, W> {
    set: Ruleset,
    parser: Parser<'b, W>,
    templates: Vec<(Role, Template)>,
    /// How many parts they have, with their lists.
    parts: usize,
    /// Whether there were too many rules.
    is_full: bool,
    /// Entries with conditions, which may name what comes later in the file.
    entry_whens: Vec<(usize, Vec<ConditionSpec>)>,
    rule_numbers: HashMap<String, usize>,
    guard_numbers: HashMap<String, u32>,
    problems: &'p mut Vec<Problem>,
}

impl<W: FnMut(&str) -> Id> Work<'_, '_, W> {
    fn problem(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem { place, message: message.into() });
    }

    fn file(&mut self, file: &RuleFile) {
        for (name, entries) in &file.lists {
            if entries.is_empty() {
                self.problem(name.place, "this list has no entries");
            }
            self.parser.define(&name.text, entries.clone());
            let lines: Vec<_> = entries.iter().map(|entry| entry.text.replace('\n', " ")).collect();
            self.set.lists.to_mut().push(List { name: text(name), lines: lines.join("\n").into() });
        }
        // Lists are parsed even if nothing uses them: a fault in one is a fault.
        for (name, _) in &file.lists {
            self.parser.list(&name.text);
        }
        for guard in &file.guards {
            if self.parser.has_list(&guard.name.text) {
                self.problem(guard.name.place, "a list has this name already; `@` could mean either");
            }
            let number = self.new_guard(&guard.name.text, guard.scope);
            if let Some(like) = &guard.like {
                match self.guard_numbers.get(&like.text).filter(|&&other| other != number) {
                    Some(&other) => {
                        self.set.guards.to_mut()[number as usize].like = self.set.guards[other as usize].like;
                    }
                    None => self.problem(like.place, format!("there is no guard `{}` before this one", like.text)),
                }
                if !guard.templates.is_empty() || !guard.moves.is_empty() {
                    self.problem(like.place, "a guard that is like another has no `match` or `moves` of its own");
                }
            }
            for template in &guard.templates {
                self.template(template, Role::Guard(number));
            }
        }
        for spec in &file.rules {
            match self.rule_numbers.get(&spec.id.text) {
                Some(&number) => self.change(number, spec),
                None => self.rule(spec),
            }
        }
        // What names rules, moves and kinds is read when all of the file's are known.
        for kind in &file.kinds {
            self.declare(kind);
        }
        for kind in &file.kinds {
            self.kind(kind);
        }
        for guard in &file.guards {
            let moves: Vec<u32> = guard.moves.iter().filter_map(|name| self.detector(name, Detects::Move)).collect();
            if let Some(&number) = self.guard_numbers.get(&guard.name.text).filter(|_| !moves.is_empty()) {
                self.set.guards.to_mut()[number as usize].moves = moves.into();
            }
        }
        for spec in &file.rules {
            if let Some(&number) = self.rule_numbers.get(&spec.id.text) {
                self.situation(number, spec);
            }
        }
        for name in file.advice.iter().flat_map(|article| &article.rows).flat_map(|row| &row.by) {
            if !self.rule_numbers.contains_key(&name.text) && !self.set.categories.iter().any(|c| *c == name.text) {
                let near = similar(&name.text, self.rule_numbers.keys().map(String::as_str));
                self.problem(name.place, format!("there is no rule, detector or category `{}`{near}", name.text));
            }
        }
        for (entry, when) in std::mem::take(&mut self.entry_whens) {
            let when = self.whens(&when).into();
            let extra = Extra { when, ..self.set.extra(entry).clone() };
            self.set_extra(entry, extra);
        }
    }

    fn declare(&mut self, spec: &KindSpec) {
        if !self.set.kinds.iter().any(|kind| kind.name == spec.name.text) {
            if spec.title.is_none() {
                self.problem(spec.name.place, "a kind of reply needs `title`");
            }
            self.set.kinds.to_mut().push(Kind {
                name: text(&spec.name),
                title: Text::default(),
                when: Default::default(),
                score: Default::default(),
            });
        }
    }

    fn kind(&mut self, spec: &KindSpec) {
        for kind in spec.when.iter().filter_map(|condition| condition.kind.first()) {
            self.problem(kind.place, "a kind is told by what else holds, not by another kind");
        }
        let when = self.whens(&spec.when);
        let mut score = Vec::new();
        for (name, worth) in &spec.score {
            score.extend(self.detector(name, Detects::Move).map(|number| (number, *worth)));
        }
        let Some(kind) = self.set.kinds.to_mut().iter_mut().find(|kind| kind.name == spec.name.text) else { return };
        if let Some(title) = &spec.title {
            kind.title = text(title);
        }
        if !when.is_empty() {
            kind.when = when.into();
        }
        if !score.is_empty() {
            kind.score = score.into();
        }
    }

    /// What a rule asks of the whole of the reply, and of what it answers.
    fn situation(&mut self, number: usize, spec: &RuleSpec) {
        let (when, veto) = (self.whens(&spec.when), self.tags(&spec.veto));
        let require = spec.require.as_ref().map(|require| {
            let (beside, moves) = (self.tags(&require.beside), self.tags(&require.moves));
            Require { beside: beside.into(), moves: moves.into(), at: require.at }
        });
        let order = spec.order.as_ref().map(|order| {
            let (of, after) = (self.tags(&order.of), self.tags(&order.after));
            Order { of: of.into(), after: after.into(), alone: order.alone }
        });
        let misplaced = self.tags(&spec.misplaced);
        let aside = self.tags(&spec.aside);
        let mut by_question = |pairs: &[(Literal, Vec<Literal>)]| {
            let answers = |(question, by): &(Literal, Vec<Literal>)| {
                let by = self.tags(by);
                let question = self.detector(question, Detects::Customer);
                question.map(|question| Answers { question, by: by.into() })
            };
            pairs.iter().filter_map(answers).collect::<Vec<_>>()
        };
        let (answered_by, needs) = (by_question(&spec.answered_by), by_question(&spec.needs));
        let check = &mut self.set.checks.to_mut()[number];
        if !answered_by.is_empty() {
            check.answered_by = answered_by.into();
        }
        if !needs.is_empty() {
            check.needs = needs.into();
        }
        if !aside.is_empty() {
            check.aside = aside.into();
        }
        if !when.is_empty() {
            check.when = when.into();
        }
        if !veto.is_empty() {
            check.veto = veto.into();
        }
        if !misplaced.is_empty() {
            check.misplaced = misplaced.into();
        }
        check.require = require.or_else(|| check.require.take());
        check.order = order.or_else(|| check.order.take());
        check.answer = spec.answer.or(check.answer);
        check.anger = spec.anger.unwrap_or(check.anger);
        check.trouble = spec.trouble.unwrap_or(check.trouble);
        if !spec.leftover.is_empty() {
            check.leftover = spec.leftover.clone().into();
        }
        check.lapse = spec.lapse.or(check.lapse);
    }

    fn whens(&mut self, specs: &[ConditionSpec]) -> Vec<Condition> {
        specs.iter().map(|spec| self.when(spec)).collect()
    }

    fn when(&mut self, spec: &ConditionSpec) -> Condition {
        let mut kind = Vec::new();
        for name in &spec.kind {
            match self.set.kinds.iter().position(|kind| kind.name == name.text) {
                Some(number) => kind.push(number as u32),
                None => {
                    let near = similar(&name.text, self.set.kinds.iter().map(|kind| kind.name.as_ref()));
                    self.problem(name.place, format!("there is no kind of reply `{}`{near}", name.text));
                }
            }
        }
        let mut shown = |names: &[Literal]| -> Vec<u32> {
            names.iter().flat_map(|name| self.detectors(name, Detects::Customer)).collect()
        };
        let customer: Vec<_> = spec.customer.iter().map(|group| shown(group).into()).collect();
        let customer_lacks = shown(&spec.customer_lacks);
        let has: Vec<_> = spec.has.iter().map(|group| self.tags(group).into()).collect();
        let lacks = self.tags(&spec.lacks);
        Condition {
            kind: kind.into(),
            channel: spec.channel.iter().map(text).collect(),
            customer: customer.into(),
            customer_lacks: customer_lacks.into(),
            has: has.into(),
            lacks: lacks.into(),
            anger: spec.anger.unwrap_or_default(),
            trouble: spec.trouble.unwrap_or_default(),
            message: spec.message,
            words: spec.words.unwrap_or_default(),
        }
    }

    /// The numbers of the detectors that a name stands for: `harm-*` for all whose names begin with `harm-`.
    fn detectors(&mut self, name: &Literal, detects: Detects) -> Vec<u32> {
        let Some(start) = name.text.strip_suffix('*') else {
            return self.detector(name, detects).into_iter().collect();
        };
        let start = format!("{}.{start}", detects.category());
        let all = self.rule_numbers.iter().filter(|(id, _)| id.starts_with(&start)).map(|(_, number)| *number as u32);
        let mut numbers: Vec<u32> = all.collect();
        numbers.sort_unstable();
        if numbers.is_empty() || name.text == "*" {
            self.problem(name.place, format!("there is no detector whose name begins with `[{start}`"));
        }
        numbers
    }

    /// The number of a detector.
    fn detector(&mut self, name: &Literal, detects: Detects) -> Option<u32> {
        let category = detects.category();
        let number = self.rule_numbers.get(&format!("{category}.{}", name.text)).map(|&n| n as u32);
        if number.is_none() {
            let of = |id: &String| id.strip_prefix(category)?.strip_prefix('.').map(str::to_owned);
            let names: Vec<String> = self.rule_numbers.keys().filter_map(of).collect();
            let near = similar(&name.text, names.iter().map(String::as_str));
            self.problem(name.place, format!("there is no detector `[{category}.{}]`{near}", name.text));
        }
        number
    }

    /// What moves, rules and categories some names stand for.
    fn tags(&mut self, names: &[Literal]) -> Vec<Tag> {
        let mut tags = Vec::new();
        for name in names {
            let numbers = &self.rule_numbers;
            let rule = numbers.get(&name.text).or_else(|| numbers.get(&format!("moves.{}", name.text)));
            let category = self.set.categories.iter().position(|category| *category == name.text);
            match (rule, category) {
                (Some(_), Some(_)) => self.problem(
                    name.place,
                    format!(
                        "a move and a category are both named `{}`; write `moves.{}` for the move",
                        name.text, name.text
                    ),
                ),
                (Some(&rule), None) => match self.set.checks.get(rule) {
                    Some(check) if check.detects == Some(Detects::Customer) => {
                        self.problem(
                            name.place,
                            "this is a detector of the customer's message; `customer` asks for it",
                        );
                    }
                    Some(check) if !check.is_wording() => self.problem(
                        name.place,
                        "this rule counts or judges; only what moves and rules of wording find can be asked for",
                    ),
                    _ => tags.push(Tag::Rule(rule as u32)),
                },
                (None, Some(category)) => tags.push(Tag::Category(category as u32)),
                (None, None) => {
                    let moves = numbers.keys().filter_map(|id| id.strip_prefix("moves."));
                    let known = numbers.keys().map(String::as_str).chain(moves);
                    let near = similar(&name.text, known.chain(self.set.categories.iter().map(AsRef::as_ref)));
                    self.problem(name.place, format!("there is no move, rule or category `{}`{near}", name.text));
                }
            }
        }
        tags
    }

    /// The number of a category.
    fn category(&mut self, id: &str) -> u32 {
        let name = id.split('.').next().unwrap_or_default();
        let known = self.set.categories.iter().position(|category| category == name);
        let number = known.unwrap_or_else(|| {
            self.set.categories.to_mut().push(name.to_owned().into());
            self.set.categories.len() - 1
        });
        number as u32
    }

    /// Parses a template and notes what it is for.
    fn template(&mut self, literal: &Literal, role: Role) -> Option<usize> {
        match self.parser.template(&literal.text, &|r| literal.part(r)) {
            Ok(template) => {
                let before = self.parts;
                self.parts = before.saturating_add(template.parts());
                if self.parts > MAX_PARTS {
                    if before <= MAX_PARTS {
                        let message = format!(
                            "all templates up to this one have more than {MAX_PARTS} parts with their lists; use fewer or smaller lists"
                        );
                        self.problem(literal.place, message);
                    }
                    return None;
                }
                self.templates.push((role, template));
                Some(self.templates.len() - 1)
            }
            Err(fault) => {
                self.problem(literal.part(fault.at), fault.message);
                None
            }
        }
    }

    fn rule(&mut self, spec: &RuleSpec) {
        let number = self.set.all.len();
        let at = spec.id.place;
        let looks = !spec.entries.is_empty()
            || !spec.regexes.is_empty()
            || spec.limit.is_some()
            || spec.repeat.is_some()
            || spec.lapse.is_some()
            || spec.is_judgement();
        if !looks && spec.title.is_none() {
            let known = self.rule_numbers.keys().map(String::as_str);
            let near = similar(&spec.id.text, known);
            self.problem(at, format!("there is no rule `{}` to change{near}", spec.id.text));
            return;
        }
        if number >= MAX_RULES {
            if number == MAX_RULES && !self.is_full {
                self.is_full = true;
                self.problem(
                    at,
                    format!("there are more than {MAX_RULES} rules; this one and those after it are not read"),
                );
            }
            return;
        }
        self.rule_numbers.insert(spec.id.text.clone(), number);
        match spec.detects {
            None if spec.title.is_none() || spec.why.is_none() => self.problem(at, "a rule needs `title` and `why`"),
            Some(_) if spec.title.is_none() => self.problem(at, "a detector needs `title`"),
            _ => {}
        }
        self.one_kind(spec);
        self.fields(spec);
        if !looks {
            self.problem(
                at,
                "a rule needs `match`, `regex`, `swap`, `limit`, `repeat`, `require`, `move`, `order`, `answer`, `leftover` or `suppression`",
            );
        }
        let apply = spec.apply.unwrap_or(if spec.swaps { Applicability::Safe } else { Applicability::Manual });
        self.set.all.push(Arc::new(Rule {
            id: text(&spec.id),
            severity: spec.severity.unwrap_or(if spec.detects.is_some() { Severity::Info } else { Severity::Warning }),
            confidence: spec.confidence.unwrap_or(Confidence::Medium),
            title: spec.title.as_ref().map(text).unwrap_or_default(),
            why: spec.why.as_ref().map(text).unwrap_or_default(),
            source: spec.source.as_ref().map(text).unwrap_or_default(),
            suggest: texts(&spec.suggest),
            swaps: swaps(&spec.entries).into(),
            apply,
            examples: examples(spec),
        }));
        let replace =
            spec.replace.unwrap_or(if apply == Applicability::Manual { Replace::Sentence } else { Replace::Match });
        let category = self.category(&spec.id.text);
        self.set.checks.to_mut().push(Check {
            enabled: spec.enabled.unwrap_or(true),
            limit: None,
            repeat: spec.repeat,
            unless: Default::default(),
            only: Default::default(),
            mood: None,
            parts: spec.parts.clone().into(),
            replace,
            at_least: spec.at_least.unwrap_or_default(),
            detects: spec.detects,
            category,
            when: Default::default(),
            veto: Default::default(),
            anger: 0,
            trouble: 0,
            require: None,
            misplaced: Default::default(),
            order: None,
            answer: None,
            answered_by: Default::default(),
            needs: Default::default(),
            aside: Default::default(),
            leftover: Default::default(),
            lapse: None,
        });
        self.conditions(number, spec);
        self.entries(number, &spec.entries, spec.mark.as_ref());
        self.regexes(number, spec);
        if let Some(limit) = &spec.limit {
            self.limit(number, limit);
        }
        for template in spec.require.iter().flat_map(|require| &require.templates) {
            self.template(template, Role::Require(number as u32));
        }
    }

    /// Exactly one kind: wording (templates, expressions), swaps, a limit and so on.
    fn one_kind(&mut self, spec: &RuleSpec) {
        let kinds = [
            (
                "wording (`match`, `regex`)",
                spec.entries.iter().any(|e| e.replacement.is_none()) || !spec.regexes.is_empty(),
            ),
            ("`swap`", spec.swaps),
            ("`limit`", spec.limit.is_some()),
            ("`repeat`", spec.repeat.is_some()),
            ("`require`", spec.require.is_some()),
            ("`move`", !spec.misplaced.is_empty()),
            ("`order`", spec.order.is_some()),
            ("`answer`", spec.answer.is_some()),
            ("`leftover`", !spec.leftover.is_empty()),
            ("`suppression`", spec.lapse.is_some()),
        ];
        let found: Vec<_> = kinds.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
        if found.len() > 1 {
            let kinds = found.join(" and ");
            self.problem(spec.id.place, format!("a rule is of one kind, and this one has {kinds}"));
        }
    }

    /// What only rules, or only detectors, may say.
    fn fields(&mut self, spec: &RuleSpec) {
        let (is_move, is_customer) = (spec.detects == Some(Detects::Move), spec.detects == Some(Detects::Customer));
        let reports = spec.severity.is_some()
            || spec.confidence.is_some()
            || !spec.suggest.is_empty()
            || spec.apply.is_some()
            || spec.no_suggest.is_some();
        if spec.detects.is_some() && reports {
            self.problem(
                spec.id.place,
                "a detector reports nothing: it has no `severity`, `confidence`, `suggest` or `apply`",
            );
        }
        if spec.detects.is_some()
            && (spec.swaps
                || spec.limit.is_some()
                || spec.repeat.is_some()
                || spec.lapse.is_some()
                || spec.is_judgement())
        {
            self.problem(spec.id.place, "a detector finds wording: it has `match` or `regex`");
        }
        if spec.at_least.is_some() && (!spec.regexes.is_empty() || spec.swaps) {
            self.problem(spec.id.place, "`at-least` adds up templates: such a rule has `match` alone");
        }
        if spec.order.is_some() && !spec.suggest.is_empty() {
            self.problem(spec.id.place, "sentences that change places are not rewritten: use `no-suggest`");
        }
        if spec.require.is_some() || matches!(spec.answer, Some(Answer::Concern | Answer::Questions)) {
            let placed = [&spec.unless, &spec.unless_add, &spec.only, &spec.not_after, &spec.not_before];
            if let Some(literal) = placed.iter().find_map(|list| list.first()) {
                self.problem(literal.place, "what is missing has no place to look around; use `when`");
            }
        }
        let of_questions = [
            ("answered-by", spec.answered_by.first().map(|(question, _)| question)),
            ("needs", spec.needs.first().map(|(question, _)| question)),
            ("aside", spec.aside.first()),
        ];
        if let Some((question, _)) = spec.needs.iter().find(|(_, by)| by.is_empty()) {
            self.problem(question.place, "`needs` names no move that such a question needs");
        }
        for (key, first) in of_questions {
            if let Some(literal) = first.filter(|_| spec.answer != Some(Answer::Questions)) {
                self.problem(literal.place, format!("`{key}` is for `answer = \"questions\"`"));
            }
        }
        if is_customer && let Some(entry) = spec.entries.iter().find(|entry| !entry.when.is_empty()) {
            self.problem(entry.template.place, "a detector of the customer's message has no `when`");
        }
        for veto in spec.veto.iter().take(usize::from(!is_move)) {
            self.problem(veto.place, "`veto` is for moves");
        }
        if (spec.anger.is_some() || spec.trouble.is_some()) && !is_customer {
            self.problem(spec.id.place, "`anger` and `trouble` are for detectors of the customer's message");
        }
        if is_customer && !spec.when.is_empty() {
            self.problem(spec.id.place, "a detector of the customer's message has no `when`");
        }
    }

    /// Applies what a file says of a rule that is there already.
    fn change(&mut self, number: usize, spec: &RuleSpec) {
        let rule = Arc::make_mut(&mut self.set.all[number]);
        rule.severity = spec.severity.unwrap_or(rule.severity);
        rule.confidence = spec.confidence.unwrap_or(rule.confidence);
        rule.apply = spec.apply.unwrap_or(rule.apply);
        for (field, new) in
            [(&mut rule.title, &spec.title), (&mut rule.why, &spec.why), (&mut rule.source, &spec.source)]
        {
            if let Some(new) = new {
                *field = text(new);
            }
        }
        if !spec.suggest.is_empty() {
            rule.suggest = texts(&spec.suggest);
        }
        if spec.swaps {
            rule.swaps = swaps(&spec.entries).into();
        }
        let more = examples(spec);
        for (all, new) in [(&mut rule.examples.fires, more.fires), (&mut rule.examples.quiet, more.quiet)] {
            new.iter().for_each(|text| all.push(text));
        }
        rule.examples.fixed.to_mut().extend(more.fixed.iter().cloned());
        self.one_kind(spec);
        self.fields(spec);
        let check = &mut self.set.checks.to_mut()[number];
        check.enabled = spec.enabled.unwrap_or(check.enabled);
        check.replace = spec.replace.unwrap_or(check.replace);
        check.repeat = spec.repeat.or(check.repeat);
        check.at_least = spec.at_least.unwrap_or(check.at_least);
        if !spec.parts.is_empty() {
            check.parts = spec.parts.clone().into();
        }
        let measured = check.limit.is_some() || check.repeat.is_some() || check.is_judgement();
        let worded = self.set.entries.iter().any(|e| e.rule as usize == number && e.live)
            || self.set.regexes.iter().any(|r| r.rule as usize == number);
        let measures = spec.limit.is_some() || spec.repeat.is_some() || spec.is_judgement();
        let adds_words = !spec.entries.is_empty() || !spec.match_add.is_empty() || !spec.regexes.is_empty();
        if measured && adds_words || worded && measures {
            self.problem(spec.id.place, "the rule is of another kind; give yours a name of its own");
            return;
        }
        if !spec.entries.is_empty() || !spec.regexes.is_empty() {
            for entry in self.set.entries.to_mut().iter_mut().filter(|e| e.rule as usize == number) {
                entry.live = false;
            }
            self.set.regexes.to_mut().retain(|r| r.rule as usize != number);
        }
        for removed in &spec.match_remove {
            let mut found = false;
            let templates = || self.set.templates.iter();
            for (entry, template) in self.set.entries.to_mut().iter_mut().zip(templates()) {
                if entry.rule as usize == number && template == removed.text {
                    (entry.live, found) = (false, true);
                }
            }
            if !found {
                let own = self.set.entries.iter().zip(templates()).filter(|(e, _)| e.rule as usize == number);
                let near = similar(&removed.text, own.map(|(_, template)| template));
                self.problem(removed.place, format!("the rule has no such template{near}"));
            }
        }
        self.replace_conditions(number, spec);
        self.conditions(number, spec);
        self.entries(number, &spec.entries, spec.mark.as_ref());
        self.entries(number, &spec.match_add, None);
        self.regexes(number, spec);
        if let Some(limit) = &spec.limit {
            self.limit(number, limit);
        }
        for template in spec.require.iter().flat_map(|require| &require.templates) {
            self.template(template, Role::Require(number as u32));
        }
    }

    /// Takes away the conditions of an earlier rule that a file gives anew.
    fn replace_conditions(&mut self, number: usize, spec: &RuleSpec) {
        let rule = number as u32;
        let check = &mut self.set.checks.to_mut()[number];
        let mut retired = Vec::new();
        if !spec.unless.is_empty() {
            check.unless = Default::default();
            retired.push(Role::Unless(rule));
        }
        if !spec.only.is_empty() || spec.mood.is_some() {
            check.only = Default::default();
        }
        if !spec.not_after.is_empty() {
            retired.push(Role::NotAfter(rule));
        }
        if !spec.not_before.is_empty() {
            retired.push(Role::NotBefore(rule));
        }
        if spec.limit.is_some() {
            retired.push(Role::Count(rule));
        }
        if spec.require.is_some() {
            retired.push(Role::Require(rule));
        }
        if !retired.is_empty() {
            for pattern in self.set.patterns.to_mut().iter_mut().filter(|p| retired.contains(&p.role)) {
                pattern.role = Role::Retired;
            }
            // Those of files that are compiled together with this one wait here.
            for (role, _) in self.templates.iter_mut().filter(|(role, _)| retired.contains(role)) {
                *role = Role::Retired;
            }
        }
    }

    /// What a rule asks of a match beyond its words.
    fn conditions(&mut self, number: usize, spec: &RuleSpec) {
        let rule = number as u32;
        let mut unless = Vec::new();
        for literal in spec.unless.iter().chain(&spec.unless_add) {
            match self.guard(literal) {
                Some(guard) => unless.extend(guard),
                None => {
                    self.template(literal, Role::Unless(rule));
                }
            }
        }
        let mut only = Vec::new();
        for literal in &spec.only {
            match self.guard(literal) {
                Some(guard) => only.extend(guard),
                None => self.problem(literal.place, "`only` takes guards: `@name`"),
            }
        }
        for literal in &spec.not_after {
            self.template(literal, Role::NotAfter(rule));
        }
        for literal in &spec.not_before {
            self.template(literal, Role::NotBefore(rule));
        }
        if let Some((mood, place)) = spec.mood {
            match mood {
                Mood::Command => only.extend(self.command_guard(place)),
                Mood::Statement if self.parser.has_list(COMMAND_LIST) => unless.extend(self.command_guard(place)),
                Mood::Statement | Mood::Question => {}
            }
            self.set.checks.to_mut()[number].mood = Some(mood);
        }
        let check = &mut self.set.checks.to_mut()[number];
        if !unless.is_empty() {
            check.unless.to_mut().extend(unless);
        }
        if !only.is_empty() {
            check.only.to_mut().extend(only);
        }
    }

    /// The guard that an entry of `unless` names: `Some(None)` if it names one that is not there, `None` if it is a template.
    fn guard(&mut self, literal: &Literal) -> Option<Option<u32>> {
        let name = literal.text.trim().strip_prefix('@')?;
        if name.contains(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')) || self.parser.has_list(name) {
            return None;
        }
        let mut guard = self.guard_numbers.get(name).copied();
        if guard.is_none() && name == CUSTOMER_WORDS {
            guard = Some(self.new_guard(CUSTOMER_WORDS, Scope::CustomerWords));
        }
        if guard.is_none() {
            let near = similar(name, self.guard_numbers.keys().map(String::as_str));
            self.problem(literal.place, format!("there is no guard or list `{name}`{near}"));
        }
        Some(guard)
    }

    fn new_guard(&mut self, name: &str, scope: Scope) -> u32 {
        let number = self.set.guards.len() as u32;
        self.set.guards.to_mut().push(Guard {
            name: name.to_owned().into(),
            scope,
            like: number,
            moves: Default::default(),
        });
        self.guard_numbers.insert(name.to_owned(), number);
        number
    }

    fn command_guard(&mut self, place: Place) -> Option<u32> {
        const NAME: &str = "command mood";
        if let Some(&number) = self.guard_numbers.get(NAME) {
            return Some(number);
        }
        if !self.parser.has_list(COMMAND_LIST) {
            self.problem(place, format!("`command` needs a list `{COMMAND_LIST}` of the verbs that may begin one"));
            return None;
        }
        let number = self.new_guard(NAME, Scope::Near(0));
        self.template(&Literal::bare(COMMAND_TEMPLATE), Role::Guard(number));
        Some(number)
    }

    fn entries(&mut self, rule: usize, specs: &[EntrySpec], mark: Option<&Literal>) {
        for spec in specs {
            let number = self.set.entries.len() as u32;
            let Some(template) = self.template(&spec.template, Role::Entry(number)) else { continue };
            let mut guards = Vec::new();
            for literal in &spec.unless {
                match self.guard(literal) {
                    Some(guard) => guards.extend(guard),
                    None => {
                        self.template(literal, Role::EntryUnless(number));
                    }
                }
            }
            let template = &self.templates[template].1;
            let mark = spec.mark.as_ref().or(mark);
            if let Some(mark) = mark.filter(|m| !template.captures(&m.text)) {
                self.problem(spec.template.place, format!("this template has no capture `<{}: …>` to mark", mark.text));
                continue;
            }
            let captures = template.has_captures();
            if spec.weight.is_some() && self.set.checks[rule].at_least == 0 {
                self.problem(spec.template.place, "a weight counts towards `at-least`, which is missing here");
            }
            let extra = Extra {
                replacement: spec.replacement.as_ref().map(text),
                unless: guards.into(),
                mark: mark.map(text),
                when: Default::default(),
            };
            self.set.entries.to_mut().push(Entry {
                rule: rule as u32,
                extra: None,
                weight: spec.weight.unwrap_or(100),
                captures,
                lists: self.set.lists.len() as u32,
                live: true,
            });
            self.set.templates.push(&spec.template.text);
            self.set_extra(number as usize, extra);
            if !spec.when.is_empty() {
                self.entry_whens.push((number as usize, spec.when.clone()));
            }
        }
    }

    /// Says what an entry has that few have, in place of what was said before.
    fn set_extra(&mut self, entry: usize, extra: Extra) {
        match self.set.entries[entry].extra {
            Some(number) => self.set.extras.to_mut()[number as usize] = extra,
            None if extra.is_none() => {}
            None => {
                self.set.entries.to_mut()[entry].extra = Some(self.set.extras.len() as u32);
                self.set.extras.to_mut().push(extra);
            }
        }
    }

    fn limit(&mut self, rule: usize, limit: &LimitSpec) {
        for template in &limit.templates {
            self.template(template, Role::Count(rule as u32));
        }
        self.set.checks.to_mut()[rule].limit = Some(Limit { of: limit.of, max: limit.max, per: limit.per });
    }

    fn regexes(&mut self, rule: usize, spec: &RuleSpec) {
        for literal in &spec.regexes {
            match expression::literals(&literal.text) {
                Ok(literals) => self.set.regexes.to_mut().push(RegexEntry {
                    rule: rule as u32,
                    pattern: text(literal),
                    literals: literals.into_iter().map(Text::from).collect(),
                }),
                Err((at, message)) => self.problem(at.map_or(literal.place, |at| literal.part(at)), message),
            }
        }
    }
}

fn text(literal: &Literal) -> Text {
    Text::Owned(literal.text.clone())
}

fn texts(literals: &[Literal]) -> Texts {
    literals.iter().map(|literal| &literal.text).collect()
}

fn swaps(entries: &[EntrySpec]) -> Vec<(Text, Text)> {
    entries.iter().filter_map(|e| Some((text(&e.template), text(e.replacement.as_ref()?)))).collect()
}

fn examples(spec: &RuleSpec) -> Examples {
    Examples {
        fires: texts(&spec.fires),
        quiet: texts(&spec.quiet),
        fixed: spec.fixed.iter().map(|(a, b)| (text(a), text(b))).collect(),
    }
}
