"""BER-TLV and AES secure messaging as a remote terminal uses them (TR-03110-3, F.2), short lengths of our own making.

EncodingError
  bytes that are not what they should be, or a response that is not authentic
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

BLOCK: Final = 16
MAC_BYTES: Final = 8


class EncodingError(ValueError):
    """Not well-formed, or not authentic."""


def encode(tag: int, value: bytes) -> bytes:
    head = tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big")
    count = len(value)
    if count < 0x80:
        return head + bytes([count]) + value
    length = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return head + bytes([0x80 | len(length)]) + length + value


def decode(data: bytes) -> list[tuple[int, bytes]]:
    """All items side by side. Raises EncodingError."""
    items = []
    while data:
        try:
            size = 1 if data[0] & 0x1F != 0x1F else 2
            count, start = data[size], size + 1
            if count & 0x80:
                width = count & 0x7F
                count, start = int.from_bytes(data[start : start + width], "big"), start + width
        except IndexError:
            raise EncodingError("A tag or a length is cut off.") from None
        if start + count > len(data):
            raise EncodingError("A value is cut off.")
        items.append((int.from_bytes(data[:size], "big"), data[start : start + count]))
        data = data[start + count :]
    return items


def find(data: bytes, *path: int) -> bytes:
    """Raises EncodingError."""
    for tag in path:
        found = [value for known, value in decode(data) if known == tag]
        if not found:
            raise EncodingError(f"Tag {tag:X} is missing.")
        data = found[0]
    return data


def pad(data: bytes) -> bytes:
    padded = data + b"\x80"
    return padded + bytes(-len(padded) % BLOCK)


def derive_key(secret: bytes, nonce: bytes, purpose: int) -> bytes:
    """KDF with a nonce (TR-03110-3, A.2.3), AES-128."""
    return hashlib.sha1(secret + nonce + purpose.to_bytes(4, "big"), usedforsecurity=False).digest()[:16]


def cmac(key: bytes, data: bytes) -> bytes:
    mac = CMAC(algorithms.AES(key))
    mac.update(data)
    return mac.finalize()[:MAC_BYTES]


class Channel:
    """The terminal's end of secure messaging after chip authentication. The counters are given, because a batch of
    commands is protected before the first answer has come."""

    def __init__(self, encryption: bytes, authentication: bytes) -> None:
        self._encryption = encryption
        self._authentication = authentication

    def _cipher(self, counter: int) -> Cipher[modes.CBC]:
        ecb = Cipher(algorithms.AES(self._encryption), modes.ECB()).encryptor()  # noqa: S305 (the vector, TR-03110-3 F.2)
        vector = ecb.update(counter.to_bytes(BLOCK, "big"))
        return Cipher(algorithms.AES(self._encryption), modes.CBC(vector))

    def _mac(self, counter: int, covered: bytes) -> bytes:
        return cmac(self._authentication, counter.to_bytes(BLOCK, "big") + covered)

    def protect(self, index: int, header: bytes, data: bytes = b"", expected: int | None = None) -> bytes:
        """The command with number `index`, from 0; `header`: CLA, INS, P1, P2."""
        counter = 2 * index + 1
        masked = bytes([header[0] | 0x0C]) + header[1:]
        body = b""
        if data:
            body += encode(0x87, b"\x01" + self._cipher(counter).encryptor().update(pad(data)))
        if expected is not None:
            body += encode(0x97, bytes([expected % 256]))
        body += encode(0x8E, self._mac(counter, pad(masked) + (pad(body) if body else b"")))
        return masked + bytes([len(body)]) + body + b"\x00"

    def open(self, index: int, response: bytes) -> tuple[bytes, int]:
        """Data and status of the answer to command `index`. Raises EncodingError."""
        counter = 2 * index + 2
        items = decode(response[:-2])
        objects = dict(items)
        covered = b"".join(encode(tag, value) for tag, value in items if tag != 0x8E)
        if not hmac.compare_digest(self._mac(counter, pad(covered)), objects.get(0x8E, b"")):
            raise EncodingError("The chip's answer is not authentic.")
        status = int.from_bytes(objects.get(0x99, b""), "big")
        if 0x87 not in objects:
            return b"", status
        clear = self._cipher(counter).decryptor().update(objects[0x87][1:])
        return clear.rstrip(b"\x00")[:-1], status
