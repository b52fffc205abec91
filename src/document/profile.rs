//! Which strings of a data file are replies.
//!
//! A [`Profile`] names them by paths. Those of well-known products are in `profiles.toml`, in the same words in which a configuration
//! describes a file of its own; which of them a file follows is told by what it holds, never by its name.

use super::Dialect;
use super::data::path::Path;
use super::data::{MAX_NAME, ROOT, Step, Tree, cut};
use crate::source::{Source, Span};
use crate::toml_file::{self, Keys, Literal, Problem, Reader, Value};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Where replies stand in data files of a kind, and what stands beside them.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// What it is called: `zendesk-macros`.
    pub name: String,
    /// What a file holds that follows it: one of each group.
    has: Vec<Path>,
    /// What customers read.
    reply: Vec<Field>,
    /// Subjects of mails, and other lines that are no replies by themselves.
    subject: Vec<Field>,
    /// What is said of a reply: where these lead from the nearest map around it from which they lead anywhere.
    customer: Vec<Path>,
    id: Vec<Path>,
    title: Vec<Path>,
    lang: Vec<Path>,
    /// How the product writes placeholders: `{{name}}`.
    pub(super) dialect: Option<Dialect>,
}

/// Where texts stand, and how they are marked up.
#[derive(Clone, Debug)]
struct Field {
    path: Path,
    markup: Markup,
}

/// How a text in a data file is marked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Markup {
    /// HTML where it holds tags, else plain text.
    #[default]
    Auto,
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
}

/// What the profile is called that is made for a file of no known product.
const GUESSED: &str = "generic";

/// A text that a profile finds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) node: usize,
    pub(super) markup: Markup,
    pub(super) is_subject: bool,
}

/// The profiles that come with the program, the most telling first.
static BUILT_IN: LazyLock<Vec<Profile>> = LazyLock::new(|| built_in(&mut Vec::new()));

fn built_in(problems: &mut Vec<Problem>) -> Vec<Profile> {
    let source = Source::new("profiles.toml", include_str!("profiles.toml"));
    let Some(root) = toml_file::parse(&source, 0, problems) else { return Vec::new() };
    let mut reader = Reader { source: &source, file: 0, problems };
    let mut keys = reader.keys(root.get_ref());
    let mut profiles = Vec::new();
    for (_, mut keys) in reader.list(keys.take("profile")) {
        let name = keys.take("name").and_then(|v| reader.string(v)).map(|name| name.text).unwrap_or_default();
        let has = keys.take("has").map(|v| reader.strings(v)).unwrap_or_default();
        let has = has.iter().filter_map(|text| path(&mut reader, text)).collect();
        let profile = Profile { name, has, ..Profile::default() }.with(&mut reader, &mut keys);
        reader.finish(keys, "a profile");
        profiles.push(profile);
    }
    reader.finish(keys, "the file of profiles");
    profiles
}

impl Profile {
    /// The one of a well-known product.
    pub fn named(name: &str) -> Option<&'static Self> {
        BUILT_IN.iter().find(|profile| profile.name == name)
    }

    /// What those are called.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        BUILT_IN.iter().map(|profile| profile.name.as_str())
    }

    /// That of records for which nothing else tells: the reply is in `reply`, the customer's message in `customer`.
    pub fn of_records() -> Self {
        let reply = vec![Field { path: Path::key("reply").anywhere(), markup: Markup::Auto }];
        let (customer, id) = (vec![Path::key("customer")], vec![Path::key("id")]);
        Self { name: "records".to_owned(), reply, customer, id, ..Self::default() }
    }

    /// One that finds nothing yet.
    pub(crate) fn empty(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The one that counts for a file: the one that is given, else the one that the file follows.
    pub(super) fn for_file<'p>(given: Option<&'p Self>, tree: &Tree<'_>) -> Option<Cow<'p, Self>> {
        let follows = |p: &&Self| p.has.iter().all(|path| !path.select(tree, ROOT).is_empty());
        let known = given.or_else(|| BUILT_IN.iter().find(follows)).map(Cow::Borrowed);
        known.or_else(|| guess(tree).map(Cow::Owned))
    }

    /// The same, with what the keys of a table say instead: one of `profiles.toml`, or one of a configuration.
    pub(crate) fn with(mut self, reader: &mut Reader<'_, '_>, keys: &mut Keys<'_>) -> Self {
        for (key, of) in [("reply", &mut self.reply), ("subject", &mut self.subject)] {
            if let Some(value) = keys.take(key) {
                *of = fields(reader, value);
            }
        }
        let paths = [
            ("customer", &mut self.customer),
            ("id", &mut self.id),
            ("title", &mut self.title),
            ("lang", &mut self.lang),
        ];
        for (key, of) in paths {
            if let Some(value) = keys.take(key) {
                *of = reader.strings(value).iter().filter_map(|text| beside(reader, text)).collect();
            }
        }
        if let Some(text) = keys.take("dialect").and_then(|value| reader.string(value)) {
            self.dialect = Dialect::of(&text.text);
            if self.dialect.is_none() {
                let message = "this is a placeholder as the product writes it, such as `{{name}}` or `%{name}`";
                reader.problem(text.place, message);
            }
        }
        self
    }

    /// The texts that it finds in a file, in order, each once.
    pub(super) fn find(&self, tree: &Tree<'_>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut seen = HashSet::new();
        for (fields, is_subject) in [(&self.reply, false), (&self.subject, true)] {
            for field in fields {
                for node in field.path.select(tree, ROOT) {
                    let says = tree.text(node).is_some_and(|text| !text.text.text().trim().is_empty());
                    if says && seen.insert(node) {
                        found.push(Found { node, markup: field.markup.of(tree, node), is_subject });
                    }
                }
            }
        }
        let place = |f: &Found| tree.text(f.node).map(|t| t.text.to_source(Span::default()).start);
        found.sort_by_key(place);
        found
    }

    /// Whether a key is one of those on the way to replies that it names, and no stranger's.
    pub(super) fn leads_through(&self, key: &str) -> bool {
        self.reply.iter().chain(&self.subject).any(|field| field.path.leads_through(key))
    }

    /// What the file says of a text beside it.
    pub(super) fn beside<'t>(&self, tree: &'t Tree<'_>, node: usize, what: Beside) -> Option<(usize, &'t str)> {
        let paths = match what {
            Beside::Customer => &self.customer,
            Beside::Id => &self.id,
            Beside::Title => &self.title,
            Beside::Lang => &self.lang,
        };
        nearest(tree, node, paths)
    }

    /// The same, with replies and customers' messages under other names: each a key, or a path as a configuration has it.
    ///
    /// # Errors
    /// When a path cannot be read.
    pub fn with_fields(self, reply: Option<&str>, customer: Option<&str>) -> Result<Self, String> {
        let reply = match reply {
            Some(name) => vec![Field { path: Asked::named(name)?.path.anywhere(), markup: Markup::Auto }],
            None => self.reply,
        };
        let customer = match customer {
            Some(name) => vec![Asked::named(name)?.path],
            None => self.customer,
        };
        Ok(Self { reply, customer, ..self })
    }
}

/// What paths lead to from the nearest map around a text from which they lead anywhere.
fn nearest<'t>(tree: &'t Tree<'_>, node: usize, paths: &[Path]) -> Option<(usize, &'t str)> {
    let mut maps = tree.ancestors(node).skip(1).filter(|n| tree.is_map(*n));
    maps.find_map(|around| {
        let values = paths.iter().flat_map(|path| path.select(tree, around));
        let mut told = values.filter_map(|n| Some((n, tree.scalar(n)?)));
        told.find(|(n, _)| *n != node && !tree.is_blank(*n))
    })
}

/// What else is to be told of replies: what stands beside them in a data file, or in front matter, under a name.
#[derive(Clone, Debug)]
pub struct Asked {
    name: String,
    path: Path,
}

impl Asked {
    /// What stands under a key, or where a path leads from the nearest map around the reply.
    ///
    /// # Errors
    /// When the path cannot be read.
    pub fn named(name: &str) -> Result<Self, String> {
        let path = if is_path(name) { Path::parse(name).map_err(|(_, fault)| fault)? } else { Path::key(name) };
        Ok(Self { name: name.to_owned(), path })
    }

    /// What is asked for, as it was named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a file says beside a text, if it says anything.
    pub(super) fn beside(&self, tree: &Tree<'_>, node: usize) -> Option<String> {
        nearest(tree, node, std::slice::from_ref(&self.path)).map(|(_, value)| cut(value, MAX_NAME).into_owned())
    }
}

/// Whether a name is a path. That of a column may hold spaces.
fn is_path(name: &str) -> bool {
    name.contains(['[', '*', '(', '|', '.', '\''])
}

/// What may stand beside a text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Beside {
    Customer,
    Id,
    Title,
    Lang,
}

impl Markup {
    /// What it comes to for one text.
    fn of(self, tree: &Tree<'_>, node: usize) -> Self {
        let html = |node: usize| {
            let key = matches!(&tree.node(node).step, Step::Key(key) if key.ends_with("html"));
            key || tree.text(node).is_some_and(|text| super::html::is_html(text.text.text()))
        };
        match self {
            Self::Auto if html(node) => Self::Html,
            Self::Auto => Self::Text,
            known => known,
        }
    }
}

/// Reads a path.
fn path(reader: &mut Reader<'_, '_>, text: &Literal) -> Option<Path> {
    match Path::parse(&text.text) {
        Ok(path) => Some(path),
        Err((at, message)) => {
            let len = text.text[at..].chars().next().map_or(0, char::len_utf8);
            reader.problem(text.part(at..at + len), format!("cannot read this path: {message}"));
            None
        }
    }
}

/// The path of what stands beside a reply. The name of a column may hold spaces.
fn beside(reader: &mut Reader<'_, '_>, text: &Literal) -> Option<Path> {
    if is_path(&text.text) { path(reader, text) } else { Some(Path::key(&text.text)) }
}

/// Paths, each alone or in a table that says how its texts are marked up.
fn fields(reader: &mut Reader<'_, '_>, value: &Value<'_>) -> Vec<Field> {
    const MARKUPS: &[(&str, Markup)] =
        &[("auto", Markup::Auto), ("text", Markup::Text), ("markdown", Markup::Markdown), ("html", Markup::Html)];
    let Some(items) = value.get_ref().as_array() else {
        reader.wrong(value, "a list of paths");
        return Vec::new();
    };
    let mut out = Vec::new();
    for item in items.iter() {
        let (place, markup) = match item.get_ref().as_table() {
            Some(table) => {
                let mut keys = reader.keys(table);
                let place = keys.take("path").and_then(|v| reader.string(v));
                let markup = keys.take("markup").and_then(|v| reader.word(v, MARKUPS));
                reader.finish(keys, "a field");
                if place.is_none() {
                    reader.problem(reader.place(item.span()), "this field needs `path`");
                }
                (place, markup)
            }
            None => (reader.string(item), None),
        };
        let path = place.and_then(|text| path(reader, &text)).map(Path::anywhere);
        out.extend(path.map(|path| Field { path, markup: markup.unwrap_or_default() }));
    }
    out
}

/// Names under which replies stand in files that follow no known profile.
#[rustfmt::skip]
const REPLIES: [&str; 21] = [
    "reply", "replies", "response", "answer", "body", "content", "text", "message", "macro", "template", "snippet",
    "cannedresponse", "agentreply", "draft", "output", "completion", "comment", "replytext", "messagetext",
    "bodytext", "responsetext",
];
const CUSTOMERS: [&str; 9] =
    ["question", "customer", "customermessage", "ticket", "inbound", "user", "input", "prompt", "query"];
const IDS: [&str; 6] = ["id", "ticketid", "macroid", "key", "shortcode", "slug"];
const TITLES: [&str; 5] = ["title", "name", "label", "subject", "category"];
const LANGS: [&str; 3] = ["language", "locale", "lang"];

/// The least words that the texts under a name have in the middle, if they are to be replies.
const PROSE: usize = 4;

/// A profile for a file of one's own: the one name that replies go by, under which there is prose.
fn guess(tree: &Tree<'_>) -> Option<Profile> {
    let folded = |key: &str| key.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let mut names: Vec<(&str, Vec<usize>)> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (node, text) in tree.texts() {
        let Step::Key(key) = &tree.node(node).step else { continue };
        let bare = folded(key);
        if !REPLIES.contains(&bare.trim_end_matches("html")) {
            continue;
        }
        let words = text.text.text().split_whitespace().count();
        let at = *known.entry(key).or_insert(names.len());
        match names.get_mut(at) {
            Some((_, counts)) => counts.push(words),
            None => names.push((key, vec![words])),
        }
    }
    names.retain_mut(|(_, counts)| {
        counts.sort_unstable();
        counts[counts.len() / 2] >= PROSE
    });
    // `body` beside `body_html` says the same.
    let all_folded: HashSet<String> = names.iter().map(|(name, _)| folded(name)).collect();
    let twin = |name: &str| all_folded.contains(&format!("{}html", folded(name)));
    let single: Vec<&str> = names.iter().map(|(name, _)| *name).filter(|name| !twin(name)).collect();
    let [name] = single[..] else { return None };
    let path = Path::all_sent(name);
    let mut all: Vec<&str> = Vec::new();
    let mut seen = HashSet::new();
    for node in 0..tree.len() {
        if let Step::Key(key) = &tree.node(node).step
            && *key != name
            && seen.insert(key.as_ref())
        {
            all.push(key);
        }
    }
    let keys = |wanted: &[&str]| -> Vec<Path> {
        let of =
            |want: &&str| all.iter().copied().filter(|key| folded(key) == *want).map(Path::key).collect::<Vec<_>>();
        wanted.iter().flat_map(of).collect()
    };
    Some(Profile {
        name: GUESSED.to_owned(),
        reply: vec![Field { path, markup: Markup::Auto }],
        customer: keys(&CUSTOMERS),
        id: keys(&IDS),
        title: keys(&TITLES),
        lang: keys(&LANGS),
        ..Profile::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profiles_can_be_read() {
        let mut problems = Vec::new();
        assert!(built_in(&mut problems).len() > 20);
        assert!(problems.is_empty(), "{problems:?}");
    }
}
