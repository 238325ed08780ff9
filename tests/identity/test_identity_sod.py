from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booth.idcard import tlv
from booth.idcard.testing.pki import TestPki
from clerk_console.identity.errors import IdentityDataError
from clerk_console.identity.sod import SecurityObject, parse_sod

GROUPS = {1: b"zone", 2: b"portrait"}


@pytest.fixture(scope="module")
def sod(pki: TestPki) -> bytes:
    return pki.sign(GROUPS)


def test_hashes_of_the_groups(sod: bytes) -> None:
    parsed = parse_sod(sod)
    assert parsed.hash_algorithm == "sha256"
    assert parsed.hashes == {number: hashlib.sha256(data).digest() for number, data in GROUPS.items()}
    assert parsed.covers(1, b"zone") is True
    assert parsed.covers(1, b"another") is False
    assert parsed.covers(11, b"zone") is None


def test_signed_by_the_certificate_inside(sod: bytes) -> None:
    assert is_signed(parse_sod(sod))


def is_signed(parsed: SecurityObject) -> bool:
    (signer,) = parsed.signed.signers
    certificate = signer.certificate_among(parsed.signed.certificates)
    return certificate is not None and parsed.signed.is_signed_by(signer, certificate)


def with_content(sod: bytes, wrapped: bytes) -> bytes:
    """The same EF.SOD with another element in place of the octet string that holds the content."""

    def rebuild(items: list[tlv.Item], index: int, value: bytes) -> bytes:
        return b"".join(tlv.encode(i.tag, value if n == index else i.value) for n, i in enumerate(items))

    info = tlv.decode(tlv.find(sod, 0x77, 0x30))
    signed = tlv.decode(tlv.find(info[1].value, 0x30))
    encapsulated = tlv.decode(signed[2].value)
    content = rebuild(signed, 2, rebuild(encapsulated, 1, wrapped))
    return tlv.encode(0x77, tlv.encode(0x30, rebuild(info, 1, tlv.encode(0x30, content))))


def test_the_content_in_a_second_octet_string(sod: bytes) -> None:
    """Some states wrap twice; the digest then covers the outer string's content."""
    content = parse_sod(sod).signed.content
    parsed = parse_sod(with_content(sod, tlv.encode(0x04, tlv.encode(0x04, content))))
    assert parsed.hashes[1] == hashlib.sha256(b"zone").digest()
    assert parsed.signed.forms == (tlv.encode(0x04, content), content)


def test_the_content_in_pieces(sod: bytes) -> None:
    content = parse_sod(sod).signed.content
    pieces = tlv.encode(0x24, tlv.encode(0x04, content[:40]) + tlv.encode(0x04, content[40:]))
    assert is_signed(parse_sod(with_content(sod, pieces)))


def test_the_content_without_an_octet_string(sod: bytes) -> None:
    """As PKCS #7 had it, with version 1 and the digest over the structure's inside."""
    content = parse_sod(sod).signed.content
    with pytest.raises(IdentityDataError):
        parse_sod(with_content(sod, tlv.encode(0x05, b"")))
    old = with_content(sod, content).replace(b"\x02\x01\x03", b"\x02\x01\x01", 1)
    signed = parse_sod(old).signed
    assert (signed.content, signed.forms) == (content, (tlv.find(content, 0x30), content))


@pytest.mark.parametrize("cut", [0, 1, 2, 10, 100, -1])
def test_cut_off(cut: int, sod: bytes) -> None:
    with pytest.raises(IdentityDataError):
        parse_sod(sod[:cut])


def test_bytes_behind_the_end(sod: bytes) -> None:
    """Files are at times padded to their length, with zeros or ones; anything else is damage."""
    assert is_signed(parse_sod(sod + bytes(5)))
    assert is_signed(parse_sod(sod + b"\xff\xff"))
    for behind in (b"\x01", b"\x00\xff", b"\x30\x00"):
        with pytest.raises(IdentityDataError):
            parse_sod(sod + behind)


def test_another_tag(sod: bytes) -> None:
    with pytest.raises(IdentityDataError, match="77"):
        parse_sod(b"\x60" + sod[1:])


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_raise_one_error(data: bytes) -> None:
    with pytest.raises(IdentityDataError):
        parse_sod(data)
    with pytest.raises(IdentityDataError):
        parse_sod(tlv.encode(0x77, data))


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_any_changed_byte_parses_or_raises_one_error(data: st.DataObject, sod: bytes) -> None:
    changed = bytearray(sod)
    changed[data.draw(st.integers(0, len(sod) - 1))] = data.draw(st.integers(0, 255))
    try:
        parsed = parse_sod(bytes(changed))
        is_signed(parsed)
    except IdentityDataError:
        return
    assert parsed.hashes
