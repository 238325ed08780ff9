"""A citizen that is a program (`--robot`): one JSON object a line in, one out; see docs/architecture.md, "Booth".

It has a citizen's means only: it presses where something is and types where the focus is, with Qt's own pointer and
key events, and it reads what a screen reader would. What is hidden or switched off it cannot press.

Answers to a request are `{"ok": true, …}` or `{"error": ID, "text": …}` with ID one of `malformed`, `unknown_command`,
`not_found`, `hidden`, `disabled`, `covered`, `timeout`, `failed`, `relieved` (the visit is over; the booth's next
process is asked again).
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Final, Protocol, TextIO

import msgspec
import structlog
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from booth.ui.window import KioskWindow

MAX_LINE: Final = 64 * 1024
POLL_MS: Final = 20
PATIENCE_S: Final = 5.0
"""How long a press waits for its item to be there and to stand still."""
MAX_TIMEOUT_S: Final = 600.0

log = structlog.get_logger(__name__)


class RobotError(Exception):
    """Something a citizen could not do either; `error` is a stable id."""

    def __init__(self, error: str, text: str) -> None:
        super().__init__(text)
        self.error = error


class Input(Protocol):
    """`booth.robot_input.RobotInput`."""

    def readline(self, size: int) -> str: ...
    def stop(self) -> None: ...


class Command(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A line from standard input."""

    do: str
    name: str = ""
    text: str = ""
    screen: str = ""
    path: str = ""
    timeout_s: float | None = None


class Attempt:
    """A command under way: `step` gives the answer, or None to be asked again, or raises RobotError."""

    def __init__(self, step: Callable[[], dict[str, Any] | None], timeout_s: float) -> None:
        self.step = step
        self.deadline = time.monotonic() + min(timeout_s, MAX_TIMEOUT_S)
        self.why = RobotError("timeout", "The time is up.")

    @property
    def late(self) -> bool:
        return time.monotonic() >= self.deadline


class Robot(QObject):
    """Reads on a thread of its own, acts on the main thread, one command after the other."""

    line = Signal(str)
    ended = Signal()

    def __init__(
        self,
        window: KioskWindow,
        figures: Callable[[], dict[str, Any]],
        settle: Callable[[], None],
        quit_booth: Callable[[], None],
        source: Input,
        sink: TextIO = sys.stdout,
    ) -> None:
        super().__init__()
        QAccessible.setActive(True)
        self._kiosk = window
        self._window = window.window
        self._figures = figures
        self._settle = settle
        self._quit = quit_booth
        self._source = source
        self._sink = sink
        self._queue: list[str] = []
        self._attempt: Attempt | None = None
        self._place: QPointF | None = None
        self._acted = False
        self._relieved = False
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._go_on)
        self.line.connect(self._take)
        self.ended.connect(self._quit)
        self._reader = threading.Thread(target=self._read, name="robot", daemon=True)
        self._reader.start()

    def close(self) -> None:
        """Do no more; the reading thread ends with the input."""
        self._timer.stop()
        self._queue.clear()

    def hand_over(self) -> None:
        """Leave the input to the process that comes next, which is asked again what is not done yet."""
        self._relieved = True
        self._source.stop()
        self._reader.join()
        self._timer.stop()
        if self._attempt is not None:
            self._answer({"ok": True, **(self._attempt.step() or {})} if self._acted else _RELIEVED)
        for _ in self._queue:
            self._answer(_RELIEVED)
        self._attempt, self._queue = None, []
        # What the other thread has read and not delivered yet.
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)

    def _read(self) -> None:
        while line := self._source.readline(MAX_LINE):
            self.line.emit(line)
        if not self._relieved:
            self.ended.emit()

    @Slot(str)
    def _take(self, line: str) -> None:
        if self._relieved:
            self._answer(_RELIEVED)
        elif line.strip():
            self._queue.append(line)
            self._go_on()

    @Slot()
    def _go_on(self) -> None:
        if self._attempt is None:
            if not self._queue:
                self._timer.stop()
                return
            try:
                self._attempt = self._begin(self._queue.pop(0))
            except RobotError as error:
                self._answer({"error": error.error, "text": str(error)})
                return
        self._try(self._attempt)

    def _try(self, attempt: Attempt) -> None:
        try:
            answer = attempt.step()
        except RobotError as error:
            attempt.why = error
            answer = None
        except Exception as error:
            log.exception("robot failed")
            answer = {"error": "failed", "text": f"{type(error).__name__}: {error}"}
        if answer is None and attempt.late and not self._acted:
            answer = {"error": attempt.why.error, "text": str(attempt.why), "screen": self._kiosk.bridge.view.screen}
        if answer is None:
            self._timer.start()
            return
        self._attempt = None
        self._answer(answer if "error" in answer else {"ok": True, **answer})
        if self._queue:
            self._timer.start()

    def _answer(self, answer: dict[str, Any]) -> None:
        print(json.dumps(answer, ensure_ascii=False), file=self._sink, flush=True)

    def _begin(self, line: str) -> Attempt:
        """Raises RobotError."""
        try:
            command = msgspec.json.decode(line, type=Command)
        except msgspec.DecodeError as error:
            raise RobotError("malformed", f"Not a command: {error}") from None
        self._place = None
        self._acted = False
        steps: dict[str, Callable[[], dict[str, Any] | None]] = {
            "press": lambda: self._press(command.name),
            "type": lambda: self._type(command.name, command.text),
            "wait": lambda: self._wait(command.screen),
            "state": self._state,
            "figures": self._figures,
            "screenshot": lambda: self._screenshot(command.path),
            "accessibility": lambda: {"tree": self._accessibility()},
            "quit": self._leave,
        }
        if command.do not in steps:
            raise RobotError("unknown_command", f"{command.do!r} is none of {', '.join(steps)}.")
        return Attempt(steps[command.do], PATIENCE_S if command.timeout_s is None else command.timeout_s)

    def _press(self, name: str) -> dict[str, Any] | None:
        """Press, and answer when the terminal has taken the wish and its view is on the screen."""
        if self._acted:
            return {"pressed": name}
        if self._click(name):
            self._settle()
        return None

    def _click(self, name: str) -> bool:
        item = self._item(name)
        place = self._standing_still(item)
        if place is None:
            return False
        # Before it: Qt handles events within the press, and what comes of it may be that another process takes over.
        self._acted = True
        QTest.mouseClick(self._window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place.toPoint())
        return True

    def _type(self, name: str, text: str) -> dict[str, Any] | None:
        if self._acted:
            return {"typed": name}
        if not self._click(name):
            return None
        for character in text:
            QTest.sendKeyEvent(QTest.KeyAction.Click, self._window, Qt.Key.Key_unknown, character, _NO_MODIFIER)
        self._settle()
        return None

    def _wait(self, screen: str) -> dict[str, Any] | None:
        view = self._kiosk.bridge.view
        if view.screen != screen or view.busy:
            raise RobotError("timeout", f"The screen is {view.screen}, not {screen}.")
        return self._state()

    def _state(self) -> dict[str, Any]:
        view = self._kiosk.bridge.view
        return {"screen": view.screen, "view": view.as_map()}

    def _screenshot(self, path: str) -> dict[str, Any]:
        if not path or not self._window.grabWindow().save(path):
            raise RobotError("failed", f"The screenshot could not be written to {path!r}.")
        return {"path": path}

    def _leave(self) -> dict[str, Any]:
        QTimer.singleShot(0, self._quit)
        return {}

    def _item(self, name: str) -> QQuickItem:
        """The visible, enabled item of that name. Raises RobotError."""
        items = [item for item in _descendants(self._window.contentItem()) if item.objectName() == name]
        if not name or not items:
            raise RobotError("not_found", f"There is nothing named {name!r} on the screen.")
        visible = [item for item in items if item.isVisible() and item.width() > 0 and item.height() > 0]
        if not visible:
            raise RobotError("hidden", f"{name!r} is not visible.")
        for item in visible:
            if item.isEnabled():
                return item
        raise RobotError("disabled", f"{name!r} is switched off.")

    def _standing_still(self, item: QQuickItem) -> QPointF | None:
        """The middle of the item, once it is where it was a moment ago and a finger would reach it."""
        self._reveal(item)
        place = item.mapToScene(QPointF(item.width() / 2, item.height() / 2))
        before, self._place = self._place, place
        if before != place:
            return None
        if not self._window.contentItem().contains(place):
            raise RobotError("covered", f"{item.objectName()!r} is outside the window.")
        return place

    def _reveal(self, item: QQuickItem) -> None:
        """Scroll the pages it is on as a finger would, so that the item can be seen."""
        for above in _path(self._window.contentItem(), item):
            if above.metaObject().indexOfMethod("reveal(QVariant)") >= 0:
                above.reveal(item)  # type: ignore[attr-defined]

    def _accessibility(self) -> dict[str, Any]:
        interface = QAccessible.queryAccessibleInterface(self._window)
        place = self._window.position()
        return described(interface, (place.x(), place.y()))


_RELIEVED: Final = {"error": "relieved", "text": "The visit is over; the booth's next process can be asked."}
_NO_MODIFIER: Final = Qt.KeyboardModifier.NoModifier


def described(interface: QAccessibleInterface, origin: tuple[int, int] = (0, 0)) -> dict[str, Any]:
    """What a screen reader is told of an element and what is in it; areas are relative to `origin`, in pixels."""
    state = interface.state()
    area = interface.rect()
    thing = interface.object()
    return {
        "role": interface.role().name,
        "name": interface.text(QAccessible.Text.Name),
        "description": interface.text(QAccessible.Text.Description),
        "object": thing.objectName() if thing is not None else "",
        "focused": bool(state.focused),
        "disabled": bool(state.disabled),
        "invisible": bool(state.invisible),
        "area": [area.x() - origin[0], area.y() - origin[1], area.width(), area.height()],
        "children": [
            described(child, origin)
            for child in (interface.child(number) for number in range(interface.childCount()))
            if child is not None
        ],
    }


def _path(top: QQuickItem, item: QQuickItem) -> list[QQuickItem]:
    """The items from `top` down to `item`. Going up by `parentItem` is not safe: see booth.ui.video_item.Feed."""
    if top is item:
        return [top]
    for child in top.childItems():
        if found := _path(child, item):
            return [top, *found]
    return []


def _descendants(item: QQuickItem) -> list[QQuickItem]:
    found = [item]
    for child in item.childItems():
        found += _descendants(child)
    return found
