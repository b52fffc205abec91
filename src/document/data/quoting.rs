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
            Self::Sealed => None,
        }
    }
}

fn json(text: &str, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() && (c as u32) < 0x80 || ascii && !c.is_ascii() => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out += &format!("\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out
}

fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push('\t'),
            c if is_special(c) => out += &format!("\\u{:04x}", c as u32),
            c => out.push(c),
        }
    }
    out
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
    matches!(text, "" | "~" | "null" | "Null" | "NULL" | "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
        || matches!(unsigned, ".inf" | ".Inf" | ".INF")
        || matches!(text, ".nan" | ".NaN" | ".NAN")
        || text.strip_prefix("0x").is_some_and(|hex| digits(hex, u8::is_ascii_hexdigit))
        || text.strip_prefix("0o").is_some_and(|octal| digits(octal, |b| matches!(b, b'0'..=b'7')))
        || decimal && power
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
