"""Sessions: a random id in a cookie at the browser, its hash and two expiries here."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from clerk_console import database
from clerk_console.sources import Sources
from clerk_console.staff import Staff

IDLE_S: Final = 4 * 60 * 60
"""A session nobody used for this long has ended. A clerk who waits for a citizen asks the switchboard alone, and in a
quiet morning for hours."""
ABSOLUTE_S: Final = 12 * 60 * 60
"""A session ends after a working day, used or not."""
SEEN_EVERY_S: Final = 60
"""Use is noted at most this often, so that reading does not mean writing."""

_sessions = database.sessions


def _hash(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()


class Sessions:
    """The open sessions. Only the hash of an id is stored: who reads the database cannot become a clerk."""

    def __init__(self, engine: AsyncEngine, sources: Sources) -> None:
        self._engine = engine
        self._sources = sources

    async def open(self, staff: Staff) -> str:
        """A new session; the answer is the id for the cookie."""
        session = base64.urlsafe_b64encode(self._sources.random_bytes(32)).decode().rstrip("=")
        now = self._sources.now()
        row = {"id_hash": _hash(session), "staff": staff.id, "created_at": now, "seen_at": now}
        async with self._engine.begin() as connection:
            await connection.execute(insert(_sessions).values(row))
        return session

    async def staff(self, session: str) -> Staff | None:
        """Who the session belongs to; None when there is none or it has expired."""
        query = (
            select(database.staff, _sessions.c.created_at, _sessions.c.seen_at)
            .join(_sessions, _sessions.c.staff == database.staff.c.id)
            .where(_sessions.c.id_hash == _hash(session))
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        now = self._sources.now()
        if row is None or now - row["created_at"] >= ABSOLUTE_S or now - row["seen_at"] >= IDLE_S:
            return None
        if now - row["seen_at"] >= SEEN_EVERY_S:
            await self._seen(session, now)
        fields: dict[str, Any] = {name: row[name] for name in Staff.__struct_fields__}
        return Staff(**fields)

    async def close(self, session: str) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(delete(_sessions).where(_sessions.c.id_hash == _hash(session)))

    async def sweep(self) -> int:
        """Forget expired sessions; how many there were."""
        now = self._sources.now()
        expired = or_(_sessions.c.created_at <= now - ABSOLUTE_S, _sessions.c.seen_at <= now - IDLE_S)
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(_sessions).where(expired))).rowcount

    async def _seen(self, session: str, now: float) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(
                update(_sessions).where(_sessions.c.id_hash == _hash(session)).values(seen_at=now)
            )
