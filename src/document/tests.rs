use super::*;
use crate::mapped::{OBJECT, PieceKind};
use proptest::prelude::*;

/// What is taken out of a source: the text of each reply, with `◇` for an object, and the customer's words where there are any.
fn extract(input: &str, format: Format) -> Vec<(String, Option<String>)> {
    let source = Source::new("x", input);
    let document = Document::extract(&source, format);
    let show = |m: &Mapped<'_>| m.text().replace(OBJECT, "◇");
    document.regions.iter().map(|r| (show(&r.text), r.customer.as_ref().map(show))).collect()
}

/// Cases of a source, its one reply, and the customer's words.
#[track_caller]
fn check(format: Format, cases: &[(&str, &str, &str)]) {
    for &(input, text, customer) in cases {
        let expected = match (text, customer) {
            ("", _) => vec![],
            (_, "") => vec![(text.to_string(), None)],
            _ => vec![(text.to_string(), Some(customer.to_string()))],
        };
        assert_eq!(extract(input, format), expected, "in {input:?}");
    }
}

#[test]
fn plain_text() {
    check(
        Format::Text,
        &[
            ("", "", ""),
            (" \r\n\t\n", "", ""),
            ("Hi Ann,\n\nThanks.\n", "Hi Ann,\n\nThanks.", ""),
            ("\u{feff}Hi,\r\n\r\nBye.\r\n", "Hi,\r\n\r\nBye.", ""),
            (
                "See https://example.com/a_b or a@b.com, order 12345.",
                "See https://example.com/a_b or a@b.com, order 12345.",
                "",
            ),
            ("Hi {{name}}, use `ls -l` <!-- no -->now.", "Hi ◇, use ◇ now.", ""),
            ("{{greeting}}\n\nThanks, {{agent}}", "◇\n\nThanks, ◇", ""),
            ("Best regards,\nAnn\nSupport", "Best regards,\nAnn\nSupport", ""),
            ("It`s 5` long", "It◇ long", ""),
            ("It`s five", "It`s five", ""),
            (
                "Tap <a href=\"{{ u }}>\">here</a>.<br>If a < b <c> <https://x.y> then `<b>`.",
                "Tap here.\n\nIf a < b <c> <https://x.y> then ◇.",
                "",
            ),
            // Code and front matter
            ("Run this:\n\n```\nrm x\n> no\n```\nThen say so.", "Run this:\n\nThen say so.", ""),
            ("Run ```\nnot closed", "Run ```\nnot closed", ""),
            ("---\ntitle: x\n---\nHello.", "Hello.", ""),
            ("+++\ntitle = \"x\"\n+++\nHello.", "Hello.", ""),
            ("---\nNote: x\nHi.\n---\nBye.", "---\nNote: x\nHi.\n---\nBye.", ""),
            ("---\nHello there.\n---\nBye.", "---\nHello there.\n---\nBye.", ""),
            // Languages
            ("[[en]]\nHi.\n[[/en]]\n[[fr]]\nSalut {{ n }}.\n[[/fr]]\nBye.", "Hi.\nBye.", ""),
            ("[[fr]]Salut.", "Salut.", ""),
            // Template logic
            ("A.\n{% if x %}\nB.\n{% endif %}\nC.", "A.\nB.\nC.", ""),
            ("{# c #}\n{% extends \"b\" %}\n\n{% block a %}\nHi {{ n }}.\n{% endblock %}\n", "Hi ◇.", ""),
            ("in {% if a %}two{% else %}three{% endif %} days", "in two three days", ""),
            ("{% if a %}\nYes\n{% else %}\nNo\n{% endif %}", "Yes\n\nNo", ""),
            ("  {% if a %}{% if b %}\nYes", "Yes", ""),
            ("{% trans x=1 %}Your {{ site }} password.{% endtrans %}", "Your ◇ password.", ""),
            ("One.\n<!-- two\n\n> three\n-->\nFour.", "One.\nFour.", ""),
        ],
    );
}

#[test]
fn branches() {
    let paths = |input: &str| -> Vec<String> {
        let source = Source::new("x", input);
        let document = Document::extract(&source, Format::Text);
        let shown = |path: Path| path.text.text().replace(OBJECT, "◇");
        document.regions.iter().flat_map(|region| region.paths().into_iter().map(shown).collect::<Vec<_>>()).collect()
    };
    for (input, expected) in [
        ("A {% if x %}B {% endif %}C", &["A B C", "A C"][..]),
        ("in {% if a %}two{% else %}three{% endif %} days", &["in two days", "in three days"]),
        ("{% if a %}\nYes\n{% else %}\nNo\n{% endif %}\nNext", &["Yes\nNext", "No\nNext"]),
        ("{% unless a %}1{% elsif b %}2{% else %}3{% endunless %}.", &["2.", "1.", "3."]),
        ("{% case a %}{% when 1 %}1{% when 2 %}2{% endcase %}.", &["1.", "2.", "."]),
        ("{% for i in l %}1{% endfor %}.", &[]),
        ("{% for i in l %}1{% if i %}2{% endif %}{% else %}3{% endfor %}.", &["12.", "1.", "3."]),
        ("{% if a %}1{% if b %}2{% endif %}{% endif %}.", &["12.", ".", "1."]),
        // One condition is one decision.
        ("{% if a %}1{% endif %}{% if a %}2{% endif %}{% unless a %}3{% endunless %}.", &["12.", "3."]),
        ("{{#if a}}1{{else}}2{{/if}}{{#each l}}3{{/each}}.", &["13.", "23."]),
        ("{{#a}}1{{/a}}{{^a}}2{{/a}}.", &["1.", "2."]),
        ("[% IF a %]1[% ELSIF b %]2[% END %][% FOREACH x %]3[% END %].", &["13.", "23.", "3."]),
        ("<% if a %>1<% else %>2<% end %><% l.each do |x| %>3<% end %>.", &["13.", "23."]),
        ("{% trans x=1 %}1{% endtrans %}{% block b %}2{% endblock %}{% set x = 1 %}", &[]),
        ("{% if a %}1", &[]),
        ("1{% endif %}", &[]),
        ("{% if a %}1{{/if}}", &[]),
        ("{{ if .a }}1{{ else }}2{{ end }}", &[]),
    ] {
        assert_eq!(paths(input), expected, "{input}");
    }
    let many = (0..20).map(|i| format!("{{% if c{i} %}}{i} {{% endif %}}")).collect::<String>();
    assert_eq!(paths(&format!("{many}.")).len(), logic::MAX_PATHS);
    let more = "{% if a %}1{% endif %}".repeat(600) + ".";
    assert_eq!(paths(&more), [""; 0]);
    let deep = "{% if a %}{% for b in c %}".repeat(20_000) + ".";
    assert_eq!(paths(&deep), [""; 0]);
}

#[test]
fn unbalanced_logic() {
    for (input, expected) in [
        ("{% if a %}1{% endif %}", &[][..]),
        ("{% if a %}1", &["{% if a %}"]),
        ("1{% endif %}", &["{% endif %}"]),
        ("{% if a %}{% for b in c %}1{% endif %}", &["{% for b in c %}"]),
        ("{{#if a}}1{{else}}2", &["{{#if a}}"]),
        ("{{#if a}}1{{/unless}}", &["{{#if a}}", "{{/unless}}"]),
        ("[% IF a %]1", &["[% IF a %]"]),
        ("<% if (a) { %>1<% } %>", &[]),
        ("{% raw %}{% if a %}{% endraw %}", &[]),
        ("{% assign a = 1 %}{% block b %}1{% endblock %}", &[]),
        ("Use `{% if a %}` like this: {% endif %}", &[]),
    ] {
        let source = Source::new("x", input);
        let document = Document::extract(&source, Format::Text);
        let found: Vec<&str> = document.regions.iter().flat_map(|r| &r.unbalanced).map(|s| source.slice(*s)).collect();
        assert_eq!(found, expected, "{input}");
    }
}

#[test]
fn threads() {
    check(
        Format::Text,
        &[
            // Inline answers
            ("> Where is it?\nOn its way.\n> When?\n\nTomorrow.", "On its way.\n\nTomorrow.", "Where is it?\n\nWhen?"),
            ("> a\n>\n> b\n>> ours\n\nYes.", "Yes.", "a\n\nb"),
            ("> a\r\n> b\r\n\r\nYes.\r\n", "Yes.", "a\r\nb"),
            ("> On Mon, Ann wrote:\n>> old\n> new\nYes.", "Yes.", "new"),
            // Attributions
            ("Thanks.\n\nOn Mon, 3 Mar 2025 at 10:00, Ann <a@b.c> wrote:\n> Hi\n> you", "Thanks.", "Hi\nyou"),
            ("Thanks.\n\nOn Mon, 3 Mar 2025 at 10:00,\nAnn Example\n<a@b.c> wrote:\n\n> Hi", "Thanks.", "Hi"),
            ("Thanks.\n\nOn Mon, 3 Mar 2025, Ann wrote:\nHi, there.\n\nBye.", "Thanks.", "Hi, there.\n\nBye."),
            ("Danke.\n\nAm 03.03.2025 um 10:00 schrieb Ann <a@b.c>:\n> Hallo", "Danke.", "Hallo"),
            ("Merci.\n\nLe 3 mars 2025 à 10:00, Ann <a@b.c> a écrit :\n> Salut", "Merci.", "Salut"),
            ("Gracias.\n\nEl 3 mar 2025, Ann escribió:\n> Hola", "Gracias.", "Hola"),
            ("Ok.\n\n2025-03-03 10:00 GMT Ann Example\n<a@b.c>:\n\nHi", "Ok.", "Hi"),
            ("Write to Ann <a@b.c>:\n\nHi", "Write to Ann <a@b.c>:\n\nHi", ""),
            ("Ok.\n\nOn 3 Mar 2025, Ann <a@b.c>wrote:\n> Hi", "Ok.", "Hi"),
            ("Ann <a@b.c> wrote:\n> Hi\n\nYes.", "Yes.", "Hi"),
            ("On Monday you wrote:\n> Hi\nYes.", "Yes.", "Hi"),
            ("On 3 March 2025 you wrote:\n\nNot quoted.", "On 3 March 2025 you wrote:\n\nNot quoted.", ""),
            ("On the form, she wrote:\nNo.", "On the form, she wrote:\nNo.", ""),
            // Splitters
            ("Ok.\n\n-----Original Message-----\nFrom: A\nSent: B\nSubject: C\n\nHelp!", "Ok.", "Help!"),
            ("Ok.\n\n---------- Forwarded message ---------\nHelp!", "Ok.", "Help!"),
            ("Ok.\n________________________________\nFrom: A\nSent: B\nTo: C\nSubject: D\n\nHelp!\n", "Ok.", "Help!"),
            (
                "Ok.\n\nVon: A\nGesendet: B\nAn: C\nBetreff: D\n\nHilfe!\n\nVon: C\nAn: A\nBetreff: E\n\nAlt.",
                "Ok.",
                "Hilfe!",
            ),
            ("Ok.\n\n---- On Mon, 3 Mar 2025 Ann <a@b.c> wrote ----\n\nHelp!", "Ok.", "Help!"),
            ("Ok.\n\nFrom: Berlin\nTo: Paris\n\nDone.", "Ok.\n\nFrom: Berlin\nTo: Paris\n\nDone.", ""),
            ("Begin forwarded message:\n\nFrom: A\nSubject: B\nTo: C\n\nHelp!", "", ""),
            // Signatures and footers
            ("Bye.\n-- \nAnn\nSupport", "Bye.", ""),
            ("Bye.\n--\r\nAnn\r\n\r\nOn 2025-03-03 Ann wrote:\n> Hi", "Bye.", "Hi"),
            ("Bye.\n\nSent from my phone", "Bye.", ""),
            ("Bye.\n\nGet Outlook for iOS\n> Hi", "Bye.", "Hi"),
            (
                "Sent from my desk to yours, with a long line that no program would ever write below a message.",
                "Sent from my desk to yours, with a long line that no program would ever write below a message.",
                "",
            ),
            ("Bye.\n\nThis email and its files are confidential\nand meant for you.\n", "Bye.", ""),
            ("This email is to confirm your order.", "This email is to confirm your order.", ""),
            (
                "One\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13",
                "One\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13",
                "",
            ),
            // Header block of a draft
            ("Subject: Your order {{id}}\nTo: a@b.c\n\nHi.", "Your order ◇\n\nHi.", ""),
            ("To: a@b.c\nSubject: Re: Where is it?\n\nHi.", "Hi.", "Where is it?"),
            ("To: you\n\nHi.", "To: you\n\nHi.", ""),
            ("To: you\nHi.\n", "To: you\nHi.", ""),
        ],
    );
}

#[test]
fn markdown() {
    check(
        Format::Markdown,
        &[
            ("", "", ""),
            ("# Hi **Ann**\nIt is *not* `code`\nhere.", "Hi Ann\n\nIt is not ◇\nhere.", ""),
            ("a\\*b &amp; c &#39;d&#39;", "a*b & c 'd'", ""),
            ("\\*\\*x", "**x", ""),
            ("- one\n- two\n  more\n\n1. three", "one\n\ntwo\nmore\n\nthree", ""),
            ("| a | b |\n|---|---|\n| {{ x | y }} | d |", "a\n\nb\n\n◇\n\nd", ""),
            ("one  \ntwo\\\nthree", "one\n\ntwo\n\nthree", ""),
            ("[our *site*](https://x.y \"t\") <https://x.y> https://x.y", "our site ◇ https://x.y", ""),
            ("![alt](i.png) [x][1]\n\n[1]: https://x.y", "◇ x", ""),
            ("Hi <b>you</b> <!-- no -->all<br>end", "Hi you all\n\nend", ""),
            ("<p>Hi <i>you</i></p>\n\n<!-- no\n\nno -->\n\nEnd", "Hi you\n\nEnd", ""),
            ("- [x] done[^1]\n\n[^1]: note", "done\n\nnote", ""),
            ("~~old~~ new", "old new", ""),
            ("Run:\n\n```sh\nls\n```\n\n    indented\n\nDone.", "Run:\n\nDone.", ""),
            ("```\nError: connection refused.\n```\nSorry.", "Sorry.", ""),
            ("one\r\ntwo\r\n\r\nthree", "one\ntwo\n\nthree", ""),
            ("---\ntitle: x\n---\n\nHi.", "Hi.", ""),
            // Placeholders are masked before Markdown sees them
            ("Hi {{ ticket.title | default: \"*x*\" }}, **{{ a_b }}**_c_", "Hi ◇, ◇c", ""),
            ("*|FNAME|* and *|LNAME|*", "◇ and ◇", ""),
            ("[here]({{ url }}) é {{ é }} *ü*", "here é ◇ ü", ""),
            ("Hi [Customer Name], see [Our Site](u) [1]", "Hi ◇, see Our Site [1]", ""),
            ("A.\n{% if x %}\nB.\n{% endif %}\nC.", "A.\nB.\nC.", ""),
            ("A\n{% else %}\nB", "A\n\nB", ""),
            ("{% if x %}\n| a | b |\n|---|---|\n{% endif %}\n\nC", "a\n\nb\n\nC", ""),
            ("{% for x in y %}\n- {{ x }}\n{% endfor %}\n\n**C**", "◇\n\nC", ""),
            ("{% if x %}\n\nB *b*\n\n{% endif %}\n", "B b", ""),
            // Threads
            ("> Where *is* it?\n\nOn its *way*.", "On its way.", "Where *is* it?"),
            ("> Where is it?\nOn its way.", "On its way.", "Where is it?"),
            ("- a\n\n  > quote\n\n  b", "a\n\nb", "quote"),
            ("Ok.\n\nOn Mon, 3 Mar 2025, Ann wrote:\nHi.", "Ok.", "Hi."),
            ("Title\n--\nText", "Title\n\nText", ""),
            ("Subject: Hello\n\n*Hi*.", "Hello\n\nHi.", ""),
        ],
    );
}

#[test]
fn canned_replies_in_fences() {
    let fence = "Hi {name},\n\nThank you for the report, we will look into it *today*.\n> kept\n\n{signature}\n";
    let input = format!(
        "# Reports\n\n```\n{fence}```\n\nUse with care.\n\n```text\n{fence}```\n\n```js\nlet x = 'We are not able to do this. Sorry about that, we are.';\n```\n"
    );
    let reply = "Hi ◇,\n\nThank you for the report, we will look into it *today*.\n\n◇".to_string();
    assert_eq!(
        extract(&input, Format::Markdown),
        [(reply.clone(), Some("kept".into())), (reply.clone(), Some("kept".into()))]
    );
    // One alone may be a sample in a reply.
    let input = format!("Reports\n\nUse it like this:\n\n```\n{fence}```\n");
    assert_eq!(
        extract(&input, Format::Markdown),
        [("Reports\n\nUse it like this:".into(), None), (reply, Some("kept".into()))]
    );
}

#[test]
fn html() {
    check(
        Format::Html,
        &[
            (
                "<p>Hi <b>Ann</b>,</p>\n<p>Fish &amp; chips&nbsp;&hellip; &unknown; 1 < 2</p>",
                "Hi Ann,\n\nFish & chips\u{a0}… &unknown; 1 < 2",
                "",
            ),
            ("<style>p{}</style><script>if (a<b) x()</script>One<br/>two", "One\n\ntwo", ""),
            ("<div>\n  one\n\n  two <!-- no -->\n</div>", "one two", ""),
            ("<a href=\"{{ u }}>\">{{ n }}</a>, {% if x %}yes{% endif %}", "◇, yes", ""),
            ("<p>Ok.</p><blockquote><p>Where?</p></blockquote><p>Bye.</p>", "Ok.\n\nBye.", "Where?"),
            ("Hi <code>x</code> <img src=x> <open", "Hi ◇ ◇ <open", ""),
            ("<script>never closed", "never closed", ""),
            ("a <OTRS_CUSTOMER_NAME> b", "a ◇ b", ""),
        ],
    );
}

#[test]
fn email() {
    let part = |kind: &str, body: &str| format!("--b\nContent-Type: {kind}\n\n{body}\n");
    let multipart = format!(
        "Subject: A\nContent-Type: multipart/alternative;\n boundary=\"b\"\n\n{}{}--b--\n",
        part("text/plain; charset=utf-8", "Hi.\n\nOn Mon, 3 Mar 2025, Ann wrote:\n> Help"),
        part("text/html", "<p>Hi.</p>")
    );
    check(
        Format::Email,
        &[
            ("From: a\nSubject: Your order\nX-Mailer: y\n folded\n\nHi.\n-- \nAnn", "Your order\n\nHi.", ""),
            ("From: a\nSubject: RE: Help\n\nHi.", "Hi.", "Help"),
            (&multipart, "A\n\nHi.", "Help"),
            (
                "Subject: A =3D\nContent-Transfer-Encoding: quoted-printable\n\nCaf=C3=A9 =\r\nis =E9 5=3D5 =zz.\n> a =\nb\n",
                "A =3D\n\nCafé is é 5=5 =zz.",
                "a b",
            ),
            ("Content-Type: text/html\n\n<p>Hi <b>Ann</b>,</p><blockquote>Help</blockquote>", "Hi Ann,", "Help"),
            (
                "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p class=3Dx>Caf=C3=A9=\n s</p>",
                "Café s",
                "",
            ),
            ("Content-Transfer-Encoding: base64\n\nSGk=", "", ""),
            ("No headers here", "No headers here", ""),
        ],
    );
}

#[test]
fn formats() {
    for (name, text, format) in [
        ("a.md", "", Format::Markdown),
        ("A.MARKDOWN", "", Format::Markdown),
        ("a.eml", "", Format::Email),
        ("a.txt", "<p>", Format::Text),
        ("a.YML", "", Format::Data(Syntax::Yaml)),
        ("a.html.j2", "", Format::Html),
        ("a.txt.jinja", "", Format::Text),
        ("<stdin>", "Hi # there", Format::Text),
        ("<stdin>", "\u{feff}<!DOCTYPE html><p>", Format::Html),
        ("-", "Received: from x\n by y\nDate: z\nFrom: a\n\nHi", Format::Email),
        ("-", "Received: your parcel.\n", Format::Text),
        ("-", "{\"macros\": []}", Format::Data(Syntax::Json)),
        ("-", "\u{feff}[\n  { \"a\": 1 }\n]", Format::Data(Syntax::Json)),
        ("-", "{\"a\": 1}\n{\"a\": 2}\n", Format::Data(Syntax::JsonLines)),
        ("-", "{{name}}, thanks.", Format::Text),
        ("-", "{ {\"name\"} }", Format::Text),
        ("-", "[Name], thanks.", Format::Text),
        ("-", "[{{name}}] thanks.", Format::Text),
        ("-", "[\"Name\"], thanks.", Format::Text),
        ("-", "<?xml version=\"1.0\"?>\n<unload/>", Format::Data(Syntax::Xml)),
        ("-", "<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html/>", Format::Html),
        ("a.csv", "", Format::Data(Syntax::Csv)),
        ("a.TSV", "", Format::Data(Syntax::Tsv)),
        ("a.tab", "", Format::Data(Syntax::Tsv)),
        ("a.email-meta.xml", "", Format::Data(Syntax::Xml)),
        ("de.po", "", Format::Data(Syntax::Gettext)),
        ("app.pot", "", Format::Data(Syntax::Gettext)),
        ("a.toml", "", Format::Data(Syntax::Toml)),
        ("a.txt", "--- One ---\na\n--- Two ---\nb", Format::Data(Syntax::Separated)),
        ("a.md", "---\nowner: x\n---\n# Ours\n\n---- ONE\na\n---- TWO\nb", Format::Data(Syntax::Separated)),
        ("a.md", "Hi,\n\n--- One ---\na\n--- Two ---\nb", Format::Markdown),
        ("a.html", "--- One ---\na\n--- Two ---\nb", Format::Html),
    ] {
        assert_eq!(Format::detect(name, text), format, "{name} {text}");
    }
}

#[test]
fn plain_text_is_not_copied() {
    for text in ["Hi Ann,\r\n\r\nthanks (again) for 50% & [1].\n", "\u{feff}one", "Thanks.\n\n> quoted"] {
        let source = Source::new("x", text);
        let document = Document::extract(&source, Format::Text);
        let own = document.regions[0].text.text();
        assert!(source.text().as_bytes().as_ptr_range().contains(&own.as_ptr()), "{text:?}");
    }
}

/// What must hold of any derived text.
fn sound(source: &str, mapped: &Mapped<'_>) {
    let text = mapped.text();
    let pieces = mapped.pieces();
    assert!(!text.trim().is_empty() && text == text.trim_matches(['\n', ' ']), "{text:?}");
    assert_eq!(pieces[0].at, 0);
    for (i, piece) in pieces.iter().enumerate() {
        let end = pieces.get(i + 1).map_or(text.len(), |next| next.at);
        assert!(piece.at < end, "an empty piece in {pieces:?}");
        let derived = &text[piece.at..end];
        match piece.kind {
            PieceKind::Verbatim => assert_eq!(derived, &source[piece.source.range()]),
            PieceKind::Opaque(_) => assert_eq!(derived, OBJECT.to_string()),
            PieceKind::Escaped => assert!(source.get(piece.source.range()).is_some()),
        }
        if let Some(next) = pieces.get(i + 1) {
            assert!(piece.source.end <= next.source.start, "{pieces:?}");
        }
    }
    let places: Vec<usize> = (0..=text.len()).filter(|i| text.is_char_boundary(*i)).collect();
    let mut last = Span::default();
    for pair in places.windows(2) {
        let span = mapped.to_source(Span::new(pair[0], pair[1]));
        assert!(source.get(span.range()).is_some());
        assert!(last.start <= span.start && last.end <= span.end, "{pair:?}");
        last = span;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_taken_apart_soundly(parts in prop::collection::vec(fragment(), 0..24)) {
        let text = parts.concat();
        let source = Source::new("x", text.as_str());
        for format in [Format::Text, Format::Markdown, Format::Html, Format::Email] {
            for region in Document::extract(&source, format).regions {
                sound(&text, &region.text);
                region.paths().iter().for_each(|path| sound(&text, &path.text));
                region.fallbacks.iter().for_each(|fallback| sound(&text, fallback));
                if let Some(customer) = &region.customer {
                    sound(&text, customer);
                }
            }
        }
    }
}

fn fragment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "\n",
        "\r\n",
        "\n\n",
        "\r\n\r\n",
        " ",
        "    ",
        "\t",
        "\u{a0}",
        "\u{feff}",
        "word",
        "One two.",
        "é",
        "e\u{301}",
        "😀",
        "👩‍💻",
        "\u{FFFC}",
        "’",
        "> ",
        ">",
        ">> ",
        "\n> ",
        "-- \n",
        "--\n",
        "---\n",
        "+++\n",
        "a: b\n",
        "\n\nOn Mon, 3 Mar 2025, Ann wrote:\n",
        "-----Original Message-----\n",
        "From: A\nSent: B\nSubject: C\n\n",
        "Subject: é\n",
        "Re: ",
        "Sent from my phone\n",
        "Disclaimer: confidential\n",
        "{{name}}",
        "{{ a | b: \"*\" }}",
        "{{ a | default: \" é \" }}",
        "{{a|there}}",
        "{{",
        "}}",
        "{% if x %}",
        "{% else %}",
        "{% endif %}\n",
        "{% endif %}",
        "{% if y %} ",
        "{% elsif z %}",
        "{{#if q}}",
        "[[fr]]",
        "[[/fr]]",
        "[[en]]",
        "{{/if}}",
        "{% comment %}",
        "{% endcomment %}",
        "{%",
        "%}",
        "{# é #}",
        "{é}",
        "%{a}",
        "((b))",
        "[Customer Name]",
        "[",
        "]",
        "](u)",
        "*|F|*",
        "<insert x>",
        "<b>",
        "</b>",
        "<br>",
        "<p>",
        "<blockquote>",
        "</blockquote>",
        "<code>",
        "</code>",
        "<a href=\"",
        "<https://x.y>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "`",
        "``",
        "```\n",
        "~~~\n",
        "```text\n",
        "*",
        "**",
        "_",
        "~~",
        "\\",
        "\\*",
        "\\\n",
        "&amp;",
        "&#39;",
        "&nbsp;",
        "&",
        ";",
        "# ",
        "- ",
        "1. ",
        "| a |",
        "|---|\n",
        "![",
        "[^1]",
        "[^1]: n\n",
        "  \n",
        "=\n",
        "Content-Type: multipart/mixed; boundary=b\n\n",
        "Content-Transfer-Encoding: quoted-printable\n",
        "=C3=A9",
        "=E9",
        "=\n",
        "--b\n",
        "--b--\n",
        "We are very sorry that this took so long, and we will look into it today.\n",
    ])
}

/// Texts that make a careless scanner go back to the start, or on to the end, at every byte.
#[test]
fn hard_texts_are_read_once() {
    for unit in [
        "{{",
        "{%",
        "{#",
        "{% comment %}",
        "<!--",
        "<!-- -",
        "{{!--",
        "`",
        "``a`",
        "```\n",
        "~~~~\n",
        "````a\n",
        "[",
        "((",
        "<a ",
        "<a href=\"",
        "<code>",
        "</",
        "&",
        "*",
        "> ",
        "\n> ",
        "--\n",
        "-- \n",
        "-----\n",
        "From: a\n",
        "On a\n",
        "On a ",
        "a:\n",
        "This email\n\n",
        "To: a\n",
        "*|",
        "[[",
        "<%",
        "<?",
        "%a",
        "$contact.",
        "\\",
        "_a",
        "![",
        "|a",
        "<script>",
        "\n\n",
        "\n```\n- ",
        "{% if %}",
    ] {
        let source = Source::new("x", unit.repeat(20_000 / unit.len()));
        for format in [Format::Text, Format::Markdown, Format::Html, Format::Email] {
            Document::extract(&source, format);
        }
    }
}

/// Data files that follow a known product, or none, and the replies found in them.
#[test]
fn replies_of_tables_and_trees() {
    for (name, text, profile, replies) in [
        (
            "a.csv",
            "name,keywords,content,note\nRefund,money,\"<p>Your money is on its way.</p>\",ours\n",
            "zammad",
            &[("[0].content", "Your money is on its way.")][..],
        ),
        (
            "macros.csv",
            "title,active,actions_json\nA,True,\"[{\"\"field\"\": \"\"comment_mode_is_public\"\", \"\"value\"\": true}, \
             {\"\"field\"\": \"\"comment_value\"\", \"\"value\"\": \"\"Hi,\\nthe \\\"\"parcel\\\"\" is here.\"\"}]\"\n\
             B,True,\"[{\"\"field\"\": \"\"comment_mode_is_public\"\", \"\"value\"\": false}, \
             {\"\"field\"\": \"\"comment_value\"\", \"\"value\"\": \"\"A note to us.\"\"}]\"\n",
            "zendesk-macros",
            &[("[0].actions_json[1].value", "Hi,\nthe \"parcel\" is here.")],
        ),
        (
            "faq.csv",
            "id;question;answer\r\n1;Where is it?;\"It left today; it will be with you soon.\"\r\n",
            "generic",
            &[("[0].answer", "It left today; it will be with you soon.")],
        ),
        (
            "Case.email-meta.xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<EmailTemplate xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
             <name>Case</name>\n<subject>Your case &amp; us</subject>\n<textOnly>We have it.</textOnly>\n</EmailTemplate>",
            "salesforce-template",
            &[("EmailTemplate.subject", "Your case & us"), ("EmailTemplate.textOnly", "We have it.")],
        ),
        (
            "update.xml",
            "<unload unload_date=\"2025-01-01\"><sn_templated_snip_note_template action=\"INSERT_OR_UPDATE\">\
             <name>Hello</name><body><![CDATA[<p>Thanks &amp; bye.</p>]]></body>\
             </sn_templated_snip_note_template></unload>",
            "servicenow",
            &[("unload.sn_templated_snip_note_template.body", "Thanks & bye.")],
        ),
        (
            "en.po",
            "msgid \"\"\nmsgstr \"Language: en_GB\\n\"\n\nmsgid \"a\"\nmsgstr \"Thank you.\"\n\nmsgid \"b\"\nmsgstr \"\"\n\n\
             msgid \"c\"\nmsgid_plural \"d\"\nmsgstr[0] \"e\"\nmsgstr[1] \"f\"\n\n\
             msgid \"g\"\nmsgid_plural \"h\"\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n",
            "gettext",
            &[
                ("entries[0].msgstr", "Thank you."),
                ("entries[1].msgid", "b"),
                ("entries[2].msgstr[0]", "e"),
                ("entries[2].msgstr[1]", "f"),
                ("entries[3].msgid", "g"),
                ("entries[3].msgid_plural", "h"),
            ],
        ),
        ("fr.po", "msgid \"\"\nmsgstr \"Language: fr\\n\"\n\nmsgid \"a\"\nmsgstr \"Merci\"\n", "gettext", &[]),
        (
            "replies.toml",
            "[[reply]]\ntitle = \"A\"\ntext = \"\"\"\nYour refund is on its way.\"\"\"\n",
            "generic",
            &[("reply[0].text", "Your refund is on its way.")],
        ),
        (
            "replies.txt",
            "---- REFUND\nYour refund is on its way.\n---- DELAY\nIt will take two days.\n",
            "generic",
            &[("[0].text", "Your refund is on its way."), ("[1].text", "It will take two days.")],
        ),
    ] {
        let source = Source::new(name, text);
        let document = Document::read(&source, &Format::detect(name, text).into())
            .unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert_eq!(document.profile.as_deref(), Some(profile), "{name}");
        let found: Vec<_> =
            document.records.iter().map(|r| (r.place.path.as_str(), r.regions[0].text.text())).collect();
        assert_eq!(found, replies, "{name}");
    }
}
