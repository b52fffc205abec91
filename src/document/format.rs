//! Which format a source is in: told by its name, and where that says nothing by how it begins.

use super::data::separated;
use super::{email, front_matter};

/// How a source is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text, chat, and e-mail drafts as a mail program shows them.
    Text,
    /// Markdown, with front matter.
    Markdown,
    /// HTML.
    Html,
    /// An e-mail with its headers.
    Email,
    /// A file of many strings, of which some are replies.
    Data(Syntax),
}

/// How a data file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// JSON; comments and trailing commas may stand in it.
    Json,
    /// One JSON value a line.
    JsonLines,
    /// YAML, of one document or of several.
    Yaml,
    /// A table with commas, semicolons or the like between its cells.
    Csv,
    /// A table with tabs between its cells.
    Tsv,
    /// XML.
    Xml,
    /// A catalogue of translations as gettext keeps it.
    Gettext,
    /// TOML.
    Toml,
    /// Plain text with several replies, parted by lines such as `--- title ---`.
    Separated,
}

/// All formats: what each is called, and the extensions that name it.
const KNOWN: [(Format, &str, &[&str]); 13] = [
    (Format::Text, "text", &["txt", "text"]),
    (Format::Markdown, "markdown", &["md", "markdown", "mdown", "mkd"]),
    (Format::Html, "html", &["html", "htm", "xhtml"]),
    (Format::Email, "email", &["eml"]),
    (Format::Data(Syntax::Json), "json", &["json", "json5", "jsonc"]),
    (Format::Data(Syntax::JsonLines), "jsonl", &["jsonl", "ndjson"]),
    (Format::Data(Syntax::Yaml), "yaml", &["yaml", "yml"]),
    (Format::Data(Syntax::Csv), "csv", &["csv"]),
    (Format::Data(Syntax::Tsv), "tsv", &["tsv", "tab"]),
    (Format::Data(Syntax::Xml), "xml", &["xml"]),
    (Format::Data(Syntax::Gettext), "po", &["po", "pot"]),
    (Format::Data(Syntax::Toml), "toml", &["toml"]),
    (Format::Data(Syntax::Separated), "separated", &[]),
];

/// What template engines add to a name that also says what the template makes.
const TEMPLATES: &[&str] =
    &[".j2", ".jinja", ".jinja2", ".liquid", ".erb", ".hbs", ".handlebars", ".mustache", ".tmpl", ".tt"];

impl Format {
    /// The format that a file's name, and where that does not tell its beginning, says.
    pub fn detect(name: &str, text: &str) -> Self {
        let mut name = name.to_ascii_lowercase();
        if let Some(inner) = TEMPLATES.iter().find_map(|t| name.strip_suffix(t)) {
            name.truncate(inner.len());
        }
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let text = text.trim_start_matches('\u{feff}');
        match Self::of_extension(extension).unwrap_or_else(|| Self::sniff(text.trim_start())) {
            Self::Text | Self::Markdown if separated::is_separated(&text[front_matter(text)..]) => {
                Self::Data(Syntax::Separated)
            }
            format => format,
        }
    }

    /// Whether a file of this name in a folder is taken for a text with replies. TOML found there is settings as a rule.
    pub fn is_known(name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let inner = TEMPLATES.iter().find_map(|t| name.strip_suffix(t));
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        inner.is_some() || Self::of_extension(extension).is_some_and(|format| format != Self::Data(Syntax::Toml))
    }

    /// The one of this name, or of this extension.
    pub fn named(name: &str) -> Option<Self> {
        let called = KNOWN.iter().find(|(_, called, _)| *called == name);
        called.map(|(format, ..)| *format).or_else(|| Self::of_extension(name))
    }

    /// What formats are called.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        KNOWN.iter().map(|(_, name, _)| *name)
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        KNOWN.iter().find(|(format, ..)| *format == self).map_or("", |(_, name, _)| name)
    }

    /// Whether it holds many strings, of which some are replies.
    pub fn is_data(self) -> bool {
        matches!(self, Self::Data(_))
    }

    fn of_extension(extension: &str) -> Option<Self> {
        KNOWN.iter().find(|(.., extensions)| extensions.contains(&extension)).map(|(format, ..)| *format)
    }

    fn sniff(text: &str) -> Self {
        let begins = |starts: &[&str]| {
            starts.iter().any(|s| text.as_bytes().get(..s.len()).is_some_and(|t| t.eq_ignore_ascii_case(s.as_bytes())))
        };
        // What a reply may well begin with is left alone: `[Name]`, `{{name}}`.
        let keyed = |text: &str| after(text, '{').is_some_and(|inside| inside.starts_with('"'));
        if keyed(text) {
            let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
            let one_a_line = first.trim_end().ends_with('}') && rest.trim_start().starts_with('{');
            Self::Data(if one_a_line { Syntax::JsonLines } else { Syntax::Json })
        } else if after(text, '[').is_some_and(keyed) {
            Self::Data(Syntax::Json)
        } else if begins(&["<?xml"]) {
            // A web page may be XML too.
            let html = text.get(..2000).unwrap_or(text).to_ascii_lowercase();
            if html.contains("<html") { Self::Html } else { Self::Data(Syntax::Xml) }
        } else if begins(&["<!doctype html", "<html", "<body", "<div", "<p>", "<p "]) {
            Self::Html
        } else if email::is_message(text) {
            Self::Email
        } else {
            Self::Text
        }
    }
}

/// What follows a sign that a text begins with, and white space.
fn after(text: &str, sign: char) -> Option<&str> {
    text.strip_prefix(sign).map(str::trim_start)
}
