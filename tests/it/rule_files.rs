//! What rule files may say: each fault in its place, and what a file makes of the rules of another.

use replylint::document::{Document, Format};
use replylint::finding::Finding;
use replylint::linter::Linter;
use replylint::rule::Applicability;
use replylint::ruleset::Ruleset;
use replylint::source::Source;

/// The rules of some files, each of which may change those before it, or all that is wrong with them, as `what is underlined: message`.
fn load(files: &[&str]) -> Result<Linter, Vec<String>> {
    let sources: Vec<_> = files.iter().map(|text| Source::new("rules.toml", *text)).collect();
    Ruleset::load(&sources, true).map(Linter::new).map_err(|problems| {
        let told = problems.iter().flat_map(|of| {
            let source = &sources[of.source];
            of.findings.iter().map(|finding| format!("{}: {}", source.slice(finding.span), finding.message))
        });
        told.collect()
    })
}

fn faults(files: &[&str]) -> Vec<String> {
    load(files).err().unwrap_or_default()
}

/// What is found in a text, which must come in its order.
fn checked(files: &[&str], format: Format, text: &str) -> (Source, Vec<Finding>) {
    let source = Source::new("a", text);
    let linter = load(files).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let found = linter.check(&source, &Document::extract(&source, format));
    assert!(found.is_sorted_by_key(|finding| finding.span.start), "{text}");
    (source, found)
}

/// What is found in a text of some format, as `rule: what`.
fn found_in(format: Format, files: &[&str], text: &str) -> Vec<String> {
    let (source, found) = checked(files, format, text);
    found.iter().map(|finding| format!("{}: {}", finding.rule.id, source.slice(finding.span))).collect()
}

/// The same in Markdown, where a quoted message of the customer's may stand before the reply.
fn found(files: &[&str], text: &str) -> Vec<String> {
    found_in(Format::Markdown, files, text)
}

/// Asserts that this is found in a text, all of it by the rule `a.b`, and nothing else.
#[track_caller]
fn assert_finds(rules: &str, text: &str, expected: &[&str]) {
    let expected: Vec<_> = expected.iter().map(|what| format!("a.b: {what}")).collect();
    assert_eq!(found(&[rules], text), expected, "{text}\n{rules}");
}

/// A rule that finds `bad`, and whatever else is said of it.
fn bad(more: &str) -> String {
    format!("[rules.a.bad]\ntitle = 't'\nwhy = 'w'\nmatch = ['bad']\n{more}\n")
}

const MOVE: &str = "[moves.greet]\ntitle = 't'\nmatch = ['hi']\n";
const SHOWN: &str = "[customer.cross]\ntitle = 't'\nmatch = ['angry']\n";
const TITLE: &str = "title = 't'\nwhy = 'w'\n";

#[test]
fn every_fault_is_told_in_its_place() {
    let rule = |text: &str| format!("[rules.a.b]\n{TITLE}{text}\n");
    let with = |text: &str| format!("{MOVE}{SHOWN}{}", rule(text));
    let mut wrong = String::new();
    for (file, expected) in [
        (bad(""), ""),
        // What a rule and a detector need.
        ("[rules.a.b]\nmatch = ['x']".into(), "b: a rule needs `title` and `why`"),
        ("[rules.a.b]\ntitle = 't'\nmatch = ['x']".into(), "b: a rule needs `title` and `why`"),
        ("[rules.a.b]\nwhy = 'w'\nmatch = ['x']".into(), "b: a rule needs `title` and `why`"),
        ("[moves.b]\nmatch = ['x']".into(), "b: a detector needs `title`"),
        ("[moves.b]\ntitle = 't'\nmatch = ['x']".into(), ""),
        ("[rules.a.b]\nwhy = 'w'".into(), "b: there is no rule `a.b` to change"),
        (
            rule(""),
            "b: a rule needs `match`, `regex`, `swap`, `limit`, `repeat`, `require`, `move`, `order`, `answer`, `leftover` or \
             `suppression`",
        ),
        (rule("repeat = { of = 'word' }"), ""),
        (rule("limit = { of = 'words', max = 9 }"), ""),
        (rule("suppression = 'unused'"), ""),
        (rule("leftover = ['blank']"), ""),
        (rule("regex = ['bad']"), ""),
        // Names.
        ("[lists]\nempty = []".into(), "empty: this list has no entries"),
        (
            "[lists]\nx = ['a']\n[guards.x]\nwhere = 'clause'\nmatch = ['b']".into(),
            "x: a list has this name already; `@` could mean either",
        ),
        ("[guards.x]\nwhere = 'clause'\nlike = 'y'".into(), "'y': there is no guard `y` before this one"),
        ("[guards.x]\nwhere = 'clause'\nlike = 'x'".into(), "'x': there is no guard `x` before this one"),
        ("[kinds.k]\nwhen = { words = 3 }".into(), "k: a kind of reply needs `title`"),
        ("[kinds.k]\ntitle = 't'\nwhen = { words = 3 }".into(), ""),
        (
            "[kinds.k]\ntitle = 't'\nwhen = { words = 3 }\n[kinds.l]\ntitle = 't'\nwhen = { kind = ['k'] }".into(),
            "'k': a kind is told by what else holds, not by another kind",
        ),
        (with("match = ['x']\nwhen = { kind = ['k'] }"), "'k': there is no kind of reply `k`"),
        (with("match = ['x']\nwhen = { customer = ['cross'] }"), ""),
        (
            with("match = ['x']\nwhen = { customer = ['crass'] }"),
            "'crass': there is no detector `[customer.crass]`; a similar name exists: `cross`",
        ),
        (with("match = ['x']\nwhen = { customer = ['cr*'] }"), ""),
        (
            with("match = ['x']\nwhen = { customer = ['harm-*'] }"),
            "'harm-*': there is no detector whose name begins with `[customer.harm-`",
        ),
        (with("match = ['x']\nwhen = { has = ['greet'], lacks = ['a'] }"), ""),
        (
            with("match = ['x']\nwhen = { has = ['great'] }"),
            "'great': there is no move, rule or category `great`; a similar name exists: `greet`",
        ),
        (
            with("match = ['x']\nwhen = { has = ['customer.cross'] }"),
            "'customer.cross': this is a detector of the customer's message; `customer` asks for it",
        ),
        (
            with(
                "match = ['x']\nwhen = { has = ['a.c'] }\n[rules.a.c]\ntitle = 't'\nwhy = 'w'\nlimit = { of = 'words', max = 9 }",
            ),
            "'a.c': this rule counts or judges; only what moves and rules of wording find can be asked for",
        ),
        (
            with("match = ['x']\nwhen = { has = ['greet'] }\n[rules.greet.c]\ntitle = 't'\nwhy = 'w'\nmatch = ['y']"),
            "'greet': a move and a category are both named `greet`; write `moves.greet` for the move",
        ),
        (
            format!(
                "[[advice]]\narticle = 'x'\nrows = [{{ quote = 'x', by = ['a.b', 'a', 'a.c'] }}]\n{}",
                rule("match = ['x']")
            ),
            "'a.c': there is no rule, detector or category `a.c`; a similar name exists: `a.b`",
        ),
        // One kind.
        (
            rule("match = ['x']\nlimit = { of = 'words', max = 9 }"),
            "b: a rule is of one kind, and this one has wording (`match`, `regex`) and `limit`",
        ),
        (
            rule("regex = ['bad']\nleftover = ['blank']"),
            "b: a rule is of one kind, and this one has wording (`match`, `regex`) and `leftover`",
        ),
        (rule("match = ['x']\nregex = ['bad']"), ""),
        // What only rules, or only detectors, may say.
        (
            "[moves.b]\ntitle = 't'\nmatch = ['x']\nseverity = 'info'".into(),
            "b: a detector reports nothing: it has no `severity`, `confidence`, `suggest` or `apply`",
        ),
        (
            "[moves.b]\ntitle = 't'\nmatch = ['x']\nno-suggest = 'x'".into(),
            "b: a detector reports nothing: it has no `severity`, `confidence`, `suggest` or `apply`",
        ),
        (
            "[moves.b]\ntitle = 't'\nlimit = { of = 'words', max = 9 }".into(),
            "b: a detector finds wording: it has `match` or `regex`",
        ),
        (
            "[moves.b]\ntitle = 't'\nrepeat = { of = 'word' }".into(),
            "b: a detector finds wording: it has `match` or `regex`",
        ),
        (
            "[moves.b]\ntitle = 't'\nsuppression = 'unused'".into(),
            "b: a detector finds wording: it has `match` or `regex`",
        ),
        (
            "[moves.b]\ntitle = 't'\nleftover = ['blank']".into(),
            "b: a detector finds wording: it has `match` or `regex`",
        ),
        (
            "[moves.b]\ntitle = 't'\nswap = { 'x' = 'y' }".into(),
            "b: a detector finds wording: it has `match` or `regex`",
        ),
        (rule("match = ['x']\nat-least = 1.0"), ""),
        (
            rule("match = ['x']\nregex = ['bad']\nat-least = 1.0"),
            "b: `at-least` adds up templates: such a rule has `match` alone",
        ),
        (
            rule("swap = { 'x' = 'y' }\nat-least = 1.0"),
            "b: `at-least` adds up templates: such a rule has `match` alone",
        ),
        (
            rule("match = [{ match = 'x', weight = 0.5 }]"),
            "'x': a weight counts towards `at-least`, which is missing here",
        ),
        (
            with(
                "order = { of = ['greet'], after = ['a.c'] }\nsuggest = ['x']\n[rules.a.c]\ntitle = 't'\nwhy = 'w'\nmatch = ['y']",
            ),
            "b: sentences that change places are not rewritten: use `no-suggest`",
        ),
        (
            with("require = { move = ['greet'] }\nnot-after = ['x']"),
            "'x': what is missing has no place to look around; use `when`",
        ),
        (with("answer = 'concern'\nunless = ['x']"), "'x': what is missing has no place to look around; use `when`"),
        (with("answer = 'name'\nunless = ['x']"), ""),
        (with("answer = 'questions'\nanswered-by = { cross = ['greet'] }"), ""),
        (with("answer = 'questions'\nneeds = { cross = ['greet'] }\naside = ['greet']"), ""),
        (with("answer = 'concern'\nneeds = { cross = ['greet'] }"), "cross: `needs` is for `answer = \"questions\"`"),
        (
            with("answer = 'questions'\nneeds = { cross = [] }"),
            "cross: `needs` names no move that such a question needs",
        ),
        (with("answer = 'concern'\naside = ['greet']"), "'greet': `aside` is for `answer = \"questions\"`"),
        (
            with("answer = 'concern'\nanswered-by = { cross = ['greet'] }"),
            "cross: `answered-by` is for `answer = \"questions\"`",
        ),
        (with("match = ['x']\nveto = ['greet']"), "'greet': `veto` is for moves"),
        (format!("{MOVE}[moves.b]\ntitle = 't'\nmatch = ['x']\nveto = ['greet']"), ""),
        (rule("match = ['x']\nanger = 1"), "b: `anger` and `trouble` are for detectors of the customer's message"),
        (rule("match = ['x']\ntrouble = 1"), "b: `anger` and `trouble` are for detectors of the customer's message"),
        ("[customer.b]\ntitle = 't'\nmatch = ['x']\nanger = 1\ntrouble = 1".into(), ""),
        (
            "[customer.b]\ntitle = 't'\nmatch = ['x']\nwhen = { words = 3 }".into(),
            "b: a detector of the customer's message has no `when`",
        ),
        (
            "[customer.b]\ntitle = 't'\nmatch = [{ match = 'x', when = { words = 3 } }]".into(),
            "'x': a detector of the customer's message has no `when`",
        ),
        (rule("match = ['x']\nonly = ['x']"), "'x': `only` takes guards: `@name`"),
        (
            rule("match = ['x']\nmood = 'command'"),
            "'command': `command` needs a list `command-verb` of the verbs that may begin one",
        ),
        (rule("match = ['x']\nmood = 'statement'"), ""),
        (rule("match = [{ match = 'x', mark = 'm' }]"), "'x': this template has no capture `<m: …>` to mark"),
        (rule("match = [{ match = 'x <m: y>', mark = 'm' }]"), ""),
    ] {
        let expected = Some(expected).filter(|e| !e.is_empty());
        let told = faults(&[&file]);
        if told != expected.as_slice() {
            wrong += &format!("{file}\n  {told:?}\n  {expected:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_file_changes_the_rules_of_another() {
    let kinds = |more: &str| format!("{MOVE}{SHOWN}{}{more}", bad(""));
    let change = |text: &str| format!("[rules.a.bad]\n{text}\n");
    let text = "A bad day, worse, and a good one.";
    for (first, second, expected) in [
        (kinds(""), change("match-add = ['worse']"), &["a.bad: bad", "a.bad: worse"][..]),
        (kinds(""), change("match = ['worse']"), &["a.bad: worse"]),
        (kinds(""), change("regex = ['wor[s]e']"), &["a.bad: worse"]),
        (bad("").replace("match = ['bad']", "regex = ['ba[d]']"), change("regex = ['wor[s]e']"), &["a.bad: worse"]),
        (kinds(""), change("match-remove = ['bad']"), &[]),
        (bad("").replace("['bad']", "['bad', 'worse']"), change("match-remove = ['bad']"), &["a.bad: worse"]),
        (kinds(""), change("enabled = false"), &[]),
        (kinds(""), change("when = { has = ['greet'] }"), &[]),
        (
            bad("when = { has = ['greet'] }").replacen("[rules", &format!("{MOVE}[rules"), 1),
            change("severity = 'error'"),
            &[],
        ),
        (
            bad("when = { has = ['greet'] }").replacen("[rules", &format!("{MOVE}[rules"), 1),
            change("when = { lacks = ['greet'] }"),
            &["a.bad: bad"],
        ),
        (bad("unless = ['bad day']"), change("severity = 'error'"), &[]),
        (bad("unless = ['bad day']"), change("unless = ['fine']"), &["a.bad: bad"]),
        (bad("unless = ['fine']"), change("unless-add = ['bad day']"), &[]),
        (bad("not-after = ['a']"), change("severity = 'error'"), &[]),
        (bad("not-after = ['a']"), change("not-after = ['the']"), &["a.bad: bad"]),
        (bad("not-before = ['day']"), change("severity = 'error'"), &[]),
        (bad("not-before = ['day']"), change("not-before = ['year']"), &["a.bad: bad"]),
        (bad("only = ['@g']\n[guards.g]\nwhere = 'reply'\nmatch = ['fine']"), change("severity = 'error'"), &[]),
        (
            bad("only = ['@g']\n[guards.g]\nwhere = 'reply'\nmatch = ['fine']"),
            change("only = ['@h']\n[guards.h]\nwhere = 'reply'\nmatch = ['good']"),
            &["a.bad: bad"],
        ),
        (bad("mood = 'question'"), change("mood = 'statement'"), &["a.bad: bad"]),
        (
            bad("mood = 'statement'\n[lists]\ncommand-verb = ['send']"),
            change("match-add = ['day']"),
            &["a.bad: bad", "a.bad: day"],
        ),
    ] {
        // Both at once, and the second over what the first has become.
        assert_eq!(found(&[&first, &second], text), expected, "{first}\n{second}");
    }
    let counts = "[rules.a.n]\ntitle = 't'\nwhy = 'w'\nlimit = { of = 'words', max = 3 }\n";
    for (first, second) in [
        (bad(""), change("limit = { of = 'words', max = 3 }")),
        (bad(""), change("repeat = { of = 'word' }")),
        (bad(""), change("leftover = ['blank']")),
        (counts.into(), "[rules.a.n]\nmatch = ['bad']\n".into()),
        (counts.into(), "[rules.a.n]\nmatch-add = ['bad']\n".into()),
        (counts.into(), "[rules.a.n]\nregex = ['bad']\n".into()),
        (bad("").replace("match = ['bad']", "regex = ['ba[d]']"), change("limit = { of = 'words', max = 3 }")),
    ] {
        let told = faults(&[&first, &second]);
        assert!(told[0].ends_with("the rule is of another kind; give yours a name of its own"), "{second}: {told:?}");
    }
    for of in ["repeat = { of = 'word' }", "leftover = ['blank']"] {
        let told = faults(&[&format!("[rules.a.n]\n{TITLE}{of}\n"), "[rules.a.n]\nmatch-add = ['bad']\n"]);
        assert!(told[0].ends_with("the rule is of another kind; give yours a name of its own"), "{of}: {told:?}");
    }
    assert_eq!(faults(&[counts, "[rules.a.n]\nlimit = { of = 'words', max = 5 }\n"]), [""; 0]);
    let told = faults(&[&bad(""), &change("match-remove = ['bat']")]);
    assert_eq!(told, ["'bat': the rule has no such template; a similar name exists: `bad`"]);
}

#[test]
fn what_takes_a_move_back_stays_until_another_file_changes_it() {
    let first = format!(
        "{MOVE}veto = ['a']\n{}[rules.b.c]\n{TITLE}match = ['day']\nwhen = {{ lacks = ['greet'] }}\n\
         [rules.d.e]\n{TITLE}match = ['fine']\n",
        bad("")
    );
    for (second, taken_back, stands) in [
        ("", "Hi bad day.", "Hi fine day."),
        ("[moves.greet]\ntitle = 'u'\n", "Hi bad day.", "Hi fine day."),
        ("[moves.greet]\nveto = ['d']\n", "Hi fine day.", "Hi bad day."),
    ] {
        let has = |text: &str| found(&[&first, second], text).iter().any(|one| one == "b.c: day");
        assert!(has(taken_back) && !has(stands), "{second}");
    }
}

#[test]
fn expressions_look_at_each_sentence() {
    let rules = bad("").replace("match = ['bad']", "regex = ['bad [a-z]+']");
    let text = "So BAD Day it is. And bad night. It is.\n\nYes, bad “luck”, bad luck.";
    assert_eq!(found(&[&rules], text), ["a.bad: BAD Day", "a.bad: bad night", "a.bad: bad luck"]);
    // A sentence without an end is searched piece by piece, and nothing is found twice or lost.
    for words in [100, 1_000, 1_500, 3_000] {
        let long = "é bad day, and so ".repeat(words);
        assert_eq!(found(&[&rules], &long), vec!["a.bad: bad day"; words], "{words}");
    }
}

#[test]
fn guards_look_where_they_say() {
    let guard = |place: &str| {
        let (place, within) =
            place.split_once(' ').map_or((place, String::new()), |(p, n)| (p, format!("within = {n}\n")));
        bad(&format!("unless = ['@g']\n[guards.g]\nwhere = '{place}'\n{within}match = ['good']"))
    };
    for (place, spared, found_in) in [
        ("sentence", "A good one, not a bad one. Yes.", "It is bad. It is good."),
        ("clause", "It is a good or bad thing.", "It is bad; it is good."),
        ("previous", "It is good. It is bad.", "It is good and bad. It is good."),
        ("next", "It is bad. It is good.", "It is good. It is bad and good."),
        ("reply", "It is bad. So. And so. Good.", "It is bad. So. And so."),
        ("before", "A good and also bad one.", "A bad and also good one."),
        ("after", "A bad and also good one.", "A good and also bad one."),
        ("before", "A good one and also bad.", "It is good, it is bad."),
        ("before 3", "A good and also bad one.", "A good and also very very bad one."),
        ("after 3", "A bad and also good one.", "A bad and also very very good one."),
        ("near 1", "So. It is good. It is bad. It is.", "It is good. So. And so. It is bad."),
    ] {
        let rules = guard(place);
        assert_eq!(found(&[&rules], spared), [""; 0], "{place}: {spared}");
        assert_eq!(found(&[&rules], found_in), ["a.bad: bad"], "{place}: {found_in}");
    }
}

#[test]
fn the_customers_own_words_are_no_fault() {
    let rules = bad("unless = ['@customer-words']").replace("['bad']", "['the bad router']");
    let reply = "Hi Ana,\n\nI have replaced the bad router.";
    for (message, expected) in [
        ("> Where is the bad router?", &[][..]),
        ("> The bad, bad router hums.", &[]),
        ("> Where is the router?", &["a.bad: the bad router"]),
        ("", &["a.bad: the bad router"]),
    ] {
        assert_eq!(found(&[&rules], &format!("{message}\n\n{reply}")), expected, "{message}");
    }
}

#[test]
fn conditions_hold_for_rules_and_for_single_templates() {
    let rules = |rule: &str, template: &str| {
        let detector = format!("{SHOWN}anger = 1\n");
        format!(
            "{detector}[rules.a.bad]\n{TITLE}match = [{{ match = 'bad'{template} }}]\n{rule}\n\
             [rules.a.good]\n{TITLE}match = ['good']\nwhen = {{ has = ['a.bad'] }}\n"
        )
    };
    let cross = ", when = { customer = ['cross'] }";
    let calm = "when = { customer-lacks = ['cross'] }";
    for (rule, template, expected) in [
        ("", "", &["a.bad: bad", "a.good: good"][..]),
        ("", cross, &["a.bad: bad", "a.good: good"]),
        (calm, "", &[]),
        (calm, cross, &[]),
        ("", ", when = { customer-lacks = ['cross'] }", &[]),
        ("when = { customer = ['cross'] }", ", when = { customer-lacks = ['cross'] }", &[]),
    ] {
        let text = "> I am angry.\n\nHi Ana,\n\nThat was bad, and this is good.";
        assert_eq!(found(&[&rules(rule, template)], text), expected, "{rule} {template}");
    }
}

#[test]
fn expressions_see_plain_letters() {
    let rules = bad("").replace("match = ['bad']", "regex = [\"don't \\\"bad\\\" - wait\\\\.\\\\.\\\\.\"]");
    for text in [
        "Don't \"bad\" - wait...",
        "don’t “bad” – wait…",
        "DON´T „bad“ — wait…",
        "don\u{ad}'t \"b\u{200b}ad\"  -\nwait...",
    ] {
        assert_eq!(found(&[&rules], &format!("Please {text}")), [format!("a.bad: {text}")], "{text}");
    }
}

#[test]
fn moods_are_of_sentences() {
    let list = "[lists]\ncommand-verb = ['send', 'call']\n";
    for (mood, expected) in [
        ("statement", &["We send bad ones."][..]),
        ("command", &["Send bad ones.", "Please call, bad day."]),
        ("question", &["Is it bad?"]),
    ] {
        let rules = format!("{list}{}", bad(&format!("mood = '{mood}'")));
        let all = ["We send bad ones.", "Send bad ones.", "Please call, bad day.", "Is it bad?"];
        let told: Vec<_> = all.into_iter().filter(|text| !found(&[&rules], text).is_empty()).collect();
        assert_eq!(told, expected, "{mood}");
    }
}

#[test]
fn expressions_find_whole_words_and_heed_what_stands_beside() {
    let rules = |regex: &str, more: &str| bad(more).replace("match = ['bad']", &format!("regex = [\"{regex}\"]"));
    for (regex, more, text, expected) in [
        ("it is", "", "Say (it is) now.", Some("it is")),
        ("not goo", "", "It is not good.", Some("not goo")),
        ("very b.d", "not-before = ['day']", "A very bad day.", None),
        ("very b.d", "not-before = ['bad']", "A very bad day.", Some("very bad")),
        ("very b.d", "not-after = ['a']", "A very bad day.", None),
        ("very b.d", "not-after = ['very']", "A very bad day.", Some("very bad")),
        ("very b.d", "not-before = ['!']", "A very bad!", None),
    ] {
        let expected = expected.map(|what| format!("a.bad: {what}"));
        assert_eq!(found(&[&rules(regex, more)], text), expected.as_slice(), "{regex} {more} {text}");
    }
}

#[test]
fn what_is_found_is_whole_words() {
    let rules = bad("").replace("['bad']", "['not good', 'it is', 'is it', 'he did']");
    for (text, expected) in [
        ("That isn't good.", "isn't good"),
        ("That isn’t good.", "isn’t good"),
        ("That is not good.", "not good"),
        ("Say (it is) now.", "it is"),
        ("And it's late.", "it's"),
        ("He didn't say.", "He didn't"),
        ("So he did’ say.", "he did"),
    ] {
        assert_eq!(found(&[&rules], text), [format!("a.bad: {expected}")], "{text}");
    }
}

#[test]
fn words_that_are_written_twice() {
    let rules = format!("[rules.a.b]\n{TITLE}repeat = {{ of = 'word' }}\n");
    for (text, expected) in [
        ("It is on the the way.", Some("the the")),
        ("It is on THE the way.", Some("THE the")),
        ("It is on the THE way.", None),
        ("It was qwx qwx then.", Some("qwx qwx")),
        ("It was qwx qwy then.", None),
        ("It is form a4 a4 now.", None),
        ("Ça va Ça va, it is ça ça.", Some("ça ça")),
        ("He had had it, bye bye.", None),
        ("He is in Wagga Wagga now.", None),
        ("It is 5 5 or -- -- now.", None),
        ("A day. Day one.", None),
    ] {
        assert_finds(&rules, text, expected.as_slice());
    }
}

#[test]
fn what_is_counted_and_measured() {
    let rule = |of: &str, per: &str, max: u32| {
        format!("[rules.a.b]\n{TITLE}limit = {{ of = '{of}', max = {max}, per = '{per}' }}\n")
    };
    let text = "Hi Ana!\n\nIt is so good!!! We, well, WE REALLY like it. Do you?? 😀 And 😀 it?\n\nSo NOT THE end! The USB one is it.";
    for (of, per, max, expected) in [
        ("exclamation-marks", "reply", 5, &[][..]),
        ("exclamation-marks", "reply", 4, &["!"]),
        ("exclamation-marks", "reply", 1, &["!!!"]),
        ("exclamation-marks", "sentence", 2, &["!!!"]),
        ("exclamation-marks", "sentence", 3, &[]),
        ("exclamation-marks", "run", 1, &["!!!"]),
        ("question-marks", "run", 1, &["??"]),
        ("question-marks", "reply", 2, &["?"]),
        ("question-marks", "reply", 3, &[]),
        ("emoji", "reply", 1, &["😀"]),
        ("emoji", "reply", 2, &[]),
        ("capitals", "run", 1, &["WE REALLY", "NOT THE"]),
        ("capitals", "run", 2, &[]),
        ("capitals", "reply", 3, &["THE"]),
        ("capitals", "reply", 4, &[]),
        ("sentences", "reply", 8, &[]),
        ("words", "sentence", 6, &[]),
        ("words", "sentence", 5, &["We, well, WE REALLY like it"]),
        ("words", "reply", 25, &[]),
        ("words", "reply", 24, &["Hi Ana!"]),
    ] {
        assert_finds(&rule(of, per, max), text, expected);
    }
}

#[test]
fn hard_words_make_a_grade() {
    let rule =
        |max: u32| format!("[rules.a.b]\n{TITLE}limit = {{ of = 'reading-grade', max = {max}, per = 'sentence' }}\n");
    // The sounds of a word, as 0.39 times the words of a sentence and 11.8 times those sounds, less 15.59, tell them.
    for (words, count, grade) in [
        ("banana BANANA", 15, 31),
        ("the cake", 15, 7),
        ("aha ehe ihi oho uhu yhy", 5, 19),
        ("rhythm queue psst", 10, 7),
        ("banana", 40, 35),
        // Of fewer words nothing is said.
        ("banana", 29, 0),
    ] {
        let text = format!("{}.", vec![words; count].join(" "));
        assert_eq!(found(&[&rule(grade)], &text).len(), usize::from(grade > 0), "{words} {grade}");
        assert_eq!(found(&[&rule(grade + 1)], &text), [""; 0], "{words} {grade}");
    }
}

#[test]
fn a_number_is_nearly_the_customers() {
    let rules = format!("[rules.a.number]\n{TITLE}answer = 'numbers'\nno-suggest = 'x'\n");
    for (given, told, right) in [
        ("order 4481273", "Order 4481723 is here.", Some("4481273")),
        ("order KX-20418", "Booking (kx-20481) is here.", Some("KX-20418")),
        ("order 4481273", "Order 448127 is here.", Some("4481273")),
        ("order 4481273", "Order 4481273 is here.", None),
        ("order 4481273", "Order 4481723 takes the place of 4481273.", None),
        ("order 4481273", "Order 4481276 is here.", None),
        ("order 4481273", "Order 4481277 is here.", Some("4481273")),
        ("order 4481273", "Order 5481273 is here.", None),
        ("order 4481273", "Order 4482713 is here.", None),
        ("order A123", "Order A132 is here.", None),
        ("order CX11872", "Order CX11873 is here.", None),
        ("order CX11872", "Order CX11892 is here.", Some("CX11872")),
        ("2026-11-04 and 20261104", "It is 2026-11-40 and 20261140.", None),
        ("+4481273 and 0481273", "Call +4481723 or 0481723.", None),
    ] {
        let expected = right.map(|id| format!("t: the customer wrote “{id}”"));
        assert_eq!(messages(&rules, &format!("> It is {given}.\n\n{told}")), expected.as_slice(), "{given} {told}");
    }
}

#[test]
fn what_is_missing_has_a_place() {
    let rules = |at: &str| {
        format!("{MOVE}[rules.a.greet]\n{TITLE}require = {{ move = ['greet'], at = '{at}' }}\nsuggest = ['Hi.']\n")
    };
    for (at, inserted) in [
        ("start", "Dear Ana,\n\nHi. It is here. It is red.\n\nBest,\nBo"),
        ("opening", "Dear Ana,\n\nIt is here. Hi. It is red.\n\nBest,\nBo"),
        ("end", "Dear Ana,\n\nIt is here. It is red. Hi.\n\nBest,\nBo"),
    ] {
        let text = "Dear Ana,\n\nIt is here. It is red.\n\nBest,\nBo";
        let (_, found) = checked(&[&rules(at)], Format::Text, text);
        let edit = &found[0].suggestions[0].edits[0];
        let mut text = text.to_owned();
        text.replace_range(edit.span.range(), &edit.text);
        assert_eq!((found.len(), text.as_str()), (1, inserted), "{at}");
    }
    // What is added to the end of a paragraph stands in it.
    let (source, found) =
        checked(&[&rules("end")], Format::Html, "<p>Dear Ana,</p><p>It is here. It is red.</p><p>Best,<br>Bo</p>");
    assert_eq!(&source.text()[..found[0].span.start], "<p>Dear Ana,</p><p>It is here. It is red.");
}

#[test]
fn a_capture_may_be_what_is_underlined() {
    for (mark, expected) in [("a", "bad"), ("b", "day")] {
        let rules = bad("").replace("['bad']", &format!("[{{ match = '<a: bad> <b: day>', mark = '{mark}' }}]"));
        assert_eq!(found(&[&rules], "A bad day."), [format!("a.bad: {expected}")]);
    }
    let nested = bad("").replace("['bad']", "[{ match = 'a [<x: very <y: bad>>] day', mark = 'y' }]");
    for (text, expected) in [("A very bad day.", "bad"), ("A day.", "A day")] {
        assert_eq!(found(&[&nested], text), [format!("a.bad: {expected}")]);
    }
}

#[test]
fn cues_add_up_in_a_sentence() {
    let rules = format!(
        "[rules.a.b]\n{TITLE}at-least = 1.0\nmatch = [\n{{ match = 'one', weight = 0.4 }}, {{ match = 'two', weight = 0.6 }}, \
         {{ match = 'three', weight = 0.3 }}, {{ match = 'four' }},\n]\n"
    );
    for (text, expected) in [
        ("So one and two it is.", &["one and two"][..]),
        ("So two, and then one.", &["two, and then one"]),
        ("So one and three it is.", &[]),
        ("So one and one and one.", &[]),
        ("So one. And two.", &[]),
        ("So four it is.", &["four"]),
        ("So two it is, one, three and one.", &["two it is, one, three and one"]),
        ("So one and two. And two and one.", &["one and two", "two and one"]),
    ] {
        assert_finds(&rules, text, expected);
    }
    // What weighs most is told to have found it; of two that weigh the same, the first in the file.
    let even = rules.replace("0.6", "0.4").replace("1.0", "0.8");
    for (rules, text, via) in [
        (&rules, "So one and two it is.", "two"),
        (&rules, "So two and one and three.", "two"),
        (&even, "So one and two it is.", "one"),
        (&even, "So two and one it is.", "one"),
    ] {
        let (_, found) = checked(&[rules], Format::Text, text);
        assert_eq!(found.iter().map(|finding| finding.via.as_str()).collect::<Vec<_>>(), [via], "{text}");
    }
}

#[test]
fn phrases_that_come_again() {
    let rules = format!("[rules.a.b]\n{TITLE}repeat = {{ of = 'phrase', words = 4 }}\n");
    for (text, expected) in [
        ("We will look at it now. Then we will look at it soon.", &["we will look at it"][..]),
        ("We will look at it now. Then we shall look at it soon.", &[]),
        ("We will look, at it. Then we will look at it.", &[]),
        (
            "So we will look at. Yes. So we will look at. Yes. So we will look at.",
            &["So we will look at", "So we will look at"],
        ),
    ] {
        assert_finds(&rules, text, expected);
    }
    // Wherever in a text they stand, but not where they are far apart.
    let twice = "We will look at it. Then we will look at it.";
    assert_finds(&rules, &format!("{}{twice}", "Yes. ".repeat(1_500)), &["we will look at it"]);
    assert_finds(&rules, &twice.replace("Then", &"Yes. ".repeat(2_100)), &[]);
    let openings = format!("[rules.a.b]\n{TITLE}repeat = {{ of = 'opening', words = 2, max = 2 }}\n");
    for (text, expected) in [
        ("We will look. We will see. We will act.", &["We will"][..]),
        ("We will look. We will see. It is on. We will act.", &[]),
        ("We will look. We can see. We will act.", &[]),
        ("We. We. We. We.", &[]),
    ] {
        assert_finds(&openings, text, expected);
    }
}

#[test]
fn findings_stand_in_the_order_of_the_text() {
    let rules = bad("")
        + &format!("[rules.a.half]\n{TITLE}leftover = ['unbalanced']\n[rules.a.tag]\n{TITLE}leftover = ['slot']\n");
    for (text, expected) in [
        ("A bad {% if x %} and bad day.", &["a.bad: bad", "a.half: {% if x %}", "a.bad: bad"][..]),
        ("A bad {{name | default: \"bad one\"}} and bad day.", &["a.bad: bad", "a.bad: bad", "a.bad: bad"]),
        ("A bad [DATE] {% if x %}bad{% endif %} day.", &["a.bad: bad", "a.tag: [DATE]", "a.bad: bad"]),
    ] {
        assert_eq!(found_in(Format::Text, &[&rules], text), expected, "{text}");
    }
    // What is counted in a text with branches is found after its words are.
    let counted = format!("{rules}[rules.a.n]\n{TITLE}limit = {{ of = 'words', max = 3, per = 'reply' }}\n");
    let text = "One two three four. {% if x %}Then{% endif %} bad.";
    assert_eq!(found_in(Format::Text, &[&counted], text), ["a.n: One two three four", "a.bad: bad"]);
    // A draft between fences stands in the middle of the text around it.
    let text = "A bad day.\n\n```\nHi Ana,\n\nA bad night. It is here for you.\n\nBest,\nBo\n```\n\nA bad week.\n";
    let (source, found) = checked(&[&rules], Format::Markdown, text);
    let found: Vec<_> = found.iter().map(|finding| finding.span.start).collect();
    let bad: Vec<_> = text.match_indices("bad").map(|(at, _)| at).collect();
    assert_eq!((Document::extract(&source, Format::Markdown).regions.len(), found), (2, bad));
}

#[test]
fn what_is_too_long_for_a_reply_is_not_judged() {
    let rules = format!(
        "{MOVE}{}[rules.a.n]\n{TITLE}limit = {{ of = 'words', max = 3 }}\n[rules.a.r]\n{TITLE}repeat = {{ of = 'opening', words = 2, max = 2 }}\n\
         [rules.b.when]\n{TITLE}match = ['day']\nwhen = {{ lacks = ['greet'] }}\n\
         [rules.c.entry]\n{TITLE}match = [{{ match = 'day', when = {{ lacks = ['greet'] }} }}]\n[rules.b.need]\n{TITLE}require = {{ move = ['greet'] }}\n\
         suggest = ['x']\n",
        bad("")
    );
    let ids = |text: &str| {
        let all = found(&[&rules], text).into_iter().map(|one| one.split(':').next().unwrap_or_default().to_owned());
        all.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    let reply = "It is a bad day. It is a bad day. It is a bad day.\n\n";
    assert_eq!(ids(reply), ["a.bad", "a.n", "a.r", "b.need", "b.when", "c.entry"]);
    assert_eq!(ids(&reply.repeat(6_000)), ["a.bad"]);
}

#[test]
fn leftovers_have_their_place() {
    let rule = |kind: &str| format!("[rules.a.b]\n{TITLE}leftover = ['{kind}']\n");
    for (kind, text, expected) in [
        ("greeting", "Hi ,\n\nIt is here.", &["Hi ,"][..]),
        ("greeting", "Dear,\n\nIt is here.", &["Dear,"]),
        ("greeting", "Hi,\n\nIt is here.", &[]),
        ("greeting", "Dear Ana,\n\nIt is here.", &[]),
        ("broken", "Hi {{name, it is here.", &["{{name"]),
        ("broken", "Hi {{name}}, it is here.", &[]),
        ("placeholder", "Hi {{name}}, it is [DATE] here.", &["{{name}}", "[DATE]"]),
        ("slot", "Hi {{name}}, it is [DATE] here.", &["[DATE]"]),
        ("blank", "Hi XXXX, it is ____ here.", &["XXXX", "____"]),
        ("blank", "Hi XX, it is _ here.", &[]),
        ("missing-value", "Hi undefined, it is here.", &["undefined"]),
    ] {
        assert_finds(&rule(kind), text, expected);
    }
}

#[test]
fn a_rule_may_look_at_parts_of_a_reply() {
    let text = "Hi bad Ana,\n\nA bad day. Two bad days. Three bad days.\n\nKind regards,\nA bad one";
    for (parts, count) in [
        ("'greeting'", 1),
        ("'opening'", 2),
        ("'body'", 3),
        ("'closing'", 1),
        ("'body', 'greeting'", 4),
        ("'subject'", 0),
    ] {
        assert_eq!(found(&[&bad(&format!("in = [{parts}]"))], text).len(), count, "{parts}");
    }
}

#[test]
fn what_stands_for_words_is_of_its_kind() {
    let rules = |class: &str| format!("[rules.a.b]\n{TITLE}match = ['so <{class}>']\n");
    for (class, text, expected) in [
        ("url", "And so <https://x.example/a> it is.", &["so <https://x.example/a>"][..]),
        ("url", "And so `x` it is.", &[]),
        ("email", "And so a@x.example it is.", &["so a@x.example"]),
    ] {
        assert_finds(&rules(class), text, expected);
    }
}

#[test]
fn a_class_holds_what_some_rule_names() {
    for (template, text, expected) in [
        ("so <emoji>", "It is so 😂 now.", &["so 😂"][..]),
        ("so <emoji>", "It is so 😀 :) now, so :) 😂.", &["so 😀", "so :)"]),
        ("so <emoji>", "It is so cake now, so 2fa.", &[]),
        ("so <emoji>", "It is so :3 now.", &["so :3"]),
        ("so <word>", "It is so cake now, so not, so, cake.", &["so cake", "so not"]),
        ("so <number>", "It is so 2fa now, so 3fa, so cake, so 😂.", &["so 2fa", "so 3fa"]),
    ] {
        let named = format!("['{template}', 'a 😂', 'a :)', 'a :3', 'a cake', 'a 2fa']");
        let rules = format!("[rules.a.b]\n{TITLE}match = {named}\n");
        assert_finds(&rules, text, expected);
    }
}

#[test]
fn what_is_found_in_a_leftover_is_told_too() {
    let rules = bad("") + &format!("[rules.a.half]\n{TITLE}leftover = ['broken']\n");
    assert_eq!(found(&[&rules], "Hi {{bad, it is here."), ["a.half: {{bad", "a.bad: bad"]);
}

#[test]
fn one_fault_is_one_report() {
    let rule = |id: &str, category: &str, severity: &str, template: &str| {
        format!("[rules.{category}.{id}]\n{TITLE}severity = '{severity}'\nmatch = ['{template}']\n")
    };
    let long = rule("long", "a", "warning", "a bad day");
    for (small, expected) in [
        (rule("short", "a", "warning", "bad"), &["a.long: a bad day"][..]),
        (rule("short", "a", "info", "bad"), &["a.long: a bad day"]),
        (rule("short", "a", "error", "bad"), &["a.long: a bad day", "a.short: bad"]),
        (rule("short", "b", "info", "bad"), &["a.long: a bad day", "b.short: bad"]),
        (rule("beside", "a", "info", "day at"), &["a.long: a bad day", "a.beside: day at"]),
        (rule("same", "a", "warning", "a bad day"), &["a.long: a bad day"]),
        (rule("same", "a", "error", "a bad day"), &["a.same: a bad day"]),
    ] {
        assert_eq!(found(&[&long, &small], "It was a bad day at work."), expected, "{small}");
    }
}

#[test]
fn a_rewrite_takes_the_end_of_the_markup_that_begins_in_it() {
    let rules = bad("replace = 'match'\nsuggest = ['x']").replace("['bad']", "['bad day']");
    for (format, text, replaced) in [
        (Format::Text, "So a bad day now.", "bad day"),
        (Format::Markdown, "So a bad **day** now.", "bad **day**"),
        (Format::Markdown, "So a bad *day* now.", "bad *day*"),
        (Format::Markdown, "So a bad __day__ now.", "bad __day__"),
        (Format::Markdown, "So a bad [day](https://x.example/a) (now).", "bad [day](https://x.example/a)"),
        (Format::Markdown, "So a *bad* day now.", "*bad* day"),
        (Format::Markdown, "So [a *bad* day](https://x.example) now.", "*bad* day"),
        (Format::Markdown, "So *a bad day* now.", "bad day"),
        (Format::Html, "<p>So a bad <b>day</b> > now.</p>", "bad <b>day</b>"),
        (Format::Markdown, "So a **bad** day now.", "**bad** day"),
        (Format::Markdown, "So a [bad](https://x.example/a) day now.", "[bad](https://x.example/a) day"),
        (Format::Html, "<p>So a <b class='x'>bad</b> day</p>", "<b class='x'>bad</b> day"),
        (Format::Html, "<p>So a <b>bad day</b></p>", "bad day"),
        (Format::Html, "<p>So a <i>bad <b>day</b></i></p>", "bad <b>day</b>"),
        (Format::Html, "<p>So a bad <wbr>day</p>", "bad <wbr>day"),
    ] {
        let (source, found) = checked(&[&rules], format, text);
        let edits: Vec<_> = found.iter().flat_map(|finding| &finding.suggestions[0].edits).collect();
        assert_eq!(edits.iter().map(|edit| source.slice(edit.span)).collect::<Vec<_>>(), [replaced], "{text}");
    }
}

#[test]
fn a_rewrite_of_a_sentence_is_only_shown_where_it_holds_facts() {
    let rules = bad("replace = 'sentence'\nsuggest = ['x']\napply = 'safe'");
    for (text, applicability) in [
        ("It is a bad day.", Applicability::Safe),
        ("It is a bad day. {{name}} called 5 times.", Applicability::Safe),
        ("It is a bad day, {{name}}.", Applicability::Manual),
        ("It is a bad day in 2026.", Applicability::Manual),
        ("It is a bad day for SMS.", Applicability::Manual),
        ("It is a bad day, see x.example/a.", Applicability::Manual),
        ("It is a “bad” and bad day.", Applicability::Manual),
        ("It is a `x` bad day.", Applicability::Manual),
    ] {
        let (_, found) = checked(&[&rules], Format::Markdown, text);
        assert_eq!(found[0].suggestions[0].applicability, applicability, "{text}");
    }
}

#[test]
fn the_kind_that_is_given_counts() {
    let kind = |name: &str| format!("[kinds.{name}]\ntitle = 't'\nwhen = {{ words = 1 }}\n");
    let rules =
        |own: &str| format!("{}{}{}", kind("first"), kind("second"), bad(&format!("when = {{ kind = ['{own}'] }}")));
    for (given, own, is_found) in [
        ("", "first", true),
        ("", "second", false),
        ("---\nkind: second\n---\n\n", "second", true),
        ("---\nkind: second\n---\n\n", "first", false),
        ("---\nkind: first\n---\n\n", "first", true),
        ("---\nkind: third\n---\n\n", "first", true),
    ] {
        assert_eq!(found(&[&rules(own)], &format!("{given}It is bad.")).len(), usize::from(is_found), "{given} {own}");
    }
}

/// What is said of findings in a reply to a message.
fn messages(rules: &str, text: &str) -> Vec<String> {
    let (_, found) = checked(&[rules], Format::Text, text);
    found.into_iter().map(|finding| finding.message).collect()
}

#[test]
fn each_question_is_looked_at() {
    let lists = "[lists]\nsmall-word = ['is', 'it', 'and', 'do', 'you', 'the', 'on', 'we', 'are', 'at', 'can', 'i', 'will']\n\
                 same-word = ['pool bath', 'halt stop']\n";
    let rules = format!("{lists}[rules.a.open]\n{TITLE}answer = 'questions'\nsuggest = ['x']\n");
    let told = |questions: &[&str]| questions.iter().map(|q| format!("t: “{q}”")).collect::<Vec<_>>();
    for (message, reply, open) in [
        (
            "Is the pool open Sunday and do you sell family tickets?",
            "The pool is open Sunday.",
            &["do you sell family tickets?"][..],
        ),
        (
            "Is the pool open Sunday and do you sell family tickets?",
            "The pool is open Sunday. Family tickets are sold.",
            &[],
        ),
        ("Is the pool open Sunday? Can I park a long van?", "The pool is open Sunday.", &["Can I park a long van?"]),
        // One small thing can be answered in other words, and so can one question alone.
        ("Is the pool open Sunday? Can I park a long van?", "The pool is clean.", &[]),
        ("Is the pool open Sunday? Can I park?", "The pool is open Sunday.", &[]),
        ("Can I park a long van?", "The pool is open Sunday.", &[]),
        ("Is the pool open Sunday? Can I park vans?", "The pool is open Sunday.", &["Can I park vans?"]),
        // Words that mean the same are one.
        ("Will the bath close? Can I park a long van?", "The pool stays.", &["Can I park a long van?"]),
        ("Will the halt close? Can I park a long van?", "The stop stays.", &["Can I park a long van?"]),
        ("Is the pool open and warm and clean?", "The pool is warm.", &[]),
    ] {
        assert_eq!(messages(&rules, &format!("> {message}\n\n{reply}")), told(open), "{message} {reply}");
    }
    // A move may answer questions of a kind: those, and no others.
    let answers = "[customer.how]\ntitle = 't'\nmatch = ['can i']\n[moves.solve]\ntitle = 't'\nmatch = ['try']\n";
    let rules = format!("{answers}{}", rules.replace("suggest", "answered-by = { how = ['solve'] }\nsuggest"));
    let message = "Is the pool open Sunday? Can I park a long van? Do you sell family tickets?";
    for (reply, open) in [
        ("The pool is open Sunday.", &["Can I park a long van?", "Do you sell family tickets?"][..]),
        ("The pool is open Sunday. Try behind the hall.", &["Do you sell family tickets?"]),
    ] {
        assert_eq!(messages(&rules, &format!("> {message}\n\n{reply}")), told(open), "{reply}");
    }
}

#[test]
fn a_name_is_what_a_message_is_signed_with() {
    let rules = format!("[rules.a.name]\n{TITLE}answer = 'name'\nno-suggest = 'x'\n");
    for (message, greeting, signed) in [
        ("Where is it?\n>\n> Thanks,\n> Catriona", "Hi Catrina,", Some("Catriona")),
        ("Where is it?\n>\n> Catriona Byrne", "Hi Catrina,", Some("Catriona")),
        ("My name is Catriona and I wait.", "Hi Catrina,", Some("Catriona")),
        ("Where is it?\n>\n> Thanks,\n> Catriona", "Hi Catriona,", None),
        ("Where is it?\n>\n> Thanks,\n> Catriona", "Hi Bertram,", None),
        ("Where is it?\n>\n> before monday", "Hi Mondaz,", None),
        ("Where is it?\n>\n> Thanks,\n> Catriona", "Hi Catrion,", None),
        ("Where is it?\n>\n> Catrion", "Hi Catriona,", None),
        ("Where is it?\n>\n> Bertram", "Hi Bortrem,", Some("Bertram")),
        ("Where is it?\n>\n> Dean", "Hi Anna,", None),
        // What greets is no name.
        ("Where is it?\n>\n> Dean", "dear all,", None),
        ("Where is it?\n>\n> Dean", "Dear Customer,", None),
        ("Where is it?\n>\n> Hella", "Hello again,", None),
        ("Where is it?\n>\n> Marning", "Good Morning,", None),
        ("Where is it?\n>\n> Dean", "Dear Deam,", Some("Dean")),
        ("Where is it?\n>\n> Kind Regards", "Hi Regard,", None),
        ("Where is it?\n>\n> One Monday Morning Please", "Hi Mondaz,", None),
        ("Where is it? Catriona", "Hi Catrina,", None),
    ] {
        let expected = signed.map(|name| format!("t: the message is signed “{name}”"));
        let reply = format!("> {message}\n\n{greeting}\n\nIt is here.");
        assert_eq!(messages(&rules, &reply), expected.as_slice(), "{message} {greeting}");
    }
}
