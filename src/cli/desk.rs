//! What is known while files are checked: of all of them, and of one.

use super::answers::Context;
use super::config_flags::{Settings, document};
use super::filters::{all_files, is_known};
use super::inputs::{Input, Inputs};
use super::paths::absolute;
use super::rule_flags::Linters;
use super::suppression_flags::{Known, audited};
use replylint::config::{Config, ForFile, Ignore};
use replylint::document::Document;
use replylint::error::Result;
use replylint::fix::Reviewer;
use replylint::linter::{Linter, MAX_FINDINGS};
use replylint::report::Checked;
use replylint::source::Source;
use replylint::suppression::{Parted, Paths, Suppression};
use std::cell::OnceCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What is said of all files: how they are read, what is known of them, the rules that they are checked with, and what may stand.
pub(super) struct Brief<'a> {
    pub(super) settings: &'a Settings,
    pub(super) context: &'a Context,
    pub(super) linters: &'a Linters,
    pub(super) suppression: &'a Suppression<'a>,
    pub(super) known: Option<&'a Known>,
}

/// What of that counts for one file.
pub(super) struct Desk<'a> {
    pub(super) brief: &'a Brief<'a>,
    pub(super) config: &'a Config,
    pub(super) says: ForFile<'a>,
    pub(super) linter: Linter,
}

impl Reviewer for Desk<'_> {
    fn read<'s>(&'s self, source: &'s Source) -> Result<Document<'s>> {
        let mut document = document(source, &self.says)?;
        self.brief.context.tell(&mut document);
        Ok(document)
    }

    fn check(&self, source: &Source, document: &Document<'_>) -> Parted {
        let findings = self.linter.check(source, document);
        if !self.brief.suppression.concerns(document) {
            return Parted { open: findings, suppressed: Vec::new() };
        }
        let at = self.brief.at(Path::new(source.name()));
        self.brief.suppression.part(&self.linter, at.paths(self.config), source, document, findings)
    }
}

impl<'a> Brief<'a> {
    /// What is known of a file.
    pub(super) fn desk(&'a self, input: &Input, source: &Source) -> Desk<'a> {
        let says = self.settings.for_file(input.config, Path::new(source.name()));
        let linter = self.linters.of(input.config, &says);
        Desk { brief: self, config: &self.settings.configs()[input.config], says, linter }
    }

    /// The configurations, the rule files and the baseline that were read.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        let known = self.known.map(|known| known.file.as_path());
        self.settings.files().chain(self.linters.files()).chain(known)
    }

    /// Where a file stands, for what is said of it there.
    pub(super) fn at(&self, file: &Path) -> At {
        At { root: absolute(file).ok(), local: self.known.and_then(|known| known.local(file)) }
    }

    /// The configurations as files of findings, where they ignore what is not there. `all` tells whether every file was read.
    pub(super) fn lapsed(&self, inputs: &Inputs, all: bool) -> Vec<Checked> {
        let checked: OnceCell<HashSet<PathBuf>> = OnceCell::new();
        let roots = || inputs.files.iter().filter_map(|file| absolute(&file.path).ok()).collect();
        let checked = |path: &Path| checked.get_or_init(roots).contains(path);
        let is_glob = |path: &str| path.contains(['*', '?', '[', '{', '\\']);
        let is_whole = |ignore: &Ignore| {
            let whole = all && inputs.hold(&ignore.folder);
            let is_checked = |path: &str| {
                let file = ignore.folder.join(path.strip_prefix("./").unwrap_or(path));
                if is_glob(path) { whole } else { checked(&file) || whole && !file.exists() }
            };
            // What is hidden or excluded may be what it is for.
            let is_baseline = |path: &Path| self.known.is_some_and(|known| known.is_at(path));
            let is_left_out =
                |path: &PathBuf| is_known(path) && ignore.concerns(path) && !checked(path) && !is_baseline(path);
            let left_out = || ignore.paths().any(is_glob) && all_files(&ignore.folder).any(|path| is_left_out(&path));
            if ignore.paths().next().is_none() { whole } else { ignore.paths().all(is_checked) && !left_out() }
        };
        let linter = |config: usize| self.linters.of(config, &self.settings.configs()[config].for_any_file());
        let lapsed = self.suppression.audit(linter, is_whole);
        lapsed.into_iter().map(|(file, findings)| audited(self.settings.source(file), findings)).collect()
    }
}

/// Where a file stands: from the root, and from the folder of the baseline.
pub(super) struct At {
    root: Option<PathBuf>,
    pub(super) local: Option<String>,
}

impl At {
    pub(super) fn paths<'p>(&'p self, config: &'p Config) -> Paths<'p> {
        Paths { config: self.root.as_ref().map(|root| (config, root.as_path())), baseline: self.local.as_deref() }
    }
}

impl Desk<'_> {
    /// What a report says of a file. What was found in it may be known already.
    pub(super) fn checked(&self, source: Source, found: Option<Parted>) -> Result<Checked> {
        let document = self.read(&source)?;
        let texts = || document.replies().map(|region| region.text.text());
        let replies = document.replies().filter(|region| region.subject < region.text.text().len()).count();
        let long = document.long_replies();
        let words = texts().map(|text| text.split_whitespace().count()).sum();
        let found = found.unwrap_or_else(|| self.check(&source, &document));
        let format = self.says.reading(&source).format.name();
        let profile = document.profile.as_ref().map(|name| format!(", profile {name}"));
        let read_as = format!("{format}{}", profile.unwrap_or_default());
        let foreign = document.foreign;
        let doubts = document.doubts.iter().map(|doubt| (source.position(doubt.at), doubt.message.clone()));
        let cut = found.cut().map(|at| (source.position(at), cut_off()));
        let doubts = doubts.chain(cut).collect();
        drop(document);
        let suppressed = found.suppressed;
        Ok(Checked { suppressed, read_as, replies, words, foreign, doubts, long, ..Checked::new(source, found.open) })
    }
}

/// Said where the last finding is that is told of a file.
fn cut_off() -> String {
    format!("no more than {MAX_FINDINGS} findings of one file are told; what comes after this one was left out")
}
