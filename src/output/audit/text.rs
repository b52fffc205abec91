//! A screen that says where a team stands, and what to fix first.

use super::{changed, counted, faults, grouped, mended, severities, times};
use crate::audit::trend::Trend;
use crate::audit::{Audit, Facet, Group, Sums, Tenths};
use crate::output::{Style, safe};
use crate::rule::Severity;
use std::fmt::Write as _;
use std::io::{self, Write};

/// How much of each list is shown.
const RULES: usize = 8;
const EXAMPLES: usize = 3;
const MOVES: usize = 5;
const WORST: usize = 5;
const FIXES: usize = 4;
const VALUES: usize = 10;

/// How wide bars are.
const BAR: usize = 24;

pub(super) fn write(audit: &Audit, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let page = Page { audit, style };
    page.standing(&mut text);
    if audit.sums.replies > 0 {
        page.rules(&mut text);
        page.moves(&mut text);
        page.worst(&mut text);
        page.fixes(&mut text);
        audit.facets.iter().for_each(|facet| page.facet(facet, &mut text));
    }
    page.unchecked(&mut text);
    out.write_all(text.as_bytes())
}

struct Page<'a> {
    audit: &'a Audit,
    style: Style,
}

impl Page<'_> {
    fn title(&self, title: &str, out: &mut String) {
        let (bold, end) = if self.style.color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        let _ = writeln!(out, "{}{bold}{title}{end}", if out.is_empty() { "" } else { "\n" });
    }

    /// A text in the colour of a severity.
    fn tinted(&self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Error => "31",
            Severity::Warning => "33",
            Severity::Info => "36",
        };
        if self.style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A bar for a part of a whole. What is more than nothing can be seen.
    fn bar(&self, part: u64, whole: u64) -> String {
        let length = (u128::from(part) * BAR as u128).div_ceil(u128::from(whole.max(1))) as usize;
        if self.style.unicode { "█".repeat(length) } else { "#".repeat(length) }
    }

    /// Text that fits the width.
    fn cut(&self, text: &str, used: usize) -> String {
        let text = safe(text);
        let room = self.style.width.saturating_sub(used).max(20);
        if text.chars().count() <= room {
            return text;
        }
        let sign = if self.style.unicode { "…" } else { "..." };
        let kept: String = text.chars().take(room - sign.chars().count()).collect();
        format!("{}{sign}", kept.trim_end())
    }

    fn standing(&self, out: &mut String) {
        let sums = &self.audit.sums;
        self.title("Where you stand", out);
        let _ = writeln!(
            out,
            "  {} in {}, {}",
            counted(sums.replies, "reply", "replies"),
            counted(self.audit.files, "file", "files"),
            counted(sums.words, "word", "words")
        );
        let Some(score) = sums.score() else { return };
        let _ = write!(out, "  score {score} of 100 on average");
        if let (Some(median), Some(low)) = (sums.scores.percentile(50), sums.scores.percentile(10)) {
            let _ = write!(out, "; median {median}, the lowest tenth {low} or less");
        }
        out.push('\n');
        if let Some(used) = sums.used_score() {
            let _ = writeln!(out, "  score {used} as customers met them, over {}", counted(sums.used, "use", "uses"));
        }
        let _ = write!(out, "  {} findings per 1,000 words", sums.density());
        if sums.findings() > 0 {
            let _ = write!(out, ": {}", severities(|severity| sums.of_severity(severity)));
        }
        if sums.suppressed > 0 {
            let _ = write!(out, "; {} suppressed", grouped(sums.suppressed));
        }
        let _ = writeln!(out, "\n  {} % of replies have no finding", sums.clean_share());
        if let Some(trend) = &self.audit.trend {
            self.trend(trend, out);
        }
        out.push('\n');
        let bands = [80..=100, 60..=79, 40..=59, 20..=39, 0..=19];
        let counts = bands.clone().map(|band| sums.scores.within(band));
        let most = counts.iter().copied().max().unwrap_or_default();
        let width = counts.iter().map(|count| grouped(*count).len()).max().unwrap_or_default();
        for (band, count) in bands.iter().zip(counts) {
            let (name, share) = (format!("{}-{}", band.start(), band.end()), Tenths::percent(count, sums.replies));
            let count_text = grouped(count);
            let bar = self.bar(count, most);
            let line = format!("  score {name:>6}  {count_text:>width$}  {share:>5} %  {bar}");
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }

    fn trend(&self, trend: &Trend, out: &mut String) {
        let Some(last) = trend.last() else {
            out.push_str("  the first run of this history\n");
            return;
        };
        let _ = writeln!(
            out,
            "  since {}: score {}, findings per 1,000 words {}, replies with no finding {}",
            last.date,
            changed(trend.now.score, last.score),
            changed(trend.now.density(), last.density()),
            changed(trend.now.clean_share(), last.clean_share()),
        );
        if trend.rules_changed() {
            out.push_str("  the rules changed since then, so a part of this may be theirs\n");
        }
        let scores: Vec<Tenths> = trend.scores().collect();
        let _ = match self.style.unicode {
            true => writeln!(out, "  score by run: {}  {}", sparkline(&scores), trend.now.score),
            false => {
                let shown = scores.iter().skip(scores.len().saturating_sub(8)).map(ToString::to_string);
                writeln!(out, "  score by run: {}", shown.collect::<Vec<_>>().join(" -> "))
            }
        };
    }

    fn rules(&self, out: &mut String) {
        let rules = self.audit.by_rule();
        if rules.is_empty() {
            return;
        }
        self.title("What to fix first", out);
        let shown = &rules[..rules.len().min(RULES)];
        let id = shown.iter().map(|of| of.rule.id.chars().count()).max().unwrap_or_default();
        let width = shown.iter().map(|of| grouped(of.findings).len()).max().unwrap_or_default();
        let mut examples = 0;
        for of in shown {
            let severity = self.tinted(of.severity, &format!("{:7}", of.severity.word()));
            let count = grouped(of.findings);
            let lead = 2 + width + 2 + 7 + 2 + id + 2;
            let title = self.cut(&of.rule.title, lead);
            let _ = writeln!(out, "  {count:>width$}  {severity}  {:id$}  {title}", safe(&of.rule.id));
            let Some(pair) = of.pairs.first().filter(|_| examples < EXAMPLES) else { continue };
            examples += 1;
            let indent = " ".repeat(width + 4);
            if !pair.before.is_empty() {
                let _ = writeln!(out, "{indent}- {}", self.cut(&pair.before, width + 6));
            }
            let after = if pair.after.is_empty() { "(nothing)" } else { &pair.after };
            let _ = writeln!(out, "{indent}+ {}", self.cut(after, width + 6));
        }
        if let more @ 1.. = rules.len().saturating_sub(RULES) {
            let findings: u64 = rules[RULES..].iter().map(|of| of.findings).sum();
            let rules = if more == 1 { "rule" } else { "rules" };
            let _ = writeln!(out, "  {:>width$}  by {more} more {rules}", grouped(findings));
        }
    }

    fn moves(&self, out: &mut String) {
        let moves = self.audit.by_move();
        let moves: Vec<_> = moves.into_iter().filter(|(_, of)| of.made < of.asked).take(MOVES).collect();
        if moves.is_empty() {
            return;
        }
        self.title("What replies do", out);
        let names = moves.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        for (name, of) in moves {
            let (made, asked, share) = (grouped(of.made), grouped(of.asked), of.share());
            let bar = self.bar(of.made, of.asked);
            let line = format!("  {:names$}  {share:>5} %  {bar:BAR$}  {made} of {asked} that call for it", safe(name));
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }

    fn worst(&self, out: &mut String) {
        if self.audit.worst().len() == 0 {
            return;
        }
        let by = if self.audit.options.usage.is_some() { ", each counted as often as it is used" } else { "" };
        self.title(&format!("Worst replies{by}"), out);
        for worst in self.audit.worst().take(WORST) {
            let times = times(worst).map_or_else(String::new, |times| format!(", {times}"));
            let place = self.cut(&format!("{}{times}", worst.place.short()), 7);
            let _ = writeln!(out, "  {:>3}  {place}", worst.score);
            let _ = writeln!(out, "       {}", self.cut(&faults(worst, 4), 7));
        }
    }

    fn fixes(&self, out: &mut String) {
        let (safe_fixes, risky) = (self.audit.safe, self.audit.risky);
        if safe_fixes.findings + risky.findings == 0 {
            return;
        }
        self.title("Quick wins", out);
        let told = |of: crate::audit::Fixes| {
            format!("{} in {}", counted(of.findings, "finding", "findings"), counted(of.replies, "reply", "replies"))
        };
        let command = safe(&self.audit.mend);
        if safe_fixes.findings > 0 {
            let end = if command.is_empty() { String::new() } else { format!(":\n    {command}") };
            let _ = writeln!(out, "  {} can be mended without a change of meaning{end}", told(safe_fixes));
            let rules = mended(self.audit);
            let mut named: Vec<String> =
                rules.iter().take(FIXES).map(|of| format!("{} {}", grouped(of.safe), safe(&of.rule.id))).collect();
            let more = rules.len().saturating_sub(FIXES);
            named.extend((more > 0).then(|| format!("{more} more")));
            let _ = writeln!(out, "    {}", self.cut(&named.join(", "), 4));
        }
        if risky.findings > 0 {
            let more = if safe_fixes.findings > 0 { "more " } else { "" };
            let _ = writeln!(out, "  {more}with --unsafe-fixes, to be read over: {}", told(risky));
        }
    }

    fn facet(&self, facet: &Facet, out: &mut String) {
        self.title(&format!("By {}", safe(&facet.name)), out);
        let (values, rest) = facet.top(VALUES);
        let hidden = facet.ranked().len() - values.len();
        let named = |value: Option<&str>| value.map_or_else(|| "(none)".to_owned(), safe);
        let mut rows: Vec<(String, &Group)> = values.iter().map(|(value, group)| (named(*value), *group)).collect();
        if rest.sums.replies > 0 {
            let more = if facet.others.sums.replies > 0 { "others".to_owned() } else { format!("{hidden} others") };
            rows.push((more, &rest));
        }
        let names = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default().clamp(5, 30);
        let _ = writeln!(out, "  {:names$}  {:>9}  {:>5}  {:>11}  most often", "", "replies", "score", "per 1,000 w");
        for (name, group) in rows {
            let Sums { replies, .. } = group.sums;
            let score = group.sums.score().map_or_else(String::new, |score| score.to_string());
            let rule = group.top_rule().map_or("", |(rule, _)| rule);
            let name: String = name.chars().take(names).collect();
            let line = format!(
                "  {name:names$}  {:>9}  {score:>5}  {:>11}  {}",
                grouped(replies),
                group.sums.density(),
                safe(rule)
            );
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }

    fn unchecked(&self, out: &mut String) {
        let unchecked = &self.audit.unchecked;
        let reasons = unchecked.reasons();
        let unused = self.audit.unused;
        if reasons.is_empty() && unused == 0 {
            return;
        }
        self.title("Not checked", out);
        for reason in reasons {
            let _ = writeln!(out, "  {}", safe(&reason));
        }
        if unused > 0 {
            let field = self.audit.options.usage.as_deref().unwrap_or_default();
            let replies = counted(unused, "reply has", "replies have");
            let _ = writeln!(out, "  {replies} no usable number in `{}`: counted as used once", safe(field));
        }
    }
}

/// Scores as bars, from the lowest of them to the highest.
fn sparkline(scores: &[Tenths]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let (low, high) = (scores.iter().min(), scores.iter().max());
    let (Some(low), Some(high)) = (low, high) else { return String::new() };
    let range = (high.0 - low.0).max(1);
    scores.iter().map(|score| BARS[((score.0 - low.0) * 7 / range) as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparklines_go_from_the_lowest_to_the_highest() {
        assert_eq!(sparkline(&[Tenths(100), Tenths(450), Tenths(800)]), "▁▄█");
        assert_eq!(sparkline(&[Tenths(700), Tenths(700)]), "▁▁");
    }
}
