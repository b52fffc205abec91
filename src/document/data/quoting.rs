//! How strings are written in data files, and how other words are put in their place.

/// The way in which a format writes a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document) enum Quoting {
    /// `"…"` of JSON. Whether letters beyond ASCII are escaped.
    Json { ascii: bool },
    /// A scalar of YAML without quotes. Whether it stands in a flow collection: `[a, b]`.
    YamlPlain { flow: bool },
    /// `'…'` of YAML. Whether it takes several lines.
    YamlSingle { lines: bool },
    /// `"…"` of YAML. Whether it takes several lines.
    YamlDouble { lines: bool },
    /// `|` of YAML, and what begins a line of it: the line break before it, and its indentation.
    YamlLiteral { line: String },
    /// `>` of YAML.
    YamlFolded,
    /// A cell of a table between quotation marks.
    QuotedCell,
    /// A cell of a table without them, and what parts it from the next.
    Cell { delimiter: u8 },
    /// Text of an XML element.
    XmlText,
    /// The value of an XML attribute.
    XmlAttribute,
    /// `<![CDATA[…]]>` of XML.
    XmlCdata,
    /// `"…"` of a gettext catalogue.
    Gettext,
    /// `"…"` of TOML.
    TomlBasic,
    /// `"""…"""` of TOML. Whether a backslash at the end of a line joins it to the next.
    TomlBasicBlock { joined: bool },
    /// `'…'` of TOML.
    TomlLiteral,
    /// `'''…'''` of TOML.
    TomlLiteralBlock,
    /// Between lines that part replies.
    Separated,
    /// Nothing is known of how it is written, so nothing else is put there.
    Sealed,
}

impl Quoting {
    /// A text as it is written inside such a string; `None` if it cannot be.
    pub(in crate::document) fn encode(&self, text: &str) -> Option<String> {
        match self {
            Self::Json { ascii } => Some(json(text, *ascii)),
            Self::YamlPlain { flow } => is_plain(text, *flow).then(|| text.to_owned()),
            Self::YamlSingle { lines } => {
                let fits = is_printable(text) && !(is_document_mark(text) || *lines && is_padded(text));
                fits.then(|| text.replace('\'', "''"))
            }
            Self::YamlDouble { lines } => {
                let fits = !(is_document_mark(text) || *lines && is_padded(text));
                fits.then(|| double(text))
            }
            Self::YamlLiteral { line } => {
                let fits = !is_padded(text) && text.split('\n').all(|t| is_printable(t) && !is_document_mark(t));
                fits.then(|| text.replace('\n', line))
            }
            Self::YamlFolded => {
                (is_printable(text) && !is_padded(text) && !is_document_mark(text)).then(|| text.to_owned())
            }
            Self::QuotedCell => Some(text.replace('"', "\"\"")),
            Self::Cell { delimiter } => plain(text, |c| c != char::from(*delimiter) && !matches!(c, '"' | '\n' | '\r')),
            Self::XmlText | Self::XmlAttribute => xml(text, *self == Self::XmlAttribute),
            // What stands before or after may be brackets too.
            Self::XmlCdata if text.starts_with([']', '>']) || text.ends_with(']') || text.contains("]]>") => None,
            Self::XmlCdata => plain(text, is_xml),
            Self::Gettext => Some(gettext(text)),
            Self::TomlBasic => Some(toml(text, false)),
            // White space after a joined line says nothing.
            Self::TomlBasicBlock { joined: true } if text.starts_with(char::is_whitespace) => None,
            Self::TomlBasicBlock { .. } => Some(toml(text, true)),
            Self::TomlLiteral => plain(text, |c| c != '\'' && (c == '\t' || !c.is_ascii_control())),
            Self::TomlLiteralBlock if text.starts_with(['\'', '\n']) || text.ends_with('\'') => None,
            Self::TomlLiteralBlock if text.contains("''") => None,
            Self::TomlLiteralBlock => plain(text, |c| matches!(c, '\n' | '\t') || !c.is_ascii_control()),
            Self::Separated if text.starts_with(['-', '=']) || text.ends_with(['-', '=', '\n', '\r']) => None,
            Self::Separated => (!text.contains("---") && !text.contains("===")).then(|| text.to_owned()),
            Self::Sealed => None,
        }
    }
}

/// A text with escapes as in C. `own` says how a format writes a character, by its place, that it writes in a way of its own.
fn escaped(text: &str, own: impl Fn(usize, char) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match (own(at, c), c) {
            (Some(written), _) => out += &written,
            (None, '"') => out += "\\\"",
            (None, '\\') => out += "\\\\",
            (None, '\n') => out += "\\n",
            (None, '\r') => out += "\\r",
            (None, '\t') => out += "\\t",
            (None, c) => out.push(c),
        }
    }
    out
}

/// Whether a character cannot stand in a string, and has no letter for an escape.
fn is_nameless(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\n' | '\r' | '\t')
}

fn json(text: &str, ascii: bool) -> String {
    escaped(text, |_, c| {
        let units = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
        (is_nameless(c) || ascii && !c.is_ascii()).then(|| units(c))
    })
}

/// A text that is written as it is, if all of it can be.
fn plain(text: &str, can_stand: impl Fn(char) -> bool) -> Option<String> {
    text.chars().all(can_stand).then(|| text.to_owned())
}

/// Whether XML can hold a character at all.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn xml(text: &str, attribute: bool) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' if attribute => out += "&quot;",
            '\'' if attribute => out += "&apos;",
            '\t' | '\n' | '\r' if attribute => out += &format!("&#{};", c as u32),
            c if is_xml(c) => out.push(c),
            _ => return None,
        }
    }
    Some(out)
}

fn gettext(text: &str) -> String {
    escaped(text, |_, c| is_nameless(c).then(|| format!("\\{:03o}", c as u32)))
}

fn toml(text: &str, block: bool) -> String {
    escaped(text, |at, c| match c {
        // A line break right after the opening quotes would not count.
        '\n' if block && at > 0 => Some("\n".to_owned()),
        c => is_nameless(c).then(|| format!("\\u{:04X}", c as u32)),
    })
}

fn double(text: &str) -> String {
    escaped(text, |_, c| match c {
        '\t' => Some("\t".to_owned()),
        '\n' | '\r' => None,
        c => is_special(c).then(|| format!("\\u{:04x}", c as u32)),
    })
}

/// Whether a part of a plain scalar may be this, wherever in the scalar it stands.
fn is_plain(text: &str, flow: bool) -> bool {
    is_printable(text)
        && !is_padded(text)
        && !is_document_mark(text)
        && !text.starts_with(|c: char| "-?:,[]{}#&*!|>'\"%@`=".contains(c))
        && !text.ends_with(':')
        && ![": ", ":\t", " #", "\t#"].iter().any(|sign| text.contains(sign))
        && !(flow && text.contains([',', '[', ']', '{', '}', ':']))
        && !is_typed(text)
}

/// Whether YAML reads a plain scalar as something else than a text: a number, a truth value, nothing.
pub(super) fn is_typed(text: &str) -> bool {
    let digits = |text: &str, is: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(is);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (number, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(n, e)| (n, Some(e)));
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let decimal = (whole.is_empty() || digits(whole, u8::is_ascii_digit))
        && (part.is_empty() || digits(part, u8::is_ascii_digit))
        && !(whole.is_empty() && part.is_empty());
    let power = exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e), u8::is_ascii_digit));
    is_null(text)
        || matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
        || matches!(unsigned, ".inf" | ".Inf" | ".INF")
        || matches!(text, ".nan" | ".NaN" | ".NAN")
        || text.strip_prefix("0x").is_some_and(|hex| digits(hex, u8::is_ascii_hexdigit))
        || text.strip_prefix("0o").is_some_and(|octal| digits(octal, |b| matches!(b, b'0'..=b'7')))
        || decimal && power
}

/// Whether this is what formats write where there is no value.
pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Whether it says nothing at one of its ends: at the end of a line that would be lost, at its start taken for indentation.
fn is_padded(text: &str) -> bool {
    text.is_empty() || text.trim().len() < text.len()
}

/// Whether it would end a document at the start of a line.
fn is_document_mark(text: &str) -> bool {
    text.starts_with("---") || text.starts_with("...")
}

/// Whether it can stand in a file as it is, on one line.
fn is_printable(text: &str) -> bool {
    text.chars().all(|c| c == '\t' || !is_special(c))
}

/// Whether a character is none that YAML prints, or one that some readers take for the end of a line or of the file.
fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
