"""Tells the switchboard which booths are enrolled and which revoked, again and again until it has answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

import httpx
import msgspec
import structlog
from msgspec import Struct

from clerk_console.calls import BoothKeys
from clerk_console.enrolment.booths import Booth, BoothTables
from clerk_console.enrolment.enrolment import Enrolment
from clerk_console.enrolment.life import UNTOLD, BoothEvent, BoothState
from clerk_console.tokens import TokenIssuer

LOOK_EVERY_S: Final = 2.0
"""How soon it is noticed what the command line has done in another process."""
FIRST_WAIT_S: Final = 2.0
LONGEST_WAIT_S: Final = 60.0
TIMEOUT_S: Final = 10.0
UNREACHABLE: Final = "switchboard_unreachable"
GONE: Final = ("booth_unknown",)
"""Answers to a revocation that mean there is nothing to revoke."""

log = structlog.get_logger(__name__)


def trusted_keys(booths: Iterable[Booth]) -> dict[str, tuple[str, str]]:
    """Key and place of booths that have enrolled, by id."""
    return {booth.id: (booth.key, booth.site) for booth in booths if booth.key is not None}


class _Refusal(Struct):
    error: str


class Registrar:
    """`url`: of the switchboard's REST. `now`: seconds since the epoch. Keeps `keys` at what is enrolled, too."""

    def __init__(
        self,
        store: BoothTables,
        enrolment: Enrolment,
        keys: BoothKeys,
        issuer: TokenIssuer,
        client: httpx.AsyncClient,
        url: str,
        now: Callable[[], float],
    ) -> None:
        self._store = store
        self._enrolment = enrolment
        self._keys = keys
        self._issuer = issuer
        self._client = client
        self._url = url
        self._now = now
        self._looking = asyncio.Lock()
        self._tries: dict[str, tuple[int, float]] = {}

    async def run(self) -> None:
        """Look after the booths until cancelled."""
        while True:
            self._enrolment.changed.clear()
            await self.look()
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._enrolment.changed.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Take over what has changed, then tell the switchboard what is due."""
        async with self._looking:
            await self._look()

    async def _look(self) -> None:
        self._keys.enrolled(trusted_keys(await self._enrolment.trusted()))
        for booth in await self._store.all(UNTOLD):
            count, next_at = self._tries.get(booth.id, (0, 0.0))
            if self._now() >= next_at:
                await self._tell(booth, count)

    async def _tell(self, booth: Booth, count: int) -> None:
        trouble = await self._ask(booth)
        if trouble is None:
            self._tries.pop(booth.id, None)
            event = BoothEvent.REGISTER if booth.state is BoothState.ENROLLED else BoothEvent.UNREGISTER
            await self._enrolment.told(booth, event)
            return
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(count, 16))
        self._tries[booth.id] = (count + 1, self._now() + wait_s)
        log.warning("booth.not_told", booth=booth.id, trouble=trouble, wait_s=wait_s)
        await self._enrolment.not_told(booth, trouble)

    async def _ask(self, booth: Booth) -> str | None:
        """What is in the way, or None."""
        token = self._issuer.operator_token(booth.changed_by, [booth.region], self._now())
        headers = {"Authorization": f"Bearer {token}"}
        try:
            if booth.state is BoothState.ENROLLED:
                new = {"id": booth.id, "region": booth.region, "site": booth.site, "key": booth.key}
                answer = await self._client.post(f"{self._url}/api/booths", json=new, headers=headers)
            else:
                answer = await self._client.delete(f"{self._url}/api/booths/{booth.id}", headers=headers)
        except httpx.HTTPError:
            return UNREACHABLE
        if answer.is_success:
            return None
        try:
            error = msgspec.json.decode(answer.content, type=_Refusal).error
        except msgspec.DecodeError:
            return UNREACHABLE
        return None if booth.state is BoothState.REVOKING and error in GONE else error
