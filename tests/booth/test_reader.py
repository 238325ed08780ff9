"""Every screen has the control that reads it aloud, and something to say; what is secret never is."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest

from booth.eid.workflow import Step
from booth.reading import Reading
from booth.ui.reader import elements
from booth.view import EidView, View
from booth.words import Words
from tests.booth.kiosk import Kiosk
from tests.booth.test_screens import SIZES, VIEWS, area, items, view

ON = Reading(on=True)
ALL = Reading(on=True, personal=True)


def read(kiosk: Kiosk, wanted: View) -> list[str]:
    """What is said of a screen that is shown."""
    kiosk.show(wanted)
    looked(kiosk)
    kiosk.desk.wishes.clear()
    kiosk.kiosk.reader.again()
    return said(kiosk)


def looked(kiosk: Kiosk) -> None:
    """Until the screen has been looked at."""
    kiosk.until(lambda: not kiosk.kiosk.reader.is_due)


def said(kiosk: Kiosk) -> list[str]:
    """What is said next."""
    kiosk.until(lambda: sayings(kiosk))
    looked(kiosk)
    pieces = [piece.text for wish in sayings(kiosk) for piece in wish[1]]
    kiosk.desk.wishes.clear()
    return pieces


def sayings(kiosk: Kiosk) -> list[tuple[Any, ...]]:
    return [wish for wish in kiosk.desk.wishes if wish[0] == "read_out"]


@pytest.mark.parametrize("name", VIEWS)
def test_every_screen_has_something_to_say(kiosk: Kiosk, name: str) -> None:
    pieces = read(kiosk, view(kiosk, name, reading=ON))
    screen = VIEWS[name].get("screen", name)
    assert pieces[0] == Words().text("de", f"screen-{screen}")
    assert len(pieces) > 1
    assert len(pieces) == len([piece for piece in pieces if piece.strip()])
    assert kiosk.kiosk.warnings == []


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_has_the_control_at_the_same_place(kiosk: Kiosk, size: str) -> None:
    kiosk.window.resize(*SIZES[size])
    places = set()
    for name in VIEWS:
        kiosk.show(view(kiosk, name))
        (control,) = [item for item in items(kiosk.window.contentItem()) if item.objectName() == "read-aloud"]
        assert QRectF(0, 0, *SIZES[size]).contains(area(control))
        places.add(area(control).getRect())
    assert len(places) == 1


@pytest.mark.parametrize("size", SIZES)
def test_its_own_controls_fit(kiosk: Kiosk, size: str) -> None:
    kiosk.window.resize(*SIZES[size])
    for language in ("de", "en"):
        kiosk.show(view(kiosk, "service", reading=ON, language=language))
        bar = [item for item in items(kiosk.window.contentItem()) if item.objectName().startswith("read-")]
        assert len(bar) == 5
        for item in bar:
            assert item.width() >= item.implicitWidth(), item.objectName()


@pytest.mark.parametrize(
    ("key", "wish"),
    [
        (Qt.Key.Key_F2, ("set_reading", Reading())),
        (Qt.Key.Key_F4, ("be_silent",)),
        (Qt.Key.Key_F5, ("set_reading", Reading(True, pace="fast"))),
        (Qt.Key.Key_F6, ("set_reading", Reading(True, loudness="loud"))),
        (Qt.Key.Key_F7, ("set_reading", ALL)),
    ],
)
def test_keys_do_it_on_every_screen(kiosk: Kiosk, key: Qt.Key, wish: tuple[Any, ...]) -> None:
    read(kiosk, view(kiosk, "code", reading=ON))
    QTest.keyClick(kiosk.window, key)
    assert wish in kiosk.desk.wishes


def test_a_key_switches_it_on_and_another_says_the_screen_again(kiosk: Kiosk) -> None:
    kiosk.show(view(kiosk, "attract"))
    QTest.keyClick(kiosk.window, Qt.Key.Key_F2)
    assert kiosk.desk.wishes == [("set_reading", ON)]
    kiosk.desk.wishes.clear()
    kiosk.show(view(kiosk, "attract", reading=ON))
    first = said(kiosk)
    assert first[0] == Words().text("de", "reading-greeting")
    QTest.keyClick(kiosk.window, Qt.Key.Key_F3)
    assert said(kiosk) == first[1:]


def test_the_next_control_is_said(kiosk: Kiosk) -> None:
    read(kiosk, view(kiosk, "service", reading=ON))
    QTest.keyClick(kiosk.window, Qt.Key.Key_Tab)
    (piece,) = said(kiosk)
    assert piece.startswith(Words().text("de", "service-code") + ", ")


def test_the_present_screen_alone_is_told_under_a_question(kiosk: Kiosk) -> None:
    pieces = read(kiosk, view(kiosk, "still there", reading=ON))
    assert Words().text("de", "still-there-title") in pieces
    assert Words().text("de", "waiting-title") not in pieces


@pytest.mark.parametrize("reading", [ON, ALL])
def test_digits_of_the_card_are_only_counted(kiosk: Kiosk, reading: Reading) -> None:
    read(kiosk, view(kiosk, "number", reading=reading))
    for count, digit in enumerate("739", 1):
        QTest.keyClick(kiosk.window, Qt.Key(ord(digit)))
        assert said(kiosk) == [Words().text("de", "eid-digits", {"digits": count})]


@pytest.mark.parametrize("reading", [ON, ALL])
@pytest.mark.parametrize("step", [Step.PIN, Step.CAN, Step.PUK, Step.NEW_PIN])
def test_no_key_of_a_pin_pad_is_named(kiosk: Kiosk, step: Step, reading: Reading) -> None:
    kiosk.show(view(kiosk, "eid pin", reading=reading, eid=EidView(step.value, least=6, most=6)))
    keys = [element for element in elements(kiosk.window) if element.kind == "button" and element.name.isdigit()]
    assert len(keys) == 10
    assert all(key.secret for key in keys)


def test_names_and_numbers_are_withheld_until_they_are_wanted(kiosk: Kiosk) -> None:
    for name, own in (
        ("callback check", "030 901820"),
        ("summary", "Mustermann"),
        ("call with text", "Guten Tag, was"),
    ):
        assert own not in " ".join(read(kiosk, view(kiosk, name, reading=ON)))
        assert own in " ".join(read(kiosk, view(kiosk, name, reading=ALL)))


def test_nothing_is_read_while_it_is_off_or_while_everything_is_forgotten(kiosk: Kiosk) -> None:
    kiosk.show(view(kiosk, "service"))
    kiosk.kiosk.reader.again()
    kiosk.show(view(kiosk, "thanks", reading=ON, state="ending"))
    kiosk.kiosk.reader.again()
    looked(kiosk)
    assert sayings(kiosk) == []
