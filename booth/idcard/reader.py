"""The card reader of the booth: what is in it, and one reading at a time.

`CardReader` owns a thread that watches PC/SC and sets up a new context whenever pcscd restarts (pyscard's own monitor
ends silently then). A reading runs on a thread of its own, so that the caller gets an answer in time even when the
card, the reader or pcscd hangs. All public methods block; from asyncio call them with `asyncio.to_thread`:

    dialogue = ChipDialogue(lambda dg14: loop.call_soon_threadsafe(send_chip_key, dg14))  # then dialogue.answer(…)
    with MachineReadableZoneKey(number, birth, expiry) as key:  # or CardAccessNumber(digits)
        card = await asyncio.to_thread(
            reader.read, key, ReadRequest((1, 2, 14, 15), challenge, dialogue), progress=…, cancel=…
        )

`read` does not wipe the key, so that a card taken away too early can be read again; whoever holds it wipes it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Final, Self

import structlog

from booth.idcard import pcsc
from booth.idcard.apdu import Transmit
from booth.idcard.errors import CardTimeout, IdCardError, NoCard, NoReader, ReadCancelled
from booth.idcard.keys import AccessKey
from booth.idcard.session import CardFiles, Progress, ReadRequest, check_groups, read_files

WATCH_MS: Final = 250
"""How long one wait for a change lasts at most; closing takes no longer than this."""
RETRY_S: Final = 0.25
"""Pause before the next try to reach a smart-card service that is down."""
NOTICE_S: Final = 0.05
"""How soon a waiting caller notices that it was called off."""
READER_GRACE_S: Final = 3.0
"""So long a missing reader or service may be one that just restarts."""

log = structlog.get_logger(__name__)


class ReaderStatus(StrEnum):
    NO_READER = "no_reader"
    EMPTY = "empty"
    CARD_PRESENT = "card_present"
    SERVICE_DOWN = "service_down"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: one command may take `command_s` (chips may delay after wrong numbers), all of them `reading_s`."""

    command_s: float = 10.0
    reading_s: float = 60.0


DEFAULT_TIMEOUTS: Final = Timeouts()


def _chosen(slots: Sequence[pcsc.Slot], name: str | None) -> list[pcsc.Slot]:
    return [slot for slot in slots if name is None or slot.name.startswith(name)]


def _status_of(slots: Sequence[pcsc.Slot]) -> ReaderStatus:
    if not slots:
        return ReaderStatus.NO_READER
    return ReaderStatus.CARD_PRESENT if any(slot.holds_card for slot in slots) else ReaderStatus.EMPTY


class CardReader:
    """Watches from construction until `close`. `reader_name`: the beginning of a PC/SC reader's name; without it the
    first reader that holds a card is taken. `on_change` is called on the watching thread with every new status."""

    def __init__(
        self,
        reader_name: str | None = None,
        *,
        on_change: Callable[[ReaderStatus], None] | None = None,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
    ) -> None:
        self._reader_name = reader_name
        self._on_change = on_change
        self._timeouts = timeouts
        self._changed = threading.Condition()
        self._status: ReaderStatus | None = None
        self._closing = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._previous: _Reading | None = None
        self._thread = threading.Thread(target=self._watch, name="card-reader", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the watching thread; a reading or waiting under way ends with ReadCancelled."""
        self._closing.set()
        self._thread.join()

    def listen(self, on_change: Callable[[ReaderStatus], None]) -> None:
        """Call `on_change` on the watching thread with every new status, and here with the present one."""
        self._on_change = on_change
        on_change(self.status())

    def status(self) -> ReaderStatus:
        """What was last seen; only the very first call may wait a moment for the first look."""
        with self._changed:
            self._changed.wait_for(lambda: self._status is not None, READER_GRACE_S)
            return self._status or ReaderStatus.SERVICE_DOWN

    def wait_for_card(self, timeout_s: float, cancel: threading.Event) -> None:
        """Return when a card is in the reader. Raises NoCard after `timeout_s`, NoReader when there is no reader for
        some seconds, ReadCancelled."""
        began = time.monotonic()
        while (status := self.status()) is not ReaderStatus.CARD_PRESENT:
            waited = time.monotonic() - began
            if status is not ReaderStatus.EMPTY and waited > min(timeout_s, READER_GRACE_S):
                raise NoReader(f"No card reader can be used: {status}.")
            if waited > timeout_s:
                raise NoCard(f"No card was put in within {timeout_s:g} s.")
            self._wait_beyond(status, cancel)

    def wait_for_removal(self, timeout_s: float, cancel: threading.Event) -> bool:
        """Whether the card is out within `timeout_s`. Raises ReadCancelled."""
        began = time.monotonic()
        while self.status() is ReaderStatus.CARD_PRESENT:
            if time.monotonic() - began > timeout_s:
                return False
            self._wait_beyond(ReaderStatus.CARD_PRESENT, cancel)
        return True

    def _wait_beyond(self, status: ReaderStatus, cancel: threading.Event) -> None:
        """Until the status is another, but never long, as `cancel` cannot wake us."""
        if cancel.is_set() or self._closing.is_set():
            raise ReadCancelled("Waiting for the card was called off.")
        with self._changed:
            self._changed.wait_for(lambda: self._status is not status, NOTICE_S)

    def read(self, key: AccessKey, request: ReadRequest, *, progress: Progress, cancel: threading.Event) -> CardFiles:
        """Open the chip with the key, copy EF.SOD and the data groups, and ask for the proofs.

        `progress` gets 0 to 1 on another thread. A group the chip does not have or does not give is left out; DG3 and
        DG4 are refused. Raises an IdCardError; the next reading starts afresh whatever happened. One wrong key costs
        one try, none is repeated.
        """
        check_groups(request.groups)
        with self._one_at_a_time:
            self._await_previous()
            self._previous = reading = _Reading(self._reader_name, key, request, progress)
            try:
                result = reading.result(self._timeouts, (cancel, self._closing))
            except IdCardError as error:
                log.info("card_not_read", fault=str(error.fault), error=type(error).__name__)
                raise
            log.info("card_read", commands=result.commands, seconds=round(result.seconds, 3))
            return result

    def _await_previous(self) -> None:
        """A reading that was given up may still hang in its last command; two at once would disturb each other."""
        if self._previous and not self._previous.ended(self._timeouts.command_s):
            raise CardTimeout("The reader is still busy with a command that was given up.")

    def _watch(self) -> None:
        while not self._closing.is_set():
            try:
                with pcsc.Context() as context:
                    self._watch_service(context)
            except pcsc.ServiceDown:
                self._report(ReaderStatus.SERVICE_DOWN)
                self._closing.wait(RETRY_S)

    def _watch_service(self, context: pcsc.Context) -> None:
        """Until closing. Raises ServiceDown."""
        known: dict[str, pcsc.Slot] = {}
        while not self._closing.is_set():
            names = [*context.readers(), pcsc.READER_CHANGES]
            slots = [known.get(name, pcsc.Slot.unaware(name)) for name in names]
            known = {slot.name: slot for slot in context.changes(slots, WATCH_MS)}
            readers = [slot for slot in known.values() if slot.name != pcsc.READER_CHANGES]
            self._report(_status_of(_chosen(readers, self._reader_name)))

    def _report(self, status: ReaderStatus) -> None:
        with self._changed:
            if self._status is status:
                return
            self._status = status
            self._changed.notify_all()
        log.info("card_reader", status=str(status))
        if self._on_change:
            self._on_change(status)


class _Reading:
    """One reading on a thread of its own, watched by the caller's."""

    def __init__(self, reader_name: str | None, key: AccessKey, request: ReadRequest, progress: Progress) -> None:
        self._reader_name = reader_name
        self._key = key
        self._request = request
        self._progress = progress
        self._given_up = threading.Event()
        self._outcome: queue.SimpleQueue[CardFiles | Exception] = queue.SimpleQueue()
        self._last_sign = time.monotonic()
        self._furthest = 0.0
        self._thread = threading.Thread(target=self._run, name="card-reading", daemon=True)
        self._thread.start()

    def ended(self, timeout_s: float) -> bool:
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def result(self, timeouts: Timeouts, cancels: Sequence[threading.Event]) -> CardFiles:
        """Wait for the outcome, at most as long as `timeouts` allow. Raises what went wrong."""
        began = time.monotonic()
        while True:
            try:
                outcome = self._outcome.get(timeout=NOTICE_S)
            except queue.Empty:
                self._give_up_if(began, timeouts, cancels)
                continue
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

    def _give_up_if(self, began: float, timeouts: Timeouts, cancels: Sequence[threading.Event]) -> None:
        now = time.monotonic()
        if any(cancel.is_set() for cancel in cancels):
            self._given_up.set()
            raise ReadCancelled("The reading was called off.")
        if now - self._last_sign > timeouts.command_s or now - began > timeouts.reading_s:
            self._given_up.set()
            raise CardTimeout("The card did not answer in time.")

    def _run(self) -> None:
        try:
            with pcsc.Context() as context:
                name = self._slot(context)
                outcome = read_files(
                    lambda: self._connection(context, name), self._key, self._request, self._report, self._check
                )
        except Exception as error:  # whatever it is belongs to the caller's thread
            self._outcome.put(error)
        else:
            self._outcome.put(outcome)

    def _slot(self, context: pcsc.Context) -> str:
        slots = _chosen(context.slots(context.readers()), self._reader_name)
        if not slots:
            raise NoReader("There is no card reader.")
        for slot in slots:
            if slot.holds_card:
                return slot.name
        raise NoCard("There is no card in the reader.")

    @contextmanager
    def _connection(self, context: pcsc.Context, name: str) -> Iterator[Transmit]:
        self._check()
        with context.connect(name) as connection:

            def transmit(command: bytes) -> bytes:
                self._check()
                response = connection.transmit(command)
                self._last_sign = time.monotonic()
                return response

            yield transmit

    def _check(self) -> None:
        """Nothing is sent to the card once the caller has gone."""
        self._last_sign = time.monotonic()
        if self._given_up.is_set():
            raise ReadCancelled("The reading was given up.")

    def _report(self, share: float) -> None:
        if self._given_up.is_set():
            return
        # A second start with short lengths must not show as a step back.
        self._furthest = max(self._furthest, share)
        self._progress(self._furthest)
