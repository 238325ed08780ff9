"""Reads the window aloud from what Qt tells screen readers of it, so no screen says anything twice in code.

What Qt does not tell stands as a property on QML items, for them and all that is in them: `reading` ("bar", "personal"
or "secret", see booth.reading.Element) and `language`; and `live` on single ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtQuick import QQuickItem, QQuickWindow
from shiboken6.Shiboken import getCppPointer

from booth.reading import Element, Kind, Narrator, Reading
from booth.ui.bridge import Bridge
from booth.visit import WIPING
from booth.words import Words

SETTLE_MS: Final = 60
"""So long the screen may change before it is looked at."""
CHANGES: Final = frozenset({QEvent.Type.KeyRelease, QEvent.Type.MouseButtonRelease, QEvent.Type.TouchEnd})
KINDS: Final[dict[QAccessible.Role, Kind]] = {
    QAccessible.Role.Heading: "heading",
    QAccessible.Role.StaticText: "text",
    QAccessible.Role.Graphic: "text",
    QAccessible.Role.AlertMessage: "message",
    QAccessible.Role.Button: "button",
    QAccessible.Role.CheckBox: "checkbox",
    QAccessible.Role.EditableText: "entry",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What QML says of an item and of all that is in it."""

    language: str = ""
    bar: bool = False
    personal: bool = False
    secret: bool = False

    def inside(self, item: QQuickItem) -> Marks:
        reading, language = item.property("reading"), item.property("language")
        if not reading and not language:
            return self
        return Marks(
            language or self.language,
            self.bar or reading == "bar",
            self.personal or reading == "personal",
            self.secret or reading == "secret",
        )


class Reader(QObject):
    """Looks at the window shortly after anything has changed, while the citizen wants to be read to."""

    def __init__(self, bridge: Bridge, window: QQuickWindow, words: Words) -> None:
        super().__init__()
        self._bridge = bridge
        self._window = window
        self._words = words
        self._narrator = Narrator(self._word)
        self._reading = self._told = bridge.view.reading
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._look)
        window.installEventFilter(self)
        window.activeFocusItemChanged.connect(self._changed)
        bridge.shown.connect(self._changed)
        bridge.again.connect(self.again)
        bridge.wiped.connect(self._narrator.forget)

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._window.removeEventFilter(self)

    @property
    def is_due(self) -> bool:
        """Whether the window is about to be looked at."""
        return self._timer.isActive()

    @Slot()
    def again(self) -> None:
        """Say the whole screen."""
        self._narrator.forget()
        self._changed()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        if event.type() in CHANGES:
            self._changed()
        return False

    @Slot()
    def _changed(self) -> None:
        before, self._reading = self._reading, self._bridge.view.reading
        if self._reading.on and not before.on:
            QAccessible.setActive(True)
        if self._reading != before:
            self._told = before
            self._narrator.forget()
        if self._reading.on and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _look(self) -> None:
        view = self._bridge.view
        if not view.reading.on or view.state in WIPING:
            return
        told, self._told = self._told, view.reading
        greeting = self._greeting(told, view.reading)
        title = self._word(f"screen-{view.screen}", {})
        saying = self._narrator.look(
            title, view.language, elements(self._window), personal=view.reading.personal, greeting=greeting
        )
        if saying is not None:
            self._bridge.say(saying)

    def _greeting(self, before: Reading, now: Reading) -> str:
        """What has changed about the reading itself."""
        if not before.on:
            return self._word("reading-greeting", {})
        if before.pace != now.pace:
            return self._word("reading-pace", {"pace": now.pace})
        if before.loudness != now.loudness:
            return self._word("reading-loudness", {"loudness": now.loudness})
        if before.personal != now.personal:
            switched = self._word("reading-checked" if now.personal else "reading-unchecked", {})
            return self._word("reading-personal", {}) + f": {switched}"
        return ""

    def _word(self, word: str, values: dict[str, Any]) -> str:
        return self._words.text(self._bridge.view.language, word, values)


def elements(window: QQuickWindow) -> list[Element]:
    """What a screen reader would be told of the window, in its order."""
    marks: dict[int, Marks] = {}
    _collect(window.contentItem(), Marks(), marks)
    return list(_within(QAccessible.queryAccessibleInterface(window), marks))


def _collect(item: QQuickItem, around: Marks, marks: dict[int, Marks]) -> None:
    """Screen readers are told of few items, so marks are looked for on all of them. From above: see
    booth.ui.video_item.Feed."""
    here = marks[_address(item)] = around.inside(item)
    for child in item.childItems():
        if child.isVisible():
            _collect(child, here, marks)


def _address(thing: QObject) -> int:
    return int(getCppPointer(thing)[0])


def _within(interface: QAccessibleInterface, marks: dict[int, Marks]) -> Iterator[Element]:
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is None or child.state().invisible:
            continue
        element = _element(child, marks)
        if element is not None:
            yield element
        if element is None or not element.is_control:
            yield from _within(child, marks)


def _element(interface: QAccessibleInterface, marks: dict[int, Marks]) -> Element | None:
    kind = KINDS.get(interface.role())
    name = interface.text(QAccessible.Text.Name)
    item = interface.object()
    if kind is None or not name or item is None:
        return None
    state, mark = interface.state(), marks.get(_address(item), Marks())
    element = Element(
        kind,
        name,
        language=mark.language,
        disabled=bool(state.disabled),
        live=item.property("live") is True,
        bar=mark.bar,
        personal=mark.personal,
        secret=mark.secret,
    )
    if not element.is_control:
        # What lies under a question is switched off.
        return None if element.disabled else element
    return replace(
        element,
        description=interface.text(QAccessible.Text.Description),
        value=interface.text(QAccessible.Text.Value) if kind == "entry" else "",
        checked=bool(state.checked) if state.checkable else None,
        focused=bool(state.focused),
    )
