//! How strings are written in data files, and how other words are put in their place.

/// The way in which a format writes a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document) enum Quoting {
    /// `"…"` of JSON. Whether letters beyond ASCII are escaped.
    Json { ascii: bool },
    /// Nothing is known of how it is written, so nothing else is put there.
    Sealed,
}

impl Quoting {
    /// A text as it is written inside such a string; `None` if it cannot be.
    pub(in crate::document) fn encode(&self, text: &str) -> Option<String> {
        match self {
            Self::Json { ascii } => Some(json(text, *ascii)),
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
