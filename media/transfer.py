"""Long data over the consultation channel: cut into `chunk` messages, put together and checked at the other end."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from enum import StrEnum

from media.consultation import CHUNK_BYTES, MAX_TRANSFER_BYTES, Chunk


class TransferFault(StrEnum):
    """Why a transfer was refused."""

    TOO_LARGE = "too_large"
    NOT_ANNOUNCED = "not_announced"
    OUT_OF_ORDER = "out_of_order"
    NOT_BASE64 = "not_base64"
    WRONG_SIZE = "wrong_size"
    WRONG_DIGEST = "wrong_digest"


class TransferError(Exception):
    """A transfer that cannot be trusted or does not fit; `fault` is stable, the text says more."""

    def __init__(self, fault: TransferFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


def sha256(data: bytes) -> str:
    """The digest as announcements carry it: 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def chunks(transfer: str, data: bytes) -> Iterator[Chunk]:
    """The data as messages, in order. Raises TransferError over MAX_TRANSFER_BYTES or for no data at all."""
    if not data:
        raise TransferError(TransferFault.WRONG_SIZE, f"Transfer {transfer} has no data.")
    if len(data) > MAX_TRANSFER_BYTES:
        raise TransferError(TransferFault.TOO_LARGE, f"Transfer {transfer}: {len(data)} bytes are too many.")
    for offset in range(0, len(data), CHUNK_BYTES):
        piece = base64.b64encode(data[offset : offset + CHUNK_BYTES]).decode("ascii")
        yield Chunk(transfer=transfer, offset=offset, data=piece)


class Assembler:
    """Puts one announced transfer together. Any error is final: the transfer has to be asked for again."""

    def __init__(self, transfer: str, size: int, digest: str, limit: int = MAX_TRANSFER_BYTES) -> None:
        if not 0 < size <= limit:
            raise TransferError(TransferFault.TOO_LARGE, f"Transfer {transfer}: {size} bytes announced of {limit}.")
        self.transfer = transfer
        self._size = size
        self._digest = digest
        self._received = bytearray()

    @property
    def progress(self) -> float:
        """The share that has arrived, 0 to 1."""
        return len(self._received) / self._size

    def add(self, chunk: Chunk) -> bytes | None:
        """Take the next piece; returns the whole data with the last one. Raises TransferError."""
        if chunk.transfer != self.transfer:
            raise TransferError(TransferFault.NOT_ANNOUNCED, f"Chunk of {chunk.transfer}, {self.transfer} expected.")
        if chunk.offset != len(self._received):
            text = f"Transfer {self.transfer}: offset {chunk.offset}, {len(self._received)} expected."
            raise TransferError(TransferFault.OUT_OF_ORDER, text)
        piece = _decode(chunk)
        if not 0 < len(piece) <= CHUNK_BYTES or len(self._received) + len(piece) > self._size:
            text = f"Transfer {self.transfer}: {len(piece)} bytes at {chunk.offset} of {self._size}."
            raise TransferError(TransferFault.WRONG_SIZE, text)
        self._received += piece
        return self._complete() if len(self._received) == self._size else None

    def _complete(self) -> bytes:
        data = bytes(self._received)
        if sha256(data) != self._digest:
            raise TransferError(TransferFault.WRONG_DIGEST, f"Transfer {self.transfer}: the digest does not match.")
        return data


def _decode(chunk: Chunk) -> bytes:
    try:
        return base64.b64decode(chunk.data, validate=True)
    except (binascii.Error, ValueError):
        raise TransferError(TransferFault.NOT_BASE64, f"Transfer {chunk.transfer}: not base64.") from None
