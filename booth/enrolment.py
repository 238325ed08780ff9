"""`python -m booth enrol`: makes this booth's device key and has the authority's console take it, by a one-time code.

What the console answers is kept beside the key in `booth.json`, so that the booth needs no further option.

EnrolmentError
  the console did not take the key, or cannot be reached; the text says what to do
"""

from __future__ import annotations

import json
import os
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from booth import device_key
from signaling.protocol.enrolment import (
    CHALLENGE_PATH,
    PATH,
    Enrolled,
    EnrolmentChallenge,
    EnrolmentRequest,
    normalised,
    prove,
    spelling,
)

NAME: Final = "booth.json"
AUTHORITIES: Final = "authorities.pem"
TIMEOUT_S: Final = 10.0
MAX_BYTES: Final = 64 * 1024
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_ADVICE: Final = {
    "enrolment_refused": "The code is wrong, was used already or has expired. Ask the authority for a new one.",
    "too_many_attempts": "Too many wrong codes were tried from here. Wait a few minutes.",
}

T = TypeVar("T")


class EnrolmentError(Exception):
    """The booth could not be enrolled, or what was kept of it cannot be read."""


def enrol(
    folder: Path,
    console: str,
    code: str,
    *,
    now: float,
    authorities: ssl.SSLContext | None = None,
    replace: bool = False,
) -> Enrolled:
    """Enrol and keep key and answer in `folder`. `console`: its URL; `now`: seconds since the epoch; `replace`: even
    if it is enrolled, with a new key. Raises EnrolmentError; then nothing has changed here."""
    if (folder / NAME).exists() and not replace:
        raise EnrolmentError(f"{folder} is enrolled already; with --replace it is enrolled anew, with a new key.")
    console = console.rstrip("/")
    parts = urlsplit(console)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise EnrolmentError(f"{console}: a code is only sent over https://.")
    try:
        code = normalised(code)
    except ValueError as error:
        raise EnrolmentError(f"The code is mistyped: {error}") from None
    key = Ed25519PrivateKey.generate()
    challenge = _post(console + CHALLENGE_PATH, None, EnrolmentChallenge, authorities)
    request = EnrolmentRequest(
        code=code,
        nonce=challenge.nonce,
        key=spelling(key.public_key()),
        proof=prove(key, code=code, nonce=challenge.nonce, console=console, now=now),
    )
    enrolled = _post(console + PATH, request, Enrolled, authorities)
    try:
        device_key.keep(folder, key)
        _write(folder / NAME, msgspec.json.format(msgspec.json.encode(enrolled)) + b"\n")
    except OSError as error:
        raise EnrolmentError(
            f"The console has enrolled this booth, but {folder} cannot be written: {error.strerror}."
            " Mend that, have the booth revoked and ask for a new code."
        ) from None
    return enrolled


def read(folder: Path) -> Enrolled | None:
    """What the console answered; None for a booth that was not enrolled with a code. Raises EnrolmentError."""
    path = folder / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Enrolled)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise EnrolmentError(f"{path} cannot be read: {error}. Enrol the booth anew.") from None


def keep_authorities(folder: Path, file: Path) -> None:
    """Trust the certificate authorities of `file` from now on. Raises EnrolmentError."""
    try:
        _write(folder / AUTHORITIES, file.read_bytes())
    except OSError as error:
        raise EnrolmentError(
            f"{file} cannot be kept in {folder}: {error.strerror}. Give --ca at each start."
        ) from None


def authorities_of(folder: Path) -> Path | None:
    """The file of the certificate authorities this booth was enrolled with."""
    path = folder / AUTHORITIES
    return path if path.exists() else None


def _post(url: str, content: Any, answer: type[T], authorities: ssl.SSLContext | None) -> T:
    headers = {"Content-Type": "application/json", "X-Fernamt": "1"}
    request = urllib.request.Request(url, msgspec.json.encode(content), headers, method="POST")  # noqa: S310 (checked)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=authorities) as response:  # noqa: S310
            return msgspec.json.decode(response.read(MAX_BYTES), type=answer)
    except urllib.error.HTTPError as error:
        with error:
            raise EnrolmentError(_refusal(error.read(MAX_BYTES), error.code)) from None
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise EnrolmentError(f"{url} cannot be asked: {error}") from None


def _refusal(body: bytes, status: int) -> str:
    try:
        said = json.loads(body)
        return _ADVICE.get(said["error"]) or f"The console refuses: {said['text']}"
    except (ValueError, KeyError, TypeError):
        return f"The console answers with status {status}. Is it the right address?"


def _write(path: Path, content: bytes) -> None:
    """In one step, for the owner alone."""
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
