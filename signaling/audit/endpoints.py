"""What operators may read of the log: the acts of their own console's people, and what the provider did."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from signaling.protocol.chain import FILTERS, Entry, Word
from signaling.rest.endpoint import Asked, Endpoint
from signaling.rest.house import House

MOST: Final = 500


class Page(Struct, frozen=True, forbid_unknown_fields=True):
    """`after`: the number of the last row known already; with `before` the page ends at the row before that one.
    `actor`, `act`, `subject`: only rows with exactly this."""

    after: Annotated[int, Meta(ge=0, le=2**53)] = 0
    before: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    limit: Annotated[int, Meta(ge=1, le=MOST)] = 100
    actor: Word | None = None
    act: Word | None = None
    subject: Word | None = None


async def audit_log(house: House, asked: Asked[None, Page, None]) -> list[Entry]:
    """Administrative acts of the caller's own console, oldest first.

    Each row holds the hash of the row before it in the whole log, which holds other consoles' rows too; the provider
    checks the whole with `python -m signaling audit`.
    """
    page = asked.query
    wanted = {name: value for name in FILTERS if (value := getattr(page, name)) is not None}
    own = {"issuer": asked.clerk.issuer, **wanted}
    return list(await house.audit.entries(after=page.after, before=page.before, limit=page.limit, **own))


ENDPOINTS: Final = (Endpoint("GET", "/api/audit", audit_log, role=("operator",)),)
