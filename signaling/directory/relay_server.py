"""STUN and TURN servers as the operator writes them down."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from signaling.directory.errors import DirectoryError

OTHERS: Final = 0o077

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


def read_secret(path: Path) -> str:
    """The one line of a file that its owner alone may read. Raises DirectoryError."""
    try:
        if path.stat().st_mode & OTHERS:
            raise DirectoryError(f"secret file {path} may be read by others; set its mode to 0600")
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DirectoryError(f"secret file {path} cannot be read: {error}") from None
    if not secret:
        raise DirectoryError(f"secret file {path} is empty")
    return secret


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
        return msgspec.structs.replace(self, secret=read_secret(folder / self.secret_file), secret_file=None)

    def check(self) -> None:
        """Raise DirectoryError when its entries contradict each other."""
        name = f"ice server {self.urls[0]!r}"
        if any(url.startswith("turns:") and url.endswith("=udp") for url in self.urls):
            raise DirectoryError(f"{name}: `turns:` goes over TCP; leave `?transport=udp` out")
        if self.secret is not None and (self.username or self.credential):
            raise DirectoryError(
                f"{name} has a secret and a fixed `username` or `credential`; expected one of the two"
            )
        needs = any(url.startswith("turn") for url in self.urls)
        if needs and self.secret is None and not (self.username and self.credential):
            raise DirectoryError(f"{name} is a relay; expected `secret_file`, or `username` and `credential`")
