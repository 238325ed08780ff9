"""Every parser that sees a chip's bytes, fed with spoilt and with random ones: only typed errors come out.

The full number of spoilt readings is in `scripts/bench idcard --only fuzz`.
"""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booth.idcard import bac, pace, tlv
from booth.idcard.apdu import Command, Response
from booth.idcard.card_access import choose_pace, offered_pace
from booth.idcard.ciphers import CipherSuite
from booth.idcard.curves import STANDARD_CURVES
from booth.idcard.errors import CardError, CardUnsupported, IdCardError
from booth.idcard.keys import MachineReadableZoneKey
from booth.idcard.modp import MODP_GROUPS
from booth.idcard.proofs import authenticate_chip
from booth.idcard.secure_messaging import SecureChannel, SessionKeys
from booth.idcard.session import CardFiles, listed_groups
from booth.idcard.testing.security_infos import pace_info, security_infos
from media.consultation import ChipAgreement
from tests.booth_idcard.mutations import read_spoilt

ZONE = MachineReadableZoneKey("L898902C", "690806", "940623")
ANSWERS = st.lists(st.binary(max_size=80), max_size=8)
TAGGED = st.recursive(
    st.binary(max_size=40),
    lambda inner: st.builds(
        lambda tag, parts: tlv.encode(tag, b"".join(parts)),
        st.sampled_from([0x02, 0x06, 0x30, 0x31, 0x53, 0x5C, 0x60, 0x7C, 0x80, 0x82, 0x84, 0x86, 0x87, 0x8E, 0x99]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=8,
)
"""Data objects within data objects, as the parsers expect them and not."""


@pytest.mark.parametrize("block", range(10))
def test_spoilt_readings_end_in_typed_errors(block: int) -> None:
    outcomes = [read_spoilt(seed) for seed in range(block * 20, block * 20 + 20)]
    assert any(isinstance(outcome, IdCardError) for outcome in outcomes)
    for outcome in outcomes:
        if isinstance(outcome, CardFiles):
            assert "011d" in outcome.files


@given(TAGGED)
def test_card_access(content: bytes) -> None:
    try:
        choose_pace(content)
    except CardUnsupported:
        return
    assert offered_pace(content)


@given(TAGGED)
def test_the_list_of_groups(content: bytes) -> None:
    groups = listed_groups(content)
    assert groups is None or groups <= set(range(1, 17))


@given(TAGGED, st.integers(0, 0xFFFF), st.sampled_from(CipherSuite))
def test_protected_responses(content: bytes, status: int, suite: CipherSuite) -> None:
    """None of them is authentic."""
    channel = SecureChannel(SessionKeys(suite, bytes(suite.key_bytes), bytes(suite.key_bytes)))
    with pytest.raises(CardError):
        channel.open(Response(content, status))


@given(ANSWERS)
@settings(deadline=None)
def test_basic_access_control(answers: list[bytes]) -> None:
    script = iter(answers)
    with pytest.raises(IdCardError):
        bac.establish(lambda command: Response.decode(next(script, b"")), ZONE)


@given(
    st.lists(st.tuples(TAGGED, st.sampled_from([0x9000, 0x6300, 0x63C2, 0x6A80])), max_size=6),
    st.sampled_from(
        [
            (1, 13, "generic"),
            (2, 0, "generic"),
            (2, 12, "chip_authentication"),
            (4, 13, "integrated"),
            (1, 0, "integrated"),
        ]
    ),
)
@settings(deadline=None, max_examples=60)
def test_pace(answers: list[tuple[bytes, int]], offer: tuple[int, int, pace.Any]) -> None:
    script = iter(answers)
    first = [Response(b"", 0x9000), Response(tlv.encode(0x7C, tlv.encode(0x80, bytes(16))), 0x9000)]
    parameters = choose_pace(security_infos(pace_info(*offer)))

    def exchange(command: Command) -> Response:
        if first:
            return first.pop(0)
        data, status = next(script, (b"", 0x6F00))
        return Response(data, status)

    with pytest.raises(IdCardError):
        pace.establish(exchange, ZONE, parameters)


@given(st.binary(max_size=140), st.sampled_from([*STANDARD_CURVES.values(), *MODP_GROUPS.values()]))
@settings(deadline=None)
def test_public_keys(data: bytes, group: pace.Any) -> None:
    try:
        element = group.decode(data)
    except CardError:
        return
    assert group.encode(element).endswith(data.lstrip(b"\x00"))


@given(
    st.text(alphabet="0123456789.", max_size=40),
    st.binary(max_size=80),
    st.binary(max_size=80),
    st.one_of(st.none(), st.integers(0, 2**31)),
)
def test_the_consoles_agreement(protocol: str, public_key: bytes, command: bytes, key_id: int | None) -> None:
    """Only a whole one ever reaches the chip."""
    agreement = ChipAgreement(
        protocol=protocol,
        public_key=base64.b64encode(public_key).decode(),
        command=base64.b64encode(command).decode(),
        key_id=key_id,
    )
    with pytest.raises(ValueError, match=r"\w"):
        authenticate_chip(lambda command: pytest.fail("sent"), lambda raw: pytest.fail("sent"), agreement)
