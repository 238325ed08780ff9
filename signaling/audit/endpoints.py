"""What operators may read of the log: the acts of their own console's people, and what the provider did."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from signaling.protocol.chain import Entry
from signaling.rest.endpoint import Asked, Endpoint
from signaling.rest.house import House

MOST: Final = 500


class Page(Struct, frozen=True, forbid_unknown_fields=True):
    """`after`: the number of the last row known already."""

    after: Annotated[int, Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, Meta(ge=1, le=MOST)] = 100


async def audit_log(house: House, asked: Asked[None, Page, None]) -> list[Entry]:
    """Administrative acts of the caller's own console, oldest first.

    Each row holds the hash of the row before it in the whole log, which holds other consoles' rows too; the provider
    checks the whole with `python -m signaling audit`.
    """
    return list(await house.audit.entries(after=asked.query.after, limit=asked.query.limit, issuer=asked.clerk.issuer))


ENDPOINTS: Final = (Endpoint("GET", "/api/audit", audit_log, role=("operator",)),)
