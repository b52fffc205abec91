//! The forms of a verb or noun: `~send` stands for send, sends, sending, sent.
//!
//! Forms that do not exist are harmless, since nobody writes them; a form that is missing is a missed finding. So where English
//! cannot be told by its letters (`cancelled`, `canceled`), both are made.

/// All forms of a word in lower case, the word itself first.
pub fn forms(word: &str) -> Vec<String> {
    let mut out = vec![word.to_owned()];
    for base in spellings(word) {
        out.push(base.clone());
        out.extend(plural(&base));
        out.extend(with_suffix(&base, "ing"));
        match IRREGULAR.iter().find(|(b, _)| *b == base) {
            Some((_, past)) => out.extend(past.split(' ').map(str::to_owned)),
            None => out.extend(with_suffix(&base, "ed")),
        }
    }
    let mut seen = std::collections::HashSet::new();
    out.retain(|form| seen.insert(form.clone()));
    out
}

/// British and American spelling.
fn spellings(word: &str) -> Vec<String> {
    let other = [("ise", "ize"), ("ize", "ise"), ("yse", "yze"), ("yze", "yse"), ("our", "or")]
        .iter()
        .find_map(|(from, to)| word.strip_suffix(from).filter(|stem| stem.len() > 2).map(|stem| format!("{stem}{to}")));
    std::iter::once(word.to_owned()).chain(other).collect()
}

fn plural(base: &str) -> Vec<String> {
    let irregular = match base {
        "be" => Some("am is are"),
        "have" => Some("has"),
        "person" => Some("people persons"),
        _ => None,
    };
    if let Some(forms) = irregular {
        return forms.split(' ').map(str::to_owned).collect();
    }
    if base.ends_with('o') {
        return vec![format!("{base}es"), format!("{base}s")];
    }
    if base.ends_with(['s', 'x', 'z']) || base.ends_with("ch") || base.ends_with("sh") {
        return vec![format!("{base}es")];
    }
    match base.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => vec![format!("{stem}ies")],
        _ => vec![format!("{base}s")],
    }
}

/// `ing` and `ed`, with a silent `e` dropped, `y` turned to `i`, and a last consonant doubled.
fn with_suffix(base: &str, suffix: &str) -> Vec<String> {
    if base == "be" {
        return vec!["being".into()];
    }
    if let Some(stem) = base.strip_suffix("ie")
        && suffix == "ing"
    {
        return vec![format!("{stem}ying")];
    }
    if base.ends_with("ee") || base.ends_with("oe") || base.ends_with("ye") {
        let rest = if suffix == "ed" { "d" } else { suffix };
        return vec![format!("{base}{rest}")];
    }
    if let Some(stem) = base.strip_suffix('e') {
        return vec![format!("{stem}{suffix}")];
    }
    if suffix == "ed"
        && let Some(stem) = base.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']))
    {
        return vec![format!("{stem}ied")];
    }
    let mut out = vec![format!("{base}{suffix}")];
    let letters = base.as_bytes();
    if let [.., before, vowel, last] = letters
        && !is_vowel(*last)
        && !b"wxyh".contains(last)
        && is_vowel(*vowel)
        && (!is_vowel(*before) || letters.ends_with(b"quit"))
    {
        out.push(format!("{base}{}{suffix}", *last as char));
    }
    out
}

fn is_vowel(b: u8) -> bool {
    b"aeiou".contains(&b)
}

/// Past and participle of the verbs that do not add `ed`.
const IRREGULAR: &[(&str, &str)] = &[
    ("arise", "arose arisen"),
    ("awake", "awoke awoken"),
    ("be", "was were been"),
    ("bear", "bore borne"),
    ("beat", "beat beaten"),
    ("become", "became become"),
    ("begin", "began begun"),
    ("bend", "bent"),
    ("bet", "bet"),
    ("bind", "bound"),
    ("bite", "bit bitten"),
    ("bleed", "bled"),
    ("blow", "blew blown"),
    ("break", "broke broken"),
    ("bring", "brought"),
    ("build", "built"),
    ("burn", "burnt burned"),
    ("buy", "bought"),
    ("catch", "caught"),
    ("choose", "chose chosen"),
    ("come", "came come"),
    ("cost", "cost costed"),
    ("cut", "cut"),
    ("deal", "dealt"),
    ("dig", "dug"),
    ("do", "did done does"),
    ("draw", "drew drawn"),
    ("dream", "dreamt dreamed"),
    ("drink", "drank drunk"),
    ("drive", "drove driven"),
    ("eat", "ate eaten"),
    ("fall", "fell fallen"),
    ("feed", "fed"),
    ("feel", "felt"),
    ("fight", "fought"),
    ("find", "found"),
    ("fit", "fit fitted"),
    ("fly", "flew flown"),
    ("forbid", "forbade forbidden"),
    ("forget", "forgot forgotten"),
    ("forgive", "forgave forgiven"),
    ("freeze", "froze frozen"),
    ("get", "got gotten"),
    ("give", "gave given"),
    ("go", "went gone goes"),
    ("grow", "grew grown"),
    ("hang", "hung hanged"),
    ("have", "had"),
    ("hear", "heard"),
    ("hide", "hid hidden"),
    ("hit", "hit"),
    ("hold", "held"),
    ("hurt", "hurt"),
    ("keep", "kept"),
    ("know", "knew known"),
    ("lay", "laid"),
    ("lead", "led"),
    ("leave", "left"),
    ("lend", "lent"),
    ("let", "let"),
    ("lie", "lay lain lied"),
    ("light", "lit lighted"),
    ("lose", "lost"),
    ("make", "made"),
    ("mean", "meant"),
    ("meet", "met"),
    ("mislead", "misled"),
    ("misread", "misread"),
    ("mistake", "mistook mistaken"),
    ("misunderstand", "misunderstood"),
    ("overlook", "overlooked"),
    ("oversee", "oversaw overseen"),
    ("overdraw", "overdrew overdrawn"),
    ("overpay", "overpaid"),
    ("pay", "paid"),
    ("put", "put"),
    ("quit", "quit quitted"),
    ("read", "read"),
    ("rebuild", "rebuilt"),
    ("redo", "redid redone redoes"),
    ("resend", "resent"),
    ("reset", "reset"),
    ("ride", "rode ridden"),
    ("ring", "rang rung"),
    ("rise", "rose risen"),
    ("run", "ran run"),
    ("say", "said"),
    ("see", "saw seen"),
    ("seek", "sought"),
    ("sell", "sold"),
    ("send", "sent"),
    ("set", "set"),
    ("shake", "shook shaken"),
    ("shine", "shone shined"),
    ("shoot", "shot"),
    ("show", "showed shown"),
    ("shut", "shut"),
    ("sing", "sang sung"),
    ("sink", "sank sunk"),
    ("sit", "sat"),
    ("sleep", "slept"),
    ("slip", "slipped"),
    ("speak", "spoke spoken"),
    ("speed", "sped speeded"),
    ("spell", "spelt spelled"),
    ("spend", "spent"),
    ("spill", "spilt spilled"),
    ("split", "split"),
    ("spoil", "spoilt spoiled"),
    ("spread", "spread"),
    ("stand", "stood"),
    ("steal", "stole stolen"),
    ("stick", "stuck"),
    ("strike", "struck"),
    ("swear", "swore sworn"),
    ("sweep", "swept"),
    ("take", "took taken"),
    ("teach", "taught"),
    ("tear", "tore torn"),
    ("tell", "told"),
    ("think", "thought"),
    ("throw", "threw thrown"),
    ("understand", "understood"),
    ("undo", "undid undone undoes"),
    ("uphold", "upheld"),
    ("upset", "upset"),
    ("wake", "woke woken"),
    ("wear", "wore worn"),
    ("win", "won"),
    ("withdraw", "withdrew withdrawn"),
    ("withhold", "withheld"),
    ("write", "wrote written"),
];

#[cfg(test)]
mod tests {
    #[test]
    fn forms_of_words() {
        for (word, has, lacks) in [
            ("send", "send sends sending sent", "sended"),
            ("cancel", "cancels cancelled canceled cancelling canceling", ""),
            ("apologise", "apologise apologize apologised apologized apologising apologizes", ""),
            ("try", "tries tried trying", "tryed"),
            ("stop", "stopped stopping stops", ""),
            ("be", "be am is are was were been being", ""),
            ("issue", "issue issues issued issuing", ""),
            ("delay", "delays delayed delaying", "delaied"),
            ("wait", "waits waited waiting", "waitted"),
            ("lie", "lying lies", ""),
            ("agree", "agreed agreeing agrees", ""),
            ("pass", "passes passed passing", ""),
            ("photo", "photos", ""),
            ("go", "goes going went", ""),
            ("rise", "rise rising risen", ""),
        ] {
            let forms = super::forms(word);
            for form in has.split(' ') {
                assert!(forms.iter().any(|f| f == form), "{word}: {form} not in {forms:?}");
            }
            assert!(lacks.is_empty() || !forms.iter().any(|f| f == lacks), "{word}: {forms:?}");
        }
    }
}
