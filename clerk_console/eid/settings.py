"""How the authority's eID-Server is reached: a TOML file, see docs/operate/eid.md. Paths in it are relative to it."""

from __future__ import annotations

import ssl
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from clerk_console.eid.ws_security import MessageKeys
from clerk_console.errors import SetupError

SESSION: Final = "{session}"
SIGNING: Final = frozenset({"signing_certificate", "signing_key", "server_certificate"})
KNOWN: Final = frozenset({"address", "token", "authorities", "certificate", "key", "public"}) | SIGNING


@dataclass(frozen=True, slots=True)
class EidSettings:
    """`address`: of the eID-Server's SOAP interface. `token`: where it makes the token itself, with `{session}` in it;
    empty where this console makes it. `public`: how booths reach this console, over TLS. `tls`: whom to believe, and
    the console's own certificate. `messages`: whose signatures stand under requests and answers (WS-Security); None
    where the eID-Server asks for none."""

    address: str
    token: str
    public: str
    tls: ssl.SSLContext
    messages: MessageKeys | None = None


def load(file: Path, issuer: str) -> EidSettings:
    """`issuer`: the console's address unless the file says another. Raises SetupError."""
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SetupError(f"The eID-Server's settings cannot be read: {error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetupError(f"{file} is not TOML: {error}") from error
    if unknown := set(said) - KNOWN:
        raise SetupError(f"{file} has entries nobody knows: {', '.join(sorted(unknown))}.")
    if wrong := [name for name, value in said.items() if not isinstance(value, str) or not value]:
        raise SetupError(f"{file}: {', '.join(wrong)} has to be text.")
    if "address" not in said:
        raise SetupError(f"{file} does not say the address of the eID-Server.")
    token, public = said.get("token", ""), said.get("public", issuer).rstrip("/")
    _over_tls(file, "address", said["address"])
    if token:
        _over_tls(file, "token", token)
        if SESSION not in token:
            raise SetupError(f"{file}: token has no {SESSION} in it, so that all sessions would share one address.")
    else:
        # AusweisApp takes a token over TLS only (TR-03124-1, 2.5.1).
        _over_tls(file, "public (or the console's --issuer)", public)
    return EidSettings(said["address"], token, public, _tls(file.parent, said), _messages(file, said))


def _over_tls(file: Path, name: str, address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname:
        raise SetupError(f"{file}: {name} has to be an address with https://, not {address}.")


def _tls(folder: Path, said: dict[str, Any]) -> ssl.SSLContext:
    if ("certificate" in said) != ("key" in said):
        raise SetupError("The eID-Server's settings need certificate and key, or neither.")
    try:
        tls = ssl.create_default_context()
        if "authorities" in said:
            tls.load_verify_locations(folder / said["authorities"])
        if "certificate" in said:
            tls.load_cert_chain(folder / said["certificate"], folder / said["key"])
    except (OSError, ssl.SSLError) as error:
        raise SetupError(f"A certificate for the eID-Server cannot be used: {error}") from error
    return tls


def _messages(file: Path, said: dict[str, Any]) -> MessageKeys | None:
    """TR-03130-1's binding is asymmetric: both ends sign, or neither."""
    given = SIGNING & set(said)
    if not given:
        return None
    if missing := SIGNING - given:
        raise SetupError(
            f"{file} needs {', '.join(sorted(missing))} beside {', '.join(sorted(given))}: both ends sign."
        )
    own, others = (_certificates(file, said, name) for name in ("signing_certificate", "server_certificate"))
    try:
        key = load_pem_private_key((file.parent / said["signing_key"]).read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SetupError(f"{file}: signing_key cannot be used: {error}") from error
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise SetupError(f"{file}: signing_key has to be of RSA or an elliptic curve.")
    if key.public_key() != own[0].public_key():
        raise SetupError(f"{file}: signing_key is not the key of signing_certificate.")
    return MessageKeys(key, own[0], others)


def _certificates(file: Path, said: dict[str, Any], name: str) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates((file.parent / said[name]).read_bytes()))
    except (OSError, ValueError) as error:
        raise SetupError(f"{file}: {name} cannot be used: {error}") from error
