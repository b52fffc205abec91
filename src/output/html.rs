//! A page for those who lead a team: the sums, the rules, the files, and each finding with its words marked. It needs no scripts and
//! no network.

use super::view::{self, View};
use super::{Out, Writer, safe, terminal};
use crate::report::{Checked, Summary};
use crate::rule::{Severity, capitalized};
use crate::source::{Source, Span};
use std::fmt::Write as _;
use std::io::{self, Write};

/// What all pages look like.
const BASE: &str = include_str!("base.css");
const STYLE: &str = include_str!("html.css");

/// Begins a page that needs no network: its title, its looks, and what it may run.
pub(super) fn begin(title: &str, style: &str, scripts: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'{scripts}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n\
         <style>\n{BASE}{style}</style>\n</head>\n<body>",
        escaped(title)
    )
}

pub(super) struct Html<'w> {
    /// For each file with findings, its name and how many it has.
    files: Vec<(String, usize)>,
    /// The sections of the files so far.
    sections: String,
    out: Out<'w>,
}

impl<'w> Html<'w> {
    pub(super) fn new(out: Out<'w>) -> Self {
        Self { files: Vec::new(), sections: String::new(), out }
    }
}

impl Writer for Html<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        if checked.findings.is_empty() {
            return Ok(());
        }
        let name = escaped(checked.source.name());
        let number = self.files.len() + 1;
        let _ = writeln!(self.sections, "<section id=\"file-{number}\">\n<h2>{name}</h2>");
        for view in view::open(checked) {
            finding(&view, &mut self.sections);
        }
        self.sections.push_str("</section>\n");
        self.files.push((name, checked.findings.len()));
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let out = &mut self.out;
        begin("replylint", STYLE, "", out)?;
        writeln!(out, "<h1>Customer replies</h1>\n<p>{}</p>", escaped(&summary.to_string()))?;
        sums(summary, out)?;
        let rules = summary
            .by_rule()
            .into_iter()
            .map(|(rule, count)| (format!("<code>{}</code> {}", escaped(&rule.id), escaped(&rule.title)), count));
        table("By rule", rules.collect(), out)?;
        let files = self.files.iter().enumerate();
        let mut files: Vec<_> =
            files.map(|(i, (name, count))| (format!("<a href=\"#file-{}\">{name}</a>", i + 1), *count)).collect();
        files.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        table("By file", files, out)?;
        out.write_all(self.sections.as_bytes())?;
        writeln!(out, "</body>\n</html>")?;
        out.flush()
    }
}

/// The sums, each with its name.
fn sums(summary: &Summary, out: &mut Out<'_>) -> io::Result<()> {
    let of = |severity| summary.of_severity(severity);
    let sums = [
        ("", summary.files, "file"),
        ("", summary.replies, "draft"),
        ("", summary.words, "word"),
        ("error", of(Severity::Error), "error"),
        ("warning", of(Severity::Warning), "warning"),
        ("info", of(Severity::Info), "piece of advice"),
        ("", summary.suppressed, "suppressed"),
    ];
    writeln!(out, "<ul class=\"sums\">")?;
    for (class, count, noun) in sums {
        let noun = match (noun, count) {
            ("suppressed", _) | (_, 1) => noun.to_owned(),
            ("piece of advice", _) => "pieces of advice".to_owned(),
            _ => format!("{noun}s"),
        };
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        writeln!(out, "<li{class}><b>{count}</b> {noun}</li>")?;
    }
    writeln!(out, "</ul>")
}

/// A table of names and counts, each count with a bar as long as its part of the largest.
fn table(title: &str, rows: Vec<(String, usize)>, out: &mut Out<'_>) -> io::Result<()> {
    let Some(most) = rows.iter().map(|(_, count)| *count).max() else { return Ok(()) };
    writeln!(out, "<h2>{title}</h2>\n<table>")?;
    for (name, count) in rows {
        let width = 100 * count / most.max(1);
        writeln!(out, "<tr><td>{count}</td><td><i style=\"width:{width}%\"></i></td><th>{name}</th></tr>")?;
    }
    writeln!(out, "</table>")
}

fn finding(view: &View<'_>, out: &mut String) {
    let finding = view.finding;
    let (severity, rule) = (finding.severity, escaped(&finding.rule.id));
    let _ = writeln!(
        out,
        "<article class=\"{severity}\">\n<h3><span>{severity}</span> {}</h3>\n<p class=\"place\">{}:{} <code>{rule}</code>{}</p>",
        escaped(&capitalized(&finding.message)),
        view.start.line,
        view.start.column,
        view.place().map_or_else(String::new, |place| format!(" {}", escaped(&place.to_string()))),
    );
    let (read, source) = view.read();
    if !source.is_redacted() {
        let _ = writeln!(out, "<blockquote>{}</blockquote>", marked(source, read.span));
    }
    if !finding.rule.why.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", escaped(&finding.rule.why));
    }
    let rewrites: Vec<_> = view.rewrites().collect();
    if !rewrites.is_empty() {
        out.push_str("<ul class=\"rewrites\">\n");
        for rewrite in rewrites {
            let _ = writeln!(out, "<li>{} <small>{}</small></li>", escaped(rewrite.told()), rewrite.applicability);
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</article>\n");
}

/// The sentence in which something was found, with the words marked; where something is missing, a sign stands in its place.
fn marked(source: &Source, span: Span) -> String {
    let around = terminal::sentence(source, span);
    let text = |start: usize, end: usize| escaped(source.slice(Span::new(start, end)));
    let (start, end) = (span.start.max(around.start), span.end.min(around.end));
    let found = if span.is_empty() { "‸".to_owned() } else { text(start, end) };
    format!("{}<mark>{found}</mark>{}", text(around.start, start), text(end, around.end))
}

/// A text in which nothing is markup, and which changes the direction of none around it.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
