"""What we read from an Opus packet is what libopus reads from it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.audio.decoder import library
from media.audio.opus_packet import MAX_BYTES, OpusPacketError, duration, is_rest, redundancy
from tests.media.speech import opus, voice


def asked(name: str, *more: int) -> Callable[[bytes], int]:
    function = getattr(library(), name)
    function.argtypes = [ctypes.c_char_p, ctypes.c_int32, *[ctypes.c_int32 for _ in more]]
    return lambda payload: int(function(payload, len(payload), *more))


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=8))
def test_duration_is_that_of_libopus(payload: bytes) -> None:
    expected = asked("opus_packet_get_nb_samples", 48_000)(payload)
    if expected > 0:
        assert duration(payload) == expected
    else:
        with pytest.raises(OpusPacketError):
            duration(payload)


@pytest.mark.parametrize("size", [0, MAX_BYTES + 1])
def test_no_packet_is_empty_or_longer_than_a_datagram(size: int) -> None:
    with pytest.raises(OpusPacketError):
        duration(bytes(size))


@pytest.mark.parametrize("frame_ms", ["20", "40", "60"])
def test_redundancy_is_seen_in_speech(frame_ms: str) -> None:
    """Longer packets are several frames of 20 ms, of which the first repeats the last one before."""
    has_copy = asked("opus_packet_has_lbrr")
    packets = opus(voice(2.0), frame_duration=frame_ms)
    assert {duration(payload) for payload in packets} == {int(frame_ms) * 48}
    marked = [redundancy(payload) for payload in packets]
    assert marked == [960 if has_copy(payload) else 0 for payload in packets]
    assert sum(map(bool, marked)) > len(packets) / 2
    assert 0 in marked


def test_redundancy_in_stereo_may_be_in_either_channel() -> None:
    """TOC 0x7c: hybrid, 20 ms, stereo; then speech and copy of the middle, speech and copy of the side."""
    has_copy = asked("opus_packet_has_lbrr")
    for flags in range(16):
        payload = bytes([0x7C, flags << 4, 1, 2])
        assert bool(redundancy(payload)) == bool(has_copy(payload)), flags


def test_without_fec_there_is_no_redundancy() -> None:
    assert not any(map(redundancy, opus(voice(1.0), fec="0")))
    assert not any(map(redundancy, opus(voice(1.0), application="lowdelay")))


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=8))
def test_redundancy_of_anything_is_what_libopus_sees(payload: bytes) -> None:
    has_copy = asked("opus_packet_has_lbrr")(payload)
    if has_copy >= 0:
        assert bool(redundancy(payload)) == bool(has_copy)
    else:
        assert 0 <= redundancy(payload) <= 2880


def test_the_shortest_packets_mean_silence() -> None:
    assert is_rest(b"\x78")
    assert not any(map(is_rest, opus(voice(1.0))))
