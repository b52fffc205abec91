//! What is taken out of data files, and that it is the same reply however it is wrapped.

use replylint::document::{Document, Format, Record};
use replylint::source::Source;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Each file in `tests/records` stands beside a `.out` that says what is taken out of it: `REPLYLINT_UPDATE=1 cargo test` writes it.
#[test]
fn files_of_every_product() {
    let mut files: Vec<PathBuf> =
        fs::read_dir("tests/records").expect("a folder").map(|e| e.expect("an entry").path()).collect();
    files.retain(|path| !path.to_string_lossy().ends_with(".out"));
    files.sort();
    assert!(files.len() > 20, "{files:?}");
    for path in files {
        let told = told(&path);
        let beside = PathBuf::from(format!("{}.out", path.display()));
        if std::env::var_os("REPLYLINT_UPDATE").is_some() {
            fs::write(&beside, &told).expect("written");
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        assert_eq!(told, expected, "{}", path.display());
    }
}

/// The profile of a file, then each record: its path, what it is called, and its words.
fn told(path: &Path) -> String {
    let source = Source::from_bytes(path.to_string_lossy(), fs::read(path).expect("a file")).expect("text");
    let format = Format::detect(source.name(), source.text());
    let document = match Document::read(&source, &format.into()) {
        Ok(document) => document,
        Err(fault) => return format!("fault at byte {}: {}\n", fault.at, fault.message),
    };
    let mut out = format!("profile: {}\n", document.profile.as_deref().unwrap_or("none"));
    if document.foreign > 0 {
        writeln!(out, "in other languages: {}", document.foreign).expect("a string");
    }
    for record in &document.records {
        sound(&source, record);
        writeln!(out, "\n{}", record.place).expect("a string");
        for region in &record.regions {
            let kind = if region.subject == region.text.text().len() { "subject" } else { "reply" };
            writeln!(out, "  {kind}: {:?}", region.text.text().replace('\u{fffc}', "◇")).expect("a string");
            if let Some(customer) = &region.customer {
                writeln!(out, "  customer: {:?}", customer.text()).expect("a string");
            }
        }
    }
    out
}

/// Letters and digits are written as they are in every format: wherever a word stands in a record, it stands in the file.
fn sound(source: &Source, record: &Record) {
    let text = record.source.text();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let place = record.to_source((start..start + word.len()).into());
        assert_eq!(source.slice(place), word, "in {} of {}", record.place, source.name());
    }
}
