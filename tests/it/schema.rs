//! The JSON Schemas of configurations and rule files say what their readers say.

use replylint::config::{self, Layer};
use replylint::output::wire;
use replylint::ruleset::{self, file};
use replylint::source::Source;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// What a reader and its schema say of a text; nothing where it is no TOML.
fn verdicts(is_rules: bool, schema: &jsonschema::Validator, text: &str) -> Option<(bool, bool)> {
    let (source, mut problems) = (Source::new("x", text), Vec::new());
    if is_rules {
        file::read(&source, 0, &mut problems);
    } else {
        Layer::read(&source, 0, Path::new("/"), &mut problems);
    }
    Some((problems.is_empty(), schema.is_valid(&wire::toml(text)?)))
}

fn validator(schema: &str) -> (Value, jsonschema::Validator) {
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    assert!(jsonschema::meta::is_valid(&schema), "a schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    (schema, validator)
}

/// The files below a folder with an extension.
fn files(folder: &Path, extension: &str, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, extension, out);
        } else if path.extension().is_some_and(|own| own == extension) {
            out.push(path);
        }
    }
}

#[test]
fn files_that_are_read_are_valid() {
    let (configs, rules) = (validator(config::SCHEMA).1, validator(ruleset::SCHEMA).1);
    let mut texts = vec![("rules.toml".to_owned(), fs::read_to_string("rules.toml").expect("the rules"))];
    let mut paths = Vec::new();
    for folder in fs::read_dir("tests/cli").expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if folder.is_dir() {
            files(&folder, "toml", &mut paths);
        }
    }
    texts.extend(paths.iter().map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap_or_default())));
    for page in ["docs/configuration.md", "docs/rule-files.md"] {
        let page = fs::read_to_string(page).expect("a page");
        let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        texts.extend(blocks.map(|block| (block.to_owned(), block.to_owned())));
    }
    let (mut as_config, mut as_rules) = (0, 0);
    for (name, text) in &texts {
        for (is_rules, schema, count) in [(false, &configs, &mut as_config), (true, &rules, &mut as_rules)] {
            let Some((read, valid)) = verdicts(is_rules, schema, text) else { continue };
            assert_eq!(read, valid, "{name}, as a {}", if is_rules { "rule file" } else { "configuration" });
            *count += usize::from(valid);
        }
    }
    assert!(as_config > 8 && as_rules > 5, "{as_config} configurations, {as_rules} rule files");
}

#[test]
fn no_key_takes_any_value() {
    // Where a table stands, by its title, and what else it needs.
    let tables: &[(bool, &str, &str)] = &[
        (false, "a configuration", ""),
        (false, "a source", "[[source]]\nfiles = []\n"),
        (false, "a field", "[[source]]\nfiles = []\n[[source.reply]]\npath = 'a'\n"),
        (false, "an override", "[[override]]\nfiles = []\n"),
        (false, "an ignore", "[[ignore]]\nrule = 'a'\nreason = 'b'\n"),
        (true, "a rule file", ""),
        (true, "a rule", "[rules.a.b]\n"),
        (true, "a template table", "[[rules.a.b.match]]\nmatch = 'a'\n"),
        (true, "a condition", "[rules.a.b.when]\n"),
        (true, "a guard", "[guards.a]\nwhere = 'near'\nmatch = ['a']\n"),
        (true, "a kind of reply", "[kinds.a]\n"),
        (true, "a limit", "[rules.a.b.limit]\nof = 'words'\nmax = 1\n"),
        (true, "a repeat", "[rules.a.b.repeat]\nof = 'word'\n"),
        (true, "a requirement", "[rules.a.b.require]\nmatch = ['a']\n"),
        (true, "an order", "[rules.a.b.order]\nof = ['a']\nafter = ['b']\n"),
        (true, "examples", "[rules.a.b.examples]\n"),
        (true, "advice", "[[advice]]\narticle = 'a'\n"),
        (true, "a piece of advice", "[[advice]]\narticle = 'a'\n[[advice.rows]]\nquote = 'a'\nuntold = 'b'\n"),
    ];
    for (is_rules, schema) in [(false, config::SCHEMA), (true, ruleset::SCHEMA)] {
        let (schema, validator) = validator(schema);
        let mut titled = Vec::new();
        collect(&schema, &mut titled);
        for (title, keys) in titled {
            let (.., lead) = tables.iter().find(|(of, name, _)| (*of, *name) == (is_rules, title)).expect(title);
            assert_eq!(verdicts(is_rules, &validator, lead), Some((true, true)), "{lead}");
            for key in keys.keys().map(String::as_str).chain(["unknown"]) {
                let is_other = |line: &&str| !line.starts_with(&format!("{key} ="));
                let lead: Vec<_> = lead.lines().filter(is_other).collect();
                let text = format!("{}\n{key} = [[[]]]\n", lead.join("\n"));
                assert_eq!(verdicts(is_rules, &validator, &text), Some((false, false)), "{text}");
            }
        }
    }
}

/// The tables of a schema: their titles and keys.
fn collect<'v>(of: &'v Value, out: &mut Vec<(&'v str, &'v serde_json::Map<String, Value>)>) {
    if let (Some(title), Some(keys)) = (of["title"].as_str(), of["properties"].as_object()) {
        out.push((title, keys));
        assert!(keys.values().all(described), "each key of {title} says what it is for");
    }
    of.as_object().into_iter().flat_map(|map| map.values()).for_each(|inner| collect(inner, out));
    of.as_array().into_iter().flatten().for_each(|inner| collect(inner, out));
}

/// Whether a key says what it is for, or what it stands for does.
fn described(key: &Value) -> bool {
    key["description"].is_string() || key["$ref"].is_string()
}
