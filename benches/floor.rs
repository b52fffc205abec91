//! What no linter is quicker than, to hold figures against: a look at every byte of a file, and a search of it for as many phrases as the
//! built-in rules have. Prints MB/s, the best of five runs: `cargo run --release --example floor -- phrases replies.txt`.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use clap::Parser;
use replylint::ruleset::Ruleset;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Parser)]
enum Command {
    /// Look at every byte.
    Bytes { file: PathBuf },
    /// Find the longest phrase of each template, with an automaton over bytes.
    Phrases { file: PathBuf },
}

fn main() -> std::io::Result<()> {
    match Command::parse() {
        Command::Bytes { file } => best(&fs::read(file)?, |text| memchr::memchr_iter(b'\0', text).count()),
        Command::Phrases { file } => {
            let mut automaton = AhoCorasick::builder();
            let automaton = automaton.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(phrases());
            let automaton = automaton.map_err(std::io::Error::other)?;
            best(&fs::read(file)?, |text| automaton.find_overlapping_iter(text).count());
        }
    }
    Ok(())
}

fn best(text: &[u8], run: impl Fn(&[u8]) -> usize) {
    let seconds = (0..5).map(|_| {
        let begun = Instant::now();
        std::hint::black_box(run(text));
        begun.elapsed().as_secs_f64()
    });
    println!("{:.0}", text.len() as f64 / 1e6 / seconds.fold(f64::INFINITY, f64::min));
}

/// The longest run of plain words in each template of the built-in rule file.
fn phrases() -> Vec<String> {
    let mut phrases = Vec::new();
    let mut inside = false;
    for line in Ruleset::builtin_source().text().lines() {
        inside |= line.starts_with("match");
        if inside {
            let templates = line.split('"').skip(1).step_by(2);
            phrases.extend(templates.filter_map(|template| {
                let runs = template.split(|c: char| !c.is_ascii_lowercase() && c != ' ' && c != '\'').map(str::trim);
                runs.max_by_key(|run| run.len()).filter(|run| run.len() > 3).map(str::to_owned)
            }));
            inside = !line.trim_end().ends_with(']');
        }
    }
    phrases.sort_unstable();
    phrases.dedup();
    phrases
}
