//! The strings of a data file, and what each is taken for.

use super::Syntax;
use super::data::{Fault, Step, Tree};
use super::profile::{Beside, Profile};
use crate::source::Span;
use std::collections::HashMap;

/// The strings of a data file.
#[derive(Debug, Default)]
pub struct Fields {
    /// Those in the same place of many records as one, in the order of the file.
    pub fields: Vec<Field>,
    /// The profile that the file follows.
    pub profile: Option<String>,
    /// The names under which the maps around replies say more of them.
    pub keys: Vec<(Role, String)>,
}

/// Strings in the same place of many records.
#[derive(Clone, Debug)]
pub struct Field {
    /// Their path in the language of configurations: `macros[].actions[].value`.
    pub path: String,
    /// How many there are.
    pub count: usize,
    /// What some of them are.
    pub role: Role,
    /// How many of them are that.
    pub of_role: usize,
    /// How many words they have, taken together.
    pub words: usize,
    /// The first that is that and says something.
    pub sample: String,
}

/// What a string is to a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Nothing: it is for the system, or for colleagues.
    Internal,
    /// It names the language.
    Lang,
    /// It names the reply.
    Title,
    /// The reply is known by it.
    Id,
    /// The customer's message.
    Customer,
    /// The subject of a mail.
    Subject,
    /// A reply.
    Reply,
}

impl Role {
    /// Its name, which is also its key in a configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Lang => "lang",
            Self::Title => "title",
            Self::Id => "id",
            Self::Customer => "customer",
            Self::Subject => "subject",
            Self::Reply => "reply",
        }
    }
}

impl Fields {
    /// Those that are taken for something, or for nothing.
    pub fn of_role(&self, role: Role) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.role == role)
    }

    /// The field with the longest strings, if those are long enough to be replies.
    pub fn longest_prose(&self) -> Option<&Field> {
        let mean = |field: &Field| field.words / field.count.max(1);
        self.fields.iter().rev().max_by_key(|field| mean(field)).filter(|field| mean(field) >= MIN_PROSE)
    }
}

/// The least words of what may be a reply.
const MIN_PROSE: usize = 4;

/// Lists the strings of a span of a source. Without a profile, the one is used that the file follows.
pub(super) fn list(source: &str, span: Span, syntax: Syntax, profile: Option<&Profile>) -> Result<Fields, Fault> {
    let tree = Tree::parse(source, span, syntax)?;
    let mut out = Fields::default();
    let mut roles: HashMap<usize, Role> = HashMap::new();
    if let Some(profile) = Profile::for_file(profile, &tree) {
        out.profile = Some(profile.name.clone());
        for found in profile.find(&tree) {
            roles.insert(found.node, if found.is_subject { Role::Subject } else { Role::Reply });
            let beside = [
                (Beside::Customer, Role::Customer),
                (Beside::Id, Role::Id),
                (Beside::Title, Role::Title),
                (Beside::Lang, Role::Lang),
            ];
            for (what, role) in beside {
                let Some((node, _)) = profile.beside(&tree, found.node, what) else { continue };
                roles.entry(node).or_insert(role);
                if let Step::Key(key) = &tree.node(node).step
                    && !out.keys.iter().any(|(of, known)| *of == role && known == key)
                {
                    out.keys.push((role, key.to_string()));
                }
            }
        }
    }
    let dictionaries = tree.dictionaries();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (node, text) in tree.texts() {
        let role = roles.get(&node).copied().unwrap_or(Role::Internal);
        let path = tree.general_path(node, &dictionaries);
        let place = *places.entry(path.clone()).or_insert(out.fields.len());
        if place == out.fields.len() {
            out.fields.push(Field { path, count: 0, role, of_role: 0, words: 0, sample: String::new() });
        }
        let field = &mut out.fields[place];
        if role > field.role {
            (field.role, field.of_role) = (role, 0);
            field.sample.clear();
        }
        field.count += 1;
        field.words += text.text.text().split_whitespace().count();
        if role == field.role {
            field.of_role += 1;
            if field.sample.is_empty() {
                field.sample = text.text.text().chars().take(MAX_SAMPLE).collect::<String>().trim().to_owned();
            }
        }
    }
    Ok(out)
}

/// How many characters of a sample are kept.
const MAX_SAMPLE: usize = 200;
