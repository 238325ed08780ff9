"""Commands to a chip and its responses (ISO/IEC 7816-4, 5.1): short and extended lengths, both directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from booth.idcard.errors import CardError

SHORT_DATA: Final = 255
SHORT_RESPONSE: Final = 256
EXTENDED_RESPONSE: Final = 65536

OK: Final = 0x9000
END_OF_FILE: Final = 0x6282
WRONG_LENGTH: Final = 0x6700
NOT_ALLOWED: Final = 0x6982
FILE_NOT_FOUND: Final = 0x6A82
MORE_DATA: Final = 0x61
"""First byte of a status: GET RESPONSE brings the rest."""
OTHER_LENGTH: Final = 0x6C
"""First byte of a status: the same command with the length in the second byte (ISO/IEC 7816-4, 5.6)."""
CHAINED: Final = 0x10
"""In the class: more of the same command follows (ISO/IEC 7816-4, 5.3.3)."""

Transmit = Callable[[bytes], bytes]
"""Carries an encoded command to the chip and returns the raw response. Raises an IdCardError."""


@dataclass(frozen=True, slots=True)
class Command:
    """`expected`: bytes wanted back (Le), None for none; 256 and 65536 mean "all there is". `extended_form`: a decoded
    command came with extended lengths."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int | None = None
    extended_form: bool = False

    @property
    def header(self) -> bytes:
        return bytes((self.cla, self.ins, self.p1, self.p2))

    @property
    def extended(self) -> bool:
        """Whether it only fits the extended form."""
        return len(self.data) > SHORT_DATA or (self.expected or 0) > SHORT_RESPONSE

    def encode(self) -> bytes:
        if self.extended:
            return self._encode_extended()
        body = bytes([len(self.data)]) + self.data if self.data else b""
        end = bytes([self.expected % SHORT_RESPONSE]) if self.expected else b""
        return self.header + body + end

    def _encode_extended(self) -> bytes:
        body = len(self.data).to_bytes(2, "big") + self.data if self.data else b""
        end = (self.expected % EXTENDED_RESPONSE).to_bytes(2, "big") if self.expected else b""
        return self.header + b"\x00" + body + end

    @classmethod
    def decode(cls, raw: bytes) -> Command:
        """The chip's side of `encode`. Raises ValueError."""
        if len(raw) < 4:
            raise ValueError("A command has at least four bytes.")
        cla, ins, p1, p2 = raw[:4]
        body = raw[4:]
        if not body:
            return cls(cla, ins, p1, p2)
        extended = body[0] == 0 and len(body) > 1
        data, expected = _split(body[1:], 2, EXTENDED_RESPONSE) if extended else _split(body, 1, SHORT_RESPONSE)
        return cls(cla, ins, p1, p2, data, expected, extended)


def _split(body: bytes, width: int, everything: int) -> tuple[bytes, int | None]:
    """Take `[Lc data] [Le]` apart, lengths being `width` bytes."""
    if len(body) == width:
        return b"", int.from_bytes(body, "big") or everything
    count = int.from_bytes(body[:width], "big")
    data, end = body[width : width + count], body[width + count :]
    if len(data) != count or len(end) not in (0, width):
        raise ValueError("The lengths of a command do not fit its bytes.")
    return data, (int.from_bytes(end, "big") or everything) if end else None


@dataclass(frozen=True, slots=True)
class Response:
    data: bytes
    status: int

    @classmethod
    def decode(cls, raw: bytes) -> Response:
        """Raises CardError when there is not even a status word."""
        if len(raw) < 2:
            raise CardError("The chip's response has no status word.")
        return cls(raw[:-2], int.from_bytes(raw[-2:], "big"))

    def encode(self) -> bytes:
        return self.data + self.status.to_bytes(2, "big")
