//! A page for those who lead a team: to read, to sort, to pass on and to print. It is one file, needs no network, and says all that it
//! says without its script, which only makes tables sortable.

use super::super::html::{begin, escaped};
use super::{changed, counted, faults, grouped, mended, severities};
use crate::audit::macros::Macros;
use crate::audit::trend::{Run, Trend};
use crate::audit::{Audit, Facet, Group, OfRule, Place, Sums, Tenths, Worst};
use crate::likeness::{AtOdds, Over, Passage};
use crate::report::Count;
use crate::rule::{Applicability, Severity, capitalized};
use sha2::{Digest, Sha256};
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

const STYLE: &str = include_str!("html.css");
const SCRIPT: &str = include_str!("html.js");

/// How much of each list is shown.
const RULES: usize = 200;
const WORST: usize = 50;
const EXAMPLES: usize = 20;
const VALUES: usize = 100;
const GROUPS: usize = 40;
const PLACES: usize = 6;
/// Sentences that share less are marked nowhere: all of them differs.
const SHARED: f32 = 0.3;
/// How many bytes of a reply are shown beside another.
const MAX_PASSAGE: usize = 1_500;

pub(super) fn write(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let script = format!("; script-src 'sha256-{}'", base64(&Sha256::digest(SCRIPT)));
    begin("Audit of customer replies", STYLE, &script, out)?;
    let sections = [
        ("score", "Where you stand", standing(audit)),
        ("changes", "Earlier runs", audit.trend.as_ref().map(runs).unwrap_or_default()),
        ("wins", "Quick wins", wins(audit)),
        ("rules", "What to fix first", rules(audit)),
        ("moves", "What replies do", moves(audit)),
        ("worst", "Worst replies", worst(audit)),
        ("pairs", "Before and after", pairs(audit)),
        ("odds", "Replies that contradict each other", audit.macros.as_ref().map(at_odds).unwrap_or_default()),
        ("alike", "Replies that say nearly the same", audit.macros.as_ref().map(alike).unwrap_or_default()),
        ("by", "Breakdown", audit.facets.iter().map(facet).collect()),
        ("unchecked", "Not checked", unchecked(audit)),
    ];
    let told = || sections.iter().filter(|(.., body)| !body.is_empty());
    writeln!(out, "<header>\n<h1>Audit of customer replies</h1>\n<p>{}</p>\n</header>", of_what(audit))?;
    writeln!(out, "<nav aria-label=\"Contents\">\n<ul>")?;
    told().try_for_each(|(id, title, _)| writeln!(out, "<li><a href=\"#{id}\">{title}</a></li>"))?;
    writeln!(out, "</ul>\n</nav>\n<main>")?;
    for (id, title, body) in told() {
        writeln!(out, "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{title}</h2>")?;
        writeln!(out, "{body}</section>")?;
    }
    writeln!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>")
}

/// What was audited.
fn of_what(audit: &Audit) -> String {
    let sums = &audit.sums;
    let day = audit.trend.as_ref().map_or_else(String::new, |trend| format!(", on {}", trend.now.date));
    format!(
        "{} in {}, {}{day}.",
        counted(sums.replies, "reply", "replies"),
        counted(audit.files, "file", "files"),
        counted(sums.words, "word", "words")
    )
}

fn standing(audit: &Audit) -> String {
    let (mut out, sums) = (String::new(), &audit.sums);
    let Some(score) = sums.score() else { return "<p>There was no reply to check.</p>\n".to_owned() };
    let trend = audit.trend.as_ref().and_then(|trend| Some((trend, trend.last()?)));
    let change = |of: fn(&Run) -> Tenths| {
        trend.map_or_else(String::new, |(trend, last)| {
            let change = changed(of(&trend.now), of(last));
            format!(" <small>{} since {}</small>", escaped(&change), last.date)
        })
    };
    out.push_str("<ul class=\"sums\">\n");
    let mut sum = |class: &str, figure: &str, name: &str, change: String| {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = writeln!(out, "<li{class}><b>{figure}</b> {name}{change}</li>");
    };
    sum("headline", &score.to_string(), "mean score, of 100", change(|run| run.score));
    if let Some(used) = sums.used_score() {
        sum("", &used.to_string(), "mean score as customers met them", String::new());
    }
    sum("", &sums.density().to_string(), "findings per 1,000 words", change(Run::density));
    sum("", &format!("{} %", sums.clean_share()), "replies with no finding", change(Run::clean_share));
    for &severity in Severity::ALL.iter().rev() {
        let (count, name) = (sums.of_severity(severity), severity.word());
        let name = match severity {
            Severity::Info => "info".to_owned(),
            _ if count == 1 => name.to_owned(),
            _ => format!("{name}s"),
        };
        sum(severity.word(), &grouped(count), &name, String::new());
    }
    if sums.suppressed > 0 {
        sum("", &grouped(sums.suppressed), "suppressed", String::new());
    }
    out.push_str("</ul>\n");
    histogram(sums, &mut out);
    out
}

/// How many replies have which score, as a chart with its figures.
fn histogram(sums: &Sums, out: &mut String) {
    const HEIGHT: u64 = 120;
    let (tenths, scores) = (sums.scores.tenths(), &sums.scores);
    let most = tenths.iter().copied().max().unwrap_or_default().max(1);
    let name =
        |tenth: usize| if tenth == 9 { "90–100".to_owned() } else { format!("{}–{}", 10 * tenth, 10 * tenth + 9) };
    let _ = writeln!(
        out,
        "<figure>\n<svg class=\"histogram\" viewBox=\"0 0 600 170\" role=\"img\" aria-labelledby=\"histogram-title\">\n\
         <title id=\"histogram-title\">How many replies have which score</title>"
    );
    for (tenth, count) in tenths.into_iter().enumerate() {
        let (x, height) = (60 * tenth + 4, if count == 0 { 0 } else { (HEIGHT * count / most).max(2) });
        let (top, middle) = (140 - height, x + 26);
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{top}\" width=\"52\" height=\"{height}\" rx=\"2\"/>\
             <text x=\"{middle}\" y=\"{}\">{}</text><text class=\"axis\" x=\"{middle}\" y=\"158\">{}</text>",
            top - 6,
            grouped(count),
            name(tenth)
        );
    }
    let [low, half] = [10, 50].map(|percent| scores.percentile(percent).unwrap_or_default());
    let _ = writeln!(
        out,
        "</svg>\n<figcaption>Replies by score. The lowest tenth scores {low} or less, the median is {half}.</figcaption>\n</figure>"
    );
}

/// The runs before, and this one.
fn runs(trend: &Trend) -> String {
    let mut out = String::new();
    let Some(last) = trend.last() else { return out };
    let scores: Vec<_> = trend.scores().collect();
    let (least, most) = (scores.iter().min().map_or(0, |s| s.0), scores.iter().max().map_or(0, |s| s.0));
    // A change of less than two points is no slope.
    let (low, span) = (least.saturating_sub(20), (most - least).max(20) + 40);
    let step = 600 / (scores.len() as u64 - 1).max(1);
    let point = |(number, score): (u64, &Tenths)| (10 + number * step * 58 / 60, 60 - 50 * (score.0 - low) / span);
    let points: Vec<_> = (0..).zip(&scores).map(point).collect();
    let line: Vec<_> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    let (x, y) = points.last().copied().unwrap_or_default();
    let told: Vec<_> = scores.iter().map(ToString::to_string).collect();
    let _ = writeln!(
        out,
        "<figure>\n<svg class=\"line\" viewBox=\"0 0 600 70\" role=\"img\" aria-labelledby=\"runs-title\">\n\
         <title id=\"runs-title\">The mean score, run by run: {}</title>\n<polyline points=\"{}\"/><circle cx=\"{x}\" cy=\"{y}\" r=\"4\"/>\n\
         </svg>\n<figcaption>The mean score, run by run: {} at first, {} last time, {} now.</figcaption>\n</figure>",
        told.join(", "),
        line.join(" "),
        scores[0],
        last.score,
        trend.now.score
    );
    if trend.rules_changed() {
        out.push_str("<p>The rules changed since the last run, so a part of the change may be theirs.</p>\n");
    }
    let columns =
        [text("Day"), number("Score"), number("Findings per 1,000 words"), number("No finding, %"), number("Replies")];
    let rows = trend.before.iter().chain([&trend.now]).rev().map(|run| {
        vec![
            run.date.to_string(),
            run.score.to_string(),
            run.density().to_string(),
            run.clean_share().to_string(),
            figure(run.replies),
        ]
    });
    table("Runs, the latest first", &columns, rows, &mut out);
    out
}

fn wins(audit: &Audit) -> String {
    let mut out = String::new();
    let Some(most) = mended(audit).first().map(|of| of.safe) else { return out };
    let _ = writeln!(
        out,
        "<p>{} in {} can be mended without a change of meaning.</p>",
        counted(audit.safe.findings, "finding", "findings"),
        counted(audit.safe.replies, "reply", "replies"),
    );
    if !audit.mend.is_empty() {
        let _ = writeln!(out, "<pre><code>{}</code></pre>", escaped(&audit.mend));
    }
    if audit.risky.findings > 0 {
        let more = counted(audit.risky.findings, "more is mended", "more are mended");
        let _ =
            writeln!(out, "<p>{more} with <code>--unsafe-fixes</code>; those are to be read before they are sent.</p>");
    }
    let columns = [text("Rule"), number("Fixes"), chart()];
    let rows = mended(audit)
        .into_iter()
        .take(RULES)
        .map(|of| vec![named(of), figure(of.safe), bar(&[("accent", of.safe)], most)]);
    table("Safe fixes by rule", &columns, rows, &mut out);
    more(mended(audit).len(), RULES, "rule", &mut out);
    out
}

fn rules(audit: &Audit) -> String {
    let (mut out, rules) = (String::new(), audit.by_rule());
    let Some(most) = rules.iter().map(|of| of.findings).max() else { return out };
    let mut categories: BTreeMap<&str, [u64; Severity::ALL.len()]> = BTreeMap::new();
    for of in &rules {
        categories.entry(of.rule.category()).or_default()[of.severity as usize] += of.findings;
    }
    let mut categories: Vec<_> = categories.into_iter().collect();
    categories.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<u64>()));
    let largest = categories.first().map_or(1, |(_, counts)| counts.iter().sum());
    let columns = [text("Category"), number("Findings"), chart(), text("By severity")];
    let rows = categories.iter().map(|(name, counts)| {
        let of = |severity: Severity| counts[severity as usize];
        let parts: Vec<_> = Severity::ALL.iter().rev().map(|severity| (severity.word(), of(*severity))).collect();
        vec![escaped(name), figure(counts.iter().sum()), bar(&parts, largest), severities(of)]
    });
    table("Findings by category and severity", &columns, rows, &mut out);

    let columns =
        [text("Rule"), text("Severity"), number("Findings"), chart(), number("Replies"), number("Safe fixes")];
    let rows = rules.iter().take(RULES).map(|of| {
        let severity = of.severity.word();
        vec![
            named(of),
            format!("<span class=\"severity {severity}\" data-value=\"{}\">{severity}</span>", rank(of.severity)),
            figure(of.findings),
            bar(&[(severity, of.findings)], most),
            figure(of.replies),
            figure(of.safe),
        ]
    });
    table("Findings by rule, what costs most first", &columns, rows, &mut out);
    more(rules.len(), RULES, "rule", &mut out);
    out
}

fn moves(audit: &Audit) -> String {
    let mut out = String::new();
    if audit.moves.is_empty() {
        return out;
    }
    out.push_str("<p>What a reply should do depends on what it answers. This is how many of the replies that call for a move make it.</p>\n");
    let columns = [text("Move"), number("Share, %"), chart(), number("Made"), number("Called for")];
    let rows = audit.by_move().into_iter().map(|(name, of)| {
        vec![
            escaped(name),
            of.share().to_string(),
            bar(&[("accent", of.made)], of.asked),
            figure(of.made),
            figure(of.asked),
        ]
    });
    table("Moves, the one whose lack costs most first", &columns, rows, &mut out);
    out
}

fn worst(audit: &Audit) -> String {
    let (mut out, all) = (String::new(), audit.worst().len());
    if all == 0 {
        return out;
    }
    let weighted = audit.options.usage.is_some();
    let mut columns = vec![number("Rank"), number("Score"), number("Findings")];
    columns.extend(weighted.then(|| number("Used")));
    columns.extend([text("Reply"), text("What is wrong")]);
    let rows = audit.worst().take(WORST).enumerate().map(|(at, worst)| {
        let mut cells = vec![figure(at as u64 + 1), worst.score.to_string(), figure(worst.findings)];
        cells.extend(weighted.then(|| worst.usage.map_or_else(|| "–".to_owned(), figure)));
        cells.extend([said(worst), escaped(&faults(worst, 4))]);
        cells
    });
    let caption = if weighted { "What costs most over all uses first" } else { "The lowest score first" };
    table(caption, &columns, rows, &mut out);
    more(all, WORST, "reply", &mut out);
    out
}

/// Where one of the worst replies stands, and how it begins.
fn said(worst: &Worst) -> String {
    let excerpt = worst.excerpt.as_ref().map_or_else(String::new, |text| format!("<q>{}</q>", escaped(text)));
    let copies = match worst.copies {
        0 => String::new(),
        more => format!(", {} copies", grouped(more + 1)),
    };
    format!("{excerpt}<span class=\"place\">{}{copies}</span>", escaped(&worst.place.to_string()))
}

fn place(place: &Place) -> String {
    format!("<span class=\"place\">{}</span>", escaped(&place.to_string()))
}

fn pairs(audit: &Audit) -> String {
    let mut out = String::new();
    let rules: Vec<_> = audit.by_rule().into_iter().filter(|of| !of.pairs.is_empty()).collect();
    for of in rules.iter().take(EXAMPLES) {
        let severity = of.severity.word();
        let _ = writeln!(
            out,
            "<article class=\"{severity}\">\n<h3>{}</h3>\n<p class=\"place\"><span class=\"severity\">{severity}</span> {}</p>\n<p>{}</p>",
            escaped(&capitalized(&of.rule.title)),
            id(of),
            escaped(&of.rule.why)
        );
        for pair in &of.pairs {
            let [before, after] = apart(&pair.before, &pair.after);
            match (pair.before.is_empty(), pair.after.is_empty()) {
                (true, _) => sides(&[("To add", &after)], &mut out),
                (_, true) => sides(&[("To leave out", &before)], &mut out),
                _ => sides(&[("Before", &before), ("After", &after)], &mut out),
            }
            let safe = if pair.applicability == Applicability::Safe { ", a safe fix" } else { "" };
            let _ = writeln!(out, "<p class=\"place\">{}{safe}</p>", escaped(&pair.place));
        }
        out.push_str("</article>\n");
    }
    more(rules.len(), EXAMPLES, "rule", &mut out);
    out
}

/// Two texts with the words marked that differ.
fn apart(before: &str, after: &str) -> [String; 2] {
    let diff = TextDiff::from_words(before, after);
    if diff.ratio() < SHARED {
        return [escaped(before), escaped(after)];
    }
    let mut sides = [String::new(), String::new()];
    let mut open = [false, false];
    for change in diff.iter_all_changes() {
        let at: &[usize] = match change.tag() {
            ChangeTag::Equal => &[0, 1],
            ChangeTag::Delete => &[0],
            ChangeTag::Insert => &[1],
        };
        for &at in at {
            let differs = change.tag() != ChangeTag::Equal;
            if differs != open[at] {
                sides[at].push_str(if differs { "<mark>" } else { "</mark>" });
                open[at] = differs;
            }
            sides[at].push_str(&escaped(change.value()));
        }
    }
    for (side, open) in sides.iter_mut().zip(open) {
        side.push_str(if open { "</mark>" } else { "" });
    }
    sides
}

fn at_odds(macros: &Macros) -> String {
    let mut out = String::new();
    let all = &macros.found.at_odds;
    if all.is_empty() {
        return out;
    }
    out.push_str(
        "<p>The same sentence with different figures, or once with a “not”. A customer may be told either.</p>\n",
    );
    for odds in all.iter().take(GROUPS) {
        article(&odds_title(odds), &mut out);
        out.push_str("<div class=\"sides\">\n");
        for side in &odds.sides {
            let count = counted(side.replies.len() as u64, "reply", "replies");
            let (said, places) = (quoted(&passage(&side.sentence)), places(macros, &side.replies));
            let _ = writeln!(out, "<div>\n<h4>{count}</h4>\n{said}{places}</div>");
        }
        out.push_str("</div>\n</article>\n");
    }
    more(all.len(), GROUPS, "contradiction", &mut out);
    out
}

fn odds_title(odds: &AtOdds) -> String {
    match odds.over {
        Over::Denial => "Once it is so, once it is not".to_owned(),
        Over::Figure => format!("{} figures for one thing", odds.sides.len()),
    }
}

fn alike(macros: &Macros) -> String {
    let mut out = String::new();
    let (all, found) = (&macros.found.alike, &macros.found);
    for alike in all.iter().take(GROUPS) {
        let count = counted(alike.replies.len() as u64, "reply", "replies");
        let title = match alike.percent {
            100 => format!("{count} in the same words"),
            percent => format!("{count} that share {percent} % or more of their words"),
        };
        article(&title, &mut out);
        let [one, other] = &alike.pair;
        match one.marks.is_empty() && other.marks.is_empty() {
            true => out.push_str(&quoted(&passage(one))),
            false => sides(&[("One", &passage(one)), ("Another", &passage(other))], &mut out),
        }
        let _ = writeln!(out, "{}</article>", places(macros, &alike.replies));
    }
    more(all.len(), GROUPS, "group", &mut out);
    if macros.sent > 0 && !out.is_empty() {
        let sent = counted(macros.sent, "reply was sent to someone and was", "replies were sent to someone and were");
        let _ = writeln!(out, "<p>{sent} not compared.</p>");
    }
    if found.left_out > 0 {
        let _ = writeln!(
            out,
            "<p>The first {} were compared with each other; {} were not.</p>",
            counted(found.compared as u64, "reply", "replies"),
            grouped(found.left_out as u64)
        );
    }
    out
}

fn article(title: &str, out: &mut String) {
    let _ = writeln!(out, "<article>\n<h3>{title}</h3>");
}

/// Texts with their titles, one beside the other where there is room.
fn sides(sides: &[(&str, &str)], out: &mut String) {
    out.push_str("<div class=\"sides\">\n");
    for (title, html) in sides {
        let _ = writeln!(out, "<div>\n<h4>{title}</h4>\n{}</div>", quoted(html));
    }
    out.push_str("</div>\n");
}

/// A text that is quoted; nothing of one that is not to be shown.
fn quoted(html: &str) -> String {
    if html.is_empty() { String::new() } else { format!("<blockquote>{html}</blockquote>\n") }
}

/// A passage with what differs marked.
fn passage(passage: &Passage) -> String {
    let text = &passage.text;
    // A long one is shown from a little before what differs.
    let from = passage.marks.first().map_or(0, |mark| mark.start.saturating_sub(MAX_PASSAGE / 5));
    let until = from + MAX_PASSAGE;
    let (start, end) = match text.len() <= MAX_PASSAGE {
        true => (0, text.len()),
        false => (text.ceil_char_boundary(from), text.ceil_char_boundary(until)),
    };
    let mut html = String::from(if start > 0 { "… " } else { "" });
    let mut at = start;
    for mark in passage.marks.iter().filter(|mark| start <= mark.start && mark.end <= end) {
        let _ = write!(html, "{}<mark>{}</mark>", lines(&text[at..mark.start]), lines(&text[mark.range()]));
        at = mark.end;
    }
    html.push_str(&lines(&text[at..end]));
    html.push_str(if end < text.len() { " …" } else { "" });
    html
}

/// A text in its lines, of which blank ones are left out.
fn lines(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        html.push_str(if number > 0 && !html.ends_with('\n') { "\n" } else { "" });
        html.push_str(&escaped(line));
    }
    html
}

/// Where some of these replies stand.
fn places(macros: &Macros, replies: &[usize]) -> String {
    let mut out = String::from("<ul class=\"places\">\n");
    for reply in replies.iter().take(PLACES).filter_map(|reply| macros.place(*reply)) {
        let _ = writeln!(out, "<li>{}</li>", place(reply));
    }
    if let more @ 1.. = replies.len().saturating_sub(PLACES) {
        let _ = writeln!(out, "<li class=\"place\">and {} more</li>", grouped(more as u64));
    }
    out.push_str("</ul>\n");
    out
}

fn facet(facet: &Facet) -> String {
    let (mut out, (values, rest)) = (String::new(), facet.top(VALUES));
    let name = escaped(&facet.name);
    let columns = [
        text(&name),
        number("Replies"),
        number("Score"),
        chart(),
        number("Findings per 1,000 words"),
        number("No finding, %"),
        text("Most often"),
    ];
    let row = |name: &str, group: &Group| {
        let score = group.sums.score();
        vec![
            escaped(name),
            figure(group.sums.replies),
            score.map_or_else(|| "–".to_owned(), |score| score.to_string()),
            bar(&[("accent", score.unwrap_or_default().0)], 1_000),
            group.sums.density().to_string(),
            group.sums.clean_share().to_string(),
            group.top_rule().map_or_else(String::new, |(rule, _)| format!("<code>{}</code>", escaped(rule))),
        ]
    };
    let mut rows: Vec<_> = values.into_iter().map(|(value, group)| row(value.unwrap_or("(none)"), group)).collect();
    if rest.sums.replies > 0 {
        rows.push(row("(others)", &rest));
    }
    table(&format!("By {name}"), &columns, rows.into_iter(), &mut out);
    out
}

fn unchecked(audit: &Audit) -> String {
    let mut out = String::new();
    let (unchecked, reasons) = (&audit.unchecked, audit.unchecked.reasons());
    if reasons.is_empty() {
        return out;
    }
    out.push_str("<ul>\n");
    reasons.iter().for_each(|reason| {
        let _ = writeln!(out, "<li>{}</li>", escaped(reason));
    });
    out.push_str("</ul>\n");
    let errors = unchecked.errors.iter().map(ToString::to_string);
    let empty = unchecked.empty.iter().map(|name| format!("{name}: no reply"));
    let told: Vec<_> = errors.chain(unchecked.faults.iter().cloned()).chain(empty).collect();
    if !told.is_empty() {
        out.push_str("<ul class=\"places\">\n");
        told.iter().take(GROUPS).for_each(|fault| {
            let _ = writeln!(out, "<li class=\"place\">{}</li>", escaped(fault));
        });
        out.push_str("</ul>\n");
        more(told.len(), GROUPS, "file", &mut out);
    }
    out
}

/// A column of a table.
struct Column<'t> {
    title: &'t str,
    class: &'t str,
}

fn text(title: &str) -> Column<'_> {
    Column { title, class: "" }
}

fn number(title: &str) -> Column<'_> {
    Column { title, class: "number" }
}

/// A column of bars, whose figures stand beside them.
fn chart() -> Column<'static> {
    Column { title: "", class: "chart" }
}

/// A table that the script makes sortable. Cells are HTML; those of numbers may hold commas.
fn table(caption: &str, columns: &[Column<'_>], rows: impl Iterator<Item = Vec<String>>, out: &mut String) {
    let _ =
        writeln!(out, "<div class=\"wide\">\n<table class=\"sortable\">\n<caption>{caption}</caption>\n<thead>\n<tr>");
    for Column { title, class } in columns {
        let _ = match *class {
            "chart" => writeln!(out, "<td class=\"chart\"></td>"),
            "" => writeln!(out, "<th scope=\"col\">{title}</th>"),
            class => writeln!(out, "<th scope=\"col\" class=\"{class}\">{title}</th>"),
        };
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (cell, Column { class, .. }) in row.iter().zip(columns) {
            let _ = match *class {
                "" => write!(out, "<td>{cell}</td>"),
                "number" if cell.contains(',') => {
                    write!(out, "<td class=\"number\" data-value=\"{}\">{cell}</td>", cell.replace(',', ""))
                }
                class => write!(out, "<td class=\"{class}\">{cell}</td>"),
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}

fn figure(number: u64) -> String {
    grouped(number)
}

/// A bar of parts, each in the colour of its class, as long as they are of the whole.
fn bar(parts: &[(&str, u64)], whole: u64) -> String {
    let mut out = String::from("<svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    let (mut before, whole) = (0, whole.max(1));
    for (class, part) in parts.iter().filter(|(_, part)| *part > 0) {
        let end = before + part;
        let [x, right] = [before, end].map(|at| Tenths::percent(at, whole));
        let width = Tenths(right.0.saturating_sub(x.0).max(5));
        let _ = write!(out, "<rect class=\"{class}\" x=\"{x}\" width=\"{width}\" height=\"8\"/>");
        before = end;
    }
    out.push_str("</svg>");
    out
}

/// Where a severity stands, the gravest first.
fn rank(severity: Severity) -> usize {
    Severity::Error as usize - severity as usize
}

/// What a rule finds, and its name.
fn named(of: &OfRule) -> String {
    format!("{}<br>{}", escaped(&capitalized(&of.rule.title)), id(of))
}

fn id(of: &OfRule) -> String {
    format!("<code>{}</code>", escaped(&of.rule.id))
}

fn more(all: usize, shown: usize, noun: &'static str, out: &mut String) {
    if let more @ 1.. = all.saturating_sub(shown) {
        let _ = writeln!(out, "<p>{} not shown.</p>", Count(more, noun));
    }
}

/// Bytes in the letters of Base64.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(three.get(at).copied().unwrap_or_default()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{MAX_PASSAGE, base64, passage};
    use crate::likeness::Passage;
    use crate::source::Span;

    #[test]
    fn a_long_reply_is_shown_around_what_differs() {
        let text = format!("{}3 days{}", "é\n<".repeat(MAX_PASSAGE), "ü".repeat(MAX_PASSAGE));
        let at = 4 * MAX_PASSAGE;
        let html = passage(&Passage { reply: 0, text, marks: vec![Span::new(at, at + 6)] });
        assert!(html.starts_with("… ") && html.contains("&lt;<mark>3 days</mark>ü") && html.ends_with("ü …"), "{html}");
        let short = Passage { reply: 0, text: "a\n\n\nb".to_owned(), marks: Vec::new() };
        assert_eq!(passage(&short), "a\nb");
    }

    #[test]
    fn base64_is_that_of_everyone() {
        for (bytes, told) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), told);
        }
    }
}
