//! Data files read by a profile and by paths of one's own, and the list of their strings.

#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint::document::profile::Profile;
use replylint::document::{Asked, Document, Format, Reading};
use replylint_fuzz::{chosen, sound};

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, source)) = chosen(bytes) else { return };
    // A line before the file may be a path that leads to replies.
    let (path, text) = source.text().split_once('\n').unwrap_or(("", source.text()));
    let formats: Vec<Format> = Format::names().filter_map(Format::named).filter(|format| format.is_data()).collect();
    let format = formats[choice % formats.len()];
    let given = match choice / formats.len() % 3 {
        0 => None,
        1 => Profile::of_records().with_fields(Some(path), Some("customer")).ok(),
        _ => Profile::names().nth(text.len() % Profile::names().count()).and_then(Profile::named).cloned(),
    };
    let asked: Vec<Asked> = [path, "team", "meta.*"].into_iter().filter_map(|name| Asked::named(name).ok()).collect();
    let source = replylint::source::Source::new("x", text);
    let reading = Reading { profile: given.as_ref(), asked: &asked, ..format.into() };
    let read = sound::read(&source, &reading).is_some();
    assert_eq!(Document::fields(&source, &reading).is_ok(), read);
    assert_eq!(Document::profile(&source, &reading).is_ok(), read);
});
