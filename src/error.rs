//! What can go wrong outside the text: a path that cannot be read, a request that cannot be met.
//!
//! Faults *inside* a rule file or a draft are not errors but findings, because they have a place.

use std::fmt;
use std::path::Path;

/// An act that failed, on what, and what to do about it.
#[derive(Clone, Debug)]
pub struct Error {
    message: String,
    hint: Option<String>,
}

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error that says what failed, in lower case and without a full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// An act on a path that the operating system refused.
    pub fn io(act: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("cannot {act} `{}`: {}", path.display(), reason(error)))
    }

    /// Adds the next step to take.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The next step to take, where one is known.
    pub fn next_step(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The system's reason in words that do not differ between platforms where that can be had.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        std::io::ErrorKind::IsADirectory => "it is a folder".into(),
        _ => error.to_string(),
    }
}

/// The name most like a mistaken one, if one is like it at all.
pub fn nearest<'n>(mistaken: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mistaken = mistaken.to_lowercase();
    let whole = |name: &str| strsim::jaro_winkler(&mistaken, name);
    // `who-questoin` alone is as good a try at `blame.who-question` as the whole id.
    let part = |name: &str| name.split_once('.').map_or(0.0, |(_, rest)| strsim::jaro_winkler(&mistaken, rest));
    names
        .map(|name| (whole(name).max(part(name)), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names() {
        let names = ["blame.who-question", "blame", "boilerplate.kindly", "boilerplate"];
        let near = |mistaken| nearest(mistaken, names.into_iter());
        assert_eq!(near("blame.who-questoin"), Some("blame.who-question"));
        assert_eq!(near("kindley"), Some("boilerplate.kindly"));
        assert_eq!(near("boiler-plate"), Some("boilerplate"));
        assert_eq!(near("BLAME"), Some("blame"));
        assert_eq!(near("xyz"), None);
    }
}
