"""Registering and revoking booths: what a console does for the operators of its authority."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from signaling.directory import Booth
from signaling.enrolment.registry import BoothLine
from signaling.protocol.messages import Identifier, ShortText
from signaling.rest.endpoint import Asked, Endpoint
from signaling.rest.errors import ErrorId
from signaling.rest.house import House

DeviceKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$", description="Ed25519 public key, base64url, 32 bytes")]


class NewBooth(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`site`: the id of a site of the directory, or where the booth stands in words."""

    id: Identifier
    region: Identifier
    site: ShortText
    key: DeviceKey


class RegisteredBooth(Struct, frozen=True, kw_only=True):
    """Times in seconds since the epoch. `revoked_at`: null while the key is good."""

    id: Identifier
    region: Identifier
    site: ShortText
    key: str
    registered_at: float
    revoked_at: float | None


class BoothPath(Struct, frozen=True):
    booth: Identifier


async def register_booth(house: House, asked: Asked[None, None, NewBooth]) -> RegisteredBooth:
    """Register a booth and its device key.

    The booth's region must be one of the token's, and of the console's own authority. The same request again changes
    nothing, so it may be repeated until it is answered.
    """
    new = asked.body
    booth = Booth(id=new.id, region=new.region, site=new.site, key=new.key)
    done = await house.booths.register(booth, asked.clerk)
    return RegisteredBooth(
        id=new.id,
        region=new.region,
        site=new.site,
        key=new.key,
        registered_at=done.registered_at,
        revoked_at=done.revoked_at,
    )


async def registered_booths(house: House, asked: Asked[None, None, None]) -> list[RegisteredBooth]:
    """The booths the caller's console has registered in the token's regions, also the revoked ones."""
    return [
        RegisteredBooth(
            id=found.booth.id,
            region=found.booth.region,
            site=found.booth.site,
            key=found.booth.key,
            registered_at=found.registered_at,
            revoked_at=found.revoked_at,
        )
        for found in await house.booths.of_console(asked.clerk.issuer)
        if found.booth.region in asked.clerk.grant.regions
    ]


async def booth_lines(house: House, asked: Asked[None, None, None]) -> list[BoothLine]:
    """How the booths of the token's regions are: whether they have a line, since when, and their devices."""
    return list(await house.booths.lines(asked.clerk.issuer, asked.clerk.grant.regions))


async def revoke_booth(house: House, asked: Asked[BoothPath, None, None]) -> None:
    """Revoke a booth: its line is closed at once and its key refused for ever."""
    await house.booths.revoke(asked.path.booth, asked.clerk)
    await house.expel(asked.path.booth)


ENDPOINTS: Final = (
    Endpoint("GET", "/api/booths", registered_booths, role=("operator",)),
    Endpoint("GET", "/api/booths/lines", booth_lines, role=("operator",)),
    Endpoint(
        "POST",
        "/api/booths",
        register_booth,
        role=("operator",),
        errors=(ErrorId.BOOTH_EXISTS, ErrorId.KEY_REVOKED, ErrorId.BOOTH_UNFIT),
        status=201,
        body_bytes=4096,
    ),
    Endpoint(
        "DELETE",
        "/api/booths/{booth}",
        revoke_booth,
        role=("operator",),
        errors=(ErrorId.BOOTH_UNKNOWN, ErrorId.BOOTH_FIXED),
    ),
)
