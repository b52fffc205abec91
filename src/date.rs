//! Days: until when something holds, and which day it is.

use std::fmt;

/// A day of the calendar. Earlier days are less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day that is written as `2027-01-31`; none where there is no such day.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()));
            part?.parse::<u16>().ok()
        };
        let (year, month, day) = (number(4)?, number(2)? as u8, number(2)? as u8);
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        ((1..=days).contains(&day) && parts.next().is_none()).then_some(Self { year, month, day })
    }

    /// The day on which so many seconds have passed since 1970 began, both in UTC.
    pub fn at(seconds: u64) -> Self {
        // Years begin in March here, so that the day which some have and others have not is the last of a year, and of 400 years.
        let days = seconds / 86_400 + 719_468;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let (first, month) = ((153 * month + 2) / 5, if month < 10 { month + 3 } else { month - 9 });
        let year = era * 400 + year + u64::from(month <= 2);
        Self { year: year as u16, month: month as u8, day: (day - first + 1) as u8 }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_from_seconds() {
        for (days, date) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (789, "1972-02-29"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_819, "2027-01-01"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(Date::at(days * 86_400).to_string(), date);
            assert_eq!(Date::at(days * 86_400 + 86_399).to_string(), date);
        }
        // Each day is the one after that before it, and there is such a day.
        let mut last = Date::at(0);
        for day in 1..60_000 {
            let next = Date::at(day * 86_400);
            assert!(last < next);
            assert_eq!(Date::parse(&next.to_string()), Some(next));
            last = next;
        }
    }

    #[test]
    fn what_is_no_day() {
        for text in ["", "2027-02-29", "2027-1-1", "27-01-01", "2027-01-01T00:00:00", "tomorrow"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
