"""What the handlers of REST work with. Whoever adds endpoints adds here what they need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from signaling.appointments.book import AppointmentBook
from signaling.audit.log import AuditLog
from signaling.directory import Directory
from signaling.enrolment.registry import BoothRegistry
from signaling.statistics.rollups import Rollups
from signaling.tokens import KeyRing


@dataclass(frozen=True)
class House:
    """`engine`: the switchboard's database. `expel`: close a booth's line and its ticket, wherever they are. `clock`:
    seconds since the epoch."""

    directory: Directory
    keys: KeyRing
    engine: AsyncEngine
    audit: AuditLog
    booths: BoothRegistry
    appointments: AppointmentBook
    expel: Callable[[str], Awaitable[None]]
    clock: Callable[[], float]
    rollups: Rollups
