//! Figures that a sentence hangs on: how long, how much, how many, when, and where to write.

use super::hash_all;

/// A figure, or a range of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Figure {
    pub(super) measure: Measure,
    low: u64,
    high: u64,
}

/// What a figure measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Measure {
    /// In hundredths of a minute.
    Time {
        /// Whether only days at work count.
        working: bool,
    },
    /// In hundredths of a percent.
    Percent,
    /// In hundredths of a currency, whose sign is a word of the sentence.
    Money,
    /// In hundredths of what the next word says.
    Count,
    /// In minutes of a day.
    Clock,
    /// A number for the address of a mailbox, or for a telephone number.
    Address,
    /// A number for the address of a page.
    Link,
}

impl Figure {
    pub(super) const fn new(measure: Measure, (low, high): (u64, u64)) -> Self {
        Self { measure, low, high }
    }

    /// A number for it: the same for all ways of writing it.
    pub(super) fn key(self) -> u64 {
        let measure = match self.measure {
            // Times are the same in whatever they are counted.
            Measure::Time { .. } => 1,
            Measure::Percent => 2,
            Measure::Money => 3,
            Measure::Count => 4,
            Measure::Clock => 5,
            Measure::Address => 6,
            Measure::Link => 7,
        };
        hash_all([measure, self.low, self.high])
    }

    /// From the lower of one to the upper of another: `3` and `5` in “3 to 5 days”.
    pub(super) const fn to(self, other: Self) -> Self {
        Self { measure: other.measure, low: self.low, high: other.high }
    }

    /// Whether both cannot be true of the same thing. “Within 5 days” and “3 to 5 days” can.
    pub(super) fn is_at_odds_with(self, other: Self) -> bool {
        use Measure::{Clock, Time};
        match (self.measure, other.measure) {
            (Time { working: true }, Time { working: false }) => {
                7 * self.high != 5 * other.high && self.high != other.high
            }
            (Time { working: false }, Time { working: true }) => other.is_at_odds_with(self),
            (Time { .. }, Time { .. }) if self.high == other.high => false,
            (a, b) if a != b => false,
            (Clock, _) => (self.low, self.high) != (other.low, other.high),
            _ => self.high != other.high,
        }
    }
}

/// The lower and the upper of a number in hundredths, and what is written right behind it: `3-5`, `1,000.50`, `24h`, `10%`.
pub(super) fn number(text: &str) -> Option<((u64, u64), &str)> {
    let (low, rest) = decimal(text.trim_start_matches(|c: char| !c.is_ascii_digit()))?;
    match rest.strip_prefix(['-', '–', '‑']).and_then(decimal) {
        Some((high, rest)) => Some(((low, high), rest)),
        None => Some(((low, low), rest)),
    }
}

/// No sentence hangs on so large a number of anything, in hundredths; what is smaller can be reckoned with.
const LARGEST: u64 = 1_000_000_000_000;

/// A number in hundredths, and the rest.
fn decimal(text: &str) -> Option<(u64, &str)> {
    let (mut value, mut places, mut at) = (0_u64, None::<u32>, 0);
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    while let Some(&b) = bytes.get(at) {
        match b {
            b'0'..=b'9' if places.is_none_or(|places| places < 2) => {
                value = value.checked_mul(10)?.checked_add(u64::from(b - b'0'))?;
                places = places.map(|places| places + 1);
            }
            b'0'..=b'9' => {}
            b',' if places.is_none() && is_digit(at + 1) && is_digit(at + 2) && is_digit(at + 3) => {}
            b'.' | b',' if places.is_none() && is_digit(at + 1) => places = Some(0),
            _ => break,
        }
        at += 1;
    }
    let hundredths = value.checked_mul(10_u64.pow(2 - places.unwrap_or(0)))?;
    (at > 0 && hundredths < LARGEST).then(|| (hundredths, &text[at..]))
}

/// A time of day or a range of them, in minutes: `9am`, `17:30`, `8am–8pm`.
pub(super) fn clock(text: &str) -> Option<(u64, u64)> {
    let text = text.to_ascii_lowercase();
    let parts: Vec<_> = text.split(['-', '–', '‑']).map(time).collect::<Option<_>>()?;
    match parts[..] {
        [only] => Some((only, only)),
        [from, to] => Some((from, to)),
        _ => None,
    }
}

fn time(text: &str) -> Option<u64> {
    let figures = text.trim_end_matches(['a', 'p', 'm', '.', ' ']);
    let (hour, minute) = figures.split_once([':', '.']).unwrap_or((figures, "0"));
    let (hour, minute): (u64, u64) = (hour.parse().ok()?, minute.parse().ok()?);
    let half = match text[figures.len()..].trim_start().chars().next() {
        Some('p') => 12,
        _ => 0,
    };
    let hour = if half > 0 || text.contains('a') { hour % 12 + half } else { hour };
    (hour < 25 && minute < 60).then_some(60 * hour + minute)
}

/// How many minutes a word stands for that times are counted in.
pub(super) fn minutes(word: &str) -> Option<u64> {
    Some(match word {
        "minute" | "minutes" | "min" | "mins" => 1,
        "hour" | "hours" | "hr" | "hrs" | "h" => 60,
        "day" | "days" => 24 * 60,
        "week" | "weeks" | "wk" | "wks" => 7 * 24 * 60,
        "month" | "months" => 30 * 24 * 60,
        "year" | "years" | "yr" | "yrs" => 365 * 24 * 60,
        _ => return None,
    })
}

/// What a word for a number stands for.
pub(super) fn in_words(word: &str) -> Option<u64> {
    const WORDS: &[&str] = &[
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen",
    ];
    let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let small = WORDS.iter().position(|known| *known == word).map(|at| at as u64 + 1);
    small.or_else(|| tens.iter().position(|known| *known == word).map(|at| 10 * (at as u64 + 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read() {
        assert_eq!(number("3-5"), Some(((300, 500), "")));
        assert_eq!(number("$1,000.50"), Some(((100_050, 100_050), "")));
        assert_eq!(number("24h"), Some(((2400, 2400), "h")));
        assert_eq!(number("2.5%"), Some(((250, 250), "%")));
        assert_eq!(number("9,99"), Some(((999, 999), "")));
        assert_eq!(number("x"), None);
        assert_eq!(clock("8am–8pm"), Some((480, 1200)));
        assert_eq!(clock("12pm"), Some((720, 720)));
        assert_eq!(clock("17:30"), Some((1050, 1050)));
        assert_eq!(clock("Rev2am"), None);
    }

    #[test]
    fn what_includes_the_other_is_not_at_odds() {
        let days = |low, high, working| Figure::new(Measure::Time { working }, (low, high));
        assert!(days(3, 5, false).is_at_odds_with(days(7, 7, false)));
        assert!(!days(3, 5, false).is_at_odds_with(days(5, 5, false)));
        assert!(!days(5, 5, true).is_at_odds_with(days(7, 7, false)));
        assert!(!days(7, 7, false).is_at_odds_with(days(5, 5, true)));
        assert!(days(3, 3, true).is_at_odds_with(days(7, 7, false)));
        assert!(!days(5, 5, false).is_at_odds_with(Figure::new(Measure::Percent, (7, 7))));
    }
}
