"""Speech as it is sent: mono, under 40 kbit/s, each packet repeats the one before, a silence is next to nothing."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from media.audio.decoder import OpusDecoder, OpusError
from media.devices.sound import BLOCK, Samples
from media.encoding.opus import EXPECTED_LOSS, SpeechEncoder
from media.encoding.speech import NOTHING_SAID
from tests.media.speech import voice


def packets_of(samples: Samples, encoder: SpeechEncoder | None = None) -> list[bytes]:
    encoder = encoder or SpeechEncoder()
    whole = len(samples) // BLOCK * BLOCK
    return [encoder.encode(block) for block in samples[:whole].reshape(-1, BLOCK)]


def bitrate(packets: Iterable[bytes]) -> float:
    sizes = [len(packet) for packet in packets]
    return sum(sizes) * 8 * 50 / len(sizes)


def room(seconds: float, level: float = 30.0) -> Samples:
    """A quiet room's noise, 60 dB below full scale."""
    return np.random.default_rng(3).normal(0, level, round(seconds * 48_000)).astype(np.int16)


def test_mono_under_40_kbit_in_packets_of_20_ms() -> None:
    packets = packets_of(voice(3))
    assert len(packets) == 150
    assert bitrate(packets) < 40_000
    # The table of contents (RFC 6716, 3.1): bit 2 is stereo, the last two count the frames.
    assert not any(packet[0] & 0b111 for packet in packets)


def repeating(packets: Iterable[bytes]) -> list[bytes]:
    """The second bit of a mono SILK or hybrid frame of 20 ms is its LBRR flag (RFC 6716, 4.2.4)."""
    return [packet for packet in packets if packet[0] >> 3 < 16 and packet[1] & 0x40]


def test_nearly_every_packet_repeats_the_one_before() -> None:
    packets = [packet for packet in packets_of(voice(3)) if len(packet) > NOTHING_SAID]
    assert all(packet[0] >> 3 < 16 for packet in packets), "SILK or hybrid"
    # There is nothing to repeat in a pause, which is every seventh syllable.
    assert len(repeating(packets)) > 0.9 * 6 / 7 * len(packets)


def test_the_expected_loss_may_change_while_encoding() -> None:
    encoder = SpeechEncoder()
    for told, taken in ((0.2, 0.2), (0.0, EXPECTED_LOSS), (0.9, 0.3)):
        encoder.expected_loss = told
        assert encoder.expected_loss == taken
        packets_of(voice(0.4), encoder)


def test_muted_next_to_nothing_remains() -> None:
    packets = packets_of(np.zeros(48_000 * 4, np.int16))
    assert bitrate(packets) < 2_000
    assert sum(len(packet) <= NOTHING_SAID for packet in packets) > 0.8 * len(packets)


def test_a_room_in_which_nobody_speaks_any_more_costs_little() -> None:
    encoder = SpeechEncoder()
    packets_of(voice(4) + room(4), encoder)
    sent = [packet if len(packet) > NOTHING_SAID else b"" for packet in packets_of(room(6), encoder)[50:]]
    assert bitrate(sent) < 8_000


def test_a_pause_in_the_packets_is_a_pause_in_the_sound() -> None:
    """What a receiver makes of packets that were never sent: silence, and the voice again after it."""
    encoder, decoder = SpeechEncoder(), OpusDecoder()
    quiet = np.zeros(48_000, np.int16)
    packets = packets_of(np.concatenate([voice(1), quiet, voice(1)]), encoder)
    heard = [decoder.decode(packet) if len(packet) > NOTHING_SAID else decoder.conceal(BLOCK) for packet in packets]
    level = [np.abs(block.astype(int)).mean() for block in heard]
    assert max(level[70:98]) < 20 < np.mean(level[:45])
    assert np.mean(level[105:145]) > 0.5 * np.mean(level[:45])


def test_libopus_says_what_it_does_not_take() -> None:
    with pytest.raises(OpusError):
        SpeechEncoder()._set(4002, -7)
