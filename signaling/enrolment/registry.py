"""Which booths there are and which key each has: those of `directory.toml`, and those the consoles have registered.

A key that was revoked is refused for ever, also for another booth.

    RegistryError
      a booth cannot be registered or revoked; `error` is the id REST answers with
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Container, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from signaling.audit.log import AuditLog
from signaling.directory import Booth, Directory, DirectoryError
from signaling.protocol.chain import Act
from signaling.protocol.messages import BoothDevices, Identifier, ShortText
from signaling.rest.errors import ErrorId, RestError
from signaling.storage.rows import booth_of
from signaling.storage.schema import booth_lines, booths
from signaling.tokens import ClerkIdentity

REGISTERED = "booth_registered"
REVOKED = "booth_revoked"


class Registration(Struct, frozen=True, kw_only=True):
    """A booth a console has registered. Times in seconds since the epoch; `revoked_at`: None while it is good."""

    booth: Booth
    issuer: str
    registered_at: float
    revoked_at: float | None


class BoothLine(Struct, frozen=True, kw_only=True):
    """How a booth is. `since`: when its line came or went, or it told how it is for the last time, in seconds since
    the epoch; null when it was never there. `devices` and `network` as the booth told them last."""

    id: Identifier
    region: Identifier
    site: ShortText
    online: bool
    since: float | None
    devices: BoothDevices
    network: Literal["ready", "limited", "no_call"] | None


class BoothRegistry:
    """Asked at every handshake of a booth and not kept in memory, so that a revocation counts on every node at once.
    `clock`: seconds since the epoch."""

    def __init__(self, engine: AsyncEngine, directory: Directory, audit: AuditLog, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._directory = directory
        self._audit = audit
        self._clock = clock

    async def booth(self, booth_id: str) -> Booth | None:
        """The booth of this id, if its key is good."""
        if (known := self._directory.booth(booth_id)) is not None:
            return known
        query = select(booths).where(booths.c.id == booth_id, booths.c.revoked_at.is_(None))
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else booth_of(row)

    async def of_console(self, issuer: str) -> Sequence[Registration]:
        """What a console has registered, also what is revoked; oldest first."""
        query = select(booths).where(booths.c.issuer == issuer).order_by(booths.c.registered_at, booths.c.key)
        async with self._engine.connect() as connection:
            return [_registration(row) for row in (await connection.execute(query)).mappings()]

    async def lines(self, issuer: str, regions: Container[str]) -> Sequence[BoothLine]:
        """The lines of the booths in these regions that the directory or this console knows, by id."""
        known = {booth.id: booth for booth in self._directory.booths}
        known |= {one.booth.id: one.booth for one in await self.of_console(issuer) if one.revoked_at is None}
        async with self._engine.connect() as connection:
            rows = {row["booth"]: row for row in (await connection.execute(select(booth_lines))).mappings()}
        return [_line(booth, rows.get(name)) for name, booth in sorted(known.items()) if booth.region in regions]

    async def register(self, booth: Booth, caller: ClerkIdentity) -> Registration:
        """Believe that `booth` has its key from now on; the same again changes nothing. Raises RestError
        (not_permitted, booth_unfit, booth_exists, key_revoked), which is noted too."""
        try:
            self._check(booth, caller)
            async with self._audit.writing() as connection:
                found = await self._find(connection, booth, caller)
                if found is not None:
                    return found
                added = Registration(booth=booth, issuer=caller.issuer, registered_at=self._clock(), revoked_at=None)
                await connection.execute(booths.insert().values(_row(added)))
                await self._audit.note(connection, _act(caller, REGISTERED, booth.id), issuer=caller.issuer)
                return added
        except RestError as error:
            await self._audit.add(_act(caller, REGISTERED, booth.id, error.error), issuer=caller.issuer)
            raise

    async def revoke(self, booth_id: str, caller: ClerkIdentity) -> None:
        """Refuse the booth's key from now on. Raises RestError (booth_unknown, booth_fixed, not_permitted)."""
        if self._directory.booth(booth_id) is not None:
            raise RestError(
                ErrorId.BOOTH_FIXED, "The booth is in the switchboard's directory.toml; its provider has to revoke it."
            )
        live = (booths.c.id == booth_id, booths.c.revoked_at.is_(None), booths.c.issuer == caller.issuer)
        async with self._audit.writing() as connection:
            row = (await connection.execute(select(booths).where(*live))).mappings().one_or_none()
            if row is None:
                raise RestError(ErrorId.BOOTH_UNKNOWN, "This console has no such booth registered.")
            if row["region"] not in caller.grant.regions:
                raise RestError(ErrorId.NOT_PERMITTED, "The token is not for the booth's region.")
            await connection.execute(update(booths).where(*live).values(revoked_at=self._clock()))
            await self._audit.note(connection, _act(caller, REVOKED, booth_id), issuer=caller.issuer)

    def _check(self, booth: Booth, caller: ClerkIdentity) -> None:
        if booth.region not in caller.grant.regions:
            raise RestError(ErrorId.NOT_PERMITTED, "The token is not for the booth's region.")
        if self._directory.region(booth.region) is None:
            raise RestError(ErrorId.BOOTH_UNFIT, "The switchboard has no such region.")
        site = self._directory.site(booth.site)
        if site is not None and site.region != booth.region:
            raise RestError(ErrorId.BOOTH_UNFIT, "The site is in another region than the booth.")
        # One spelling only: a revoked key must not come back in another.
        if _spelling(booth) != booth.key:
            raise RestError(ErrorId.BOOTH_UNFIT, "The key is not an Ed25519 public key of 32 bytes in base64url.")
        if self._directory.booth(booth.id) is not None:
            raise RestError(ErrorId.BOOTH_EXISTS, "The switchboard's directory.toml has a booth of this id.")

    async def _find(self, connection: AsyncConnection, booth: Booth, caller: ClerkIdentity) -> Registration | None:
        """The same registration, if it was made already. Raises RestError where it cannot be made."""
        rows = select(booths).where((booths.c.id == booth.id) | (booths.c.key == booth.key))
        found = [_registration(row) for row in (await connection.execute(rows)).mappings()]
        if any(_same(one.booth.key, booth.key) and one.revoked_at is not None for one in found):
            raise RestError(ErrorId.KEY_REVOKED, "This key was revoked; the booth has to make a new one.")
        for one in found:
            if one.revoked_at is None:
                if one.issuer == caller.issuer and one.booth == booth:
                    return one
                raise RestError(ErrorId.BOOTH_EXISTS, "There is a booth of this id or with this key; revoke it first.")
        return None


def _spelling(booth: Booth) -> str | None:
    try:
        raw = booth.public_key().public_bytes_raw()
    except DirectoryError:
        return None
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _act(caller: ClerkIdentity, act: str, booth: str, result: str = "done") -> Act:
    return Act(actor=caller.name, act=act, subject=booth, result=result)


def _row(registration: Registration) -> dict[str, object]:
    booth = registration.booth
    return {
        "key": booth.key,
        "id": booth.id,
        "region": booth.region,
        "site": booth.site,
        "issuer": registration.issuer,
        "registered_at": registration.registered_at,
        "revoked_at": registration.revoked_at,
    }


def _line(booth: Booth, row: RowMapping | None) -> BoothLine:
    known: dict[str, Any] = {"online": False, "since": None, "devices": {}, "network": None}
    if row is not None:
        known = {name: row[name] for name in known}
    return msgspec.convert({"id": booth.id, "region": booth.region, "site": booth.site, **known}, BoothLine)


def _registration(row: RowMapping) -> Registration:
    return Registration(
        booth=booth_of(row),
        issuer=row["issuer"],
        registered_at=row["registered_at"],
        revoked_at=row["revoked_at"],
    )
