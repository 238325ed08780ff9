"""Deletes what is no longer needed: expired sessions, old call reports and token keys, and what unfinished cases say
that nobody goes on with."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from clerk_console.call_reports import CallReports
from clerk_console.case import UNFINISHED, CaseState
from clerk_console.cases import CaseStore
from clerk_console.documents.files import DocumentFiles
from clerk_console.sessions import Sessions
from clerk_console.sources import Sources
from clerk_console.token_keys import TokenKeys

UNFINISHED_KEPT_S: Final = 24 * 60 * 60
"""A consultation is over within the day; what is still unfinished then was left behind."""
PREPARED_KEPT_S: Final = 14 * 24 * 60 * 60
"""So long a form filled by telephone waits for its citizen to come to a booth."""
EVERY_S: Final = 60 * 60

log = structlog.get_logger(__name__)


class Retention:
    """The sweeping of the data folder."""

    def __init__(
        self,
        store: CaseStore,
        files: DocumentFiles,
        sessions: Sessions,
        reports: CallReports,
        token_keys: TokenKeys,
        sources: Sources,
    ) -> None:
        self._store = store
        self._files = files
        self._sessions = sessions
        self._reports = reports
        self._token_keys = token_keys
        self._sources = sources

    async def sweep(self) -> None:
        """Delete what has had its time."""
        now = self._sources.now()
        abandoned = await self._store.abandon_stale(UNFINISHED, now - UNFINISHED_KEPT_S)
        abandoned += await self._store.abandon_stale([CaseState.PREPARED], now - PREPARED_KEPT_S)
        for case in abandoned:
            log.info("case.abandoned", case=case, state="abandoned", reason="stale")
        await self._sessions.sweep()
        if keys := await asyncio.to_thread(self._token_keys.destroy_old):
            log.info("token_keys.destroyed", keys=keys)
        if reports := await self._reports.sweep():
            log.info("call_reports.deleted", reports=reports)

    async def clear_strays(self) -> None:
        """Delete document files no case names. Only before requests are served."""
        known = await self._store.document_files()
        if strays := await asyncio.to_thread(self._files.sweep, known):
            log.warning("documents.strays_deleted", files=strays)

    async def run(self) -> None:
        """Sweep now and every hour, until cancelled."""
        while True:
            try:
                await self.sweep()
            except SQLAlchemyError as error:
                log.error("retention.failed", kind=type(error).__name__)
            await asyncio.sleep(EVERY_S)
