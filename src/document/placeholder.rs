//! Placeholders: what a helpdesk, a template engine or a person still has to fill in.
//!
//! One scanner for the dialects of many products. It is tolerant, and linear: a placeholder is bounded in length, and what may be
//! of any length (comments) is searched for once.

use crate::effort::spend;
use crate::mapped::Slot;
use crate::source::Span;
use memchr::memmem;
use std::cell::OnceCell;
use std::rc::Rc;

/// A placeholder, or a piece of template logic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

/// What its reader sees of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A value: `{{ ticket.id }}`, `[Customer Name]`.
    Slot,
    /// Nothing: `{% if … %}`, `{{/if}}`.
    Tag,
    /// Nothing, but it parts two alternatives: `{% else %}`.
    Branch,
    /// Nothing at all: `{# … #}`.
    Comment,
}

impl Mark {
    /// Whether nothing else stands on its line.
    pub(super) fn fills_line(self, text: &str) -> bool {
        let space = [' ', '\t', '\r'];
        let before = text[..self.span.start].trim_end_matches(space);
        let after = text[self.span.end..].trim_start_matches(space);
        (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
    }
}

/// The blocks of a source between `[[fr]]` and `[[/fr]]`, marks and all, of every language but English. They are looked for once for
/// all replies of a source, as is whether its tags are in pairs.
#[derive(Clone, Debug)]
pub(super) struct Foreign {
    blocks: Rc<[Span]>,
    balanced: Rc<OnceCell<bool>>,
}

impl Foreign {
    pub(super) fn of(text: &str) -> Self {
        Self { blocks: blocks(text).into(), balanced: Rc::default() }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether the source, as this tells, has each of its tags in a pair.
    pub(super) fn is_balanced(&self, tell: impl FnOnce() -> bool) -> bool {
        *self.balanced.get_or_init(tell)
    }

    /// Whether a byte of the source stands in one.
    pub(super) fn holds(&self, at: usize) -> bool {
        let block = self.blocks.get(self.blocks.partition_point(|block| block.end <= at));
        block.is_some_and(|block| block.start <= at)
    }
}

fn blocks(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut blocks: Vec<Span> = Vec::new();
    let mut open: Option<(usize, &[u8])> = None;
    for at in memmem::find_iter(bytes, "[[") {
        let Some(rest) = bytes.get(at + 2..) else { break };
        let close = rest.first() == Some(&b'/');
        let name = &rest[usize::from(close)..];
        if !(name.len() >= 4 && name[..2].iter().all(u8::is_ascii_lowercase) && name[2..].starts_with(b"]]")) {
            continue;
        }
        match open {
            None if !close && !name.starts_with(b"en") => open = Some((at, &name[..2])),
            Some((start, language)) if close && name.starts_with(language) => {
                blocks.push(Span::new(start, at + 7));
                open = None;
            }
            _ => {}
        }
    }
    blocks
}

/// How the placeholders of a product are written. Only those are told apart that no two products share, and that no engine makes for
/// another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `{{name}}`
    Braces,
    /// `{!name}`
    Merge,
    /// `%{name}`
    Percent,
    /// `#{name}`
    Hash,
    /// `${name}`
    Dollar,
    /// `((name))`
    Parentheses,
    /// `*|NAME|*`
    Star,
}

impl Dialect {
    /// The one that a placeholder is written in.
    pub fn of(slot: &str) -> Option<Self> {
        let starts = [
            ("{{", Self::Braces),
            ("{!", Self::Merge),
            ("%{", Self::Percent),
            ("#{", Self::Hash),
            ("${", Self::Dollar),
            ("((", Self::Parentheses),
            ("*|", Self::Star),
        ];
        starts.into_iter().find(|(start, _)| slot.starts_with(start)).map(|(_, dialect)| dialect)
    }

    /// The one that a file is written in, by its placeholders: nearly all of at least [`MANY`] are of it.
    pub(super) fn of_all<'t>(slots: impl Iterator<Item = &'t str>) -> Option<Self> {
        let mut counts: Vec<(Self, usize)> = Vec::new();
        for dialect in slots.filter_map(Self::of) {
            match counts.iter_mut().find(|(known, _)| *known == dialect) {
                Some((_, count)) => *count += 1,
                None => counts.push((dialect, 1)),
            }
        }
        let all: usize = counts.iter().map(|(_, count)| count).sum();
        let (dialect, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        (count >= MANY && (all - count) * MANY <= count).then_some(dialect)
    }

    /// Whether a placeholder is for certain of another dialect. Two parentheses may just be two parentheses.
    pub fn excludes(self, slot: &str) -> bool {
        Self::of(slot).is_some_and(|other| other != self && other != Self::Parentheses)
    }
}

/// So many placeholders make a habit.
const MANY: usize = 3;

/// What the reader sees where there is no value for a slot: the `there` of `{{ name | fallback: "there" }}`, as a span of the text.
pub(super) fn fallback(text: &str, slot: Span) -> Option<Span> {
    let raw = text.get(slot.range())?;
    let within = |part: &str| {
        let part = part.trim();
        let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        part.contains(char::is_alphabetic).then(|| Span::new(start, start + part.len()))
    };
    if let Some(inside) = raw.strip_prefix("{{").and_then(|r| r.strip_suffix("}}")) {
        let mut parts = pipes(inside.trim_matches(['{', '}']));
        let head = parts.next()?;
        let compact = !head.is_empty() && !head.ends_with(char::is_whitespace);
        return parts.filter_map(|part| within(said_by(part, compact)?)).last();
    }
    if let Some(inside) = raw.strip_prefix("{%").and_then(|r| r.strip_suffix("%}")) {
        return within(inside.split_once(",fallback=")?.1);
    }
    if let Some(inside) = raw.strip_prefix("%{").and_then(|r| r.strip_suffix('}')) {
        return within(inside.split_once(",fallback:")?.1);
    }
    if let Some(inside) = raw.strip_prefix("((").and_then(|r| r.strip_suffix("))")) {
        return within(inside.split_once("??")?.1);
    }
    if raw.starts_with("<attribute") {
        return within(quoted(raw.split_once("default=")?.1)?.0);
    }
    let (field, said) = raw.strip_prefix('{')?.strip_suffix('}')?.split_once('|')?;
    field.contains('=').then(|| within(said))?
}

/// What a comment says, without the marks and white space around it.
pub(super) fn inside(comment: &str) -> &str {
    let tags = comment.strip_prefix("{%").and_then(|rest| rest.split_once("%}")?.1.rsplit_once("{%"));
    let inside = match tags {
        // `{% comment %}…{% endcomment %}`
        Some((inside, _)) => inside,
        None => {
            let close = ["-->", "--}}", "}}", "%}", "#}", "%>", "%]"].into_iter().find_map(|c| comment.strip_suffix(c));
            let opens = |c: char| c.is_whitespace() || matches!(c, '<' | '{' | '[' | '%' | '#' | '!' | '-' | '~');
            close.unwrap_or(comment).trim_start_matches(opens)
        }
    };
    inside.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '~'))
}

/// What fills a slot, told by the last words of its name: `{{ticket.requester.first_name}}`, `[Order Number]`.
pub(super) fn slot(raw: &str) -> Slot {
    let inside = raw.trim_matches(|c: char| !c.is_alphanumeric());
    let name = inside.split(['|', ',', '?']).next().unwrap_or_default();
    let name = name.split_once("key=").map_or(name, |(_, key)| key.split_whitespace().next().unwrap_or_default());
    // camelCase and snake_case are words, too.
    let mut words: Vec<String> = vec![String::new()];
    let mut small = false;
    for c in name.chars() {
        let apart = !c.is_alphanumeric() || c.is_uppercase() && small;
        if apart && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().into_iter().for_each(|word| word.extend(c.to_lowercase()));
        }
        small = c.is_lowercase();
    }
    let said = words.iter().rev().filter(|word| !word.is_empty()).take(2);
    let told = |word: &String| {
        SLOTS.iter().find(|(names, _)| names.split(' ').any(|name| name == word)).map(|(_, slot)| *slot)
    };
    said.into_iter().find_map(told).unwrap_or_default()
}

/// The words by which a slot is known.
const SLOTS: &[(&str, Slot)] = &[
    (
        "name firstname lastname fullname fname lname username nickname title company organisation organization agent",
        Slot::Name,
    ),
    ("amount price total cost fee balance refund sum deposit charge discount", Slot::Amount),
    ("date day time deadline eta due until expiry expires month year weekday hour hours days slot", Slot::Date),
    ("number no id code count quantity qty reference ref pin otp token tracking percent", Slot::Number),
    ("url link href website site portal", Slot::Url),
    ("email mail e-mail", Slot::Email),
];

/// What a filter shows in the place of a value that is missing. `compact` says that no space stands before it.
fn said_by(filter: &str, compact: bool) -> Option<&str> {
    let bare = filter.trim();
    if let Some((said, rest)) = quoted(bare) {
        return rest.trim().is_empty().then_some(said);
    }
    let name = word(bare);
    let arguments = bare[name.len()..].trim_start();
    match name {
        "fallback" | "default" | "d" => quoted(arguments.strip_prefix([':', '('])?.trim_start()).map(|(said, _)| said),
        // `{{contact.firstname|there}}`
        _ => {
            let plain = name.bytes().all(|b| b.is_ascii_alphabetic()) && arguments.is_empty();
            (plain && compact && filter.len() == bare.len() && !FILTERS.contains(&name)).then_some(bare)
        }
    }
}

/// The inside of the quotation marks that a text begins with, which HTML may write in its own way, and what follows them.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mark = ["\"", "'", "&quot;", "&#39;", "&#34;", "“", "”"].into_iter().find(|mark| text.starts_with(mark))?;
    let close = if mark == "“" { "”" } else { mark };
    text[mark.len()..].split_once(close)
}

/// What stands between the pipes that no quotation marks hold.
fn pipes(inside: &str) -> impl Iterator<Item = &str> {
    let mut open = None;
    inside.split(move |c: char| {
        match (open, c) {
            (None, '"' | '\'') => open = Some(c),
            (Some(mark), _) if mark == c => open = None,
            _ => {}
        }
        open.is_none() && c == '|'
    })
}

/// Filters that are written like a fallback: a lone word after a pipe.
#[rustfmt::skip]
const FILTERS: [&str; 36] = [
    "abs", "capfirst", "capitalize", "ceil", "compact", "currency", "date", "e", "escape", "first", "float",
    "floor", "format", "html", "int", "join", "json", "last", "length", "linebreaks", "lower", "lowercase", "n",
    "nl", "pluralize", "raw", "reverse", "round", "safe", "size", "strip", "title", "trim", "upper", "upcase",
    "downcase",
];

/// Finds the marks of a text from left to right.
pub(super) struct Scanner<'t> {
    text: &'t str,
    html_comments: bool,
    /// Where the ends of comments were found last; beyond the text where there is none.
    closers: [Option<usize>; CLOSERS.len()],
}

/// The longest placeholder, and the longest tag, in bytes.
const MAX_SLOT: usize = 200;
const MAX_TAG: usize = 1000;

/// The ends of comments that may be of any length.
const CLOSERS: [&str; 4] = ["-->", "--}}", "endcomment", "#}"];

/// Every mark has one of these within its first two bytes.
const TRIGGERS: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < b"{[<(%*$".len() {
        table[b"{[<(%*$"[i] as usize] = true;
        i += 1;
    }
    table
};

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, html_comments: false, closers: [None; CLOSERS.len()] }
    }

    /// Takes `<!-- … -->` for a comment too.
    pub(super) fn with_html_comments(mut self) -> Self {
        self.html_comments = true;
        self
    }

    /// The first mark that begins at `from` or after it. `from` must never go back.
    pub(super) fn find(&mut self, from: usize) -> Option<Mark> {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while let Some(i) = bytes.get(at..)?.iter().position(|&b| TRIGGERS[usize::from(b)]) {
            let start = at + i;
            spend(i + 1);
            let mark = match bytes[start] {
                b'{' => self.brace(start, from),
                b'[' => self.bracket(start, from),
                b'<' => self.angle(start),
                b'(' => self.slot(start, "((", "))"),
                b'*' => self.slot(start, "*|", "|*"),
                b'%' => self.percent(start),
                _ => self.dollar(start),
            };
            if mark.is_some() {
                return mark;
            }
            at = start + 1;
        }
        None
    }

    fn brace(&mut self, start: usize, from: usize) -> Option<Mark> {
        let rest = &self.text[start..];
        if rest.starts_with("{{{") {
            return self.slot(start, "{{{", "}}}");
        }
        if rest.starts_with("{{!--") {
            return self.comment(start, 1);
        }
        if rest.starts_with("{{!") {
            // It may go on over several lines.
            let end = self.within(start + 3, "}}", MAX_TAG)?;
            return (!self.text[start + 3..end].contains("{{")).then(|| mark(start, end, Kind::Comment));
        }
        if rest.starts_with("{{") {
            let mut mark = self.slot(start, "{{", "}}")?;
            let inside = self.text[start + 2..mark.span.end - 2].trim_matches(['-', '~', ' ']);
            mark.kind = match inside.as_bytes().first() {
                Some(b'!') => Kind::Comment,
                _ if word(inside.trim_start_matches('#')) == "else" => Kind::Branch,
                Some(b'#' | b'/' | b'^') => Kind::Tag,
                _ => Kind::Slot,
            };
            return Some(mark);
        }
        if rest.starts_with("{%") {
            return self.tag(start);
        }
        if let Some(inside) = rest.strip_prefix("{#").filter(|r| r.starts_with(|c: char| c.is_whitespace() || c == '-'))
        {
            let mark = self.comment(start + 2, 3)?;
            let nested = inside[..mark.span.end - start - 4].find("{#");
            spend(nested.unwrap_or(mark.span.len()));
            return nested.is_none().then(|| Mark { span: Span::new(start, mark.span.end), ..mark });
        }
        // %{name}, #{name}, ${name}, {!name}
        let prefixed = start > from && matches!(self.text.as_bytes()[start - 1], b'%' | b'#' | b'$');
        if prefixed || rest.starts_with("{!") {
            let open = if prefixed { "{" } else { "{!" };
            let mark = self.slot(start, open, "}")?;
            return Some(Mark { span: Span::new(start - usize::from(prefixed), mark.span.end), ..mark });
        }
        // {name}, {first name}, {$name}, {contactfield=firstname|there}
        let mark = self.slot(start, "{", "}")?;
        let inside = &self.text[start + 1..mark.span.end - 1];
        let name = inside.strip_prefix('$').unwrap_or(inside);
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ' ' | '=' | '|' | '\'' | '’');
        (inside.len() <= 60 && name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(plain))
            .then_some(mark)
    }

    /// `{% … %}`, which is logic, and `{%customer.firstName,fallback=there%}`, which is a value.
    fn tag(&mut self, start: usize) -> Option<Mark> {
        let end = self.within(start + 2, "%}", MAX_TAG)?;
        let inside = &self.text[start + 2..end - 2];
        if inside.contains("{%") {
            return None;
        }
        let keyword = word(inside.trim_start_matches(['-', '+', ' ', '\n', '\r', '\t']));
        if keyword == "comment" {
            return self.comment(start, 2);
        }
        // `{% # … %}`
        if inside.trim_start_matches(['-', '+', ' ', '\n', '\r', '\t']).starts_with('#') {
            return Some(mark(start, end, Kind::Comment));
        }
        let compact = inside.starts_with(|c: char| c.is_ascii_alphabetic())
            && (inside.contains([',', '.']) || !(keyword.starts_with("end") || KEYWORDS.contains(&keyword)))
            && !inside.split(",fallback=").next().unwrap_or_default().contains(' ');
        let kind = match keyword {
            _ if compact => Kind::Slot,
            "else" | "elif" | "elsif" | "elseif" | "when" => Kind::Branch,
            _ => Kind::Tag,
        };
        Some(mark(start, end, kind))
    }

    fn bracket(&mut self, start: usize, from: usize) -> Option<Mark> {
        let rest = &self.text[start..];
        if rest.starts_with("[%") {
            let end = self.within(start + 2, "%]", MAX_TAG)?;
            let inside = self.text[start + 2..end - 2].trim_start_matches(['-', '+', '~', '=']);
            let keyword = word(inside.trim_start());
            let kind = match keyword {
                _ if inside.starts_with('#') => Kind::Comment,
                "ELSE" | "ELSIF" | "CASE" => Kind::Branch,
                _ if keyword.len() > 1 && keyword.bytes().all(|b| b.is_ascii_uppercase()) => Kind::Tag,
                _ => Kind::Slot,
            };
            return Some(mark(start, end, kind));
        }
        if rest.starts_with("[[") {
            let found = self.slot(start, "[[", "]]")?;
            let inside = &self.text[start + 2..found.span.end - 2];
            let language = inside.strip_prefix('/').unwrap_or(inside);
            return match language.len() {
                2 if language.bytes().all(|b| b.is_ascii_lowercase()) => Some(Mark { kind: Kind::Tag, ..found }),
                _ => inside.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(found),
            };
        }
        let found = self.slot(start, "[", "]")?;
        // Links, images and their definitions.
        let rest = &self.text[found.span.end..];
        let before = (start > from).then(|| self.text.as_bytes()[start - 1]);
        let defined = rest.strip_prefix(": ").is_some_and(|r| TARGETS.iter().any(|t| r.trim_start().starts_with(t)));
        if rest.starts_with(['(', '[']) || defined || matches!(before, Some(b'!' | b']' | b'\\')) {
            return None;
        }
        is_blank(&self.text[start + 1..found.span.end - 1]).then_some(found)
    }

    fn angle(&mut self, start: usize) -> Option<Mark> {
        let rest = &self.text[start..];
        if rest.starts_with("<!--") {
            return if self.html_comments { self.comment(start, 0) } else { None };
        }
        if rest.starts_with("<%") || rest.starts_with("<?") {
            let (close, code) = if rest.starts_with("<%") { ("%>", "=") } else { ("?>", "=") };
            let end = self.within(start + 2, close, MAX_TAG)?;
            let inside = &self.text[start + 2..end - 2];
            let kind = match word(inside.trim_start_matches(['-', ' ', '\n', '\r', '\t'])) {
                _ if inside.starts_with('#') => Kind::Comment,
                _ if inside.starts_with(code) => Kind::Slot,
                "else" | "elsif" | "when" => Kind::Branch,
                _ => Kind::Tag,
            };
            return Some(mark(start, end, kind));
        }
        let name = rest[1..].split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        if !(name == "OTRS" || name == "attribute" || !matches!(name, "link" | "time") && is_filled_by_hand(name)) {
            return None;
        }
        let found = self.slot(start, "<", ">")?;
        (!self.text[start + 1..found.span.end].contains(['<', '@'])).then_some(found)
    }

    /// `%first_name%`
    fn percent(&self, start: usize) -> Option<Mark> {
        let rest = &self.text[start + 1..];
        let len = rest.bytes().take(42).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).count();
        let number = self.text[..start].ends_with(|c: char| c.is_ascii_digit());
        let named = rest.starts_with(|c: char| c.is_ascii_alphabetic());
        (!number && named && (2..=40).contains(&len) && rest[len..].starts_with('%'))
            .then(|| mark(start, start + len + 2, Kind::Slot))
    }

    /// `$contact.name`
    fn dollar(&self, start: usize) -> Option<Mark> {
        let rest = &self.text[start..];
        let owner = ["$contact.", "$assignee.", "$system."].into_iter().find(|owner| rest.starts_with(owner))?;
        let name = &rest[owner.len()..];
        let len = name.bytes().take(60).take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        (len > 0).then(|| mark(start, start + owner.len() + len, Kind::Slot))
    }

    /// A stretch of one line between `open` and `close` that holds neither.
    fn slot(&self, start: usize, open: &str, close: &str) -> Option<Mark> {
        if !self.text[start..].starts_with(open) {
            return None;
        }
        let from = start + open.len();
        let stop = [open.as_bytes()[0], close.as_bytes()[0]];
        let window = &self.text.as_bytes()[from..self.text.len().min(from + MAX_SLOT)];
        let len = memchr::memchr3(stop[0], stop[1], b'\n', window);
        spend(len.unwrap_or(window.len()));
        let len = len?;
        (window[len..].starts_with(close.as_bytes()) && !window[..len].iter().all(u8::is_ascii_whitespace))
            .then(|| mark(start, from + len + close.len(), Kind::Slot))
    }

    /// Where `close` ends, if that is within so many bytes.
    fn within(&self, from: usize, close: &str, max: usize) -> Option<usize> {
        let window = &self.text.as_bytes()[from..self.text.len().min(from + max)];
        let found = memmem::find(window, close.as_bytes());
        spend(found.unwrap_or(window.len()));
        found.map(|i| from + i + close.len())
    }

    /// A comment that ends with one of [`CLOSERS`], at any distance.
    fn comment(&mut self, start: usize, closer: usize) -> Option<Mark> {
        // The next one is that which was found before, unless it is behind.
        if self.closers[closer].is_none_or(|at| at < start) {
            let found = memmem::find(&self.text.as_bytes()[start..], CLOSERS[closer].as_bytes());
            spend(found.unwrap_or(self.text.len() - start));
            self.closers[closer] = Some(found.map_or(usize::MAX, |i| start + i));
        }
        let at = self.closers[closer].filter(|at| *at != usize::MAX)?;
        let mut end = at + CLOSERS[closer].len();
        if CLOSERS[closer] == "endcomment" {
            end = self.within(end, "%}", MAX_SLOT)?;
        }
        Some(mark(start, end, Kind::Comment))
    }
}

const fn mark(start: usize, end: usize, kind: Kind) -> Mark {
    Mark { span: Span::new(start, end), kind }
}

/// The word that a text begins with.
fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// Tags that may be written without any space, other than those that begin with `end`.
#[rustfmt::skip]
const KEYWORDS: [&str; 22] = [
    "assign", "autoescape", "block", "break", "capture", "case", "comment", "cycle", "elif", "else", "elseif",
    "elsif", "extends", "for", "if", "include", "raw", "render", "set", "trans", "unless", "when",
];

/// What the definition of a link begins with.
const TARGETS: [&str; 5] = ["<", "http", "/", "#", "mailto:"];

/// What people begin a blank with that is to be filled by hand.
#[rustfmt::skip]
const BLANKS: [&str; 24] = [
    "add", "agent", "amount", "company", "customer", "date", "email", "enter", "first", "insert", "issue", "last",
    "link", "name", "number", "order", "product", "reporter", "ticket", "time", "url", "user", "username", "your",
];

fn is_filled_by_hand(first: &str) -> bool {
    BLANKS.iter().any(|blank| blank.eq_ignore_ascii_case(first))
}

/// Whether `[…]` around this is a blank for a person to fill: `Customer Name`, `your name`, `order_id`, but not `1`, `x` or `sic`.
fn is_blank(inside: &str) -> bool {
    let named =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '\'' | '’' | '/' | '#' | '.' | '&' | ',');
    let first = word(inside);
    inside.len() >= 2
        && inside.len() <= 60
        && inside.chars().all(named)
        && inside.split_whitespace().count() <= 8
        && (inside.starts_with(|c: char| c.is_ascii_uppercase())
            || inside.starts_with(|c: char| c.is_ascii_lowercase())
                && (inside.contains('_') || is_filled_by_hand(first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &str) -> Vec<(&str, Kind)> {
        let mut scanner = Scanner::new(text).with_html_comments();
        let (mut out, mut at) = (Vec::new(), 0);
        while let Some(mark) = scanner.find(at) {
            out.push((&text[mark.span.range()], mark.kind));
            at = mark.span.end;
        }
        out
    }

    #[test]
    fn dialects() {
        use Kind::{Branch, Comment, Slot, Tag};
        let one = [
            ("{{ticket.requester.first_name}}", Slot),
            ("{{ ticket.title | default: \"x\" }}", Slot),
            ("{{1}}", Slot),
            ("{{{Recipient.FirstName}}}", Slot),
            ("{{#if vip}}", Tag),
            ("{{/if}}", Tag),
            ("{{else}}", Branch),
            ("{{!-- a {{ b }} --}}", Comment),
            ("{{! agreed\nwith legal }}", Comment),
            ("{{~! a }}", Comment),
            ("{#\u{a0}a\u{a0}#}", Comment),
            ("{%customer.firstName,fallback=there%}", Slot),
            ("{%customer.firstName,fallback=%}", Slot),
            ("{%subject%}", Slot),
            ("{% if ticket.vip %}", Tag),
            ("{%endif%}", Tag),
            ("{%- else -%}", Branch),
            ("{% trans\n  url=\"x\" %}", Tag),
            ("{% comment %} no\n\n {{ x }} {% endcomment %}", Comment),
            ("{# SPDX -#}", Comment),
            ("{!Contact.FirstName}", Slot),
            ("%{ticket.name.first}", Slot),
            ("#{user.firstname}", Slot),
            ("${current_user}", Slot),
            ("$contact.name", Slot),
            ("((name))", Slot),
            ("[% token_url %]", Slot),
            ("[% IF user %]", Tag),
            ("[% I %]", Slot),
            ("[% ELSE %]", Branch),
            ("[%# note %]", Comment),
            ("<%= name %>", Slot),
            ("<% if name %>", Tag),
            ("<% else %>", Branch),
            ("<%- elsif vip -%>", Branch),
            ("<OTRS_CUSTOMER_REALNAME>", Slot),
            ("<attribute key=\"user.name\" default=\"there\"/>", Slot),
            ("{contactfield=firstname|there}", Slot),
            ("{$client_first_name}", Slot),
            ("{reporter}", Slot),
            ("*|FNAME|*", Slot),
            ("%first_name%", Slot),
            ("[Customer Name]", Slot),
            ("[NAME]", Slot),
            ("[Name]", Slot),
            ("[your name]", Slot),
            ("[order_id]", Slot),
            ("<insert issue>", Slot),
            ("<reporter>", Slot),
            ("[[MISSING TOKEN - FIRSTNAME]]", Slot),
            ("[[fr]]", Tag),
            ("<!-- a\n\nb -->", Comment),
        ];
        for (text, kind) in one {
            assert_eq!(marks(&format!("Hi {text}, é")), [(text, kind)], "{text}");
            assert_eq!(marks(text), [(text, kind)], "{text}");
        }
        assert_eq!(
            marks("Ticket #{{ticket.id}} and ##{ticket.number}"),
            [("{{ticket.id}}", Slot), ("#{ticket.number}", Slot)]
        );
    }

    #[test]
    fn a_mark_may_fill_its_line() {
        for (text, fills) in [
            ("{% else %}", true),
            ("a\n \t{% else %} \r\nb", true),
            ("a {% else %}\nb", false),
            ("a\n{% else %} b", false),
            ("a {% else %} b", false),
        ] {
            let mark = Scanner::new(text).find(0).expect("a mark");
            assert_eq!(mark.fills_line(text), fills, "{text:?}");
        }
    }

    #[test]
    fn languages() {
        for (text, found) in [
            ("[[en]]Hi[[/en]] [[fr]]Salut[[/fr]]", &["[[fr]]Salut[[/fr]]"][..]),
            ("[[fr]]a [[de]] b[[/fr]][[de]]c[[/de]]", &["[[fr]]a [[de]] b[[/fr]]", "[[de]]c[[/de]]"]),
            ("[[fr]]Salut", &[]),
            ("[[fr]]a[[fr]]b[[/de]]c[[/fr]]", &["[[fr]]a[[fr]]b[[/de]]c[[/fr]]"]),
            ("Salut[[/fr]] [[name]] [[", &[]),
        ] {
            let blocks: Vec<&str> = super::blocks(text).into_iter().map(|span| &text[span.range()]).collect();
            assert_eq!(blocks, found, "{text}");
        }
    }

    #[test]
    fn slots_are_known_by_their_names() {
        for (raw, expected) in [
            ("{{ticket.requester.first_name}}", Slot::Name),
            ("{%customer.firstName,fallback=there%}", Slot::Name),
            ("[Customer Name]", Slot::Name),
            ("<attribute key=\"user.name\" default=\"there\"/>", Slot::Name),
            ("*|FNAME|*", Slot::Name),
            ("{{ order.total | money }}", Slot::Amount),
            ("{{refund_amount}}", Slot::Amount),
            ("{{ delivery.date | date: \"%B\" }}", Slot::Date),
            ("#{ticket.number}", Slot::Number),
            ("${order_id}", Slot::Number),
            ("((reset_link))", Slot::Url),
            ("%recipient_email%", Slot::Email),
            ("{{ticket.description}}", Slot::Other),
            ("{{1}}", Slot::Other),
            ("{}", Slot::Other),
        ] {
            assert_eq!(slot(raw), expected, "{raw}");
        }
    }

    #[test]
    fn a_file_is_in_one_dialect_when_nearly_all_is() {
        let of = |braces: usize, hashes: usize| {
            let slots = std::iter::repeat_n("{{x}}", braces).chain(std::iter::repeat_n("#{x}", hashes));
            Dialect::of_all(slots.chain(["<x>"]))
        };
        for (braces, hashes, expected) in [
            (0, 0, None),
            (MANY - 1, 0, None),
            (MANY, 0, Some(Dialect::Braces)),
            (MANY, 1, Some(Dialect::Braces)),
            (MANY, 2, None),
            (2 * MANY, 2, Some(Dialect::Braces)),
            (0, MANY, Some(Dialect::Hash)),
        ] {
            assert_eq!(of(braces, hashes), expected, "{braces} {hashes}");
        }
    }

    #[test]
    fn fallbacks() {
        for (text, said) in [
            ("{{first_name | fallback: \"there\"}}", "there"),
            ("{{ x | upcase | default: 'valued customer' }}", "valued customer"),
            ("{{ x | default(\"you | all\") }}", "you | all"),
            ("{{ x | default(\"you\", true) | title }}", "you"),
            ("{{ x | default: &quot;dear customer&quot; }}", "dear customer"),
            ("{{ name.first | \"there\" }}", "there"),
            ("{{ name.first || 'there' }}", "there"),
            ("{{contact.firstname|there}}", "there"),
            ("{%customer.firstName,fallback=there%}", "there"),
            ("%{name,fallback:there}", "there"),
            ("{contactfield=firstname|there}", "there"),
            ("((show??text to show))", "text to show"),
            ("<attribute key=\"user.name\" default=\"there\"/>", "there"),
            ("{{ x }}", ""),
            ("{{ x | default: 0 }}", ""),
            ("{{ x | default: \"\" }}", ""),
            ("{{ x | date: \"%B %d\" }}", ""),
            ("{{ x|upper }}", ""),
            ("{{x|truncate:20}}", ""),
            ("{{|there}}", ""),
            ("{{ x | my_filter }}", ""),
            ("{{ x | replace: \"a\", \"b\" }}", ""),
            ("{%customer.firstName,fallback=%}", ""),
            ("{$a|b}", ""),
            ("((name))", ""),
        ] {
            let all = format!("é {text} é");
            let found = fallback(&all, Span::new(3, 3 + text.len()));
            assert_eq!(found.map_or("", |span| &all[span.range()]), said, "{text}");
        }
    }

    #[test]
    fn before_a_colon() {
        assert_eq!(marks("Dear [Customer Name]:"), [("[Customer Name]", Kind::Slot)]);
        assert_eq!(marks("[Our Portal]: https://example.com"), []);
    }

    #[test]
    fn not_placeholders() {
        for text in [
            "[text](url)",
            "[Text](url)",
            "[Text][ref]",
            "[Ref]: https://example.com",
            "![Alt]",
            "[1]",
            "[x]",
            "[ ]",
            "[sic]",
            "[[12]]",
            "{}",
            "{12}",
            "{name: x}",
            "{{}}",
            "{{ }}",
            "{\"key\": 1}",
            "{{unclosed",
            "{% unclosed",
            "{ticket\n}",
            "50% to 60%",
            "100%sure%",
            "$5.00 (net)",
            "a < b > c",
            "<p>",
            "<https://example.com>",
            "<name@example.com>",
            "<!-- open",
            "(a) ((b)",
            "{# heading-id }",
            "## Heading {#id}",
            "$contact. then",
        ] {
            assert_eq!(marks(text), [], "{text}");
        }
        assert_eq!(marks("{{ open {{ name }}"), [("{{ name }}", Kind::Slot)]);
        assert_eq!(marks("{% if a <b {% endif %}"), [("{% endif %}", Kind::Tag)]);
    }
}
