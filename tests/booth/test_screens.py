"""Every screen, in both orientations and languages: it loads without a word from QML, nothing is cut off or lies over
something else, everything has a name and a role for a screen reader."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from booth.opening import Opening
from booth.robot import described
from booth.view import (
    HOLD,
    SCREENS,
    CallbackView,
    CardView,
    CompanyView,
    DocumentView,
    EidView,
    ForecastView,
    GuestView,
    StillView,
    SummaryView,
    View,
)
from tests.booth.kiosk import Kiosk, pdf

SIZES = {"portrait": (1080, 1920), "landscape": (1920, 1080), "small": (1280, 800)}
VARIANTS: dict[str, dict[str, Any]] = {
    "de": {"language": "de"},
    "en": {"language": "en"},
    "large": {"large_text": True},
}
CALL = {"ticket": "AB123", "clerk": "Frau Sommer, Bürgeramt Elbtal", "link": "connected"}
WAITING: dict[str, Any] = {"screen": "waiting", "ticket": "AB123", "position": 12, "waited_s": 200}
CHECKED = CallbackView(step="check", number="030 901820")
LATER = Opening("later", 3, 26, 11, "8:00")
FIELDS = [
    {"label": label, "value": value}
    for label, value in (("Familienname", "Mustermann"), ("Vornamen", "Erika"), ("Anschrift", "Heidestraße 17, Köln"))
]
JOINED: dict[str, Any] = {"guest": GuestView("interpreter", "Olena Bondar", "connected")}
CAPTIONS = [
    {"speaker": "clerk", "line": 0, "text": "Guten Tag, was kann ich für Sie tun?", "done": True},
    {"speaker": "citizen", "line": 0, "text": "Ich brauche eine Meldebescheinigung", "done": False},
]
OFFICE = "Bürgeramt der Verwaltungsgemeinschaft Elbtal-Heide"
PURPOSE = "Feststellung der Identität für ein Anliegen bei der Behörde"
RIGHTS = [
    *(
        {"name": name, "optional": False, "granted": True}
        for name in ("FamilyName", "GivenNames", "DateOfBirth", "Address")
    ),
    {"name": "BirthName", "optional": True, "granted": True},
    {"name": "DoctoralDegree", "optional": True, "granted": False},
]
PASSPORT = CardView("typing", [1, 2], document="passport", camera=True)
VIEWS: dict[str, dict[str, Any]] = {
    "attract": {},
    "language": {},
    "service": {},
    "service refused": {"screen": "service", "notice": "error-service_unknown"},
    "code": {},
    "code refused": {"screen": "code", "notice": "error-appointment_unknown"},
    "joining": {"screen": "waiting", "busy": True},
    "waiting": {"ticket": "AB123", "position": 3, "forecast": ForecastView(5, 9), "waited_s": 200},
    "waiting not long": {"screen": "waiting", "ticket": "AB123", "position": 1, "forecast": ForecastView(0, 1)},
    "waiting again": {"screen": "waiting", "ticket": "AB123", "position": 1, "returned": True},
    "waiting offline": {"screen": "waiting", "ticket": "AB123", "position": 1, "online": False},
    "refused seal": {"screen": "waiting", "ticket": "AB123", "notice": "notice-fingerprint_refused"},
    "waiting too long": {**WAITING, "forecast": ForecastView(40, 70), "callback": CallbackView(True)},
    "callback number": {"screen": "callback", "ticket": "AB123", "callback": CallbackView(step="number")},
    "callback no number": {"screen": "callback", "callback": CallbackView(step="number", problem="no_area_code")},
    "callback name": {"screen": "callback", "callback": CallbackView(step="name", number="0170 1234567")},
    "callback check": {"screen": "callback", "callback": CallbackView(False, "check", "030 901820", "Erika Muster")},
    "callback refused": {"screen": "callback", "callback": CHECKED, "notice": "notice-callback-no_key"},
    "callback sending": {"screen": "callback", "callback": CHECKED, "busy": True},
    "called back": {"screen": "thanks", "ending": "callback", "wiped": True, "countdown_s": 20},
    "closed": {"screen": "attract", "opens": asdict(LATER)},
    "service closed": {"screen": "service", "closed": {"registration-certificate": asdict(LATER)}},
    "hold": CALL,
    "parked": {"ticket": "AB123", "parked_since": "14:05", "parked_s": 130},
    "parked offline": {"screen": "parked", "ticket": "AB123", "parked_since": "9:59", "online": False},
    "connecting": {"screen": "call", "ticket": "AB123", "link": "connecting"},
    "call": CALL,
    "call with text": {"screen": "call", **CALL, "captions": CAPTIONS, "muted": True, "verdict": "verified"},
    "attract in trouble": {"screen": "attract", "device_trouble": "speaker-missing"},
    "call unheard": {"screen": "call", **CALL, "device_trouble": "microphone-missing"},
    "card unseen": {"screen": "card", **CALL, "device_trouble": "camera-black", "card": CardView("insert", [1, 2])},
    "call disturbed": {"screen": "call", **CALL, "link": "suspect"},
    "card disturbed": {"screen": "card", **CALL, "link": "failed", "card": CardView("insert", [1, 2])},
    "call joined": {
        "screen": "call",
        **CALL,
        **JOINED,
        "company": CompanyView("joins", "Olena Bondar", "interpreter"),
    },
    "call of three": {"screen": "call", **CALL, **JOINED, "captions": CAPTIONS, "muted": True},
    "call handed over": {
        "screen": "call",
        **CALL,
        "feed": 1,
        "company": CompanyView("handed_over_stopped", "Herr Vogt"),
    },
    "guest disturbed": {"screen": "call", **CALL, "guest": GuestView("supervisor", "Frau Dr. Lang", "suspect")},
    "summary for three": {"screen": "summary", **CALL, **JOINED, "summary": SummaryView("Bescheinigung", FIELDS)},
    "consent": {"screen": "card", **CALL, "card": CardView("consent", [1, 2, 11, 12, 14, 15])},
    "number": {"screen": "card", **CALL, "card": CardView("number", [1, 2])},
    "number refused": {"screen": "card", **CALL, "card": CardView("number", [1], "wrong_card_access_number")},
    "insert": {"screen": "card", **CALL, "card": CardView("insert", [1, 2])},
    "reading": {"screen": "card", **CALL, "card": CardView("reading", [1, 2], progress=0.4), "captions": CAPTIONS},
    "fault": {"screen": "card", **CALL, "card": CardView("fault", [1, 2], "card_removed")},
    "eid starting": {"screen": "eid", **CALL, "eid": EidView("starting")},
    "eid": {"screen": "eid", **CALL, "eid": EidView("rights", asks=OFFICE, purpose=PURPOSE, rights=RIGHTS)},
    "eid card": {"screen": "eid", **CALL, "eid": EidView("card", fault="card_deactivated")},
    "eid position": {"screen": "eid", **CALL, "eid": EidView("position", fault="card_position")},
    "eid pin": {"screen": "eid", **CALL, "eid": EidView("pin", digits=3, least=6, most=6, tries=3)},
    "eid wrong pin": {
        "screen": "eid",
        **CALL,
        "eid": EidView("pin", least=6, most=6, tries=2, fault="wrong_pin"),
    },
    "eid transport pin": {"screen": "eid", **CALL, "eid": EidView("pin", least=5, most=6, changing=True, tries=3)},
    "eid new pin": {"screen": "eid", **CALL, "eid": EidView("new_pin", digits=6, least=6, most=6, again=True)},
    "eid can": {"screen": "eid", **CALL, "eid": EidView("can", least=6, most=6, fault="wrong_pin")},
    "eid puk": {"screen": "eid", **CALL, "eid": EidView("puk", digits=10, least=10, most=10), "captions": CAPTIONS},
    "eid working": {"screen": "eid", **CALL, "eid": EidView("working")},
    "eid failed": {"screen": "eid", **CALL, "eid": EidView("failed", fault="server_unreachable")},
    "consent passport": {"screen": "card", **CALL, "card": CardView("consent", [1, 2, 14, 15], document="passport")},
    "zone": {"screen": "card", **CALL, "card": CardView("zone", [1, 2], document="passport", camera=True)},
    "typing": {"screen": "card", **CALL, "card": PASSPORT},
    "typing again": {
        "screen": "card",
        **CALL,
        "card": replace(PASSPORT, fault="wrong_machine_readable_zone", typed=["C01X0006H", "12081964", "31102033"]),
    },
    "typing problem": {"screen": "card", **CALL, "card": replace(PASSPORT, problem="birth")},
    "insert passport": {"screen": "card", **CALL, "card": replace(PASSPORT, step="insert", reader="no_reader")},
    "fault passport": {"screen": "card", **CALL, "card": replace(PASSPORT, step="fault", fault="card_suspended")},
    "call with card": {"screen": "call", **CALL, "verdict": "verified", "card_there": True},
    "still consent": {"screen": "still", **CALL, "still": StillView("consent")},
    "still failed": {"screen": "still", **CALL, "still": StillView("consent", failed=True)},
    "still check": {"screen": "still", **CALL, "still": StillView("check")},
    "thanks with card": {"screen": "thanks", "ending": "completed", "wiped": True, "card_there": True},
    "card left": {"screen": "unavailable", "trouble": "unavailable-card_left"},
    "summary": {**CALL, "summary": SummaryView("Meldebescheinigung", FIELDS)},
    "document": {**CALL, "document": DocumentView("Meldebescheinigung", "", 3)},
    "keepsake": {"screen": "document", "document": DocumentView("Meldebescheinigung", "", 1, True)},
    "thanks": {"ending": "completed", "wiped": True, "countdown_s": 20},
    "lost": {"screen": "thanks", "ending": "lost", "wiped": True, "countdown_s": 1},
    "unavailable": {"trouble": "error-booth_unknown"},
    "starting": {"screen": "unavailable", "trouble": "unavailable-starting"},
    "still there": {"screen": "waiting", "ticket": "AB123", "position": 3, "still_there_s": 10},
}


def view(kiosk: Kiosk, name: str, **changes: Any) -> View:
    wanted = replace(kiosk.first, **{"screen": name, "state": name, **VIEWS[name], **changes})
    if wanted.document.pages:
        key, _ = kiosk.pages.draw(pdf(wanted.document.pages))
        wanted = replace(wanted, document=replace(wanted.document, key=key))
    return wanted


def items(top: QQuickItem) -> Iterator[QQuickItem]:
    """All visible items below `top`."""
    return (item for item, _ in seen(top, QRectF(-1e6, -1e6, 2e6, 2e6)))


def seen(top: QQuickItem, through: QRectF) -> Iterator[tuple[QQuickItem, QRectF]]:
    """All visible items below `top`, each with the part of it that is not cut off by what scrolls."""
    for child in top.childItems():
        if child.isVisible() and child.opacity() > 0:
            yield child, area(child).intersected(through)
            yield from seen(child, area(child).intersected(through) if child.clip() else through)


def texts(kiosk: Kiosk) -> list[QQuickItem]:
    shown = items(kiosk.window.contentItem())
    return [item for item in shown if item.inherits("QQuickText") and item.property("text")]


def area(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


@pytest.mark.parametrize("link", ["suspect", "failed"])
def test_a_clerk_who_is_not_heard_is_not_shown_standing_still(kiosk: Kiosk, link: str) -> None:
    kiosk.show(view(kiosk, "call"))
    for seen_link, shown in (
        ("connected", "clerk-picture"),
        (link, "call-reconnecting"),
        ("connected", "clerk-picture"),
    ):
        kiosk.show(view(kiosk, "call", link=seen_link))
        names = {item.objectName() for item in items(kiosk.window.contentItem())}
        assert names & {"clerk-picture", "call-reconnecting"} == {shown}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", VIEWS)
def test_a_screen_can_be_read_and_used(kiosk: Kiosk, name: str, variant: str, size: str) -> None:
    """All that is asked of a screen at once, as showing it is what takes the time."""
    kiosk.window.resize(*SIZES[size])
    kiosk.show(view(kiosk, name, **VARIANTS[variant]))
    if variant != "large":
        nothing_is_cut_off(kiosk)
    nothing_lies_over_something_else(kiosk, size)
    targets_are_large_enough_for_a_finger(kiosk, size)
    if size == "portrait":
        screen_readers_are_told_everything(kiosk)
    assert kiosk.kiosk.warnings == []


def nothing_is_cut_off(kiosk: Kiosk) -> None:
    found = texts(kiosk)
    assert found
    for item in found:
        said = item.property("text")
        # Names on pictures may be shortened beside a panel; the picture's name says them in full.
        assert item.objectName() in ("clerk-name", "guest-name") or not item.property("truncated"), said
        assert item.property("paintedWidth") <= item.width() + 1, f"{said!r} is wider than its place"
        assert item.property("paintedHeight") <= item.height() + 2, f"{said!r} is higher than its place"
        assert area(item).left() >= 0, said
        assert area(item).right() <= kiosk.window.width() + 1, said


def nothing_lies_over_something_else(kiosk: Kiosk, size: str) -> None:
    buttons = [
        (item.objectName(), part)
        for item, part in seen(kiosk.window.contentItem(), QRectF(0, 0, *SIZES[size]))
        if item.inherits("QQuickAbstractButton") and item.isEnabled() and not part.isEmpty()
    ]
    for (one, here), (other, there) in itertools.combinations(buttons, 2):
        shared = here.intersected(there)
        assert shared.width() <= 1 or shared.height() <= 1, f"{one} and {other}"


def targets_are_large_enough_for_a_finger(kiosk: Kiosk, size: str) -> None:
    unit = min(SIZES[size]) / 1080
    for item in items(kiosk.window.contentItem()):
        if item.inherits("QQuickAbstractButton"):
            assert min(item.width(), item.height()) >= 64 * unit, item.objectName()


@pytest.mark.parametrize("name", VIEWS)
def test_the_way_on_is_in_sight(kiosk: Kiosk, name: str) -> None:
    """What has the focus, and the way out, need no scrolling on any screen size."""
    for size in SIZES.values():
        kiosk.window.resize(*size)
        kiosk.show(kiosk.first)
        kiosk.show(view(kiosk, name))
        whole = QRectF(0, 0, *size)
        for item in items(kiosk.window.contentItem()):
            if item.objectName() in WAY_ON:
                assert whole.contains(area(item)), f"{item.objectName()} at {size}"


WAY_ON = {
    "leave",
    "back",
    "consent-agree",
    "eid-agree",
    "still-take",
    "still-send",
    "summary-confirm",
    "document-close",
    "start",
    "callback-confirm",
}


def nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for child in tree["children"]:
        if not child["invisible"]:
            yield child
            yield from nodes(child)


def screen_readers_are_told_everything(kiosk: Kiosk) -> None:
    told = list(nodes(described(QAccessible.queryAccessibleInterface(kiosk.window))))
    names = {f"{node['name']} {node['description']}" for node in told}
    for node in told:
        if node["role"] in ("Button", "PushButton", "EditableText", "Graphic", "StaticText", "Heading"):
            assert node["name"], node
    for item in items(kiosk.window.contentItem()):
        if item.inherits("QQuickAbstractButton") or item.inherits("QQuickTextInput"):
            spoken = [node for node in told if node["object"] == item.objectName() and node["name"]]
            assert spoken, f"{item.objectName()} is not told"
    for item in texts(kiosk):
        said = str(item.property("text"))
        assert any(said in name for name in names) or said == "123456", f"{said!r} is not told"


def luminance(colour: QColor) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    *(
        ("text", ground)
        for ground in ("background", "surface", "inputBackground", "infoBackground", "warningBackground")
    ),
    *(("text", ground) for ground in ("successBackground", "dangerBackground")),
    *(("mutedText", ground) for ground in ("background", "surface")),
    *(("action", ground) for ground in ("background", "surface")),
    *(("actionInk", "action"), ("darkInk", "dark"), ("danger", "background"), ("background", "danger")),
]


@pytest.mark.parametrize("high", [False, True])
def test_colours_have_contrast(kiosk: Kiosk, high: bool) -> None:
    kiosk.show(view(kiosk, "attract", high_contrast=high))
    theme = kiosk.window.property("theme")
    for ink, ground in PAIRS:
        ratio = contrast(theme.property(ink), theme.property(ground))
        assert ratio >= (7 if high else 4.5), f"{ink} on {ground}: {ratio:.2f}"
    for line in ("border", "focus"):
        assert contrast(theme.property(line), theme.property("background")) >= 3


def test_tab_goes_through_all_that_can_be_pressed(kiosk: Kiosk) -> None:
    kiosk.show(view(kiosk, "service"))
    reached = []
    for _ in range(12):
        focused = kiosk.window.activeFocusItem()
        reached.append(focused.objectName() if focused is not None else "")
        QTest.keyClick(kiosk.window, Qt.Key.Key_Tab)
        kiosk.settle()
    wanted = {
        "service-registration-certificate",
        "code",
        "back",
        "leave",
        "contrast",
        "text-size",
        "switch-language-en",
    }
    assert wanted <= set(reached)
    assert reached[0] == "service-registration-certificate"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Enter])
def test_keys_press(kiosk: Kiosk, key: Qt.Key) -> None:
    kiosk.show(view(kiosk, "attract"))
    QTest.keyClick(kiosk.window, key)
    kiosk.settle()
    assert kiosk.desk.wishes == [("start",)]


def test_a_focused_button_shows_it(kiosk: Kiosk) -> None:
    kiosk.show(view(kiosk, "attract"))
    with_focus = kiosk.window.grabWindow()
    QTest.keyClick(kiosk.window, Qt.Key.Key_Tab)
    kiosk.settle()
    assert with_focus != kiosk.window.grabWindow()


def test_high_contrast_and_large_text_change_the_screen(kiosk: Kiosk) -> None:
    def drawn(**changes: Any) -> QImage:
        kiosk.show(view(kiosk, "service", **changes))
        return kiosk.window.grabWindow()

    plain = drawn()
    assert drawn(high_contrast=True).pixelColor(540, 1500) == QColor("black")
    assert plain.pixelColor(540, 1500) == QColor("white")
    assert drawn(large_text=True) != plain


def test_every_screen_of_the_visit_is_tried_here() -> None:
    assert {VIEWS[name].get("screen", name) for name in VIEWS} == {*SCREENS.values(), HOLD}


def test_a_pin_is_typed_with_keys_and_shows_as_dots(kiosk: Kiosk) -> None:
    kiosk.show(view(kiosk, "eid pin"))
    for key in (Qt.Key.Key_4, Qt.Key.Key_0, Qt.Key.Key_A, Qt.Key.Key_Backspace, Qt.Key.Key_Return):
        QTest.keyClick(kiosk.window, key)
    kiosk.show(view(kiosk, "eid pin", eid=EidView("pin", digits=6, least=6, most=6)))
    QTest.keyClick(kiosk.window, Qt.Key.Key_Return)
    kiosk.settle()
    assert kiosk.desk.wishes == [("press_eid", 4), ("press_eid", 0), ("erase_eid",), ("enter_eid",)]


def test_an_optional_right_is_ticked_with_a_key(kiosk: Kiosk) -> None:
    kiosk.show(view(kiosk, "eid"))
    choice = next(item for item in items(kiosk.window.contentItem()) if item.objectName() == "eid-right-BirthName")
    choice.forceActiveFocus()
    QTest.keyClick(kiosk.window, Qt.Key.Key_Space)
    kiosk.settle()
    assert kiosk.desk.wishes == [("grant_eid", "BirthName", False)]
