"""How many appointments there are: by region and service, whoever will sit there."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from signaling.protocol.messages import Identifier

CELL_MINUTES: Final = 5
"""Slots begin and end on multiples of this, so that slots of different lengths can share a booth."""


class Capacity(Struct, frozen=True, forbid_unknown_fields=True):
    """Appointments of one service in one region. `at_once` begin at the same time; `slot_minutes` is the length of
    each (the service's usual minutes, rounded up to five, when not given); bookable from `lead_minutes` to
    `horizon_days` ahead."""

    region: Identifier
    service: Identifier
    at_once: Annotated[int, Meta(ge=1, le=500)] = 1
    slot_minutes: Annotated[int, Meta(ge=CELL_MINUTES, le=480, multiple_of=CELL_MINUTES)] | None = None
    lead_minutes: Annotated[int, Meta(ge=0, le=14 * 24 * 60)] = 60
    horizon_days: Annotated[int, Meta(ge=1, le=366)] = 28
