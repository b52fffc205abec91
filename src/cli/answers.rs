//! The flags that say what a draft answers, of what kind it is, and what it is sent over.

use super::{STDIN, read};
use clap::Args as Flags;
use replylint::config::mistyped;
use replylint::document::{Document, Known};
use replylint::error::{Error, Result, nearest};
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use std::path::{Path, PathBuf};

/// What drafts answer.
#[derive(Debug, Flags)]
pub(super) struct Answers {
    /// The customer's message that the drafts answer. It is taken into account, not checked
    #[arg(long, value_name = "FILE")]
    customer: Option<PathBuf>,
    /// What kind of reply the drafts are, where it should not be told from the message: complaint, question, request …
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// What the drafts are sent over, for rules that ask: chat, email, social …
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
}

/// The same, read.
pub(super) struct Context {
    customer: Option<Source>,
    kind: Option<String>,
    channel: Option<String>,
}

impl Answers {
    /// Whether the customer's message is read from standard input.
    pub(super) fn read_stdin(&self) -> bool {
        self.customer.as_deref().is_some_and(|path| path.as_os_str() == STDIN)
    }

    /// The file that holds the customer's message, if one does.
    pub(super) fn file(&self) -> Option<&Path> {
        self.customer.as_deref()
    }

    /// Reads the message, and makes sure that there is such a kind and that the channel is not mistyped.
    pub(super) fn context(&self, ruleset: &Ruleset) -> Result<Context> {
        if let Some(kind) = &self.kind {
            known(ruleset, kind)?;
        }
        if let Some((channel, near)) = self.channel.as_ref().and_then(|own| Some((own, mistyped(ruleset, own)?))) {
            return Err(Error::new(format!("no rule asks about a channel `{channel}`"))
                .hint(format!("a similar name exists: `{near}`")));
        }
        let customer = self.customer.as_deref().map(|path: &Path| read(path)).transpose()?;
        Ok(Context { customer, kind: self.kind.clone(), channel: self.channel.clone() })
    }
}

impl Context {
    /// Says it of every reply in a document. It takes the place of what the draft itself says.
    pub(super) fn tell<'s>(&'s self, document: &mut Document<'s>) {
        document.tell(Known {
            customer: self.customer.as_ref().map(Source::text),
            kind: self.kind.as_deref(),
            channel: self.channel.as_deref(),
        });
    }
}

/// Makes sure that there is a kind of this name.
pub(super) fn known(ruleset: &Ruleset, kind: &str) -> Result<()> {
    if ruleset.kinds().any(|name| name == kind) {
        return Ok(());
    }
    let error = Error::new(format!("there is no kind of reply `{kind}`"));
    Err(match nearest(kind, ruleset.kinds()) {
        Some(name) => error.hint(format!("a similar name exists: `{name}`")),
        None => error.hint(format!("the kinds are: {}", ruleset.kinds().collect::<Vec<_>>().join(", "))),
    })
}
