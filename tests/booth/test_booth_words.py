"""Every word the booth uses is there, in every language, with what it needs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from booth.phone_number import REASONS
from booth.view import HOLD, SCREENS
from booth.words import LANGUAGES, WordError, Words
from media.consultation import CardFault, EidFault
from signaling.protocol.errors import ErrorId
from signaling.protocol.messages import GuestRole

ROOT = Path(__file__).resolve().parent.parent.parent / "booth"
QML = sorted((ROOT / "ui/qml").glob("*.qml"))
DEVICE_TROUBLES = {
    "microphone": ("missing", "busy", "frozen", "silent"),
    "speaker": ("missing", "busy", "frozen"),
    "camera": ("missing", "busy", "frozen", "black"),
}
EID_RIGHTS = tuple(
    re.findall(
        r'"([A-Za-z]+)"',
        (ROOT / "ui/qml/EidRights.qml").read_text(encoding="utf-8").split("known: [")[1].split("]")[0],
    )
)
_entry = ("title", "text", "label")
EID_STEPS = {
    **dict.fromkeys(("starting", "working", "switching", "cancelling"), ("title", "text")),
    **dict.fromkeys(("pin", "transport_pin", "new_pin", "new_pin_again", "can", "puk"), _entry),
}
ZONE_FIELDS = ("number", "birth", "expiry")
BUILT: dict[str, tuple[str, ...]] = {
    "screen-": (*SCREENS.values(), HOLD),
    "card-fault-": tuple(CardFault),
    "card-group-": ("1", "2", "11", "12", "14", "15"),
    "card-verdict-": ("verified", "not_verified", "eid_sent", "eid_pin_changed"),
    "reading-": ("button", "checkbox", "entry"),
    "eid-fault-": (*EidFault, "not_alike"),
    "eid-right-": EID_RIGHTS,
    "eid-": tuple(f"{step}-{what}" for step, whats in EID_STEPS.items() for what in whats),
    "card-typing-title-": ZONE_FIELDS,
    "card-typing-text-": ZONE_FIELDS,
    "card-typing-problem-": ZONE_FIELDS,
    "thanks-": ("completed", "not_completed", "left", "timeout", "lost", "callback", "callback_unsure"),
    "error-": tuple(ErrorId),
    "guest-role-": get_args(GuestRole),
    "company-": ("joins", "left", "refused", "handed_over", "handed_over_stopped"),
    "phone-problem-": REASONS,
    "opens-": ("unknown", "today", "tomorrow", "later"),
    "attract-trouble-": tuple(DEVICE_TROUBLES),
    "device-": tuple(f"{device}-{state}" for device, states in DEVICE_TROUBLES.items() for state in states),
    "language-": LANGUAGES,
    "service-": ("registration-certificate",),
}
"""Words put together from a beginning and one of these ends."""


def used_words() -> set[str]:
    """All literal words in Say.word(...), their alternatives, and in Python strings."""
    found: set[str] = set()
    for file in QML:
        for call in re.findall(r"Say\.(?:word|inLanguage)\((.*)", file.read_text(encoding="utf-8")):
            found |= set(re.findall(r'"([a-z]+(?:-[a-z0-9_]+)+-?)"', call)) - {"registration-certificate"}
    for file in ROOT.glob("*.py"):
        found |= set(re.findall(r'"((?:notice|unavailable)-[a-z_-]+)"', file.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_used_word_exists(language: str) -> None:
    words = Words()
    used = used_words()
    assert len(used) > 60
    missing = [
        word
        for name in used
        for word in ([f"{name}{end}" for end in BUILT[name]] if name in BUILT else [name])
        if not name.endswith("-description") and not words.has(language, word)
    ]
    assert missing == []


def test_no_word_is_left_over() -> None:
    built = {f"{start}{end}" for start, ends in BUILT.items() for end in ends}
    literal = "".join(file.read_text(encoding="utf-8") for file in [*QML, *ROOT.glob("*.py"), *ROOT.glob("ui/*.py")])
    own = re.findall(r"^([a-z][\w-]*) =", (ROOT / "words/de/booth.ftl").read_text(encoding="utf-8"), re.MULTILINE)
    assert [word for word in own if f'"{word}"' not in literal and word not in built] == []


def test_unknown_word_and_missing_value_are_errors() -> None:
    words = Words()
    with pytest.raises(WordError, match="no-such-word"):
        words.text("de", "no-such-word")
    with pytest.raises(WordError, match="seconds"):
        words.text("de", "thanks-countdown")


@pytest.mark.parametrize(
    ("ahead", "text"), [(1, "Vor Ihnen wartet noch eine Person."), (2, "Vor Ihnen warten noch 2 Personen.")]
)
def test_plurals(ahead: int, text: str) -> None:
    assert Words().text("de", "waiting-ahead", {"ahead": ahead}) == text
