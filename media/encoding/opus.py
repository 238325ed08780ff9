"""Speech by libopus: mono, 32 kbit/s, with what a receiver needs to mend a lost packet (RFC 6716, 2.1.7).

No discontinuous transmission: FFmpeg's libopus does not offer it, silence costs 21 bytes a packet.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import av

from media.devices.sound import RATE

BITRATE: Final = 32_000
EXPECTED_LOSS_PERCENT: Final = 10
"""Decides how much of each packet goes into repeating the one before."""

ASKED_OF_THE_CLERK: Final[dict[str, int | str | None]] = {
    "minptime": "10",
    "useinbandfec": "1",
    "maxaveragebitrate": "40000",
}
"""Parameters of the answer (RFC 7587, 6.1): so Chromium repeats itself as well."""


def open_speech_encoder() -> av.AudioCodecContext:
    """For mono blocks of 20 ms at 48 kHz."""
    codec = av.AudioCodecContext.create("libopus", "w")
    codec.bit_rate = BITRATE
    codec.format = "s16"
    codec.layout = "mono"
    codec.sample_rate = RATE
    codec.time_base = Fraction(1, RATE)
    codec.options = {
        "application": "voip",
        "fec": "1",
        "packet_loss": str(EXPECTED_LOSS_PERCENT),
    }
    codec.open()
    return codec
