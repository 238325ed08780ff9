from __future__ import annotations

import base64
import random

import pytest

from media.consultation import CHUNK_BYTES, MAX_MESSAGE_BYTES, MAX_TRANSFER_BYTES, Chunk, decode_from_booth, encode
from media.transfer import Assembler, TransferError, TransferFault, chunks, sha256


def some_bytes(count: int) -> bytes:
    return random.Random(count).randbytes(count)


def assemble(assembler: Assembler, pieces: list[Chunk]) -> bytes | None:
    result = None
    for piece in pieces:
        result = assembler.add(piece)
    return result


@pytest.mark.parametrize("size", [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 100_000])
def test_what_is_cut_comes_together_again(size: int) -> None:
    data = some_bytes(size)
    frames = [encode(chunk) for chunk in chunks("photo", data)]
    assert all(len(frame) <= MAX_MESSAGE_BYTES for frame in frames)
    received = [decode_from_booth(frame) for frame in frames]
    assembler = Assembler("photo", size, sha256(data))
    assert all(isinstance(chunk, Chunk) for chunk in received)
    assert assemble(assembler, received) == data  # type: ignore[arg-type]
    assert assembler.progress == 1


def test_nothing_is_complete_before_the_last_piece() -> None:
    data = some_bytes(CHUNK_BYTES * 2)
    first, second = chunks("photo", data)
    assembler = Assembler("photo", len(data), sha256(data))
    assert assembler.add(first) is None
    assert assembler.progress == 0.5
    assert assembler.add(second) == data


def chunk(offset: int = 0, data: str = base64.b64encode(b"abc").decode(), transfer: str = "photo") -> Chunk:
    return Chunk(transfer=transfer, offset=offset, data=data)


@pytest.mark.parametrize(
    ("piece", "fault"),
    [
        (chunk(transfer="other"), TransferFault.NOT_ANNOUNCED),
        (chunk(offset=1), TransferFault.OUT_OF_ORDER),
        (chunk(data="a b!"), TransferFault.NOT_BASE64),
        (chunk(data="abc"), TransferFault.NOT_BASE64),
        (chunk(data="ü"), TransferFault.NOT_BASE64),
        (chunk(data=""), TransferFault.WRONG_SIZE),
        (chunk(data=base64.b64encode(b"abcd").decode()), TransferFault.WRONG_SIZE),
        (chunk(data=base64.b64encode(bytes(CHUNK_BYTES + 1)).decode()), TransferFault.WRONG_SIZE),
        (chunk(data=base64.b64encode(b"abd").decode()), TransferFault.WRONG_DIGEST),
    ],
)
def test_a_piece_that_does_not_fit_is_refused(piece: Chunk, fault: TransferFault) -> None:
    assembler = Assembler("photo", 3, sha256(b"abc"))
    with pytest.raises(TransferError) as caught:
        assembler.add(piece)
    assert caught.value.fault is fault


def test_limits_hold_on_both_sides() -> None:
    with pytest.raises(TransferError, match="too many"):
        next(chunks("photo", bytes(MAX_TRANSFER_BYTES + 1)))
    with pytest.raises(TransferError, match="no data"):
        next(chunks("photo", b""))
    with pytest.raises(TransferError, match="announced"):
        Assembler("photo", 11, sha256(b""), limit=10)
    with pytest.raises(TransferError, match="announced"):
        Assembler("photo", 0, sha256(b""))
