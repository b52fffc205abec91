//! Reads a rule file: TOML to what its tables say.

use super::{
    AdviceSpec, Answer, ArticleSpec, At, ConditionSpec, Detects, EntrySpec, GuardSpec, KindSpec, Lapse, Leftover,
    LimitSpec, MAX_ANGER, MAX_POINTS, MAX_REPEATED, Measure, Mood, OrderSpec, Per, RepeatSpec, Repeated, Replace,
    RequireSpec, RuleFile, RuleSpec, Scope,
};
use crate::rule::{Applicability, Confidence, Severity};
use crate::source::Source;
use crate::toml_file::{self, Literal, Place, Problem, Reader};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads a rule file. `file` is its index among those read together. What cannot be read as TOML is nothing, and one problem.
pub fn read(source: &Source, file: usize, problems: &mut Vec<Problem>) -> Option<RuleFile> {
    let root = toml_file::parse_own(source, file, problems)?;
    let mut reader = Reader { source, file, problems };
    Some(reader.file(root.get_ref()))
}

impl Reader<'_, '_> {
    fn file(&mut self, root: &DeTable<'_>) -> RuleFile {
        let mut out = RuleFile::default();
        let mut keys = self.keys(root);
        for (name, at, value) in self.tables(keys.take("lists")) {
            let name = self.key(name, at);
            let entries = self.strings(value);
            out.lists.push((name, entries));
        }
        for (name, at, value) in self.tables(keys.take("guards")) {
            let name = self.key(name, at);
            out.guards.extend(self.guard(name, value));
        }
        for detects in [Detects::Move, Detects::Customer] {
            for (name, at, value) in self.tables(keys.take(detects.category())) {
                self.name(name, at);
                let id = self.key(&format!("{}.{name}", detects.category()), at);
                out.rules.extend(self.rule(id, value, Some(detects)));
            }
        }
        for (name, at, value) in self.tables(keys.take("kinds")) {
            self.name(name, at);
            let name = self.key(name, at);
            out.kinds.extend(self.kind(name, value));
        }
        out.advice = self.advice(keys.take("advice"));
        for (category, place, value) in self.tables(keys.take("rules")) {
            self.name(category, place);
            if [Detects::Move, Detects::Customer].iter().any(|d| d.category() == category) {
                self.problem(place, format!("`{category}` are detectors; write `[{category}.NAME]`"));
            }
            for (name, at, value) in self.tables(Some(value)) {
                self.name(name, at);
                let id = self.key(&format!("{category}.{name}"), at);
                out.rules.extend(self.rule(id, value, None));
            }
        }
        self.finish(keys, "a rule file");
        out
    }

    /// Names are what selectors, lists and links are made of.
    fn name(&mut self, name: &str, place: Place) {
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(fine) {
            self.problem(place, "names of categories and rules have small letters, digits and hyphens");
        }
    }

    fn guard(&mut self, name: Literal, value: &Spanned<DeValue<'_>>) -> Option<GuardSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let mut keys = self.keys(table);
        let within = keys.take("within").and_then(|v| self.number(v));
        const SCOPES: &[(&str, Scope)] = &[
            ("before", Scope::Before(0)),
            ("after", Scope::After(0)),
            ("clause", Scope::Clause),
            ("sentence", Scope::Near(0)),
            ("previous", Scope::Previous),
            ("next", Scope::Next),
            ("near", Scope::Near(1)),
            ("reply", Scope::Reply),
        ];
        let scope = match keys.take("where") {
            Some(v) => self.word(v, SCOPES),
            None => {
                self.problem(name.place, "this guard needs `where`");
                None
            }
        };
        let scope = match (scope, within) {
            (Some(Scope::Before(_)), Some(n)) => Some(Scope::Before(n)),
            (Some(Scope::After(_)), Some(n)) => Some(Scope::After(n)),
            (Some(Scope::Near(_)), Some(n)) => Some(Scope::Near(n)),
            (scope, _) => scope,
        };
        let templates = keys.take("match").map(|v| self.strings(v)).unwrap_or_default();
        let moves = keys.take("moves").map(|v| self.strings(v)).unwrap_or_default();
        let like = keys.take("like").and_then(|v| self.string(v));
        if templates.is_empty() && moves.is_empty() && like.is_none() {
            self.problem(name.place, "this guard needs `match`, `moves` or `like`");
        }
        self.finish(keys, "a guard");
        Some(GuardSpec { name, scope: scope.unwrap_or(Scope::Near(0)), templates, moves, like })
    }

    fn entries(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<EntrySpec> {
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(value, "a list of templates");
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in items.iter() {
            let Some(table) = item.get_ref().as_table() else {
                out.extend(self.string(item).map(EntrySpec::of));
                continue;
            };
            let mut keys = self.keys(table);
            let template = keys.take("match").and_then(|v| self.string(v));
            let unless = keys.take("unless").map(|v| self.strings(v)).unwrap_or_default();
            let mark = keys.take("mark").and_then(|v| self.string(v));
            let weight = keys.take("weight").and_then(|v| self.hundredths(v));
            let when = keys.take("when").map(|v| self.conditions(v)).unwrap_or_default();
            let replacement = keys.take("swap").and_then(|v| self.string(v));
            self.finish(keys, "a template table");
            match template {
                Some(template) => {
                    out.push(EntrySpec { unless, mark, weight, when, replacement, ..EntrySpec::of(template) });
                }
                None => self.problem(self.place(item.span()), "this template table needs `match`"),
            }
        }
        out
    }

    /// One condition, or a list of them of which one must hold.
    fn conditions(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<ConditionSpec> {
        match value.get_ref().as_array() {
            Some(items) => items.iter().filter_map(|item| self.condition(item)).collect(),
            None => self.condition(value).into_iter().collect(),
        }
    }

    fn condition(&mut self, value: &Spanned<DeValue<'_>>) -> Option<ConditionSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a condition: a table");
            return None;
        };
        let mut keys = self.keys(table);
        let mut strings = |reader: &mut Self, key| keys.take(key).map(|v| reader.strings(v)).unwrap_or_default();
        let (kind, lacks) = (strings(self, "kind"), strings(self, "lacks"));
        let channel = strings(self, "channel");
        let customer_lacks = strings(self, "customer-lacks");
        let customer = keys.take("customer").map(|v| self.groups(v)).unwrap_or_default();
        let has = keys.take("has").map(|v| self.groups(v)).unwrap_or_default();
        let anger = keys.take("anger").and_then(|v| self.number_to(v, MAX_ANGER));
        let trouble = keys.take("trouble").and_then(|v| self.number(v));
        let words = keys.take("words").and_then(|v| self.number(v));
        let message = keys.take("message").and_then(|v| self.truth(v));
        self.finish(keys, "a condition");
        Some(ConditionSpec { kind, channel, customer, customer_lacks, has, lacks, anger, trouble, message, words })
    }

    /// A list of strings, which is one group, or a list of such lists.
    fn groups(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Vec<Literal>> {
        match value.get_ref().as_array() {
            Some(items) if items.iter().any(|item| item.get_ref().is_array()) => {
                items.iter().map(|item| self.strings(item)).collect()
            }
            _ => vec![self.strings(value)],
        }
    }

    fn kind(&mut self, name: Literal, value: &Spanned<DeValue<'_>>) -> Option<KindSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let mut keys = self.keys(table);
        let title = keys.take("title").and_then(|v| self.string(v));
        let when = keys.take("when").map(|v| self.conditions(v)).unwrap_or_default();
        let mut score = Vec::new();
        for (of, place, value) in self.tables(keys.take("score")) {
            let of = self.key(of, place);
            score.extend(self.number_to(value, MAX_POINTS).map(|n| (of, n)));
        }
        self.finish(keys, "a kind of reply");
        Some(KindSpec { name, title, when, score })
    }

    fn advice(&mut self, value: Option<&Spanned<DeValue<'_>>>) -> Vec<ArticleSpec> {
        let mut out = Vec::new();
        for (place, mut keys) in self.list(value) {
            let article = keys.take("article").and_then(|v| self.string(v));
            let mut rows = Vec::new();
            for (place, mut keys) in self.list(keys.take("rows")) {
                let quote = keys.take("quote").and_then(|v| self.string(v));
                let by = keys.take("by").map(|v| self.strings(v)).unwrap_or_default();
                let untold = keys.take("untold").and_then(|v| self.string(v));
                self.finish(keys, "a piece of advice");
                match quote {
                    Some(quote) if by.is_empty() == untold.is_some() => rows.push(AdviceSpec { quote, by, untold }),
                    _ => self.problem(place, "a piece of advice needs `quote`, and either `by` or `untold`"),
                }
            }
            self.finish(keys, "advice");
            match article {
                Some(article) => out.push(ArticleSpec { article, rows }),
                None => self.problem(place, "advice needs `article`"),
            }
        }
        out
    }

    fn require(&mut self, value: &Spanned<DeValue<'_>>) -> Option<RequireSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let place = self.place(value.span());
        let mut keys = self.keys(table);
        let moves = keys.take("move").map(|v| self.strings(v)).unwrap_or_default();
        let templates = keys.take("match").map(|v| self.strings(v)).unwrap_or_default();
        let beside = keys.take("beside").map(|v| self.strings(v)).unwrap_or_default();
        let places = [("start", At::Start), ("opening", At::Opening), ("end", At::End)];
        let at = keys.take("at").map_or(Some(At::End), |v| self.word(v, &places));
        self.finish(keys, "a requirement");
        if moves.is_empty() && templates.is_empty() {
            self.problem(place, "a requirement needs `move` or `match`");
        }
        Some(RequireSpec { beside, moves, templates, at: at.unwrap_or(At::End) })
    }

    fn order(&mut self, value: &Spanned<DeValue<'_>>) -> Option<OrderSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let place = self.place(value.span());
        let mut keys = self.keys(table);
        let of = keys.take("of").map(|v| self.strings(v)).unwrap_or_default();
        let after = keys.take("after").map(|v| self.strings(v)).unwrap_or_default();
        let alone = keys.take("alone").and_then(|v| self.truth(v)).unwrap_or_default();
        self.finish(keys, "an order");
        if of.is_empty() || after.is_empty() {
            self.problem(place, "an order needs `of` and `after`");
        }
        Some(OrderSpec { of, after, alone })
    }

    fn leftover(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Leftover> {
        let names = [
            ("placeholder", Leftover::Placeholder),
            ("slot", Leftover::Slot),
            ("broken", Leftover::Broken),
            ("blank", Leftover::Blank),
            ("greeting", Leftover::Greeting),
            ("missing-value", Leftover::MissingValue),
            ("unbalanced", Leftover::Unbalanced),
            ("dialect", Leftover::Dialect),
        ];
        match value.get_ref().as_array() {
            Some(items) => items.iter().filter_map(|v| self.word(v, &names)).collect(),
            None => {
                self.wrong(value, "a list");
                Vec::new()
            }
        }
    }

    fn lapse(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Lapse> {
        let names = [
            ("unused", Lapse::Unused),
            ("expired", Lapse::Expired),
            ("reason-missing", Lapse::ReasonMissing),
            ("unknown-rule", Lapse::UnknownRule),
            ("visible-comment", Lapse::VisibleComment),
        ];
        self.word(value, &names)
    }

    fn rule(&mut self, id: Literal, value: &Spanned<DeValue<'_>>, detects: Option<Detects>) -> Option<RuleSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let mut keys = self.keys(table);
        let mut strings = |reader: &mut Self, key| keys.take(key).map(|v| reader.strings(v)).unwrap_or_default();
        let (suggest, unless, only) = (strings(self, "suggest"), strings(self, "unless"), strings(self, "only"));
        let (not_after, not_before) = (strings(self, "not-after"), strings(self, "not-before"));
        let (match_remove, unless_add) = (strings(self, "match-remove"), strings(self, "unless-add"));
        let regexes = strings(self, "regex");
        let mut string = |reader: &mut Self, key| keys.take(key).and_then(|v| reader.string(v));
        let (title, why, source) = (string(self, "title"), string(self, "why"), string(self, "source"));
        let (mark, no_suggest) = (string(self, "mark"), string(self, "no-suggest"));
        let mut entries = keys.take("match").map(|v| self.entries(v)).unwrap_or_default();
        let match_add = keys.take("match-add").map(|v| self.entries(v)).unwrap_or_default();
        let swap = keys.take("swap");
        let swaps = swap.is_some();
        for (key, place, value) in self.tables(swap) {
            // A key's place is that of its text; templates are shown with their quotes.
            let template = self.key(key, place);
            if let Some(replacement) = self.string(value) {
                entries.push(EntrySpec { replacement: Some(replacement), ..EntrySpec::of(template) });
            }
        }
        fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<(&'static str, T)> {
            all.iter().map(|&t| (word(t), t)).collect()
        }
        let severity = keys.take("severity").and_then(|v| self.word(v, &words(Severity::ALL, Severity::word)));
        let confidence = keys.take("confidence").and_then(|v| self.word(v, &words(Confidence::ALL, Confidence::word)));
        let apply = keys.take("apply").and_then(|v| self.word(v, &words(Applicability::ALL, Applicability::word)));
        let replace = keys
            .take("replace")
            .and_then(|v| self.word(v, &[("match", Replace::Match), ("sentence", Replace::Sentence)]));
        let mood = keys.take("mood").and_then(|v| {
            let moods = [("question", Mood::Question), ("command", Mood::Command), ("statement", Mood::Statement)];
            self.word(v, &moods).map(|mood| (mood, self.place(v.span())))
        });
        let enabled = keys.take("enabled").and_then(|v| self.truth(v));
        let parts = keys.take("in").map(|v| self.parts(v)).unwrap_or_default();
        let at_least = keys.take("at-least").and_then(|v| self.hundredths(v));
        let limit = keys.take("limit").and_then(|v| self.limit(v));
        let repeat = keys.take("repeat").and_then(|v| self.repeat(v));
        let when = keys.take("when").map(|v| self.conditions(v)).unwrap_or_default();
        let require = keys.take("require").and_then(|v| self.require(v));
        let misplaced = keys.take("move").map(|v| self.strings(v)).unwrap_or_default();
        let order = keys.take("order").and_then(|v| self.order(v));
        let answers = [
            ("concern", Answer::Concern),
            ("questions", Answer::Questions),
            ("name", Answer::Name),
            ("numbers", Answer::Numbers),
        ];
        let answer = keys.take("answer").and_then(|v| self.word(v, &answers));
        let mut by_question = |key| {
            let tables = self.tables(keys.take(key)).into_iter();
            tables.map(|(name, place, value)| (self.key(name, place), self.strings(value))).collect::<Vec<_>>()
        };
        let (answered_by, needs) = (by_question("answered-by"), by_question("needs"));
        let aside = keys.take("aside").map(|v| self.strings(v)).unwrap_or_default();
        let leftover = keys.take("leftover").map(|v| self.leftover(v)).unwrap_or_default();
        let veto = keys.take("veto").map(|v| self.strings(v)).unwrap_or_default();
        let anger = keys.take("anger").and_then(|v| self.number_to(v, MAX_ANGER));
        let trouble = keys.take("trouble").and_then(|v| self.number_to(v, MAX_ANGER));
        let lapse = keys.take("suppression").and_then(|v| self.lapse(v));
        let mut spec = RuleSpec {
            id,
            detects,
            when,
            veto,
            anger,
            trouble,
            require,
            misplaced,
            order,
            answer,
            answered_by,
            needs,
            aside,
            leftover,
            lapse,
            enabled,
            severity,
            confidence,
            title,
            why,
            source,
            suggest,
            no_suggest,
            apply,
            replace,
            entries,
            swaps,
            at_least,
            regexes,
            limit,
            repeat,
            unless,
            only,
            not_after,
            not_before,
            mood,
            parts,
            mark,
            fires: Vec::new(),
            quiet: Vec::new(),
            fixed: Vec::new(),
            match_add,
            match_remove,
            unless_add,
        };
        if let Some(examples) = keys.take("examples") {
            self.examples(examples, &mut spec);
        }
        self.finish(keys, "a rule");
        Some(spec)
    }

    fn parts(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<crate::segment::Part> {
        use crate::segment::Part;
        let names = [
            ("subject", Part::Subject),
            ("greeting", Part::Greeting),
            ("opening", Part::Opening),
            ("body", Part::Body),
            ("closing", Part::Closing),
        ];
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(value, "a list of parts");
            return Vec::new();
        };
        let mut parts: Vec<Part> = items.iter().filter_map(|v| self.word(v, &names)).collect();
        // The opening is the beginning of the body.
        if parts.contains(&Part::Body) {
            parts.push(Part::Opening);
        }
        parts
    }

    fn limit(&mut self, value: &Spanned<DeValue<'_>>) -> Option<LimitSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let place = self.place(value.span());
        let mut keys = self.keys(table);
        let (of, templates) = match keys.take("of") {
            Some(v) if v.get_ref().is_array() => (Some(Measure::Templates), self.strings(v)),
            Some(v) => (self.word(v, Measure::NAMES), Vec::new()),
            None => (None, Vec::new()),
        };
        let max = keys.take("max").and_then(|v| self.number(v));
        let pers = [("run", Per::Run), ("sentence", Per::Sentence), ("reply", Per::Reply)];
        let per = keys.take("per").map_or(Some(Per::Reply), |v| self.word(v, &pers));
        self.finish(keys, "a limit");
        if of.is_none() || max.is_none() {
            self.problem(place, "a limit needs `of` and `max`");
        }
        let (of, per) = (of.unwrap_or(Measure::Words), per.unwrap_or(Per::Reply));
        Some(LimitSpec { of, templates, max: max.unwrap_or_default(), per })
    }

    fn repeat(&mut self, value: &Spanned<DeValue<'_>>) -> Option<RepeatSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let place = self.place(value.span());
        let mut keys = self.keys(table);
        let names = [("word", Repeated::Word), ("opening", Repeated::Opening), ("phrase", Repeated::Phrase)];
        let of = keys.take("of").and_then(|v| self.word(v, &names));
        let words = keys.take("words").map_or(Some(1), |v| self.number(v)).map(|n| n.max(1));
        let max = keys.take("max").map_or(Some(1), |v| self.number(v)).map(|n| n.max(1));
        self.finish(keys, "a repeat");
        if of.is_none() {
            self.problem(place, "a repeat needs `of`");
        }
        if words.is_some_and(|n| n > MAX_REPEATED) {
            self.problem(place, format!("a repeat compares at most {MAX_REPEATED} words"));
        }
        Some(RepeatSpec { of: of.unwrap_or(Repeated::Word), words: words.unwrap_or(1), max: max.unwrap_or(1) })
    }

    fn examples(&mut self, value: &Spanned<DeValue<'_>>, spec: &mut RuleSpec) {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return;
        };
        let mut keys = self.keys(table);
        spec.fires = keys.take("fires").map(|v| self.strings(v)).unwrap_or_default();
        spec.quiet = keys.take("quiet").map(|v| self.strings(v)).unwrap_or_default();
        let fixed = keys.take("fixed");
        self.finish(keys, "examples");
        let Some(pairs) = fixed else { return };
        let Some(items) = pairs.get_ref().as_array() else {
            self.wrong(pairs, "a list of [before, after] pairs");
            return;
        };
        for item in items.iter() {
            match <[Literal; 2]>::try_from(self.strings(item)) {
                Ok([before, after]) => spec.fixed.push((before, after)),
                Err(_) => self.problem(self.place(item.span()), "expected a pair: [before, after]"),
            }
        }
    }
}
