from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booth.idcard import tlv

TAGS = st.sampled_from([0x04, 0x30, 0x7C, 0x5F1F, 0x7F49, 0x7F60, 0xA1])
ITEMS = st.lists(st.tuples(TAGS, st.binary(max_size=400)), max_size=6)


@given(ITEMS)
def test_what_is_encoded_is_decoded(items: list[tuple[int, bytes]]) -> None:
    assert tlv.decode(b"".join(tlv.encode(*item) for item in items)) == items


@pytest.mark.parametrize(
    ("size", "head"),
    [(0, "5300"), (127, "537f"), (128, "538180"), (255, "5381ff"), (256, "53820100"), (65536, "5383010000")],
)
def test_lengths_take_the_shortest_form(size: int, head: str) -> None:
    encoded = tlv.encode(0x53, bytes(size))
    assert encoded == bytes.fromhex(head) + bytes(size)
    assert tlv.read_header(encoded) == (0x53, size, len(head) // 2)


@pytest.mark.parametrize("raw", ["53", "5305aabb", "5380", "5385000000000001", "5f", "5f1f", "5f8181", "7fffffff01"])
def test_malformed_bytes_raise(raw: str) -> None:
    with pytest.raises(tlv.TlvError):
        tlv.decode(bytes.fromhex(raw))


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_raise_tlv_error(data: bytes) -> None:
    try:
        items = tlv.decode(data)
    except tlv.TlvError:
        return
    assert sum(len(item.value) for item in items) <= len(data)


def test_find_follows_a_path() -> None:
    data = tlv.encode(0x30, tlv.encode(0x02, b"\x01") + tlv.encode(0x7F49, tlv.encode(0x86, b"point")))
    assert tlv.find(data, 0x30, 0x7F49, 0x86) == b"point"
    with pytest.raises(tlv.TlvError, match="86"):
        tlv.find(data, 0x30, 0x86)
