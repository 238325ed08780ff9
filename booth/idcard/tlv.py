"""BER-TLV as chips use it (ISO/IEC 7816-4, 5.2.2): definite lengths up to four bytes, tags as integers (0x7F49).

TlvError
  the bytes are not BER-TLV, or the tag looked for is not there
"""

from __future__ import annotations

from typing import Final, NamedTuple

MAX_TAG_BYTES: Final = 3
MAX_LENGTH_BYTES: Final = 4


class TlvError(ValueError):
    """Bytes that are not well-formed BER-TLV."""


class Header(NamedTuple):
    """Tag and length in front of a value; `size` is the number of bytes the header itself takes."""

    tag: int
    length: int
    size: int


class Item(NamedTuple):
    tag: int
    value: bytes


def _tag_size(data: bytes) -> int:
    if not data:
        raise TlvError("A tag is missing.")
    if data[0] & 0x1F != 0x1F:
        return 1
    for size in range(2, MAX_TAG_BYTES + 1):
        if size > len(data):
            break
        if not data[size - 1] & 0x80:
            return size
    raise TlvError("A tag is cut off or too long.")


def read_header(data: bytes) -> Header:
    """The header at the start of `data`; the value need not be complete. Raises TlvError."""
    size = _tag_size(data)
    tag = int.from_bytes(data[:size], "big")
    if size >= len(data):
        raise TlvError(f"The length of tag {tag:X} is missing.")
    first = data[size]
    if first < 0x80:
        return Header(tag, first, size + 1)
    count = first & 0x7F
    if not 1 <= count <= MAX_LENGTH_BYTES or len(data) < size + 1 + count:
        raise TlvError(f"The length of tag {tag:X} is cut off or of a form that is not allowed.")
    return Header(tag, int.from_bytes(data[size + 1 : size + 1 + count], "big"), size + 1 + count)


def decode(data: bytes) -> list[Item]:
    """All items that stand side by side in `data`. Raises TlvError unless they fill it exactly."""
    items = []
    while data:
        header = read_header(data)
        end = header.size + header.length
        if end > len(data):
            raise TlvError(f"Tag {header.tag:X} promises {header.length} bytes, {len(data) - header.size} are there.")
        items.append(Item(header.tag, bytes(data[header.size : end])))
        data = data[end:]
    return items


def find(data: bytes, *path: int) -> bytes:
    """The value of the first item with the tag `path[0]`, in it that of `path[1]` and so on. Raises TlvError."""
    for tag in path:
        for item in decode(data):
            if item.tag == tag:
                data = item.value
                break
        else:
            raise TlvError(f"Tag {tag:X} is missing.")
    return data


def encode(tag: int, value: bytes) -> bytes:
    """One item, with the shortest length that fits (DER)."""
    count = len(value)
    head = tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big")
    if count < 0x80:
        return head + bytes([count]) + value
    length = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return head + bytes([0x80 | len(length)]) + length + value
