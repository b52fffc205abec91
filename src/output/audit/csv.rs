//! A table for spreadsheets: a row for all replies, for each rule, move, value and each of the worst replies, told apart by the first column.

use super::super::csv::cell;
use crate::audit::{Audit, Group, Sums, Tenths};
use std::io::{self, Write};

/// The columns. They stay where they are; new ones are added at the end.
const COLUMNS: [&str; 15] = [
    "section",
    "name",
    "severity",
    "category",
    "replies",
    "words",
    "findings",
    "findings_per_1000_words",
    "clean_percent",
    "score",
    "usage",
    "made_percent",
    "safe_fixes",
    "place",
    "detail",
];

/// A row: what stands in the columns of which there is something to say.
type Row = Vec<(&'static str, String)>;

pub(super) fn write(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let mut rows: Vec<Row> = vec![[of_name("all", ""), of_sums(&audit.sums)].concat()];
    for of in audit.by_rule() {
        rows.push(of_name("rule", &of.rule.id));
        extend(
            &mut rows,
            [
                ("severity", of.severity.to_string()),
                ("category", of.rule.category().to_owned()),
                ("replies", of.replies.to_string()),
                ("findings", of.findings.to_string()),
                ("safe_fixes", of.safe.to_string()),
                ("detail", of.rule.title.to_string()),
            ],
        );
    }
    for (name, of) in audit.by_move() {
        rows.push(of_name("move", name));
        extend(&mut rows, [("replies", of.asked.to_string()), ("made_percent", of.share().to_string())]);
    }
    for worst in audit.worst() {
        let title = worst.place.record.as_ref().and_then(|record| record.title.clone().or_else(|| record.id.clone()));
        rows.push(of_name("worst", &title.unwrap_or_default()));
        extend(
            &mut rows,
            [
                ("replies", (worst.copies + 1).to_string()),
                ("findings", worst.findings.to_string()),
                ("score", worst.score.to_string()),
                ("usage", worst.usage.map_or_else(String::new, |usage| usage.to_string())),
                ("place", worst.place.to_string()),
                ("detail", worst.rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")),
            ],
        );
    }
    for facet in &audit.facets {
        let section = format!("by {}", facet.name);
        let mut add = |value: &str, group: &Group| {
            let top = group.top_rule().map_or("", |(rule, _)| rule);
            rows.push([of_name(&section, value), of_sums(&group.sums), vec![("detail", top.to_owned())]].concat());
        };
        facet.ranked().into_iter().for_each(|(value, group)| add(value.unwrap_or("(none)"), group));
        if facet.others.sums.replies > 0 {
            add("(others)", &facet.others);
        }
    }
    write!(out, "{}\r\n", COLUMNS.join(","))?;
    for row in rows {
        let told = |column: &str| row.iter().find(|(name, _)| *name == column).map(|(_, text)| text.clone());
        let cells: Vec<_> = COLUMNS.iter().map(|column| cell(told(column).unwrap_or_default())).collect();
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(())
}

/// Says more in the last row.
fn extend(rows: &mut [Row], more: impl IntoIterator<Item = (&'static str, String)>) {
    if let Some(row) = rows.last_mut() {
        row.extend(more);
    }
}

fn of_name(section: &str, name: &str) -> Row {
    vec![("section", section.to_owned()), ("name", name.to_owned())]
}

fn of_sums(sums: &Sums) -> Row {
    let told = |number: Option<Tenths>| number.map_or_else(String::new, |number| number.to_string());
    vec![
        ("replies", sums.replies.to_string()),
        ("words", sums.words.to_string()),
        ("findings", sums.findings().to_string()),
        ("findings_per_1000_words", sums.density().to_string()),
        ("clean_percent", sums.clean_share().to_string()),
        ("score", told(sums.score())),
        ("usage", if sums.used > 0 { sums.used.to_string() } else { String::new() }),
    ]
}
