use super::*;
use crate::mapped::PieceKind;
use proptest::prelude::*;

fn tree(file: &str, syntax: Syntax) -> Result<Tree<'_>, Fault> {
    Tree::parse(file, Span::new(0, file.len()), syntax)
}

/// The paths and texts of a file, each of which is what stands at its place.
fn texts(file: &str, syntax: Syntax) -> Result<Vec<(String, String)>, Fault> {
    let tree = tree(file, syntax)?;
    let all = tree.texts().map(|(number, text)| {
        sound(file, text);
        (tree.path(number), text.text.text().to_owned())
    });
    Ok(all.collect())
}

fn sound(file: &str, text: &Text<'_>) {
    let (derived, pieces) = (text.text.text(), text.text.pieces());
    for (i, piece) in pieces.iter().enumerate() {
        let end = pieces.get(i + 1).map_or(derived.len(), |next| next.at);
        let source = file.get(piece.source.range()).expect("a place in the file");
        if piece.kind == PieceKind::Verbatim {
            assert_eq!(source, &derived[piece.at..end], "{file}");
        }
    }
}

fn is_sealed(text: &Text<'_>) -> bool {
    text.quoting.contains(&Quoting::Sealed)
}

type Case = (&'static str, &'static [(&'static str, &'static str)]);

fn reads(syntax: Syntax, cases: &[Case]) {
    for (file, expected) in cases {
        let found = texts(file, syntax).unwrap_or_else(|fault| panic!("{file}: {fault:?}"));
        let found: Vec<(&str, &str)> = found.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(found, *expected, "{file}");
    }
}

fn faults(syntax: Syntax, cases: &[(&str, usize, &str)]) {
    for (file, at, message) in cases {
        assert_eq!(texts(file, syntax), Err(Fault { at: *at, message: (*message).to_owned() }), "{file}");
    }
}

#[test]
fn tables() {
    reads(
        Syntax::Csv,
        &[
            ("", &[]),
            ("id,answer\n", &[]),
            ("id,answer\n1,Hello", &[("[0].id", "1"), ("[0].answer", "Hello")]),
            // Quotation marks, line breaks and delimiters in a cell.
            ("a,b\r\n\"x, \"\"y\"\"\r\nz\",2\r\n", &[("[0].a", "x, \"y\"\r\nz"), ("[0].b", "2")]),
            ("a,b\n\"\"\"\",\"\"\n", &[("[0].b", ""), ("[0].a", "\"")]),
            ("a\n\"\"\"x\"\"\"", &[("[0].a", "\"x\"")]),
            // Old line ends, blank lines, spaces.
            ("a,b\r1,2\r\r3, 4\r", &[("[0].a", "1"), ("[0].b", "2"), ("[1].a", "3"), ("[1].b", " 4")]),
            ("a,b\r\n\r\n\r\n1,2\r\n", &[("[0].a", "1"), ("[0].b", "2")]),
            // Short and long records, columns without a name.
            ("a,b\n1\n2,3,4\n", &[("[0].a", "1"), ("[1].a", "2"), ("[1].b", "3"), ("[1]['column 3']", "4")]),
            ("a,b, ,\n1,2,3,4", &[("[0].a", "1"), ("[0].b", "2"), ("[0]['column 3']", "3"), ("[0]['column 4']", "4")]),
            // Other delimiters.
            ("a;b\n1,5;2", &[("[0].a", "1,5"), ("[0].b", "2")]),
            ("\"a,b,c\";b\n1;2", &[("[0]['a,b,c']", "1"), ("[0].b", "2")]),
            ("a|b\n1|2", &[("[0].a", "1"), ("[0].b", "2")]),
            ("a\tb\n1\t2", &[("[0].a", "1"), ("[0].b", "2")]),
            // No header.
            (
                "1,We are sorry that this has taken so long.\n2,Thanks!",
                &[
                    ("[0]['column 1']", "1"),
                    ("[0]['column 2']", "We are sorry that this has taken so long."),
                    ("[1]['column 1']", "2"),
                    ("[1]['column 2']", "Thanks!"),
                ],
            ),
            (",,x\n", &[("[0]['column 1']", ""), ("[0]['column 2']", ""), ("[0]['column 3']", "x")]),
            // Quotation marks where they should not be: all other cells stay.
            (
                "a,b\n1,\"Use the \"forgot\" link\"\n2,\"x\" y\n3,z\"\n4,w",
                &[
                    ("[0].a", "1"),
                    ("[0].b", "Use the forgot\" link\""),
                    ("[1].a", "2"),
                    ("[1].b", "x y"),
                    ("[2].a", "3"),
                    ("[2].b", "z\""),
                    ("[3].a", "4"),
                    ("[3].b", "w"),
                ],
            ),
            ("a\n\"never closed, ever\n", &[("[0].a", "never closed, ever\n")]),
            ("é,ü\n\"’\",😀\n", &[("[0].é", "’"), ("[0].ü", "😀")]),
            // A cell that holds JSON.
            (
                "t,actions\nx,\"[{\"\"value\"\": \"\"Hi, \\\"\"A\\\"\"\\nB\"\"}]\"",
                &[("[0].t", "x"), ("[0].actions[0].value", "Hi, \"A\"\nB")],
            ),
        ],
    );
    reads(
        Syntax::Tsv,
        &[("a\tb\n1, 2\t\"x\ty\"\n", &[("[0].a", "1, 2"), ("[0].b", "x\ty")]), ("a,b\n1\n", &[("[0]['a,b']", "1")])],
    );
    for (file, path, quoting) in [
        ("a,b\n1,\"x\"", "[0].b", Quoting::QuotedCell),
        ("a;b\n1;x", "[0].b", Quoting::Cell { delimiter: b';' }),
        ("a,b\n1,\"x\"y\"", "[0].b", Quoting::Sealed),
        ("a,b\n1,\"x", "[0].b", Quoting::Sealed),
    ] {
        let tree = tree(file, Syntax::Csv).expect("a table");
        let text = tree.texts().find(|(number, _)| tree.path(*number) == path).map(|(_, text)| text);
        assert_eq!(text.map(|text| &text.quoting[..]), Some(&[quoting][..]), "{file}");
    }
}

#[test]
fn xml() {
    reads(
        Syntax::Xml,
        &[
            ("<a/>", &[("a", "")]),
            ("<a>x</a>", &[("a", "x")]),
            (
                "<?xml version=\"1.0\"?>\n<!DOCTYPE m [<!ENTITY e \"expanded\">]>\n<m>\n  <r id='1'>A &amp; B</r>\n  <r>&lt;p&gt; &#39;x&#x2019;&e;</r>\n</m>\n",
                &[("m.r.@id", "1"), ("m.r.#text", "A & B"), ("m.r", "<p> 'x’&e;")],
            ),
            ("<m><![CDATA[<p>a & b</p>]]></m>", &[("m", "<p>a & b</p>")]),
            ("<m>\n  <![CDATA[a]]><![CDATA[b]]>\n</m>", &[("m", "ab")]),
            ("<m>a <![CDATA[b]]> c</m>", &[("m", "a b c")]),
            (
                "<m>one <b>two</b> three<br/> \n</m>",
                &[("m.br", ""), ("m.#text", "one "), ("m.b", "two"), ("m.#text", " three")],
            ),
            ("<m>one<!-- no --> two<?x y?></m>", &[("m", "one two")]),
            ("<x:m xmlns:x=\"u\"><x:r>a</x:r></x:m>", &[("['x:m']['x:r']", "a")]),
            ("<m a=\"&quot;é&quot; &gt; 'x'\" b='y'/>", &[("m.@a", "\"é\" > 'x'"), ("m.@b", "y")]),
            ("<m>a\r\nb &nope; &amp c;</m>", &[("m", "a\r\nb &nope; &amp c;")]),
        ],
    );
    let deep = format!("{}{}", "<a>".repeat(300), "</a>".repeat(300));
    faults(
        Syntax::Xml,
        &[
            ("", 0, "there is no element"),
            ("hello", 0, "this text stands outside of all elements"),
            ("<a>x", 0, "this element is not closed"),
            ("<m><a>x</b></m>", 7, "this tag closes another element than the one that is open"),
            ("<a>&amp</a>", 3, "entity or character reference not closed: `;` not found before end of input"),
            (&deep, 256 * 3, "elements stand more than 256 deep in one another"),
        ],
    );
}

#[test]
fn gettext() {
    reads(
        Syntax::Gettext,
        &[
            ("", &[]),
            (
                "# Ours.\nmsgid \"\"\nmsgstr \"\"\n\"Project: x\\n\"\n\"Language: en_GB\\n\"\n\n#: a.rb:1\n#, fuzzy\nmsgctxt \"mail\"\nmsgid \"Hi\"\nmsgstr \"\"\n\"Hello, \\\"you\\\"!\\n\"\n\"Bye\\\\ é\"\n\n#~ msgid \"old\"\n#~ msgstr \"gone\"\n",
                &[
                    ("entries[0].msgctxt", "mail"),
                    ("entries[0].msgid", "Hi"),
                    ("entries[0].msgstr", "Hello, \"you\"!\nBye\\ é"),
                ],
            ),
            (
                "msgid \"a\"\r\nmsgid_plural \"b\"\r\nmsgstr[0] \"c\" \"d\"\r\nmsgstr[1] \"e\"\r\nmsgid \"f\"\r\nmsgstr \"\\x41\\101\\q\\303\"",
                &[
                    ("entries[0].msgid", "a"),
                    ("entries[0].msgid_plural", "b"),
                    ("entries[0].msgstr[0]", "cd"),
                    ("entries[0].msgstr[1]", "e"),
                    ("entries[1].msgid", "f"),
                    ("entries[1].msgstr", "AA\\q\\303"),
                ],
            ),
        ],
    );
    let tree = tree("msgid \"\"\nmsgstr \"Language: fr\\n\"\n", Syntax::Gettext).expect("a catalogue");
    let language = tree.under(ROOT, "language").next().and_then(|n| tree.scalar(n));
    assert_eq!(language, Some("fr"));
    faults(
        Syntax::Gettext,
        &[
            ("msgid \"a\nb\"", 6, "this quotation mark is not closed"),
            ("msgid \"a\\", 6, "this quotation mark is not closed"),
            ("# x\n\"a\"", 4, "a string stands before the first `msgid`"),
            ("msgid \"a\"\nhello", 10, "`msgid`, `msgstr`, `#` or a string belongs here"),
        ],
    );
}

#[test]
fn toml() {
    reads(
        Syntax::Toml,
        &[
            ("", &[]),
            (
                "z = \"a \\\"b\\\" \\u00e9\\t\"\na = 'c\\d'\nn = 1\n[[m]]\ntext = \"x\"\n[[m]]\n\"y.q\" = ['1', \"2\"]\n",
                &[
                    ("z", "a \"b\" é\t"),
                    ("a", "c\\d"),
                    ("m[0].text", "x"),
                    ("m[1]['y.q'][0]", "1"),
                    ("m[1]['y.q'][1]", "2"),
                ],
            ),
            (
                "a = \"\"\"\nOne \"two\"\nthree \\\n   four\\n\"\"\"\nb = '''\nIt's\n''fine'''''\n",
                &[("a", "One \"two\"\nthree four\n"), ("b", "It's\n''fine''")],
            ),
            (
                "a = \"\"\"\r\nx\r\ny\\\r\n\r\n z\"\"\"\r\nb = '''\r\nx\r\ny'''\r\n",
                &[("a", "x\r\nyz"), ("b", "x\r\ny")],
            ),
            ("a = { b = \"\\U0001F600\", c.d = '’' }", &[("a.b", "😀"), ("a.c.d", "’")]),
        ],
    );
    let found = tree("a = 'x'\nb = \"\nc = 1", Syntax::Toml).map(|_| ());
    assert_eq!(found.map_err(|fault| fault.at), Err(13));
}

#[test]
fn separated() {
    reads(
        Syntax::Separated,
        &[
            (
                "Replies\n=======\n\n---- REFUND APPROVED\n\nHi,\n\nyou have your money.\n---\nAnn\n\n-- \n---- Delay ----\r\nSorry.\r\n",
                &[("[0].text", "Hi,\n\nyou have your money.\n---\nAnn\n\n--"), ("[1].text", "Sorry.")],
            ),
            ("=== A ===\n=== B\nx\n== C ==\n", &[("[0].text", ""), ("[1].text", "x\n== C ==")]),
        ],
    );
    for (text, expected) in [
        ("--- A ---\nx\n--- B ---\ny", true),
        ("---- REFUND\nx\n---- DELAY\ny", true),
        ("# Replies\n\n=== A ===\nx\n=== B ===", true),
        ("\n<!-- ours -->\nTitle\n-----\n\n--- A\nx\n--- B", true),
        ("--- A ---\nx", false),
        ("Hi Ann,\n\n--- Step one ---\nx\n--- Step two ---\ny", false),
        ("Hi,\nthanks.\n-- \nAnn\n---\n---\n", false),
        ("---\n\nText\n\n---\n", false),
        ("--- 1 ---\nx\n--- 2 ---", false),
        ("-----Original Message-----\nx\n-----Original Message-----", false),
        (
            "----- Original Message -----\nx\n---------- Forwarded message ---------\ny\n--- Forwarded message ---",
            false,
        ),
        ("-- A --\nx\n-- B --", false),
        ("Title\n===\n\nText\n===", false),
        ("", false),
    ] {
        assert_eq!(separated::is_separated(text), expected, "{text}");
    }
}

/// Ways to write a list of texts.
#[derive(Clone, Copy, Debug)]
enum Style {
    QuotedCsv,
    Csv,
    Tsv,
    XmlText,
    XmlCdata,
    XmlAttribute,
    Gettext,
    TomlBasic,
    TomlBlock,
    TomlLiteral,
    TomlLiteralBlock,
    Separated,
}

const STYLES: [Style; 12] = [
    Style::QuotedCsv,
    Style::Csv,
    Style::Tsv,
    Style::XmlText,
    Style::XmlCdata,
    Style::XmlAttribute,
    Style::Gettext,
    Style::TomlBasic,
    Style::TomlBlock,
    Style::TomlLiteral,
    Style::TomlLiteralBlock,
    Style::Separated,
];

impl Style {
    fn syntax(self) -> Syntax {
        match self {
            Self::QuotedCsv | Self::Csv => Syntax::Csv,
            Self::Tsv => Syntax::Tsv,
            Self::XmlText | Self::XmlCdata | Self::XmlAttribute => Syntax::Xml,
            Self::Gettext => Syntax::Gettext,
            Self::TomlBasic | Self::TomlBlock | Self::TomlLiteral | Self::TomlLiteralBlock => Syntax::Toml,
            Self::Separated => Syntax::Separated,
        }
    }

    /// What stands before the texts, and before and after each.
    fn frame(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::QuotedCsv => ("id;text\n", "1;\"", "\"\n", ""),
            Self::Csv => ("id,text\r\n", "1,", "\r\n", ""),
            Self::Tsv => ("id\ttext\n", "1\t", "\n", ""),
            Self::XmlText => ("<r>\n", "<t>", "</t>\n", "</r>\n"),
            Self::XmlCdata => ("<r>\n", "<t>\n<![CDATA[", "]]>\n</t>\n", "</r>\n"),
            Self::XmlAttribute => ("<r>\n", "<t a=\"", "\"/>\n", "</r>\n"),
            Self::Gettext => ("msgid \"\"\nmsgstr \"Language: en\\n\"\n", "\nmsgid \"a\"\nmsgstr \"\"\n\"", "\"\n", ""),
            Self::TomlBasic => ("", "[[m]]\nt = \"", "\"\n", ""),
            Self::TomlBlock => ("", "[[m]]\nt = \"\"\"\n", "\"\"\"\n", ""),
            Self::TomlLiteral => ("", "[[m]]\nt = '", "'\n", ""),
            Self::TomlLiteralBlock => ("", "[[m]]\nt = '''\n", "'''\n", ""),
            Self::Separated => ("", "--- Title ---\n", "\n\n", ""),
        }
    }

    /// A text as this format has it, written without the code under test.
    fn write(self, text: &str) -> Option<String> {
        let without = |signs: &[char]| (!text.contains(signs)).then(|| text.to_owned());
        let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        match self {
            Self::QuotedCsv => Some(text.replace('"', "\"\"")),
            Self::Csv => without(&[',', '"', '\n', '\r']),
            Self::Tsv => without(&['\t', '"', '\n', '\r']),
            Self::XmlText => Some(text.replace('&', "&amp;").replace('<', "&#60;").replace(']', "&#x5d;")),
            Self::XmlCdata => (!text.contains("]]>")).then(|| text.to_owned()),
            Self::XmlAttribute => Some(text.replace('&', "&#38;").replace('<', "&lt;").replace('"', "&quot;")),
            Self::Gettext => Some(escaped(text).replace('\n', "\\n\"\n\"").replace('\t', "\\t")),
            Self::TomlBasic => Some(escaped(text).replace('\n', "\\n").replace('é', "\\u00e9")),
            Self::TomlBlock => Some(escaped(text).replace("word", "wo\\\n   rd")),
            Self::TomlLiteral => without(&['\'', '\n']),
            Self::TomlLiteralBlock => (!text.contains("'''")).then(|| text.to_owned()),
            Self::Separated => (!text.contains("---") && !text.contains("===")).then(|| text.to_owned()),
        }
    }

    fn file(self, texts: &[String]) -> Option<String> {
        let (head, before, after, foot) = self.frame();
        let texts: Option<String> =
            texts.iter().map(|text| Some(format!("{before}{}{after}", self.write(text)?))).collect();
        Some(format!("{head}{}{foot}", texts?))
    }

    /// The texts that a file holds in this style, in order.
    fn read<'s>(self, file: &'s str) -> Vec<Text<'s>> {
        let tree = tree(file, self.syntax()).unwrap_or_else(|fault| panic!("{file}: {fault:?}"));
        let key = match self {
            Self::QuotedCsv | Self::Csv | Self::Tsv | Self::Separated => "text",
            Self::XmlAttribute => "@a",
            Self::Gettext => "msgstr",
            _ => "t",
        };
        let named = |n: &usize| tree.node(*n).step == Step::Key(Cow::Borrowed(key));
        (0..tree.len()).filter(named).filter_map(|n| tree.text(n)).cloned().collect()
    }
}

fn fragment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        " ", "  ", "\n", "\n\n", "word", "We're", "don’t", "\"", "'", "''", "&", "<", ">", "&amp;", "<p>", "]", "]]",
        ",", ";", "|", "é", "😀", "e\u{301}", "\\", "\\n", "\t", "-", "--", "=", "#", "x=y", "Hi", "%s", ".",
    ])
}

/// A text without white space at either end.
fn prose() -> impl Strategy<Value = String> {
    prop::collection::vec(fragment(), 0..10).prop_map(|parts| format!("a{}", parts.concat()).trim_end().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn texts_are_read_and_written_back(
        texts in prop::collection::vec(prose(), 1..4),
        style in prop::sample::select(STYLES.to_vec()),
        (which, word) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        other in prop::collection::vec(fragment(), 0..4),
    ) {
        let Some(file) = style.file(&texts) else { return Ok(()) };
        let found = style.read(&file);
        prop_assert_eq!(found.iter().map(|text| text.text.text()).collect::<Vec<_>>(), texts.clone(), "{}", file);
        prop_assert!(!found.iter().any(is_sealed), "{}", file);
        found.iter().for_each(|text| sound(&file, text));

        let which = which.index(texts.len());
        let (text, found) = (&texts[which], &found[which]);
        let words: Vec<&str> = text.split_whitespace().collect();
        let word = words[word.index(words.len())];
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let span = Span::new(start, start + word.len());
        let other = other.concat();
        let Some(written) = found.quoting.iter().try_fold(other.clone(), |text, quoting| quoting.encode(&text)) else {
            return Ok(());
        };
        let mut edited = file.clone();
        edited.replace_range(found.text.to_source(span).range(), &written);
        let mut expected = texts.clone();
        expected[which].replace_range(span.range(), &other);
        let found: Vec<String> = style.read(&edited).iter().map(|text| text.text.text().to_owned()).collect();
        if matches!(style, Style::Separated | Style::XmlText | Style::XmlCdata) {
            // White space around a text is none of it, or all there is.
            expected.iter_mut().for_each(|text| *text = text.trim().to_owned());
            prop_assert_eq!(found.iter().map(|text| text.trim()).collect::<Vec<_>>(), expected, "{}", edited);
        } else {
            prop_assert_eq!(found, expected, "{}", edited);
        }
    }

    #[test]
    fn nothing_breaks_a_reader(
        parts in prop::collection::vec(prop_oneof![
            fragment(),
            prop::sample::select(vec![
                "\"\"\"", "'''", "a = ", "[a]\n", "[[a]]\n", "{", "}", "[", ":", "\r", "\r\n", "\0", "\u{feff}", "\u{a0}",
                "<a>", "</a>", "<a b='", "/>", "<![CDATA[", "]]>", "<!--", "-->", "<!DOCTYPE a [", "<?x", "?>", "&#x", "&#60;", "&#0;", ";",
                "msgid \"", "msgstr[0]", "msgstr \"", "msgctxt", "\"\n", "\\x", "\\7", "\\u00", "\\", "\"", "--- a\n", "=== a ===\n",
            ]),
        ], 0..16),
        noise in ".{0,8}",
    ) {
        let file = parts.concat() + &noise;
        for syntax in [
            Syntax::Json, Syntax::JsonLines, Syntax::Csv, Syntax::Tsv, Syntax::Xml, Syntax::Gettext, Syntax::Toml,
            Syntax::Separated,
        ] {
            match tree(&file, syntax) {
                Ok(tree) => tree.texts().for_each(|(number, text)| {
                    sound(&file, text);
                    tree.path(number);
                }),
                Err(fault) => prop_assert!(fault.at <= file.len() && !fault.message.is_empty(), "{:?}", fault),
            }
        }
    }
}

/// Files that make a careless reader go back to the start, or on to the end, at every byte.
#[test]
fn hard_files_are_read_once() {
    for (syntax, head, unit) in [
        (Syntax::Csv, "", "\""),
        (Syntax::Csv, "a,b\n\"", "\"\""),
        (Syntax::Csv, "", ","),
        (Syntax::Csv, "", "a\n\"x\"y,"),
        (Syntax::Xml, "<a>", "&amp;"),
        (Syntax::Xml, "<a>", "<b/>"),
        (Syntax::Xml, "<a>", "<![CDATA[]]>x"),
        (Syntax::Xml, "<a ", "b='&' "),
        (Syntax::Xml, "", "<a>"),
        (Syntax::Gettext, "msgid \"", "\\n"),
        (Syntax::Gettext, "", "msgid \"\""),
        (Syntax::Gettext, "", "msgstr[0"),
        (Syntax::Toml, "a = \"", "\\n"),
        (Syntax::Toml, "a = ", "["),
        (Syntax::Toml, "", "[[a]]\n"),
        (Syntax::Separated, "", "--- a\n"),
        (Syntax::Separated, "", "-"),
    ] {
        let file = head.to_owned() + &unit.repeat(400_000 / unit.len());
        let _ = tree(&file, syntax);
    }
}
