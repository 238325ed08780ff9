"""The staff of the office: accounts with a name and a password, kept as an argon2id hash (RFC 9106)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from msgspec import Meta, Struct
from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from clerk_console import database
from clerk_console.attempts import Attempts
from clerk_console.audit import HOST, AuditLog, What
from clerk_console.errors import ConsoleError, ErrorId, SetupError, TooManyAttempts
from clerk_console.sources import Sources
from signaling.protocol.messages import Identifier, Language

SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 256
HASHES_AT_ONCE: Final = 2
ROLES: Final = ("clerk", "supervisor", "operator")

ShortText = Annotated[str, Meta(min_length=1, max_length=120)]


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an account says beside its password. `name` is for signing in, `display_name` is shown to citizens."""

    name: Identifier
    display_name: ShortText
    office: ShortText
    roles: list[str]
    regions: list[Identifier] = []
    services: list[Identifier] = []
    languages: list[Language] = []
    needs: list[Identifier] = []


class Staff(Profile, frozen=True, kw_only=True):
    """A member of the staff. `id` is a pseudonym: the only thing the switchboard learns of a person."""

    id: Identifier


class StaffAccounts:
    """The accounts. Signing in takes the same work for a name that does not exist."""

    def __init__(
        self,
        engine: AsyncEngine,
        sources: Sources,
        hasher: PasswordHasher | None = None,
        audit: AuditLog | None = None,
    ) -> None:
        self._engine = engine
        self._audit = audit or AuditLog(engine, sources.now)
        self._sources = sources
        self._hasher = hasher or PasswordHasher()
        self._attempts = Attempts()
        # Each hash takes tens of MiB and a core: a flood of sign-ins must not take the machine.
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE)
        self._nobody = self._hasher.hash(sources.random_bytes(16))

    async def add(self, profile: Profile, password: str) -> Staff:
        """Open an account. Raises SetupError (name taken, password too weak, not a profile)."""
        check_profile(profile)
        check_password(password, profile.name)
        staff = Staff(**msgspec.structs.asdict(profile), id=f"clerk-{self._sources.new_id()}")
        row = msgspec.structs.asdict(staff) | {"password_hash": await self._hash(password)}
        try:
            async with self._audit.writing() as connection:
                await connection.execute(insert(database.staff).values(row))
                await self._audit.note(connection, HOST, What.STAFF_ADDED, staff.id)
        except IntegrityError:
            raise SetupError(f"There is already an account named {profile.name}.") from None
        return staff

    async def set_password(self, name: str, password: str) -> None:
        """Change the password and end all sessions of the account. Raises SetupError."""
        check_password(password, name)
        staff = await self.named(name)
        hashed = await self._hash(password)
        async with self._audit.writing() as connection:
            row = database.staff.c.id == staff.id
            await connection.execute(update(database.staff).where(row).values(password_hash=hashed))
            await connection.execute(delete(database.sessions).where(database.sessions.c.staff == staff.id))
            await self._audit.note(connection, HOST, What.PASSWORD_SET, staff.id)

    async def change(self, name: str, **fields: list[str]) -> Staff:
        """Change what an account may do: roles, regions, services, languages, needs. Counts from the next request on;
        a token for the switchboard lasts 10 minutes. Raises SetupError."""
        staff = msgspec.structs.replace(await self.named(name), **fields)
        check_profile(staff)
        async with self._audit.writing() as connection:
            row = database.staff.c.id == staff.id
            await connection.execute(update(database.staff).where(row).values(**fields))
            await self._audit.note(connection, HOST, What.STAFF_CHANGED, staff.id)
        return staff

    async def remove(self, name: str) -> None:
        """Close an account and its sessions; its cases stay. Raises SetupError."""
        staff = await self.named(name)
        async with self._audit.writing() as connection:
            await connection.execute(delete(database.staff).where(database.staff.c.id == staff.id))
            await self._audit.note(connection, HOST, What.STAFF_REMOVED, staff.id)

    async def all(self) -> Sequence[Staff]:
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(database.staff).order_by(database.staff.c.name))
            return [_staff(row) for row in rows.mappings()]

    async def colleagues(self, staff: Staff) -> Sequence[Staff]:
        """Everybody who may speak with citizens, beside `staff`."""
        speaking = {"clerk", "supervisor"}
        return [one for one in await self.all() if speaking & set(one.roles) and one.id != staff.id]

    async def named(self, name: str) -> Staff:
        """Raises SetupError when there is no such account."""
        row = await self._row(name)
        if row is None:
            raise SetupError(f"There is no account named {name}.")
        return _staff(row)

    async def sign_in(self, name: str, password: str) -> Staff:
        """Raises ConsoleError (credentials_wrong, too_many_attempts)."""
        name = name.strip().lower()
        if wait_s := self._attempts.begin(name, self._sources.now()):
            raise TooManyAttempts(wait_s)
        row = await self._row(name)
        hashed = row["password_hash"] if row else self._nobody
        async with self._hashing:
            right = await asyncio.to_thread(self._verify, hashed, password)
        if row is None or not right:
            raise ConsoleError(ErrorId.CREDENTIALS_WRONG, "The name or the password is wrong.")
        self._attempts.succeeded(name)
        if self._hasher.check_needs_rehash(hashed):
            await self._renew_hash(row["id"], password)
        return _staff(row)

    async def _row(self, name: str) -> RowMapping | None:
        query = select(database.staff).where(database.staff.c.name == name)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).mappings().one_or_none()

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except VerificationError:
            return False

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _renew_hash(self, staff: str, password: str) -> None:
        hashed = await self._hash(password)
        async with self._engine.begin() as connection:
            row = database.staff.c.id == staff
            await connection.execute(update(database.staff).where(row).values(password_hash=hashed))


def _staff(row: RowMapping) -> Staff:
    fields: dict[str, Any] = {name: row[name] for name in Staff.__struct_fields__}
    return Staff(**fields)


def check_profile(profile: Profile) -> None:
    """Raises SetupError when the profile cannot be."""
    if not profile.roles or (wrong := sorted(set(profile.roles) - set(ROLES))):
        raise SetupError(f"Roles are {', '.join(ROLES)}; {', '.join(wrong) if profile.roles else 'none'} given.")
    try:
        msgspec.convert(msgspec.to_builtins(profile), Profile)
    except msgspec.ValidationError as error:
        raise SetupError(f"The account cannot be opened: {error}.") from None


def check_password(password: str, name: str) -> None:
    """Raises SetupError when the password is too weak to protect personal data."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise SetupError(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    if password.lower() == name.lower() or len(set(password)) < SHORTEST_PASSWORD // 2:
        raise SetupError("The password is too easy to guess; take several words.")
