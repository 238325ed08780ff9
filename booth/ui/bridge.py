"""Between the screens and the terminal: the view in, the citizen's wishes out. Lives on the main thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QQmlPropertyMap

from booth.reading import LOUDNESSES, PACES, Piece, Reading, Saying
from booth.view import STARTING, View
from booth.words import Words


class Desk(Protocol):
    """What a citizen can ask of the terminal. Called on the terminal's thread; what does not fit the present state is
    ignored there, since a finger may be slower than the clerk."""

    def touched(self) -> None: ...
    def start(self) -> None: ...
    def set_language(self, language: str) -> None: ...
    def choose_language(self, language: str) -> None: ...
    def choose_service(self, service: str) -> None: ...
    def want_code(self) -> None: ...
    def submit_code(self, code: str) -> None: ...
    def back(self) -> None: ...
    def want_callback(self) -> None: ...
    def give_phone(self, typed: str) -> None: ...
    def give_name(self, name: str) -> None: ...
    def confirm_callback(self) -> None: ...
    def leave(self) -> None: ...
    def finish(self) -> None: ...
    def set_high_contrast(self, on: bool) -> None: ...
    def set_large_text(self, on: bool) -> None: ...
    def set_reading(self, reading: Reading) -> None: ...
    def read_out(self, pieces: tuple[Piece, ...], cuts: bool) -> None: ...
    def be_silent(self) -> None: ...
    def set_muted(self, muted: bool) -> None: ...
    def write_text(self, text: str, done: bool) -> None: ...
    def consent(self) -> None: ...
    def decline_card(self) -> None: ...
    def give_number(self, can: str) -> None: ...
    def retype_number(self) -> None: ...
    def scan_zone(self) -> None: ...
    def type_zone(self) -> None: ...
    def give_zone(self, number: str, birth: str, expiry: str) -> None: ...
    def retry_card(self) -> None: ...
    def agree_eid(self) -> None: ...
    def decline_eid(self) -> None: ...
    def press_eid(self, digit: int) -> None: ...
    def erase_eid(self) -> None: ...
    def enter_eid(self) -> None: ...
    def only_transport_pin(self) -> None: ...
    def lay_eid_card_right(self) -> None: ...
    def grant_eid(self, right: str, granted: bool) -> None: ...
    def take_still(self) -> None: ...
    def again_still(self) -> None: ...
    def send_still(self) -> None: ...
    def decline_still(self) -> None: ...
    def answer_summary(self, confirmed: bool) -> None: ...
    def close_document(self) -> None: ...


T = TypeVar("T")
Post = Callable[..., None]
"""Run a function with arguments on the terminal's thread, as `loop.call_soon_threadsafe` does."""


class Bridge(QObject):
    """QML's `booth`: a slot for each wish. `values` is QML's `view`."""

    shown = Signal(object)
    wiped = Signal()
    again = Signal()
    failed = Signal()
    relieved = Signal(bool)
    started = Signal()

    def __init__(self, first: View, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk: Desk | None = None
        self._post: Post | None = None
        self.view = first
        self.values = QQmlPropertyMap.create(self)
        self._apply(first)
        self.shown.connect(self._apply)

    def serve(self, desk: Desk, post: Post) -> None:
        """From now on wishes go to `desk`; before, the screen only shows."""
        self._desk, self._post = desk, post

    def _wish(self, wish: Callable[[Desk], None]) -> None:
        if self._desk is not None and self._post is not None:
            self._post(wish, self._desk)

    def show(self, view: View) -> None:
        """Put a view on the screen; from any thread."""
        self.shown.emit(view)

    def forget(self) -> None:
        """Tell the window to drop its pictures; from any thread."""
        self.wiped.emit()

    def fail(self) -> None:
        """The terminal has died; from any thread."""
        self.failed.emit()

    def relieve(self, card_left: bool) -> None:
        """The terminal does nothing any more; from any thread."""
        self.relieved.emit(card_left)

    @Slot(object)
    def _apply(self, view: View) -> None:
        if self.view.trouble == STARTING != view.trouble:
            self.started.emit()
        self.view = view
        fresh = view.as_map()
        # The screen last: what it shows is there before it is.
        for key in sorted(fresh, key=lambda name: name == "screen"):
            if not self.values.contains(key) or self.values.value(key) != fresh[key]:
                self.values.insert(key, fresh[key])

    @Slot()
    def touched(self) -> None:
        self._wish(lambda desk: desk.touched())

    @Slot()
    def start(self) -> None:
        self._wish(lambda desk: desk.start())

    @Slot(str)
    def setLanguage(self, language: str) -> None:  # noqa: N802 (QML's spelling, as below)
        self._wish(lambda desk: desk.set_language(language))

    @Slot(str)
    def chooseLanguage(self, language: str) -> None:  # noqa: N802
        self._wish(lambda desk: desk.choose_language(language))

    @Slot(str)
    def chooseService(self, service: str) -> None:  # noqa: N802
        self._wish(lambda desk: desk.choose_service(service))

    @Slot()
    def wantCode(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.want_code())

    @Slot(str)
    def submitCode(self, code: str) -> None:  # noqa: N802
        self._wish(lambda desk: desk.submit_code(code))

    @Slot()
    def back(self) -> None:
        self._wish(lambda desk: desk.back())

    @Slot()
    def wantCallback(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.want_callback())

    @Slot(str)
    def givePhone(self, typed: str) -> None:  # noqa: N802
        self._wish(lambda desk: desk.give_phone(typed))

    @Slot(str)
    def giveName(self, name: str) -> None:  # noqa: N802
        self._wish(lambda desk: desk.give_name(name))

    @Slot()
    def confirmCallback(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.confirm_callback())

    @Slot()
    def leave(self) -> None:
        self._wish(lambda desk: desk.leave())

    @Slot()
    def finish(self) -> None:
        self._wish(lambda desk: desk.finish())

    @Slot(bool)
    def setHighContrast(self, on: bool) -> None:  # noqa: N802
        self._wish(lambda desk: desk.set_high_contrast(on))

    @Slot(bool)
    def setLargeText(self, on: bool) -> None:  # noqa: N802
        self._wish(lambda desk: desk.set_large_text(on))

    @Slot()
    def toggleReading(self) -> None:  # noqa: N802
        reading = self.view.reading
        self._read(Reading(on=not reading.on))

    @Slot()
    def readAgain(self) -> None:  # noqa: N802
        """Say the whole screen once more."""
        self.again.emit()

    @Slot()
    def beSilent(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.be_silent())

    @Slot()
    def changePace(self) -> None:  # noqa: N802
        reading = self.view.reading
        self._read(replace(reading, pace=_next(list(PACES), reading.pace)))

    @Slot()
    def changeLoudness(self) -> None:  # noqa: N802
        reading = self.view.reading
        self._read(replace(reading, loudness=_next(list(LOUDNESSES), reading.loudness)))

    @Slot()
    def togglePersonal(self) -> None:  # noqa: N802
        reading = self.view.reading
        self._read(replace(reading, personal=not reading.personal))

    def _read(self, reading: Reading) -> None:
        self._wish(lambda desk: desk.set_reading(reading))

    def say(self, saying: Saying) -> None:
        """What is new on the screen, for whoever is read to."""
        self._wish(lambda desk: desk.read_out(saying.pieces, saying.cuts))

    @Slot(bool)
    def setMuted(self, muted: bool) -> None:  # noqa: N802
        self._wish(lambda desk: desk.set_muted(muted))

    @Slot(str, bool)
    def writeText(self, text: str, done: bool) -> None:  # noqa: N802
        self._wish(lambda desk: desk.write_text(text, done))

    @Slot()
    def consent(self) -> None:
        self._wish(lambda desk: desk.consent())

    @Slot()
    def declineCard(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.decline_card())

    @Slot(str)
    def giveNumber(self, can: str) -> None:  # noqa: N802
        self._wish(lambda desk: desk.give_number(can))

    @Slot()
    def retypeNumber(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.retype_number())

    @Slot()
    def scanZone(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.scan_zone())

    @Slot()
    def typeZone(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.type_zone())

    @Slot(str, str, str)
    def giveZone(self, number: str, birth: str, expiry: str) -> None:  # noqa: N802
        self._wish(lambda desk: desk.give_zone(number, birth, expiry))

    @Slot()
    def takeStill(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.take_still())

    @Slot()
    def againStill(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.again_still())

    @Slot()
    def sendStill(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.send_still())

    @Slot()
    def declineStill(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.decline_still())

    @Slot()
    def retryCard(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.retry_card())

    @Slot()
    def agreeEid(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.agree_eid())

    @Slot()
    def declineEid(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.decline_eid())

    @Slot(int)
    def pressEid(self, digit: int) -> None:  # noqa: N802
        self._wish(lambda desk: desk.press_eid(digit))

    @Slot()
    def eraseEid(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.erase_eid())

    @Slot()
    def enterEid(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.enter_eid())

    @Slot()
    def onlyTransportPin(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.only_transport_pin())

    @Slot()
    def layEidCardRight(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.lay_eid_card_right())

    @Slot(str, bool)
    def grantEid(self, right: str, granted: bool) -> None:  # noqa: N802
        self._wish(lambda desk: desk.grant_eid(right, granted))

    @Slot()
    def confirmSummary(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.answer_summary(True))

    @Slot()
    def changeSummary(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.answer_summary(False))

    @Slot()
    def closeDocument(self) -> None:  # noqa: N802
        self._wish(lambda desk: desk.close_document())


class SpokenWords(QObject):
    """QML's `words`."""

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    @Slot(str, str, "QVariantMap", result=str)
    def text(self, language: str, word: str, values: dict[str, Any]) -> str:
        return self._words.text(language, word, _whole(values))


def _next(choices: list[T], chosen: T) -> T:
    """The choice after `chosen`, and the first after the last."""
    return choices[(choices.index(chosen) + 1) % len(choices)]


def _whole(values: dict[str, Any]) -> dict[str, Any]:
    """QML's numbers are all doubles; Fluent would write 3.0 and choose no plural."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in values.items()
    }
