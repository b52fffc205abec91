//! A small language for places in data files.
//!
//! | write | for |
//! | --- | --- |
//! | `macros`, `'a.b'` | what a map holds under a name |
//! | `*`, `**` | all that a map holds; this and everything below |
//! | `[]`, `[0]`, `[-1]` | each element of a list; one of them, from the front or from the back |
//! | `[?field == 'x']`, `[?field != 'x']`, `[?field]` | this map, or each element of this list, in which that holds. The left side is a path, and a star at the end of the right side stands for anything |
//! | `(a \| b)` | the first of these that is there and says something |

use super::{Tree, Value};
use crate::effort::spend;

/// Where to look in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document) struct Path {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    AnyKey,
    AnyDepth,
    Each,
    Index(i64),
    Where(Test),
    FirstOf(Vec<Path>),
}

/// Whether a map is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Test {
    path: Path,
    /// Whether the values are to be this, or not. Without it, there is to be one.
    is: Option<(bool, String)>,
}

/// What is wrong with a path, and at which byte of it.
pub(in crate::document) type Fault = (usize, String);

impl Path {
    /// Reads a path.
    pub(in crate::document) fn parse(text: &str) -> Result<Self, Fault> {
        let mut parser = Parser { text, at: 0 };
        let path = parser.alternatives()?;
        parser.space();
        if parser.at < text.len() {
            return Err((parser.at, format!("`{}` cannot stand here", parser.rest().chars().next().unwrap_or(' '))));
        }
        Ok(path)
    }

    /// The path of what a map holds under a name.
    pub(in crate::document) fn key(name: &str) -> Self {
        Self { steps: vec![Step::Key(name.to_owned())] }
    }

    /// The path of all that stands under a name, at any depth, where what holds it does not say that it is internal or the customer's.
    pub(in crate::document) fn all_sent(name: &str) -> Self {
        let not = |key: &str, value: &str| {
            let path = Self::key(key);
            Step::Where(Test { path, is: Some((false, value.to_owned())) })
        };
        let tests = [
            ("public", "false"),
            ("private", "true"),
            ("internal", "true"),
            ("role", "user"),
            ("role", "customer"),
            ("sender_type", "customer"),
        ];
        let tests = tests.iter().map(|(key, value)| not(key, value));
        Self { steps: [Step::AnyDepth].into_iter().chain(tests).chain([Step::Key(name.to_owned())]).collect() }
    }

    /// The same; a name that stands alone is looked for at the top, and else anywhere.
    pub(in crate::document) fn anywhere(self) -> Self {
        let [Step::Key(_)] = self.steps[..] else { return self };
        let below = Self { steps: [Step::AnyDepth].into_iter().chain(self.steps.clone()).collect() };
        Self { steps: vec![Step::FirstOf(vec![self, below])] }
    }

    /// Whether it leads through such a key by its name.
    pub(in crate::document) fn leads_through(&self, key: &str) -> bool {
        self.steps.iter().any(|step| match step {
            Step::Key(name) => name == key,
            Step::FirstOf(paths) => paths.iter().any(|path| path.leads_through(key)),
            Step::AnyKey | Step::AnyDepth | Step::Each | Step::Index(_) | Step::Where(_) => false,
        })
    }

    /// The values that it leads to from one of a tree, each once, in the order of the file.
    pub(in crate::document) fn select(&self, tree: &Tree<'_>, from: usize) -> Vec<usize> {
        let mut found = vec![from];
        for step in &self.steps {
            found = found.into_iter().flat_map(|n| step.take(tree, n)).collect();
            spend(found.len() + 1);
            found.sort_unstable();
            found.dedup();
        }
        found
    }
}

impl Step {
    fn take(&self, tree: &Tree<'_>, from: usize) -> Vec<usize> {
        let list = matches!(tree.node(from).value, Value::List(_));
        match self {
            Self::Key(key) => tree.under(from, key).collect(),
            Self::AnyKey if list => Vec::new(),
            Self::AnyKey => tree.held(from).to_vec(),
            Self::AnyDepth => {
                let mut all = vec![from];
                let mut next = 0;
                while let Some(&n) = all.get(next) {
                    all.extend(tree.held(n));
                    next += 1;
                }
                all
            }
            Self::Each if list => tree.held(from).to_vec(),
            Self::Each => Vec::new(),
            Self::Index(index) => {
                let held = if list { tree.held(from) } else { &[] };
                let place = if *index < 0 { held.len() as i64 + index } else { *index };
                usize::try_from(place).ok().and_then(|i| held.get(i)).copied().into_iter().collect()
            }
            Self::Where(test) if list => tree.held(from).iter().copied().filter(|n| test.holds(tree, *n)).collect(),
            Self::Where(test) => Some(from).filter(|n| test.holds(tree, *n)).into_iter().collect(),
            Self::FirstOf(paths) => {
                let says = |found: &Vec<usize>| found.iter().any(|n| !tree.is_blank(*n));
                paths.iter().map(|path| path.select(tree, from)).find(says).unwrap_or_default()
            }
        }
    }
}

impl Test {
    fn holds(&self, tree: &Tree<'_>, at: usize) -> bool {
        let found = self.path.select(tree, at);
        let Some((wanted, value)) = &self.is else { return !found.is_empty() };
        let is = |n: &usize| {
            tree.scalar(*n).is_some_and(|text| match value.strip_suffix('*') {
                Some(start) => text.starts_with(start),
                None => text == value,
            })
        };
        found.iter().any(is) == *wanted
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, sign: &str) -> bool {
        self.space();
        let there = self.rest().starts_with(sign);
        self.at += if there { sign.len() } else { 0 };
        there
    }

    fn expect(&mut self, sign: &str) -> Result<(), Fault> {
        if self.eat(sign) { Ok(()) } else { Err((self.at, format!("`{sign}` is missing here"))) }
    }

    fn alternatives(&mut self) -> Result<Path, Fault> {
        let mut paths = vec![self.path()?];
        while self.eat("|") {
            paths.push(self.path()?);
        }
        Ok(match <[Path; 1]>::try_from(paths) {
            Ok([path]) => path,
            Err(paths) => Path { steps: vec![Step::FirstOf(paths)] },
        })
    }

    fn path(&mut self) -> Result<Path, Fault> {
        let mut steps = Vec::new();
        self.space();
        loop {
            if self.eat("[") {
                steps.push(self.bracket()?);
            } else if steps.is_empty() || self.eat(".") {
                steps.push(self.step()?);
            } else {
                return Ok(Path { steps });
            }
        }
    }

    fn step(&mut self) -> Result<Step, Fault> {
        if self.eat("**") {
            return Ok(Step::AnyDepth);
        }
        if self.eat("*") {
            return Ok(Step::AnyKey);
        }
        if self.eat("(") {
            let path = self.alternatives()?;
            self.expect(")")?;
            return Ok(match <[Step; 1]>::try_from(path.steps) {
                Ok([Step::FirstOf(paths)]) => Step::FirstOf(paths),
                Ok([step]) => Step::FirstOf(vec![Path { steps: vec![step] }]),
                Err(steps) => Step::FirstOf(vec![Path { steps }]),
            });
        }
        self.word().map(Step::Key)
    }

    /// What stands between `[` and `]`.
    fn bracket(&mut self) -> Result<Step, Fault> {
        let step = if self.eat("?") {
            Step::Where(self.test()?)
        } else if self.rest().trim_start().starts_with(']') {
            Step::Each
        } else if self.rest().trim_start().starts_with(['\'', '"']) {
            Step::Key(self.word()?)
        } else {
            let start = self.at;
            let word = self.word()?;
            Step::Index(word.parse().map_err(|_| (start, "a number, `?` or `]` belongs here".to_owned()))?)
        };
        self.expect("]")?;
        Ok(step)
    }

    fn test(&mut self) -> Result<Test, Fault> {
        let path = self.path()?;
        let is = match () {
            () if self.eat("==") => Some((true, self.word()?)),
            () if self.eat("!=") => Some((false, self.word()?)),
            () => None,
        };
        Ok(Test { path, is })
    }

    /// A name: plain, or between quotes.
    fn word(&mut self) -> Result<String, Fault> {
        self.space();
        let rest = self.rest();
        if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"')) {
            let mut word = String::new();
            let mut chars = rest.char_indices().skip(1);
            while let Some((i, c)) = chars.next() {
                match c {
                    '\\' => word.extend(chars.next().map(|(_, c)| c)),
                    c if c == quote => {
                        self.at += i + 1;
                        return Ok(word);
                    }
                    c => word.push(c),
                }
            }
            return Err((self.at, "this quotation mark is not closed".to_owned()));
        }
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '/' | '@' | '#');
        let len = rest.find(|c: char| !plain(c)).unwrap_or(rest.len());
        if len == 0 {
            return Err((self.at, "a name belongs here".to_owned()));
        }
        self.at += len;
        Ok(rest[..len].to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Syntax;
    use crate::document::data::ROOT;
    use crate::source::Span;

    const FILE: &str = r#"{"macros": [
        {"title": "A", "actions": [{"field": "status", "value": "x"}, {"field": "comment", "value": ["all", "one"]}]},
        {"title": "B", "public": false, "actions": [{"field": "comment", "value": "two"}]},
        {"title": "C", "body_html": null, "body": "three", "a.b": "four"}
    ]}"#;

    #[test]
    fn leads_to_values() {
        let tree = Tree::parse(FILE, Span::new(0, FILE.len()), Syntax::Json).expect("JSON");
        let select = |path: &str| -> Vec<String> {
            let path = Path::parse(path).unwrap_or_else(|e| panic!("{path}: {e:?}"));
            path.select(&tree, ROOT).into_iter().map(|n| tree.path(n)).collect()
        };
        for (path, found) in [
            ("macros[].title", &["macros[0].title", "macros[1].title", "macros[2].title"][..]),
            ("macros[-1].title", &["macros[2].title"]),
            ("macros[0].title", &["macros[0].title"]),
            ("macros[7].title", &[]),
            ("**.value", &["macros[0].actions[0].value", "macros[0].actions[1].value", "macros[1].actions[0].value"]),
            (
                "macros[].actions[?field == 'comment'].(value[1] | value)",
                &["macros[0].actions[1].value[1]", "macros[1].actions[0].value"],
            ),
            ("macros[?public != 'false'].actions[?field == comment].value", &["macros[0].actions[1].value"]),
            ("macros[?actions[?field == 'sta*'].value == x].title", &["macros[0].title"]),
            ("macros[?actions].title", &["macros[0].title", "macros[1].title"]),
            ("**[?body].(body_html | body)", &["macros[2].body"]),
            ("macros[].'a.b'", &["macros[2]['a.b']"]),
            ("macros[]['a.b']", &["macros[2]['a.b']"]),
            ("macros[2].*", &["macros[2].title", "macros[2].body_html", "macros[2].body", "macros[2]['a.b']"]),
            ("nothing | macros[1].title", &["macros[1].title"]),
        ] {
            assert_eq!(select(path), found, "{path}");
        }
    }

    #[test]
    fn faults_have_a_place() {
        for (path, at, message) in [
            ("", 0, "a name belongs here"),
            ("a..b", 2, "a name belongs here"),
            ("a[x]", 2, "a number, `?` or `]` belongs here"),
            ("a[?b == ]", 8, "a name belongs here"),
            ("a['b]", 2, "this quotation mark is not closed"),
            ("(a | b", 6, "`)` is missing here"),
            ("a b", 2, "`b` cannot stand here"),
        ] {
            assert_eq!(Path::parse(path), Err((at, message.to_owned())), "{path}");
        }
    }

    #[test]
    fn finds_names_in_large_maps() {
        let many: String = (0..1000).map(|n| format!("\"k{n}\": {n}, \"twice\": \"{n}\",")).collect();
        let text = format!("{{{many} \"last\": 1}}");
        let tree = Tree::parse(&text, Span::new(0, text.len()), Syntax::Json).expect("JSON");
        let told = |path: &str| {
            let found = Path::parse(path).expect("a path").select(&tree, ROOT);
            found.iter().filter_map(|n| tree.scalar(*n)).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(told("k7"), ["7"]);
        assert_eq!(told("last"), ["1"]);
        assert_eq!(told("none"), [""; 0]);
        assert_eq!(told("twice"), (0..1000).map(|n| n.to_string()).collect::<Vec<_>>());
    }
}
