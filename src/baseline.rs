//! The baseline: what was found on the day that it was made, and is left alone until somebody mends it.
//!
//! It is a TOML file with one entry on each line, sorted, so that branches which change different files merge.

use crate::finding::{Finding, Fingerprint, Problems};
use crate::source::Source;
use crate::toml_file::{self, Keys, Place, Reader, quoted};
use std::collections::{BTreeMap, BTreeSet};

/// What a baseline is called where nobody says otherwise.
pub const NAME: &str = "replylint-baseline.toml";

/// The version of its form.
const VERSION: u32 = 1;

/// What a baseline holds: by file and rule, how often each finding was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    files: BTreeMap<String, Allowance>,
    /// Those of the files that are no longer there.
    gone: BTreeSet<String>,
    /// What stood in these: the most of each finding that one of them had.
    moved: Allowance,
}

/// Findings by rule and fingerprint, and how many of each.
pub type Allowance = BTreeMap<(String, Fingerprint), usize>;

/// What is left of the findings that a baseline lets stand in a file.
#[derive(Debug)]
pub struct Tally<'b> {
    allowed: &'b Allowance,
    used: Allowance,
}

impl Tally<'_> {
    /// Whether the next finding of the file stands.
    pub fn stands(&mut self, finding: &Finding) -> bool {
        let key = (finding.rule.id.to_string(), finding.fingerprint);
        let most = self.allowed.get(&key).copied().unwrap_or_default();
        let used = self.used.entry(key).or_default();
        *used += 1;
        *used <= most
    }
}

impl Baseline {
    /// Reads one.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(source: &Source) -> Result<Self, Vec<Problems>> {
        let mut problems = Vec::new();
        let mut out = Self::default();
        if let Some(root) = toml_file::parse(source, 0, &mut problems) {
            let mut reader = Reader { source, file: 0, problems: &mut problems };
            let mut keys = reader.keys(root.get_ref());
            let start = Place { file: 0, start: 0, end: 0 };
            let place = keys.place("version").unwrap_or(start);
            match keys.take("version").map(|value| reader.number(value)) {
                None => reader.problem(start, "a baseline needs `version`"),
                Some(Some(version)) if version != VERSION => {
                    reader.problem(place, format!("this program reads version {VERSION} of baselines"));
                }
                Some(_) => {}
            }
            for (place, keys) in reader.list(keys.take("findings")) {
                out.entry(&mut reader, place, keys);
            }
            reader.finish(keys, "a baseline");
        }
        match problems.is_empty() {
            true => Ok(out),
            false => Err(Problems::of(problems, "baseline", "fault in a baseline")),
        }
    }

    fn entry(&mut self, reader: &mut Reader<'_, '_>, place: Place, mut keys: Keys<'_>) {
        let before = reader.problems.len();
        let mut text = |reader: &mut Reader<'_, '_>, key| keys.take(key).and_then(|value| reader.string(value));
        let (path, rule) = (text(reader, "path"), text(reader, "rule"));
        let print = text(reader, "fingerprint").and_then(|literal| {
            let digits = literal.text.len() == 16 && literal.text.bytes().all(|b| b.is_ascii_hexdigit());
            let print = u64::from_str_radix(&literal.text, 16).ok().filter(|_| digits);
            if print.is_none() {
                reader.problem(literal.place, "a fingerprint is 16 hexadecimal digits");
            }
            print.map(Fingerprint)
        });
        let count = match keys.take("count") {
            Some(value) => reader.number(value),
            None => Some(1),
        };
        reader.finish(keys, "an entry");
        match (path, rule, print, count) {
            (Some(path), Some(rule), Some(print), Some(count)) => {
                *self.files.entry(path.text).or_default().entry((rule.text, print)).or_default() += count as usize;
            }
            _ if reader.problems.len() == before => {
                reader.problem(place, "an entry needs `path`, `rule` and `fingerprint`");
            }
            _ => {}
        }
    }

    /// Adds a finding in a file. `path` leads to it from the folder of the baseline, with `/` between its parts.
    pub fn add(&mut self, path: &str, finding: &Finding) {
        let key = (finding.rule.id.to_string(), finding.fingerprint);
        *self.files.entry(path.to_owned()).or_default().entry(key).or_default() += 1;
    }

    /// Takes note of which of its files are no longer there.
    #[must_use]
    pub fn with_gone(mut self, is_gone: impl Fn(&str) -> bool) -> Self {
        self.gone = self.files.keys().filter(|path| is_gone(path)).cloned().collect();
        self.moved = Allowance::new();
        for (key, count) in self.gone.iter().filter_map(|path| self.files.get(path)).flatten() {
            let most = self.moved.entry(key.clone()).or_default();
            *most = (*most).max(*count);
        }
        self
    }

    /// What may stand in a file.
    ///
    /// A file that the baseline does not know may be one that it knew by another name. What stood in files that are gone may stand in
    /// each such file, as often as it stood in one of them; so the answer hangs on the file alone, and not on which is asked about first.
    pub fn allows(&self, path: &str) -> &Allowance {
        self.files.get(path).unwrap_or(&self.moved)
    }

    /// The same, counted down as findings of the file are asked about.
    pub fn tally(&self, path: &str) -> Tally<'_> {
        Tally { allowed: self.allows(path), used: Allowance::new() }
    }

    /// The files, and what it holds of each.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Allowance)> {
        self.files.iter().map(|(path, held)| (path.as_str(), held))
    }

    /// Those of its files that are no longer there.
    pub fn gone(&self) -> impl Iterator<Item = &str> {
        self.gone.iter().map(String::as_str)
    }

    /// How many findings it holds.
    pub fn count(&self) -> usize {
        self.files.values().flat_map(BTreeMap::values).sum()
    }

    /// The same with what was found in some files in the place of what it holds of them, as far as their rules were tried. A file that it
    /// does not know is taken in where all those that are gone were among them: then nothing is held under two names.
    #[must_use]
    pub fn renewed(mut self, seen: &BTreeSet<String>, found: &Self, tried: impl Fn(&str) -> bool) -> Self {
        let moves = self.gone.is_subset(seen);
        for (path, held) in found.files.iter().filter(|_| moves) {
            self.files.entry(path.clone()).or_insert_with(|| held.clone());
        }
        for path in seen {
            let Some(held) = self.files.get_mut(path) else { continue };
            held.retain(|(rule, _), _| !tried(rule));
            held.extend(found.files.get(path).cloned().unwrap_or_default());
        }
        self.files.retain(|_, held| !held.is_empty());
        let gone = std::mem::take(&mut self.gone);
        self.with_gone(|path| gone.contains(path))
    }

    /// How many of its findings another does not hold, in whichever file.
    pub fn lost(&self, other: &Self) -> usize {
        let sums = |baseline: &Self| {
            let mut sums = Allowance::new();
            for (key, count) in baseline.files.values().flatten() {
                *sums.entry(key.clone()).or_default() += count;
            }
            sums
        };
        let left = sums(other);
        let lost = |(key, count): (_, usize)| count.saturating_sub(left.get(&key).copied().unwrap_or_default());
        sums(self).into_iter().map(lost).sum()
    }

    /// The file.
    pub fn to_toml(&self) -> String {
        let mut out = format!(
            "# Findings that are left alone until somebody mends them; `replylint baseline` writes this file.\n\
             version = {VERSION}\nfindings = [\n"
        );
        for (path, held) in &self.files {
            for ((rule, print), count) in held {
                let (path, rule, print) = (quoted(path), quoted(rule), quoted(&print.to_string()));
                let keys = format!("path = {path}, rule = {rule}, fingerprint = {print}, count = {count}");
                out.extend(["  { ", &keys, " },\n"]);
            }
        }
        out + "]\n"
    }
}
