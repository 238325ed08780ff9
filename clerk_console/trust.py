"""The trust anchors of a running console: a changed folder takes effect without a restart.

The folder is looked at every few seconds; only files that changed are read again. What was good is never given up for
what is broken: a file that cannot be read whole any more keeps what it said before, and a folder that has gone keeps
all. A file that was taken away counts no more, since that is how trust is withdrawn. A check that has begun ends with
the anchors it began with: anchors are put together anew and exchanged whole.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from clerk_console.audit import CONSOLE, AuditLog, What
from clerk_console.errors import SetupError
from clerk_console.identity import TrustAnchors
from clerk_console.identity.trust_files import TrustFile, read, trust_paths
from clerk_console.sources import Sources

log = structlog.get_logger(__name__)

EVERY_S: Final = 5.0
FINGERPRINT_DIGITS: Final = 16

Stamp = tuple[int, int, int]
"""Of a file: inode, size, time of change. A file put in the place of another has another inode."""


@dataclass(frozen=True)
class _Known:
    """`stamp`: of the file as it was last seen; `found`: what it said when it could last be read whole."""

    stamp: Stamp
    found: TrustFile


class Trust:
    """`anchors`: those in force. `folder`: None for an office that verifies nobody."""

    def __init__(self, folder: Path | None, audit: AuditLog, sources: Sources) -> None:
        self.anchors = TrustAnchors()
        self._folder = folder
        self._audit = audit
        self._sources = sources
        self._files: dict[str, _Known] = {}
        self._told_on: date | None = None
        self._is_gone = False

    async def start(self) -> None:
        """Read the folder. Raises SetupError."""
        if self._folder is None:
            return
        try:
            stamps = await asyncio.to_thread(_stamps, self._folder)
        except OSError as error:
            raise SetupError(f"The country certificates cannot be read: {error}") from error
        await self._take(self._folder, stamps)

    async def run(self) -> None:
        """Look after the folder until cancelled."""
        while self._folder is not None:
            await asyncio.sleep(EVERY_S)
            try:
                await self.refresh()
            except SQLAlchemyError as error:
                log.error("csca.not_noted", kind=type(error).__name__)

    async def refresh(self) -> bool:
        """Take in what has changed; whether anything has."""
        if self._folder is None:
            return False
        self._tell_outdated()
        try:
            stamps = await asyncio.to_thread(_stamps, self._folder)
        except OSError as error:
            if not self._is_gone:
                log.error("csca.folder_gone", kind=type(error).__name__)
            self._is_gone = True
            return False
        self._is_gone = False
        if stamps == {name: known.stamp for name, known in self._files.items()}:
            return False
        await self._take(self._folder, stamps)
        return True

    async def _take(self, folder: Path, stamps: dict[str, Stamp]) -> None:
        self._files, self.anchors = await asyncio.to_thread(_read_anew, folder, stamps, self._files)
        self._told_on = None
        self._tell()
        await self._note()

    async def _note(self) -> None:
        """Whom the office believed and from when on can be told from the audit log, also where files were copied by
        hand, or while no console ran."""
        now = self.anchors.fingerprint[:FINGERPRINT_DIGITS]
        last = await self._audit.entries(before=sys.maxsize, limit=1, act=What.CSCA_LOADED)
        if not last or last[0].subject != now:
            await self._audit.add(CONSOLE, What.CSCA_LOADED, now, f"{len(self.anchors)} certificates")

    def _tell(self) -> None:
        anchors = self.anchors
        for problem in anchors.problems:
            log.warning("csca.skipped", problem=problem)
        for deviation in anchors.deviations:
            log.info("csca.malformed", certificate=deviation)
        for listed in anchors.lists:
            log.info("csca.list", list=listed)
        lists = len(anchors.revocation_lists)
        log.info("csca.loaded", certificates=len(anchors), signers=anchors.signers, revocation_lists=lists)
        self._tell_outdated()

    def _tell_outdated(self) -> None:
        """Once a day."""
        today = self._sources.today()
        if self._told_on != today:
            self._told_on = today
            for outdated in self.anchors.outdated(today):
                log.warning("csca.outdated", what=outdated)


def _stamps(folder: Path) -> dict[str, Stamp]:
    """Raises OSError."""
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder with CSCA certificates.")
    found: dict[str, Stamp] = {}
    for path in trust_paths(folder):
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue  # taken away while the folder was looked at
        found[path.name] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found


def _read_anew(
    folder: Path, stamps: dict[str, Stamp], before: dict[str, _Known]
) -> tuple[dict[str, _Known], TrustAnchors]:
    files: dict[str, _Known] = {}
    kept: list[str] = []
    for name, stamp in stamps.items():
        known = before.get(name)
        if known is not None and known.stamp == stamp:
            files[name] = known
            continue
        found = read(folder / name)
        if known is not None and known.found.whole and not found.whole:
            kept.append(f"{name}: what it said before still counts. {' '.join(found.problems[:1])}")
            found = known.found
        files[name] = _Known(stamp, found)
    anchors = TrustAnchors.of([known.found for known in files.values()])
    anchors.problems.extend(kept)
    return files, anchors
