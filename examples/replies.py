"""Replies to try an engine with: the same ones for the same number, some kind, some not, a few that are none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

CUSTOMERS = [
    "I was charged twice for the same order and nobody answers the phone.",
    "Where is my parcel? It should have come on Monday, and I need it for a birthday.",
    "The lamp arrived with a crack in its glass. Can I have another?",
    "What are your opening hours on Saturday?",
    "Your app logs me out every time that I open it. This is the third time I write.",
    None,
]
OPENINGS = ["Hi {name},", "Hello {name},", "Dear {name},", "Good morning {name},"]
SENTENCES = [
    "I'm sorry that the second charge went through: that is our mistake.",
    "I have refunded 48.00 GBP to your card today, and it shows within three days.",
    "Your parcel is in Leeds today and comes to you on Friday before noon.",
    "You can keep the lamp, and I send another one at no cost to you.",
    "We are open from 9 am to 5 pm on Saturday.",
    "Signing out on every device, and in again on one, mends it until Thursday’s update.",
    "I'll write to you again by 4 pm tomorrow, even if there is no news.",
    "As I already told you, the form has to be filled in first.",
    "You failed to attach the invoice.",
    "Who handled your case last?",
    "Someone will look into it and get back to you soon.",
    "Unfortunately there is nothing we can do.",
    "I'm sorry you feel that way.",
    "Our warehouse has been very busy, so delays are normal.",
    "Please be advised that this is against our policy.",
    "You should have read the terms before you ordered.",
]
CLOSINGS = ["Best wishes,\n{agent}", "Kind regards,\n{agent}", "All the best,\n{agent}"]
NAMES = ["Priya", "José", "Mei", "Zoë", "Omar", "Anna", "王芳"]


def replies(count: int) -> Iterator[dict[str, object]]:
    """Rows of a table. Each 997th has no reply, which is an error that has to come through."""
    random = Random(count)
    for number in range(count):
        body = " ".join(random.sample(SENTENCES, random.randint(2, 6)))
        parts = [random.choice(OPENINGS), body, random.choice(CLOSINGS)]
        text = "\n\n".join(parts).format(name=random.choice(NAMES), agent=random.choice(NAMES))
        yield {
            "id": number,
            "reply": None if number % 997 == 996 else text,
            "customer": random.choice(CUSTOMERS),
        }


def record(row: dict[str, object]) -> str:
    """The line that `scan` reads for a row."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))
