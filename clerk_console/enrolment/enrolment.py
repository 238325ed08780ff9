"""The steps of a booth's life at its authority, each noted in the audit log in the same transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Final

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from clerk_console.audit import AuditLog, What
from clerk_console.enrolment import booths as tables
from clerk_console.enrolment.booths import Booth, BoothTables, Code
from clerk_console.enrolment.codes import FAILURES_ALLOWED, HOURS, Nonces, matching, new_code
from clerk_console.enrolment.life import TRUSTED, BoothEvent, BoothState, next_state
from clerk_console.errors import ConsoleError, ErrorId
from clerk_console.sources import Sources
from signaling.protocol.enrolment import EnrolmentRequest, ProofError, check_proof, digest, normalised

NOBODY: Final = "booth"
"""The actor of what a booth did with its code."""

log = structlog.get_logger(__name__)


class Invitation(Struct, frozen=True, kw_only=True):
    """What an operator wants. `services`: what the booth offers on its screen."""

    id: str
    region: str
    site: str
    services: list[str]
    hours: float = HOURS


class Invited(Struct, frozen=True, kw_only=True):
    """`code` is told once and kept nowhere; `expires_at` in seconds since the epoch."""

    booth: Booth
    code: str
    expires_at: float


class Enrolment:
    """`console`: this console's address, as its booths know it. `changed` is set whenever a booth has changed."""

    def __init__(self, store: BoothTables, audit: AuditLog, sources: Sources, console: str) -> None:
        self.store: Final = store
        self._audit = audit
        self._sources = sources
        self._console = console.rstrip("/")
        self._nonces = Nonces(sources.random_bytes)
        self.changed: Final = asyncio.Event()

    async def invite(self, wanted: Invitation, actor: str) -> Invited:
        """Make a code for a new booth, a new code for one that was invited, or a way back for one that was revoked.
        Raises ConsoleError (booth_state_wrong)."""
        code = new_code(self._sources.random_bytes)
        expires_at = self._sources.now() + wanted.hours * 3600
        async with self._audit.writing() as connection:
            found = await tables.find(connection, wanted.id)
            if found is not None:
                next_state(found.state, BoothEvent.INVITE)
            booth = Booth(
                id=wanted.id,
                region=wanted.region,
                site=wanted.site,
                services=wanted.services,
                state=BoothState.INVITED,
                key=None,
                changed_by=actor,
                changed_at=self._sources.now(),
            )
            await tables.put(connection, booth)
            await tables.put_code(connection, Code(booth=wanted.id, digest=digest(code), expires_at=expires_at))
            await self._audit.note(connection, actor, What.BOOTH_INVITED, wanted.id)
        self.changed.set()
        return Invited(booth=booth, code=code, expires_at=expires_at)

    def challenge(self) -> str:
        """A nonce for a booth's proof."""
        return self._nonces.make(self._sources.now())

    async def enrol(self, request: EnrolmentRequest) -> Booth:
        """A booth comes with its code and key. Raises ConsoleError (enrolment_refused), which never says whether it is
        the code that is wrong, spent or expired; and proof_refused, for a right code, naming what is wrong."""
        refused = ConsoleError(ErrorId.ENROLMENT_REFUSED, "The code is not good, or not any more; ask for a new one.")
        now = self._sources.now()
        if not self._nonces.good(request.nonce, now):
            raise ConsoleError(ErrorId.PROOF_REFUSED, "The nonce is not of this console, or too old; begin again.")
        try:
            code = normalised(request.code)
        except ValueError:
            raise refused from None
        open_codes = [one for one in await self.store.codes() if one.expires_at > now]
        booth = matching(code, [(one.booth, one.digest) for one in open_codes if one.failures < FAILURES_ALLOWED])
        if booth is None:
            raise refused
        try:
            check_proof(request, code=code, console=self._console)
        except ProofError as error:
            await self._failed(booth)
            raise ConsoleError(ErrorId.PROOF_REFUSED, str(error)) from None
        async with self._audit.writing() as connection:
            if not await tables.drop_code(connection, booth):
                raise refused  # Somebody was faster with the same code.
            enrolled = await self._step(connection, booth, BoothEvent.ENROL, NOBODY, key=request.key)
            await self._audit.note(connection, NOBODY, What.BOOTH_ENROLLED, booth)
        self.changed.set()
        return enrolled

    async def revoke(self, booth: str, actor: str, regions: Collection[str] | None = None) -> Booth:
        """Take the booth out of use; of these regions, if they are given. Raises ConsoleError (booth_unknown)."""
        async with self._audit.writing() as connection:
            found = await tables.find(connection, booth)
            if found is None or (regions is not None and found.region not in regions):
                raise ConsoleError(ErrorId.BOOTH_UNKNOWN, "This office has enrolled no such booth in your regions.")
            await tables.drop_code(connection, booth)
            revoked = await self._step(connection, booth, BoothEvent.REVOKE, actor)
            await self._audit.note(connection, actor, What.BOOTH_REVOKED, booth)
        self.changed.set()
        return revoked

    async def told(self, booth: Booth, event: BoothEvent) -> None:
        """The switchboard knows of it now, unless something else has happened to the booth meanwhile."""
        what = What.BOOTH_REGISTERED if event is BoothEvent.REGISTER else What.BOOTH_UNREGISTERED
        async with self._audit.writing() as connection:
            if await tables.find(connection, booth.id) != booth:
                return
            await self._step(connection, booth.id, event, booth.changed_by)
            await self._audit.note(connection, booth.changed_by, what, booth.id)
        self.changed.set()

    async def not_told(self, booth: Booth, trouble: str) -> None:
        """The switchboard could not be told; `trouble` says why. Noted once for each trouble."""
        if booth.trouble == trouble:
            return
        what = What.BOOTH_REGISTERED if booth.state is BoothState.ENROLLED else What.BOOTH_UNREGISTERED
        async with self._audit.writing() as connection:
            if await tables.find(connection, booth.id) == booth:
                await tables.put(connection, msgspec.structs.replace(booth, trouble=trouble))
                await self._audit.note(connection, booth.changed_by, what, booth.id, trouble)

    async def all(self) -> Sequence[Booth]:
        """All booths this office has ever invited."""
        return await self.store.all()

    async def codes(self) -> dict[str, float]:
        """When the open codes expire, by booth."""
        return {code.booth: code.expires_at for code in await self.store.codes()}

    async def trusted(self) -> Sequence[Booth]:
        """Those whose seals are believed."""
        return await self.store.all(TRUSTED)

    async def _failed(self, booth: str) -> None:
        async with self._audit.writing() as connection:
            await tables.count_failure(connection, booth)
            await self._audit.note(connection, NOBODY, What.BOOTH_ENROLLED, booth, ErrorId.PROOF_REFUSED)

    async def _step(
        self, connection: AsyncConnection, booth: str, event: BoothEvent, actor: str, *, key: str | None = None
    ) -> Booth:
        found = await tables.find(connection, booth)
        if found is None:
            raise ConsoleError(ErrorId.BOOTH_UNKNOWN, "This office has enrolled no such booth.")
        after = msgspec.structs.replace(
            found,
            state=next_state(found.state, event),
            key=key or found.key,
            changed_by=actor if actor != NOBODY else found.changed_by,
            changed_at=self._sources.now(),
            trouble=None,
        )
        await tables.put(connection, after)
        log.info("booth.changed", booth=booth, state=after.state)
        return after
