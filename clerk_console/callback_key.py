"""Numbers of citizens who want to be called back: booths seal them for the office's own key, and only it opens them.

A sealed number is a compact JWE (RFC 7516) of `{"number", "name"}`: ECDH-ES over X25519 with A256GCM. It lies at the
switchboard, which cannot read it; what is in it is given to the clerk who makes the call, and kept and logged nowhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from msgspec import Meta, Struct

from clerk_console.errors import ConsoleError, ErrorId, SetupError
from clerk_console.keys import read_private, write_new

CALLBACK_KEY: Final = "callback.key"
ALGORITHM: Final = "ECDH-ES"
ENCRYPTION: Final = "A256GCM"


class Contact(Struct, frozen=True):
    """Whom to call. `number` as in E.164, with the plus sign."""

    number: Annotated[str, Meta(pattern=r"^\+?[0-9]{3,15}$")]
    name: Annotated[str, Meta(max_length=120)] = ""


class CallbackKey:
    """Opens sealed numbers. `kid` is the key's thumbprint (RFC 7638)."""

    def __init__(self, pem: bytes) -> None:
        """Raises ValueError when `pem` is no X25519 private key."""
        self._key = OKPKey.import_key(pem)
        if not self._key.is_private or self._key.curve_name != "X25519":
            raise ValueError("not an X25519 private key")
        self.kid = self._key.thumbprint()

    def jwk(self) -> dict[str, Any]:
        """The public part as booths look for it."""
        return {**self._key.as_dict(private=False), "kid": self.kid, "use": "enc", "alg": ALGORITHM}

    def open(self, sealed: str) -> Contact:
        """Raises ConsoleError (callback_unreadable) for what was not sealed for this key, or is no number."""
        try:
            opened = jwe.decrypt_compact(sealed, self._key, algorithms=[ALGORITHM, ENCRYPTION])
            return msgspec.json.decode(opened.plaintext or b"", type=Contact)
        except (JoseError, ValueError, TypeError, msgspec.DecodeError, UnicodeDecodeError):
            # The cause is not passed on: its text may hold a number.
            raise ConsoleError(
                ErrorId.CALLBACK_UNREADABLE, f"The number was not sealed for this office's {CALLBACK_KEY}."
            ) from None


def load_callback_key(folder: Path) -> CallbackKey:
    """The key of the office, made at the first start. Raises SetupError."""
    path = folder / CALLBACK_KEY
    if not path.exists():
        made = X25519PrivateKey.generate()
        write_new(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        return CallbackKey(read_private(path))
    except (ValueError, JoseError):
        raise SetupError(
            f"{path} is not an X25519 private key in PEM. Restore it, or move it away for a new one."
        ) from None
