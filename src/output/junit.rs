//! Test results in the form of JUnit, which most CI servers show: a suite for each file, a failed case for each finding.

use super::{Out, Writer, safe, view};
use crate::report::{Checked, Summary};
use quick_xml::Writer as Xml;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

pub(super) struct Junit<'w> {
    /// The suites of the files so far.
    pub(super) suites: Xml<Vec<u8>>,
    pub(super) cases: usize,
    pub(super) failures: usize,
    pub(super) out: Out<'w>,
}

impl<'w> Junit<'w> {
    pub(super) fn new(out: Out<'w>) -> Self {
        Self { suites: Xml::new_with_indent(Vec::new(), b' ', 2), cases: 0, failures: 0, out }
    }
}

impl Writer for Junit<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        if checked.replies == 0 {
            return Ok(());
        }
        let path = text(&view::path(&checked.source));
        let failures = checked.findings.len();
        // A file in which nothing is found is a case that passed.
        let cases = failures.max(1);
        self.cases += cases;
        self.failures += failures;
        let (cases, failures) = (cases.to_string(), failures.to_string());
        let suite = self.suites.create_element("testsuite").with_attributes([
            ("name", path.as_str()),
            ("tests", &cases),
            ("failures", &failures),
            ("errors", "0"),
        ]);
        suite.write_inner_content(|xml| {
            if checked.findings.is_empty() {
                xml.create_element("testcase")
                    .with_attributes([("classname", path.as_str()), ("name", "replies")])
                    .write_empty()?;
            }
            view::open(checked).try_for_each(|view| {
                let finding = view.finding;
                let (line, message) = (view.start.line.to_string(), text(&view.message()));
                let name = text(&format!("{} at {line}:{}", finding.rule.id, view.start.column));
                let case = xml.create_element("testcase").with_attributes([
                    ("classname", path.as_str()),
                    ("name", &name),
                    ("file", &path),
                    ("line", &line),
                ]);
                case.write_inner_content(|xml| {
                    let body = view.rewrites().next().map(|rewrite| format!("Instead: {}", rewrite.told()));
                    let body: Vec<_> = [Some(finding.rule.why.to_string()), body].into_iter().flatten().collect();
                    let body: Vec<_> = body.iter().map(|line| text(line)).collect();
                    xml.create_element("failure")
                        .with_attributes([("type", finding.severity.word()), ("message", &message)])
                        .write_text_content(BytesText::new(&body.join("\n")))
                        .map(drop)
                })
                .map(drop)
            })
        })?;
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let mut xml = Xml::new_with_indent(Vec::new(), b' ', 2);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let errors = summary.errors.len();
        let (cases, failures) = ((self.cases + errors).to_string(), self.failures.to_string());
        // What could not be read is a suite of its own, without a file.
        if errors > 0 {
            let count = errors.to_string();
            let suite = self.suites.create_element("testsuite").with_attributes([
                ("name", "not checked"),
                ("tests", &count),
                ("failures", "0"),
                ("errors", &count),
            ]);
            suite.write_inner_content(|xml| {
                summary.errors.iter().try_for_each(|error| {
                    let message = text(&error.to_string());
                    let case = xml.create_element("testcase");
                    case.with_attributes([("classname", "not checked"), ("name", &message)])
                        .write_inner_content(|xml| {
                            xml.create_element("error").with_attribute(("message", &*message)).write_empty().map(drop)
                        })
                        .map(drop)
                })
            })?;
        }
        let suites = std::mem::replace(&mut self.suites, Xml::new(Vec::new())).into_inner();
        let all = xml.create_element("testsuites").with_attributes([
            ("name", env!("CARGO_PKG_NAME")),
            ("tests", &cases),
            ("failures", &failures),
            ("errors", &errors.to_string()),
        ]);
        all.write_inner_content(|xml| {
            xml.get_mut().push(b'\n');
            xml.get_mut().extend(suites);
            Ok(())
        })?;
        self.out.write_all(xml.get_ref())?;
        writeln!(self.out)?;
        self.out.flush()
    }
}

/// A text without the characters that XML has no way to write.
fn text(text: &str) -> String {
    safe(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
