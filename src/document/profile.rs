//! Which strings of a data file are replies.
//!
//! A [`Profile`] names them by paths. Those of well-known products are in `profiles.toml`, in the same words in which a configuration
//! describes a file of its own; which of them a file follows is told by what it holds, never by its name.

use super::Dialect;
use super::data::path::Path;
use super::data::{ROOT, Step, Tree, Value};
use std::sync::LazyLock;
use toml::de::{DeTable, DeValue};

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
    /// Keys under which the nearest map around a reply has more to say of it.
    customer: Vec<String>,
    id: Vec<String>,
    title: Vec<String>,
    lang: Vec<String>,
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

/// A text that a profile finds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) node: usize,
    pub(super) markup: Markup,
    pub(super) is_subject: bool,
}

/// The profiles that come with the program, the most telling first.
static BUILT_IN: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let table = DeTable::parse(include_str!("profiles.toml")).expect("the profiles are TOML");
    let profiles =
        table.get_ref().get("profile").and_then(|list| list.get_ref().as_array()).expect("a list of profiles");
    let read = |value: &DeValue<'_>| Profile::read(value.as_table().expect("a table")).expect("paths and names");
    profiles.iter().map(|profile| read(profile.get_ref())).collect()
});

impl Profile {
    /// The one of a well-known product.
    pub fn named(name: &str) -> Option<&'static Self> {
        BUILT_IN.iter().find(|profile| profile.name == name)
    }

    /// What those are called.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|profile| profile.name.as_str())
    }

    /// The one that a file follows.
    pub(super) fn of(tree: &Tree<'_>) -> Option<Self> {
        let known = BUILT_IN.iter().find(|p| p.has.iter().all(|path| !path.select(tree, ROOT).is_empty()));
        known.cloned().or_else(|| guess(tree))
    }

    /// Reads a table of `profiles.toml`, or one of a configuration.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn read(table: &DeTable<'_>) -> Result<Self, (std::ops::Range<usize>, String)> {
        let mut profile = Self::default();
        for (key, value) in table {
            let fault = |what: &str| Err((value.span(), format!("`{}` {what}", key.get_ref())));
            let strings =
                || strings(value.get_ref()).ok_or((value.span(), format!("`{}` is a list of strings", key.get_ref())));
            match key.get_ref().as_ref() {
                "name" => profile.name = strings()?.concat(),
                "has" => {
                    for text in strings()? {
                        profile.has.push(path(&text, value.span())?);
                    }
                }
                "reply" => profile.reply = fields(value.get_ref(), value.span())?,
                "subject" => profile.subject = fields(value.get_ref(), value.span())?,
                "customer" => profile.customer = strings()?,
                "id" => profile.id = strings()?,
                "title" => profile.title = strings()?,
                "lang" => profile.lang = strings()?,
                "dialect" => match Dialect::of(&strings()?.concat()) {
                    None => return fault("is a placeholder as the product writes it, such as `{{name}}` or `%{name}`"),
                    known => profile.dialect = known,
                },
                _ => return fault("is no key of a profile"),
            }
        }
        Ok(profile)
    }

    /// The texts that it finds in a file, in order, each once.
    pub(super) fn find(&self, tree: &Tree<'_>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for (fields, is_subject) in [(&self.reply, false), (&self.subject, true)] {
            for field in fields {
                for node in field.path.select(tree, ROOT) {
                    let says = tree.text(node).is_some_and(|text| !text.text.text().trim().is_empty());
                    if says && !found.iter().any(|f| f.node == node) {
                        found.push(Found { node, markup: field.markup.of(tree, node), is_subject });
                    }
                }
            }
        }
        let place = |f: &Found| tree.text(f.node).map(|t| t.text.to_source(crate::source::Span::default()).start);
        found.sort_by_key(place);
        found
    }

    /// What the file says of a text beside it.
    pub(super) fn beside<'t>(&self, tree: &'t Tree<'_>, node: usize, what: Beside) -> Option<(usize, &'t str)> {
        let keys = match what {
            Beside::Customer => &self.customer,
            Beside::Id => &self.id,
            Beside::Title => &self.title,
            Beside::Lang => &self.lang,
        };
        tree.ancestors(node).skip(1).find_map(|around| {
            let values = keys.iter().flat_map(|key| tree.under(around, key));
            let told = values.filter_map(|n| Some((n, tree.scalar(n)?)));
            told.into_iter().find(|(n, text)| *n != node && !text.trim().is_empty() && *text != "null")
        })
    }
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

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "text" => Self::Text,
            "markdown" => Self::Markdown,
            "html" => Self::Html,
            _ => return None,
        })
    }
}

type Fault = (std::ops::Range<usize>, String);

fn strings(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::String(text) => Some(vec![text.to_string()]),
        DeValue::Array(list) => {
            list.iter().map(|v| v.get_ref().as_str().map(ToOwned::to_owned)).collect::<Option<Vec<_>>>()
        }
        _ => None,
    }
}

fn path(text: &str, span: std::ops::Range<usize>) -> Result<Path, Fault> {
    Path::parse(text).map_err(|(at, message)| (span, format!("cannot read the path `{text}`: {message} (byte {at})")))
}

/// Paths, each alone or in a table that says how its texts are marked up.
fn fields(value: &DeValue<'_>, span: std::ops::Range<usize>) -> Result<Vec<Field>, Fault> {
    let one = |value: &DeValue<'_>, span: std::ops::Range<usize>| match value {
        DeValue::String(text) => Ok(Field { path: path(text, span)?, markup: Markup::Auto }),
        DeValue::Table(table) => {
            let text = |key: &str| table.get(key).and_then(|v| v.get_ref().as_str());
            let named = |name: &str| Markup::named(name).ok_or((span.clone(), format!("there is no markup `{name}`")));
            let markup = text("markup").map(named).transpose()?.unwrap_or_default();
            let place = text("path").ok_or((span.clone(), "a field has a `path`".to_owned()))?;
            Ok(Field { path: path(place, span.clone())?, markup })
        }
        _ => Err((span, "a field is a path or a table with one".to_owned())),
    };
    match value {
        DeValue::Array(list) => list.iter().map(|v| one(v.get_ref(), v.span())).collect(),
        value => Ok(vec![one(value, span)?]),
    }
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
    for (node, text) in tree.texts() {
        let Step::Key(key) = &tree.node(node).step else { continue };
        let bare = folded(key);
        if !REPLIES.contains(&bare.trim_end_matches("html")) {
            continue;
        }
        let words = text.text.text().split_whitespace().count();
        match names.iter_mut().find(|(name, _)| name == key) {
            Some((_, counts)) => counts.push(words),
            None => names.push((key, vec![words])),
        }
    }
    names.retain_mut(|(_, counts)| {
        counts.sort_unstable();
        counts[counts.len() / 2] >= PROSE
    });
    // `body` beside `body_html` says the same.
    let twin = |name: &str| names.iter().any(|(other, _)| folded(other) == format!("{}html", folded(name)));
    let single: Vec<&str> = names.iter().map(|(name, _)| *name).filter(|name| !twin(name)).collect();
    let [name] = single[..] else { return None };
    let key = format!("**.'{}'", name.replace('\\', "\\\\").replace('\'', "\\'"));
    let path = Path::parse(&key).ok()?;
    let keys = |wanted: &[&str]| {
        let mut keys: Vec<String> = Vec::new();
        for want in wanted {
            for (node, _) in (0..tree.len()).map(|n| (n, ())) {
                if let Step::Key(key) = &tree.node(node).step
                    && folded(key) == *want
                    && !keys.contains(&key.to_string())
                    && *key != name
                {
                    keys.push(key.to_string());
                }
            }
        }
        keys
    };
    let is_prose = |value: &Value<'_>| matches!(value, Value::Text(_));
    debug_assert!(tree.texts().all(|(n, _)| is_prose(&tree.node(n).value)), "texts are texts");
    Some(Profile {
        name: "generic".to_owned(),
        has: Vec::new(),
        reply: vec![Field { path, markup: Markup::Auto }],
        subject: Vec::new(),
        customer: keys(&CUSTOMERS),
        id: keys(&IDS),
        title: keys(&TITLES),
        lang: keys(&LANGS),
        dialect: None,
    })
}
