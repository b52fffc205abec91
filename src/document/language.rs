//! Which texts are in another language than English, and so not for rules that read English.
//!
//! What a file says of a text counts first, then the file's name, then the words. Where in doubt, a text is English: to skip one
//! unseen is worse than to read one in vain.

use super::Region;

/// Takes out of the regions of a file those in another language, and says how many they were.
pub(super) fn drop_foreign(path: &str, regions: &mut Vec<Region<'_>>) -> usize {
    let before = regions.len();
    if is_in_path(path) && !is_english(regions.iter().map(|region| region.text.text())) {
        regions.clear();
    }
    regions.retain(|region| !reads_foreign(region.text.text()));
    before - regions.len()
}

/// The same where the language of all of them is known: none is left out, or all.
pub(super) fn drop_other(language: &str, regions: &mut Vec<Region<'_>>) -> usize {
    let before = regions.len();
    regions.retain(|_| !is_other(language));
    before - regions.len()
}

/// Whether the name of a language, or its code, is not that of English: `fr`, `pt-BR`, `German`.
pub(super) fn is_other(lang: &str) -> bool {
    let lang = lang.trim().to_lowercase();
    let named = lang.starts_with(|c: char| c.is_alphabetic());
    named && !lang.starts_with("en") && !matches!(lang.as_str(), "default" | "all" | "any" | "none" | "null")
}

/// Whether a path names another language: a folder `cy`, or a file `es.json` or `replies.fr.yaml`.
pub(super) fn is_in_path(path: &str) -> bool {
    let mut folders = path.split(['/', '\\']);
    let file = folders.next_back().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or("", |(stem, _)| stem);
    folders.chain(stem.split('.')).any(is_code)
}

/// Whether this is the code of a language other than English, alone or with a region or a script: `fr`, `pt-BR`, `zh_Hans`.
fn is_code(name: &str) -> bool {
    let (code, region) = name.split_once(['-', '_']).map_or((name, None), |(code, region)| (code, Some(region)));
    let code = code.to_ascii_lowercase();
    let region = region.is_none_or(|r| matches!(r.len(), 2..=4) && r.bytes().all(|b| b.is_ascii_alphanumeric()));
    region && code.len() == 2 && CODES.split_ascii_whitespace().any(|known| known == code)
}

/// Whether texts, taken together, are in English. Folders named `it`, `hr` or `uk` are not all about a language.
pub(super) fn is_english<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    let mut sample = String::new();
    for text in texts {
        sample += start(text);
        sample.push('\n');
        if sample.len() >= SAMPLE {
            break;
        }
    }
    has_english_words(&sample, 8) || whatlang::detect_lang(start(&sample)) == Some(whatlang::Lang::Eng)
}

/// Whether the words of a text are surely those of another language. Few words never are.
pub(super) fn reads_foreign(text: &str) -> bool {
    let text = start(text);
    if words(text) < MIN_WORDS || has_english_words(text, 8) || text.split(SENTENCES).any(is_english_sentence) {
        return false;
    }
    whatlang::detect(text).is_some_and(|told| told.is_reliable() && told.lang() != whatlang::Lang::Eng)
}

/// How many words a text has; scripts that set no spaces are counted by their letters.
fn words(text: &str) -> usize {
    let letters = |word: &str| word.chars().filter(|c| *c >= '\u{e00}').count();
    text.split_whitespace().map(|word| (letters(word) / 3).max(1)).sum()
}

/// Whether a sentence is in English: where a text says the same in two languages, one of them is for rules to read.
fn is_english_sentence(text: &str) -> bool {
    text.split_whitespace().count() >= 6 && has_english_words(text, 4)
}

/// Whether one word in so many, or more, is a little one of English, so that it can be nothing else. It spares most texts a closer
/// look.
fn has_english_words(text: &str, among: usize) -> bool {
    let words = || text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').filter(|w| !w.is_empty());
    let english = words().filter(|word| ENGLISH.iter().any(|little| little.eq_ignore_ascii_case(word))).count();
    english > 0 && english * among >= words().count()
}

/// The beginning of a text, which is enough to tell.
fn start(text: &str) -> &str {
    &text[..text.floor_char_boundary(SAMPLE)]
}

/// What parts sentences, well enough for this.
const SENTENCES: [char; 6] = ['.', '!', '?', '|', ':', '\n'];

/// How many bytes of a text are looked at.
const SAMPLE: usize = 1500;

/// The least words that a language is told by.
const MIN_WORDS: usize = 20;

/// Words that are frequent in English and rare elsewhere.
#[rustfmt::skip]
const ENGLISH: [&str; 20] = [
    "the", "and", "you", "your", "our", "will", "have", "this", "that", "with", "are", "been", "thanks", "please", "when",
    "from", "they", "there", "which", "would",
];

/// The codes of ISO 639-1, without that of English.
const CODES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el eo \
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km \
    kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa \
    pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk \
    ur uz ve vi vo wa wo xh yi yo za zh zu";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format, Mode, Reading, Syntax};
    use crate::source::Source;

    #[test]
    fn paths_name_languages() {
        for (path, foreign) in [
            ("locales/cy/mail.json", true),
            ("es.json", true),
            ("replies.fr.yaml", true),
            ("a/pt-BR/b.json", true),
            ("zh_Hans.json", true),
            ("a\\de\\b.md", true),
            ("welcome.fr.md.liquid", true),
            ("en.json", false),
            ("en-GB/replies.json", false),
            ("replies.json", false),
            ("fr", false),
            ("macros/replies-to-fr.json", false),
            ("", false),
        ] {
            assert_eq!(is_in_path(path), foreign, "{path}");
        }
    }

    #[test]
    fn words_tell_languages() {
        for (text, foreign) in [
            ("Merci beaucoup.", false),
            // The same in two languages.
            (
                "Hello, we sent you a code and you can delete this message. Bonjour, nous vous avons envoyé un code et vous pouvez \
                 supprimer ce message si vous ne l'avez pas demandé.",
                false,
            ),
            (
                "Bonjour, merci pour votre message. Nous avons bien reçu votre demande de remboursement et nous reviendrons vers vous \
                 avant vendredi avec une réponse complète. Cordialement, Zoé",
                true,
            ),
            (
                "Hallo, vielen Dank für Ihre Nachricht. Es tut uns leid, dass Ihr Paket noch nicht angekommen ist. Wir haben heute eine \
                 neue Sendung für Sie aufgegeben, die am Freitag bei Ihnen ist.",
                true,
            ),
            (
                "您好，感谢您的来信。非常抱歉给您带来不便，我们已经为您安排了退款，款项将在五个工作日内退回到您的银行账户。如有其他问题请随时联系我们。",
                true,
            ),
            ("您好，感谢您的来信。", false),
            (
                "Hola Marta, gracias por escribirnos. Hemos revisado su pedido y lamentamos mucho el retraso. Mañana recibirá un paquete \
                 nuevo y le devolveremos los gastos de envío.",
                true,
            ),
            (
                "{{a}} {{b}} {{c}} {{d}} {{e}} {{f}} {{g}} {{h}} {{i}} {{j}} {{k}} {{l}} {{m}} {{n}} {{o}} {{p}} {{q}} {{r}} {{s}} {{t}} {{u}}",
                false,
            ),
        ] {
            assert_eq!(reads_foreign(text), foreign, "{text}");
        }
        assert!(is_english(["Thanks, and have a good day.", "Hi"].into_iter()));
        assert!(!is_english(["Merci beaucoup pour votre message.", "À bientôt"].into_iter()));
    }

    #[test]
    fn texts_that_are_kept_are_told_apart_and_drafts_are_not() {
        let welsh = "Diolch am eich neges.";
        for (name, text, mode, kept) in [
            ("cy/reply.md", welsh, Mode::Template, 0),
            ("cy/reply.md", welsh, Mode::Draft, 1),
            ("reply.md", welsh, Mode::Template, 1),
            ("uk/reply.md", "Thanks for your message, and have a good day.", Mode::Template, 1),
        ] {
            let source = Source::new(name, text);
            let reading = Reading { mode, ..Format::Markdown.into() };
            let document = Document::read(&source, &reading).expect("a text");
            assert_eq!((document.regions.len(), document.foreign), (kept, 1 - kept), "{name} {mode:?}");
        }
        let records = |name, text: &str| {
            let source = Source::new(name, text);
            let document = Document::read(&source, &Format::Data(Syntax::Json).into()).expect("JSON");
            (document.records.len(), document.foreign)
        };
        let lines = r#"[{"reply": "Diolch am eich neges."}, {"reply": "Thanks for your message.", "lang": "en"}]"#;
        assert_eq!(records("cy.json", lines), (1, 1));
        assert_eq!(records("a.json", lines), (2, 0));
        assert_eq!(records("a.json", &lines.replace("\"en\"", "\"Welsh\"")), (1, 1));
    }

    #[test]
    fn english_replies_are_never_taken_for_foreign() {
        let replies = include_str!("../../tests/replies/good.jsonl");
        let mut seen = 0;
        for line in replies.lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            for text in ["reply", "customer"].iter().filter_map(|key| line.get(key)?.as_str()) {
                assert!(!reads_foreign(text), "{text}");
                // Nor without the help of little words.
                if words(text) >= MIN_WORDS {
                    let told = whatlang::detect(start(text)).expect("a language");
                    assert!(!told.is_reliable() || told.lang() == whatlang::Lang::Eng, "{text}: {told:?}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 500, "{seen}");
    }
}
