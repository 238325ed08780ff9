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
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta, Struct

from signaling.protocol.messages import Identifier, ShortText

OTHERS: Final = 0o077

Period = Annotated[float, Meta(gt=0, le=24 * 3600)]
Url = Annotated[str, Meta(pattern=r"^https?://[^\s]+$", max_length=300)]
Origin = Annotated[str, Meta(pattern=r"^https?://[^\s/]+$", max_length=300)]
IceUrl = Annotated[
    str,
    Meta(
        pattern=r"^(stun:(HOST)(:[0-9]{1,5})?|turns?:(HOST)(:[0-9]{1,5})?(\?transport=(udp|tcp))?)$".replace(
            "HOST", r"[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\]"
        ),
        max_length=300,
        description="RFC 7064, RFC 7065",
    ),
]


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


class RelayServer(Struct, frozen=True, forbid_unknown_fields=True):
    """STUN and TURN servers that share their credentials. `secret`, or the one line of `secret_file`, is the relay's
    `static-auth-secret`; `username` and `credential` are for relays that do not know time-limited ones."""

    urls: Annotated[list[IceUrl], Meta(min_length=1, max_length=8)]
    username: str | None = None
    credential: str | None = None
    secret: str | None = None
    secret_file: str | None = None

    def __repr__(self) -> str:
        """Without what is secret."""
        return f"RelayServer(urls={self.urls!r})"

    def opened(self, folder: Path) -> RelayServer:
        """With the secret read from its file, which lies relative to `folder`. Raises DirectoryError."""
        if self.secret_file is None:
            return self
        path = folder / self.secret_file
        try:
            if path.stat().st_mode & OTHERS:
                raise DirectoryError(f"secret file {path} may be read by others; set its mode to 0600")
            secret = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise DirectoryError(f"secret file {path} cannot be read: {error}") from None
        if not secret:
            raise DirectoryError(f"secret file {path} is empty")
        return msgspec.structs.replace(self, secret=secret, secret_file=None)


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
    ice_servers: list[RelayServer] = []
    turn_credential_seconds: Period = 4 * 3600

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
    for server in directory.ice_servers:
        _check_relay(server)
    for appointment in directory.appointments:
        _require_known("appointment", appointment.code, "region", appointment.region, regions)
        _require_known("appointment", appointment.code, "service", appointment.service, directory.service_ids())


def _check_relay(server: RelayServer) -> None:
    name = f"ice server {server.urls[0]!r}"
    if any(url.startswith("turns:") and url.endswith("=udp") for url in server.urls):
        raise DirectoryError(f"{name}: `turns:` goes over TCP; leave `?transport=udp` out")
    if server.secret is not None and (server.username or server.credential):
        raise DirectoryError(f"{name} has a secret and a fixed `username` or `credential`; expected one of the two")
    needs = any(url.startswith("turn") for url in server.urls)
    if needs and server.secret is None and not (server.username and server.credential):
        raise DirectoryError(f"{name} is a relay; expected `secret_file`, or `username` and `credential`")


def parse(text: str, folder: Path = Path()) -> Directory:
    """Read a directory from TOML; files it names lie relative to `folder`. Raises DirectoryError."""
    try:
        directory = msgspec.convert(tomllib.loads(text), Directory)
        opened = [server.opened(folder) for server in directory.ice_servers]
        directory = msgspec.structs.replace(directory, ice_servers=opened)
    except tomllib.TOMLDecodeError as error:
        raise DirectoryError(f"not valid TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise DirectoryError(str(error)) from None
    check(directory)
    return directory


def load(path: Path) -> Directory:
    """Read the directory file. Raises DirectoryError naming the file."""
    try:
        return parse(path.read_text(encoding="utf-8"), path.parent)
    except (OSError, UnicodeDecodeError) as error:
        raise DirectoryError(
            f"The directory {path} cannot be read: {error}. Give its path with --directory."
        ) from None
    except DirectoryError as error:
        raise DirectoryError(f"The directory {path} cannot be used: {error}.") from None
