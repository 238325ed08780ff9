"""Seals of calls: signs the clerk's description with the office's key, checks the booth's against its device key and
a colleague's against the office's own. A clerk of another office is nobody this one can vouch for."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta, Struct

from clerk_console.errors import ConsoleError, ErrorId, SealRefused, SetupError
from clerk_console.staff import Staff
from clerk_console.tokens import TokenIssuer
from signaling.protocol.enrolment import read_key
from signaling.protocol.seal import Kind, SealError, check_seal, seal_description

log = structlog.get_logger(__name__)


class _BoothKey(Struct):
    kid: str
    kty: str
    crv: str
    x: str
    site: Annotated[str, Meta(max_length=120)] = ""


class _BoothKeys(Struct):
    keys: list[_BoothKey]


class TrustedBooth(Struct, frozen=True):
    """`site`: where it stands, as people call it; empty when the file does not say."""

    key: Ed25519PublicKey
    site: str


class BoothKeys:
    """The device keys of the booths this office trusts, by booth id: of booths that were enrolled with a code, and of
    those in a JWK Set (`booths.json`), in which a key may carry its booth's `site`.

    The file is read again whenever it has changed. While it is broken, the keys read last go on to be used.
    """

    def __init__(self, path: Path | None) -> None:
        """Raises SetupError when the file cannot be used. None: there is no file."""
        self._path = path
        self._stamp = self._look()
        self._listed = read_booths(path) if path else {}
        self._enrolled: Mapping[str, TrustedBooth] = {}

    def enrolled(self, booths: Mapping[str, tuple[str, str]]) -> None:
        """Trust these: key (base64url of 32 bytes) and place, by booth id; and those of the file."""
        self._enrolled = {booth: TrustedBooth(read_key(key), site) for booth, (key, site) in booths.items()}

    @property
    def _booths(self) -> Mapping[str, TrustedBooth]:
        return {**self._listed, **self._enrolled}

    def get(self, booth: str) -> dict[str, Ed25519PublicKey]:
        """The one key of `booth` under its id; empty for a booth this office does not know."""
        self._refresh()
        known = self._enrolled.get(booth) or self._listed.get(booth)
        return {booth: known.key} if known else {}

    def sites(self) -> dict[str, str]:
        """Every booth this office knows, with its place; the id where no place is given."""
        self._refresh()
        return {booth: known.site or booth for booth, known in self._booths.items()}

    def _refresh(self) -> None:
        try:
            stamp = self._look()
            if stamp == self._stamp:
                return
            self._stamp = stamp
            if self._path is not None:
                self._listed = read_booths(self._path)
                log.info("booths.read", booths=len(self._listed))
        except SetupError as error:
            log.error("booths.unreadable", text=str(error))

    def _look(self) -> tuple[int, int, int]:
        if self._path is None:
            return 0, 0, 0
        try:
            found = self._path.stat()
        except OSError as error:
            raise SetupError(f"The booths' keys {self._path} cannot be read: {error.strerror}.") from error
        return found.st_mtime_ns, found.st_size, found.st_ino


def read_booths(path: Path) -> Mapping[str, TrustedBooth]:
    """Raises SetupError when `path` is not a JWK Set of Ed25519 keys with booth ids as `kid`."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_BoothKeys)
        return {key.kid: TrustedBooth(_public_key(key), key.site) for key in found.keys}
    except OSError as error:
        raise SetupError(f"The booths' keys {path} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise SetupError(f"{path} is not a JWK Set of Ed25519 keys: {error}") from error


def _public_key(key: _BoothKey) -> Ed25519PublicKey:
    if (key.kty, key.crv) != ("OKP", "Ed25519"):
        raise ValueError(f"the key of {key.kid} is {key.kty} {key.crv}, not OKP Ed25519")
    try:
        return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key.x + "=" * (-len(key.x) % 4)))
    except (binascii.Error, ValueError):
        raise ValueError(f"the key of {key.kid} is not 32 bytes in base64url") from None


@dataclass(frozen=True)
class BoothEnd:
    """A booth at the other end; `name` is its id."""

    name: str


@dataclass(frozen=True)
class Colleague:
    """Another clerk of this office at the other end; `name` as at the switchboard."""

    name: str


End = BoothEnd | Colleague


class CallSeals:
    """What the office vouches for in a call, and what it makes sure of. `now`: seconds since the epoch."""

    def __init__(self, issuer: TokenIssuer, booths: BoothKeys, now: Callable[[], float]) -> None:
        self._issuer = issuer
        self._booths = booths
        self._now = now

    def seal(self, staff: Staff, sdp: str, ticket: str, leg: int, generation: int, kind: Kind) -> str:
        """Vouch for a clerk's description. Raises ConsoleError (description_unsealable)."""
        current = self._issuer.keys.current()
        try:
            return seal_description(
                sdp,
                ticket=ticket,
                leg=leg,
                generation=generation,
                kind=kind,
                issuer=self._issuer.issuer,
                kid=current.kid,
                key=current.key,
                now=self._now(),
                subject=self._issuer.name_of(staff),
            )
        except ValueError as error:
            raise ConsoleError(ErrorId.DESCRIPTION_UNSEALABLE, str(error)) from None

    def check(self, seal: str, sdp: str, end: End, ticket: str, leg: int, generation: int, kind: Kind) -> None:
        """Make sure a description is that of the other end. Raises SealRefused."""
        own = isinstance(end, Colleague)
        issuer = self._issuer
        try:
            check_seal(
                seal,
                sdp,
                ticket=ticket,
                leg=leg,
                generation=generation,
                kind=kind,
                issuer=issuer.issuer if own else end.name,
                keys=issuer.public_keys() if own else self._booths.get(end.name),
                now=self._now(),
                subject=end.name if own else None,
            )
        except SealError as error:
            raise SealRefused(error.reason, str(error)) from None
