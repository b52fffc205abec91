use super::*;
use crate::document::{Document, Format};
use crate::source::Source;
use proptest::prelude::*;

/// Sentences that are at odds, with the words of the first that differ.
const AT_ODDS: &[(&str, &str, &str)] = &[
    ("Refunds take 3-5 days.", "Refunds take 7 days.", "3-5 days"),
    (
        "Refunds usually take 3 to 5 business days.",
        "Please note that refunds take up to ten business days.",
        "3 to 5 business days",
    ),
    ("We ship all orders within 24 hours.", "We ship all orders within 3 working days.", "24 hours"),
    ("You can return opened items.", "You cannot return opened items.", ""),
    ("Items without tags are not refundable.", "Items without tags are refundable.", "not"),
    ("You can return opened items.", "You can't return opened items.", ""),
    ("Gift cards are refundable.", "Gift cards are non-refundable.", ""),
    ("We ship to Northern Ireland.", "We do not ship to Northern Ireland.", ""),
    ("Orders over $50 ship free.", "Orders over $35 ship free.", "$50"),
    ("Guests can bring pets into the garden rooms.", "Guests cannot bring pets into the garden rooms.", ""),
    ("Check-in begins at 3pm.", "Check-in begins at 2pm.", "3pm"),
    ("Our pharmacy is open from 9am to 5pm.", "The pharmacy is open 9am-6pm.", "9am to 5pm"),
    ("A late cancellation costs 50% of the room rate.", "A late cancellation costs 100% of the room rate.", "50%"),
    (
        "Send the claim form to claims@lumen.example.",
        "Send the claim form to cases@lumen.example.",
        "claims@lumen.example",
    ),
    ("The warranty covers water damage.", "The warranty does not cover water damage.", ""),
    ("You have 14 days to cancel a policy.", "You have 30 days to cancel a policy.", "14 days"),
    ("Meter readings are due within 7 days.", "Meter readings are due within two weeks.", "7 days"),
    ("Every licence allows 3 installations.", "Every licence allows 5 installations.", "3"),
    ("Transcripts cost £12.", "Transcripts cost £15.", "£12"),
    ("Call the clinic on 0113 496 0101.", "Call the clinic on 0113 496 0202.", "0113 496 0101"),
    (
        "Seats can be changed up to 2 hours before departure.",
        "Seats can be changed up to 24 hours before departure.",
        "2 hours",
    ),
    (
        "Deposits are returned within 10 days of the inspection.",
        "Deposits are returned within 28 days of the inspection.",
        "10 days",
    ),
    ("You do not need a receipt for repairs.", "You need a receipt for repairs.", "not"),
];

/// Sentences that both can be true.
const FINE: &[(&str, &str)] = &[
    ("Refunds take 3-5 days.", "Refunds take 3 to 5 days."),
    ("Refunds take up to 5 days.", "Refunds take 3-5 days."),
    ("Refunds take 5 business days.", "Refunds take 7 days."),
    ("Refunds take 2 weeks.", "Refunds take 14 days."),
    ("Refunds take one day.", "Refunds take 24 hours."),
    ("Refunds by card take 3 days.", "Refunds by bank transfer take 7 days."),
    ("Refunds take {{days}} days.", "Refunds take 7 days."),
    ("Express delivery takes 1 day.", "Standard delivery takes 5 days."),
    ("The Basic plan costs $10 a month.", "The Pro plan costs $20 a month."),
    ("It costs $10 a month.", "It costs $20 a month."),
    ("This takes 5 days.", "This takes 7 days."),
    ("Please wait 30 minutes.", "Please wait 5 minutes."),
    ("Error 403 means that the page is locked.", "Error 404 means that the page is locked."),
    ("See step 3 of the guide.", "See step 7 of the guide."),
    ("iOS 16 shows the battery in the status bar.", "iOS 17 shows the battery in the status bar."),
    ("We can offer a refund for the chair.", "We cannot offer a refund for the chair."),
    ("You are eligible for a grant.", "You are not eligible for a grant."),
    ("Your order has shipped.", "Your order has not shipped."),
    ("If you have received the parcel, reply to us.", "If you have not received the parcel, reply to us."),
    ("Did the reset work?", "Did the reset not work?"),
    ("I have added $10 to your account.", "I have added $20 to your account."),
    ("We called you 3 times.", "We called you 5 times."),
    ("Our office is closed on 25 December.", "Our office is closed on 1 January."),
    (
        "You can find more information at https://a.example/one.",
        "You can find more information at https://a.example/two.",
    ),
    ("Contact us at billing@lumen.example.", "Contact us at returns@lumen.example."),
    ("Orders over $50 get 10% off.", "Orders over $100 get 20% off."),
    ("You do not need to return the item.", "You need to return the item."),
    ("You will be charged a fee.", "You will not be charged a fee."),
    ("Your subscription costs $10.", "Your subscription costs $20."),
    ("Hold the button for 10 seconds.", "Hold the button for 30 seconds."),
    ("The policy covers 2 drivers and 3 cars.", "The policy covers 4 drivers and 5 cars."),
    ("Delivery to Leeds takes 2 days.", "Delivery to Lyon takes 5 days."),
    ("International orders go by air. Delivery takes 10 days.", "Delivery takes 3 days."),
    ("We serve breakfast until 10:00.", "We serve breakfast until 10am."),
    ("Deposits of £1,000 are held in trust.", "Deposits of £1000.00 are held in trust."),
    ("Your table is booked for 7pm today.", "Your table is booked for 8pm today."),
    ("For example, refunds take 3 days.", "For example, refunds take 7 days."),
];

/// Bodies that are alike, and those that are not.
const ALIKE: &[(bool, &str, &str)] = &[
    (
        true,
        "Thank you for the photos of the lamp. We have ordered a new shade for you, and it leaves our warehouse within two days. \
         There is nothing else that you need to do.",
        "Thanks for the photos of the lamp. We've ordered a new shade for you and it leaves our warehouse within two days. \
         There is nothing else you need to do.",
    ),
    (
        true,
        "To reset the router, hold the small button on its back for ten seconds, then wait until the light turns green. \
         Let me know if it does not.",
        "To reset the router, hold the small button at its back for ten seconds and then wait until the light turns green. \
         Let us know if it does not.",
    ),
    (true, "Your room is ready from three, {{guest.name}}.", "Your room is ready from three, {first_name}."),
    // One word of few is much.
    (false, "Your parcel is on its way to you.", "Your parcel is on its way to us."),
    (false, "Your claim for the bicycle was approved today.", "Your claim for the bicycle was declined today."),
    // What one grants the other denies.
    (
        false,
        "We looked at your claim for the bicycle that was taken from the shed, and we can pay the full price of a new one of its kind.",
        "We looked at your claim for the bicycle that was taken from the shed, and we cannot pay the full price of a new one of its kind.",
    ),
    // The same greeting and sign-off, and the same subject, make no duplicates.
    (
        false,
        "The dentist can see you on Monday at nine or at noon. Which suits you?",
        "We have moved your cleaning to the new branch in Mill Lane, with the same dentist.",
    ),
    (false, "Thanks a lot!", "Thanks a lot!"),
];

fn reply(home: &str, body: &str) -> Reply {
    let text = format!("Dear {{{{customer.name}}}},\n\n{body}\n\nKind regards,\nThe Lumen Team\n");
    let source = Source::new(format!("{home}.txt"), text);
    read(&source).remove(0)
}

fn read(source: &Source) -> Vec<Reply> {
    let document = Document::extract(source, Format::Text);
    Reader::new().read_all(source, &document).into_iter().flatten().collect()
}

fn compared(bodies: &[&str]) -> Likeness {
    let mut library = Library::default();
    bodies.iter().enumerate().for_each(|(number, body)| assert!(library.add(reply(&format!("m{number}"), body))));
    library.compare()
}

/// A claim in a reply of its own, with something else around it.
fn claims(a: &str, b: &str) -> Likeness {
    let a = format!("Good to hear from you about this. {a} We hope that answers it, and look forward to your visit.");
    let b = format!(
        "It was kind of you to ask. Here is what you wanted to know.\n\n{b}\n\nWrite back whenever something else comes up."
    );
    compared(&[&a, &b])
}

fn marked(passage: &Passage) -> String {
    passage.marks.iter().map(|mark| &passage.text[mark.range()]).collect::<Vec<_>>().join(" … ")
}

#[test]
fn what_cannot_both_be_true_is_found() {
    let wrong = AT_ODDS.iter().filter(|(a, b, differs)| {
        let found = claims(a, b).at_odds;
        let told = |odds: &AtOdds| {
            let own = odds.sides.iter().find(|side| side.replies == [0]).map(|side| &side.sentence);
            let over = if ["", "not"].contains(differs) { Over::Denial } else { Over::Figure };
            odds.over == over && own.is_some_and(|own| own.text == *a && marked(own) == *differs)
        };
        found.len() != 1 || !found.iter().all(told)
    });
    let wrong: Vec<_> = wrong.map(|(a, b, _)| (a, b, claims(a, b).at_odds)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_can_both_be_true_is_not() {
    let wrong: Vec<_> = FINE.iter().filter(|(a, b)| !claims(a, b).at_odds.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Nor are two sentences of one reply.
    let list = "Parcels arrive within 2 days.\n\nParcels arrive within 5 days.";
    assert_eq!(compared(&[list, "We are glad to help. Parcels arrive within 3 days."]).at_odds, []);
}

#[test]
fn replies_that_say_nearly_the_same_are_alike() {
    let wrong: Vec<_> = ALIKE.iter().filter(|(alike, a, b)| compared(&[a, b]).alike.is_empty() == *alike).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let found = compared(&["We will call you on Monday at noon.", "We'll call you on Monday at noon!"]).alike;
    assert_eq!((found[0].percent, marked(&found[0].pair[0])), (100, String::new()));
}

#[test]
fn a_reply_is_not_compared_with_its_other_forms() {
    let body = "Your code is waiting for you in the app under Settings.";
    let read = |name: &str| read(&Source::new(name, body)).remove(0);
    let alike = |names: &[&str]| {
        let mut library = Library::default();
        names.iter().for_each(|name| assert!(library.add(read(name))));
        library.compare().alike.into_iter().map(|alike| alike.replies).collect::<Vec<_>>()
    };
    assert!(alike(&["code.body.txt", "code.body.html"]).is_empty());
    assert_eq!(alike(&["code.body.txt", "welcome.body.txt", "code.body.html"]), [[0, 1]]);
}

#[test]
fn sides_hold_all_who_say_so() {
    let told = |days: &str, more: &str| format!("{more} Refunds take {days} days to arrive.");
    let bodies = [
        told("3", "We looked into the lamp."),
        told("7", "We looked at the bill for you."),
        told("3", "Our driver has picked up the box."),
        told("{{days}}", "The shop has the chair again."),
    ];
    let found = compared(&bodies.each_ref().map(String::as_str)).at_odds;
    let sides: Vec<_> = found[0].sides.iter().map(|side| side.replies.as_slice()).collect();
    assert_eq!(sides, [&[0, 2][..], &[1]]);
    // However many they are.
    let many: Vec<String> =
        (0..150).map(|number| told(if number == 7 { "9" } else { "4" }, &"So. ".repeat(number))).collect();
    let found = compared(&many.iter().map(String::as_str).collect::<Vec<_>>()).at_odds;
    let sides: Vec<_> = found[0].sides.iter().map(|side| side.replies.len()).collect();
    assert_eq!(sides, [149, 1]);
}

#[test]
fn there_is_room_for_so_much() {
    let mut library = Library::default();
    let one = reply("m", "We will call you on Monday at noon.");
    let added = (0..MAX_REPLIES + 3).filter(|_| library.add(one.clone())).count();
    assert_eq!(added, MAX_REPLIES);
    let found = library.compare();
    assert_eq!((found.compared, found.left_out, found.alike.len()), (MAX_REPLIES, 3, 0));
}

#[test]
fn redacted_it_says_only_which() {
    let mut found = compared(&["Refunds take 3 days. Xanthippe knows.", "Refunds take 7 days. Xanthippe knows."]);
    found.alike = compared(&["We will call Xanthippe on Monday at noon."; 2]).alike;
    assert!(!found.at_odds.is_empty() && format!("{found:?}").contains("Xanthippe"));
    let redacted = found.redacted();
    assert!(!format!("{redacted:?}").contains("Xanthippe") && redacted.alike[0].replies == [0, 1]);
}

/// Sentences from which replies are made below: some at odds, some all but the same.
const PIECES: &[&str] = &[
    "Refunds take 3 days.",
    "Refunds take 7 days.",
    "You can return opened items.",
    "You cannot return opened items.",
    "We have ordered a new shade for the lamp, and it leaves our warehouse this week.",
    "We have ordered a new shade for the lamp and it leaves the warehouse this week.",
    "Thank you for the photos that you sent us.",
    "Nothing else is needed from you, {{name}}.",
    "The engineer rings the bell twice.",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_order_of_replies_does_not_matter(
        made in prop::collection::vec(prop::collection::vec(0..PIECES.len(), 1..6), 2..14),
        turn in 1_usize..13,
    ) {
        let bodies: Vec<String> = made.iter().map(|reply| reply.iter().map(|&at| PIECES[at]).collect::<Vec<_>>().join(" ")).collect();
        let replies: Vec<Reply> = bodies.iter().enumerate().map(|(number, body)| reply(&format!("m{number}"), body)).collect();
        let count = replies.len();
        let turned = |reply: usize| (reply + turn) % count;
        let found = |order: &dyn Fn(usize) -> usize| {
            let mut library = Library::default();
            (0..count).for_each(|at| assert!(library.add(replies[order(at)].clone())));
            let Likeness { alike, at_odds, .. } = library.compare();
            let named = |replies: &[usize]| {
                let mut replies: Vec<_> = replies.iter().map(|&at| order(at)).collect();
                replies.sort_unstable();
                replies
            };
            let mut alike: Vec<_> = alike.iter().map(|alike| named(&alike.replies)).collect();
            let odds = |odds: &AtOdds| {
                let mut sides: Vec<_> = odds.sides.iter().map(|side| named(&side.replies)).collect();
                sides.sort();
                (odds.over, sides)
            };
            let mut at_odds: Vec<_> = at_odds.iter().map(odds).collect();
            alike.sort();
            at_odds.sort();
            (alike, at_odds)
        };
        prop_assert_eq!(found(&|at| at), found(&turned));
    }

    #[test]
    fn comparing_is_symmetric(a in prop::collection::vec(0_u64..6, 0..20), b in prop::collection::vec(0_u64..6, 0..20)) {
        let words = |keys: &[u64]| keys.iter().map(|&key| Word { key, start: 0, end: 0 }).collect::<Vec<_>>();
        let (there, mut back) = (Comparison::of(&words(&a), &words(&b)), Comparison::of(&words(&b), &words(&a)));
        back.differs.reverse();
        prop_assert_eq!((there.percent(), &there.differs), (back.percent(), &back.differs));
        prop_assert_eq!(there.percent() == 100, a == b);
    }

    #[test]
    fn any_text_can_be_read(body in "([a-zA-Z0-9$€%,.:!?'’–\\-{}@/ \n🙂é]|[0-9]{1,22}(-| to |–)?[0-9]{0,20} (days|am|items)|\\{\\{x\\}\\}){0,80}") {
        let source = Source::new("x.txt", body);
        for reply in read(&source) {
            for word in &reply.words {
                prop_assert!(reply.text.get(word.start as usize..word.end as usize).is_some_and(|word| !word.is_empty()));
            }
            for claim in &reply.claims {
                reply.passage(0, claim.words.start as usize..claim.words.end as usize, &[true; 2]);
            }
        }
    }
}
