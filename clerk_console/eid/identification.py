"""The online identifications under way: which case has which session at the eID-Server, and the tokens for booths.

They live in memory and for minutes: after a restart of the console the clerk asks again. A session number never
leaves the console; a token is fetched by its own random name, and is gone with its session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

import structlog

from clerk_console.eid.attributes import Attribute
from clerk_console.eid.errors import AnswerMalformed, NoResultYet, NotSent, Unreachable
from clerk_console.eid.server import EidServer, OpenedSession, Outcome, Wish
from clerk_console.eid.settings import SESSION, EidSettings

LIFETIME_S: Final = 900.0
MOST: Final = 1000
"""Sessions at once; the oldest go first."""
TOKEN_PATH: Final = "/eid/token"  # noqa: S105 (a path)
DONE_PATH: Final = "/eid/done"

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Running:
    session: OpenedSession
    name: str
    opened_at: float
    counter: int = 0


class Identifications:
    """`now`: monotonic seconds. `new_name`: an unguessable identifier. All raise an EidServerError."""

    def __init__(
        self, server: EidServer, settings: EidSettings, now: Callable[[], float], new_name: Callable[[], str]
    ) -> None:
        self._server = server
        self._settings = settings
        self._now = now
        self._new_name = new_name
        self._running: dict[str, _Running] = {}
        self._asking = asyncio.Lock()

    async def open(self, case: str, wishes: Mapping[Attribute, Wish]) -> str:
        """Open a session for a case, in place of one it may have; returns where the booth finds the token."""
        self._expire()
        session = await self._server.open(wishes)
        if not self._settings.token and not (session.key and session.server):
            raise AnswerMalformed("The eID-Server gives no key and makes no token: its settings need `token`.")
        running = _Running(session, self._new_name(), self._now())
        self._running[case] = running
        log.info("eid.opened", case=case)
        if self._settings.token:
            return self._settings.token.replace(SESSION, session.number)
        return f"{self._settings.public}{TOKEN_PATH}/{running.name}"

    async def result(self, case: str) -> Outcome:
        """What came of it; the session is over then, also when it failed. It goes on after NoResultYet and
        Unreachable: ask again."""
        async with self._asking:
            running = self._running.get(case)
            if running is None:
                raise NoResultYet("No session is open for that case.")
            running.counter += 1
            try:
                outcome = await self._server.result(running.session.number, running.counter)
            except NotSent:
                # The eID-Server refuses a number left out as it does one used twice (TR-03130-1, 3.2.2).
                running.counter -= 1
                raise
            except (NoResultYet, Unreachable):
                raise
            except Exception:
                self._running.pop(case, None)
                raise
            self._running.pop(case, None)
            log.info("eid.result", case=case, declined=len(outcome.declined))
            return outcome

    def close(self, case: str) -> None:
        """Nobody waits for it any more."""
        self._running.pop(case, None)

    def token(self, name: str) -> str | None:
        """The TC token (TR-03124-1, 2.5.1) of that name, for the booth's AusweisApp."""
        self._expire()
        running = next((one for one in self._running.values() if one.name == name), None)
        if running is None or self._settings.token:
            return None
        done = f"{self._settings.public}{DONE_PATH}"
        session = running.session
        return (
            '<?xml version="1.0" encoding="UTF-8"?><TCTokenType>'
            f"<ServerAddress>{escape(session.server)}</ServerAddress>"
            f"<SessionIdentifier>{escape(session.key_identifier)}</SessionIdentifier>"
            f"<RefreshAddress>{escape(done)}/{name}</RefreshAddress>"
            f"<CommunicationErrorAddress>{escape(done)}/{name}</CommunicationErrorAddress>"
            "<Binding>urn:liberty:paos:2006-08</Binding>"
            "<PathSecurity-Protocol>urn:ietf:rfc:4279</PathSecurity-Protocol>"
            f"<PathSecurity-Parameters><PSK>{escape(session.key)}</PSK></PathSecurity-Parameters></TCTokenType>"
        )

    def _expire(self) -> None:
        old = self._now() - LIFETIME_S
        for case in [case for case, running in self._running.items() if running.opened_at < old]:
            del self._running[case]
        while len(self._running) >= MOST:
            del self._running[next(iter(self._running))]
