"""The one place that reaches into aiortc (1.16). `prepare()` runs once, before the first connection.

- `arrival`: when packets came, by the kernel's clock.
- `transport`: transport-wide feedback to the other end's bandwidth estimator.
- `extensions`: header extensions that are announced and sent, playout delay among them.
- `receivers`, `pictures`, `sound`: received packets go to our own buffers, which ask for what is missing.
- `senders`: reports about the sender's clock.
- `encoders`: H.264, VP8 and Opus by `media.encoding`.
- `gathering`: candidates of one relay, gathered before a call needs them.

Each assumption about upstream has a test in `tests/media/test_reach_*.py` that fails when upstream changes.
"""

from __future__ import annotations

from aiortc import rtcpeerconnection, rtcrtpsender, rtp

from media.aiortc_reach import arrival, encoders, extensions, gathering, receivers, senders, sound, transport


def prepare() -> None:
    """Reach in. Harmless when called again."""
    if getattr(rtcpeerconnection, "RTCDtlsTransport") is transport.FeedbackTransport:  # noqa: B009
        return
    extensions.announce()
    # By setattr, because mypy forbids assigning a class.
    for module, name, replacement in (
        (rtcpeerconnection, "RTCDtlsTransport", transport.FeedbackTransport),
        (rtp, "HeaderExtensionsMap", extensions.ExtensionsMap),
        (rtcrtpsender, "get_encoder", encoders.get_encoder),
        (rtcrtpsender, "RtpPacket", encoders.SentPacket),
    ):
        setattr(module, name, replacement)
    arrival.prepare()
    receivers.prepare()
    senders.prepare()
    sound.prepare()
    gathering.prepare()
