//! `[[source]]` tables: which files are read how.

use super::globs;
use crate::document::profile::Profile;
use crate::document::{Fields, Format, Mode, Reading, Role};
use crate::source::Source;
use crate::toml_file::{Keys, Place, Reader, Value, quoted, similar};
use globset::GlobMatcher;

/// A `[[source]]` table: files, and how they are read.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) globs: Vec<GlobMatcher>,
    /// How they are written; without it, name and content tell.
    format: Option<Format>,
    mode: Mode,
    /// Where the replies stand in data files; without it, what a file holds tells.
    profile: Option<Profile>,
    /// Its keys, and where they stand.
    pub(super) given: Vec<super::Given>,
}

/// The profile of a source that spells out its own.
const SPELLED_OUT: &str = "custom";

impl Files {
    /// How to read one of them.
    pub(super) fn reading(&self, source: &Source) -> Reading<'_> {
        let format = self.format.unwrap_or_else(|| Format::detect(source.name(), source.text()));
        Reading { mode: self.mode, profile: self.profile.as_ref(), ..format.into() }
    }

    pub(super) fn read(reader: &mut Reader<'_, '_>, place: Place, mut keys: Keys<'_>) -> Self {
        const MODES: &[(&str, Mode)] = &[("draft", Mode::Draft), ("template", Mode::Template)];
        let given = super::given(reader, &keys, "source.");
        let globs = globs(reader, place, &mut keys, "source");
        let fields = ["profile", "reply", "subject", "customer", "id", "title", "lang"];
        let fields: Vec<_> = fields.into_iter().filter_map(|key| Some((key, keys.place(key)?))).collect();
        let drafts = keys.place("mode");

        let format = keys.take("format").and_then(|v| named(reader, v, "format", Format::named, Format::names()));
        let mode = keys.take("mode").and_then(|v| reader.word(v, MODES)).unwrap_or_default();
        let base = keys.take("profile").and_then(|v| named(reader, v, "profile", Profile::named, Profile::names()));
        let base = base.cloned().unwrap_or_else(|| Profile::empty(SPELLED_OUT));
        let profile = base.with(reader, &mut keys);
        reader.finish(keys, "a source");

        let is_data = format.map(Format::is_data);
        let finds = fields.iter().any(|(key, _)| matches!(*key, "profile" | "reply" | "subject"));
        match (fields.first(), drafts) {
            (Some((key, place)), _) if is_data == Some(false) => {
                reader.problem(*place, format!("`{key}` is for data files; all of a text is a reply"));
            }
            (Some((key, place)), _) if !finds => {
                reader.problem(*place, format!("`{key}` stands beside replies; name those with `reply` or `profile`"));
            }
            (_, Some(place)) if mode == Mode::Draft && is_data == Some(true) => {
                reader.problem(place, "what a data file holds are templates, never a draft");
            }
            _ => {}
        }
        Self { globs, format, mode, profile: finds.then_some(profile), given }
    }
}

/// A `[[source]]` table that reads a file as its strings are taken; where none was taken for a reply, as the longest are.
pub fn suggest(file: &str, fields: &Fields) -> Option<String> {
    let mut out = format!("[[source]]\nfiles = {}\n", list(&[globset::escape(file)]));
    if let Some(name) = fields.profile.as_deref().filter(|name| Profile::named(name).is_some()) {
        return Some(out + &format!("profile = {}\n", quoted(name)));
    }
    let paths = |role| fields.of_role(role).map(|field| field.path.clone()).collect();
    let keys = |role| fields.keys.iter().filter(|(of, _)| *of == role).map(|(_, key)| key.clone()).collect();
    let mut replies: Vec<String> = paths(Role::Reply);
    if replies.is_empty() {
        replies.push(fields.longest_prose()?.path.clone());
    }
    let lines: [(_, Vec<String>); 6] = [
        (Role::Reply, replies),
        (Role::Subject, paths(Role::Subject)),
        (Role::Customer, keys(Role::Customer)),
        (Role::Id, keys(Role::Id)),
        (Role::Title, keys(Role::Title)),
        (Role::Lang, keys(Role::Lang)),
    ];
    for (role, names) in lines.iter().filter(|(_, names)| !names.is_empty()) {
        out += &format!("{} = {}\n", role.word(), list(names));
    }
    Some(out)
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// What a value names, or the problem that there is nothing of this name.
fn named<T>(
    reader: &mut Reader<'_, '_>,
    value: &Value<'_>,
    what: &str,
    find: impl Fn(&str) -> Option<T>,
    names: impl Iterator<Item = &'static str> + Clone,
) -> Option<T> {
    let name = reader.string(value)?;
    let found = find(&name.text);
    if found.is_none() {
        let near = match similar(&name.text, names.clone()) {
            near if near.is_empty() => format!("; there are {}", names.collect::<Vec<_>>().join(", ")),
            near => near,
        };
        reader.problem(name.place, format!("there is no {what} `{}`{near}", name.text));
    }
    found
}
