"""Speech as it is sent: mono, under 40 kbit/s, each packet repeating the one before."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np

from media.devices.sound import BLOCK, RATE
from media.encoding.opus import open_speech_encoder

BLOCKS = 100


def speech_packets() -> list[bytes]:
    """Two seconds of a voice that glides and pulses."""
    encoder = open_speech_encoder()
    time = np.arange(BLOCKS * BLOCK) / RATE
    pitch = 2 * np.pi * np.cumsum(150 + 40 * np.sin(3 * time)) / RATE
    voice = sum(np.sin(harmonic * pitch) / harmonic for harmonic in range(1, 30)) * (1 + np.sin(25 * time))
    samples = (4000 * voice).astype(np.int16)
    packets: list[bytes] = []
    for number in range(BLOCKS):
        block = samples[number * BLOCK : (number + 1) * BLOCK]
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, number * BLOCK, Fraction(1, RATE)
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets


def test_mono_under_40_kbit_in_packets_of_20_ms() -> None:
    packets = speech_packets()
    assert len(packets) >= BLOCKS - 1
    assert sum(map(len, packets)) * 8 * 50 / len(packets) < 40_000
    # The table of contents (RFC 6716, 3.1): bit 2 is stereo, the last two count the frames.
    assert not any(packet[0] & 0b111 for packet in packets)


def test_nearly_every_packet_repeats_the_one_before() -> None:
    """The second bit of a mono SILK or hybrid frame of 20 ms is its LBRR flag (RFC 6716, 4.2.4)."""
    packets = speech_packets()
    assert all(packet[0] >> 3 < 16 for packet in packets), "SILK or hybrid"
    repeating = [packet for packet in packets if packet[1] & 0x40]
    assert len(repeating) > 0.8 * len(packets)
