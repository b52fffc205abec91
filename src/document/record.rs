//! Replies that a data file holds, each a text of its own.

use super::data::{Fault, Quoting, Syntax, Text, Tree};
use super::profile::{Beside, Found, Markup, Profile};
use super::{Dialect, Mode, Region, html, markdown, placeholder, text};
use crate::mapped::Mapped;
use crate::source::{LogicalPlace, Source, Span};
use std::sync::Arc;

/// A text of a data file that customers read.
#[derive(Debug)]
pub struct Record {
    /// Where it stands in the file's own terms.
    pub place: Arc<LogicalPlace>,
    /// What it says, under the name of the file.
    pub source: Arc<Source>,
    /// The replies in it: one, or none where it says nothing. Places in them are places in [`Record::source`].
    pub regions: Vec<Region<'static>>,
    /// The way from there to the file.
    text: Mapped<'static>,
    quoting: Vec<Quoting>,
}

/// What a data file holds.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) records: Vec<Record>,
    /// Which profile told so.
    pub(super) profile: Option<String>,
    /// How many texts are left out because they are in another language.
    pub(super) foreign: usize,
    /// How the product writes placeholders, where that is known.
    pub(super) dialect: Option<Dialect>,
}

/// Takes the replies out of a span of a source. Without a profile, the one is used that the file follows.
pub(super) fn extract(
    source: &Source,
    span: Span,
    syntax: Syntax,
    profile: Option<&Profile>,
) -> Result<Records, Fault> {
    let tree = Tree::parse(source.text(), span, syntax)?;
    let mut out = Records::default();
    let told;
    let profile = match profile {
        Some(profile) => profile,
        None => match Profile::of(&tree) {
            Some(profile) => {
                told = profile;
                &told
            }
            None => return Ok(out),
        },
    };
    out.profile = Some(profile.name.clone());
    out.dialect = profile.dialect;
    for found in profile.find(&tree) {
        let lang = profile.beside(&tree, found.node, Beside::Lang);
        if lang.is_some_and(|(_, lang)| is_foreign(lang)) {
            out.foreign += 1;
        } else if let Some(text) = tree.text(found.node) {
            out.foreign += placeholder::foreign(text.text.text()).len();
            out.records.push(record(source, &tree, profile, found, text, out.records.len()));
        }
    }
    Ok(out)
}

fn record(source: &Source, tree: &Tree<'_>, profile: &Profile, found: Found, text: &Text<'_>, index: usize) -> Record {
    let said = |what| profile.beside(tree, found.node, what).map(|(_, value)| value.to_owned());
    let place = LogicalPlace { index, path: tree.path(found.node), title: said(Beside::Title), id: said(Beside::Id) };
    let inner = Source::new(source.name(), text.text.text());
    let customer = profile.beside(tree, found.node, Beside::Customer).and_then(|(node, _)| tree.text(node));
    let mut regions: Vec<Region<'static>> = Vec::new();
    for region in regions_of(inner.text(), found.markup) {
        let mut region = region.into_owned();
        if let Some(customer) = customer {
            region.customer = Some(customer.text.clone().into_owned());
        }
        if found.is_subject {
            region.subject = region.text.text().len();
        }
        regions.push(region);
    }
    Record {
        place: Arc::new(place),
        source: Arc::new(inner),
        regions,
        text: text.text.clone().into_owned(),
        quoting: text.quoting.clone(),
    }
}

/// The reply in a text that stands alone: nothing in it is quoted from elsewhere.
fn regions_of(text: &str, markup: Markup) -> Vec<Region<'_>> {
    let all = Span::new(0, text.len());
    match markup {
        Markup::Html => html::extract(text, all, Mode::Template).into_iter().collect(),
        Markup::Markdown => markdown::extract(text, all, Mode::Template),
        Markup::Text | Markup::Auto => text::extract(text, all, Mode::Template).into_iter().collect(),
    }
}

/// Whether a language is known not to be English: `fr`, `pt-BR`, `German`.
fn is_foreign(lang: &str) -> bool {
    let lang = lang.trim().to_lowercase();
    let named = lang.starts_with(|c: char| c.is_alphabetic());
    named && !lang.starts_with("en") && !matches!(lang.as_str(), "default" | "all" | "any" | "none" | "null")
}

impl Record {
    /// The place in the file of a span of [`Record::source`].
    pub fn to_source(&self, span: Span) -> Span {
        self.text.to_source(span)
    }

    /// Other words for a span of [`Record::source`], as they are written in the file; `None` where they cannot be.
    pub fn encode(&self, text: &str) -> Option<String> {
        let mut written = text.to_owned();
        for quoting in &self.quoting {
            written = quoting.encode(&written)?;
        }
        Some(written)
    }
}
