"""The directory: who is known to this switchboard, read from `directory.toml` (docs/architecture.md, "Switchboard").

DirectoryError
  the file cannot be used; the text names the file, what is wrong and what was expected
"""

from __future__ import annotations

import base64
import binascii
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta, Struct

from signaling.protocol.messages import IceServer, Identifier, ShortText

Period = Annotated[float, Meta(gt=0, le=24 * 3600)]
Url = Annotated[str, Meta(pattern=r"^https?://[^\s]+$", max_length=300)]
Origin = Annotated[str, Meta(pattern=r"^https?://[^\s/]+$", max_length=300)]


class DirectoryError(Exception):
    """The directory cannot be used."""


class Service(Struct, frozen=True, forbid_unknown_fields=True):
    id: Identifier


class Region(Struct, frozen=True, forbid_unknown_fields=True):
    id: Identifier
    name: ShortText


class Booth(Struct, frozen=True, forbid_unknown_fields=True):
    """`key`: base64url of the 32-byte Ed25519 public key."""

    id: Identifier
    region: Identifier
    site: ShortText
    key: str

    def public_key(self) -> Ed25519PublicKey:
        """The device key's public part. Raises DirectoryError."""
        try:
            raw = base64.b64decode(self.key + "=" * (-len(self.key) % 4), altchars=b"-_", validate=True)
            return Ed25519PublicKey.from_public_bytes(raw)
        except (binascii.Error, ValueError) as error:
            raise DirectoryError(
                f"booth {self.id!r}: `key` must be the base64url of a 32-byte Ed25519 public key"
                f" (as `python -m booth key` prints it): {error}"
            ) from None


class Console(Struct, frozen=True, forbid_unknown_fields=True):
    issuer: Url
    jwks_url: Url
    origins: list[Origin] = []


class Appointment(Struct, frozen=True, forbid_unknown_fields=True):
    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]{6,12}$")]
    service: Identifier
    region: Identifier


class Directory(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything the operator says about booths, consoles, services and times."""

    regions: list[Region]
    services: list[Service]
    timezone: str = "Europe/Berlin"
    offer_seconds: Period = 20
    booth_lease_seconds: Period = 120
    clerk_lease_seconds: Period = 60
    minimum_group_size: Annotated[int, Meta(ge=1)] = 5
    booths: list[Booth] = []
    consoles: list[Console] = []
    appointments: list[Appointment] = []
    ice_servers: list[IceServer] = []

    def zone(self) -> ZoneInfo:
        """The time zone days are counted in. Raises DirectoryError."""
        try:
            return ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            raise DirectoryError(
                f"`timezone` is {self.timezone!r}; expected a name of the time zone database, such as Europe/Berlin"
            ) from None

    def booth(self, booth_id: str) -> Booth | None:
        return next((booth for booth in self.booths if booth.id == booth_id), None)

    def console(self, issuer: str) -> Console | None:
        return next((console for console in self.consoles if console.issuer == issuer), None)

    def appointment(self, code: str) -> Appointment | None:
        return next((appointment for appointment in self.appointments if appointment.code == code), None)

    def service_ids(self) -> frozenset[str]:
        return frozenset(service.id for service in self.services)

    def origins(self) -> frozenset[str]:
        """Origins of browsers that may connect."""
        return frozenset(origin for console in self.consoles for origin in console.origins)


def _require_unique(kind: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise DirectoryError(f"{kind} {name!r} is listed twice; each must be listed once")
        seen.add(name)


def _require_known(kind: str, name: str, what: str, value: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if value not in names:
        raise DirectoryError(f"{kind} {name!r} names {what} {value!r}; expected one of {', '.join(names) or 'none'}")


def check(directory: Directory) -> None:
    """Raise DirectoryError when entries contradict each other or a key or the time zone is not usable."""
    regions = [region.id for region in directory.regions]
    directory.zone()
    _require_unique("region", regions)
    _require_unique("service", [service.id for service in directory.services])
    _require_unique("booth", [booth.id for booth in directory.booths])
    _require_unique("console", [console.issuer for console in directory.consoles])
    _require_unique("appointment", [appointment.code for appointment in directory.appointments])
    for booth in directory.booths:
        _require_known("booth", booth.id, "region", booth.region, regions)
        booth.public_key()
    for appointment in directory.appointments:
        _require_known("appointment", appointment.code, "region", appointment.region, regions)
        _require_known("appointment", appointment.code, "service", appointment.service, directory.service_ids())


def parse(text: str) -> Directory:
    """Read a directory from TOML. Raises DirectoryError."""
    try:
        directory = msgspec.convert(tomllib.loads(text), Directory)
    except tomllib.TOMLDecodeError as error:
        raise DirectoryError(f"not valid TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise DirectoryError(str(error)) from None
    check(directory)
    return directory


def load(path: Path) -> Directory:
    """Read the directory file. Raises DirectoryError naming the file."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DirectoryError(
            f"The directory {path} cannot be read: {error}. Give its path with --directory."
        ) from None
    except DirectoryError as error:
        raise DirectoryError(f"The directory {path} cannot be used: {error}.") from None
