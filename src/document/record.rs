//! Replies that a data file holds, each a text of its own.

use super::data::{Fault, MAX_NAME, Quoting, Text, Tree, cut};
use super::placeholder::Foreign;
use super::profile::{Beside, Found, Markup, Profile};
use super::{Dialect, Mode, Reading, Region, Syntax, html, language, markdown, text};
use crate::mapped::Mapped;
use crate::source::{LogicalPlace, Source, Span};
use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
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
    /// What the file says beside it under the names that were asked for, in their order.
    pub told: Vec<Option<String>>,
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
    /// What stands for all else that the file holds.
    pub(super) rest: u64,
    /// What may not be meant as it is read.
    pub(super) doubts: Vec<Fault>,
}

/// A larger data file, in bytes, is not held as a tree; JSON Lines may be larger.
const MAX_DATA: usize = 64 << 20;

/// One message may stand beside many replies, and each is read in its light: together they read as much as this many files, and as
/// many bytes more.
const MAX_SHARED: usize = 4;
const MAX_SHARED_BYTES: usize = 1 << 20;

/// The fault of a larger one.
pub const TOO_LARGE: &str = "it is larger than 64 MiB";

/// The profile that counts for a span of a source.
pub(super) fn profile(
    text: &str,
    span: Span,
    syntax: Syntax,
    given: Option<&Profile>,
) -> Result<Option<Profile>, Fault> {
    Ok(Profile::for_file(given, &Tree::parse(text, span, syntax)?).map(Cow::into_owned))
}

/// Takes the replies out of a span of a source. Without a profile, the one is used that the file follows. The language is that of the
/// texts beside which the file names none.
pub(super) fn extract(source: &Source, span: Span, syntax: Syntax, reading: &Reading<'_>) -> Result<Records, Fault> {
    if span.len() > MAX_DATA && syntax != Syntax::JsonLines {
        return Err(Fault { at: span.start, message: TOO_LARGE.to_owned() });
    }
    let mut tree = Tree::parse(source.text(), span, syntax)?;
    let mut out = Records { doubts: std::mem::take(&mut tree.doubts), ..Records::default() };
    let (mut left, mut is_full) = (MAX_SHARED * span.len() + MAX_SHARED_BYTES, false);
    let Some(profile) = Profile::for_file(reading.profile, &tree) else { return Ok(out) };
    out.profile = Some(profile.name.clone());
    out.dialect = profile.dialect;
    let lang_of =
        |found: &Found| profile.beside(&tree, found.node, Beside::Lang).map(|(_, lang)| lang).or(reading.language);
    let all: Vec<_> = profile.find(&tree).into_iter().map(|found| (found, lang_of(&found))).collect();
    let untold = all.iter().filter(|(_, lang)| lang.is_none()).filter_map(|(found, _)| tree.text(found.node));
    let named_foreign =
        language::is_in_path(source.name()) && !language::is_english(untold.map(|text| text.text.text()));
    let mut read = HashSet::new();
    for (found, lang) in all {
        let Some(text) = tree.text(found.node).filter(|_| !lang.map_or(named_foreign, language::is_other)) else {
            out.foreign += 1;
            continue;
        };
        let blocks = Foreign::of(text.text.text());
        let customer = profile.beside(&tree, found.node, Beside::Customer).and_then(|(node, _)| tree.text(node));
        let shared = customer.filter(|customer| customer.text.text().len() <= left);
        if let (Some(_), None, false) = (customer, shared, is_full) {
            let at = text.text.to_source(Span::default()).start;
            let message = "too many replies answer one message; this one and others are read without it".to_owned();
            out.doubts.push(Fault { at, message });
            is_full = true;
        }
        left -= shared.map_or(0, |customer| customer.text.text().len());
        let mut record = record(source, &tree, &profile, (found, text, shared), out.records.len(), &blocks);
        record.told = reading.asked.iter().map(|asked| asked.beside(&tree, found.node)).collect();
        if lang.is_none() && record.regions.iter().any(|region| language::reads_foreign(region.text.text())) {
            out.foreign += 1;
        } else {
            out.foreign += blocks.len();
            out.records.push(record);
            read.insert(found.node);
        }
    }
    let mut rest = DefaultHasher::new();
    for number in (0..tree.len()).filter(|number| !read.contains(number)) {
        let node = tree.node(number);
        (node.parent, &node.step, tree.scalar(number)).hash(&mut rest);
    }
    out.rest = rest.finish();
    Ok(out)
}

fn record(
    source: &Source,
    tree: &Tree<'_>,
    profile: &Profile,
    (found, text, customer): (Found, &Text<'_>, Option<&Text<'_>>),
    index: usize,
    blocks: &Foreign,
) -> Record {
    let said = |what| profile.beside(tree, found.node, what).map(|(_, value)| cut(value, MAX_NAME).into_owned());
    let place = LogicalPlace {
        index,
        path: tree.path(found.node),
        shape: tree.shape(found.node, |key| profile.leads_through(key)),
        title: said(Beside::Title),
        id: said(Beside::Id),
    };
    let inner = Source::new(source.name(), text.text.text());
    let mut regions: Vec<Region<'static>> = Vec::new();
    // What stands beside the message that it answers was sent, and may hold the thread as a draft does.
    let mode = if customer.is_some() { Mode::Draft } else { Mode::Template };
    for region in regions_of(inner.text(), found.markup, mode, blocks) {
        let mut region = region.into_owned();
        if let Some(customer) = customer {
            region.customer = Some(customer.text.clone().into_owned());
            region.customer_subject = 0;
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
        told: Vec::new(),
        text: text.text.clone().into_owned(),
        quoting: text.quoting.clone(),
    }
}

/// The reply in a text. In one that stands alone, nothing is quoted from elsewhere.
fn regions_of<'t>(text: &'t str, markup: Markup, mode: Mode, blocks: &Foreign) -> Vec<Region<'t>> {
    let all = Span::new(0, text.len());
    match markup {
        Markup::Html => html::extract(text, all, mode, blocks).into_iter().collect(),
        Markup::Markdown => markdown::extract(text, all, mode, blocks),
        Markup::Text | Markup::Auto => text::extract(text, all, mode, blocks).into_iter().collect(),
    }
}

impl Record {
    /// The place in the file of a span of [`Record::source`].
    pub fn to_source(&self, span: Span) -> Span {
        self.text.to_source(span)
    }

    /// An edit of [`Record::source`], as it is written in the file; `None` where it cannot be.
    pub fn written(&self, span: Span, text: &str) -> Option<(Span, String)> {
        let mut written = text.to_owned();
        for quoting in &self.quoting {
            written = quoting.encode(&written)?;
        }
        Some((self.to_source(span), written))
    }
}
