//! Sentences that say how things are, and whether two of them can be true at once.
//!
//! A claim is what is left of a sentence without its figure or its “not”, and without the words that change nothing: claims that
//! leave the same words are about the same. They are at odds where their figures are, or one denies what the other says. Sentences that speak
//! of one customer's case, or hang on what stands elsewhere, make no claim.

use super::figure::{Figure, Measure};
use super::{AtOdds, Over, Reply, Side, hash, hash_all};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// A word of a sentence, or what is taken for one.
pub(super) struct Item {
    /// The same for all that is read as the same word.
    pub(super) key: u64,
    /// The same for all its forms.
    pub(super) stem: u64,
    pub(super) what: What,
    /// In bytes of the derived text.
    pub(super) span: Span,
    /// In lower case.
    pub(super) word: String,
}

/// What a word is to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Word,
    /// `not`, `never`, `no`
    Denial,
    Figure(Figure),
    Slot {
        is_name: bool,
    },
}

/// What a sentence claims.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    /// A number for all that it says but for what [`Says`] holds.
    about: u64,
    says: Says,
    /// A number for the conditions named around it: only claims under the same are compared.
    context: u64,
    /// Whether it tells too little by itself, so that only replies that are otherwise the same are compared.
    is_vague: bool,
    /// Its words in the reply.
    pub(super) words: Range<u32>,
    /// Which of them hold the figures, or the denial.
    keys: Box<[u32]>,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    Figures(Box<[Figure]>),
    Denied(bool),
}

/// Words that change nothing about a claim.
#[rustfmt::skip]
const LITTLE: &[&str] = &[
    "a", "an", "the", "our", "its", "their", "your", "will", "would", "shall", "can", "may", "might", "could", "is",
    "are", "be", "am", "do", "does", "usually", "normally", "typically", "generally", "ordinarily", "approximately",
    "approx", "roughly", "around", "about", "up", "within", "in", "please", "kindly", "just", "simply", "also",
    "always", "currently", "then", "so", "that", "note", "advised", "remember", "aware", "however", "as", "to", "for",
    "of", "between", "at", "on", "by", "with", "from", "or", "and", "there", "us", "take", "takes", "taking", "last",
    "lasts",
];
/// Words that say little about what a claim is about.
#[rustfmt::skip]
const GENERAL: &[&str] = &[
    "it", "they", "this", "these", "those", "you", "we", "find", "information", "info", "read", "see", "visit", "click",
    "link", "page", "website", "site", "article", "detail", "details", "more", "learn", "here", "contact", "email",
    "mail", "write", "reach", "call", "send", "message", "question", "questions", "reply", "number", "get", "give",
    "back", "follow", "use", "go", "other", "any", "all", "if", "when", "have", "need", "want", "include", "team",
    "support", "customer", "service", "check", "only", "allow", "must", "open", "step", "least", "most", "time",
];
/// Words of a sentence about one customer's case, or about what was.
#[rustfmt::skip]
const OF_A_CASE: &[&str] = &[
    "i", "my", "me", "was", "were", "did", "been", "today", "tomorrow", "yesterday", "tonight", "example", "he", "she",
    "him", "her", "unfortunately", "afraid", "sorry", "already", "yet", "now",
];
/// Words that stand for what is named elsewhere.
const POINTING: &[&str] =
    &["it", "this", "these", "those", "they", "them", "here", "above", "below", "following", "other", "else"];
/// Words that begin a step of some instruction: how long to hold a button hangs on the button.
#[rustfmt::skip]
const ORDERS: &[&str] = &[
    "wait", "hold", "press", "leave", "try", "restart", "keep", "let", "turn", "tap", "repeat", "allow", "unplug",
    "charge", "add", "use", "choose", "select", "enter", "heat", "bake", "soak", "mix", "apply", "store",
];
/// Words that begin a condition, or by which a denial is one of a case.
#[rustfmt::skip]
const UNLESS: &[&str] = &[
    "if", "when", "whenever", "unless", "whether", "once", "until", "because", "since", "while", "where", "after",
    "before", "as", "your", "that", "would", "should", "will", "has", "have", "had", "able", "eligible", "still", "any",
    "longer", "only", "but", "except", "however", "although", "though", "instead", "who", "which", "what", "how", "why",
    "let", "worry", "like",
];
/// What a decision grants or refuses: “you can get a refund” is said in one case, and its opposite in the next.
#[rustfmt::skip]
const OUTCOMES: &[&str] = &[
    "refund", "refunds", "replacement", "compensation", "exchange", "discount", "extension", "credit", "upgrade",
    "cancellation", "reimbursement", "waiver", "exception",
];
/// Things of one customer's case, where “the” stands before them.
#[rustfmt::skip]
const OF_THE_CASE: &[&str] = &[
    "order", "item", "product", "account", "request", "ticket", "case", "parcel", "package", "payment", "booking",
    "device", "card", "subscription", "application", "claim", "delivery", "shipment", "issue", "file", "page",
    "appointment", "invoice", "amount", "transaction", "return", "change", "code", "link", "problem", "error", "charge",
    "date", "address", "number", "customer", "reservation",
];
/// Conditions under which things may differ: claims are compared only under the same.
#[rustfmt::skip]
const CONDITIONS: &[&str] = &[
    "standard", "express", "economy", "priority", "expedited", "overnight", "same-day", "next-day", "next", "same",
    "first", "second", "third", "final", "monthly", "month", "annual", "annually", "yearly", "year", "weekly", "daily",
    "basic", "pro", "premium", "plus", "free", "paid", "trial", "starter", "enterprise", "personal", "family",
    "student", "students", "online", "in-store", "store", "stores", "branch", "new", "existing", "returning", "credit",
    "debit", "paypal", "klarna", "cash", "gift", "card", "cards", "bank", "transfer", "cheque", "check", "weekday",
    "weekdays", "weekend", "weekends", "saturday", "saturdays", "sunday", "sundays", "monday", "tuesday", "wednesday",
    "thursday", "friday", "holiday", "holidays", "christmas", "easter", "summer", "winter", "android", "ios", "windows",
    "mac", "linux", "iphone", "ipad", "men", "women", "kids", "children", "child", "adult", "adults", "senior",
    "seniors", "infant", "infants", "small", "medium", "large", "heavy", "bulky", "fragile", "vip", "gold", "silver",
    "bronze", "platinum", "digital", "physical", "sale", "clearance", "discounted", "personalised", "personalized",
    "custom", "faulty", "damaged", "defective", "unwanted", "opened", "unopened", "used", "unused", "partial", "full",
    "rush", "pre-order", "preorder", "backorder", "made-to-order", "wholesale", "retail", "member", "members", "guest",
    "guests", "urgent", "emergency", "single", "double", "peak", "off-peak", "local", "remote", "home", "office", "cat",
    "dog", "puppy", "kitten", "hire", "rental", "part-time", "full-time", "frozen", "fresh", "hot", "cold", "morning",
    "afternoon", "evening", "lunch", "dinner", "phone", "chat", "email", "mobile", "landline", "broadband", "fibre",
    "fiber", "electric", "gas", "water", "flight", "flights", "train", "hotel",
];
/// Places under whose law and from whose warehouse things may differ.
#[rustfmt::skip]
const REGIONS: &[&str] = &[
    "international", "domestic", "overseas", "abroad", "european", "eu", "europe", "emea", "apac", "uk", "gb", "ie",
    "ireland", "us", "usa", "ca", "canada", "au", "australia", "nz", "in", "india", "za", "sg", "de", "germany", "fr",
    "france",
];

/// Numbers for the conditions that a text names.
pub(super) fn conditions(text: &str) -> Vec<u64> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
    // `us` and `in` are regions where files are named, and little words elsewhere.
    let is_region = |word: &str| (word.len() > 2 || word == "uk" || word == "eu") && REGIONS.contains(&word);
    let is_condition = |word: &&str| CONDITIONS.contains(word) || is_region(word);
    words.filter(is_condition).map(|word| hash(word.trim_end_matches('s').as_bytes())).collect()
}

/// Numbers for the regions that the name of a file tells.
pub(super) fn regions(name: &str) -> Vec<u64> {
    let name = name.to_lowercase();
    let words = name.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| REGIONS.contains(word)).map(|word| hash(word.as_bytes())).collect()
}

/// A number for the words of a sentence that are neither figures nor little.
pub(super) fn frame(items: &[Item]) -> u64 {
    let counts = |item: &&Item| !matches!(item.what, What::Figure(_)) && !LITTLE.contains(&item.word.as_str());
    hash_all(items.iter().filter(counts).map(|item| item.stem))
}

/// What a sentence claims, whose words in the reply and whose conditions are these.
pub(super) fn of(items: &[Item], words: Range<usize>, context: u64) -> Vec<Claim> {
    let has = |list: &[&str]| items.iter().any(|item| list.contains(&item.word.as_str()));
    let slot = items.iter().any(|item| item.what == What::Slot { is_name: false });
    if slot || items.len() < 3 || has(OF_A_CASE) {
        return Vec::new();
    }
    let told = |item: &&Item| match item.what {
        What::Word => !LITTLE.contains(&item.word.as_str()),
        What::Denial | What::Figure(_) => true,
        What::Slot { .. } => false,
    };
    let told: Vec<&Item> = items.iter().filter(told).collect();
    let is_telling =
        |item: &&&Item| item.what == What::Word && !GENERAL.contains(&item.word.as_str()) && item.word.len() > 1;
    let telling: BTreeSet<u64> = told.iter().filter(is_telling).map(|item| item.stem).collect();
    let words = words.start as u32..words.end as u32;
    let claim = |about, says, is_vague, is_key: fn(&Item) -> bool| {
        let keys = (0..).zip(items).filter(|(_, item)| is_key(item)).map(|(number, _)| number).collect();
        Claim { about, says, context, is_vague, words: words.clone(), keys }
    };
    let mut claims = Vec::new();

    let figures: Box<[Figure]> = told.iter().filter_map(|item| item.what.figure()).collect();
    if !figures.is_empty() && !tells_of_the_past(items) {
        let number = |item: &&Item| match item.what {
            // What it measures counts, how it is counted does not: hours are compared with days.
            What::Figure(figure) => match figure.measure {
                Measure::Time { .. } => 2,
                Measure::Percent => 3,
                Measure::Money => {
                    hash(item.word.trim_matches(|c: char| c.is_ascii_digit() || ".,-–".contains(c)).as_bytes())
                }
                Measure::Count => 4,
                Measure::Clock => 5,
                Measure::Address => 6,
                Measure::Link => 7,
            },
            _ => item.stem,
        };
        let of = |measure| figures.iter().any(|figure| figure.measure == measure);
        let enough = if of(Measure::Link) { 2 } else { 1 };
        let owned = has(&["your", "that"]) && of(Measure::Money);
        let order = told.first().is_some_and(|first| ORDERS.contains(&first.word.as_str())) && !of(Measure::Address);
        let is_vague = telling.len() < enough || has(POINTING) || owned || order;
        let about = hash_all(told.iter().map(number));
        claims.push(claim(about, Says::Figures(figures), is_vague, |item| item.what.figure().is_some()));
    }

    let denials = told.iter().filter(|item| item.what == What::Denial).count();
    if denials < 2 && telling.len() > 1 && !has(UNLESS) && !has(POINTING) && !is_decided(items) {
        let number = |item: &&Item| match item.what {
            What::Figure(figure) => figure.key(),
            _ => item.stem,
        };
        let kept = told.iter().filter(|item| item.what != What::Denial).map(number);
        let about = hash_all([1, hash_all(kept)]);
        claims.push(claim(about, Says::Denied(denials == 1), false, |item| item.what == What::Denial));
    }
    claims
}

/// Whether a sentence tells what has been done: “we have added”, “we called”, but not “you have 14 days”.
fn tells_of_the_past(items: &[Item]) -> bool {
    items.windows(2).any(|pair| {
        let (before, behind) = (pair[0].word.as_str(), pair[1].word.as_str());
        let held =
            matches!(pair[1].what, What::Figure(_)) || matches!(behind, "a" | "an" | "the" | "up" | "until" | "to");
        matches!(before, "have" | "has" | "had") && !held
            || matches!(before, "we" | "you" | "they") && behind.ends_with("ed")
    })
}

/// Whether a sentence may be the answer to one customer: what “you are”, what “we can”, whether to get “a refund”, or “the order”.
fn is_decided(items: &[Item]) -> bool {
    let pair = |of: &dyn Fn(&str, &str) -> bool| items.windows(2).any(|pair| of(&pair[0].word, &pair[1].word));
    pair(&|a, b| {
        a == "you" && matches!(b, "are" | "be")
            || a == "we" && matches!(b, "can" | "could" | "are" | "may" | "be" | "must")
    }) || pair(&|a, b| {
        matches!(a, "a" | "an" | "any" | "the") && OUTCOMES.contains(&b) || a == "the" && OF_THE_CASE.contains(&b)
    })
}

impl What {
    fn figure(self) -> Option<Figure> {
        match self {
            Self::Figure(figure) => Some(figure),
            _ => None,
        }
    }
}

/// A claim of a reply.
#[derive(Clone, Copy)]
struct Made<'r> {
    reply: usize,
    claim: &'r Claim,
}

/// Against so many replies of another side each reply is held.
const COMPARED: usize = 64;
/// So many sides a sentence may have; one with more is a list of prices.
const SIDES: usize = 12;

/// The claims of replies that are at odds, in the order in which the replies are looked at.
pub(super) fn find(replies: &[Reply], order: &[usize]) -> Vec<AtOdds> {
    let mut about: HashMap<u64, Vec<Made<'_>>> = HashMap::new();
    for &reply in order {
        for claim in &replies[reply].claims {
            about.entry(claim.about).or_default().push(Made { reply, claim });
        }
    }
    let mut found: Vec<AtOdds> = about.into_values().filter_map(|made| at_odds(replies, made)).collect();
    let weight = |odds: &AtOdds| odds.sides.iter().map(|side| side.replies.len()).sum::<usize>();
    found.sort_by(|a, b| {
        let (a, b) = (
            (a.over, weight(b), &a.sides[0].replies, &a.sides[0].sentence.text),
            (b.over, weight(a), &b.sides[0].replies, &b.sides[0].sentence.text),
        );
        a.cmp(&b)
    });
    found
}

/// Claims about the same, if some are at odds.
fn at_odds(replies: &[Reply], made: Vec<Made<'_>>) -> Option<AtOdds> {
    // Where one reply makes the claim in two ways, it is a list.
    let mut first: HashMap<u64, &Says> = HashMap::new();
    let mut lists: BTreeSet<u64> = BTreeSet::new();
    for made in &made {
        let home = replies[made.reply].home;
        if **first.entry(home).or_insert(&made.claim.says) != made.claim.says {
            lists.insert(home);
        }
    }
    let mut ways: BTreeMap<&Says, Vec<Made<'_>>> = BTreeMap::new();
    for made in made.iter().filter(|made| !lists.contains(&replies[made.reply].home)) {
        ways.entry(&made.claim.says).or_default().push(*made);
    }
    if !(2..=SIDES).contains(&ways.len()) {
        return None;
    }
    let ways: Vec<(&Says, Vec<Made<'_>>)> = ways.into_iter().collect();
    let mut sides: Vec<BTreeMap<usize, Made<'_>>> = vec![BTreeMap::new(); ways.len()];
    for (side, (says, own)) in sides.iter_mut().zip(&ways) {
        for (_, others) in ways.iter().filter(|(other, _)| says.denies(other)) {
            let denied =
                |made: &&Made<'_>| others.iter().take(COMPARED).any(|other| made.is_comparable(other, replies));
            side.extend(own.iter().filter(denied).map(|made| (made.reply, *made)));
        }
    }
    sides.retain(|side| !side.is_empty());
    sides.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.keys().cmp(b.keys())));
    let shown: Vec<Made<'_>> = sides.iter().filter_map(|side| side.values().next()).copied().collect();
    let [first, second, ..] = shown[..] else { return None };
    let words = |made: Made<'_>| made.claim.words.start as usize..made.claim.words.end as usize;
    let side = |(at, side): (usize, &BTreeMap<usize, Made<'_>>)| {
        let (own, other) = (shown[at], if at == 0 { second } else { first });
        let mut differs = vec![false; own.claim.words.len()];
        for (number, key) in own.claim.keys.iter().enumerate() {
            differs[*key as usize] = own.claim.says.differs(&other.claim.says, number);
        }
        Side {
            replies: side.keys().copied().collect(),
            sentence: replies[own.reply].passage(own.reply, words(own), &differs),
        }
    };
    let over = match first.claim.says {
        Says::Figures(_) => Over::Figure,
        Says::Denied(_) => Over::Denial,
    };
    Some(AtOdds { over, sides: sides.iter().enumerate().map(side).collect() })
}

impl Says {
    /// Whether another says something else in the place of its figure of this number.
    fn differs(&self, other: &Self, number: usize) -> bool {
        match (self, other) {
            (Self::Figures(a), Self::Figures(b)) => a.get(number) != b.get(number),
            _ => self != other,
        }
    }

    /// Whether both cannot be true. Where several figures differ, they are those of two things.
    fn denies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Denied(a), Self::Denied(b)) => a != b,
            (Self::Figures(a), Self::Figures(b)) => {
                let differ = a.iter().zip(b).filter(|(a, b)| a != b);
                let mut odds = differ.clone().filter(|(a, b)| a.is_at_odds_with(**b));
                a.len() == b.len() && odds.next().is_some() && differ.count() == 1
            }
            _ => false,
        }
    }
}

impl Made<'_> {
    /// Whether two replies speak of the same where they make their claims.
    fn is_comparable(&self, other: &Self, replies: &[Reply]) -> bool {
        let (a, b) = (&replies[self.reply], &replies[other.reply]);
        let lacks = |names: &[u64], other: &[u64]| names.iter().any(|name| other.binary_search(name).is_err());
        let named_apart = lacks(&a.names, &b.names) && lacks(&b.names, &a.names);
        let vague = self.claim.is_vague || other.claim.is_vague;
        a.home != b.home
            && self.claim.context == other.claim.context
            && !named_apart
            && (!vague || a.frame == b.frame && a.words.len() >= 8)
    }
}
