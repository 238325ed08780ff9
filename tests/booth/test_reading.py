"""What is read aloud, in which order, and what never is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from booth.reading import Element, Narrator, Piece, Saying
from booth.words import Words

WORDS = Words()
HEADING = Element("heading", "Check your details")
TEXT = Element("text", "Take your time.")
BUTTON = Element("button", "Yes, all correct", focused=True)
BAR = Element("button", "Contrast", bar=True)
ENTRY = Element("entry", "Appointment code", focused=True)
PIN = replace(ENTRY, name="PIN", secret=True)
PHONE = replace(ENTRY, name="Telephone", personal=True)


@pytest.fixture
def narrator() -> Narrator:
    return Narrator(lambda word, values: WORDS.text("en", word, values))


def look(narrator: Narrator, *elements: Element, personal: bool = False) -> list[str] | None:
    saying = narrator.look("Details", "en", elements, personal=personal)
    return None if saying is None else [piece.text for piece in saying.pieces]


def test_a_new_screen_is_said_whole_headings_first_the_control_last(narrator: Narrator) -> None:
    assert narrator.look("Details", "en", [TEXT, BAR, BUTTON, HEADING], personal=False) == Saying(
        (
            Piece("Details", "en"),
            Piece("Check your details", "en"),
            Piece("Take your time.", "en"),
            Piece("Yes, all correct, button.", "en"),
        ),
        cuts=True,
    )


def test_nothing_is_said_twice(narrator: Narrator) -> None:
    assert look(narrator, HEADING, TEXT, BUTTON)
    assert look(narrator, HEADING, replace(TEXT, name="Ten seconds left."), BUTTON) is None


def test_the_next_screen_cuts_off_the_last(narrator: Narrator) -> None:
    look(narrator, HEADING, TEXT, BUTTON)
    saying = narrator.look("Details", "en", [replace(HEADING, name="Another"), BUTTON], personal=False)
    assert saying is not None
    assert saying.cuts
    assert saying.pieces[1].text == "Another"


def test_another_language_is_said_anew(narrator: Narrator) -> None:
    look(narrator, HEADING)
    assert narrator.look("Details", "de", [HEADING], personal=False) is not None


def test_a_message_waits_its_turn_and_another_control_does_not(narrator: Narrator) -> None:
    look(narrator, HEADING, BUTTON)
    message = Element("message", "The connection is being restored.")
    saying = narrator.look("Details", "en", [HEADING, message, BUTTON], personal=False)
    assert saying == Saying((Piece(message.name, "en"),), cuts=False)
    other = [HEADING, message, replace(BUTTON, focused=False), replace(BAR, focused=True, checked=True)]
    saying = narrator.look("Details", "en", other, personal=False)
    assert saying == Saying((Piece("Contrast, button, switched on.", "en"),), cuts=True)


def test_what_is_live_is_said_when_it_changes(narrator: Narrator) -> None:
    place = Element("text", "2 people are waiting ahead of you.", live=True)
    look(narrator, HEADING, place)
    assert look(narrator, HEADING, replace(place, name="You are next.")) == ["You are next."]


def test_each_piece_has_its_own_language(narrator: Narrator) -> None:
    saying = narrator.look("Languages", "en", [Element("heading", "Sprache", language="de")], personal=False)
    assert saying is not None
    assert [piece.language for piece in saying.pieces] == ["en", "de"]


def test_what_is_typed_is_said(narrator: Narrator) -> None:
    look(narrator, HEADING, ENTRY)
    assert look(narrator, HEADING, replace(ENTRY, value="A")) == ["A"]
    assert look(narrator, HEADING, replace(ENTRY, value="AB")) == ["B"]
    assert look(narrator, HEADING, replace(ENTRY, value="A")) == ["deleted"]


@pytest.mark.parametrize("personal", [False, True])
def test_what_is_typed_in_secret_is_only_counted(narrator: Narrator, personal: bool) -> None:
    said = look(narrator, HEADING, replace(PIN, value="735"), personal=personal) or []
    said += look(narrator, HEADING, replace(PIN, value="7351"), personal=personal) or []
    assert said[-1] == "4 digits typed"
    key = Element("button", "7", focused=True, secret=True)
    said += look(narrator, HEADING, PIN, key, personal=personal) or []
    said += look(narrator, HEADING, replace(PIN, focused=False), key, personal=personal) or []
    assert not any(digit in text for text in said for digit in ("7", "5"))


def test_what_is_ones_own_is_said_only_where_one_wants_it(narrator: Narrator) -> None:
    name = Element("text", "Erika Mustermann", personal=True)
    for personal in (False, True):
        narrator.forget()
        said = " ".join(look(narrator, HEADING, name, replace(PHONE, value="030901820"), personal=personal) or [])
        assert ("Erika Mustermann" in said) is personal
        assert ("030901820" in said) is personal
        typed = look(narrator, HEADING, name, replace(PHONE, value="0309018201"), personal=personal)
        assert typed == (["1"] if personal else ["10 characters typed"])


def test_a_box_that_is_ticked_says_so(narrator: Narrator) -> None:
    box = Element("checkbox", "Name at birth", checked=False, focused=True)
    assert (look(narrator, HEADING, box) or [])[-1] == "Name at birth, check box, switched off."
    assert look(narrator, HEADING, replace(box, checked=True)) == ["switched on"]


def test_what_is_said_is_not_shown_by_its_description() -> None:
    assert "Erika" not in repr(Piece("Erika", "de"))
    assert "Erika" not in repr(Element("text", "Erika", description="Erika", value="Erika"))
