"""Forgetting a visit: each part that holds something of it, in order, and a report of what was done.

A part that fails to forget does not keep the others from it; the report names it and the booth says so in the log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WipeReport:
    """Names of parts only. `failed` has to be empty for the booth to say that everything is gone."""

    wiped: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(slots=True)
class Wipe:
    """The parts to wipe, in order."""

    parts: list[tuple[str, Callable[[], Awaitable[None] | None]]] = field(default_factory=list)

    def add(self, name: str, forget: Callable[[], Awaitable[None] | None]) -> None:
        """`forget` may be a coroutine function."""
        self.parts.append((name, forget))

    async def run(self) -> WipeReport:
        """Wipe all parts; never raises."""
        wiped: list[str] = []
        failed: list[str] = []
        for name, forget in self.parts:
            try:
                waiting = forget()
                if waiting is not None:
                    await waiting
                wiped.append(name)
            except Exception as error:
                log.exception("part not wiped", part=name, error=type(error).__name__)
                failed.append(name)
        report = WipeReport(tuple(wiped), tuple(failed))
        log.info("visit wiped", wiped=list(report.wiped), failed=list(report.failed))
        return report
