use super::*;

fn lexicon() -> Lexicon {
    let mut lexicon = Lexicon::default();
    let mut interner = Interner::over(&lexicon);
    for word in ["o'clock", "2fa", "😂", "say"] {
        interner.intern(word);
    }
    let vocabulary = interner.finish();
    lexicon.push(vocabulary);
    lexicon
}

fn tokens(text: &str) -> Tokens {
    Tokens::of(&Mapped::verbatim(text, Span::new(0, text.len())), &lexicon())
}

fn sentences(text: &str) -> Vec<&str> {
    tokens(text).sentences.iter().map(|s| &text[s.span.range()]).collect()
}

/// Names of tokens: a word of the lexicon is itself, any other word `_`.
fn names(text: &str) -> String {
    let lexicon = lexicon();
    let name = |id| match id {
        UNKNOWN => "_",
        BOUND => "|",
        COMMA => ",",
        SEMICOLON => ";",
        COLON => ":",
        DASH => "-",
        QUESTION => "?",
        EXCLAMATION => "!",
        PAREN => "()",
        NUMBER => "<number>",
        AMOUNT => "<amount>",
        CLOCK => "<clock>",
        DATE => "<date>",
        ACRONYM => "<acronym>",
        PLACEHOLDER => "<placeholder>",
        URL => "<url>",
        EMAIL => "<email>",
        EMOJI => "<emoji>",
        OBJECT => "<object>",
        APOSTROPHE_D => "'d",
        APOSTROPHE_IS => "'s(is)",
        APOSTROPHE_S => "'s",
        SYMBOL => "<symbol>",
        word => lexicon.word(word).unwrap_or("?!"),
    };
    tokens(text).ids.into_iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn sentences_end_where_they_should() {
    for (text, expected) in [
        ("One. Two! Three? Four", &["One.", "Two!", "Three?", "Four"][..]),
        ("Dr. Lee and Mrs. Hall, e.g. at 5 p.m. today.", &["Dr. Lee and Mrs. Hall, e.g. at 5 p.m. today."]),
        ("We open at 9 a.m. We close at six.", &["We open at 9 a.m.", "We close at six."]),
        ("It costs 3.50 or 1,200.75. No. 5 is free.", &["It costs 3.50 or 1,200.75.", "No. 5 is free."]),
        ("No. We do not.", &["No.", "We do not."]),
        ("ok. got it. sending now", &["ok.", "got it.", "sending now"]),
        ("Well... perhaps. Well... Perhaps.", &["Well... perhaps.", "Well...", "Perhaps."]),
        ("Fine…and then", &["Fine…and then"]),
        (
            "See example.com or shop.example.co.uk/a?b=c. Then call.",
            &["See example.com or shop.example.co.uk/a?b=c.", "Then call."],
        ),
        // Signs that are no token stand with what comes after the space, of whatever kind it is.
        ("It is so.\u{a0}[Ana] we wait", &["It is so.", "[Ana] we wait"]),
        ("It is so.\u{2009}“[Ana]” we wait", &["It is so.", "“[Ana]” we wait"]),
        ("It is so. [Ana] we wait", &["It is so.", "[Ana] we wait"]),
        ("All done.Thanks for waiting", &["All done.", "Thanks for waiting"]),
        // Emphasis is no quotation: what follows it is not the rest of the sentence.
        ("*It is done.* it works", &["It is done.*", "it works"]),
        ("He said \"calm down.\" Then he left.", &["He said \"calm down.\"", "Then he left."]),
        ("\"Why?\" she asked us.", &["\"Why?\" she asked us."]),
        (
            "A long line that was\nwrapped here by a mail program.",
            &["A long line that was\nwrapped here by a mail program."],
        ),
        ("One block\n\nAnother block\r\n\r\nA third", &["One block", "Another block", "A third"]),
        ("Steps:\n- open the app\n- tap Help\n2. wait", &["Steps:", "open the app", "tap Help", "wait"]),
        (
            "Steps:\n• open the app\n– tap Help\na) wait\n## Then\n1000. rest\n•",
            &["Steps:", "open the app", "tap Help", "wait", "Then", "1000.", "rest"],
        ),
        ("Steps:\n-\u{a0}open the app\n2.\u{2009}wait", &["Steps:", "open the app", "wait"]),
        ("It is free of co\u{ad}st. Then we call.", &["It is free of co\u{ad}st.", "Then we call."]),
        (
            "Hi Sam,\nThank you for writing to us about the lamp.",
            &["Hi Sam,", "Thank you for writing to us about the lamp."],
        ),
        ("Kind regards,\nEleni\nHarbour Books", &["Kind regards,", "Eleni", "Harbour Books"]),
        ("J. Smith wrote. So do I. We agree.", &["J. Smith wrote.", "So do I.", "We agree."]),
        ("Really?! Yes!!! Good :) Bye", &["Really?!", "Yes!!!", "Good :) Bye"]),
        (
            "A heading that is longer than forty columns by far\n# then we wait",
            &["A heading that is longer than forty columns by far", "then we wait"],
        ),
        ("Steps:\n  - open the app\n\t- tap Help", &["Steps:", "open the app", "tap Help"]),
        (" \t- open the app", &["open the app"]),
        // A line was meant to end where the next word would have fitted: nobody wraps lines at less than 40 columns.
        ("We will look at it again for you,\nAndrew or Ada", &["We will look at it again for you,", "Andrew or Ada"]),
        ("We will look at it again for you,\nAndreas or Ada", &["We will look at it again for you,\nAndreas or Ada"]),
        (
            "So.\nWe will look at it again for you,\nAndrew or Ada",
            &["So.", "We will look at it again for you,", "Andrew or Ada"],
        ),
        (
            "A line that goes on to the sixtieth column, or very near it,\nand a shorter one here of forty columns or so\nNow it ends",
            &[
                "A line that goes on to the sixtieth column, or very near it,\nand a shorter one here of forty columns or so",
                "Now it ends",
            ],
        ),
        (
            "A line that is longer than forty columns by far\r\n\r\nand so it goes on for as long as the other one did\n \t\nto here",
            &[
                "A line that is longer than forty columns by far",
                "and so it goes on for as long as the other one did",
                "to here",
            ],
        ),
        ("We will look at it again for\nyou or Ada", &["We will look at it again for\nyou or Ada"]),
        ("...", &[]),
        ("", &[]),
        ("\n\n \n", &[]),
    ] {
        assert_eq!(sentences(text), expected, "{text:?}");
    }
}

#[test]
fn tokens_are_what_rules_compare() {
    for (text, expected) in [
        ("You've", "| you have |"),
        ("didn’t DIDN'T didnt", "| did not did not did not |"),
        ("can't cannot won't shan't", "| can not can not will not shall not |"),
        // Signs that do not show, at any place of a word.
        ("c\u{ad}annot can\u{200b}not canno\u{2060}t", "| can not can not can not |"),
        ("GD\u{ad}PR *RMA* *JG", "| <acronym> <acronym> <object> |"),
        ("w\u{ad}on't wo\u{200b}n’t won\u{2060}'t it\u{ad}'s", "| will not will not will not _ 's(is) |"),
        ("it's Sam's you'd I'd've let's", "| _ 's(is) _ 's you 'd i 'd have _ us |"),
        ("five o'clock", "| _ o'clock |"),
        ("at 5: yes 5/ yes 5- yes 5. yes 5' yes", "| _ <number> : _ <number> _ <number> _ <number> | _ <number> _ |"),
        ("A4-7.2 A4-b A4. Yes A4- yes", "| <number> <number> _ <number> | _ <number> _ |"),
        ("‘say’ it’s ’say – say – x–y ’ say", "| say _ 's(is) say - say - _ _ say |"),
        ("#12 # 12 #a $5 $ 5 £5 £ 5 €x", "| <number> <number> _ <amount> <number> <amount> <number> _ |"),
        ("R&D & more &amp &", "| _ _ _ _ _ _ |"),
        (":D ;P :p =3 :Dan :D1 x:) ::) :-", "| <emoji> <emoji> <emoji> <emoji> : _ : <number> _ : () : <emoji> : |"),
        (".5 x", "| <number> _ |"),
        ("ok :) :-) :( a:b 5:30 ;) x: )", "| _ <emoji> <emoji> <emoji> _ : _ <clock> <emoji> _ : () |"),
        ("say\u{2009}say\u{3000}say\u{2028}say", "| say say say | say |"),
        ("say @ say, n't say", "| say say , _ say |"),
        (&format!("s{}ay", "\u{ad}".repeat(20)), "| say |"),
        ("sorry -SALE =D a = b \u{fe0f} say", "| _ <acronym> <emoji> _ _ say |"),
        ("?! !? !!! ?? say!say", "| ? ! | ! ? | ! | ? | say ! say |"),
        ("x.5 .5 5.5 v1.2 1.2.3 say.5", "| _ <number> <number> <number> <number> <number> say <number> |"),
        ("it’d you’ll I’m they’re who’s say’s", "| _ 'd you will i am they are _ 's(is) say 's |"),
        (
            "me@x.example @me x.example www.x.example/a?b http://x/ say/say",
            "| <email> <email> <url> <url> <url> say say |",
        ),
        (
            "12:30 1/2 5-6 5kg 5pm 2026-11-04 4/5/26 1,000.50 12% 5'",
            "| <clock> <date> <number> <number> <clock> <date> <date> <number> <number> <number> |",
        ),
        ("😂 👍🏽 ☺ ✓ → x😂y", "| 😂 <emoji> <emoji> <emoji> _ 😂 _ |"),
        ("so… say…say … and ...", "| _ - say - say - _ |"),
        ("'calm' rock 'n' roll", "| _ _ _ _ |"),
        ("a, b; c: d - e—f (g)", "| _ , _ ; _ : _ - _ - _ () _ () |"),
        ("follow-up", "| _ _ |"),
        (
            "3 3.5 1,000 50% 24h 2nd #123 CRZ-11872",
            "| <number> <number> <number> <number> <number> <number> <number> <acronym> <number> |",
        ),
        ("$5 £1,200.00 20€", "| <amount> <amount> <amount> |"),
        ("10:30 5pm 2026-11-03 12/04", "| <clock> <clock> <date> <date> |"),
        ("RMA please 2FA mp3", "| <acronym> _ 2fa <number> |"),
        ("a.b@example.com @shop www.example.com https://x.y/z.", "| <email> <email> <url> <url> |"),
        // A host without a scheme; two sentences without a space between.
        ("See example.com or shop.example.co.uk. All done.It works", "| _ <url> _ <url> | _ _ | _ _ |"),
        (&("x".repeat(300) + ".com and " + &"x".repeat(300) + ".you"), "| <url> _ _ you |"),
        ("🙂 😂👍🏽 :) <3", "| <emoji> 😂 <emoji> <emoji> <emoji> |"),
        ("sorry ^JG x -DG or re-SET", "| _ <object> _ <object> _ _ <acronym> |"),
        ("_you_ x_y kin\u{200b}d yo\u{200b}u", "| you <number> _ you |"),
        ("you/we & they", "| you we _ they |"),
        ("Ünïcode you\u{a0}we", "| _ you we |"),
        ("e\u{301}t you\u{200b}", "| _ you |"),
    ] {
        assert_eq!(names(text), expected, "{text:?}");
    }
}

#[test]
fn quotations_are_known() {
    for (text, quoted, free) in [
        ("You wrote \"no you say\" and you", "say", "and"),
        ("You wrote “no you say” and you", "say", "and"),
        ("You wrote 'no you say' and you", "say", "and"),
        ("You wrote ‘no you say’ and you", "say", "and"),
        ("The hall (old)'s doors you say and guests' doors, \"calm\" it", "calm", "you"),
        ("Doors of 5'6 you say and guests' doors, \"calm\" it", "calm", "you"),
        ("The customers' say 24\" and \"you say\" and", "you say", "The customers"),
    ] {
        let tokens = tokens(text);
        let at = |needle: &str| {
            let byte = text.rfind(needle).unwrap() as u32;
            let first = tokens.spans.iter().position(|s| s.1 > s.0 && s.0 >= byte).unwrap();
            first..first + 1
        };
        assert!(tokens.is_quoted(&at(quoted)), "{text}");
        assert!(!tokens.is_quoted(&at(free)), "{text}");
    }
}

#[test]
fn parts_of_a_reply() {
    let text = "Dear Ms Lee,\n\nThank you for the photo. I sent a new lamp today. It comes on Friday.\n\nKind regards,\nAda\nLamps";
    let parts: Vec<Part> = tokens(text).sentences.iter().map(|s| s.part).collect();
    use Part::{Body, Closing, Greeting, Opening};
    assert_eq!(parts, [Greeting, Opening, Opening, Body, Closing, Closing, Closing]);
    for (text, first) in [
        ("Ana,\n\nIt is here.", Greeting),
        ("Ana and Bo,\n\nIt is here.", Greeting),
        ("Ana and Bo at last,\n\nIt is here.", Opening),
        ("Ana and Bo\n\nIt is here.", Opening),
        ("Dear Ana, Bo and Cy!\n\nIt is here.", Greeting),
        ("DEAR Ana.\n\nIt is here.", Greeting),
        ("Dear Ana and Bo and Cy and Di.\n\nIt is here.", Opening),
        ("Good morning to you all.\n\nIt is here.", Greeting),
        ("Good news for you both today.\n\nIt is here.", Opening),
        ("We say hi to you all.\n\nIt is here.", Opening),
    ] {
        assert_eq!(tokens(text).sentences[0].part, first, "{text}");
    }
    // A sign-off, and what stands below it; a text never begins with one.
    for (text, closing) in [
        ("It is so. It is.\n\nWith best wishes,\nBo", 2),
        ("It is so. It is.\n\nThank you all,\nBo", 2),
        ("It is so. It is.\n\nThank you for the lamp.\nBo", 0),
        ("It is so. It is.\n\nKind regards from all of us here,\nBo", 2),
        ("It is so. It is.\n\nKind words from all of you have come to us,\nBo", 0),
        ("Best\n\nIt is so.", 0),
        ("Hi Bo,\n\nThanks for your email. It is so. It is.\n\nBest,\nAda", 2),
        ("Hi Bo,\n\nThanks for your email.\n\nIt is so.\n\nBest,\nAda", 2),
        ("Hi Bo,\n\nThank you!\n\nIs it so?", 0),
        ("It is so. It is.\n\nThanks!\nBo.\nLamps Ltd.", 3),
        ("It is so. It is.\n\nMany thanks, Bo", 1),
        ("It is so. It is.\n\nThanks,\nAda Lee\nCare, Acme Lamps Inc.", 3),
        ("It is so. It is.\n\nMany thanks\nAda\n\nP.S. It is on its way.", 4),
        (
            "Thanks for your message.\n\n- we have found the lamp that you left in the hall of the house\n- it is blue",
            0,
        ),
        ("Thanks for your message.\n\nI read “It is on.”", 0),
        ("It is so.\n\nBest\n\nA\n\nB\n\nC\n\nD\n\nE\n\nF\n\nG", 8),
        ("It is so.\n\nBest\n\nA\n\nB\n\nC\n\nD\n\nE\n\nF\n\nG\n\nH", 0),
    ] {
        let parts = tokens(text).sentences;
        assert_eq!(parts.iter().filter(|s| s.part == Closing).count(), closing, "{text}");
    }
}

#[test]
fn every_token_lies_in_the_text_and_in_order() {
    let text = "Hi \u{feff}{x}, I'd've 😂😂 «no» it's—3,5% <3 :-) … e.g. ok…\r\n\n* a) b\n1. c?!.. d\u{2028}e'";
    let tokens = tokens(text);
    let mut last = 0;
    for &(start, end) in &tokens.spans {
        assert!(start <= end && last <= start, "{start} {end} {last}");
        assert!(text.get(start as usize..end as usize).is_some());
        last = end;
    }
    assert_eq!((tokens.ids.first(), tokens.ids.last()), (Some(&BOUND), Some(&BOUND)));
}

#[test]
fn tokens_stand_where_their_signs_do() {
    for (text, expected) in [
        ("#12 $5 £5 20€ 50% 5", &["#12", "$5", "£5", "20€", "50%", "5"][..]),
        ("can't don’t DIDNT it's I'd", &["ca", "n't", "do", "n’t", "DID", "NT", "it", "'s", "I", "'d"]),
        ("so :) or ;-) or <3 or 👍🏽😂", &["so", ":)", "or", ";-)", "or", "<3", "or", "👍🏽", "😂"]),
        ("a...b – c -- d--e", &["a", "...", "b", "–", "c", "--", "d", "--", "e"]),
        ("see www.x.example/a, (a.b@x.example)", &["see", "www.x.example/a", ",", "(", "a.b@x.example", ")"]),
        ("A4-7.2 5–7 5a.5 3.5.", &["A4-7.2", "5–7", "5a", "5", "3.5"]),
        ("so .5 it Ünï été", &["so", ".5", "it", "Ünï", "été"]),
        ("5- 5/ 5: x", &["5", "5", "5", ":", "x"]),
        ("What?! No", &["What", "?", "!", "", "No"]),
        ("- one\n2) two", &["one", "", "two"]),
    ] {
        let tokens = tokens(text);
        let signs: Vec<_> = (1..tokens.ids.len() - 1).map(|t| &text[tokens.span(t..t + 1).range()]).collect();
        assert_eq!(signs, expected, "{text}");
    }
}

#[test]
fn what_other_rules_name_is_of_its_kind() {
    let (tokens, lexicon) = (tokens("say 2fa 😂 SMS o'clock ok"), lexicon());
    let mut out = Vec::new();
    assert_eq!(tokens.known_to(lexicon.end(), &lexicon, &mut out), &tokens.ids[..]);
    let known = tokens.known_to(FIRST_WORD, &lexicon, &mut out);
    assert_eq!(known, [BOUND, UNKNOWN, NUMBER, EMOJI, ACRONYM, UNKNOWN, UNKNOWN, BOUND]);
    let (hour, code, face) = (lexicon.get("o'clock".as_bytes()), lexicon.get(b"2fa"), lexicon.get("😂".as_bytes()));
    let known = tokens.known_to(code, &lexicon, &mut out);
    assert_eq!(known, [BOUND, UNKNOWN, NUMBER, EMOJI, ACRONYM, hour, UNKNOWN, BOUND]);
    let known = tokens.known_to(face, &lexicon, &mut out);
    assert_eq!(known, [BOUND, UNKNOWN, code, EMOJI, ACRONYM, hour, UNKNOWN, BOUND]);
}

#[test]
fn a_clause_lies_between_its_marks() {
    let tokens = tokens("One two, three four (five six) seven");
    let clause = |at: usize| tokens.clause_of(&(at..at + 1));
    assert_eq!([1, 4, 7, 10].map(clause), [1..3, 4..6, 7..9, 10..11]);
    let far = self::tokens(&"say ".repeat(200));
    assert_eq!(far.clause_of(&(100..101)), 36..165);
}
