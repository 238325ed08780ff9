"""The office's token keys over time: a new one is published before it is used, an old one stays published until what
it signed has expired.

`token.key` is the first; `token.SECONDS.key` is used from that moment (seconds since the epoch) on. Whichever process
adds a file, the running console notices at the next look.

    published    the key in use, those that will be, and one that was in use until KEPT_S ago
    in use       the last whose moment has come
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clerk_console.errors import SetupError
from clerk_console.keys import TOKEN_KEY, add_token_key, load_token_key, read_token_key

PUBLISHED_FIRST_S: Final = 900
"""How long a key is published before it is used: longer than anybody keeps a key set (the switchboard 10 minutes)."""
KEPT_S: Final = 900
"""How long a key is published after its last use: longer than a token (10 minutes) or a seal (4) is good."""

_file = re.compile(r"^token\.([0-9]{1,12})\.key$")


@dataclass(frozen=True)
class TokenKey:
    """`kid`: the thumbprint (RFC 7638); `use_from`: seconds since the epoch."""

    key: Ed25519PrivateKey
    use_from: float
    path: Path

    @property
    def public(self) -> dict[str, str]:
        """The members of the JWK (RFC 8037) the thumbprint is made of."""
        raw = self.key.public_key().public_bytes_raw()
        return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}

    @property
    def kid(self) -> str:
        canonical = json.dumps(self.public, sort_keys=True, separators=(",", ":")).encode()
        return _base64url(hashlib.sha256(canonical).digest())


class TokenKeys:
    """The keys of a folder. `now`: seconds since the epoch."""

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        """Makes the first key where there is none. Raises SetupError."""
        self._folder = folder
        self._now = now
        if not _files(folder):
            load_token_key(folder)
        self._stamp = folder.stat().st_mtime_ns
        self._keys = _read(folder)

    def current(self) -> TokenKey:
        """The key to sign with."""
        now = self._now()
        keys = self._look()
        return next((key for key in reversed(keys) if key.use_from <= now), keys[0])

    def published(self) -> Sequence[TokenKey]:
        """Those others have to know, oldest first."""
        now = self._now()
        keys = self._look()
        return [key for key, end in zip(keys, _ends(keys), strict=True) if now < end]

    def rotate(self, *, at_once: bool = False) -> TokenKey:
        """Make the next key. `at_once`: it is used from now on, and all others are destroyed, since somebody may have
        them. Raises SetupError when one is waiting already."""
        now = self._now()
        waiting = [key for key in self._look() if key.use_from > now]
        if waiting and not at_once:
            raise SetupError("A new key is published already and not in use yet; wait, or rotate with --now.")
        old = self._look()
        use_from = int(now) if at_once else int(now) + PUBLISHED_FIRST_S
        path = self._folder / f"token.{use_from}.key"
        made = TokenKey(add_token_key(path), use_from, path)
        if at_once:
            for key in old:
                key.path.unlink(missing_ok=True)
        return made

    def destroy_old(self) -> int:
        """Delete keys that nobody needs any more; how many there were."""
        now = self._now()
        keys = self._look()
        gone = [key for key, end in zip(keys, _ends(keys), strict=True) if end <= now]
        for key in gone:
            key.path.unlink(missing_ok=True)
        return len(gone)

    def _look(self) -> Sequence[TokenKey]:
        stamp = self._folder.stat().st_mtime_ns
        if stamp != self._stamp:
            found = {key.path: key for key in self._keys}
            self._keys = _read(self._folder, found)
            self._stamp = stamp
        return self._keys


def _ends(keys: Sequence[TokenKey]) -> list[float]:
    """Until when each is published."""
    return [*(later.use_from + KEPT_S for later in keys[1:]), float("inf")]


def _files(folder: Path) -> list[tuple[int, Path]]:
    found = [(0, folder / TOKEN_KEY)] if (folder / TOKEN_KEY).exists() else []
    found += [(int(match[1]), path) for path in folder.iterdir() if (match := _file.fullmatch(path.name))]
    return sorted(found)


def _read(folder: Path, known: dict[Path, TokenKey] | None = None) -> list[TokenKey]:
    known = known or {}
    keys = [known.get(path) or TokenKey(read_token_key(path), use_from, path) for use_from, path in _files(folder)]
    if not keys:
        raise SetupError(f"{folder} has no token key any more. Restore it from the backup.")
    return keys


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
