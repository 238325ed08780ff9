"""A one-slot buffer between threads: whoever takes gets the newest value, older ones are gone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Versioned(NamedTuple, Generic[T]):
    """A value with the number of puts up to it, from 1."""

    version: int
    value: T


class LatestSlot(Generic[T]):
    """Crosses threads: put from any, take from any. Nothing queues, so a slow taker never sees an old picture.

    Several takers may watch one slot; each remembers the version it has seen.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._version = 0
        self._entry: Versioned[T] | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def version(self) -> int:
        """How many values have been put; 0 before the first."""
        return self._version

    @property
    def latest(self) -> T | None:
        """The newest value, whether taken before or not."""
        entry = self._entry
        return entry.value if entry else None

    def put(self, value: T) -> None:
        """Replace the value and wake takers; listeners run on this thread."""
        with self._changed:
            self._version += 1
            self._entry = Versioned(self._version, value)
            self._changed.notify_all()
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()

    def clear(self) -> None:
        """Forget the value, for example a picture after the visit. The version stays."""
        with self._changed:
            self._entry = None

    def take(self, seen: int = 0) -> Versioned[T] | None:
        """The newest value if it is newer than version `seen`, else None. Does not wait."""
        entry = self._entry
        return entry if entry and entry.version > seen else None

    def wait(self, seen: int, timeout: float) -> Versioned[T] | None:
        """Like `take`, but blocks this thread up to `timeout` seconds for a newer value."""
        with self._changed:
            self._changed.wait_for(lambda: self.version > seen, timeout)
        return self.take(seen)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each put, on the putting thread; it must be quick and must not raise.
        Returns the function that ends this."""
        with self._changed:
            self._listeners.append(listener)

        def unlisten() -> None:
            with self._changed:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unlisten
