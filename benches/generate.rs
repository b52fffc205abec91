//! Writes what figures are measured with: `cargo run --release --example generate -- --out replies.txt`.

mod replies;
mod rules;

use clap::{Parser, ValueEnum};
use replies::{Exchange, Replies};
use std::fs;
use std::path::PathBuf;

#[derive(Parser)]
struct Arguments {
    /// How many bytes of replies to write, at least.
    #[arg(long, default_value_t = 1_000_000)]
    bytes: usize,

    /// How many files to write, instead of so many bytes; or how many templates, instead of as many as the built-in rules have.
    #[arg(long)]
    count: Option<usize>,

    /// The share of replies that hold something to find, 0 to 1.
    #[arg(long, default_value_t = 0.1)]
    faults: f64,

    /// The same seed writes the same replies.
    #[arg(long, default_value_t = 7)]
    seed: u64,

    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// The file, or the folder for `files`.
    #[arg(long)]
    out: PathBuf,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// One text, with an empty line between replies.
    #[default]
    Text,
    /// JSON Lines, three in five with the customer's message.
    Jsonl,
    /// A folder with a text file for each reply.
    Files,
    /// A rule file of words that no reply holds.
    Rules,
}

fn main() -> std::io::Result<()> {
    let Arguments { bytes, count, faults, seed, format, out } = Arguments::parse();
    let mut replies = Replies::new(seed, faults);
    match format {
        Format::Text => fs::write(out, replies.text(bytes)),
        Format::Jsonl => fs::write(out, replies.json_lines(bytes)),
        Format::Files => {
            fs::create_dir_all(&out)?;
            let mut written = 0;
            for (number, Exchange { reply, .. }) in replies.enumerate() {
                if count.map_or(written >= bytes, |count| number == count) {
                    break;
                }
                written += reply.len();
                fs::write(out.join(format!("{number:05}.txt")), reply)?;
            }
            Ok(())
        }
        Format::Rules => fs::write(out, rules::rule_file(count.unwrap_or_else(rules::builtin_templates), &[])),
    }
}
